//! The outline (提纲) of a thematic report: sections of sentences that each rest on findings.

use super::Place;

/// An outline (专题报告提纲).
#[derive(Debug, Clone, PartialEq)]
pub struct Outline {
    /// Title.
    pub title: String,
    /// What it was made from.
    pub made_from: MadeFrom,
    /// Sections in reading order.
    pub sections: Vec<Section>,
    /// Every finding that a sentence rests on, in order of first use: number `i + 1` in the draft.
    pub evidence: Vec<Evidence>,
}

/// What an outline was made from (来源说明).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MadeFrom {
    /// The documents.
    pub inputs: Vec<Input>,
    /// Version of the program.
    pub version: String,
    /// Hash of the journal of decisions at that moment.
    pub journal: String,
}

/// One document an outline was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// Path.
    pub path: String,
    /// SHA-256.
    pub sha256: String,
}

/// A section (章节).
#[derive(Debug, Clone, PartialEq)]
pub struct Section {
    /// 1–4: 一、 （一） 1. （1）
    pub level: u8,
    /// Heading with its number.
    pub heading: String,
    /// Sentences; consecutive ones with the same `paragraph` form one paragraph.
    pub sentences: Vec<Sentence>,
    /// A table after the sentences.
    pub table: Option<Table>,
}

/// A sentence (句子) and what it rests on.
#[derive(Debug, Clone, PartialEq)]
pub struct Sentence {
    /// The text, with its closing mark.
    pub text: String,
    /// What kind of sentence it is.
    pub kind: SentenceKind,
    /// Paragraph within the section, counted from 0.
    pub paragraph: u32,
    /// Findings it rests on; empty only for prompts.
    pub evidence: Vec<String>,
    /// The figures it states.
    pub figures: Vec<Figure>,
}

/// The kind of a sentence (句子类别).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SentenceKind {
    /// Figures computed from records.
    Computed,
    /// Verbatim words of a document.
    Quoted,
    /// A bracketed prompt for the writer （【待研判：…】）; states nothing.
    Prompt,
}

/// A figure (数字) in a sentence: its value, and what it counts.
#[derive(Debug, Clone, PartialEq)]
pub struct Figure {
    /// The value.
    pub value: f64,
    /// What is counted: `units`, `base_units`, `findings`, `documents`, `rounds`, `themes`, `amount_yuan`, `percent`.
    pub of: String,
}

/// A table (表格).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Caption.
    pub caption: String,
    /// Header row.
    pub header: Vec<String>,
    /// Rows, each as long as the header.
    pub rows: Vec<Vec<String>>,
}

/// A finding as evidence (证据): enough to find it again in its document.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// The finding.
    pub finding: String,
    /// Its document's path.
    pub path: String,
    /// Its document's title.
    pub title: String,
    /// The unit.
    pub unit: Option<String>,
    /// The round.
    pub round: Option<String>,
    /// Where it stands.
    pub place: Place,
    /// The verbatim words.
    pub quote: String,
}
