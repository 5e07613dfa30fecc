//! Corrections (更正) applied to what was extracted: people's decisions stand above the rules, and hold when a document
//! is extracted anew or comes in a new version, as long as the words they are about are still there.

use std::ops::Range;

use super::finding::{Text, set_type, take_type, untyped};
use crate::lang::Lexicon;
use crate::model::{Block, Correction, CorrectionAction, Finding, Quotation};

/// Applies corrections in order; returns the positions of those whose words were not found.
pub fn correct(
    document: &str,
    blocks: &[Block],
    findings: &mut Vec<Finding>,
    corrections: &[&Correction],
    lexicon: &Lexicon,
) -> Vec<usize> {
    let mut unattached = Vec::new();
    for (position, correction) in corrections.iter().enumerate() {
        if !apply(document, blocks, findings, correction, lexicon) {
            unattached.push(position);
        }
    }
    findings.sort_by_key(|finding| (finding.place.block, finding.place.start, finding.place.end));
    unattached
}

fn apply(
    document: &str,
    blocks: &[Block],
    findings: &mut Vec<Finding>,
    correction: &Correction,
    lexicon: &Lexicon,
) -> bool {
    let located: Vec<Quotation> =
        correction.on.iter().filter_map(|quotation| relocated(quotation, document, blocks)).collect();
    let Some(first) = located.first() else { return false };
    match correction.action {
        CorrectionAction::Accept | CorrectionAction::Retype => {
            let Some(at) = nearest(findings, first) else { return false };
            let finding = &mut findings[at];
            finding.confidence = 1.0;
            if let Some(type_id) = &correction.type_id {
                take_type(finding, type_id, lexicon);
                finding.alternatives.retain(|guess| guess.type_id != *type_id);
                finding.frame = lexicon.frames.part(&finding.headings, &finding.type_id, finding.year);
            }
            finding.reasons.push(format!("人工{}", correction.action.term()));
            true
        }
        CorrectionAction::Reject => {
            findings.retain(|finding| !located.iter().any(|it| is_same(finding, it)));
            true
        }
        CorrectionAction::Split | CorrectionAction::Merge => {
            let Some(model) = nearest(findings, first).map(|at| findings[at].clone()) else { return false };
            let parts: Vec<Quotation> =
                correction.parts.iter().filter_map(|part| relocated(part, document, blocks)).collect();
            if parts.len() != correction.parts.len() {
                return false;
            }
            findings.retain(|finding| !located.iter().any(|it| is_same(finding, it) || overlap(finding, it) > 0));
            for part in &parts {
                let Some(range) = bytes(part, blocks) else { return false };
                let mut finding = untyped(Text::as_is(document, blocks), part.place.block as usize, range);
                finding.unit.clone_from(&model.unit);
                finding.sector.clone_from(&model.sector);
                finding.round.clone_from(&model.round);
                finding.year = model.year;
                finding.headings.clone_from(&model.headings);
                finding.detail = located.iter().filter(|it| it.place.block != part.place.block).cloned().collect();
                finding.confidence = 1.0;
                set_type(&mut finding, model.headings.last().map_or("", String::as_str), lexicon);
                finding.reasons.push(format!("人工{}", correction.action.term()));
                findings.push(finding);
            }
            true
        }
    }
}

/// The two parts of a finding that begin at its start and at the first of these words in it; `None` where the words
/// are not in it or one part would be empty.
pub fn split_at(finding: &Finding, words: &str, blocks: &[Block]) -> Option<[Quotation; 2]> {
    let block_idx = finding.place.block as usize;
    let whole = bytes(&Quotation { quote: finding.quote.clone(), place: finding.place.clone() }, blocks)?;
    let text = &blocks[block_idx].text;
    let at = whole.start + finding.quote.find(words.trim())?;
    let part = |range: Range<usize>| {
        let range = super::clauses::trim(text, range);
        (range.len() >= 4).then(|| Text::as_is(&finding.place.document, blocks).quoted(block_idx, range).1)
    };
    Some([part(whole.start..at)?, part(at..whole.end)?])
}

/// What several findings of one document make together: from the first to the last of a paragraph; the first alone
/// where they stand in several, the others then support it.
pub fn merged(findings: &[&Finding], blocks: &[Block]) -> Option<Quotation> {
    let first = findings.iter().min_by_key(|finding| (finding.place.block, finding.place.start))?;
    let block_idx = first.place.block as usize;
    let ranges: Vec<Range<usize>> = findings
        .iter()
        .filter(|finding| finding.place.block == first.place.block)
        .filter_map(|it| bytes(&Quotation { quote: it.quote.clone(), place: it.place.clone() }, blocks))
        .collect();
    let range = ranges.iter().map(|it| it.start).min()?..ranges.iter().map(|it| it.end).max()?;
    Some(Text::as_is(&first.place.document, blocks).quoted(block_idx, range).1)
}

/// Where words stand in this version of their document: at their place, else where they are found again, with the
/// context they had if they are there more than once.
fn relocated(quotation: &Quotation, document: &str, blocks: &[Block]) -> Option<Quotation> {
    let place = &quotation.place;
    let at_place = blocks.get(place.block as usize).and_then(|block| place.slice(&block.text));
    if place.document == document && at_place == Some(quotation.quote.as_str()) {
        return Some(quotation.clone());
    }
    let places = blocks.iter().enumerate().flat_map(|(block_idx, block)| {
        block.text.match_indices(quotation.quote.as_str()).map(move |(start, _)| (block_idx, start))
    });
    let context = |&(block_idx, start): &(usize, usize)| {
        let text = &blocks[block_idx].text;
        usize::from(text[..start].ends_with(place.before.as_str()))
            + usize::from(text[start + quotation.quote.len()..].starts_with(place.after.as_str()))
    };
    let (block_idx, start) = places.max_by_key(|it| (context(it), usize::MAX - it.0, usize::MAX - it.1))?;
    Some(Text::as_is(document, blocks).quoted(block_idx, start..start + quotation.quote.len()).1)
}

/// The bytes of a quotation in its block, if its words are there.
fn bytes(quotation: &Quotation, blocks: &[Block]) -> Option<Range<usize>> {
    let text = &blocks.get(quotation.place.block as usize)?.text;
    let start = text.char_indices().map(|(at, _)| at).nth(quotation.place.start as usize)?;
    let range = start..start + quotation.quote.len();
    (text.get(range.clone()) == Some(quotation.quote.as_str())).then_some(range)
}

/// Characters that a finding and a quotation share.
fn overlap(finding: &Finding, quotation: &Quotation) -> u32 {
    let (left, right) = (&finding.place, &quotation.place);
    if left.block != right.block {
        return 0;
    }
    left.end.min(right.end).saturating_sub(left.start.max(right.start))
}

/// Whether a finding is the one that stood there: half of the longer of the two is common.
fn is_same(finding: &Finding, quotation: &Quotation) -> bool {
    let longer = (finding.place.end - finding.place.start).max(quotation.place.end - quotation.place.start);
    2 * overlap(finding, quotation) >= longer.max(1)
}

/// The finding that shares most with a quotation, if it is the same.
fn nearest(findings: &[Finding], quotation: &Quotation) -> Option<usize> {
    (0..findings.len())
        .filter(|&at| is_same(&findings[at], quotation))
        .max_by_key(|&at| (overlap(&findings[at], quotation), usize::MAX - at))
}
