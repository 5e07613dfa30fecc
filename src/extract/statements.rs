//! Statements of problems (问题表述): clauses of the problem zone, joined to what one ledger row would hold.
//!
//! A judgement takes the facts that detail it (如，… 经查，…) and the effects it had (导致…); a sentence that only
//! announces the list after it is a head and is left out; parallel clauses about other objects stand alone.

use std::collections::BTreeMap;
use std::ops::Range;

use super::clauses::{Break, Clause, clauses, trim};
use super::numbering::Mark;
use super::segments::{Around, Label, Lesson, Lessons, Segment, SegmentModel, Shape, Style, cut, features};
use super::structure::Line;
use super::types::best_type;
use super::units::{Naming, PARTY_SUFFIXES, mentions, office_mention, subordinate};
use super::zone::{Zone, Zoned};
use crate::lang::{Cue, Lexicon};
use crate::model::Genre;

/// A statement of a problem.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Statement {
    /// Block it stands in.
    pub(super) block_idx: usize,
    /// Bytes in the block.
    pub(super) range: Range<usize>,
    /// Blocks and bytes of the sentences that support it.
    pub(super) detail: Vec<(usize, Range<usize>)>,
    /// The unit it is attributed to.
    pub(super) unit: Option<String>,
    /// Headings above, outermost first.
    pub(super) headings: Vec<String>,
    /// Why it was taken.
    pub(super) reasons: Vec<String>,
    /// 0–1.
    pub(super) confidence: f32,
}

/// A paragraph that may state problems, with what the rules say of it.
struct Candidate {
    line_idx: usize,
    /// Where its text begins, after number and unit.
    start: usize,
    unit: Option<String>,
    /// What the rules take for statements.
    groups: Vec<Group>,
    is_own_statement: bool,
    is_detail_line: bool,
    under_judgement: bool,
    /// What stands under the heading above, or under the heading itself.
    shape: Shape,
    /// Its place under the heading above.
    nth: usize,
}

/// The statements of a document.
pub(super) fn statements(
    lines: &[Line<'_>],
    zones: &[Zoned],
    genre: Genre,
    naming: &mut Naming,
    lexicon: &Lexicon,
    model: &SegmentModel,
) -> Vec<Statement> {
    let mut found = Vec::new();
    let style = style(lines, zones);
    let candidates = candidates(lines, zones, naming, lexicon);
    // Where the rules see nothing in the whole document they do not know its manner, and are not heard.
    let are_heard = candidates.iter().any(|candidate| !candidate.groups.is_empty());
    for candidate in candidates {
        let line = &lines[candidate.line_idx];
        let headings: Vec<String> = line.path.iter().map(|&above| heading_text(lines[above].body())).collect();
        // Where a heading is the statement, the lines under it are its detail.
        let below: Vec<(usize, Range<usize>)> = if line.rank.is_some() {
            let children = lines.iter().skip(candidate.line_idx + 1);
            let children = children.take_while(|child| child.path.contains(&candidate.line_idx));
            children.map(|child| (child.block_idx, trim(child.text, 0..child.text.len()))).collect()
        } else {
            Vec::new()
        };
        let around = around(lines, zones, genre, &candidate, style);
        // A unit that a sentence opens with is what the rest of the paragraph speaks of, until another is named so.
        let mut spoken_of = candidate.unit.clone();
        let mut read = candidate.start;
        let rules = are_heard.then_some(&candidate.groups[..]);
        for group in labelled(line.text, candidate.start..line.text.len(), rules, around, lexicon, model) {
            for sentence in line.text[read..group.range.end].split_inclusive(['。', '；', '\n']) {
                if let Some(unit) = opening_unit(sentence, naming) {
                    spoken_of = Some(unit);
                }
            }
            read = group.range.end;
            let named = named_at_start(&line.text[group.range.clone()], spoken_of.as_deref(), naming);
            let own = group.detail.map(|range| (line.block_idx, range));
            found.push(Statement {
                block_idx: line.block_idx,
                range: group.range,
                detail: own.into_iter().chain(below.iter().cloned()).collect(),
                unit: named.or_else(|| spoken_of.clone()),
                headings: headings.clone(),
                reasons: group.reasons,
                confidence: group.confidence,
            });
        }
    }
    found
}

/// The statements in a table cell, which the rules take for one.
pub(super) fn in_cell(text: &str, range: Range<usize>, lexicon: &Lexicon, model: &SegmentModel) -> Vec<Range<usize>> {
    let whole = Group { range: range.clone(), detail: None, reasons: Vec::new(), confidence: 0.0 };
    labelled(text, range, Some(&[whole]), CELL, lexicon, model).into_iter().map(|group| group.range).collect()
}

const CELL: Around<'static> = Around {
    genre: "ledger",
    zone: "problems",
    from: 0,
    mark: None,
    is_heading: false,
    is_own_statement: false,
    is_detail_line: false,
    under_judgement: false,
    is_cell: true,
    top: "",
    near: "",
    shape: Shape { n_plain: 0, n_sentences: 0, n_marks: 0, n_semicolons: 0, is_item: false, is_strong: false },
    nth: 0,
    style: Style { commas: "0", digits: "0" },
    next: "cell",
};

/// What the paragraphs of a document teach: `gold` are the ranges of its labelled findings, by block.
pub(super) fn lessons(
    lines: &[Line<'_>],
    zones: &[Zoned],
    genre: Genre,
    naming: &mut Naming,
    lexicon: &Lexicon,
    gold: &[(usize, Range<usize>)],
    lessons: &mut Lessons,
) {
    let style = style(lines, zones);
    for candidate in candidates(lines, zones, naming, lexicon) {
        let line = &lines[candidate.line_idx];
        let around = around(lines, zones, genre, &candidate, style);
        let range = candidate.start..line.text.len();
        learn(line.text, range, line.block_idx, &candidate.groups, around, lexicon, gold, lessons);
    }
}

/// How the problem part of a document is written.
fn style(lines: &[Line<'_>], zones: &[Zoned]) -> Style {
    let texts = lines.iter().zip(zones).filter(|(line, zoned)| zoned.zone == Zone::Problems && line.rank.is_none());
    Style::of(texts.map(|(line, _)| line.text))
}

/// What a table cell teaches.
pub(super) fn cell_lesson(
    text: &str,
    range: Range<usize>,
    block_idx: usize,
    lexicon: &Lexicon,
    gold: &[(usize, Range<usize>)],
    lessons: &mut Lessons,
) {
    let whole = Group { range: range.clone(), detail: None, reasons: Vec::new(), confidence: 0.0 };
    learn(text, range, block_idx, &[whole], CELL, lexicon, gold, lessons);
}

#[expect(clippy::too_many_arguments, reason = "a paragraph, what is known of it, and where the lesson goes")]
fn learn(
    text: &str,
    range: Range<usize>,
    block_idx: usize,
    groups: &[Group],
    around: Around<'_>,
    lexicon: &Lexicon,
    gold: &[(usize, Range<usize>)],
    lessons: &mut Lessons,
) {
    let segments = cut(text, range, lexicon);
    if segments.is_empty() {
        return;
    }
    let rules = labels_of(&segments, groups.iter().map(|group| &group.range));
    let labels = labels_of(&segments, gold.iter().filter(|it| it.0 == block_idx).map(|it| &it.1));
    // The rules were made with these documents in view, so they look better here than they are elsewhere: half of the
    // lessons do without them.
    for rules in [Some(&rules[..]), None] {
        let features = features(text, &segments, rules, around, lexicon, Some(&mut lessons.names));
        let features = features.own.into_iter().map(|own| [&features.shared[..], &own].concat()).collect();
        lessons.add(Lesson { features, segments: segments.clone(), labels: labels.clone() });
    }
}

/// What ranges of statements make of segments: a segment is of the statement that covers half of it.
fn labels_of<'a>(segments: &[Segment], ranges: impl Iterator<Item = &'a Range<usize>>) -> Vec<Label> {
    let mut labels = vec![Label::Outside; segments.len()];
    for range in ranges {
        let mut has_begun = false;
        for (label, segment) in labels.iter_mut().zip(segments) {
            let (start, end) = (segment.range.start.max(range.start), segment.range.end.min(range.end));
            if end > start && 2 * (end - start) >= segment.range.len() {
                *label = if has_begun { Label::Inside } else { Label::Begin };
                has_begun = true;
            }
        }
    }
    labels
}

fn around<'a>(lines: &[Line<'a>], zones: &[Zoned], genre: Genre, candidate: &Candidate, style: Style) -> Around<'a> {
    let line = &lines[candidate.line_idx];
    let body = |line_idx: usize| -> &'a str {
        let text = lines[line_idx].text;
        &text[lines[line_idx].body_start()..]
    };
    let is_heading = line.rank.is_some();
    Around {
        genre: genre.name(),
        zone: zones[candidate.line_idx].zone.name(),
        from: zones[candidate.line_idx].from,
        mark: line.number.map(|number| number.mark),
        is_heading,
        is_own_statement: candidate.is_own_statement,
        is_detail_line: candidate.is_detail_line,
        under_judgement: candidate.under_judgement,
        is_cell: false,
        top: line.path.first().map_or("", |&above| body(above)),
        near: if is_heading { body(candidate.line_idx) } else { line.path.last().map_or("", |&above| body(above)) },
        shape: candidate.shape,
        nth: candidate.nth,
        style,
        next: match lines.get(candidate.line_idx + 1) {
            None => "none",
            Some(next) if next.is_cell => "cell",
            Some(next) if next.rank.is_some() => "heading",
            Some(next) if next.number.is_some_and(|it| Some(it.mark) == line.number.map(|own| own.mark)) => "sibling",
            Some(next) if next.number.is_some() => "numbered",
            Some(_) => "plain",
        },
    }
}

/// What stands under a heading: plain lines only, or lists and headings of its own.
fn shape(lines: &[Line<'_>], heading_idx: usize, lexicon: &Lexicon) -> Shape {
    let heading = &lines[heading_idx];
    let mut shape = Shape {
        is_item: heading.number.is_some_and(|number| number.mark >= Mark::HanParen),
        is_strong: lexicon.cues.any(Cue::Deficiency, heading.body()),
        ..Shape::default()
    };
    for child in lines[heading_idx + 1..].iter().take_while(|child| child.path.contains(&heading_idx)) {
        if child.rank.is_some() || child.number.is_some() || child.is_cell {
            return Shape { n_plain: 0, n_sentences: 0, n_marks: 0, n_semicolons: 0, ..shape };
        }
        shape.n_plain += 1;
        shape.n_sentences += child.text.matches('。').count();
        shape.n_semicolons += child.text.matches('；').count();
        shape.n_marks += clauses(child.text, 0..child.text.len()).iter().filter(|clause| clause.mark.is_some()).count();
    }
    shape
}

/// The statements of a paragraph as the model labels its segments.
fn labelled(
    text: &str,
    range: Range<usize>,
    rules: Option<&[Group]>,
    around: Around<'_>,
    lexicon: &Lexicon,
    model: &SegmentModel,
) -> Vec<Group> {
    let segments = cut(text, range, lexicon);
    let by_rules = labels_of(&segments, rules.unwrap_or_default().iter().map(|group| &group.range));
    let features = features(text, &segments, rules.map(|_| &by_rules[..]), around, lexicon, None);
    let mut labels = model.labels(&features, &segments, &by_rules);
    // A line of its own in the problem part, with nothing under it, is not the head of anything.
    let stands_alone =
        segments.len() == 1 && !around.is_heading && ["sibling", "heading", "none"].contains(&around.next);
    if stands_alone && around.zone == "problems" && by_rules == [Label::Begin] {
        labels = by_rules;
    }
    let mut groups = Vec::new();
    let mut at = 0;
    while at < segments.len() {
        if labels[at] != Label::Begin {
            at += 1;
            continue;
        }
        let first = at;
        at += 1;
        while at < segments.len() && labels[at] == Label::Inside {
            at += 1;
        }
        let whole = segments[first].range.start..segments[at - 1].range.end;
        let range = strip_tail(text, strip_front(text, whole.clone(), lexicon), lexicon);
        if text[range.clone()].chars().count() < 4 {
            continue;
        }
        // Facts follow the judgement in a sentence of their own or after 如.
        let is_fact = |segment: &&Segment| {
            segment.opens_sentence() || lexicon.cues.start(Cue::Detail, &text[segment.range.clone()]).is_some()
        };
        let detail = segments[first + 1..at].iter().find(is_fact).map(|segment| segment.range.start..range.end);
        let same = rules.unwrap_or_default().iter().find(|group| group.range == range || group.range == whole);
        let (mut reasons, confidence) = match same {
            Some(group) => (group.reasons.clone(), group.confidence),
            None => (Vec::new(), 0.6),
        };
        let learnt = model.reasons(&features.own[first]);
        if !learnt.is_empty() {
            reasons.push(format!("从这里起：{}", learnt.join("，")));
        }
        groups.push(Group { range, detail: detail.filter(|it| it.start < it.end), reasons, confidence });
    }
    // A judgement in a row of others, which the model is silent about, is kept: an umbrella sentence ends in a full stop.
    for group in rules.unwrap_or_default() {
        let overlaps = |other: &Group| other.range.start < group.range.end && group.range.start < other.range.end;
        let slice = &text[group.range.clone()];
        let is_strong = lexicon.cues.any(Cue::Deficiency, slice) && !slice.contains('。');
        let in_row = text[..group.range.start].ends_with(['；', '，']) || text[group.range.end..].starts_with('；');
        if is_strong && in_row && around.zone == "problems" && !around.is_heading && !groups.iter().any(overlaps) {
            groups.push(group.clone());
        }
    }
    groups.sort_by_key(|group| group.range.start);
    groups
}

/// Takes off what leads to a statement and is no part of it: 但, 有的 as a list mark, 存在, 局党组存在.
fn strip_front(text: &str, range: Range<usize>, lexicon: &Lexicon) -> Range<usize> {
    let mut clause = [Clause { range, after: Break::Start, mark: None }];
    strip_scope(text, &mut clause[0]);
    strip_lead(text, &mut clause[0]);
    if let Some(at) = turn_inside(&text[clause[0].range.clone()], lexicon) {
        clause[0].range = trim(text, clause[0].range.start + at..clause[0].range.end);
    }
    let [Clause { range, .. }] = clause;
    let slice = &text[range.clone()];
    // 存在, 乡党委存在, 该局还存在
    let upto = slice.find("存在").map_or(0, |at| at + "存在".len());
    let lead = slice[..upto].trim_end_matches("存在");
    let is_lead = upto > 0
        && (lead.is_empty()
            || ["还", "也", "主要", "仍", "均"].contains(&lead)
            || PARTY_SUFFIXES.iter().any(|it| lead.trim_end_matches(['还', '也', '仍']).ends_with(it)))
        && slice[upto..].chars().count() >= 5;
    if is_lead { trim(text, range.start + upto..range.end) } else { range }
}

/// The paragraphs that may state problems, with their units and what the rules make of them.
fn candidates(lines: &[Line<'_>], zones: &[Zoned], naming: &mut Naming, lexicon: &Lexicon) -> Vec<Candidate> {
    let mut found = Vec::new();
    // The unit of each heading's part, and of the paragraphs since the last unit prefix.
    let mut heading_units: Vec<Option<String>> = vec![None; lines.len()];
    let mut prefixed: Option<(Vec<usize>, String)> = None;
    let mut shapes: Vec<Shape> = vec![Shape::default(); lines.len()];
    let mut counts: BTreeMap<usize, usize> = BTreeMap::new();
    let is_own: Vec<bool> =
        (0..lines.len()).map(|line_idx| is_own_statement(lines, zones, line_idx, lexicon)).collect();
    for (line_idx, (line, zoned)) in lines.iter().zip(zones).enumerate() {
        if line.is_cell || is_signature(line.text) {
            continue;
        }
        let is_problem = zoned.zone == Zone::Problems;
        let above = line.path.last().copied();
        let inherited = above.and_then(|above| heading_units[above].clone());
        if line.rank.is_some() {
            prefixed = None;
            let own = if is_problem { unit_of_heading(line.body(), inherited.as_deref(), naming) } else { None };
            heading_units[line_idx] = own.or(inherited.clone());
        }
        if prefixed.as_ref().is_some_and(|(path, _)| *path != line.path) {
            prefixed = None;
        }
        let mut start = line.body_start();
        let mut unit = None;
        if is_problem
            && line.rank.is_none()
            && let Some((after, named)) = unit_prefix(line.text, zoned.from.max(start), inherited.as_deref(), naming)
        {
            prefixed = Some((line.path.clone(), named.clone()));
            start = after;
            unit = Some(named);
        }
        let unit = unit
            .or_else(|| prefixed.as_ref().map(|(_, unit)| unit.clone()))
            .or(inherited)
            .or_else(|| naming.units.first().cloned());
        let is_detail = lexicon.cues.start(Cue::Detail, line.body()).is_some() && line.number.is_none();
        let is_detail_line = is_detail && line.rank.is_none() && above.is_some_and(|above| is_own[above]);
        let speaks = is_problem && !is_detail_line && (line.rank.is_none() || is_own[line_idx]);
        let groups = if speaks {
            let mark = line.number.map(|number| number.mark);
            groups(line.text, zoned.from.max(start)..line.text.len(), mark, lexicon)
        } else {
            Vec::new()
        };
        let under_judgement = line_idx > 0
            && line.number.is_none()
            && lines[line_idx - 1].rank.is_some()
            && lexicon.cues.any(Cue::Deficiency, lines[line_idx - 1].body());
        if line.rank.is_some() {
            shapes[line_idx] = shape(lines, line_idx, lexicon);
        }
        let holder = if line.rank.is_some() { Some(line_idx) } else { above };
        let nth = above.map_or(0, |above| {
            let n_before = counts.entry(above).or_default();
            *n_before += 1;
            *n_before - 1
        });
        found.push(Candidate {
            line_idx,
            start,
            unit,
            groups,
            is_own_statement: is_own[line_idx],
            is_detail_line,
            under_judgement,
            shape: holder.map_or(Shape::default(), |holder| shapes[holder]),
            nth,
        });
    }
    found
}

/// A line that signs or dates the document.
fn is_signature(text: &str) -> bool {
    let text = text.trim();
    let is_short = text.chars().count() <= 30 && !text.contains(['，', '。', '；', '：']);
    let is_date = text.ends_with('日') && text.starts_with(|it: char| it.is_ascii_digit() || it == '二');
    is_short && (is_date || text.ends_with("巡察组"))
}

fn heading_text(body: &str) -> String {
    body.trim().trim_end_matches(['。', '：', ':']).to_owned()
}

/// The unit a heading opens a part about.
fn unit_of_heading(body: &str, above: Option<&str>, naming: &mut Naming) -> Option<String> {
    let text = body.trim().trim_end_matches(['：', ':', '。']);
    if let Some(mention) = mentions(text).into_iter().next() {
        let unit = naming.resolve_in(&mention.name, above);
        // A heading such as 党支部建设不规范 names no unit; one that only names a unit does.
        let rest = text.len() - mention.range.len().min(text.len());
        let is_unit = naming.units.contains(&unit) || rest <= "存在的主要问题方面".len() + 6;
        if is_unit && !naming.units.contains(&unit) {
            naming.units.push(unit.clone());
        }
        return is_unit.then_some(unit);
    }
    if let Some(unit) = naming.self_name(text, above) {
        return Some(unit);
    }
    if text.chars().count() > 24 {
        return None;
    }
    let mention = office_mention(text)?;
    let known = naming.same_unit(&mention.name);
    let rest = &text[mention.range.end..];
    let is_whole = mention.range.start == 0
        && (rest.is_empty()
            || ["存在", "方面", "的主要问题", "的问题", "（", "问题"].iter().any(|it| rest.starts_with(it)));
    known.or_else(|| is_whole.then(|| naming.resolve_in(&mention.name, above)))
}

/// A unit named before a colon, or alone before a full stop, at the start of a paragraph, and where the text goes on
/// after it.
fn unit_prefix(text: &str, start: usize, above: Option<&str>, naming: &mut Naming) -> Option<(usize, String)> {
    let rest = &text[start..];
    let (end, mark) = rest.char_indices().find(|(_, character)| "：:。".contains(*character))?;
    let head = &rest[..end];
    if head.chars().count() > 36 || head.contains(['，', '；']) {
        return None;
    }
    let is_stop = mark == '。';
    let unit = match mentions(head).into_iter().next() {
        Some(mention) if is_stop && mention.range != (0..head.len()) => return None,
        Some(mention) => naming.resolve_in(&mention.name, above),
        None if is_stop => return None,
        None => match naming.self_name(head, above) {
            Some(unit) => unit,
            None => {
                let mention = office_mention(head)?;
                let is_whole = mention.range.start == 0 && mention.range.end == head.len();
                naming.same_unit(&mention.name).or_else(|| is_whole.then(|| naming.resolve_in(&mention.name, above)))?
            }
        },
    };
    if !naming.units.contains(&unit) {
        naming.units.push(unit.clone());
    }
    Some((start + end + mark.len_utf8(), unit))
}

/// The unit that a sentence opens with, if it is one of the document's, or one named by its party organisation in full.
fn opening_unit(sentence: &str, naming: &Naming) -> Option<String> {
    let sentence = sentence.trim_start_matches(|it: char| it.is_whitespace() || "，、。；：”）".contains(it));
    let sentence = super::numbering::leading(sentence).map_or(sentence, |number| &sentence[number.len..]);
    let sentence = sentence.strip_prefix('对').unwrap_or(sentence);
    let head: String = sentence.chars().take(30).collect();
    let mention = mentions(&head).into_iter().next().filter(|mention| mention.range.start == 0)?;
    let unit = naming.resolve(&mention.name);
    let rest = &head[mention.range.end..];
    let is_told = ["存在", "的问题", "的主要问题", "暴露", "在巡察中"].iter().any(|word| rest.starts_with(word));
    (is_told || naming.units.contains(&unit)).then_some(unit)
}

/// Another of the document's units, if the statement starts with its name, or names it alone near its start.
fn named_at_start(text: &str, current: Option<&str>, naming: &Naming) -> Option<String> {
    const NEAR: usize = 30;
    let near: String = text.chars().take(NEAR).collect();
    let after = |core: &str, n_chars: usize| {
        core.char_indices().nth(n_chars).map_or(String::new(), |(at, _)| core[at..].to_owned())
    };
    let is_named = |unit: &str| {
        let core = super::units::split_suffix(unit).0;
        // 北垣县人民医院, 县人民医院, 人民医院: the shorter forms only where they are long enough to be a name.
        let bare = after(core, 3);
        near.contains(core)
            || (after(core, 2).chars().count() >= 5 && near.contains(&after(core, 2)))
            || (bare.chars().count() >= 4 && near.starts_with(&bare))
    };
    if current.is_some_and(is_named) {
        return None;
    }
    let named: Vec<&String> =
        naming.units.iter().filter(|unit| Some(unit.as_str()) != current && is_named(unit)).collect();
    match named[..] {
        [only] => Some(only.clone()),
        [] if naming.reaches_down => {
            let office = subordinate(text)?;
            let is_own = current.is_some_and(|unit| unit.contains(&office));
            (!is_own).then(|| naming.resolve_under(&office, current))
        }
        _ => None,
    }
}

/// Whether a heading in the problem zone is itself the statement: what stands under it only details it.
fn is_own_statement(lines: &[Line<'_>], zones: &[Zoned], line_idx: usize, lexicon: &Lexicon) -> bool {
    let line = &lines[line_idx];
    if !lexicon.cues.any(Cue::Deficiency, line.body()) || line.number.is_none_or(|number| number.mark < Mark::HanParen)
    {
        return false;
    }
    let mut children = lines
        .iter()
        .zip(zones)
        .skip(line_idx + 1)
        .take_while(|(child, _)| child.path.contains(&line_idx))
        .map(|(child, _)| child)
        .peekable();
    children.peek().is_some()
        && children.all(|child| {
            child.rank.is_none()
                && child.number.is_none()
                && lexicon.cues.start(Cue::Detail, child.body().trim_start()).is_some()
        })
}

/// Clauses that make one statement.
#[derive(Debug, Clone)]
struct Group {
    range: Range<usize>,
    /// The supporting sentences in it.
    detail: Option<Range<usize>>,
    reasons: Vec<String>,
    confidence: f32,
}

/// What a clause does in its paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// Announces the clauses after it.
    Head,
    /// States a problem, in general words.
    Judgement,
    /// States a problem with its facts.
    Fact,
    /// Details or continues the statement before.
    Detail,
    /// No problem.
    Aside,
}

/// A statement while its clauses are being gathered.
struct Open {
    range: Range<usize>,
    /// What its first clause does.
    role: Role,
    /// Where the clauses that joined it begin.
    detail_from: Option<usize>,
}

impl Open {
    fn join(&mut self, clause: &Clause) {
        self.range.end = clause.range.end;
        self.detail_from.get_or_insert(clause.range.start);
    }
}

/// A paragraph's clauses and what each does.
pub(super) struct Analysed {
    clauses: Vec<Clause>,
    /// What was taken off the front of each clause.
    heads: Vec<Option<Range<usize>>>,
    roles: Vec<Role>,
}

impl Analysed {
    /// The roles of the clauses that share bytes with a range.
    pub(super) fn roles_at(&self, range: &Range<usize>) -> Vec<Role> {
        let touches = |clause: &Clause| clause.range.start < range.end && range.start < clause.range.end;
        self.clauses.iter().zip(&self.roles).filter(|(clause, _)| touches(clause)).map(|(_, role)| *role).collect()
    }
}

/// Cuts a paragraph into clauses and tells what each does.
pub(super) fn analysed(text: &str, range: Range<usize>, mark: Option<Mark>, lexicon: &Lexicon) -> Analysed {
    let mut clauses = clauses(text, range);
    for clause in &mut clauses {
        strip_scope(text, clause);
    }
    let heads = strip_heads(text, &mut clauses, lexicon);
    let roles = (0..clauses.len()).map(|clause_idx| role(text, &clauses, clause_idx, mark, lexicon)).collect();
    let roles = umbrella_heads(text, &clauses, roles, lexicon);
    Analysed { clauses, heads, roles }
}

/// The statements of a paragraph.
fn groups(text: &str, range: Range<usize>, mark: Option<Mark>, lexicon: &Lexicon) -> Vec<Group> {
    let Analysed { clauses, heads, roles } = analysed(text, range, mark, lexicon);
    let mut groups: Vec<Group> = Vec::new();
    let mut open: Option<Open> = None;
    let flush = |open: &mut Option<Open>, groups: &mut Vec<Group>| {
        if let Some(open) = open.take() {
            groups.extend(finish(text, open, lexicon));
        }
    };
    for (clause_idx, clause) in clauses.iter().enumerate() {
        match roles[clause_idx] {
            Role::Head | Role::Aside => flush(&mut open, &mut groups),
            Role::Detail if open.is_some() => {
                if let Some(open) = &mut open {
                    open.join(clause);
                }
            }
            role => match &mut open {
                Some(open)
                    if role != Role::Judgement
                        && open.role == Role::Judgement
                        && open.detail_from.is_none()
                        && clause.after == Break::Stop
                        && clause.mark.is_none()
                        && is_only_detail(&clauses, &roles, clause_idx)
                        && !text[open.range.end..clause.range.start].contains('\n') =>
                {
                    open.join(clause);
                }
                _ => {
                    flush(&mut open, &mut groups);
                    let role = if role == Role::Detail { Role::Fact } else { role };
                    open = Some(Open { range: clause.range.clone(), role, detail_from: None });
                }
            },
        }
    }
    flush(&mut open, &mut groups);
    // A head with one statement under it is that statement's judgement.
    if let [group] = &mut groups[..]
        && let Some(head) = heads.iter().flatten().next()
        && clauses.len() == 1
        && lexicon.cues.any(Cue::Deficiency, &text[head.clone()])
    {
        group.range.start = head.start;
    }
    groups
}

/// Judgements that two or more facts follow are heads, for each fact is a problem of its own — unless the judgement
/// is about the object of the first fact alone.
fn umbrella_heads(text: &str, clauses: &[Clause], mut roles: Vec<Role>, lexicon: &Lexicon) -> Vec<Role> {
    for clause_idx in 0..clauses.len() {
        if roles[clause_idx] != Role::Judgement {
            continue;
        }
        let facts: Vec<usize> = (clause_idx + 1..clauses.len())
            .take_while(|&next| !matches!(roles[next], Role::Judgement | Role::Head))
            .filter(|&next| roles[next] == Role::Fact)
            .collect();
        let [first, second, ..] = facts[..] else { continue };
        if first != clause_idx + 1 || clauses[first].after != Break::Stop {
            continue;
        }
        let top = |clause: &Clause| best_type(&text[clause.range.clone()], lexicon);
        let own = top(&clauses[clause_idx]);
        // Facts joined by semicolons that are all about the judgement's object detail it, however many they are.
        let is_of = |fact: usize, type_idx: usize| top(&clauses[fact]) == Some(type_idx);
        let is_run =
            facts[1..].iter().all(|&fact| clauses[fact].after == Break::Semicolon && clauses[fact].mark.is_none());
        let all_of_own = is_run && own.is_some_and(|own| facts.iter().all(|&fact| is_of(fact, own)));
        if all_of_own
            && (clause_idx + 1..=facts[facts.len() - 1]).all(|at| at == clause_idx || roles[at] != Role::Aside)
        {
            for &fact in &facts {
                roles[fact] = Role::Detail;
            }
            continue;
        }
        let is_of_first = own.is_some() && own == top(&clauses[first]) && own != top(&clauses[second]);
        if is_of_first {
            roles[first] = Role::Detail;
        } else {
            roles[clause_idx] = Role::Head;
        }
    }
    roles
}

/// Whether the clause is the one fact after a judgement: the next clause, if any, opens a new statement of its own.
fn is_only_detail(clauses: &[Clause], roles: &[Role], clause_idx: usize) -> bool {
    let next = (clause_idx + 1..clauses.len()).find(|&next| roles[next] != Role::Detail);
    next.is_none_or(|next| {
        roles[next] == Role::Judgement
            || roles[next] == Role::Aside
            || roles[next] == Role::Head
            || clauses[next].after == Break::Item
    })
}

/// 有的 without a noun is a list mark.
fn strip_scope(text: &str, clause: &mut Clause) {
    let slice = &text[clause.range.clone()];
    for word in ["有的则", "有的甚至", "有的还", "有的", "有些则"] {
        if let Some(rest) = slice.strip_prefix(word) {
            if rest.chars().count() >= 4 {
                clause.range = trim(text, clause.range.start + word.len()..clause.range.end);
                clause.mark = Some(Mark::Running);
            }
            return;
        }
    }
}

/// Takes 但, 同时 and the like off the front of a clause.
fn strip_lead(text: &str, clause: &mut Clause) {
    const CONNECTIVES: [&str; 22] = [
        "但是，",
        "但是",
        "但",
        "然而，",
        "然而",
        "同时，",
        "此外，",
        "另外，",
        "另一方面，",
        "一方面，",
        "首先，",
        "其次，",
        "最后，",
        "还有，",
        "巡察发现，",
        "检查发现，",
        "“回头看”发现，",
        "回头看发现，",
        "巡察中发现，",
        "发现，",
        "与此同时，",
        "尤其是",
    ];
    for word in CONNECTIVES {
        let slice = &text[clause.range.clone()];
        if let Some(rest) = slice.strip_prefix(word)
            && rest.chars().count() >= 6
        {
            clause.range = trim(text, clause.range.start + word.len()..clause.range.end);
            break;
        }
    }
}

/// Takes heads off the front of clauses: 党内生活质量不高：… and 在管理资金上，…; returns what was taken off.
fn strip_heads(text: &str, clauses: &mut [Clause], lexicon: &Lexicon) -> Vec<Option<Range<usize>>> {
    let mut heads = Vec::with_capacity(clauses.len());
    for clause in clauses.iter_mut() {
        let mut head = None;
        if let Some((start, end)) = colon_head(&text[clause.range.clone()]) {
            let base = clause.range.start;
            head = Some(base..base + start);
            clause.range = trim(text, base + end..clause.range.end);
        }
        strip_lead(text, clause);
        if let Some(len) = field_head(&text[clause.range.clone()]) {
            clause.range = trim(text, clause.range.start + len..clause.range.end);
        }
        if let Some(at) = turn_inside(&text[clause.range.clone()], lexicon) {
            clause.range = trim(text, clause.range.start + at..clause.range.end);
        }
        heads.push(head);
    }
    heads
}

/// The end of a head before a colon, and where the text goes on.
fn colon_head(text: &str) -> Option<(usize, usize)> {
    let mut depth = 0usize;
    for (at, character) in text.char_indices() {
        match character {
            '“' | '（' | '《' => depth += 1,
            '”' | '）' | '》' => depth = depth.saturating_sub(1),
            '：' | ':' if depth == 0 => {
                let head = &text[..at];
                let is_head = head.chars().count() <= 40;
                return is_head.then_some((at, at + character.len_utf8()));
            }
            _ => {}
        }
    }
    None
}

/// The length of a head that only names the field: 在惠民政策落实上，
fn field_head(text: &str) -> Option<usize> {
    let (at, comma) = text.char_indices().find(|(_, character)| "，,".contains(*character))?;
    let head = &text[..at];
    let names_field = head.chars().count() <= 26
        && (head.ends_with("方面")
            || ((head.starts_with('在') || head.starts_with("从")) && head.ends_with(['上', '中', '看'])));
    (names_field && text.len() - at > 18).then_some(at + comma.len_utf8())
}

/// Where a clause turns from praise to the problem: 走在全市前列，但…
fn turn_inside(text: &str, lexicon: &Lexicon) -> Option<usize> {
    for word in ["，但是", "，但", "，然而"] {
        let Some(at) = text.find(word) else { continue };
        let before = &text[..at];
        let concedes = ["虽", "尽管", "即使"].iter().any(|it| before.contains(it));
        let blames = lexicon.cues.any(Cue::Deficiency, before) || lexicon.cues.any(Cue::Weak, before);
        let is_praise = lexicon.cues.any(Cue::Praise, before) && !lexicon.cues.any(Cue::Deficiency, before);
        if (is_praise || !blames) && !concedes && text.len() - at > 30 {
            return Some(at + word.len());
        }
    }
    None
}

fn role(text: &str, clauses: &[Clause], clause_idx: usize, mark: Option<Mark>, lexicon: &Lexicon) -> Role {
    let cues = &lexicon.cues;
    let clause = &clauses[clause_idx];
    let slice = &text[clause.range.clone()];
    let strong = cues.any(Cue::Deficiency, slice);
    if slice.chars().count() < 4 || aside(slice, strong, lexicon).is_some() {
        return Role::Aside;
    }
    let is_first = clause_idx == 0;
    let next = clauses.get(clause_idx + 1);
    let n_digits = slice.chars().filter(char::is_ascii_digit).count();
    // The list mark of the first clause is the paragraph's own: ①…；②… is a list of equals.
    let own_mark = if is_first { clause.mark.or(mark) } else { clause.mark };
    let announces = next.is_some_and(|next| next.mark.is_some() && clause.mark.is_none() && next.mark != own_mark);
    let ends_in_colon = text[clause.range.end..].starts_with(['：', ':']);
    if (announces && n_digits < 4 || ends_in_colon) && slice.chars().count() <= 60 {
        return Role::Head;
    }
    if clause.mark.is_none()
        && !is_first
        && (cues.start(Cue::Detail, slice).is_some() || cues.start(Cue::Effect, slice).is_some())
    {
        return Role::Detail;
    }
    let weak = cues.any(Cue::Weak, slice);
    // 已办结12个。但其余2个… : what is conceded before 但 is no problem.
    let concedes = !strong && next.is_some_and(|next| next.after == Break::Stop && is_contrast(text, next));
    if concedes && cues.start(Cue::Detail, slice).is_none() {
        return Role::Aside;
    }
    if n_digits == 0 && (strong && slice.chars().count() <= 30 || weak && slice.chars().count() <= 20) {
        return Role::Judgement;
    }
    let is_terse = n_digits == 0 && slice.chars().count() <= 16;
    if is_terse && next.is_some_and(|next| next.after == Break::Stop) && !cues.any(Cue::Praise, slice) {
        return Role::Judgement;
    }
    if strong || weak {
        return Role::Fact;
    }
    // Bare facts (amount and verb) are problems where the problems are listed, praise and plans are not.
    let speaks_well = cues.any(Cue::Praise, slice) || cues.start(Cue::Require, slice).is_some();
    if speaks_well { Role::Aside } else { Role::Fact }
}

/// Whether a clause was introduced by 但 before its connective was taken off.
fn is_contrast(text: &str, clause: &Clause) -> bool {
    let before = text[..clause.range.start].trim_end_matches(|character: char| character != '。' && character != '；');
    ["但", "然而", "不过"].iter().any(|word| text[before.len()..].starts_with(word))
}

/// Why a clause states no problem: praise, demands, hand-over of clues, 未发现…; `None` if it may state one.
pub(super) fn aside(slice: &str, strong: bool, lexicon: &Lexicon) -> Option<&'static str> {
    let cues = &lexicon.cues;
    let opening: String = slice.chars().take(6).collect();
    // 要求, 要件 and 应收, 应退 begin nouns, not demands.
    let wants = opening.strip_prefix('要').is_some_and(|rest| !rest.starts_with(['求', '点', '件', '害', '素', '道']));
    const OUGHT: [char; 17] =
        ['当', '该', '进', '坚', '严', '及', '切', '按', '把', '从', '以', '建', '强', '认', '尽', '立', '加'];
    let ought = opening.strip_prefix('应').is_some_and(|rest| rest.starts_with(OUGHT));
    let demands = ["须", "必须", "建议", "希望", "请", "务必"].iter().any(|word| opening.starts_with(word));
    // 未发现… says that there is no problem; …，评标时没有发现 tells of one.
    let finds_none = cues.first(Cue::NoProblem, slice).is_some_and(|range| slice[..range.start].chars().count() <= 10);
    if wants || ought || demands {
        return Some("是要求或建议");
    }
    if finds_none && !slice.contains('但') {
        return Some("说的是没有发现问题");
    }
    let hands_over =
        cues.any(Cue::Clue, slice) && (slice.contains("移交") || slice.contains("转交")) && slice.contains("线索");
    if hands_over {
        return Some("是线索移交情况，线索不作为问题");
    }
    // 被指出的…问题已经查清: a past problem told as background.
    let is_past =
        ["被指出", "指出的", "反馈的", "反馈问题", "上轮巡察", "上一轮"].iter().any(|word| slice.contains(word));
    let is_done = ["已经查清", "已完成", "全部上缴", "已整改", "整改到位", "已全部", "办结了", "全部完成", "受到党纪"]
        .iter()
        .any(|word| slice.contains(word));
    if is_past && is_done && !slice.contains('但') && !slice.contains("仍") {
        return Some("是已经整改的旧问题");
    }
    let is_settled = [
        "应予肯定",
        "应予充分肯定",
        "值得肯定",
        "整改完毕",
        "已经得到纠正",
        "已得到纠正",
        "基本清零",
        "反映较好",
        "情况属实",
    ]
    .iter()
    .any(|word| slice.contains(word));
    if is_settled && !slice.contains('但') && !slice.contains("仍") {
        return Some("是肯定或已经解决的事");
    }
    // 还有一些问题必须正视 announces; it states nothing.
    let announces = ["必须正视", "需要重视", "值得重视", "值得注意", "不容忽视", "应当重视"]
        .iter()
        .any(|word| slice.ends_with(word));
    if announces && slice.contains("问题") && slice.chars().count() <= 24 {
        return Some("只引出下文");
    }
    if ["如不", "若不", "长此以往", "如果不"].iter().any(|word| slice.starts_with(word)) {
        return Some("是假设的后果");
    }
    let praises = !strong && cues.count(Cue::Praise, slice) >= 2 && !cues.any(Cue::Weak, slice);
    praises.then_some("是肯定的话")
}

/// Trims a group, splits terse chains and checks that it states a problem.
fn finish(text: &str, open: Open, lexicon: &Lexicon) -> Vec<Group> {
    split_chain(text, open.range, lexicon)
        .into_iter()
        .map(|range| strip_tail(text, trim(text, range), lexicon))
        .filter(|range| text[range.clone()].chars().count() >= 4)
        .map(|range| {
            let slice = &text[range.clone()];
            let (reason, confidence) = match lexicon.cues.first(Cue::Deficiency, slice) {
                Some(cue) => (format!("在问题部分，含“{}”", &slice[cue]), 0.9),
                None => ("在问题部分，陈述事实".to_owned(), 0.7),
            };
            let detail = open.detail_from.filter(|from| range.contains(from)).map(|from| from..range.end);
            Group { range, detail, reasons: vec![reason], confidence }
        })
        .collect()
}

/// Takes off 等问题 and the like; 存在…问题 loses both ends.
fn strip_tail(text: &str, range: Range<usize>, lexicon: &Lexicon) -> Range<usize> {
    let slice = &text[range.clone()];
    let Some(at) = lexicon.cues.end(Cue::Tail, slice) else { return range };
    if slice[..at].chars().count() < 5 {
        return range;
    }
    let start = if slice.starts_with("存在") { "存在".len() } else { 0 };
    trim(text, range.start + start..range.start + at)
}

/// Splits a terse chain at ， or 、: every part is a whole judgement, and neighbours are about different objects.
fn split_chain(text: &str, range: Range<usize>, lexicon: &Lexicon) -> Vec<Range<usize>> {
    let slice = &text[range.clone()];
    let whole = vec![range.clone()];
    if slice.contains(['。', '“', '《', '（', '；']) || slice.chars().any(|character| character.is_ascii_digit())
    {
        return whole;
    }
    for separator in ['，', '、'] {
        let parts: Vec<&str> = slice.split(separator).collect();
        if parts.len() < 2 {
            continue;
        }
        let are_judgements = parts.iter().all(|part| {
            let n_chars = part.chars().count();
            (5..=30).contains(&n_chars)
                && lexicon.cues.any(Cue::Deficiency, part)
                && lexicon.cues.start(Cue::Effect, part).is_none()
        });
        if !are_judgements {
            continue;
        }
        let tops: Vec<Option<usize>> = parts.iter().map(|part| best_type(part, lexicon)).collect();
        if tops.windows(2).all(|pair| matches!(pair, [Some(left), Some(right)] if left != right)) {
            let mut start = range.start;
            return parts
                .iter()
                .map(|part| {
                    let own = start..start + part.len();
                    start = own.end + separator.len_utf8();
                    own
                })
                .collect();
        }
    }
    whole
}
