//! Trains the word-piece weights from the gold and reports how well findings are typed, by cross-validation.
//!
//! `cargo bench --profile dev --bench train` prints the report; `cargo bench --profile dev --bench train -- --write` also writes
//! src/extract/data/type_weights.tsv.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a report for developers")]

use std::collections::BTreeSet;
use std::path::Path;

use jianlin::extract::{PieceWeights, type_scores};
use jianlin::lang::Lexicon;

const FOLDS: usize = 10;

fn main() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(root.join("corpus/gold/documents.json")).unwrap();
    let gold: serde_json::Value = serde_json::from_str(&text).unwrap();
    let rows: Vec<(&str, &str, &str)> = gold
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|document| {
            let id = document["id"].as_str().unwrap();
            document["findings"]
                .as_array()
                .unwrap()
                .iter()
                .map(move |finding| (id, finding["quote"].as_str().unwrap(), finding["type"].as_str().unwrap()))
        })
        .collect();
    let lexicon = Lexicon::builtin();
    let documents: Vec<&str> = rows.iter().map(|row| row.0).collect::<BTreeSet<_>>().into_iter().collect();
    let none = PieceWeights::default();
    let (mut rules, mut both, mut both3) = (0, 0, 0);
    for fold in 0..FOLDS {
        let held: BTreeSet<&str> = documents.iter().skip(fold).step_by(FOLDS).copied().collect();
        let examples: Vec<(&str, &str)> =
            rows.iter().filter(|row| !held.contains(row.0)).map(|row| (row.1, row.2)).collect();
        let weights = PieceWeights::train(&examples);
        for (_, quote, type_id) in rows.iter().filter(|row| held.contains(row.0)) {
            let by_rules = type_scores(quote, "", &lexicon, &none);
            let by_both = type_scores(quote, "", &lexicon, &weights);
            rules += usize::from(by_rules.first().is_some_and(|it| it.type_id == *type_id));
            both += usize::from(by_both.first().is_some_and(|it| it.type_id == *type_id));
            both3 += usize::from(by_both.iter().take(3).any(|it| it.type_id == *type_id));
        }
    }
    let share = |count: usize| count as f64 / rows.len() as f64;
    println!("{} findings, {FOLDS} folds by document", rows.len());
    println!("rules {:.3}  rules and pieces {:.3}  within three {:.3}", share(rules), share(both), share(both3));
    if std::env::args().any(|argument| argument == "--write") {
        let examples: Vec<(&str, &str)> = rows.iter().map(|row| (row.1, row.2)).collect();
        std::fs::write(root.join("src/extract/data/type_weights.tsv"), PieceWeights::train(&examples).to_table())
            .unwrap();
    }
}
