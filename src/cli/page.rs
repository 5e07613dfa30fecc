//! Themes as a page (网页): one self-contained file that opens without a network, prints well, and runs no script.
//!
//! All text passes through maud, which escapes it; a policy in the page itself forbids loading anything.

use std::collections::BTreeMap;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::ui::clean;
use crate::cluster::{Rule, TypeTable};
use crate::model::{Coverage, Date, Theme, Themes};
use crate::workspace::{Curated, Located};

/// What the page is made from.
pub(crate) struct Page<'a> {
    /// What stands on top.
    pub(crate) title: &'a str,
    pub(crate) themes: &'a Themes,
    pub(crate) rule: &'a Rule,
    /// What people said of themes.
    pub(crate) curated: &'a BTreeMap<String, Curated>,
    /// All findings of the themes and of the residue, by id.
    pub(crate) findings: &'a BTreeMap<String, Located>,
    pub(crate) table: &'a TypeTable,
    /// The day it is made.
    pub(crate) today: Date,
}

/// Rows of the heat map; rarer types are counted below it.
const HEAT_ROWS: usize = 24;
/// Columns of the heat map.
const HEAT_COLUMNS: usize = 12;

/// The whole page.
pub(crate) fn page(page: &Page<'_>) -> String {
    let (common, others): (Vec<&Theme>, Vec<&Theme>) = page.themes.themes.iter().partition(|theme| theme.common);
    let n_findings =
        page.themes.themes.iter().map(|theme| theme.findings.len()).sum::<usize>() + page.themes.residue.len();
    let rounds = &page.themes.scope.rounds;
    let markup = html! {
        (DOCTYPE)
        html lang="zh-CN" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'";
                title { (page.title) }
                style { (PreEscaped(include_str!("page.css"))) }
            }
            body {
                main {
                    header {
                        h1 { (clean(page.title)) }
                        p.dim {
                            (page.today.year) "年" (page.today.month) "月" (page.today.day) "日" "，由见林根据巡察文书归纳"
                            @if !rounds.is_empty() { "；轮次：" (clean(&rounds.join("、"))) }
                        }
                        ul.figures {
                            li { b { (page.themes.scope.units.len()) } "被巡察党组织（家）" }
                            li { b { (n_findings) } "问题（条）" }
                            li { b { (common.len()) } "共性问题（类）" }
                            li { b { (others.len()) } "未达共性口径（类）" }
                            li { b { (page.themes.residue.len()) } "未归类（条）" }
                        }
                        p.dim {
                            "共性口径：同一类问题至少出现在" (page.rule.min_units) "家、且占被巡察党组织的"
                            (percent(page.rule.min_share)) "以上；按单位计，不按条数计。"
                        }
                    }
                    (overview(&common))
                    (heat_map(page))
                    section {
                        h2 { "共性问题" }
                        @if common.is_empty() { p { "没有达到口径的共性问题。" } }
                        @for theme in &common { (card(theme, page, true)) }
                    }
                    @if !others.is_empty() {
                        section {
                            h2 { "未达到共性口径的主题" }
                            @for theme in &others { (card(theme, page, false)) }
                        }
                    }
                    (residue(page))
                    footer.page.dim {
                        p { "本页不联网、不含脚本，可直接打印或存档。引文均为原文照录，出处在每条之后。" }
                        p { "多轮出现只表示同一单位在不同轮次有同类问题，是否屡查屡犯，须对照原文研判。" }
                    }
                }
            }
        }
    };
    markup.into_string()
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn share(coverage: Coverage) -> f64 {
    f64::from(coverage.units) / f64::from(coverage.base.max(1))
}

/// A coverage bar.
fn bar(coverage: Coverage) -> Markup {
    let width = (share(coverage).min(1.0) * 140.0).round();
    html! {
        svg.bar viewBox="0 0 140 12" role="img" aria-label=(format!("{}家中{}家", coverage.base, coverage.units)) {
            rect x="0" y="0" width="140" height="12" rx="3" fill="#e3e8ed" {}
            rect x="0" y="0" width=(width) height="12" rx="3" fill="#1f5f8b" {}
        }
    }
}

fn overview(common: &[&Theme]) -> Markup {
    html! {
        @if !common.is_empty() {
            section {
                h2 { "一览" }
                div.scroll { table {
                    thead { tr { th { "主题" } th { "覆盖面" } th.number { "单位" } th.number { "占比" } th.number { "问题" } th.number { "轮次" } } }
                    tbody { @for theme in common { tr {
                        td { a href=(format!("#{}", theme.id)) { (clean(&theme.name)) } }
                        td { (bar(theme.coverage)) }
                        td.number { (theme.coverage.base) "家中" (theme.coverage.units) "家" }
                        td.number { (percent(share(theme.coverage))) }
                        td.number { (theme.findings.len()) "条" }
                        td.number title=(clean(&theme.rounds.join("、"))) { (theme.rounds.len()) "个" }
                    } } }
                } }
            }
        }
    }
}

/// Shade 0–6 of a share.
fn shade(units: u32, base: u32) -> usize {
    if units == 0 {
        return 0;
    }
    let share = f64::from(units) / f64::from(base.max(1));
    1 + [0.1, 0.2, 0.35, 0.5, 0.65].iter().filter(|step| share >= **step).count()
}

fn heat_map(page: &Page<'_>) -> Markup {
    let table = page.table;
    let n_columns = table.sectors.len().min(HEAT_COLUMNS);
    let is_own = |sector: &str| page.themes.scope.sector.as_deref() == Some(sector);
    html! {
        @if n_columns > 0 && !table.rows.is_empty() {
            section {
                h2 { "系统与问题类型对照" }
                p.dim { "格内是有这类问题的单位数，颜色深浅是占该系统单位的比例。表头括号内是有问题记录的单位数；概括性表述不计。" }
                div.scroll { table.heat {
                    thead { tr {
                        th scope="col" { "问题类型" }
                        @for (sector, n_units) in &table.sectors[..n_columns] {
                            th scope="col" class=[is_own(sector).then_some("own")] { (clean(sector)) br; span.dim { "（" (n_units) "家）" } }
                        }
                    } }
                    tbody { @for row in table.rows.iter().take(HEAT_ROWS) { tr {
                        th scope="row" { (clean(&row.name)) }
                        @for (at, (sector, base)) in table.sectors[..n_columns].iter().enumerate() {
                            @let units = row.units[at];
                            td class=(format!("h{}", shade(units, *base)))
                                title=(format!("{sector}：{base}家中{units}家（{}）", percent(f64::from(units) / f64::from((*base).max(1))))) {
                                (units)
                            }
                        }
                    } } }
                } }
                p.key.dim {
                    "占比："
                    span.h1 { "不到10%" } span.h2 { "10%" } span.h3 { "20%" } span.h4 { "35%" } span.h5 { "50%" } span.h6 { "65%以上" }
                }
                @if table.rows.len() > HEAT_ROWS || table.sectors.len() > n_columns {
                    p.dim {
                        "另有" (table.rows.len().saturating_sub(HEAT_ROWS)) "类较少见的问题"
                        @if table.sectors.len() > n_columns { "和" (table.sectors.len() - n_columns) "个系统" }
                        "未列。"
                    }
                }
            }
        }
    }
}

fn card(theme: &Theme, page: &Page<'_>, is_common: bool) -> Markup {
    let said = page.curated.get(&theme.id).cloned().unwrap_or_default();
    let best = page.findings.get(&theme.representative);
    html! {
        article.card.other[!is_common] id=(theme.id) {
            div.head {
                h3 { (clean(&theme.name)) }
                span.id { (theme.id) }
                @if said.name.is_some() { span.badge { "人工命名" } }
                @if said.is_pinned { span.badge { "已锁定" } }
                @if theme.general { span.badge { "概括性表述" } }
                @if !theme.recurrent_units.is_empty() { span.badge.warn { (theme.recurrent_units.len()) "家多轮出现" } }
            }
            p {
                (bar(theme.coverage)) " " b { (theme.coverage.base) "家中" (theme.coverage.units) "家" }
                "（" (percent(share(theme.coverage))) "），问题" (theme.findings.len()) "条"
                @if let Some(lift) = theme.lift { @if lift >= 2.0 { "；面为其他系统的" (format!("{lift:.1}")) "倍" } }
            }
            @if !theme.rounds.is_empty() { p.dim { "轮次：" (clean(&theme.rounds.join("、"))) } }
            @if !theme.keywords.is_empty() { p.dim { "特征词：" (clean(&theme.keywords.join("、"))) } }
            @if !theme.recurrent_units.is_empty() { p.dim { "多轮出现：" (clean(&theme.recurrent_units.join("、"))) } }
            @for (at, by, text) in &said.notes {
                p.note {
                    "批注（" (at.chars().take(10).collect::<String>())
                    @if !by.is_empty() { " " (clean(by)) } "）：" (clean(text))
                }
            }
            @if let Some(best) = best {
                blockquote {
                    (clean(&best.finding.quote))
                    footer { "——" (clean(best.finding.unit.as_deref().unwrap_or("单位不明"))) "，《" (clean(&best.title)) "》" (clean(&best.finding.place.in_words())) }
                }
            }
            @if is_common { (members(theme, page)) }
            @else { details { summary { "列出" (theme.findings.len()) "条原文" } (members(theme, page)) } }
        }
    }
}

/// The members by unit and time, each with its words and its place.
fn members(theme: &Theme, page: &Page<'_>) -> Markup {
    let mut members: Vec<&Located> = theme.findings.iter().filter_map(|id| page.findings.get(id)).collect();
    members
        .sort_by_key(|it| (it.finding.unit.clone(), it.finding.year, it.finding.round.clone(), it.finding.id.clone()));
    html! {
        table.members {
            thead { tr { th { "单位" } th { "轮次" } th { "原文" } th { "出处" } } }
            tbody { @for it in members { tr id=(format!("f{}", it.finding.id)) {
                td { (clean(it.finding.unit.as_deref().unwrap_or("单位不明"))) }
                td { (clean(it.finding.round.as_deref().unwrap_or("—"))) }
                td { (clean(&it.finding.quote)) }
                td title=(clean(&it.path)) { "《" (clean(&it.title)) "》" (clean(&it.finding.place.in_words())) }
            } } }
        }
    }
}

fn residue(page: &Page<'_>) -> Markup {
    html! {
        @if !page.themes.residue.is_empty() {
            section {
                h2 { "未归入主题的问题" }
                details {
                    summary { "列出" (page.themes.residue.len()) "条及理由" }
                    div.scroll { table.members {
                        thead { tr { th { "单位" } th { "轮次" } th { "原文" } th { "为什么单列" } } }
                        tbody { @for it in &page.themes.residue { @if let Some(located) = page.findings.get(&it.finding) { tr {
                            td { (clean(located.finding.unit.as_deref().unwrap_or("单位不明"))) }
                            td { (clean(located.finding.round.as_deref().unwrap_or("—"))) }
                            td { (clean(&located.finding.quote)) }
                            td { (clean(&it.reason)) }
                        } } } }
                    } }
                }
            }
        }
    }
}
