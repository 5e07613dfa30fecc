//! Linear models (线性模型): named features with one weight a class, trained by maximum likelihood.
//!
//! Small, deterministic, in this process: logistic regression and the linear-chain conditional random field (Lafferty,
//! McCallum and Pereira, ICML 2001), by stochastic gradient with adaptive steps (Duchi, Hazan and Singer, JMLR 2011) and
//! a penalty on the squares of the weights. The weights are tables that can be read: a feature's name says what it
//! looks at.

use std::collections::{BTreeMap, HashMap};
use std::hash::{BuildHasherDefault, Hasher};

/// A feature (特征): a hash of its parts, none of which holds `=`, the mark that joins them in its name.
///
/// A folded multiplication for each eight bytes, for features are made by the hundred for every line of text.
pub(super) fn feature(parts: &[&str]) -> u64 {
    parts.iter().fold(0x243f_6a88_85a3_08d3, |hash, part| hashed(hash, part.as_bytes()))
}

fn hashed(mut hash: u64, bytes: &[u8]) -> u64 {
    let fold = |hash: u64, word: u64| {
        let product = u128::from(hash ^ word) * 0x9e37_79b9_7f4a_7c15;
        (product as u64) ^ (product >> 64) as u64
    };
    let mut rest = bytes;
    while let Some((word, after)) = rest.split_first_chunk::<8>() {
        hash = fold(hash, u64::from_le_bytes(*word));
        rest = after;
    }
    let last = match (rest.first_chunk::<4>(), rest.last_chunk::<4>()) {
        (Some(start), Some(end)) => u64::from(u32::from_le_bytes(*start)) | u64::from(u32::from_le_bytes(*end)) << 32,
        _ => rest.iter().fold(0, |word, byte| word << 8 | u64::from(*byte)),
    };
    fold(fold(hash, last), bytes.len() as u64)
}

/// A hasher for keys that are hashes already.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct AsItIs(u64);

impl Hasher for AsItIs {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = hashed(self.0, bytes);
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}

/// Where each of some keys is.
pub(super) type Places = HashMap<u64, u32, BuildHasherDefault<AsItIs>>;

/// The names of features, kept while training (特征名).
pub type Names = BTreeMap<u64, String>;

/// The weights of a linear model (权重): features sorted, each with one weight a class.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Weights {
    n_classes: usize,
    features: Vec<u64>,
    places: Places,
    weights: Vec<f32>,
    names: Vec<String>,
}

impl Weights {
    /// Reads a table: a line a feature, its name and one weight a class, parted by tabs.
    pub(super) fn from_table(table: &str, n_classes: usize) -> Self {
        let line = |line: &str| -> Option<(u64, (String, Vec<f32>))> {
            let mut fields = line.split('\t');
            let name = fields.next()?.to_owned();
            let weights: Vec<f32> = fields.filter_map(|field| field.parse().ok()).collect();
            let key = feature(&name.split('=').collect::<Vec<_>>());
            (weights.len() == n_classes).then_some((key, (name, weights)))
        };
        let lines: BTreeMap<u64, (String, Vec<f32>)> = table.lines().filter_map(line).collect();
        let mut read = Self { n_classes, ..Self::default() };
        for (feature, (name, weights)) in lines {
            read.push(feature, name, weights);
        }
        read
    }

    fn push(&mut self, feature: u64, name: String, weights: impl IntoIterator<Item = f32>) {
        self.places.insert(feature, self.features.len() as u32);
        self.features.push(feature);
        self.weights.extend(weights);
        self.names.push(name);
    }

    /// The table form.
    pub(super) fn to_table(&self) -> String {
        let mut lines: Vec<String> = (0..self.features.len())
            .map(|at| {
                let weights: Vec<String> = self.at(at).iter().map(ToString::to_string).collect();
                format!("{}\t{}\n", self.names[at], weights.join("\t"))
            })
            .collect();
        lines.sort();
        lines.concat()
    }

    fn at(&self, at: usize) -> &[f32] {
        &self.weights[at * self.n_classes..(at + 1) * self.n_classes]
    }

    /// The weights of a feature, one a class; nothing where the model does not know it.
    pub(super) fn of(&self, feature: u64) -> &[f32] {
        self.places.get(&feature).map_or(&[], |&at| self.at(at as usize))
    }

    /// Adds the weights of features to scores, one a class.
    pub(super) fn add(&self, features: &[u64], scores: &mut [f32]) {
        for &feature in features {
            for (score, weight) in scores.iter_mut().zip(self.of(feature)) {
                *score += weight;
            }
        }
    }

    /// Whether there is nothing in it.
    pub(super) fn is_empty(&self) -> bool {
        self.features.is_empty()
    }
}

/// Weights while they are trained (训练中的权重).
#[derive(Debug)]
pub(super) struct Training {
    n_classes: usize,
    /// Where each feature's weights begin.
    places: HashMap<u64, usize>,
    weights: Vec<f64>,
    /// Sums of squares of past gradients.
    squares: Vec<f64>,
    /// Sums of weights over the rounds that count, and how many there were.
    sums: Vec<f64>,
    n_rounds: usize,
    /// How far a step goes.
    step: f64,
    /// The penalty on large weights.
    penalty: f64,
}

impl Training {
    pub(super) fn new(n_classes: usize, step: f64, penalty: f64) -> Self {
        Self {
            n_classes,
            places: HashMap::new(),
            weights: Vec::new(),
            squares: Vec::new(),
            sums: Vec::new(),
            n_rounds: 0,
            step,
            penalty,
        }
    }

    /// Adds the weights of features to scores, one a class.
    pub(super) fn add(&self, features: &[u64], scores: &mut [f64]) {
        for feature in features {
            if let Some(&place) = self.places.get(feature) {
                for (score, weight) in scores.iter_mut().zip(&self.weights[place..]) {
                    *score += weight;
                }
            }
        }
    }

    /// Moves the weights of features against a gradient, one a class.
    pub(super) fn descend(&mut self, features: &[u64], gradient: &[f64]) {
        for &feature in features {
            let next = self.weights.len();
            let place = *self.places.entry(feature).or_insert(next);
            if place == next {
                self.weights.resize(next + self.n_classes, 0.0);
                self.squares.resize(next + self.n_classes, 1e-3);
            }
            for (class, slope) in gradient.iter().enumerate() {
                let slope = slope + self.penalty * self.weights[place + class];
                self.squares[place + class] += slope * slope;
                self.weights[place + class] -= self.step * slope / self.squares[place + class].sqrt();
            }
        }
    }

    /// Ends a round: the finished weights are the means over the rounds, which are steadier than the last.
    pub(super) fn end_round(&mut self) {
        self.sums.resize(self.weights.len(), 0.0);
        for (sum, weight) in self.sums.iter_mut().zip(&self.weights) {
            *sum += weight;
        }
        self.n_rounds += 1;
    }

    /// Takes the means over the rounds for the weights.
    fn settle(&mut self) {
        for (weight, sum) in self.weights.iter_mut().zip(&self.sums) {
            *weight = sum / self.n_rounds.max(1) as f64;
        }
    }

    /// All features with their weights, one a class, in the order of the features.
    pub(super) fn weights(&mut self) -> impl Iterator<Item = (u64, &[f64])> {
        self.settle();
        let places: BTreeMap<u64, usize> = self.places.iter().map(|(feature, place)| (*feature, *place)).collect();
        places.into_iter().map(|(feature, place)| (feature, &self.weights[place..place + self.n_classes]))
    }

    /// The weights of the features whose names are known, small ones left out.
    pub(super) fn finish(mut self, names: &BTreeMap<u64, String>) -> Weights {
        self.settle();
        const LEAST: f64 = 0.02;
        let mut finished = Weights { n_classes: self.n_classes, ..Weights::default() };
        for (feature, name) in names {
            let Some(&place) = self.places.get(feature) else { continue };
            let weights = &self.weights[place..place + self.n_classes];
            if weights.iter().any(|weight| weight.abs() >= LEAST) {
                let rounded = weights.iter().map(|weight| ((weight * 100.0).round() / 100.0) as f32);
                finished.push(*feature, name.clone(), rounded);
            }
        }
        finished
    }
}

/// Probabilities from scores.
pub(super) fn softmax(scores: &mut [f64]) {
    let most = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut sum = 0.0;
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
        sum += *score;
    }
    for score in scores.iter_mut() {
        *score /= sum;
    }
}

/// The numbers below n in a fixed order that differs from round to round.
pub(super) fn order(n: usize, round: usize) -> Vec<usize> {
    let mut state = 0x9e37_79b9_7f4a_7c15u64.wrapping_mul(round as u64 + 1);
    let mut numbers: Vec<usize> = (0..n).collect();
    for at in (1..n).rev() {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        numbers.swap(at, (state >> 33) as usize % (at + 1));
    }
    numbers
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_come_back() {
        let table = "zone=problems\t0.5\t-1\nlen=3\t2\t0.25\n";
        let weights = Weights::from_table(table, 2);
        assert_eq!(weights.of(feature(&["zone", "problems"])), [0.5, -1.0]);
        assert_eq!(Weights::from_table(&weights.to_table(), 2), weights);
        assert_eq!(weights.of(feature(&["zone"])), [0f32; 0]);
    }
}
