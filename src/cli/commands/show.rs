//! `show`: one finding, document or theme in its place.

use std::path::Path;

use serde_json::json;

use super::super::args::Show;
use super::super::ui::{Ui, clean};
use super::super::{Ended, Outcome, json as contract};
use crate::diag::Error;
use crate::model::Block;
use crate::workspace::{Question, Workspace};

pub(crate) fn run(args: &Show, root: &Path, ui: &Ui) -> Outcome {
    let workspace = Workspace::open_existing(root)?;
    if args.id.starts_with('T') {
        return theme(args, &workspace, ui);
    }
    let ids = workspace.store().ids_starting_with(&args.id)?;
    match &ids[..] {
        [] => Err(Error::new(
            format!("没有编号以“{}”开头的问题或文书", clean(&args.id)),
            "编号可从 jianlin search 的结果里复制，至少写4位",
        )
        .into()),
        [only] if only.len() > 16 => document(only, &workspace, ui),
        [only] => finding(only, args.context, &workspace, ui),
        many => Err(Error::new(
            format!("“{}”对应{}个编号", clean(&args.id), many.len()),
            format!("多写几位：{}", many.join("、")),
        )
        .into()),
    }
}

fn finding(id: &str, context: usize, workspace: &Workspace, ui: &Ui) -> Outcome {
    let located = workspace.located(&[id.to_owned()])?;
    let Some(located) = located.first() else { return Ok(Ended::Partly) };
    let finding = &located.finding;
    let blocks = workspace.store().blocks(&finding.place.document)?;
    let at = finding.place.block as usize;
    let around = at.saturating_sub(context)..(at + context + 1).min(blocks.len());
    if ui.json {
        let texts: Vec<&str> = blocks[around].iter().map(|block| block.text.as_str()).collect();
        let mut value = contract::finding(finding);
        value["document"] = json!({"path": located.path, "title": located.title});
        value["context"] = json!(texts);
        ui.out(&value.to_string())?;
        return Ok(Ended::Done);
    }
    ui.out(&ui.bold(&format!("《{}》{}", clean(&located.title), finding.place.in_words())))?;
    ui.out(&ui.dim(&clean(&located.path)))?;
    for block_idx in around {
        let text = &blocks[block_idx].text;
        if block_idx == at {
            ui.out(&ui.marked(text, &[[finding.place.start as usize, finding.place.end as usize]]))?;
        } else {
            ui.out(&ui.dim(&clean(text)))?;
        }
    }
    let unit = finding.unit.as_deref().unwrap_or("单位不明");
    ui.out(&format!(
        "单位：{unit}  轮次：{}  系统：{}",
        finding.round.as_deref().unwrap_or("—"),
        finding.sector.as_deref().unwrap_or("—")
    ))?;
    ui.out(&format!("类型：{} {}", finding.type_id, finding.type_name))?;
    ui.out(&format!("依据：{}", clean(&finding.reasons.join("；"))))?;
    Ok(Ended::Done)
}

fn document(id: &str, workspace: &Workspace, ui: &Ui) -> Outcome {
    let rows = workspace.store().documents()?;
    let Some(row) = rows.iter().find(|row| row.sha256 == id) else { return Ok(Ended::Partly) };
    let blocks: Vec<Block> = workspace.store().blocks(id)?;
    let findings = workspace.store().findings_of(id)?;
    if ui.json {
        let texts: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
        let findings: Vec<_> = findings.iter().map(contract::finding).collect();
        ui.out(&json!({"sha256": id, "title": row.header.title, "paths": row.paths, "blocks": texts, "findings": findings}).to_string())?;
        return Ok(Ended::Done);
    }
    ui.out(&ui.bold(&clean(&row.header.title)))?;
    ui.out(&ui.dim(&clean(&row.paths.join("、"))))?;
    for (block_idx, block) in blocks.iter().enumerate() {
        let ranges: Vec<[usize; 2]> = findings
            .iter()
            .filter(|finding| finding.place.block as usize == block_idx)
            .map(|finding| [finding.place.start as usize, finding.place.end as usize])
            .collect();
        ui.out(&ui.marked(&block.text, &ranges))?;
    }
    Ok(Ended::Done)
}

fn theme(args: &Show, workspace: &Workspace, ui: &Ui) -> Outcome {
    let mut scopes: Vec<Option<String>> = workspace.sectors()?.into_iter().map(|(sector, ..)| Some(sector)).collect();
    scopes.push(None);
    for scope in scopes {
        let question = Question { sector: scope, ..Question::default() };
        let themes = workspace.ask(&question)?;
        if let Some(theme) = themes.themes.iter().find(|theme| theme.id.starts_with(&args.id)) {
            if !ui.json
                && let Some(curated) = workspace.curated(question.sector.as_deref())?.get(&theme.id)
            {
                super::theme::said_of(curated, ui)?;
            }
            return super::themes::explain(theme, &themes, &question, workspace, ui);
        }
    }
    Err(Error::new(format!("没有编号以“{}”开头的主题", clean(&args.id)), "主题编号可从 jianlin themes 的结果里复制")
        .into())
}
