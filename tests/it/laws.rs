//! Laws of extraction and clustering on input nobody wrote.

use jianlin::cluster::{Grouping, Material, Rule, themes};
use jianlin::extract::extract;
use jianlin::lang::{Lexicon, normalise};
use jianlin::model::{Block, BlockKind, Finding, Scope};
use proptest::prelude::*;

use crate::sample;

fn block(text: String) -> Block {
    Block { kind: BlockKind::Paragraph, text, page: None, cell: None }
}

fn paragraphs() -> impl Strategy<Value = Vec<String>> {
    let piece = prop::sample::select(vec![
        "一、存在的主要问题",
        "（一）",
        "1.",
        "①",
        "一是",
        "有的",
        "但巡察也发现，",
        "租金未收",
        "合同缺失",
        "，导致",
        "。",
        "；",
        "：",
        "“",
        "”",
        "（",
        "2023年",
        "12.5万元",
        "市教育局党组",
        "对",
        "开展巡察",
        "未发现",
        "要求",
        "如，",
        "学用脱节",
        "管理混乱",
        "\n",
        "𠮷",
        "é",
        " ",
    ]);
    prop::collection::vec(prop::collection::vec(piece, 1..20).prop_map(|pieces| pieces.concat()), 1..12)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn every_finding_slices_back_to_its_quote(paragraphs in paragraphs()) {
        let blocks: Vec<Block> = paragraphs.into_iter().filter(|text| !text.trim().is_empty()).map(block).collect();
        let found = extract("sha", "反馈意见.txt", &blocks, &Lexicon::builtin());
        for finding in &found.findings {
            let text = &blocks[finding.place.block as usize].text;
            prop_assert_eq!(finding.place.slice(text), Some(finding.quote.as_str()));
        }
        for item in &found.items {
            let text = &blocks[item.place.block as usize].text;
            prop_assert_eq!(item.place.slice(text), Some(item.quote.as_str()));
        }
    }

    #[test]
    fn mutated_documents_keep_the_law(seed in 0usize..86, cuts in prop::collection::vec((0usize..4000, 0usize..12, "[一二、（）：；。“”但如 \\n0-9a-z]{0,6}"), 1..12)) {
        let documents = crate::gold::documents();
        let document = &documents[seed % documents.len()];
        let bytes = std::fs::read(crate::gold::corpus().join(&document.file)).unwrap();
        let mut blocks = jianlin::read::read(&document.file, &bytes, &jianlin::read::Limits::OFFICE).blocks;
        for (at, n_gone, added) in cuts {
            let block_idx = at % blocks.len();
            let mut characters: Vec<char> = blocks[block_idx].text.chars().collect();
            let start = at % (characters.len() + 1);
            let end = (start + n_gone).min(characters.len());
            characters.splice(start..end, added.chars());
            blocks[block_idx].text = characters.into_iter().collect();
        }
        blocks.retain(|block| !block.text.trim().is_empty());
        let found = extract("sha", &document.file, &blocks, &Lexicon::builtin());
        for finding in &found.findings {
            for (quote, place) in std::iter::once((&finding.quote, &finding.place)).chain(finding.detail.iter().map(|it| (&it.quote, &it.place))) {
                prop_assert_eq!(place.slice(&blocks[place.block as usize].text), Some(quote.as_str()));
            }
            let n_chars = finding.quote.chars().count() as u32;
            prop_assert!(finding.facts.spans.iter().all(|span| span.start < span.end && span.end <= n_chars));
        }
    }

    #[test]
    fn a_piece_of_a_text_normalises_to_a_piece_of_the_normalised_text(text in "[\\p{Han}a-zＡ-Ｚ０-９①-⑳…、。“” ]{1,30}", start in 0usize..30, length in 1usize..10) {
        let characters: Vec<char> = text.chars().collect();
        let start = start % characters.len();
        let piece: String = characters[start..(start + length).min(characters.len())].iter().collect();
        prop_assert!(normalise(&text).text.contains(&normalise(&piece).text));
    }
}

#[test]
fn themes_do_not_depend_on_the_order_of_findings_and_lose_none() {
    let (_folder, workspace) = sample::workspace();
    let findings: Vec<Finding> =
        workspace.findings().unwrap().into_iter().filter(|finding| finding.sector.as_deref() == Some("法院")).collect();
    let run = |findings: Vec<&Finding>| {
        let material = Material { findings, ..Material::default() };
        let scope = Scope { sector: None, rounds: Vec::new(), units: Vec::new() };
        themes(&material, scope, &Rule::STANDARD, &Grouping::THEMES, &Lexicon::builtin())
    };
    let forward = run(findings.iter().collect());
    assert_eq!(forward, run(findings.iter().rev().collect()));
    let mut placed: Vec<&String> = forward.themes.iter().flat_map(|theme| &theme.findings).collect();
    placed.extend(forward.residue.iter().map(|residue| &residue.finding));
    placed.sort();
    let mut all: Vec<&String> = findings.iter().map(|finding| &finding.id).collect();
    all.sort();
    assert_eq!(placed, all);
}
