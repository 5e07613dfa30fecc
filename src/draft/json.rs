//! The outline as JSON, and the manifest (来源清单) that goes beside every draft and lets it be verified.

use serde::{Deserialize, Serialize};

use crate::diag::Error;
use crate::model::{Certainty, Evidence, Outline, Place, SentenceKind};

/// A manifest (来源清单): what a draft says and what each sentence rests on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Manifest {
    /// Title.
    pub title: String,
    /// What it was made from.
    pub made_from: MadeFrom,
    /// Sections.
    pub sections: Vec<Section>,
    /// Everything the sentences rest on.
    pub evidence: Vec<Anchored>,
    /// SHA-256 of the draft as it was written; absent in the JSON form itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub draft_sha256: Option<String>,
}

/// What the draft was made from.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MadeFrom {
    /// Documents.
    pub inputs: Vec<Input>,
    /// Version of the program.
    pub version: String,
    /// Hash of the journal.
    pub journal: String,
}

/// A document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// Path.
    pub path: String,
    /// SHA-256.
    pub sha256: String,
}

/// A section.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Section {
    /// Level, 1 the outermost.
    pub level: u8,
    /// Heading.
    pub heading: String,
    /// Sentences.
    pub sentences: Vec<Sentence>,
    /// Table: header row, then rows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub table: Option<Table>,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Table {
    /// Caption.
    pub caption: String,
    /// Header row.
    pub header: Vec<String>,
    /// Rows.
    pub rows: Vec<Vec<String>>,
}

/// A sentence.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sentence {
    /// Text.
    pub text: String,
    /// `computed`, `quoted` or `prompt`.
    pub kind: String,
    /// Paragraph in the section.
    pub paragraph: u32,
    /// Ids it rests on.
    pub evidence: Vec<String>,
    /// Figures it states.
    pub figures: Vec<Figure>,
}

/// A figure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Figure {
    /// Value.
    pub value: f64,
    /// What is counted.
    pub of: String,
}

/// A piece of evidence with its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Anchored {
    /// Id.
    pub finding: String,
    /// Path of the document.
    pub path: String,
    /// SHA-256 of the document.
    pub sha256: String,
    /// Title of the document.
    pub title: String,
    /// Unit.
    pub unit: Option<String>,
    /// Round.
    pub round: Option<String>,
    /// Block.
    pub block: u32,
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
    /// Page.
    pub page: Option<u32>,
    /// How sure the page is.
    pub page_certainty: String,
    /// Sheet.
    pub sheet: Option<String>,
    /// Cell.
    pub cell: Option<String>,
    /// Verbatim words.
    pub quote: String,
}

impl Anchored {
    fn new(evidence: &Evidence) -> Self {
        let place = &evidence.place;
        Self {
            finding: evidence.finding.clone(),
            path: evidence.path.clone(),
            sha256: place.document.clone(),
            title: evidence.title.clone(),
            unit: evidence.unit.clone(),
            round: evidence.round.clone(),
            block: place.block,
            start: place.start,
            end: place.end,
            page: place.page,
            page_certainty: place.page_certainty.name().to_owned(),
            sheet: place.sheet.clone(),
            cell: place.cell.clone(),
            quote: evidence.quote.clone(),
        }
    }

    /// The place it stands at.
    pub fn place(&self) -> Place {
        Place {
            document: self.sha256.clone(),
            block: self.block,
            start: self.start,
            end: self.end,
            page: self.page,
            page_certainty: match self.page_certainty.as_str() {
                "measured" => Certainty::Measured,
                "estimated" => Certainty::Estimated,
                _ => Certainty::None,
            },
            sheet: self.sheet.clone(),
            cell: self.cell.clone(),
            before: String::new(),
            after: String::new(),
        }
    }
}

/// The name of a kind of sentence.
fn kind_name(kind: SentenceKind) -> &'static str {
    match kind {
        SentenceKind::Computed => "computed",
        SentenceKind::Quoted => "quoted",
        SentenceKind::Prompt => "prompt",
    }
}

fn form(outline: &Outline, draft_sha256: Option<&str>) -> Manifest {
    let sentence = |sentence: &crate::model::Sentence| Sentence {
        text: sentence.text.clone(),
        kind: kind_name(sentence.kind).to_owned(),
        paragraph: sentence.paragraph,
        evidence: sentence.evidence.clone(),
        figures: sentence.figures.iter().map(|figure| Figure { value: figure.value, of: figure.of.clone() }).collect(),
    };
    let section = |section: &crate::model::Section| Section {
        level: section.level,
        heading: section.heading.clone(),
        sentences: section.sentences.iter().map(sentence).collect(),
        table: section.table.as_ref().map(|table| Table {
            caption: table.caption.clone(),
            header: table.header.clone(),
            rows: table.rows.clone(),
        }),
    };
    Manifest {
        title: outline.title.clone(),
        made_from: MadeFrom {
            inputs: outline
                .made_from
                .inputs
                .iter()
                .map(|it| Input { path: it.path.clone(), sha256: it.sha256.clone() })
                .collect(),
            version: outline.made_from.version.clone(),
            journal: outline.made_from.journal.clone(),
        },
        sections: outline.sections.iter().map(section).collect(),
        evidence: outline.evidence.iter().map(Anchored::new).collect(),
        draft_sha256: draft_sha256.map(str::to_owned),
    }
}

fn text(manifest: &Manifest) -> String {
    // Strings, numbers and lists of them always have a JSON form.
    serde_json::to_string_pretty(manifest).unwrap_or_default() + "\n"
}

/// The outline as JSON.
pub fn json(outline: &Outline) -> String {
    text(&form(outline, None))
}

/// The manifest of a draft whose bytes have this SHA-256.
pub fn manifest(outline: &Outline, draft_sha256: &str) -> String {
    text(&form(outline, Some(draft_sha256)))
}

/// Reads a manifest.
///
/// # Errors
/// The text is no manifest.
pub fn read_manifest(text: &str) -> Result<Manifest, Error> {
    serde_json::from_str(text).map_err(|error| {
        Error::new("来源清单读不出来，内容不完整或被改过", "重新起草一次，会一并写出新的来源清单").because(&error)
    })
}
