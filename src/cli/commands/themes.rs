//! `themes`: common problems with their coverage; what is in no theme, with the reason.

use std::path::Path;

use super::super::args::Themes as Arguments;
use super::super::ui::{Ui, bar, clean, fit};
use super::super::{Ended, Outcome, Stopped, clock, json as contract};
use crate::cluster::Rule;
use crate::diag::Error;
use crate::model::{Theme, Themes};
use crate::workspace::Workspace;

pub(crate) fn run(args: &Arguments, root: &Path, ui: &Ui) -> Outcome {
    if let Some(file) = &args.ledger {
        return super::board::ledger(args, file, root, ui);
    }
    let mut workspace = Workspace::open_existing(root)?;
    let events = workspace.register_themes(args.sector.as_deref(), &clock::now())?;
    super::theme::happened(&events, ui);
    let rule = Rule { min_units: args.min_units, ..Rule::STANDARD };
    let themes = workspace.themes(args.sector.as_deref(), &args.rounds, &rule)?;
    if let Some(id) = &args.why {
        let found = themes.themes.iter().find(|theme| theme.id.starts_with(id.as_str()));
        let theme = found.ok_or_else(|| {
            Error::new(format!("没有编号以“{}”开头的主题", clean(id)), "去掉 --why 先列出主题，再复制编号")
        })?;
        return explain(theme, &workspace, ui);
    }
    if let Some(file) = &args.html {
        super::board::write(file, &themes, &rule, &workspace, ui)?;
    }
    if ui.json {
        let mut value = contract::themes(&themes);
        super::theme::annotate(&mut value, &workspace.curated(args.sector.as_deref())?);
        ui.out(&value.to_string())?;
    } else {
        print(&themes, args.all, ui)?;
    }
    let is_empty = !themes.themes.iter().any(|theme| theme.common);
    Ok(if is_empty { Ended::Partly } else { Ended::Done })
}

/// A table of themes with coverage bars.
pub(crate) fn print(themes: &Themes, all: bool, ui: &Ui) -> Result<(), Stopped> {
    let scope = themes.scope.sector.as_deref().map_or("全部系统".to_owned(), |sector| format!("{sector}系统"));
    let n_findings = themes.themes.iter().map(|theme| theme.findings.len()).sum::<usize>() + themes.residue.len();
    ui.out(&ui.bold(&format!("{scope}：被巡察党组织{}家，问题{n_findings}条", themes.scope.units.len())))?;
    let common: Vec<&Theme> = themes.themes.iter().filter(|theme| theme.common).collect();
    if common.is_empty() {
        ui.out("  没有达到口径的共性问题")?;
    }
    for theme in &common {
        ui.out(&line(theme, ui))?;
    }
    if !all {
        let n_others = themes.themes.len() - common.len();
        ui.out(
            &ui.dim(&format!(
                "  另有{n_others}类未达到共性口径，{}条只出现一次（加 --all 列出）",
                themes.residue.len()
            )),
        )?;
        return Ok(());
    }
    ui.out(&ui.bold("未达到共性口径"))?;
    for theme in themes.themes.iter().filter(|theme| !theme.common) {
        ui.out(&line(theme, ui))?;
    }
    ui.out(&ui.bold("只出现一次"))?;
    for residue in &themes.residue {
        ui.out(&format!("  {}  {}", residue.finding, clean(&residue.reason)))?;
    }
    Ok(())
}

/// From this lift on the multiple itself says nothing more: the problem hardly exists elsewhere.
const OWN_TO_SECTOR: f64 = 20.0;

fn line(theme: &Theme, ui: &Ui) -> String {
    let coverage = theme.coverage;
    let mut notes = Vec::new();
    if theme.general {
        notes.push("概括性表述".to_owned());
    }
    if !theme.recurrent_units.is_empty() {
        notes.push(format!("{}家多轮出现", theme.recurrent_units.len()));
    }
    match theme.lift {
        Some(lift) if lift >= OWN_TO_SECTOR => notes.push("几乎只见于本系统".to_owned()),
        Some(lift) if lift >= 2.0 => notes.push(format!("为其他系统的{lift:.1}倍")),
        _ => {}
    }
    format!(
        "  {} {} {:>2}家中{:>2}家 {:>3}条  {} {}",
        fit(&theme.name, 34),
        bar(coverage.units, coverage.base),
        coverage.base,
        coverage.units,
        theme.findings.len(),
        ui.dim(&theme.id),
        ui.dim(&notes.join("，"))
    )
}

/// Why each member is in a theme, and how its coverage is counted.
pub(crate) fn explain(theme: &Theme, workspace: &Workspace, ui: &Ui) -> Outcome {
    let located = workspace.located(&theme.findings)?;
    if ui.json {
        let members: Vec<_> = theme
            .links
            .iter()
            .map(|link| serde_json::json!({"finding": link.finding, "similarity": contract::rounded(link.similarity), "shared": link.shared}))
            .collect();
        let value = serde_json::json!({"id": theme.id, "name": theme.name, "units": theme.units,
            "coverage": {"units": theme.coverage.units, "base": theme.coverage.base}, "members": members});
        ui.out(&value.to_string())?;
        return Ok(Ended::Done);
    }
    ui.out(&ui.bold(&format!("{}  {}", theme.id, theme.name)))?;
    ui.out(&format!("覆盖面：{}家中{}家（{}）", theme.coverage.base, theme.coverage.units, theme.units.join("、")))?;
    if !theme.recurrent_units.is_empty() {
        ui.out(&format!("多轮出现：{}", theme.recurrent_units.join("、")))?;
    }
    for (hit, link) in located.iter().zip(&theme.links) {
        ui.out(&format!("  {}", clean(&hit.finding.quote)))?;
        let shared = if link.shared.is_empty() {
            "只按类型归入".to_owned()
        } else {
            format!("共同的词：{}", link.shared.join("、"))
        };
        let unit = hit.finding.unit.as_deref().unwrap_or("单位不明");
        ui.out(&ui.dim(&format!("    {}｜{unit}｜相似度{:.0}%｜{shared}", hit.finding.id, link.similarity * 100.0)))?;
    }
    Ok(Ended::Done)
}
