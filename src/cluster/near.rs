//! Near neighbours (近邻): which pairs of points are worth comparing, from an inverted index.
//!
//! The most telling features of a point are looked up. A feature that many points have is followed only to those of
//! the same type and, among these, to those for which it weighs most: work for one point is bounded however many
//! there are. The best pairs are then scored again by the whole rows.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::Grouping;
use super::features::{Features, dot};

/// A pair of points, or of what they stand for, with their similarity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Edge {
    pub(super) left: u32,
    pub(super) right: u32,
    pub(super) value: f32,
}

/// Points scored again for each neighbour wanted.
const RESCORED: usize = 2;
/// Points whose neighbours one task finds, and tasks whose results are kept apart at the same time.
const TASK: usize = 1024;
const WAVE: usize = 32;

/// What the types of two points add to their similarity.
pub(super) fn prior(one: Option<u16>, other: Option<u16>, grouping: &Grouping) -> f32 {
    match (one, other) {
        (Some(one), Some(other)) if one == other => grouping.same_type,
        (Some(_), Some(_)) => -grouping.other_type,
        (None, None) => grouping.both_unknown,
        _ => -grouping.one_unknown,
    }
}

/// An inverted index (倒排索引) over the most telling features of points.
pub(super) struct Postings {
    starts: Vec<u32>,
    /// Point and weight; for a feature with more points than are looked at by type, within a type the greatest weight
    /// first.
    list: Vec<(u32, f32)>,
    /// For each of these features, where in its part of the list each type starts and ends.
    by_type: FxHashMap<u32, Vec<Run>>,
}

/// A type, and where its points start and end.
type Run = (Option<u16>, u32, u32);

impl Postings {
    /// Indexes these points, in ascending order.
    pub(super) fn new(features: &Features, points: impl Iterator<Item = u32> + Clone, grouping: &Grouping) -> Self {
        let mut starts = vec![0u32; features.n_features + 1];
        let mut telling = Vec::new();
        for point in points.clone() {
            most_telling(features.row(point), grouping.probes, &mut telling);
            for &(feature, _) in &telling {
                starts[feature as usize + 1] += 1;
            }
        }
        for at in 1..starts.len() {
            starts[at] += starts[at - 1];
        }
        let mut next = starts.clone();
        let mut list = vec![(0, 0.0); starts.last().copied().unwrap_or(0) as usize];
        for point in points {
            most_telling(features.row(point), grouping.probes, &mut telling);
            for &(feature, weight) in &telling {
                list[next[feature as usize] as usize] = (point, weight);
                next[feature as usize] += 1;
            }
        }
        drop(next);
        let mut rest = &mut list[..];
        let mut long = Vec::new();
        for (feature, bounds) in starts.windows(2).enumerate() {
            let (own, others) = rest.split_at_mut((bounds[1] - bounds[0]) as usize);
            rest = others;
            if own.len() > grouping.posting_cap {
                long.push((feature as u32, own));
            }
        }
        let by_type: Vec<(u32, Vec<Run>)> = long
            .into_par_iter()
            .map(|(feature, own)| {
                let type_of = |point: u32| features.types[point as usize];
                own.sort_unstable_by(|left, right| {
                    let types = type_of(left.0).cmp(&type_of(right.0));
                    types.then(right.1.total_cmp(&left.1)).then(left.0.cmp(&right.0))
                });
                let mut start = 0;
                let mut runs = Vec::new();
                for run in own.chunk_by(|one, other| type_of(one.0) == type_of(other.0)) {
                    let end = start + run.len() as u32;
                    runs.push((type_of(run[0].0), start, end.min(start + grouping.posting_cap as u32)));
                    start = end;
                }
                (feature, runs)
            })
            .collect();
        Self { starts, list, by_type: by_type.into_iter().collect() }
    }

    /// The points to look at for a feature that a point of this type has.
    fn of(&self, feature: u32, type_idx: Option<u16>, cap: usize) -> &[(u32, f32)] {
        let own = &self.list[self.starts[feature as usize] as usize..self.starts[feature as usize + 1] as usize];
        if own.len() <= cap {
            return own;
        }
        let Some(runs) = self.by_type.get(&feature) else { return own };
        let run = runs.binary_search_by(|run| run.0.cmp(&type_idx)).ok().map(|at| runs[at]);
        run.map_or(&[], |(_, start, end)| &own[start as usize..end as usize])
    }
}

/// The features of greatest weight, by feature.
fn most_telling(row: &[(u32, f32)], n: usize, telling: &mut Vec<(u32, f32)>) {
    telling.clear();
    telling.extend_from_slice(row);
    if telling.len() > n {
        telling.select_nth_unstable_by(n, |left, right| right.1.total_cmp(&left.1).then(left.0.cmp(&right.0)));
        telling.truncate(n);
        telling.sort_unstable_by_key(|&(feature, _)| feature);
    }
}

/// Room for the scores of one query, cleared after each.
pub(super) struct Scratch {
    scores: Vec<f32>,
    touched: Vec<u32>,
    telling: Vec<(u32, f32)>,
}

impl Scratch {
    pub(super) fn new(n_points: usize) -> Self {
        Self { scores: vec![0.0; n_points], touched: Vec::new(), telling: Vec::new() }
    }

    /// Scores every point that shares a looked-up feature with this one by what they share.
    fn look_up(&mut self, point: u32, features: &Features, postings: &Postings, grouping: &Grouping) {
        most_telling(features.row(point), grouping.probes, &mut self.telling);
        let type_idx = features.types[point as usize];
        for &(feature, weight) in &self.telling {
            for &(other, other_weight) in postings.of(feature, type_idx, grouping.posting_cap) {
                let score = &mut self.scores[other as usize];
                if *score == 0.0 {
                    self.touched.push(other);
                }
                *score += weight * other_weight;
            }
        }
    }

    /// The points that share most with a point by what was looked up and by type, in ascending order.
    pub(super) fn best(
        &mut self,
        point: u32,
        features: &Features,
        postings: &Postings,
        n: usize,
        grouping: &Grouping,
    ) -> Vec<u32> {
        self.look_up(point, features, postings, grouping);
        let own_type = features.types[point as usize];
        let score = |&other: &u32| {
            (self.scores[other as usize] + prior(own_type, features.types[other as usize], grouping), other)
        };
        let mut ranked: Vec<(f32, u32)> = self.touched.iter().map(score).collect();
        self.clear();
        if ranked.len() > n {
            ranked.select_nth_unstable_by(n, |one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
            ranked.truncate(n);
        }
        let mut best: Vec<u32> = ranked.into_iter().map(|(_, other)| other).collect();
        best.sort_unstable();
        best
    }

    /// Forgets the last query.
    fn clear(&mut self) {
        for &other in &self.touched {
            self.scores[other as usize] = 0.0;
        }
        self.touched.clear();
    }
}

/// For each of some points, in ascending order, the best others among them by cosine and type, and a chain through the
/// points of each type; with their cosines, by left, then right.
pub(super) fn edges(features: &Features, points: &[u32], grouping: &Grouping) -> Vec<Edge> {
    let postings = Postings::new(features, points.iter().copied(), grouping);
    let mut edges: Vec<Edge> = Vec::with_capacity(points.len() * (grouping.neighbours + 1));
    for wave in points.chunks(TASK * WAVE) {
        let found: Vec<Vec<Edge>> = wave
            .par_chunks(TASK)
            .map_init(
                || (Scratch::new(features.n_points()), Vec::new()),
                |(scratch, ranked), task| {
                    let mut edges = Vec::with_capacity(task.len() * grouping.neighbours);
                    for &point in task {
                        best_of(point, features, &postings, grouping, scratch, ranked, &mut edges);
                    }
                    edges
                },
            )
            .collect();
        found.iter().for_each(|part| edges.extend_from_slice(part));
    }
    drop(postings);
    chain_types(features, points, &mut edges);
    edges.par_sort_unstable_by_key(|edge| (edge.left, edge.right));
    edges.dedup_by_key(|edge| (edge.left, edge.right));
    edges.shrink_to_fit();
    edges
}

fn best_of(
    point: u32,
    features: &Features,
    postings: &Postings,
    grouping: &Grouping,
    scratch: &mut Scratch,
    ranked: &mut Vec<(f32, u32)>,
    edges: &mut Vec<Edge>,
) {
    let own_type = features.types[point as usize];
    let own_row = features.row(point);
    scratch.look_up(point, features, postings, grouping);
    let with_prior = |score: f32, other: u32| score + prior(own_type, features.types[other as usize], grouping);
    ranked.clear();
    ranked.extend(
        scratch
            .touched
            .iter()
            .filter(|&&other| other != point)
            .map(|&other| (with_prior(scratch.scores[other as usize], other), other)),
    );
    scratch.clear();
    let best_first =
        |left: &(f32, u32), right: &(f32, u32)| right.0.total_cmp(&left.0).then_with(|| left.1.cmp(&right.1));
    let n_rescored = RESCORED * grouping.neighbours;
    if ranked.len() > n_rescored {
        ranked.select_nth_unstable_by(n_rescored, best_first);
        ranked.truncate(n_rescored);
    }
    for (score, other) in ranked.iter_mut() {
        *score = with_prior(dot(own_row, features.row(*other)), *other);
    }
    ranked.sort_unstable_by(best_first);
    for &(score, other) in ranked.iter().take(grouping.neighbours) {
        let value = score - prior(own_type, features.types[other as usize], grouping);
        edges.push(Edge { left: point.min(other), right: point.max(other), value });
    }
}

/// Points of one type are compared whether they share words or not.
fn chain_types(features: &Features, points: &[u32], edges: &mut Vec<Edge>) {
    let mut last: Vec<Option<u32>> = vec![None; usize::from(u16::MAX) + 1];
    for &point in points {
        let Some(type_idx) = features.types[point as usize] else { continue };
        if let Some(before) = last[usize::from(type_idx)].replace(point) {
            edges.push(Edge { left: before, right: point, value: dot(features.row(before), features.row(point)) });
        }
    }
}
