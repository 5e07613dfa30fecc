//! Themes for people to look at and carry around: the page, the ledger path, what `theme` says.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::{gold, sample};

fn jianlin(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_jianlin"));
    command.args(arguments).current_dir(folder).env_clear().env("PATH", "/usr/bin:/bin").output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What is printed, with times taken out.
fn said(output: &Output) -> String {
    let both = format!("{}{}", text(&output.stdout), text(&output.stderr));
    let mut kept = String::new();
    for line in both.lines() {
        let mut line = line.to_owned();
        while let Some(at) = line.find("+08:00") {
            line.replace_range(at - 19..at + 6, "〔时间〕");
        }
        if let (Some(at), true) = (line.find("批注（"), line.contains("-")) {
            let from = at + "批注（".len();
            line.replace_range(from..from + 10, "〔日期〕");
        }
        kept.push_str(line.trim_end());
        kept.push('\n');
    }
    kept
}

const LEDGER: &str = "序号,被巡察单位,问题描述,轮次,反馈日期\n\
1,东澜市教育局,食堂采购未公开招标，涉及金额12.5万元,第三轮,2023-05-06\n\
2,北垣县教育局,学校食堂食材采购没有招标,第四轮,2023-09-06\n\
3,西浦区教育局,食堂大宗食材采购未招标直接指定供货商,第四轮,2023-09-06\n\
4,西浦区教育局,公务用车派车单事后补填,第四轮,2023-09-06\n\
5,南汀区教育局,公务用车加油卡由司机个人保管,,2024/3/1\n\
合计,,5条,,\n";

const STRANGE: &str = "号,甲栏,乙栏,丙栏\n\
1,东澜市教育局,食堂采购未招标,2023-05-06\n\
2,北垣县教育局,食堂采购没有招标,2024年9月\n";

#[test]
fn a_ledger_needs_no_workspace() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| jianlin(folder.path(), &[&["themes", "--ledger"], arguments].concat());
    std::fs::write(folder.path().join("台账.csv"), LEDGER).unwrap();
    let output = run(&["台账.csv", "--json"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = value["findings"].as_array().unwrap();
    assert_eq!(findings.len(), 5);
    let of = |words: &str| findings.iter().find(|it| it["quote"].as_str().unwrap().contains(words)).unwrap();
    assert_eq!(of("12.5万元")["unit"], "东澜市教育局");
    assert_eq!(of("12.5万元")["round"], "第三轮");
    // A problem in few words that holds a header's word is no header.
    assert_eq!(of("学校食堂")["unit"], "北垣县教育局");
    assert_eq!(of("加油卡")["year"], 2024);
    assert_eq!(value["scope"]["units"].as_array().unwrap().len(), 4);
    // One row, one finding: in a theme or in the residue.
    let n_placed: usize =
        value["themes"].as_array().unwrap().iter().map(|it| it["findings"].as_array().unwrap().len()).sum();
    assert_eq!(n_placed + value["residue"].as_array().unwrap().len(), 5);
    assert!(!folder.path().join("index").exists());
    assert!(!folder.path().join("台账.csv.栏目.json").exists());
    assert_eq!(run(&["台账.csv", "--json"]).stdout, output.stdout);
    let only = run(&["台账.csv", "--json", "--rounds", "第四轮"]);
    let only: Value = serde_json::from_slice(&only.stdout).unwrap();
    // What is left empty is as in the row above.
    assert_eq!(only["findings"].as_array().unwrap().len(), 4);
}

#[test]
fn columns_are_named_once_and_remembered() {
    let folder = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| jianlin(folder.path(), &[&["themes", "--ledger"], arguments].concat());
    std::fs::write(folder.path().join("怪.csv"), STRANGE).unwrap();
    std::fs::write(folder.path().join("无.csv"), "姓名,年龄\n甲,3\n乙,4\n").unwrap();
    std::fs::write(folder.path().join("单栏.csv"), "存在问题\n食堂采购未公开招标\n党费收缴不及时\n").unwrap();
    let mut told = String::new();
    for arguments in [
        &["怪.csv"][..],
        &["怪.csv", "--columns", "问题=Z"],
        &["怪.csv", "--columns", "问题"],
        &["怪.csv", "--columns", "单位=B"],
        &["怪.csv", "--columns", "麻烦=C"],
        &["怪.csv", "--columns", "问题=C,单位=甲栏,日期=丙栏"],
        &["怪.csv"],
        &["怪.csv", "--sector", "卫健"],
        &["无.csv"],
        &["单栏.csv"],
        &["没有.csv"],
    ] {
        let output = run(arguments);
        told.push_str(&format!("$ jianlin themes --ledger {}\n{}\n", arguments.join(" "), said(&output)));
    }
    insta::assert_snapshot!("ledger_columns", told);
    let value: Value = serde_json::from_slice(&run(&["怪.csv", "--json"]).stdout).unwrap();
    let years: Vec<&Value> = value["findings"].as_array().unwrap().iter().map(|it| &it["year"]).collect();
    assert!(years.contains(&&Value::from(2023)) && years.contains(&&Value::from(2024)), "{years:?}");
    assert_eq!(value["ledger"]["columns"][0]["use"].as_str().unwrap().chars().count(), 2);
}

#[test]
fn workbooks_are_read_as_ledgers() {
    let file = jianlin::workspace::walk(&[gold::corpus().join("粮食")]).unwrap();
    let file = file.iter().find(|it| it.extension().is_some_and(|it| it == "xlsx")).unwrap().clone();
    let folder = tempfile::tempdir().unwrap();
    let output = jianlin(folder.path(), &["themes", "--ledger", file.to_str().unwrap(), "--json"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert!(value["findings"].as_array().unwrap().len() >= 25);
    assert!(value["themes"].as_array().unwrap().iter().any(|it| it["common"] == true));
    assert!(value["findings"].as_array().unwrap().iter().all(|it| it["place"]["cell"].is_string()));
}

#[test]
fn the_page_stands_alone_and_escapes_everything() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = LEDGER
        .replace("公务用车派车单", "<script>alert(1)</script>公务用车派车单")
        .replace("南汀区教育局", "南汀区\"><img src=x onerror=alert(1)>教育局");
    std::fs::write(folder.path().join("台账.csv"), hostile).unwrap();
    jianlin(folder.path(), &["themes", "--ledger", "台账.csv", "--html", "主题.html"]);
    let page = std::fs::read_to_string(folder.path().join("主题.html")).unwrap();
    assert!(page.contains("&lt;script&gt;alert(1)&lt;/script&gt;公务用车派车单"));
    for word in ["<script", "<img", "http://", "https://", "javascript:", "@import", "url(", "<link", "<iframe"] {
        assert!(!page.contains(word), "{word}");
    }
    assert!(page.contains("default-src 'none'"));
    let wrong = jianlin(folder.path(), &["themes", "--ledger", "台账.csv", "--html", "主题.docx"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("以 .html 结尾"));
}

#[test]
fn the_page_of_a_sector_shows_what_the_json_says() {
    let (folder, workspace) = sample::workspace();
    drop(workspace);
    let output = jianlin(folder.path(), &["-w", ".", "themes", "--sector", "教育", "--json", "--html", "教育.html"]);
    let value: Value = serde_json::from_slice(&output.stdout).unwrap();
    let page = std::fs::read_to_string(folder.path().join("教育.html")).unwrap();
    for theme in value["themes"].as_array().unwrap() {
        assert!(theme["notes"].is_array() && theme["pinned"] == false && theme["named_by_hand"] == false);
        let (id, coverage) = (theme["id"].as_str().unwrap(), &theme["coverage"]);
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
        assert!(page.contains(&format!("{}家中{}家", coverage["base"], coverage["units"])), "{id}");
        for finding in theme["findings"].as_array().unwrap() {
            assert!(page.contains(&format!("id=\"f{}\"", finding.as_str().unwrap())));
        }
    }
    // Every finding has its place beside its words.
    let n_rows = page.matches("<tr id=\"f").count();
    let n_findings: usize =
        value["themes"].as_array().unwrap().iter().map(|it| it["findings"].as_array().unwrap().len()).sum();
    assert_eq!(n_rows, n_findings);
    assert!(page.matches("单元格</td>").count() + page.matches("段</td>").count() >= n_rows);
}

#[test]
fn curation_speaks_plainly() {
    let folder = tempfile::tempdir().unwrap();
    sample::ingest(&folder.path().join("index"), &[gold::corpus().join("公安")]);
    let run = |arguments: &[&str]| jianlin(folder.path(), arguments);
    let listed: Value = serde_json::from_slice(&run(&["themes", "--sector", "公安", "--json"]).stdout).unwrap();
    let bytes = run(&["themes", "--sector", "公安", "--json"]).stdout;
    let theme = |at: usize| listed["themes"][at]["id"].as_str().unwrap().to_owned();
    let member = |at: usize, of: usize| listed["themes"][at]["findings"][of].as_str().unwrap().to_owned();
    let (one, two, three) = (theme(0), theme(1), theme(2));
    let (first, second) = (member(0, 0), member(0, 1));
    let alone = listed["residue"][0]["finding"].as_str().unwrap().to_owned();
    let mut told = String::new();
    let steps: Vec<Vec<&str>> = vec![
        vec!["theme", "move", &first, &second, "--to", &two, "--by", "张三", "--why", "看错了"],
        vec!["theme", "merge", &one, &three],
        vec!["theme", "split", &two],
        vec!["theme", "split", &two, &first, "--name", "单列的一类"],
        vec!["theme", "new", &alone, "--name", "新的一类"],
        vec!["theme", "rename", &one, "公安主业问题"],
        vec!["theme", "pin", &one],
        vec!["theme", "note", &one, "先写这一类", "--by", "李四"],
        vec!["theme", "exclude", &second],
        vec!["theme", "apart", &one, &two],
        vec!["theme", "apart", &one, &first],
        vec!["theme", "pairs", "--sector", "公安", "--limit", "2"],
        vec!["theme", "trigger", &two, "执法记录仪", "--type", "执法记录不规范"],
        vec!["theme", "trigger", &two, "执法记录仪", "--type", "执法记录不规范", "--area", "监管执法与专业履职"],
        vec!["theme", "propose", "--sector", "公安"],
        vec!["theme", "accept", "P1234", "--sector", "公安"],
        vec!["theme", "rename", "T99999", "没有"],
        vec!["theme", "move", &first, "--to", "T99999"],
        vec!["theme", "move", "abcdef", "--to", &one],
        vec!["theme", "merge", &one, &one],
        vec!["show", &one],
        vec!["theme", "undo", "99"],
        vec!["theme", "undo"],
        vec!["theme", "log"],
        vec!["theme", "export", "导出.txt"],
        vec!["theme", "import", "导出.txt"],
    ];
    for step in &steps {
        let output = run(step);
        let said = said(&output);
        // What is said of each member is shown elsewhere.
        let shown: Vec<&str> = said.lines().take(if step[0] == "show" { 4 } else { 30 }).collect();
        told.push_str(&format!(
            "$ jianlin {}  〔{}〕\n{}\n\n",
            step.join(" "),
            output.status.code().unwrap(),
            shown.join("\n")
        ));
    }
    insta::assert_snapshot!("curation", told);
    while run(&["theme", "undo"]).status.code() == Some(0) {}
    assert_eq!(run(&["themes", "--sector", "公安", "--json"]).stdout, bytes);
}

#[test]
fn a_trigger_is_seen_before_it_is_written_and_can_be_taken_back() {
    let folder = tempfile::tempdir().unwrap();
    sample::ingest(&folder.path().join("index"), &[gold::corpus().join("公安")]);
    let run = |arguments: &[&str]| jianlin(folder.path(), arguments);
    let json = |arguments: &[&str]| -> Value { serde_json::from_slice(&run(arguments).stdout).unwrap() };
    let before = run(&["themes", "--sector", "公安", "--json"]).stdout;
    let theme = json(&["themes", "--sector", "公安", "--json"])["themes"][0]["id"].as_str().unwrap().to_owned();
    let table = folder.path().join("index/taxonomy.tsv");
    std::fs::write(&table, "# 自己的词表\n").unwrap();
    let ask = ["theme", "trigger", &theme, "执法记录仪", "--type", "执法记录不规范", "--area", "K", "--json"];
    let effect = json(&ask);
    let n_changed = effect["changed"].as_array().unwrap().len();
    assert!(n_changed > 0, "{effect}");
    assert_eq!(std::fs::read_to_string(&table).unwrap(), "# 自己的词表\n");
    assert_eq!(json(&[&ask[..], &["--apply"]].concat())["applied"], true);
    assert!(std::fs::read_to_string(&table).unwrap().contains("执法记录不规范\t执法记录仪"));
    assert!(text(&run(&["doctor"]).stdout).contains("jianlin reindex"));
    run(&["reindex"]);
    let found = json(&["search", "执法记录仪", "--limit", "0", "--json"]);
    let of_type = effect["type"].as_str().unwrap();
    let typed = json(&["search", &format!("类型：{of_type}"), "--limit", "0", "--json"]);
    assert_eq!(typed["total"].as_u64().unwrap() as usize, n_changed, "{found}");
    run(&["theme", "undo"]);
    assert_eq!(std::fs::read_to_string(&table).unwrap(), "# 自己的词表\n");
    run(&["reindex"]);
    assert_eq!(run(&["themes", "--sector", "公安", "--json"]).stdout, before);
}
