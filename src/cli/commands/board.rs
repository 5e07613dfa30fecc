//! `themes --html` and `themes --ledger`: themes as a page, and themes of a ledger without a workspace.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::{Value, json};

use super::super::args::Themes as Arguments;
use super::super::page::{Page, page};
use super::super::ui::{Ui, clean};
use super::super::{Ended, Outcome, Stopped, clock, json as contract};
use super::themes::print;
use crate::cluster::{Rule, type_table};
use crate::diag::Error;
use crate::extract::{ColumnUse, SeenColumn};
use crate::model::{Finding, Themes};
use crate::workspace::{Curated, LedgerThemes, LedgerWish, Located, Workspace, put_in_place, themes_of_ledger};

/// Writes themes of a workspace as a page.
pub(crate) fn write(file: &Path, themes: &Themes, rule: &Rule, workspace: &Workspace, ui: &Ui) -> Result<(), Stopped> {
    let ids: Vec<String> = ids(themes).cloned().collect();
    let located: BTreeMap<String, Located> =
        workspace.located(&ids)?.into_iter().map(|it| (it.finding.id.clone(), it)).collect();
    let curated = workspace.curated(themes.scope.sector.as_deref())?;
    let all = workspace.findings()?;
    let rounds = &themes.scope.rounds;
    let in_rounds = |it: &&Finding| rounds.is_empty() || it.round.as_ref().is_some_and(|round| rounds.contains(round));
    let all: Vec<&Finding> = all.iter().filter(in_rounds).collect();
    let title =
        themes.scope.sector.as_deref().map_or("全部系统共性问题".to_owned(), |it| format!("{it}系统共性问题"));
    put(file, &title, themes, rule, &curated, &located, &all, ui)
}

fn ids(themes: &Themes) -> impl Iterator<Item = &String> {
    themes.themes.iter().flat_map(|theme| &theme.findings).chain(themes.residue.iter().map(|it| &it.finding))
}

#[expect(clippy::too_many_arguments, reason = "a page shows all there is")]
fn put(
    file: &Path,
    title: &str,
    themes: &Themes,
    rule: &Rule,
    curated: &BTreeMap<String, Curated>,
    findings: &BTreeMap<String, Located>,
    all: &[&Finding],
    ui: &Ui,
) -> Result<(), Stopped> {
    let is_html = file.extension().is_some_and(|it| it.eq_ignore_ascii_case("html") || it.eq_ignore_ascii_case("htm"));
    if !is_html {
        return Err(Error::new(format!("{}：网页文件名要以 .html 结尾", file.display()), "写成 主题.html 这样").into());
    }
    let table = type_table(all);
    let text = page(&Page { title, themes, rule, curated, findings, table: &table, today: clock::today() });
    put_in_place(file, text.as_bytes())?;
    ui.say(&format!("已写出网页 {}，双击即可打开，不需要联网", file.display()));
    Ok(())
}

/// Themes of a ledger.
pub(crate) fn ledger(args: &Arguments, file: &Path, root: &Path, ui: &Ui) -> Outcome {
    let rule = super::themes::rule(args);
    let wish = LedgerWish {
        columns: args.columns.as_deref(),
        sector: args.sector.as_deref(),
        rounds: &args.rounds,
        rule: &rule,
    };
    let found = themes_of_ledger(file, root, &wish)?;
    for diagnostic in &found.diagnostics {
        ui.diagnostic(&file.display().to_string(), diagnostic);
    }
    told(&found, ui);
    if let Some(page) = &args.html {
        let all: Vec<&Finding> = found.findings.values().map(|it| &it.finding).collect();
        let stem = file.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
        put(page, &format!("{stem}：共性问题"), &found.themes, &rule, &BTreeMap::new(), &found.findings, &all, ui)?;
    }
    let has_units = !found.themes.scope.units.is_empty();
    if let Some(id) = &args.why {
        why(id, &found, ui)?;
    } else if ui.json {
        let mut value = contract::themes(&found.themes, &rule);
        let columns = found.columns.iter().filter_map(|it| Some((it.used?.term(), it)));
        let columns: Vec<Value> = columns
            .map(|(used, it)| json!({"use": used, "sheet": it.sheet, "column": it.letter, "header": it.header}))
            .collect();
        value["ledger"] = json!({"path": file.display().to_string(), "columns": columns});
        value["findings"] = found.findings.values().map(|it| contract::finding(&it.finding)).collect();
        ui.out(&value.to_string())?;
    } else {
        print(&found.themes, &rule, args.all || !has_units, ui)?;
    }
    let is_empty = !found.themes.themes.iter().any(|theme| theme.common);
    Ok(if is_empty { Ended::Partly } else { Ended::Done })
}

/// Says which columns were used, and from where that is known.
fn told(found: &LedgerThemes, ui: &Ui) {
    let mut named: Vec<_> = found.columns.iter().filter_map(|it| Some((&it.sheet, it.used?, it))).collect();
    named.sort_by_key(|(sheet, used, _)| (*sheet, *used));
    let has_sheets = named.iter().any(|(sheet, ..)| *sheet != named[0].0);
    let words = |(sheet, used, it): &(&Option<String>, ColumnUse, &SeenColumn)| {
        let sheet = sheet.as_ref().filter(|_| has_sheets && *used == ColumnUse::Problem);
        let sheet = sheet.map_or(String::new(), |sheet| format!("工作表“{}”", clean(sheet)));
        format!("{sheet}{}={}列“{}”", used.term(), it.letter, clean(&it.header))
    };
    let used: Vec<String> = named.iter().map(words).collect();
    let from = match (&found.memory, found.was_remembered) {
        (Some(memory), true) => format!("（沿用上次写的，记在 {}；要改就再写 --columns）", memory.display()),
        (Some(memory), false) => format!("（已记在 {}，下次不用再写）", memory.display()),
        (None, _) => "（按表头认出；不对的话用 --columns 问题=列号,单位=列号 指明）".to_owned(),
    };
    ui.say(&format!("栏目：{}{from}", used.join("，")));
    if found.themes.scope.units.is_empty() {
        ui.say("没有单位栏，无法按单位计覆盖面，只归类、不判定共性；有单位栏的话用 --columns 单位=列号 指明");
    }
}

/// The members of one theme of a ledger.
fn why(id: &str, found: &LedgerThemes, ui: &Ui) -> Result<(), Stopped> {
    let theme = found.themes.themes.iter().find(|theme| theme.id.starts_with(id)).ok_or_else(|| {
        Error::new(format!("没有编号以“{}”开头的主题", clean(id)), "去掉 --why 先列出主题，再复制编号")
    })?;
    ui.out(&ui.bold(&format!("{}  {}", theme.id, clean(&theme.name))))?;
    for link in &theme.links {
        let Some(located) = found.findings.get(&link.finding) else { continue };
        let finding = &located.finding;
        ui.out(&format!("  {}", clean(&finding.quote)))?;
        let shared = if link.shared.is_empty() {
            "只按类型归入".to_owned()
        } else {
            format!("共同的词：{}", link.shared.join("、"))
        };
        let unit = finding.unit.as_deref().unwrap_or("单位不明");
        ui.out(&ui.dim(&format!(
            "    {}｜{unit}｜相似度{:.0}%｜{shared}",
            finding.place.in_words(),
            link.similarity * 100.0
        )))?;
    }
    Ok(())
}
