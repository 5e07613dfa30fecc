//! Findings (问题) from the stretches of text that state them: place, facts, type, sector.

use std::ops::Range;

use super::facts::facts;
use super::statements::Statement;
use super::types::type_of;
use crate::lang::Lexicon;
use crate::model::{Block, Finding, Header, Place, Quotation};

/// A finding from a statement.
pub(super) fn finding(
    text: Text<'_>,
    statement: Statement,
    header: &Header,
    folder: Option<&str>,
    lexicon: &Lexicon,
) -> Finding {
    let heading = statement.headings.last().cloned().unwrap_or_default();
    let sector = sector(statement.unit.as_deref(), None, header, folder, lexicon);
    let mut finding = untyped(text, statement.block_idx, statement.range);
    finding.detail = statement.detail.into_iter().map(|(block_idx, range)| text.quoted(block_idx, range).1).collect();
    finding.unit = statement.unit;
    finding.sector = sector;
    finding.round.clone_from(&header.round);
    finding.year = header.period.map(|period| period.start.year);
    finding.headings = statement.headings;
    finding.reasons = statement.reasons;
    finding.confidence = statement.confidence;
    set_type(&mut finding, &heading, lexicon);
    finding
}

/// A document's text (文本): as it stands and as the rules read it, character for character the same.
#[derive(Debug, Clone, Copy)]
pub(super) struct Text<'a> {
    /// SHA-256 of the document.
    pub(super) document: &'a str,
    /// The blocks as they stand, which quotes are taken from.
    pub(super) original: &'a [Block],
    /// The blocks as the rules read them, which byte ranges are about.
    pub(super) read: &'a [Block],
}

impl<'a> Text<'a> {
    /// A text that is read as it stands.
    pub(super) fn as_is(document: &'a str, blocks: &'a [Block]) -> Self {
        Self { document, original: blocks, read: blocks }
    }

    /// The words of a range of bytes of a block with their place, and their identity.
    pub(super) fn quoted(&self, block_idx: usize, range: Range<usize>) -> (String, Quotation) {
        let (original, read) = (&self.original[block_idx], &self.read[block_idx].text);
        let start = read[..range.start].chars().count();
        let n_chars = read[range].chars().count();
        let quote: String = original.text.chars().skip(start).take(n_chars).collect();
        let place = Place::in_block(self.document, block_idx, original, start, start + n_chars);
        (identity(self.document, block_idx, start, &quote), Quotation { quote, place })
    }
}

/// A finding with place, quote and facts only.
pub(super) fn untyped(text: Text<'_>, block_idx: usize, range: Range<usize>) -> Finding {
    let (id, Quotation { quote, place }) = text.quoted(block_idx, range);
    Finding {
        id,
        facts: facts(&quote),
        quote,
        place,
        detail: Vec::new(),
        unit: None,
        sector: None,
        round: None,
        year: None,
        headings: Vec::new(),
        area: String::new(),
        type_id: String::new(),
        type_name: String::new(),
        general: false,
        frame: None,
        alternatives: Vec::new(),
        reasons: Vec::new(),
        confidence: 0.0,
    }
}

/// Types a finding by its words and the heading above it, with alternatives and the reason.
pub(super) fn set_type(finding: &mut Finding, heading: &str, lexicon: &Lexicon) {
    let typed = type_of(&finding.quote, heading, lexicon);
    match typed.guesses.split_first() {
        None => finding.reasons.push("没有触发词，未定类型".to_owned()),
        Some((best, others)) => {
            take_type(finding, &best.type_id, lexicon);
            finding.alternatives = others.to_vec();
            finding.reasons.push(if typed.triggers.is_empty() {
                format!("按所在标题和用字习惯定为{}", finding.type_name)
            } else {
                format!("触发词“{}”，定为{}", typed.triggers.join("”“"), finding.type_name)
            });
        }
    }
    finding.frame = lexicon.frames.part(&finding.headings, &finding.type_id, finding.year);
}

/// Gives a finding this type, if there is one of that id.
pub(super) fn take_type(finding: &mut Finding, type_id: &str, lexicon: &Lexicon) {
    let Some(problem_type) = lexicon.taxonomy.get(type_id) else { return };
    finding.area = problem_type.area().to_owned();
    finding.type_id.clone_from(&problem_type.id);
    finding.type_name.clone_from(&problem_type.name);
    // A general type with facts in hand (amounts, counts, days) is no umbrella wording.
    let states_facts = finding.quote.chars().filter(char::is_ascii_digit).count() >= 2;
    finding.general = problem_type.general && !states_facts;
}

/// The sector of a finding: what its table row states, else the system the title names, else the unit's, else that
/// of the folder or document.
pub(super) fn sector(
    unit: Option<&str>,
    stated: Option<&str>,
    header: &Header,
    folder: Option<&str>,
    lexicon: &Lexicon,
) -> Option<String> {
    if let Some(stated) = stated.and_then(|stated| lexicon.sectors.named(stated)) {
        return Some(stated.to_owned());
    }
    let of_unit = unit.map(|unit| lexicon.sectors.of_unit(unit)).unwrap_or_default();
    let of_title = lexicon.sectors.in_text(&header.title);
    // A unit may be in two sectors: the title, or the folder the office put the file in, says which is meant.
    let both = of_unit.iter().find(|sector| of_title.contains(*sector) || folder == Some(**sector));
    let title = of_title.first().filter(|_| of_title.len() == 1);
    let own = of_unit.first().filter(|sector| !lexicon.sectors.is_fallback(sector));
    let chosen = both.or(title).or(own).copied().or(folder).or(of_unit.first().copied());
    chosen.map(str::to_owned).or_else(|| header.sectors.first().cloned())
}

/// The identity of a piece of a document: FNV-1a over document, place and quote, 64 bits, in hexadecimal.
pub(super) fn identity(document: &str, block_idx: usize, start: usize, quote: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in format!("{document}\n{block_idx}\n{start}\n{quote}").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}
