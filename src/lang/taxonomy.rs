//! The taxonomy of problem types (问题类型) and the words that point to them.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::lexicon::not_there;
use super::normalise;
use crate::diag::Error;

/// Types whose wording says nothing concrete (概括性表述); they are reported apart.
const GENERAL: [&str; 7] = ["A2", "C1", "I1", "D8", "E1", "M1", "N3"];

/// A problem type (问题类型): a leaf of the two-level taxonomy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemType {
    /// Id, such as `E1`; its letters are the area.
    pub id: String,
    /// Name of the area.
    pub area_name: String,
    /// Name of the type.
    pub name: String,
    /// Whether umbrella wording belongs here.
    pub general: bool,
}

impl ProblemType {
    /// Area, such as `E`.
    pub fn area(&self) -> &str {
        self.id.trim_end_matches(|character: char| character.is_ascii_digit())
    }
}

/// A trigger (触发词) found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Trigger {
    /// The type it points to, as an index into [`Taxonomy::types`].
    pub type_idx: usize,
    /// First byte in the text.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
    /// Whether the word is common in other problems too and only hints at the type.
    pub is_weak: bool,
    /// Whether the user's own table adds it.
    pub is_own: bool,
}

/// A type that a trigger points to.
#[derive(Debug, Clone, Copy)]
struct Target {
    type_idx: usize,
    is_weak: bool,
    is_own: bool,
}

/// The taxonomy (问题分类).
#[derive(Debug)]
pub struct Taxonomy {
    types: Vec<ProblemType>,
    /// Position of each type by its id.
    by_id: BTreeMap<String, usize>,
    matcher: AhoCorasick,
    /// For each pattern of `matcher`, the types it points to.
    targets: Vec<Vec<Target>>,
    words: Vec<String>,
}

impl Taxonomy {
    /// Parses tables of `id <Tab> area name <Tab> name <Tab> triggers`, later ones extending earlier ones. A trigger
    /// that ends in `~` only hints at the type; a line that starts with `-` takes its triggers away.
    pub(super) fn parse(tables: &[&str]) -> Result<Self, Error> {
        let mut types: Vec<ProblemType> = Vec::new();
        let mut triggers: BTreeMap<String, Vec<Target>> = BTreeMap::new();
        for (table_idx, table) in tables.iter().enumerate() {
            for (line_idx, line) in table.trim_start_matches('\u{feff}').lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') || line.starts_with("id\t") {
                    continue;
                }
                if let Some(line) = line.strip_prefix('-') {
                    take_away(line, &types, &mut triggers).map_err(|word| {
                        word.map_or_else(
                            || wrong_line(line_idx, line),
                            |word| not_there(&format!("问题分类表第{}行", line_idx + 1), &word),
                        )
                    })?;
                    continue;
                }
                let (problem_type, words) = parse_line(line).ok_or_else(|| wrong_line(line_idx, line))?;
                let known = types.iter().position(|known| known.id == problem_type.id);
                let type_idx = known.unwrap_or(types.len());
                if known.is_none() {
                    types.push(problem_type);
                }
                for word in words {
                    let is_weak = word.ends_with('~');
                    let targets = triggers.entry(normalise(word.trim_end_matches('~')).text).or_default();
                    let is_own = table_idx > 0;
                    match targets.iter_mut().find(|known| known.type_idx == type_idx) {
                        Some(known) => known.is_own |= is_own,
                        None => targets.push(Target { type_idx, is_weak, is_own }),
                    }
                }
            }
        }
        let words: Vec<String> = triggers.keys().cloned().collect();
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(&words)
            .map_err(|error| Error::new("触发词表太大，无法载入", "减少自定义的触发词").because(&error))?;
        let by_id = types.iter().enumerate().map(|(type_idx, it)| (it.id.clone(), type_idx)).collect();
        Ok(Self { types, by_id, matcher, targets: triggers.into_values().collect(), words })
    }

    /// All types, in the order of the table.
    pub fn types(&self) -> &[ProblemType] {
        &self.types
    }

    /// Where in [`Taxonomy::types`] the type with this id is.
    pub fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// The same for many ids, which are sorted.
    pub fn positions(&self, ids: &[String]) -> Vec<Option<usize>> {
        let mut known = self.by_id.iter().peekable();
        let mut of = |id: &String| {
            while known.next_if(|(other, _)| *other < id).is_some() {}
            known.peek().filter(|(other, _)| *other == id).map(|(_, type_idx)| **type_idx)
        };
        ids.iter().map(&mut of).collect()
    }

    /// The type with this id.
    pub fn get(&self, id: &str) -> Option<&ProblemType> {
        self.by_id.get(id).map(|&type_idx| &self.types[type_idx])
    }

    /// All triggers in a normalised text, in order; of nested ones for the same type only the longest.
    pub fn triggers(&self, text: &str) -> Vec<Trigger> {
        let mut found: Vec<Trigger> = Vec::new();
        for hit in self.matcher.find_overlapping_iter(text) {
            for &Target { type_idx, is_weak, is_own } in &self.targets[hit.pattern().as_usize()] {
                found.push(Trigger { type_idx, start: hit.start(), end: hit.end(), is_weak, is_own });
            }
        }
        found.sort_by_key(|trigger| (trigger.type_idx, trigger.start, usize::MAX - trigger.end));
        let mut kept: Vec<Trigger> = Vec::with_capacity(found.len());
        for trigger in found {
            let inside = kept.last().is_some_and(|last| last.type_idx == trigger.type_idx && trigger.end <= last.end);
            if !inside {
                kept.push(trigger);
            }
        }
        kept.sort_by_key(|trigger| (trigger.start, trigger.end, trigger.type_idx));
        kept
    }

    /// The type of the longest trigger in a normalised text, of equally long ones the first.
    pub fn topic(&self, text: &str) -> Option<usize> {
        let mut best: Option<(usize, usize, usize)> = None;
        for hit in self.matcher.find_overlapping_iter(text) {
            let targets = self.targets[hit.pattern().as_usize()].iter().filter(|target| !target.is_weak);
            let Some(type_idx) = targets.map(|target| target.type_idx).max() else { continue };
            best = best.max(Some((hit.end() - hit.start(), usize::MAX - hit.start(), type_idx)));
        }
        best.map(|(.., type_idx)| type_idx)
    }

    /// All triggers with the types they point to.
    pub fn all_triggers(&self) -> impl Iterator<Item = (&str, Vec<&ProblemType>)> {
        let of = |targets: &Vec<Target>| targets.iter().map(|target| &self.types[target.type_idx]).collect();
        self.words.iter().map(String::as_str).zip(self.targets.iter().map(of))
    }

    /// The words of the taxonomy that are worth keeping whole when text is segmented.
    pub(super) fn trigger_words(&self) -> impl Iterator<Item = String> + '_ {
        self.words.iter().filter(|word| (2..=6).contains(&word.chars().count())).cloned()
    }
}

/// Takes the triggers of a line away from its type.
///
/// # Errors
/// The word that the type has no trigger of, or nothing where the line itself cannot be used.
fn take_away(
    line: &str,
    types: &[ProblemType],
    triggers: &mut BTreeMap<String, Vec<Target>>,
) -> Result<(), Option<String>> {
    let mut fields = line.split('\t').map(str::trim);
    let type_idx = fields.next().and_then(|id| types.iter().position(|it| it.id == id)).ok_or(None)?;
    let words = fields.nth(2).ok_or(None)?;
    for word in words.split('|').map(str::trim).filter(|word| !word.is_empty()) {
        let key = normalise(word.trim_end_matches('~')).text;
        let targets = triggers.get_mut(&key).ok_or_else(|| Some(word.to_owned()))?;
        let n_before = targets.len();
        targets.retain(|target| target.type_idx != type_idx);
        if targets.len() == n_before {
            return Err(Some(word.to_owned()));
        }
        if targets.is_empty() {
            triggers.remove(&key);
        }
    }
    Ok(())
}

fn parse_line(line: &str) -> Option<(ProblemType, Vec<String>)> {
    let mut fields = line.split('\t').map(str::trim);
    let (id, area_name, name, triggers) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let digits = id.trim_start_matches(|character: char| character.is_ascii_uppercase());
    if digits.is_empty() || digits.len() == id.len() || digits.parse::<u16>().is_err() || name.is_empty() {
        return None;
    }
    let words = triggers.split('|').map(str::trim).filter(|word| word.chars().count() > 1).map(str::to_owned).collect();
    let general = GENERAL.contains(&id);
    Some((ProblemType { id: id.into(), area_name: area_name.into(), name: name.into(), general }, words))
}

fn wrong_line(line_idx: usize, line: &str) -> Error {
    Error::new(
        format!("问题分类表第{}行写法不对：{line}", line_idx + 1),
        "一行四栏，用制表符隔开：编号（如E1）、领域、名称、触发词（用|隔开）",
    )
}
