//! Grouping (聚类): average-link agglomeration over the pairs a k-nearest-neighbour graph proposes.
//!
//! The value of a pair of clusters is exact, not estimated from edges: with the sum of the members' vectors kept for
//! each cluster, the mean similarity of all cross pairs is sum_A · sum_B / (|A| |B|). The type lexicon enters as a
//! soft prior in the same way, from the counts of types in each cluster. Ties are broken by position, positions are
//! in order of finding id, so the result depends on nothing but the set of findings.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use super::features::{Vector, dot, sum};

/// How findings are grouped (聚类参数).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grouping {
    /// Neighbours proposed for each finding.
    pub neighbours: usize,
    /// Findings looked at for each feature; more common features say little.
    pub posting_cap: usize,
    /// Clusters whose mean similarity is below this stay apart.
    pub cut: f32,
    /// Added to the similarity of findings of the same type.
    pub same_type: f32,
    /// Taken from the similarity of findings of different types.
    pub other_type: f32,
}

impl Grouping {
    /// The level of themes. The cut is flat between .06 and .12 with the type prior on; the prior is set so that members
    /// of different types need clearly more words in common than members of one.
    pub const THEMES: Self = Self { neighbours: 15, posting_cap: 600, cut: 0.09, same_type: 0.25, other_type: 0.2 };
}

/// A cluster while it grows.
struct Cluster {
    members: Vec<usize>,
    total: Vector,
    types: BTreeMap<usize, f32>,
    n_typed: f32,
    neighbours: BTreeSet<usize>,
}

/// A pair of clusters to be merged; the greatest value first, then the smallest positions.
struct Pair {
    value: f32,
    left: usize,
    right: usize,
}

impl PartialEq for Pair {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}
impl Eq for Pair {}
impl PartialOrd for Pair {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Pair {
    fn cmp(&self, other: &Self) -> Ordering {
        let by_value = self.value.total_cmp(&other.value);
        by_value.then_with(|| (other.left, other.right).cmp(&(self.left, self.right)))
    }
}

/// Groups items by their vectors and types (`None` where the type is unknown); each group in ascending order, groups
/// by their first member.
pub(super) fn group(
    vectors: &[Vector],
    types: &[Option<usize>],
    n_features: usize,
    grouping: &Grouping,
) -> Vec<Vec<usize>> {
    let mut clusters: Vec<Option<Cluster>> = vectors
        .iter()
        .enumerate()
        .map(|(at, vector)| {
            let own: BTreeMap<usize, f32> = types[at].map(|type_idx| (type_idx, 1.0)).into_iter().collect();
            let n_typed = own.len() as f32;
            Some(Cluster { members: vec![at], total: vector.clone(), types: own, n_typed, neighbours: BTreeSet::new() })
        })
        .collect();
    let mut heap = BinaryHeap::new();
    for (left, right) in candidates(vectors, types, n_features, grouping) {
        connect(&mut clusters, left, right, grouping, &mut heap);
    }
    while let Some(Pair { left, right, .. }) = heap.pop() {
        // A pair is stale once one of its clusters has been merged: a merge makes a new position.
        let (Some(_), Some(_)) = (&clusters[left], &clusters[right]) else { continue };
        let (Some(one), Some(other)) = (clusters[left].take(), clusters[right].take()) else { continue };
        let merged = clusters.len();
        let mut neighbours: BTreeSet<usize> = one.neighbours.union(&other.neighbours).copied().collect();
        neighbours.retain(|&at| clusters[at].is_some());
        let mut members = [one.members, other.members].concat();
        members.sort_unstable();
        let mut types = one.types;
        for (type_idx, count) in other.types {
            *types.entry(type_idx).or_default() += count;
        }
        let n_typed = one.n_typed + other.n_typed;
        let total = sum(&one.total, &other.total);
        clusters.push(Some(Cluster { members, total, types, n_typed, neighbours: BTreeSet::new() }));
        for at in neighbours {
            connect(&mut clusters, at, merged, grouping, &mut heap);
        }
    }
    let mut groups: Vec<Vec<usize>> = clusters.into_iter().flatten().map(|cluster| cluster.members).collect();
    groups.sort_unstable();
    groups
}

/// Makes two clusters neighbours; a pair worth merging goes on the heap.
fn connect(
    clusters: &mut [Option<Cluster>],
    left: usize,
    right: usize,
    grouping: &Grouping,
    heap: &mut BinaryHeap<Pair>,
) {
    let (Some(one), Some(other)) = (&clusters[left], &clusters[right]) else { return };
    let value = similarity(one, other, grouping);
    for (own, neighbour) in [(left, right), (right, left)] {
        if let Some(cluster) = &mut clusters[own] {
            cluster.neighbours.insert(neighbour);
        }
    }
    if value >= grouping.cut {
        heap.push(Pair { value, left, right });
    }
}

/// The mean similarity of the pairs across two clusters.
fn similarity(one: &Cluster, other: &Cluster, grouping: &Grouping) -> f32 {
    let n_pairs = (one.members.len() * other.members.len()) as f32;
    let n_same: f32 = one.types.iter().map(|(type_idx, count)| count * other.types.get(type_idx).unwrap_or(&0.0)).sum();
    let n_other = one.n_typed * other.n_typed - n_same;
    (dot(&one.total, &other.total) + grouping.same_type * n_same - grouping.other_type * n_other) / n_pairs
}

/// The pairs of near neighbours: for each item the best by similarity among those it shares a feature or type with.
fn candidates(
    vectors: &[Vector],
    types: &[Option<usize>],
    n_features: usize,
    grouping: &Grouping,
) -> BTreeSet<(usize, usize)> {
    let mut postings: Vec<Vec<(usize, f32)>> = vec![Vec::new(); n_features];
    for (at, vector) in vectors.iter().enumerate() {
        for &(feature, weight) in vector {
            postings[feature as usize].push((at, weight));
        }
    }
    let mut of_type: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (at, type_idx) in types.iter().enumerate() {
        if let Some(type_idx) = type_idx {
            of_type.entry(*type_idx).or_default().push(at);
        }
    }
    let mut pairs = BTreeSet::new();
    let mut scores = vec![0f32; vectors.len()];
    for (at, vector) in vectors.iter().enumerate() {
        let mut touched: Vec<usize> = Vec::new();
        for &(feature, weight) in vector {
            for &(other, other_weight) in postings[feature as usize].iter().take(grouping.posting_cap) {
                if scores[other] == 0.0 {
                    touched.push(other);
                }
                scores[other] += weight * other_weight;
            }
        }
        let same = types[at].and_then(|type_idx| of_type.get(&type_idx)).map_or(&[][..], Vec::as_slice);
        for &other in same.iter().take(grouping.posting_cap) {
            if scores[other] == 0.0 {
                touched.push(other);
            }
            scores[other] += grouping.same_type;
        }
        touched.sort_unstable();
        touched.dedup();
        touched.retain(|&other| other != at);
        let mut ranked: Vec<(f32, usize)> = touched.iter().map(|&other| (scores[other], other)).collect();
        ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
        pairs.extend(ranked.iter().take(grouping.neighbours).map(|&(_, other)| (at.min(other), at.max(other))));
        for other in touched {
            scores[other] = 0.0;
        }
        scores[at] = 0.0;
    }
    pairs
}
