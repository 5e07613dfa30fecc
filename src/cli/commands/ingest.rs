//! `ingest`: reads files and folders into the workspace, a verdict per file.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;

use super::super::args::Ingest;
use super::super::ui::{Ui, clean};
use super::super::{Ended, clock, json as contract};
use crate::diag::Error;
use crate::store::Stored;
use crate::workspace::{Given, Ingested, Outcome, Progress, Workspace};

pub(crate) fn run(args: &Ingest, root: &Path, ui: &Ui) -> super::super::Outcome {
    if let Some(threads) = args.threads {
        // Fails only if the pool is already built, which nothing before this does.
        let _ = rayon::ThreadPoolBuilder::new().num_threads(threads).build_global();
    }
    let mut workspace = Workspace::open(root)?;
    let sector = args.sector.as_deref().map(|name| workspace.lexicon().sectors.named(name).unwrap_or(name).to_owned());
    let given = Given { sector, unit: args.unit.clone(), round: args.round.clone(), accept_marked: args.accept_marked };
    let mut outcomes = Vec::new();
    let ingested = ingest(&mut workspace, &args.paths, &given, ui, true, &mut |outcome| {
        if ui.json {
            outcomes.push(contract::document(&outcome.record));
        }
    })?;
    if ui.json {
        ui.out(
            &json!({"documents": outcomes, "summary": {
                "files": ingested.n_files, "added": ingested.n_added, "replaced": ingested.n_replaced,
                "unchanged": ingested.n_unchanged, "refused": ingested.n_refused, "findings": ingested.n_findings,
            }})
            .to_string(),
        )?;
    }
    ui.say(&summary(&ingested));
    let is_whole = ingested.n_refused == 0 && !ingested.was_interrupted && ingested.n_files > 0;
    if ingested.n_files == 0 {
        ui.say("提示：没有找到能读的文件；能读的有.docx、.xlsx、.xls、.ods、.csv、.pdf、.html、.md、.txt");
    }
    Ok(if is_whole { Ended::Done } else { Ended::Partly })
}

/// Ingests with a progress bar on a terminal and, if `lists`, a line per file.
pub(crate) fn ingest(
    workspace: &mut Workspace,
    paths: &[std::path::PathBuf],
    given: &Given,
    ui: &Ui,
    lists: bool,
    each: &mut dyn FnMut(&Outcome),
) -> Result<Ingested, Error> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    // A second interrupt while the first is being honoured ends the process; committed work is safe either way.
    let _ = ctrlc::set_handler(move || {
        if flag.swap(true, Ordering::Relaxed) {
            std::process::exit(130);
        }
    });
    let bar = if ui.draws() { ProgressBar::new(0) } else { ProgressBar::hidden() };
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {wide_msg}") {
        bar.set_style(style);
    }
    let ingested = workspace.ingest(paths, given, &clock::now(), &stop, &mut |progress| match progress {
        Progress::Found(count) => bar.set_length(count as u64),
        Progress::Done(outcome) => {
            bar.inc(1);
            bar.set_message(clean(&outcome.record.source.path));
            bar.suspend(|| {
                verdict_line(outcome, lists, ui);
                each(outcome);
            });
        }
        Progress::Indexing => bar.set_message("更新检索索引"),
    })?;
    bar.finish_and_clear();
    if ingested.was_interrupted {
        ui.say("已停止；停止前读完的都已入库，再次运行会接着读");
    }
    Ok(ingested)
}

fn verdict_line(outcome: &Outcome, lists: bool, ui: &Ui) {
    let record = &outcome.record;
    let path = clean(&record.source.path);
    for diagnostic in &record.diagnostics {
        ui.diagnostic(&path, diagnostic);
    }
    let Some(header) = record.header.as_ref().filter(|_| lists) else { return };
    let word = match outcome.stored {
        Stored::Added => "读入",
        Stored::Replaced => "更新",
        Stored::Moved => "改名",
        Stored::Unchanged => "未变",
        Stored::Refused => "未读",
    };
    let items =
        if record.items.is_empty() { String::new() } else { format!("、整改事项{}条", record.items.len()) };
    ui.say(&format!("{word} {path}（{}，问题{}条{items}）", header.genre.term(), record.findings.len()));
}

pub(crate) fn summary(ingested: &Ingested) -> String {
    let mut parts = vec![format!("共{}份，问题{}条", ingested.n_files, ingested.n_findings)];
    for (word, count) in [
        ("新读入", ingested.n_added),
        ("更新", ingested.n_replaced),
        ("未变", ingested.n_unchanged),
        ("未能读入", ingested.n_refused),
    ] {
        if count > 0 {
            parts.push(format!("{word}{count}份"));
        }
    }
    parts.join("，")
}
