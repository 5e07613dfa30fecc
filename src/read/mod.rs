//! Reading (读取): bytes to blocks of text. The only owner of every parser.
//!
//! The format is told by content, not by the file's extension. Reading is total: a strange file gives a verdict and
//! a diagnostic. One file per format; [`Limits`] bounds all of them. A parser that panics is stopped here; running
//! parsers in a process of their own would be put at this same place.

mod archive;
mod docx;
mod html;
mod limits;
mod numbering;
mod pdf;
mod sheet;
mod text;
mod xml;

use std::panic::{AssertUnwindSafe, catch_unwind};

pub use limits::Limits;

use crate::diag::Diagnostic;
use crate::model::{Block, BlockKind, Cell, Format, Verdict};

/// What reading a file gave (读取所得).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Read {
    /// What the bytes are.
    pub format: Format,
    /// How it ended.
    pub verdict: Verdict,
    /// The text in reading order; empty unless the verdict is usable.
    pub blocks: Vec<Block>,
    /// What there is to say about it.
    pub diagnostics: Vec<Diagnostic>,
}

/// Why a file gives no text: the verdict and what to tell the user.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Refusal {
    verdict: Verdict,
    diagnostic: Diagnostic,
}

impl Refusal {
    fn new(verdict: Verdict, message: &str, hint: &str) -> Self {
        Self { verdict, diagnostic: Diagnostic::warning(message, hint) }
    }

    fn corrupt(what: &str) -> Self {
        Self::new(Verdict::Corrupt, &format!("文件已损坏，{what}"), "用原软件打开并另存一份，或向提供单位重新索取")
    }

    fn too_big(what: &str) -> Self {
        Self::new(Verdict::TooBig, &format!("文件过大，{what}"), "拆成几个文件，或删去无关的表、图后再试")
    }
}

/// Blocks and the diagnostics about what was left out.
type Parsed = Result<(Vec<Block>, Vec<Diagnostic>), Refusal>;

/// Reads a file: `name` helps only to tell text formats apart.
pub fn read(name: &str, bytes: &[u8], limits: &Limits) -> Read {
    let format = detect(name, bytes);
    // A panic inside a parser is that parser's bug, not the user's: the run goes on without the file.
    let parsed = catch_unwind(AssertUnwindSafe(|| parse(format, bytes, limits)));
    let parsed = parsed.unwrap_or_else(|_| Err(Refusal::corrupt("内容无法解析")));
    match parsed {
        Ok((mut blocks, diagnostics)) => {
            blocks.retain(|block| !block.text.trim().is_empty());
            if blocks.is_empty() {
                return refused(
                    format,
                    Refusal::new(Verdict::Empty, "文件里没有文字", "确认文件内容；如是图片，先做文字识别"),
                );
            }
            let is_partial = diagnostics.iter().any(|it| it.severity == crate::diag::Severity::Warning);
            let verdict = if is_partial { Verdict::Partial } else { Verdict::Read };
            Read { format, verdict, blocks, diagnostics }
        }
        Err(refusal) => refused(format, refusal),
    }
}

fn refused(format: Format, refusal: Refusal) -> Read {
    Read { format, verdict: refusal.verdict, blocks: Vec::new(), diagnostics: vec![refusal.diagnostic] }
}

fn parse(format: Format, bytes: &[u8], limits: &Limits) -> Parsed {
    if bytes.is_empty() {
        return Err(Refusal::new(Verdict::Empty, "是空文件（0字节）", "重新复制或下载这个文件"));
    }
    if bytes.len() as u64 > limits.file_bytes {
        return Err(Refusal::too_big(&format!("超过{}MB", limits.file_bytes >> 20)));
    }
    match format {
        Format::Docx => docx::parse(bytes, limits),
        Format::Xlsx => sheet::parse_xlsx(bytes, limits),
        Format::Xls => sheet::parse_xls(bytes, limits),
        Format::Ods => sheet::parse_ods(bytes, limits),
        Format::Csv => sheet::parse_csv(bytes, limits),
        Format::Pdf => pdf::parse(bytes, limits),
        Format::Html => html::parse(bytes, limits),
        Format::Markdown => text::parse_markdown(bytes, limits),
        Format::Text => text::parse(bytes, limits),
        Format::Unknown => Err(unknown(bytes, limits)),
    }
}

/// Tells the format by content; the extension only decides between kinds of text.
fn detect(name: &str, bytes: &[u8]) -> Format {
    if bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"PK\x05\x06") {
        return archive::kind(bytes);
    }
    if bytes.starts_with(&CFB) {
        return if contains_utf16(bytes, "Workbook") || contains_utf16(bytes, "Book") {
            Format::Xls
        } else {
            Format::Unknown
        };
    }
    if bytes.len() > 4 && bytes[..bytes.len().min(1024)].windows(5).any(|window| window == b"%PDF-") {
        return Format::Pdf;
    }
    if PICTURES.iter().any(|magic| bytes.starts_with(magic))
        || bytes.starts_with(b"{\\rtf")
        || bytes.starts_with(b"Rar!")
        || bytes.starts_with(b"7z\xbc\xaf")
    {
        return Format::Unknown;
    }
    if !bytes.is_empty() && text::is_binary(bytes) {
        return Format::Unknown;
    }
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase()).unwrap_or_default();
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(2048)]).to_ascii_lowercase();
    let is_html =
        head.contains("<html") || head.contains("<!doctype html") || head.contains("<body") || head.contains("<div");
    match extension.as_str() {
        _ if is_html => Format::Html,
        "htm" | "html" => Format::Html,
        "csv" | "tsv" => Format::Csv,
        "md" | "markdown" => Format::Markdown,
        // An empty workbook is still a workbook to the user.
        "xlsx" if bytes.is_empty() => Format::Xlsx,
        "docx" if bytes.is_empty() => Format::Docx,
        _ => Format::Text,
    }
}

const CFB: [u8; 8] = [0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1];
const PICTURES: [&[u8]; 6] = [b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*"];

/// Whether the directory of a compound file names this stream.
fn contains_utf16(bytes: &[u8], name: &str) -> bool {
    let wanted: Vec<u8> = name.encode_utf16().flat_map(u16::to_le_bytes).chain([0, 0]).collect();
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// Says what an unreadable file is.
fn unknown(bytes: &[u8], limits: &Limits) -> Refusal {
    if bytes.starts_with(&CFB) {
        if contains_utf16(bytes, "EncryptedPackage") {
            return Refusal::new(Verdict::Encrypted, "文件有密码，打不开", "去掉密码后另存一份，再运行一次");
        }
        if contains_utf16(bytes, "WordDocument") {
            return Refusal::new(
                Verdict::Unsupported,
                "是旧版Word或WPS文档（.doc/.wps），暂不能读",
                "用Word或WPS打开，另存为.docx后再试",
            );
        }
        return Refusal::new(
            Verdict::Unsupported,
            "是暂不能读的旧版办公文档",
            "用原软件打开，另存为.docx或.xlsx后再试",
        );
    }
    if bytes.starts_with(b"PK") {
        return archive::describe(bytes, limits);
    }
    if bytes.starts_with(b"{\\rtf") {
        return Refusal::new(Verdict::Unsupported, "是RTF文档，暂不能读", "用Word或WPS打开，另存为.docx后再试");
    }
    if bytes.starts_with(b"Rar!") || bytes.starts_with(b"7z\xbc\xaf") {
        return Refusal::new(Verdict::Unsupported, "是压缩包（rar或7z），暂不能读", "先解压，再读入解压出来的文件夹");
    }
    if PICTURES.iter().any(|magic| bytes.starts_with(magic)) {
        return Refusal::new(Verdict::NeedsOcr, "是图片，没有可读的文字", "先做文字识别，或改用电子原件");
    }
    Refusal::new(
        Verdict::Unsupported,
        "不是文字文件，也不是能读的办公文档",
        "能读的有.docx、.xlsx、.xls、.ods、.csv、.pdf、.html、.md、.txt",
    )
}

/// A block of body text.
fn paragraph(text: impl Into<String>) -> Block {
    Block { kind: BlockKind::Paragraph, text: text.into(), page: None, cell: None }
}

/// A block that fills one table cell.
fn cell_block(text: impl Into<String>, cell: Cell) -> Block {
    Block { kind: BlockKind::Cell, text: text.into(), page: None, cell: Some(cell) }
}

/// Text without control characters, with `\n` for every kind of line break and no white space at its ends.
fn tidy(text: &str) -> String {
    let unified = text.replace("\r\n", "\n").replace(['\r', '\u{b}', '\u{c}', '\u{2028}', '\u{2029}'], "\n");
    let kept: String = unified
        .chars()
        .filter(|character| *character == '\n' || *character == '\t' || !character.is_control())
        .filter(|character| !matches!(character, '\u{200b}'..='\u{200f}' | '\u{feff}' | '\u{2060}'))
        .map(|character| if character == '\u{a0}' { ' ' } else { character })
        .collect();
    kept.trim().to_owned()
}
