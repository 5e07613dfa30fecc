//! Typing (定类): which problem type a finding's words point to, and why.

use super::pieces::{PieceWeights, RULES_WEIGHT};
use crate::lang::{Lexicon, Trigger, normalise};
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
    guesses(&scores(&normalise(quote).text, heading, lexicon, pieces).0, lexicon)
}

/// The best type of a text as its place in the taxonomy.
pub(super) fn best_type(text: &str, lexicon: &Lexicon) -> Option<usize> {
    let (scores, _) = scores(&normalise(text).text, "", lexicon, PieceWeights::builtin());
    ranked(&scores, lexicon).first().copied()
}

/// Types a finding, with the triggers that speak for the best type.
pub(super) fn type_of(quote: &str, heading: &str, lexicon: &Lexicon) -> Typed {
    let text = normalise(quote).text;
    let (scores, words) = scores(&text, heading, lexicon, PieceWeights::builtin());
    let guesses = guesses(&scores, lexicon);
    let best = guesses.first().and_then(|best| lexicon.taxonomy.position(&best.type_id));
    let triggers = words.into_iter().filter(|(type_idx, _)| Some(*type_idx) == best);
    Typed { guesses, triggers: triggers.map(|(_, word)| word.to_owned()).collect() }
}

/// What rules and pieces make of each type, and the triggers of each in a normalised text.
fn scores<'a>(
    text: &'a str,
    heading: &str,
    lexicon: &Lexicon,
    pieces: &PieceWeights,
) -> (Vec<f32>, Vec<(usize, &'a str)>) {
    let triggers = lexicon.taxonomy.triggers(text);
    let (rules, words) = rule_scores(text, &triggers, heading, lexicon);
    let mut scores = vec![0.0; lexicon.taxonomy.types().len()];
    for (type_idx, share) in shares(&rules) {
        scores[type_idx] += RULES_WEIGHT as f32 * share;
    }
    for (type_idx, score) in lexicon.taxonomy.positions(pieces.types()).into_iter().zip(pieces.scores(text)) {
        if let Some(type_idx) = type_idx {
            scores[type_idx] += score;
        }
    }
    for trigger in triggers.iter().filter(|trigger| trigger.is_own) {
        scores[trigger.type_idx] += OWN_WEIGHT;
    }
    (scores, words)
}

/// The first few types, best first; none where nothing speaks for any.
fn ranked(scores: &[f32], lexicon: &Lexicon) -> Vec<usize> {
    if scores.iter().all(|score| *score <= 0.0) {
        return Vec::new();
    }
    let types = lexicon.taxonomy.types();
    let mut order: Vec<usize> = (0..scores.len()).collect();
    let better = |left: &usize, right: &usize| {
        scores[*right].total_cmp(&scores[*left]).then_with(|| types[*left].id.cmp(&types[*right].id))
    };
    if order.len() > MAX_GUESSES {
        order.select_nth_unstable_by(MAX_GUESSES, better);
        order.truncate(MAX_GUESSES);
    }
    order.sort_by(better);
    order
}

fn guesses(scores: &[f32], lexicon: &Lexicon) -> Vec<TypeGuess> {
    let types = lexicon.taxonomy.types();
    let guess = |at: usize| TypeGuess { type_id: types[at].id.clone(), score: scores[at] };
    ranked(scores, lexicon).into_iter().map(guess).collect()
}

/// What the rules make of each type of a normalised text, as a share of the best.
pub(super) fn rule_shares(text: &str, lexicon: &Lexicon) -> Vec<(usize, f32)> {
    let (scores, _) = rule_scores(text, &lexicon.taxonomy.triggers(text), "", lexicon);
    shares(&scores).collect()
}

fn shares(scores: &[f32]) -> impl Iterator<Item = (usize, f32)> {
    let best = scores.iter().copied().fold(0.0f32, f32::max).max(f32::MIN_POSITIVE);
    scores.iter().copied().enumerate().filter(|(_, score)| *score > 0.0).map(move |(at, score)| (at, score / best))
}

/// Scores types by the triggers in its words and, weakly, in the heading above it.
///
/// A trigger counts its length to the power 1.5, divided by the root of the number of types it points to; triggers near
/// the start and in the first clause, which name the object, count more than those in the facts that follow.
fn rule_scores<'a>(
    text: &'a str,
    triggers: &[Trigger],
    heading: &str,
    lexicon: &Lexicon,
) -> (Vec<f32>, Vec<(usize, &'a str)>) {
    let mut scores = vec![0.0; lexicon.taxonomy.types().len()];
    let first_clause = text.find([',', '。', ';', ':']).unwrap_or(text.len());
    let words = add_scores(text, triggers, first_clause, 1.0, lexicon, &mut scores);
    if !heading.is_empty() {
        let heading = normalise(heading).text;
        let triggers = lexicon.taxonomy.triggers(&heading);
        add_scores(&heading, &triggers, 0, HEADING_WEIGHT, lexicon, &mut scores);
    }
    (scores, words)
}

/// Adds what triggers say; returns the words that speak for each type.
fn add_scores<'a>(
    text: &'a str,
    triggers: &[Trigger],
    first_clause: usize,
    weight: f32,
    lexicon: &Lexicon,
    scores: &mut [f32],
) -> Vec<(usize, &'a str)> {
    let types = lexicon.taxonomy.types();
    let mut words: Vec<(usize, &str)> = Vec::new();
    let (mut n_before, mut upto) = (0usize, 0usize);
    for (at, trigger) in triggers.iter().enumerate() {
        let word = &text[trigger.start..trigger.end];
        // Triggers of the same place stand together.
        let same = |it: &&Trigger| (it.start, it.end) == (trigger.start, trigger.end);
        let n_targets =
            triggers[at..].iter().take_while(same).count() + triggers[..at].iter().rev().take_while(same).count();
        if words.contains(&(trigger.type_idx, word)) {
            continue;
        }
        words.push((trigger.type_idx, word));
        let length = word.chars().count() as f32;
        let is_umbrella = types[trigger.type_idx].general && types[trigger.type_idx].area() != "E";
        let general = if is_umbrella { GENERAL_WEIGHT } else { 1.0 };
        let strength = if trigger.is_weak { WEAK_WEIGHT } else { 1.0 };
        // What a problem is about is named at its start.
        n_before += text[upto..trigger.start].chars().count();
        upto = trigger.start;
        let nearness = 1.2 * (-(n_before as f32) / 6.0).exp();
        let position = 1.0 + if trigger.start < first_clause { 0.5 } else { 0.0 } + nearness;
        scores[trigger.type_idx] +=
            weight * general * strength * position * length.powf(1.5) / (n_targets as f32).sqrt();
    }
    words
}
