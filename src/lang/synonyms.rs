//! Synonyms (同义说法): different words for one thing, brought to one before problems are compared.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::lexicon::not_there;
use super::normalise;
use crate::diag::Error;

/// The synonyms (同义词表).
#[derive(Debug)]
pub struct Synonyms {
    matcher: AhoCorasick,
    /// For each pattern of `matcher`, the word that stands for it.
    standard: Vec<String>,
}

impl Synonyms {
    /// Parses tables of `word <Tab> words that mean it`, later ones winning; a line that starts with `-` takes its words
    /// away. Words are normalised.
    pub(super) fn parse(tables: &[&str]) -> Result<Self, Error> {
        let mut standard_of: BTreeMap<String, String> = BTreeMap::new();
        for table in tables {
            for (line_idx, line) in table.trim_start_matches('\u{feff}').lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') {
                    continue;
                }
                let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
                let [standard, words] = fields[..] else { return Err(wrong_line(line_idx, line)) };
                let standard_word = normalise(standard.trim_start_matches('-')).text;
                if standard_word.is_empty() {
                    return Err(wrong_line(line_idx, line));
                }
                for word in words.split('|').map(str::trim).filter(|word| !word.is_empty()) {
                    let key = normalise(word).text;
                    if !standard.starts_with('-') {
                        standard_of.insert(key, standard_word.clone());
                    } else if standard_of.get(&key) == Some(&standard_word) {
                        standard_of.remove(&key);
                    } else {
                        return Err(not_there(&format!("同义词表第{}行", line_idx + 1), word));
                    }
                }
            }
        }
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(standard_of.keys())
            .map_err(|error| Error::new("同义词表太大，无法载入", "减少自定义的同义词").because(&error))?;
        Ok(Self { matcher, standard: standard_of.into_values().collect() })
    }

    /// A normalised text with every word replaced by the one that stands for it.
    pub fn unified(&self, text: &str) -> String {
        self.matcher.replace_all(text, &self.standard)
    }
}

fn wrong_line(line_idx: usize, line: &str) -> Error {
    Error::new(
        format!("同义词表第{}行写法不对：{line}", line_idx + 1),
        "一行两栏，用制表符隔开：标准说法、意思相同的说法（用|隔开）",
    )
}

#[cfg(test)]
mod tests {
    use crate::lang::{Lexicon, Tables};

    #[test]
    fn words_for_one_thing_meet_and_an_office_can_correct_them() {
        let builtin = Lexicon::builtin();
        assert_eq!(builtin.synonyms.unified("公车维修"), builtin.synonyms.unified("公务车辆维修"));
        let tables = Tables { synonyms: "-公务用车\t公车\n乒乓球\t乒乓\n".into(), ..Tables::default() };
        let own = Lexicon::with(&tables).unwrap();
        assert_eq!(own.synonyms.unified("公车打乒乓"), "公车打乒乓球");
        let tables = Tables { synonyms: "-公务用车\t飞机\n".into(), ..Tables::default() };
        assert!(Lexicon::with(&tables).unwrap_err().message.contains("飞机"));
    }
}
