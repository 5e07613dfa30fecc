//! Genre (文种): told by the title, else by how the text opens and is built.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use aho_corasick::AhoCorasick;
use regex::Regex;

use super::facts::pattern;
use super::learn::{Names, Training, Weights, feature, order, softmax};
use super::ledger;
use super::structure::Line;
use super::units::mentions;
use crate::lang::{Cue, Lexicon};
use crate::model::{Block, Genre};

/// A title pattern and the genre it tells; the first that matches decides.
static TITLES: LazyLock<Vec<(Regex, Genre)>> = LazyLock::new(|| {
    [
        (r"讲话|致辞|发言|座谈|侧记|纪实|故事|经验|培训|动员部署|动员会|动员讲话|访谈|评论|研讨|怎么看|答记者|警示教育|党课|对照检查|调研|观察与思考|思考$", Genre::Other),
        (r"底稿", Genre::Report),
        (r"推进会|召开", Genre::Other),
        (r"台账|清单(?:（|\(|$|汇总)|问题汇总表|汇总表|一览表|统计表|明细表|登记表|销号", Genre::Ledger),
        (r"共性问题|专题报告|专题分析|专题调研|分析报告", Genre::Thematic),
        (r"自查表|自检表|排查表", Genre::Notice),
        (r"审计(?:结果|情况)(?:的)?(?:公告|公示|报告|$)|审计报告|审计查出(?:的)?问题", Genre::Report),
        (r"第[一二三四五六七八九十\d]+轮(?:巡察)?[^党]{0,16}(?:发现问题|情况|问题)(?:的)?(?:综合|情况)?(?:的)?(?:通报|汇报|报告)$", Genre::Summary),
        (r"反馈(?:意见|情况|问题)?(?:的)?(?:公告|公示|公开)|(?:检查|督查|暗访|巡查|督导|抽查|巡察|巡视)(?:发现)?(?:问题)?(?:的)?(?:情况)?(?:的)?通报", Genre::Feedback),
        (r"公告|预告|进驻|提纲|工作方案|实施方案|自查|自检|的通知|受理信访|举报方式|须知|倡议", Genre::Notice),
        (r"整改(?:工作|落实|实施)?(?:方案|计划|任务)|整改措施|任务分解|整改承诺", Genre::Plan),
        (r"整改(?:工作|落实|进展|完成|任务)*(?:的)?(?:情况|进展|结果|成效|报告|通报)|整改.{0,8}(?:报告|通报)|整改公告|落实.{0,20}(?:反馈意见|反馈问题).{0,8}情况", Genre::Rectification),
        (r"综合(?:情况|报告)|总体情况|情况综述|综述|轮巡察(?:工作)?情况(?:的)?(?:报告|通报)?$|汇总情况|巡察发现问题(?:的)?情况通报", Genre::Summary),
        (r"反馈(?:意见|情况|会|问题|通报)|反馈.{0,14}(?:巡察|情况|意见)|集中反馈|向.{2,40}反馈|巡察意见|问题反馈|巡察.{0,8}反馈|的反馈$", Genre::Feedback),
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

/// What is learnt of genres (文种模型): features of title and text, the rules among them.
#[derive(Debug, Clone, Default)]
pub struct GenreModel {
    weights: Weights,
}

impl GenreModel {
    /// The model trained on the gold.
    pub fn builtin() -> &'static Self {
        static BUILTIN: LazyLock<GenreModel> = LazyLock::new(|| GenreModel {
            weights: Weights::from_table(include_str!("data/genre_weights.tsv"), Genre::ALL.len()),
        });
        &BUILTIN
    }

    /// The table form.
    pub fn to_table(&self) -> String {
        self.weights.to_table()
    }

    /// Trains a model from the features of documents and their genres.
    pub fn train(examples: &[(Vec<u64>, Genre)], names: &Names) -> Self {
        const ROUNDS: usize = 10;
        const STEP: f64 = 0.1;
        const PENALTY: f64 = 1e-3;
        /// A feature of fewer documents tells of them only.
        const LEAST: usize = 6;
        let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
        for feature in examples.iter().flat_map(|(features, _)| features) {
            *counts.entry(*feature).or_default() += 1;
        }
        let mut training = Training::new(Genre::ALL.len(), STEP, PENALTY);
        for round in 0..ROUNDS {
            for at in order(2 * examples.len(), round) {
                let (features, genre) = &examples[at / 2];
                // The rules were made with these documents in view: half of the time they are not heard.
                let features: Vec<u64> = features
                    .iter()
                    .copied()
                    .filter(|it| counts[it] >= LEAST && (at % 2 == 0 || !is_rule(*it)))
                    .collect();
                let mut gradient = [0f64; Genre::ALL.len()];
                training.add(&features, &mut gradient);
                softmax(&mut gradient);
                gradient[*genre as usize] -= 1.0;
                training.descend(&features, &gradient);
            }
            training.end_round();
        }
        Self { weights: training.finish(names) }
    }
}

/// Whether a feature is what the rules say.
fn is_rule(key: u64) -> bool {
    Genre::ALL.iter().any(|genre| feature(&["rule", genre.name()]) == key)
}

/// What a title that names its genre counts for, in logarithms of odds. With each document left out, genres were right
/// for 0.862 without, 0.893 at 2, 0.898 at 3 and 4, 0.904 at 6; the titles were met before, so not the most is taken.
const TITLE_WEIGHT: f32 = 3.0;

/// The likeliest genre. A feedback letter, a report and a summary state problems alike: together they are weighed
/// against each of the others, then one of them is chosen.
fn likeliest(scores: &[f32]) -> Genre {
    const STATING: [Genre; 3] = [Genre::Feedback, Genre::Report, Genre::Summary];
    let mut likely: Vec<f64> = scores.iter().map(|score| f64::from(*score)).collect();
    softmax(&mut likely);
    let states: f64 = STATING.iter().map(|genre| likely[*genre as usize]).sum();
    let most = |wanted: &dyn Fn(Genre) -> bool| {
        let of_kind = Genre::ALL.into_iter().filter(|genre| wanted(*genre));
        of_kind.max_by(|left, right| likely[*left as usize].total_cmp(&likely[*right as usize]).then(right.cmp(left)))
    };
    let other = most(&|genre| !STATING.contains(&genre)).unwrap_or(Genre::Other);
    let stating = most(&|genre| STATING.contains(&genre)).unwrap_or(Genre::Feedback);
    if states > likely[other as usize] { stating } else { other }
}

/// Words that say in a title what a document is.
const TITLE_WORDS: [&str; 58] = [
    "反馈",
    "整改",
    "报告",
    "通报",
    "公告",
    "公示",
    "公开",
    "通知",
    "方案",
    "计划",
    "台账",
    "清单",
    "汇总",
    "一览",
    "分解表",
    "登记",
    "底稿",
    "讲话",
    "发言",
    "会议",
    "召开",
    "推进",
    "动员",
    "部署",
    "综合",
    "综述",
    "总体",
    "轮",
    "回头看",
    "专题",
    "共性",
    "分析",
    "研究",
    "思考",
    "故事",
    "纪实",
    "经验",
    "做法",
    "制度",
    "办法",
    "规程",
    "提纲",
    "要点",
    "自查",
    "手册",
    "口径",
    "审计",
    "督查",
    "检查",
    "总结",
    "意见",
    "情况",
    "落实",
    "关于",
    "向",
    "讲义",
    "评论",
    "建议书",
];

/// Words of the text, with how often they come: none, once or twice, more often.
static TEXT_MATCHER: LazyLock<AhoCorasick> = LazyLock::new(|| match AhoCorasick::new(TEXT_WORDS) {
    Ok(matcher) => matcher,
    Err(error) => unreachable!("words of genres: {error}"),
});
const TEXT_WORDS: [&str; 46] = [
    "整改情况：",
    "整改措施：",
    "完成情况",
    "责任领导",
    "责任人",
    "时限",
    "已完成",
    "你局",
    "你单位",
    "你校",
    "你院",
    "领导小组：",
    "报告如下",
    "现将",
    "现予公布",
    "特此",
    "同志们",
    "记者",
    "来源：",
    "发布日期",
    "有无",
    "是否",
    "不得",
    "应当",
    "所谓",
    "是指",
    "巡察组要求",
    "巡察组指出",
    "巡察认为",
    "巡察发现",
    "审计发现",
    "检查发现",
    "移交",
    "近日",
    "会议强调",
    "会议要求",
    "第一条",
    "受理",
    "举报",
    "反馈意见",
    "有的",
    "个别",
    "共性",
    "家单位",
    "占比",
    "下一步",
];

/// The features of a document for its genre, what the rules make of it among them.
pub(super) fn genre_features(
    title: &str,
    blocks: &[Block],
    lines: &[Line<'_>],
    ruled: &Ruled,
    lexicon: &Lexicon,
    mut names: Option<&mut Names>,
) -> Vec<u64> {
    let mut features = Vec::new();
    let mut add = |parts: &[&str]| {
        let key = feature(parts);
        features.push(key);
        if let Some(names) = &mut names {
            names.entry(key).or_insert_with(|| parts.join("="));
        }
    };
    add(&["rule", ruled.genre.name()]);
    for word in TITLE_WORDS.iter().filter(|word| title.contains(**word)) {
        add(&["title", word]);
    }
    let core = title.trim_end_matches(|it: char| "）)”》".contains(it));
    let ends: Vec<usize> = core.char_indices().rev().take(4).map(|(at, _)| at).collect();
    for at in [ends.get(1), ends.get(3)].into_iter().flatten() {
        add(&["ends", &core[*at..]]);
    }
    let body: Vec<&str> = lines.iter().filter(|line| !line.is_cell).map(|line| line.text).collect();
    let n_words: usize = body.iter().map(|text| text.chars().count()).sum();
    let n_cells = lines.len() - body.len();
    let bucket =
        |value: usize, bounds: &[usize]| bounds.iter().take_while(|bound| value >= **bound).count().to_string();
    add(&["words", &bucket(n_words, &[100, 300, 800, 2000])]);
    add(&["cells", &bucket(n_cells * 10 / lines.len().max(1), &[1, 4, 7, 9])]);
    add(&[
        "cells",
        &bucket(n_cells * 10 / lines.len().max(1), &[1, 4, 7, 9]),
        "words",
        &bucket(n_words, &[100, 300, 800]),
    ]);
    let n_rows = ledger::rows(blocks).len();
    add(&["rows", &bucket(n_rows, &[1, 4, 10])]);
    add(&["rows", &bucket(n_rows, &[1, 4, 10]), "words", &bucket(n_words, &[100, 300, 800])]);
    let has_problem_table =
        lines.iter().any(|line| line.is_cell && line.text.contains("问题") && line.text.chars().count() < 12);
    let has_measure_table =
        lines.iter().any(|line| line.is_cell && line.text.contains("措施") && line.text.chars().count() < 12);
    add(&["table", if has_problem_table { "problem" } else { "-" }, if has_measure_table { "measure" } else { "-" }]);
    let mut counts = [0usize; TEXT_WORDS.len()];
    for hit in body.iter().flat_map(|text| TEXT_MATCHER.find_overlapping_iter(*text)) {
        counts[hit.pattern().as_usize()] += 1;
    }
    for (word, count) in TEXT_WORDS.iter().zip(counts) {
        if count > 0 {
            add(&["text", word, "few"]);
        }
        if count > 2 {
            add(&["text", word, "many"]);
        }
    }
    for word in body.iter().flat_map(|text| lexicon.segmenter.words(text)) {
        if word.end - word.start >= 2 && !word.text.contains(|it: char| it.is_ascii_digit()) {
            add(&["word", word.text]);
        }
    }
    let opening: String = body.iter().take(3).copied().collect();
    for word in ["根据", "巡察", "反馈", "整改", "审计", "检查", "会议", "要求", "开展了", "进驻", "将于", "为"]
    {
        if opening.contains(word) {
            add(&["opening", word]);
        }
    }
    let n_telling = body.iter().filter(|text| lexicon.cues.any(Cue::Deficiency, text)).count();
    add(&["telling", &bucket(n_telling * 10 / body.len().max(1), &[1, 3, 5, 7])]);
    let turns = body.iter().any(|text| lexicon.cues.any(Cue::Turn, text));
    add(&["turns", if turns { "y" } else { "n" }]);
    let heads = |cue: Cue| lines.iter().any(|line| line.rank.is_some() && lexicon.cues.any(cue, line.body()));
    for (name, cue) in [
        ("problems", Cue::ProblemHead),
        ("causes", Cue::CauseHead),
        ("suggestions", Cue::SuggestHead),
        ("background", Cue::BackgroundHead),
        ("rectify", Cue::RectifyHead),
    ] {
        if heads(cue) {
            add(&["heads", name]);
        }
    }
    features.sort_unstable();
    features.dedup();
    features
}

/// The genre with the reasons in Chinese.
pub(super) fn genre(
    title: &str,
    blocks: &[Block],
    lines: &[Line<'_>],
    lexicon: &Lexicon,
    model: &GenreModel,
) -> (Genre, Vec<String>) {
    let ruled = by_rules(title, lines, lexicon);
    if model.weights.is_empty() {
        return (ruled.genre, vec![ruled.reason]);
    }
    let mut scores = [0f32; Genre::ALL.len()];
    model.weights.add(&genre_features(title, blocks, lines, &ruled, lexicon, None), &mut scores);
    if ruled.ground == Ground::Title {
        scores[ruled.genre as usize] += TITLE_WEIGHT;
    }
    let learnt = likeliest(&scores);
    if learnt == ruled.genre {
        return (ruled.genre, vec![ruled.reason]);
    }
    let told = TITLE_WORDS.iter().filter(|word| title.contains(**word)).copied().collect::<Vec<_>>().join("、");
    (learnt, vec![format!("综合标题用词（{told}）和正文写法判断")])
}

/// What a rule went by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ground {
    Title,
    Table,
    Text,
}

/// A genre by rules (按规则判断).
pub(super) struct Ruled {
    genre: Genre,
    ground: Ground,
    /// Why, in Chinese.
    reason: String,
}

/// The genre by rules alone.
pub(super) fn by_rules(title: &str, lines: &[Line<'_>], lexicon: &Lexicon) -> Ruled {
    let n_cells = lines.iter().filter(|line| line.is_cell).count();
    if PLAN.is_match(title) && !["台账", "清单", "一览"].iter().any(|word| title.contains(word)) {
        return Ruled {
            genre: Genre::Plan, ground: Ground::Title, reason: format!("标题“{title}”是整改方案")
        };
    }
    // A table that fills the page is a ledger, unless the text beside it is a letter of its own.
    let n_words: usize = lines.iter().filter(|line| !line.is_cell).map(|line| line.text.chars().count()).sum();
    let is_form = title.contains("底稿");
    if n_cells * 4 >= lines.len() * 3 && n_words < 400 && !is_form {
        return Ruled { genre: Genre::Ledger, ground: Ground::Table, reason: "全文主要是表格".to_owned() };
    }
    for (regex, genre) in TITLES.iter() {
        if let Some(found) = regex.find(title) {
            let reason = format!("标题中有“{}”", found.as_str());
            return Ruled { genre: *genre, ground: Ground::Title, reason };
        }
    }
    let (genre, reason) = by_content(lines, lexicon);
    Ruled { genre, ground: Ground::Text, reason }
}

/// Weighs what the text says where the title says nothing.
fn by_content(lines: &[Line<'_>], lexicon: &Lexicon) -> (Genre, String) {
    let body: Vec<&str> = lines.iter().filter(|line| !line.is_cell).map(|line| line.text).collect();
    let opening: String = body.iter().take(6).copied().collect();
    let n_measures = body.iter().filter(|text| text.contains("整改情况：") || text.contains("整改措施：")).count();
    if n_measures >= 2 {
        let is_plan = body.iter().any(|text| text.contains("整改时限") || text.contains("完成时限"));
        let genre = if is_plan { Genre::Plan } else { Genre::Rectification };
        return (genre, format!("正文有{n_measures}处逐条整改的写法"));
    }
    if opening.contains("整改")
        && opening.contains("反馈")
        && (opening.contains("现将") || opening.contains("公布如下"))
    {
        return (Genre::Rectification, "开头公布整改情况".to_owned());
    }
    let has_problems = body.iter().any(|text| lexicon.cues.any(Cue::Turn, text));
    // A letter says whom the inspection was of; an article about inspections does not.
    let names_unit = body.iter().take(6).any(|text| {
        text.split('。').any(|sentence| {
            sentence.contains("巡察") && sentence.contains(['对', '向']) && !mentions(sentence).is_empty()
        })
    });
    if opening.contains("巡察") && has_problems && names_unit {
        let is_report = opening.contains("领导小组：") || opening.contains("报告如下");
        let genre = if is_report { Genre::Report } else { Genre::Feedback };
        return (genre, "正文讲巡察，并转入问题".to_owned());
    }
    if opening.contains("反馈") && opening.contains("巡察") && names_unit {
        return (Genre::Feedback, "开头讲反馈巡察情况".to_owned());
    }
    if opening.contains("通知") || opening.contains("公告") {
        return (Genre::Notice, "开头是通知或公告".to_owned());
    }
    (Genre::Other, "标题和正文都不像巡察文书".to_owned())
}
