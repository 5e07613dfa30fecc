//! What else a word of a query may be called (近义与异写): values in another writing, synonyms, pinyin; and the words of
//! a question that say what it is about.

use super::query::{Query, Text};
use crate::lang::{Lexicon, values};

/// Why an alternative means the same (等同的依据).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// The same amount, date or count in another writing.
    Value,
    /// A word spelt in Latin letters.
    Pinyin,
    /// A synonym of the thesaurus.
    Synonym,
}

impl How {
    /// The Chinese term.
    pub fn term(self) -> &'static str {
        match self {
            Self::Value => "同值",
            Self::Pinyin => "拼音",
            Self::Synonym => "近义",
        }
    }
}

/// What may stand in a text in place of a word of the query (替换说法).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// Why.
    pub how: How,
    /// As it is shown.
    pub shown: String,
    /// All of these must stand in the text.
    pub parts: Vec<Part>,
}

/// Part of an alternative (替换说法的部分).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// Words, normalised.
    Literal(String),
    /// A value in its one writing.
    Value(String),
}

/// Most alternatives of one word.
const MAX_ALTERNATIVES: usize = 64;
/// Longest text that is widened, in characters: longer ones are pasted sentences.
const MAX_CHARS: usize = 40;

/// What else may stand in place of a text; nothing for a quoted one.
pub fn alternatives(text: &Text, lexicon: &Lexicon) -> Vec<Alternative> {
    if text.is_exact || text.literal.chars().count() > MAX_CHARS {
        return Vec::new();
    }
    let mut found: Vec<Alternative> = in_other_figures(&text.literal).into_iter().collect();
    let add = |found: &mut Vec<Alternative>, how: How, word: String| {
        let is_known = word == text.literal
            || found.iter().any(|known| matches!(&known.parts[..], [Part::Literal(it)] if *it == word));
        if !is_known && found.len() < MAX_ALTERNATIVES {
            found.push(Alternative { how, shown: word.clone(), parts: vec![Part::Literal(word)] });
        }
    };
    for word in lexicon.pinyin_words(&text.literal) {
        add(&mut found, How::Pinyin, word.to_owned());
    }
    for word in lexicon.thesaurus.synonyms(&text.literal) {
        add(&mut found, How::Synonym, word.to_owned());
    }
    // A word inside: 公车私用 is also 公务用车私用.
    for (range, word) in lexicon.thesaurus.words_in(&text.literal) {
        for other in lexicon.thesaurus.synonyms(word) {
            let (before, after) = (&text.literal[..range.start], &text.literal[range.end..]);
            add(&mut found, How::Synonym, format!("{before}{other}{after}"));
        }
    }
    found
}

/// The text with its amounts, dates and counts in whatever writing; the words between them as they are.
fn in_other_figures(literal: &str) -> Option<Alternative> {
    let values = values(literal);
    let characters: Vec<char> = literal.chars().collect();
    let mut parts = Vec::new();
    let mut shown = String::new();
    let mut at = 0;
    let between = |parts: &mut Vec<Part>, range: std::ops::Range<usize>| {
        let words: String = characters[range].iter().collect();
        let words = words.trim();
        if !words.is_empty() {
            parts.push(Part::Literal(words.to_owned()));
        }
    };
    for value in &values {
        between(&mut parts, at..value.start);
        let written: String = characters[value.start..value.end].iter().collect();
        shown.push_str(&written);
        parts.push(Part::Value(value.canonical.clone()));
        at = value.end;
    }
    between(&mut parts, at..characters.len());
    (!values.is_empty()).then(|| Alternative { how: How::Value, shown: format!("{shown}的其他写法"), parts })
}

/// Words that ask or join and say nothing of what is looked for.
const FUNCTION_WORDS: [&str; 68] = [
    "哪些",
    "哪个",
    "哪家",
    "哪里",
    "哪",
    "什么",
    "怎么",
    "怎样",
    "如何",
    "为什么",
    "为何",
    "多少",
    "几个",
    "有没有",
    "是否",
    "是不是",
    "有无",
    "谁",
    "吗",
    "呢",
    "的",
    "了",
    "在",
    "和",
    "与",
    "及",
    "或",
    "有",
    "是",
    "都",
    "也",
    "还",
    "就",
    "被",
    "把",
    "对",
    "从",
    "向",
    "到",
    "为",
    "以",
    "于",
    "等",
    "中",
    "里",
    "上",
    "下",
    "请问",
    "查一下",
    "查找",
    "看看",
    "一下",
    "关于",
    "方面",
    "情况",
    "问题",
    "存在",
    "单位",
    "部门",
    "地方",
    "出现",
    "发生",
    "过",
    "这些",
    "那些",
    "我们",
    "他们",
    "各",
];

/// Most words that are looked for apart: a pasted page is about no more.
const MAX_WORDS: usize = 64;

/// The words a query is about (实词), in order, each once: what the wider rungs look for. Without any, all its words.
pub(super) fn content_words(query: &Query, lexicon: &Lexicon) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut others: Vec<String> = Vec::new();
    for text in query.texts().into_iter().filter(|text| !text.is_exact) {
        for word in lexicon.segmenter.words(&text.literal) {
            let is_said = word.text.chars().count() > 1 && !FUNCTION_WORDS.contains(&word.text);
            let list = if is_said { &mut words } else { &mut others };
            if list.len() < MAX_WORDS && !list.iter().any(|known| known == word.text) {
                list.push(word.text.to_owned());
            }
        }
    }
    if words.is_empty() { others } else { words }
}
