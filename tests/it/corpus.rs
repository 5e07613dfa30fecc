//! The sample and its gold belong together.

use std::collections::BTreeSet;
use std::io::Read;

use jianlin::read::{Limits, read};
use jianlin::workspace::sha256;

use crate::gold;

fn squeezed(text: &str) -> String {
    text.chars().filter(|character| !character.is_whitespace()).collect()
}

#[test]
fn every_gold_quote_stands_in_its_document() {
    let mut missing = Vec::new();
    for document in gold::documents() {
        let bytes = std::fs::read(gold::corpus().join(&document.file)).unwrap();
        assert_eq!(
            sha256(&bytes),
            document.facts["sha256"].as_str().unwrap(),
            "{}: made again without its gold",
            document.file
        );
        let read = read(&document.file, &bytes, &Limits::OFFICE);
        let texts: Vec<String> = read.blocks.iter().map(|block| squeezed(&block.text)).collect();
        let quotes = document.findings.iter().map(|finding| &finding.quote);
        for quote in quotes.chain(document.items.iter().map(|item| &item.problem_quote)) {
            if !texts.iter().any(|text| text.contains(&squeezed(quote))) {
                missing.push(format!("{}: {quote}", document.id));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn the_sample_is_as_large_and_varied_as_promised() {
    let documents = gold::documents();
    let n_findings: usize = documents.iter().map(|document| document.findings.len()).sum();
    let distinct = |key: &str| -> BTreeSet<String> {
        documents.iter().map(|document| document.facts[key].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert!(documents.len() >= 60 && n_findings >= 700, "{} {n_findings}", documents.len());
    for sector in ["教育", "卫健", "法院", "公安", "供销", "粮食"] {
        assert!(distinct("sector").contains(sector), "{sector}");
        let themes = gold::json("themes.json");
        let of_sector = themes.as_array().unwrap().iter().find(|it| it["sector"] == sector).unwrap();
        let n_common = of_sector["common"].as_array().unwrap().len();
        assert!(n_common >= 6, "{sector} {n_common}");
    }
    for format in ["docx", "docx-auto", "xlsx", "pdf", "txt-gb18030", "txt-utf8", "html"] {
        assert!(distinct("format").contains(format), "{format}");
    }
    for genre in ["feedback", "report", "plan", "rectification", "ledger", "summary", "notice", "other"] {
        assert!(distinct("genre").contains(genre), "{genre}");
    }
}

#[test]
fn findings_are_known_to_queries_and_rectification() {
    let documents = gold::documents();
    let known: BTreeSet<&str> =
        documents.iter().flat_map(|document| document.findings.iter().map(|finding| finding.id.as_str())).collect();
    let queries = gold::json("queries.json");
    assert!(queries.as_array().unwrap().len() >= 40);
    for query in queries.as_array().unwrap() {
        for id in query["relevant"].as_array().unwrap() {
            assert!(known.contains(id.as_str().unwrap()), "{id}");
        }
    }
    let mut verdicts = BTreeSet::new();
    for document in &documents {
        for item in document.facts["items"].as_array().unwrap() {
            assert!(known.contains(item["finding"].as_str().unwrap()), "{item}");
            verdicts.insert(item["verdict"].as_str().unwrap().to_owned());
        }
        for missing in document.facts["missing"].as_array().unwrap() {
            assert!(known.contains(missing.as_str().unwrap()), "{missing}");
        }
    }
    assert_eq!(verdicts, ["contradiction", "copied", "done", "ongoing"].map(str::to_owned).into());
}

#[test]
fn the_built_in_sample_is_the_corpus() {
    let bytes = std::fs::read(gold::corpus().join("sample.zip")).unwrap();
    assert!(bytes.len() < 3 << 20, "{}", bytes.len());
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let documents = gold::documents();
    assert_eq!(archive.len(), documents.len());
    for document in documents {
        let mut packed = Vec::new();
        archive.by_name(&document.file).unwrap().read_to_end(&mut packed).unwrap();
        assert_eq!(packed, std::fs::read(gold::corpus().join(&document.file)).unwrap(), "{}", document.file);
    }
}
