//! How well and how fast findings are grouped, beside other ways of grouping them.
//!
//! `cargo bench --profile dev --bench cluster` prints all three reports; `-- quality`, `-- scale 10000 100000`,
//! `-- stability` print one. Held-out documents are measured apart and never shown. The Python baseline runs where
//! JIANLIN_PYTHON, or else python3, can import scikit-learn.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a report for developers")]
#![allow(dead_code, reason = "gold, sample and scores are shared with the tests")]

#[path = "../it/gold.rs"]
mod gold;
#[path = "../it/scores.rs"]
mod scores;
mod vary;

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::process::{Command, Stdio};
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, LazyLock};

use jianlin::cluster::{self, Grouping, Links, Rule, Subject, attach, features, group};
use jianlin::lang::{Lexicon, Tables};
use jianlin::model::{Coverage, Finding, Genre};
use jianlin::workspace::{Given, Workspace};
use scores::{ami, b_cubed, recovered};
use vary::chance;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|argument| !argument.starts_with("--")).collect();
    let numbers: Vec<usize> = arguments.iter().filter_map(|argument| argument.parse().ok()).collect();
    match arguments.first().map(String::as_str) {
        Some("quality") => quality(),
        Some("scale") => scale(&numbers),
        Some("one-size") => one_size(numbers[0]),
        Some("stability") => stability(),
        _ => {
            quality();
            scale(&[]);
            stability();
        }
    }
}

/// Documents of the gold, what is extracted from them, and what it should be grouped by.
struct Set {
    name: &'static str,
    documents: Vec<gold::Document>,
    findings: Vec<Finding>,
    /// Gold type of each finding that is a gold one, by id.
    labels: BTreeMap<String, String>,
    /// Units named by findings and headers, by sector.
    bases: BTreeMap<String, BTreeSet<String>>,
}

fn set(name: &'static str, documents: Vec<gold::Document>) -> Set {
    let folder = tempfile::tempdir().unwrap();
    let mut workspace = Workspace::open(folder.path()).unwrap();
    let paths: Vec<_> = documents.iter().map(|document| gold::corpus().join(&document.file)).collect();
    let at = "2026-01-01T00:00:00+08:00";
    workspace.ingest(&paths, &Given::default(), at, &AtomicBool::new(false), &mut |_| {}).unwrap();
    let findings = workspace.findings().unwrap();
    let mut of_document: BTreeMap<&str, Vec<&Finding>> = BTreeMap::new();
    for finding in &findings {
        of_document.entry(&finding.place.document).or_default().push(finding);
    }
    let mut labels = BTreeMap::new();
    for document in &documents {
        let Some(found) = of_document.get(document.facts["sha256"].as_str().unwrap()) else { continue };
        let predicted: Vec<&str> = found.iter().map(|finding| finding.quote.as_str()).collect();
        let wanted: Vec<&str> = document.findings.iter().map(|finding| finding.quote.as_str()).collect();
        for (finding, gold_idx) in found.iter().zip(gold::pairs(&predicted, &wanted)) {
            if let Some(gold_idx) = gold_idx {
                labels.insert(finding.id.clone(), document.findings[gold_idx].type_id.clone());
            }
        }
    }
    let mut bases: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for finding in &findings {
        if let (Some(sector), Some(unit)) = (&finding.sector, &finding.unit) {
            bases.entry(sector.clone()).or_default().insert(unit.clone());
        }
    }
    for document in workspace.store().documents().unwrap() {
        let header = document.header;
        if let (Genre::Feedback | Genre::Report, Some(sector)) = (header.genre, header.sectors.first()) {
            bases.entry(sector.clone()).or_default().extend(header.units);
        }
    }
    Set { name, documents, findings, labels, bases }
}

/// How the types of findings are known.
#[derive(Clone, Copy)]
enum Types<'a> {
    Known,
    None,
    /// Findings of these types have none.
    Without(&'a BTreeSet<String>),
    /// Findings of these types have the next best of the others.
    Next(&'a BTreeSet<String>),
}

fn type_of<'a>(finding: &'a Finding, types: Types<'_>) -> &'a str {
    match types {
        Types::None => "",
        Types::Without(gone) if gone.contains(&finding.type_id) => "",
        Types::Next(gone) if gone.contains(&finding.type_id) => finding
            .alternatives
            .iter()
            .find(|guess| !gone.contains(&guess.type_id))
            .map_or("", |guess| guess.type_id.as_str()),
        _ => &finding.type_id,
    }
}

/// Groups the findings of a sector; positions are those of `findings`.
type Method<'a> = &'a dyn Fn(&[&Finding], Types<'_>) -> Vec<Vec<usize>>;

/// Cluster and label of every labelled finding, sector by sector.
fn items(set: &Set, method: Method<'_>, types: Types<'_>) -> Vec<(String, String)> {
    let mut items = Vec::new();
    for (sector, findings) in by_sector(set) {
        for (group_idx, members) in method(&findings, types).iter().enumerate() {
            for finding in members.iter().map(|&at| findings[at]) {
                if let Some(label) = set.labels.get(&finding.id) {
                    items.push((format!("{sector}/{group_idx}"), format!("{sector}/{label}")));
                }
            }
        }
    }
    items
}

fn by_sector(set: &Set) -> BTreeMap<String, Vec<&Finding>> {
    let mut by_sector: BTreeMap<String, Vec<&Finding>> = BTreeMap::new();
    for finding in &set.findings {
        by_sector.entry(finding.sector.clone().unwrap_or_default()).or_default().push(finding);
    }
    for findings in by_sector.values_mut() {
        findings.sort_by(|one, other| one.id.cmp(&other.id));
    }
    by_sector
}

fn prepared(findings: &[&Finding], types: Types<'_>) -> cluster::Features {
    let subjects: Vec<Subject<'_>> = findings
        .iter()
        .map(|finding| Subject {
            quote: &finding.quote,
            unit: finding.unit.as_deref(),
            type_id: type_of(finding, types),
        })
        .collect();
    features(&subjects, &lexicon())
}

/// The lexicon that is measured; JIANLIN_SYNONYMS names a table to be used in place of the built-in synonyms.
fn lexicon() -> Arc<Lexicon> {
    static LEXICON: LazyLock<Arc<Lexicon>> = LazyLock::new(|| {
        let Some(file) = std::env::var_os("JIANLIN_SYNONYMS") else { return Lexicon::builtin() };
        let builtin = include_str!("../../src/lang/data/synonyms.tsv");
        let gone = builtin.lines().filter(|line| !line.starts_with('#')).map(|line| format!("-{line}\n"));
        let synonyms = gone.collect::<String>() + &std::fs::read_to_string(file).unwrap();
        Arc::new(Lexicon::with(&Tables { synonyms, ..Tables::default() }).unwrap())
    });
    Arc::clone(&LEXICON)
}

fn setting(name: &str, standard: f32) -> f32 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(standard)
}

/// The grouping that is measured; single values can be set in the environment for tuning.
fn grouping() -> Grouping {
    let standard = Grouping::THEMES;
    Grouping {
        cut: setting("CUT", standard.cut),
        same_type: setting("SAME", standard.same_type),
        other_type: setting("OTHER", standard.other_type),
        both_unknown: setting("BOTH_UNKNOWN", standard.both_unknown),
        one_unknown: setting("ONE_UNKNOWN", standard.one_unknown),
        split_above: setting("SPLIT_ABOVE", standard.split_above as f32) as usize,
        neighbours: setting("NEIGHBOURS", standard.neighbours as f32) as usize,
        probes: setting("PROBES", standard.probes as f32) as usize,
        posting_cap: setting("CAP", standard.posting_cap as f32) as usize,
        ..standard
    }
}

fn own(findings: &[&Finding], types: Types<'_>) -> Vec<Vec<usize>> {
    group(&prepared(findings, types), &Links::default(), &grouping()).groups
}

/// Similarities of all pairs.
fn dense(findings: &[&Finding], types: Types<'_>) -> Vec<f32> {
    let features = prepared(findings, types);
    let mut all = Vec::with_capacity(findings.len() * findings.len().saturating_sub(1) / 2);
    for one in 0..findings.len() {
        for other in one + 1..findings.len() {
            all.push(cluster::similarity(&features, one, other, &grouping()));
        }
    }
    all
}

fn dense_average_link(findings: &[&Finding], types: Types<'_>) -> Vec<Vec<usize>> {
    let n = findings.len();
    if n < 2 {
        return (0..n).map(|at| vec![at]).collect();
    }
    let mut distances: Vec<f32> = dense(findings, types).iter().map(|value| 1.0 - value).collect();
    let steps = kodama::linkage(&mut distances, n, kodama::Method::Average);
    let mut clusters: Vec<Option<Vec<usize>>> = (0..n).map(|at| Some(vec![at])).collect();
    for step in steps.steps() {
        let merged = (step.dissimilarity <= 1.0 - grouping().cut).then(|| {
            [clusters[step.cluster1].take(), clusters[step.cluster2].take()].into_iter().flatten().flatten().collect()
        });
        clusters.push(merged);
    }
    clusters.into_iter().flatten().collect()
}

fn leiden(findings: &[&Finding], types: Types<'_>) -> Vec<Vec<usize>> {
    const NEIGHBOURS: usize = 15;
    let n = findings.len();
    let all = dense(findings, types);
    let value = |one: usize, other: usize| {
        let (one, other) = (one.min(other), one.max(other));
        all[one * n - one * (one + 1) / 2 + other - one - 1]
    };
    let mut edges: BTreeMap<(usize, usize), f32> = BTreeMap::new();
    for one in 0..n {
        let mut ranked: Vec<usize> = (0..n).filter(|&other| other != one && value(one, other) > 0.0).collect();
        ranked.sort_by(|left, right| value(one, *right).total_cmp(&value(one, *left)).then(left.cmp(right)));
        for &other in ranked.iter().take(NEIGHBOURS) {
            edges.insert((one.min(other), one.max(other)), value(one, other));
        }
    }
    let mut graph = leiden_rs::GraphDataBuilder::new(n);
    for (&(one, other), &value) in &edges {
        graph.add_edge(one, other, f64::from(value)).unwrap();
    }
    let resolution = f64::from(setting("RESOLUTION", grouping().cut));
    let config =
        leiden_rs::LeidenConfig::builder().resolution(resolution).seed(42).quality(leiden_rs::QualityType::CPM).build();
    let found = leiden_rs::Leiden::new(config).run(&graph.build().unwrap()).unwrap();
    let mut groups: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for at in 0..n {
        groups.entry(found.partition.community_of(at)).or_default().push(at);
    }
    groups.into_values().collect()
}

/// Spherical k-means on TF-IDF of character pairs, with the true number of groups and starts that are always the same.
fn k_means(set: &Set, findings: &[&Finding]) -> Vec<Vec<usize>> {
    let labels: BTreeSet<&String> = findings.iter().filter_map(|finding| set.labels.get(&finding.id)).collect();
    let n_groups = labels.len().clamp(1, findings.len());
    let mut counts: BTreeMap<[char; 2], f32> = BTreeMap::new();
    let rows: Vec<BTreeMap<[char; 2], f32>> = findings
        .iter()
        .map(|finding| {
            let characters: Vec<char> = finding.quote.chars().collect();
            let mut row = BTreeMap::new();
            for pair in characters.windows(2) {
                *row.entry([pair[0], pair[1]]).or_default() += 1.0;
            }
            for pair in row.keys() {
                *counts.entry(*pair).or_default() += 1.0;
            }
            row
        })
        .collect();
    let n = findings.len() as f32;
    let unit = |mut row: BTreeMap<[char; 2], f32>| {
        let length = row.values().map(|it| it * it).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
        row.values_mut().for_each(|it| *it /= length);
        row
    };
    let weigh = |row: BTreeMap<[char; 2], f32>| {
        unit(row.into_iter().map(|(pair, tf)| (pair, tf * (n / counts[&pair]).ln())).collect())
    };
    let rows: Vec<BTreeMap<[char; 2], f32>> = rows.into_iter().map(weigh).collect();
    let mut order: Vec<usize> = (0..rows.len()).collect();
    order.sort_by_key(|&at| (chance(&[7, at]), at));
    let mut centres: Vec<BTreeMap<[char; 2], f32>> = order[..n_groups].iter().map(|&at| rows[at].clone()).collect();
    let mut chosen = vec![0; rows.len()];
    for _ in 0..15 {
        for (row, chosen) in rows.iter().zip(&mut chosen) {
            let score = |centre: &BTreeMap<[char; 2], f32>| -> f32 {
                row.iter().map(|(pair, weight)| weight * centre.get(pair).unwrap_or(&0.0)).sum()
            };
            let mut best = (f32::MIN, 0);
            for (at, centre) in centres.iter().enumerate() {
                let value = score(centre);
                if value > best.0 {
                    best = (value, at);
                }
            }
            *chosen = best.1;
        }
        centres = vec![BTreeMap::new(); n_groups];
        for (row, &at) in rows.iter().zip(&chosen) {
            for (pair, weight) in row {
                *centres[at].entry(*pair).or_default() += weight;
            }
        }
        centres = centres.into_iter().map(unit).collect();
    }
    (0..n_groups).map(|at| (0..rows.len()).filter(|&row| chosen[row] == at).collect()).collect()
}

fn quality() {
    let sets = [
        set("样本", gold::documents()),
        set("扩充（改进用）", gold::further("dev")),
        set("扩充（只评测）", gold::further("held")),
    ];
    let n_sets = setting("SETS", sets.len() as f32) as usize;
    for set in &sets[..n_sets] {
        let n_gold: usize = set.documents.iter().map(|document| document.findings.len()).sum();
        println!(
            "{} 文书{} 问题{} 对上标注{}/{n_gold}",
            set.name,
            set.documents.len(),
            set.findings.len(),
            set.labels.len()
        );
        let typed = set.findings.iter().filter_map(|finding| Some((set.labels.get(&finding.id)?, &finding.type_id)));
        let n_right = typed.filter(|(label, type_id)| label == type_id).count();
        println!("  类型对的 {:.3}", n_right as f64 / set.labels.len() as f64);
        let k_means = |findings: &[&Finding], _: Types<'_>| k_means(set, findings);
        println!(
            "  {:<22} {:>6} {:>6} {:>6}   不用类型 {:>6} {:>6} {:>6}",
            "做法", "B3", "AMI", "找回", "B3", "AMI", "找回"
        );
        let methods: [(&str, Method<'_>); 4] = [
            ("本程序", &own),
            ("稠密平均连接 kodama", &dense_average_link),
            ("Leiden-CPM leiden-rs", &leiden),
            ("TF-IDF k-means", &k_means),
        ];
        let n_methods = if std::env::var_os("OWN").is_some() { 1 } else { methods.len() };
        for (name, method) in &methods[..n_methods] {
            let (with, without) = (items(set, *method, Types::Known), items(set, *method, Types::None));
            println!(
                "  {name:<22} {:>6.3} {:>6.3} {:>6.3}            {:>6.3} {:>6.3} {:>6.3}",
                b_cubed(&with),
                ami(&with),
                recovered(&with, &|_| true).0,
                b_cubed(&without),
                ami(&without),
                recovered(&without, &|_| true).0
            );
        }
        types_removed(set);
        common_problems(set);
    }
}

/// What becomes of the themes of types that are not known: of eight times three in ten.
fn types_removed(set: &Set) {
    let all: BTreeSet<&String> = set.labels.values().collect();
    let (mut without, mut next, mut n) = (0.0, 0.0, 0);
    for draw in 0..8 {
        let gone: BTreeSet<String> = all
            .iter()
            .enumerate()
            .filter(|(at, _)| chance(&[draw, *at, 3]) % 10 < 3)
            .map(|(_, label)| (*label).clone())
            .collect();
        let is_gone = |label: &str| label.rsplit('/').next().is_some_and(|label| gone.contains(label));
        let (share, n_labels) = recovered(&items(set, &own, Types::Without(&gone)), &is_gone);
        without += share * n_labels as f64;
        next += recovered(&items(set, &own, Types::Next(&gone)), &is_gone).0 * n_labels as f64;
        n += n_labels;
    }
    let n = n.max(1) as f64;
    println!(
        "  去掉三成类型后其主题仍找回：这些问题没有类型 {:.3}，落到次选类型 {:.3}（{n}个主题）",
        without / n,
        next / n
    );
}

/// Common problems said and wanted, by rule.
fn common_problems(set: &Set) {
    const ENOUGH_DOCUMENTS: usize = 4;
    const ENOUGH_UNITS: usize = 4;
    let mut wanted: BTreeMap<&str, BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    let mut n_documents: BTreeMap<&str, usize> = BTreeMap::new();
    for document in &set.documents {
        let sector = document.facts["sector"].as_str().unwrap_or_default();
        *n_documents.entry(sector).or_default() += 1;
        for finding in document.findings.iter().filter(|finding| !finding.unit.is_empty()) {
            wanted.entry(sector).or_default().entry(&finding.type_id).or_default().insert(&finding.unit);
        }
    }
    wanted.retain(|sector, _| n_documents[sector] >= ENOUGH_DOCUMENTS);
    for types in wanted.values_mut() {
        types.retain(|_, units| units.len() >= ENOUGH_UNITS);
    }
    // For each theme of these sectors: what it is about, its coverage, and whether it is general.
    let mut said: Vec<(&str, String, Coverage, bool)> = Vec::new();
    let by_sector = by_sector(set);
    for sector in wanted.keys() {
        let (Some(findings), Some(base)) = (by_sector.get(*sector), set.bases.get(*sector)) else { continue };
        for members in own(findings, Types::Known).iter().filter(|members| members.len() > 1) {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            for label in members.iter().filter_map(|&at| set.labels.get(&findings[at].id)) {
                *counts.entry(label).or_default() += 1;
            }
            let about = counts.iter().max_by_key(|(label, count)| (**count, std::cmp::Reverse(**label)));
            let units: BTreeSet<&String> = members.iter().filter_map(|&at| findings[at].unit.as_ref()).collect();
            let n_general = members.iter().filter(|&&at| findings[at].general).count();
            let coverage = Coverage { units: units.len() as u32, base: base.len() as u32 };
            said.push((
                sector,
                about.map_or(String::new(), |it| (*it.0).to_owned()),
                coverage,
                n_general * 2 > members.len(),
            ));
        }
    }
    let n_wanted: usize = wanted.values().map(BTreeMap::len).sum();
    println!("  共性问题应有{n_wanted}个  口径（家数 占比 下限）：准确 召回（覆盖面差不过一家） 列出");
    let grid = [
        (3, 0.2, 0.0),
        (3, 0.2, 0.1),
        (3, 0.2, 0.15),
        (3, 0.15, 0.1),
        (3, 0.3, 0.2),
        (4, 0.0, 0.0),
        (4, 0.1, 0.0),
        (4, 0.15, 0.0),
        (4, 0.2, 0.0),
        (4, 0.2, 0.1),
        (4, 0.1, 0.1),
        (4, 0.15, 0.1),
        (4, 0.25, 0.15),
        (3, 0.0, 0.0),
    ];
    let mut rules: Vec<Rule> = vec![Rule::STANDARD];
    rules.extend(grid.map(|(min_units, min_share, wilson_floor)| Rule { min_units, min_share, wilson_floor }));
    for rule in rules {
        let is_common =
            |(_, _, coverage, general): &&(&str, String, Coverage, bool)| rule.is_common(*coverage) && !general;
        let listed: Vec<&(&str, String, Coverage, bool)> = said.iter().filter(is_common).collect();
        let n_right = listed.iter().filter(|(sector, about, ..)| wanted[sector].contains_key(about.as_str())).count();
        let is_found = |sector: &str, about: &str, n_units: usize| {
            listed.iter().any(|it| it.0 == sector && it.1 == about && (it.2.units as usize).abs_diff(n_units) <= 1)
        };
        let n_found: usize = wanted
            .iter()
            .map(|(sector, types)| types.iter().filter(|(about, units)| is_found(sector, about, units.len())).count())
            .sum();
        let is_named = |(sector, about): (&str, &str)| listed.iter().any(|it| it.0 == sector && it.1 == about);
        if rule == Rule::STANDARD {
            let mut classes: BTreeMap<&str, usize> = BTreeMap::new();
            for (sector, types) in &wanted {
                for (about, units) in types.iter().filter(|(about, units)| !is_found(sector, about, units.len())) {
                    let mut of_type = said.iter().filter(|it| it.0 == *sector && it.1 == *about);
                    let is_off = |it: &&(&str, String, Coverage, bool)| rule.is_common(it.2) && !it.3;
                    let class = if of_type.clone().any(|it| is_off(&it)) {
                        "覆盖面差两家以上"
                    } else if of_type.clone().any(|it| it.3) {
                        "概括性表述，另列"
                    } else if of_type.clone().any(|it| (it.2.units as usize).abs_diff(units.len()) <= 1) {
                        "没到口径"
                    } else if of_type.next().is_some() {
                        "单位认少了，没到口径"
                    } else {
                        "没有这个主题"
                    };
                    *classes.entry(class).or_default() += 1;
                }
            }
            println!("    漏的：{classes:?}");
        }
        let n_named: usize =
            wanted.iter().map(|(sector, types)| types.keys().filter(|about| is_named((sector, about))).count()).sum();
        println!(
            "    {} {:.2} {:.2}：{:.3} {:.3} {}（不计覆盖面 {:.3}）",
            rule.min_units,
            rule.min_share,
            rule.wilson_floor,
            n_right as f64 / listed.len().max(1) as f64,
            n_found as f64 / n_wanted.max(1) as f64,
            listed.len(),
            n_named as f64 / n_wanted.max(1) as f64
        );
    }
}

/// A made-up finding.
struct Made {
    text: String,
    unit: String,
    type_id: String,
}

/// So many findings, made from those of the gold: other places, figures and wordings, three words in ten taken from
/// another finding, sometimes a second clause. Held-out documents take no part.
fn made(n: usize) -> Vec<Made> {
    let lexicon = Lexicon::builtin();
    let documents = gold::documents().into_iter().chain(gold::further("dev"));
    let seeds: Vec<(String, String, String)> = documents
        .flat_map(|document| document.findings)
        .filter(|finding| (8..=70).contains(&finding.quote.chars().count()))
        .map(|finding| (finding.quote, finding.unit, finding.type_id))
        .collect();
    let words = |text: &str| -> Vec<String> {
        lexicon.segmenter.tagged(text).iter().map(|(word, _)| (*word).to_owned()).collect()
    };
    let taken_apart: Vec<Vec<String>> = seeds.iter().map(|(text, ..)| words(text)).collect();
    let draw = |at: usize, what: usize, n: usize| chance(&[at, what]) as usize % n;
    (0..n)
        .map(|at| {
            let (one, other) = (draw(at, 1, seeds.len()), draw(at, 2, seeds.len()));
            let mut text = String::new();
            for (place, word) in taken_apart[one].iter().enumerate() {
                let is_foreign = chance(&[at, 3, place]) % 10 < 3 && !taken_apart[other].is_empty();
                let foreign = || &taken_apart[other][chance(&[at, 4, place]) as usize % taken_apart[other].len()];
                text.push_str(if is_foreign { foreign() } else { word });
            }
            if draw(at, 5, 5) == 0 {
                text.push('，');
                text.push_str(&seeds[draw(at, 6, seeds.len())].0);
            }
            let text = vary::varied(&text, at / seeds.len() + 1, at);
            Made { text, unit: format!("{}{}", seeds[one].1, at % 997), type_id: seeds[one].2.clone() }
        })
        .collect()
}

fn subjects(made: &[Made]) -> Vec<Subject<'_>> {
    made.iter().map(|it| Subject { quote: &it.text, unit: Some(&it.unit), type_id: &it.type_id }).collect()
}

/// Processor seconds of this process so far, all threads.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// The most memory this process has had, in megabytes.
fn peak_memory() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|text| text.parse::<f64>().ok()).unwrap_or(0.0) / 1024.0
}

/// Each size in a process of its own, since peak memory is the process's.
fn scale(sizes: &[usize]) {
    let sizes = if sizes.is_empty() { &[10_000, 100_000, 1_000_000][..] } else { sizes };
    println!(
        "{:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>7}",
        "问题数", "不同的", "特征 秒", "归类 秒", "合计 秒", "峰值 MB", "主题", "指数"
    );
    let mut before: Option<(f64, f64)> = None;
    for &n in sizes {
        let output = Command::new(std::env::current_exe().unwrap())
            .args(["one-size", &n.to_string()])
            .stderr(Stdio::inherit())
            .output()
            .unwrap();
        let line = String::from_utf8_lossy(&output.stdout).into_owned();
        let total: f64 = line.split_whitespace().nth(4).and_then(|text| text.parse().ok()).unwrap_or(f64::NAN);
        let exponent = before.map(|(n_before, time)| (total / time).ln() / (n as f64 / n_before).ln());
        println!("{} {:>7}", line.trim_end(), exponent.map_or(String::new(), |it| format!("{it:.2}")));
        before = before.or(Some((n as f64, total)));
    }
    println!("（秒为处理器用时，含所有线程；峰值含生成的问题本身；指数由最小的一档算起）");
    baseline();
}

fn one_size(n: usize) {
    let made = made(n);
    let lexicon = Lexicon::builtin();
    let subjects = subjects(&made);
    let n_chars: usize = made.iter().take(1000).map(|it| it.text.chars().count()).sum();
    let start = cpu_seconds();
    let features = features(&subjects, &lexicon);
    let with_features = cpu_seconds();
    let grouped = group(&features, &Links::default(), &grouping());
    let done = cpu_seconds();
    let n_distinct = features.n_distinct();
    println!(
        "{n:>9} {n_distinct:>9} {:>9.2} {:>9.2} {:>9.2} {:>9.0} {:>9}",
        with_features - start,
        done - with_features,
        done - start,
        peak_memory(),
        grouped.groups.iter().filter(|members| members.len() > 1).count()
    );
    let largest = grouped.groups.iter().map(Vec::len).max().unwrap_or(0);
    eprintln_line(&format!("  每条平均{}字，最大的主题{largest}条", n_chars / made.len().clamp(1, 1000)));
}

fn eprintln_line(line: &str) {
    let _ = writeln!(std::io::stderr(), "{line}");
}

const BASELINE: &str = r#"
import resource, sys, time
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.cluster import AgglomerativeClustering, MiniBatchKMeans
from sklearn.metrics import pairwise_distances
texts = sys.stdin.read().split("\n")
kind = sys.argv[1]
start = time.process_time()
rows = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit_transform(texts)
if kind == "average":
    AgglomerativeClustering(n_clusters=None, metric="precomputed", linkage="average", distance_threshold=0.91).fit(pairwise_distances(rows, metric="cosine"))
else:
    MiniBatchKMeans(n_clusters=100, n_init=1, random_state=0).fit(rows)
print("%9d %-28s %9.2f %9.0f" % (len(texts), kind, time.process_time() - start, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
"#;

/// scikit-learn on the same findings, as far as it gets.
fn baseline() {
    let python = std::env::var("JIANLIN_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has = Command::new(&python).args(["-c", "import sklearn"]).stderr(Stdio::null()).status();
    if !has.is_ok_and(|status| status.success()) {
        println!("（这里没有 scikit-learn，不作对照；装好后用 JIANLIN_PYTHON 指明解释器）");
        return;
    }
    println!("scikit-learn 对照：问题数 做法 处理器秒 峰值MB");
    for (n, kind) in [(2_000, "average"), (10_000, "average"), (10_000, "kmeans100"), (100_000, "kmeans100")] {
        let texts: Vec<String> = made(n).into_iter().map(|it| it.text.replace('\n', " ")).collect();
        let child = Command::new(&python)
            .args(["-c", BASELINE, kind])
            .env("OMP_NUM_THREADS", "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let Ok(mut child) = child else { return };
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(texts.join("\n").as_bytes());
        }
        let output = child.wait_with_output().unwrap();
        print!("{}", String::from_utf8_lossy(&output.stdout));
    }
}

/// Pairs of members of one group, by positions below `n`.
fn pairs(groups: &[Vec<usize>], n: usize) -> BTreeSet<(u32, u32)> {
    let mut pairs = BTreeSet::new();
    for members in groups {
        let members: Vec<usize> = members.iter().copied().filter(|&at| at < n).collect();
        for (at, &one) in members.iter().enumerate() {
            pairs.extend(members[at + 1..].iter().map(|&other| (one as u32, other as u32)));
        }
    }
    pairs
}

fn stability() {
    const QUARTER: usize = 500;
    const QUARTERS: usize = 12;
    let made = made(QUARTER * QUARTERS);
    let lexicon = Lexicon::builtin();
    let subjects = subjects(&made);
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let (mut n_before, mut n_kept) = (0, 0);
    for quarter in 1..=QUARTERS {
        let n = quarter * QUARTER;
        let features = features(&subjects[..n], &lexicon);
        let new: Vec<usize> = (n - QUARTER..n).collect();
        let was = pairs(&groups, n);
        let attached = attach(&features, &groups, &new, &Links::default(), &grouping());
        for (&finding, joined) in new.iter().zip(&attached.joined) {
            if let Some(at) = *joined {
                groups[at].push(finding);
            }
        }
        groups.extend(attached.groups);
        let now = pairs(&groups, n);
        n_before += was.len();
        n_kept += was.intersection(&now).count();
    }
    println!("逐季并入{QUARTERS}季、每季{QUARTER}条：原在一起的每对仍在一起 {:.4}", n_kept as f64 / n_before as f64);
    let at_once = group(&features(&subjects, &lexicon), &Links::default(), &grouping()).groups;
    let as_items = |groups: &[Vec<usize>]| {
        let mut of = vec![0; subjects.len()];
        for (at, members) in groups.iter().enumerate() {
            members.iter().for_each(|&member| of[member] = at);
        }
        of
    };
    let items: Vec<(String, String)> = as_items(&groups)
        .into_iter()
        .zip(as_items(&at_once))
        .map(|(one, other)| (one.to_string(), other.to_string()))
        .collect();
    println!("  与一次归完相比 B-cubed {:.3}", b_cubed(&items));
    let n = subjects.len() * 100 / 101;
    let before = pairs(&group(&features(&subjects[..n], &lexicon), &Links::default(), &grouping()).groups, n);
    let after = pairs(&at_once, n);
    let n_both = before.intersection(&after).count();
    println!(
        "多1%的问题、全部重归：原在一起的每对有{:.4}分开，有{:.4}新到一起",
        1.0 - n_both as f64 / before.len() as f64,
        (after.len() - n_both) as f64 / before.len() as f64
    );
}
