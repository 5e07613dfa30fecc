//! What people decide about findings holds, can be taken back, and survives what happens to the documents.

use std::fs;
use std::path::Path;

use jianlin::model::Finding;
use jianlin::workspace::{Wanted, Workspace};
use proptest::prelude::*;

use crate::sample::ingest;

const AT: &str = "2026-01-01T00:00:00+08:00";
const LETTER: &str = "关于巡察东澜市民政局党组的反馈意见\n\n一、存在的主要问题\n\n\
1.福利院采购食材没有比价，2022年有3笔合计12.6万元由同一商户供货。\n\n\
2.殡仪馆收费公示牌两年没有更新，部分项目价格与批复不符；公车加油卡由司机个人保管。\n\n\
3.党费收缴不及时。\n\n\
二、意见建议\n\n规范采购。\n";

fn opened(folder: &Path) -> Workspace {
    Workspace::open(&folder.join("index")).unwrap()
}

fn with_letter(folder: &Path) -> Workspace {
    fs::write(folder.join("反馈意见.txt"), LETTER).unwrap();
    ingest(&folder.join("index"), &[folder.join("反馈意见.txt")]);
    opened(folder)
}

fn holding<'a>(findings: &'a [Finding], words: &str) -> Vec<&'a Finding> {
    findings.iter().filter(|finding| finding.quote.contains(words)).collect()
}

fn correct(workspace: &mut Workspace, words: &str, wanted: &Wanted) -> Vec<Finding> {
    let findings = workspace.findings().unwrap();
    let ids: Vec<String> = holding(&findings, words).into_iter().map(|finding| finding.id.clone()).collect();
    workspace.correct(&ids[..1], wanted, "", AT).unwrap()
}

#[test]
fn each_correction_does_what_it_says() {
    let folder = tempfile::tempdir().unwrap();
    let mut workspace = with_letter(folder.path());
    let before = workspace.store().dump().unwrap();

    let now = correct(&mut workspace, "党费", &Wanted::Retype("E2".into()));
    assert_eq!((now[0].type_id.as_str(), now[0].confidence), ("E2", 1.0));
    assert!(now[0].reasons.iter().any(|reason| reason == "人工改类"), "{:?}", now[0].reasons);

    let now = correct(&mut workspace, "没有比价", &Wanted::Split("2022年有3笔".into()));
    let quotes: Vec<&str> = now.iter().map(|finding| finding.quote.as_str()).collect();
    assert_eq!(quotes, ["福利院采购食材没有比价", "2022年有3笔合计12.6万元由同一商户供货"]);

    let findings = workspace.findings().unwrap();
    let ids: Vec<String> = [holding(&findings, "公示牌"), holding(&findings, "加油卡")]
        .into_iter()
        .flatten()
        .map(|finding| finding.id.clone())
        .collect();
    if ids.len() == 2 {
        let now = workspace.correct(&ids, &Wanted::Merge, "", AT).unwrap();
        assert_eq!(now.len(), 1);
        assert!(now[0].quote.contains("公示牌") && now[0].quote.ends_with("司机个人保管"), "{}", now[0].quote);
    }

    correct(&mut workspace, "党费", &Wanted::Reject);
    assert!(holding(&workspace.findings().unwrap(), "党费").is_empty());

    while workspace.undo(None, AT).unwrap().is_some() {}
    assert_eq!(workspace.store().dump().unwrap(), before);
}

#[test]
fn corrections_survive_reading_again_and_a_new_version_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut workspace = with_letter(folder.path());
    correct(&mut workspace, "党费", &Wanted::Reject);
    correct(&mut workspace, "没有比价", &Wanted::Retype("J4".into()));
    let corrected = workspace.store().dump().unwrap();
    drop(workspace);

    let again = ingest(&folder.path().join("index"), &[folder.path().join("反馈意见.txt")]);
    assert_eq!(again.n_unchanged, 1);
    assert_eq!(opened(folder.path()).store().dump().unwrap(), corrected);

    let changed = LETTER.replace("一、存在", "巡察组近期对东澜市民政局党组开展了巡察。\n\n一、存在");
    fs::write(folder.path().join("反馈意见.txt"), changed).unwrap();
    ingest(&folder.path().join("index"), &[folder.path().join("反馈意见.txt")]);
    let findings = opened(folder.path()).findings().unwrap();
    assert!(holding(&findings, "党费").is_empty());
    assert_eq!(holding(&findings, "没有比价")[0].type_id, "J4");
}

#[test]
fn a_changed_table_says_what_to_redo_and_corrections_hold() {
    let folder = tempfile::tempdir().unwrap();
    let mut workspace = with_letter(folder.path());
    correct(&mut workspace, "党费", &Wanted::Reject);
    drop(workspace);
    fs::write(folder.path().join("index/taxonomy.tsv"), "J4\t民生与群众利益\t校园餐与教辅校服乱象\t福利院采购食材\n")
        .unwrap();
    let mut workspace = opened(folder.path());
    assert!(workspace.check().unwrap().iter().any(|line| line.contains("重新抽取")));
    assert_eq!(workspace.extract_stale().unwrap(), 1);
    workspace.reindex().unwrap();
    assert_eq!(workspace.check().unwrap(), [""; 0]);
    let findings = workspace.findings().unwrap();
    assert!(holding(&findings, "党费").is_empty());
    assert_eq!(holding(&findings, "没有比价")[0].type_id, "J4");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(6))]

    #[test]
    fn any_corrections_undone_leave_nothing(choices in prop::collection::vec((0usize..5, 0usize..100), 1..12)) {
        let folder = tempfile::tempdir().unwrap();
        let mut workspace = with_letter(folder.path());
        let before = workspace.store().dump().unwrap();
        for (action, at) in choices {
            let findings = workspace.findings().unwrap();
            if findings.is_empty() {
                continue;
            }
            let chosen = &findings[at % findings.len()];
            let wanted = [
                Wanted::Accept,
                Wanted::Reject,
                Wanted::Retype("D2".into()),
                Wanted::Split(chosen.quote.chars().skip(4).take(3).collect()),
                Wanted::Merge,
            ][action].clone();
            let next = &findings[(at + 1) % findings.len()];
            let ids = if wanted == Wanted::Merge { vec![chosen.id.clone(), next.id.clone()] } else { vec![chosen.id.clone()] };
            // What cannot be done is refused and changes nothing.
            let _ = workspace.correct(&ids, &wanted, "", AT);
        }
        while workspace.undo(None, AT).unwrap().is_some() {}
        prop_assert_eq!(workspace.store().dump().unwrap(), before);
    }
}
