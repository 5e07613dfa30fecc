//! The lexicon (词库): segmenter, taxonomy and sector registry, built from the same tables.

use std::collections::BTreeSet;
use std::sync::{Arc, LazyLock, OnceLock};

use super::pinyin::Spellings;
use super::{Cues, Frames, Renames, Sectors, Segmenter, Synonyms, Taxonomy, Thesaurus};
use crate::diag::Error;

/// A user's own tables (自定义词表), as the text of their files; empty where there is none. Their lines add to the
/// built-in ones; a line that starts with `-` takes its words away.
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
    /// `frames.tsv`: parts of local inspection frames, tried before the built-in ones.
    pub frames: String,
    /// `renames.tsv`: offices that were renamed, looked up before the built-in ones.
    pub renames: String,
    /// `synonyms.tsv`: words for one thing, added to the built-in ones.
    pub synonyms: String,
    /// `thesaurus.tsv`: groups of words that mean the same, added to the built-in ones.
    pub thesaurus: String,
}

const THESAURUS: &str = include_str!("data/thesaurus.tsv");

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
    /// Official inspection frames by year.
    pub frames: Frames,
    /// Offices that were renamed.
    pub renames: Renames,
    /// Words for one thing.
    pub synonyms: Synonyms,
    /// Words that mean the same.
    pub thesaurus: Thesaurus,
    words: BTreeSet<String>,
    spellings: OnceLock<Spellings>,
    /// Names the tables this lexicon was built from: the same stamp means the same segmentation and types.
    pub stamp: String,
    /// The same with the thesaurus, which searching uses and extraction does not.
    pub index_stamp: String,
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
        let frames = Frames::parse(&[include_str!("data/frames.tsv"), &tables.frames], &taxonomy)?;
        let renames = Renames::parse(&[include_str!("data/renames.tsv"), &tables.renames])?;
        let synonyms = Synonyms::parse(&[include_str!("data/synonyms.tsv"), &tables.synonyms])?;
        let thesaurus = Thesaurus::parse(&[THESAURUS, &tables.thesaurus])?;
        let mut words = BTreeSet::new();
        dictionary_words(include_str!("data/words.txt"), &mut words)?;
        dictionary_words(&tables.words, &mut words)?;
        words.extend(taxonomy.trigger_words());
        let segmenter = Segmenter::new(&words);
        // Synonyms are no part of the stamp: they are looked up when problems are compared, nothing stored depends on them.
        let stamp =
            stamp(&[&tables.words, &tables.taxonomy, &tables.sectors, &tables.cues, &tables.frames, &tables.renames]);
        let spellings = OnceLock::new();
        let index_stamp = format!("{stamp}-{}", hashed(&[THESAURUS, &tables.thesaurus]));
        Ok(Self {
            segmenter,
            taxonomy,
            sectors,
            cues,
            frames,
            renames,
            synonyms,
            thesaurus,
            words,
            spellings,
            stamp,
            index_stamp,
        })
    }

    /// The words of the tables that are spelt so in Latin letters, in full or by first letters (拼音).
    pub fn pinyin_words(&self, spelling: &str) -> &[String] {
        if spelling.len() < 3 || !spelling.bytes().all(|byte| byte.is_ascii_lowercase()) {
            return &[];
        }
        self.spellings.get_or_init(|| Spellings::of(self.words())).words(spelling)
    }

    /// The words of the tables (词表中的词): of the dictionary, the taxonomy and the thesaurus.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        self.words.iter().chain(self.thesaurus.words()).map(String::as_str)
    }
}

/// Adds the words of a dictionary file, and takes away those after `-`; comments start with `#`.
fn dictionary_words(text: &str, words: &mut BTreeSet<String>) -> Result<(), Error> {
    for (line_idx, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let word = line.split('#').next().unwrap_or_default().trim();
        if word.is_empty() {
            continue;
        }
        if let Some(word) = word.strip_prefix('-') {
            if !words.remove(word.trim()) {
                return Err(not_there(&format!("词表第{}行", line_idx + 1), word));
            }
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
    Ok(())
}

/// A word is to be taken away that no table holds: the line would do nothing.
pub(super) fn not_there(place: &str, word: &str) -> Error {
    Error::new(
        format!("{place}要去掉的“{}”本来就不在表中", word.trim()),
        "检查有没有写错字；去掉一个词时，要与原表写得一模一样",
    )
}

/// Names the built-in and the user's tables that extraction uses, and the version of this program.
fn stamp(user: &[&str]) -> String {
    let builtin = [
        include_str!("data/taxonomy.tsv"),
        include_str!("data/sectors.tsv"),
        include_str!("data/words.txt"),
        include_str!("data/cues.tsv"),
        include_str!("data/frames.tsv"),
        include_str!("data/renames.tsv"),
    ];
    hashed(&[&builtin, user, &[env!("CARGO_PKG_VERSION")]].concat())
}

/// FNV-1a over texts.
fn hashed(parts: &[&str]) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for part in parts {
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

    #[test]
    fn lines_with_a_minus_take_words_away() {
        let tables = Tables {
            cues: "-deficiency\t\t晒太阳|挂名\n".into(),
            taxonomy: "-D2\t\t\t公务接待\n".into(),
            ..Tables::default()
        };
        let lexicon = Lexicon::with(&tables).unwrap();
        assert!(!lexicon.cues.any(crate::lang::Cue::Deficiency, "设备晒太阳"));
        assert!(lexicon.cues.any(crate::lang::Cue::Deficiency, "设备闲置"));
        assert!(
            lexicon.taxonomy.triggers("公务接待").iter().all(|it| lexicon.taxonomy.types()[it.type_idx].id != "D2")
        );
        let tables = Tables { cues: "-deficiency\t\t子虚乌有\n".into(), ..Tables::default() };
        assert!(Lexicon::with(&tables).unwrap_err().message.contains("子虚乌有"));
    }
}
