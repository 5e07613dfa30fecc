//! `draft`: the thematic outline, with its manifest beside it.

use std::path::Path;

use serde_json::json;

use super::super::args::Draft;
use super::super::ui::Ui;
use super::super::{Ended, Outcome, clock};
use crate::cluster::Rule;
use crate::diag::Error;
use crate::model::{Date, SentenceKind};
use crate::workspace::Workspace;

pub(crate) fn run(args: &Draft, root: &Path, ui: &Ui) -> Outcome {
    let today = match &args.date {
        Some(text) => {
            text.parse::<Date>().map_err(|()| Error::new(format!("日期“{text}”写法不对"), "写成2024-12-31这样"))?
        }
        None => clock::today(),
    };
    let mut workspace = Workspace::open_existing(root)?;
    let rule = Rule { min_units: args.min_units, ..Rule::STANDARD };
    workspace.register_themes(Some(&args.sector), &clock::now())?;
    let outline = workspace.outline(Some(&args.sector), &args.rounds, &rule, today, &args.office)?;
    let manifest = workspace.write_draft(&outline, &args.output, today, &args.office, &clock::now())?;
    let sentences = outline.sections.iter().flat_map(|section| &section.sentences);
    let (prompts, stated): (Vec<_>, Vec<_>) = sentences.partition(|sentence| sentence.kind == SentenceKind::Prompt);
    if ui.json {
        let value = json!({"file": args.output.display().to_string(), "manifest": manifest.display().to_string(),
            "sentences": stated.len(), "prompts": prompts.len(), "evidence": outline.evidence.len()});
        ui.out(&value.to_string())?;
    } else {
        ui.out(&format!("{}", args.output.display()))?;
    }
    ui.say(&format!(
        "写出{}句，依据原文{}处；留给撰稿人研判{}处（稿中【】内）",
        stated.len(),
        outline.evidence.len(),
        prompts.len()
    ));
    ui.say(&format!("来源清单：{}", manifest.display()));
    Ok(Ended::Done)
}
