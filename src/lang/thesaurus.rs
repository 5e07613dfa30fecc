//! The thesaurus (近义词表): words that say the same thing, for widening a search.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::lexicon::not_there;
use super::normalise;
use crate::diag::Error;

/// The thesaurus (近义词表).
#[derive(Debug)]
pub struct Thesaurus {
    groups: Vec<Vec<String>>,
    /// The groups each word is in.
    by_word: BTreeMap<String, Vec<usize>>,
    words: Vec<String>,
    matcher: AhoCorasick,
}

impl Thesaurus {
    /// Parses tables of one group a line, its words separated by `|`; a line that starts with `-` takes its words out of
    /// all groups.
    pub(super) fn parse(tables: &[&str]) -> Result<Self, Error> {
        let mut groups: Vec<Vec<String>> = Vec::new();
        for table in tables {
            for (line_idx, line) in table.trim_start_matches('\u{feff}').lines().enumerate() {
                let line = line.split('#').next().unwrap_or_default().trim();
                if line.is_empty() {
                    continue;
                }
                if let Some(line) = line.strip_prefix('-') {
                    for word in line.split('|').map(str::trim) {
                        let key = normalise(word).text;
                        if !groups.iter().any(|group| group.contains(&key)) {
                            return Err(not_there(&format!("近义词表第{}行", line_idx + 1), word));
                        }
                        groups.iter_mut().for_each(|group| group.retain(|it| *it != key));
                    }
                    continue;
                }
                let mut group: Vec<String> = line.split('|').map(|word| normalise(word.trim()).text).collect();
                let is_word = |word: &String| (2..=20).contains(&word.chars().count()) && !word.contains(' ');
                if group.len() < 2 || !group.iter().all(is_word) {
                    return Err(Error::new(
                        format!("近义词表第{}行写法不对：{line}", line_idx + 1),
                        "一行写一组意思相同的词，至少两个，用|隔开，每个2～20个字，中间不要有空格",
                    ));
                }
                group.sort();
                group.dedup();
                groups.push(group);
            }
        }
        let mut by_word: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (group_idx, group) in groups.iter().enumerate() {
            for word in group {
                by_word.entry(word.clone()).or_default().push(group_idx);
            }
        }
        let words: Vec<String> = by_word.keys().cloned().collect();
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(&words)
            .map_err(|error| Error::new("近义词表太大，无法载入", "减少自定义的近义词").because(&error))?;
        Ok(Self { groups, by_word, words, matcher })
    }

    /// The other words of the groups a word is in.
    pub fn synonyms(&self, word: &str) -> Vec<&str> {
        let groups = self.by_word.get(word).map_or(&[][..], Vec::as_slice);
        let mut others: Vec<&str> = groups
            .iter()
            .flat_map(|&group_idx| &self.groups[group_idx])
            .map(String::as_str)
            .filter(|other| *other != word)
            .collect();
        others.sort_unstable();
        others.dedup();
        others
    }

    /// The words of the table that stand in a normalised text, as byte ranges; the longest from the left, none inside
    /// another.
    pub fn words_in<'a>(&'a self, text: &'a str) -> impl Iterator<Item = (std::ops::Range<usize>, &'a str)> + 'a {
        self.matcher.find_iter(text).map(|hit| (hit.range(), self.words[hit.pattern().as_usize()].as_str()))
    }

    /// All words of the table.
    pub fn words(&self) -> &[String] {
        &self.words
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::{Lexicon, Tables};

    #[test]
    fn groups_are_extended_and_taken_from() {
        let with = |text: &str| Lexicon::with(&Tables { thesaurus: text.to_owned(), ..Tables::default() });
        let lexicon = with("晒太阳工程|摆设工程\n").unwrap();
        assert_eq!(lexicon.thesaurus.synonyms("晒太阳工程"), ["摆设工程"]);
        assert!(lexicon.thesaurus.synonyms("公车").contains(&"公务用车"));
        let lexicon = with("-公车\n").unwrap();
        assert!(lexicon.thesaurus.synonyms("公车").is_empty());
        assert!(!lexicon.thesaurus.synonyms("公务车辆").contains(&"公车"));
        assert!(with("只有一个词\n").unwrap_err().message.starts_with("近义词表第1行"));
        assert!(with("-子虚乌有\n").unwrap_err().message.contains("子虚乌有"));
        assert_ne!(lexicon.index_stamp, Lexicon::builtin().index_stamp);
        assert_eq!(lexicon.stamp, Lexicon::builtin().stamp);
    }
}
