//! Themes of the workspace (主题): registered identities, people's decisions over them, and what is seen of both.

mod ask;
mod curate;
mod exchange;
mod propose;
mod registry;
mod standing;
mod trigger;

use std::collections::{BTreeMap, BTreeSet};

pub use ask::Question;
pub use curate::Wish;
pub use exchange::{Exported, TakenIn};
pub use propose::{Change, Proposal};
use registry::{Seen, birth_id, registered};
pub use standing::{Constraints, Curated};
use standing::{Standing, standing};
pub use trigger::{Effect, NewTrigger};

use super::Workspace;
use crate::cluster::Group;
use crate::diag::Error;
use crate::model::{Finding, Registration, ThemeDecision, ThemeEvent, Themes};
use crate::store::Decision;

/// The themes of one sector as they stand, before any view of them.
pub(super) struct Settled<'a> {
    /// The sector; empty for the themes over all sectors.
    scope: String,
    /// The sector's findings, by id.
    findings: BTreeMap<&'a str, &'a Finding>,
    /// What is not yet written of the registry.
    change: Registration,
    standing: Standing,
}

/// A decision with its number in the journal and whether it is in force (整理记录的一条).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decided {
    /// Its number in this workspace.
    pub number: i64,
    /// What was decided.
    pub decision: ThemeDecision,
    /// Whether it is in force.
    pub stands: bool,
    /// Whether nothing here is what it is about: its documents were not read, or its theme is gone.
    pub is_idle: bool,
}

impl Workspace {
    /// All decisions about themes in the order that holds everywhere.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn theme_decisions(&self) -> Result<Vec<ThemeDecision>, Error> {
        let of_themes = |entry: crate::store::JournalEntry| match entry.decision {
            Decision::Theme(decision) => Some(decision),
            _ => None,
        };
        Ok(standing::in_order(self.store.journal()?.into_iter().filter_map(of_themes).collect()))
    }

    /// The themes of a sector as they stand; `findings` are all of the workspace.
    pub(super) fn settled<'a>(&self, sector: Option<&str>, findings: &'a [Finding]) -> Result<Settled<'a>, Error> {
        let scope = sector.unwrap_or_default();
        let of_scope = |finding: &&Finding| sector.is_none() || finding.sector.as_deref() == sector;
        let own: Vec<&Finding> = findings.iter().filter(of_scope).collect();
        let documents = self.store.documents()?;
        let paths: BTreeMap<String, String> =
            documents.into_iter().map(|it| (it.sha256, it.paths.into_iter().next().unwrap_or_default())).collect();
        let ids = self.store.theme_ids()?;
        let taken: BTreeSet<String> = ids.into_iter().filter(|(_, of)| of != scope).map(|(id, _)| id).collect();
        let decisions = self.theme_decisions()?;
        let seen = Seen { scope, findings: &own, paths: &paths, decisions: &decisions, taken: &taken };
        let (registry, change) = registered(self.store.registry(scope)?, &seen, &self.lexicon);
        let present: BTreeSet<&str> = own.iter().map(|finding| finding.id.as_str()).collect();
        let standing = standing(scope, &registry, &present, &decisions);
        let findings = own.iter().map(|finding| (finding.id.as_str(), *finding)).collect();
        Ok(Settled { scope: scope.to_owned(), findings, change, standing })
    }

    /// Registers the themes of a sector, or those over all sectors: what is new since the last time is placed and the
    /// identities of new themes are written, in one transaction. Returns what happened.
    ///
    /// # Errors
    /// The record cannot be read or written, or there is no such sector.
    pub fn register_themes(&mut self, sector: Option<&str>, at: &str) -> Result<Vec<ThemeEvent>, Error> {
        let sector = sector.map(|sector| self.known_sector(sector)).transpose()?;
        let findings = self.findings()?;
        let Settled { scope, change, .. } = self.settled(sector.as_deref(), &findings)?;
        if !change.is_empty() {
            self.store.register(&scope, at, &change)?;
        }
        Ok(change.events)
    }

    /// What people said of each theme of a sector.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn curated(&self, sector: Option<&str>) -> Result<BTreeMap<String, Curated>, Error> {
        let sector = sector.map(|sector| self.known_sector(sector)).transpose()?;
        let findings = self.findings()?;
        Ok(self.settled(sector.as_deref(), &findings)?.standing.themes)
    }

    /// What people's decisions ask of clustering a sector anew: pairs of findings that belong together, and pairs that
    /// do not. A finding that a person put somewhere belongs with the first of its theme; of two themes that are not the
    /// same, the first of each is apart from all of the other.
    ///
    /// # Errors
    /// The record cannot be read, or there is no such sector.
    pub fn theme_constraints(&self, sector: Option<&str>) -> Result<Constraints, Error> {
        let sector = sector.map(|sector| self.known_sector(sector)).transpose()?;
        let findings = self.findings()?;
        Ok(self.settled(sector.as_deref(), &findings)?.standing.constraints())
    }

    /// What happened to themes without a decision, in order.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn theme_events(&self) -> Result<Vec<ThemeEvent>, Error> {
        self.store.theme_events()
    }

    /// The decisions about themes with their numbers, in the order that holds everywhere.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn theme_log(&self) -> Result<Vec<Decided>, Error> {
        let mut numbers: BTreeMap<String, i64> = BTreeMap::new();
        for entry in self.store.journal()? {
            if let Decision::Theme(decision) = entry.decision {
                numbers.entry(decision.uid).or_insert(entry.number);
            }
        }
        let decisions = self.theme_decisions()?;
        let findings = self.findings()?;
        let scopes: BTreeSet<&str> = decisions.iter().map(|it| it.scope.as_str()).collect();
        let mut idle: BTreeSet<String> = BTreeSet::new();
        for scope in scopes {
            idle.extend(self.settled(Some(scope).filter(|it| !it.is_empty()), &findings)?.standing.idle);
        }
        let undone = standing::undone(&decisions);
        Ok(decisions
            .iter()
            .map(|decision| Decided {
                number: numbers.get(&decision.uid).copied().unwrap_or_default(),
                stands: !undone.contains(decision.uid.as_str()),
                is_idle: idle.contains(&decision.uid),
                decision: decision.clone(),
            })
            .collect())
    }
}

impl Settled<'_> {
    /// What people's decisions ask of clustering anew.
    pub(super) fn constraints(&self) -> Constraints {
        self.standing.constraints()
    }

    /// The themes with their names and those of their findings that a view shows.
    pub(super) fn groups(&self) -> Vec<Group> {
        let group = |(id, members): (&String, &BTreeSet<String>)| Group {
            id: id.clone(),
            name: self
                .standing
                .themes
                .get(id)
                .and_then(|theme| theme.name.clone().or_else(|| theme.birth_name.clone())),
            members: members.iter().cloned().collect(),
        };
        self.standing.members.iter().map(group).collect()
    }

    /// Says of findings that a person called individual that this is why they stand alone, and tells themes of one
    /// name apart by their own words; the largest keeps the bare name.
    pub(super) fn explain(&self, mut themes: Themes) -> Themes {
        for residue in &mut themes.residue {
            let spot = self.standing.spots.get(&residue.finding);
            if spot.is_some_and(|spot| spot.is_excluded) {
                "人工列为个性问题".clone_into(&mut residue.reason);
            } else if spot.is_some_and(|spot| spot.is_held) {
                "人工判定与原来那一类不是一回事".clone_into(&mut residue.reason);
            }
        }
        let mut named: BTreeSet<String> = self.standing.themes.values().filter_map(|it| it.name.clone()).collect();
        let mut by_size: Vec<usize> = (0..themes.themes.len()).collect();
        by_size.sort_by_key(|&at| (std::cmp::Reverse(themes.themes[at].findings.len()), themes.themes[at].id.clone()));
        for at in by_size {
            let theme = &mut themes.themes[at];
            let is_given = self.standing.themes.get(&theme.id).is_some_and(|it| it.name.is_some());
            if !is_given && !named.insert(theme.name.clone()) {
                let words = theme.keywords.iter().take(2).map(String::as_str).collect::<Vec<_>>().join("、");
                theme.name = format!("{}（{words}）", theme.name);
            }
        }
        themes
    }
}
