//! `reindex`, `doctor` and `completions`: keeping things in order.

use std::path::Path;

use serde_json::json;

use super::super::args::Completions;
use super::super::ui::{Ui, clean};
use super::super::{Ended, Outcome};
use crate::workspace::Workspace;

pub(crate) fn reindex(root: &Path, ui: &Ui) -> Outcome {
    let mut workspace = Workspace::open_existing(root)?;
    let n_extracted = workspace.extract_stale()?;
    let count = workspace.reindex()?;
    if ui.json {
        ui.out(&json!({"entries": count, "extracted": n_extracted}).to_string())?;
    } else {
        if n_extracted > 0 {
            ui.out(&format!("已按现在的词表重新抽取{n_extracted}份文书"))?;
        }
        ui.out(&format!("已重建检索索引，{count}条"))?;
    }
    Ok(Ended::Done)
}

pub(crate) fn doctor(root: &Path, ui: &Ui) -> Outcome {
    let workspace = Workspace::open_existing(root)?;
    let wrong = workspace.check()?;
    let documents = workspace.store().documents()?;
    let refused = workspace.store().refused()?;
    if ui.json {
        let refused: Vec<_> = refused.iter().map(|it| json!({"path": it.path, "verdict": it.verdict.name()})).collect();
        ui.out(&json!({"problems": wrong, "documents": documents.len(), "refused": refused}).to_string())?;
        return Ok(if wrong.is_empty() { Ended::Done } else { Ended::Partly });
    }
    ui.out(&format!(
        "资料库 {}：文书{}份，问题{}条",
        workspace.root().display(),
        documents.len(),
        documents.iter().map(|it| it.n_findings).sum::<usize>()
    ))?;
    for row in &refused {
        let message = row.diagnostics.first().map_or("", |it| it.message.as_str());
        ui.out(&format!("未读入：{}：{}", clean(&row.path), clean(message)))?;
    }
    for line in &wrong {
        ui.out(&format!("警告：{}", clean(line)))?;
    }
    if wrong.is_empty() {
        ui.out("检查完毕，没有发现异常")?;
    }
    Ok(if wrong.is_empty() { Ended::Done } else { Ended::Partly })
}

pub(crate) fn completions(args: &Completions, ui: &Ui) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut super::super::command(), "jianlin", &mut script);
    ui.out(String::from_utf8_lossy(&script).trim_end())?;
    Ok(Ended::Done)
}
