//! Genre (文种): told by the title, else by how the text opens and is built.

use std::sync::LazyLock;

use regex::Regex;

use super::facts::pattern;
use super::structure::Line;
use crate::lang::{Cue, Lexicon};
use crate::model::Genre;

/// A title pattern and the genre it tells; the first that matches decides.
static TITLES: LazyLock<Vec<(Regex, Genre)>> = LazyLock::new(|| {
    [
        (r"讲话|致辞|发言|座谈|侧记|纪实|故事|经验|培训|动员部署|动员会|动员讲话|访谈|评论|研讨|怎么看|答记者|警示教育|党课", Genre::Other),
        (r"台账|清单(?:（|\(|$|汇总)|问题汇总表|汇总表|一览表|统计表|明细表|登记表|销号", Genre::Ledger),
        (r"共性问题|专题报告|专题分析|专题调研|分析报告", Genre::Thematic),
        (r"公告|预告|进驻|提纲|工作方案|实施方案|自查|自检|的通知|受理信访|举报方式|须知|倡议", Genre::Notice),
        (r"整改(?:工作|落实|实施)?(?:方案|计划|任务)|整改措施", Genre::Plan),
        (r"整改(?:工作|落实|进展|完成|任务)*(?:的)?(?:情况|进展|结果|成效|报告|通报)|整改.{0,8}(?:报告|通报)|整改公告|落实.{0,20}(?:反馈意见|反馈问题).{0,8}情况", Genre::Rectification),
        (r"综合(?:情况|报告)|总体情况|情况综述|综述|轮巡察(?:工作)?情况(?:的)?(?:报告|通报)?$|汇总情况|巡察发现问题(?:的)?情况通报", Genre::Summary),
        (r"反馈(?:意见|情况|会|问题|通报)|反馈.{0,14}(?:巡察|情况|意见)|集中反馈|向.{2,40}反馈|巡察意见|问题反馈", Genre::Feedback),
        (r"巡察.{0,60}情况的?(?:专题)?报告|巡察报告|巡察情况报告|关于.{0,50}巡察.{0,30}的报告|巡察.{0,20}汇报", Genre::Report),
        (r"工作方案|通知|须知", Genre::Notice),
        (r"巡察.{0,20}(?:情况|问题)(?:的)?(?:公开|通报|公示)", Genre::Feedback),
    ]
    .into_iter()
    .map(|(source, genre)| (pattern(source), genre))
    .collect()
});

/// A plan of rectification is a plan even where the title also says 方案 like a notice.
static PLAN: LazyLock<Regex> = LazyLock::new(|| pattern(r"整改(?:工作|落实|实施)*(?:方案|计划)"));

/// The genre with the reasons in Chinese.
pub(super) fn genre(title: &str, lines: &[Line<'_>], lexicon: &Lexicon) -> (Genre, Vec<String>) {
    let n_cells = lines.iter().filter(|line| line.is_cell).count();
    if PLAN.is_match(title) && n_cells * 4 < lines.len() * 3 {
        return (Genre::Plan, vec![format!("标题“{title}”是整改方案")]);
    }
    if n_cells * 4 >= lines.len() * 3 && n_cells > 0 {
        return (Genre::Ledger, vec!["全文主要是表格".to_owned()]);
    }
    for (regex, genre) in TITLES.iter() {
        if let Some(found) = regex.find(title) {
            return (*genre, vec![format!("标题中有“{}”", found.as_str())]);
        }
    }
    by_content(lines, lexicon)
}

/// Weighs what the text says where the title says nothing.
fn by_content(lines: &[Line<'_>], lexicon: &Lexicon) -> (Genre, Vec<String>) {
    let body: Vec<&str> = lines.iter().filter(|line| !line.is_cell).map(|line| line.text).collect();
    let opening: String = body.iter().take(6).copied().collect();
    let n_measures = body.iter().filter(|text| text.contains("整改情况：") || text.contains("整改措施：")).count();
    if n_measures >= 2 {
        let is_plan = body.iter().any(|text| text.contains("整改时限") || text.contains("完成时限"));
        let genre = if is_plan { Genre::Plan } else { Genre::Rectification };
        return (genre, vec![format!("正文有{n_measures}处逐条整改的写法")]);
    }
    if opening.contains("整改")
        && opening.contains("反馈")
        && (opening.contains("现将") || opening.contains("公布如下"))
    {
        return (Genre::Rectification, vec!["开头公布整改情况".to_owned()]);
    }
    let has_problems = body.iter().any(|text| lexicon.cues.any(Cue::Turn, text));
    if opening.contains("巡察") && has_problems {
        let is_report = opening.contains("领导小组：") || opening.contains("报告如下");
        let genre = if is_report { Genre::Report } else { Genre::Feedback };
        return (genre, vec!["正文讲巡察，并转入问题".to_owned()]);
    }
    if opening.contains("反馈") && opening.contains("巡察") {
        return (Genre::Feedback, vec!["开头讲反馈巡察情况".to_owned()]);
    }
    if opening.contains("通知") || opening.contains("公告") {
        return (Genre::Notice, vec!["开头是通知或公告".to_owned()]);
    }
    (Genre::Other, vec!["标题和正文都不像巡察文书".to_owned()])
}
