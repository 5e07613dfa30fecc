//! The outline as a Word document in the look of official documents (党政机关公文格式, GB/T 9704—2012).
//!
//! docx-rs makes the body; styles, settings and properties are our own, and every part is put into schema order.

use std::collections::BTreeMap;
use std::io::Cursor;

use docx_rs::{
    AlignmentType, DocGrid, DocGridType, Docx, FieldCharType, Footer, Footnote, InstrPAGE, InstrText, PageMargin,
    Paragraph, Run, RunFonts, Table as DocxTable, TableAlignmentType, TableCell, TableLayoutType, TableRow, VAlignType,
    WidthType,
};

use super::Brief;
use super::json::Manifest;
use super::markdown::paragraphs;
use super::schema_order::{in_schema_order, renumber};
use crate::diag::Error;
use crate::model::{Outline, Section, Table};

/// Lines on a page 22, characters on a line 28: the pitch of a line in twentieths of a point.
const LINE_PITCH: usize = 579;
/// Width of the type area (156 mm) in twentieths of a point.
const TEXT_WIDTH: usize = 8844;
/// Evidence named in one note; the annex has the rest.
const MAX_NOTED: usize = 3;

/// The outline as the bytes of a docx file.
///
/// # Errors
/// The package cannot be put together.
pub fn docx(outline: &Outline, brief: &Brief<'_>) -> Result<Vec<u8>, Error> {
    let numbers: BTreeMap<&str, usize> =
        outline.evidence.iter().enumerate().map(|(at, evidence)| (evidence.finding.as_str(), at)).collect();
    let mut document = Docx::new()
        .page_size(11906, 16838)
        .page_margin(PageMargin::new().top(2098).bottom(1984).left(1588).right(1474).header(851).footer(1300))
        .footer(Footer::new().add_paragraph(page_number(AlignmentType::Right)))
        .even_footer(Footer::new().add_paragraph(page_number(AlignmentType::Left)));
    let grid = DocGrid::new().grid_type(DocGridType::Lines).line_pitch(LINE_PITCH);
    document.document.section_property = document.document.section_property.clone().doc_grid(grid);
    document = document.add_paragraph(styled("Marking", "内部资料  注意保存"));
    document = document.add_paragraph(styled("Title", &outline.title));
    let mut n_notes = 0;
    for section in &outline.sections {
        if section.heading.starts_with("附件") {
            document = signature(document, brief);
        }
        document = add_section(document, section, outline, &numbers, &mut n_notes);
    }
    let mut parts = document.build();
    parts.styles = include_bytes!("styles.xml").to_vec();
    parts.settings = SETTINGS.as_bytes().to_vec();
    parts.doc_props.core = core(outline, brief).into_bytes();
    for part in [&mut parts.document, &mut parts.footnotes, &mut parts.comments, &mut parts.numberings]
        .into_iter()
        .chain(&mut parts.footers)
    {
        *part = in_schema_order(part);
    }
    renumber(&mut [&mut parts.document, &mut parts.document_rels], "rIdFooter");
    let mut packed = Cursor::new(Vec::new());
    parts
        .pack(&mut packed)
        .map_err(|error| Error::new("公文稿打包失败", "换成 .md 格式再试，并告知开发者").because(&error))?;
    Ok(packed.into_inner())
}

fn styled(style: &str, text: &str) -> Paragraph {
    Paragraph::new().style(style).add_run(Run::new().add_text(text))
}

fn page_number(side: AlignmentType) -> Paragraph {
    let run = Run::new()
        .fonts(RunFonts::new().east_asia("宋体").ascii("宋体").hi_ansi("宋体"))
        .size(28)
        .add_text("— ")
        .add_field_char(FieldCharType::Begin, false)
        .add_instr_text(InstrText::PAGE(InstrPAGE::new()))
        .add_field_char(FieldCharType::Separate, false)
        .add_text("1")
        .add_field_char(FieldCharType::End, false)
        .add_text(" —");
    let paragraph = Paragraph::new().style("Footer").align(side);
    let indented = match side {
        AlignmentType::Right => paragraph.indent(Some(0), None, Some(320), None),
        _ => paragraph.indent(Some(320), None, None, None),
    };
    indented.add_run(run)
}

fn add_section(
    mut document: Docx,
    section: &Section,
    outline: &Outline,
    numbers: &BTreeMap<&str, usize>,
    n_notes: &mut usize,
) -> Docx {
    let heading = styled(&format!("Heading{}", section.level.clamp(1, 3)), &section.heading);
    let is_annex = section.heading.starts_with("附件");
    document = document.add_paragraph(if is_annex { heading.page_break_before(true) } else { heading });
    for sentences in paragraphs(section) {
        let mut paragraph = Paragraph::new().style("Normal");
        for sentence in sentences {
            paragraph = paragraph.add_run(Run::new().add_text(&sentence.text));
            // A note for every sentence that rests on a few findings; sums are led back by the annex and the manifest.
            if let Some(line) = note(&sentence.evidence, numbers, outline) {
                *n_notes += 1;
                let text = Paragraph::new().style("FootnoteText").add_run(Run::new().add_text(line));
                let footnote = Footnote { id: *n_notes, content: vec![text] };
                paragraph = paragraph.add_run(Run::new().style("FootnoteReference").add_footnote_reference(footnote));
            }
        }
        document = document.add_paragraph(paragraph);
    }
    match &section.table {
        Some(table) if !table.rows.is_empty() => {
            document.add_paragraph(styled("Caption", &table.caption)).add_table(docx_table(table))
        }
        _ => document,
    }
}

fn signature(document: Docx, brief: &Brief<'_>) -> Docx {
    let today = format!("{}年{}月{}日", brief.today.year, brief.today.month, brief.today.day);
    document
        .add_paragraph(styled("Normal", ""))
        .add_paragraph(styled("Signature", brief.office))
        .add_paragraph(styled("Signature", &today))
}

/// The note under a sentence: where its evidence stands; `None` where there is none.
pub(super) fn note(ids: &[String], numbers: &BTreeMap<&str, usize>, outline: &Outline) -> Option<String> {
    let places = ids
        .iter()
        .filter_map(|id| numbers.get(id.as_str()))
        .filter_map(|&at| outline.evidence.get(at).map(|it| (at, it)));
    let places: Vec<(usize, String)> =
        places.take(MAX_NOTED).map(|(at, it)| (at, source(&it.title, &it.place.in_words()))).collect();
    note_line(&places, ids.len())
}

/// The same note from a manifest.
pub(super) fn note_of_manifest(ids: &[String], manifest: &Manifest) -> Option<String> {
    let found =
        ids.iter().filter_map(|id| manifest.evidence.iter().enumerate().find(|(_, evidence)| evidence.finding == *id));
    let places: Vec<(usize, String)> =
        found.take(MAX_NOTED).map(|(at, it)| (at, source(&it.title, &it.place().in_words()))).collect();
    note_line(&places, ids.len())
}

fn source(title: &str, place: &str) -> String {
    format!("《{title}》{place}")
}

fn note_line(places: &[(usize, String)], n_all: usize) -> Option<String> {
    if places.is_empty() {
        return None;
    }
    let listed: Vec<String> = places.iter().map(|(at, source)| format!("{source}（依据{}）", at + 1)).collect();
    let more =
        if n_all > places.len() { format!("等{n_all}条，全部出处见来源清单") } else { String::new() };
    Some(format!("见{}{more}", listed.join("；")))
}

fn docx_table(table: &Table) -> DocxTable {
    let widths = widths(table);
    let row = |cells: &[String], style: &str| {
        let cells = cells.iter().zip(&widths).map(|(text, width)| {
            TableCell::new()
                .width(*width, WidthType::Dxa)
                .vertical_align(VAlignType::Center)
                .add_paragraph(styled(style, text))
        });
        TableRow::new(cells.collect()).cant_split()
    };
    let mut rows = vec![row(&table.header, "TableHead")];
    rows.extend(table.rows.iter().map(|cells| row(cells, "TableText")));
    DocxTable::new(rows)
        .set_grid(widths.clone())
        .width(TEXT_WIDTH, WidthType::Dxa)
        .layout(TableLayoutType::Fixed)
        .align(TableAlignmentType::Center)
}

/// Column widths in proportion to the longest text of each column, within bounds.
fn widths(table: &Table) -> Vec<usize> {
    let longest = |col: usize| {
        let lengths =
            table.rows.iter().chain([&table.header]).filter_map(|row| row.get(col)).map(|text| text.chars().count());
        lengths.max().unwrap_or(1).clamp(6, 28)
    };
    let weights: Vec<usize> = (0..table.header.len()).map(longest).collect();
    let total: usize = weights.iter().sum();
    weights.iter().map(|weight| TEXT_WIDTH * weight / total.max(1)).collect()
}

const SETTINGS: &str = r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:settings xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:zoom w:percent="100"/><w:evenAndOddHeaders/><w:characterSpacingControl w:val="compressPunctuation"/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>"#;

fn core(outline: &Outline, brief: &Brief<'_>) -> String {
    let day = format!("{}T00:00:00Z", brief.today);
    let title = outline.title.replace('&', "&amp;").replace('<', "&lt;");
    format!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>{title}</dc:title><dc:creator>见林</dc:creator><dcterms:created xsi:type="dcterms:W3CDTF">{day}</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">{day}</dcterms:modified></cp:coreProperties>"#
    )
}
