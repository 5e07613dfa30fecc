//! How text becomes index terms (索引词): words for ranking, single characters and pairs for exactness.

use tantivy::tokenizer::{Token, TokenStream, Tokenizer};

use crate::lang::{Segmenter, normalise};

/// Longest text, in bytes, of an index term that a field can hold; longer words are left out.
const MAX_TERM: usize = 200;

/// Tokens computed beforehand.
pub(super) struct Tokens {
    tokens: std::vec::IntoIter<Token>,
    current: Token,
}

impl Tokens {
    fn new(tokens: Vec<Token>) -> Self {
        Self { tokens: tokens.into_iter(), current: Token::default() }
    }
}

impl TokenStream for Tokens {
    fn advance(&mut self) -> bool {
        match self.tokens.next() {
            Some(token) => {
                self.current = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

fn token(text: &str, position: usize) -> Token {
    // Offsets are not used: highlights come from the original text.
    Token { offset_from: 0, offset_to: 0, position, text: text.to_owned(), position_length: 1 }
}

/// Words and the words inside them.
#[derive(Clone)]
pub(super) struct Words(pub(super) Segmenter);

impl Tokenizer for Words {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let text = normalise(text).text;
        let words = self.0.all_words(&text);
        Tokens::new(
            words.iter().filter(|word| word.text.len() <= MAX_TERM).map(|word| token(word.text, word.start)).collect(),
        )
    }
}

/// Every character and every pair of neighbours, at the character's position. A literal of one character is a term, a
/// longer one a phrase of pairs at consecutive positions: it matches where the literal stands and nowhere else.
#[derive(Clone)]
pub(super) struct Exact;

impl Tokenizer for Exact {
    type TokenStream<'a> = Tokens;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Tokens {
        let text = normalise(text).text;
        let starts: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let mut tokens = Vec::with_capacity(starts.len() * 2);
        for position in 0..starts.len() - 1 {
            tokens.push(token(&text[starts[position]..starts[position + 1]], position));
            if let Some(&end) = starts.get(position + 2) {
                tokens.push(token(&text[starts[position]..end], position));
            }
        }
        Tokens::new(tokens)
    }
}
