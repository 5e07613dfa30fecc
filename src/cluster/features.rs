//! Features (特征) of findings: what a problem is about, as sparse vectors.
//!
//! The text is masked (units, persons, figures) and freed of filler (不到位, 存在, 部分…), for the object of a
//! problem matters, not how its deficiency is put. Words and character n-grams are weighted by 1 + ln tf and smoothed
//! idf over the findings at hand, each normalised, then mixed.

use std::collections::BTreeMap;

use crate::lang::{Cue, Lexicon, normalise};
use crate::model::Finding;

/// Share of words in the mix; the rest are character 2- and 3-grams. Measured best with 0.25 on terse findings.
const WORD_SHARE: f32 = 0.25;

/// A sparse vector: feature and weight, by feature.
pub(super) type Vector = Vec<(u32, f32)>;

/// The vectors of all findings, in their order, and the words behind the word features.
pub(super) struct Features {
    /// One vector for each finding, of length 1 (or 0 where nothing is left).
    pub(super) vectors: Vec<Vector>,
    /// Number of distinct features.
    pub(super) n_features: usize,
    /// The words of each finding that can be shown.
    pub(super) words: Vec<Vec<String>>,
}

/// Computes the features.
pub(super) fn features(findings: &[&Finding], lexicon: &Lexicon) -> Features {
    let texts: Vec<String> = findings.iter().map(|finding| object_text(finding, lexicon)).collect();
    let words: Vec<Vec<String>> = texts.iter().map(|text| words(text, lexicon)).collect();
    let grams: Vec<Vec<String>> = texts.iter().map(|text| grams(text)).collect();
    let mut ids: BTreeMap<(bool, &str), u32> = BTreeMap::new();
    let word_vectors = weighted(&words, true, &mut ids);
    let gram_vectors = weighted(&grams, false, &mut ids);
    let vectors = word_vectors.into_iter().zip(gram_vectors).map(|(left, right)| mixed(left, right)).collect();
    let n_features = ids.len();
    Features { vectors, n_features, words }
}

/// The text of a finding without units, figures and filler; stretches are parted by a space.
fn object_text(finding: &Finding, lexicon: &Lexicon) -> String {
    let mut text = normalise(&finding.quote).text;
    if let Some(unit) = &finding.unit {
        text = text.replace(unit.as_str(), " ");
    }
    let masked: String = text
        .chars()
        .map(|character| if character.is_alphabetic() && !character.is_ascii_alphabetic() { character } else { ' ' })
        .collect();
    let kept = lexicon.cues.without(Cue::Filler, &masked).join(" ");
    let n_chars = kept.chars().filter(|character| !character.is_whitespace()).count();
    // Wording that is nothing but filler keeps its words: it can only be compared as it stands.
    if n_chars < 2 { masked } else { kept }
}

fn words(text: &str, lexicon: &Lexicon) -> Vec<String> {
    let words = lexicon.segmenter.words(text);
    words.into_iter().filter(|word| word.text.chars().count() >= 2).map(|word| word.text.to_owned()).collect()
}

fn grams(text: &str) -> Vec<String> {
    let mut grams = Vec::new();
    for stretch in text.split_whitespace() {
        let characters: Vec<char> = stretch.chars().collect();
        for size in [2, 3] {
            grams.extend(characters.windows(size).map(|window| window.iter().collect::<String>()));
        }
    }
    grams
}

/// 1 + ln tf times ln((1 + n) / (1 + df)) + 1, normalised to length 1.
fn weighted<'a>(texts: &'a [Vec<String>], is_word: bool, ids: &mut BTreeMap<(bool, &'a str), u32>) -> Vec<Vector> {
    let mut document_counts: BTreeMap<&str, f32> = BTreeMap::new();
    let counted: Vec<BTreeMap<&str, f32>> = texts
        .iter()
        .map(|terms| {
            let mut counts: BTreeMap<&str, f32> = BTreeMap::new();
            for term in terms {
                *counts.entry(term).or_default() += 1.0;
            }
            for term in counts.keys() {
                *document_counts.entry(term).or_default() += 1.0;
            }
            counts
        })
        .collect();
    let n = texts.len() as f32;
    for term in document_counts.keys() {
        let next = ids.len() as u32;
        ids.entry((is_word, term)).or_insert(next);
    }
    let weigh = |counts: BTreeMap<&str, f32>| {
        let mut vector: Vector = counts
            .into_iter()
            .filter_map(|(term, count)| {
                let idf = ((1.0 + n) / (1.0 + document_counts.get(term)?)).ln() + 1.0;
                Some((*ids.get(&(is_word, term))?, (1.0 + count.ln()) * idf))
            })
            .collect();
        vector.sort_unstable_by_key(|&(feature, _)| feature);
        normalised(vector)
    };
    counted.into_iter().map(weigh).collect()
}

fn normalised(mut vector: Vector) -> Vector {
    let length = vector.iter().map(|(_, weight)| weight * weight).sum::<f32>().sqrt();
    if length > 0.0 {
        for (_, weight) in &mut vector {
            *weight /= length;
        }
    }
    vector
}

/// Mixes so that the dot product of two mixes is the weighted mean of the parts' dot products.
fn mixed(words: Vector, grams: Vector) -> Vector {
    let mut mixed: Vector = words.into_iter().map(|(feature, weight)| (feature, weight * WORD_SHARE.sqrt())).collect();
    mixed.extend(grams.into_iter().map(|(feature, weight)| (feature, weight * (1.0 - WORD_SHARE).sqrt())));
    mixed.sort_unstable_by_key(|&(feature, _)| feature);
    mixed
}

/// The dot product of two sparse vectors.
pub(super) fn dot(left: &[(u32, f32)], right: &[(u32, f32)]) -> f32 {
    let (mut at_left, mut at_right, mut sum) = (0, 0, 0.0);
    while let (Some(&(one, weight)), Some(&(other, other_weight))) = (left.get(at_left), right.get(at_right)) {
        match one.cmp(&other) {
            std::cmp::Ordering::Less => at_left += 1,
            std::cmp::Ordering::Greater => at_right += 1,
            std::cmp::Ordering::Equal => {
                sum += weight * other_weight;
                at_left += 1;
                at_right += 1;
            }
        }
    }
    sum
}

/// The sum of two sparse vectors.
pub(super) fn sum(left: &[(u32, f32)], right: &[(u32, f32)]) -> Vector {
    let mut total = Vec::with_capacity(left.len() + right.len());
    let (mut at_left, mut at_right) = (0, 0);
    loop {
        match (left.get(at_left), right.get(at_right)) {
            (Some(&one), Some(&other)) if one.0 == other.0 => {
                total.push((one.0, one.1 + other.1));
                at_left += 1;
                at_right += 1;
            }
            (Some(&one), Some(&other)) if one.0 < other.0 => {
                total.push(one);
                at_left += 1;
            }
            (_, Some(&other)) => {
                total.push(other);
                at_right += 1;
            }
            (Some(&one), None) => {
                total.push(one);
                at_left += 1;
            }
            (None, None) => return total,
        }
    }
}
