//! Automatic numbers of Word paragraphs (自动编号): what a reader sees before the text, such as 一、 or （二）.
//!
//! Counters belong to the abstract numbering, which several lists share; a list may restart them once. The rules are
//! those of ECMA-376 Part 1, §17.9.

use std::collections::{BTreeMap, BTreeSet};

use super::xml::Node;

/// Levels of a Word list.
const LEVELS: usize = 9;

/// One level of a list.
#[derive(Debug, Clone)]
struct Level {
    start: u32,
    format: String,
    text: String,
    is_legal: bool,
    restart: Option<u32>,
    style: Option<String>,
}

/// A list: its abstract numbering and what it overrides.
#[derive(Debug, Clone, Default)]
struct List {
    base: String,
    starts: BTreeMap<u32, u32>,
    levels: BTreeMap<u32, Level>,
}

/// All lists of a document and how far they have counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    bases: BTreeMap<String, BTreeMap<u32, Level>>,
    lists: BTreeMap<String, List>,
    counters: BTreeMap<String, [Option<u32>; LEVELS]>,
    restarted: BTreeSet<(String, u32)>,
}

impl Numbering {
    /// Reads the numbering part.
    pub(super) fn new(root: &Node) -> Self {
        let mut numbering = Self::default();
        for node in root.children.iter().flat_map(|top| &top.children) {
            match node.name.as_str() {
                "abstractNum" => {
                    let levels = node.children.iter().filter(|child| child.name == "lvl").map(level).collect();
                    numbering.bases.insert(node.attribute("abstractNumId").unwrap_or_default().to_owned(), levels);
                }
                "num" => {
                    let mut list =
                        List { base: node.value("abstractNumId").unwrap_or_default().to_owned(), ..List::default() };
                    for over in node.children.iter().filter(|child| child.name == "lvlOverride") {
                        let at = over.attribute("ilvl").and_then(|value| value.parse().ok()).unwrap_or(0);
                        if let Some(start) = over.number("startOverride") {
                            list.starts.insert(at, start);
                        }
                        if let Some(own) = over.child("lvl") {
                            list.levels.insert(at, level(own).1);
                        }
                    }
                    numbering.lists.insert(node.attribute("numId").unwrap_or_default().to_owned(), list);
                }
                _ => {}
            }
        }
        numbering
    }

    /// The level of a list that a paragraph style is tied to.
    pub(super) fn level_of_style(&self, list: &str, style: &str) -> Option<u32> {
        let levels = self.bases.get(&self.lists.get(list)?.base)?;
        levels.iter().find(|(_, level)| level.style.as_deref() == Some(style)).map(|(&at, _)| at)
    }

    /// Counts one paragraph of a list and gives its number as Word shows it.
    pub(super) fn next(&mut self, list_id: &str, at: u32) -> Option<String> {
        if list_id == "0" || at as usize >= LEVELS {
            return None;
        }
        let list = self.lists.get(list_id)?.clone();
        let mut levels = self.bases.get(&list.base)?.clone();
        levels.extend(list.levels);
        let counters = self.counters.entry(list.base).or_insert([None; LEVELS]);
        let level = levels.get(&at)?;
        let depth = at as usize;
        if let Some(&start) = list.starts.get(&at)
            && self.restarted.insert((list_id.to_owned(), at))
        {
            counters[depth] = start.checked_sub(1);
            if start == 0 {
                counters[depth] = None;
            }
        }
        let value = counters[depth].map_or(level.start, |value| value.saturating_add(1));
        counters[depth] = Some(value);
        for (deeper, counter) in counters.iter_mut().enumerate().skip(depth + 1) {
            let restart = levels.get(&(deeper as u32)).and_then(|level| level.restart);
            if restart.is_none_or(|restart| restart != 0 && at < restart) {
                *counter = None;
            }
        }
        Some(label(level, &levels, counters))
    }
}

fn level(node: &Node) -> (u32, Level) {
    let at = node.attribute("ilvl").and_then(|value| value.parse().ok()).unwrap_or(0);
    let level = Level {
        start: node.number("start").unwrap_or(0),
        format: node.value("numFmt").unwrap_or("decimal").to_owned(),
        text: node.value("lvlText").unwrap_or_default().to_owned(),
        is_legal: node.is_on("isLgl"),
        restart: node.number("lvlRestart"),
        style: node.value("pStyle").map(str::to_owned),
    };
    (at, level)
}

/// Fills `%1` to `%9` of the level's text.
fn label(level: &Level, levels: &BTreeMap<u32, Level>, counters: &[Option<u32>; LEVELS]) -> String {
    if level.format == "bullet" {
        return "•".to_owned();
    }
    let mut label = String::new();
    let mut characters = level.text.chars().peekable();
    while let Some(character) = characters.next() {
        let digit = if character == '%' { characters.peek().and_then(|next| next.to_digit(10)) } else { None };
        let Some(digit) = digit.filter(|digit| *digit > 0) else {
            label.push(character);
            continue;
        };
        characters.next();
        let source = levels.get(&(digit - 1));
        let value = counters[digit as usize - 1].or(source.map(|level| level.start)).unwrap_or(1);
        let format = if level.is_legal { "decimal" } else { source.map_or("decimal", |level| level.format.as_str()) };
        label.push_str(&formatted(value, format));
    }
    label
}

/// A value in one of Word's number formats.
fn formatted(value: u32, format: &str) -> String {
    let nth = |first: u32, last: u32, base: char| {
        (first..=last).contains(&value).then(|| char::from_u32(base as u32 + value - first)).flatten().map(String::from)
    };
    let cycle = |symbols: &str| {
        let n = symbols.chars().count();
        symbols.chars().nth((value.max(1) as usize - 1) % n).map(String::from)
    };
    let special = match format {
        "chineseCounting"
        | "chineseCountingThousand"
        | "japaneseCounting"
        | "taiwaneseCounting"
        | "taiwaneseCountingThousand" => Some(han(value, "零一二三四五六七八九", "十百千", true)),
        "chineseLegalSimplified" | "ideographLegalTraditional" => {
            Some(han(value, "零壹贰叁肆伍陆柒捌玖", "拾佰仟", false))
        }
        "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital" => Some(
            value
                .to_string()
                .chars()
                .filter_map(|digit| "〇一二三四五六七八九".chars().nth(digit as usize - '0' as usize))
                .collect(),
        ),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => nth(1, 20, '①'),
        "decimalEnclosedParen" => nth(1, 20, '⑴'),
        "decimalEnclosedFullstop" => nth(1, 20, '⒈'),
        "ideographEnclosedCircle" => nth(1, 10, '㈠'),
        "decimalFullWidth" | "decimalFullWidth2" => Some(
            value
                .to_string()
                .chars()
                .filter_map(|digit| char::from_u32(digit as u32 - '0' as u32 + '０' as u32))
                .collect(),
        ),
        "decimalZero" => Some(format!("{value:02}")),
        "ideographTraditional" => cycle("甲乙丙丁戊己庚辛壬癸"),
        "ideographZodiac" => cycle("子丑寅卯辰巳午未申酉戌亥"),
        "upperLetter" => cycle("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
        "lowerLetter" => cycle("abcdefghijklmnopqrstuvwxyz"),
        "upperRoman" => Some(roman(value)),
        "lowerRoman" => Some(roman(value).to_lowercase()),
        "none" => Some(String::new()),
        _ => None,
    };
    special.unwrap_or_else(|| value.to_string())
}

/// 一百零五; with `short_ten`, 十二 instead of 一十二. Values of five digits and more are written in figures.
fn han(value: u32, digits: &str, units: &str, short_ten: bool) -> String {
    let digit = |at: u32| digits.chars().nth(at as usize).unwrap_or_default();
    if value == 0 || value > 9999 {
        return if value == 0 { digit(0).to_string() } else { value.to_string() };
    }
    let mut written = String::new();
    let mut skipped = false;
    for power in (0..4u32).rev() {
        let place = value / 10u32.pow(power) % 10;
        if place == 0 {
            skipped |= !written.is_empty();
            continue;
        }
        if skipped {
            written.push(digit(0));
            skipped = false;
        }
        if !(short_ten && power == 1 && place == 1 && written.is_empty()) {
            written.push(digit(place));
        }
        if power > 0 {
            written.extend(units.chars().nth(power as usize - 1));
        }
    }
    written
}

fn roman(value: u32) -> String {
    const PARTS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    let mut rest = value.min(3999);
    let mut written = String::new();
    for (part, letters) in PARTS {
        while rest >= part {
            written.push_str(letters);
            rest -= part;
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats() {
        for (value, format, text) in [
            (10, "chineseCounting", "十"),
            (12, "chineseCountingThousand", "十二"),
            (105, "chineseCounting", "一百零五"),
            (110, "chineseCounting", "一百一十"),
            (12, "chineseLegalSimplified", "壹拾贰"),
            (3, "decimalEnclosedCircleChinese", "③"),
            (21, "decimalEnclosedCircle", "21"),
            (4, "lowerRoman", "iv"),
            (2, "ideographTraditional", "乙"),
        ] {
            assert_eq!(formatted(value, format), text, "{format}");
        }
    }
}
