//! The command line: what users see.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::sample;

fn jianlin(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jianlin"));
    command.args(arguments).current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin");
    command.output().unwrap()
}

fn out(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn talk(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn bad_files_are_named_and_the_others_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let docs = folder.path().join("文书");
    std::fs::create_dir(&docs).unwrap();
    let feedback = "关于巡察甲县教育局党组的反馈意见\n二、存在的主要问题\n1.食堂采购未公开招标，涉及金额12.5万元。\n";
    std::fs::write(docs.join("好.txt"), feedback).unwrap();
    std::fs::write(docs.join("空.txt"), "").unwrap();
    std::fs::write(docs.join("空表.xlsx"), "").unwrap();
    std::fs::write(docs.join("坏.docx"), b"PK\x03\x04word/document.xml broken").unwrap();
    let random: Vec<u8> = (0..4_000u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    std::fs::write(docs.join("乱.txt"), random).unwrap();
    let output = jianlin(folder.path(), &["ingest", "文书"]);
    assert_eq!(output.status.code(), Some(1));
    insta::assert_snapshot!("bad_files", talk(&output));
    let found = jianlin(folder.path(), &["search", "食堂", "采购", "-招标会", "--json"]);
    let value: Value = serde_json::from_str(&out(&found)).unwrap();
    assert_eq!(value["hits"][0]["quote"], "食堂采购未公开招标，涉及金额12.5万元");
}

#[test]
fn mistakes_are_explained_in_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let mut said = String::new();
    for arguments in [
        &["ingst"][..],
        &["search", "食堂"],
        &["themes", "--sectr", "教育"],
        &["ingest", "没有的文件夹"],
        &["draft", "--sector", "教育"],
        &["show"],
    ] {
        let output = jianlin(folder.path(), arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        said.push_str(&format!("$ jianlin {}\n{}", arguments.join(" "), talk(&output)));
    }
    insta::assert_snapshot!("mistakes", said);
}

#[test]
fn help_is_chinese() {
    let folder = tempfile::tempdir().unwrap();
    let mut pages = vec![out(&jianlin(folder.path(), &["--help"]))];
    for command in [
        "demo",
        "ingest",
        "extract",
        "search",
        "similar",
        "show",
        "themes",
        "draft",
        "verify",
        "finding",
        "theme",
        "reindex",
        "doctor",
        "completions",
    ] {
        let output = jianlin(folder.path(), &[command, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{command}");
        pages.push(out(&output));
    }
    for action in ["accept", "reject", "retype", "split", "merge", "undo", "log"] {
        let output = jianlin(folder.path(), &["finding", action, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{action}");
        assert!(out(&output).contains(&format!("用法：jianlin finding {action}")), "{}", out(&output));
        pages.push(out(&output));
    }
    for action in [
        "move", "merge", "pairs", "split", "new", "rename", "pin", "exclude", "apart", "note", "trigger", "propose",
        "accept", "undo", "log", "export", "import",
    ] {
        let output = jianlin(folder.path(), &["theme", action, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{action}");
        assert!(out(&output).contains(&format!("用法：jianlin theme {action}")), "{}", out(&output));
        pages.push(out(&output));
    }
    for page in &pages {
        for word in ["Usage", "Options", "Commands", "Arguments", "Print", "default", "possible", "[OPTIONS]"] {
            assert!(!page.contains(word), "{word} in {page}");
        }
    }
}

/// A workspace with one letter of three findings in it.
fn with_letter(folder: &Path) -> Vec<String> {
    let letter = "关于巡察甲县民政局党组的反馈意见\n巡察组近期对甲县民政局党组开展了巡察。近年来工作扎实，救助不及时的状况得到改善。\n二、存在的主要问题\n1.福利院采购食材没有比价，2022年有3笔合计12.6万元由同一商户供货。\n2.殡仪馆收费公示牌两年没有更新，部分项目价格与批复不符。\n3.党费收缴不及时。\n三、意见建议\n要规范采购，防止公示不及时。\n";
    std::fs::write(folder.join("反馈意见.txt"), letter).unwrap();
    jianlin(folder, &["ingest", "反馈意见.txt"]);
    let listed = out(&jianlin(folder, &["extract", "反馈意见.txt", "--json"]));
    let value: Value = serde_json::from_str(&listed).unwrap();
    let findings = value["documents"][0]["findings"].as_array().unwrap();
    findings.iter().map(|finding| finding["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn findings_are_corrected_and_corrections_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    let ids = with_letter(folder.path());
    assert_eq!(ids.len(), 3);
    let run = |arguments: &[&str]| jianlin(folder.path(), &[&["finding"], arguments].concat());
    assert!(out(&run(&["retype", &ids[0], "J4", "--why", "福利院食堂"])).contains("（校园餐与教辅校服乱象）"));
    assert!(out(&run(&["reject", &ids[2]])).starts_with("已剔除"));
    assert!(out(&run(&["split", &ids[0], "--at", "2022年"])).lines().count() == 2);
    let gone = run(&["accept", &ids[2]]);
    assert_eq!(gone.status.code(), Some(2));
    assert!(talk(&gone).contains("finding log"), "{}", talk(&gone));
    let found: Value = serde_json::from_str(&out(&jianlin(folder.path(), &["search", "党费", "--json"]))).unwrap();
    assert_eq!(found["total"], 0);
    assert!(out(&run(&["undo"])).contains("已撤销第3号更正：拆分"));
    assert!(out(&run(&["undo", "2"])).contains("剔除“党费收缴不及时”"));
    let found: Value = serde_json::from_str(&out(&jianlin(folder.path(), &["search", "党费", "--json"]))).unwrap();
    assert_eq!(found["total"], 1);
    let log = out(&run(&["log"]));
    assert!(log.contains("改类为J4") && log.contains("理由：福利院食堂") && log.contains("（已撤销）"), "{log}");
}

#[test]
fn what_was_not_taken_says_why() {
    let folder = tempfile::tempdir().unwrap();
    with_letter(folder.path());
    let told = out(&jianlin(folder.path(), &["extract", "反馈意见.txt", "--why"]));
    let reason = |words: &str| -> String {
        let at = told.lines().position(|line| line.contains("未算") && line.contains(words)).unwrap();
        told.lines().nth(at + 1).unwrap().to_owned()
    };
    assert!(reason("公示不及时").contains("意见建议"), "{told}");
    assert!(reason("救助不及时").contains("还没有转入问题"), "{told}");
}

#[test]
fn json_keeps_its_contract() {
    let (folder, _workspace) = sample::workspace();
    let root = folder.path().to_str().unwrap();
    let json = |arguments: &[&str]| -> Value {
        let output = jianlin(folder.path(), &[&["-w", root, "--json"], arguments].concat());
        serde_json::from_str(&out(&output)).unwrap_or_else(|error| panic!("{arguments:?} {error} {}", talk(&output)))
    };
    let has = |value: &Value, keys: &[&str]| {
        for key in keys {
            assert!(value.get(key).is_some(), "{key} in {value}");
        }
    };
    let themes = json(&["themes", "--sector", "教育"]);
    has(&themes, &["scope", "themes", "residue"]);
    has(&themes["scope"], &["sector", "rounds", "units"]);
    has(
        &themes["themes"][0],
        &[
            "id",
            "name",
            "type",
            "common",
            "findings",
            "units",
            "coverage",
            "lift",
            "rounds",
            "recurrent_units",
            "representative",
        ],
    );
    has(&themes["themes"][0]["coverage"], &["units", "base"]);
    let search = json(&["search", "食堂"]);
    has(&search, &["query", "understood", "total", "hits", "facets"]);
    has(
        &search["hits"][0],
        &["finding", "quote", "highlights", "score", "unit", "sector", "round", "document", "place"],
    );
    let file = std::fs::read_dir(sample::folders()[0].join("2021年")).unwrap().next().unwrap().unwrap().path();
    let extracted = json(&["extract", file.to_str().unwrap()]);
    let document = &extracted["documents"][0];
    has(
        document,
        &[
            "source",
            "title",
            "genre",
            "inspecting_body",
            "round",
            "inspection_type",
            "period",
            "feedback_date",
            "units",
            "sectors",
            "marking",
            "findings",
            "rectification_items",
            "diagnostics",
        ],
    );
    has(&document["source"], &["path", "sha256", "format"]);
}

#[test]
fn every_answer_can_be_opened_in_place() {
    let (folder, workspace) = sample::workspace();
    let root = folder.path().to_str().unwrap();
    let id = workspace.findings().unwrap()[3].id.clone();
    let shown = out(&jianlin(folder.path(), &["-w", root, "show", &id[..8]]));
    assert!(shown.contains('【') && shown.contains("依据："), "{shown}");
    let doctor = out(&jianlin(folder.path(), &["-w", root, "doctor"]));
    assert!(doctor.contains("没有发现异常"), "{doctor}");
    let completions = out(&jianlin(folder.path(), &["completions", "bash"]));
    assert!(completions.contains("_jianlin"));
}

#[test]
fn csv_holds_exactly_what_was_found() {
    let (folder, _workspace) = sample::workspace();
    let root = folder.path().to_str().unwrap();
    let value: Value =
        serde_json::from_str(&out(&jianlin(folder.path(), &["-w", root, "--json", "search", "租金"]))).unwrap();
    let output = jianlin(folder.path(), &["-w", root, "search", "租金", "--csv", "租金.csv"]);
    assert_eq!(output.status.code(), Some(0));
    let text = std::fs::read_to_string(folder.path().join("租金.csv")).unwrap();
    assert_eq!(text.lines().count() as u64 - 1, value["total"].as_u64().unwrap());
}

#[test]
fn themes_say_why_by_what_rule_and_over_what_list() {
    let folder = tempfile::tempdir().unwrap();
    sample::ingest(&folder.path().join("index"), &[crate::gold::corpus().join("法院")]);
    let ask = |more: &[&str]| jianlin(folder.path(), &[&["themes", "--sector", "法院"], more].concat());
    let json = |more: &[&str]| -> Value { serde_json::from_str(&out(&ask(&[more, &["--json"]].concat()))).unwrap() };
    let listed = json(&[]);
    let theme = &listed["themes"][0];
    assert_eq!(listed["rule"]["min_units"], 4);
    assert!(theme["wilson_low"].as_f64().unwrap() > 0.05 && theme["trend"].as_array().is_some_and(|it| !it.is_empty()));
    // A theme shows its arithmetic, a member its neighbours, a finding in no theme its reason.
    let id = theme["id"].as_str().unwrap();
    let told = out(&ask(&["--why", id]));
    for words in ["覆盖面：", "单位数", "占比的八成置信下限", "达到", "最像：", "相差"] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let why = json(&["--why", id]);
    assert_eq!(why["members"].as_array().unwrap().len(), theme["findings"].as_array().unwrap().len());
    assert!(why["rule"].as_array().unwrap().iter().all(|line| line["holds"] == true));
    let alone = listed["residue"][0]["finding"].as_str().unwrap();
    let told = out(&ask(&["--why", alone]));
    assert!(told.contains("未归类：") && told.contains("最接近的主题："), "{told}");
    assert_eq!(json(&["--why", alone])["nearest"].as_array().unwrap().len(), 3);
    // The list of inspected units is the base.
    let units: Vec<&str> = listed["scope"]["units"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    let rows: String = units[..6].iter().enumerate().map(|(at, unit)| format!("{},{unit}\n", at + 1)).collect();
    std::fs::write(folder.path().join("名单.csv"), format!("序号,被巡察党组织\n{rows}")).unwrap();
    let narrowed = json(&["--base", "名单.csv"]);
    assert_eq!(narrowed["scope"]["units"].as_array().unwrap().len(), 6);
    assert!(narrowed["themes"].as_array().unwrap().iter().all(|it| it["coverage"]["units"].as_u64().unwrap() <= 6));
    let output = ask(&["--base", "名单.csv", "--base-list"]);
    assert!(out(&output).contains("被巡察党组织（6家）") && talk(&output).contains("不在名单中"));
    // Finer splits, coarser joins; a stricter rule lists fewer.
    let n_groups = |step: &str| {
        let listed = json(&["--granularity", step]);
        listed["themes"].as_array().unwrap().len() + listed["residue"].as_array().unwrap().len()
    };
    assert!(n_groups("1") <= n_groups("中") && n_groups("中") < n_groups("9"));
    let n_common =
        |more: &[&str]| json(more)["themes"].as_array().unwrap().iter().filter(|it| it["common"] == true).count();
    assert!(n_common(&["--min-share", "60"]) < n_common(&[]) && n_common(&["--min-bound", "99"]) == 0);
    assert_eq!(ask(&["--granularity", "10"]).status.code(), Some(2));
    assert_eq!(ask(&["--base", "没有.txt"]).status.code(), Some(2));
}
