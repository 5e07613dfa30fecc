//! Statistics (统计): what makes a theme common, what sets a sector apart, how it goes on from round to round.
//!
//! Counts are of distinct units, never of mentions. Amounts and consequences stand beside and are in no count.

use std::collections::{BTreeMap, BTreeSet};

use crate::lang::{Cue, Cues, number};
use crate::model::{Coverage, Finding, Recurrence, RoundShare, Sums, Theme};

/// When a theme is common (共性认定规则).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rule {
    /// Units it must be found in.
    pub min_units: u32,
    /// Share of the inspected units it must be found in.
    pub min_share: f64,
    /// What the lower Wilson bound of that share must reach: few units seen is little known.
    pub wilson_floor: f64,
}

/// A line of the rule and how a theme stands to it (口径的一项).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RuleLine {
    /// What is compared, in Chinese.
    pub name: &'static str,
    /// The theme's value: units, or a share.
    pub value: f64,
    /// What it must reach.
    pub floor: f64,
    /// Whether it does.
    pub holds: bool,
}

impl Rule {
    /// At least four units and one tenth of those inspected, and more than one in twenty with some certainty: measured on
    /// the gold, three units are chance as often as not, and a greater share loses what is common in a large sector.
    pub const STANDARD: Self = Self { min_units: 4, min_share: 0.1, wilson_floor: 0.05 };

    /// Whether this coverage makes a theme common.
    pub fn is_common(&self, coverage: Coverage) -> bool {
        self.lines(coverage).iter().all(|line| line.holds)
    }

    /// The lines of the rule with what this coverage makes of them.
    pub fn lines(&self, coverage: Coverage) -> [RuleLine; 3] {
        let share = f64::from(coverage.units) / f64::from(coverage.base.max(1));
        let low = wilson(coverage).0;
        let line = |name, value: f64, floor: f64| RuleLine { name, value, floor, holds: value + 1e-9 >= floor };
        [
            line("单位数", f64::from(coverage.units), f64::from(self.min_units)),
            line("占比", share, self.min_share),
            line("占比的八成置信下限", low, self.wilson_floor),
        ]
    }

    /// The rule in words.
    pub fn text(&self) -> String {
        let mut text = format!("不少于{}家、占被巡察党组织{:.0}%以上", self.min_units, self.min_share * 100.0);
        if self.wilson_floor > 0.0 {
            text.push_str(&format!("，且占比的八成置信下限不低于{:.0}%", self.wilson_floor * 100.0));
        }
        text
    }
}

/// Standard normal quantile that leaves 10 % on each side: bounds of 80 %.
const Z_80: f64 = 1.281_551_565_544_600_4;

/// Lower and upper Wilson bound (威尔逊区间) of a share at 80 % (Wilson, 1927).
pub fn wilson(coverage: Coverage) -> (f64, f64) {
    let n = f64::from(coverage.base);
    if coverage.base == 0 {
        return (0.0, 1.0);
    }
    let share = (f64::from(coverage.units) / n).min(1.0);
    let z_squared = Z_80 * Z_80;
    let centre = share + z_squared / (2.0 * n);
    let spread = Z_80 * (share * (1.0 - share) / n + z_squared / (4.0 * n * n)).sqrt();
    let whole = 1.0 + z_squared / n;
    (((centre - spread) / whole).max(0.0), ((centre + spread) / whole).min(1.0))
}

/// From this z on a problem belongs to a sector more than to others by more than chance (one side, 5 %).
pub const OWN_TO_SECTOR_Z: f64 = 1.64;
/// From this lift on the difference is worth telling, whatever its certainty.
pub const OWN_TO_SECTOR_LIFT: f64 = 2.0;

/// Whether a theme stands out in its sector (本系统突出): surely more often than elsewhere, and at least twice as often.
pub fn is_own_to_sector(theme: &Theme) -> bool {
    theme.z.is_some_and(|z| z >= OWN_TO_SECTOR_Z) && theme.lift.is_some_and(|lift| lift >= OWN_TO_SECTOR_LIFT)
}

/// The standardised log-odds ratio (对数优势比) of a type here against elsewhere, with an informative Dirichlet prior of
/// mass 10 spread as the types are over both (Monroe, Colaresi and Quinn, 2008). Counts are units by type.
pub(super) fn log_odds_z(
    units: u32,
    here: &BTreeMap<&str, u32>,
    elsewhere: &BTreeMap<String, u32>,
    type_id: &str,
) -> Option<f64> {
    const MASS: f64 = 10.0;
    let total = |counts: &mut dyn Iterator<Item = u32>| counts.map(f64::from).sum::<f64>();
    let (n_here, n_elsewhere) = (total(&mut here.values().copied()), total(&mut elsewhere.values().copied()));
    if type_id.is_empty() || n_here == 0.0 || n_elsewhere == 0.0 {
        return None;
    }
    let (own, other) = (f64::from(units), f64::from(elsewhere.get(type_id).copied().unwrap_or(0)));
    let in_both = f64::from(here.get(type_id).copied().unwrap_or(units)) + other;
    let prior = MASS * in_both / (n_here + n_elsewhere);
    let log_odds = |count: f64, n: f64| ((count + prior) / (n + MASS - count - prior).max(f64::MIN_POSITIVE)).ln();
    let variance = 1.0 / (own + prior) + 1.0 / (other + prior);
    Some(((log_odds(own, n_here) - log_odds(other, n_elsewhere)) / variance.sqrt() * 100.0).round() / 100.0)
}

/// Share of units here over the share of units elsewhere with the same type, both with half a unit added so that a type
/// found nowhere else has a finite lift.
pub(super) fn lift(
    type_id: &str,
    coverage: Coverage,
    elsewhere: &BTreeMap<String, u32>,
    units_elsewhere: u32,
) -> Option<f64> {
    if type_id.is_empty() || units_elsewhere == 0 || coverage.base == 0 {
        return None;
    }
    let share = |units: u32, base: u32| (f64::from(units) + 0.5) / (f64::from(base) + 1.0);
    let lift =
        share(coverage.units, coverage.base) / share(elsewhere.get(type_id).copied().unwrap_or(0), units_elsewhere);
    Some((lift * 100.0).round() / 100.0)
}

/// When a round was, for putting rounds in order: its year, the month its inspections began, its number, its name.
type RoundKey<'a> = (Option<u16>, Option<u32>, u64, &'a str);

/// A round's name before its number, and the number: 六届市委, 4 for 六届市委第四轮.
fn numbered(round: &str) -> (&str, u64) {
    let parts = round.rsplit_once('第').and_then(|(series, rest)| Some((series, number(rest.split_once('轮')?.0)?)));
    parts.unwrap_or((round, 0))
}

/// The rounds of a scope (轮次): their order in time, and the units inspected in each.
#[derive(Debug, Default)]
pub(super) struct Rounds<'a> {
    keys: BTreeMap<&'a str, RoundKey<'a>>,
    inspected: BTreeMap<&'a str, BTreeSet<&'a str>>,
}

impl<'a> Rounds<'a> {
    /// The rounds of these findings; `inspected` adds units without findings, `months` says when each document's
    /// inspection began, in months since year 0.
    pub(super) fn new(
        findings: &[&'a Finding],
        inspected: &'a [(String, String)],
        months: &BTreeMap<String, u32>,
    ) -> Self {
        let mut rounds = Self::default();
        for finding in findings {
            let Some(round) = finding.round.as_deref() else { continue };
            let month = months.get(&finding.place.document).copied();
            let key = rounds.keys.entry(round).or_insert((finding.year, month, numbered(round).1, round));
            key.0 = earlier(key.0, finding.year);
            key.1 = earlier(key.1, month);
            if let Some(unit) = finding.unit.as_deref() {
                rounds.inspected.entry(round).or_default().insert(unit);
            }
        }
        for (round, unit) in inspected {
            rounds.inspected.entry(round).or_default().insert(unit);
        }
        // A round whose month nobody states came no earlier than those before it in its series.
        let known = rounds.keys.clone();
        for (round, (year, month, ..)) in rounds.keys.iter_mut().filter(|(_, key)| key.1.is_none()) {
            let (series, own) = numbered(round);
            let before = known.iter().filter(|(other, key)| {
                let (of, nth) = numbered(other);
                of == series && nth < own && key.0 == *year
            });
            *month = before.filter_map(|(_, key)| key.1).max();
        }
        rounds
    }

    fn key(&self, round: &'a str) -> RoundKey<'a> {
        self.keys.get(round).copied().unwrap_or((None, None, 0, round))
    }

    /// The rounds of the members in order of time.
    pub(super) fn of(&self, members: &[&'a Finding]) -> Vec<String> {
        let rounds: BTreeSet<RoundKey<'a>> =
            members.iter().filter_map(|finding| finding.round.as_deref()).map(|round| self.key(round)).collect();
        rounds.into_iter().map(|(.., round)| round.to_owned()).collect()
    }

    /// For every round of the scope, the share of its units that have the theme.
    pub(super) fn trend(&self, members: &[&'a Finding]) -> Vec<RoundShare> {
        let mut having: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for finding in members {
            if let (Some(round), Some(unit)) = (&finding.round, &finding.unit) {
                having.entry(round).or_default().insert(unit);
            }
        }
        let ordered: BTreeSet<RoundKey<'a>> = self.inspected.keys().map(|round| self.key(round)).collect();
        let share = |(.., round): RoundKey<'a>| {
            let units = having.get(round).map_or(0, BTreeSet::len) as u32;
            let coverage = Coverage { units, base: self.inspected.get(round).map_or(0, BTreeSet::len) as u32 };
            let (low, high) = wilson(coverage);
            RoundShare { round: round.to_owned(), coverage, low, high }
        };
        ordered.into_iter().map(share).collect()
    }

    /// For each unit that has the theme in several rounds, the last finding of each round but the last beside the first
    /// finding of the next, and the months between; findings are told by id.
    pub(super) fn recurrence(&self, members: &[&'a Finding], months: &BTreeMap<String, u32>) -> Vec<Recurrence> {
        let mut by_unit: BTreeMap<&str, BTreeMap<RoundKey<'a>, Vec<&Finding>>> = BTreeMap::new();
        for finding in members {
            if let (Some(unit), Some(round)) = (&finding.unit, finding.round.as_deref()) {
                by_unit.entry(unit).or_default().entry(self.key(round)).or_default().push(finding);
            }
        }
        let mut recurrences = Vec::new();
        for (unit, rounds) in by_unit {
            let rounds: Vec<&Vec<&Finding>> = rounds.values().collect();
            for pair in rounds.windows(2) {
                // Members come nearest to the centre first: the clearest of each round stand side by side.
                let (Some(earlier), Some(later)) = (pair[0].first(), pair[1].first()) else { continue };
                let month = |finding: &Finding| months.get(&finding.place.document).copied();
                let between = month(later).zip(month(earlier)).map(|(later, earlier)| later.saturating_sub(earlier));
                recurrences.push(Recurrence {
                    unit: unit.to_owned(),
                    earlier: earlier.id.clone(),
                    later: later.id.clone(),
                    months: between,
                });
            }
        }
        recurrences
    }
}

fn earlier<T: Ord>(one: Option<T>, other: Option<T>) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(one.min(other)),
        (one, other) => one.or(other),
    }
}

/// Amounts and consequences stated by members.
pub(super) fn sums(members: &[&Finding], cues: &Cues) -> Sums {
    let with_amounts: Vec<&&Finding> =
        members.iter().filter(|finding| !finding.facts.amounts_yuan.is_empty()).collect();
    let states = |finding: &Finding, cue: Cue| {
        let mut texts = std::iter::once(&finding.quote).chain(finding.detail.iter().map(|it| &it.quote));
        texts.any(|text| cues.any(cue, text))
    };
    // The greatest amount of a finding is its whole; the others are mostly its parts.
    let greatest = |finding: &Finding| finding.facts.amounts_yuan.iter().copied().fold(0.0f64, f64::max);
    Sums {
        amount_yuan: with_amounts.iter().map(|finding| greatest(finding)).sum(),
        n_with_amount: with_amounts.len() as u32,
        n_with_consequence: members.iter().filter(|finding| states(finding, Cue::Consequence)).count() as u32,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wilson_bounds_as_published() {
        // Newcombe (1998), table I, 81 of 263 at 95 %: 0.2553 to 0.3662; here at 80 % the bounds lie inside.
        let (low, high) = wilson(Coverage { units: 81, base: 263 });
        assert!(0.2553 < low && low < 81.0 / 263.0 && 81.0 / 263.0 < high && high < 0.3662);
        let (low, high) = wilson(Coverage { units: 5, base: 10 });
        // By hand: centre 0.5, half width 1.2816 * sqrt(0.025 + 1.6424 / 400) / 1.16424 = 0.1878.
        assert!((low - 0.3122).abs() < 0.0005 && (high - 0.6878).abs() < 0.0005, "{low} {high}");
    }

    #[test]
    fn what_is_only_here_stands_out_and_what_is_everywhere_does_not() {
        let here = BTreeMap::from([("医改", 6), ("主体责任", 5), ("其他", 40)]);
        let elsewhere = BTreeMap::from([("主体责任".to_owned(), 30), ("其他".to_owned(), 240), ("医改".to_owned(), 0)]);
        assert!(log_odds_z(6, &here, &elsewhere, "医改").unwrap() >= OWN_TO_SECTOR_Z);
        assert!(log_odds_z(5, &here, &elsewhere, "主体责任").unwrap() < OWN_TO_SECTOR_Z);
    }
}
