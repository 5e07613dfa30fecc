//! Clauses (小句): where one statement of a paragraph ends and the next begins.
//!
//! A paragraph is cut at 。；！？ and before list marks in running text (一是, ①, （1）), never inside quotation
//! marks, book-title marks or brackets. What is cut apart here may be joined again by `statements`.

use std::ops::Range;

use super::numbering::{Mark, leading};

/// What ended the clause before (前一小句的结束方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Break {
    /// The start of the paragraph.
    Start,
    /// 。 ！ ？ or a line break
    Stop,
    /// ；
    Semicolon,
    /// A list mark follows.
    Item,
}

/// A clause (小句): a byte range of the paragraph without list mark, outer white space and closing mark.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Clause {
    /// Where it stands.
    pub(super) range: Range<usize>,
    /// What ended the one before.
    pub(super) after: Break,
    /// The list mark it followed.
    pub(super) mark: Option<Mark>,
}

/// The clauses of `text[range]`.
pub(super) fn clauses(text: &str, range: Range<usize>) -> Vec<Clause> {
    let mut found = Vec::new();
    let mut start = range.start;
    let mut after = Break::Start;
    let mut depth = 0usize;
    let slice = &text[range.clone()];
    for (offset, character) in slice.char_indices() {
        let at = range.start + offset;
        if at < start {
            continue;
        }
        depth = nesting(depth, character);
        let next = at + character.len_utf8();
        let ended = match character {
            '。' | '！' | '？' | '!' | '?' | '\n' if depth == 0 => Some(Break::Stop),
            // A closing quotation mark after the full stop belongs to the sentence before.
            '；' | ';' if depth == 0 => Some(Break::Semicolon),
            _ => None,
        };
        if let Some(ended) = ended {
            push(text, start..at, after, &mut found);
            start = next;
            after = ended;
        } else if depth == 0 && at > start && is_running_mark(&text[at..range.end], &text[start..at]) {
            push(text, start..at, after, &mut found);
            start = at;
            after = Break::Item;
        }
        if character == '\n' {
            depth = 0;
        }
    }
    push(text, start..range.end, after, &mut found);
    found
}

/// How deep in quotation marks and brackets the text is after this character.
pub(super) fn nesting(depth: usize, character: char) -> usize {
    match character {
        '“' | '‘' | '（' | '(' | '《' | '「' | '【' => depth + 1,
        '”' | '’' | '）' | ')' | '》' | '」' | '】' => depth.saturating_sub(1),
        // A paragraph with an unclosed mark must not become one clause.
        '。' if depth > 2 => 0,
        _ => depth,
    }
}

/// Whether a list mark in running text starts here: after punctuation, and of a kind used inside paragraphs.
fn is_running_mark(rest: &str, before: &str) -> bool {
    let Some(last) = before.chars().next_back() else { return false };
    if !"，,、：:。；; ）)".contains(last) {
        return false;
    }
    leading(rest).is_some_and(|number| match number.mark {
        Mark::Running | Mark::Circled => true,
        Mark::DigitParen | Mark::HanParen => rest.starts_with(['（', '(', '⑴', '㈠']) && ":：。；;，".contains(last),
        Mark::Digit => ":：。；;".contains(last) && !rest.starts_with("问题"),
        _ => false,
    })
}

fn push(text: &str, range: Range<usize>, after: Break, found: &mut Vec<Clause>) {
    let mut range = trim(text, range);
    let number = leading(&text[range.clone()]);
    let mut mark = None;
    if let Some(number) = number.filter(|_| range.len() > 6) {
        range.start += number.len;
        mark = Some(number.mark);
        range = trim(text, range);
    }
    if !range.is_empty() {
        found.push(Clause { range, after, mark });
    }
}

/// The range without outer white space and punctuation that only joins.
pub(super) fn trim(text: &str, range: Range<usize>) -> Range<usize> {
    let is_joint = |character: char| character.is_whitespace() || "，,、；;：:。.！!？?".contains(character);
    let slice = &text[range.clone()];
    let left = slice.len() - slice.trim_start_matches(is_joint).len();
    let right = slice.trim_end_matches(is_joint).len();
    if right <= left {
        return range.start..range.start;
    }
    range.start + left..range.start + right
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        clauses(text, 0..text.len()).into_iter().map(|clause| &text[clause.range]).collect()
    }

    #[test]
    fn cuts() {
        assert_eq!(
            texts("租金未收；合同缺失。“口号；响亮。”却无行动"),
            ["租金未收", "合同缺失", "“口号；响亮。”却无行动"]
        );
        assert_eq!(texts("问题突出：一是租金未收，二是合同缺失。"), ["问题突出", "租金未收", "合同缺失"]);
        assert_eq!(texts("①账外设账②白条入账"), ["账外设账②白条入账"]);
        assert_eq!(texts("①账外设账；②白条入账"), ["账外设账", "白条入账"]);
        assert_eq!(texts("欠款1.5万元。（一）未入账"), ["欠款1.5万元", "未入账"]);
    }
}
