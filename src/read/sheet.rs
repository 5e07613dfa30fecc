//! Spreadsheets (电子表格): xlsx, xls, et and ods through calamine, csv by hand.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{Data, DataRef, Dimensions, ExcelDateTime, Ods, OdsError, Reader, SheetVisible, Xls, XlsError, Xlsx};

use super::archive::Package;
use super::{Limits, Parsed, Refusal, cell_block, text, tidy};
use crate::diag::Diagnostic;
use crate::model::{Block, Cell, Verdict};

/// The cells of a sheet by row and column.
type Cells = BTreeMap<(u32, u32), String>;

/// Reads an xlsx workbook cell by cell: a sheet whose corners are filled must not cost its whole area.
pub(super) fn parse_xlsx(bytes: &[u8], limits: &Limits) -> Parsed {
    Package::open(bytes, limits)?.check()?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Refusal::corrupt("不是完整的工作簿"))?;
    let mut sheets = Sheets::new(limits);
    for (name, is_hidden) in visible(&workbook) {
        if is_hidden {
            sheets.skip_hidden(&name);
            continue;
        }
        let merged = workbook.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let mut cells = Cells::new();
        let Ok(mut reader) = workbook.worksheet_cells_reader(&name) else { continue };
        loop {
            match reader.next_cell() {
                Ok(Some(cell)) => sheets.keep(&mut cells, cell.get_position(), &value_ref(cell.get_value()))?,
                Ok(None) => break,
                Err(_) => {
                    sheets.damaged(&name);
                    break;
                }
            }
        }
        drop(reader);
        sheets.push(Some(&name), cells, &merged);
    }
    Ok(sheets.finish())
}

/// Reads an xls or et workbook.
pub(super) fn parse_xls(bytes: &[u8], limits: &Limits) -> Parsed {
    let mut workbook: Xls<_> = Xls::new(Cursor::new(bytes)).map_err(|error| match error {
        XlsError::Password => encrypted(),
        _ => Refusal::corrupt("不是完整的工作簿"),
    })?;
    let mut sheets = Sheets::new(limits);
    for (name, is_hidden) in visible(&workbook) {
        if is_hidden {
            sheets.skip_hidden(&name);
            continue;
        }
        let merged = workbook.merge_cells_by_sheet_name(&name).unwrap_or_default();
        let Ok(range) = workbook.worksheet_range(&name) else {
            sheets.damaged(&name);
            continue;
        };
        let cells = sheets.cells_of(&range)?;
        sheets.push(Some(&name), cells, &merged);
    }
    Ok(sheets.finish())
}

/// Reads an ods workbook; merged ranges are not told, so each cell stands alone.
pub(super) fn parse_ods(bytes: &[u8], limits: &Limits) -> Parsed {
    Package::open(bytes, limits)?.check()?;
    let mut workbook: Ods<_> = Ods::new(Cursor::new(bytes)).map_err(|error| match error {
        OdsError::Password => encrypted(),
        _ => Refusal::corrupt("不是完整的工作簿"),
    })?;
    let mut sheets = Sheets::new(limits);
    for (name, is_hidden) in visible(&workbook) {
        if is_hidden {
            sheets.skip_hidden(&name);
            continue;
        }
        let Ok(range) = workbook.worksheet_range(&name) else {
            sheets.damaged(&name);
            continue;
        };
        let cells = sheets.cells_of(&range)?;
        sheets.push(Some(&name), cells, &[]);
    }
    Ok(sheets.finish())
}

/// Reads comma- or tab-separated values.
pub(super) fn parse_csv(bytes: &[u8], limits: &Limits) -> Parsed {
    let (decoded, mut diagnostics) = text::decode(bytes)?;
    let first_line = decoded.lines().next().unwrap_or_default();
    let separator = [',', '\t', ';', '，'].into_iter().max_by_key(|it| first_line.matches(*it).count()).unwrap_or(',');
    let mut sheets = Sheets::new(limits);
    let mut cells = Cells::new();
    let (mut row, mut col) = (0u32, 0u32);
    let mut value = String::new();
    let mut is_quoted = false;
    let mut characters = decoded.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if is_quoted && characters.peek() == Some(&'"') => {
                characters.next();
                value.push('"');
            }
            '"' if is_quoted || value.is_empty() => is_quoted = !is_quoted,
            '\r' if !is_quoted => {}
            _ if !is_quoted && (character == separator || character == '\n') => {
                sheets.keep(&mut cells, (row, col), &std::mem::take(&mut value))?;
                (row, col) = if character == '\n' { (row.saturating_add(1), 0) } else { (row, col.saturating_add(1)) };
            }
            _ => value.push(character),
        }
    }
    sheets.keep(&mut cells, (row, col), &value)?;
    sheets.push(None, cells, &[]);
    let (blocks, own) = sheets.finish();
    diagnostics.extend(own);
    Ok((blocks, diagnostics))
}

fn encrypted() -> Refusal {
    Refusal::new(Verdict::Encrypted, "工作簿有密码，打不开", "去掉密码后另存一份，再运行一次")
}

/// The names of all sheets and whether they are hidden.
fn visible<R: Reader<Cursor<B>>, B: AsRef<[u8]>>(workbook: &R) -> Vec<(String, bool)> {
    workbook
        .sheets_metadata()
        .iter()
        .map(|sheet| (sheet.name.clone(), sheet.visible != SheetVisible::Visible))
        .collect()
}

/// Sheets read so far, under the limits.
struct Sheets<'a> {
    limits: &'a Limits,
    blocks: Vec<Block>,
    diagnostics: Vec<Diagnostic>,
    n_sheets: u32,
    n_cells: usize,
    n_bytes: usize,
    n_outside: usize,
}

impl<'a> Sheets<'a> {
    fn new(limits: &'a Limits) -> Self {
        Self { limits, blocks: Vec::new(), diagnostics: Vec::new(), n_sheets: 0, n_cells: 0, n_bytes: 0, n_outside: 0 }
    }

    fn skip_hidden(&mut self, name: &str) {
        self.diagnostics
            .push(Diagnostic::note(format!("工作表“{name}”是隐藏的，没有读"), "需要读入时，先取消隐藏并保存"));
    }

    fn damaged(&mut self, name: &str) {
        self.diagnostics.push(Diagnostic::warning(
            format!("工作表“{name}”有损坏，只读到一部分"),
            "用Excel或WPS打开并另存一份，再运行一次",
        ));
    }

    /// Keeps a cell that has text and lies within the limits.
    fn keep(&mut self, cells: &mut Cells, (row, col): (u32, u32), value: &str) -> Result<(), Refusal> {
        let value = tidy(value);
        if value.is_empty() {
            return Ok(());
        }
        if row > self.limits.rows || col > self.limits.cols {
            self.n_outside += 1;
            return Ok(());
        }
        self.n_cells += 1;
        self.n_bytes += value.len();
        if self.n_cells > self.limits.cells || self.n_bytes / 3 > self.limits.chars {
            return Err(Refusal::too_big("单元格太多"));
        }
        cells.insert((row, col), value);
        Ok(())
    }

    fn cells_of(&mut self, range: &calamine::Range<Data>) -> Result<Cells, Refusal> {
        let mut cells = Cells::new();
        let (first_row, first_col) = range.start().unwrap_or_default();
        for (row, col, value) in range.used_cells() {
            let at = (first_row.saturating_add(row as u32), first_col.saturating_add(col as u32));
            self.keep(&mut cells, at, &value_of(value))?;
        }
        Ok(cells)
    }

    fn push(&mut self, name: Option<&str>, cells: Cells, merged: &[Dimensions]) {
        let table = self.n_sheets;
        self.n_sheets += 1;
        let spans: BTreeMap<(u32, u32), (u32, u32)> = merged
            .iter()
            .map(|range| {
                let rows = range.end.0.saturating_sub(range.start.0).saturating_add(1);
                let cols = range.end.1.saturating_sub(range.start.1).saturating_add(1);
                (range.start, (rows.min(self.limits.rows), cols.min(self.limits.cols)))
            })
            .collect();
        for ((row, col), value) in cells {
            let (rows, cols) = spans.get(&(row, col)).copied().unwrap_or((1, 1));
            let cell = Cell { table, sheet: name.map(str::to_owned), row, col, rows, cols };
            self.blocks.push(cell_block(value, cell));
        }
    }

    fn finish(mut self) -> (Vec<Block>, Vec<Diagnostic>) {
        if self.n_outside > 0 {
            self.diagnostics.push(Diagnostic::warning(
                format!("有{}个单元格远在正常范围之外，没有读", self.n_outside),
                "删去表格右下方多余的内容后再试",
            ));
        }
        (self.blocks, self.diagnostics)
    }
}

fn value_ref(value: &DataRef<'_>) -> String {
    match value {
        DataRef::Int(value) => value.to_string(),
        DataRef::Float(value) => float(*value),
        DataRef::String(value) => value.clone(),
        DataRef::SharedString(value) => (*value).to_owned(),
        DataRef::Bool(value) => if *value { "是" } else { "否" }.to_owned(),
        DataRef::DateTime(value) => date_time(value),
        DataRef::DateTimeIso(value) | DataRef::DurationIso(value) => iso(value),
        DataRef::Error(_) | DataRef::Empty => String::new(),
    }
}

fn value_of(value: &Data) -> String {
    match value {
        Data::Int(value) => value.to_string(),
        Data::Float(value) => float(*value),
        Data::String(value) => value.clone(),
        Data::Bool(value) => if *value { "是" } else { "否" }.to_owned(),
        Data::DateTime(value) => date_time(value),
        Data::DateTimeIso(value) | Data::DurationIso(value) => iso(value),
        _ => String::new(),
    }
}

/// A day as a spreadsheet shows it by default: ISO, without a time at midnight.
fn date_time(value: &ExcelDateTime) -> String {
    let (year, month, day, hour, minute, ..) = value.to_ymd_hms_milli();
    if value.is_duration() {
        return format!("{hour}:{minute:02}");
    }
    let date = format!("{year:04}-{month:02}-{day:02}");
    if hour == 0 && minute == 0 { date } else { format!("{date} {hour:02}:{minute:02}") }
}

fn iso(value: &str) -> String {
    value.trim_end_matches("T00:00:00").replace('T', " ")
}

fn float(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() < 1e15 { format!("{value:.0}") } else { value.to_string() }
}
