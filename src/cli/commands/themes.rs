//! `themes`: common problems with their coverage; what is in no theme, with the reason.

use std::collections::BTreeMap;
use std::path::Path;

use serde_json::json;

use super::super::args::Themes as Arguments;
use super::super::ui::{Tint, Ui, bar, clean, fit};
use super::super::{Ended, Outcome, Stopped, clock, json as contract};
use crate::cluster::{Grouping, OWN_TO_SECTOR_LIFT, OWN_TO_SECTOR_Z, Rule, WhyAlone, WhyHere, is_own_to_sector};
use crate::diag::Error;
use crate::model::{Coverage, Finding, Theme, Themes};
use crate::workspace::{Question, Workspace};

pub(crate) fn run(args: &Arguments, root: &Path, ui: &Ui) -> Outcome {
    if let Some(file) = &args.ledger {
        return super::board::ledger(args, file, root, ui);
    }
    let mut workspace = Workspace::open_existing(root)?;
    let events = workspace.register_themes(args.sector.as_deref(), &clock::now())?;
    super::theme::happened(&events, ui);
    let rule = rule(args);
    let base = args.base.as_deref().map(|file| workspace.base_list(file)).transpose()?;
    let grouping = Grouping::at(args.granularity);
    let question = Question { sector: args.sector.clone(), rounds: args.rounds.clone(), rule, grouping, base };
    let themes = workspace.ask(&question)?;
    if question.base.is_some() {
        say_who_is_missing(&themes, ui);
    }
    if let Some(id) = &args.why {
        return why(id, &themes, &question, &workspace, ui);
    }
    if let Some(file) = &args.html {
        super::board::write(file, &themes, &rule, &workspace, ui)?;
    }
    if ui.json {
        let mut value = contract::themes(&themes, &rule);
        super::theme::annotate(&mut value, &workspace.curated(args.sector.as_deref())?);
        ui.out(&value.to_string())?;
    } else {
        print(&themes, &rule, args.all, ui)?;
        if args.base_list {
            ui.out(&ui.bold(&format!("被巡察党组织（{}家）", themes.scope.units.len())))?;
            for unit in &themes.scope.units {
                ui.out(&format!("  {}", clean(unit)))?;
            }
        }
    }
    let is_empty = !themes.themes.iter().any(|theme| theme.common);
    Ok(if is_empty { Ended::Partly } else { Ended::Done })
}

/// Units with findings that the list of inspected units does not name are not counted; the user should know.
fn say_who_is_missing(themes: &Themes, ui: &Ui) {
    let named = |unit: &&String| themes.scope.units.binary_search(unit).is_err();
    let mut missing: Vec<&String> = themes.themes.iter().flat_map(|theme| &theme.units).filter(named).collect();
    missing.sort();
    missing.dedup();
    if !missing.is_empty() {
        let shown: Vec<String> = missing.iter().take(5).map(|unit| clean(unit)).collect();
        ui.say(&format!("提示：有问题的{}家不在名单中，未计入覆盖面：{}", missing.len(), shown.join("、")));
    }
}

/// The rule as the user sets it.
pub(crate) fn rule(args: &Arguments) -> Rule {
    Rule {
        min_units: args.min_units,
        min_share: args.min_share.unwrap_or(Rule::STANDARD.min_share),
        wilson_floor: args.min_bound.unwrap_or(Rule::STANDARD.wilson_floor),
    }
}

/// A table of themes with coverage bars.
pub(crate) fn print(themes: &Themes, rule: &Rule, all: bool, ui: &Ui) -> Result<(), Stopped> {
    let scope = themes.scope.sector.as_deref().map_or("全部系统".to_owned(), |sector| format!("{sector}系统"));
    let n_findings = themes.themes.iter().map(|theme| theme.findings.len()).sum::<usize>() + themes.residue.len();
    ui.out(&ui.bold(&format!("{scope}：被巡察党组织{}家，问题{n_findings}条", themes.scope.units.len())))?;
    ui.out(&ui.dim(&format!("  共性口径：{}", rule.text())))?;
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

fn share(coverage: Coverage) -> f64 {
    f64::from(coverage.units) / f64::from(coverage.base.max(1)) * 100.0
}

/// From half of the units on a problem is widespread.
const WIDESPREAD: f64 = 50.0;

fn line(theme: &Theme, ui: &Ui) -> String {
    let coverage = theme.coverage;
    let mut notes = Vec::new();
    if theme.general {
        notes.push(ui.dim("概括性表述"));
    }
    if is_own_to_sector(theme) {
        notes.push(ui.tinted(Tint::Yellow, "本系统突出"));
    }
    if !theme.recurrent_units.is_empty() {
        notes.push(ui.tinted(Tint::Red, &format!("{}家多轮出现", theme.recurrent_units.len())));
    }
    if let Some(trend) = trend(theme) {
        notes.push(ui.dim(trend));
    }
    // Worth a word only where the same thing was said again and again.
    if theme.wordings.len() * 3 <= theme.findings.len() * 2 {
        notes.push(ui.dim(&format!("{}种表述", theme.wordings.len())));
    }
    let bar = bar(coverage.units, coverage.base);
    let tint = if share(coverage) >= WIDESPREAD { Tint::Red } else { Tint::Yellow };
    format!(
        "  {} {} {:>2}家中{:>2}家 {:>3.0}% {:>3}条  {} {}",
        fit(&theme.name, 34),
        if theme.common { ui.tinted(tint, &bar) } else { ui.dim(&bar) },
        coverage.base,
        coverage.units,
        share(coverage),
        theme.findings.len(),
        ui.dim(&theme.id),
        notes.join(&ui.dim("，"))
    )
}

/// Where the share of the last round with enough units lies outside what the first makes likely, which way it went.
fn trend(theme: &Theme) -> Option<&'static str> {
    /// Rounds with fewer units say nothing about a share.
    const ENOUGH: u32 = 3;
    let rounds: Vec<_> = theme.trend.iter().filter(|it| it.coverage.base >= ENOUGH).collect();
    let (first, last) = (rounds.first()?, rounds.last()?);
    match (share(last.coverage) / 100.0, rounds.len() > 1) {
        (now, true) if now > first.high => Some("比首轮增多"),
        (now, true) if now < first.low => Some("比首轮减少"),
        _ => None,
    }
}

fn why(id: &str, themes: &Themes, question: &Question, workspace: &Workspace, ui: &Ui) -> Outcome {
    if let Some(theme) = themes.themes.iter().find(|theme| theme.id.starts_with(id)) {
        return explain(theme, themes, question, workspace, ui);
    }
    if let Some(residue) = themes.residue.iter().find(|it| it.finding.starts_with(id)) {
        return match workspace.why_alone(question, themes, &residue.finding)? {
            Some(why) => explain_alone(&why, themes, workspace, ui),
            None => Ok(Ended::Partly),
        };
    }
    if let Some(theme) = themes.themes.iter().find(|theme| theme.findings.iter().any(|it| it.starts_with(id))) {
        ui.say(&format!("提示：这条问题归在“{}”中", clean(&theme.name)));
        return explain(theme, themes, question, workspace, ui);
    }
    let message = format!("没有编号以“{}”开头的主题或问题", clean(id));
    Err(Error::new(message, "去掉 --why 先列出主题，再复制编号；未归类的问题加 --all 列出").into())
}

/// Findings by id.
fn findings_of(ids: &[String], workspace: &Workspace) -> Result<BTreeMap<String, Finding>, Error> {
    let located = workspace.located(ids)?;
    Ok(located.into_iter().map(|it| (it.finding.id.clone(), it.finding)).collect())
}

/// Why each member is in a theme, and how its coverage is counted.
pub(crate) fn explain(theme: &Theme, themes: &Themes, question: &Question, workspace: &Workspace, ui: &Ui) -> Outcome {
    let members = workspace.why_here(question, themes, theme)?;
    let lines = question.rule.lines(theme.coverage);
    if ui.json {
        let members: Vec<_> = members.iter().map(|it| member_json(it, theme)).collect();
        let rule: Vec<_> = lines
            .iter()
            .map(
                |it| json!({"name": it.name, "value": contract::share(it.value), "floor": it.floor, "holds": it.holds}),
            )
            .collect();
        let value = json!({"id": theme.id, "name": theme.name, "units": theme.units,
            "coverage": {"units": theme.coverage.units, "base": theme.coverage.base},
            "wilson_low": contract::share(theme.wilson_low), "rule": rule, "common": theme.common, "general": theme.general,
            "lift": theme.lift, "z": theme.z,
            "trend": theme.trend.iter().map(contract::trend).collect::<Vec<_>>(),
            "recurrences": theme.recurrences.iter().map(contract::recurrence).collect::<Vec<_>>(),
            "wordings": theme.wordings, "members": members});
        ui.out(&value.to_string())?;
        return Ok(Ended::Done);
    }
    let findings = findings_of(&theme.findings, workspace)?;
    let quote = |id: &str| findings.get(id).map_or_else(String::new, |finding| clean(&finding.quote));
    ui.out(&ui.bold(&format!("{}  {}", theme.id, clean(&theme.name))))?;
    ui.out(&format!("区别于其他主题的词：{}", theme.keywords.join("、")))?;
    let Coverage { units, base } = theme.coverage;
    ui.out(&format!("覆盖面：{base}家中{units}家，占{:.0}%（{}）", share(theme.coverage), theme.units.join("、")))?;
    for line in lines {
        let shown = |value: f64| {
            if line.name == "单位数" { format!("{value:.0}") } else { format!("{:.1}%", value * 100.0) }
        };
        let verdict = if line.holds { ui.tinted(Tint::Green, "达到") } else { ui.tinted(Tint::Red, "未达到") };
        ui.out(&format!("  {} {}，口径{}，{verdict}", line.name, shown(line.value), shown(line.floor)))?;
    }
    if theme.general {
        ui.out("  多数是概括性表述，另列，不算共性问题")?;
    }
    if let (Some(lift), Some(z)) = (theme.lift, theme.z) {
        let verdict =
            if is_own_to_sector(theme) { "本系统突出" } else { "各系统差不多，或不足以下结论" };
        ui.out(&format!("与其他系统比：占比为{lift:.1}倍，z值{z:.2}（满{OWN_TO_SECTOR_LIFT:.0}倍且z值满{OWN_TO_SECTOR_Z}为突出），{verdict}"))?;
    }
    if theme.trend.len() > 1 {
        ui.out("分轮次：")?;
        for it in &theme.trend {
            ui.out(&format!(
                "  {} {} {:>2}家中{:>2}家，八成区间{:.0}%～{:.0}%",
                fit(&it.round, 24),
                bar(it.coverage.units, it.coverage.base),
                it.coverage.base,
                it.coverage.units,
                it.low * 100.0,
                it.high * 100.0
            ))?;
        }
    }
    if theme.sums.n_with_amount > 0 || theme.sums.n_with_consequence > 0 {
        ui.out(&format!(
            "另记（不计入覆盖面）：{}条写明金额，各条最大一笔合计{:.2}万元；{}条写明处理或后果",
            theme.sums.n_with_amount,
            theme.sums.amount_yuan / 10_000.0,
            theme.sums.n_with_consequence
        ))?;
    }
    for it in &theme.recurrences {
        let after = it.months.map_or(String::new(), |months| format!("，相隔{months}个月"));
        ui.out(&ui.tinted(Tint::Red, &format!("疑似屡查屡犯：{}{after}", clean(&it.unit))))?;
        ui.out(&format!("  前 {}", quote(&it.earlier)))?;
        ui.out(&format!("  后 {}", quote(&it.later)))?;
    }
    let name_of = |id: &str| themes.themes.iter().find(|it| it.id == id).map_or("", |it| it.name.as_str());
    for (n, wording) in theme.wordings.iter().enumerate() {
        // Wordings used once follow those used often, under one heading.
        let is_first_single = wording.len() == 1 && n.checked_sub(1).is_none_or(|n| theme.wordings[n].len() > 1);
        if wording.len() > 1 {
            ui.out(&ui.bold(&format!("同一表述{}条", wording.len())))?;
        } else if is_first_single {
            ui.out(&ui.bold(&format!("各自表述{}条", theme.wordings.len() - n)))?;
        }
        for why in members.iter().filter(|it| wording.contains(&it.finding)) {
            let unit = findings.get(&why.finding).and_then(|finding| finding.unit.as_deref()).unwrap_or("单位不明");
            ui.out(&format!("  {}", quote(&why.finding)))?;
            let shared = if why.shared.is_empty() {
                "只按类型归入".to_owned()
            } else {
                format!("共同的词：{}", why.shared.join("、"))
            };
            ui.out(&ui.dim(&format!("    {}｜{unit}｜{shared}", why.finding)))?;
            let nearest: Vec<String> =
                why.nearest.iter().map(|it| format!("{}（{:.2}）", it.id, it.similarity)).collect();
            let next = why.next.as_ref().map_or(String::new(), |next| {
                format!("，其次“{}”{:.2}，相差{:+.2}", clean(name_of(&next.id)), next.similarity, why.margin())
            });
            ui.out(&ui.dim(&format!("    最像：{}｜与本主题{:.2}{next}", nearest.join("、"), why.similarity)))?;
        }
    }
    Ok(Ended::Done)
}

fn member_json(why: &WhyHere, theme: &Theme) -> serde_json::Value {
    let likeness = |it: &crate::cluster::Likeness| json!({"id": it.id, "similarity": contract::rounded(it.similarity)});
    let central = theme.links.iter().find(|link| link.finding == why.finding).map_or(0.0, |link| link.similarity);
    json!({"finding": why.finding, "similarity": contract::rounded(central), "shared": why.shared,
        "nearest": why.nearest.iter().map(likeness).collect::<Vec<_>>(),
        "to_theme": contract::rounded(why.similarity), "next": why.next.as_ref().map(likeness),
        "margin": contract::rounded(why.margin())})
}

fn explain_alone(why: &WhyAlone, themes: &Themes, workspace: &Workspace, ui: &Ui) -> Outcome {
    let likeness = |it: &crate::cluster::Likeness| json!({"id": it.id, "similarity": contract::rounded(it.similarity)});
    if ui.json {
        let value = json!({"finding": why.finding, "reason": why.reason, "cut": contract::rounded(why.cut),
            "nearest": why.nearest.iter().map(likeness).collect::<Vec<_>>(),
            "themes": why.themes.iter().map(likeness).collect::<Vec<_>>()});
        ui.out(&value.to_string())?;
        return Ok(Ended::Done);
    }
    let mut ids = vec![why.finding.clone()];
    ids.extend(why.nearest.iter().map(|it| it.id.clone()));
    let findings = findings_of(&ids, workspace)?;
    let quote = |id: &str| findings.get(id).map_or_else(String::new, |finding| clean(&finding.quote));
    ui.out(&ui.bold(&format!("{}  {}", why.finding, quote(&why.finding))))?;
    ui.out(&format!("未归类：{}", clean(&why.reason)))?;
    ui.out(&format!("平均相似度达到{:.2}才归在一起（同类型加分，不同类型减分）", why.cut))?;
    ui.out("最接近的主题：")?;
    for it in &why.themes {
        let name = themes.themes.iter().find(|theme| theme.id == it.id).map_or("", |theme| theme.name.as_str());
        ui.out(&format!("  {:>5.2}  {}  {}", it.similarity, it.id, clean(name)))?;
    }
    ui.out("最像的问题：")?;
    for it in &why.nearest {
        ui.out(&format!("  {:>5.2}  {}  {}", it.similarity, it.id, quote(&it.id)))?;
    }
    Ok(Ended::Done)
}
