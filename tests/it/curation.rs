//! Themes keep their identity, people's decisions about them hold, can be taken back, and meet those of others.
#![expect(clippy::print_stdout, reason = "measures are told with --nocapture")]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jianlin::cluster::Rule;
use jianlin::model::Themes;
use jianlin::workspace::{Wish, Workspace, walk};
use proptest::prelude::*;

use crate::{gold, sample};

const AT: &str = "2026-01-01T00:00:00+08:00";
const SECTOR: &str = "公安";

/// A workspace with one sector of the sample, looked at once.
fn sector_workspace(folder: &Path) -> Workspace {
    sample::ingest(folder, &[gold::corpus().join(SECTOR)]);
    let mut workspace = Workspace::open(folder).unwrap();
    workspace.register_themes(Some(SECTOR), AT).unwrap();
    workspace
}

fn themes(workspace: &Workspace) -> Themes {
    workspace.themes(Some(SECTOR), &[], &Rule::STANDARD).unwrap()
}

/// All that is seen of themes and of the record, as text.
fn seen(workspace: &Workspace) -> String {
    let curated = workspace.curated(Some(SECTOR)).unwrap();
    format!("{:?}\n{curated:?}\n{}", themes(workspace), workspace.store().dump().unwrap())
}

fn json(folder: &Path) -> Vec<u8> {
    let output = run(folder, &["themes", "--json", "--sector", SECTOR]);
    assert!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

fn run(folder: &Path, arguments: &[&str]) -> std::process::Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jianlin"));
    command.arg("-w").arg(folder).args(arguments).env_clear().env("PATH", "/usr/bin:/bin").output().unwrap()
}

fn copy(from: &Path) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["records.db", "records.db-wal"] {
        if from.join(name).exists() {
            std::fs::copy(from.join(name), folder.path().join(name)).unwrap();
        }
    }
    folder
}

/// A wish made from random numbers and what is there; it may well be one that is refused.
fn wish(themes: &Themes, (kind, one, other): (usize, usize, usize)) -> Option<Wish> {
    let theme = |at: usize| themes.themes.get(at % themes.themes.len().max(1)).map(|theme| theme.id.clone());
    let mut all: Vec<&String> = themes.themes.iter().flat_map(|theme| &theme.findings).collect();
    all.extend(themes.residue.iter().map(|it| &it.finding));
    let finding = |at: usize| all[at % all.len()].clone();
    let some = |at: usize| (0..=at % 4).map(|step| finding(at * 31 + step * 17)).collect::<Vec<_>>();
    Some(match kind % 12 {
        0..=2 => Wish::Move(some(one), theme(other)?),
        3 => Wish::Merge(vec![theme(one)?, theme(other)?]),
        4 => Wish::Split(theme(one)?, Vec::new(), None),
        5 => {
            let theme = themes.themes.get(one % themes.themes.len().max(1))?;
            Wish::Split(theme.id.clone(), theme.findings[..1 + other % theme.findings.len()].to_vec(), None)
        }
        6 => Wish::New(some(other), format!("新主题{one}")),
        7 => Wish::Rename(theme(one)?, format!("名称{other}")),
        8 => Wish::Pin(theme(one)?, other % 2 == 0),
        9 => Wish::Exclude(if other % 5 == 0 { vec![theme(one)?] } else { some(one) }),
        10 if other % 2 == 0 => Wish::Apart(theme(one)?, theme(other)?),
        10 => Wish::Apart(finding(one), finding(other)),
        _ => Wish::Note(theme(one)?, format!("批注{other}")),
    })
}

/// Makes random decisions; what is refused must leave everything as it was. Returns how many were made.
fn curate(workspace: &mut Workspace, choices: &[(usize, usize, usize)], by: &str) -> usize {
    let mut n_made = 0;
    for (step, choice) in choices.iter().enumerate() {
        let at = format!("2026-01-02T{:02}:{:02}:00+08:00", step / 60, (step * 7) % 60);
        let now = themes(workspace);
        if let Some(wish) = wish(&now, *choice) {
            match workspace.curate(&wish, by, "", &at) {
                Ok(_) => n_made += 1,
                Err(_) => assert_eq!(themes(workspace), now, "{wish:?}"),
            }
        }
        if step % 10 == 0 {
            each_in_one_place(workspace);
        }
    }
    each_in_one_place(workspace);
    n_made
}

fn each_in_one_place(workspace: &Workspace) {
    let now = themes(workspace);
    let mut placed: Vec<&String> = now.themes.iter().flat_map(|theme| &theme.findings).collect();
    placed.extend(now.residue.iter().map(|it| &it.finding));
    placed.sort();
    let findings = workspace.findings().unwrap();
    let mut all: Vec<&String> =
        findings.iter().filter(|it| it.sector.as_deref() == Some(SECTOR)).map(|it| &it.id).collect();
    all.sort();
    assert_eq!(placed, all);
    let constraints = workspace.theme_constraints(Some(SECTOR)).unwrap();
    assert!(constraints.together.iter().all(|pair| !constraints.apart.contains(pair)));
    let theme = |id: &String| now.themes.iter().position(|theme| theme.findings.contains(id));
    assert!(constraints.together.iter().all(|(left, right)| theme(left).is_some() && theme(left) == theme(right)));
    assert!(now.residue.iter().all(|it| !it.reason.is_empty()));
    assert!(now.themes.iter().all(|it| !it.findings.is_empty() && !it.name.is_empty()));
    let ids: BTreeSet<&String> = now.themes.iter().map(|theme| &theme.id).collect();
    assert_eq!(ids.len(), now.themes.len());
}

fn choices(n: usize) -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0usize..12, 0usize..10_000, 0usize..10_000), n)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(3))]

    #[test]
    fn two_hundred_operations_undone_leave_nothing(choices in choices(200)) {
        let folder = tempfile::tempdir().unwrap();
        let mut workspace = sector_workspace(folder.path());
        let (before, bytes) = (seen(&workspace), json(folder.path()));
        let n_made = curate(&mut workspace, &choices, "");
        prop_assert!(n_made > 100, "{n_made}");
        prop_assert_ne!(json(folder.path()), bytes.clone());
        let mut n_undone = 0;
        while workspace.undo_theme(None, "", AT).unwrap().is_some() {
            n_undone += 1;
        }
        prop_assert_eq!(n_undone, n_made);
        prop_assert_eq!(seen(&workspace), before);
        prop_assert_eq!(json(folder.path()), bytes);
    }

    #[test]
    fn undone_in_any_order_they_leave_nothing(choices in choices(40), picks in prop::collection::vec(0usize..1000, 40)) {
        let folder = tempfile::tempdir().unwrap();
        let mut workspace = sector_workspace(folder.path());
        let before = seen(&workspace);
        curate(&mut workspace, &choices, "");
        for pick in picks {
            let log = workspace.theme_log().unwrap();
            let standing: Vec<i64> = log
                .iter()
                .filter(|it| it.stands && it.decision.action != jianlin::model::ThemeAction::Undo)
                .map(|it| it.number)
                .collect();
            let Some(number) = standing.get(pick % standing.len().max(1)) else { break };
            prop_assert!(workspace.undo_theme(Some(*number), "", AT).unwrap().is_some());
            each_in_one_place(&workspace);
        }
        prop_assert_eq!(seen(&workspace), before);
    }

    #[test]
    fn two_peoples_decisions_meet_in_one_result(first in choices(25), second in choices(25)) {
        let start = tempfile::tempdir().unwrap();
        drop(sector_workspace(start.path()));
        let folders: Vec<tempfile::TempDir> = (0..3).map(|_| copy(start.path())).collect();
        let mut workspaces: Vec<Workspace> = folders.iter().map(|it| Workspace::open(it.path()).unwrap()).collect();
        curate(&mut workspaces[0], &first, "甲");
        curate(&mut workspaces[1], &second, "乙");
        workspaces[1].undo_theme(None, "乙", AT).unwrap();
        let files: Vec<PathBuf> = (0..2).map(|at| folders[at].path().join("导出.txt")).collect();
        for at in 0..2 {
            workspaces[at].export_decisions(&files[at]).unwrap();
        }
        // A third takes in one, then the other; the two take in each other's.
        workspaces[2].import_decisions(&files[1]).unwrap();
        workspaces[2].import_decisions(&files[0]).unwrap();
        let wanted = seen(&workspaces[2]);
        for (at, file) in [(0, &files[1]), (1, &files[0])] {
            prop_assert!(workspaces[at].import_decisions(file).unwrap().n_new > 0);
            prop_assert_eq!(seen(&workspaces[at]), wanted.clone());
            prop_assert_eq!(workspaces[at].import_decisions(file).unwrap().n_new, 0);
            prop_assert_eq!(seen(&workspaces[at]), wanted.clone());
        }
        let fresh = copy(start.path());
        let mut workspace = Workspace::open(fresh.path()).unwrap();
        for file in &files {
            workspace.import_decisions(file).unwrap();
        }
        prop_assert_eq!(seen(&workspace), wanted);
        prop_assert_eq!(json(fresh.path()), json(folders[0].path()));
    }
}

/// The theme each finding is in.
fn placed(workspace: &Workspace, sector: &str) -> BTreeMap<String, String> {
    let themes = workspace.themes(Some(sector), &[], &Rule::STANDARD).unwrap();
    let of = |theme: &jianlin::model::Theme| -> Vec<(String, String)> {
        theme.findings.iter().map(|finding| (finding.clone(), theme.id.clone())).collect()
    };
    themes.themes.iter().flat_map(of).collect()
}

/// Of the pairs of findings in one theme before, the share that is in that same theme after.
fn kept(before: &BTreeMap<String, String>, after: &BTreeMap<String, String>) -> (usize, usize) {
    let mut themes: BTreeMap<&String, Vec<&String>> = BTreeMap::new();
    for (finding, theme) in before {
        themes.entry(theme).or_default().push(finding);
    }
    let (mut n_kept, mut n_pairs) = (0, 0);
    for (theme, members) in themes {
        let n_still = members.iter().filter(|finding| after.get(**finding) == Some(theme)).count();
        n_kept += n_still * n_still.saturating_sub(1) / 2;
        n_pairs += members.len() * (members.len() - 1) / 2;
    }
    (n_kept, n_pairs)
}

#[test]
fn quarter_by_quarter_member_pairs_stay_in_place() {
    let files = walk(&sample::folders()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let sectors = ["供销", "公安", "教育", "法院", "粮食", "卫健", "农业农村"];
    let (mut n_kept, mut n_pairs, mut n_joined) = (0, 0, 0);
    let mut before: BTreeMap<&str, BTreeMap<String, String>> = BTreeMap::new();
    // Eight quarters: each the files of one remainder, so that every one has some of every sector.
    for quarter in 0..8 {
        let batch: Vec<PathBuf> =
            files.iter().enumerate().filter(|(at, _)| at % 8 == quarter).map(|(_, file)| file.clone()).collect();
        sample::ingest(folder.path(), &batch);
        let mut workspace = Workspace::open(folder.path()).unwrap();
        for sector in sectors {
            if !workspace.sectors().unwrap().iter().any(|(name, ..)| name == sector) {
                continue;
            }
            workspace.register_themes(Some(sector), AT).unwrap();
            let after = placed(&workspace, sector);
            if let Some(before) = before.get(sector) {
                let (kept, pairs) = kept(before, &after);
                n_kept += kept;
                n_pairs += pairs;
                n_joined += after.len() - before.len();
            }
            before.insert(sector, after);
        }
    }
    let share = n_kept as f64 / n_pairs as f64;
    println!("pairs kept over eight quarters {n_kept}/{n_pairs} = {share:.4}, findings that joined {n_joined}");
    assert!(n_pairs > 2_000 && n_joined > 200 && share >= 0.99);

    // Against clustering all at once: how alike the two partitions are, over all pairs.
    let (_whole, at_once) = sample::workspace();
    let (mut both, mut either) = (0, 0);
    for (sector, incremental) in &before {
        let batch = placed(&at_once, sector);
        let ids: Vec<&String> = incremental.keys().chain(batch.keys()).collect::<BTreeSet<_>>().into_iter().collect();
        for (at, one) in ids.iter().enumerate() {
            for other in &ids[at + 1..] {
                let together = |of: &BTreeMap<String, String>| of.get(*one).is_some() && of.get(*one) == of.get(*other);
                let (left, right) = (together(incremental), together(&batch));
                both += usize::from(left && right);
                either += usize::from(left || right);
            }
        }
    }
    let agreement = f64::from(both as u32) / f64::from(either as u32);
    println!("pairs in common with clustering all at once (Jaccard) {agreement:.3}");
    assert!(agreement > 0.6, "{agreement}");
}

#[test]
fn what_comes_later_moves_nobody() {
    let files = walk(&sample::folders()).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let (early, late) = files.split_at(files.len() - 1);
    sample::ingest(folder.path(), early);
    let mut workspace = Workspace::open(folder.path()).unwrap();
    let sectors: Vec<String> = workspace.sectors().unwrap().into_iter().map(|(sector, ..)| sector).collect();
    let mut before = BTreeMap::new();
    for sector in &sectors {
        workspace.register_themes(Some(sector), AT).unwrap();
        before.insert(sector.clone(), placed(&workspace, sector));
    }
    let n_before = workspace.findings().unwrap().len();
    drop(workspace);
    sample::ingest(folder.path(), late);
    let workspace = Workspace::open(folder.path()).unwrap();
    let n_added = workspace.findings().unwrap().len() - n_before;
    let (mut n_kept, mut n_pairs) = (0, 0);
    for sector in &sectors {
        let (kept, pairs) = kept(&before[sector], &placed(&workspace, sector));
        n_kept += kept;
        n_pairs += pairs;
    }
    println!("{n_added} findings added to {n_before}: pairs kept {n_kept}/{n_pairs}");
    assert!(n_added > 0 && (n_pairs - n_kept) * 100 < n_pairs);
}

const LETTER: &str = "关于巡察东澜市公安局党委的反馈意见\n\n一、存在的主要问题\n\n\
1.公务用车加油卡由司机个人保管，台账缺失。\n\n\
2.公务用车派车单事后补填，节假日车辆未封存。\n\n\
3.党费收缴不及时。\n\n二、意见建议\n\n加强管理。\n";

#[test]
fn a_finding_keeps_its_theme_when_its_document_changes() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("index");
    let file = folder.path().join("反馈意见.txt");
    std::fs::write(&file, LETTER).unwrap();
    sample::ingest(&root, std::slice::from_ref(&file));
    let mut workspace = Workspace::open(&root).unwrap();
    workspace.register_themes(Some(SECTOR), AT).unwrap();
    let id = |workspace: &Workspace, words: &str| -> String {
        let findings = workspace.findings().unwrap();
        findings.iter().find(|it| it.quote.contains(words)).unwrap().id.clone()
    };
    let (card, fees) = (id(&workspace, "加油卡"), id(&workspace, "党费"));
    let made = workspace.curate(&Wish::New(vec![card.clone(), fees.clone()], "两件小事".into()), "", "", AT).unwrap();
    let theme = made.groups[0].theme.clone().unwrap();

    // A new version of the file: all ids change, the words are found again.
    let changed = LETTER.replace("一、存在", "巡察组近期对东澜市公安局党委开展了巡察。\n\n一、存在");
    std::fs::write(&file, changed).unwrap();
    sample::ingest(&root, std::slice::from_ref(&file));
    let mut workspace = Workspace::open(&root).unwrap();
    let now = placed(&workspace, SECTOR);
    assert_ne!(id(&workspace, "党费"), fees);
    assert_eq!(now[&id(&workspace, "党费")], theme);
    assert_eq!(now[&id(&workspace, "加油卡")], theme);
    let events = workspace.register_themes(Some(SECTOR), AT).unwrap();
    assert!(events.iter().any(|it| it.kind == "接续") && !events.iter().any(|it| it.kind == "离开"), "{events:?}");
    assert!(workspace.register_themes(Some(SECTOR), AT).unwrap().is_empty());

    // A finding that is rejected leaves its theme with an entry in the log, and is back when that is taken back.
    let gone = id(&workspace, "党费");
    workspace.correct(std::slice::from_ref(&gone), &jianlin::workspace::Wanted::Reject, "", AT).unwrap();
    let events = workspace.register_themes(Some(SECTOR), AT).unwrap();
    assert!(events.iter().any(|it| it.kind == "离开" && it.findings == [gone.clone()]), "{events:?}");
    workspace.undo(None, AT).unwrap();
    workspace.register_themes(Some(SECTOR), AT).unwrap();
    assert_eq!(placed(&workspace, SECTOR)[&gone], theme);
    let kinds: Vec<String> = workspace.theme_events().unwrap().into_iter().map(|it| it.kind).collect();
    assert!(kinds.ends_with(&["离开".to_owned(), "复归".to_owned()]), "{kinds:?}");
}

#[test]
fn a_proposal_changes_nothing_until_accepted_and_can_be_taken_back() {
    let files = walk(&[gold::corpus().join(SECTOR)]).unwrap();
    let folder = tempfile::tempdir().unwrap();
    for batch in files.chunks(2) {
        sample::ingest(folder.path(), batch);
        Workspace::open(folder.path()).unwrap().register_themes(Some(SECTOR), AT).unwrap();
    }
    let mut workspace = Workspace::open(folder.path()).unwrap();
    // Two findings of one theme get a type nothing else has: clustered anew, they would part from the rest.
    let parting: Vec<String> = themes(&workspace).themes[2].findings[..2].to_vec();
    for id in &parting {
        let wanted = jianlin::workspace::Wanted::Retype("K7".into());
        workspace.correct(std::slice::from_ref(id), &wanted, "", AT).unwrap();
    }
    workspace.register_themes(Some(SECTOR), AT).unwrap();
    let pinned = themes(&workspace).themes[0].clone();
    workspace.curate(&Wish::Pin(pinned.id.clone(), true), "", "", AT).unwrap();
    let renamed = themes(&workspace).themes[1].id.clone();
    workspace.curate(&Wish::Rename(renamed.clone(), "我起的名".into()), "", "", AT).unwrap();
    let before = seen(&workspace);
    let proposal = workspace.propose(Some(SECTOR)).unwrap();
    assert!(proposal.n_moving >= 2 && !proposal.changes.is_empty());
    assert!(proposal.changes.iter().any(|it| parting.iter().all(|id| it.leaving.contains(id))), "{proposal:?}");
    assert_eq!(seen(&workspace), before);
    assert!(workspace.accept("P0000", Some(SECTOR), "", "", AT).is_err());
    workspace.accept(&proposal.id, Some(SECTOR), "", "", AT).unwrap();
    each_in_one_place(&workspace);
    assert_ne!(seen(&workspace), before);
    let after = themes(&workspace);
    assert_eq!(after.themes.iter().find(|it| it.id == pinned.id).unwrap().findings.len(), pinned.findings.len());
    let curated = workspace.curated(Some(SECTOR)).unwrap();
    assert!(curated.values().any(|it| it.name.as_deref() == Some("我起的名")));
    assert_eq!(workspace.propose(Some(SECTOR)).unwrap().n_moving, 0);
    workspace.undo_theme(None, "", AT).unwrap();
    assert_eq!(seen(&workspace), before);
}

#[test]
fn a_kill_leaves_a_decision_whole_or_absent() {
    let folder = tempfile::tempdir().unwrap();
    let workspace = sector_workspace(folder.path());
    let now = themes(&workspace);
    let (one, other) = (now.themes[0].id.clone(), now.themes[1].id.clone());
    drop(workspace);
    let without = json(folder.path());
    let started = std::time::Instant::now();
    assert!(run(folder.path(), &["theme", "merge", &one, &other]).status.success());
    let lasts = started.elapsed();
    let with = json(folder.path());
    assert_ne!(with, without);
    run(folder.path(), &["theme", "undo"]);
    let mut seen_both = BTreeSet::new();
    for kill in 1..=16u32 {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jianlin"));
        let mut child = command
            .arg("-w")
            .arg(folder.path())
            .args(["theme", "merge", &one, &other])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(lasts * kill / 14);
        child.kill().unwrap();
        child.wait().unwrap();
        let now = json(folder.path());
        assert!(now == with || now == without, "after kill {kill}");
        if now == with {
            run(folder.path(), &["theme", "undo"]);
        }
        seen_both.insert(now == with);
        assert_eq!(json(folder.path()), without);
    }
    let n_standing = Workspace::open(folder.path())
        .unwrap()
        .theme_log()
        .unwrap()
        .iter()
        .filter(|it| it.stands && it.decision.text.is_empty())
        .count();
    assert_eq!(n_standing, 0);
}

#[test]
fn identities_do_not_depend_on_when_documents_came_before_the_first_look() {
    let files = walk(&[gold::corpus().join(SECTOR)]).unwrap();
    let mut told = BTreeSet::new();
    for order in 0..3 {
        let folder = tempfile::tempdir().unwrap();
        let mut files = files.clone();
        match order {
            0 => {}
            1 => files.reverse(),
            _ => files.sort_by_key(|file| file.to_string_lossy().len()),
        }
        for file in &files {
            sample::ingest(folder.path(), std::slice::from_ref(file));
        }
        told.insert(json(folder.path()));
        assert_eq!(told.len(), 1, "order {order}");
        // Looking again, or without registering, shows the same.
        told.insert(json(folder.path()));
        assert_eq!(told.len(), 1);
    }
}

#[test]
fn a_workspace_of_the_version_before_opens_and_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let before = {
        let workspace = sector_workspace(folder.path());
        let before = seen(&workspace);
        drop(workspace);
        before
    };
    let connection = rusqlite::Connection::open(folder.path().join("records.db")).unwrap();
    connection
        .execute_batch(
            "DROP TABLE theme_places; DROP TABLE theme_successors; DROP TABLE theme_log; DELETE FROM theme_identities;
             DROP INDEX theme_identities_by_scope; ALTER TABLE theme_identities DROP COLUMN born; PRAGMA user_version = 2;",
        )
        .unwrap();
    drop(connection);
    let mut workspace = Workspace::open(folder.path()).unwrap();
    assert_eq!(seen(&workspace), before);
    workspace.register_themes(Some(SECTOR), AT).unwrap();
    assert_eq!(seen(&workspace), before);
}

#[test]
fn decisions_find_their_themes_in_a_workspace_that_grew_otherwise() {
    let files = walk(&[gold::corpus().join(SECTOR)]).unwrap();
    let (grown, at_once) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    for batch in files.rchunks(3) {
        sample::ingest(grown.path(), batch);
        Workspace::open(grown.path()).unwrap().register_themes(Some(SECTOR), AT).unwrap();
    }
    let mut here = Workspace::open(grown.path()).unwrap();
    let mut there = sector_workspace(at_once.path());
    let ids =
        |workspace: &Workspace| -> BTreeSet<String> { themes(workspace).themes.into_iter().map(|it| it.id).collect() };
    assert_ne!(ids(&here), ids(&there));
    let named = themes(&here).themes;
    for (at, theme) in named.iter().enumerate() {
        here.curate(&Wish::Rename(theme.id.clone(), format!("名称{at}")), "", "", AT).unwrap();
    }
    let file = grown.path().join("导出.txt");
    here.export_decisions(&file).unwrap();
    there.import_decisions(&file).unwrap();
    let told: BTreeMap<String, Vec<String>> =
        themes(&there).themes.into_iter().map(|it| (it.name, it.findings)).collect();
    for (at, theme) in named.iter().enumerate() {
        let Some(findings) = told.get(&format!("名称{at}")) else { continue };
        let n_common = theme.findings.iter().filter(|it| findings.contains(it)).count();
        assert!(2 * n_common >= theme.findings.len().min(findings.len()), "{}", theme.name);
    }
    let n_named = told.keys().filter(|name| name.starts_with("名称")).count();
    assert!(n_named * 10 >= named.len() * 8, "{n_named} of {}", named.len());
}

#[test]
fn rounds_are_a_view_of_the_same_themes() {
    let folder = tempfile::tempdir().unwrap();
    let mut workspace = sector_workspace(folder.path());
    let all = themes(&workspace);
    let id = all.themes[0].id.clone();
    workspace.curate(&Wish::Rename(id.clone(), "我起的名".into()), "", "", AT).unwrap();
    let before = seen(&workspace);
    let rounds: BTreeSet<String> = all.themes.iter().flat_map(|theme| theme.rounds.clone()).collect();
    let (mut n_seen, mut has_name) = (0, false);
    for round in &rounds {
        let view = workspace.themes(Some(SECTOR), std::slice::from_ref(round), &Rule::STANDARD).unwrap();
        for theme in &view.themes {
            let whole = all.themes.iter().find(|it| it.id == theme.id).unwrap();
            assert!(theme.findings.iter().all(|it| whole.findings.contains(it)));
            n_seen += theme.findings.len();
            has_name |= theme.id == id && theme.name == "我起的名";
        }
    }
    let findings = workspace.findings().unwrap();
    let in_a_round = |id: &&String| findings.iter().any(|it| it.id == **id && it.round.is_some());
    assert_eq!(n_seen, all.themes.iter().flat_map(|it| &it.findings).filter(in_a_round).count());
    assert!(has_name && rounds.len() > 2);
    assert!(workspace.register_themes(Some(SECTOR), AT).unwrap().is_empty());
    assert_eq!(seen(&workspace), before);
}

#[test]
fn damaged_and_foreign_exports_are_refused_whole() {
    let folder = tempfile::tempdir().unwrap();
    let mut workspace = sector_workspace(folder.path());
    let theme = themes(&workspace).themes[0].id.clone();
    workspace.curate(&Wish::Note(theme.clone(), "先看这一类".into()), "甲", "", AT).unwrap();
    workspace.curate(&Wish::Rename(theme, "新名称".into()), "甲", "", AT).unwrap();
    let file = folder.path().join("导出.txt");
    workspace.export_decisions(&file).unwrap();
    let text = std::fs::read_to_string(&file).unwrap();
    let other = tempfile::tempdir().unwrap();
    let mut there = sector_workspace(other.path());
    let before = seen(&there);
    std::fs::write(&file, text.replace("新名称", "别的名称")).unwrap();
    let error = there.import_decisions(&file).unwrap_err();
    assert!(error.message.contains("第3行有损坏或被改动过"), "{}", error.message);
    std::fs::write(&file, "别的文件").unwrap();
    assert!(there.import_decisions(&file).unwrap_err().message.contains("不是见林导出的主题整理记录"));
    assert_eq!(seen(&there), before);
    // A byte-order mark and other line ends, as editors add them, do no harm.
    std::fs::write(&file, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    assert_eq!(there.import_decisions(&file).unwrap().n_new, 2);
    assert_eq!(seen(&there), seen(&workspace));
}
