//! `search`: findings first, documents with `--documents`.

use std::path::Path;

use serde_json::{Value, json};

use super::super::args::{Filters, Search, SortBy};
use super::super::ui::{Ui, clean};
use super::super::{Ended, Outcome, clock, json as contract};
use crate::diag::Error;
use crate::index::{
    Condition, Field, Hit, Hits, Kind, Options, Query, QueryError, Rung, Sort, highlights, literally, parse,
};
use crate::workspace::{Located, Workspace};

pub(crate) fn run(args: &Search, root: &Path, ui: &Ui) -> Outcome {
    let text = args.query.join(" ");
    let mut workspace = Workspace::open_existing(root)?;
    let limit = if args.limit == 0 || args.csv.is_some() { usize::MAX } else { args.limit };
    let options = Options {
        kind: if args.documents { Kind::Document } else { Kind::Finding },
        limit,
        offset: args.offset,
        sort: match args.sort {
            SortBy::Relevance => Sort::Relevance,
            SortBy::Year => Sort::Year,
        },
        ..Options::default()
    };
    let (query, hits) = match parse(&text) {
        Ok(query) => {
            let query = filtered(query, &args.filters)?;
            let hits = workspace.search(&query, &options, &clock::now())?;
            (query, hits)
        }
        // Pasted text may hold half a pair of brackets or quotation marks: if it stands somewhere, it is found.
        Err(error) => {
            let query = filtered(literally(&text), &args.filters)?;
            let hits = workspace.search(&query, &options, &clock::now())?;
            if hits.total == 0 {
                return Err(explain(&text, &error).into());
            }
            (query, hits)
        }
    };
    if args.documents {
        documents(&workspace, &hits, &text, &query, ui)?;
    } else {
        let ids: Vec<String> = hits.hits.iter().map(|hit| hit.id.clone()).collect();
        let located = workspace.located(&ids)?;
        if let Some(file) = &args.csv {
            write_csv(file, &located)?;
            ui.say(&format!("{}：已写出{}条", file.display(), located.len()));
        } else if ui.json {
            ui.out(&to_json(&workspace, &hits, &located, &text, &query).to_string())?;
        } else {
            print(&workspace, &hits, &located, &query, args, ui)?;
        }
    }
    if args.explain && !ui.json {
        ui.say(&format!("理解为：{query}；{}", rung_words(hits.rung)));
    }
    Ok(if hits.total == 0 { Ended::Partly } else { Ended::Done })
}

/// The query with the conditions given as options.
fn filtered(query: Query, filters: &Filters) -> Result<Query, Error> {
    let mut parts = vec![query];
    let given = [
        (Field::Sector, &filters.sector),
        (Field::Unit, &filters.unit),
        (Field::Round, &filters.round),
        (Field::Type, &filters.type_name),
        (Field::Genre, &filters.genre),
        (Field::State, &filters.state),
    ];
    for (field, value) in given {
        if let Some(value) = value {
            parts.push(Query::Field(field, Condition::Is(crate::lang::normalise(value.trim()).text)));
        }
    }
    if let Some(year) = &filters.year {
        parts.push(parse(&format!("年度:{year}")).map_err(|error| explain(year, &error))?);
    }
    Ok(if parts.len() == 1 { parts.remove(0) } else { Query::And(parts) })
}

/// What is wrong with a query, with the place marked.
fn explain(text: &str, error: &QueryError) -> Error {
    let shown: String = text.chars().take(60).collect();
    let marked: String = text.chars().skip(error.start).take((error.end - error.start).clamp(1, 20)).collect();
    Error::new(
        format!("检索式“{}”：{}，在第{}字“{}”处", clean(&shown), error.message, error.start + 1, clean(&marked)),
        "检索式写法：词之间用空格，短语加引号，排除用-词，任一用 或，字段如 单位：教育局",
    )
}

fn rung_words(rung: Rung) -> &'static str {
    match rung {
        Rung::Near => "没有原样的文字，按近义词或其他写法找到",
        Rung::Related => "没有原样的文字，列出同类问题",
        Rung::AsAsked => "按原样找到",
        Rung::AllWords => "没有原样的文字，放宽为含其中每个词",
        Rung::MostWords => "没有原样的文字，放宽为含其中大部分词",
        Rung::AnyWord => "没有原样的文字，放宽为含其中任一词",
    }
}

fn print(
    workspace: &Workspace,
    hits: &Hits,
    located: &[Located],
    query: &Query,
    args: &Search,
    ui: &Ui,
) -> Result<(), super::super::Stopped> {
    for hit in located {
        let finding = &hit.finding;
        let ranges = highlights(query, &finding.quote, workspace.lexicon());
        ui.out(&ui.marked(&finding.quote, &ranges))?;
        let facts = [
            finding.unit.as_deref(),
            finding.round.as_deref(),
            Some(finding.type_name.as_str()).filter(|name| !name.is_empty()),
        ];
        let facts: Vec<&str> = facts.into_iter().flatten().collect();
        ui.out(&ui.dim(&format!(
            "  {}｜{}｜《{}》{}",
            finding.id,
            facts.join("｜"),
            clean(&hit.title),
            finding.place.in_words()
        )))?;
    }
    let shown = located.len();
    let first = args.offset + 1;
    if hits.total == 0 {
        ui.say(&format!("0条。理解为：{query}"));
        ui.say("提示：换个说法或减少词再试；用 或 连接近义词；检索整份文书用 --documents");
    } else {
        if hits.rung != Rung::AsAsked {
            ui.say(&format!("提示：{}", rung_words(hits.rung)));
        }
        ui.say(&format!("共{}条，列出第{first}～{}条", hits.total, args.offset + shown));
        for (name, values) in hits.facets.iter().filter(|(name, _)| matches!(*name, "sector" | "unit" | "year")) {
            let term = match *name {
                "sector" => "系统",
                "unit" => "单位",
                _ => "年度",
            };
            let listed: Vec<String> =
                values.iter().take(6).map(|(value, count)| format!("{value}（{count}）")).collect();
            if !listed.is_empty() {
                ui.say(&format!("  {term}：{}", listed.join("  ")));
            }
        }
    }
    Ok(())
}

fn facets(hits: &Hits) -> Value {
    hits.facets
        .iter()
        .map(|(name, values)| ((*name).to_owned(), json!(values)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn to_json(workspace: &Workspace, hits: &Hits, located: &[Located], text: &str, query: &Query) -> Value {
    let list: Vec<Value> = located
        .iter()
        .zip(&hits.hits)
        .map(|(hit, found)| {
            let finding = &hit.finding;
            json!({
                "finding": finding.id,
                "quote": finding.quote,
                "highlights": highlights(query, &finding.quote, workspace.lexicon()),
                "score": contract::rounded(found.score),
                "match": found.rung.name(),
                "unit": finding.unit,
                "sector": finding.sector,
                "round": finding.round,
                "type": finding.type_id,
                "document": {"path": hit.path, "title": hit.title},
                "place": contract::place(&finding.place),
            })
        })
        .collect();
    json!({"query": text, "understood": query.to_string(), "total": hits.total, "hits": list, "facets": facets(hits), "rung": hits.rung.name()})
}

fn documents(
    workspace: &Workspace,
    hits: &Hits,
    text: &str,
    query: &Query,
    ui: &Ui,
) -> Result<(), super::super::Stopped> {
    let known = workspace.documents()?;
    if ui.json {
        let list: Vec<Value> = hits
            .hits
            .iter()
            .map(|found| {
                let id = &found.id;
                let document = known.get(id);
                let (path, title) = (document.map(|it| &it.path), document.map(|it| &it.title));
                json!({"document": {"sha256": id, "path": path, "title": title}, "score": contract::rounded(found.score), "match": found.rung.name()})
            })
            .collect();
        let value = json!({"query": text, "understood": query.to_string(), "total": hits.total, "hits": list, "facets": facets(hits)});
        ui.out(&value.to_string())?;
    } else {
        for Hit { id, .. } in &hits.hits {
            if let Some(document) = known.get(id) {
                ui.out(&clean(&document.title))?;
                ui.out(&ui.dim(&format!("  {}｜{}", &id[..id.len().min(12)], clean(&document.path))))?;
            }
        }
        ui.say(&format!("共{}份", hits.total));
    }
    Ok(())
}

fn write_csv(file: &Path, located: &[Located]) -> Result<(), Error> {
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\"").replace('\n', " "));
    // The mark tells Excel that the file is UTF-8.
    let mut text = String::from("\u{feff}编号,问题,单位,系统,轮次,类型,文书,出处,文件\r\n");
    for hit in located {
        let finding = &hit.finding;
        let cells = [
            finding.id.as_str(),
            &finding.quote,
            finding.unit.as_deref().unwrap_or_default(),
            finding.sector.as_deref().unwrap_or_default(),
            finding.round.as_deref().unwrap_or_default(),
            &finding.type_name,
            &hit.title,
            &finding.place.in_words(),
            &hit.path,
        ];
        text.push_str(&cells.map(quoted).join(","));
        text.push_str("\r\n");
    }
    std::fs::write(file, text).map_err(|error| {
        Error::new(format!("{}：写不进去", file.display()), "检查目录权限和磁盘空间；文件正开着的，先关闭它")
            .because(&error)
    })
}
