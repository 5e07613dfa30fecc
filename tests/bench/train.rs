//! Trains what is learnt from the gold and reports, by cross-validation over documents, what it is worth beside the rules.
//!
//! `cargo bench --profile dev --bench train` prints the report; `cargo bench --profile dev --bench train -- --write` also
//! writes the weights to src/extract/data. Held-out documents take no part.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a report for developers")]
#![allow(dead_code, reason = "the gold is read by the code that the tests read it with")]

#[path = "../it/gold.rs"]
mod gold;

use std::path::Path;

use jianlin::extract::{
    GenreModel, Lessons, Models, Names, PieceWeights, SegmentModel, Typed, extract_with, genre_features, learn,
    type_scores,
};
use jianlin::lang::Lexicon;
use jianlin::model::{Block, Genre};
use jianlin::read::{Limits, read};

const FOLDS: usize = 8;

/// A gold document with its text.
struct Read {
    gold: gold::Document,
    blocks: Vec<Block>,
    lessons: Lessons,
    genre: Genre,
    genre_features: Vec<u64>,
    typed: Vec<Typed>,
}

fn main() {
    let lexicon = Lexicon::builtin();
    let mut names = Names::new();
    let documents: Vec<Read> = gold::documents()
        .into_iter()
        .chain(gold::further("dev"))
        .map(|document| {
            let bytes = std::fs::read(gold::corpus().join(&document.file)).unwrap();
            let blocks = read(&document.file, &bytes, &Limits::OFFICE).blocks;
            let quotes: Vec<&str> = document.findings.iter().map(|finding| finding.quote.as_str()).collect();
            let genre = Genre::from_name(document.facts["genre"].as_str().unwrap()).unwrap();
            let mut lessons = Lessons::default();
            learn(&document.file, &blocks, genre, &quotes, &lexicon, &mut lessons);
            let genre_features = genre_features(&document.file, &blocks, &lexicon, &mut names);
            let typed = document
                .findings
                .iter()
                .filter_map(|it| PieceWeights::example(&it.quote, &it.type_id, &lexicon))
                .collect();
            Read { gold: document, blocks, lessons, genre, genre_features, typed }
        })
        .collect();
    let n_findings: usize = documents.iter().map(|document| document.gold.findings.len()).sum();
    println!("{} documents, {n_findings} findings, {FOLDS} folds by document", documents.len());
    genres(&documents, &names);
    if std::env::var_os("TYPES").is_none() {
        segments(&documents, &names, &lexicon);
    }
    types(&documents, &lexicon);
    if std::env::args().any(|argument| argument == "--write") {
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/extract/data");
        std::fs::write(data.join("genre_weights.tsv"), train_genres(documents.iter(), &names).to_table()).unwrap();
        std::fs::write(data.join("segment_weights.tsv"), train_segments(documents.iter()).to_table()).unwrap();
        let examples: Vec<&Typed> = documents.iter().flat_map(|document| &document.typed).collect();
        std::fs::write(data.join("type_weights.tsv"), PieceWeights::train(&examples, &lexicon).to_table()).unwrap();
    }
}

fn train_genres<'a>(documents: impl Iterator<Item = &'a Read>, names: &Names) -> GenreModel {
    let examples: Vec<(Vec<u64>, Genre)> =
        documents.map(|document| (document.genre_features.clone(), document.genre)).collect();
    GenreModel::train(&examples, names)
}

/// Genres by rules alone and with the learnt model.
fn genres(documents: &[Read], names: &Names) {
    let lexicon = Lexicon::builtin();
    let (mut by_rules, mut by_both) = (0usize, 0usize);
    for fold in 0..FOLDS {
        let is_held = |at: usize| at % FOLDS == fold;
        let others = documents.iter().enumerate().filter(|(at, _)| !is_held(*at)).map(|(_, document)| document);
        let model = train_genres(others, names);
        let segments = SegmentModel::default();
        for (_, document) in documents.iter().enumerate().filter(|(at, _)| is_held(*at)) {
            let said = |genre: &GenreModel| {
                let models = Models { genre, segments: &segments };
                extract_with("", &document.gold.file, &document.blocks, &lexicon, models).header.genre
            };
            let (ruled, learnt) = (said(&GenreModel::default()), said(&model));
            by_rules += usize::from(ruled == document.genre);
            by_both += usize::from(learnt == document.genre);
            if learnt != document.genre || ruled != document.genre {
                println!(
                    "  {} is {}: rules {}, model {}; {}",
                    document.gold.id,
                    document.genre.name(),
                    ruled.name(),
                    learnt.name(),
                    document.gold.facts["title"].as_str().unwrap()
                );
            }
        }
    }
    let share = |count: usize| count as f64 / documents.len() as f64;
    println!("genres: rules {:.3}, rules and model {:.3}", share(by_rules), share(by_both));
}

fn train_segments<'a>(documents: impl Iterator<Item = &'a Read>) -> SegmentModel {
    let mut lessons = Lessons::default();
    for document in documents {
        lessons.extend(&document.lessons);
    }
    lessons.train()
}

/// Findings by rules alone and with the learnt models; the further documents, which are by other hands, also apart.
/// With JIANLIN_VERBOSE=1 every error of the models is shown.
fn segments(documents: &[Read], names: &Names, lexicon: &Lexicon) {
    let is_shown = std::env::var_os("JIANLIN_VERBOSE").is_some();
    let mut totals = [[[0usize; 4]; 2]; 2];
    for fold in 0..FOLDS {
        let is_held = |at: usize| at % FOLDS == fold;
        let others = || documents.iter().enumerate().filter(|(at, _)| !is_held(*at)).map(|(_, document)| document);
        let (no_genre, no_segments) = (GenreModel::default(), SegmentModel::default());
        let (genre, segments) = (train_genres(others(), names), train_segments(others()));
        let models =
            [Models { genre: &no_genre, segments: &no_segments }, Models { genre: &genre, segments: &segments }];
        for (_, document) in documents.iter().enumerate().filter(|(at, _)| is_held(*at)) {
            let wanted: Vec<&str> = document.gold.findings.iter().map(|finding| finding.quote.as_str()).collect();
            let is_further = document.gold.facts["set"].is_string();
            for (which, models) in models.into_iter().enumerate() {
                let found = extract_with(&document.gold.id, &document.gold.file, &document.blocks, lexicon, models);
                let said: Vec<&str> = found.findings.iter().map(|finding| finding.quote.as_str()).collect();
                let paired = gold::pairs(&said, &wanted);
                let exact =
                    said.iter().zip(&paired).filter(|(said, at)| at.is_some_and(|at| gold::same(said, wanted[at])));
                let counts = [paired.iter().flatten().count(), said.len(), wanted.len(), exact.count()];
                for total in &mut totals[..=usize::from(is_further)] {
                    for (sum, count) in total[which].iter_mut().zip(counts) {
                        *sum += count;
                    }
                }
                if is_shown && is_further && which == 1 {
                    let id = &document.gold.id;
                    if std::env::var("JIANLIN_ONLY").is_ok_and(|only| *id == only) {
                        println!("genre {}", found.header.genre.name());
                        for finding in &found.findings {
                            println!("  = {} {}", finding.place.block, finding.quote);
                        }
                    }
                    for (said, _) in found.findings.iter().zip(&paired).filter(|(_, at)| at.is_none()) {
                        println!("  + {id} [{}] {:?}", said.quote, said.headings);
                    }
                    for (at, wanted) in wanted.iter().enumerate().filter(|(at, _)| !paired.contains(&Some(*at))) {
                        println!("  - {id} #{at} [{wanted}]");
                    }
                }
            }
        }
    }
    for (set, totals) in ["all", "by other hands"].iter().zip(totals) {
        for (name, [right, said, wanted, exact]) in ["rules", "rules and models"].iter().zip(totals) {
            let (precision, recall) = (right as f64 / said as f64, right as f64 / wanted as f64);
            println!(
                "findings, {set}, {name}: precision {precision:.3} recall {recall:.3} F1 {:.3} exact {:.3}",
                2.0 * precision * recall / (precision + recall),
                exact as f64 / right as f64
            );
        }
    }
}

/// Quote and type of each finding.
fn examples(document: &Read) -> impl Iterator<Item = (&str, &str)> {
    document.gold.findings.iter().map(|finding| (finding.quote.as_str(), finding.type_id.as_str()))
}

/// Types by trigger words alone and with the learnt word pieces.
fn types(documents: &[Read], lexicon: &Lexicon) {
    let none = PieceWeights::default();
    let (mut n, mut rules, mut both, mut both3) = (0usize, 0usize, 0usize, 0usize);
    for fold in 0..FOLDS {
        let is_held = |at: usize| at % FOLDS == fold;
        let rest = documents.iter().enumerate().filter(|(at, _)| !is_held(*at));
        let weights = PieceWeights::train(&rest.flat_map(|(_, document)| &document.typed).collect::<Vec<_>>(), lexicon);
        for (quote, type_id) in
            documents.iter().enumerate().filter(|(at, _)| is_held(*at)).flat_map(|(_, document)| examples(document))
        {
            let by_rules = type_scores(quote, "", lexicon, &none);
            let by_both = type_scores(quote, "", lexicon, &weights);
            n += 1;
            rules += usize::from(by_rules.first().is_some_and(|it| it.type_id == type_id));
            both += usize::from(by_both.first().is_some_and(|it| it.type_id == type_id));
            both3 += usize::from(by_both.iter().take(3).any(|it| it.type_id == type_id));
        }
    }
    let share = |count: usize| count as f64 / n as f64;
    println!("types: rules {:.3}, rules and pieces {:.3}, within three {:.3}", share(rules), share(both), share(both3));
}
