//! Word pieces (字串权重): what the gold taught about which short runs of characters go with which type.
//!
//! Naive Bayes over runs of two and three Chinese characters. `cargo bench --profile dev --bench train` trains the weights from the
//! gold and reports, by cross-validation over documents, what rules and pieces reach alone and together.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use crate::lang::normalise;

/// Weights by piece: the types it speaks for, each with the logarithm of how much more often the type's findings hold
/// it than all findings do.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PieceWeights {
    /// Ids of the types that weights are for, sorted.
    types: Vec<String>,
    /// The pieces as [`key`]s, sorted.
    keys: Vec<u64>,
    /// Where the weights of each piece begin in `weights`; one more than pieces.
    starts: Vec<u32>,
    /// Type, as an index into `types`, and weight.
    weights: Vec<(u16, f32)>,
}

/// Added to every count.
const SMOOTHING: f32 = 0.3;
/// Weights below this say too little.
const MIN_WEIGHT: f32 = 0.5;

impl PieceWeights {
    /// The weights trained on the gold of the sample.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<PieceWeights> =
            LazyLock::new(|| PieceWeights::from_table(include_str!("data/type_weights.tsv")));
        &BUILTIN
    }

    /// Trains weights from texts and their types.
    pub fn train(examples: &[(&str, &str)]) -> Self {
        let mut of_type: BTreeMap<&str, BTreeMap<u64, f32>> = BTreeMap::new();
        let mut total: BTreeMap<u64, f32> = BTreeMap::new();
        let mut n_of_type: BTreeMap<&str, f32> = BTreeMap::new();
        for (text, type_id) in examples {
            *n_of_type.entry(type_id).or_default() += 1.0;
            for piece in pieces(text) {
                *of_type.entry(type_id).or_default().entry(piece).or_default() += 1.0;
                *total.entry(piece).or_default() += 1.0;
            }
        }
        let n = examples.len() as f32;
        let mut weights: BTreeMap<u64, Vec<(String, f32)>> = BTreeMap::new();
        for (type_id, counts) in of_type {
            for (piece, count) in counts {
                let inside = (count + SMOOTHING) / (n_of_type[type_id] + 2.0 * SMOOTHING);
                let outside = (total[&piece] + SMOOTHING) / (n + 2.0 * SMOOTHING);
                let weight = ((inside / outside).ln() * 100.0).round() / 100.0;
                if weight > MIN_WEIGHT {
                    weights.entry(piece).or_default().push((type_id.to_owned(), weight));
                }
            }
        }
        Self::from_map(&weights)
    }

    /// The table form: a line a piece, then `type:weight` pairs, parted by tabs.
    pub fn to_table(&self) -> String {
        let mut table = String::new();
        for (at, &key) in self.keys.iter().enumerate() {
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
            let piece: Vec<char> = fields.next()?.chars().collect();
            let pair = |field: &str| {
                field.split_once(':').and_then(|(id, weight)| Some((id.to_owned(), weight.parse().ok()?)))
            };
            Some((key(&piece), fields.filter_map(pair).collect()))
        };
        Self::from_map(&table.lines().filter_map(line).collect())
    }

    fn from_map(map: &BTreeMap<u64, Vec<(String, f32)>>) -> Self {
        let types: BTreeSet<&String> = map.values().flatten().map(|(type_id, _)| type_id).collect();
        let types: Vec<String> = types.into_iter().cloned().collect();
        let mut packed = Self { types, starts: vec![0], ..Self::default() };
        for (&key, weights) in map {
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

    /// How strongly a text speaks for each type; types it says nothing of are left out.
    pub fn scores(&self, text: &str) -> Vec<(&str, f32)> {
        let mut scores = vec![0.0f32; self.types.len()];
        for piece in pieces(text) {
            if let Ok(at) = self.keys.binary_search(&piece) {
                for &(type_idx, weight) in self.of_piece(at) {
                    scores[usize::from(type_idx)] += weight;
                }
            }
        }
        self.types.iter().map(String::as_str).zip(scores).filter(|(_, score)| *score > 0.0).collect()
    }
}

/// A piece of two or three characters in one number, 21 bits each; numbers sort as the pieces do.
fn key(piece: &[char]) -> u64 {
    let at = |position: usize| piece.get(position).map_or(0, |&character| u64::from(character));
    at(0) << 42 | at(1) << 21 | at(2)
}

fn characters(key: u64) -> impl Iterator<Item = char> {
    const MASK: u64 = (1 << 21) - 1;
    [key >> 42, key >> 21 & MASK, key & MASK]
        .into_iter()
        .filter_map(|value| char::from_u32(value as u32).filter(|_| value > 0))
}

/// The runs of two and three Chinese characters of a text, each once, sorted.
fn pieces(text: &str) -> Vec<u64> {
    let characters: Vec<char> = normalise(text).text.chars().collect();
    let mut found = Vec::with_capacity(2 * characters.len());
    for run in characters.split(|character| !('\u{4e00}'..='\u{9fff}').contains(character)) {
        for size in [2, 3] {
            found.extend(run.windows(size).map(key));
        }
    }
    found.sort_unstable();
    found.dedup();
    found
}
