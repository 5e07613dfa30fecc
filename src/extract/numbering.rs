//! Numbers at the start of a paragraph or clause (层次序号): 一、（一）1.（1）① and 一是, 第一，问题1：.

use crate::lang::number;

/// The kind of a number (序号类别), in the order of official documents: outer before inner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Mark {
    /// 第一章, 第一部分
    Chapter,
    /// 一、
    Han,
    /// （一）
    HanParen,
    /// 1. or 1、 or 问题1：
    Digit,
    /// （1） or 1）
    DigitParen,
    /// ① or a.
    Circled,
    /// 一是, 第一，, 其一
    Running,
    /// ——
    Dash,
}

/// A number found at the start of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Numbered {
    /// Its kind.
    pub(super) mark: Mark,
    /// Its value; 0 for dashes.
    pub(super) value: u64,
    /// Bytes it takes, white space after it included.
    pub(super) len: usize,
}

const HAN: &str = "一二三四五六七八九十百零〇两";

/// The number a text starts with, if any.
pub(super) fn leading(text: &str) -> Option<Numbered> {
    let trimmed = text.trim_start();
    let skipped = text.len() - trimmed.len();
    // Asked before nearly every clause, and most begin with an ordinary character.
    let may_count =
        |first: char| !('\u{4e00}'..='\u{9fff}').contains(&first) || HAN.contains(first) || "第其问反".contains(first);
    if !trimmed.chars().next().is_some_and(may_count) {
        return None;
    }
    let found = dash(trimmed)
        .or_else(|| circled(trimmed))
        .or_else(|| parenthesised(trimmed))
        .or_else(|| issue(trimmed))
        .or_else(|| ordinal(trimmed))
        .or_else(|| han(trimmed))
        .or_else(|| dotted(trimmed))
        .or_else(|| digits(trimmed))
        .or_else(|| letter(trimmed))?;
    let rest = &trimmed[found.len..];
    let space = rest.len() - rest.trim_start().len();
    Some(Numbered { len: skipped + found.len + space, ..found })
}

fn dash(text: &str) -> Option<Numbered> {
    let rest = text.trim_start_matches(['—', '─', '●', '■', '◆', '•', '·', '※', '▲', '★']);
    let len = text.len() - rest.len();
    (len > 0 && (len >= 6 || !text.starts_with(['—', '─', '·']))).then_some(Numbered {
        mark: Mark::Dash,
        value: 0,
        len,
    })
}

fn circled(text: &str) -> Option<Numbered> {
    let first = text.chars().next()?;
    let value = match first {
        '①'..='⑳' => first as u64 - '①' as u64 + 1,
        '㈠'..='㈩' => {
            let value = first as u64 - '㈠' as u64 + 1;
            return Some(Numbered { mark: Mark::HanParen, value, len: first.len_utf8() });
        }
        '⑴'..='⒇' => {
            let value = first as u64 - '⑴' as u64 + 1;
            return Some(Numbered { mark: Mark::DigitParen, value, len: first.len_utf8() });
        }
        _ => return None,
    };
    Some(Numbered { mark: Mark::Circled, value, len: first.len_utf8() })
}

/// （一）, （1）, (1), 1）
fn parenthesised(text: &str) -> Option<Numbered> {
    let opened = text.strip_prefix(['（', '(']);
    let inner = opened.unwrap_or(text);
    // No numeral is longer: an unclosed bracket must not be looked for to the end of the text.
    let close = inner.char_indices().take(12).find(|(_, it)| ['）', ')'].contains(it))?.0;
    let numeral = inner[..close].trim();
    if numeral.is_empty() || numeral.chars().count() > 3 {
        return None;
    }
    let value = number(numeral)?;
    let is_han = numeral.chars().all(|character| HAN.contains(character));
    if is_han && opened.is_none() {
        return None;
    }
    let closing = inner[close..].chars().next().map_or(0, char::len_utf8);
    let mut len = text.len() - inner.len() + close + closing;
    if text[len..].starts_with('、') {
        len += '、'.len_utf8();
    }
    Some(Numbered { mark: if is_han { Mark::HanParen } else { Mark::DigitParen }, value, len })
}

/// 问题1：, 问题一：, 第1条：
fn issue(text: &str) -> Option<Numbered> {
    let rest = text.strip_prefix("问题").or_else(|| text.strip_prefix("反馈问题"))?;
    let numeral_len = numeral_len(rest);
    let after = &rest[numeral_len..];
    let value = number(&rest[..numeral_len])?;
    let mark = after.chars().next().filter(|character| "：:、.．".contains(*character))?;
    Some(Numbered { mark: Mark::Digit, value, len: text.len() - after.len() + mark.len_utf8() })
}

/// 一是, 第一，, 其一，, 一要 is left alone: it opens requirements.
fn ordinal(text: &str) -> Option<Numbered> {
    let prefix = text.strip_prefix('第').or_else(|| text.strip_prefix('其')).unwrap_or(text);
    let is_prefixed = prefix.len() != text.len();
    let len = prefix.chars().take_while(|character| HAN.contains(*character)).map(char::len_utf8).sum();
    let value = number(&prefix[..len])?;
    let after = &prefix[len..];
    let closing = if is_prefixed {
        for (word, mark) in [("部分", Mark::Chapter), ("章", Mark::Chapter), ("节", Mark::Chapter)] {
            if let Some(rest) = after.strip_prefix(word) {
                return Some(Numbered { mark, value, len: text.len() - rest.len() });
            }
        }
        after.chars().next().filter(|character| "，,、：:是".contains(*character))?
    } else {
        // 一是 is a list mark; 三是 in the middle of a word cannot start a clause.
        after.chars().next().filter(|character| *character == '是')?
    };
    let mut len = text.len() - after.len() + closing.len_utf8();
    if closing == '是' && text[len..].starts_with(['，', ',']) {
        len += text[len..].chars().next().map_or(0, char::len_utf8);
    }
    Some(Numbered { mark: Mark::Running, value, len })
}

fn han(text: &str) -> Option<Numbered> {
    let len: usize = text.chars().take_while(|character| HAN.contains(*character)).map(char::len_utf8).sum();
    let value = number(&text[..len])?;
    let after = text[len..].chars().next().filter(|character| "、．.".contains(*character))?;
    Some(Numbered { mark: Mark::Han, value, len: len + after.len_utf8() })
}

fn digits(text: &str) -> Option<Numbered> {
    let len = numeral_len(text);
    let numeral = &text[..len];
    if numeral.is_empty() || numeral.chars().count() > 3 || numeral.chars().any(|character| HAN.contains(character)) {
        return None;
    }
    let value = number(numeral)?;
    let after = &text[len..];
    let closing = after.chars().next().filter(|character| ".．、".contains(*character))?;
    let next = after[closing.len_utf8()..].chars().next();
    // 1.5万元 and 3.1万吨 are amounts, not numbers of items.
    if next.is_some_and(|character| character.is_ascii_digit() || ('０'..='９').contains(&character)) {
        return None;
    }
    Some(Numbered { mark: Mark::Digit, value, len: len + closing.len_utf8() })
}

/// 1.2 or 3.1.2, followed by white space
fn dotted(text: &str) -> Option<Numbered> {
    let len = text.find(|character: char| !character.is_ascii_digit() && character != '.')?;
    let parts: Vec<&str> = text[..len].split('.').collect();
    let is_number = (2..=4).contains(&parts.len())
        && parts.iter().all(|part| (1..=2).contains(&part.len()))
        && text[len..].starts_with(char::is_whitespace);
    let value = parts.last()?.parse().ok()?;
    is_number.then_some(Numbered { mark: Mark::DigitParen, value, len })
}

/// a. b) A、
fn letter(text: &str) -> Option<Numbered> {
    let mut characters = text.chars();
    let first = characters.next().filter(char::is_ascii_alphabetic)?;
    let closing = characters.next().filter(|character| ".．、）)".contains(*character))?;
    let goes_on = characters.next().is_none_or(|next| !next.is_ascii_alphanumeric());
    let value = u64::from(first.to_ascii_lowercase() as u8 - b'a') + 1;
    goes_on.then_some(Numbered { mark: Mark::Circled, value, len: 1 + closing.len_utf8() })
}

fn numeral_len(text: &str) -> usize {
    let is_numeral =
        |character: &char| character.is_ascii_digit() || ('０'..='９').contains(character) || HAN.contains(*character);
    text.chars().take_while(is_numeral).map(char::len_utf8).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks() {
        for (text, mark, value, rest) in [
            ("一、总体评价", Mark::Han, 1, "总体评价"),
            ("（十二）财务方面", Mark::HanParen, 12, "财务方面"),
            ("(3)报销不严", Mark::DigitParen, 3, "报销不严"),
            ("3．学用脱节", Mark::Digit, 3, "学用脱节"),
            ("2、学用脱节", Mark::Digit, 2, "学用脱节"),
            ("12. 学用脱节", Mark::Digit, 12, "学用脱节"),
            ("①账外设账", Mark::Circled, 1, "账外设账"),
            ("b. 账外设账", Mark::Circled, 2, "账外设账"),
            ("2.13 账外设账", Mark::DigitParen, 13, "账外设账"),
            ("二是租金未收", Mark::Running, 2, "租金未收"),
            ("第三，租金未收", Mark::Running, 3, "租金未收"),
            ("问题5：编外用工", Mark::Digit, 5, "编外用工"),
            ("——决策随意", Mark::Dash, 0, "决策随意"),
            ("第一部分 基本情况", Mark::Chapter, 1, "基本情况"),
        ] {
            let found = leading(text).unwrap();
            assert_eq!((found.mark, found.value, &text[found.len..]), (mark, value, rest), "{text}");
        }
        for text in [
            "1.5万元未入账",
            "2.3万元",
            "U盘",
            "KTV包厢",
            "2023年",
            "三重一大事项",
            "一些问题",
            "（市委）",
            "问题较多",
            "二十余天",
        ] {
            assert_eq!(leading(text), None, "{text}");
        }
    }
}
