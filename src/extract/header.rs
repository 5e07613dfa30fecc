//! Header facts (巡察要素): who inspected whom, in which round, when, and when the findings were fed back.

use std::sync::LazyLock;

use regex::Regex;

use super::facts::{date, dates, pattern};
use super::genre::{GenreModel, genre};
use super::ledger::captions;
use super::structure::Line;
use super::units::{Naming, mentions, office_mention};
use crate::lang::{Lexicon, number};
use crate::model::{Block, BlockKind, Date, Genre, Header, Period};

static BODY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"[省市县区旗州]委(?:(?:巡察工作领导小组)?办公室)?(?:第?[一二三四五六七八九十\d]+|专项|联动|交叉|机动式?|提级|常规|直接)*巡察(?:第?[一二三四五六七八九十\d]+)?组",
    )
});
static ROUND: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"([一二三四五六七八九十\d]{1,3})届(?:[\p{Han}]{0,4}?([省市县区旗州]委))?(?:巡察)?.{0,4}?第([一二三四五六七八九十\d]{1,3})轮",
    )
});
static YEAR_ROUND: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(\d{4})年(?:度)?(?:[省市县区]委)?第\s*([一二三四五六七八九十\d]{1,3})\s*轮"));
static KIND: LazyLock<Regex> = LazyLock::new(|| pattern(r"回头看|提级|交叉|机动|专项|常规"));
/// The first and last day of a period: each a day, a third of a month or a month; the year, and for the last day the
/// month, may be left out.
static PERIOD: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:(\d{4})年)?(\d{1,2})月(?:(\d{1,2})[日号]|([上中下])旬|([初中底末]))?(?:开始|起)?(?:至|到|—{1,2}|－|–|-|~|～)(?:(\d{4})年|(同年|当年|次年|翌年))?(?:(\d{1,2})月)?(?:(\d{1,2})[日号]|([上中下])旬|([初中底末]))?",
    )
});
static YEAR: LazyLock<Regex> = LazyLock::new(|| pattern(r"(\d{4})年"));
static MARKING: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r"(?:绝密|机密|秘密)(?:★|☆|\s*[★☆])?\s*(?:\d+年|长期|[一二三四五六七八九十]+年)?|内部资料|工作秘密")
});

/// A header with what else was learnt on the way.
#[derive(Debug)]
pub(super) struct Heading {
    /// The facts.
    pub(super) header: Header,
    /// How the document calls its units.
    pub(super) naming: Naming,
}

/// Reads the header facts.
pub(super) fn header(
    title: String,
    blocks: &[Block],
    lines: &[Line<'_>],
    lexicon: &Lexicon,
    model: &GenreModel,
) -> Heading {
    let (genre, genre_reasons) = genre(&title, blocks, lines, lexicon, model);
    let body: Vec<&str> = lines.iter().filter(|line| !line.is_cell).map(|line| line.text).collect();
    // What stands over a table of problems says of a ledger what the first paragraphs say of a letter.
    let captions = if genre == Genre::Ledger { captions(blocks) } else { Vec::new() };
    let opening: Vec<&str> = captions.iter().map(String::as_str).chain(body.iter().copied().take(OPENING)).collect();
    let inspecting_body = first(&BODY, &title)
        .or_else(|| opening.iter().find_map(|text| first(&BODY, text)))
        .or_else(|| body.iter().rev().take(3).find_map(|text| first(&BODY, text)))
        .or_else(|| opening.iter().find_map(|text| other_body(text)));
    // A year that the sentence leaves out is that of the title, of the opening, or of the day it is signed.
    let year = std::iter::once(title.as_str())
        .chain(opening.iter().copied())
        .chain(body.iter().rev().take(3).copied())
        .find_map(|text| YEAR.captures(text).and_then(|year| number(&year[1])));
    let periods = opening.iter().filter(|text| is_of_inspection(text)).filter_map(|text| period(text, year));
    let period = periods.fold(None, |best: Option<(u8, Period)>, next| match best {
        Some(best) if best.0 >= next.0 => Some(best),
        _ => Some(next),
    });
    let period = period.map(|(_, period)| period);
    let naming = naming(&title, &opening, &body, genre, captions.iter().map(String::as_str));
    let header = Header {
        feedback_date: feedback_date(&title, &opening, &body, genre, period),
        inspection_type: inspection_type(&title, &opening),
        marking: blocks.iter().take(4).find_map(|block| marking(&block.text)),
        round: round(&title).or_else(|| opening.iter().find_map(|text| round(text))),
        title,
        genre,
        genre_reasons,
        inspecting_body,
        period,
        units: naming.units.clone(),
        sectors: Vec::new(),
    };
    Heading { header, naming }
}

/// Whether a paragraph may tell when the inspection was.
fn is_of_inspection(text: &str) -> bool {
    ["巡察", "巡视", "审计", "检查", "督查", "督导", "暗访", "进驻", "评查"].iter().any(|word| text.contains(word))
}

/// Who inspected, where it was no inspection group: the office that audited, checked or sent somebody.
fn other_body(text: &str) -> Option<String> {
    static OTHER: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"([\p{Han}]{2,24}?(?:巡察办|审计局|审计厅|办公室|督查室|督查组|检查组|督导组|财政局|专班))(?:会同|组织|派出|牵头|成立|于|自|对|从|抽调|联合)",
        )
    });
    let found = OTHER.captures(text)?.get(1)?.as_str();
    let start = ["，", "由", "规定"].iter().filter_map(|word| found.rfind(word).map(|at| at + word.len())).max();
    Some(found[start.unwrap_or(0)..].to_owned()).filter(|name| name.chars().count() >= 4)
}

/// How many paragraphs after the title may state the header facts.
const OPENING: usize = 6;

/// The title and the blocks it fills: the block marked so, else the most title-like of the first lines, joined with
/// its continuation; else the file's name.
pub(super) fn title(blocks: &[Block], name: &str) -> (String, Vec<usize>) {
    if blocks.iter().all(|block| block.cell.is_some()) {
        let captions = captions(blocks);
        if let Some(caption) = captions.iter().find(|text| looks_like_title(text)) {
            return (clean_title(caption), Vec::new());
        }
    }
    let marked: Vec<usize> = (0..blocks.len().min(6)).filter(|&at| blocks[at].kind == BlockKind::Title).collect();
    if !marked.is_empty() {
        let text: String = marked.iter().map(|&at| blocks[at].text.trim()).collect();
        return (clean_title(&text), marked);
    }
    // A red head, an issue number or a marking may stand above the title.
    let is_candidate = |text: &str| looks_like_title(text) || text.chars().count() < 30;
    let candidates: Vec<&str> =
        blocks.iter().take(6).map(|block| block.text.trim()).take_while(|text| is_candidate(text)).collect();
    let words = ["关于", "反馈", "整改", "巡察", "报告", "通报", "台账", "清单", "通知", "公告", "讲话"];
    let score = |text: &str| words.iter().filter(|word| text.contains(**word)).count();
    let best = (0..candidates.len())
        .filter(|&at| looks_like_title(candidates[at]))
        .max_by_key(|&at| (score(candidates[at]).min(2), usize::MAX - at));
    match best {
        Some(at) if score(candidates[at]) > 0 || (at == 0 && blocks.len() > 1) => {
            let n_joined = joined_title(&candidates, at);
            let text: String = candidates[at..at + n_joined].concat();
            (clean_title(&text), (at..at + n_joined).collect())
        }
        _ => (stem(name), Vec::new()),
    }
}

fn looks_like_title(text: &str) -> bool {
    let n_chars = text.chars().count();
    (4..=90).contains(&n_chars)
        && !text.contains(['。', '；'])
        && !text.starts_with(['（', '—'])
        && !text.ends_with(['：', ':', '，'])
}

/// How many lines the title fills: a long title is often broken, 关于……的 / 反馈意见.
fn joined_title(candidates: &[&str], at: usize) -> usize {
    const ENDS: [&str; 12] =
        ["意见", "报告", "通报", "情况", "公告", "通知", "方案", "台账", "清单", "讲话", "反馈", "公示"];
    let closes = |text: &str| {
        let text = text.trim_end_matches(['）', '”', '》']);
        ENDS.iter().any(|end| text.ends_with(end))
    };
    let is_open = candidates[at].contains("关于") || candidates[at].starts_with("中共");
    let goes_on = |next: &&str| !next.contains(['：', '。', '，']) && closes(next);
    match candidates.get(at + 1) {
        Some(next) if is_open && !closes(candidates[at]) && goes_on(next) => 2,
        _ => 1,
    }
}

fn clean_title(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(if title.is_ascii() { " " } else { "" })
}

/// The file name without folder and extension.
fn stem(name: &str) -> String {
    let file = name.rsplit(['/', '\\']).next().unwrap_or(name);
    file.rsplit_once('.').map_or(file, |(stem, _)| stem).to_owned()
}

fn first(regex: &Regex, text: &str) -> Option<String> {
    regex.find(text).map(|found| found.as_str().to_owned())
}

/// The term and round in a text, in one writing: 六届市委第四轮.
pub(super) fn round(text: &str) -> Option<String> {
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    if let Some(captures) = ROUND.captures(&compact) {
        let committee = captures.get(2).map_or("", |found| found.as_str());
        return Some(format!("{}届{committee}第{}轮", han(&captures[1]), han(&captures[3])));
    }
    YEAR_ROUND.captures(&compact).map(|captures| format!("{}年第{}轮", &captures[1], han(&captures[2])))
}

/// A small number in Chinese numerals, so that 第4轮 and 第四轮 are one round.
fn han(text: &str) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match number(text) {
        Some(value @ 1..=99) => {
            let (tens, ones) = (value as usize / 10, value as usize % 10);
            let tens = match tens {
                0 => String::new(),
                1 => "十".to_owned(),
                _ => format!("{}十", DIGITS[tens]),
            };
            tens + DIGITS[ones]
        }
        _ => text.to_owned(),
    }
}

/// The type of inspection, from the title, else from the sentence that says an inspection was made.
fn inspection_type(title: &str, opening: &[&str]) -> Option<String> {
    if let Some(found) = KIND.find(title).filter(|_| title.contains('巡') || title.contains("检查")) {
        return Some(found.as_str().to_owned());
    }
    for text in opening {
        for sentence in text.split(['。', '；']).filter(|sentence| sentence.contains("巡察")) {
            // The kind stands near the inspection it describes, not in the name of the group.
            let found = KIND.find_iter(sentence).find(|found| {
                let after: String = sentence[found.end()..].chars().take(8).collect();
                after.contains("巡察") || found.as_str() == "回头看" || after.starts_with('式')
            });
            if let Some(found) = found {
                return Some(found.as_str().to_owned());
            }
        }
    }
    None
}

/// The period of the inspection in a text, and how exactly it is stated: 2 by days, 1 by thirds of months, 0 by months.
/// A year that is left out is the last one named before, else `year`.
fn period(text: &str, year: Option<u64>) -> Option<(u8, Period)> {
    /// An inspection that lasted longer is none; the span of the business looked at is not its period.
    const MAX_MONTHS: u64 = 14;
    let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
    let mut found: Option<(u8, Period)> = None;
    for captures in PERIOD.captures_iter(&compact) {
        let Some(whole) = captures.get(0) else { continue };
        let value = |group: usize| captures.get(group).and_then(|found| number(found.as_str()));
        let word = |group: usize| captures.get(group).map(|found| found.as_str());
        let named = || YEAR.captures_iter(&compact[..whole.start()]).last().and_then(|year| number(&year[1]));
        let (Some(from_year), Some(from_month)) = (value(1).or_else(named).or(year), value(2)) else { continue };
        let to_year = value(6).unwrap_or(match word(7) {
            Some("次年" | "翌年") => from_year + 1,
            _ => from_year,
        });
        let has_end = (8..=11).any(|group| captures.get(group).is_some());
        let to_month = value(8).unwrap_or(from_month);
        if !has_end || !(1..=12).contains(&to_month) {
            continue;
        }
        let first = value(3).unwrap_or(match (word(4), word(5)) {
            (Some("中"), _) | (_, Some("中")) => 11,
            (Some("下"), _) | (_, Some("底" | "末")) => 21,
            _ => 1,
        });
        let last = value(9).unwrap_or(match (word(10), word(11)) {
            (Some("上"), _) | (_, Some("初")) => 10,
            (Some("中"), _) | (_, Some("中")) => 20,
            _ => last_day(to_year, to_month),
        });
        let exactness = match (value(3), word(4)) {
            (Some(_), _) => 2,
            (None, Some(_)) => 1,
            _ => 0,
        };
        let (Some(start), Some(end)) = (date(from_year, from_month, first), date(to_year, to_month, last)) else {
            continue;
        };
        let n_months = (to_year * 12 + to_month).saturating_sub(from_year * 12 + from_month);
        if start <= end && n_months <= MAX_MONTHS && found.is_none_or(|(best, _)| exactness > best) {
            found = Some((exactness, Period { start, end }));
        }
    }
    found
}

fn last_day(year: u64, month: u64) -> u64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        _ => 31,
    }
}

/// The day of feedback: the date of the sentence that says the findings were fed back, outside the period; in a
/// feedback letter that names none, the date it is signed.
fn feedback_date(title: &str, opening: &[&str], body: &[&str], genre: Genre, period: Option<Period>) -> Option<Date> {
    let is_after = |date: &Date| period.is_none_or(|period| *date > period.end);
    let year = period.map(|period| u64::from(period.end.year));
    for text in opening {
        let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        for sentence in compact.split(['。', '；']) {
            let Some(at) = sentence.find("反馈") else { continue };
            let near: Vec<(Date, usize)> = all_dates(sentence, year)
                .into_iter()
                .filter(|(date, _)| is_after(date))
                .map(|(date, start)| (date, start.abs_diff(at)))
                .collect();
            if let Some((date, _)) = near.into_iter().min_by_key(|(_, distance)| *distance) {
                return Some(date);
            }
        }
    }
    let signed = body.iter().rev().take(3).filter(|text| text.chars().count() < 30).find_map(|text| {
        let compact: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        dates(&compact).map(|(date, _)| date).find(is_after)
    });
    signed.filter(|_| genre == Genre::Feedback && title.contains("反馈") && !title.contains("整改"))
}

static SHORT_DATE: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日"));

/// Days in a sentence with their byte offsets; a day without a year takes that of the one before, else of the period.
fn all_dates(sentence: &str, year: Option<u64>) -> Vec<(Date, usize)> {
    let mut found = Vec::new();
    let mut current = year;
    for captures in SHORT_DATE.captures_iter(sentence) {
        let stated = captures.get(1).and_then(|group| number(group.as_str()));
        current = stated.or(current);
        let (Some(year), Some(month), Some(day)) = (current, number(&captures[2]), number(&captures[3])) else {
            continue;
        };
        if let (Some(date), Some(whole)) = (date(year, month, day), captures.get(0)) {
            found.push((date, whole.start()));
        }
    }
    found
}

fn marking(text: &str) -> Option<String> {
    let text = text.trim();
    let found = MARKING.find(text)?;
    let is_line = found.start() == 0 && text.chars().count() < 24;
    is_line.then(|| found.as_str().to_owned())
}

/// The units of the document, from the title and from the sentences that say whom the inspection was of.
fn naming<'a>(
    title: &'a str,
    opening: &[&'a str],
    body: &[&'a str],
    genre: Genre,
    captions: impl Iterator<Item = &'a str> + Clone,
) -> Naming {
    let mut naming = Naming::default();
    naming.learn_localities(std::iter::once(title).chain(captions.clone()).chain(body.iter().copied()));
    naming.reaches_down =
        title.contains("系统") || opening.iter().any(|text| text.contains("延伸") || text.contains("联动巡察"));
    if matches!(genre, Genre::Notice | Genre::Other | Genre::Summary | Genre::Thematic) {
        return naming;
    }
    // 以下简称 stands in the opening: learn it before the title uses the short form.
    for text in opening {
        for sentence in text.split('。').filter(|sentence| is_about_inspection(sentence)) {
            naming.learn(&object_part(sentence));
        }
    }
    let from_title: Vec<String> = mentions(title).into_iter().map(|mention| naming.resolve(&mention.name)).collect();
    for (position, unit) in from_title.into_iter().enumerate() {
        naming.units.retain(|known| *known != unit);
        naming.units.insert(position.min(naming.units.len()), unit);
    }
    for caption in captions {
        if let Some(unit) = naming.unit_in(caption).filter(|unit| !naming.units.contains(unit)) {
            naming.units.push(unit);
        }
    }
    // The letter is addressed to the unit: 葭浦县卫生健康局党委：
    if naming.units.is_empty() {
        let addressee = body.iter().take(2).find(|text| text.trim_end().ends_with('：') && text.chars().count() <= 40);
        for mention in addressee.map(|text| mentions(text)).unwrap_or_default() {
            let unit = naming.resolve(&mention.name);
            if !naming.units.contains(&unit) {
                naming.units.push(unit);
            }
        }
    }
    // An audit names offices, not party organisations: the one that is given a short form, else that of the title.
    if naming.units.is_empty() {
        for text in opening {
            naming.learn_office(text);
        }
    }
    if naming.units.is_empty() {
        let office = title_object(title).or_else(|| opening.iter().find_map(|text| title_object(text)));
        naming.units.extend(office.map(|name| naming.resolve(&name)));
    }
    naming
}

fn is_about_inspection(sentence: &str) -> bool {
    sentence.contains("巡察") && (sentence.contains('对') || sentence.contains('向') || sentence.contains("反馈"))
}

/// The part of a sentence from 对 or 向 on, which names the object: who inspects stands before it.
fn object_part(sentence: &str) -> String {
    let start = ["对", "向"].iter().filter_map(|word| sentence.find(word)).min().unwrap_or(0);
    sentence[start..].to_owned()
}

/// The office a title says was inspected: 关于巡察市教育局的反馈意见.
fn title_object(title: &str) -> Option<String> {
    let start = ["巡察", "对", "向"].iter().filter_map(|word| title.find(word).map(|at| at + word.len())).min();
    let rest = &title[start.filter(|_| !title.contains("审计")).unwrap_or(0)..];
    let year = YEAR.find(rest).map(|year| year.start()).filter(|start| *start > 0);
    let end = ["开展", "进行", "的", "反馈", "情况", "巡察"]
        .iter()
        .filter_map(|word| rest.find(word))
        .chain(year)
        .min()
        .unwrap_or(rest.len());
    office_mention(&rest[..end]).map(|mention| mention.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounds_in_one_writing() {
        for text in ["根据六届市委第四轮巡察部署", "六届市委巡察第4轮", "6届市委第四轮"] {
            assert_eq!(round(text).as_deref(), Some("六届市委第四轮"), "{text}");
        }
        assert_eq!(round("第十四届县委第十二轮").as_deref(), Some("十四届县委第十二轮"));
        assert_eq!(round("十三届鹤砚县委第九轮巡察").as_deref(), Some("十三届县委第九轮"));
    }

    #[test]
    fn periods() {
        let of = |text: &str| period(text, Some(2022)).map(|(_, period)| format!("{} {}", period.start, period.end));
        assert_eq!(of("2022年3月7日至4月29日").as_deref(), Some("2022-03-07 2022-04-29"));
        assert_eq!(of("2023年11月1日至2024年1月12日").as_deref(), Some("2023-11-01 2024-01-12"));
        assert_eq!(of("2023年3月中旬至5月下旬").as_deref(), Some("2023-03-11 2023-05-31"));
        assert_eq!(of("2022年4月至6月").as_deref(), Some("2022-04-01 2022-06-30"));
        assert_eq!(of("9月5日—11月18日").as_deref(), Some("2022-09-05 2022-11-18"));
        assert_eq!(of("2022年12月1日至次年1月20日").as_deref(), Some("2022-12-01 2023-01-20"));
        assert_eq!(of("2019年1月至2022年12月的账目"), None);
    }
}
