//! The nouns all stages share; no input or output, no third-party crate.

mod correction;
mod curation;
mod document;
mod finding;
mod outline;
mod theme;

pub use correction::{Correction, CorrectionAction};
pub use curation::{
    Identity, Placed, Registration, Registry, ThemeAction, ThemeDecision, ThemeEvent, ThemeGroup, ThemeRef,
};
pub use document::{Block, BlockKind, Cell, Certainty, Date, Format, Genre, Header, Period, Place, Source, Verdict};
pub use finding::{FactKind, FactSpan, Facts, Finding, Quotation, RectificationItem, TypeGuess};
pub use outline::{Evidence, Figure, Input, MadeFrom, Outline, Section, Sentence, SentenceKind, Table};
pub use theme::{Coverage, Link, Recurrence, Residue, RoundShare, Scope, Sums, Theme, Themes};
