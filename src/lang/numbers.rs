//! Number words (数词): Chinese and Arabic numerals to values.

/// The value of a numeral such as 二十三, 一百零五, 12 or １２; `None` if it is none or does not fit.
pub fn number(text: &str) -> Option<u64> {
    let text: String = text.chars().map(half_width).collect();
    if !text.is_empty() && text.chars().all(|character| character.is_ascii_digit()) {
        return text.parse().ok();
    }
    if text.chars().all(|character| digit(character).is_some()) && text.chars().count() > 1 {
        // Positional writing, as in 二〇二三.
        return text.chars().try_fold(0u64, |value, character| value.checked_mul(10)?.checked_add(digit(character)?));
    }
    grouped(&text)
}

fn half_width(character: char) -> char {
    match character {
        '０'..='９' => char::from_u32(character as u32 - '０' as u32 + '0' as u32).unwrap_or(character),
        _ => character,
    }
}

/// The value of one Chinese digit.
fn digit(character: char) -> Option<u64> {
    Some(match character {
        '零' | '〇' | '○' => 0,
        '一' | '壹' | '元' => 1,
        '二' | '两' | '贰' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

fn unit(character: char) -> Option<u64> {
    Some(match character {
        '十' | '拾' => 10,
        '百' | '佰' => 100,
        '千' | '仟' => 1000,
        _ => return None,
    })
}

/// Multiplicative writing, as in 三千二百万.
fn grouped(text: &str) -> Option<u64> {
    let (mut total, mut section, mut pending, mut seen) = (0u64, 0u64, None, false);
    for character in text.chars() {
        seen = true;
        if let Some(value) = digit(character) {
            pending = Some(value);
        } else if let Some(value) = unit(character) {
            section = section.checked_add(pending.take().unwrap_or(1).checked_mul(value)?)?;
        } else {
            let value = match character {
                '万' => 10_000u64,
                '亿' => 100_000_000,
                _ => return None,
            };
            section = section.checked_add(pending.take().unwrap_or(0))?;
            total = total.checked_add(section.checked_mul(value)?)?;
            section = 0;
        }
    }
    let value = total.checked_add(section)?.checked_add(pending.unwrap_or(0))?;
    seen.then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values() {
        for (text, value) in [
            ("十", 10),
            ("十二", 12),
            ("二十", 20),
            ("一百零五", 105),
            ("三千二百万", 32_000_000),
            ("二〇二三", 2023),
            ("１２", 12),
            ("两", 2),
            ("7", 7),
        ] {
            assert_eq!(number(text), Some(value), "{text}");
        }
        for text in ["", "第三", "12a", "万亿个", "99999999999999999999999"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
