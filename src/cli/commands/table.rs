//! Tables as files: CSV that Excel opens as it is, and Excel's own format.

use std::path::Path;

use rust_xlsxwriter::{Format, Workbook};

use super::super::args::Listing;
use super::super::ui::{Ui, clean};
use crate::diag::Error;

/// A cell.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Cell {
    Text(String),
    Number(f64),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<usize> for Cell {
    fn from(number: usize) -> Self {
        Self::Number(number as f64)
    }
}

impl Cell {
    fn shown(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
        }
    }
}

/// A table: names of the columns, widths in characters, rows.
pub(crate) struct Table {
    pub(crate) head: Vec<(String, u16)>,
    pub(crate) rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Writes the files that were asked for and says so; whether any was.
    pub(crate) fn write(&self, csv: Option<&Path>, xlsx: Option<&Path>, ui: &Ui) -> Result<bool, Error> {
        if let Some(file) = csv {
            self.write_csv(file)?;
        }
        if let Some(file) = xlsx {
            self.write_xlsx(file)?;
        }
        for file in csv.iter().chain(&xlsx) {
            ui.say(&format!("{}：已写出{}行", file.display(), self.rows.len()));
        }
        Ok(csv.is_some() || xlsx.is_some())
    }

    /// Writes the file, as its ending says, and tells how many rows it has.
    pub(crate) fn save(&self, file: &Path) -> Result<usize, Error> {
        match file.extension().and_then(|it| it.to_str()) {
            Some("csv") => self.write_csv(file)?,
            Some("xlsx") => self.write_xlsx(file)?,
            _ => {
                return Err(Error::new(
                    format!("{}：不知道写成什么格式", file.display()),
                    "文件名以 .xlsx 或 .csv 结尾",
                ));
            }
        }
        Ok(self.rows.len())
    }

    fn write_csv(&self, file: &Path) -> Result<(), Error> {
        let quoted = |text: String| format!("\"{}\"", text.replace('"', "\"\"").replace('\n', " "));
        // The mark tells Excel that the file is UTF-8.
        let head: Vec<&str> = self.head.iter().map(|(name, _)| name.as_str()).collect();
        let mut text = format!("\u{feff}{}\r\n", head.join(","));
        for row in &self.rows {
            text.push_str(&row.iter().map(|cell| quoted(cell.shown())).collect::<Vec<_>>().join(","));
            text.push_str("\r\n");
        }
        std::fs::write(file, text).map_err(|error| cannot_write(file, &error))
    }

    fn write_xlsx(&self, file: &Path) -> Result<(), Error> {
        /// Rows of a sheet, the head among them.
        const MOST: usize = 1_048_576;
        /// Characters of a cell.
        const LONGEST: usize = 32_767;
        if self.rows.len() >= MOST {
            return Err(Error::new(
                format!("{}：共{}行，一张Excel表放不下", file.display(), self.rows.len()),
                "改用 --csv，或加条件分次导出",
            ));
        }
        let mut book = Workbook::new();
        let mut fill = || -> Result<(), rust_xlsxwriter::XlsxError> {
            let sheet = book.add_worksheet();
            let head = Format::new().set_bold();
            for (col, (name, width)) in (0u16..).zip(&self.head) {
                sheet.write_string_with_format(0, col, name, &head)?;
                sheet.set_column_width(col, f64::from(*width))?;
            }
            sheet.set_freeze_panes(1, 0)?;
            for (row_idx, row) in (1u32..).zip(&self.rows) {
                for (col, cell) in (0u16..).zip(row) {
                    match cell {
                        Cell::Text(text) if text.chars().count() > LONGEST => {
                            let cut: String = text.chars().take(LONGEST - 1).chain(['…']).collect();
                            sheet.write_string(row_idx, col, cut)?
                        }
                        Cell::Text(text) => sheet.write_string(row_idx, col, text)?,
                        Cell::Number(number) => sheet.write_number(row_idx, col, *number)?,
                    };
                }
            }
            Ok(())
        };
        // The time of writing is no part of the file: the same hits give the same bytes.
        let filled = fill();
        let epoch = rust_xlsxwriter::ExcelDateTime::from_ymd(2000, 1, 1);
        filled
            .and_then(|()| {
                let properties = rust_xlsxwriter::DocProperties::new().set_creation_datetime(&epoch?);
                book.set_properties(&properties);
                book.save(file)
            })
            .map_err(|error| cannot_write(file, &error))
    }
}

fn cannot_write(file: &Path, error: &(dyn std::error::Error + 'static)) -> Error {
    Error::new(format!("{}：写不进去", file.display()), "检查目录权限和磁盘空间；文件正开着的，先关闭它").because(error)
}

impl Listing {
    /// Whether the hits go to a file.
    pub(crate) fn has_file(&self) -> bool {
        self.csv.is_some() || self.xlsx.is_some()
    }
}

/// A text for a cell: no control characters.
pub(crate) fn text(text: &str) -> Cell {
    Cell::Text(clean(text))
}
