//! `extract`: the same reading and extraction without a workspace.

use serde_json::json;

use super::super::args::Extract;
use super::super::ui::{Ui, clean};
use super::super::{Ended, Outcome, json as contract};
use crate::lang::Lexicon;
use crate::store::Record;
use crate::workspace::{Corrections, Given, prepare, walk, why_not};

pub(crate) fn run(args: &Extract, ui: &Ui) -> Outcome {
    let lexicon = Lexicon::builtin();
    let records: Vec<_> = walk(&args.files)?
        .iter()
        .map(|path| prepare(path, &Given::default(), &lexicon, &Corrections::default()))
        .collect();
    for record in &records {
        for diagnostic in &record.diagnostics {
            ui.diagnostic(&record.source.path, diagnostic);
        }
    }
    let left = |record: &Record| if args.why { why_not(record, &lexicon) } else { Vec::new() };
    if ui.json {
        let document = |record: &Record| {
            let mut value = contract::document(record);
            if args.why {
                value["rejected"] = left(record).iter().map(contract::rejected).collect();
            }
            value
        };
        let documents: Vec<_> = records.iter().map(document).collect();
        ui.out(&json!({"documents": documents}).to_string())?;
    } else {
        for record in &records {
            let Some(header) = &record.header else { continue };
            ui.out(&ui.bold(&clean(&header.title)))?;
            let facts = [
                Some(header.genre.term().to_owned()),
                header.inspecting_body.clone(),
                header.round.clone(),
                header.inspection_type.clone(),
                header.period.map(|period| format!("{}至{}", period.start, period.end)),
                (!header.units.is_empty()).then(|| header.units.join("、")),
            ];
            ui.out(&ui.dim(&facts.into_iter().flatten().collect::<Vec<_>>().join("｜")))?;
            for (at, finding) in record.findings.iter().enumerate() {
                let unit = finding.unit.as_deref().unwrap_or("单位不明");
                let kind = if finding.type_name.is_empty() { "未定类" } else { &finding.type_name };
                ui.out(&format!("{:>4}. {}", at + 1, clean(&finding.quote)))?;
                ui.out(&ui.dim(&format!("      {unit}｜{kind}｜{}", finding.place.in_words())))?;
                if args.why {
                    ui.out(&ui.dim(&format!("      依据：{}", clean(&finding.reasons.join("；")))))?;
                }
            }
            for it in left(record) {
                ui.out(&format!("   未算 {}", clean(&it.quotation.quote)))?;
                ui.out(&ui.dim(&format!("      {}｜{}", it.quotation.place.in_words(), clean(&it.reason))))?;
            }
            for item in &record.items {
                let status = item.status.as_deref().unwrap_or("未写明状态");
                ui.out(&format!("  整改：{}（{status}）", clean(&item.problem_quote)))?;
            }
        }
    }
    let is_whole = records.iter().all(|record| record.header.is_some());
    Ok(if is_whole { Ended::Done } else { Ended::Partly })
}
