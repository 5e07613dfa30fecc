//! Typing (定类): which problem type a finding's words point to, and why.

use std::collections::BTreeMap;

use crate::lang::{Lexicon, normalise};
use crate::model::TypeGuess;

/// The type of a text with its reasons.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Typed {
    /// Types, best first.
    pub(super) guesses: Vec<TypeGuess>,
    /// The trigger words that decided for the best type.
    pub(super) triggers: Vec<String>,
}

/// How many types are kept.
const MAX_GUESSES: usize = 4;
/// What a general type's triggers count against a concrete type's: a concrete leaf is preferred when both match.
const GENERAL_WEIGHT: f32 = 0.55;
/// What a trigger in the heading counts against one in the finding.
const HEADING_WEIGHT: f32 = 0.35;

/// Types a finding by the triggers in its words and, weakly, in the heading above it.
///
/// A trigger counts its length to the power 1.5, divided by the number of types it points to; triggers in the
/// first clause, which names the object, count more than those in the facts that follow.
pub(super) fn type_of(quote: &str, heading: &str, lexicon: &Lexicon) -> Typed {
    let text = normalise(quote).text;
    let mut scores: BTreeMap<usize, f32> = BTreeMap::new();
    let mut words: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let first_clause = text.find([',', '。', ';', ':']).unwrap_or(text.len());
    add_scores(&text, first_clause, 1.0, lexicon, &mut scores, &mut words);
    let heading = normalise(heading).text;
    add_scores(&heading, 0, HEADING_WEIGHT, lexicon, &mut scores, &mut BTreeMap::new());
    let mut guesses: Vec<(usize, f32)> = scores.into_iter().collect();
    guesses.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
    let types = lexicon.taxonomy.types();
    let triggers = guesses.first().and_then(|(best, _)| words.remove(best)).unwrap_or_default();
    let guess = |(type_idx, score): (usize, f32)| TypeGuess { type_id: types[type_idx].id.clone(), score };
    Typed { guesses: guesses.into_iter().take(MAX_GUESSES).map(guess).collect(), triggers }
}

fn add_scores(
    text: &str,
    first_clause: usize,
    weight: f32,
    lexicon: &Lexicon,
    scores: &mut BTreeMap<usize, f32>,
    words: &mut BTreeMap<usize, Vec<String>>,
) {
    let types = lexicon.taxonomy.types();
    let triggers = lexicon.taxonomy.triggers(text);
    for trigger in &triggers {
        let word = &text[trigger.start..trigger.end];
        let n_targets = triggers.iter().filter(|it| (it.start, it.end) == (trigger.start, trigger.end)).count();
        let seen = words.entry(trigger.type_idx).or_default();
        if seen.iter().any(|known| known == word) {
            continue;
        }
        seen.push(word.to_owned());
        let length = word.chars().count() as f32;
        let general = if types[trigger.type_idx].general { GENERAL_WEIGHT } else { 1.0 };
        let position = if trigger.start < first_clause { 1.5 } else { 1.0 };
        *scores.entry(trigger.type_idx).or_default() +=
            weight * general * position * length.powf(1.5) / (n_targets as f32).sqrt();
    }
}
