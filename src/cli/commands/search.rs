//! `search`: findings first, documents with `--documents`.

use std::io::IsTerminal;
use std::path::Path;

use super::super::args::{Filters, Listing, Search, SortBy};
use super::super::ui::{Ui, clean, width};
use super::super::{Ended, Outcome, clock, finder};
use super::hits::{Asked, deliver};
use super::{batch, saved};
use crate::diag::Error;
use crate::index::{Condition, Field, Hits, Kind, MAX_CHARS, Options, Query, QueryError, Sort, literally, parse};
use crate::workspace::Workspace;

pub(crate) fn run(args: &Search, root: &Path, ui: &Ui) -> Outcome {
    let mut workspace = Workspace::open_existing(root)?;
    if args.saved {
        return saved::list(root, ui);
    }
    if let Some(name) = &args.forget {
        return saved::forget(root, name, ui);
    }
    let text = saved::resolved(root, &args.query)?;
    if let Some(name) = &args.save {
        return saved::save(root, name, &text, ui);
    }
    let mut options = options(&args.listing);
    options.widen = !args.literal;
    if args.documents {
        options.kind = Kind::Document;
    }
    if let Some(file) = &args.batch {
        return batch::run(file, args, &options, &workspace, ui);
    }
    if args.query.is_empty() && !has_filter(&args.filters) {
        let is_terminal = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
        if is_terminal && !ui.json && !args.listing.has_file() {
            workspace.note_search(&clock::now())?;
            finder::run(&workspace)?;
            return Ok(Ended::Done);
        }
        return Err(
            Error::new("没有写检索式", "写成 jianlin search 食堂 采购；看怎样写检索式：jianlin search --help").into()
        );
    }
    workspace.note_search(&clock::now())?;
    let index = workspace.index()?;
    let (query, hits) = asked(&text, &args.filters, ui, |query| index.search(query, &options))?;
    let asked = Asked { text: &text, query: &query, options: &options, context: args.context, explain: args.explain };
    deliver(&workspace, &index, &hits, &asked, &args.listing, ui)?;
    Ok(if hits.total == 0 { Ended::Partly } else { Ended::Done })
}

/// A query in its text, run. Pasted text may hold half a pair of brackets or quotation marks: if it stands somewhere as it
/// is, it is found.
pub(crate) fn asked(
    text: &str,
    filters: &Filters,
    ui: &Ui,
    search: impl Fn(&Query) -> Result<Hits, Error>,
) -> Result<(Query, Hits), Error> {
    let error = match parse(text) {
        Ok(query) => {
            let query = filtered(query, filters, ui)?;
            let hits = search(&query)?;
            return Ok((query, hits));
        }
        Err(error) => error,
    };
    if text.len() <= MAX_CHARS {
        let query = filtered(literally(text), filters, ui)?;
        let hits = search(&query)?;
        if hits.total > 0 {
            return Ok((query, hits));
        }
    }
    Err(explain(text, &error, ui))
}

/// What is to be returned.
pub(crate) fn options(listing: &Listing) -> Options {
    let is_all = listing.limit == 0 || listing.has_file();
    Options {
        limit: if is_all { usize::MAX } else { listing.limit },
        offset: listing.offset,
        sort: match listing.sort {
            SortBy::Relevance => Sort::Relevance,
            SortBy::Year => Sort::Year,
            SortBy::Date => Sort::Date,
            SortBy::Amount => Sort::Amount,
        },
        fold: listing.fold,
        ..Options::default()
    }
}

fn given(filters: &Filters) -> [(Field, &Option<String>); 6] {
    [
        (Field::Sector, &filters.sector),
        (Field::Unit, &filters.unit),
        (Field::Round, &filters.round),
        (Field::Type, &filters.type_name),
        (Field::Genre, &filters.genre),
        (Field::State, &filters.state),
    ]
}

fn has_filter(filters: &Filters) -> bool {
    filters.year.is_some() || given(filters).iter().any(|(_, value)| value.is_some())
}

/// The query with the conditions given as options.
pub(crate) fn filtered(query: Query, filters: &Filters, ui: &Ui) -> Result<Query, Error> {
    let mut parts = vec![query];
    for (field, value) in given(filters) {
        if let Some(value) = value {
            parts.push(Query::Field(field, Condition::Is(crate::lang::normalise(value.trim()).text)));
        }
    }
    if let Some(year) = &filters.year {
        let text = format!("年度:{year}");
        parts.push(parse(&text).map_err(|error| explain(&text, &error, ui))?);
    }
    parts.retain(|part| *part != Query::All);
    Ok(match parts.len() {
        0 => Query::All,
        1 => parts.remove(0),
        _ => Query::And(parts),
    })
}

/// What is wrong with a query. The query is shown with the place underlined.
pub(crate) fn explain(text: &str, error: &QueryError, ui: &Ui) -> Error {
    /// Characters shown before and after the place.
    const AROUND: usize = 30;
    let characters: Vec<char> = text.chars().collect();
    let (start, end) = (error.start.min(characters.len()), error.end.min(characters.len()));
    let end = end.clamp(start, start + AROUND);
    let from = start.saturating_sub(AROUND);
    let shown = |from: usize, to: usize| -> String {
        clean(
            &characters[from..to.min(characters.len())]
                .iter()
                .map(|it| if it.is_control() { ' ' } else { *it })
                .collect::<String>(),
        )
    };
    let (cut_before, cut_after) =
        (if from > 0 { "…" } else { "" }, if end + AROUND < characters.len() { "…" } else { "" });
    let before = format!("{cut_before}{}", shown(from, start));
    ui.say(&format!("  {before}{}{cut_after}", shown(start, end + AROUND)));
    ui.say(&format!("  {}{}", " ".repeat(width(&before)), "^".repeat(width(&shown(start, end)).max(1))));
    Error::new(
        format!("检索式第{}字起：{}", start + 1, error.message),
        "检索式写法：词之间用空格，短语加引号，排除用-词，任一用 或，字段如 单位：教育局、年度：2021-2023、金额：>10万",
    )
}
