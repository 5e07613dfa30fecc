//! Grouping (聚类): average-link agglomeration over the pairs a k-nearest-neighbour graph proposes.
//!
//! The value of a pair of clusters is exact, not estimated from edges: with the sum of the members' vectors kept for
//! each cluster, the mean similarity of all cross pairs is sum_A · sum_B / (|A| |B|). The type lexicon enters as a
//! soft prior in the same way, from the counts of types in each cluster. A merge can only lower the value of a pair to
//! the greater of the two it comes from (average-link is reducible), so a value is worked out anew only when its pair
//! comes first. Ties are broken by position, positions are in order of finding id, and the parts of the graph that no
//! pair worth merging connects are grouped each on its own, so the result depends on nothing but the set of findings.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use super::features::Features;
use super::near::{Edge, edges, prior};
use super::sums::Sum;

/// How findings are grouped (聚类参数).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grouping {
    /// Neighbours proposed for each finding.
    pub neighbours: usize,
    /// Most telling features looked up for each finding.
    pub probes: usize,
    /// Findings looked at for each feature; of more common features only those of the same type are looked at.
    pub posting_cap: usize,
    /// Clusters whose mean similarity is below this stay apart.
    pub cut: f32,
    /// The same for groups of one wording (同一表述) within a theme, where types do not count.
    pub wording_cut: f32,
    /// Added to the similarity of findings of the same type.
    pub same_type: f32,
    /// Taken from the similarity of findings of different types.
    pub other_type: f32,
    /// Added to the similarity of findings whose types are both unknown: what the lexicon does not know has only its
    /// words to come together by.
    pub both_unknown: f32,
    /// Taken from the similarity of a finding of known and one of unknown type.
    pub one_unknown: f32,
    /// Above this many findings those of each type are grouped first and what results is then compared across types:
    /// all at once, what is at hand changes with every merge.
    pub split_above: usize,
}

/// The cut at each step of the slider from coarse (1) to fine (9). From step 7 on, findings of one type must share
/// words to stay together.
const CUTS: [f32; 9] = [0.03, 0.05, 0.06, 0.075, 0.09, 0.20, 0.27, 0.30, 0.34];

impl Grouping {
    /// The level of themes. The cut is flat between .06 and .12 with the type prior on; the prior is set so that members
    /// of different types need clearly more words in common than members of one.
    pub const THEMES: Self = Self {
        neighbours: 8,
        probes: 20,
        posting_cap: 64,
        cut: 0.09,
        wording_cut: 0.50,
        same_type: 0.25,
        other_type: 0.2,
        both_unknown: 0.05,
        one_unknown: 0.1,
        split_above: 200_000,
    };

    /// The same without what types add.
    #[must_use]
    pub fn by_words(&self) -> Self {
        Self { same_type: 0.0, other_type: 0.0, both_unknown: 0.0, one_unknown: 0.0, ..*self }
    }

    /// The level of themes at a step of the slider, 1 (coarse) to 9 (fine); 5 is [`Grouping::THEMES`]. Steps beyond
    /// the ends count as the ends.
    pub fn at(step: u8) -> Self {
        let at = usize::from(step.clamp(1, 9)) - 1;
        Self { cut: CUTS[at], ..Self::THEMES }
    }
}

/// What people decided about pairs of findings (人定的关系), by their positions.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Links {
    /// Findings that belong together.
    pub together: Vec<(usize, usize)>,
    /// Findings that do not; where both is said, this holds.
    pub apart: Vec<(usize, usize)>,
}

/// Findings in groups (聚类结果), by their positions, each group in ascending order, groups by their first member.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Groups {
    /// The groups; a finding that is like no other is a group of one.
    pub groups: Vec<Vec<usize>>,
    /// For each group, its members by wording (同一表述).
    pub wordings: Vec<Vec<Vec<usize>>>,
}

/// What is grouped: findings that nothing can tell apart.
struct Node {
    point: u32,
    n_findings: u32,
    /// A finding that people said something about, standing for itself.
    is_named: bool,
}

/// The node of each finding that is grouped; no node for the others.
type NodeOf = Vec<u32>;

/// Two clusters of this many nodes in all are large: what one more pair of members says of them matters little.
const LARGE: u32 = 128;

/// No node.
const NOWHERE: u32 = u32::MAX;

/// Groups findings (聚类): themes, and the wordings within each.
pub fn group(features: &Features, links: &Links, grouping: &Grouping) -> Groups {
    let all: Vec<usize> = (0..features.points.len()).collect();
    group_some(features, &all, links, grouping)
}

/// Groups some of the findings, given in ascending order.
pub(super) fn group_some(features: &Features, chosen: &[usize], links: &Links, grouping: &Grouping) -> Groups {
    let (nodes, node_of, mut edges) = graph(features, chosen, links, grouping);
    let mut relations = Relations::new(&nodes, &node_of, links);
    let mut close: Vec<Edge> = edges.iter().filter(|edge| edge.value >= grouping.wording_cut).copied().collect();
    let type_of = |node: u32| features.types[nodes[node as usize].point as usize];
    for edge in &mut edges {
        edge.value += prior(type_of(edge.left), type_of(edge.right), grouping);
    }
    let is_of_one_type = |edge: &Edge| type_of(edge.left) == type_of(edge.right);
    let mut across: Vec<Edge> = Vec::new();
    if nodes.len() > grouping.split_above {
        across.extend(edges.iter().filter(|edge| edge.value >= grouping.cut && !is_of_one_type(edge)));
        edges.retain(is_of_one_type);
    }
    let mut theme_of = agglomerate(features, &nodes, edges, &relations, grouping, grouping.cut);
    if !across.is_empty() {
        relations.joined = theme_of;
        theme_of = agglomerate(features, &nodes, across, &relations, grouping, grouping.cut);
    }
    close.retain(|edge| theme_of[edge.left as usize] == theme_of[edge.right as usize]);
    let plain = grouping.by_words();
    relations.joined = (0..nodes.len() as u32).collect();
    let wording_of = agglomerate(features, &nodes, close, &relations, &plain, grouping.wording_cut);
    assembled(chosen, &node_of, &theme_of, &wording_of)
}

/// Nodes, the node of each finding, and the edges between nodes.
fn graph(features: &Features, chosen: &[usize], links: &Links, grouping: &Grouping) -> (Vec<Node>, NodeOf, Vec<Edge>) {
    let mut is_named = vec![false; features.points.len()];
    for &(one, other) in links.together.iter().chain(&links.apart) {
        is_named[one] = true;
        is_named[other] = true;
    }
    let mut main: Vec<u32> = vec![NOWHERE; features.n_points()];
    let mut more: Vec<(u32, u32)> = Vec::new();
    let mut nodes: Vec<Node> = Vec::new();
    let mut node_of: NodeOf = vec![NOWHERE; features.points.len()];
    // In order of points, so that nodes are in their order, too.
    let mut order = chosen.to_vec();
    order.par_sort_unstable_by_key(|&finding| (features.points[finding], finding));
    for finding in order {
        let point = features.points[finding];
        let node = main[point as usize];
        if node != NOWHERE && !is_named[finding] && !nodes[node as usize].is_named {
            nodes[node as usize].n_findings += 1;
            node_of[finding] = node;
            continue;
        }
        node_of[finding] = nodes.len() as u32;
        if node == NOWHERE {
            main[point as usize] = nodes.len() as u32;
        } else {
            more.push((point, nodes.len() as u32));
        }
        nodes.push(Node { point, n_findings: 1, is_named: is_named[finding] });
    }
    more.sort_unstable();
    let mut points: Vec<u32> = nodes.iter().map(|node| node.point).collect();
    points.dedup();
    let found = edges(features, &points, grouping);
    if more.is_empty() && points.len() == features.n_points() {
        // Every point is a node, in the same order: the edges are between nodes as they stand.
        return (nodes, node_of, found);
    }
    let mut edges: Vec<Edge> = Vec::with_capacity(found.len());
    let others = |point: u32| {
        let start = more.partition_point(|&(it, _)| it < point);
        more[start..].iter().take_while(move |&&(it, _)| it == point).map(|&(_, node)| node)
    };
    for &Edge { left, right, value } in &found {
        for one in std::iter::once(main[left as usize]).chain(others(left)) {
            for other in std::iter::once(main[right as usize]).chain(others(right)) {
                edges.push(Edge { left: one.min(other), right: one.max(other), value });
            }
        }
    }
    for (at, &(point, node)) in more.iter().enumerate() {
        let before = if at > 0 && more[at - 1].0 == point { more[at - 1].1 } else { main[point as usize] };
        for other in [main[point as usize], before] {
            edges.push(Edge { left: node.min(other), right: node.max(other), value: 1.0 });
        }
    }
    (nodes, node_of, edges)
}

/// What people decided, between nodes.
struct Relations {
    /// For a node, the nodes it must not meet.
    foes: FxHashMap<u32, Vec<u32>>,
    /// The first node of those that each node must be with.
    joined: Vec<u32>,
}

impl Relations {
    fn new(nodes: &[Node], node_of: &[u32], links: &Links) -> Self {
        let mut foes: FxHashMap<u32, Vec<u32>> = FxHashMap::default();
        let mut joined: Vec<u32> = (0..nodes.len() as u32).collect();
        if links.together.is_empty() && links.apart.is_empty() {
            return Self { foes, joined };
        }
        let both = |&(one, other): &(usize, usize)| {
            let (one, other) = (node_of[one], node_of[other]);
            (one != other && one != NOWHERE && other != NOWHERE).then_some((one.min(other), one.max(other)))
        };
        for (one, other) in links.apart.iter().filter_map(both) {
            foes.entry(one).or_default().push(other);
            foes.entry(other).or_default().push(one);
        }
        let mut together: Vec<(u32, u32)> = links.together.iter().filter_map(both).collect();
        together.sort_unstable();
        together.dedup();
        for (one, other) in together {
            let (one, other) = (joined[one as usize], joined[other as usize]);
            let of = |root: u32| joined.iter().enumerate().filter(move |&(_, &it)| it == root).map(|(at, _)| at as u32);
            let is_kept_apart = of(one)
                .any(|node| foes.get(&node).is_some_and(|foes| foes.iter().any(|&foe| joined[foe as usize] == other)));
            if one == other || is_kept_apart {
                continue;
            }
            let (first, second) = (one.min(other), one.max(other));
            let moved: Vec<u32> = of(second).collect();
            for node in moved {
                joined[node as usize] = first;
            }
        }
        Self { foes, joined }
    }
}

/// A pair that may be merged; the greatest value first, then the smallest positions.
#[derive(Debug, Clone, Copy)]
struct Pair {
    value: f32,
    left: u32,
    right: u32,
    /// Nodes of the two clusters when the value was worked out: clusters only grow, so another number means other clusters.
    n_nodes: u32,
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

/// The first node of the cluster that each node ends in. A part of the graph that no pair worth merging connects to the
/// rest is grouped on its own.
fn agglomerate(
    features: &Features,
    nodes: &[Node],
    mut pairs: Vec<Edge>,
    relations: &Relations,
    grouping: &Grouping,
    cut: f32,
) -> Vec<u32> {
    pairs.retain(|pair| pair.value >= cut);
    let mut parents = relations.joined.clone();
    for pair in &pairs {
        unite(&mut parents, pair.left, pair.right);
    }
    let mut result: Vec<u32> = (0..nodes.len() as u32).map(|node| root(&mut parents, node)).collect();
    drop(parents);
    let mut order: Vec<u32> = (0..nodes.len() as u32).collect();
    order.par_sort_unstable_by_key(|&node| (result[node as usize], node));
    pairs.par_sort_unstable_by(|one, other| {
        let by_part = result[one.left as usize].cmp(&result[other.left as usize]);
        let by_value = by_part.then_with(|| other.value.total_cmp(&one.value));
        by_value.then_with(|| (one.left, one.right).cmp(&(other.left, other.right)))
    });
    // From here on nodes are named by their place within their part.
    let mut places = vec![0u32; nodes.len()];
    let mut parts = Vec::new();
    let mut rest = &mut pairs[..];
    for part in order.chunk_by(|&one, &other| result[one as usize] == result[other as usize]) {
        for (place, &node) in part.iter().enumerate() {
            places[node as usize] = place as u32;
        }
        let n_own = rest.partition_point(|pair| result[pair.left as usize] <= result[part[0] as usize]);
        let (own, others) = std::mem::take(&mut rest).split_at_mut(n_own);
        rest = others;
        for pair in &mut *own {
            (pair.left, pair.right) = (places[pair.left as usize], places[pair.right as usize]);
        }
        // Without a pair there is nothing to do but what is joined already.
        if !own.is_empty() {
            parts.push((part, &*own));
        }
    }
    let grouped: Vec<(&[u32], Vec<u32>)> = parts
        .into_par_iter()
        .map(|(part, own)| (part, Clusters::new(features, nodes, part, &places, relations, grouping, cut).run(own)))
        .collect();
    for (part, roots) in grouped {
        for (&node, root) in part.iter().zip(roots) {
            result[node as usize] = root;
        }
    }
    result
}

fn root(parents: &mut [u32], mut node: u32) -> u32 {
    while parents[node as usize] != node {
        let above = parents[parents[node as usize] as usize];
        parents[node as usize] = above;
        node = above;
    }
    node
}

/// The smaller root stays, so that a root is the first of its cluster.
fn unite(parents: &mut [u32], one: u32, other: u32) {
    let (one, other) = (root(parents, one), root(parents, other));
    parents[one.max(other) as usize] = one.min(other);
}

/// Types with the number of findings of each, by type.
#[derive(Debug)]
enum Types {
    None,
    One((u16, f32)),
    Many(Vec<(u16, f32)>),
}

impl Types {
    fn list(&self) -> &[(u16, f32)] {
        match self {
            Self::None => &[],
            Self::One(only) => std::slice::from_ref(only),
            Self::Many(list) => list,
        }
    }

    fn with(self, other: &Self) -> Self {
        if other.list().is_empty() {
            return self;
        }
        let mut list = match self {
            Self::Many(list) => list,
            few => few.list().to_vec(),
        };
        for &(type_idx, count) in other.list() {
            match list.binary_search_by_key(&type_idx, |it| it.0) {
                Ok(place) => list[place].1 += count,
                Err(place) => list.insert(place, (type_idx, count)),
            }
        }
        if let [only] = list[..] { Self::One(only) } else { Self::Many(list) }
    }
}

/// The clusters of one part of the graph while they grow; positions are within the part.
struct Clusters<'a> {
    nodes: &'a [u32],
    parents: Vec<u32>,
    n_nodes: Vec<u32>,
    /// Findings in each cluster.
    sizes: Vec<f32>,
    sums: Vec<Sum<'a>>,
    /// Types of the findings in each cluster with their number, by type.
    types: Vec<Types>,
    foes: FxHashMap<u32, Vec<u32>>,
    grouping: &'a Grouping,
    cut: f32,
}

impl<'a> Clusters<'a> {
    fn new(
        features: &'a Features,
        all: &[Node],
        nodes: &'a [u32],
        places: &[u32],
        relations: &Relations,
        grouping: &'a Grouping,
        cut: f32,
    ) -> Self {
        let n = nodes.len();
        let own = |node: u32| &all[node as usize];
        let sizes: Vec<f32> = nodes.iter().map(|&node| own(node).n_findings as f32).collect();
        let types = nodes.iter().zip(&sizes).map(|(&node, &size)| {
            features.types[own(node).point as usize].map_or(Types::None, |type_idx| Types::One((type_idx, size)))
        });
        let sums = nodes.iter().zip(&sizes).map(|(&node, &size)| Sum::Row(features.row(own(node).point), size));
        // Pairs and joins do not leave a part, foes may.
        let local = |node: u32| Some(places[node as usize]).filter(|&at| nodes.get(at as usize) == Some(&node));
        let mut foes = FxHashMap::default();
        if !relations.foes.is_empty() {
            for (at, node) in nodes.iter().enumerate() {
                let own: Vec<u32> =
                    relations.foes.get(node).into_iter().flatten().filter_map(|&foe| local(foe)).collect();
                if !own.is_empty() {
                    foes.insert(at as u32, own);
                }
            }
        }
        let mut clusters = Self {
            nodes,
            parents: (0..n as u32).collect(),
            n_nodes: vec![1; n],
            types: types.collect(),
            sums: sums.collect(),
            sizes,
            foes,
            grouping,
            cut,
        };
        for (at, &node) in nodes.iter().enumerate() {
            if let Some(first) = local(relations.joined[node as usize]) {
                clusters.merge(first, at as u32);
            }
        }
        clusters
    }

    /// Merges by these pairs of single nodes, given the best first; the root of each node.
    fn run(mut self, pairs: &[Edge]) -> Vec<u32> {
        let mut heap: BinaryHeap<Pair> = BinaryHeap::new();
        let mut seen: FxHashMap<u64, u32> = FxHashMap::default();
        let mut given = pairs.iter().peekable();
        loop {
            let is_given = given.peek().is_some_and(|pair| heap.peek().is_none_or(|best| best.value <= pair.value));
            let next = if is_given {
                given.next().map(|&Edge { left, right, value }| Pair { value, left, right, n_nodes: 2 })
            } else {
                heap.pop()
            };
            let Some(pair) = next else { break };
            let (one, other) = (root(&mut self.parents, pair.left), root(&mut self.parents, pair.right));
            let (left, right) = (one.min(other), one.max(other));
            if left == right || self.are_kept_apart(left, right) {
                continue;
            }
            let n_nodes = self.n_nodes[left as usize] + self.n_nodes[right as usize];
            if pair.n_nodes == n_nodes {
                self.merge(left, right);
                continue;
            }
            let key = u64::from(left) << 32 | u64::from(right);
            let last = seen.get(&key).copied();
            // Worked out again since under the same two names: that pair stands for this one.
            if !is_given && (pair.left, pair.right) == (left, right) && last != Some(pair.n_nodes) {
                continue;
            }
            // Worked out for the clusters as they are, or, where they are large, as they were at half their size: the pair
            // from then is worked out anew when it comes first, and one is enough.
            let is_known = |last: u32| last == n_nodes || is_given && n_nodes >= LARGE && n_nodes < 2 * last;
            if last.is_some_and(is_known) {
                continue;
            }
            seen.insert(key, n_nodes);
            let pair = Pair { value: self.similarity(left, right), left, right, n_nodes };
            if pair.value < self.cut {
                continue;
            }
            let comes_first =
                given.peek().is_none_or(|next| pair.value > next.value) && heap.peek().is_none_or(|best| pair >= *best);
            if comes_first {
                self.merge(left, right);
            } else {
                heap.push(pair);
            }
        }
        (0..self.nodes.len() as u32).map(|at| self.nodes[root(&mut self.parents, at) as usize]).collect()
    }

    /// The mean similarity of the pairs across two clusters.
    fn similarity(&self, left: u32, right: u32) -> f32 {
        let (left, right) = (left as usize, right as usize);
        let n_pairs = self.sizes[left] * self.sizes[right];
        let (one, other) = (self.types[left].list(), self.types[right].list());
        let total = |types: &[(u16, f32)]| types.iter().map(|(_, count)| count).sum::<f32>();
        let same: f32 = one
            .iter()
            .filter_map(|(type_idx, count)| {
                other.binary_search_by_key(type_idx, |it| it.0).ok().map(|at| count * other[at].1)
            })
            .sum();
        let (n_one, n_other) = (total(one), total(other));
        let different = n_one * n_other - same;
        let both_unknown = (self.sizes[left] - n_one) * (self.sizes[right] - n_other);
        let one_unknown = n_pairs - n_one * n_other - both_unknown;
        let prior = self.grouping.same_type * same - self.grouping.other_type * different
            + self.grouping.both_unknown * both_unknown
            - self.grouping.one_unknown * one_unknown;
        (self.sums[left].dot(&self.sums[right]) + prior) / n_pairs
    }

    fn merge(&mut self, one: u32, other: u32) {
        let (one, other) = (root(&mut self.parents, one), root(&mut self.parents, other));
        let (first, second) = (one.min(other), one.max(other));
        if first == second {
            return;
        }
        self.parents[second as usize] = first;
        let (at, from) = (first as usize, second as usize);
        self.n_nodes[at] += self.n_nodes[from];
        self.sizes[at] += self.sizes[from];
        let sum = std::mem::replace(&mut self.sums[from], Sum::Row(&[], 0.0));
        let own = std::mem::replace(&mut self.sums[at], Sum::Row(&[], 0.0));
        self.sums[at] = own.with(sum);
        let types = std::mem::replace(&mut self.types[from], Types::None);
        let own = std::mem::replace(&mut self.types[at], Types::None);
        self.types[at] = own.with(&types);
        if let Some(foes) = self.foes.remove(&second) {
            self.foes.entry(first).or_default().extend(foes);
        }
    }

    fn are_kept_apart(&mut self, one: u32, other: u32) -> bool {
        let Some(foes) = self.foes.get(&one) else { return false };
        foes.iter().any(|&foe| root(&mut self.parents, foe) == other)
    }
}

/// Groups and wordings of the chosen findings, from the first node of each.
fn assembled(chosen: &[usize], node_of: &[u32], theme_of: &[u32], wording_of: &[u32]) -> Groups {
    let theme = |finding: usize| theme_of[node_of[finding] as usize];
    let wording = |finding: usize| wording_of[node_of[finding] as usize];
    let mut order = chosen.to_vec();
    order.par_sort_unstable_by_key(|&finding| (theme(finding), wording(finding), finding));
    let mut grouped: Vec<(Vec<usize>, Vec<Vec<usize>>)> = order
        .chunk_by(|&one, &other| theme(one) == theme(other))
        .map(|part| {
            let mut wordings: Vec<Vec<usize>> =
                part.chunk_by(|&one, &other| wording(one) == wording(other)).map(<[usize]>::to_vec).collect();
            wordings.sort_unstable();
            let mut members = part.to_vec();
            members.sort_unstable();
            (members, wordings)
        })
        .collect();
    grouped.sort_unstable_by_key(|(members, _)| members[0]);
    let (groups, wordings) = grouped.into_iter().unzip();
    Groups { groups, wordings }
}
