//! Rectification items (整改事项): which problem a document answers, what it says was done, and how far it got.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::clauses::trim;
use super::facts::pattern;
use super::structure::Line;

/// One item: the problem as it is quoted and the measure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Item {
    /// Block and bytes of the quoted problem.
    pub(super) problem: (usize, Range<usize>),
    /// Block and bytes of the measure; of the first paragraph where there are several.
    pub(super) measure: (usize, Range<usize>),
    /// Status in one of five words.
    pub(super) status: Option<String>,
}

/// 关于“…”的问题, 针对…问题, 问题1：…
static QUOTED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:关于|针对|对于|就)(?:反馈(?:意见)?(?:指出|提出)?的?|巡察(?:反馈)?指出的?|第[一二三四五六七八九十\d]+(?:条|项|个))?\s*(?:“([^”\n]{4,120})”|「([^」\n]{4,120})」|《([^》\n]{4,120})》)(?:等)?(?:的)?(?:方面)?(?:的)?问题?",
    )
});
static PLAIN: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?:关于|针对|对于)([^“”。：\n]{4,90}?)(?:等)?(?:的)?问题"));
static MEASURE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:整改(?:落实)?(?:进展|情况|措施|成效|结果|完成情况)|完成情况|落实情况|办理情况|处理情况|进展情况|进展)[:：]",
    )
});
static MARKED: LazyLock<Regex> = LazyLock::new(|| pattern(r"^(?:反馈)?问题(?:表述|描述)?[:：]?"));

/// The items of a rectification document.
pub(super) fn items(lines: &[Line<'_>]) -> Vec<Item> {
    let problems: Vec<Option<(Range<usize>, usize)>> = lines.iter().map(problem).collect();
    let mut found = Vec::new();
    for (line_idx, line) in lines.iter().enumerate() {
        let Some((range, after)) = &problems[line_idx] else { continue };
        // A heading that introduces items of its own is a group, not an item.
        let has_items_below = line.rank.is_some()
            && (line_idx + 1..lines.len())
                .take_while(|&below| lines[below].path.contains(&line_idx))
                .any(|below| problems[below].is_some());
        if has_items_below {
            continue;
        }
        let rest = trim(line.text, *after..line.text.len());
        let follow: Vec<usize> = (line_idx + 1..lines.len())
            .take_while(|&next| problems[next].is_none() && !is_new_part(&lines[next], line))
            .collect();
        let measure = if line.text[rest.clone()].chars().count() >= 4 {
            (line.block_idx, rest)
        } else if let Some(&next) = follow.first() {
            let text = lines[next].text;
            let skipped = MEASURE.find(text).filter(|found| found.start() < 8).map_or(0, |found| found.end());
            (lines[next].block_idx, trim(text, skipped..text.len()))
        } else {
            continue;
        };
        let all: String =
            std::iter::once(&line.text[*after..]).chain(follow.iter().map(|&next| lines[next].text)).collect();
        found.push(Item { problem: (line.block_idx, range.clone()), measure, status: status(&all).map(str::to_owned) });
    }
    found
}

/// A line at the level of the item or above ends its measures.
fn is_new_part(next: &Line<'_>, item: &Line<'_>) -> bool {
    match (next.rank, item.rank) {
        (Some(next), Some(own)) => next <= own,
        (Some(_), None) => true,
        (None, _) => {
            let both = next.number.zip(item.number);
            both.is_some_and(|(next, own)| next.mark <= own.mark)
        }
    }
}

/// The problem a line quotes, and where the measure begins.
fn problem(line: &Line<'_>) -> Option<(Range<usize>, usize)> {
    if line.is_cell {
        return None;
    }
    let start = line.body_start();
    let body = line.body();
    let near = |found_at: usize| body[..found_at].chars().count() <= 12;
    if let Some(captures) = QUOTED.captures(body)
        && let (Some(whole), Some(quote)) = (captures.get(0), captures.iter().skip(1).flatten().next())
        && near(whole.start())
    {
        return Some((start + quote.start()..start + quote.end(), start + after_head(body, whole.end())));
    }
    let first_stop = body.find(['。', '：', ':', '\n']).unwrap_or(body.len());
    if let Some(captures) = PLAIN.captures(&body[..first_stop])
        && let (Some(whole), Some(quote)) = (captures.get(0), captures.get(1))
        && near(whole.start())
    {
        return Some((start + quote.start()..start + quote.end(), start + after_head(body, whole.end())));
    }
    let marked = line.text.trim_start().starts_with("问题") || line.text.trim_start().starts_with("反馈问题");
    let measure = MEASURE.find(body);
    let numbered = line.number.is_some();
    if !(marked || numbered && measure.is_some()) {
        return None;
    }
    let skipped = MARKED.find(body).map_or(0, |found| found.end());
    let end = measure.map_or(body.len(), |found| found.start());
    let after = measure.map_or(body.len(), |found| found.end());
    let mut range = trim(body, skipped..end.max(skipped));
    range = unquote(body, range);
    (body[range.clone()].chars().count() >= 4).then(|| (start + range.start..start + range.end, start + after))
}

/// Past 的整改情况 and the mark after the quoted problem.
fn after_head(body: &str, end: usize) -> usize {
    let rest = &body[end..];
    let n_chars_to_mark = rest.char_indices().take(26).find(|(_, character)| "。：:，；".contains(*character));
    let end = n_chars_to_mark.map_or(end, |(at, character)| end + at + character.len_utf8());
    match MEASURE.find(&body[end..]) {
        Some(found) if found.start() <= "　".len() * 2 => end + found.end(),
        _ => end,
    }
}

/// Without the quotation marks around it and a closing 的问题.
fn unquote(text: &str, range: Range<usize>) -> Range<usize> {
    let mut slice = &text[range.clone()];
    let mut start = range.start;
    for word in ["关于", "针对"] {
        if let Some(rest) = slice.strip_prefix(word) {
            start += word.len();
            slice = rest;
        }
    }
    for tail in ["等问题", "的问题", "问题"] {
        if let Some(rest) = slice.strip_suffix(tail)
            && rest.chars().count() >= 4
        {
            slice = rest;
            break;
        }
    }
    if let Some(rest) = slice.strip_prefix(['“', '「']) {
        start += slice.len() - rest.len();
        slice = rest.strip_suffix(['”', '」']).unwrap_or(rest);
    }
    start..start + slice.len()
}

/// The status in one of five words: 已完成, 基本完成, 持续推进, 长期坚持, 未完成.
pub(super) fn status(text: &str) -> Option<&'static str> {
    const WORDS: [(&str, &[&str]); 5] = [
        ("未完成", &["未完成", "尚未完成", "未启动", "逾期未", "未整改"]),
        ("基本完成", &["基本完成", "阶段性完成", "取得阶段性", "基本整改到位", "初步完成"]),
        ("长期坚持", &["长期坚持", "常态化推进", "常抓不懈", "立行立改、长期坚持"]),
        (
            "持续推进",
            &[
                "持续推进",
                "正在推进",
                "正在整改",
                "推进中",
                "正在办理",
                "正在开展",
                "整改中",
                "按序时",
                "正在协调",
                "待批复",
                "预计",
                "正在",
            ],
        ),
        (
            "已完成",
            &[
                "已完成",
                "完成整改",
                "整改到位",
                "已整改",
                "已销号",
                "已办结",
                "整改完成",
                "已全部完成",
                "全部完成",
                "完成情况：完成",
            ],
        ),
    ];
    // The tail of an item states its status; what stands before may speak of single steps.
    let tail: String = {
        let characters: Vec<char> = text.chars().collect();
        characters[characters.len().saturating_sub(60)..].iter().collect()
    };
    let find = |text: &str| {
        WORDS.iter().find(|(_, words)| words.iter().any(|word| text.contains(word))).map(|(status, _)| *status)
    };
    find(&tail)
}
