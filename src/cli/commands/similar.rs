//! `similar`: other findings that are like one.

use std::path::Path;

use super::super::args::Similar;
use super::super::ui::{Ui, clean};
use super::super::{Ended, Outcome};
use super::hits::{Asked, deliver};
use super::search::{filtered, options};
use crate::diag::Error;
use crate::index::{Options, Query};
use crate::workspace::Workspace;

pub(crate) fn run(args: &Similar, root: &Path, ui: &Ui) -> Outcome {
    let workspace = Workspace::open_existing(root)?;
    let ids: Vec<String> =
        workspace.store().ids_starting_with(&args.id)?.into_iter().filter(|id| id.len() <= 16).collect();
    let [id] = &ids[..] else {
        let (message, hint) = if ids.is_empty() {
            (
                format!("没有编号以“{}”开头的问题", clean(&args.id)),
                "编号可从 jianlin search 的结果里复制，至少写4位".to_owned(),
            )
        } else {
            (format!("“{}”对应{}个编号", clean(&args.id), ids.len()), format!("多写几位：{}", ids.join("、")))
        };
        return Err(Error::new(message, hint).into());
    };
    let Some(finding) = workspace.store().finding(id)? else { return Ok(Ended::Partly) };
    let within = filtered(Query::All, &args.filters, ui)?;
    let options = Options { widen: false, ..options(&args.listing) };
    let index = workspace.index()?;
    let hits = index.similar(&finding.quote, &finding.type_id, id, &within, &options)?;
    if hits.total == 0 && !ui.json {
        ui.say(&format!("没有与“{}”用词相近的问题", clean(&finding.quote)));
        return Ok(Ended::Partly);
    }
    ui.say(&format!("与“{}”相似的：", clean(&finding.quote)));
    let asked = Asked { text: &finding.quote, query: &within, options: &options, context: 0, explain: false };
    deliver(&workspace, &index, &hits, &asked, &args.listing, ui)?;
    Ok(if hits.total == 0 { Ended::Partly } else { Ended::Done })
}
