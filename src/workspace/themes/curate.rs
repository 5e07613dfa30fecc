//! Curation (整理): what a person wants of themes becomes a decision in the journal.
//!
//! A decision and what was registered to make it are one transaction. Nothing else is written: its effect is computed
//! whenever themes are looked at, so taking it back leaves nothing behind.

use std::collections::{BTreeMap, BTreeSet};

use super::standing::Standing;
use super::{Settled, standing};
use crate::cluster::{Grouping, grouped, near_pairs};
use crate::diag::Error;
use crate::model::{Finding, ThemeAction, ThemeDecision, ThemeGroup, ThemeRef};
use crate::store::theme_decision_line;
use crate::workspace::{Workspace, sha256};

/// What a person wants (整理要求). Themes may be named by the start of their id, findings by their whole id.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wish {
    /// Move findings into a theme.
    Move(Vec<String>, String),
    /// Make one theme of several; the first keeps its id.
    Merge(Vec<String>),
    /// Split a theme: the chosen findings leave, or, where none is chosen, it falls apart one level lower.
    Split(String, Vec<String>, Option<String>),
    /// Make a theme of findings, with this name.
    New(Vec<String>, String),
    /// Name a theme.
    Rename(String, String),
    /// Fix a theme against proposals, or free it.
    Pin(String, bool),
    /// Call findings, or all findings of a theme, individual problems.
    Exclude(Vec<String>),
    /// Two themes, or two findings, are not the same.
    Apart(String, String),
    /// Write a note to a theme.
    Note(String, String),
}

/// Cuts at which a theme is tried to fall apart, in hundredths: from the level of themes to beyond that of the same
/// wording with the same type. Small steps, so that no more parts come off than one level has.
const LOWER: std::ops::RangeInclusive<u8> = 10..=75;

impl Workspace {
    /// Does what a person wants of themes; returns the decision as it was recorded.
    ///
    /// # Errors
    /// There is no such theme, findings are of another sector, nothing would change, or the record cannot be written;
    /// nothing is then recorded.
    pub fn curate(&mut self, wish: &Wish, by: &str, why: &str, at: &str) -> Result<ThemeDecision, Error> {
        let findings = self.findings()?;
        let scope = self.scope_of(wish, &findings)?;
        let settled = self.settled(Some(scope.as_str()).filter(|it| !it.is_empty()), &findings)?;
        let mut decision = settled.decision(wish, &self.lexicon)?;
        decision.by = by.to_owned();
        decision.why = why.to_owned();
        let decision = self.stamped(decision, at)?;
        let change = settled.change;
        self.store.decide_theme(&decision, &change)?;
        Ok(decision)
    }

    /// A decision with its time, after all that is known, and its uid.
    pub(super) fn stamped(&self, mut decision: ThemeDecision, at: &str) -> Result<ThemeDecision, Error> {
        at.clone_into(&mut decision.at);
        if let Some(last) = self.theme_decisions()?.last().filter(|last| last.at.as_str() >= at) {
            decision.at.clone_from(&last.at);
            decision.tick = last.tick + 1;
        }
        decision.uid = uid(&decision);
        Ok(decision)
    }

    /// The sector of the theme that starts so, and its whole id.
    ///
    /// # Errors
    /// There is none, or several.
    pub fn find_theme(&self, prefix: &str) -> Result<(String, String), Error> {
        self.find_theme_among(prefix, &self.findings()?)
    }

    fn find_theme_among(&self, prefix: &str, findings: &[Finding]) -> Result<(String, String), Error> {
        let mut known: BTreeSet<(String, String)> =
            self.store.theme_ids()?.into_iter().map(|(id, scope)| (scope, id)).collect();
        for decision in self.theme_decisions()? {
            let ids = decision.groups.into_iter().filter_map(|group| group.theme);
            known.extend(ids.map(|id| (decision.scope.clone(), id)));
        }
        known.retain(|(_, id)| id.starts_with(prefix));
        let mut scopes: BTreeSet<String> = known.iter().map(|(scope, _)| scope.clone()).collect();
        if known.is_empty() {
            scopes = self.sectors()?.into_iter().map(|(sector, ..)| sector).chain([String::new()]).collect();
        }
        let mut found: BTreeSet<(String, String)> = BTreeSet::new();
        for scope in scopes {
            let standing = self.settled(Some(scope.as_str()).filter(|it| !it.is_empty()), findings)?.standing;
            let ids = known.iter().filter(|(of, _)| *of == scope).map(|(_, id)| id);
            let now = ids.filter_map(|id| standing.theme(&ThemeRef { id: id.clone(), sketch: Vec::new() }));
            found.extend(now.filter(|id| standing.members.contains_key(id)).map(|id| (scope.clone(), id)));
            let fresh = standing.members.keys().filter(|id| id.starts_with(prefix));
            found.extend(fresh.map(|id| (scope.clone(), id.clone())));
        }
        match &found.into_iter().collect::<Vec<_>>()[..] {
            [only] => Ok(only.clone()),
            [] => Err(Error::new(
                format!("没有编号以“{prefix}”开头的主题"),
                "主题编号（T开头）可从 jianlin themes 的结果里复制；已清空的主题用 jianlin theme log 查看",
            )),
            many => Err(Error::new(
                format!("“{prefix}”对应{}个主题", many.len()),
                format!("多写几位：{}", many.iter().map(|(_, id)| id.as_str()).collect::<Vec<_>>().join("、")),
            )),
        }
    }

    /// The sector a wish is about.
    fn scope_of(&self, wish: &Wish, findings: &[Finding]) -> Result<String, Error> {
        let of_theme = |id: &String| Ok(self.find_theme_among(id, findings)?.0);
        let of_findings = |ids: &[String]| {
            let sector = |id: &String| findings.iter().find(|it| it.id == *id).and_then(|it| it.sector.clone());
            let sectors: BTreeSet<Option<String>> = ids.iter().map(sector).collect();
            match &sectors.into_iter().collect::<Vec<_>>()[..] {
                [Some(only)] => Ok(only.clone()),
                [None] | [] => Ok(String::new()),
                many => Err(Error::new(
                    format!(
                        "这几条问题分属{}个系统（{}），不能放在一起",
                        many.len(),
                        many.iter().map(|it| it.as_deref().unwrap_or("系统不明")).collect::<Vec<_>>().join("、")
                    ),
                    "一次只选同一个系统的问题",
                )),
            }
        };
        match wish {
            Wish::Move(_, theme)
            | Wish::Split(theme, ..)
            | Wish::Rename(theme, _)
            | Wish::Pin(theme, _)
            | Wish::Note(theme, _) => of_theme(theme),
            Wish::Merge(themes) => themes.first().map_or(Ok(String::new()), of_theme),
            Wish::New(ids, _) => of_findings(ids),
            Wish::Exclude(ids) => match ids.iter().find(|id| id.starts_with('T')) {
                Some(theme) => of_theme(theme),
                None => of_findings(ids),
            },
            Wish::Apart(left, right) if left.starts_with('T') => {
                let (one, other) = (of_theme(left)?, of_theme(right)?);
                if one == other { Ok(one) } else { Err(other_scope(right, &one)) }
            }
            Wish::Apart(left, right) => of_findings(&[left.clone(), right.clone()]),
        }
    }

    /// Takes back the decision of this number, else the last one made here; returns it, or nothing if there is none.
    ///
    /// # Errors
    /// The record or the taxonomy cannot be written.
    pub fn undo_theme(
        &mut self,
        number: Option<i64>,
        by: &str,
        at: &str,
    ) -> Result<Option<(i64, ThemeDecision)>, Error> {
        let log = self.theme_log()?;
        let can = |it: &&super::Decided| it.stands && it.decision.action != ThemeAction::Undo;
        let chosen = match number {
            Some(number) => log.iter().filter(can).find(|it| it.number == number),
            None => log.iter().filter(can).filter(|it| !it.decision.is_imported).max_by_key(|it| it.number),
        };
        let Some(chosen) = chosen else { return Ok(None) };
        if chosen.decision.action == ThemeAction::Trigger && !chosen.decision.is_imported {
            self.remove_trigger(&chosen.decision.text)?;
        }
        let undo = ThemeDecision {
            by: by.to_owned(),
            scope: chosen.decision.scope.clone(),
            text: chosen.decision.uid.clone(),
            ..blank(ThemeAction::Undo)
        };
        let undo = self.stamped(undo, at)?;
        self.store.decide_theme(&undo, &crate::model::Registration::default())?;
        Ok(Some((chosen.number, chosen.decision.clone())))
    }

    /// Pairs of themes of a sector that might be one, nearest first, with their likeness: those nobody said are not.
    ///
    /// # Errors
    /// The record cannot be read, or there is no such sector.
    pub fn theme_pairs(&self, sector: Option<&str>, limit: usize) -> Result<Vec<(f32, String, String)>, Error> {
        let sector = sector.map(|sector| self.known_sector(sector)).transpose()?;
        let findings = self.findings()?;
        let settled = self.settled(sector.as_deref(), &findings)?;
        let own: Vec<&Finding> = settled.findings.values().copied().collect();
        let ids: Vec<&String> = settled.standing.members.keys().collect();
        let groups: Vec<Vec<String>> =
            settled.standing.members.values().map(|members| members.iter().cloned().collect()).collect();
        let pairs = near_pairs(&own, &groups, &Grouping::THEMES, &self.lexicon);
        let named = pairs.into_iter().map(|(value, left, right)| (value, ids[left].clone(), ids[right].clone()));
        let open =
            named.filter(|(_, left, right)| !settled.standing.themes_apart.contains(&standing::ordered(left, right)));
        Ok(open.take(limit).collect())
    }
}

impl Settled<'_> {
    fn decision(&self, wish: &Wish, lexicon: &crate::lang::Lexicon) -> Result<ThemeDecision, Error> {
        let blank = |action| ThemeDecision { scope: self.scope.clone(), ..blank(action) };
        Ok(match wish {
            Wish::Move(findings, to) => {
                let to = self.theme(to)?;
                let groups = vec![self.group(findings, Some(&to.id))?];
                ThemeDecision { themes: vec![to], groups, ..blank(ThemeAction::Move) }
            }
            Wish::Merge(themes) => {
                let mut merged: Vec<ThemeRef> = Vec::new();
                for id in themes {
                    let theme = self.theme(id)?;
                    if !merged.contains(&theme) {
                        merged.push(theme);
                    }
                }
                if merged.len() < 2 {
                    return Err(Error::new("要合并的主题不到两个", "写上两个或更多主题的编号；第一个保留编号和名称"));
                }
                ThemeDecision { themes: merged, ..blank(ThemeAction::Merge) }
            }
            Wish::Split(theme, findings, name) => {
                let theme = self.theme(theme)?;
                let parts = if findings.is_empty() {
                    self.fallen_apart(&theme, lexicon)?
                } else {
                    let members = &self.standing.members[&theme.id];
                    if let Some(strange) = findings.iter().find(|it| !members.contains(*it)) {
                        return Err(Error::new(
                            format!("问题{strange}不在主题{}里，不能从中拆出", theme.id),
                            format!("用 jianlin show {} 查看主题里有哪些问题", theme.id),
                        ));
                    }
                    vec![findings.clone()]
                };
                let mut groups = Vec::new();
                for part in &parts {
                    groups.push(self.group(part, Some(&self.made_id(part)))?);
                }
                let text = name.clone().unwrap_or_default();
                ThemeDecision { themes: vec![theme], groups, text, ..blank(ThemeAction::Split) }
            }
            Wish::New(findings, name) => {
                let groups = vec![self.group(findings, Some(&self.made_id(findings)))?];
                ThemeDecision { groups, text: given(name, "名称")?, ..blank(ThemeAction::New) }
            }
            Wish::Rename(theme, name) => ThemeDecision {
                themes: vec![self.theme(theme)?],
                text: given(name, "名称")?,
                ..blank(ThemeAction::Rename)
            },
            Wish::Pin(theme, is_pinned) => {
                let action = if *is_pinned { ThemeAction::Pin } else { ThemeAction::Unpin };
                ThemeDecision { themes: vec![self.theme(theme)?], ..blank(action) }
            }
            Wish::Exclude(ids) => {
                let mut findings: Vec<String> = Vec::new();
                for id in ids {
                    if id.starts_with('T') {
                        findings.extend(self.standing.members[&self.theme(id)?.id].iter().cloned());
                    } else {
                        findings.push(id.clone());
                    }
                }
                ThemeDecision { groups: vec![self.group(&findings, None)?], ..blank(ThemeAction::Exclude) }
            }
            Wish::Apart(left, right) if left.starts_with('T') => {
                let (left, right) = (self.theme(left)?, self.theme(right)?);
                if left == right {
                    return Err(Error::new("写的是同一个主题", "写两个不同主题的编号"));
                }
                ThemeDecision { themes: vec![left, right], ..blank(ThemeAction::Apart) }
            }
            Wish::Apart(left, right) => {
                let groups =
                    vec![self.group(std::slice::from_ref(left), None)?, self.group(std::slice::from_ref(right), None)?];
                if left == right {
                    return Err(Error::new("写的是同一条问题", "写两条不同问题的编号"));
                }
                ThemeDecision { groups, ..blank(ThemeAction::Apart) }
            }
            Wish::Note(theme, text) => ThemeDecision {
                themes: vec![self.theme(theme)?],
                text: given(text, "批注")?,
                ..blank(ThemeAction::Note)
            },
        })
    }

    /// The theme whose id starts so, as a decision names it.
    pub(super) fn theme(&self, prefix: &str) -> Result<ThemeRef, Error> {
        let known = ThemeRef { id: prefix.to_owned(), sketch: Vec::new() };
        let standing: &Standing = &self.standing;
        let whole = standing.theme(&known).filter(|id| standing.members.contains_key(id));
        let mut starting = standing.members.keys().filter(|id| id.starts_with(prefix));
        let id = match (whole, starting.next(), starting.next()) {
            (Some(id), ..) => id,
            (None, Some(only), None) => only.clone(),
            (None, Some(_), Some(_)) => {
                return Err(Error::new(
                    format!("“{prefix}”对应几个主题"),
                    "把编号写全，可从 jianlin themes 的结果里复制",
                ));
            }
            _ => return Err(other_scope(prefix, &self.scope)),
        };
        Ok(ThemeRef::new(&id, &standing.members[&id]))
    }

    /// Findings of this sector and where they go.
    fn group(&self, findings: &[String], theme: Option<&str>) -> Result<ThemeGroup, Error> {
        let wanted: BTreeSet<&String> = findings.iter().collect();
        if let Some(strange) = wanted.iter().find(|it| !self.findings.contains_key(it.as_str())) {
            let scope = if self.scope.is_empty() { "资料库".to_owned() } else { format!("{}系统", self.scope) };
            return Err(Error::new(
                format!("问题{strange}不在{scope}里"),
                "主题按系统分别归纳，只能放进同一系统的问题；编号可从 jianlin search 的结果里复制",
            ));
        }
        Ok(ThemeGroup { theme: theme.map(str::to_owned), findings: wanted.into_iter().cloned().collect() })
    }

    /// The id of a theme a person makes of these findings: made from them, so that two people who choose the same make
    /// the same theme, and never the id of one that was born.
    fn made_id(&self, findings: &[String]) -> String {
        let sorted: BTreeSet<&str> = findings.iter().map(String::as_str).collect();
        let text = format!("人工\n{}\n{}", self.scope, sorted.into_iter().collect::<Vec<_>>().join("\n"));
        format!("T{}", &sha256(text.as_bytes())[..10])
    }

    /// The parts that leave a theme one level lower: all but the largest, each of two findings or more.
    fn fallen_apart(&self, theme: &ThemeRef, lexicon: &crate::lang::Lexicon) -> Result<Vec<Vec<String>>, Error> {
        let members: Vec<&Finding> =
            self.standing.members[&theme.id].iter().filter_map(|id| self.findings.get(id.as_str()).copied()).collect();
        for cut in LOWER.map(|hundredths| f32::from(hundredths) / 100.0) {
            let mut parts = grouped(&members, &Grouping { cut, ..Grouping::THEMES }, lexicon);
            parts.retain(|part| part.len() > 1);
            if parts.len() > 1 {
                let largest = (0..parts.len()).max_by_key(|&at| (parts[at].len(), std::cmp::Reverse(at))).unwrap_or(0);
                parts.remove(largest);
                return Ok(parts);
            }
        }
        Err(Error::new(
            format!("主题{}里的问题彼此相近，程序拆不开", theme.id),
            format!("可以自己挑：jianlin theme split {} 问题编号…", theme.id),
        ))
    }
}

/// A decision that says nothing yet.
pub(super) fn blank(action: ThemeAction) -> ThemeDecision {
    ThemeDecision {
        uid: String::new(),
        at: String::new(),
        tick: 0,
        by: String::new(),
        why: String::new(),
        scope: String::new(),
        action,
        themes: Vec::new(),
        groups: Vec::new(),
        absorbed: Vec::new(),
        text: String::new(),
        is_imported: false,
    }
}

/// The hash of all that a decision says.
pub(super) fn uid(decision: &ThemeDecision) -> String {
    let said = ThemeDecision { uid: String::new(), is_imported: false, ..decision.clone() };
    sha256(theme_decision_line(&said).as_bytes())[..16].to_owned()
}

fn given(text: &str, what: &str) -> Result<String, Error> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if text.is_empty() || text.chars().count() > 500 {
        return Err(Error::new(format!("{what}是空的或太长"), format!("{what}写1～500个字")));
    }
    Ok(text)
}

fn other_scope(theme: &str, scope: &str) -> Error {
    let scope = if scope.is_empty() { "全部系统".to_owned() } else { format!("{scope}系统") };
    Error::new(
        format!("主题{theme}不在{scope}里"),
        "一次只整理同一个系统的主题；主题编号可从 jianlin themes --sector 系统 的结果里复制",
    )
}

/// For each theme, the number of its findings.
pub(super) fn sizes(standing: &Standing) -> BTreeMap<&str, usize> {
    standing.members.iter().map(|(id, members)| (id.as_str(), members.len())).collect()
}
