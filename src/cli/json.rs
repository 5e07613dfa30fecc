//! The JSON contracts (JSON 约定): fields may be added, never renamed.

use serde_json::{Value, json};

use crate::cluster::{Rule, is_own_to_sector};
use crate::diag::Diagnostic;
use crate::extract::Rejected;
use crate::model::{
    Certainty, FactSpan, Facts, Finding, Header, Place, RectificationItem, Recurrence, RoundShare, Source, Themes,
};
use crate::store::Record;

/// A document with its findings, as in `extract --json`.
pub(crate) fn document(record: &Record) -> Value {
    let mut value = record.header.as_ref().map_or_else(|| json!({}), header);
    if let Some(fields) = value.as_object_mut() {
        fields.insert("source".to_owned(), source(&record.source));
        fields.insert("verdict".to_owned(), json!(record.verdict.name()));
        fields.insert("findings".to_owned(), record.findings.iter().map(finding).collect());
        fields.insert("rectification_items".to_owned(), record.items.iter().map(item).collect());
        fields.insert("diagnostics".to_owned(), record.diagnostics.iter().map(diagnostic).collect());
    }
    value
}

fn source(source: &Source) -> Value {
    json!({"path": source.path, "sha256": source.sha256, "format": source.format.name(), "size": source.size})
}

fn header(header: &Header) -> Value {
    json!({
        "title": header.title,
        "genre": header.genre.name(),
        "genre_reasons": header.genre_reasons,
        "inspecting_body": header.inspecting_body,
        "round": header.round,
        "inspection_type": header.inspection_type,
        "period": header.period.map(|period| json!({"start": period.start.to_string(), "end": period.end.to_string()})),
        "feedback_date": header.feedback_date.map(|date| date.to_string()),
        "units": header.units,
        "sectors": header.sectors,
        "marking": header.marking,
    })
}

/// A finding.
pub(crate) fn finding(finding: &Finding) -> Value {
    json!({
        "id": finding.id,
        "quote": finding.quote,
        "place": place(&finding.place),
        "detail": finding.detail.iter().map(|it| json!({"quote": it.quote, "place": place(&it.place)})).collect::<Vec<_>>(),
        "unit": finding.unit,
        "sector": finding.sector,
        "round": finding.round,
        "year": finding.year,
        "headings": finding.headings,
        "area": finding.area,
        "type": finding.type_id,
        "type_name": finding.type_name,
        "general": finding.general,
        "frame": finding.frame,
        "alternatives": finding.alternatives.iter().map(|guess| json!({"type": guess.type_id, "score": rounded(guess.score)})).collect::<Vec<_>>(),
        "facts": facts(&finding.facts, &finding.quote),
        "reasons": finding.reasons,
        "confidence": rounded(finding.confidence),
    })
}

/// A sentence that was not taken as a finding.
pub(crate) fn rejected(rejected: &Rejected) -> Value {
    let quotation = &rejected.quotation;
    json!({"quote": quotation.quote, "place": place(&quotation.place), "reason": rejected.reason})
}

fn item(item: &RectificationItem) -> Value {
    json!({
        "id": item.id,
        "problem_quote": item.problem_quote,
        "quote": item.quote,
        "place": place(&item.place),
        "unit": item.unit,
        "status": item.status,
        "facts": facts(&item.facts, &item.quote),
    })
}

/// A place.
pub(crate) fn place(place: &Place) -> Value {
    json!({
        "block": place.block,
        "start": place.start,
        "end": place.end,
        "page": place.page,
        "page_certainty": match place.page_certainty { Certainty::None => "none", certainty => certainty.name() },
        "sheet": place.sheet,
        "cell": place.cell,
    })
}

/// Facts of a text with the words that state them.
fn facts(facts: &Facts, text: &str) -> Value {
    let characters: Vec<char> = text.chars().collect();
    let span = |span: &FactSpan| {
        let words: String = characters.get(span.start as usize..span.end as usize).unwrap_or_default().iter().collect();
        json!({"kind": span.kind.name(), "text": words, "start": span.start, "end": span.end})
    };
    json!({
        "amounts_yuan": facts.amounts_yuan,
        "people": facts.people,
        "regulations": facts.regulations,
        "dates": facts.dates.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "items": facts.items,
        "spans": facts.spans.iter().map(span).collect::<Vec<_>>(),
    })
}

fn diagnostic(diagnostic: &Diagnostic) -> Value {
    json!({"severity": diagnostic.severity.name(), "message": diagnostic.message, "hint": diagnostic.hint})
}

/// Themes, as in `themes --json`.
pub(crate) fn themes(themes: &Themes, rule: &Rule) -> Value {
    let list: Vec<Value> = themes
        .themes
        .iter()
        .map(|theme| {
            json!({
                "id": theme.id,
                "name": theme.name,
                "keywords": theme.keywords,
                "type": theme.type_id,
                "common": theme.common,
                "general": theme.general,
                "findings": theme.findings,
                "units": theme.units,
                "coverage": {"units": theme.coverage.units, "base": theme.coverage.base},
                "lift": theme.lift,
                "z": theme.z,
                "own_to_sector": is_own_to_sector(theme),
                "wilson_low": share(theme.wilson_low),
                "rounds": theme.rounds,
                "trend": theme.trend.iter().map(trend).collect::<Vec<_>>(),
                "recurrent_units": theme.recurrent_units,
                "recurrences": theme.recurrences.iter().map(recurrence).collect::<Vec<_>>(),
                "sums": {
                    "amount_yuan": theme.sums.amount_yuan,
                    "with_amount": theme.sums.n_with_amount,
                    "with_consequence": theme.sums.n_with_consequence,
                },
                "wordings": theme.wordings,
                "representative": theme.representative,
            })
        })
        .collect();
    let residue: Vec<Value> =
        themes.residue.iter().map(|it| json!({"finding": it.finding, "reason": it.reason})).collect();
    let scope = json!({"sector": themes.scope.sector, "rounds": themes.scope.rounds, "units": themes.scope.units});
    let rule = json!({"min_units": rule.min_units, "min_share": rule.min_share, "wilson_floor": rule.wilson_floor});
    json!({"scope": scope, "rule": rule, "themes": list, "residue": residue})
}

/// A theme in one round.
pub(crate) fn trend(it: &RoundShare) -> Value {
    json!({"round": it.round, "units": it.coverage.units, "base": it.coverage.base, "low": share(it.low), "high": share(it.high)})
}

/// A unit that has it again.
pub(crate) fn recurrence(it: &Recurrence) -> Value {
    json!({"unit": it.unit, "earlier": it.earlier, "later": it.later, "months": it.months})
}

/// Three decimals of a share.
pub(crate) fn share(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// Three decimals say all there is to a score.
pub(crate) fn rounded(value: f32) -> f64 {
    (f64::from(value) * 1000.0).round() / 1000.0
}
