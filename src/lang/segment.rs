//! Word segmentation (分词).

use std::collections::BTreeSet;
use std::sync::Arc;

use jieba_rs::Jieba;

/// A word (词) and where it stands in the text that was segmented.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Word<'a> {
    /// The word.
    pub text: &'a str,
    /// First character, counted from 0.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
}

/// A segmenter (分词器); cloning is cheap, the dictionary is shared.
#[derive(Debug, Clone)]
pub struct Segmenter {
    jieba: Arc<Jieba>,
}

impl Segmenter {
    /// The standard dictionary with these words added.
    pub(super) fn new(words: &BTreeSet<String>) -> Self {
        let mut jieba = Jieba::new();
        for word in words {
            // Without a frequency jieba computes one that makes the word win; a line with frequency 0 would do nothing.
            jieba.add_word(word, None, None);
        }
        Self { jieba: Arc::new(jieba) }
    }

    /// The words of a text in order, each character in at most one; punctuation and white space are left out.
    pub fn words<'a>(&self, text: &'a str) -> Vec<Word<'a>> {
        let mut words: Vec<Word<'a>> = self.jieba.cut(text, false).iter().map(word).collect();
        words.retain(is_word);
        words
    }

    /// The words of a text in order, each with its part of speech (词性) in the letters of the dictionary: n noun, v verb,
    /// m numeral, … (ICTCLAS tags).
    pub fn tagged<'a>(&'a self, text: &'a str) -> Vec<(&'a str, &'a str)> {
        self.jieba.tag(text, false).into_iter().map(|tag| (tag.word, tag.tag)).collect()
    }

    /// The words of a text and the shorter words inside them, for indexing.
    pub fn all_words<'a>(&self, text: &'a str) -> Vec<Word<'a>> {
        let mut words: Vec<Word<'a>> = self.jieba.cut_for_search(text, false).iter().map(word).collect();
        words.retain(is_word);
        words.sort_by_key(|word| (word.start, word.end));
        words
    }
}

fn word<'a>(token: &jieba_rs::Token<'a>) -> Word<'a> {
    Word { text: token.word, start: token.start, end: token.end }
}

fn is_word(word: &Word<'_>) -> bool {
    word.text.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use crate::lang::Lexicon;

    #[test]
    fn domain_words_stay_whole() {
        let lexicon = Lexicon::builtin();
        let text = "三会一课制度落实不到位，三重一大事项未上会。";
        let words: Vec<&str> = lexicon.segmenter.words(text).iter().map(|word| word.text).collect();
        assert!(words.contains(&"三会一课") && words.contains(&"三重一大"), "{words:?}");
        assert!(!words.contains(&"，"));
    }
}
