//! The index finds what contains a query, and nothing else.

use std::collections::BTreeSet;

use jianlin::index::{Entry, Hits, Kind, Options, Query, Rung, SearchIndex, Sort, Text, highlights, literally, parse};
use jianlin::lang::{Lexicon, normalise};
use jianlin::model::Date;
use jianlin::model::Genre;
use proptest::prelude::*;

fn entry(id: usize, text: &str) -> Entry {
    Entry {
        kind: Kind::Finding,
        id: format!("{id:04}"),
        document: format!("d{}", id % 3),
        text: text.to_owned(),
        unit: Some(format!("东澜市第{id}中学党支部")),
        sector: Some(if id.is_multiple_of(2) { "教育" } else { "卫健" }.to_owned()),
        round: Some("六届市委第四轮".to_owned()),
        year: Some(2021 + (id % 4) as u16),
        date: Some(Date { year: 2021 + (id % 4) as u16, month: 5, day: 1 + (id % 28) as u8 }),
        type_id: "E1".to_owned(),
        type_name: "财务管理与报销审核不严".to_owned(),
        genre: Genre::Feedback,
        state: None,
    }
}

fn index(texts: &[&str]) -> (tempfile::TempDir, SearchIndex) {
    let folder = tempfile::tempdir().unwrap();
    let mut index = SearchIndex::open(folder.path(), Lexicon::builtin()).unwrap();
    let entries: Vec<Entry> = texts.iter().enumerate().map(|(id, text)| entry(id, text)).collect();
    index.replace(true, &[], entries, "1|x").unwrap();
    (folder, index)
}

const ALL: Options = Options {
    kind: Kind::Finding,
    limit: usize::MAX,
    offset: 0,
    sort: Sort::Relevance,
    widen: true,
    fold: false,
    facets: true,
};

fn ids(hits: &Hits) -> BTreeSet<usize> {
    hits.hits.iter().map(|hit| hit.id.parse().unwrap()).collect()
}

fn found(index: &SearchIndex, query: &str) -> BTreeSet<usize> {
    ids(&index.search(&parse(query).unwrap(), &ALL).unwrap())
}

/// What a query holds of a text, by plain reading.
fn holds(query: &Query, text: &str) -> bool {
    match query {
        Query::All => true,
        Query::Text(leaf) => normalise(text).text.contains(&leaf.literal),
        Query::Field(..) => false,
        Query::And(parts) => parts.iter().all(|part| holds(part, text)),
        Query::Or(parts) => parts.iter().any(|part| holds(part, text)),
        Query::Not(inner) => !holds(inner, text),
    }
}

fn texts() -> impl Strategy<Value = Vec<String>> {
    let piece = prop::sample::select(vec![
        "食堂",
        "采购",
        "未",
        "公开",
        "招标",
        "管理混乱",
        "财务",
        "，",
        "12.5万元",
        "２０２３年",
        "貪腐",
        "三重一大",
        "A",
        "…",
        "（",
        "“",
        " ",
        "粮",
        "储备粮",
    ]);
    prop::collection::vec(prop::collection::vec(piece, 1..9).prop_map(|pieces| pieces.concat()), 1..12)
}

/// A piece of one of the texts, quoted or not.
fn leaf(texts: &[String], seed: usize, length: usize, is_exact: bool) -> Query {
    let characters: Vec<char> = texts[seed % texts.len()].chars().collect();
    let start = (seed / 7) % characters.len();
    let literal: String = characters[start..(start + length).min(characters.len())].iter().collect();
    match literally(&literal) {
        Query::Text(text) => Query::Text(Text { is_exact, ..text }),
        query => query,
    }
}

/// A query of any shape; its leaves are chosen when the texts are known.
#[derive(Debug, Clone)]
enum Shape {
    Leaf(usize, usize, bool),
    And(Vec<Shape>),
    Or(Vec<Shape>),
    Not(Box<Shape>),
}

fn shapes() -> impl Strategy<Value = Shape> {
    let leaf = (0usize..10_000, 1usize..9, any::<bool>())
        .prop_map(|(seed, length, is_exact)| Shape::Leaf(seed, length, is_exact));
    leaf.prop_recursive(4, 12, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..4).prop_map(Shape::And),
            prop::collection::vec(inner.clone(), 1..4).prop_map(Shape::Or),
            inner.prop_map(|inner| Shape::Not(Box::new(inner))),
        ]
    })
}

fn query(texts: &[String], shape: &Shape) -> Query {
    let all = |shapes: &[Shape]| shapes.iter().map(|shape| query(texts, shape)).collect();
    match shape {
        Shape::Leaf(seed, length, is_exact) => leaf(texts, *seed, *length, *is_exact),
        Shape::And(shapes) => Query::And(all(shapes)),
        Shape::Or(shapes) => Query::Or(all(shapes)),
        Shape::Not(inner) => Query::Not(Box::new(query(texts, inner))),
    }
}

/// Hits that hold the query as it was asked.
fn literal(hits: &Hits) -> BTreeSet<usize> {
    hits.hits.iter().filter(|hit| hit.rung == Rung::AsAsked).map(|hit| hit.id.parse().unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    /// 60 corpora with 60 queries each: what is found literally is what a plain reading finds, whatever the nesting;
    /// what is found besides comes after it and never holds what the query excludes.
    #[test]
    fn substrings_are_the_truth(texts in texts(), shapes in prop::collection::vec(shapes(), 60), excluded in shapes()) {
        let borrowed: Vec<&str> = texts.iter().map(String::as_str).collect();
        let (_folder, index) = index(&borrowed);
        let excluded = query(&texts, &excluded);
        for shape in &shapes {
            let query = query(&texts, shape);
            let wanted: BTreeSet<usize> = (0..texts.len()).filter(|&at| holds(&query, &texts[at])).collect();
            let hits = index.search(&query, &ALL).unwrap();
            prop_assert_eq!(&literal(&hits), &wanted, "{} in {:?}", query, texts);
            prop_assert!(hits.hits.is_sorted_by_key(|hit| hit.rung));
            prop_assert_eq!(hits.total, hits.by_rung.iter().map(|(_, n)| n).sum::<usize>());
            let narrow = index.search(&query, &Options { widen: false, ..ALL }).unwrap();
            prop_assert_eq!(ids(&narrow), wanted);
            let without = Query::And(vec![query, Query::Not(Box::new(excluded.clone()))]);
            for at in ids(&index.search(&without, &ALL).unwrap()) {
                prop_assert!(!holds(&excluded, &texts[at]), "{} in {}", without, texts[at]);
            }
        }
    }

    #[test]
    fn highlights_stand_on_the_original(texts in texts(), seed in 0usize..10_000, length in 1usize..6) {
        let query = leaf(&texts, seed, length, true);
        let Query::Text(Text { literal, .. }) = &query else { return Ok(()) };
        for text in &texts {
            let characters: Vec<char> = text.chars().collect();
            let ranges = highlights(&query, text, &Lexicon::builtin());
            prop_assert_eq!(ranges.is_empty(), !normalise(text).text.contains(literal));
            for [start, end] in ranges {
                let marked: String = characters[start..end].iter().collect();
                prop_assert!(normalise(&marked).text.contains(literal));
            }
        }
    }

    #[test]
    fn no_query_panics(text in "[\\p{Han}\"“”()（）|:：或且\\- a-z0-9]{0,60}") {
        let _ = parse(&text);
    }
}

#[test]
fn fields_facets_and_pages() {
    let (_folder, index) = index(&["食堂采购未招标", "食堂采购单价虚高", "食堂账目不清", "校服征订"]);
    assert_eq!(found(&index, "食堂 系统:教育"), [0, 2].into());
    assert_eq!(found(&index, "食堂 单位:第1中学"), [1].into());
    assert_eq!(found(&index, "年度:2021-2022"), [0, 1].into());
    assert_eq!(found(&index, "类型:报销审核 校服"), [3].into());
    assert_eq!(found(&index, "食堂 -采购"), [2].into());
    assert_eq!(found(&index, "-食堂"), [3].into());
    let hits = index.search(&parse("食堂").unwrap(), &ALL).unwrap();
    let sectors = hits.facets.iter().find(|(name, _)| *name == "sector").unwrap();
    assert_eq!(sectors.1, [("教育".to_owned(), 2), ("卫健".to_owned(), 1)]);
    let pages: Vec<String> = (0..3)
        .flat_map(|offset| index.search(&parse("食堂").unwrap(), &Options { limit: 1, offset, ..ALL }).unwrap().hits)
        .map(|hit| hit.id)
        .collect();
    assert_eq!(pages, hits.hits.into_iter().map(|hit| hit.id).collect::<Vec<_>>());
}

#[test]
fn wider_answers_say_so() {
    let (_folder, index) = index(&["公务接待没有公函和清单", "固定资产账实不符"]);
    let hits = index.search(&parse("公函清单接待").unwrap(), &ALL).unwrap();
    assert_eq!((ids(&hits), hits.rung), ([0].into(), Rung::AllWords));
    let hits = index.search(&parse("“公函清单接待”").unwrap(), &ALL).unwrap();
    assert_eq!(hits.total, 0);
}

#[test]
fn entries_of_a_document_are_replaced_and_a_damaged_index_is_made_anew() {
    let (folder, mut index) = index(&["食堂采购未招标", "食堂账目不清", "校服征订"]);
    index.replace(false, &["d0".to_owned()], [entry(0, "食堂外包")], "2|x").unwrap();
    assert_eq!(found(&index, "食堂"), [0, 1].into());
    assert_eq!(found(&index, "未招标"), BTreeSet::new());
    assert_eq!(index.stamp().as_deref(), Some("2|x"));
    drop(index);
    std::fs::write(folder.path().join("meta.json"), "不是索引").unwrap();
    let index = SearchIndex::open(folder.path(), Lexicon::builtin()).unwrap();
    assert!(index.was_rebuilt());
    assert_eq!(index.stamp(), None);
}

#[test]
fn the_same_entries_give_the_same_answer_whatever_came_before() {
    let texts =
        ["食堂采购未招标", "食堂账目不清", "食堂采购单价虚高", "公务接待没有公函", "食堂采购未招标", "设备采购闲置"];
    let (_folder, fresh) = index(&texts);
    let folder = tempfile::tempdir().unwrap();
    let mut grown = SearchIndex::open(folder.path(), Lexicon::builtin()).unwrap();
    for (id, text) in texts.iter().enumerate().rev() {
        let own = |text: &str| Entry { document: format!("own{id}"), ..entry(id, text) };
        grown.replace(false, &[], [own(&format!("旧的{text}采购"))], "1|x").unwrap();
        grown.replace(false, &[format!("own{id}")], [own(text)], "2|x").unwrap();
    }
    for query in ["食堂 采购", "食堂", "公函接待", "采购", "“未招标”"] {
        let query = parse(query).unwrap();
        assert_eq!(fresh.search(&query, &ALL).unwrap(), grown.search(&query, &ALL).unwrap(), "{query}");
    }
}
