//! Cue words (提示语): the words that betray what a sentence is doing, by category.

use std::collections::BTreeMap;

use aho_corasick::{AhoCorasick, MatchKind};

use super::lexicon::not_there;
use crate::diag::Error;

/// A category of cue words (提示语类别); the name is the first column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cue {
    /// Strong sign of a problem (问题的强提示).
    Deficiency,
    /// Weak sign of a problem (问题的弱提示).
    Weak,
    /// Opens a supporting fact (展开事实的起语).
    Detail,
    /// Opens a consequence (后果的起语).
    Effect,
    /// Praise (肯定语).
    Praise,
    /// Says that something was not found (否定问题的话).
    NoProblem,
    /// Requirement (要求语).
    Require,
    /// Suggestion (建议语).
    Suggest,
    /// Hand-over of clues (线索移交语).
    Clue,
    /// Turns to the problems (引出问题的话).
    Turn,
    /// Ends the problems (问题部分结束的话).
    Closing,
    /// Heading of the problems (问题部分的标题).
    ProblemHead,
    /// Heading of background and praise (背景部分的标题).
    BackgroundHead,
    /// Heading of the causes (原因部分的标题).
    CauseHead,
    /// Heading of the suggestions (建议部分的标题).
    SuggestHead,
    /// Heading of other parts without problems (其他部分的标题).
    OtherHead,
    /// Heading of rectification (整改部分的标题).
    RectifyHead,
    /// Closing words that are not part of the problem (问题末尾可去的话).
    Tail,
    /// Words that say nothing of a problem's object (比较问题时不计的话).
    Filler,
    /// What was done about a problem or came of it (处理和后果).
    Consequence,
}

const NAMES: [(Cue, &str); 20] = [
    (Cue::Deficiency, "deficiency"),
    (Cue::Weak, "weak"),
    (Cue::Detail, "detail"),
    (Cue::Effect, "effect"),
    (Cue::Praise, "praise"),
    (Cue::NoProblem, "none"),
    (Cue::Require, "require"),
    (Cue::Suggest, "suggest"),
    (Cue::Clue, "clue"),
    (Cue::Turn, "turn"),
    (Cue::Closing, "closing"),
    (Cue::ProblemHead, "problem_head"),
    (Cue::BackgroundHead, "background_head"),
    (Cue::CauseHead, "cause_head"),
    (Cue::SuggestHead, "suggest_head"),
    (Cue::OtherHead, "other_head"),
    (Cue::RectifyHead, "rectify_head"),
    (Cue::Tail, "tail"),
    (Cue::Filler, "filler"),
    (Cue::Consequence, "consequence"),
];

/// Which cues a text holds (提示语所在), by category.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Held {
    anywhere: u32,
    at_start: u32,
    at_end: u32,
}

impl Held {
    /// Whether the text contains a cue.
    pub fn any(self, cue: Cue) -> bool {
        self.anywhere & bit(cue) != 0
    }

    /// Whether the text starts with one.
    pub fn starts(self, cue: Cue) -> bool {
        self.at_start & bit(cue) != 0
    }

    /// Whether the text ends with one.
    pub fn ends(self, cue: Cue) -> bool {
        self.at_end & bit(cue) != 0
    }
}

fn bit(cue: Cue) -> u32 {
    1 << cue as u32
}

/// All cue words (提示语表).
#[derive(Debug)]
pub struct Cues {
    matchers: BTreeMap<Cue, AhoCorasick>,
    /// All words of all categories, and for each the categories it is in.
    all: AhoCorasick,
    categories: Vec<u32>,
    words: BTreeMap<Cue, Vec<String>>,
}

impl Cues {
    /// Parses tables of `category <Tab> note <Tab> words`, later ones extending earlier ones; `-category` takes away.
    pub(super) fn parse(tables: &[&str]) -> Result<Self, Error> {
        let mut words: BTreeMap<Cue, Vec<String>> = NAMES.iter().map(|&(cue, _)| (cue, Vec::new())).collect();
        for table in tables {
            for (line_idx, line) in table.trim_start_matches('\u{feff}').lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') {
                    continue;
                }
                let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
                let first = fields.first().copied().unwrap_or_default();
                let is_removal = first.starts_with('-');
                let category = NAMES.iter().find(|(_, name)| first.trim_start_matches('-') == *name);
                let (Some(&(cue, _)), Some(list)) = (category, fields.get(2)) else {
                    return Err(Error::new(
                        format!("提示语表第{}行写法不对：{line}", line_idx + 1),
                        "一行三栏，用制表符隔开：类别（如deficiency）、说明、提示语（用|隔开）",
                    ));
                };
                let list = list.split('|').map(str::trim).filter(|word| !word.is_empty()).map(str::to_owned);
                let known = words.entry(cue).or_default();
                if !is_removal {
                    known.extend(list);
                    continue;
                }
                for word in list {
                    let n_before = known.len();
                    known.retain(|it| *it != word);
                    if known.len() == n_before {
                        return Err(not_there(&format!("提示语表第{}行", line_idx + 1), &word));
                    }
                }
            }
        }
        let mut matchers = BTreeMap::new();
        for (&cue, list) in &words {
            matchers.insert(cue, matcher(MatchKind::LeftmostLongest, list)?);
        }
        let mut of_word: BTreeMap<&String, u32> = BTreeMap::new();
        for (&cue, list) in &words {
            for word in list {
                *of_word.entry(word).or_default() |= bit(cue);
            }
        }
        let all = matcher(MatchKind::Standard, of_word.keys().copied())?;
        let categories = of_word.into_values().collect();
        Ok(Self { matchers, all, categories, words })
    }

    /// Which cues of all categories a text holds, in one pass.
    pub fn held(&self, text: &str) -> Held {
        let mut held = Held::default();
        for hit in self.all.find_overlapping_iter(text) {
            let categories = self.categories[hit.pattern().as_usize()];
            held.anywhere |= categories;
            if hit.start() == 0 {
                held.at_start |= categories;
            }
            if hit.end() == text.len() {
                held.at_end |= categories;
            }
        }
        held
    }

    /// The words of each category, by the name the table gives it.
    pub fn words(&self) -> impl Iterator<Item = (&'static str, &[String])> {
        NAMES.iter().map(|&(cue, name)| (name, self.words.get(&cue).map_or(&[][..], Vec::as_slice)))
    }

    /// Whether a text contains a cue.
    pub fn any(&self, cue: Cue, text: &str) -> bool {
        self.first(cue, text).is_some()
    }

    /// The first cue in a text, as a byte range.
    pub fn first(&self, cue: Cue, text: &str) -> Option<std::ops::Range<usize>> {
        self.matchers.get(&cue).and_then(|matcher| matcher.find(text)).map(|hit| hit.range())
    }

    /// The last cue in a text, as a byte range.
    pub fn last(&self, cue: Cue, text: &str) -> Option<std::ops::Range<usize>> {
        self.matchers.get(&cue).and_then(|matcher| matcher.find_iter(text).last()).map(|hit| hit.range())
    }

    /// The stretches of a text that no cue covers.
    pub fn without<'a>(&self, cue: Cue, text: &'a str) -> Vec<&'a str> {
        let mut stretches = Vec::new();
        let mut start = 0;
        if let Some(matcher) = self.matchers.get(&cue) {
            for hit in matcher.find_iter(text) {
                stretches.push(&text[start..hit.start()]);
                start = hit.end();
            }
        }
        stretches.push(&text[start..]);
        stretches.retain(|stretch| !stretch.is_empty());
        stretches
    }

    /// The number of cues in a text.
    pub fn count(&self, cue: Cue, text: &str) -> usize {
        self.matchers.get(&cue).map_or(0, |matcher| matcher.find_iter(text).count())
    }

    /// Whether a text starts with a cue; its length in bytes.
    pub fn start(&self, cue: Cue, text: &str) -> Option<usize> {
        self.first(cue, text).filter(|range| range.start == 0).map(|range| range.end)
    }

    /// Where the cue that ends a text starts.
    pub fn end(&self, cue: Cue, text: &str) -> Option<usize> {
        self.last(cue, text).filter(|range| range.end == text.len()).map(|range| range.start)
    }
}

fn matcher<'a>(kind: MatchKind, words: impl IntoIterator<Item = &'a String>) -> Result<AhoCorasick, Error> {
    AhoCorasick::builder()
        .match_kind(kind)
        .build(words)
        .map_err(|error| Error::new("提示语表太大，无法载入", "减少自定义的提示语").because(&error))
}
