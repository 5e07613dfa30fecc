//! The heading tree (标题层级): which blocks are headings, and which headings stand above each block.

use std::collections::{BTreeMap, BTreeSet};

use super::numbering::{Mark, Numbered, leading};
use crate::model::{Block, BlockKind};

/// A paragraph with its place in the heading tree (带层级的段落).
#[derive(Debug, Clone)]
pub(super) struct Line<'a> {
    /// Which block it is.
    pub(super) block_idx: usize,
    /// The text of the block.
    pub(super) text: &'a str,
    /// The number it starts with.
    pub(super) number: Option<Numbered>,
    /// Depth as a heading, 1 the outermost; `None` for body text.
    pub(super) rank: Option<u8>,
    /// Headings above it, outermost first, as indexes into the lines.
    pub(super) path: Vec<usize>,
    /// Whether it fills a table cell.
    pub(super) is_cell: bool,
    /// Whether the format marks it as a heading.
    is_styled: bool,
}

impl Line<'_> {
    /// Where the text begins after its number, in bytes.
    pub(super) fn body_start(&self) -> usize {
        self.number.map_or(0, |number| number.len)
    }

    /// The text after its number.
    pub(super) fn body(&self) -> &str {
        &self.text[self.body_start()..]
    }
}

/// Longest text of a line that may be a heading without being marked as one, in characters.
const MAX_HEADING: usize = 60;
/// Longest unnumbered, unmarked heading.
const MAX_PLAIN_HEADING: usize = 34;

/// The lines of a document with their heading tree; the blocks of the title are left out.
pub(super) fn lines<'a>(blocks: &'a [Block], title: &[usize]) -> Vec<Line<'a>> {
    let mut lines: Vec<Line<'a>> = Vec::with_capacity(blocks.len());
    let running = running_titles(blocks);
    for (block_idx, block) in blocks.iter().enumerate() {
        let text = block.text.trim();
        let is_furniture = block.cell.is_none() && (is_page_number(text) || running.contains(text));
        if block.kind == BlockKind::Title || title.contains(&block_idx) || is_furniture {
            continue;
        }
        let is_cell = block.kind == BlockKind::Cell;
        let number = if is_cell { None } else { leading(&block.text) };
        let rank = heading_rank(block, number);
        lines.push(Line {
            block_idx,
            text: &block.text,
            number,
            rank,
            path: Vec::new(),
            is_cell,
            is_styled: matches!(block.kind, BlockKind::Heading(_)),
        });
    }
    drop_addressee(&mut lines);
    drop_childless_items(&mut lines);
    let mut open: Vec<usize> = Vec::new();
    for line_idx in 0..lines.len() {
        if let Some(rank) = lines[line_idx].rank {
            open.retain(|&above| lines[above].rank.is_some_and(|outer| outer < rank));
        }
        lines[line_idx].path.clone_from(&open);
        if lines[line_idx].rank.is_some() {
            open.push(line_idx);
        }
    }
    lines
}

/// A page number that stands in the text: — 3 —, 第2页 共5页, 3/12.
fn is_page_number(text: &str) -> bool {
    let is_short = text.chars().count() <= 12 && text.contains(|it: char| it.is_ascii_digit());
    is_short
        && text.chars().all(|it| it.is_ascii_digit() || it.is_whitespace() || "-－—–─·/第共页".contains(it))
        && (text.contains('页') || text.contains('/') || text.starts_with(['-', '－', '—', '–', '─', '·']))
}

/// Short lines that stand in the text again and again, as the head of each page does.
fn running_titles(blocks: &[Block]) -> BTreeSet<&str> {
    const LEAST: usize = 3;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for block in blocks.iter().filter(|block| block.cell.is_none()) {
        let text = block.text.trim();
        let is_line = (4..=40).contains(&text.chars().count()) && !text.ends_with(['。', '；', '：', '，']);
        let is_part = ["问题", "建议", "原因", "情况", "整改", "方面"].iter().any(|word| text.contains(word));
        if is_line && !is_part && leading(text).is_none() {
            *counts.entry(text).or_default() += 1;
        }
    }
    counts.retain(|_, count| *count >= LEAST);
    counts.into_keys().collect()
}

/// The rank of a heading: by its number, else by its style, else by its look.
fn heading_rank(block: &Block, number: Option<Numbered>) -> Option<u8> {
    let text = block.text.trim();
    let n_chars = text.chars().count();
    let styled = match block.kind {
        BlockKind::Heading(level) => Some(level),
        BlockKind::Paragraph => None,
        BlockKind::Title | BlockKind::Cell => return None,
    };
    let body = &block.text[number.map_or(0, |number| number.len)..];
    let is_sentence = body.trim_end_matches(['。', '：', ':', '；']).contains(['。', '；']);
    let states_facts = body.chars().filter(char::is_ascii_digit).count() >= 3;
    if styled.is_none() && (n_chars > MAX_HEADING || is_sentence || states_facts) {
        return None;
    }
    match (number.map(|number| number.mark), styled) {
        (Some(Mark::Chapter), _) => Some(1),
        (Some(Mark::Han), _) => Some(2),
        (Some(Mark::HanParen), _) => Some(4),
        (Some(Mark::Digit), _) => Some(6),
        (Some(Mark::DigitParen), _) => Some(7),
        (Some(Mark::Circled), _) => Some(8),
        (_, Some(level)) => Some(1 + 2 * level.min(3)),
        (None, None) => is_plain_heading(text, n_chars).then_some(5),
        _ => None,
    }
}

/// An unmarked heading: short, without closing mark or comma, not a date or signature.
fn is_plain_heading(text: &str, n_chars: usize) -> bool {
    let ends_open = text.ends_with(['：', ':']);
    let core = text.trim_end_matches(['：', ':']);
    (3..=MAX_PLAIN_HEADING).contains(&n_chars)
        && !core.contains(['，', '。', '；', '：', '！', '？', '、'])
        && (ends_open || core.ends_with("党组") || !core.ends_with(['日', '组', '会', '室', ')', '）']))
        && !core.starts_with(|character: char| character.is_ascii_digit())
}

/// A single line with a colon right under the title is the addressee (主送机关), not a heading.
fn drop_addressee(lines: &mut [Line<'_>]) {
    let is_open =
        |line: &Line<'_>| line.number.is_none() && line.rank == Some(5) && line.text.trim_end().ends_with(['：', ':']);
    let is_only = lines.iter().filter(|line| is_open(line)).count() == 1;
    if let Some(first) = lines.iter_mut().take(2).find(|line| is_open(line))
        && is_only
    {
        first.rank = None;
    }
}

/// A short numbered line is a heading only if something inner follows it, and if the item of the same list before it
/// was one; else it is a statement of its own.
fn drop_childless_items(lines: &mut [Line<'_>]) {
    for line_idx in 0..lines.len() {
        let (Some(rank), Some(number)) = (lines[line_idx].rank, lines[line_idx].number) else { continue };
        let inner = lines.get(line_idx + 1).is_some_and(|next| match (next.rank, next.number) {
            (Some(next_rank), _) => next_rank > rank,
            (None, Some(next)) => number_rank(next.mark) > rank,
            (None, None) => true,
        });
        // The last item of a list of statements is one, too, though other text follows it.
        let sibling = lines[..line_idx]
            .iter()
            .rev()
            .take_while(|before| before.rank.is_none_or(|before| before >= rank))
            .find(|before| before.number.is_some_and(|it| it.mark == number.mark && it.value + 1 == number.value));
        let follows_statement = rank >= number_rank(Mark::Digit)
            && sibling.is_some_and(|before| before.rank.is_none())
            && !lines[line_idx].is_styled;
        if !inner || follows_statement {
            lines[line_idx].rank = None;
        }
    }
}

/// The rank a line with this number would have as a heading.
fn number_rank(mark: Mark) -> u8 {
    match mark {
        Mark::Chapter => 1,
        Mark::Han => 2,
        Mark::HanParen => 4,
        Mark::Digit => 6,
        Mark::DigitParen => 7,
        Mark::Circled => 8,
        Mark::Running | Mark::Dash => 9,
    }
}
