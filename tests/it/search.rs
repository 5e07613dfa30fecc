//! What a search understands, what it says, and what it writes.

use std::path::Path;
use std::process::{Command, Output};

use jianlin::index::{Entry, Hits, Kind, Options, Rung, SearchIndex, Sort, parse};
use jianlin::lang::{Lexicon, Tables};
use jianlin::model::{Date, Genre};
use proptest::prelude::*;
use serde_json::Value;

use crate::sample;

fn entry(id: usize, text: &str) -> Entry {
    Entry {
        kind: Kind::Finding,
        id: format!("{id:016x}"),
        document: format!("d{id}"),
        text: text.to_owned(),
        unit: Some(format!("东澜市第{id}中学党支部")),
        sector: Some("教育".to_owned()),
        round: None,
        year: Some(2021),
        date: Some(Date { year: 2021, month: 5, day: 28 - (id % 20) as u8 }),
        type_id: String::new(),
        type_name: String::new(),
        genre: Genre::Feedback,
        state: (id == 0).then(|| "已完成".to_owned()),
    }
}

fn index(texts: &[&str]) -> (tempfile::TempDir, SearchIndex) {
    let folder = tempfile::tempdir().unwrap();
    let mut index = SearchIndex::open(folder.path(), Lexicon::builtin()).unwrap();
    index.replace(true, &[], texts.iter().enumerate().map(|(id, text)| entry(id, text)), "1|x").unwrap();
    (folder, index)
}

fn asked(index: &SearchIndex, query: &str, options: &Options) -> Vec<(usize, Rung)> {
    let hits: Hits = index.search(&parse(query).unwrap(), options).unwrap();
    hits.hits.iter().map(|hit| (usize::from_str_radix(&hit.id, 16).unwrap(), hit.rung)).collect()
}

#[test]
fn values_meet_in_every_writing() {
    let (_folder, index) = index(&[
        "多付12.35万元未追回",
        "多付十二万三千五百元未追回",
        "多付123,500元",
        "2023年3月6日补签",
        "二十三名党员",
        "多付12.36万元",
    ]);
    let near = |query: &str| asked(&index, query, &Options { facets: false, ..Options::default() });
    let rung_of = |query: &str, id: usize| near(query).iter().find(|(it, _)| *it == id).map(|(_, rung)| *rung);
    assert_eq!(near("12.35万元")[0], (0, Rung::AsAsked));
    for id in [1, 2] {
        assert_eq!(rung_of("12.35万元", id), Some(Rung::Near));
        assert_eq!(rung_of("多付123500元", id), Some(Rung::Near));
    }
    assert_eq!(rung_of("12.35万元", 5), None);
    assert_eq!(rung_of("二〇二三年三月", 3), Some(Rung::Near));
    assert_eq!(rung_of("23人", 4), Some(Rung::Near));
    assert_eq!(rung_of("“123500元”", 0), None);
}

#[test]
fn synonyms_and_pinyin_come_after_what_was_written_and_never_exclude() {
    let (_folder, index) = index(&["公务用车管理混乱", "公车长期停在家中", "校服征订没有公示", "三重一大事项未上会"]);
    let options = Options::default();
    assert_eq!(asked(&index, "公车", &options), [(1, Rung::AsAsked), (0, Rung::Near)]);
    assert_eq!(asked(&index, "“公车”", &options), [(1, Rung::AsAsked)]);
    assert_eq!(asked(&index, "公车", &Options { widen: false, ..options }), [(1, Rung::AsAsked)]);
    assert_eq!(asked(&index, "管理混乱 -公车", &options), [(0, Rung::AsAsked)]);
    for spelt in ["szyd", "sanzhongyida", "SanZhongYiDa"] {
        assert_eq!(asked(&index, spelt, &options), [(3, Rung::Near)], "{spelt}");
    }
}

#[test]
fn a_question_is_answered_by_its_words() {
    let (_folder, index) = index(&["学校食堂的大宗采购未经比价", "食堂卫生不达标", "会议记录不全"]);
    let hits = asked(&index, "哪些单位的食堂采购没有比价？", &Options::default());
    assert_eq!(hits[0], (0, Rung::MostWords));
    assert!(hits.iter().all(|(id, _)| *id != 2), "{hits:?}");
    let within = asked(&index, "哪些单位的食堂采购没有比价？ 单位:第1中学", &Options::default());
    assert!(within.iter().all(|(id, _)| *id == 1), "{within:?}");
}

#[test]
fn amounts_dates_states_and_folding() {
    let texts = ["食堂多付3万元", "食堂多付120万元和2万元", "食堂多付8,000元", "食堂账目不清", "食堂多付9万元。"];
    let (_folder, index) = index(&texts);
    let ids = |query: &str, options: &Options| -> Vec<usize> {
        asked(&index, query, options).into_iter().map(|(id, _)| id).collect()
    };
    let sorted = |query: &str| {
        let mut ids = ids(query, &Options::default());
        ids.sort_unstable();
        ids
    };
    assert_eq!(sorted("食堂 金额:>10万"), [1]);
    assert_eq!(sorted("食堂 金额：1万-5万"), [0, 1]);
    assert_eq!(sorted("食堂 -金额:>=8000"), [3]);
    assert_eq!(sorted("食堂 金额<1万"), [2]);
    assert_eq!(sorted("整改:已完成"), [0]);
    assert_eq!(ids("食堂", &Options { sort: Sort::Amount, ..Options::default() }), [1, 4, 0, 2, 3]);
    assert_eq!(ids("食堂", &Options { sort: Sort::Date, ..Options::default() }), [0, 1, 2, 3, 4]);
    let folded = index.search(&parse("食堂").unwrap(), &Options { fold: true, ..Options::default() }).unwrap();
    let mut sizes: Vec<usize> = folded.hits.iter().map(|hit| hit.n_same).collect();
    sizes.sort_unstable();
    assert_eq!((folded.total, sizes), (3, vec![1, 1, 3]));
    let facets = index.search(&parse("食堂").unwrap(), &Options::default()).unwrap().facets;
    let amounts = facets.iter().find(|(name, _)| *name == "amount").unwrap();
    assert_eq!(amounts.1.iter().map(|(_, n)| n).sum::<u64>(), 4);
    let like = index.similar(texts[0], "", &format!("{:016x}", 0), &parse("").unwrap(), &Options::default()).unwrap();
    assert!(like.total >= 2 && like.hits.iter().all(|hit| hit.id != format!("{:016x}", 0)));
}

/// Pieces of the language, thrown together.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "食堂",
        "采购",
        " ",
        "　",
        "(",
        ")",
        "（",
        "）",
        "\"",
        "“",
        "”",
        "「",
        "」",
        "'",
        "‘",
        "-",
        "－",
        "--",
        "或",
        "|",
        "且",
        "非",
        "NOT",
        "or",
        "单位:",
        "系统：",
        "年度:",
        "金额:",
        "金额>",
        ">",
        "<=",
        "10万",
        "2021",
        "至",
        "2021-2023",
        "类型:",
        "文种:",
        "整改:",
        "轮次:",
        "@",
        "\u{0}",
        "\n",
        "\u{202e}",
        "𠀀",
        "é",
        "９",
        "，",
        "…",
        "十二万三千五百元",
        "2023年3月",
        "szyd",
        "99999999999999999999",
        "百分之",
        "%",
        "、",
        ":",
        "~",
        "*",
    ]);
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_500))]

    /// Whatever is typed is answered or refused with a place inside it.
    #[test]
    fn any_query_is_answered_or_refused(text in prop_oneof![pieces(), ".{0,200}"]) {
        match parse(&text) {
            Ok(query) => {
                let _ = query.to_string();
                let _ = jianlin::index::highlights(&query, "食堂采购多付十二万三千五百元", &Lexicon::builtin());
            }
            Err(error) => {
                prop_assert!(!error.message.is_empty() && error.message.chars().all(|it| !it.is_control()));
                prop_assert!(error.start <= error.end && error.end <= text.chars().count());
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_query_can_be_run(text in pieces()) {
        static INDEX: std::sync::LazyLock<(tempfile::TempDir, SearchIndex)> =
            std::sync::LazyLock::new(|| index(&["食堂采购多付十二万三千五百元", "2023年3月6日补签", "A\"b\"，。"]));
        if let Ok(query) = parse(&text) {
            let hits = INDEX.1.search(&query, &Options::default()).unwrap();
            if hits.total == 0 {
                INDEX.1.why_empty(&query, &Options::default()).unwrap();
            }
            for hit in &hits.hits {
                let parts = INDEX.1.scored(&query, &Options::default(), &hit.id).unwrap();
                let sum: f32 = parts.iter().map(|(_, part)| part).sum();
                prop_assert!((sum - hit.score).abs() < 1e-3, "{} {sum} {}", query, hit.score);
            }
        }
    }
}

#[test]
fn hostile_queries_are_refused_in_chinese() {
    let (_folder, index) = index(&["食堂采购"]);
    let brackets = format!("{}食堂{}", "(".repeat(10_000), ")".repeat(10_000));
    let deep = format!("{}食堂{}", "(".repeat(1_000), ")".repeat(1_000));
    for text in
        ["食".repeat(34_000), brackets, deep, vec!["食堂"; 1_001].join(" 或 "), "-(".repeat(500), "非 ".repeat(1_000)]
    {
        let error = parse(&text).unwrap_err();
        assert!(error.message.chars().any(|it| it > '\u{4e00}'), "{}", error.message);
    }
    assert_eq!(asked(&index, "\u{1}食堂\u{0}采购\u{7}", &Options::default())[0].0, 0);
}

#[test]
fn a_changed_thesaurus_is_noticed_and_a_bad_one_changes_nothing() {
    let (folder, _workspace) = sample::workspace();
    let root = folder.path();
    let before = found(root, &["猫腻"]);
    assert_eq!(before["total"], 0);
    std::fs::write(root.join("thesaurus.tsv"), "猫腻|弄虚作假\n").unwrap();
    let doctor = run(root, &["doctor"]);
    assert!(said(&doctor).contains("检索索引与资料库不同步"), "{}", said(&doctor));
    assert_eq!(run(root, &["reindex"]).status.code(), Some(0));
    assert_eq!(run(root, &["doctor"]).status.code(), Some(0));
    let after = found(root, &["猫腻"]);
    assert!(after["total"].as_u64().unwrap() > 0);
    assert_eq!(after["hits"][0]["match"], "near");
    std::fs::write(root.join("thesaurus.tsv"), "猫腻\n").unwrap();
    let output = run(root, &["search", "食堂"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("近义词表第1行"), "{}", said(&output));
    std::fs::write(root.join("thesaurus.tsv"), "猫腻|弄虚作假\n").unwrap();
    assert_eq!(found(root, &["猫腻"]), after);
    assert!(Lexicon::with(&Tables { thesaurus: "甲|乙\n".to_owned(), ..Tables::default() }).is_err());
}

fn run(root: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jianlin"));
    command
        .args(["-w", root.to_str().unwrap()])
        .args(arguments)
        .current_dir(root)
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    command.output().unwrap()
}

/// Everything a run printed.
fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn found(root: &Path, arguments: &[&str]) -> Value {
    serde_json::from_slice(&run(root, &[&["--json", "search"], arguments].concat()).stdout).unwrap()
}

#[test]
fn what_users_see() {
    let (folder, _workspace) = sample::workspace();
    let root = folder.path();
    let mut seen = String::new();
    for arguments in [
        &["search", "公车", "--limit", "3", "--explain"][..],
        &["search", "“食堂”", "系统：教育", "金额:>10万", "--sort", "amount", "--limit", "2"],
        &["search", "“熏蒸”", "-C", "1", "--limit", "1"],
        &["search", "“食堂”", "系统:供销", "年度:2021"],
        &["search", "食糖采勾"],
        &["search", "食堂", "（采购", "或", "招标"],
        &["search", "食堂", "年度:去年"],
        &["search"],
        &["search", "--saved"],
        &["search", "--save", "食堂", "食堂 或 校园餐"],
        &["search", "--save", "坏的", "(食堂"],
        &["search", "--saved"],
        &["search", "@食堂", "系统:教育", "--literal", "--limit", "1"],
        &["search", "@没有的"],
        &["search", "--forget", "食堂"],
    ] {
        let output = run(root, arguments);
        seen.push_str(&format!(
            "$ jianlin {}（{}）\n{}\n",
            arguments.join(" "),
            output.status.code().unwrap(),
            said(&output)
        ));
    }
    insta::assert_snapshot!("search", seen);
}

#[test]
fn files_hold_exactly_what_was_found() {
    let (folder, workspace) = sample::workspace();
    let root = folder.path();
    let value = found(root, &["租金", "--limit", "0"]);
    let ids: Vec<&str> = value["hits"].as_array().unwrap().iter().map(|hit| hit["finding"].as_str().unwrap()).collect();
    assert_eq!(value["total"].as_u64().unwrap() as usize, ids.len());
    assert!(run(root, &["search", "租金", "--xlsx", "租金.xlsx", "--csv", "租金.csv"]).status.success());
    let listed = jianlin::workspace::first_column(&root.join("租金.xlsx")).unwrap();
    assert_eq!(listed[1..], ids);
    assert_eq!(jianlin::workspace::first_column(&root.join("租金.csv")).unwrap(), listed);
    let bytes = std::fs::read(root.join("租金.xlsx")).unwrap();
    assert!(run(root, &["search", "租金", "--xlsx", "再来.xlsx"]).status.success());
    assert_eq!(std::fs::read(root.join("再来.xlsx")).unwrap(), bytes);
    // Every quote stands in its place, with its highlights.
    for hit in value["hits"].as_array().unwrap() {
        let quote: Vec<char> = hit["quote"].as_str().unwrap().chars().collect();
        let finding = workspace.store().finding(hit["finding"].as_str().unwrap()).unwrap().unwrap();
        assert_eq!(finding.quote.chars().collect::<Vec<_>>(), quote);
        if hit["match"] == "as_asked" {
            let marked = |range: &Value| -> String {
                let [start, end] = [0, 1].map(|at| range[at].as_u64().unwrap() as usize);
                quote[start..end].iter().collect()
            };
            assert!(hit["highlights"].as_array().unwrap().iter().any(|range| marked(range).contains("租金")));
        }
    }
    let similar: Value = serde_json::from_slice(&run(root, &["--json", "similar", ids[0]]).stdout).unwrap();
    assert!(similar["hits"].as_array().unwrap().iter().all(|hit| hit["finding"] != ids[0]));
}

#[test]
fn a_list_of_queries_gives_a_table() {
    let (folder, _workspace) = sample::workspace();
    let root = folder.path();
    std::fs::write(root.join("清单.csv"), "检索式,说明\n租金,资产\n“没有这样的话”,\n(坏,\n食堂 系统:教育,\n").unwrap();
    let output = run(root, &["--json", "search", "--batch", "清单.csv"]);
    assert_eq!(output.status.code(), Some(1));
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let list = value["queries"].as_array().unwrap();
    assert_eq!(
        list.iter().map(|it| it["query"].as_str().unwrap()).collect::<Vec<_>>(),
        ["租金", "“没有这样的话”", "(坏", "食堂 系统:教育"]
    );
    assert_eq!(list[0]["total"], found(root, &["租金"])["total"]);
    assert_eq!((&list[1]["total"], &list[2]["total"]), (&Value::from(0), &Value::Null));
    let by: u64 = list[0]["sector"].as_object().unwrap().values().map(|n| n.as_u64().unwrap()).sum();
    assert_eq!(by, list[0]["total"].as_u64().unwrap());
    insta::assert_snapshot!("batch", said(&run(root, &["search", "--batch", "清单.csv", "--literal"])));
    assert!(run(root, &["search", "--batch", "清单.csv", "--xlsx", "表.xlsx"]).status.code() == Some(1));
    assert_eq!(jianlin::workspace::first_column(&root.join("表.xlsx")).unwrap().len(), 5);
}
