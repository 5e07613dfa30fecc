//! Reasons (归类理由): why a finding is in its theme and not in the next, or in none.

use super::features::{Features, dot};
use super::near::prior;
use super::sums::Sum;
use super::{Grouping, Material, features_of, in_order, names, positions, similarity, sum_of};
use crate::lang::Lexicon;
use crate::model::{Theme, Themes};

/// A finding or theme and how like it something is (相似者).
#[derive(Debug, Clone, PartialEq)]
pub struct Likeness {
    /// Id of the finding or theme.
    pub id: String,
    /// Mean similarity, types counted.
    pub similarity: f32,
}

/// Why a member is in its theme (归入理由).
#[derive(Debug, Clone, PartialEq)]
pub struct WhyHere {
    /// The member.
    pub finding: String,
    /// Words it shares with other members, most widely shared first.
    pub shared: Vec<String>,
    /// The three members most like it.
    pub nearest: Vec<Likeness>,
    /// Mean similarity to the other members, types counted.
    pub similarity: f32,
    /// The other theme most like it.
    pub next: Option<Likeness>,
}

impl WhyHere {
    /// How much more like its own theme than the next it is; below 0 the next one is nearer.
    pub fn margin(&self) -> f32 {
        self.similarity - self.next.as_ref().map_or(0.0, |next| next.similarity)
    }
}

/// Why a finding is in no theme (未归类的理由).
#[derive(Debug, Clone, PartialEq)]
pub struct WhyAlone {
    /// The finding.
    pub finding: String,
    /// The reason in words.
    pub reason: String,
    /// The three findings most like it.
    pub nearest: Vec<Likeness>,
    /// The three themes most like it.
    pub themes: Vec<Likeness>,
    /// The similarity below which groups stay apart.
    pub cut: f32,
}

/// The findings of a scope as they were compared.
struct Compared {
    features: Features,
    ids: Vec<String>,
    /// For each theme its members, their sum, and their types with counts.
    themes: Vec<Vec<usize>>,
}

fn compared(material: &Material<'_>, themes: &Themes, lexicon: &Lexicon) -> Compared {
    let findings = in_order(&material.findings);
    let at = positions(&findings);
    let members = |theme: &Theme| theme.findings.iter().filter_map(|id| at.get(id.as_str()).copied()).collect();
    Compared {
        features: features_of(&findings, lexicon),
        ids: findings.iter().map(|finding| finding.id.clone()).collect(),
        themes: themes.themes.iter().map(members).collect(),
    }
}

impl Compared {
    fn place(&self, id: &str) -> Option<usize> {
        self.ids.binary_search_by(|it| it.as_str().cmp(id)).ok()
    }

    /// Those of some findings that are most like one.
    fn most_alike(
        &self,
        at: usize,
        others: impl Iterator<Item = usize>,
        n: usize,
        grouping: &Grouping,
    ) -> Vec<Likeness> {
        let mut ranked: Vec<(f32, usize)> = others
            .filter(|&other| other != at)
            .map(|other| (similarity(&self.features, at, other, grouping), other))
            .collect();
        ranked.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
        let likeness = |(similarity, at): (f32, usize)| Likeness { id: self.ids[at].clone(), similarity };
        ranked.into_iter().take(n).map(likeness).collect()
    }

    /// The mean similarity of a finding to the members of each theme, itself apart.
    fn to_themes(&self, at: usize, sums: &[Sum<'_>], grouping: &Grouping) -> Vec<f32> {
        let own = Sum::Row(self.features.of(at), 1.0);
        let type_of = |at: usize| self.features.types[self.features.points[at] as usize];
        let itself = dot(self.features.of(at), self.features.of(at));
        let mean = |(members, sum): (&Vec<usize>, &Sum<'_>)| {
            let is_in = members.contains(&at);
            let others = members.iter().filter(|&&other| other != at);
            let priors: f32 = others.map(|&other| prior(type_of(at), type_of(other), grouping)).sum();
            let n = members.len() - usize::from(is_in);
            (sum.dot(&own) - if is_in { itself } else { 0.0 } + priors) / n.max(1) as f32
        };
        self.themes.iter().zip(sums).map(mean).collect()
    }

    fn sums(&self) -> Vec<Sum<'_>> {
        self.themes.iter().map(|members| sum_of(members, &self.features)).collect()
    }
}

/// Why each member of a theme is in it, in the order of its findings (逐条归入理由).
pub fn why_here(
    material: &Material<'_>,
    themes: &Themes,
    theme: &Theme,
    grouping: &Grouping,
    lexicon: &Lexicon,
) -> Vec<WhyHere> {
    let compared = compared(material, themes, lexicon);
    let Some(own) = themes.themes.iter().position(|it| it.id == theme.id) else { return Vec::new() };
    let sums = compared.sums();
    let members = &compared.themes[own];
    let counts = names::word_counts(members, &compared.features);
    let why = |&at: &usize| {
        let to_themes = compared.to_themes(at, &sums, grouping);
        let next = to_themes.iter().enumerate().filter(|(theme_idx, _)| *theme_idx != own);
        let next = next.max_by(|one, other| one.1.total_cmp(other.1).then(other.0.cmp(&one.0)));
        WhyHere {
            finding: compared.ids[at].clone(),
            shared: names::shared_words(at, &counts, &compared.features),
            nearest: compared.most_alike(at, members.iter().copied(), 3, grouping),
            similarity: to_themes[own],
            next: next.map(|(at, &similarity)| Likeness { id: themes.themes[at].id.clone(), similarity }),
        }
    };
    members.iter().map(why).collect()
}

/// Why a finding is in no theme; `None` where it is in one, or not in the scope (未归类的理由).
pub fn why_alone(
    material: &Material<'_>,
    themes: &Themes,
    finding: &str,
    grouping: &Grouping,
    lexicon: &Lexicon,
) -> Option<WhyAlone> {
    let residue = themes.residue.iter().find(|it| it.finding == finding)?;
    let compared = compared(material, themes, lexicon);
    let at = compared.place(finding)?;
    let to_themes = compared.to_themes(at, &compared.sums(), grouping);
    let mut ranked: Vec<(f32, usize)> =
        to_themes.into_iter().enumerate().map(|(theme_idx, similarity)| (similarity, theme_idx)).collect();
    ranked.sort_unstable_by(|one, other| other.0.total_cmp(&one.0).then(one.1.cmp(&other.1)));
    let likeness = |(similarity, at): (f32, usize)| Likeness { id: themes.themes[at].id.clone(), similarity };
    Some(WhyAlone {
        finding: finding.to_owned(),
        reason: residue.reason.clone(),
        nearest: compared.most_alike(at, 0..compared.ids.len(), 3, grouping),
        themes: ranked.into_iter().take(3).map(likeness).collect(),
        cut: grouping.cut,
    })
}
