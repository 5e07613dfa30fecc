//! How a normalised text becomes index terms (索引词): words for ranking, characters and pairs for exactness.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::lang::Segmenter;

/// Longest text, in bytes, of an index term that a field can hold; longer words are left out.
const MAX_TERM: usize = 200;

/// A text and the byte ranges and positions of its terms.
pub(super) struct Tokens<'a> {
    text: &'a str,
    /// Start, end, position.
    ranges: Vec<(u32, u32, u32)>,
    next: usize,
    current: Token,
}

impl<'a> Tokens<'a> {
    fn new(text: &'a str, ranges: Vec<(u32, u32, u32)>) -> Self {
        Self { text, ranges, next: 0, current: Token::default() }
    }
}

impl TokenStream for Tokens<'_> {
    fn advance(&mut self) -> bool {
        let Some(&(start, end, position)) = self.ranges.get(self.next) else { return false };
        self.next += 1;
        self.current.text.clear();
        self.current.text.push_str(&self.text[start as usize..end as usize]);
        self.current.position = position as usize;
        true
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

/// Words and the words inside them.
#[derive(Clone)]
pub(super) struct Words(pub(super) Segmenter);

impl Tokenizer for Words {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        let base = text.as_ptr() as usize;
        let range = |word: &str, position: usize| {
            let start = word.as_ptr() as usize - base;
            (start as u32, (start + word.len()) as u32, position as u32)
        };
        let words = self.0.all_words(text);
        let ranges =
            words.iter().filter(|word| word.text.len() <= MAX_TERM).map(|word| range(word.text, word.start)).collect();
        Tokens::new(text, ranges)
    }
}

/// Every character, every pair of neighbours, or both, at the character's position. A literal of one character is a
/// term, a longer one a phrase of pairs: it matches where the literal stands and nowhere else.
#[derive(Clone)]
pub(super) struct Grams {
    pub(super) one: bool,
    pub(super) two: bool,
}

impl Tokenizer for Grams {
    type TokenStream<'a> = Tokens<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens<'a> {
        let mut ranges = Vec::with_capacity(text.len() / 3 * (usize::from(self.one) + usize::from(self.two)));
        let mut before = None;
        for (position, (start, character)) in text.char_indices().enumerate() {
            let end = start + character.len_utf8();
            if let Some(before) = before.filter(|_| self.two) {
                ranges.push((before, end as u32, position as u32 - 1));
            }
            if self.one {
                ranges.push((start as u32, end as u32, position as u32));
            }
            before = Some(start as u32);
        }
        Tokens::new(text, ranges)
    }
}
