//! Saved queries: `queries.tsv` in the workspace, a name and a query a line.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use super::super::ui::{Ui, clean};
use super::super::{Ended, Outcome};
use crate::diag::Error;
use crate::index::parse;

const HEAD: &str = "# 存下的检索式：名称 <Tab> 检索式";

fn file(root: &Path) -> PathBuf {
    root.join("queries.tsv")
}

fn failed(root: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("{}：存下的检索式读写不了", file(root).display()), "检查目录权限和磁盘空间").because(error)
}

/// All saved queries by name.
pub(crate) fn all(root: &Path) -> Result<BTreeMap<String, String>, Error> {
    let text = match std::fs::read_to_string(file(root)) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
        Err(error) => return Err(failed(root, &error)),
    };
    let mut queries = BTreeMap::new();
    for (line_idx, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let Some((name, query)) = line.split_once('\t') else {
            return Err(Error::new(
                format!("{}：第{}行写法不对", file(root).display(), line_idx + 1),
                "一行两栏，用制表符隔开：名称、检索式",
            ));
        };
        queries.insert(name.trim().to_owned(), query.trim().to_owned());
    }
    Ok(queries)
}

fn write(root: &Path, queries: &BTreeMap<String, String>) -> Result<(), Error> {
    let lines: String = queries.iter().map(|(name, query)| format!("{name}\t{query}\n")).collect();
    // Written aside, then renamed: an interrupted run leaves the old file.
    let aside = file(root).with_extension("tsv.new");
    std::fs::write(&aside, format!("{HEAD}\n{lines}"))
        .and_then(|()| std::fs::rename(&aside, file(root)))
        .map_err(|error| failed(root, &error))
}

/// Saves a query under a name.
pub(crate) fn save(root: &Path, name: &str, query: &str, ui: &Ui) -> Outcome {
    let name = name.trim().trim_start_matches('@');
    if name.is_empty() || name.chars().any(char::is_whitespace) || name.starts_with('#') {
        return Err(Error::new(format!("“{}”不能用作名称", clean(name)), "名称中间不要有空格，不要以#开头").into());
    }
    if query.trim().is_empty() {
        return Err(Error::new("没有写检索式", format!("写成 jianlin search --save {name} 食堂 采购")).into());
    }
    parse(query).map_err(|error| super::search::explain(query, &error, ui))?;
    let mut queries = all(root)?;
    let replaced = queries.insert(name.to_owned(), clean(query.trim()));
    write(root, &queries)?;
    let was = replaced.map_or(String::new(), |old| format!("，原来的是：{}", clean(&old)));
    ui.out(&format!("已存为 @{name}{was}；检索时写 jianlin search @{name}"))?;
    Ok(Ended::Done)
}

/// Forgets a saved query.
pub(crate) fn forget(root: &Path, name: &str, ui: &Ui) -> Outcome {
    let name = name.trim().trim_start_matches('@');
    let mut queries = all(root)?;
    if queries.remove(name).is_none() {
        return Err(unknown(name, &queries).into());
    }
    write(root, &queries)?;
    ui.out(&format!("已删去 @{}", clean(name)))?;
    Ok(Ended::Done)
}

/// Lists the saved queries.
pub(crate) fn list(root: &Path, ui: &Ui) -> Outcome {
    let queries = all(root)?;
    if ui.json {
        ui.out(&serde_json::json!({"saved": queries}).to_string())?;
    } else {
        for (name, query) in &queries {
            ui.out(&format!("@{name}  {}", clean(query)))?;
        }
        if queries.is_empty() {
            ui.say("还没有存下检索式；用 jianlin search --save 名称 检索式 来存");
        }
    }
    Ok(if queries.is_empty() { Ended::Partly } else { Ended::Done })
}

fn unknown(name: &str, queries: &BTreeMap<String, String>) -> Error {
    let known: Vec<String> = queries.keys().map(|name| format!("@{name}")).collect();
    let hint = if known.is_empty() {
        "还没有存下检索式；用 jianlin search --save 名称 检索式 来存".to_owned()
    } else {
        format!("已存的有：{}", known.join("、"))
    };
    Error::new(format!("没有存过 @{}", clean(name)), hint)
}

/// The text of a query with `@name` put in full, in brackets.
pub(crate) fn resolved(root: &Path, words: &[String]) -> Result<String, Error> {
    if !words.iter().any(|word| word.starts_with('@') && word.len() > 1) {
        return Ok(words.join(" "));
    }
    let queries = all(root)?;
    let mut parts = Vec::new();
    for word in words {
        match word.strip_prefix('@').filter(|name| !name.is_empty()) {
            Some(name) => {
                let query = queries.get(name).ok_or_else(|| unknown(name, &queries))?;
                parts.push(if words.len() == 1 { query.clone() } else { format!("({query})") });
            }
            None => parts.push(word.clone()),
        }
    }
    Ok(parts.join(" "))
}
