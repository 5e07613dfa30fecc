//! Extraction (抽取): blocks to header facts, findings and rectification items.
//!
//! Genre first, for the same words are a finding in a feedback letter, a measure in a plan and a threat in a speech;
//! then the problem zone; then the statements in it. Pure rules over tables of cue words; every decision leaves its
//! reason.

mod canonical;
mod clauses;
mod corrections;
mod facts;
mod finding;
mod from_ledger;
mod genre;
mod header;
mod items;
mod learn;
mod ledger;
mod numbering;
mod passages;
mod pieces;
mod rejected;
mod segments;
mod statements;
mod structure;
mod types;
mod units;
mod zone;

pub use corrections::{correct, merged, split_at};
use finding::{Text, finding, identity, sector, set_type, untyped};
pub use from_ledger::{ColumnSpec, ColumnUse, FromLedger, SeenColumn, from_ledger};
pub use genre::GenreModel;
pub use learn::Names;
pub use passages::{Passage, PassageKind, passages};
pub use pieces::{PieceWeights, Typed};
pub use rejected::{Rejected, rejected};
pub use segments::{Lessons, SegmentModel};
pub use types::type_scores;
pub use units::canonical_units;

use crate::lang::Lexicon;
use crate::model::{Block, Finding, Genre, Header, Quotation, RectificationItem};

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
    extract_with(document, name, blocks, lexicon, Models::builtin())
}

/// What was learnt from the gold (学得的模型).
#[derive(Debug, Clone, Copy)]
pub struct Models<'a> {
    /// Of genres.
    pub genre: &'a GenreModel,
    /// Of where statements begin and end.
    pub segments: &'a SegmentModel,
}

impl Models<'_> {
    /// The models in this program.
    pub fn builtin() -> Self {
        Self { genre: GenreModel::builtin(), segments: SegmentModel::builtin() }
    }
}

/// Extracts a document with these models.
pub fn extract_with(document: &str, name: &str, blocks: &[Block], lexicon: &Lexicon, models: Models<'_>) -> Extraction {
    let model = models.segments;
    let read = canonical::canonical(blocks);
    let text = Text { document, original: blocks, read: &read };
    let (title, title_blocks) = header::title(&read, name);
    let lines = structure::lines(&read, &title_blocks);
    let heading = header::header(title, &read, &lines, lexicon, models.genre);
    let (mut header, mut naming) = (heading.header, heading.naming);
    let folder = folder_sector(name, lexicon);
    let mut findings = match header.genre {
        Genre::Feedback | Genre::Report | Genre::Summary => {
            let zones = zone::zones(&lines, header.genre, lexicon);
            let statements = statements::statements(&lines, &zones, header.genre, &mut naming, lexicon, model);
            let mut findings: Vec<Finding> =
                statements.into_iter().map(|statement| finding(text, statement, &header, folder, lexicon)).collect();
            findings.extend(ledger_findings(text, &lines, &mut naming, &header, folder, lexicon, model));
            findings.sort_by_key(|finding| (finding.place.block, finding.place.start));
            findings
        }
        Genre::Ledger => ledger_findings(text, &lines, &mut naming, &header, folder, lexicon, model),
        Genre::Rectification => {
            let zones = zone::own_shortcomings(&lines);
            let mut statements = Vec::new();
            if zones.iter().any(|zoned| zoned.zone == zone::Zone::Problems) {
                statements = statements::statements(&lines, &zones, Genre::Report, &mut naming, lexicon, model);
                statements.retain(|statement| {
                    let at = lines.iter().position(|line| line.block_idx == statement.block_idx);
                    at.is_some_and(|at| zones[at].zone == zone::Zone::Problems)
                });
            }
            statements.into_iter().map(|statement| finding(text, statement, &header, folder, lexicon)).collect()
        }
        Genre::Plan | Genre::Thematic | Genre::Notice | Genre::Other => Vec::new(),
    };
    drop_repeats(&mut findings);
    let items = match header.genre {
        Genre::Rectification => rectification_items(text, &items::items(&lines), &header),
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
    text: Text<'_>,
    lines: &[structure::Line<'_>],
    naming: &mut units::Naming,
    header: &Header,
    folder: Option<&str>,
    lexicon: &Lexicon,
    model: &SegmentModel,
) -> Vec<Finding> {
    naming.learn_localities(text.read.iter().map(|block| block.text.as_str()));
    let mut findings = Vec::new();
    // The headings that tables stand under.
    let mut under: std::collections::BTreeMap<usize, &str> = std::collections::BTreeMap::new();
    for line in lines.iter().filter(|line| line.is_cell) {
        if let Some(&above) = line.path.last() {
            under.insert(line.block_idx, lines[above].body());
        }
    }
    for row in ledger::rows(text.read) {
        let heading = under.get(&row.block_idx).and_then(|words| naming.unit_in(words));
        let group = row.around.first().and_then(|words| naming.unit_in(words)).or(heading);
        let stated = row.unit.as_deref().map(|unit| naming.resolve_in(unit.trim(), group.as_deref()));
        let around = || row.around.iter().find_map(|words| naming.unit_in(words));
        let unit = stated
            .or(group)
            .or_else(around)
            .or_else(|| header.units.first().filter(|_| header.units.len() == 1).cloned());
        if let Some(unit) = &unit
            && !naming.units.contains(unit)
        {
            naming.units.push(unit.clone());
        }
        let round = row.round.as_deref().and_then(header::round).or_else(|| header.round.clone());
        let year = row.round.as_deref().and_then(year_in).or_else(|| header.period.map(|period| period.start.year));
        let sector = sector(unit.as_deref(), row.sector.as_deref(), header, folder, lexicon);
        let category = row.categories.join(" ");
        let cell = &text.read[row.block_idx].text;
        if statements::aside(&cell[row.range.clone()], false, lexicon).is_some() {
            continue;
        }
        for range in statements::in_cell(cell, row.range, lexicon, model) {
            let mut finding = untyped(text, row.block_idx, range);
            finding.round.clone_from(&round);
            finding.year = year;
            finding.sector.clone_from(&sector);
            finding.unit.clone_from(&unit);
            finding.headings.clone_from(&row.categories);
            finding.reasons = vec![format!("台账“{}”栏", row.header)];
            finding.confidence = 0.95;
            set_type(&mut finding, &category, lexicon);
            findings.push(finding);
        }
    }
    findings
}

/// Adds what a document teaches the model of segments: `quotes` are its labelled findings in reading order, `genre` its
/// labelled genre.
pub fn learn(name: &str, blocks: &[Block], genre: Genre, quotes: &[&str], lexicon: &Lexicon, lessons: &mut Lessons) {
    let read = canonical::canonical(blocks);
    let (title, title_blocks) = header::title(&read, name);
    let lines = structure::lines(&read, &title_blocks);
    let mut heading = header::header(title, &read, &lines, lexicon, GenreModel::builtin());
    let gold = aligned(quotes, blocks, &read);
    if matches!(genre, Genre::Feedback | Genre::Report | Genre::Summary) {
        let zones = zone::zones(&lines, genre, lexicon);
        statements::lessons(&lines, &zones, genre, &mut heading.naming, lexicon, &gold, lessons);
    }
    if matches!(genre, Genre::Feedback | Genre::Report | Genre::Ledger) {
        for row in ledger::rows(&read) {
            statements::cell_lesson(&read[row.block_idx].text, row.range, row.block_idx, lexicon, &gold, lessons);
        }
    }
}

/// The features of a document that tell its genre; their names are added to `names`.
pub fn genre_features(name: &str, blocks: &[Block], lexicon: &Lexicon, names: &mut Names) -> Vec<u64> {
    let read = canonical::canonical(blocks);
    let (title, title_blocks) = header::title(&read, name);
    let lines = structure::lines(&read, &title_blocks);
    let ruled = genre::by_rules(&title, &lines, lexicon);
    genre::genre_features(&title, &read, &lines, &ruled, lexicon, Some(names))
}

/// Where labelled quotes stand, as blocks and bytes of the text as it is read; white space does not count. Quotes follow
/// each other, so that the same words twice are found in their order.
fn aligned(quotes: &[&str], blocks: &[Block], read: &[Block]) -> Vec<(usize, std::ops::Range<usize>)> {
    let squeezed: Vec<Vec<(usize, char)>> = blocks
        .iter()
        .map(|block| block.text.chars().enumerate().filter(|(_, it)| !it.is_whitespace()).collect())
        .collect();
    let mut found = Vec::new();
    let mut from = (0usize, 0usize);
    for quote in quotes {
        let wanted: Vec<char> = quote.chars().filter(|it| !it.is_whitespace()).collect();
        let find = |from: (usize, usize)| {
            (from.0..squeezed.len()).find_map(|block_idx| {
                let start = if block_idx == from.0 { from.1 } else { 0 };
                let windows = squeezed[block_idx].windows(wanted.len().max(1));
                let at = windows
                    .enumerate()
                    .skip(start)
                    .find(|(_, window)| window.iter().map(|it| it.1).eq(wanted.iter().copied()))?;
                Some((block_idx, at.0))
            })
        };
        let Some((block_idx, at)) = find(from).or_else(|| find((0, 0))) else { continue };
        from = (block_idx, at + wanted.len());
        let characters = squeezed[block_idx][at].0..squeezed[block_idx][at + wanted.len() - 1].0 + 1;
        let bytes: Vec<usize> =
            read[block_idx].text.char_indices().map(|(byte, _)| byte).chain([read[block_idx].text.len()]).collect();
        found.push((block_idx, bytes[characters.start]..bytes[characters.end]));
    }
    found
}

/// The first year a text names.
fn year_in(text: &str) -> Option<u16> {
    let digits: Vec<(usize, char)> = text.char_indices().collect();
    digits.windows(5).find_map(|window| {
        let is_year = window[4].1 == '年' && window[..4].iter().all(|(_, character)| character.is_ascii_digit());
        is_year.then(|| text[window[0].0..window[4].0].parse().ok()).flatten()
    })
}

fn rectification_items(text: Text<'_>, items: &[items::Item], header: &Header) -> Vec<RectificationItem> {
    let item = |item: &items::Item| {
        let (problem_idx, problem) = item.problem.clone();
        let problem_quote = text.quoted(problem_idx, problem).1.quote;
        let (block_idx, range) = item.measure.clone();
        let Quotation { quote, place } = text.quoted(block_idx, range).1;
        RectificationItem {
            id: identity(text.document, block_idx, place.start as usize, &format!("{problem_quote}\n{quote}")),
            problem_quote,
            place,
            facts: facts::facts(&quote),
            quote,
            unit: header.units.first().cloned(),
            status: item.status.clone(),
        }
    };
    items.iter().map(item).collect()
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
