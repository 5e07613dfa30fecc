//! A document (文档) as it was read: its source, its blocks, its header facts, and places in it.

use std::fmt;

/// A source file (来源文件).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// Path as the user named it, with `/` between its parts.
    pub path: String,
    /// SHA-256 of the bytes, in lower-case hexadecimal: the identity of the document.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
    /// What the bytes turned out to be.
    pub format: Format,
}

/// A file format (格式), decided by content, not by extension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Format {
    /// Word 2007 and later.
    Docx,
    /// Excel 2007 and later.
    Xlsx,
    /// Excel 97–2003, and WPS `.et` files, which are the same inside.
    Xls,
    /// OpenDocument spreadsheet.
    Ods,
    /// Comma- or tab-separated values.
    Csv,
    /// PDF.
    Pdf,
    /// Web page.
    Html,
    /// Markdown.
    Markdown,
    /// Plain text.
    Text,
    /// None of the formats that can be read.
    Unknown,
}

impl Format {
    /// All formats, in the order of their declaration.
    pub const ALL: [Self; 10] = [
        Self::Docx,
        Self::Xlsx,
        Self::Xls,
        Self::Ods,
        Self::Csv,
        Self::Pdf,
        Self::Html,
        Self::Markdown,
        Self::Text,
        Self::Unknown,
    ];

    /// The name used in records and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Xls => "xls",
            Self::Ods => "ods",
            Self::Csv => "csv",
            Self::Pdf => "pdf",
            Self::Html => "html",
            Self::Markdown => "md",
            Self::Text => "txt",
            Self::Unknown => "unknown",
        }
    }

    /// The format of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.name() == name)
    }
}

/// How reading a file ended (读取结果).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Read whole.
    Read,
    /// Read, with parts left out; the diagnostics say which.
    Partial,
    /// Pages are pictures: needs text recognition first.
    NeedsOcr,
    /// Locked with a password.
    Encrypted,
    /// A format that cannot be read.
    Unsupported,
    /// Damaged.
    Corrupt,
    /// Beyond a limit of size, depth or ratio.
    TooBig,
    /// No bytes, or no text.
    Empty,
    /// Marked 秘密, 机密 or 绝密: not taken in unless the user insists.
    Classified,
}

impl Verdict {
    /// All verdicts, in the order of their declaration.
    pub const ALL: [Self; 9] = [
        Self::Read,
        Self::Partial,
        Self::NeedsOcr,
        Self::Encrypted,
        Self::Unsupported,
        Self::Corrupt,
        Self::TooBig,
        Self::Empty,
        Self::Classified,
    ];

    /// The name used in records and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Partial => "partial",
            Self::NeedsOcr => "needs_ocr",
            Self::Encrypted => "encrypted",
            Self::Unsupported => "unsupported",
            Self::Corrupt => "corrupt",
            Self::TooBig => "too_big",
            Self::Empty => "empty",
            Self::Classified => "classified",
        }
    }

    /// The verdict of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.name() == name)
    }

    /// Whether the document is taken in.
    pub fn is_usable(self) -> bool {
        matches!(self, Self::Read | Self::Partial)
    }
}

/// A block (段落／单元格): one paragraph or one table cell, in reading order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Block {
    /// What kind of block it is.
    pub kind: BlockKind,
    /// The text as a reader of the document sees it, automatic numbers included; never empty.
    /// Line breaks inside a cell or paragraph are `\n`.
    pub text: String,
    /// Page counted from 1, if the format has pages.
    pub page: Option<u32>,
    /// The table cell it fills, if it is one.
    pub cell: Option<Cell>,
}

/// The kind of a block (段落类别).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// The document's title, where the format marks one.
    Title,
    /// A heading of level 1–9, where the format marks one by style or outline level.
    Heading(u8),
    /// Body text; also headings of formats that do not mark them.
    Paragraph,
    /// A table cell.
    Cell,
}

/// A table cell (单元格): where it lies. Rows and columns count from 0.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// Which table of the document, counted from 0; each sheet is a table.
    pub table: u32,
    /// Sheet name, for spreadsheets.
    pub sheet: Option<String>,
    /// First row.
    pub row: u32,
    /// First column.
    pub col: u32,
    /// Rows covered, at least 1; more where cells are merged.
    pub rows: u32,
    /// Columns covered, at least 1.
    pub cols: u32,
}

impl Cell {
    /// The name a spreadsheet user knows, such as `C7`.
    pub fn name(&self) -> String {
        let mut letters = Vec::new();
        let mut rest = self.col + 1;
        while rest > 0 {
            letters.push(char::from(b'A' + ((rest - 1) % 26) as u8));
            rest = (rest - 1) / 26;
        }
        letters.iter().rev().collect::<String>() + &(self.row + 1).to_string()
    }
}

/// How sure a page number is (页码可信度).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Certainty {
    /// The format states it.
    Measured,
    /// Computed from layout.
    Estimated,
    /// No page is known.
    None,
}

impl Certainty {
    /// The name used in records and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Estimated => "estimated",
            Self::None => "none",
        }
    }
}

/// A place (出处): a range of characters in one block of one document. It always slices back to its quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// SHA-256 of the document.
    pub document: String,
    /// Block, counted from 0.
    pub block: u32,
    /// First character in the block, counted from 0.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
    /// Page counted from 1.
    pub page: Option<u32>,
    /// How sure the page is.
    pub page_certainty: Certainty,
    /// Sheet, for spreadsheets.
    pub sheet: Option<String>,
    /// Cell name such as `C7`, for tables.
    pub cell: Option<String>,
    /// Up to 20 characters before the range, so that it can be found again in a changed file.
    pub before: String,
    /// Up to 20 characters after the range.
    pub after: String,
}

impl Place {
    /// How many characters before and after are kept.
    pub const CONTEXT: usize = 20;

    /// The place of characters `start..end` of block number `block_idx`, which is `block`.
    pub fn in_block(document: &str, block_idx: usize, block: &Block, start: usize, end: usize) -> Self {
        let head: Vec<char> = block.text.chars().take(start).collect();
        Self {
            document: document.to_owned(),
            block: block_idx as u32,
            start: start as u32,
            end: end as u32,
            page: block.page,
            page_certainty: if block.page.is_some() { Certainty::Measured } else { Certainty::None },
            sheet: block.cell.as_ref().and_then(|cell| cell.sheet.clone()),
            cell: block.cell.as_ref().map(Cell::name),
            before: head[head.len().saturating_sub(Self::CONTEXT)..].iter().collect(),
            after: block.text.chars().skip(end).take(Self::CONTEXT).collect(),
        }
    }

    /// The characters of this place in the text of its block; `None` if the range is outside.
    pub fn slice<'a>(&self, text: &'a str) -> Option<&'a str> {
        let mut offsets = text.char_indices().map(|(byte, _)| byte).chain([text.len()]);
        let start = offsets.clone().nth(self.start as usize)?;
        let end = offsets.nth(self.end as usize)?;
        text.get(start..end)
    }

    /// The place in words: page or cell, else paragraph number counted from 1.
    pub fn in_words(&self) -> String {
        match (&self.sheet, &self.cell, self.page) {
            (Some(sheet), Some(cell), _) => format!("工作表“{sheet}”{cell}单元格"),
            (None, Some(cell), _) => format!("表格{cell}单元格"),
            (_, None, Some(page)) => format!("第{page}页第{}段", self.block + 1),
            (_, None, None) => format!("第{}段", self.block + 1),
        }
    }
}

/// A document genre (文种).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Genre {
    /// 反馈意见、反馈通报
    Feedback,
    /// 巡察报告
    Report,
    /// 整改方案
    Plan,
    /// 整改报告、整改通报
    Rectification,
    /// 台账、清单
    Ledger,
    /// 综合情况
    Summary,
    /// 专题报告
    Thematic,
    /// 公告、通知
    Notice,
    /// 其他
    Other,
}

impl Genre {
    /// All genres, in the order of their declaration.
    pub const ALL: [Self; 9] = [
        Self::Feedback,
        Self::Report,
        Self::Plan,
        Self::Rectification,
        Self::Ledger,
        Self::Summary,
        Self::Thematic,
        Self::Notice,
        Self::Other,
    ];

    /// The name used in records and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Feedback => "feedback",
            Self::Report => "report",
            Self::Plan => "plan",
            Self::Rectification => "rectification",
            Self::Ledger => "ledger",
            Self::Summary => "summary",
            Self::Thematic => "thematic",
            Self::Notice => "notice",
            Self::Other => "other",
        }
    }

    /// The Chinese term.
    pub fn term(self) -> &'static str {
        match self {
            Self::Feedback => "反馈意见",
            Self::Report => "巡察报告",
            Self::Plan => "整改方案",
            Self::Rectification => "整改报告",
            Self::Ledger => "问题台账",
            Self::Summary => "综合情况",
            Self::Thematic => "专题报告",
            Self::Notice => "公告通知",
            Self::Other => "其他",
        }
    }

    /// The genre of that name or Chinese term.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|genre| genre.name() == name || genre.term() == name)
    }
}

/// A calendar day (日期).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    /// Year, such as 2023.
    pub year: u16,
    /// Month, 1–12.
    pub month: u8,
    /// Day, 1–31.
    pub day: u8,
}

impl fmt::Display for Date {
    /// ISO 8601, `2023-03-06`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

impl std::str::FromStr for Date {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(3, '-');
        let mut next = || parts.next().and_then(|part| part.parse::<u16>().ok()).ok_or(());
        let (year, month, day) = (next()?, next()?, next()?);
        let narrow = |value: u16| u8::try_from(value).map_err(|_| ());
        Ok(Self { year, month: narrow(month)?, day: narrow(day)? })
    }
}

/// An inspection's period (巡察时间), both days included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// First day.
    pub start: Date,
    /// Last day.
    pub end: Date,
}

/// Header facts (巡察要素): what a document says of the inspection it belongs to.
#[derive(Debug, Clone, PartialEq)]
pub struct Header {
    /// Title.
    pub title: String,
    /// Genre.
    pub genre: Genre,
    /// Why it is of that genre, in Chinese.
    pub genre_reasons: Vec<String>,
    /// Inspecting body (巡察组).
    pub inspecting_body: Option<String>,
    /// Term and round (届次轮次), such as 六届市委第四轮.
    pub round: Option<String>,
    /// Inspection type: 常规, 专项, 提级, 机动, 交叉 or 回头看.
    pub inspection_type: Option<String>,
    /// Period of the inspection.
    pub period: Option<Period>,
    /// Day the findings were fed back.
    pub feedback_date: Option<Date>,
    /// Inspected units (被巡察党组织), in order of appearance.
    pub units: Vec<String>,
    /// Sectors (系统) the document concerns.
    pub sectors: Vec<String>,
    /// Secrecy marking (密级), as it stands in the document.
    pub marking: Option<String>,
}
