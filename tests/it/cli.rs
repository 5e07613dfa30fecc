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
    for command in
        ["demo", "ingest", "extract", "search", "show", "themes", "draft", "verify", "reindex", "doctor", "completions"]
    {
        let output = jianlin(folder.path(), &[command, "--help"]);
        assert_eq!(output.status.code(), Some(0), "{command}");
        pages.push(out(&output));
    }
    for page in &pages {
        for word in ["Usage", "Options", "Commands", "Arguments", "Print", "default", "possible", "[OPTIONS]"] {
            assert!(!page.contains(word), "{word} in {page}");
        }
    }
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
