//! One writing (统一写法): the punctuation and digits that the rules read, character for character.
//!
//! Half-width marks between Chinese characters become full-width, straight quotation marks become pairs, full-width
//! digits become half-width. Each character stands for one of the original, so a place found here is a place there.

use std::borrow::Cow;

use crate::model::Block;

/// The blocks as the rules read them.
pub(super) fn canonical(blocks: &[Block]) -> Cow<'_, [Block]> {
    if !blocks.iter().any(|block| block.text.contains(is_other)) {
        return Cow::Borrowed(blocks);
    }
    let rewritten = |block: &Block| Block { text: one_writing(&block.text), ..block.clone() };
    Cow::Owned(blocks.iter().map(rewritten).collect())
}

/// Whether a character may be written in another way here.
fn is_other(character: char) -> bool {
    matches!(character, ',' | ';' | ':' | '?' | '!' | '.' | '(' | ')' | '"' | '０'..='９' | '．' | '％' | '﹒' | '｡')
}

fn is_han(character: Option<char>) -> bool {
    character.is_some_and(|it| ('\u{3400}'..='\u{9fff}').contains(&it))
}

fn one_writing(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut is_open = false;
    let mut written = String::with_capacity(text.len() + 16);
    for (at, &character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| characters[at]);
        let after = characters.get(at + 1).copied();
        let is_digit = |it: Option<char>| it.is_some_and(|it| it.is_ascii_digit() || ('０'..='９').contains(&it));
        // A mark belongs to Chinese text where it touches it; 1,140 and 10:20 are figures.
        let in_figure = is_digit(before) && is_digit(after);
        let closes = |it: Option<char>| is_han(it) || it.is_some_and(|it| "”\"）)》%％".contains(it));
        let in_chinese =
            !in_figure && (closes(before) || is_han(after) || after.is_some_and(|it| "“\"《".contains(it)));
        written.push(match character {
            ',' if in_chinese || is_digit(before) && !in_figure => '，',
            ';' if !in_figure => '；',
            ':' if in_chinese => '：',
            '?' if in_chinese => '？',
            '!' if in_chinese => '！',
            '.' | '｡' | '﹒' if closes(before) => '。',
            '(' => '（',
            ')' => '）',
            '"' => {
                is_open = !is_open;
                if is_open { '“' } else { '”' }
            }
            '０'..='９' => char::from_u32(character as u32 - '０' as u32 + '0' as u32).unwrap_or(character),
            '．' if in_figure => '.',
            '％' => '%',
            other => other,
        });
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn half_width_marks_between_chinese_characters() {
        for (text, wanted) in [
            ("处理偏软,对4家门诊部只追回费用,不予处罚.", "处理偏软，对4家门诊部只追回费用，不予处罚。"),
            ("停留在\"念\"上.2022年安排12个,其中3,500元", "停留在“念”上。2022年安排12个，其中3,500元"),
            ("(一)10:20到岗:1.5万元;未入账", "（一）10:20到岗：1.5万元；未入账"),
            ("1.理论学习", "1.理论学习"),
            ("１２.３５％", "12.35%"),
        ] {
            let written = one_writing(text);
            assert_eq!(written, wanted);
            assert_eq!(written.chars().count(), text.chars().count());
        }
    }
}
