//! Registration (主题登记): how themes come to have an identity that lasts.
//!
//! What is registered is a function of the findings and of what was registered before, never of time or order. The
//! first registration of a sector clusters all its findings; every cluster of two or more is born as a theme. A later
//! one leaves every finding where it is, and places only what is new: where its nearest neighbours are, else with
//! others that stand alone as a new theme, else alone. It is written when a person looks (`themes`, `theme …`,
//! `draft`), in one transaction; reading in documents writes nothing here, so that their order and number cannot
//! matter before the first look. An id is made from the findings a theme was born with.

use std::collections::{BTreeMap, BTreeSet};

use super::standing::{Standing, standing};
use crate::cluster::{Group, Grouping, Material, Rule, attached, grouped, themes_of};
use crate::lang::Lexicon;
use crate::model::{Finding, Identity, Placed, Registration, Registry, Scope, ThemeDecision, ThemeEvent};
use crate::workspace::sha256;

/// What a registration sees.
pub(crate) struct Seen<'a> {
    /// The sector; empty for the themes over all sectors.
    pub(crate) scope: &'a str,
    /// Its findings, of all rounds.
    pub(crate) findings: &'a [&'a Finding],
    /// First path of each document.
    pub(crate) paths: &'a BTreeMap<String, String>,
    /// All decisions about themes, in order.
    pub(crate) decisions: &'a [ThemeDecision],
    /// Ids of themes of other sectors.
    pub(crate) taken: &'a BTreeSet<String>,
}

/// The registry brought up to date with the findings, and what that changed.
pub(crate) fn registered(mut registry: Registry, seen: &Seen<'_>, lexicon: &Lexicon) -> (Registry, Registration) {
    let mut findings: Vec<&Finding> = seen.findings.to_vec();
    findings.sort_by(|left, right| left.id.cmp(&right.id));
    let is_first = registry.places.is_empty();
    let mut change = Registration::default();
    let mut places: BTreeMap<String, Placed> =
        std::mem::take(&mut registry.places).into_iter().map(|placed| (placed.finding.clone(), placed)).collect();
    let successors = follow(&findings, seen.paths, &mut places, &mut change);
    registry.successors.extend(successors.iter().cloned());
    registry.successors.sort();
    change.successors = successors;
    registry.places = places.values().cloned().collect();

    let present: BTreeSet<&str> = findings.iter().map(|finding| finding.id.as_str()).collect();
    let now = standing(seen.scope, &registry, &present, seen.decisions);
    let known = |id: &Option<String>| id.as_ref().is_none_or(|id| now_knows(&now, id));
    let homeless = |finding: &&Finding| places.get(&finding.id).is_some_and(|placed| !known(&placed.theme));
    let strays: BTreeSet<&str> = findings.iter().copied().filter(|it| homeless(it)).map(|it| it.id.as_str()).collect();
    let newcomers: Vec<&Finding> = findings
        .iter()
        .copied()
        .filter(|finding| !places.contains_key(&finding.id) || strays.contains(finding.id.as_str()))
        .collect();
    if !newcomers.is_empty() {
        let homes = place(&findings, &newcomers, &now, is_first, &mut registry, &mut change, seen, lexicon);
        for finding in findings.iter().filter(|it| homes.contains_key(&it.id)).chain(&newcomers) {
            let placed = placed(finding, homes.get(&finding.id).cloned(), seen.paths);
            places.insert(finding.id.clone(), placed.clone());
            change.placed.push(placed);
        }
    }
    change.placed.sort_by(|left, right| left.finding.cmp(&right.finding));
    registry.places = places.into_values().collect();
    for event in &mut change.events {
        event.scope = seen.scope.to_owned();
    }
    (registry, change)
}

/// Whether a registered theme's id leads to a theme.
pub(super) fn now_knows(now: &Standing, id: &str) -> bool {
    now.theme(&crate::model::ThemeRef { id: id.to_owned(), sketch: Vec::new() }).is_some()
}

fn placed(finding: &Finding, theme: Option<String>, paths: &BTreeMap<String, String>) -> Placed {
    let place = &finding.place;
    Placed {
        finding: finding.id.clone(),
        theme,
        document: place.document.clone(),
        path: paths.get(&place.document).cloned().unwrap_or_default(),
        block: place.block,
        start: place.start,
        end: place.end,
        words: words(finding),
        is_gone: false,
    }
}

fn words(finding: &Finding) -> String {
    sha256(finding.quote.as_bytes())[..16].to_owned()
}

/// Findings that are not there any more are followed to what stands in their place: in the same document where half of
/// the longer of the two is common, in a new version under the same path where the same words are. Returns the pairs.
fn follow(
    findings: &[&Finding],
    paths: &BTreeMap<String, String>,
    places: &mut BTreeMap<String, Placed>,
    change: &mut Registration,
) -> Vec<(String, String)> {
    let present: BTreeSet<&str> = findings.iter().map(|finding| finding.id.as_str()).collect();
    let mut vanished: Vec<Placed> =
        places.values().filter(|it| !it.is_gone && !present.contains(it.finding.as_str())).cloned().collect();
    vanished.sort_by(|left, right| {
        (&left.document, left.block, left.start).cmp(&(&right.document, right.block, right.start))
    });
    // What is new or has come back may stand for what has gone.
    let mut open: Vec<&Finding> = findings
        .iter()
        .copied()
        .filter(|finding| places.get(&finding.id).is_none_or(|placed| placed.is_gone))
        .collect();
    open.sort_by_key(|finding| (finding.place.block, finding.place.start));
    let mut at_place: BTreeMap<(&str, u32), Vec<&Finding>> = BTreeMap::new();
    let mut by_words: BTreeMap<(&str, String), Vec<&Finding>> = BTreeMap::new();
    for finding in &open {
        let document = finding.place.document.as_str();
        at_place.entry((document, finding.place.block)).or_default().push(finding);
        let path = paths.get(document).map_or("", String::as_str);
        by_words.entry((path, words(finding))).or_default().push(finding);
    }
    let mut taken: BTreeSet<&str> = BTreeSet::new();
    let mut successors = Vec::new();
    let mut events: BTreeMap<(&str, String), Vec<String>> = BTreeMap::new();
    for finding in &open {
        if let Some(placed) = places.get_mut(&finding.id) {
            placed.is_gone = false;
            change.placed.push(placed.clone());
            events.entry(("复归", placed.theme.clone().unwrap_or_default())).or_default().push(finding.id.clone());
        }
    }
    for former in vanished {
        let overlap = |it: &&&Finding| former.end.min(it.place.end).saturating_sub(former.start.max(it.place.start));
        let longer = |it: &&&Finding| (former.end - former.start).max(it.place.end - it.place.start).max(1);
        let here = at_place.get(&(former.document.as_str(), former.block)).into_iter().flatten();
        let here = here
            .filter(|it| !taken.contains(it.id.as_str()) && 2 * overlap(it) >= longer(it))
            .max_by_key(|it| (overlap(it), std::cmp::Reverse(it.place.start)));
        let again = || {
            let same = by_words.get(&(former.path.as_str(), former.words.clone())).into_iter().flatten();
            same.filter(|it| !taken.contains(it.id.as_str()))
                .min_by_key(|it| (it.place.block.abs_diff(former.block), it.place.start))
        };
        let theme = former.theme.clone().unwrap_or_default();
        match here.or_else(again) {
            Some(now) => {
                taken.insert(&now.id);
                successors.push((former.finding.clone(), now.id.clone()));
                events.entry(("接续", theme)).or_default().push(now.id.clone());
                if !places.contains_key(&now.id) {
                    let placed = placed(now, former.theme.clone(), paths);
                    change.placed.push(placed.clone());
                    places.insert(now.id.clone(), placed);
                }
            }
            None => events.entry(("离开", theme)).or_default().push(former.finding.clone()),
        }
        let gone = Placed { is_gone: true, ..former };
        change.placed.push(gone.clone());
        places.insert(gone.finding.clone(), gone);
    }
    for ((kind, theme), mut findings) in events {
        let cause = match kind {
            "复归" => "问题又出现在原文中，回到原来的位置",
            "接续" => "文书有改动，按出处和原话接上",
            _ => "文书有改动或不再读入，找不到原话",
        };
        findings.sort();
        change.events.push(event(kind, &theme, findings, cause));
    }
    successors.sort();
    successors
}

fn event(kind: &str, theme: &str, findings: Vec<String>, cause: &str) -> ThemeEvent {
    ThemeEvent {
        at: String::new(),
        scope: String::new(),
        kind: kind.to_owned(),
        theme: theme.to_owned(),
        findings,
        cause: cause.to_owned(),
    }
}

/// The homes of new findings. New themes join the registry.
#[expect(clippy::too_many_arguments, reason = "placing needs all that is known")]
fn place(
    findings: &[&Finding],
    newcomers: &[&Finding],
    now: &Standing,
    is_first: bool,
    registry: &mut Registry,
    change: &mut Registration,
    seen: &Seen<'_>,
    lexicon: &Lexicon,
) -> BTreeMap<String, String> {
    let new: BTreeSet<&str> = newcomers.iter().map(|finding| finding.id.as_str()).collect();
    let mut homes: BTreeMap<String, String> = BTreeMap::new();
    let mut pool: Vec<&Finding> = newcomers.to_vec();
    // At the first registration people's decisions have no say: what is registered is then the same for everybody who
    // has the same documents, whether they import decisions before or after they first look.
    if !is_first {
        let ids: Vec<&String> = now.members.keys().collect();
        let groups: Vec<Vec<String>> = ids
            .iter()
            .map(|id| now.members[*id].iter().filter(|it| !new.contains(it.as_str())).cloned().collect())
            .collect();
        let attached = attached(findings, &groups, &new, &now.findings_apart, &Grouping::THEMES, lexicon);
        let mut joined: BTreeMap<&String, Vec<String>> = BTreeMap::new();
        for (finding, group) in attached {
            joined.entry(ids[group]).or_default().push(finding.clone());
            homes.insert(finding, ids[group].clone());
        }
        for (theme, findings) in joined {
            change.events.push(event("归入", theme, findings, "新读入的问题与其中几条最像"));
        }
        pool.retain(|finding| !homes.contains_key(&finding.id));
        let is_free = |finding: &&Finding| {
            let spot = now.spots.get(&finding.id);
            !new.contains(finding.id.as_str()) && spot.is_some_and(|spot| spot.theme.is_none() && !spot.is_held)
        };
        if !pool.is_empty() {
            pool.extend(findings.iter().copied().filter(is_free));
        }
    }
    let born = registry.identities.iter().map(|it| it.born).max().unwrap_or(0) + 1;
    let cause = if is_first { "首次归类" } else { "新读入的问题彼此相近，与已有主题都不够近" };
    let mut ids: BTreeSet<String> = registry.identities.iter().map(|it| it.id.clone()).collect();
    for group in grouped(&pool, &Grouping::THEMES, lexicon) {
        if group.len() < 2 || !group.iter().any(|finding| new.contains(finding.as_str())) {
            continue;
        }
        let id = birth_id(seen.scope, &group, |id| seen.taken.contains(id) || ids.contains(id) || now_knows(now, id));
        for finding in &group {
            homes.insert(finding.clone(), id.clone());
        }
        ids.insert(id.clone());
        change.events.push(event("新生", &id, group.clone(), cause));
        change.born.push(Identity { id, members: group, born, name: String::new() });
    }
    give_names(&mut change.born, findings, lexicon);
    registry.identities.extend(change.born.iter().cloned());
    registry.identities.sort_by(|left, right| left.id.cmp(&right.id));
    homes
}

/// Names new themes as clustering names them.
fn give_names(born: &mut [Identity], findings: &[&Finding], lexicon: &Lexicon) {
    if born.is_empty() {
        return;
    }
    let members: BTreeSet<&String> = born.iter().flat_map(|identity| &identity.members).collect();
    let material = Material {
        findings: findings.iter().copied().filter(|finding| members.contains(&finding.id)).collect(),
        ..Material::default()
    };
    let groups: Vec<Group> =
        born.iter().map(|it| Group { id: it.id.clone(), name: None, members: it.members.clone() }).collect();
    let scope = Scope { sector: None, rounds: Vec::new(), units: Vec::new() };
    let themes = themes_of(&material, scope, &Rule::STANDARD, &Grouping::THEMES, lexicon, &groups).themes;
    let names: BTreeMap<String, String> = themes.into_iter().map(|theme| (theme.id, theme.name)).collect();
    for identity in born {
        identity.name = names.get(&identity.id).cloned().unwrap_or_default();
    }
}

/// An id made from the findings a theme is born with: from the smallest of them, and where that id has an owner
/// already, or the theme is over all sectors, from all of them.
pub(crate) fn birth_id(scope: &str, members: &[String], is_taken: impl Fn(&str) -> bool) -> String {
    let first = members.first().map_or("", String::as_str);
    let short = format!("T{}", &first[..first.len().min(10)]);
    if !scope.is_empty() && !is_taken(&short) {
        return short;
    }
    let mut text = format!("{scope}\n{}", members.join("\n"));
    loop {
        let id = format!("T{}", &sha256(text.as_bytes())[..10]);
        if !is_taken(&id) {
            return id;
        }
        text.push('\n');
    }
}
