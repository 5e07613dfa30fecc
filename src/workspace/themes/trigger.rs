//! Triggers from themes (归为一类): words of a theme become triggers of a problem type, old or new, once their effect
//! has been seen.

use rayon::prelude::*;

use super::curate::blank;
use crate::diag::Error;
use crate::lang::{Lexicon, normalise};
use crate::model::{Finding, ThemeAction, ThemeDecision, ThemeRef};
use crate::store::Record;
use crate::workspace::{Workspace, decisions::derived, put_in_place, tables};

/// Triggers to be added (要加的触发词).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTrigger {
    /// The words.
    pub words: Vec<String>,
    /// The type, by id or name; where there is none of that name, a new type is made.
    pub type_name: String,
    /// For a new type: its area, by letter or name.
    pub area: Option<String>,
}

/// What triggers would change (效果).
#[derive(Debug, Clone, PartialEq)]
pub struct Effect {
    /// The line for taxonomy.tsv.
    pub line: String,
    /// Id of the type.
    pub type_id: String,
    /// Name of the type.
    pub type_name: String,
    /// Whether the type is new.
    pub is_new_type: bool,
    /// Documents that hold one of the words.
    pub n_documents: usize,
    /// Findings whose type would change: as they are, and as they would be.
    pub changed: Vec<(Finding, Finding)>,
    /// Findings that would be cut out otherwise, or not at all.
    pub n_otherwise: usize,
    scope: String,
    theme: ThemeRef,
}

impl Workspace {
    /// What adding triggers would change: the documents that hold one of the words are extracted with the table as it
    /// would be.
    ///
    /// # Errors
    /// There is no such theme, type or area, a word is too short, or the table would not load.
    pub fn trigger_effect(&self, theme: &str, wanted: &NewTrigger) -> Result<Effect, Error> {
        let findings = self.findings()?;
        let (scope, id) = self.find_theme(theme)?;
        let settled = self.settled(Some(scope.as_str()).filter(|it| !it.is_empty()), &findings)?;
        let theme = settled.theme(&id)?;
        let (type_id, area_name, type_name, is_new_type) = self.type_for(wanted)?;
        for word in &wanted.words {
            if word.chars().count() < 2 || word.contains(['|', '\t', '\n', '#']) {
                return Err(Error::new(
                    format!("“{word}”不能用作触发词"),
                    "触发词写原文里的两个字以上，中间不要有竖线和制表符",
                ));
            }
        }
        let line = format!("{type_id}\t{area_name}\t{type_name}\t{}", wanted.words.join("|"));
        let mut tables = tables(&self.root)?;
        tables.taxonomy = with_line(&tables.taxonomy, &line);
        let lexicon = Lexicon::with(&tables)?;
        let words: Vec<String> = wanted.words.iter().map(|word| normalise(word).text).collect();
        let mut records: Vec<Record> = Vec::new();
        for document in self.store.documents()? {
            if let Some(record) = self.store.record(&document.sha256)?
                && record.blocks.iter().any(|block| {
                    let text = normalise(&block.text).text;
                    words.iter().any(|word| text.contains(word.as_str()))
                })
            {
                records.push(record);
            }
        }
        let corrections = self.corrections()?;
        let derive =
            |record: &Record| (record.findings.clone(), derived(record.clone(), &corrections, &lexicon).findings);
        let pairs: Vec<(Vec<Finding>, Vec<Finding>)> = records.par_iter().map(derive).collect();
        let (mut changed, mut n_otherwise) = (Vec::new(), 0);
        for (before, after) in pairs {
            for finding in before {
                match after.iter().find(|it| it.id == finding.id) {
                    Some(then) if then.type_id != finding.type_id => changed.push((finding, then.clone())),
                    Some(_) => {}
                    None => n_otherwise += 1,
                }
            }
        }
        let n_documents = records.len();
        Ok(Effect { line, type_id, type_name, is_new_type, n_documents, changed, n_otherwise, scope, theme })
    }

    /// Adds the triggers to the workspace's taxonomy.tsv and records it. Documents then wait to be extracted anew.
    ///
    /// # Errors
    /// The table or the record cannot be written.
    pub fn add_trigger(&mut self, effect: &Effect, by: &str, why: &str, at: &str) -> Result<(), Error> {
        let text = with_line(&tables(&self.root)?.taxonomy, &effect.line);
        let decision = ThemeDecision {
            by: by.to_owned(),
            why: why.to_owned(),
            scope: effect.scope.clone(),
            themes: vec![effect.theme.clone()],
            text: effect.line.clone(),
            ..blank(ThemeAction::Trigger)
        };
        let decision = self.stamped(decision, at)?;
        // The table first: should the program end between the two, the line stands there to be seen.
        put_in_place(&self.root.join("taxonomy.tsv"), text.as_bytes())?;
        self.store.decide_theme(&decision, &crate::model::Registration::default())
    }

    /// Takes a line out of the workspace's taxonomy.tsv; one that is not there any more was taken out by hand.
    pub(super) fn remove_trigger(&self, line: &str) -> Result<(), Error> {
        let text = tables(&self.root)?.taxonomy;
        let mut lines: Vec<&str> = text.lines().collect();
        let Some(at) = lines.iter().rposition(|it| *it == line) else { return Ok(()) };
        lines.remove(at);
        let kept = if lines.is_empty() { String::new() } else { lines.join("\n") + "\n" };
        put_in_place(&self.root.join("taxonomy.tsv"), kept.as_bytes())
    }

    /// Id, area name and name of the type that is meant, and whether it is new.
    fn type_for(&self, wanted: &NewTrigger) -> Result<(String, String, String, bool), Error> {
        let types = self.lexicon.taxonomy.types();
        let name = wanted.type_name.trim();
        if let Some(found) = types.iter().find(|it| it.id.eq_ignore_ascii_case(name) || it.name == name) {
            return Ok((found.id.clone(), found.area_name.clone(), found.name.clone(), false));
        }
        let mut areas: Vec<(&str, &str)> = types.iter().map(|it| (it.area(), it.area_name.as_str())).collect();
        areas.sort_unstable();
        areas.dedup();
        let listed = || areas.iter().map(|(id, name)| format!("{id}{name}")).collect::<Vec<_>>().join("、");
        let Some(area) = &wanted.area else {
            let near: Vec<String> = types
                .iter()
                .filter(|it| it.name.contains(name))
                .take(5)
                .map(|it| format!("{}{}", it.id, it.name))
                .collect();
            let hint = if near.is_empty() { String::new() } else { format!("是不是 {}；", near.join("、")) };
            return Err(Error::new(
                format!("没有“{name}”这个问题类型"),
                format!("{hint}要新设这一类，加 --area 领域（{}）", listed()),
            ));
        };
        let found = areas.iter().find(|(id, area_name)| id.eq_ignore_ascii_case(area) || area_name == area);
        let Some((area, area_name)) = found else {
            return Err(Error::new(format!("没有“{area}”这个领域"), format!("领域有 {}", listed())));
        };
        if name.chars().count() < 2 || name.contains(['\t', '\n', '|']) {
            return Err(Error::new(format!("“{name}”不能用作类型名称"), "类型名称写两个字以上"));
        }
        let number = |id: &str| id.trim_start_matches(|it: char| it.is_ascii_uppercase()).parse::<u16>().unwrap_or(0);
        let next = types.iter().filter(|it| it.area() == *area).map(|it| number(&it.id)).max().unwrap_or(0) + 1;
        Ok((format!("{area}{next}"), (*area_name).to_owned(), name.to_owned(), true))
    }
}

fn with_line(text: &str, line: &str) -> String {
    let mut text = text.to_owned();
    if !text.is_empty() && !text.ends_with('\n') {
        text.push('\n');
    }
    text + line + "\n"
}
