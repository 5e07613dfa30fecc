//! Proposals (重新归类的提案): all findings clustered anew, held against the themes as they stand.
//!
//! A proposal changes nothing. Themes are matched old to new: one that takes in half or more of several is a merger,
//! and the oldest of them keeps its id; else the pairs with the largest share of common members (Jaccard ≥ 0.5, or
//! more than half of the new one) match, largest first, so that of a split theme the larger part keeps the id. What a
//! person put somewhere, pinned or excluded stays there. Accepting is a decision like any other and can be undone.

use std::collections::{BTreeMap, BTreeSet};

use super::curate::{blank, sizes};
use super::registry::now_knows;
use super::standing::Standing;
use super::{Settled, birth_id};
use crate::cluster::{Grouping, grouped};
use crate::diag::Error;
use crate::lang::Lexicon;
use crate::model::{Finding, ThemeAction, ThemeDecision, ThemeGroup};
use crate::workspace::{Workspace, sha256};

/// One theme in a proposal (提案的一项).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// 延续, 新增, 合并, 拆分 or 散入其他.
    pub kind: &'static str,
    /// The theme; for one that goes, its present id.
    pub id: String,
    /// Present themes it takes findings from, with how many, most first; itself among them.
    pub from: Vec<(String, usize)>,
    /// Findings that join it.
    pub joining: Vec<String>,
    /// Findings that leave it.
    pub leaving: Vec<String>,
    /// How many findings it would have.
    pub n_findings: usize,
}

/// A proposal (提案).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// Hash of what it would change.
    pub id: String,
    /// Themes that would change, in the order of kinds: 合并, 拆分, 新增, 散入其他, 延续.
    pub changes: Vec<Change>,
    /// Themes that would stay exactly as they are.
    pub n_same: usize,
    /// Findings that would change place.
    pub n_moving: usize,
    decision: ThemeDecision,
}

impl Workspace {
    /// Clusters the findings of a sector anew and says what would change.
    ///
    /// # Errors
    /// The record cannot be read, or there is no such sector.
    pub fn propose(&self, sector: Option<&str>) -> Result<Proposal, Error> {
        let sector = sector.map(|sector| self.known_sector(sector)).transpose()?;
        let findings = self.findings()?;
        Ok(proposal(&self.settled(sector.as_deref(), &findings)?, &self.lexicon))
    }

    /// Accepts the proposal with this id.
    ///
    /// # Errors
    /// It would now be another one, there is nothing to change, or the record cannot be written.
    pub fn accept(&mut self, id: &str, sector: Option<&str>, by: &str, why: &str, at: &str) -> Result<Proposal, Error> {
        let sector = sector.map(|sector| self.known_sector(sector)).transpose()?;
        let findings = self.findings()?;
        let settled = self.settled(sector.as_deref(), &findings)?;
        let proposal = proposal(&settled, &self.lexicon);
        if proposal.n_moving == 0 {
            return Err(Error::new(
                "重新归类的结果与现在一致，没有要采纳的",
                "不用再做什么；想看有没有变动，运行 jianlin theme propose",
            ));
        }
        if id.chars().count() < 4 || !proposal.id.starts_with(id) {
            return Err(Error::new(
                format!("提案{id}已不是现在的提案（现在是{}）：问题或主题有变动", proposal.id),
                "再看一次 jianlin theme propose，确认后采纳新的编号",
            ));
        }
        let decision = ThemeDecision { by: by.to_owned(), why: why.to_owned(), ..proposal.decision.clone() };
        let decision = self.stamped(decision, at)?;
        let change = settled.change;
        self.store.decide_theme(&decision, &change)?;
        Ok(proposal)
    }
}

fn proposal(settled: &Settled<'_>, lexicon: &Lexicon) -> Proposal {
    let standing = &settled.standing;
    let now: BTreeMap<&str, &str> =
        standing.spots.iter().filter_map(|(finding, spot)| Some((finding.as_str(), spot.theme.as_deref()?))).collect();
    let is_pinned = |theme: &str| standing.themes.get(theme).is_some_and(|theme| theme.is_pinned);
    let is_fixed = |finding: &str| {
        standing.spots.get(finding).is_some_and(|spot| spot.is_held || spot.theme.as_deref().is_some_and(is_pinned))
    };
    let open: Vec<&Finding> = settled
        .findings
        .values()
        .copied()
        .filter(|finding| {
            let spot = standing.spots.get(&finding.id);
            !spot.is_some_and(|spot| spot.is_excluded || spot.theme.as_deref().is_some_and(is_pinned))
        })
        .collect();
    let mut groups = grouped(&open, &Grouping::THEMES, lexicon);
    let kept_apart = keep_apart(standing, &mut groups, &now);
    groups.retain(|group| group.len() > 1);
    let ids = matched(&settled.scope, standing, &groups, &now);
    let mut wanted: BTreeMap<&str, &str> = BTreeMap::new();
    for (group, id) in groups.iter().zip(&ids) {
        // A theme that is only just made needs two findings that are free to go there.
        let is_there = standing.themes.contains_key(id);
        let n_free = group.iter().filter(|finding| !is_fixed(finding)).count();
        if is_there || n_free > 1 {
            wanted.extend(group.iter().map(|finding| (finding.as_str(), id.as_str())));
        }
    }
    let mut after: BTreeMap<&str, &str> = BTreeMap::new();
    let mut moves: BTreeMap<Option<&str>, BTreeSet<String>> = BTreeMap::new();
    for finding in settled.findings.keys() {
        let (before, mut then) = (now.get(finding).copied(), wanted.get(finding).copied());
        if is_fixed(finding) || kept_apart.contains(*finding) {
            then = before;
        }
        after.extend(then.map(|theme| (*finding, theme)));
        if before != then {
            moves.entry(then).or_default().insert((*finding).to_owned());
        }
    }
    let n_moving = moves.values().map(BTreeSet::len).sum();
    let held: BTreeSet<&str> = after.values().copied().collect();
    let mut absorbed: Vec<(String, String)> = Vec::new();
    for (theme, members) in standing.members.iter().filter(|(theme, _)| !held.contains(theme.as_str())) {
        let mut to: BTreeMap<&str, usize> = BTreeMap::new();
        for id in members.iter().filter_map(|finding| after.get(finding.as_str())) {
            *to.entry(id).or_default() += 1;
        }
        let most = to.into_iter().max_by(|left, right| left.1.cmp(&right.1).then(right.0.cmp(left.0)));
        if let Some((into, _)) = most.filter(|(into, n)| 2 * n >= members.len() && standing.themes.contains_key(*into))
        {
            absorbed.push((theme.clone(), into.to_owned()));
        }
    }
    let groups = moves.into_iter().map(|(theme, findings)| ThemeGroup {
        theme: theme.map(str::to_owned),
        findings: findings.into_iter().collect(),
    });
    let decision = ThemeDecision {
        scope: settled.scope.clone(),
        groups: groups.collect(),
        absorbed,
        ..blank(ThemeAction::Accept)
    };
    let (changes, n_same) = changes(settled, &now, &after, &decision.absorbed);
    let said = format!("{:?}{:?}", decision.groups, decision.absorbed);
    Proposal { id: format!("P{}", &sha256(said.as_bytes())[..8]), changes, n_same, n_moving, decision }
}

/// Takes out of new groups what a person said is not the same as the rest: of two themes that are apart, the findings
/// of the one with the smaller part; of two findings that are apart and not in one theme already, the later by id.
/// Returns what was taken out; it stays where it is.
fn keep_apart(standing: &Standing, groups: &mut [Vec<String>], now: &BTreeMap<&str, &str>) -> BTreeSet<String> {
    let mut out: BTreeSet<String> = BTreeSet::new();
    for group in groups {
        let theme = |finding: &String| now.get(finding.as_str()).copied();
        for (left, right) in &standing.themes_apart {
            let count = |id: &String| group.iter().filter(|it| theme(it) == Some(id)).count();
            let (n_left, n_right) = (count(left), count(right));
            if n_left > 0 && n_right > 0 {
                let smaller = if n_left < n_right { left } else { right };
                out.extend(group.extract_if(.., |it| theme(it) == Some(smaller)));
            }
        }
        for (left, right) in &standing.findings_apart {
            let same = theme(left).is_some() && theme(left) == theme(right);
            if !same && group.contains(left) && group.contains(right) {
                out.extend(group.extract_if(.., |it| it == right));
            }
        }
    }
    out
}

/// The id of each new group: that of the theme it goes on from, else a new one.
fn matched(scope: &str, standing: &Standing, groups: &[Vec<String>], now: &BTreeMap<&str, &str>) -> Vec<String> {
    let sizes = sizes(standing);
    let shares: Vec<BTreeMap<&str, usize>> = groups
        .iter()
        .map(|group| {
            let mut shares = BTreeMap::new();
            for theme in group.iter().filter_map(|finding| now.get(finding.as_str())) {
                *shares.entry(*theme).or_insert(0) += 1;
            }
            shares
        })
        .collect();
    let born = |theme: &str| standing.themes.get(theme).map_or(u32::MAX, |theme| theme.born);
    let mut ids: Vec<Option<String>> = vec![None; groups.len()];
    let mut used: BTreeSet<&str> = BTreeSet::new();
    for (at, shares) in shares.iter().enumerate() {
        let taken_in: Vec<(&str, usize)> = shares
            .iter()
            .filter(|(theme, share)| 2 * **share > sizes[*theme])
            .map(|(theme, share)| (*theme, *share))
            .collect();
        if taken_in.len() > 1 {
            let oldest = taken_in.iter().min_by_key(|(theme, share)| (born(theme), std::cmp::Reverse(*share), *theme));
            if let Some((theme, _)) = oldest.filter(|(theme, _)| used.insert(theme)) {
                ids[at] = Some((*theme).to_owned());
            }
        }
    }
    let mut pairs: Vec<(f64, u32, &str, usize)> = Vec::new();
    for (at, shares) in shares.iter().enumerate().filter(|(at, _)| ids[*at].is_none()) {
        for (&theme, &share) in shares {
            let jaccard = share as f64 / (groups[at].len() + sizes[theme] - share) as f64;
            if jaccard >= 0.5 || 2 * share > groups[at].len() {
                pairs.push((jaccard, born(theme), theme, at));
            }
        }
    }
    pairs.sort_by(|left, right| {
        right.0.total_cmp(&left.0).then((left.1, left.2, left.3).cmp(&(right.1, right.2, right.3)))
    });
    for (_, _, theme, at) in pairs {
        if ids[at].is_none() && used.insert(theme) {
            ids[at] = Some(theme.to_owned());
        }
    }
    let mut made: BTreeSet<String> = BTreeSet::new();
    groups
        .iter()
        .zip(ids)
        .map(|(group, id)| {
            let is_taken = |id: &str| now_knows(standing, id) || made.contains(id);
            let id = id.unwrap_or_else(|| birth_id(scope, group, is_taken));
            made.insert(id.clone());
            id
        })
        .collect()
}

/// What becomes of each theme, and how many stay as they are.
fn changes(
    settled: &Settled<'_>,
    now: &BTreeMap<&str, &str>,
    after: &BTreeMap<&str, &str>,
    absorbed: &[(String, String)],
) -> (Vec<Change>, usize) {
    let standing = &settled.standing;
    let mut then: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (finding, theme) in after {
        then.entry(theme).or_default().push(finding);
    }
    let mut n_same = 0;
    let mut changes: Vec<Change> = Vec::new();
    for (theme, findings) in &then {
        let mut from: BTreeMap<&str, usize> = BTreeMap::new();
        for id in findings.iter().filter_map(|finding| now.get(finding)) {
            *from.entry(id).or_default() += 1;
        }
        let joining: Vec<String> =
            findings.iter().filter(|it| now.get(*it) != Some(theme)).map(|it| (*it).to_owned()).collect();
        let before = standing.members.get(*theme);
        let leaving: Vec<String> =
            before.into_iter().flatten().filter(|it| after.get(it.as_str()) != Some(theme)).cloned().collect();
        if joining.is_empty() && leaving.is_empty() {
            n_same += 1;
            continue;
        }
        let mut from: Vec<(String, usize)> = from.into_iter().map(|(id, n)| (id.to_owned(), n)).collect();
        from.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        let kind = if absorbed.iter().any(|(_, into)| into == theme) {
            "合并"
        } else if before.is_some() {
            "延续"
        } else if from.first().is_some_and(|(_, n)| 2 * n > findings.len()) {
            "拆分"
        } else {
            "新增"
        };
        changes.push(Change { kind, id: (*theme).to_owned(), from, joining, leaving, n_findings: findings.len() });
    }
    for (theme, members) in standing.members.iter().filter(|(theme, _)| !then.contains_key(theme.as_str())) {
        if !absorbed.iter().any(|(other, _)| other == theme) {
            let leaving = members.iter().cloned().collect();
            changes.push(Change {
                kind: "散入其他",
                id: theme.clone(),
                from: Vec::new(),
                joining: Vec::new(),
                leaving,
                n_findings: 0,
            });
        }
    }
    let order = |kind: &str| ["合并", "拆分", "新增", "散入其他", "延续"].iter().position(|it| *it == kind);
    changes.sort_by(|left, right| {
        (order(left.kind), right.n_findings, &left.id).cmp(&(order(right.kind), left.n_findings, &right.id))
    });
    (changes, n_same)
}

#[cfg(test)]
mod tests {
    use super::super::standing::Curated;
    use super::*;

    /// Themes A (older) and B, C with these members, and the ids that new groups get.
    fn ids(themes: &[(&str, u32, &[&str])], groups: &[&[&str]]) -> Vec<String> {
        let mut standing = Standing::default();
        let mut now: BTreeMap<&str, &str> = BTreeMap::new();
        for (id, born, members) in themes {
            standing.themes.insert((*id).to_owned(), Curated { born: *born, ..Curated::default() });
            standing.members.insert((*id).to_owned(), members.iter().map(|it| (*it).to_owned()).collect());
            now.extend(members.iter().map(|it| (*it, *id)));
        }
        let groups: Vec<Vec<String>> =
            groups.iter().map(|group| group.iter().map(|it| (*it).to_owned()).collect()).collect();
        matched("教育", &standing, &groups, &now)
    }

    #[test]
    fn of_a_split_the_larger_part_keeps_the_id() {
        let found = ids(&[("A", 1, &["1", "2", "3", "4", "5"])], &[&["1", "2"], &["3", "4", "5"]]);
        assert_eq!(found, ["T1", "A"]);
    }

    #[test]
    fn of_a_merger_the_older_id_survives_though_smaller() {
        let themes: [(&str, u32, &[&str]); 2] = [("B", 1, &["1", "2"]), ("A", 2, &["3", "4", "5"])];
        assert_eq!(ids(&themes, &[&["1", "2", "3", "4", "5"]]), ["B"]);
    }

    #[test]
    fn what_is_mostly_the_same_goes_on_and_what_is_not_is_new() {
        let themes: [(&str, u32, &[&str]); 2] = [("A", 1, &["1", "2", "3"]), ("B", 1, &["4", "5"])];
        let found = ids(&themes, &[&["1", "2", "3", "9"], &["4", "6", "7", "8"]]);
        assert_eq!(found[0], "A");
        assert_eq!(found[1], "T4");
    }

    #[test]
    fn an_id_is_never_given_twice() {
        let themes: [(&str, u32, &[&str]); 1] = [("T1", 1, &["1", "2", "3", "4", "5", "6"])];
        let found = ids(&themes, &[&["1", "2"], &["3", "4"], &["5", "6"]]);
        let distinct: BTreeSet<&String> = found.iter().collect();
        assert_eq!(distinct.len(), 3, "{found:?}");
    }
    #[test]
    fn what_a_person_keeps_apart_stays_apart() {
        let mut standing = Standing::default();
        standing.themes_apart.insert(("A".to_owned(), "B".to_owned()));
        standing.findings_apart.insert(("8".to_owned(), "9".to_owned()));
        let now = BTreeMap::from([("1", "A"), ("2", "A"), ("3", "B")]);
        let mut groups = vec![["1", "2", "3", "8", "9"].map(str::to_owned).to_vec()];
        let out = keep_apart(&standing, &mut groups, &now);
        assert_eq!(groups[0], ["1", "2", "8"]);
        assert_eq!(out.into_iter().collect::<Vec<_>>(), ["3", "9"]);
    }
}
