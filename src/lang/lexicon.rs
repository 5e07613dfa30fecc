//! The lexicon (词库): segmenter, taxonomy and sector registry, built from the same tables.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock};

use super::{Cues, Sectors, Segmenter, Taxonomy};
use crate::diag::Error;

/// A user's own tables (自定义词表), as the text of their files; empty where there is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tables {
    /// `dictionary.txt`: one word a line.
    pub words: String,
    /// `taxonomy.tsv`: lines like those of the built-in taxonomy; a known id is extended, a new one added.
    pub taxonomy: String,
    /// `sectors.tsv`: lines like those of the built-in registry; a known sector is extended, a new one added.
    pub sectors: String,
    /// `cues.tsv`: lines like those of the built-in cue words, added to them.
    pub cues: String,
}

/// What words mean (词库).
#[derive(Debug)]
pub struct Lexicon {
    /// Word segmentation.
    pub segmenter: Segmenter,
    /// Problem types.
    pub taxonomy: Taxonomy,
    /// Sectors and the unit names that belong to them.
    pub sectors: Sectors,
    /// Cue words.
    pub cues: Cues,
    /// Names the tables this lexicon was built from: the same stamp means the same segmentation and types.
    pub stamp: String,
}

impl Lexicon {
    /// The built-in lexicon; built once in a process.
    pub fn builtin() -> Arc<Self> {
        static BUILTIN: LazyLock<Arc<Lexicon>> = LazyLock::new(|| match Lexicon::with(&Tables::default()) {
            Ok(lexicon) => Arc::new(lexicon),
            // A test loads the built-in tables, so a wrong line in them cannot be released.
            Err(error) => unreachable!("built-in tables: {error}"),
        });
        Arc::clone(&BUILTIN)
    }

    /// The built-in tables extended by the user's.
    ///
    /// # Errors
    /// A line that cannot be used, with its table, line number and reason; nothing is then loaded.
    pub fn with(tables: &Tables) -> Result<Self, Error> {
        let taxonomy = Taxonomy::parse(&[include_str!("data/taxonomy.tsv"), &tables.taxonomy])?;
        let sectors = Sectors::parse(&[include_str!("data/sectors.tsv"), &tables.sectors])?;
        let cues = Cues::parse(&[include_str!("data/cues.tsv"), &tables.cues])?;
        let mut words = dictionary_words(include_str!("data/words.txt"))?;
        words.extend(dictionary_words(&tables.words)?);
        words.extend(taxonomy.trigger_words());
        let segmenter = Segmenter::new(&words);
        let stamp = stamp(&[&tables.words, &tables.taxonomy, &tables.sectors, &tables.cues]);
        Ok(Self { segmenter, taxonomy, sectors, cues, stamp })
    }
}

/// The words of a dictionary file; comments start with `#`.
fn dictionary_words(text: &str) -> Result<BTreeSet<String>, Error> {
    let mut words = BTreeSet::new();
    for (line_idx, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let word = line.split('#').next().unwrap_or_default().trim();
        if word.is_empty() {
            continue;
        }
        let n_chars = word.chars().count();
        if !(2..=20).contains(&n_chars) || word.contains(char::is_whitespace) {
            return Err(Error::new(
                format!("词表第{}行“{word}”不能用作词", line_idx + 1),
                "一行只写一个词，2～20个字，中间不要有空格，也不要写词频",
            ));
        }
        words.insert(word.to_owned());
    }
    Ok(words)
}

/// FNV-1a over the built-in and the user's tables and the version of this program.
fn stamp(user: &[&str]) -> String {
    let builtin = [
        include_str!("data/taxonomy.tsv"),
        include_str!("data/sectors.tsv"),
        include_str!("data/words.txt"),
        include_str!("data/cues.tsv"),
    ];
    let version = env!("CARGO_PKG_VERSION");
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for part in builtin.iter().chain(user).chain([&version]) {
        for byte in part.bytes().chain([0]) {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }
    format!("{hash:016x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn builtin_tables_load() {
        let lexicon = Lexicon::builtin();
        assert!(lexicon.taxonomy.types().len() > 90);
        assert_eq!(lexicon.sectors.of_unit("东澜市第一中学党委").first(), Some(&"教育"));
    }

    #[test]
    fn a_bad_line_is_named_and_nothing_is_loaded() {
        let tables = Tables { words: "食堂采购\n好 词\n".into(), ..Tables::default() };
        let error = Lexicon::with(&tables).unwrap_err();
        assert_eq!(error.message, "词表第2行“好 词”不能用作词");
    }
}
