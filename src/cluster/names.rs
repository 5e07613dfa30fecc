//! Names (命名): what a theme is called, and the words that tell it from the others.
//!
//! The type's name where most members share it; else words that a document really says, since a phrase made up from
//! frequent words reads badly and nobody wrote it.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::features::Features;
use crate::model::Finding;

/// The type at least 60 % of the members share; else empty.
pub(super) fn majority_type(members: &[usize], findings: &[&Finding]) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for &at in members {
        *counts.entry(findings[at].type_id.as_str()).or_default() += 1;
    }
    let best = counts
        .into_iter()
        .filter(|(id, _)| !id.is_empty())
        .max_by(|left, right| left.1.cmp(&right.1).then(right.0.cmp(left.0)));
    best.filter(|(_, count)| count * 10 >= members.len() * 6).map(|(id, _)| id.to_owned()).unwrap_or_default()
}

/// The member that says it best: near the centre, and short; `ranked` is nearest first.
pub(super) fn representative(ranked: &[(f32, usize)], findings: &[&Finding]) -> usize {
    let score = |&(similarity, at): &(f32, usize)| {
        let excess = findings[at].quote.chars().count().saturating_sub(40) as f32;
        similarity * (1.0 - (0.7 * excess / 120.0).min(0.7))
    };
    let mut best = ranked[0];
    for candidate in &ranked[1..] {
        if score(candidate) > score(&best) {
            best = *candidate;
        }
    }
    best.1
}

/// A name from the members' own words: the clause of the member nearest the centre, short ones before long ones, that
/// holds most of what members share.
pub(super) fn sentence(ranked: &[(f32, usize)], shared: &[Vec<String>], findings: &[&Finding]) -> String {
    let mut best: Option<(f32, &str)> = None;
    for (&(similarity, at), words) in ranked.iter().zip(shared) {
        for clause in findings[at].quote.split(['，', '。', '；', '：', '、']).map(str::trim) {
            let n_chars = clause.chars().count();
            if n_chars < 4 {
                continue;
            }
            let n_shared = words.iter().filter(|word| clause.contains(word.as_str())).count() as f32;
            let brevity = 1.0 - (0.7 * n_chars.saturating_sub(14) as f32 / 60.0).min(0.7);
            let score = similarity * brevity * (0.5 + n_shared);
            if best.is_none_or(|(value, _)| score > value) {
                best = Some((score, clause));
            }
        }
    }
    best.map_or_else(|| short_name(&findings[ranked[0].1].quote), |(_, clause)| clause.chars().take(24).collect())
}

/// The first clause of a quote.
pub(super) fn short_name(quote: &str) -> String {
    let end = quote.find(['，', '。', '；', '：']).unwrap_or(quote.len());
    quote[..end].chars().take(24).collect()
}

/// In how many members each word stands.
pub(super) fn word_counts(members: &[usize], features: &Features) -> FxHashMap<u32, u32> {
    let mut counts = FxHashMap::default();
    for &at in members {
        for word in features.words_of(at) {
            *counts.entry(word).or_default() += 1;
        }
    }
    counts
}

/// Words a member shares with at least one other, most widely shared first.
pub(super) fn shared_words(at: usize, counts: &FxHashMap<u32, u32>, features: &Features) -> Vec<String> {
    let mut shared: Vec<(u32, &str)> = features
        .words_of(at)
        .map(|word| (counts.get(&word).copied().unwrap_or(0), &*features.words[word as usize]))
        .filter(|(count, _)| *count > 1)
        .collect();
    shared.sort_unstable_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
    shared.into_iter().take(5).map(|(_, word)| word.to_owned()).collect()
}

/// Three words that set each group apart: frequent in it, in few other groups (class-based tf-idf).
pub(super) fn keywords(groups: &[&[usize]], features: &Features) -> Vec<Vec<String>> {
    let counts: Vec<Vec<(u32, u32)>> = groups
        .iter()
        .map(|members| {
            let mut counts: Vec<(u32, u32)> = word_counts(members, features).into_iter().collect();
            counts.sort_unstable();
            counts
        })
        .collect();
    let mut n_groups = vec![0u32; features.words.len()];
    for &(word, _) in counts.iter().flatten() {
        n_groups[word as usize] += 1;
    }
    let total = groups.len() as f32;
    let best = |counts: &Vec<(u32, u32)>| {
        let mut ranked: Vec<(f32, &str)> = counts
            .iter()
            .map(|&(word, count)| {
                let idf = (1.0 + total / n_groups[word as usize] as f32).ln();
                (count as f32 * idf, &*features.words[word as usize])
            })
            .collect();
        ranked.sort_unstable_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
        ranked.into_iter().take(3).map(|(_, word)| word.to_owned()).collect()
    };
    counts.iter().map(best).collect()
}
