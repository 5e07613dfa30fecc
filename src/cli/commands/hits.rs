//! What was found, for people, for programs and for files.

use serde_json::{Value, json};

use super::super::args::Listing;
use super::super::ui::{Ui, clean};
use super::super::{Stopped, json as contract};
use super::table::{Cell, Table, text};
use crate::diag::Error;
use crate::index::{Hit, Hits, Kind, Options, Query, Rung, SearchIndex, alternatives, highlights};
use crate::lang::Lexicon;
use crate::model::Genre;
use crate::workspace::{Located, Workspace};

/// What was asked.
pub(crate) struct Asked<'a> {
    pub(crate) text: &'a str,
    pub(crate) query: &'a Query,
    pub(crate) options: &'a Options,
    /// Paragraphs before and after each hit.
    pub(crate) context: usize,
    pub(crate) explain: bool,
}

/// Hits are fetched from the record so many at a time.
const BATCH: usize = 500;

/// Gives the hits out as they were asked for.
pub(crate) fn deliver(
    workspace: &Workspace,
    index: &SearchIndex,
    hits: &Hits,
    asked: &Asked<'_>,
    listing: &Listing,
    ui: &Ui,
) -> Result<(), Stopped> {
    let is_documents = asked.options.kind == Kind::Document;
    if listing.has_file() {
        let table = if is_documents { document_table(workspace, hits)? } else { finding_table(workspace, hits)? };
        table.write(listing.csv.as_deref(), listing.xlsx.as_deref(), ui)?;
    } else if ui.json {
        let list = if is_documents {
            document_list(workspace, hits, asked.query)?
        } else {
            finding_list(workspace, hits, asked.query)?
        };
        let mut value = json!({
            "query": asked.text,
            "understood": asked.query.to_string(),
            "total": hits.total,
            "hits": list,
            "facets": facets(hits),
            "rung": hits.rung.name(),
            "rungs": hits.by_rung.iter().map(|(rung, n)| json!([rung.name(), n])).collect::<Vec<_>>(),
        });
        if asked.explain {
            value["explained"] = explained(index, hits, asked, workspace.lexicon())?.into();
        }
        ui.out(&value.to_string())?;
        return Ok(());
    } else if is_documents {
        print_documents(workspace, hits, asked, ui)?;
    } else {
        print_findings(workspace, hits, asked, ui)?;
    }
    if hits.total == 0 {
        say_why(index, asked, ui)?;
    } else {
        say_how_many(hits, asked, listing.has_file(), workspace.lexicon(), ui);
    }
    if asked.explain {
        for line in explained(index, hits, asked, workspace.lexicon())? {
            ui.say(&line);
        }
    }
    Ok(())
}

/// Finds the findings of the hits in the record, some at a time.
fn each<E: From<Error>>(
    workspace: &Workspace,
    hits: &Hits,
    mut take: impl FnMut(&Hit, &Located) -> Result<(), E>,
) -> Result<(), E> {
    for batch in hits.hits.chunks(BATCH) {
        let ids: Vec<String> = batch.iter().map(|hit| hit.id.clone()).collect();
        let located = workspace.located(&ids)?;
        for hit in batch {
            if let Some(located) = located.iter().find(|it| it.finding.id == hit.id) {
                take(hit, located)?;
            }
        }
    }
    Ok(())
}

fn print_findings(workspace: &Workspace, hits: &Hits, asked: &Asked<'_>, ui: &Ui) -> Result<(), Stopped> {
    each(workspace, hits, |hit, located| {
        let finding = &located.finding;
        let ranges = highlights(asked.query, &finding.quote, workspace.lexicon());
        let quote = ui.marked(&finding.quote, &ranges);
        let around = (asked.context > 0).then(|| workspace.store().blocks(&finding.place.document)).transpose()?;
        let at = finding.place.block as usize;
        let lines = |range: std::ops::Range<usize>| -> Vec<String> {
            let blocks = around.as_deref().unwrap_or_default();
            blocks
                .get(range.start..range.end.min(blocks.len()))
                .unwrap_or_default()
                .iter()
                .map(|it| clean(&it.text))
                .collect()
        };
        for line in lines(at.saturating_sub(asked.context)..at) {
            ui.out(&ui.dim(&line))?;
        }
        ui.out(&quote)?;
        for line in lines(at + 1..at + 1 + asked.context) {
            ui.out(&ui.dim(&line))?;
        }
        let facts = [
            (hit.rung != Rung::AsAsked).then_some(hit.rung.term()),
            finding.unit.as_deref(),
            finding.round.as_deref(),
            Some(finding.type_name.as_str()).filter(|name| !name.is_empty()),
        ];
        let facts: Vec<&str> = facts.into_iter().flatten().collect();
        let same = if hit.n_same > 1 { format!("｜近乎相同的共{}条", hit.n_same) } else { String::new() };
        ui.out(&ui.dim(&format!(
            "  {}｜{}｜《{}》{}{same}",
            finding.id,
            facts.join("｜"),
            clean(&located.title),
            finding.place.in_words()
        )))?;
        Ok(())
    })
}

fn print_documents(workspace: &Workspace, hits: &Hits, asked: &Asked<'_>, ui: &Ui) -> Result<(), Stopped> {
    let known = workspace.documents()?;
    for hit in &hits.hits {
        let Some(document) = known.get(&hit.id) else { continue };
        ui.out(&clean(&document.title))?;
        let rung = if hit.rung == Rung::AsAsked { String::new() } else { format!("{}｜", hit.rung.term()) };
        ui.out(&ui.dim(&format!("  {}｜{rung}{}", &hit.id[..hit.id.len().min(12)], clean(&document.path))))?;
        if asked.context > 0 {
            for block in workspace.store().blocks(&hit.id)? {
                let ranges = highlights(asked.query, &block.text, workspace.lexicon());
                if !ranges.is_empty() {
                    ui.out(&format!("  {}", ui.marked(&block.text, &ranges)))?;
                }
            }
        }
    }
    Ok(())
}

/// The facets that are shown, with their Chinese terms.
pub(crate) const FACET_TERMS: [(&str, &str); 6] =
    [("sector", "系统"), ("unit", "单位"), ("year", "年度"), ("type", "类型"), ("genre", "文种"), ("amount", "金额")];

/// A value of a facet as people call it.
pub(crate) fn facet_value(name: &str, value: &str, lexicon: &Lexicon) -> String {
    match name {
        "type" => lexicon.taxonomy.get(value).map_or(value.to_owned(), |it| format!("{value}{}", it.name)),
        "genre" => Genre::from_name(value).map_or(value.to_owned(), |it| it.term().to_owned()),
        _ => value.to_owned(),
    }
}

fn say_how_many(hits: &Hits, asked: &Asked<'_>, is_in_file: bool, lexicon: &Lexicon, ui: &Ui) {
    let unit = if asked.options.kind == Kind::Document { "份" } else { "条" };
    let by_rung: Vec<String> = hits.by_rung.iter().map(|(rung, n)| format!("{}{n}{unit}", rung.term())).collect();
    let of = match &hits.by_rung[..] {
        [(Rung::AsAsked, _)] => String::new(),
        [(rung, _)] => format!("，都是{}", rung.term()),
        _ => format!("（{}）", by_rung.join("，")),
    };
    if hits.rung != Rung::AsAsked && hits.rung != Rung::Related {
        ui.say(&format!("提示：没有原样含有的，放宽为{}", hits.rung.term()));
    }
    let folded = if asked.options.fold { "，近乎相同的已合并" } else { "" };
    let listed = if is_in_file {
        String::new()
    } else {
        format!("，列出第{}～{}{unit}", asked.options.offset + 1, asked.options.offset + hits.hits.len())
    };
    ui.say(&format!("共{}{unit}{of}{folded}{listed}", hits.total));
    for (name, term) in FACET_TERMS {
        let values = hits.facets.iter().find(|(it, _)| *it == name).map_or(&[][..], |(_, values)| values);
        let listed: Vec<String> = values
            .iter()
            .take(6)
            .map(|(value, count)| format!("{}（{count}）", clean(&facet_value(name, value, lexicon))))
            .collect();
        if !listed.is_empty() {
            ui.say(&format!("  {term}：{}", listed.join("  ")));
        }
    }
}

/// Why nothing was found, and what to try.
fn say_why(index: &SearchIndex, asked: &Asked<'_>, ui: &Ui) -> Result<(), Error> {
    ui.say(&format!("0条。理解为：{}", asked.query));
    let why = index.why_empty(asked.query, asked.options)?;
    let mut is_told = false;
    for (part, alone, joint) in &why.parts {
        let mark = match (alone, joint) {
            (0, _) => "  ← 没有",
            (_, 0) if !is_told => "  ← 加上这一条就没有了",
            _ => "",
        };
        is_told |= *joint == 0;
        ui.say(&format!("  {part}：{alone}条{mark}"));
    }
    if why.words.len() > 1 {
        let words: Vec<String> = why.words.iter().map(|(word, n)| format!("{word}（{n}）")).collect();
        ui.say(&format!("  分开的词：{}", words.join("  ")));
    }
    for (word, near) in why.nearest.iter().filter(|(_, near)| !near.is_empty()) {
        ui.say(&format!("  与“{}”相近而有的：{}", clean(word), near.join("、")));
    }
    ui.say("提示：换个说法或减少条件再试；用 或 连接近义词；检索整份文书用 --documents");
    Ok(())
}

/// How the query was understood and what each hit scored.
fn explained(index: &SearchIndex, hits: &Hits, asked: &Asked<'_>, lexicon: &Lexicon) -> Result<Vec<String>, Error> {
    /// Hits and terms that are explained.
    const MOST: usize = 20;
    let mut lines = vec![format!("理解为：{}", asked.query)];
    for text in asked.query.texts().iter().filter(|_| asked.options.widen) {
        let others = alternatives(text, lexicon);
        if !others.is_empty() {
            let said: Vec<String> =
                others.iter().map(|it| format!("{}（{}）", clean(&it.shown), it.how.term())).collect();
            lines.push(format!("  “{}”也找：{}", clean(&text.written), said.join("、")));
        }
    }
    let rungs: Vec<String> = hits.by_rung.iter().map(|(rung, n)| format!("{}{n}条", rung.term())).collect();
    if !rungs.is_empty() {
        lines.push(format!("答于：{}", rungs.join("；")));
    }
    for hit in hits.hits.iter().take(MOST) {
        let scored = index.scored(asked.query, asked.options, &hit.id)?;
        let parts: Vec<String> =
            scored.iter().take(MOST).map(|(term, part)| format!("{} {part:.2}", clean(term))).collect();
        let id = &hit.id[..hit.id.len().min(16)];
        lines.push(format!("  {id} {} {:.2}＝{}", hit.rung.term(), hit.score, parts.join("＋")));
    }
    Ok(lines)
}

fn facets(hits: &Hits) -> Value {
    hits.facets
        .iter()
        .map(|(name, values)| ((*name).to_owned(), json!(values)))
        .collect::<serde_json::Map<_, _>>()
        .into()
}

fn finding_list(workspace: &Workspace, hits: &Hits, query: &Query) -> Result<Vec<Value>, Error> {
    let mut list = Vec::with_capacity(hits.hits.len());
    each(workspace, hits, |hit, located| {
        let finding = &located.finding;
        list.push(json!({
            "finding": finding.id,
            "quote": finding.quote,
            "highlights": highlights(query, &finding.quote, workspace.lexicon()),
            "score": contract::rounded(hit.score),
            "match": hit.rung.name(),
            "same": hit.n_same,
            "unit": finding.unit,
            "sector": finding.sector,
            "round": finding.round,
            "year": finding.year,
            "type": finding.type_id,
            "amounts_yuan": finding.facts.amounts_yuan,
            "document": {"path": located.path, "title": located.title},
            "place": contract::place(&finding.place),
        }));
        Ok(())
    })?;
    Ok(list)
}

fn document_list(workspace: &Workspace, hits: &Hits, query: &Query) -> Result<Vec<Value>, Error> {
    let known = workspace.documents()?;
    let mut list = Vec::with_capacity(hits.hits.len());
    for hit in &hits.hits {
        let document = known.get(&hit.id);
        let (path, title) = (document.map(|it| &it.path), document.map(|it| &it.title));
        let mut places = Vec::new();
        for (block_idx, block) in workspace.store().blocks(&hit.id)?.iter().enumerate() {
            let ranges = highlights(query, &block.text, workspace.lexicon());
            if !ranges.is_empty() {
                places.push(json!({"block": block_idx, "highlights": ranges}));
            }
        }
        list.push(json!({
            "document": {"sha256": hit.id, "path": path, "title": title},
            "score": contract::rounded(hit.score),
            "match": hit.rung.name(),
            "same": hit.n_same,
            "places": places,
        }));
    }
    Ok(list)
}

fn columns(names: &[(&str, u16)]) -> Vec<(String, u16)> {
    names.iter().map(|(name, width)| ((*name).to_owned(), *width)).collect()
}

pub(crate) fn finding_table(workspace: &Workspace, hits: &Hits) -> Result<Table, Error> {
    let head = columns(&[
        ("编号", 18),
        ("问题", 60),
        ("单位", 24),
        ("系统", 10),
        ("轮次", 18),
        ("类型", 20),
        ("文书", 40),
        ("出处", 16),
        ("文件", 40),
        ("年度", 8),
        ("金额（元）", 16),
        ("命中方式", 12),
        ("近乎相同", 10),
    ]);
    let mut rows = Vec::with_capacity(hits.hits.len());
    each(workspace, hits, |hit, located| {
        let finding = &located.finding;
        let amounts: Vec<String> = finding.facts.amounts_yuan.iter().map(ToString::to_string).collect();
        rows.push(vec![
            text(&finding.id),
            text(&finding.quote),
            text(finding.unit.as_deref().unwrap_or_default()),
            text(finding.sector.as_deref().unwrap_or_default()),
            text(finding.round.as_deref().unwrap_or_default()),
            text(&finding.type_name),
            text(&located.title),
            text(&finding.place.in_words()),
            text(&located.path),
            finding.year.map_or(Cell::from(""), |year| Cell::from(usize::from(year))),
            match &finding.facts.amounts_yuan[..] {
                [only] => Cell::Number(*only),
                _ => Cell::Text(amounts.join("、")),
            },
            text(hit.rung.term()),
            Cell::from(hit.n_same),
        ]);
        Ok(())
    })?;
    Ok(Table { head, rows })
}

fn document_table(workspace: &Workspace, hits: &Hits) -> Result<Table, Error> {
    let known = workspace.documents()?;
    let head = columns(&[("编号", 20), ("文书", 50), ("文件", 50), ("命中方式", 12)]);
    let rows = hits.hits.iter().filter_map(|hit| {
        let document = known.get(&hit.id)?;
        Some(vec![text(&hit.id), text(&document.title), text(&document.path), text(hit.rung.term())])
    });
    Ok(Table { head, rows: rows.collect() })
}
