//! Plain text and Markdown (纯文本): encoding, then paragraphs.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8, UTF_16BE, UTF_16LE};

use super::{Limits, Parsed, Refusal, cell_block, paragraph, tidy};
use crate::diag::Diagnostic;
use crate::model::{Block, BlockKind, Cell, Verdict};

/// Reads plain text.
pub(super) fn parse(bytes: &[u8], limits: &Limits) -> Parsed {
    let (decoded, diagnostics) = decode(bytes)?;
    if decoded.len() / 3 > limits.chars {
        return Err(Refusal::too_big("文字太多"));
    }
    let lines: Vec<&str> = decoded.lines().collect();
    let blocks = if is_hard_wrapped(&lines) { joined(&lines) } else { lines.iter().map(|line| tidy(line)).collect() };
    Ok((blocks.into_iter().filter(|text| !text.is_empty()).map(paragraph).collect(), diagnostics))
}

/// Reads Markdown: headings by `#`, tables by `|`; marks of lists and emphasis are taken off.
pub(super) fn parse_markdown(bytes: &[u8], limits: &Limits) -> Parsed {
    let (decoded, diagnostics) = decode(bytes)?;
    if decoded.len() / 3 > limits.chars {
        return Err(Refusal::too_big("文字太多"));
    }
    let mut blocks = Vec::new();
    let (mut table, mut row, mut in_table) = (0, 0, false);
    for line in decoded.lines() {
        let line = line.trim();
        if line.starts_with('|') {
            let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
            let is_rule =
                cells.iter().all(|cell| !cell.is_empty() && cell.chars().all(|character| "-: ".contains(character)));
            if is_rule {
                continue;
            }
            in_table = true;
            for (col, text) in cells.iter().enumerate().filter(|(_, text)| !text.is_empty()) {
                let cell = Cell { table, sheet: None, row, col: col as u32, rows: 1, cols: 1 };
                blocks.push(cell_block(unmarked(text), cell));
            }
            row += 1;
            continue;
        }
        if in_table {
            (table, row, in_table) = (table + 1, 0, false);
        }
        let level = line.chars().take_while(|character| *character == '#').count();
        let is_heading = (1..=6).contains(&level) && line[level..].starts_with(' ');
        let text = if is_heading {
            unmarked(&line[level..])
        } else {
            unmarked(line.trim_start_matches("- ").trim_start_matches("> "))
        };
        let kind = match (is_heading, level) {
            (true, 1) if blocks.is_empty() => BlockKind::Title,
            (true, _) => BlockKind::Heading(level as u8),
            _ => BlockKind::Paragraph,
        };
        if !text.is_empty() && line != "---" {
            blocks.push(Block { kind, ..paragraph(text) });
        }
    }
    Ok((blocks, diagnostics))
}

fn unmarked(text: &str) -> String {
    tidy(&text.replace("**", "").replace("__", "").replace('`', ""))
}

/// Whether bytes are no text in any encoding: many control characters, or zero bytes without the pattern of UTF-16.
pub(super) fn is_binary(bytes: &[u8]) -> bool {
    if bytes.starts_with(b"\xff\xfe") || bytes.starts_with(b"\xfe\xff") || std::str::from_utf8(bytes).is_ok() {
        return bytes.iter().filter(|byte| is_control(**byte)).count() * 20 > bytes.len();
    }
    let sample = &bytes[..bytes.len().min(1 << 16)];
    if utf16(sample).is_some() {
        return false;
    }
    let n_control = sample.iter().filter(|byte| is_control(**byte)).count();
    n_control * 100 > sample.len()
}

fn is_control(byte: u8) -> bool {
    byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r' | 0x0c) || byte == 0x7f
}

/// Text in whatever encoding it is, and what had to be replaced.
pub(super) fn decode(bytes: &[u8]) -> Result<(String, Vec<Diagnostic>), Refusal> {
    if let Some((encoding, skip)) = Encoding::for_bom(bytes) {
        return decode_as(encoding, &bytes[skip..]);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok((text.to_owned(), Vec::new()));
    }
    if let Some(encoding) = utf16(bytes) {
        return decode_as(encoding, bytes);
    }
    // A file pasted together from two systems: each line is in one of the two encodings.
    let lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let n_utf8 = lines.iter().filter(|line| !line.is_ascii() && std::str::from_utf8(line).is_ok()).count();
    let n_other = lines.iter().filter(|line| std::str::from_utf8(line).is_err()).count();
    if n_utf8 > n_other / 4 && n_utf8 > 1 && n_other > 0 {
        let decoded: Vec<String> = lines
            .iter()
            .map(|line| match std::str::from_utf8(line) {
                Ok(text) => text.to_owned(),
                Err(_) => GB18030.decode_without_bom_handling(line).0.into_owned(),
            })
            .collect();
        return finish(decoded.join("\n"));
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    // GB18030 holds all of GBK. Western guesses for text that reads as Chinese are wrong.
    let chinese = GB18030.decode_without_bom_handling(bytes).0;
    let is_western = guess.name().starts_with("windows-12") || guess.name().starts_with("ISO-8859") || guess == UTF_8;
    if guess.name() == "GBK" || guess == GB18030 || is_western && han_share(&chinese) > 0.3 {
        return decode_as(GB18030, bytes);
    }
    decode_as(guess, bytes)
}

fn decode_as(encoding: &'static Encoding, bytes: &[u8]) -> Result<(String, Vec<Diagnostic>), Refusal> {
    finish(encoding.decode_without_bom_handling(bytes).0.into_owned())
}

fn finish(text: String) -> Result<(String, Vec<Diagnostic>), Refusal> {
    let n_chars = text.chars().count();
    let n_replaced = text.chars().filter(|character| *character == '\u{fffd}').count();
    let n_odd = text.chars().filter(|character| character.is_control() && !character.is_whitespace()).count();
    if (n_replaced + n_odd) * 20 > n_chars {
        return Err(Refusal::new(
            Verdict::Corrupt,
            "文字编码认不出来，读出来是乱码",
            "用记事本打开，另存为UTF-8编码后再试",
        ));
    }
    let mut diagnostics = Vec::new();
    if n_replaced > 0 {
        diagnostics
            .push(Diagnostic::warning(format!("有{n_replaced}个字符认不出来，显示为“\u{fffd}”"), "对照原件核对这些字"));
    }
    Ok((text, diagnostics))
}

/// The share of common Chinese characters among all that are not ASCII.
fn han_share(text: &str) -> f64 {
    let n_other = text.chars().filter(|character| !character.is_ascii()).count();
    let n_han = text.chars().filter(|character| ('\u{4e00}'..='\u{9fa5}').contains(character)).count();
    n_han as f64 / n_other.max(1) as f64
}

/// UTF-16 without a mark: read so, nearly all of it is ASCII, Chinese or full-width.
fn utf16(bytes: &[u8]) -> Option<&'static Encoding> {
    if bytes.len() < 4 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let sample = &bytes[..bytes.len().min(4096)];
    [UTF_16LE, UTF_16BE].into_iter().find(|encoding| {
        let text = encoding.decode_without_bom_handling(sample).0;
        let n_chars = text.chars().count();
        let is_usual = |character: char| {
            matches!(character, '\u{4e00}'..='\u{9fa5}' | '\u{3000}'..='\u{303f}' | '\u{ff00}'..='\u{ffef}' | ' '..='~' | '\n' | '\r' | '\t')
        };
        let n_usual = text.chars().filter(|character| is_usual(*character)).count();
        let has_mark = text.chars().any(|character| "\n，。、".contains(character));
        n_usual * 100 >= n_chars * 97 && has_mark
    })
}

/// Whether lines are broken at a fixed width rather than at the end of paragraphs.
fn is_hard_wrapped(lines: &[&str]) -> bool {
    let widths: Vec<usize> =
        lines.iter().map(|line| line.trim_end().chars().count()).filter(|width| *width > 0).collect();
    let Some(&widest) = widths.iter().max() else { return false };
    let n_full = lines.iter().filter(|line| is_full(line, widest)).count();
    (20..=120).contains(&widest) && widths.len() >= 8 && n_full * 2 > widths.len()
}

/// A line that reaches the right margin: the sentence goes on in the next one.
fn is_full(line: &str, widest: usize) -> bool {
    line.trim_end().chars().count() + 2 >= widest
}

/// Joins hard-wrapped lines: a paragraph ends with a line that is not full, or before an indent or an empty line.
fn joined(lines: &[&str]) -> Vec<String> {
    let widest = lines.iter().map(|line| line.trim_end().chars().count()).max().unwrap_or(0);
    let mut paragraphs: Vec<String> = Vec::new();
    let mut is_open = false;
    for line in lines {
        let is_indented = line.starts_with("　") || line.starts_with("  ") || line.starts_with('\t');
        let text = tidy(line);
        match paragraphs.last_mut().filter(|_| is_open && !is_indented) {
            Some(last) => last.push_str(&text),
            None => paragraphs.push(text.clone()),
        }
        is_open = is_full(line, widest) && !text.is_empty();
    }
    paragraphs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        let text = "巡察组指出，化肥储备不足。\n账外设账。";
        let gb = GB18030.encode(text).0;
        assert_eq!(decode(&gb).unwrap().0, text);
        let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        assert_eq!(decode(&utf16).unwrap().0, text);
        let mut mixed = "第一行，往来款长期挂账。\n第二行，合同缺失。\n".as_bytes().to_vec();
        mixed.extend_from_slice(&GB18030.encode("第三行，租金未收。").0);
        assert!(decode(&mixed).unwrap().0.ends_with("第三行，租金未收。"));
    }

    #[test]
    fn wrapped_lines_are_joined() {
        let line = "　　一二三四五六七八九十一二三四五六七八";
        let next = "九十一二三四五六七八九十一二三四五六七八";
        let text = format!("{line}\n{next}\n尾。\n{line}\n{next}\n{next}\n{next}\n尾。\n");
        let (blocks, _) = parse(text.as_bytes(), &Limits::OFFICE).unwrap();
        assert_eq!(blocks.len(), 2);
    }
}
