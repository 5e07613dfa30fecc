//! Where a query stands in an original text (命中位置).

use super::meaning::{Part, alternatives, content_words};
use super::query::Query;
use crate::lang::{Lexicon, normalise, values};

/// Where the texts of a query stand in an original text (命中位置): character ranges, merged, in order. A text that
/// does not stand there literally shows its words.
pub fn highlights(query: &Query, original: &str, lexicon: &Lexicon) -> Vec<[usize; 2]> {
    let normalised = normalise(original);
    let mut ranges: Vec<[usize; 2]> = Vec::new();
    let mut marked_values: Vec<String> = Vec::new();
    let mut mark = |literal: &str| -> bool {
        let mut is_found = false;
        for (at, _) in normalised.text.match_indices(literal) {
            let start = normalised.text[..at].chars().count();
            let range = normalised.original(start..start + literal.chars().count());
            ranges.push([range.start, range.end]);
            is_found = true;
        }
        is_found
    };
    let mut is_missing = false;
    for text in query.texts() {
        let mut is_found = mark(&text.literal);
        for alternative in alternatives(text, lexicon) {
            for part in &alternative.parts {
                match part {
                    Part::Literal(literal) => is_found |= mark(literal),
                    Part::Value(canonical) => marked_values.push(canonical.clone()),
                }
            }
        }
        is_missing |= !is_found && !text.is_exact;
    }
    if is_missing {
        for word in content_words(query, lexicon) {
            mark(&word);
            for other in lexicon.thesaurus.synonyms(&word) {
                mark(other);
            }
        }
    }
    if !marked_values.is_empty() {
        for value in values(&normalised.text) {
            if marked_values.iter().any(|it| *it == value.canonical || value.wider().any(|wider| wider == it)) {
                let range = normalised.original(value.start..value.end);
                ranges.push([range.start, range.end]);
            }
        }
    }
    ranges.sort_unstable();
    let mut merged: Vec<[usize; 2]> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range[0] <= last[1] => last[1] = last[1].max(range[1]),
            _ => merged.push(range),
        }
    }
    merged
}
