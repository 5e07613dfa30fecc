//! `finding`: corrections of what was extracted.

use std::path::Path;

use serde_json::json;

use super::super::args::{Finding, FindingAction};
use super::super::ui::{Ui, clean};
use super::super::{Ended, Outcome, clock, json as contract};
use crate::diag::Error;
use crate::store::Decision;
use crate::workspace::{Wanted, Workspace};

pub(crate) fn run(args: &Finding, root: &Path, ui: &Ui) -> Outcome {
    let mut workspace = Workspace::open_existing(root)?;
    let one = std::slice::from_ref::<String>;
    match &args.action {
        FindingAction::Accept(chosen) => each(&chosen.ids, &Wanted::Accept, &chosen.why, &mut workspace, ui),
        FindingAction::Reject(chosen) => each(&chosen.ids, &Wanted::Reject, &chosen.why, &mut workspace, ui),
        FindingAction::Retype(it) => {
            each(one(&it.id), &Wanted::Retype(it.type_name.clone()), &it.why, &mut workspace, ui)
        }
        FindingAction::Split(it) => each(one(&it.id), &Wanted::Split(it.at.clone()), &it.why, &mut workspace, ui),
        FindingAction::Merge(chosen) => {
            let ids: Vec<String> = whole_ids(&chosen.ids, &workspace)?;
            correct(&ids, &Wanted::Merge, &chosen.why, &mut workspace, ui)?;
            workspace.index()?;
            Ok(Ended::Done)
        }
        FindingAction::Undo(it) => undo(it.number, &mut workspace, ui),
        FindingAction::Log => log(&workspace, ui),
    }
}

/// Corrects findings one by one; no id is touched unless all of them lead to a finding.
fn each(ids: &[String], wanted: &Wanted, why: &str, workspace: &mut Workspace, ui: &Ui) -> Outcome {
    for id in whole_ids(ids, workspace)? {
        correct(&[id], wanted, why, workspace, ui)?;
    }
    workspace.index()?;
    Ok(Ended::Done)
}

fn correct(ids: &[String], wanted: &Wanted, why: &str, workspace: &mut Workspace, ui: &Ui) -> Outcome {
    let now = workspace.correct(ids, wanted, why, &clock::now())?;
    if ui.json {
        ui.out(
            &json!({"corrected": ids, "findings": now.iter().map(contract::finding).collect::<Vec<_>>()}).to_string(),
        )?;
        return Ok(Ended::Done);
    }
    let done = match wanted {
        Wanted::Accept => "已确认",
        Wanted::Reject => "已剔除",
        Wanted::Retype(_) => "已改类",
        Wanted::Split(_) => "已拆分为",
        Wanted::Merge => "已合并为",
    };
    if now.is_empty() {
        ui.out(&format!("{done} {}", ids.join("、")))?;
    }
    for finding in &now {
        ui.out(&format!("{done} {}  {}（{}）", finding.id, clean(&finding.quote), finding.type_name))?;
    }
    Ok(Ended::Done)
}

/// The finding behind each id or start of one.
pub(crate) fn whole_ids(ids: &[String], workspace: &Workspace) -> Result<Vec<String>, Error> {
    ids.iter()
        .map(|id| {
            let mut found = workspace.store().ids_starting_with(id)?;
            found.retain(|found| found.len() <= 16);
            match &found[..] {
                [only] => Ok(only.clone()),
                [] => Err(Error::new(
                    format!("没有编号以“{}”开头的问题", clean(id)),
                    "编号可从 jianlin search 的结果里复制，至少写4位；剔除过的问题用 jianlin finding log 查看",
                )),
                many => Err(Error::new(
                    format!("“{}”对应{}个编号", clean(id), many.len()),
                    format!("多写几位：{}", many.join("、")),
                )),
            }
        })
        .collect()
}

fn undo(number: Option<i64>, workspace: &mut Workspace, ui: &Ui) -> Outcome {
    let Some(entry) = workspace.undo(number, &clock::now())? else {
        ui.out("没有可撤销的更正")?;
        return Ok(Ended::Partly);
    };
    workspace.index()?;
    if ui.json {
        ui.out(&json!({"undone": entry.number}).to_string())?;
    } else {
        ui.out(&format!("已撤销第{}号更正：{}", entry.number, in_words(&entry.decision)))?;
    }
    Ok(Ended::Done)
}

fn log(workspace: &Workspace, ui: &Ui) -> Outcome {
    let entries = workspace.decisions()?;
    if ui.json {
        let list: Vec<_> = entries
            .iter()
            .map(|(entry, stands)| {
                json!({"number": entry.number, "at": entry.at, "decision": in_words(&entry.decision), "why": entry.why, "in_force": stands})
            })
            .collect();
        ui.out(&json!({"decisions": list}).to_string())?;
        return Ok(Ended::Done);
    }
    for (entry, stands) in &entries {
        let state = if *stands || matches!(entry.decision, Decision::Undo(_)) { "" } else { "（已撤销）" };
        let why = if entry.why.is_empty() { String::new() } else { format!("；理由：{}", clean(&entry.why)) };
        ui.out(&format!("{:>4}  {}  {}{why}{state}", entry.number, entry.at, in_words(&entry.decision)))?;
    }
    if entries.is_empty() {
        ui.out("还没有做过更正")?;
    }
    Ok(Ended::Done)
}

/// A decision in one line.
fn in_words(decision: &Decision) -> String {
    match decision {
        Decision::Undo(number) => format!("撤销第{number}号"),
        Decision::Theme(decision) => decision.action.term().to_owned(),
        Decision::Correction(correction) => {
            let quotes: Vec<String> =
                correction.on.iter().map(|it| it.quote.chars().take(30).collect::<String>()).collect();
            let to = correction.type_id.as_ref().map_or(String::new(), |type_id| format!("为{type_id}"));
            clean(&format!("{}{to}“{}”", correction.action.term(), quotes.join("”“")))
        }
    }
}
