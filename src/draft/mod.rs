//! Drafting (起草): themes to an outline, and the outline to docx, Markdown and JSON. The only owner of docx-rs.

mod docx;
mod json;
mod markdown;
mod outline;
mod schema_order;
mod verify;

use std::collections::BTreeMap;

pub use docx::docx;
pub use json::{Anchored, Manifest, json, manifest, read_manifest};
pub use markdown::markdown;
pub use outline::outline;
pub use verify::{Anchor, Checked, Standing, Verification, verify};

use crate::cluster::Rule;
use crate::model::{Date, Evidence, Finding, RectificationItem, Themes};

/// What is asked for (起草要求).
#[derive(Debug, Clone)]
pub struct Brief<'a> {
    /// The sector; `None` for all.
    pub sector: Option<&'a str>,
    /// The day that stands under the draft.
    pub today: Date,
    /// The office that stands under the draft (落款).
    pub office: &'a str,
    /// Version of the program.
    pub version: &'a str,
    /// Hash of the journal.
    pub journal: &'a str,
}

/// A document in the material (来源文书).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DocumentFacts {
    /// Path.
    pub path: String,
    /// Title.
    pub title: String,
}

/// What the outline is drawn from (起草素材).
#[derive(Debug, Clone)]
pub struct Material<'a> {
    /// Themes of the scope.
    pub themes: &'a Themes,
    /// The rule that told common themes.
    pub rule: Rule,
    /// All findings of the scope, by id.
    pub findings: &'a BTreeMap<String, Finding>,
    /// All documents, by hash.
    pub documents: &'a BTreeMap<String, DocumentFacts>,
    /// Sentences in which the documents state causes.
    pub causes: Vec<Evidence>,
    /// Sentences in which the documents make suggestions.
    pub suggestions: Vec<Evidence>,
    /// Rectification items of the scope.
    pub items: &'a [RectificationItem],
    /// Names of the areas of the taxonomy.
    pub area_names: BTreeMap<String, String>,
}
