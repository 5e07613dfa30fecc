//! Where things stand (现状): people's decisions laid over what is registered.
//!
//! A pure function of the registry and the set of decisions. Decisions are applied in the order of their time and
//! hash, whoever made or imported them in whatever order; one that is undone is not applied at all. So undoing leaves
//! nothing behind, and two people's decisions give the same themes whichever is imported first.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Registry, ThemeAction, ThemeDecision, ThemeRef};

/// What people said of a theme (主题附注).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Curated {
    /// The name a person gave.
    pub name: Option<String>,
    /// The name it was born with; none for a theme that a person made.
    pub birth_name: Option<String>,
    /// Whether proposals leave it alone.
    pub is_pinned: bool,
    /// Notes: when, who, what.
    pub notes: Vec<(String, String, String)>,
    /// At which registration it was born; those that people made count as youngest.
    pub born: u32,
}

/// Pairs of findings that people's decisions bind or part (归类约束), smaller id first, sorted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Constraints {
    /// Pairs that belong together.
    pub together: Vec<(String, String)>,
    /// Pairs that do not.
    pub apart: Vec<(String, String)>,
}

/// Where a finding stands.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Spot {
    pub(crate) theme: Option<String>,
    /// Whether a person put it there.
    pub(crate) is_held: bool,
    /// Whether a person called it an individual problem.
    pub(crate) is_excluded: bool,
}

/// Themes, their members and what people said of them.
#[derive(Debug, Clone, Default)]
pub(crate) struct Standing {
    pub(crate) themes: BTreeMap<String, Curated>,
    /// Members that are there, for each theme.
    pub(crate) members: BTreeMap<String, BTreeSet<String>>,
    pub(crate) spots: BTreeMap<String, Spot>,
    /// Pairs of themes that are not the same, smaller id first.
    pub(crate) themes_apart: BTreeSet<(String, String)>,
    /// Pairs of findings that are not the same, smaller id first.
    pub(crate) findings_apart: BTreeSet<(String, String)>,
    /// Decisions in force whose theme or findings are not here.
    pub(crate) idle: BTreeSet<String>,
    absorbed: BTreeMap<String, String>,
    successors: BTreeMap<String, Vec<String>>,
}

/// Decisions in the one order that holds everywhere, each once.
pub(crate) fn in_order(mut decisions: Vec<ThemeDecision>) -> Vec<ThemeDecision> {
    decisions.sort_by(|left, right| (&left.at, left.tick, &left.uid).cmp(&(&right.at, right.tick, &right.uid)));
    decisions.dedup_by(|later, earlier| later.uid == earlier.uid);
    decisions
}

/// The uids that are undone.
pub(crate) fn undone(decisions: &[ThemeDecision]) -> BTreeSet<&str> {
    decisions.iter().filter(|it| it.action == ThemeAction::Undo).map(|it| it.text.as_str()).collect()
}

/// Lays decisions, in order, over the registry of a sector; `present` are the findings that are there.
pub(crate) fn standing(
    scope: &str,
    registry: &Registry,
    present: &BTreeSet<&str>,
    decisions: &[ThemeDecision],
) -> Standing {
    let mut standing = Standing::default();
    for identity in &registry.identities {
        standing.themes.insert(
            identity.id.clone(),
            Curated {
                born: identity.born,
                birth_name: Some(identity.name.clone()).filter(|name| !name.is_empty()),
                ..Curated::default()
            },
        );
    }
    for (former, now) in &registry.successors {
        standing.successors.entry(former.clone()).or_default().push(now.clone());
    }
    for finding in present {
        standing.spots.insert((*finding).to_owned(), Spot::default());
    }
    for placed in registry.places.iter().filter(|placed| present.contains(placed.finding.as_str())) {
        if let Some(theme) = &placed.theme {
            standing.put(&placed.finding, Some(theme), false, false);
        }
    }
    let undone = undone(decisions);
    for decision in decisions.iter().filter(|it| it.scope == scope && !undone.contains(it.uid.as_str())) {
        if !standing.apply(decision) {
            standing.idle.insert(decision.uid.clone());
        }
    }
    standing.drop_unknown();
    standing
}

impl Standing {
    /// Puts a finding that is there into a theme, or on its own.
    fn put(&mut self, finding: &str, theme: Option<&str>, is_held: bool, is_excluded: bool) {
        let Some(spot) = self.spots.get_mut(finding) else { return };
        if let Some(members) = spot.theme.as_ref().and_then(|theme| self.members.get_mut(theme)) {
            members.remove(finding);
        }
        *spot = Spot { theme: theme.map(str::to_owned), is_held, is_excluded };
        if let Some(theme) = theme {
            self.members.entry(theme.to_owned()).or_default().insert(finding.to_owned());
        }
    }

    /// The finding that stands for this one now: itself, or what took its place when its document changed.
    pub(crate) fn present(&self, finding: &str) -> Option<String> {
        let mut pending = vec![finding];
        let mut seen = BTreeSet::new();
        while let Some(id) = pending.pop() {
            if self.spots.contains_key(id) {
                return Some(id.to_owned());
            }
            if seen.insert(id) {
                pending.extend(self.successors.get(id).into_iter().flatten().rev().map(String::as_str));
            }
        }
        None
    }

    /// The theme a decision means: the one of that id or what absorbed it, else the one that holds at least half of
    /// what it held.
    pub(crate) fn theme(&self, wanted: &ThemeRef) -> Option<String> {
        let mut id = &wanted.id;
        let mut seen = BTreeSet::new();
        while let Some(next) = self.absorbed.get(id).filter(|_| seen.insert(id.clone())) {
            id = next;
        }
        if self.themes.contains_key(id) {
            return Some(id.clone());
        }
        let here: Vec<String> = wanted.sketch.iter().filter_map(|finding| self.present(finding)).collect();
        let mut counts: BTreeMap<&String, usize> = BTreeMap::new();
        for theme in here.iter().filter_map(|finding| self.spots.get(finding)?.theme.as_ref()) {
            *counts.entry(theme).or_default() += 1;
        }
        let best = counts.into_iter().max_by(|left, right| left.1.cmp(&right.1).then(right.0.cmp(left.0)));
        best.filter(|(_, count)| 2 * count >= here.len()).map(|(theme, _)| theme.clone())
    }

    fn create(&mut self, id: &str) -> String {
        self.themes.entry(id.to_owned()).or_insert_with(|| Curated { born: u32::MAX, ..Curated::default() });
        id.to_owned()
    }

    /// Applies one decision; whether there was anything here that it is about.
    fn apply(&mut self, decision: &ThemeDecision) -> bool {
        let themes: Vec<Option<String>> = decision.themes.iter().map(|it| self.theme(it)).collect();
        let first = themes.first().cloned().flatten();
        let findings: Vec<Vec<String>> = decision
            .groups
            .iter()
            .map(|group| group.findings.iter().filter_map(|finding| self.present(finding)).collect())
            .collect();
        let has_findings = findings.iter().any(|group| !group.is_empty());
        match decision.action {
            ThemeAction::Move => {
                let Some(to) = first.filter(|_| has_findings) else { return false };
                for finding in findings.iter().flatten() {
                    self.put(finding, Some(&to), true, false);
                }
            }
            ThemeAction::Exclude => {
                for finding in findings.iter().flatten() {
                    self.put(finding, None, true, true);
                }
                return has_findings;
            }
            ThemeAction::New | ThemeAction::Split => {
                if !has_findings {
                    return false;
                }
                for (group, findings) in decision.groups.iter().zip(&findings) {
                    let Some(id) = group.theme.as_ref().filter(|_| !findings.is_empty()) else { continue };
                    let id = self.create(id);
                    for finding in findings {
                        self.put(finding, Some(&id), true, false);
                    }
                    if !decision.text.is_empty()
                        && let Some(theme) = self.themes.get_mut(&id)
                    {
                        theme.name = Some(decision.text.clone());
                    }
                }
            }
            ThemeAction::Merge => {
                let Some(into) = first else { return false };
                let others: Vec<String> = themes.into_iter().skip(1).flatten().filter(|it| *it != into).collect();
                for other in &others {
                    self.merge(other, &into);
                }
                return !others.is_empty();
            }
            ThemeAction::Rename | ThemeAction::Pin | ThemeAction::Unpin | ThemeAction::Note => {
                let Some(theme) = first.and_then(|id| self.themes.get_mut(&id)) else { return false };
                match decision.action {
                    ThemeAction::Rename => theme.name = Some(decision.text.clone()),
                    ThemeAction::Note => {
                        theme.notes.push((decision.at.clone(), decision.by.clone(), decision.text.clone()));
                    }
                    other => theme.is_pinned = other == ThemeAction::Pin,
                }
            }
            ThemeAction::Apart => {
                if let [Some(left), Some(right)] = &themes[..] {
                    self.themes_apart.insert(ordered(left, right));
                    return true;
                }
                let [left, right] = &findings.concat()[..] else { return false };
                self.findings_apart.insert(ordered(left, right));
                let theme = |id: &String| self.spots.get(id).and_then(|spot| spot.theme.clone());
                if theme(left).is_some() && theme(left) == theme(right) {
                    self.put(&right.clone(), None, true, false);
                }
            }
            ThemeAction::Accept => {
                for (group, findings) in decision.groups.iter().zip(&findings) {
                    let theme = group.theme.as_ref().map(|id| {
                        let known = self.theme(&ThemeRef { id: id.clone(), sketch: Vec::new() });
                        known.unwrap_or_else(|| self.create(id))
                    });
                    for finding in findings {
                        self.put(finding, theme.as_deref(), false, false);
                    }
                }
                for (other, into) in &decision.absorbed {
                    if self.themes.contains_key(other) && self.themes.contains_key(into) && other != into {
                        self.absorb(other, into);
                    }
                }
            }
            ThemeAction::Trigger | ThemeAction::Undo => {}
        }
        true
    }

    /// Puts all of a theme into another; what the person joined stays joined.
    fn merge(&mut self, other: &str, into: &str) {
        let joined: Vec<String> =
            [other, into].iter().filter_map(|id| self.members.get(*id)).flatten().cloned().collect();
        for finding in joined {
            self.put(&finding, Some(into), true, false);
        }
        self.absorb(other, into);
    }

    /// Makes a theme's id another name of another theme; notes and, where the other has none, its name go along.
    fn absorb(&mut self, other: &str, into: &str) {
        let gone = self.themes.remove(other).unwrap_or_default();
        // Whoever stays behind, as a proposal may leave it, goes along.
        let left: Vec<String> = self.members.remove(other).into_iter().flatten().collect();
        for finding in left {
            self.put(&finding, Some(into), false, false);
        }
        self.absorbed.insert(other.to_owned(), into.to_owned());
        if let Some(theme) = self.themes.get_mut(into) {
            theme.name = theme.name.take().or(gone.name);
            theme.is_pinned |= gone.is_pinned;
            theme.notes.extend(gone.notes);
            theme.notes.sort();
        }
        let renamed = |id: &String| if id == other { into.to_owned() } else { id.clone() };
        let apart: BTreeSet<(String, String)> =
            self.themes_apart.iter().map(|(left, right)| ordered(&renamed(left), &renamed(right))).collect();
        self.themes_apart = apart.into_iter().filter(|(left, right)| left != right).collect();
    }

    /// What clustering anew has to keep; see [`crate::workspace::Workspace::theme_constraints`].
    pub(crate) fn constraints(&self) -> Constraints {
        let first = |theme: &str| self.members.get(theme).and_then(BTreeSet::first);
        let held = self.spots.iter().filter(|(_, spot)| spot.is_held);
        let together: BTreeSet<(String, String)> = held
            .filter_map(|(finding, spot)| {
                let first = first(spot.theme.as_deref()?)?;
                (first != finding).then(|| ordered(first, finding))
            })
            .collect();
        let mut apart = self.findings_apart.clone();
        for (left, right) in &self.themes_apart {
            for (one, other) in [(left, right), (right, left)] {
                let others = self.members.get(other).into_iter().flatten();
                apart.extend(first(one).into_iter().flat_map(|first| others.clone().map(|it| ordered(first, it))));
            }
        }
        // What a person put together later counts more than what was said to be apart.
        let apart = apart.into_iter().filter(|pair| !together.contains(pair)).collect();
        Constraints { together: together.into_iter().collect(), apart }
    }

    /// Findings whose theme is not there any more stand alone until they are placed anew.
    fn drop_unknown(&mut self) {
        let unknown: Vec<String> = self.members.keys().filter(|id| !self.themes.contains_key(*id)).cloned().collect();
        for id in unknown {
            for finding in self.members.remove(&id).into_iter().flatten() {
                self.spots.insert(finding, Spot::default());
            }
        }
        self.members.retain(|_, members| !members.is_empty());
    }
}

/// A pair, smaller first.
pub(crate) fn ordered(left: &str, right: &str) -> (String, String) {
    let (one, other) = if left <= right { (left, right) } else { (right, left) };
    (one.to_owned(), other.to_owned())
}
