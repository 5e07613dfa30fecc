//! Word pieces (字串权重): what the gold taught about which short runs of characters go with which type.
//!
//! Logistic regression over runs of two and three Chinese characters, those of the first clause also apart, on top of
//! what the trigger words say. `cargo bench --profile dev --bench train` trains the weights from the gold and reports, by
//! cross-validation over documents, what rules and pieces reach alone and together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use super::learn::{Places, Training, order, softmax};
use super::types::rule_shares;
use crate::lang::{Lexicon, normalise};

/// Weights by piece: the types it speaks for or against.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PieceWeights {
    /// Ids of the types that weights are for, sorted.
    types: Vec<String>,
    /// The pieces as [`key`]s, sorted.
    keys: Vec<u64>,
    /// Where in `keys` each is, by [`spread`] key.
    places: Places,
    /// Where the weights of each piece begin in `weights`; one more than pieces.
    starts: Vec<u32>,
    /// Type, as an index into `types`, and weight.
    weights: Vec<(u16, f32)>,
}

/// A finding to learn from (训练材料): its pieces, what the rules make of each type, and its type.
#[derive(Debug, Clone)]
pub struct Typed {
    pieces: Vec<u64>,
    rules: Vec<f64>,
    type_idx: usize,
}

impl PieceWeights {
    /// The weights trained on the gold of the sample.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<PieceWeights> =
            LazyLock::new(|| PieceWeights::from_table(include_str!("data/type_weights.tsv")));
        &BUILTIN
    }

    /// What a finding teaches; nothing where its type is not in the taxonomy.
    pub fn example(quote: &str, type_id: &str, lexicon: &Lexicon) -> Option<Typed> {
        let types = lexicon.taxonomy.types();
        let type_idx = types.iter().position(|it| it.id == type_id)?;
        let mut rules = vec![0.0; types.len()];
        let text = normalise(quote).text;
        for (at, share) in rule_shares(&text, lexicon) {
            rules[at] = f64::from(share);
        }
        Some(Typed { pieces: pieces(&text), rules, type_idx })
    }

    /// Trains weights from findings, so that rules and pieces together give the most likely types.
    pub fn train(examples: &[&Typed], lexicon: &Lexicon) -> Self {
        const ROUNDS: usize = 20;
        const STEP: f64 = 0.2;
        const PENALTY: f64 = 1e-3;
        /// A piece of fewer findings tells of them only.
        const LEAST: usize = 3;
        const SMALL: f64 = 0.2;
        let n_types = lexicon.taxonomy.types().len();
        let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
        for piece in examples.iter().flat_map(|example| &example.pieces) {
            *counts.entry(*piece).or_default() += 1;
        }
        let known: Vec<Vec<u64>> = examples
            .iter()
            .map(|example| example.pieces.iter().copied().filter(|piece| counts[piece] >= LEAST).collect())
            .collect();
        let mut training = Training::new(n_types, STEP, PENALTY);
        for round in 0..ROUNDS {
            for at in order(examples.len(), round) {
                let mut gradient = vec![0.0; n_types];
                training.add(&known[at], &mut gradient);
                let scale = scale(examples[at].pieces.len());
                for (score, rule) in gradient.iter_mut().zip(&examples[at].rules) {
                    *score = *score * scale + RULES_WEIGHT * rule;
                }
                softmax(&mut gradient);
                gradient[examples[at].type_idx] -= 1.0;
                for slope in &mut gradient {
                    *slope *= scale;
                }
                training.descend(&known[at], &gradient);
            }
            training.end_round();
        }
        let mut weights: BTreeMap<u64, Vec<(String, f32)>> = BTreeMap::new();
        for (piece, learnt) in training.weights() {
            for (problem_type, weight) in lexicon.taxonomy.types().iter().zip(learnt) {
                if weight.abs() >= SMALL {
                    let rounded = ((weight * 100.0).round() / 100.0) as f32;
                    weights.entry(piece).or_default().push((problem_type.id.clone(), rounded));
                }
            }
        }
        Self::from_map(&weights)
    }

    /// The table form: a line a piece, then `type:weight` pairs, parted by tabs.
    pub fn to_table(&self) -> String {
        let mut table = String::new();
        for (at, &key) in self.keys.iter().enumerate() {
            if key & FIRST_CLAUSE != 0 {
                table.push('^');
            }
            table.extend(characters(key));
            for &(type_idx, weight) in self.of_piece(at) {
                table.push_str(&format!("\t{}:{weight}", self.types[usize::from(type_idx)]));
            }
            table.push('\n');
        }
        table
    }

    fn from_table(table: &str) -> Self {
        let line = |line: &str| -> Option<(u64, Vec<(String, f32)>)> {
            let mut fields = line.split('\t');
            let name = fields.next()?;
            let is_first = name.starts_with('^');
            let piece: Vec<char> = name.trim_start_matches('^').chars().collect();
            let pair = |field: &str| {
                field.split_once(':').and_then(|(id, weight)| Some((id.to_owned(), weight.parse().ok()?)))
            };
            Some((key(&piece) | if is_first { FIRST_CLAUSE } else { 0 }, fields.filter_map(pair).collect()))
        };
        Self::from_map(&table.lines().filter_map(line).collect())
    }

    fn from_map(map: &BTreeMap<u64, Vec<(String, f32)>>) -> Self {
        let types: BTreeSet<&String> = map.values().flatten().map(|(type_id, _)| type_id).collect();
        let types: Vec<String> = types.into_iter().cloned().collect();
        let mut packed = Self { types, starts: vec![0], ..Self::default() };
        for (&key, weights) in map {
            packed.places.insert(spread(key), packed.keys.len() as u32);
            packed.keys.push(key);
            for (type_id, weight) in weights {
                let type_idx = packed.types.binary_search(type_id).unwrap_or_default();
                packed.weights.push((type_idx as u16, *weight));
            }
            packed.starts.push(packed.weights.len() as u32);
        }
        packed
    }

    fn of_piece(&self, at: usize) -> &[(u16, f32)] {
        &self.weights[self.starts[at] as usize..self.starts[at + 1] as usize]
    }

    /// Ids of the types that weights are for, sorted.
    pub(super) fn types(&self) -> &[String] {
        &self.types
    }

    /// How strongly a normalised text speaks for each of [`Self::types`].
    pub(super) fn scores(&self, text: &str) -> Vec<f32> {
        let mut scores = vec![0.0f32; self.types.len()];
        let pieces = pieces(text);
        for piece in &pieces {
            if let Some(&at) = self.places.get(&spread(*piece)) {
                for &(type_idx, weight) in self.of_piece(at as usize) {
                    scores[usize::from(type_idx)] += weight;
                }
            }
        }
        let scale = scale(pieces.len()) as f32;
        scores.iter_mut().for_each(|score| *score *= scale);
        scores
    }
}

/// What the rules count beside the pieces, whose scores are logarithms of odds.
pub(super) const RULES_WEIGHT: f64 = 3.0;

/// Long findings have more pieces, not more certainty.
fn scale(n_pieces: usize) -> f64 {
    4.0 / (n_pieces.max(4) as f64).sqrt()
}

/// Marks a piece of the first clause.
const FIRST_CLAUSE: u64 = 1 << 63;

/// A piece of two or three characters in one number, 21 bits each; numbers sort as the pieces do.
fn key(piece: &[char]) -> u64 {
    let at = |position: usize| piece.get(position).map_or(0, |&character| u64::from(character));
    at(0) << 42 | at(1) << 21 | at(2)
}

/// A key as the table of places wants it: differences in all bits (the finaliser of SplitMix64).
fn spread(key: u64) -> u64 {
    let key = (key ^ key >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let key = (key ^ key >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    key ^ key >> 31
}

fn characters(key: u64) -> impl Iterator<Item = char> {
    const MASK: u64 = (1 << 21) - 1;
    [key >> 42 & MASK, key >> 21 & MASK, key & MASK]
        .into_iter()
        .filter_map(|value| char::from_u32(value as u32).filter(|_| value > 0))
}

/// The runs of two and three Chinese characters of a normalised text, each once, sorted; those of the first clause once more apart.
fn pieces(text: &str) -> Vec<u64> {
    let characters: Vec<char> = text.chars().collect();
    let first = characters.iter().position(|it| ",。;:".contains(*it)).unwrap_or(characters.len());
    let mut found = Vec::with_capacity(4 * characters.len());
    let mut add = |characters: &[char], mark: u64| {
        for run in characters.split(|character| !('\u{4e00}'..='\u{9fff}').contains(character)) {
            for size in [2, 3] {
                found.extend(run.windows(size).map(|piece| key(piece) | mark));
            }
        }
    };
    add(&characters, 0);
    add(&characters[..first], FIRST_CLAUSE);
    found.sort_unstable();
    found.dedup();
    found
}
