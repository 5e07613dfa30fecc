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
    weights: BTreeMap<String, Vec<(String, f32)>>,
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
        let mut of_type: BTreeMap<&str, BTreeMap<String, f32>> = BTreeMap::new();
        let mut total: BTreeMap<String, f32> = BTreeMap::new();
        let mut n_of_type: BTreeMap<&str, f32> = BTreeMap::new();
        for (text, type_id) in examples {
            *n_of_type.entry(type_id).or_default() += 1.0;
            for piece in pieces(text) {
                *of_type.entry(type_id).or_default().entry(piece.clone()).or_default() += 1.0;
                *total.entry(piece).or_default() += 1.0;
            }
        }
        let n = examples.len() as f32;
        let mut weights: BTreeMap<String, Vec<(String, f32)>> = BTreeMap::new();
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
        Self { weights }
    }

    /// The table form: a line a piece, then `type:weight` pairs, parted by tabs.
    pub fn to_table(&self) -> String {
        let mut table = String::new();
        for (piece, weights) in &self.weights {
            table.push_str(piece);
            for (type_id, weight) in weights {
                table.push_str(&format!("\t{type_id}:{weight}"));
            }
            table.push('\n');
        }
        table
    }

    fn from_table(table: &str) -> Self {
        let line = |line: &str| -> Option<(String, Vec<(String, f32)>)> {
            let mut fields = line.split('\t');
            let piece = fields.next().filter(|piece| !piece.is_empty())?;
            let pair = |field: &str| {
                field.split_once(':').and_then(|(id, weight)| Some((id.to_owned(), weight.parse().ok()?)))
            };
            Some((piece.to_owned(), fields.filter_map(pair).collect()))
        };
        Self { weights: table.lines().filter_map(line).collect() }
    }

    /// How strongly a text speaks for each type.
    pub fn scores(&self, text: &str) -> BTreeMap<&str, f32> {
        let mut scores: BTreeMap<&str, f32> = BTreeMap::new();
        for piece in pieces(text) {
            for (type_id, weight) in self.weights.get(&piece).into_iter().flatten() {
                *scores.entry(type_id).or_default() += weight;
            }
        }
        scores
    }
}

/// The runs of two and three Chinese characters of a text, each once.
fn pieces(text: &str) -> BTreeSet<String> {
    let text = normalise(text).text;
    let mut found = BTreeSet::new();
    for run in text.split(|character: char| !('\u{4e00}'..='\u{9fff}').contains(&character)) {
        let characters: Vec<char> = run.chars().collect();
        for size in [2, 3] {
            found.extend(characters.windows(size).map(|window| window.iter().collect::<String>()));
        }
    }
    found
}
