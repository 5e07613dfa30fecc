//! Near groups (就近归入): where a new finding belongs among themes that are there already, and which themes are near
//! each other. The same vectors and the same prior of types as clustering.

use std::collections::{BTreeMap, BTreeSet};

use super::features::{Vector, dot, features, sum};
use super::{Grouping, type_positions};
use crate::lang::Lexicon;
use crate::model::Finding;

/// A finding attaches where the mean similarity of the nearest members reaches this multiple of the cut; measured so
/// that attaching costs no quality against clustering anew.
const ATTACH: f32 = 1.6;
/// Members whose similarity is averaged.
const NEAREST: usize = 3;
/// Members that are compared exactly, best candidates first.
const COMPARED: usize = 48;

/// For each finding in none of the groups, the group it attaches to, if any: the one whose three most similar members
/// have the highest mean similarity, at least 1.6 times the cut. `apart` holds pairs of findings that must not meet.
/// Findings attach to the groups as they are given, never to each other, so their order says nothing.
pub fn nearest_groups(
    findings: &[&Finding],
    groups: &[Vec<String>],
    apart: &BTreeSet<(String, String)>,
    grouping: &Grouping,
    lexicon: &Lexicon,
) -> BTreeMap<String, usize> {
    let space = Space::new(findings, lexicon);
    let group_of = space.group_of(groups);
    let mut postings: Vec<Vec<usize>> = vec![Vec::new(); space.n_features];
    let mut of_type: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in (0..space.findings.len()).filter(|at| group_of[*at].is_some()) {
        for &(feature, _) in &space.vectors[at] {
            postings[feature as usize].push(at);
        }
        if let Some(type_idx) = space.types[at] {
            of_type.entry(type_idx).or_default().push(at);
        }
    }
    let mut apart_from: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (left, right) in apart {
        apart_from.entry(left).or_default().insert(right);
        apart_from.entry(right).or_default().insert(left);
    }
    let mut attached = BTreeMap::new();
    let mut scores = vec![0f32; space.findings.len()];
    for at in (0..space.findings.len()).filter(|at| group_of[*at].is_none()) {
        // All weights are above zero, so what has no score has not been touched.
        let mut touched: Vec<usize> = Vec::new();
        for &(feature, weight) in &space.vectors[at] {
            for &other in postings[feature as usize].iter().take(grouping.posting_cap) {
                if scores[other] == 0.0 {
                    touched.push(other);
                }
                scores[other] += weight;
            }
        }
        let same = space.types[at].and_then(|type_idx| of_type.get(&type_idx)).map_or(&[][..], Vec::as_slice);
        for &other in same.iter().take(grouping.posting_cap) {
            if scores[other] == 0.0 {
                touched.push(other);
            }
            scores[other] += grouping.same_type;
        }
        let mut ranked: Vec<(f32, usize)> = touched.iter().map(|&other| (scores[other], other)).collect();
        for &other in &touched {
            scores[other] = 0.0;
        }
        let better = |left: &(f32, usize), right: &(f32, usize)| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1));
        if ranked.len() > COMPARED {
            ranked.select_nth_unstable_by(COMPARED, better);
            ranked.truncate(COMPARED);
        }
        ranked.sort_unstable_by(better);
        let own_id = space.findings[at].id.as_str();
        let closed: BTreeSet<usize> =
            apart_from.get(own_id).into_iter().flatten().filter_map(|other| group_of[space.position(other)?]).collect();
        let mut near: BTreeMap<usize, Vec<f32>> = BTreeMap::new();
        for &(_, other) in &ranked {
            if let Some(group) = group_of[other].filter(|group| !closed.contains(group)) {
                near.entry(group).or_default().push(space.similarity(at, other, grouping));
            }
        }
        let mean = |mut values: Vec<f32>, group: usize| {
            values.sort_by(|left, right| right.total_cmp(left));
            // A group of two is judged by two, a larger one by three: what was not proposed counts as unlike.
            let n = NEAREST.min(groups[group].len()).max(1);
            values.iter().take(n).sum::<f32>() / n as f32
        };
        let best = near
            .into_iter()
            .map(|(group, values)| (mean(values, group), group))
            .max_by(|left, right| left.0.total_cmp(&right.0).then(right.1.cmp(&left.1)));
        if let Some((value, group)) = best
            && value >= ATTACH * grouping.cut
        {
            attached.insert(own_id.to_owned(), group);
        }
    }
    attached
}

/// Pairs of groups by the mean similarity of their members across, nearest first. Different types count as nothing
/// here, and half the cut is enough: clustering has merged what it is sure of, this is for a person to look at. Work
/// grows with the square of the number of groups.
pub fn near_pairs(
    findings: &[&Finding],
    groups: &[Vec<String>],
    grouping: &Grouping,
    lexicon: &Lexicon,
) -> Vec<(f32, usize, usize)> {
    let space = Space::new(findings, lexicon);
    let members: Vec<Vec<usize>> =
        groups.iter().map(|ids| ids.iter().filter_map(|id| space.position(id)).collect()).collect();
    let centre = |at: &Vec<usize>| at.iter().fold(Vector::new(), |total, &at| sum(&total, &space.vectors[at]));
    let centres: Vec<Vector> = members.iter().map(centre).collect();
    let types: Vec<BTreeMap<usize, f32>> = members
        .iter()
        .map(|members| {
            let mut counts = BTreeMap::new();
            for type_idx in members.iter().filter_map(|&at| space.types[at]) {
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
            let value = (dot(&centres[left], &centres[right]) + grouping.same_type * n_same) / n_pairs;
            if value >= grouping.cut / 2.0 {
                pairs.push((value, left, right));
            }
        }
    }
    pairs.sort_by(|one, other| other.0.total_cmp(&one.0).then((one.1, one.2).cmp(&(other.1, other.2))));
    pairs
}

/// Findings in order of id with their vectors and types.
struct Space<'a> {
    findings: Vec<&'a Finding>,
    vectors: Vec<Vector>,
    n_features: usize,
    types: Vec<Option<usize>>,
}

impl<'a> Space<'a> {
    fn new(findings: &[&'a Finding], lexicon: &Lexicon) -> Self {
        let mut findings = findings.to_vec();
        findings.sort_by(|left, right| left.id.cmp(&right.id));
        let found = features(&findings, lexicon);
        let types = type_positions(&findings, lexicon);
        Self { findings, vectors: found.vectors, n_features: found.n_features, types }
    }

    fn position(&self, id: &str) -> Option<usize> {
        self.findings.binary_search_by(|finding| finding.id.as_str().cmp(id)).ok()
    }

    fn group_of(&self, groups: &[Vec<String>]) -> Vec<Option<usize>> {
        let mut group_of = vec![None; self.findings.len()];
        for (group, ids) in groups.iter().enumerate() {
            for at in ids.iter().filter_map(|id| self.position(id)) {
                group_of[at] = Some(group);
            }
        }
        group_of
    }

    fn similarity(&self, at: usize, other: usize, grouping: &Grouping) -> f32 {
        let prior = match (self.types[at], self.types[other]) {
            (Some(left), Some(right)) if left == right => grouping.same_type,
            (Some(_), Some(_)) => -grouping.other_type,
            _ => 0.0,
        };
        dot(&self.vectors[at], &self.vectors[other]) + prior
    }
}
