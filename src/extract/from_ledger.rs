//! A ledger that stands for itself (单独的台账): every row with a problem is a finding, whatever kind of document the
//! file would else be taken for. Columns are told by their headers, or by the user.

use std::collections::BTreeMap;

use super::finding::{Text, sector, set_type, untyped};
use super::genre::GenreModel;
use super::ledger::{
    Column, Grid, Header as TableHeader, Row, best_problem_column, grids, header as table_header, is_total,
    problems_in, rows_under,
};
use super::segments::SegmentModel;
use super::{canonical, header, statements, structure, year_in};
use crate::lang::Lexicon;
use crate::model::{Block, Finding};

/// What a column of a ledger can be used for (栏目用途).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ColumnUse {
    /// The problem.
    Problem,
    /// The unit.
    Unit,
    /// The sector.
    Sector,
    /// The round.
    Round,
    /// The day or year.
    Date,
}

impl ColumnUse {
    /// All uses, in the order of their declaration.
    pub const ALL: [Self; 5] = [Self::Problem, Self::Unit, Self::Sector, Self::Round, Self::Date];

    /// The Chinese term.
    pub fn term(self) -> &'static str {
        match self {
            Self::Problem => "问题",
            Self::Unit => "单位",
            Self::Sector => "系统",
            Self::Round => "轮次",
            Self::Date => "日期",
        }
    }

    /// The use of that term.
    pub fn from_term(term: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.term() == term)
    }

    fn column(self) -> Column {
        match self {
            Self::Problem => Column::Problem,
            Self::Unit => Column::Unit,
            Self::Sector => Column::Sector,
            Self::Round => Column::Round,
            Self::Date => Column::Date,
        }
    }
}

/// Which column is used for what (栏目对应): a letter as spreadsheets show it, or the words of its header.
pub type ColumnSpec = BTreeMap<ColumnUse, String>;

/// A column as it was seen (看到的栏目).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenColumn {
    /// Its sheet, if the file has sheets.
    pub sheet: Option<String>,
    /// Its letter.
    pub letter: String,
    /// The words that stand on top.
    pub header: String,
    /// What it was used for.
    pub used: Option<ColumnUse>,
}

/// What a ledger gave (台账所得).
#[derive(Debug, Clone, PartialEq)]
pub struct FromLedger {
    /// Its findings, in order.
    pub findings: Vec<Finding>,
    /// Its columns, sheet by sheet.
    pub columns: Vec<SeenColumn>,
}

/// The findings of a ledger: `document` is its SHA-256, `name` its path. No findings where no problem column is found;
/// the columns then tell what was seen.
pub fn from_ledger(document: &str, name: &str, blocks: &[Block], spec: &ColumnSpec, lexicon: &Lexicon) -> FromLedger {
    let read = canonical::canonical(blocks);
    let text = Text { document, original: blocks, read: &read };
    let (title, title_blocks) = header::title(&read, name);
    let lines = structure::lines(&read, &title_blocks);
    let heading = header::header(title, &read, &lines, lexicon, GenreModel::builtin());
    let (facts, mut naming) = (heading.header, heading.naming);
    naming.learn_localities(read.iter().map(|block| block.text.as_str()));
    let (mut findings, mut columns): (Vec<Finding>, Vec<SeenColumn>) = (Vec::new(), Vec::new());
    for grid in grids(&read) {
        let found = if spec.is_empty() { found(&grid) } else { given(&grid, spec) };
        columns.extend(seen(&grid, found.as_ref()));
        let Some(found) = found else { continue };
        // A table of one column, and one whose columns the user named, are read row by row as they stand.
        let is_plain = !spec.is_empty() || grid.size().1 == 1;
        let rows = if is_plain { plain_rows(&grid, &read, &found) } else { rows_under(&grid, found) };
        for row in rows {
            let group = row.around.first().and_then(|words| naming.unit_in(words));
            let stated = row.unit.as_deref().map(|unit| naming.resolve_in(unit.trim(), group.as_deref()));
            let around = || row.around.iter().find_map(|words| naming.unit_in(words));
            let unit = stated
                .filter(|unit| !unit.is_empty())
                .or(group)
                .or_else(around)
                .or_else(|| facts.units.first().filter(|_| facts.units.len() == 1).cloned());
            let year = [&row.round, &row.date]
                .into_iter()
                .flatten()
                .find_map(|words| year_in(words).or_else(|| year_of(words)));
            let stated =
                row.round.as_deref().map(|words| header::round(words).unwrap_or_else(|| words.trim().to_owned()));
            let round = stated.or_else(|| year.map(|year| format!("{year}年"))).or_else(|| facts.round.clone());
            let own_sector = row.sector.as_deref().map(str::trim).filter(|it| !it.is_empty());
            let of_row = sector(unit.as_deref(), own_sector, &facts, None, lexicon);
            let of_row = of_row.or_else(|| own_sector.map(str::to_owned));
            let cell = &read[row.block_idx].text;
            if statements::aside(&cell[row.range.clone()], false, lexicon).is_some() {
                continue;
            }
            let mut ranges = statements::in_cell(cell, row.range.clone(), lexicon, SegmentModel::builtin());
            if ranges.is_empty() {
                // The column says that this is a problem, so it is one.
                ranges.push(row.range.clone());
            }
            for range in ranges {
                let mut finding = untyped(text, row.block_idx, range);
                finding.unit.clone_from(&unit);
                finding.sector.clone_from(&of_row);
                finding.round.clone_from(&round);
                finding.year = year;
                finding.headings.clone_from(&row.categories);
                finding.reasons = vec![format!("台账“{}”栏", row.header)];
                finding.confidence = 0.95;
                set_type(&mut finding, &row.categories.join(" "), lexicon);
                findings.push(finding);
            }
        }
    }
    super::drop_repeats(&mut findings);
    FromLedger { findings, columns }
}

/// A year that a date begins with, such as 2023-03-06 or 2023.3.
fn year_of(text: &str) -> Option<u16> {
    let digits: String = text.trim().chars().take_while(char::is_ascii_digit).collect();
    (digits.len() == 4).then(|| digits.parse().ok()).flatten().filter(|year| (1949..2100).contains(year))
}

fn squeezed(text: &str) -> String {
    text.chars().filter(|it| !it.is_whitespace()).collect()
}

/// The header as the table itself shows it, with a date column where there is one.
fn found(grid: &Grid<'_>) -> Option<TableHeader> {
    let (n_rows, n_cols) = grid.size();
    if n_cols == 1 {
        let row = (0..n_rows.min(3)).find(|&row| {
            let words = squeezed(grid.text(row, 0));
            words.contains("问题") && words.chars().count() <= 12
        })?;
        return Some((row, row, BTreeMap::from([(0, Column::Problem)])));
    }
    let (first, last, mut columns) =
        table_header(grid).filter(|(.., columns)| columns.values().any(|it| *it == Column::Problem))?;
    let problems: Vec<u32> = columns.iter().filter(|(_, it)| **it == Column::Problem).map(|(&col, _)| col).collect();
    let best = best_problem_column(grid, &problems, first, last)?;
    columns.retain(|col, column| *column != Column::Problem || *col == best);
    let is_date = |&col: &u32| {
        let words = squeezed(grid.text(last, col));
        let is_open = matches!(columns.get(&col), None | Some(Column::Other));
        let names = ["日期", "时间", "年度", "年份"].iter().any(|it| words.contains(it));
        is_open && names && !["整改", "完成", "时限", "办结", "销号"].iter().any(|it| words.contains(it))
    };
    let date = (0..n_cols).find(is_date);
    if let Some(col) = date {
        columns.insert(col, Column::Date);
    }
    Some((first, last, columns))
}

/// The header as the user names it; `None` where the table has no such problem column.
fn given(grid: &Grid<'_>, spec: &ColumnSpec) -> Option<TableHeader> {
    const DEPTH: u32 = 12;
    let (n_rows, n_cols) = grid.size();
    let mut columns = BTreeMap::new();
    let mut header_row: Option<u32> = None;
    for (used, words) in spec {
        let by_letter = column_number(words).filter(|col| *col < n_cols);
        let by_header = || {
            let cells = || (0..n_rows.min(DEPTH)).flat_map(|row| (0..n_cols).map(move |col| (row, col)));
            let wanted = squeezed(words);
            let is = |&(row, col): &(u32, u32)| squeezed(grid.text(row, col)) == wanted;
            let holds = |&(row, col): &(u32, u32)| squeezed(grid.text(row, col)).contains(&wanted);
            cells().find(is).or_else(|| cells().find(holds))
        };
        match by_letter.map(|col| (None, col)).or_else(|| by_header().map(|(row, col)| (Some(row), col))) {
            Some((row, col)) => {
                header_row = header_row.max(row);
                columns.insert(col, used.column());
            }
            None if *used == ColumnUse::Problem => return None,
            None => {}
        }
    }
    // Where only letters are named, the header is what the table shows, else the first row that fills the column.
    let problem = *columns.iter().find(|(_, column)| **column == Column::Problem)?.0;
    let shown = || table_header(grid).map(|(_, last, _)| last);
    let first_filled = || (0..n_rows.min(DEPTH)).find(|&row| !grid.text(row, problem).is_empty());
    let row = header_row.or_else(shown).or_else(first_filled)?;
    Some((row, row, columns))
}

/// The number of a column by its letters.
fn column_number(letters: &str) -> Option<u32> {
    let letters = letters.trim().to_ascii_uppercase();
    let is_name = (1..=2).contains(&letters.len()) && letters.chars().all(|it| it.is_ascii_uppercase());
    is_name.then(|| letters.bytes().fold(0, |number, letter| number * 26 + u32::from(letter - b'A') + 1) - 1)
}

fn letters(col: u32) -> String {
    let name = crate::model::Cell { table: 0, sheet: None, row: 0, col, rows: 1, cols: 1 }.name();
    name.trim_end_matches(|it: char| it.is_ascii_digit()).to_owned()
}

/// The rows under a header, each as it stands; what is empty is filled from above.
fn plain_rows(grid: &Grid<'_>, blocks: &[Block], (_, last, columns): &TableHeader) -> Vec<Row> {
    let col = |wanted: Column| columns.iter().find(|(_, column)| **column == wanted).map(|(&col, _)| col);
    let Some(problem) = col(Column::Problem) else { return Vec::new() };
    let mut filled: BTreeMap<u32, String> = BTreeMap::new();
    let mut rows = Vec::new();
    let mut last_problem = None;
    for row in last + 1..grid.size().0 {
        if (0..grid.size().1.min(3)).any(|col| is_total(grid.text(row, col))) {
            continue;
        }
        let mut value = |wanted: Column| -> Option<String> {
            let col = col(wanted)?;
            let text = grid.text(row, col);
            if !text.is_empty() && !["同上", "〃", "″", "同前"].contains(&text) {
                filled.insert(col, text.to_owned());
            }
            filled.get(&col).cloned()
        };
        let (unit, round, sector, date) =
            (value(Column::Unit), value(Column::Round), value(Column::Sector), value(Column::Date));
        let Some(block_idx) = grid.block(row, problem).filter(|block_idx| last_problem != Some(*block_idx)) else {
            continue;
        };
        last_problem = Some(block_idx);
        for range in problems_in(&blocks[block_idx].text) {
            rows.push(Row {
                block_idx,
                range,
                unit: unit.clone(),
                around: Vec::new(),
                round: round.clone(),
                sector: sector.clone(),
                date: date.clone(),
                categories: Vec::new(),
                measure_idx: None,
                status: None,
                header: grid.text(*last, problem).to_owned(),
            });
        }
    }
    rows
}

/// The columns of a table with what stands on top of them.
fn seen(grid: &Grid<'_>, found: Option<&TableHeader>) -> Vec<SeenColumn> {
    const MANY: u32 = 30;
    let (n_rows, n_cols) = grid.size();
    let n_filled = |row: u32| (0..n_cols).filter(|&col| !grid.text(row, col).is_empty()).count();
    let top = found
        .map(|(_, last, _)| *last)
        .or_else(|| (0..n_rows.min(12)).max_by_key(|&row| (n_filled(row), n_rows - row)));
    let Some(top) = top else { return Vec::new() };
    (0..n_cols.min(MANY))
        .filter(|&col| !grid.text(top, col).is_empty())
        .map(|col| {
            let column = found.and_then(|(.., columns)| columns.get(&col));
            SeenColumn {
                sheet: grid.sheet().map(str::to_owned),
                letter: letters(col),
                header: grid.text(top, col).chars().take(16).collect(),
                used: column.and_then(|column| ColumnUse::ALL.into_iter().find(|it| it.column() == *column)),
            }
        })
        .collect()
}
