//! Causes and suggestions (原因、建议): sentences in which documents explain and advise.

use super::canonical::canonical;
use super::finding::Text;
use super::zone::{Zone, zones};
use super::{clauses, header, structure};
use crate::lang::Lexicon;
use crate::model::{Block, Genre, Header, Place};

/// What a passage does (段落用途).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PassageKind {
    /// States a cause.
    Cause,
    /// Makes a suggestion.
    Suggestion,
}

/// A sentence in which a document states a cause or makes a suggestion (原因、建议原句).
#[derive(Debug, Clone, PartialEq)]
pub struct Passage {
    /// Hash of document, place and quote.
    pub id: String,
    /// What it does.
    pub kind: PassageKind,
    /// The verbatim words.
    pub quote: String,
    /// Where they stand.
    pub place: Place,
}

/// The causes and suggestions of a feedback letter or report, in reading order.
pub fn passages(document: &str, header: &Header, blocks: &[Block], lexicon: &Lexicon) -> Vec<Passage> {
    if !matches!(header.genre, Genre::Feedback | Genre::Report | Genre::Summary) {
        return Vec::new();
    }
    let read = canonical(blocks);
    let text = Text { document, original: blocks, read: &read };
    let (_, title_blocks) = header::title(&read, "");
    let lines = structure::lines(&read, &title_blocks);
    let zones = zones(&lines, header.genre, lexicon);
    let mut found = Vec::new();
    for (line, zoned) in lines.iter().zip(&zones) {
        let kind = match zoned.zone {
            Zone::Causes => PassageKind::Cause,
            Zone::Suggestions => PassageKind::Suggestion,
            _ => continue,
        };
        // A part under its own heading; what merely follows the problems may be anything.
        if line.rank.is_some() || line.path.is_empty() {
            continue;
        }
        for clause in clauses::clauses(line.text, line.body_start()..line.text.len()) {
            let quote = &line.text[clause.range.clone()];
            if (12..=90).contains(&quote.chars().count()) {
                let (id, quotation) = text.quoted(line.block_idx, clause.range.clone());
                found.push(Passage { id, kind, quote: quotation.quote, place: quotation.place });
            }
        }
    }
    found
}
