//! The problem zone (问题部分): which paragraphs state problems, and which praise, explain or demand.

use std::sync::LazyLock;

use regex::Regex;

use super::facts::pattern;
use super::structure::Line;
use super::units::{mentions, office_mention};
use crate::lang::{Cue, Cues, Lexicon};
use crate::model::Genre;

/// What a part of a document does (部分).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Zone {
    /// Before anything is known.
    Opening,
    /// Background, praise.
    Background,
    /// Problems.
    Problems,
    /// Causes.
    Causes,
    /// Suggestions, requirements, commitments.
    Suggestions,
    /// Anything else without problems.
    Other,
}

impl Zone {
    /// Its name among the features of the learnt model.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Opening => "opening",
            Self::Background => "background",
            Self::Problems => "problems",
            Self::Causes => "causes",
            Self::Suggestions => "suggestions",
            Self::Other => "other",
        }
    }
}

/// The zone of a line, and where in the line it begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Zoned {
    /// The zone.
    pub(super) zone: Zone,
    /// First byte of the line that is in it; what comes before is skipped.
    pub(super) from: usize,
}

/// The zones of all lines.
pub(super) fn zones(lines: &[Line<'_>], genre: Genre, lexicon: &Lexicon) -> Vec<Zoned> {
    let cues = &lexicon.cues;
    let has_problem_heading =
        lines.iter().any(|line| line.rank.is_some() && heading_zone(line, None, lexicon) == Some(Zone::Problems));
    let mut zones: Vec<Zoned> = Vec::with_capacity(lines.len());
    // The zone of text under no heading, or under a heading that says nothing of its own.
    let mut running = Zone::Opening;
    let mut has_turned = false;
    for (line_idx, line) in lines.iter().enumerate() {
        let parent = line.path.last().map(|&above| zones[above].zone);
        if line.rank.is_some() {
            let zone = heading_zone(line, parent, lexicon).unwrap_or(parent.unwrap_or(running));
            running = zone;
            zones.push(Zoned { zone, from: 0 });
            continue;
        }
        if running == Zone::Problems && closes(line, cues) {
            running = Zone::Suggestions;
        } else if matches!(running, Zone::Opening | Zone::Background)
            && !has_problem_heading
            && let Some(from) = turn(line.text, cues)
        {
            has_turned = true;
            running = Zone::Problems;
            // A paragraph that ends in a colon only introduces the list below it.
            let is_lead = line.text.trim_end().ends_with(['：', ':']) && line_idx + 1 < lines.len();
            zones.push(Zoned { zone: if is_lead { Zone::Opening } else { Zone::Problems }, from });
            continue;
        }
        zones.push(Zoned { zone: running, from: line.body_start() });
    }
    if !has_problem_heading && !has_turned && matches!(genre, Genre::Feedback | Genre::Report | Genre::Summary) {
        open_unit_lists(lines, &mut zones, lexicon);
    }
    zones
}

/// The zones of a rectification document: only a part headed 存在的不足 or the like states problems, which are new; all
/// others answer old ones.
pub(super) fn own_shortcomings(lines: &[Line<'_>]) -> Vec<Zoned> {
    static HEADING: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"^(?:目前|仍然|整改中|当前|自身)?(?:还|仍)?存在的?(?:主要)?(?:问题|不足|差距)(?:和(?:不足|差距|问题))?$|^(?:不足之处|差距和不足|问题和不足|新发现的问题)$",
        )
    });
    let is_open = |line: &Line<'_>| HEADING.is_match(line.body().trim().trim_end_matches(['：', '。']));
    let open: Vec<bool> = lines.iter().map(|line| line.rank.is_some() && is_open(line)).collect();
    let zone = |line: &Line<'_>| if line.path.iter().any(|&above| open[above]) { Zone::Problems } else { Zone::Other };
    lines.iter().map(|line| Zoned { zone: zone(line), from: line.body_start() }).collect()
}

/// What a heading says its part does; `None` if it says nothing.
fn heading_zone(line: &Line<'_>, parent: Option<Zone>, lexicon: &Lexicon) -> Option<Zone> {
    let cues = &lexicon.cues;
    let text = line.body().trim().trim_end_matches(['：', ':', '。']);
    if parent == Some(Zone::Problems) {
        return None;
    }
    let is_plain = text.chars().count() <= 16;
    let says = |cue: Cue| {
        cues.last(cue, text).is_some_and(|range| is_plain || range.end == text.len() || text.len() - range.end <= 6)
    };
    if says(Cue::CauseHead) {
        return Some(Zone::Causes);
    }
    if parent.is_some_and(|zone| zone != Zone::Opening) {
        return None;
    }
    if says(Cue::SuggestHead) && !cues.any(Cue::Deficiency, text) {
        return Some(Zone::Suggestions);
    }
    let ends_in_problems = ["问题", "不足", "差距", "短板", "弱项"].iter().any(|word| text.ends_with(word));
    if ends_in_problems || cues.any(Cue::ProblemHead, text) || cues.any(Cue::Deficiency, text) {
        return Some(Zone::Problems);
    }
    if says(Cue::BackgroundHead) {
        return Some(Zone::Background);
    }
    if says(Cue::OtherHead) {
        return Some(Zone::Other);
    }
    let is_frame =
        ["聚焦", "落实党", "落实全面", "落实新时代", "贯彻落实", "方面", "情况"].iter().any(|word| text.contains(word));
    let names_unit = !mentions(text).is_empty() || (is_plain && office_mention(text).is_some());
    (is_frame || names_unit).then_some(Zone::Problems)
}

/// A sentence that ends by naming problems: 还存在一些必须正视的问题。
static ANNOUNCES: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?:存在|还有|仍有|看到|发现|暴露出|反映出|梳理出|归纳出|有)[^。；，：、]{0,6}(?:一些|以下|下列|如下|几个|几方面|不少|主要|突出|明显|若干|一定|这样那样|必须|需要|值得)[^。；，：、]{0,12}(?:问题|不足|差距|短板|情况|薄弱环节)[^。；，：、]{0,10}[。：]",
    )
});

/// Where the problems begin in a paragraph that turns to them.
fn turn(text: &str, cues: &Cues) -> Option<usize> {
    let announced = || {
        let found = ANNOUNCES.find(text)?;
        let says_none = ["未", "没有", "整改", "解决", "针对", "等问题"].iter().any(|word| {
            let before: String =
                text[..found.start()].chars().rev().take(6).collect::<Vec<_>>().into_iter().rev().collect();
            before.contains(word) || found.as_str().contains(word)
        });
        (!says_none).then(|| found.range())
    };
    let range = cues.first(Cue::Turn, text).or_else(announced)?;
    let after = &text[range.end..];
    // 但巡察也发现一些问题，主要是：… takes the last opener of the run.
    let near: String = after.chars().take(24).collect();
    let again = cues.last(Cue::Turn, &near).map_or(0, |inner| inner.end);
    Some(range.end + again)
}

/// Whether a paragraph ends the problems: it demands, suggests, hands over clues or says goodbye.
fn closes(line: &Line<'_>, cues: &Cues) -> bool {
    let text = line.body().trim_start();
    if cues.start(Cue::Closing, text).is_some() {
        return true;
    }
    let opening: String = text.chars().take(14).collect();
    let demands =
        ["要求", "强调", "建议", "希望"].iter().any(|word| opening.contains(word)) && opening.contains("巡察组");
    let hands_over = (text.contains("线索") || text.contains("信访"))
        && ["移交", "转市", "转县", "转区", "转有关", "按有关规定"].iter().any(|word| text.contains(word));
    // 县公安局党委要切实提高认识: the addressee is told what to do.
    let tells = ["党组要", "党委要", "支部要", "总支要", "党组织要", "单位要"]
        .iter()
        .any(|word| text.find(word).is_some_and(|at| text[..at].chars().count() <= 16));
    demands || tells || hands_over
}

/// 市妇幼保健院党总支存在…, 县水利局党组的问题主要是…: the unit is the subject of what is wrong.
fn opens_with_unit(text: &str) -> bool {
    let head: String = text.trim_start().chars().take(36).collect();
    let Some(mention) = mentions(&head).into_iter().next().filter(|mention| mention.range.start == 0) else {
        return false;
    };
    let after: String = head[mention.range.end..].chars().take(12).collect();
    ["存在", "问题", "暴露出", "不足", "差距", "表现"].iter().any(|word| after.contains(word))
}

/// A text without any turn that lists problems unit by unit: 区水务站党支部：…
fn open_unit_lists(lines: &[Line<'_>], zones: &mut [Zoned], lexicon: &Lexicon) {
    let mut is_open = false;
    for (line, zoned) in lines.iter().zip(zones.iter_mut()).skip(1) {
        if closes(line, &lexicon.cues) {
            is_open = false;
        } else if zoned.zone == Zone::Opening {
            let head = line.text.split(['：', ':']).next().unwrap_or_default();
            let is_list = head.len() < line.text.len()
                && head.chars().count() <= 30
                && (!mentions(head).is_empty() || office_mention(head).is_some())
                || opens_with_unit(line.body());
            is_open |= is_list || line.number.is_some();
            if is_open {
                zoned.zone = Zone::Problems;
            }
        }
    }
}
