//! Normalisation (规范化): different writings of the same text meet, and every character remembers where it came from.
//!
//! Each character is treated alone (compatibility form, traditional to simplified, lower case, one kind of quote
//! and dash, white space as one space), so a piece of a text normalises to a piece of the normalised text:
//! what is found in one is found in the other.

use std::ops::Range;
use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization;

/// A normalised text (规范化文本) with its way back to the original.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Normalised {
    /// The text to compare, search and segment.
    pub text: String,
    /// For each character of `text`, the character of the original it came from; then the original's length.
    origins: Vec<u32>,
}

impl Normalised {
    /// The range of original characters behind a range of characters of `text`.
    pub fn original(&self, chars: Range<usize>) -> Range<usize> {
        let last = self.origins.len() - 1;
        let start = self.origins[chars.start.min(last)] as usize;
        if chars.end <= chars.start {
            return start..start;
        }
        // One original character may have become several: end after the one the last character came from.
        let end = self.origins[(chars.end - 1).min(last)] as usize + 1;
        start..end.min(self.origins[last] as usize).max(start)
    }

    /// Number of characters in `text`.
    pub fn n_chars(&self) -> usize {
        self.origins.len() - 1
    }
}

/// Normalises a text (规范化).
pub fn normalise(original: &str) -> Normalised {
    let mut text = String::with_capacity(original.len());
    let mut origins = Vec::with_capacity(original.len() / 2);
    let mut n_chars = 0u32;
    for character in original.chars() {
        let before = text.len();
        push_normalised(character, &mut text);
        origins.extend(text[before..].chars().map(|_| n_chars));
        n_chars += 1;
    }
    origins.push(n_chars);
    Normalised { text, origins }
}

fn push_normalised(character: char, text: &mut String) {
    match character {
        'a'..='z' | '0'..='9' => text.push(character),
        // The common Chinese block has no compatibility forms: only its script may differ.
        '\u{4e00}'..='\u{9fff}' => text.push(simplified(character)),
        '“' | '”' | '‘' | '’' | '「' | '」' | '『' | '』' | '＂' | '＇' | '\'' => text.push('"'),
        '—' | '–' | '―' | '－' | '﹣' | '~' | '～' => text.push('-'),
        '〇' | '○' => text.push('零'),
        '。' => text.push('。'),
        '、' => text.push('、'),
        _ if character.is_whitespace() => text.push(' '),
        '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{ad}' => {}
        _ => {
            for part in std::iter::once(character).nfkc() {
                let part = if part.is_whitespace() { ' ' } else { part };
                text.extend(simplified(part).to_lowercase());
            }
        }
    }
}

/// Simplified form of a character (繁转简), one for one: where the table gives several characters, the character stays.
fn simplified(character: char) -> char {
    /// The common Chinese block, converted once: asking the table for each character anew would cost an allocation.
    static COMMON: LazyLock<Vec<char>> = LazyLock::new(|| ('\u{4e00}'..='\u{9fff}').map(convert).collect());
    match character {
        '\u{4e00}'..='\u{9fff}' => COMMON[character as usize - 0x4e00],
        '\u{3400}'..='\u{4dbf}' | '\u{20000}'.. => convert(character),
        _ => character,
    }
}

fn convert(character: char) -> char {
    let mut buffer = [0; 4];
    let converted = fast2s::convert(character.encode_utf8(&mut buffer));
    let mut characters = converted.chars();
    match (characters.next(), characters.next()) {
        (Some(only), None) => only,
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writings_meet() {
        assert_eq!(normalise("２０２３年ＡＢ，「貪腐」").text, normalise("2023年ab,“贪腐”").text);
    }

    #[test]
    fn ranges_lead_back() {
        let normalised = normalise("共⑩…項");
        assert_eq!(normalised.text, "共10...项");
        assert_eq!(normalised.original(1..3), 1..2);
        assert_eq!(normalised.original(1..2), 1..2);
        assert_eq!(normalised.original(3..7), 2..4);
        assert_eq!(normalised.original(0..normalised.n_chars()), 0..4);
    }
}
