//! Search, measured: that it tells the truth, how well it ranks, how fast it is beside its peers.
//!
//! `cargo bench --bench search -- truth hostile quality speed 10000 100000 1000000 peers`; without words all but the
//! peers, at 10 000.
//! `cargo bench --bench search -- jsonl FILE` ranks a set of one's own: lines `{"document": id, "text": …}`,
//! `{"query": id, "text": …, "kind": …}` and `{"query": id, "relevant": document id, "grade": 1}`.

#![allow(clippy::unwrap_used, clippy::print_stdout, unreachable_pub, reason = "a report for developers")]

mod search_peers;
mod search_speed;
mod search_truth;
mod vary;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use jianlin::index::{Entry, Kind, Options, SearchIndex, parse};
use jianlin::lang::{Lexicon, Tables};
use jianlin::model::{Block, BlockKind, Date, Genre};
use serde_json::Value;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).filter(|it| it != "--bench").collect();
    let has = |word: &str| arguments.iter().any(|it| it == word);
    let after = |word: &str| arguments.iter().position(|it| it == word).map(|at| arguments[at + 1..].to_vec());
    // Each size is built and asked in processes of their own, so that memory is told apart.
    if let Some(rest) = after("build-only") {
        return search_speed::build(&rest);
    }
    if let Some(rest) = after("ask-only") {
        return search_speed::ask(&rest);
    }
    if let Some(rest) = after("jsonl") {
        return external(Path::new(&rest[0]));
    }
    let sizes: Vec<usize> = arguments.iter().filter_map(|it| it.parse().ok()).collect();
    let is_all = !["truth", "hostile", "quality", "speed"].iter().any(|it| has(it));
    if is_all || has("truth") {
        search_truth::hold(100_000);
    }
    if is_all || has("truth") || has("hostile") {
        search_truth::survive();
    }
    if is_all || has("quality") {
        quality();
    }
    if is_all || has("speed") {
        search_speed::measure(if sizes.is_empty() { &[10_000] } else { &sizes }, has("peers"));
    }
}

fn gold(name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus/gold").join(name);
    serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
}

/// The findings of the sample's gold.
fn sample(lexicon: &Lexicon) -> Vec<Entry> {
    let said = |value: &Value| value.as_str().map(str::to_owned);
    let mut entries = Vec::new();
    for document in gold("documents.json").as_array().unwrap() {
        let year: Option<u16> =
            document["period"]["start"].as_str().and_then(|day| day.get(..4)).and_then(|year| year.parse().ok());
        for finding in document["findings"].as_array().unwrap() {
            let type_id = said(&finding["type"]).unwrap_or_default();
            entries.push(Entry {
                kind: Kind::Finding,
                id: said(&finding["id"]).unwrap(),
                document: said(&document["sha256"]).unwrap(),
                text: said(&finding["quote"]).unwrap(),
                unit: said(&finding["unit"]),
                sector: said(&document["sector"]),
                round: said(&document["round"]),
                year,
                date: year.map(|year| Date { year, month: 6, day: 1 }),
                type_name: lexicon.taxonomy.get(&type_id).map_or(String::new(), |it| it.name.clone()),
                type_id,
                genre: said(&document["genre"]).and_then(|it| Genre::from_name(&it)).unwrap_or(Genre::Other),
                state: None,
            });
        }
    }
    entries
}

/// The sample told again of other places with other figures in other words, as often as it takes.
pub fn many(sample: &[Entry], n: usize) -> impl Iterator<Item = Entry> + '_ {
    (0..n).map(move |at| {
        let (copy, idx) = (at / sample.len(), at % sample.len());
        let varied = |text: &str| {
            let block = Block { kind: BlockKind::Paragraph, text: text.to_owned(), page: None, cell: None };
            vary::copy(std::slice::from_ref(&block), copy).1
        };
        let entry = &sample[idx];
        Entry {
            id: format!("{:016x}", (at as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15)),
            document: format!("{}-{copy}", &entry.document[..12]),
            text: varied(&entry.text),
            unit: entry.unit.as_deref().map(varied),
            year: entry.year.map(|year| year - (copy % 9) as u16),
            ..entry.clone()
        }
    })
}

/// A judged set: documents, and for each query its kind, text and the grades of relevant documents.
struct Judged {
    entries: Vec<Entry>,
    queries: Vec<(String, String, BTreeMap<String, f64>)>,
}

fn ranked(judged: Judged, lexicon: &Arc<Lexicon>, what: &str, options: &Options) {
    let folder = tempfile::tempdir().unwrap();
    let mut index = SearchIndex::open(folder.path(), Arc::clone(lexicon)).unwrap();
    index.replace(true, &[], judged.entries, "bench").unwrap();
    let mut by_kind: BTreeMap<String, Vec<[f64; 3]>> = BTreeMap::new();
    for (kind, text, relevant) in &judged.queries {
        let hits = index.search(&parse(text).unwrap_or_else(|_| jianlin::index::literally(text)), options).unwrap();
        let gains: Vec<f64> = hits.hits.iter().map(|hit| relevant.get(&hit.id).copied().unwrap_or_default()).collect();
        let dcg = |gains: &[f64]| -> f64 {
            gains.iter().take(10).enumerate().map(|(at, gain)| gain / (at as f64 + 2.0).log2()).sum()
        };
        let mut best: Vec<f64> = relevant.values().copied().collect();
        best.sort_by(|left, right| right.total_cmp(left));
        let first = gains.iter().position(|gain| *gain > 0.0);
        let mrr = first.map_or(0.0, |at| 1.0 / (at as f64 + 1.0));
        let recall = gains.iter().filter(|gain| **gain > 0.0).count() as f64 / relevant.len() as f64;
        by_kind.entry(kind.clone()).or_default().push([dcg(&gains) / dcg(&best), mrr, recall]);
    }
    let all: Vec<[f64; 3]> = by_kind.values().flatten().copied().collect();
    let mean = |values: &[[f64; 3]], at: usize| values.iter().map(|it| it[at]).sum::<f64>() / values.len() as f64;
    for (kind, values) in by_kind.iter().map(|(kind, values)| (kind.as_str(), values)).chain([("全部", &all)]) {
        println!(
            "{what:<20} {kind:<10} {:>5}个 nDCG@10 {:.3} MRR {:.3} R@100 {:.3}",
            values.len(),
            mean(values, 0),
            mean(values, 1),
            mean(values, 2)
        );
    }
}

/// The gold queries; then without what could have been put in for them.
fn quality() {
    let queries = || -> Vec<(String, String, BTreeMap<String, f64>)> {
        let relevant = |query: &Value| {
            let ids = query["relevant"].as_array().unwrap().iter();
            ids.map(|id| (id.as_str().unwrap().to_owned(), 1.0)).collect()
        };
        let text = |query: &Value, key: &str| query[key].as_str().unwrap().to_owned();
        let list = gold("queries.json");
        list.as_array()
            .unwrap()
            .iter()
            .map(|query| (text(query, "kind"), text(query, "query"), relevant(query)))
            .collect()
    };
    let builtin = Lexicon::builtin();
    let options = Options { limit: 100, facets: false, ..Options::default() };
    let judged = || Judged { entries: sample(&builtin), queries: queries() };
    ranked(judged(), &builtin, "全部手段", &options);
    // Words of the thesaurus that stand in a gold query, taken out of it.
    let mut gone: Vec<&str> = builtin
        .thesaurus
        .words()
        .iter()
        .map(String::as_str)
        .filter(|word| queries().iter().any(|(_, text, _)| text.contains(word)))
        .collect();
    gone.sort_unstable();
    let tables = Tables { thesaurus: gone.iter().map(|word| format!("-{word}\n")).collect(), ..Tables::default() };
    let bare = Arc::new(Lexicon::with(&tables).unwrap());
    ranked(judged(), &bare, "近义词表去掉检索式的词", &options);
    ranked(judged(), &builtin, "只按原样", &Options { widen: false, ..options });
}

/// A set from a file.
fn external(file: &Path) {
    let lexicon = Lexicon::builtin();
    let mut judged = Judged { entries: Vec::new(), queries: Vec::new() };
    let mut places: BTreeMap<String, usize> = BTreeMap::new();
    for line in std::fs::read_to_string(file).unwrap().lines().filter(|line| !line.trim().is_empty()) {
        let value: Value = serde_json::from_str(line).unwrap();
        let said = |key: &str| value[key].as_str().map(str::to_owned);
        if let Some(id) = said("document") {
            judged.entries.push(Entry {
                kind: Kind::Finding,
                document: id.clone(),
                id,
                text: said("text").unwrap(),
                unit: None,
                sector: None,
                round: None,
                year: None,
                date: None,
                type_id: String::new(),
                type_name: String::new(),
                genre: Genre::Other,
                state: None,
            });
        } else if let (Some(id), Some(text)) = (said("query"), said("text")) {
            places.insert(id, judged.queries.len());
            judged.queries.push((said("kind").unwrap_or_else(|| "-".to_owned()), text, BTreeMap::new()));
        } else if let (Some(id), Some(relevant)) = (said("query"), said("relevant")) {
            judged.queries[places[&id]].2.insert(relevant, value["grade"].as_f64().unwrap_or(1.0));
        }
    }
    judged.queries.retain(|(_, _, relevant)| !relevant.is_empty());
    println!("{}：{}份，{}个检索式", file.display(), judged.entries.len(), judged.queries.len());
    ranked(judged, &lexicon, "全部手段", &Options { limit: 100, facets: false, ..Options::default() });
}
