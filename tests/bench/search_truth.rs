//! Random queries against plain reading.

use std::collections::BTreeSet;
use std::time::Instant;

use jianlin::index::{Options, Query, Rung, SearchIndex, Text, literally, parse};
use jianlin::lang::{Lexicon, normalise};

use crate::search_speed::fastest;
use crate::{many, sample};

/// A sequence that looks random and is always the same (xorshift).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 % n as u64) as usize
    }
}

/// So many queries of every nesting over pieces of 1–8 characters: each answer is what plain reading finds.
pub fn hold(n_queries: usize) {
    const N: usize = 2_000;
    let lexicon = Lexicon::builtin();
    let sample = sample(&lexicon);
    let entries: Vec<_> = many(&sample, N).collect();
    let texts: Vec<String> = entries.iter().map(|entry| normalise(&entry.text).text).collect();
    let originals: Vec<Vec<char>> = entries.iter().map(|entry| entry.text.chars().collect()).collect();
    let ids: Vec<String> = entries.iter().map(|entry| entry.id.clone()).collect();
    let folder = tempfile::tempdir().unwrap();
    let mut index = SearchIndex::open(folder.path(), lexicon).unwrap();
    index.replace(true, &[], entries, "bench").unwrap();
    let mut chance = Chance(0x5eed_5eed_5eed_5eed);
    let (mut n_wrong, mut n_hits) = (0, 0);
    let start = Instant::now();
    for query_idx in 0..n_queries {
        let query = random(&mut chance, &originals, 3);
        let wanted: BTreeSet<&str> =
            (0..N).filter(|&at| holds(&query, &texts[at])).map(|at| ids[at].as_str()).collect();
        // Every second query is asked with everything that widens it.
        let widen = query_idx % 2 == 0;
        let options = Options { limit: usize::MAX, facets: false, widen, ..Options::default() };
        let hits = index.search(&query, &options).unwrap();
        let found: BTreeSet<&str> =
            hits.hits.iter().filter(|hit| hit.rung == Rung::AsAsked).map(|hit| hit.id.as_str()).collect();
        n_hits += found.len();
        if found != wanted {
            n_wrong += 1;
            println!("不符：{query}");
        }
    }
    println!(
        "真值：{n_queries}个随机检索式（1～8字的片段，且、或、非、括号任意嵌套），{N}条问题，原样命中共{n_hits}条，不符{n_wrong}个，用时{:.0}秒",
        start.elapsed().as_secs_f64()
    );
    assert_eq!(n_wrong, 0);
}

/// Queries that are meant to do harm are answered or refused in less than a tenth of a second.
pub fn survive() {
    let lexicon = Lexicon::builtin();
    let sample = sample(&lexicon);
    let folder = tempfile::tempdir().unwrap();
    let mut index = SearchIndex::open(folder.path(), lexicon).unwrap();
    index.replace(true, &[], many(&sample, 2_000), "bench").unwrap();
    let mut texts = hostile();
    // A pasted page, cut to what may be asked.
    texts
        .push(sample.iter().flat_map(|entry| entry.text.chars().filter(|it| it.is_alphabetic())).take(2_000).collect());
    let mut slowest = (0.0f64, String::new());
    for text in &texts {
        let time = fastest(|| {
            if let Ok(query) = parse(text) {
                let hits = index.search(&query, &Options::default()).unwrap();
                if hits.total == 0 {
                    index.why_empty(&query, &Options::default()).unwrap();
                }
            }
        });
        if time > slowest.0 {
            slowest = (time, text.chars().take(12).collect());
        }
    }
    println!("恶意检索式{}个，最慢{:.1}毫秒（{:?}…）", texts.len(), slowest.0, slowest.1);
    assert!(slowest.0 < 100.0);
}

/// Queries that are meant to do harm.
fn hostile() -> Vec<String> {
    let pieces = [
        "食",
        "(",
        ")",
        "-",
        "-(",
        "“",
        "或 ",
        "食 或 ",
        "食堂或",
        "非 ",
        "\u{0}",
        "\u{202e}",
        "金额:>",
        "年度:",
        "a",
        "的",
        "9",
        "万",
        ",",
        "百分之",
    ];
    let mut texts: Vec<String> =
        [1_000, 4_000, 10_000, 34_000].iter().flat_map(|&n| pieces.iter().map(move |piece| piece.repeat(n))).collect();
    texts.extend(["(", "（"].map(|open| format!("{}食堂{}", open.repeat(10_000), ")".repeat(10_000))));
    texts.extend(pieces.map(|piece| piece.repeat(190)));
    texts.push("食堂 采购 管理 ".repeat(60));
    texts
}

fn random(chance: &mut Chance, texts: &[Vec<char>], depth: usize) -> Query {
    let shape = if depth == 0 { 0 } else { chance.below(8) };
    let some = |chance: &mut Chance| (0..2 + chance.below(2)).map(|_| random(chance, texts, depth - 1)).collect();
    match shape {
        5 => Query::And(some(chance)),
        6 => Query::Or(some(chance)),
        7 => Query::Not(Box::new(random(chance, texts, depth - 1))),
        _ => {
            let text = &texts[chance.below(texts.len())];
            let (start, length) = (chance.below(text.len()), 1 + chance.below(8));
            let piece: String = text[start..(start + length).min(text.len())].iter().collect();
            match literally(&piece) {
                Query::Text(text) => Query::Text(Text { is_exact: chance.below(2) == 0, ..text }),
                query => query,
            }
        }
    }
}

fn holds(query: &Query, text: &str) -> bool {
    match query {
        Query::All => true,
        Query::Text(leaf) => text.contains(&leaf.literal),
        Query::Field(..) => false,
        Query::And(parts) => parts.iter().all(|part| holds(part, text)),
        Query::Or(parts) => parts.iter().any(|part| holds(part, text)),
        Query::Not(inner) => !holds(inner, text),
    }
}
