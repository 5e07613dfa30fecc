//! The registry of sectors (系统登记表): which unit names belong to which sector.

use std::collections::BTreeMap;

use aho_corasick::AhoCorasick;

use super::lexicon::not_there;
use crate::diag::Error;

/// The registry (系统登记表).
#[derive(Debug)]
pub struct Sectors {
    sectors: Vec<Entry>,
    /// All patterns of unit names, and which sector each is of.
    patterns: AhoCorasick,
    pattern_of: Vec<usize>,
    /// All names and aliases, and which sector each is of.
    names: AhoCorasick,
    name_of: Vec<usize>,
}

#[derive(Debug)]
struct Entry {
    name: String,
    /// Only for units that belong to no other sector.
    is_fallback: bool,
    aliases: Vec<String>,
    patterns: Vec<String>,
}

impl Sectors {
    /// Parses tables of `sector <Tab> aliases <Tab> unit-name patterns`, later ones extending earlier ones;
    /// `-sector` takes away.
    pub(super) fn parse(tables: &[&str]) -> Result<Self, Error> {
        let mut sectors: Vec<Entry> = Vec::new();
        for table in tables {
            for (line_idx, line) in table.trim_start_matches('\u{feff}').lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') {
                    continue;
                }
                let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
                let [name, aliases, patterns] = fields[..] else {
                    return Err(Error::new(
                        format!("系统登记表第{}行写法不对：{line}", line_idx + 1),
                        "一行三栏，用制表符隔开：系统名、别名（用|隔开）、单位名特征（用|隔开）",
                    ));
                };
                let words = |field: &str| -> Vec<String> {
                    field.split('|').filter(|word| !word.is_empty()).map(str::to_owned).collect()
                };
                let is_fallback = name.starts_with('?');
                let is_removal = name.starts_with('-');
                let name = name.trim_start_matches(['?', '-']);
                if is_removal {
                    let place = format!("系统登记表第{}行", line_idx + 1);
                    let entry = sectors.iter_mut().find(|it| it.name == name).ok_or_else(|| not_there(&place, name))?;
                    for (known, gone) in [(&mut entry.aliases, aliases), (&mut entry.patterns, patterns)] {
                        for word in words(gone) {
                            let at = known.iter().position(|it| *it == word).ok_or_else(|| not_there(&place, &word))?;
                            known.remove(at);
                        }
                    }
                    continue;
                }
                match sectors.iter_mut().find(|entry| entry.name == name) {
                    Some(entry) => {
                        entry.aliases.extend(words(aliases));
                        entry.patterns.extend(words(patterns));
                    }
                    None => {
                        sectors.push(Entry {
                            name: name.to_owned(),
                            is_fallback,
                            aliases: words(aliases),
                            patterns: words(patterns),
                        });
                    }
                }
            }
        }
        let (patterns, pattern_of) = automaton(&sectors, |entry| entry.patterns.iter().collect())?;
        let (names, name_of) = automaton(&sectors, |entry| entry.aliases.iter().chain([&entry.name]).collect())?;
        Ok(Self { sectors, patterns, pattern_of, names, name_of })
    }

    /// Names of all sectors, in the order of the registry.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.sectors.iter().map(|entry| entry.name.as_str())
    }

    /// The sector called so, by name or alias, with or without 系统.
    pub fn named(&self, name: &str) -> Option<&str> {
        let name = name.trim().trim_end_matches("系统").trim_end_matches("领域");
        let entry = self.sectors.iter().find(|entry| entry.name == name || entry.aliases.iter().any(|it| it == name));
        entry.map(|entry| entry.name.as_str())
    }

    /// The sectors of a unit by its name, best first: the longest pattern decides, of equally long ones the one that
    /// ends last, for Chinese unit names end in what they are.
    pub fn of_unit(&self, unit: &str) -> Vec<&str> {
        let mut best: BTreeMap<usize, (usize, usize)> = BTreeMap::new();
        for hit in self.patterns.find_overlapping_iter(unit) {
            let own = (unit[hit.range()].chars().count(), hit.end());
            let known = best.entry(self.pattern_of[hit.pattern().as_usize()]).or_default();
            *known = own.max(*known);
        }
        let mut found: Vec<(bool, usize, usize, usize)> = best
            .into_iter()
            .map(|(at, (n_chars, end))| (self.sectors[at].is_fallback, usize::MAX - n_chars, usize::MAX - end, at))
            .collect();
        found.sort_unstable();
        found.into_iter().map(|(.., entry_idx)| self.sectors[entry_idx].name.as_str()).collect()
    }

    /// Whether a sector takes only units that belong to no other.
    pub fn is_fallback(&self, name: &str) -> bool {
        self.sectors.iter().any(|entry| entry.name == name && entry.is_fallback)
    }

    /// The sectors a text names as a system, such as 教育系统 or 涉粮领域, in order of appearance.
    pub fn in_text(&self, text: &str) -> Vec<&str> {
        let mut found: Vec<usize> = Vec::new();
        for hit in self.names.find_overlapping_iter(text) {
            let after = &text[hit.end()..];
            let names = ["系统", "领域", "行业", "问题专项", "专项巡察"].iter().any(|suffix| after.starts_with(suffix));
            let entry_idx = self.name_of[hit.pattern().as_usize()];
            if names && !found.contains(&entry_idx) {
                found.push(entry_idx);
            }
        }
        found.into_iter().map(|entry_idx| self.sectors[entry_idx].name.as_str()).collect()
    }
}

/// One automaton over words of all sectors, with the sector of each word.
fn automaton(sectors: &[Entry], words: fn(&Entry) -> Vec<&String>) -> Result<(AhoCorasick, Vec<usize>), Error> {
    let all: Vec<(usize, &String)> = sectors
        .iter()
        .enumerate()
        .flat_map(|(at, entry)| words(entry).into_iter().map(move |word| (at, word)))
        .collect();
    let automaton = AhoCorasick::new(all.iter().map(|(_, word)| word))
        .map_err(|error| Error::new("系统登记表太大，无法载入", "减少自定义的单位名特征").because(&error))?;
    Ok((automaton, all.into_iter().map(|(at, _)| at).collect()))
}
