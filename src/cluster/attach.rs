//! Attachment (并入): new findings join the groups that are there, and those that fit none form groups of their own.
//!
//! What is there stays as it is: nobody's theme changes because documents arrived. A finding joins the group whose three
//! members most like it are alike enough on average, which measured as good as grouping all anew.

use std::collections::BTreeMap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::features::{Features, dot};
use super::group::{Grouping, Links, group_some};
use super::near::{Postings, Scratch, prior};

/// Members of a group that a new finding is held against.
const NEAREST: usize = 3;
/// How much more alike than the cut a finding must be to join: to join is for good, to be grouped is not.
const CERTAINTY: f32 = 1.6;
/// Groups told for each finding.
const GROUPS_TOLD: usize = 5;
/// Points scored by the whole row for each finding.
const RESCORED: usize = 64;

/// How near a finding is to a group (与已有各类的相似度).
#[derive(Debug, Clone, PartialEq)]
pub struct Near {
    /// The group.
    pub group: usize,
    /// Mean similarity to the members most like it, types counted.
    pub similarity: f32,
    /// These members, the most similar first; at most three.
    pub members: Vec<usize>,
}

/// Where new findings went (并入结果).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attached {
    /// For each new finding, in the order given, the group it joins, if one is near enough.
    pub joined: Vec<Option<usize>>,
    /// The others, grouped on their own; a finding that is like no other is a group of one.
    pub groups: Vec<Vec<usize>>,
}

/// For each new finding the groups nearest to it, the nearest first; groups with nothing in common with it are left out.
pub fn nearest(features: &Features, existing: &[Vec<usize>], new: &[usize], grouping: &Grouping) -> Vec<Vec<Near>> {
    // Members by point, and how many of each type a group has.
    let mut members_at: FxHashMap<u32, Vec<(usize, usize)>> = FxHashMap::default();
    let mut of_type: FxHashMap<u16, BTreeMap<usize, Vec<usize>>> = FxHashMap::default();
    let mut points: Vec<u32> = Vec::new();
    for (group_idx, members) in existing.iter().enumerate() {
        for &member in members {
            let point = features.points[member];
            points.push(point);
            members_at.entry(point).or_default().push((group_idx, member));
            if let Some(type_idx) = features.types[point as usize] {
                let first = of_type.entry(type_idx).or_default().entry(group_idx).or_default();
                if first.len() < NEAREST {
                    first.push(member);
                }
            }
        }
    }
    points.sort_unstable();
    points.dedup();
    let postings = Postings::new(features, points.iter().copied(), grouping);
    new.par_iter()
        .map_init(
            || Scratch::new(features.n_points()),
            |scratch, &finding| {
                let point = features.points[finding];
                let own_type = features.types[point as usize];
                let mut by_group: BTreeMap<usize, Vec<(f32, usize)>> = BTreeMap::new();
                let mut take = |other: u32, cosine: f32| {
                    let similarity = cosine + prior(own_type, features.types[other as usize], grouping);
                    for &(group_idx, member) in members_at.get(&other).into_iter().flatten() {
                        by_group.entry(group_idx).or_default().push((similarity, member));
                    }
                };
                if members_at.contains_key(&point) {
                    take(point, 1.0);
                }
                for other in scratch.best(point, features, &postings, RESCORED, grouping) {
                    if other != point {
                        take(other, dot(features.row(point), features.row(other)));
                    }
                }
                // Members of its type are alike to it even without a word in common.
                for (&group_idx, members) in own_type.and_then(|it| of_type.get(&it)).into_iter().flatten() {
                    let ranked = by_group.entry(group_idx).or_default();
                    for &member in members {
                        if ranked.iter().all(|&(_, known)| known != member) {
                            let cosine = dot(features.row(point), features.of(member));
                            ranked.push((cosine + grouping.same_type, member));
                        }
                    }
                }
                let mut near: Vec<Near> = by_group
                    .into_iter()
                    .map(|(group, mut ranked)| {
                        ranked.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
                        ranked.truncate(NEAREST);
                        let similarity = ranked.iter().map(|(value, _)| value).sum::<f32>() / ranked.len() as f32;
                        Near { group, similarity, members: ranked.into_iter().map(|(_, member)| member).collect() }
                    })
                    .collect();
                near.sort_by(|one, other| {
                    other.similarity.total_cmp(&one.similarity).then(one.group.cmp(&other.group))
                });
                near.truncate(GROUPS_TOLD);
                near
            },
        )
        .collect()
}

/// Attaches new findings, given in ascending order, to groups (并入): what people put together joins together, what they
/// keep apart stays apart.
pub fn attach(
    features: &Features,
    existing: &[Vec<usize>],
    new: &[usize],
    links: &Links,
    grouping: &Grouping,
) -> Attached {
    let near = nearest(features, existing, new, grouping);
    let mut group_of: FxHashMap<usize, usize> =
        existing.iter().enumerate().flat_map(|(at, members)| members.iter().map(move |&member| (member, at))).collect();
    let partners = |pairs: &[(usize, usize)]| {
        let mut of: FxHashMap<usize, Vec<usize>> = FxHashMap::default();
        for &(one, other) in pairs {
            of.entry(one).or_default().push(other);
            of.entry(other).or_default().push(one);
        }
        of
    };
    let (friends, foes) = (partners(&links.together), partners(&links.apart));
    let may_join = |finding: usize, group: usize, group_of: &FxHashMap<usize, usize>| {
        foes.get(&finding).is_none_or(|foes| foes.iter().all(|foe| group_of.get(foe) != Some(&group)))
    };
    let mut joined: Vec<Option<usize>> = vec![None; new.len()];
    // First those that people put with findings already placed, until no more follow.
    loop {
        let mut is_changed = false;
        for (at, &finding) in new.iter().enumerate().filter(|_| !friends.is_empty()) {
            let placed = friends.get(&finding).into_iter().flatten().filter_map(|friend| group_of.get(friend).copied());
            let wanted = placed.filter(|&group| may_join(finding, group, &group_of)).min();
            if let (None, Some(group)) = (joined[at], wanted) {
                joined[at] = Some(group);
                group_of.insert(finding, group);
                is_changed = true;
            }
        }
        if !is_changed {
            break;
        }
    }
    // Then by similarity; those that people put together with others go where the first of them goes.
    for (at, &finding) in new.iter().enumerate() {
        if joined[at].is_some() {
            continue;
        }
        let fits = |it: &&Near| it.similarity >= CERTAINTY * grouping.cut && may_join(finding, it.group, &group_of);
        let Some(group) = near[at].iter().find(fits).map(|it| it.group) else { continue };
        let mut pending = vec![finding];
        while let Some(one) = pending.pop() {
            let Ok(place) = new.binary_search(&one) else { continue };
            if joined[place].is_none() && may_join(one, group, &group_of) {
                joined[place] = Some(group);
                group_of.insert(one, group);
                pending.extend(friends.get(&one).into_iter().flatten());
            }
        }
    }
    let rest: Vec<usize> = new.iter().zip(&joined).filter(|(_, group)| group.is_none()).map(|(&it, _)| it).collect();
    Attached { joined, groups: group_some(features, &rest, links, grouping).groups }
}
