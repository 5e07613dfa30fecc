//! Decisions of people (人的决策) and their effect on what is recorded.

use std::collections::{BTreeMap, BTreeSet};

use super::{GIVEN, Given, Workspace, derive, sha256};
use crate::diag::Error;
use crate::extract::{merged, split_at};
use crate::lang::Lexicon;
use crate::model::{Correction, CorrectionAction, Finding, Quotation};
use crate::store::{Decision, JournalEntry, Record};

/// The corrections in force (现行更正), found by the document or path they are about.
#[derive(Debug, Default)]
pub struct Corrections {
    all: Vec<Correction>,
    by_document: BTreeMap<String, Vec<usize>>,
    by_path: BTreeMap<String, Vec<usize>>,
}

impl Corrections {
    fn in_force(entries: &[JournalEntry]) -> Self {
        let mut corrections = Self::default();
        for entry in in_force(entries) {
            if let Decision::Correction(correction) = &entry.decision {
                corrections.add(correction.clone());
            }
        }
        corrections
    }

    fn add(&mut self, correction: Correction) {
        let position = self.all.len();
        if let Some(on) = correction.on.first() {
            self.by_document.entry(on.place.document.clone()).or_default().push(position);
        }
        self.by_path.entry(correction.path.clone()).or_default().push(position);
        self.all.push(correction);
    }

    /// The corrections of a document, known by its bytes or by its path, in the order they were made.
    pub(super) fn of(&self, document: &str, path: &str) -> Vec<&Correction> {
        let of_document = self.by_document.get(document).into_iter().flatten();
        let of_path = self.by_path.get(path).into_iter().flatten();
        let positions: BTreeSet<usize> = of_document.chain(of_path).copied().collect();
        positions.into_iter().map(|position| &self.all[position]).collect()
    }
}

/// The corrections that no later entry has undone.
fn in_force(entries: &[JournalEntry]) -> impl Iterator<Item = &JournalEntry> {
    let undone: BTreeSet<i64> = entries
        .iter()
        .filter_map(|entry| match entry.decision {
            Decision::Undo(number) => Some(number),
            Decision::Correction(_) | Decision::Theme(_) => None,
        })
        .collect();
    let is_standing = move |entry: &&JournalEntry| {
        matches!(entry.decision, Decision::Correction(_)) && !undone.contains(&entry.number)
    };
    entries.iter().filter(is_standing)
}

/// What to do to findings (要做的更正).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// Confirm it.
    Accept,
    /// It is no problem.
    Reject,
    /// It is of this type: an id or a name.
    Retype(String),
    /// The second part begins with these words.
    Split(String),
    /// They are one.
    Merge,
}

impl Workspace {
    /// The corrections in force.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn corrections(&self) -> Result<Corrections, Error> {
        Ok(Corrections::in_force(&self.store.journal()?))
    }

    /// Corrects findings: the decision and its effect are recorded together. Returns the findings that now stand in
    /// their place.
    ///
    /// # Errors
    /// There is no such type, the words are not in the finding, the findings cannot be merged, or the record cannot be
    /// written.
    pub fn correct(&mut self, ids: &[String], wanted: &Wanted, why: &str, at: &str) -> Result<Vec<Finding>, Error> {
        let mut findings = Vec::new();
        for id in ids {
            findings.extend(self.store.finding(id)?);
        }
        let Some(first) = findings.first() else { return Ok(Vec::new()) };
        let document = first.place.document.clone();
        if findings.iter().any(|finding| finding.place.document != document) {
            return Err(Error::new("这几条问题不在同一份文书里，不能合并", "只合并同一份文书中连着写的几条"));
        }
        let Some(record) = self.store.record(&document)? else { return Ok(Vec::new()) };
        let correction = self.correction(&findings, &record, wanted)?;
        let mut corrections = self.corrections()?;
        corrections.add(correction.clone());
        let places: Vec<Quotation> =
            if correction.parts.is_empty() { correction.on.clone() } else { correction.parts.clone() };
        let record = self.derived(record, &corrections);
        let now: Vec<Finding> = record
            .findings
            .iter()
            .filter(|finding| places.iter().any(|it| it.place == finding.place))
            .cloned()
            .collect();
        self.store.decide(at, &Decision::Correction(correction), why, &[record])?;
        Ok(now)
    }

    fn correction(&self, findings: &[Finding], record: &Record, wanted: &Wanted) -> Result<Correction, Error> {
        let quotation = |finding: &Finding| Quotation { quote: finding.quote.clone(), place: finding.place.clone() };
        let mut correction = Correction {
            action: CorrectionAction::Accept,
            path: record.source.path.clone(),
            on: findings.iter().map(quotation).collect(),
            parts: Vec::new(),
            type_id: None,
        };
        match wanted {
            Wanted::Accept => {}
            Wanted::Reject => correction.action = CorrectionAction::Reject,
            Wanted::Retype(name) => {
                let types = self.lexicon.taxonomy.types();
                let found = types.iter().find(|it| it.id.eq_ignore_ascii_case(name) || it.name == *name);
                let near = || {
                    let like = types.iter().filter(|it| it.name.contains(name.as_str())).take(5);
                    let listed: Vec<String> = like.map(|it| format!("{}{}", it.id, it.name)).collect();
                    if listed.is_empty() {
                        "写类型编号（如 E1）或全名；类型可从 jianlin search 的结果里看到".to_owned()
                    } else {
                        format!("是不是 {}", listed.join("、"))
                    }
                };
                let Some(found) = found else {
                    return Err(Error::new(format!("没有“{name}”这个问题类型"), near()));
                };
                correction.action = CorrectionAction::Retype;
                correction.type_id = Some(found.id.clone());
            }
            Wanted::Split(words) => {
                let parts = split_at(&findings[0], words, &record.blocks).ok_or_else(|| {
                    Error::new(format!("问题里没有“{words}”，或者拆出来的一条太短"), "--at 后面照抄后一条开头的几个字")
                })?;
                correction.action = CorrectionAction::Split;
                correction.parts = parts.into();
            }
            Wanted::Merge => {
                if findings.len() < 2 {
                    return Err(Error::new("要合并的问题不到两条", "写上要合并的各条问题的编号"));
                }
                let all: Vec<&Finding> = findings.iter().collect();
                correction.action = CorrectionAction::Merge;
                correction.parts.extend(merged(&all, &record.blocks));
            }
        }
        Ok(correction)
    }

    /// Undoes the entry of this number, else the last one in force; returns it, or nothing if there is none.
    ///
    /// # Errors
    /// The record cannot be written.
    pub fn undo(&mut self, number: Option<i64>, at: &str) -> Result<Option<JournalEntry>, Error> {
        let mut entries = self.store.journal()?;
        let chosen = in_force(&entries).filter(|entry| number.is_none_or(|number| entry.number == number)).last();
        let Some(chosen) = chosen.cloned() else { return Ok(None) };
        let undo = Decision::Undo(chosen.number);
        entries.push(JournalEntry { number: i64::MAX, at: String::new(), decision: undo.clone(), why: String::new() });
        let corrections = Corrections::in_force(&entries);
        let mut documents: BTreeSet<String> = BTreeSet::new();
        if let Decision::Correction(correction) = &chosen.decision {
            documents.extend(correction.on.iter().map(|it| it.place.document.clone()));
            documents.extend(self.store.record_at(&correction.path)?.map(|record| record.source.sha256));
        }
        let mut records = Vec::new();
        for document in documents {
            if let Some(record) = self.store.record(&document)? {
                records.push(self.derived(record, &corrections));
            }
        }
        self.store.decide(at, &undo, "", &records)?;
        Ok(Some(chosen))
    }

    /// The corrections and what undid them, with whether each is in force.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn decisions(&self) -> Result<Vec<(JournalEntry, bool)>, Error> {
        let mut entries = self.store.journal()?;
        entries.retain(|entry| !matches!(entry.decision, Decision::Theme(_)));
        let standing: BTreeSet<i64> = in_force(&entries).map(|entry| entry.number).collect();
        Ok(entries.into_iter().map(|entry| (entry.clone(), standing.contains(&entry.number))).collect())
    }

    /// Extracts a recorded document anew from its recorded text.
    fn derived(&self, record: Record, corrections: &Corrections) -> Record {
        derived(record, corrections, &self.lexicon)
    }

    /// Extracts all documents anew that another version of the program or other tables extracted; returns how many.
    ///
    /// # Errors
    /// The record cannot be read or written.
    pub fn extract_stale(&mut self) -> Result<usize, Error> {
        let corrections = self.corrections()?;
        let stale = self.stale()?;
        for document in &stale {
            if let Some(record) = self.store.record(document)? {
                let record = self.derived(record, &corrections);
                self.store.revise(&record)?;
            }
        }
        Ok(stale.len())
    }

    /// The documents that another version of the program or other tables extracted.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn stale(&self) -> Result<Vec<String>, Error> {
        self.store.extracted_otherwise(&format!("{}|", self.lexicon.stamp))
    }
}

/// Extracts a recorded document anew from its recorded text with these tables.
pub(super) fn derived(record: Record, corrections: &Corrections, lexicon: &Lexicon) -> Record {
    let given = stated(&record.extracted_with);
    derive(record.source, record.blocks, (record.verdict, record.diagnostics), &given, lexicon, corrections)
}

/// What the stamp of a document says the user stated of it; it was taken in, whatever its marking.
fn stated(stamp: &str) -> Given {
    let text = stamp.split_once(GIVEN).map_or("", |(_, text)| text);
    let (sector, unit, round) = serde_json::from_str(text).unwrap_or_default();
    Given { sector, unit, round, accept_marked: true }
}

/// A stamp for the corrections that were applied to a document; empty where there are none.
pub(super) fn stamp(corrections: &[&Correction]) -> String {
    if corrections.is_empty() {
        return String::new();
    }
    format!("|journal:{}", &sha256(format!("{corrections:?}").as_bytes())[..16])
}
