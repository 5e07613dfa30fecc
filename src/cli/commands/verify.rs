//! `verify`: re-opens every anchor of a draft; exits 1 if one sentence lacks live evidence.

use std::path::Path;

use serde_json::json;

use super::super::args::Verify;
use super::super::ui::{Ui, clean};
use super::super::{Ended, Outcome};
use crate::draft::Standing;
use crate::workspace::Workspace;

pub(crate) fn run(args: &Verify, root: &Path, ui: &Ui) -> Outcome {
    let workspace = Workspace::open_existing(root)?;
    let verification = workspace.verify(&args.file)?;
    let count = |standing: Standing| verification.count(standing);
    if ui.json {
        let name = |standing: Standing| match standing {
            Standing::Live => "live",
            Standing::Prompt => "prompt",
            Standing::Failed => "failed",
            Standing::Unknown => "unknown",
            Standing::Removed => "removed",
        };
        let sentences: Vec<_> = verification
            .sentences
            .iter()
            .map(|it| json!({"text": it.text, "standing": name(it.standing), "reasons": it.reasons}))
            .collect();
        ui.out(
            &json!({"holds": verification.holds(), "anchors": verification.n_anchors, "sentences": sentences})
                .to_string(),
        )?;
    } else {
        for sentence in &verification.sentences {
            let word = match sentence.standing {
                Standing::Failed => "无依据",
                Standing::Unknown => "未核实",
                _ => continue,
            };
            let shown: String = sentence.text.chars().take(60).collect();
            ui.out(&format!("{word}：{}", clean(&shown)))?;
            for reason in sentence.reasons.iter().take(3) {
                ui.out(&format!("  {}", clean(reason)))?;
            }
        }
        ui.out(&format!(
            "核验{}处原文：{}句有据，{}句无依据，{}句未核实，{}句已删，{}处待研判",
            verification.n_anchors,
            count(Standing::Live),
            count(Standing::Failed),
            count(Standing::Unknown),
            count(Standing::Removed),
            count(Standing::Prompt)
        ))?;
        let mut notes: Vec<&String> = verification
            .sentences
            .iter()
            .filter(|it| it.standing == Standing::Live)
            .flat_map(|it| &it.reasons)
            .collect();
        notes.sort();
        notes.dedup();
        for note in notes.iter().take(5) {
            ui.say(&format!("提示：{}", clean(note)));
        }
    }
    Ok(if verification.holds() { Ended::Done } else { Ended::Partly })
}
