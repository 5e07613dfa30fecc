//! The gold of the sample (corpus/gold): what a careful analyst finds in each document.

use std::path::{Path, PathBuf};

use serde_json::Value;

/// One gold finding.
pub(crate) struct Finding {
    pub(crate) id: String,
    pub(crate) quote: String,
    pub(crate) type_id: String,
    pub(crate) unit: String,
}

/// One gold rectification item.
pub(crate) struct Item {
    pub(crate) problem_quote: String,
}

/// One gold document.
pub(crate) struct Document {
    pub(crate) id: String,
    pub(crate) file: String,
    pub(crate) facts: Value,
    pub(crate) findings: Vec<Finding>,
    pub(crate) items: Vec<Item>,
}

pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus")
}

fn text(value: &Value, key: &str) -> String {
    value[key].as_str().unwrap_or_default().to_owned()
}

pub(crate) fn json(name: &str) -> Value {
    serde_json::from_str(&std::fs::read_to_string(corpus().join("gold").join(name)).unwrap()).unwrap()
}

/// All gold documents of the sample, sorted by id.
pub(crate) fn documents() -> Vec<Document> {
    parsed(&json("documents.json"))
}

/// The further gold documents: `dev` for tuning, `held` for measuring only.
pub(crate) fn further(set: &str) -> Vec<Document> {
    let mut documents = parsed(&json("further.json"));
    documents.retain(|document| document.facts["set"] == set);
    documents
}

fn parsed(list: &Value) -> Vec<Document> {
    let documents = list.as_array().unwrap().iter().map(|value| Document {
        id: text(value, "id"),
        file: text(value, "file"),
        findings: value["findings"]
            .as_array()
            .unwrap()
            .iter()
            .map(|finding| Finding {
                id: text(finding, "id"),
                quote: text(finding, "quote"),
                type_id: text(finding, "type"),
                unit: text(finding, "unit"),
            })
            .collect(),
        items: value["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|item| Item { problem_quote: text(item, "problem_quote") })
            .collect(),
        facts: value.clone(),
    });
    documents.collect()
}

/// Characters in common over the longer of the two: the length of the longest common run.
pub(crate) fn overlap(left: &str, right: &str) -> f64 {
    let left: Vec<char> = left.chars().filter(|character| !character.is_whitespace()).collect();
    let right: Vec<char> = right.chars().filter(|character| !character.is_whitespace()).collect();
    let mut before = vec![0usize; right.len() + 1];
    let mut best = 0;
    for wanted in &left {
        let mut row = vec![0usize; right.len() + 1];
        for (at, character) in right.iter().enumerate() {
            if wanted == character {
                row[at + 1] = before[at] + 1;
                best = best.max(row[at + 1]);
            }
        }
        before = row;
    }
    best as f64 / left.len().max(right.len()).max(1) as f64
}

/// Pairs predicted quotes with gold quotes one to one, best overlap first, at 0.5 and above: gold index of each
/// predicted quote.
pub(crate) fn pairs(predicted: &[&str], gold: &[&str]) -> Vec<Option<usize>> {
    let mut candidates: Vec<(f64, usize, usize)> = Vec::new();
    for (predicted_idx, left) in predicted.iter().enumerate() {
        for (gold_idx, right) in gold.iter().enumerate() {
            let value = overlap(left, right);
            if value >= 0.5 {
                candidates.push((value, predicted_idx, gold_idx));
            }
        }
    }
    candidates.sort_by(|left, right| right.0.total_cmp(&left.0).then((left.1, left.2).cmp(&(right.1, right.2))));
    let mut paired = vec![None; predicted.len()];
    let mut taken = vec![false; gold.len()];
    for (_, predicted_idx, gold_idx) in candidates {
        if paired[predicted_idx].is_none() && !taken[gold_idx] {
            paired[predicted_idx] = Some(gold_idx);
            taken[gold_idx] = true;
        }
    }
    paired
}

/// Whether two quotes are the same but for white space and marks at the ends.
pub(crate) fn same(left: &str, right: &str) -> bool {
    let core = |text: &str| -> String {
        let text: String = text.chars().filter(|character| !character.is_whitespace()).collect();
        text.trim_matches(|character: char| "。；，、：！".contains(character)).to_owned()
    };
    core(left) == core(right)
}
