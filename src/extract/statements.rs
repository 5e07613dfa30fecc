//! Statements of problems (问题表述): clauses of the problem zone, joined to what one ledger row would hold.
//!
//! A judgement takes the facts that detail it (如，… 经查，…) and the effects it had (导致…); a sentence that only
//! announces the list after it is a head and is left out; parallel clauses about other objects stand alone.

use std::ops::Range;

use super::clauses::{Break, Clause, clauses, trim};
use super::numbering::Mark;
use super::structure::Line;
use super::types::type_of;
use super::units::{Naming, mentions, office_mention, subordinate};
use super::zone::{Zone, Zoned};
use crate::lang::{Cue, Lexicon};

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

/// The statements of a document's problem zone.
pub(super) fn statements(
    lines: &[Line<'_>],
    zones: &[Zoned],
    naming: &mut Naming,
    lexicon: &Lexicon,
) -> Vec<Statement> {
    let mut found = Vec::new();
    // The unit of each heading's part, and of the paragraphs since the last unit prefix.
    let mut heading_units: Vec<Option<String>> = vec![None; lines.len()];
    let mut prefixed: Option<(Vec<usize>, String)> = None;
    for (line_idx, (line, zoned)) in lines.iter().zip(zones).enumerate() {
        if zoned.zone != Zone::Problems || line.is_cell {
            continue;
        }
        let above = line.path.last().and_then(|&above| heading_units[above].clone());
        if is_signature(line.text) {
            continue;
        }
        if line.rank.is_some() {
            prefixed = None;
            let own = unit_of_heading(line.body(), naming);
            heading_units[line_idx] = own.or(above);
            if !is_own_statement(lines, zones, line_idx, lexicon) {
                continue;
            }
        }
        if prefixed.as_ref().is_some_and(|(path, _)| *path != line.path) {
            prefixed = None;
        }
        let start = zoned.from.max(line.body_start());
        let (start, unit) = match unit_prefix(line.text, start, naming) {
            Some((after, unit)) => {
                prefixed = Some((line.path.clone(), unit.clone()));
                (after, Some(unit))
            }
            None => (start, None),
        };
        let current = unit
            .or_else(|| prefixed.as_ref().map(|(_, unit)| unit.clone()))
            .or_else(|| line.path.last().and_then(|&above| heading_units[above].clone()))
            .or_else(|| naming.units.first().cloned());
        let is_detail_line = lexicon.cues.start(Cue::Detail, line.body()).is_some() && line.number.is_none();
        if is_detail_line && line.rank.is_none() && follows_own_statement(lines, zones, line_idx, lexicon) {
            continue;
        }
        let headings: Vec<String> = line.path.iter().map(|&above| heading_text(lines[above].body())).collect();
        let mark = line.number.map(|number| number.mark);
        // Where a heading is the statement, the lines under it are its detail.
        let below: Vec<(usize, Range<usize>)> = if line.rank.is_some() {
            let children = lines.iter().skip(line_idx + 1).take_while(|child| child.path.contains(&line_idx));
            children.map(|child| (child.block_idx, trim(child.text, 0..child.text.len()))).collect()
        } else {
            Vec::new()
        };
        for group in groups(line.text, start..line.text.len(), mark, lexicon) {
            let unit =
                named_at_start(&line.text[group.range.clone()], current.as_deref(), naming).or_else(|| current.clone());
            let own = group.detail.map(|range| (line.block_idx, range));
            found.push(Statement {
                block_idx: line.block_idx,
                range: group.range,
                detail: own.into_iter().chain(below.iter().cloned()).collect(),
                unit,
                headings: headings.clone(),
                reasons: group.reasons,
                confidence: group.confidence,
            });
        }
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
fn unit_of_heading(body: &str, naming: &mut Naming) -> Option<String> {
    let text = body.trim().trim_end_matches(['：', ':', '。']);
    if let Some(mention) = mentions(text).into_iter().next() {
        let unit = naming.resolve(&mention.name);
        // A heading such as 党支部建设不规范 names no unit; one that only names a unit does.
        let rest = text.len() - mention.name.len();
        let is_unit = naming.units.contains(&unit) || rest <= "存在的主要问题方面".len() + 6;
        if is_unit && !naming.units.contains(&unit) {
            naming.units.push(unit.clone());
        }
        return is_unit.then_some(unit);
    }
    if text.chars().count() > 24 {
        return None;
    }
    let mention = office_mention(text)?;
    let known = naming.same_unit(&mention.name);
    let is_whole = mention.range.len() + 6 >= text.len()
        || text[mention.range.end..].starts_with("存在")
        || text[mention.range.end..].starts_with("方面");
    known.or_else(|| is_whole.then(|| naming.resolve(&mention.name)))
}

/// A unit named before a colon at the start of a paragraph, and where the text goes on after it.
fn unit_prefix(text: &str, start: usize, naming: &mut Naming) -> Option<(usize, String)> {
    let rest = &text[start..];
    let (colon, mark) = rest.char_indices().find(|(_, character)| "：:".contains(*character))?;
    let head = &rest[..colon];
    if head.chars().count() > 36 || head.contains(['，', '。', '；']) {
        return None;
    }
    let unit = match mentions(head).into_iter().next() {
        Some(mention) => naming.resolve(&mention.name),
        None => {
            let mention = office_mention(head)?;
            let is_whole = mention.range.start == 0 && mention.range.end == head.len();
            naming.same_unit(&mention.name).or_else(|| is_whole.then(|| naming.resolve(&mention.name)))?
        }
    };
    if !naming.units.contains(&unit) {
        naming.units.push(unit.clone());
    }
    Some((start + colon + mark.len_utf8(), unit))
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

/// Whether the heading above is a statement, so that this line only details it.
fn follows_own_statement(lines: &[Line<'_>], zones: &[Zoned], line_idx: usize, lexicon: &Lexicon) -> bool {
    lines[line_idx].path.last().is_some_and(|&above| is_own_statement(lines, zones, above, lexicon))
}

/// Clauses that make one statement.
#[derive(Debug)]
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
        let top = |clause: &Clause| {
            type_of(&text[clause.range.clone()], "", lexicon).guesses.first().map(|guess| guess.type_id.clone())
        };
        let own = top(&clauses[clause_idx]);
        // Facts joined by semicolons that are all about the judgement's object detail it, however many they are.
        let is_of = |fact: usize, type_id: &String| top(&clauses[fact]).as_ref() == Some(type_id);
        let is_run =
            facts[1..].iter().all(|&fact| clauses[fact].after == Break::Semicolon && clauses[fact].mark.is_none());
        let all_of_own = is_run && own.as_ref().is_some_and(|own| facts.iter().all(|&fact| is_of(fact, own)));
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

/// Takes heads off the front of clauses: 党内生活质量不高：… and 在管理资金上，…; returns what was taken off.
fn strip_heads(text: &str, clauses: &mut [Clause], lexicon: &Lexicon) -> Vec<Option<Range<usize>>> {
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
    let mut heads = Vec::with_capacity(clauses.len());
    for clause in clauses.iter_mut() {
        let mut head = None;
        if let Some((start, end)) = colon_head(&text[clause.range.clone()]) {
            let base = clause.range.start;
            head = Some(base..base + start);
            clause.range = trim(text, base + end..clause.range.end);
        }
        for word in CONNECTIVES {
            let slice = &text[clause.range.clone()];
            if let Some(rest) = slice.strip_prefix(word)
                && rest.chars().count() >= 6
            {
                clause.range = trim(text, clause.range.start + word.len()..clause.range.end);
                break;
            }
        }
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
        let tops: Vec<Option<String>> = parts
            .iter()
            .map(|part| type_of(part, "", lexicon).guesses.first().map(|guess| guess.type_id.clone()))
            .collect();
        let differ =
            tops.windows(2).all(|pair| matches!((&pair[0], &pair[1]), (Some(left), Some(right)) if left != right));
        if are_judgements && differ {
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
