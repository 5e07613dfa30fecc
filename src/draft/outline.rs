//! The outline (提纲): sentences filled from records. Nothing is invented: figures are computed, examples are verbatim,
//! and what needs judgement is left to the writer as a bracketed prompt.

use std::collections::{BTreeMap, BTreeSet};

use super::{Brief, Material};
use crate::model::{
    Evidence, Figure, Finding, Input, MadeFrom, Outline, Section, Sentence, SentenceKind, Table, Theme,
};

/// The highest round of a term that is put in order by its number.
const MAX_ROUND: usize = 40;
/// Most common problems that get a section of their own.
const MAX_THEMES: usize = 8;
/// Verbatim examples for each common problem.
const MAX_EXAMPLES: usize = 3;
/// Individual problems and quoted causes or suggestions that are shown.
const MAX_SINGLES: usize = 6;

/// Draws the outline.
pub fn outline(material: &Material<'_>, brief: &Brief<'_>) -> Outline {
    let all: Vec<&Finding> = {
        let mut all: Vec<&Finding> = material.findings.values().collect();
        all.sort_by(|left, right| {
            (&left.place.document, left.place.block, left.place.start).cmp(&(
                &right.place.document,
                right.place.block,
                right.place.start,
            ))
        });
        all
    };
    let common: Vec<&Theme> = material.themes.themes.iter().filter(|theme| theme.common).collect();
    let (detailed, listed) = common.split_at(common.len().min(MAX_THEMES));
    let general: Vec<&Theme> = material.themes.themes.iter().filter(|theme| theme.general).collect();
    let mut sections = vec![section(1, "一、基本情况", basis(material, brief, &all))];
    sections
        .push(Section {
            table: areas_table(material, &all), ..section(1, "二、总体情况", overview(material, &all))
        });
    sections.push(section(1, "三、主要共性问题", themes_lead(material, &common)));
    for (at, theme) in detailed.iter().enumerate() {
        sections.push(section(2, &format!("（{}）{}", han(at + 1), theme.name), theme_sentences(theme, material)));
    }
    if !listed.is_empty() {
        let heading = format!("（{}）其他共性问题", han(detailed.len() + 1));
        sections.push(section(2, &heading, listed_sentences(listed, material)));
    }
    let mut number = 3;
    let mut next = |title: &str| {
        number += 1;
        format!("{}、{title}", han(number))
    };
    if !general.is_empty() {
        sections.push(section(1, &next("概括性表述"), general_sentences(&general, material)));
    }
    sections.push(section(1, &next("个性问题"), individual_sentences(material)));
    sections.push(section(1, &next("原因分析"), passages(&material.causes, material, "【待研判：结合上述共性问题，从思想认识、责任落实、制度机制、监督管理、能力素质等方面分析原因，并注明依据】")));
    sections.push(section(1, &next("整改情况"), rectification(material)));
    sections.push(section(1, &next("对策建议"), suggestions(detailed, material)));
    sections.push(Section {
        table: Some(findings_table(&common, material)),
        ..section(1, "附件：共性问题明细", annex_lead(&common))
    });
    let evidence = evidence(&sections, material);
    Outline { title: title(brief), made_from: made_from(&evidence, brief), sections, evidence }
}

fn title(brief: &Brief<'_>) -> String {
    let scope = brief.sector.map(|sector| format!("{sector}系统")).unwrap_or_default();
    format!("关于{scope}巡察发现共性问题的专题报告（提纲）")
}

fn section(level: u8, heading: &str, sentences: Vec<Sentence>) -> Section {
    Section { level, heading: heading.to_owned(), sentences, table: None }
}

fn computed(paragraph: u32, text: String, evidence: Vec<String>, figures: &[(f64, &str)]) -> Sentence {
    let figures = figures.iter().map(|(value, of)| Figure { value: *value, of: (*of).to_owned() }).collect();
    Sentence { text, kind: SentenceKind::Computed, paragraph, evidence, figures }
}

fn quoted(paragraph: u32, text: String, evidence: String) -> Sentence {
    Sentence { text, kind: SentenceKind::Quoted, paragraph, evidence: vec![evidence], figures: Vec::new() }
}

fn prompt(paragraph: u32, text: &str) -> Sentence {
    Sentence { text: text.to_owned(), kind: SentenceKind::Prompt, paragraph, evidence: Vec::new(), figures: Vec::new() }
}

fn ids(findings: &[&Finding]) -> Vec<String> {
    findings.iter().map(|finding| finding.id.clone()).collect()
}

fn distinct<'a>(values: impl Iterator<Item = Option<&'a String>>) -> BTreeSet<&'a String> {
    values.flatten().collect()
}

/// 一、基本情况: what the outline rests on and how it counts.
fn basis(material: &Material<'_>, brief: &Brief<'_>, all: &[&Finding]) -> Vec<Sentence> {
    if all.is_empty() {
        return vec![prompt(0, "【待补充：所选范围内没有问题记录，请先读入巡察文书】")];
    }
    let documents: BTreeSet<&String> = all.iter().map(|finding| &finding.place.document).collect();
    let rounds = ordered_rounds(all);
    let units = &material.themes.scope.units;
    let rule = material.rule;
    let scope = brief.sector.map(|sector| format!("{sector}系统")).unwrap_or_else(|| "各系统".to_owned());
    let mut sentences = vec![
        computed(
            0,
            format!(
                "本提纲依据{}份巡察文书整理，涉及{scope}被巡察党组织{}家、问题{}条。",
                documents.len(),
                units.len(),
                all.len()
            ),
            ids(all),
            &[
                (documents.len() as f64, "documents"),
                (units.len() as f64, "base_units"),
                (all.len() as f64, "findings"),
            ],
        ),
        computed(
            1,
            format!(
                "统计口径：覆盖面按党组织家数计算，不按问题条数计算，以上述{}家为基数；同类问题所涉党组织{}的，列为共性问题。",
                units.len(),
                rule.text()
            ),
            ids(all),
            &[(units.len() as f64, "base_units")],
        ),
    ];
    if !rounds.is_empty() {
        let listed: Vec<String> =
            rounds.iter().map(|(round, findings)| format!("{round}{}条", findings.len())).collect();
        let with_round: Vec<String> = rounds.iter().flat_map(|(_, findings)| ids(findings)).collect();
        sentences.insert(
            1,
            computed(0, format!("按轮次分，{}。", listed.join("，")), with_round, &[(rounds.len() as f64, "rounds")]),
        );
    }
    let no_findings: Vec<&String> = {
        let named = distinct(all.iter().map(|finding| finding.unit.as_ref()));
        units.iter().filter(|unit| !named.contains(unit)).collect()
    };
    if !no_findings.is_empty() {
        let listed: Vec<&str> = no_findings.iter().map(|unit| unit.as_str()).collect();
        sentences.push(computed(1, format!("其中{}未见问题记录，不等于没有问题。", listed.join("、")), ids(all), &[]));
    }
    sentences
}

/// Rounds in the order they were held, with their findings.
fn ordered_rounds<'a>(all: &[&'a Finding]) -> Vec<(String, Vec<&'a Finding>)> {
    let mut rounds: BTreeMap<&String, Vec<&Finding>> = BTreeMap::new();
    for finding in all {
        if let Some(round) = &finding.round {
            rounds.entry(round).or_default().push(finding);
        }
    }
    let mut ordered: Vec<(String, Vec<&Finding>)> =
        rounds.into_iter().map(|(round, findings)| (round.clone(), findings)).collect();
    ordered.sort_by_cached_key(|(round, findings)| {
        let year = findings.iter().filter_map(|finding| finding.year).min().unwrap_or(u16::MAX);
        let number = (1..=MAX_ROUND).find(|&number| round.ends_with(&format!("第{}轮", han(number))));
        (year, number.unwrap_or(0), round.clone())
    });
    ordered
}

/// Findings by area, most first.
fn areas<'a>(material: &Material<'_>, all: &[&'a Finding]) -> Vec<(String, Vec<&'a Finding>)> {
    let mut areas: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in all.iter().filter(|finding| !finding.area.is_empty()) {
        areas.entry(finding.area.as_str()).or_default().push(finding);
    }
    let mut ordered: Vec<(String, Vec<&Finding>)> = areas
        .into_iter()
        .map(|(area, findings)| (material.area_names.get(area).cloned().unwrap_or_else(|| area.to_owned()), findings))
        .collect();
    ordered.sort_by(|left, right| right.1.len().cmp(&left.1.len()).then_with(|| left.0.cmp(&right.0)));
    ordered
}

/// 二、总体情况: where the problems lie.
fn overview(material: &Material<'_>, all: &[&Finding]) -> Vec<Sentence> {
    let areas = areas(material, all);
    let top: Vec<&(String, Vec<&Finding>)> = areas.iter().take(3).collect();
    if top.is_empty() {
        return vec![prompt(0, "【待补充：问题尚未定类，无法按领域统计】")];
    }
    let listed: Vec<String> = top
        .iter()
        .map(|(name, findings)| {
            let n_units = distinct(findings.iter().map(|finding| finding.unit.as_ref())).len();
            format!("{name}（{}条，涉及{n_units}家）", findings.len())
        })
        .collect();
    let findings: Vec<&Finding> = top.iter().flat_map(|(_, findings)| findings.iter().copied()).collect();
    vec![
        computed(
            0,
            format!("从问题分布看，集中在{}，合计{}条。", listed.join("、"), findings.len()),
            ids(&findings),
            &[(findings.len() as f64, "findings")],
        ),
        prompt(0, "【待研判：用一句话概括总体态势，并写明面上的积极做法】"),
    ]
}

fn areas_table(material: &Material<'_>, all: &[&Finding]) -> Option<Table> {
    let base = material.themes.scope.units.len();
    let rows: Vec<Vec<String>> = areas(material, all)
        .into_iter()
        .map(|(name, findings)| {
            let n_units = distinct(findings.iter().map(|finding| finding.unit.as_ref())).len();
            vec![name, findings.len().to_string(), n_units.to_string(), share(n_units, base)]
        })
        .collect();
    let header = ["问题领域", "问题条数", "涉及党组织（家）", "占被巡察党组织"].map(str::to_owned).to_vec();
    (!rows.is_empty()).then(|| Table { caption: "问题领域分布".to_owned(), header, rows })
}

fn themes_lead(material: &Material<'_>, common: &[&Theme]) -> Vec<Sentence> {
    if common.is_empty() {
        return vec![prompt(0, "【待研判：所选范围内没有达到口径的共性问题，可调低家数下限后再试】")];
    }
    let evidence: Vec<String> = common.iter().flat_map(|theme| theme.findings.clone()).collect();
    let n_units =
        distinct(evidence.iter().filter_map(|id| material.findings.get(id)).map(|finding| finding.unit.as_ref())).len();
    let text = format!(
        "按上述口径，归纳出共性问题{}个，涉及党组织{n_units}家、问题{}条，按覆盖面由大到小排列。",
        common.len(),
        evidence.len()
    );
    let n_findings = evidence.len() as f64;
    vec![computed(
        0,
        text,
        evidence,
        &[(common.len() as f64, "themes"), (n_units as f64, "units"), (n_findings, "findings")],
    )]
}

/// Common problems named with their coverage only.
fn listed_sentences(themes: &[&Theme], material: &Material<'_>) -> Vec<Sentence> {
    let sentence = |(at, theme): (usize, &&Theme)| {
        let members: Vec<&Finding> = theme.findings.iter().filter_map(|id| material.findings.get(id)).collect();
        computed(
            at as u32,
            format!("{}：{}家存在，共{}条。", theme.name, theme.coverage.units, members.len()),
            ids(&members),
            &[(f64::from(theme.coverage.units), "units"), (members.len() as f64, "findings")],
        )
    };
    let mut sentences: Vec<Sentence> = themes.iter().enumerate().map(sentence).collect();
    sentences.push(prompt(themes.len() as u32, "【待研判：以上各类择要展开或与前述问题合并】"));
    sentences
}

/// One common problem: coverage, examples, recurrence, the other units.
fn theme_sentences(theme: &Theme, material: &Material<'_>) -> Vec<Sentence> {
    let members: Vec<&Finding> = theme.findings.iter().filter_map(|id| material.findings.get(id)).collect();
    let coverage = theme.coverage;
    let mut sentences = vec![computed(
        0,
        format!(
            "{}家被巡察党组织中有{}家（{}）存在此类问题，共{}条。",
            coverage.base,
            coverage.units,
            share(coverage.units as usize, coverage.base as usize),
            members.len()
        ),
        ids(&members),
        &[
            (f64::from(coverage.base), "base_units"),
            (f64::from(coverage.units), "units"),
            (members.len() as f64, "findings"),
        ],
    )];
    let with_amounts: Vec<&Finding> =
        members.iter().copied().filter(|finding| !finding.facts.amounts_yuan.is_empty()).collect();
    if with_amounts.len() > 1 {
        let largest =
            with_amounts.iter().flat_map(|finding| finding.facts.amounts_yuan.iter()).copied().fold(0.0, f64::max);
        let text = format!("其中{}条写明金额，单笔最大{}。", with_amounts.len(), money(largest));
        sentences.push(computed(
            0,
            text,
            ids(&with_amounts),
            &[(with_amounts.len() as f64, "findings"), (largest, "amount_yuan")],
        ));
    }
    let examples = examples(&members, &theme.representative);
    for (at, example) in examples.iter().enumerate() {
        let lead = if at == 0 { "如，" } else { "又如，" };
        sentences.push(quoted(
            1,
            format!("{lead}{}：“{}”。", introduced(example), one_line(&example.quote)),
            example.id.clone(),
        ));
    }
    let shown: BTreeSet<&String> = examples.iter().filter_map(|finding| finding.unit.as_ref()).collect();
    let others: Vec<&Finding> = members
        .iter()
        .copied()
        .filter(|finding| finding.unit.as_ref().is_some_and(|unit| !shown.contains(unit)))
        .collect();
    let other_units = distinct(others.iter().map(|finding| finding.unit.as_ref()));
    if !other_units.is_empty() {
        let listed: Vec<&str> = other_units.iter().map(|unit| unit.as_str()).collect();
        let text = format!("此外，{}等{}家也有同类问题。", listed.join("、"), other_units.len());
        sentences.push(computed(2, text, ids(&others), &[(other_units.len() as f64, "units")]));
    }
    for unit in &theme.recurrent_units {
        let own: Vec<&Finding> =
            members.iter().copied().filter(|finding| finding.unit.as_ref() == Some(unit)).collect();
        let rounds: Vec<String> = ordered_rounds(&own).into_iter().map(|(round, _)| round).collect();
        let text = format!("{unit}在{}中先后被指出同类问题，疑似屡查屡犯，须对照原文核实。", rounds.join("、"));
        sentences.push(computed(3, text, ids(&own), &[(rounds.len() as f64, "rounds")]));
    }
    sentences.push(prompt(4, &format!("【待研判：“{}”的性质、危害和主管部门责任】", theme.name)));
    sentences
}

/// Examples from different units: the one that says it best first, then those with facts.
fn examples<'a>(members: &[&'a Finding], representative: &str) -> Vec<&'a Finding> {
    let mut ordered: Vec<&Finding> = members.iter().copied().filter(|finding| finding.id == representative).collect();
    ordered.extend(
        members.iter().copied().filter(|finding| finding.id != representative && finding.quote.chars().count() <= 120),
    );
    let mut units = BTreeSet::new();
    ordered.into_iter().filter(|finding| units.insert(&finding.unit)).take(MAX_EXAMPLES).collect()
}

/// 东澜市教育局党组（六届市委第四轮）
fn introduced(finding: &Finding) -> String {
    let unit = finding.unit.as_deref().unwrap_or("有关党组织");
    match &finding.round {
        Some(round) => format!("{unit}（{round}）"),
        None => unit.to_owned(),
    }
}

/// A quote on one line; only its line breaks differ from the document.
fn one_line(quote: &str) -> String {
    quote.replace('\n', "")
}

fn general_sentences(general: &[&Theme], material: &Material<'_>) -> Vec<Sentence> {
    let evidence: Vec<String> = general.iter().flat_map(|theme| theme.findings.clone()).collect();
    let names: Vec<&str> = general.iter().map(|theme| theme.name.as_str()).collect();
    let n_units =
        distinct(evidence.iter().filter_map(|id| material.findings.get(id)).map(|finding| finding.unit.as_ref())).len();
    let n_findings = evidence.len() as f64;
    let text = format!(
        "下列问题多为概括性表述，单列备考，不计入共性问题：{}（共{}条，涉及{n_units}家）。",
        names.join("、"),
        evidence.len()
    );
    vec![computed(0, text, evidence, &[(n_findings, "findings"), (n_units as f64, "units")])]
}

/// Problems of single units, and of a few units below the rule.
fn individual_sentences(material: &Material<'_>) -> Vec<Sentence> {
    let below: Vec<&Theme> = material.themes.themes.iter().filter(|theme| !theme.common && !theme.general).collect();
    let mut sentences = Vec::new();
    if !below.is_empty() {
        let names: Vec<String> = below
            .iter()
            .take(MAX_SINGLES)
            .map(|theme| format!("{}（{}家）", theme.name, theme.coverage.units))
            .collect();
        let evidence: Vec<String> = below.iter().take(MAX_SINGLES).flat_map(|theme| theme.findings.clone()).collect();
        let n_findings = evidence.len() as f64;
        let text = format!("未达到共性口径、但在个别党组织中存在的有：{}，共{}条。", names.join("、"), evidence.len());
        sentences.push(computed(0, text, evidence, &[(n_findings, "findings")]));
    }
    let singles: Vec<&Finding> =
        material.themes.residue.iter().filter_map(|residue| material.findings.get(&residue.finding)).collect();
    if !singles.is_empty() {
        let text = format!("另有{}条问题只出现一次，个别的可能反映系统性原因，供研判。", singles.len());
        sentences.push(computed(1, text, ids(&singles), &[(singles.len() as f64, "findings")]));
        for single in singles.iter().take(MAX_SINGLES / 2) {
            sentences.push(quoted(
                2,
                format!("{}：“{}”。", introduced(single), one_line(&single.quote)),
                single.id.clone(),
            ));
        }
    }
    if sentences.is_empty() {
        sentences.push(prompt(0, "【待研判：所选范围内没有个性问题记录】"));
    }
    sentences
}

/// Verbatim sentences of the documents, then a prompt.
fn passages(passages: &[Evidence], material: &Material<'_>, ask: &str) -> Vec<Sentence> {
    let mut sentences: Vec<Sentence> = passages
        .iter()
        .take(MAX_SINGLES)
        .map(|passage| {
            let title = material
                .documents
                .get(&passage.place.document)
                .map_or(passage.title.as_str(), |document| document.title.as_str());
            quoted(0, format!("《{title}》认为：“{}”。", one_line(&passage.quote)), passage.finding.clone())
        })
        .collect();
    sentences.push(prompt(1, ask));
    sentences
}

/// What the rectification documents report, by status.
fn rectification(material: &Material<'_>) -> Vec<Sentence> {
    let items = material.items;
    if items.is_empty() {
        return vec![prompt(0, "【待补充：资料库中没有本范围的整改报告】")];
    }
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for item in items {
        *counts.entry(item.status.as_deref().unwrap_or("未写明状态")).or_default() += 1;
    }
    let order = ["已完成", "基本完成", "持续推进", "长期坚持", "未完成", "未写明状态"];
    let listed: Vec<String> =
        order.iter().filter_map(|status| counts.get(status).map(|count| format!("{status}{count}条"))).collect();
    let n_documents = items.iter().map(|item| &item.place.document).collect::<BTreeSet<_>>().len();
    let text = format!("{n_documents}份整改文书共列整改事项{}条，据其自报：{}。", items.len(), listed.join("、"));
    let evidence = items.iter().map(|item| item.id.clone()).collect();
    vec![
        computed(0, text, evidence, &[(n_documents as f64, "documents"), (items.len() as f64, "items")]),
        prompt(0, "【待研判：自报完成的事项须抽查核实】"),
    ]
}

fn suggestions(common: &[&Theme], material: &Material<'_>) -> Vec<Sentence> {
    let mut sentences = passages(&material.suggestions, material, "【待研判：以上为各文书原有建议，择要采用】");
    for (at, theme) in common.iter().enumerate() {
        let ask = format!("【待研判：针对“{}”，写明责任单位、措施、完成时限和可检验的结果】", theme.name);
        sentences.push(prompt(2 + at as u32, &ask));
    }
    sentences
}

fn annex_lead(common: &[&Theme]) -> Vec<Sentence> {
    let evidence: Vec<String> = common.iter().flat_map(|theme| theme.findings.clone()).collect();
    if evidence.is_empty() {
        return vec![prompt(0, "【无共性问题明细】")];
    }
    let n_findings = evidence.len() as f64;
    let text = format!("下表列出{}个共性问题的全部{}条问题及其出处。", common.len(), evidence.len());
    vec![computed(0, text, evidence, &[(common.len() as f64, "themes"), (n_findings, "findings")])]
}

fn findings_table(common: &[&Theme], material: &Material<'_>) -> Table {
    let mut rows = Vec::new();
    for theme in common {
        for finding in theme.findings.iter().filter_map(|id| material.findings.get(id)) {
            let document = material.documents.get(&finding.place.document);
            let source =
                format!("《{}》{}", document.map_or("", |document| document.title.as_str()), finding.place.in_words());
            rows.push(vec![
                (rows.len() + 1).to_string(),
                theme.name.clone(),
                finding.unit.clone().unwrap_or_default(),
                one_line(&finding.quote),
                source,
            ]);
        }
    }
    let header = ["序号", "共性问题", "党组织", "问题表述", "出处"].map(str::to_owned).to_vec();
    Table { caption: "共性问题明细表".to_owned(), header, rows }
}

/// Everything that a sentence rests on, in order of first use.
fn evidence(sections: &[Section], material: &Material<'_>) -> Vec<Evidence> {
    let passages: BTreeMap<&str, &Evidence> = material
        .causes
        .iter()
        .chain(&material.suggestions)
        .map(|passage| (passage.finding.as_str(), passage))
        .collect();
    let items: BTreeMap<&str, _> = material.items.iter().map(|item| (item.id.as_str(), item)).collect();
    let mut seen = BTreeSet::new();
    let mut evidence = Vec::new();
    // Quoted sentences first: the numbers a reader meets in notes are then small ones.
    let ordered = |kind: SentenceKind| {
        sections.iter().flat_map(|section| &section.sentences).filter(move |sentence| sentence.kind == kind)
    };
    for id in
        ordered(SentenceKind::Quoted).chain(ordered(SentenceKind::Computed)).flat_map(|sentence| &sentence.evidence)
    {
        if !seen.insert(id.clone()) {
            continue;
        }
        if let Some(passage) = passages.get(id.as_str()) {
            evidence.push((*passage).clone());
        } else if let Some(finding) = material.findings.get(id) {
            evidence.push(of_place(
                id,
                &finding.place,
                &finding.quote,
                finding.unit.clone(),
                finding.round.clone(),
                material,
            ));
        } else if let Some(item) = items.get(id.as_str()) {
            evidence.push(of_place(id, &item.place, &item.quote, item.unit.clone(), None, material));
        }
    }
    evidence
}

fn of_place(
    id: &str,
    place: &crate::model::Place,
    quote: &str,
    unit: Option<String>,
    round: Option<String>,
    material: &Material<'_>,
) -> Evidence {
    let document = material.documents.get(&place.document);
    Evidence {
        finding: id.to_owned(),
        path: document.map(|document| document.path.clone()).unwrap_or_default(),
        title: document.map(|document| document.title.clone()).unwrap_or_default(),
        unit,
        round,
        place: place.clone(),
        quote: quote.to_owned(),
    }
}

fn made_from(evidence: &[Evidence], brief: &Brief<'_>) -> MadeFrom {
    let inputs: BTreeMap<&str, &str> =
        evidence.iter().map(|evidence| (evidence.path.as_str(), evidence.place.document.as_str())).collect();
    MadeFrom {
        inputs: inputs
            .into_iter()
            .map(|(path, sha256)| Input { path: path.to_owned(), sha256: sha256.to_owned() })
            .collect(),
        version: brief.version.to_owned(),
        journal: brief.journal.to_owned(),
    }
}

/// A share in percent of its base, to one decimal, as in 66.7%.
fn share(part: usize, base: usize) -> String {
    if base == 0 { "—".to_owned() } else { format!("{}%", percent(part as f64 / base as f64)) }
}

fn percent(share: f64) -> String {
    let rounded = (share * 1000.0).round() / 10.0;
    if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") }
}

/// An amount as offices write it: 12.35万元, 800元.
fn money(yuan: f64) -> String {
    if yuan < 10_000.0 {
        return format!("{}元", trimmed(yuan));
    }
    if yuan < 100_000_000.0 {
        format!("{}万元", trimmed(yuan / 10_000.0))
    } else {
        format!("{}亿元", trimmed(yuan / 100_000_000.0))
    }
}

fn trimmed(value: f64) -> String {
    let text = format!("{value:.4}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// A small number in Chinese numerals.
fn han(value: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match value {
        0..=9 => DIGITS[value].to_owned(),
        10..=19 => format!("十{}", DIGITS[value - 10]),
        _ => format!("{}十{}", DIGITS[(value / 10).min(9)], DIGITS[value % 10]),
    }
}
