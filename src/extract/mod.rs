//! Extraction (抽取): blocks to header facts, findings and rectification items.
//!
//! Genre first, for the same words are a finding in a feedback letter, a measure in a plan and a threat in a speech;
//! then the problem zone; then the statements in it. Pure rules over tables of cue words; every decision leaves its
//! reason.

mod clauses;
mod corrections;
mod facts;
mod finding;
mod genre;
mod header;
mod items;
mod ledger;
mod numbering;
mod passages;
mod pieces;
mod rejected;
mod statements;
mod structure;
mod types;
mod units;
mod zone;

pub use corrections::{correct, merged, split_at};
use finding::{finding, identity, sector, set_type, untyped};
pub use passages::{Passage, PassageKind, passages};
pub use pieces::PieceWeights;
pub use rejected::{Rejected, rejected};
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
