//! Clustering (归类): findings to clusters, clusters to themes, and what makes a theme common.

mod attach;
mod features;
mod group;
mod names;
mod near;
mod pairs;
mod stats;
mod sums;
mod table;
mod why;

use std::collections::{BTreeMap, BTreeSet};

pub use attach::{Attached, Near, attach, nearest};
use features::dot;
pub use features::{Features, Subject, features};
use group::group_some;
pub use group::{Grouping, Groups, Links, group};
pub use pairs::near_pairs;
use rustc_hash::FxHashMap;
use stats::Rounds;
pub use stats::{OWN_TO_SECTOR_LIFT, OWN_TO_SECTOR_Z, Rule, RuleLine, is_own_to_sector, wilson};
use sums::Sum;
pub use table::{TypeRow, TypeTable, type_table};
pub use why::{Likeness, WhyAlone, WhyHere, why_alone, why_here};

use crate::lang::Lexicon;
use crate::model::{Coverage, Finding, Link, Residue, Scope, Theme, Themes};

/// Findings of a scope, what people decided about them, and what is known of the other sectors (归类素材).
#[derive(Debug, Clone, Default)]
pub struct Material<'a> {
    /// The findings of the scope, in any order.
    pub findings: Vec<&'a Finding>,
    /// For each type, how many units of other sectors have it.
    pub elsewhere: BTreeMap<String, u32>,
    /// Units of other sectors.
    pub units_elsewhere: u32,
    /// Findings, by id, that belong together.
    pub together: Vec<(String, String)>,
    /// Findings, by id, that do not; where both is said, this holds.
    pub apart: Vec<(String, String)>,
    /// Round and unit of every inspection known, also of those without findings.
    pub inspected: Vec<(String, String)>,
    /// When the inspection that a document tells of began, in months since year 0, by document.
    pub months: BTreeMap<String, u32>,
}

impl<'a> Material<'a> {
    /// Findings beside those of the other sectors, which are only counted.
    pub fn beside<'b>(findings: Vec<&'a Finding>, others: impl Iterator<Item = &'b Finding>) -> Self {
        let mut elsewhere: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        let mut units: BTreeSet<&str> = BTreeSet::new();
        for finding in others {
            if let Some(unit) = &finding.unit {
                units.insert(unit);
                elsewhere.entry(&finding.type_id).or_default().insert(unit);
            }
        }
        Self {
            findings,
            elsewhere: elsewhere.into_iter().map(|(type_id, units)| (type_id.to_owned(), units.len() as u32)).collect(),
            units_elsewhere: units.len() as u32,
            ..Self::default()
        }
    }
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
    let features = features_of(&findings, lexicon);
    let groups = group(&features, &links(material, &findings), grouping);
    described(material, scope, rule, grouping, lexicon, &findings, &features, groups, &BTreeMap::new())
}

/// Describes given themes of a scope; findings in none of them stand alone.
pub fn themes_of(
    material: &Material<'_>,
    scope: Scope,
    rule: &Rule,
    grouping: &Grouping,
    lexicon: &Lexicon,
    given: &[Group],
) -> Themes {
    let findings = in_order(&material.findings);
    let features = features_of(&findings, lexicon);
    let at = positions(&findings);
    let mut is_placed = vec![false; findings.len()];
    let mut found = Groups::default();
    let mut identities: BTreeMap<usize, &Group> = BTreeMap::new();
    let one_wording = Grouping { cut: grouping.wording_cut, ..grouping.by_words() };
    for given in given {
        let mut members: Vec<usize> = given.members.iter().filter_map(|id| at.get(id.as_str()).copied()).collect();
        members.sort_unstable();
        members.retain(|&at| !std::mem::replace(&mut is_placed[at], true));
        if !members.is_empty() {
            identities.insert(found.groups.len(), given);
            found.wordings.push(group_some(&features, &members, &Links::default(), &one_wording).groups);
            found.groups.push(members);
        }
    }
    for alone in (0..findings.len()).filter(|&at| !is_placed[at]) {
        found.groups.push(vec![alone]);
        found.wordings.push(vec![vec![alone]]);
    }
    described(material, scope, rule, grouping, lexicon, &findings, &features, found, &identities)
}

/// The findings of each group that clustering makes, groups of one among them; in order of their first member.
pub fn grouped(findings: &[&Finding], grouping: &Grouping, lexicon: &Lexicon) -> Vec<Vec<String>> {
    let findings = in_order(findings);
    let groups = group(&features_of(&findings, lexicon), &Links::default(), grouping).groups;
    groups.into_iter().map(|members| members.into_iter().map(|at| findings[at].id.clone()).collect()).collect()
}

/// For each of the new findings that is near enough to one of the groups, that group; `apart` holds pairs of findings
/// that must not meet. Findings attach to the groups as they are given, so their order says nothing.
pub fn attached(
    findings: &[&Finding],
    groups: &[Vec<String>],
    new: &BTreeSet<&str>,
    apart: &BTreeSet<(String, String)>,
    grouping: &Grouping,
    lexicon: &Lexicon,
) -> BTreeMap<String, usize> {
    let findings = in_order(findings);
    let at = positions(&findings);
    let place = |id: &str| at.get(id).copied();
    let existing: Vec<Vec<usize>> = groups.iter().map(|ids| ids.iter().filter_map(|id| place(id)).collect()).collect();
    let newcomers: Vec<usize> = (0..findings.len()).filter(|&at| new.contains(findings[at].id.as_str())).collect();
    let apart = apart.iter().filter_map(|(one, other)| Some((place(one)?, place(other)?))).collect();
    let links = Links { together: Vec::new(), apart };
    let joined = attach(&features_of(&findings, lexicon), &existing, &newcomers, &links, grouping).joined;
    let homes = newcomers.iter().zip(joined).filter_map(|(&at, home)| Some((findings[at].id.clone(), home?)));
    homes.collect()
}

#[expect(clippy::too_many_arguments, reason = "a list of themes is made from all there is")]
fn described(
    material: &Material<'_>,
    scope: Scope,
    rule: &Rule,
    grouping: &Grouping,
    lexicon: &Lexicon,
    findings: &[&Finding],
    features: &Features,
    Groups { groups, wordings }: Groups,
    identities: &BTreeMap<usize, &Group>,
) -> Themes {
    let rounds = Rounds::new(findings, &material.inspected, &material.months);
    let here = units_by_type(findings);
    let context = Context { material, findings, features, scope: &scope, rule, lexicon, rounds, here };
    let is_theme = |at: &usize| groups[*at].len() > 1 || identities.contains_key(at);
    let (shared, alone): (Vec<usize>, Vec<usize>) = (0..groups.len()).partition(is_theme);
    let mut themes: Vec<Theme> = shared.iter().map(|&at| theme(&groups[at], &wordings[at], &context)).collect();
    let themed: Vec<&[usize]> = shared.iter().map(|&at| &groups[at][..]).collect();
    for (theme, words) in themes.iter_mut().zip(names::keywords(&themed, features)) {
        theme.keywords = words;
    }
    for (theme, at) in themes.iter_mut().zip(&shared) {
        if let Some(identity) = identities.get(at) {
            theme.id.clone_from(&identity.id);
            theme.name = identity.name.clone().unwrap_or_else(|| theme.name.clone());
        }
    }
    let alone: Vec<usize> = alone.iter().map(|&at| groups[at][0]).collect();
    let mut residue = residue(&themed, &alone, &context, grouping, &themes);
    themes.sort_by(|left, right| {
        (right.common, right.coverage.units, right.findings.len())
            .cmp(&(left.common, left.coverage.units, left.findings.len()))
            .then_with(|| left.id.cmp(&right.id))
    });
    residue.sort_by(|left, right| left.finding.cmp(&right.finding));
    Themes { scope, themes, residue }
}

/// The findings by id.
fn in_order<'a>(findings: &[&'a Finding]) -> Vec<&'a Finding> {
    let mut findings = findings.to_vec();
    findings.sort_by(|left, right| left.id.cmp(&right.id));
    findings
}

fn features_of(findings: &[&Finding], lexicon: &Lexicon) -> Features {
    let subjects: Vec<Subject<'_>> = findings.iter().map(|&finding| finding.into()).collect();
    features(&subjects, lexicon)
}

/// What people decided, by position; about findings that are not here nothing can be kept.
fn links(material: &Material<'_>, findings: &[&Finding]) -> Links {
    let place = |id: &String| findings.binary_search_by(|finding| finding.id.cmp(id)).ok();
    let placed = |pairs: &[(String, String)]| {
        let mut placed: Vec<(usize, usize)> = pairs
            .iter()
            .filter_map(|(one, other)| Some((place(one)?, place(other)?)))
            .filter(|(one, other)| one != other)
            .map(|(one, other)| (one.min(other), one.max(other)))
            .collect();
        placed.sort_unstable();
        placed.dedup();
        placed
    };
    Links { together: placed(&material.together), apart: placed(&material.apart) }
}

/// For each type, how many units of the scope have it.
fn units_by_type<'a>(findings: &[&'a Finding]) -> BTreeMap<&'a str, u32> {
    let mut units: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for finding in findings.iter().filter(|finding| !finding.type_id.is_empty()) {
        if let Some(unit) = &finding.unit {
            units.entry(&finding.type_id).or_default().insert(unit);
        }
    }
    units.into_iter().map(|(type_id, units)| (type_id, units.len() as u32)).collect()
}

/// What every theme is made from.
struct Context<'a, 'b> {
    material: &'b Material<'a>,
    findings: &'b [&'a Finding],
    features: &'b Features,
    scope: &'b Scope,
    rule: &'b Rule,
    lexicon: &'b Lexicon,
    rounds: Rounds<'b>,
    here: BTreeMap<&'b str, u32>,
}

fn theme(members: &[usize], wordings: &[Vec<usize>], context: &Context<'_, '_>) -> Theme {
    let Context { material, findings, features, scope, .. } = *context;
    let id_of = |at: &usize| findings[*at].id.clone();
    let ranked = by_centrality(members, features);
    let counts = names::word_counts(members, features);
    let shared: Vec<Vec<String>> = ranked.iter().map(|&(_, at)| names::shared_words(at, &counts, features)).collect();
    let type_id = names::majority_type(members, findings);
    let name = match context.lexicon.taxonomy.get(&type_id) {
        Some(problem_type) => problem_type.name.clone(),
        None => names::sentence(&ranked, &shared, findings),
    };
    let links = ranked.iter().zip(shared);
    let links = links.map(|(&(similarity, at), shared)| Link { finding: findings[at].id.clone(), similarity, shared });
    let units: BTreeSet<&String> = members.iter().filter_map(|&at| findings[at].unit.as_ref()).collect();
    let n_units = units.iter().filter(|unit| scope.units.binary_search(unit).is_ok()).count() as u32;
    let coverage = Coverage { units: n_units, base: scope.units.len() as u32 };
    let n_general = members.iter().filter(|&&at| findings[at].general).count();
    let central: Vec<&Finding> = ranked.iter().map(|&(_, at)| findings[at]).collect();
    let recurrences = context.rounds.recurrence(&central, &material.months);
    let mut wordings: Vec<Vec<String>> = wordings.iter().map(|members| members.iter().map(id_of).collect()).collect();
    wordings.sort_by(|left, right| right.len().cmp(&left.len()).then_with(|| left.cmp(right)));
    Theme {
        id: format!("T{}", findings[members[0]].id.chars().take(10).collect::<String>()),
        name,
        keywords: Vec::new(),
        common: context.rule.is_common(coverage) && n_general * 2 <= members.len(),
        general: n_general * 2 > members.len(),
        findings: ranked.iter().map(|(_, at)| id_of(at)).collect(),
        links: links.collect(),
        units: units.iter().map(|unit| (*unit).clone()).collect(),
        coverage,
        lift: stats::lift(&type_id, coverage, &material.elsewhere, material.units_elsewhere),
        z: stats::log_odds_z(n_units, &context.here, &material.elsewhere, &type_id),
        wilson_low: wilson(coverage).0,
        rounds: context.rounds.of(&central),
        trend: context.rounds.trend(&central),
        recurrent_units: {
            let units: BTreeSet<&String> = recurrences.iter().map(|it| &it.unit).collect();
            units.into_iter().cloned().collect()
        },
        recurrences,
        sums: stats::sums(&central, &context.lexicon.cues),
        wordings,
        representative: findings[names::representative(&ranked, findings)].id.clone(),
        type_id,
    }
}

/// How alike two findings are (相似度): the cosine of their features, 1 where these are the same, and what their types add.
pub fn similarity(features: &Features, one: usize, other: usize, grouping: &Grouping) -> f32 {
    let type_of = |at: usize| features.types[features.points[at] as usize];
    let is_same = features.points[one] == features.points[other];
    let cosine = if is_same { 1.0 } else { dot(features.of(one), features.of(other)) };
    cosine + near::prior(type_of(one), type_of(other), grouping)
}

/// The sum of the rows of members.
fn sum_of<'a>(members: &[usize], features: &'a Features) -> Sum<'a> {
    members.iter().fold(Sum::Row(&[], 1.0), |sum, &at| sum.with(Sum::Row(features.of(at), 1.0)))
}

/// The members by the cosine of each with the sum of the others, the greatest first.
fn by_centrality(members: &[usize], features: &Features) -> Vec<(f32, usize)> {
    let centre = sum_of(members, features);
    let centre_squared = centre.dot(&centre);
    let mut ranked: Vec<(f32, usize)> = members
        .iter()
        .map(|&at| {
            let own = dot(features.of(at), features.of(at));
            let with_all = centre.dot(&Sum::Row(features.of(at), 1.0));
            let others = (centre_squared - 2.0 * with_all + own).max(f32::EPSILON).sqrt();
            (((with_all - own) / (others * own.sqrt().max(f32::EPSILON))).clamp(0.0, 1.0), at)
        })
        .collect();
    ranked.sort_by(|left, right| right.0.total_cmp(&left.0).then(left.1.cmp(&right.1)));
    ranked
}

/// The findings in no theme, each with the reason.
fn residue(
    themed: &[&[usize]],
    alone: &[usize],
    context: &Context<'_, '_>,
    grouping: &Grouping,
    themes: &[Theme],
) -> Vec<Residue> {
    let Context { findings, features, .. } = *context;
    let existing: Vec<Vec<usize>> = themed.iter().map(|members| members.to_vec()).collect();
    let kept_apart: BTreeSet<&String> = context.material.apart.iter().flat_map(|(one, other)| [one, other]).collect();
    // Words alone decide how near a theme is said to be.
    let plain = grouping.by_words();
    let near = nearest(features, &existing, alone, &plain);
    let mut residue = Vec::with_capacity(alone.len());
    for (&at, near) in alone.iter().zip(&near) {
        let best = near.iter().find(|it| it.similarity > 0.01);
        let reason = if features.of(at).is_empty() && features.types[features.points[at] as usize].is_none() {
            "文字太短，没有可比较的内容".to_owned()
        } else if kept_apart.contains(&findings[at].id) {
            "有人标明它与相近的问题不是一类".to_owned()
        } else if let Some(best) = best {
            format!(
                "与其他问题都不够像：最接近的是“{}”一类，与其中最像的{}条平均相似度只有{:.0}%",
                themes[best.group].name,
                best.members.len(),
                best.similarity * 100.0
            )
        } else {
            "所述事项在范围内只出现这一次".to_owned()
        };
        residue.push(Residue { finding: findings[at].id.clone(), reason });
    }
    residue
}

/// Positions of findings by id.
fn positions<'a>(findings: &[&'a Finding]) -> FxHashMap<&'a str, usize> {
    findings.iter().enumerate().map(|(at, finding)| (finding.id.as_str(), at)).collect()
}
