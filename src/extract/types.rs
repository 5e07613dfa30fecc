//! Typing (定类): which problem type a finding's words point to, and why.

use std::collections::BTreeMap;

use super::pieces::{PieceWeights, RULES_WEIGHT};
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
/// What a trigger that only hints at its type counts against others.
const WEAK_WEIGHT: f32 = 0.5;
/// What a trigger from the user's own table adds: an office adds a word to decide by it, so it outweighs all else.
const OWN_WEIGHT: f32 = 20.0;
/// What a trigger in the heading counts against one in the finding.
const HEADING_WEIGHT: f32 = 0.35;

/// Types a text by rules and pieces.
pub fn type_scores(quote: &str, heading: &str, lexicon: &Lexicon, pieces: &PieceWeights) -> Vec<TypeGuess> {
    let types = lexicon.taxonomy.types();
    let mut scores: Vec<f32> = vec![0.0; types.len()];
    for (type_idx, share) in rule_shares(quote, heading, lexicon) {
        scores[type_idx] += RULES_WEIGHT as f32 * share;
    }
    for (type_id, score) in pieces.scores(quote) {
        if let Some(type_idx) = lexicon.taxonomy.position(type_id) {
            scores[type_idx] += score;
        }
    }
    for trigger in lexicon.taxonomy.triggers(&normalise(quote).text).iter().filter(|trigger| trigger.is_own) {
        scores[trigger.type_idx] += OWN_WEIGHT;
    }
    if scores.iter().all(|score| *score <= 0.0) {
        return Vec::new();
    }
    let mut guesses: Vec<TypeGuess> =
        types.iter().zip(scores).map(|(it, score)| TypeGuess { type_id: it.id.clone(), score }).collect();
    guesses.sort_by(|left, right| right.score.total_cmp(&left.score).then_with(|| left.type_id.cmp(&right.type_id)));
    guesses.truncate(MAX_GUESSES);
    guesses
}

/// What the rules make of each type, as a share of the best.
pub(super) fn rule_shares(quote: &str, heading: &str, lexicon: &Lexicon) -> Vec<(usize, f32)> {
    let rules = rule_scores(quote, heading, lexicon).0;
    let best = rules.values().copied().fold(0.0f32, f32::max).max(f32::MIN_POSITIVE);
    rules.into_iter().map(|(type_idx, score)| (type_idx, score / best)).collect()
}

/// Types a finding, with the triggers that speak for the best type.
pub(super) fn type_of(quote: &str, heading: &str, lexicon: &Lexicon) -> Typed {
    let guesses = type_scores(quote, heading, lexicon, PieceWeights::builtin());
    let mut words = rule_scores(quote, heading, lexicon).1;
    let best = guesses.first().and_then(|best| lexicon.taxonomy.types().iter().position(|it| it.id == best.type_id));
    let triggers = best.and_then(|best| words.remove(&best)).unwrap_or_default();
    Typed { guesses, triggers }
}

/// Scores types by the triggers in its words and, weakly, in the heading above it.
///
/// A trigger counts its length to the power 1.5, divided by the root of the number of types it points to; triggers near
/// the start and in the first clause, which name the object, count more than those in the facts that follow.
fn rule_scores(quote: &str, heading: &str, lexicon: &Lexicon) -> (BTreeMap<usize, f32>, BTreeMap<usize, Vec<String>>) {
    let text = normalise(quote).text;
    let mut scores: BTreeMap<usize, f32> = BTreeMap::new();
    let mut words: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let first_clause = text.find([',', '。', ';', ':']).unwrap_or(text.len());
    add_scores(&text, first_clause, 1.0, lexicon, &mut scores, &mut words);
    let heading = normalise(heading).text;
    add_scores(&heading, 0, HEADING_WEIGHT, lexicon, &mut scores, &mut BTreeMap::new());
    (scores, words)
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
        let is_umbrella = types[trigger.type_idx].general && types[trigger.type_idx].area() != "E";
        let general = if is_umbrella { GENERAL_WEIGHT } else { 1.0 };
        let strength = if trigger.is_weak { WEAK_WEIGHT } else { 1.0 };
        // What a problem is about is named at its start.
        let n_before = text[..trigger.start].chars().count() as f32;
        let position = 1.0 + if trigger.start < first_clause { 0.5 } else { 0.0 } + 1.2 * (-n_before / 6.0).exp();
        *scores.entry(trigger.type_idx).or_default() +=
            weight * general * strength * position * length.powf(1.5) / (n_targets as f32).sqrt();
    }
}
