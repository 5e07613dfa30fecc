//! What must hold of grouping whatever findings come: nobody is lost, order and threads do not matter, people's word
//! counts.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use jianlin::cluster::{
    Grouping, Groups, Links, Material, Rule, Subject, attach, features, group, nearest, themes, why_alone, why_here,
};
use jianlin::lang::Lexicon;
use jianlin::model::{Finding, Scope};
use proptest::prelude::*;

use crate::sample;

/// The findings of the sample, by id.
static FINDINGS: LazyLock<Vec<Finding>> = LazyLock::new(|| {
    let (_folder, workspace) = sample::workspace();
    let mut findings = workspace.findings().unwrap();
    findings.sort_by(|one, other| one.id.cmp(&other.id));
    findings
});

fn subjects<'a>(chosen: &[usize]) -> Vec<Subject<'a>> {
    chosen.iter().map(|&at| Subject::from(&FINDINGS[at % FINDINGS.len()])).collect()
}

fn grouped(chosen: &[usize], links: &Links, grouping: &Grouping) -> Groups {
    group(&features(&subjects(chosen), &Lexicon::builtin()), links, grouping)
}

fn chosen() -> impl Strategy<Value = Vec<usize>> {
    prop::collection::vec(0usize..1200, 2..120)
}

fn pairs(n: usize) -> impl Strategy<Value = Vec<(usize, usize)>> {
    prop::collection::vec((0..n, 0..n), 0..12)
}

/// The group of each finding.
fn places(groups: &[Vec<usize>], n: usize) -> Vec<usize> {
    let mut places = vec![usize::MAX; n];
    for (at, members) in groups.iter().enumerate() {
        for &member in members {
            assert_eq!(places[member], usize::MAX, "in two places");
            places[member] = at;
        }
    }
    places
}

fn links(pairs: Vec<(usize, usize)>, apart: Vec<(usize, usize)>, n: usize) -> Links {
    let within = |pairs: Vec<(usize, usize)>| {
        pairs.into_iter().map(|(one, other)| (one % n, other % n)).filter(|(one, other)| one != other).collect()
    };
    Links { together: within(pairs), apart: within(apart) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn every_finding_is_in_exactly_one_place(chosen in chosen(), step in 1u8..=9) {
        let Groups { groups, wordings } = grouped(&chosen, &Links::default(), &Grouping::at(step));
        prop_assert!(!places(&groups, chosen.len()).contains(&usize::MAX));
        for (members, wordings) in groups.iter().zip(&wordings) {
            let mut of_wordings: Vec<usize> = wordings.concat();
            of_wordings.sort_unstable();
            prop_assert_eq!(members, &of_wordings);
        }
    }

    #[test]
    fn what_people_keep_apart_is_apart_and_what_they_put_together_is_together(
        chosen in chosen(), together in pairs(120), apart in pairs(120),
    ) {
        let links = links(together, apart, chosen.len());
        let places = places(&grouped(&chosen, &links, &Grouping::THEMES).groups, chosen.len());
        for &(one, other) in &links.apart {
            prop_assert_ne!(places[one], places[other]);
        }
        // The same where types are grouped one by one, as they are when there is a great number of findings.
        let by_type = Grouping { split_above: 0, ..Grouping::THEMES };
        let places = self::places(&grouped(&chosen, &links, &by_type).groups, chosen.len());
        for &(one, other) in &links.apart {
            prop_assert_ne!(places[one], places[other]);
        }
        let only = Links { together: links.together.clone(), apart: Vec::new() };
        let places = self::places(&grouped(&chosen, &only, &by_type).groups, chosen.len());
        for &(one, other) in &only.together {
            prop_assert_eq!(places[one], places[other]);
        }
        let places = self::places(&grouped(&chosen, &only, &Grouping::THEMES).groups, chosen.len());
        for &(one, other) in &only.together {
            prop_assert_eq!(places[one], places[other]);
        }
    }

    #[test]
    fn new_findings_change_nothing_that_is_there(chosen in chosen(), share in 1usize..9, together in pairs(120), apart in pairs(120)) {
        let n_old = (chosen.len() * share / 10).max(1);
        let links = links(together, apart, chosen.len());
        let features = features(&subjects(&chosen), &Lexicon::builtin());
        let old = grouped(&chosen[..n_old], &Links::default(), &Grouping::THEMES).groups;
        let new: Vec<usize> = (n_old..chosen.len()).collect();
        let attached = attach(&features, &old, &new, &links, &Grouping::THEMES);
        let mut all = old.clone();
        for (&finding, joined) in new.iter().zip(&attached.joined) {
            if let Some(at) = *joined {
                all[at].push(finding);
            }
        }
        all.extend(attached.groups);
        let places = places(&all, chosen.len());
        prop_assert!(!places.contains(&usize::MAX));
        for (at, members) in old.iter().enumerate() {
            prop_assert!(members.iter().all(|&member| places[member] == at));
        }
        for &(one, other) in &links.apart {
            prop_assert!(places[one] != places[other] || (one < n_old && other < n_old));
        }
    }
}

#[test]
fn shuffled_findings_and_any_number_of_threads_give_the_same_bytes() {
    let run = |findings: Vec<&Finding>, n_threads: usize| {
        let material = Material { findings, ..Material::default() };
        let scope = Scope { sector: None, rounds: Vec::new(), units: Vec::new() };
        let work =
            || format!("{:?}", themes(&material, scope, &Rule::STANDARD, &Grouping::THEMES, &Lexicon::builtin()));
        rayon::ThreadPoolBuilder::new().num_threads(n_threads).build().unwrap().install(work)
    };
    let mut shuffled: Vec<&Finding> = FINDINGS.iter().collect();
    shuffled.sort_by_key(|finding| finding.quote.bytes().rev().collect::<Vec<u8>>());
    let expected = run(FINDINGS.iter().collect(), 1);
    for n_threads in [1, 2, 5] {
        assert_eq!(run(shuffled.clone(), n_threads), expected, "{n_threads} threads");
    }
}

#[test]
fn a_finding_joins_the_group_it_comes_from() {
    let all: Vec<usize> = (0..FINDINGS.len()).collect();
    let features = features(&subjects(&all), &Lexicon::builtin());
    let groups = group(&features, &Links::default(), &Grouping::THEMES).groups;
    let (mut n_asked, mut n_back) = (0, 0);
    for (at, members) in groups.iter().enumerate().filter(|(_, members)| members.len() > 5) {
        let mut without = groups.clone();
        let gone = without[at].remove(members.len() / 2);
        let near = nearest(&features, &without, &[gone], &Grouping::THEMES);
        n_asked += 1;
        n_back += usize::from(near[0].first().is_some_and(|near| near.group == at && near.members.len() == 3));
    }
    assert!(n_asked > 20 && n_back * 10 >= n_asked * 9, "{n_back} of {n_asked}");
}

#[test]
fn ids_in_the_material_are_kept_apart_and_together() {
    let findings: Vec<&Finding> = FINDINGS.iter().filter(|finding| finding.sector.as_deref() == Some("法院")).collect();
    let run = |together, apart| {
        let material = Material { findings: findings.clone(), together, apart, ..Material::default() };
        let scope = Scope { sector: None, rounds: Vec::new(), units: Vec::new() };
        themes(&material, scope, &Rule::STANDARD, &Grouping::THEMES, &Lexicon::builtin())
    };
    let before = run(Vec::new(), Vec::new());
    let theme = &before.themes[0];
    let (one, other) = (theme.findings[0].clone(), theme.findings[1].clone());
    let stranger = before.themes[1].findings[0].clone();
    let after = run(vec![(one.clone(), stranger.clone())], vec![(one.clone(), other.clone())]);
    let place = |id: &String| after.themes.iter().position(|theme| theme.findings.contains(id));
    assert_eq!(place(&one), place(&stranger));
    assert!(place(&one).is_some() && place(&one) != place(&other));
}

#[test]
fn everyone_can_say_why_they_are_where_they_are() {
    let findings: Vec<&Finding> = FINDINGS.iter().filter(|finding| finding.sector.as_deref() == Some("法院")).collect();
    let material = Material { findings, ..Material::default() };
    let scope = Scope { sector: None, rounds: Vec::new(), units: Vec::new() };
    let lexicon = Lexicon::builtin();
    let themes = themes(&material, scope, &Rule::STANDARD, &Grouping::THEMES, &lexicon);
    let theme = &themes.themes[0];
    let why = why_here(&material, &themes, theme, &Grouping::THEMES, &lexicon);
    let told: BTreeSet<&String> = why.iter().map(|it| &it.finding).collect();
    assert_eq!(told, theme.findings.iter().collect());
    assert!(why.iter().all(|it| it.nearest.len() == 3 && it.next.is_some()));
    let n_nearer = why.iter().filter(|it| it.margin() > 0.0).count();
    assert!(n_nearer * 10 >= why.len() * 9, "{n_nearer} of {}", why.len());
    for residue in &themes.residue {
        let why = why_alone(&material, &themes, &residue.finding, &Grouping::THEMES, &lexicon).unwrap();
        assert!(!why.reason.is_empty() && why.nearest.len() == 3);
    }
    assert!(why_alone(&material, &themes, &theme.findings[0], &Grouping::THEMES, &lexicon).is_none());
}

#[test]
fn the_same_words_are_one_wording() {
    let text = "食堂采购由炊事员个人经手，没有比价和验收记录";
    let other = "公务用车加油卡由驾驶员个人保管，未登记里程";
    let subject = |quote| Subject { quote, unit: None, type_id: "E2" };
    let subjects = [subject(text), subject(other), subject(text), subject(text)];
    let Groups { groups, wordings } =
        group(&features(&subjects, &Lexicon::builtin()), &Links::default(), &Grouping::THEMES);
    assert_eq!(groups, [vec![0, 1, 2, 3]]);
    assert_eq!(wordings, [vec![vec![0, 2, 3], vec![1]]]);
}
