//! The stored form (存储格式): what the lists and small structures of the model look like as JSON text in the tables.

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::Decision;
use crate::diag::{Diagnostic, Severity};
use crate::model::{
    Block, BlockKind, Cell, Certainty, Correction, CorrectionAction, Date, FactKind, FactSpan, Facts, Genre, Header,
    Period, Place, Quotation, ThemeAction, ThemeDecision, ThemeGroup, ThemeRef, TypeGuess,
};

/// JSON text of a value.
pub(super) fn to_text<T: Serialize>(value: &T) -> String {
    // Strings, numbers, lists and structures of them always have a JSON form.
    serde_json::to_string(value).unwrap_or_default()
}

/// The value of JSON text; the default where the text is not of that form.
pub(super) fn from_text<T: DeserializeOwned + Default>(text: &str) -> T {
    serde_json::from_str(text).unwrap_or_default()
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredPlace {
    page: Option<u32>,
    certainty: String,
    sheet: Option<String>,
    cell: Option<String>,
    before: String,
    after: String,
}

impl StoredPlace {
    pub(super) fn new(place: &Place) -> Self {
        Self {
            page: place.page,
            certainty: place.page_certainty.name().to_owned(),
            sheet: place.sheet.clone(),
            cell: place.cell.clone(),
            before: place.before.clone(),
            after: place.after.clone(),
        }
    }

    pub(super) fn into_place(self, document: String, block: u32, start: u32, end: u32) -> Place {
        let page_certainty = match self.certainty.as_str() {
            "measured" => Certainty::Measured,
            "estimated" => Certainty::Estimated,
            _ => Certainty::None,
        };
        Place {
            document,
            block,
            start,
            end,
            page: self.page,
            page_certainty,
            sheet: self.sheet,
            cell: self.cell,
            before: self.before,
            after: self.after,
        }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredFacts {
    amounts: Vec<f64>,
    people: Vec<u64>,
    regulations: Vec<String>,
    dates: Vec<String>,
    #[serde(default)]
    items: Vec<u64>,
    #[serde(default)]
    spans: Vec<(String, u32, u32)>,
}

impl From<&Facts> for StoredFacts {
    fn from(facts: &Facts) -> Self {
        Self {
            amounts: facts.amounts_yuan.clone(),
            people: facts.people.clone(),
            regulations: facts.regulations.clone(),
            dates: facts.dates.iter().map(Date::to_string).collect(),
            items: facts.items.clone(),
            spans: facts.spans.iter().map(|span| (span.kind.name().to_owned(), span.start, span.end)).collect(),
        }
    }
}

impl From<StoredFacts> for Facts {
    fn from(stored: StoredFacts) -> Self {
        Self {
            amounts_yuan: stored.amounts,
            people: stored.people,
            regulations: stored.regulations,
            dates: stored.dates.iter().filter_map(|date| date.parse().ok()).collect(),
            items: stored.items,
            spans: stored
                .spans
                .into_iter()
                .filter_map(|(name, start, end)| {
                    let kind = FactKind::ALL.into_iter().find(|kind| kind.name() == name)?;
                    Some(FactSpan { kind, start, end })
                })
                .collect(),
        }
    }
}

/// A quotation as it is stored: block, start, end, words, and what else its place says.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredQuotation(u32, u32, u32, String, StoredPlace);

/// Quotations in their stored form.
pub(super) fn quotations(quotations: &[Quotation]) -> Vec<StoredQuotation> {
    let stored = |it: &Quotation| {
        StoredQuotation(it.place.block, it.place.start, it.place.end, it.quote.clone(), StoredPlace::new(&it.place))
    };
    quotations.iter().map(stored).collect()
}

/// Quotations of a document from their stored form.
pub(super) fn from_quotations(document: &str, stored: Vec<StoredQuotation>) -> Vec<Quotation> {
    let quotation = |StoredQuotation(block, start, end, quote, place): StoredQuotation| Quotation {
        quote,
        place: place.into_place(document.to_owned(), block, start, end),
    };
    stored.into_iter().map(quotation).collect()
}

/// A correction in its stored form; each quotation with the hash of its document.
#[derive(Debug, Default, Serialize, Deserialize)]
struct StoredCorrection {
    path: String,
    on: Vec<(String, StoredQuotation)>,
    parts: Vec<(String, StoredQuotation)>,
    type_id: Option<String>,
}

/// A decision about themes in its stored and exported form.
#[derive(Debug, Default, Serialize, Deserialize)]
struct StoredThemeDecision {
    uid: String,
    at: String,
    #[serde(default)]
    tick: u32,
    #[serde(default)]
    by: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    scope: String,
    action: String,
    #[serde(default)]
    themes: Vec<(String, Vec<String>)>,
    #[serde(default)]
    groups: Vec<(Option<String>, Vec<String>)>,
    #[serde(default)]
    absorbed: Vec<(String, String)>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    imported: bool,
}

/// A decision about themes as one line of JSON: the form of the journal and of exports.
pub fn theme_decision_line(decision: &ThemeDecision) -> String {
    let ThemeDecision { uid, at, tick, by, why, scope, action, themes, groups, absorbed, text, is_imported } = decision;
    to_text(&StoredThemeDecision {
        uid: uid.clone(),
        at: at.clone(),
        tick: *tick,
        by: by.clone(),
        why: why.clone(),
        scope: scope.clone(),
        action: action.name().to_owned(),
        themes: themes.iter().map(|it| (it.id.clone(), it.sketch.clone())).collect(),
        groups: groups.iter().map(|it| (it.theme.clone(), it.findings.clone())).collect(),
        absorbed: absorbed.clone(),
        text: text.clone(),
        imported: *is_imported,
    })
}

/// The decision about themes of a line; `None` if it is not one this program knows.
pub fn theme_decision_of(line: &str) -> Option<ThemeDecision> {
    let stored: StoredThemeDecision = serde_json::from_str(line).ok()?;
    Some(ThemeDecision {
        uid: stored.uid,
        at: stored.at,
        tick: stored.tick,
        by: stored.by,
        why: stored.why,
        scope: stored.scope,
        action: ThemeAction::from_name(&stored.action)?,
        themes: stored.themes.into_iter().map(|(id, sketch)| ThemeRef { id, sketch }).collect(),
        groups: stored.groups.into_iter().map(|(theme, findings)| ThemeGroup { theme, findings }).collect(),
        absorbed: stored.absorbed,
        text: stored.text,
        is_imported: stored.imported,
    })
}

/// Kind and payload of a decision.
pub(super) fn decision(decision: &Decision) -> (String, String) {
    let stored = |list: &[Quotation]| {
        let documents = list.iter().map(|it| it.place.document.clone());
        documents.zip(quotations(list)).collect()
    };
    match decision {
        Decision::Undo(number) => ("undo".to_owned(), number.to_string()),
        Decision::Theme(decision) => (format!("theme.{}", decision.action.name()), theme_decision_line(decision)),
        Decision::Correction(correction) => {
            let payload = StoredCorrection {
                path: correction.path.clone(),
                on: stored(&correction.on),
                parts: stored(&correction.parts),
                type_id: correction.type_id.clone(),
            };
            (format!("finding.{}", correction.action.name()), to_text(&payload))
        }
    }
}

/// The decision of a kind and payload; `None` if this program does not know the kind.
pub(super) fn from_decision(kind: &str, payload: &str) -> Option<Decision> {
    if kind == "undo" {
        return payload.parse().ok().map(Decision::Undo);
    }
    if kind.starts_with("theme.") {
        return theme_decision_of(payload).map(Decision::Theme);
    }
    let action = CorrectionAction::from_name(kind.strip_prefix("finding.")?)?;
    let stored: StoredCorrection = serde_json::from_str(payload).ok()?;
    let list = |list: Vec<(String, StoredQuotation)>| {
        list.into_iter().flat_map(|(document, it)| from_quotations(&document, vec![it])).collect()
    };
    let (path, type_id) = (stored.path, stored.type_id);
    Some(Decision::Correction(Correction { action, path, on: list(stored.on), parts: list(stored.parts), type_id }))
}

/// Type guesses as pairs.
pub(super) fn guesses(guesses: &[TypeGuess]) -> Vec<(String, f32)> {
    guesses.iter().map(|guess| (guess.type_id.clone(), guess.score)).collect()
}

/// Type guesses from pairs.
pub(super) fn from_guesses(pairs: Vec<(String, f32)>) -> Vec<TypeGuess> {
    pairs.into_iter().map(|(type_id, score)| TypeGuess { type_id, score }).collect()
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredHeader {
    title: String,
    genre: String,
    genre_reasons: Vec<String>,
    inspecting_body: Option<String>,
    round: Option<String>,
    inspection_type: Option<String>,
    period: Option<(String, String)>,
    feedback_date: Option<String>,
    units: Vec<String>,
    sectors: Vec<String>,
    marking: Option<String>,
}

impl From<&Header> for StoredHeader {
    fn from(header: &Header) -> Self {
        Self {
            title: header.title.clone(),
            genre: header.genre.name().to_owned(),
            genre_reasons: header.genre_reasons.clone(),
            inspecting_body: header.inspecting_body.clone(),
            round: header.round.clone(),
            inspection_type: header.inspection_type.clone(),
            period: header.period.map(|period| (period.start.to_string(), period.end.to_string())),
            feedback_date: header.feedback_date.map(|date| date.to_string()),
            units: header.units.clone(),
            sectors: header.sectors.clone(),
            marking: header.marking.clone(),
        }
    }
}

impl From<StoredHeader> for Header {
    fn from(stored: StoredHeader) -> Self {
        let period =
            stored.period.and_then(|(start, end)| Some(Period { start: start.parse().ok()?, end: end.parse().ok()? }));
        Self {
            title: stored.title,
            genre: Genre::from_name(&stored.genre).unwrap_or(Genre::Other),
            genre_reasons: stored.genre_reasons,
            inspecting_body: stored.inspecting_body,
            round: stored.round,
            inspection_type: stored.inspection_type,
            period,
            feedback_date: stored.feedback_date.and_then(|date| date.parse().ok()),
            units: stored.units,
            sectors: stored.sectors,
            marking: stored.marking,
        }
    }
}

/// Diagnostics as (severity, message, hint).
pub(super) fn diagnostics(diagnostics: &[Diagnostic]) -> Vec<(String, String, String)> {
    diagnostics.iter().map(|it| (it.severity.name().to_owned(), it.message.clone(), it.hint.clone())).collect()
}

/// Diagnostics from (severity, message, hint).
pub(super) fn from_diagnostics(stored: Vec<(String, String, String)>) -> Vec<Diagnostic> {
    stored
        .into_iter()
        .map(|(severity, message, hint)| Diagnostic {
            severity: Severity::from_name(&severity).unwrap_or(Severity::Warning),
            message,
            hint,
        })
        .collect()
}

/// A block's kind in one word.
pub(super) fn kind(kind: BlockKind) -> String {
    match kind {
        BlockKind::Title => "title".to_owned(),
        BlockKind::Heading(level) => format!("heading{level}"),
        BlockKind::Paragraph => "paragraph".to_owned(),
        BlockKind::Cell => "cell".to_owned(),
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct StoredCell(u32, Option<String>, u32, u32, u32, u32);

impl From<&Cell> for StoredCell {
    fn from(cell: &Cell) -> Self {
        Self(cell.table, cell.sheet.clone(), cell.row, cell.col, cell.rows, cell.cols)
    }
}

/// A block from its columns.
pub(super) fn block(kind: &str, text: String, page: Option<u32>, cell: Option<String>) -> Block {
    let kind = match kind {
        "title" => BlockKind::Title,
        "cell" => BlockKind::Cell,
        other => other
            .strip_prefix("heading")
            .and_then(|level| level.parse().ok())
            .map_or(BlockKind::Paragraph, BlockKind::Heading),
    };
    let cell = cell.map(|text| {
        let StoredCell(table, sheet, row, col, rows, cols) = from_text(&text);
        Cell { table, sheet, row, col, rows, cols }
    });
    Block { kind, text, page, cell }
}
