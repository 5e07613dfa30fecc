//! Exchange (整理记录的交换): one person's decisions carried to another workspace by hand, as a file.

use std::collections::BTreeSet;
use std::path::Path;

use super::curate::uid;
use crate::diag::Error;
use crate::model::{ThemeAction, ThemeDecision};
use crate::store::{theme_decision_line, theme_decision_of};
use crate::workspace::{Workspace, cannot_read, put_in_place};

/// First line of an export.
const HEADER: &str = "见林 主题整理记录 1";

/// What was exported (导出结果).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Exported {
    /// Decisions written.
    pub n_decisions: usize,
}

/// What an import took in (导入结果).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenIn {
    /// Decisions that were new.
    pub n_new: usize,
    /// Decisions that were here already.
    pub n_known: usize,
    /// New decisions with nothing here that they are about; they take effect once their documents are read in.
    pub n_idle: usize,
    /// Lines of the taxonomy that the other person added; they are not added here.
    pub triggers: Vec<String>,
}

impl Workspace {
    /// Writes all decisions about themes to a file, undone ones and their undoing among them.
    ///
    /// # Errors
    /// The record cannot be read or the file not be written.
    pub fn export_decisions(&self, file: &Path) -> Result<Exported, Error> {
        let decisions = self.theme_decisions()?;
        let mut text = format!("{HEADER}\n");
        for decision in &decisions {
            text.push_str(&theme_decision_line(&ThemeDecision { is_imported: false, ..decision.clone() }));
            text.push('\n');
        }
        put_in_place(file, text.as_bytes())?;
        Ok(Exported { n_decisions: decisions.len() })
    }

    /// Takes in the decisions of an export, all of them or none. Taking in the same twice changes nothing, and the
    /// order of several imports says nothing.
    ///
    /// # Errors
    /// The file cannot be read, is no export, or was damaged or changed by hand.
    pub fn import_decisions(&mut self, file: &Path) -> Result<TakenIn, Error> {
        let text = std::fs::read_to_string(file).map_err(|error| cannot_read(file, &error))?;
        let mut lines = text.trim_start_matches('\u{feff}').lines();
        if lines.next().map(str::trim_end) != Some(HEADER) {
            return Err(Error::new(
                format!("{}：不是见林导出的主题整理记录", file.display()),
                "请对方用 jianlin theme export 文件 导出，原样拷来，不要用其他软件改存",
            ));
        }
        let known: BTreeSet<String> = self.theme_decisions()?.into_iter().map(|it| it.uid).collect();
        let (mut new, mut n_known): (Vec<ThemeDecision>, usize) = (Vec::new(), 0);
        for (line_idx, line) in lines.enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let decision =
                theme_decision_of(line).filter(|decision| uid(decision) == decision.uid).ok_or_else(|| {
                    Error::new(
                        format!("{}：第{}行有损坏或被改动过，整份没有导入", file.display(), line_idx + 2),
                        "请对方重新导出，原样拷来；两边的见林版本不同时，先换成同一版本",
                    )
                })?;
            if known.contains(&decision.uid) || new.iter().any(|it| it.uid == decision.uid) {
                n_known += 1;
            } else {
                new.push(ThemeDecision { is_imported: true, ..decision });
            }
        }
        self.store.take_in(&new)?;
        let uids: BTreeSet<&str> = new.iter().map(|it| it.uid.as_str()).collect();
        let log = self.theme_log()?;
        let n_idle = log.iter().filter(|it| it.stands && it.is_idle && uids.contains(it.decision.uid.as_str())).count();
        let mine = |it: &&super::Decided| it.stands && uids.contains(it.decision.uid.as_str());
        let triggers = log.iter().filter(mine).filter(|it| it.decision.action == ThemeAction::Trigger);
        let triggers = triggers.map(|it| it.decision.text.clone()).collect();
        Ok(TakenIn { n_new: new.len(), n_known, n_idle, triggers })
    }
}
