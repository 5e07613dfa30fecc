//! Corrections (更正): what people decided about findings.

use super::Quotation;

/// A correction (更正) of what was extracted from one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// What was done.
    pub action: CorrectionAction,
    /// Path of the document when it was decided: a changed file under the same path is its new version.
    pub path: String,
    /// The findings it is about, as they stood.
    pub on: Vec<Quotation>,
    /// For a split or merger, what stands in their place.
    pub parts: Vec<Quotation>,
    /// For a change of type, the new type.
    pub type_id: Option<String>,
}

/// What a person did to a finding (更正方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CorrectionAction {
    /// Confirmed it.
    Accept,
    /// Said that it is no problem.
    Reject,
    /// Gave it another type.
    Retype,
    /// Made two of it.
    Split,
    /// Made one of several.
    Merge,
}

impl CorrectionAction {
    /// All actions, in the order of their declaration.
    pub const ALL: [Self; 5] = [Self::Accept, Self::Reject, Self::Retype, Self::Split, Self::Merge];

    /// The name used in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Retype => "retype",
            Self::Split => "split",
            Self::Merge => "merge",
        }
    }

    /// The Chinese term.
    pub fn term(self) -> &'static str {
        match self {
            Self::Accept => "确认",
            Self::Reject => "剔除",
            Self::Retype => "改类",
            Self::Split => "拆分",
            Self::Merge => "合并",
        }
    }

    /// The action of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}
