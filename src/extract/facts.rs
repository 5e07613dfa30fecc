//! Facts (事实要素) in a text: amounts, people, things, dates, regulations, each with its place.

use std::ops::Range;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::lang::number;
use crate::model::{Date, FactKind, FactSpan, Facts};

/// Compiles a pattern of this module; a test compiles them all.
pub(super) fn pattern(source: &str) -> Regex {
    match Regex::new(source) {
        Ok(regex) => regex,
        Err(error) => unreachable!("pattern {source}: {error}"),
    }
}

static AMOUNT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"([0-9０-９][0-9０-９,，.．]*|[一二三四五六七八九十百千万亿两零〇]+)(?:余|多)?\s*(万|亿|千|百)?(?:余|多)?元",
    )
});
static PEOPLE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"([0-9０-９][0-9０-９,，]*|[一二三四五六七八九十百千两]+)(?:余|多)?(?:名|人次|人|位)"));
/// Counters of things; 个月 and 次 of occasions are told apart after matching.
static ITEMS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"([0-9０-９][0-9０-９,，]*|[一二三四五六七八九十百千两]+)(?:余|多)?(个|件|份|笔|项|次|处|台|辆|套|宗|起|册|本|张|条|块|间|栋|户|家|所|批|期|场|篇|亩|吨|公里)",
    )
});
static REGULATION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"《[^《》]{2,60}》(?:（[^（）]{2,20}号）)?(?:第[〇零一二三四五六七八九十百0-9]+条)?(?:第[一二三四五六七八九十0-9]+[款项])?",
    )
});
static DATE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:([0-9０-９]{4}|[二〇零一三四五六七八九○]{4})年)([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})月(?:([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})[日号])?",
    )
});

/// The facts stated in a text, each with its place.
pub(super) fn facts(text: &str) -> Facts {
    let mut facts = Facts::default();
    let mut spans: Vec<(Range<usize>, FactKind)> = Vec::new();
    for captures in AMOUNT.captures_iter(text) {
        if let (Some(value), Some(whole)) = (amount(&captures), captures.get(0)) {
            facts.amounts_yuan.push(value);
            spans.push((whole.range(), FactKind::Amount));
        }
    }
    for captures in PEOPLE.captures_iter(text) {
        if let (Some(value), Some(found)) = (whole(&captures[1]), captures.get(0)) {
            facts.people.push(value);
            spans.push((found.range(), FactKind::People));
        }
    }
    for captures in ITEMS.captures_iter(text) {
        let (Some(value), Some(found)) = (whole(&captures[1]), captures.get(0)) else { continue };
        // 3个月 tells how long, 第3次 which time, 一个 is an article.
        let is_article = value == 1 && !captures[1].starts_with(|first: char| first.is_ascii_digit());
        if text[found.end()..].starts_with('月') || text[..found.start()].ends_with('第') || is_article {
            continue;
        }
        facts.items.push(value);
        spans.push((found.range(), FactKind::Items));
    }
    for found in REGULATION.find_iter(text) {
        facts.regulations.push(found.as_str().to_owned());
        spans.push((found.range(), FactKind::Regulation));
    }
    for (date, range) in dates(text) {
        facts.dates.push(date);
        spans.push((range, FactKind::Date));
    }
    spans.sort_by_key(|(range, kind)| (range.start, range.end, *kind));
    facts.spans = in_characters(text, &spans);
    facts
}

/// Byte ranges, sorted by start, as ranges of characters.
fn in_characters(text: &str, spans: &[(Range<usize>, FactKind)]) -> Vec<FactSpan> {
    let (mut n_chars, mut at) = (0u32, 0);
    spans
        .iter()
        .map(|(range, kind)| {
            n_chars += text[at..range.start].chars().count() as u32;
            at = range.start;
            FactSpan { kind: *kind, start: n_chars, end: n_chars + text[range.clone()].chars().count() as u32 }
        })
        .collect()
}

/// The dates named with their year in a text, with their byte ranges; a month alone stands for its first day.
pub(super) fn dates(text: &str) -> impl Iterator<Item = (Date, std::ops::Range<usize>)> + '_ {
    DATE.captures_iter(text).filter_map(|captures| {
        let year = whole(&captures[1])?;
        let month = whole(&captures[2])?;
        let day = captures.get(3).map_or(Some(1), |day| whole(day.as_str()))?;
        Some((date(year, month, day)?, captures.get(0)?.range()))
    })
}

/// A date, if these are the year, month and day of one.
pub(super) fn date(year: u64, month: u64, day: u64) -> Option<Date> {
    let is_date = (1900..2200).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let date = Date { year: year.try_into().ok()?, month: month.try_into().ok()?, day: day.try_into().ok()? };
    is_date.then_some(date)
}

fn amount(captures: &Captures<'_>) -> Option<f64> {
    let digits = plain(&captures[1]);
    let value = digits.parse::<f64>().ok().or_else(|| number(&captures[1]).map(|value| value as f64))?;
    let factor = match captures.get(2).map(|unit| unit.as_str()) {
        Some("亿") => 1e8,
        Some("万") => 1e4,
        Some("千") => 1e3,
        Some("百") => 1e2,
        _ => 1.0,
    };
    // Cents are the smallest unit an amount is stated in.
    Some((value * factor * 100.0).round() / 100.0)
}

fn whole(text: &str) -> Option<u64> {
    number(&plain(text))
}

/// Half-width digits without thousands separators.
fn plain(text: &str) -> String {
    let narrow = |character: char| match character {
        '０'..='９' => char::from_u32(character as u32 - 0xff10 + 0x30),
        '．' => Some('.'),
        ',' | '，' => None,
        _ => Some(character),
    };
    text.trim_end_matches([',', '，', '.', '．']).chars().filter_map(narrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_kinds() {
        let text =
            "2021年3月，12名职工（其中三人已退休）违反《差旅费管理办法》第八条领取12.35万元，另有1,460元、二十万元未退";
        let found = facts(text);
        assert_eq!(found.amounts_yuan, [123_500.0, 1460.0, 200_000.0]);
        assert_eq!(found.people, [12, 3]);
        assert_eq!(found.regulations, ["《差旅费管理办法》第八条"]);
        assert_eq!(found.dates, [Date { year: 2021, month: 3, day: 1 }]);
        let characters: Vec<char> = text.chars().collect();
        let spans: Vec<(FactKind, String)> = found
            .spans
            .iter()
            .map(|span| (span.kind, characters[span.start as usize..span.end as usize].iter().collect()))
            .collect();
        assert_eq!(spans[0], (FactKind::Date, "2021年3月".to_owned()));
        assert!(spans.contains(&(FactKind::Amount, "12.35万元".to_owned())), "{spans:?}");
    }

    #[test]
    fn one_amount_in_many_writings() {
        for text in ["12.35万元", "123,500元", "十二万三千五百元", "123500元", "12.35 万元", "１２.３５万余元"]
        {
            assert_eq!(facts(text).amounts_yuan, [123_500.0], "{text}");
        }
        assert_eq!(facts("3个月内补签12份合同，第3次会议，一个支部").items, [12]);
    }
}
