//! Extraction (抽取): blocks to header facts, findings and rectification items.
//!
//! Genre first, for the same words are a finding in a feedback letter, a measure in a plan and a threat in a speech;
//! then the problem zone; then the statements in it. Pure rules over tables of cue words; every decision leaves its
//! reason.

mod clauses;
mod facts;
mod genre;
mod header;
mod items;
mod ledger;
mod numbering;
mod pieces;
mod statements;
mod structure;
mod types;
mod units;
mod zone;

use std::ops::Range;

pub use pieces::PieceWeights;
pub use types::type_scores;
pub use units::canonical_units;

use crate::lang::Lexicon;
use crate::model::{Block, Finding, Genre, Header, Place, RectificationItem};

/// What a document says (抽取所得).
#[derive(Debug, Clone, PartialEq)]
pub struct Extraction {
    /// Header facts.
    pub header: Header,
    /// Findings in reading order.
    pub findings: Vec<Finding>,
    /// Rectification items in reading order.
    pub items: Vec<RectificationItem>,
}

/// Extracts a document: `document` is its SHA-256, `name` its path, used only where the text states no title.
pub fn extract(document: &str, name: &str, blocks: &[Block], lexicon: &Lexicon) -> Extraction {
    let (title, title_blocks) = header::title(blocks, name);
    let lines = structure::lines(blocks, &title_blocks);
    let heading = header::header(title, blocks, &lines, lexicon);
    let (mut header, mut naming) = (heading.header, heading.naming);
    let folder = folder_sector(name, lexicon);
    let mut findings = match header.genre {
        Genre::Feedback | Genre::Report | Genre::Summary => {
            let zones = zone::zones(&lines, header.genre, lexicon);
            let statements = statements::statements(&lines, &zones, &mut naming, lexicon);
            statements
                .into_iter()
                .map(|statement| finding(document, blocks, statement, &header, folder, lexicon))
                .collect()
        }
        Genre::Ledger => ledger_findings(document, blocks, &mut naming, &header, folder, lexicon),
        Genre::Plan | Genre::Rectification | Genre::Thematic | Genre::Notice | Genre::Other => Vec::new(),
    };
    drop_repeats(&mut findings);
    let items = match header.genre {
        Genre::Rectification => rectification_items(document, blocks, &items::items(&lines), &header),
        _ => Vec::new(),
    };
    complete_header(&mut header, &findings, naming.units, folder, lexicon);
    Extraction { header, findings, items }
}

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
    let (_, title_blocks) = header::title(blocks, "");
    let lines = structure::lines(blocks, &title_blocks);
    let zones = zone::zones(&lines, header.genre, lexicon);
    let mut found = Vec::new();
    for (line, zoned) in lines.iter().zip(&zones) {
        let kind = match zoned.zone {
            zone::Zone::Causes => PassageKind::Cause,
            zone::Zone::Suggestions => PassageKind::Suggestion,
            _ => continue,
        };
        // A part under its own heading; what merely follows the problems may be anything.
        if line.rank.is_some() || line.path.is_empty() {
            continue;
        }
        for clause in clauses::clauses(line.text, line.body_start()..line.text.len()) {
            let quote = &line.text[clause.range.clone()];
            if (12..=90).contains(&quote.chars().count()) {
                let anchored = untyped(document, blocks, line.block_idx, clause.range.clone());
                found.push(Passage { id: anchored.id, kind, quote: anchored.quote, place: anchored.place });
            }
        }
    }
    found
}

/// A finding from a statement.
fn finding(
    document: &str,
    blocks: &[Block],
    statement: statements::Statement,
    header: &Header,
    folder: Option<&str>,
    lexicon: &Lexicon,
) -> Finding {
    let heading = statement.headings.last().cloned().unwrap_or_default();
    let sector = sector(statement.unit.as_deref(), None, header, folder, lexicon);
    let mut finding = untyped(document, blocks, statement.block_idx, statement.range);
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

/// A finding with place, quote and facts only.
fn untyped(document: &str, blocks: &[Block], block_idx: usize, range: Range<usize>) -> Finding {
    let block = &blocks[block_idx];
    let quote = block.text[range.clone()].to_owned();
    let start = block.text[..range.start].chars().count();
    let place = Place::in_block(document, block_idx, block, start, start + quote.chars().count());
    Finding {
        id: identity(document, block_idx, start, &quote),
        facts: facts::facts(&quote),
        quote,
        place,
        unit: None,
        sector: None,
        round: None,
        year: None,
        headings: Vec::new(),
        area: String::new(),
        type_id: String::new(),
        type_name: String::new(),
        general: false,
        alternatives: Vec::new(),
        reasons: Vec::new(),
        confidence: 0.0,
    }
}

/// Sets type, area, alternatives and the reason for them.
fn set_type(finding: &mut Finding, heading: &str, lexicon: &Lexicon) {
    let typed = types::type_of(&finding.quote, heading, lexicon);
    let Some((best, others)) = typed.guesses.split_first() else {
        finding.reasons.push("没有触发词，未定类型".to_owned());
        return;
    };
    let Some(problem_type) = lexicon.taxonomy.get(&best.type_id) else { return };
    finding.area = problem_type.area().to_owned();
    finding.type_id.clone_from(&problem_type.id);
    finding.type_name.clone_from(&problem_type.name);
    // A general type with facts in hand (amounts, counts, days) is no umbrella wording.
    let states_facts = finding.quote.chars().filter(char::is_ascii_digit).count() >= 2;
    finding.general = problem_type.general && !states_facts;
    finding.alternatives = others.to_vec();
    finding.reasons.push(if typed.triggers.is_empty() {
        format!("按所在标题和用字习惯定为{}", problem_type.name)
    } else {
        format!("触发词“{}”，定为{}", typed.triggers.join("”“"), problem_type.name)
    });
}

/// The sector of a finding: what its table row states, else the system the title names, else the unit's, else that
/// of the folder or document.
fn sector(
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

/// The sector a folder of the path is named after.
fn folder_sector<'a>(name: &str, lexicon: &'a Lexicon) -> Option<&'a str> {
    let (folders, _) = name.rsplit_once(['/', '\\'])?;
    folders.rsplit(['/', '\\']).find_map(|folder| lexicon.sectors.named(folder))
}

fn ledger_findings(
    document: &str,
    blocks: &[Block],
    naming: &mut units::Naming,
    header: &Header,
    folder: Option<&str>,
    lexicon: &Lexicon,
) -> Vec<Finding> {
    naming.learn_localities(blocks.iter().map(|block| block.text.as_str()));
    let mut findings = Vec::new();
    for row in ledger::rows(blocks) {
        let unit = row.unit.as_deref().map(|unit| naming.resolve(unit.trim()));
        if let Some(unit) = &unit
            && !naming.units.contains(unit)
        {
            naming.units.push(unit.clone());
        }
        let mut finding = untyped(document, blocks, row.block_idx, row.range);
        finding.round = row.round.as_deref().and_then(header::round).or_else(|| header.round.clone());
        finding.year = row.round.as_deref().and_then(year_in).or_else(|| header.period.map(|period| period.start.year));
        finding.sector = sector(unit.as_deref(), row.sector.as_deref(), header, folder, lexicon);
        finding.unit = unit;
        let category = row.categories.join(" ");
        finding.headings = row.categories;
        finding.reasons = vec![format!("台账“{}”栏", row.header)];
        finding.confidence = 0.95;
        set_type(&mut finding, &category, lexicon);
        findings.push(finding);
    }
    findings
}

/// The first year a text names.
fn year_in(text: &str) -> Option<u16> {
    let digits: Vec<(usize, char)> = text.char_indices().collect();
    digits.windows(5).find_map(|window| {
        let is_year = window[4].1 == '年' && window[..4].iter().all(|(_, character)| character.is_ascii_digit());
        is_year.then(|| text[window[0].0..window[4].0].parse().ok()).flatten()
    })
}

fn rectification_items(
    document: &str,
    blocks: &[Block],
    items: &[items::Item],
    header: &Header,
) -> Vec<RectificationItem> {
    items
        .iter()
        .map(|item| {
            let (block_idx, range) = item.measure.clone();
            let block = &blocks[block_idx];
            let quote = block.text[range.clone()].to_owned();
            let start = block.text[..range.start].chars().count();
            let (problem_idx, problem) = item.problem.clone();
            let problem_quote = blocks[problem_idx].text[problem].to_owned();
            RectificationItem {
                id: identity(document, block_idx, start, &format!("{problem_quote}\n{quote}")),
                problem_quote,
                place: Place::in_block(document, block_idx, block, start, start + quote.chars().count()),
                facts: facts::facts(&quote),
                quote,
                unit: header.units.first().cloned(),
                status: item.status.clone(),
            }
        })
        .collect()
}

/// The same words for the same unit twice in one document are one finding.
fn drop_repeats(findings: &mut Vec<Finding>) {
    let mut seen = std::collections::BTreeSet::new();
    findings.retain(|finding| seen.insert((finding.unit.clone(), finding.quote.clone())));
}

/// Units and sectors that only the body names join the header.
fn complete_header(
    header: &mut Header,
    findings: &[Finding],
    units: Vec<String>,
    folder: Option<&str>,
    lexicon: &Lexicon,
) {
    let named: Vec<&String> = findings.iter().filter_map(|finding| finding.unit.as_ref()).collect();
    for unit in units {
        if !header.units.contains(&unit) && named.contains(&&unit) {
            header.units.push(unit);
        }
    }
    let stated = lexicon.sectors.in_text(&header.title).into_iter().map(str::to_owned);
    let of_findings = findings.iter().filter_map(|finding| finding.sector.clone());
    let of_units: Vec<String> =
        header.units.iter().filter_map(|unit| sector(Some(unit), None, header, folder, lexicon)).collect();
    let mut sectors: Vec<String> = Vec::new();
    for sector in stated.chain(of_findings).chain(of_units).chain(folder.map(str::to_owned)) {
        if !sectors.contains(&sector) {
            sectors.push(sector);
        }
    }
    header.sectors = sectors;
}

/// The identity of a piece of a document: FNV-1a over document, place and quote, 64 bits, in hexadecimal.
fn identity(document: &str, block_idx: usize, start: usize, quote: &str) -> String {
    let mut hash = 0xcbf2_9ce4_8422_2325u64;
    for byte in format!("{document}\n{block_idx}\n{start}\n{quote}").bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{hash:016x}")
}
