//! Clustering (归类): findings to clusters, clusters to themes, and what makes a theme common.

mod features;
mod group;
mod nearest;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use features::{Features, Vector, dot, features, sum};
pub use group::Grouping;
use group::group;
pub use nearest::{near_pairs, nearest_groups};
pub use table::{TypeRow, TypeTable, type_table};

use crate::lang::Lexicon;
use crate::model::{Coverage, Finding, Link, Residue, Scope, Theme, Themes};

/// When a theme is common (共性认定规则).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Units it must be found in.
    pub min_units: u32,
    /// Share of the inspected units it must be found in.
    pub min_share: f64,
}

impl Rule {
    /// At least three units and one fifth of those inspected.
    pub const STANDARD: Self = Self { min_units: 3, min_share: 0.2 };

    /// Whether this coverage makes a theme common.
    pub fn is_common(&self, coverage: Coverage) -> bool {
        coverage.units >= self.min_units
            && f64::from(coverage.units) >= self.min_share * f64::from(coverage.base.max(1))
    }
}

/// Findings of a scope and what is known of the other sectors (归类素材).
#[derive(Debug, Clone)]
pub struct Material<'a> {
    /// The findings of the scope, in any order.
    pub findings: Vec<&'a Finding>,
    /// For each type, how many units of other sectors have it.
    pub elsewhere: BTreeMap<String, u32>,
    /// Units of other sectors.
    pub units_elsewhere: u32,
}

/// A theme whose members are given (既定主题).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its id.
    pub id: String,
    /// Its name, where a person gave one.
    pub name: Option<String>,
    /// Its findings.
    pub members: Vec<String>,
}

/// Groups the findings of a scope and tells common problems from individual ones.
pub fn themes(material: &Material<'_>, scope: Scope, rule: &Rule, grouping: &Grouping, lexicon: &Lexicon) -> Themes {
    let findings = in_order(&material.findings);
    let features = features(&findings, lexicon);
    let types = type_positions(&findings, lexicon);
    let groups = group(&features.vectors, &types, features.n_features, grouping);
    described(material, scope, rule, lexicon, &findings, &features, &groups, &BTreeMap::new())
}

/// Describes given themes of a scope; findings in none of them stand alone.
pub fn themes_of(material: &Material<'_>, scope: Scope, rule: &Rule, lexicon: &Lexicon, given: &[Group]) -> Themes {
    let findings = in_order(&material.findings);
    let features = features(&findings, lexicon);
    let position = |id: &String| findings.binary_search_by(|finding| finding.id.cmp(id)).ok();
    let mut is_placed = vec![false; findings.len()];
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut identities: BTreeMap<usize, &Group> = BTreeMap::new();
    for given in given {
        let mut members: Vec<usize> = given.members.iter().filter_map(position).collect();
        members.sort_unstable();
        members.retain(|&at| !std::mem::replace(&mut is_placed[at], true));
        if !members.is_empty() {
            identities.insert(groups.len(), given);
            groups.push(members);
        }
    }
    groups.extend((0..findings.len()).filter(|&at| !is_placed[at]).map(|at| vec![at]));
    described(material, scope, rule, lexicon, &findings, &features, &groups, &identities)
}

/// The findings of each group that clustering makes, groups of one among them; in order of their first member.
pub fn grouped(findings: &[&Finding], grouping: &Grouping, lexicon: &Lexicon) -> Vec<Vec<String>> {
    let findings = in_order(findings);
    let features = features(&findings, lexicon);
    let groups = group(&features.vectors, &type_positions(&findings, lexicon), features.n_features, grouping);
    groups.into_iter().map(|members| members.into_iter().map(|at| findings[at].id.clone()).collect()).collect()
}

fn in_order<'a>(findings: &[&'a Finding]) -> Vec<&'a Finding> {
    let mut findings = findings.to_vec();
    findings.sort_by(|left, right| left.id.cmp(&right.id));
    findings
}

/// The position of each finding's type in the taxonomy.
fn type_positions(findings: &[&Finding], lexicon: &Lexicon) -> Vec<Option<usize>> {
    findings.iter().map(|finding| lexicon.taxonomy.position(&finding.type_id)).collect()
}

#[expect(clippy::too_many_arguments, reason = "a list of themes is made from all there is")]
fn described(
    material: &Material<'_>,
    scope: Scope,
    rule: &Rule,
    lexicon: &Lexicon,
    findings: &[&Finding],
    features: &Features,
    groups: &[Vec<usize>],
    identities: &BTreeMap<usize, &Group>,
) -> Themes {
    let centres: Vec<Vector> = groups
        .iter()
        .map(|members| members.iter().fold(Vector::new(), |total, &at| sum(&total, &features.vectors[at])))
        .collect();
    let mut themes = Vec::new();
    let mut residue = Vec::new();
    for (group_idx, members) in groups.iter().enumerate() {
        let identity = identities.get(&group_idx);
        if let ([only], None) = (&members[..], identity) {
            residue.push(Residue {
                finding: findings[*only].id.clone(),
                reason: why_alone(*only, findings, features, groups, &centres),
            });
            continue;
        }
        let mut theme = theme(members, &centres[group_idx], findings, features, material, &scope, rule, lexicon);
        if let Some(identity) = identity {
            theme.id.clone_from(&identity.id);
            theme.name = identity.name.clone().unwrap_or(theme.name);
        }
        themes.push(theme);
    }
    set_keywords(&mut themes, findings, features);
    themes.sort_by(|left, right| {
        (right.common, right.coverage.units, right.findings.len())
            .cmp(&(left.common, left.coverage.units, left.findings.len()))
            .then_with(|| left.id.cmp(&right.id))
    });
    residue.sort_by(|left, right| left.finding.cmp(&right.finding));
    Themes { scope, themes, residue }
}

#[expect(clippy::too_many_arguments, reason = "one theme is made from everything the list of themes is made from")]
fn theme(
    members: &[usize],
    centre: &Vector,
    findings: &[&Finding],
    features: &Features,
    material: &Material<'_>,
    scope: &Scope,
    rule: &Rule,
    lexicon: &Lexicon,
) -> Theme {
    let centre_squared = dot(centre, centre);
    // The cosine with the other members' sum, which is the centre less the member itself.
    let mut ranked: Vec<(f32, usize)> = members
        .iter()
        .map(|&at| {
            let own = dot(&features.vectors[at], &features.vectors[at]);
            let with_all = dot(&features.vectors[at], centre);
            let others = (centre_squared - 2.0 * with_all + own).max(f32::EPSILON).sqrt();
            (((with_all - own) / (others * own.sqrt().max(f32::EPSILON))).clamp(0.0, 1.0), at)
        })
        .collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    let links = ranked
        .iter()
        .map(|&(similarity, at)| Link {
            finding: findings[at].id.clone(),
            similarity,
            shared: shared_words(at, members, features),
        })
        .collect();
    let type_id = majority_type(members, findings);
    let representative = representative(&ranked, findings);
    let name = match lexicon.taxonomy.get(&type_id) {
        Some(problem_type) => problem_type.name.clone(),
        None => short_name(&findings[representative].quote),
    };
    let units: BTreeSet<&String> = members.iter().filter_map(|&at| findings[at].unit.as_ref()).collect();
    let n_units = units.iter().filter(|unit| scope.units.binary_search(unit).is_ok()).count() as u32;
    let coverage = Coverage { units: n_units, base: scope.units.len() as u32 };
    let n_general = members.iter().filter(|&&at| findings[at].general).count();
    Theme {
        id: format!("T{}", &findings[members[0]].id[..findings[members[0]].id.len().min(10)]),
        name,
        keywords: Vec::new(),
        common: rule.is_common(coverage) && n_general * 2 <= members.len(),
        general: n_general * 2 > members.len(),
        findings: ranked.iter().map(|&(_, at)| findings[at].id.clone()).collect(),
        links,
        units: units.iter().map(|unit| (*unit).clone()).collect(),
        coverage,
        lift: lift(&type_id, coverage, material),
        rounds: rounds(members, findings),
        recurrent_units: recurrent_units(members, findings),
        representative: findings[representative].id.clone(),
        type_id,
    }
}

/// The type at least 60 % of the members share; else empty.
fn majority_type(members: &[usize], findings: &[&Finding]) -> String {
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

/// The member that says it best: near the centre, and short.
fn representative(ranked: &[(f32, usize)], findings: &[&Finding]) -> usize {
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

/// The first clause of a quote.
fn short_name(quote: &str) -> String {
    let end = quote.find(['，', '。', '；', '：']).unwrap_or(quote.len());
    quote[..end].chars().take(24).collect()
}

/// Words a member shares with at least one other, most widely shared first.
fn shared_words(at: usize, members: &[usize], features: &Features) -> Vec<String> {
    let own: BTreeSet<&String> = features.words[at].iter().collect();
    let mut counts: Vec<(usize, &String)> = own
        .into_iter()
        .map(|word| {
            (members.iter().filter(|&&other| other != at && features.words[other].contains(word)).count(), word)
        })
        .filter(|(count, _)| *count > 0)
        .collect();
    counts.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(right.1)));
    counts.into_iter().take(5).map(|(_, word)| word.clone()).collect()
}

/// Three words that set each theme apart: frequent in it, in few other themes (class-based tf-idf).
fn set_keywords(themes: &mut [Theme], findings: &[&Finding], features: &Features) {
    let position: BTreeMap<&str, usize> =
        findings.iter().enumerate().map(|(at, finding)| (finding.id.as_str(), at)).collect();
    let counts: Vec<BTreeMap<&String, f32>> = themes
        .iter()
        .map(|theme| {
            let mut counts: BTreeMap<&String, f32> = BTreeMap::new();
            for finding in &theme.findings {
                let words: BTreeSet<&String> =
                    position.get(finding.as_str()).map(|&at| features.words[at].iter().collect()).unwrap_or_default();
                for word in words {
                    *counts.entry(word).or_default() += 1.0;
                }
            }
            counts
        })
        .collect();
    let mut n_themes: BTreeMap<&String, f32> = BTreeMap::new();
    for word in counts.iter().flat_map(BTreeMap::keys) {
        *n_themes.entry(word).or_default() += 1.0;
    }
    let total = themes.len() as f32;
    for (theme, counts) in themes.iter_mut().zip(&counts) {
        let mut ranked: Vec<(f32, &String)> = counts
            .iter()
            .map(|(word, count)| (count * (1.0 + total / n_themes.get(*word).unwrap_or(&1.0)).ln(), *word))
            .collect();
        ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(right.1)));
        theme.keywords = ranked.into_iter().take(3).map(|(_, word)| word.clone()).collect();
    }
}

/// Share of units here over the share of units in other sectors with the same type, both with half a unit added so
/// that a type found nowhere else has a finite lift.
fn lift(type_id: &str, coverage: Coverage, material: &Material<'_>) -> Option<f64> {
    if type_id.is_empty() || material.units_elsewhere == 0 || coverage.base == 0 {
        return None;
    }
    let share = |units: u32, base: u32| (f64::from(units) + 0.5) / (f64::from(base) + 1.0);
    let elsewhere = material.elsewhere.get(type_id).copied().unwrap_or(0);
    let lift = share(coverage.units, coverage.base) / share(elsewhere, material.units_elsewhere);
    Some((lift * 100.0).round() / 100.0)
}

/// The rounds of the members by year, then by name.
fn rounds(members: &[usize], findings: &[&Finding]) -> Vec<String> {
    let rounds: BTreeSet<(Option<u16>, &String)> =
        members.iter().filter_map(|&at| findings[at].round.as_ref().map(|round| (findings[at].year, round))).collect();
    let mut ordered: Vec<String> = Vec::new();
    for (_, round) in rounds {
        if !ordered.contains(round) {
            ordered.push(round.clone());
        }
    }
    ordered
}

/// Units with members from more than one round.
fn recurrent_units(members: &[usize], findings: &[&Finding]) -> Vec<String> {
    let mut rounds: BTreeMap<&String, BTreeSet<&String>> = BTreeMap::new();
    for &at in members {
        if let (Some(unit), Some(round)) = (&findings[at].unit, &findings[at].round) {
            rounds.entry(unit).or_default().insert(round);
        }
    }
    rounds.into_iter().filter(|(_, rounds)| rounds.len() > 1).map(|(unit, _)| unit.clone()).collect()
}

/// Why a finding is in no theme: nothing is like it, or what is like it is of another type.
fn why_alone(
    at: usize,
    findings: &[&Finding],
    features: &Features,
    groups: &[Vec<usize>],
    centres: &[Vector],
) -> String {
    let vector = &features.vectors[at];
    if vector.is_empty() {
        return "文字太短，没有可比较的内容".to_owned();
    }
    let mut best: Option<(f32, usize)> = None;
    for (group_idx, members) in groups.iter().enumerate().filter(|(_, members)| members.len() > 1) {
        let similarity = dot(vector, &centres[group_idx]) / members.len() as f32;
        if best.is_none_or(|(value, _)| similarity > value) {
            best = Some((similarity, members[0]));
        }
    }
    match best {
        Some((similarity, nearest)) if similarity > 0.01 => format!(
            "与其他问题都不够像：最接近的是“{}”一类，平均相似度只有{:.0}%",
            short_name(&findings[nearest].quote),
            similarity * 100.0
        ),
        _ => "所述事项在范围内只出现这一次".to_owned(),
    }
}
