//! Near pairs (相近主题): which themes are so near each other that a person might want them as one.

use std::collections::BTreeMap;

use super::{Grouping, features_of, in_order, positions, sum_of};
use crate::lang::Lexicon;
use crate::model::Finding;

/// Pairs of groups by the mean similarity of their members across, nearest first. Different types count as nothing
/// here, and half the cut is enough: clustering has merged what it is sure of, this is for a person to look at. Work
/// grows with the square of the number of groups.
pub fn near_pairs(
    findings: &[&Finding],
    groups: &[Vec<String>],
    grouping: &Grouping,
    lexicon: &Lexicon,
) -> Vec<(f32, usize, usize)> {
    let findings = in_order(findings);
    let features = features_of(&findings, lexicon);
    let at = positions(&findings);
    let members: Vec<Vec<usize>> =
        groups.iter().map(|ids| ids.iter().filter_map(|id| at.get(id.as_str()).copied()).collect()).collect();
    let centres: Vec<_> = members.iter().map(|members| sum_of(members, &features)).collect();
    let types: Vec<BTreeMap<u16, f32>> = members
        .iter()
        .map(|members| {
            let mut counts = BTreeMap::new();
            for type_idx in members.iter().filter_map(|&at| features.types[features.points[at] as usize]) {
                *counts.entry(type_idx).or_insert(0.0) += 1.0;
            }
            counts
        })
        .collect();
    let mut pairs = Vec::new();
    for left in 0..groups.len() {
        for right in left + 1..groups.len() {
            let n_pairs = (members[left].len() * members[right].len()).max(1) as f32;
            let n_same: f32 = types[left].iter().map(|(it, count)| count * types[right].get(it).unwrap_or(&0.0)).sum();
            let value = (centres[left].dot(&centres[right]) + grouping.same_type * n_same) / n_pairs;
            if value >= grouping.cut / 2.0 {
                pairs.push((value, left, right));
            }
        }
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
    pairs
}
