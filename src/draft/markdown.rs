//! The outline as Markdown.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::docx::note;
use crate::model::{Outline, Section, Table};

/// The outline as Markdown; the evidence of each sentence is a footnote.
pub fn markdown(outline: &Outline) -> String {
    let numbers: BTreeMap<&str, usize> =
        outline.evidence.iter().enumerate().map(|(at, evidence)| (evidence.finding.as_str(), at)).collect();
    let mut text = format!("# {}\n", outline.title);
    let mut notes: Vec<String> = Vec::new();
    for section in &outline.sections {
        let _ = write!(text, "\n{} {}\n", "#".repeat(usize::from(section.level) + 1), section.heading);
        for paragraph in paragraphs(section) {
            text.push('\n');
            for sentence in paragraph {
                text.push_str(&sentence.text);
                if let Some(line) = note(&sentence.evidence, &numbers, outline) {
                    notes.push(line);
                    let _ = write!(text, "[^{}]", notes.len());
                }
            }
            text.push('\n');
        }
        if let Some(table) = &section.table {
            write_table(table, &mut text);
        }
    }
    text.push('\n');
    for (at, note) in notes.iter().enumerate() {
        let _ = writeln!(text, "[^{}]: {note}", at + 1);
    }
    text
}

/// The sentences of a section, paragraph by paragraph.
pub(super) fn paragraphs(section: &Section) -> Vec<Vec<&crate::model::Sentence>> {
    let mut paragraphs: BTreeMap<u32, Vec<&crate::model::Sentence>> = BTreeMap::new();
    for sentence in &section.sentences {
        paragraphs.entry(sentence.paragraph).or_default().push(sentence);
    }
    paragraphs.into_values().collect()
}

fn write_table(table: &Table, text: &mut String) {
    let row = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "\\|")).collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let _ = write!(text, "\n{}\n\n", table.caption);
    text.push_str(&row(&table.header));
    text.push_str(&row(&vec!["---".to_owned(); table.header.len()]));
    for cells in &table.rows {
        text.push_str(&row(cells));
    }
}
