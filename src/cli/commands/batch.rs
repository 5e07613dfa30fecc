//! `search --batch`: a list of queries in, a table of hits out.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::super::args::{By, Search};
use super::super::ui::{Ui, clean, fit, width};
use super::super::{Ended, Outcome};
use super::search::asked;
use super::table::{Cell, Table, text};
use crate::diag::Error;
use crate::index::{Hits, Options, Rung};
use crate::workspace::{Workspace, first_column};

/// Names that the first row may have above the queries.
const HEADS: [&str; 5] = ["检索式", "检索词", "关键词", "查询", "query"];

pub(crate) fn run(file: &Path, args: &Search, options: &Options, workspace: &Workspace, ui: &Ui) -> Outcome {
    let mut texts = first_column(file)?;
    if texts.first().is_some_and(|first| HEADS.contains(&first.trim())) {
        texts.remove(0);
    }
    if texts.is_empty() {
        return Err(
            Error::new(format!("{}：里面没有检索式", file.display()), "每行写一个检索式；表格写在第一列").into()
        );
    }
    let index = workspace.index()?;
    let options = Options { limit: 0, offset: 0, ..*options };
    let mut rows: Vec<(String, Option<Hits>)> = Vec::new();
    for query in texts {
        match asked(&query, &args.filters, ui, |query| index.search(query, &options)) {
            Ok((_, hits)) => rows.push((query, Some(hits))),
            Err(error) => {
                ui.say(&format!("警告：{}：{}", clean(&query), error.message));
                rows.push((query, None));
            }
        }
    }
    let (facet, term) = match args.by {
        By::Sector => ("sector", "系统"),
        By::Unit => ("unit", "单位"),
        By::Year => ("year", "年度"),
        By::Round => ("round", "轮次"),
        By::Type => ("type", "类型"),
    };
    let mut totals: BTreeMap<&str, u64> = BTreeMap::new();
    for (_, hits) in &rows {
        for (value, count) in values(hits.as_ref(), facet) {
            *totals.entry(value).or_default() += count;
        }
    }
    // Years in order, other columns with the most hits first.
    let mut columns: Vec<(&str, u64)> = totals.into_iter().collect();
    if facet != "year" {
        columns.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(right.0)));
    }
    let columns: Vec<&str> = columns.into_iter().map(|(value, _)| value).collect();
    let shown = |value: &str| match workspace.lexicon().taxonomy.get(value) {
        Some(it) if facet == "type" => format!("{value} {}", it.name),
        _ => value.to_owned(),
    };
    let count_of = |hits: Option<&Hits>, column: &str| {
        values(hits, facet).find(|(value, _)| *value == column).map_or(0, |(_, count)| count as usize)
    };
    let is_missing = rows.iter().any(|(_, hits)| hits.as_ref().is_none_or(|hits| hits.total == 0));
    if ui.json {
        let list: Vec<_> = rows
            .iter()
            .map(|(query, hits)| {
                let by: BTreeMap<&str, u64> = values(hits.as_ref(), facet).collect();
                json!({"query": query, "total": hits.as_ref().map(|it| it.total), "literal": literal(hits.as_ref()), facet: by})
            })
            .collect();
        ui.out(&json!({"by": facet, "queries": list}).to_string())?;
    }
    let mut head = vec![("检索式".to_owned(), 30), ("共计".to_owned(), 8), ("其中原样".to_owned(), 10)];
    head.extend(columns.iter().map(|column| (shown(column), 12)));
    let table = Table {
        head,
        rows: rows
            .iter()
            .map(|(query, hits)| {
                let mut row = vec![text(query)];
                row.push(hits.as_ref().map_or(Cell::from("有误"), |hits| Cell::from(hits.total)));
                row.push(Cell::from(literal(hits.as_ref())));
                row.extend(columns.iter().map(|column| Cell::from(count_of(hits.as_ref(), column))));
                row
            })
            .collect(),
    };
    let is_written = table.write(args.listing.csv.as_deref(), args.listing.xlsx.as_deref(), ui)?;
    if !is_written && !ui.json {
        /// Columns of the table on a terminal, and the widest of them.
        const MOST: usize = 8;
        const WIDEST: usize = 16;
        let widest = rows.iter().map(|(query, _)| width(&clean(query))).max().unwrap_or(0).clamp(6, 36);
        let line = |name: &str, cells: &[String], widths: &[usize]| {
            let cells: Vec<String> = cells.iter().zip(widths).map(|(cell, width)| right(cell, *width)).collect();
            format!("{} {}", fit(name, widest), cells.join(" "))
        };
        let names: Vec<String> = ["共计".to_owned(), "原样".to_owned()]
            .into_iter()
            .chain(columns.iter().take(MOST).map(|column| shown(column)))
            .collect();
        let widths: Vec<usize> = names.iter().map(|name| width(name).clamp(6, WIDEST)).collect();
        ui.out(&line(&format!("检索式＼{term}"), &names, &widths))?;
        for (query, hits) in &rows {
            let hits = hits.as_ref();
            let total = hits.map_or("有误".to_owned(), |hits| hits.total.to_string());
            let counts = columns.iter().take(MOST).map(|column| count_of(hits, column).to_string());
            let cells: Vec<String> = [total, literal(hits).to_string()].into_iter().chain(counts).collect();
            ui.out(&line(query, &cells, &widths))?;
        }
        if columns.len() > MOST {
            ui.say(&format!("另有{}列没有列出，用 --xlsx 或 --csv 写成文件看全", columns.len() - MOST));
        }
    }
    Ok(if is_missing { Ended::Partly } else { Ended::Done })
}

fn values<'a>(hits: Option<&'a Hits>, facet: &str) -> impl Iterator<Item = (&'a str, u64)> {
    let facets = hits.map_or(&[][..], |hits| &hits.facets);
    let facet = facets.iter().find(|(name, _)| *name == facet);
    facet.map_or(&[][..], |(_, values)| values).iter().map(|(value, count)| (value.as_str(), *count))
}

fn literal(hits: Option<&Hits>) -> usize {
    let by_rung = hits.map_or(&[][..], |hits| &hits.by_rung);
    by_rung.iter().find(|(rung, _)| *rung == Rung::AsAsked).map_or(0, |(_, n)| *n)
}

/// A text set to the right.
fn right(text: &str, columns: usize) -> String {
    let fitted = fit(text, columns);
    let bare = fitted.trim_end();
    " ".repeat(fitted.len() - bare.len()) + bare
}
