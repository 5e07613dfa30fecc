//! How good the program is on the sample: the measures, printed, and floors that were really reached.

use jianlin::extract::{Extraction, extract};
use jianlin::lang::Lexicon;
use jianlin::read::{Limits, read};

use crate::gold;

/// Shares of extraction, all between 0 and 1.
#[derive(Debug, Default)]
pub(crate) struct Extracted {
    pub(crate) precision: f64,
    pub(crate) recall: f64,
    pub(crate) exact: f64,
    pub(crate) type_top1: f64,
    pub(crate) type_top3: f64,
    pub(crate) unit: f64,
    pub(crate) items: f64,
    pub(crate) false_per_empty_document: f64,
    pub(crate) fields: Vec<(&'static str, f64)>,
}

fn verbose() -> bool {
    std::env::var_os("JIANLIN_VERBOSE").is_some()
}

/// Extracts a gold document from its real file.
pub(crate) fn extracted(document: &gold::Document) -> Extraction {
    let bytes = std::fs::read(gold::corpus().join(&document.file)).unwrap();
    let read = read(&document.file, &bytes, &Limits::OFFICE);
    assert!(read.verdict.is_usable(), "{}: {:?}", document.file, read.diagnostics);
    extract(&document.id, &document.file, &read.blocks, &Lexicon::builtin())
}

/// 东澜市教育局党组 and 市教育局党组 are one unit where a document does not name its city, and so are 西浦区白渡镇党委
/// and 白渡镇党委.
pub(crate) fn same_unit(left: &str, right: &str) -> bool {
    let short = |name: &str| -> String {
        let at = name.char_indices().nth(2).map_or(0, |(at, _)| at);
        if name[at..].starts_with('市') { name[at..].to_owned() } else { name.to_owned() }
    };
    let (left, right) = (short(left), short(right));
    left.ends_with(&right) || right.ends_with(&left)
}

pub(crate) fn measure(documents: &[gold::Document]) -> Extracted {
    let (mut n_predicted, mut n_gold, mut n_paired) = (0, 0, 0);
    let (mut n_exact, mut n_type, mut n_top3, mut n_unit, mut n_with_unit) = (0, 0, 0, 0, 0);
    let (mut n_items, mut n_found_items) = (0, 0);
    let (mut n_empty, mut n_false_in_empty) = (0, 0);
    let names =
        ["genre", "title", "inspecting_body", "round", "inspection_type", "period", "feedback_date", "units", "sector"];
    let mut right = [0usize; 9];
    for document in documents {
        let found = extracted(document);
        let predicted: Vec<&str> = found.findings.iter().map(|finding| finding.quote.as_str()).collect();
        let wanted: Vec<&str> = document.findings.iter().map(|finding| finding.quote.as_str()).collect();
        let paired = gold::pairs(&predicted, &wanted);
        n_predicted += predicted.len();
        n_gold += wanted.len();
        if wanted.is_empty() {
            n_empty += 1;
            n_false_in_empty += predicted.len();
        }
        for (finding, gold_idx) in found.findings.iter().zip(&paired) {
            let Some(gold_idx) = gold_idx else {
                if verbose() {
                    println!("  + {} [{}] {:?}", document.id, finding.quote, finding.headings);
                }
                continue;
            };
            let gold_finding = &document.findings[*gold_idx];
            n_paired += 1;
            let is_exact = gold::same(&finding.quote, &gold_finding.quote);
            n_exact += usize::from(is_exact);
            let is_type = finding.type_id == gold_finding.type_id;
            n_type += usize::from(is_type);
            n_top3 += usize::from(
                is_type || finding.alternatives.iter().take(2).any(|guess| guess.type_id == gold_finding.type_id),
            );
            if !gold_finding.unit.is_empty() {
                n_with_unit += 1;
                let is_unit = finding.unit.as_deref().is_some_and(|unit| same_unit(unit, &gold_finding.unit));
                n_unit += usize::from(is_unit);
                if verbose() && !is_unit {
                    println!("  U {} {:?} gold {}", document.id, finding.unit, gold_finding.unit);
                }
            }
            if verbose() && !is_exact {
                println!("  ~ {} [{}] gold [{}]", document.id, finding.quote, gold_finding.quote);
            }
            if verbose() && !is_type {
                println!("  T {} {} gold {} | {}", document.id, finding.type_id, gold_finding.type_id, finding.quote);
            }
        }
        if verbose() {
            for (gold_idx, finding) in
                document.findings.iter().enumerate().filter(|(at, _)| !paired.contains(&Some(*at)))
            {
                println!("  - {} #{gold_idx} [{}]", document.id, finding.quote);
            }
        }
        let item_quotes: Vec<&str> = found.items.iter().map(|item| item.problem_quote.as_str()).collect();
        let wanted_items: Vec<&str> = document.items.iter().map(|item| item.problem_quote.as_str()).collect();
        let paired_items = gold::pairs(&item_quotes, &wanted_items);
        n_items += wanted_items.len().max(item_quotes.len());
        n_found_items += paired_items.iter().flatten().count();
        if verbose() {
            for item in wanted_items.iter().enumerate().filter(|(at, _)| !paired_items.contains(&Some(*at))) {
                println!("  I {} [{}]", document.id, item.1);
            }
        }
        for (at, (said, stated)) in header_fields(&found, document).into_iter().enumerate() {
            right[at] += usize::from(said == stated);
            if verbose() && said != stated {
                println!("  H {} {}: {said:?} gold {stated:?}", document.id, names[at]);
            }
        }
    }
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    Extracted {
        precision: share(n_paired, n_predicted),
        recall: share(n_paired, n_gold),
        exact: share(n_exact, n_paired),
        type_top1: share(n_type, n_paired),
        type_top3: share(n_top3, n_paired),
        unit: share(n_unit, n_with_unit),
        items: share(n_found_items, n_items),
        false_per_empty_document: share(n_false_in_empty, n_empty),
        fields: names.into_iter().zip(right).map(|(name, right)| (name, share(right, documents.len()))).collect(),
    }
}

/// What was read and what is stated, field by field, in comparable text.
fn header_fields(found: &Extraction, document: &gold::Document) -> [(String, String); 9] {
    let header = &found.header;
    let stated = |key: &str| document.facts[key].as_str().unwrap_or_default().to_owned();
    let squeezed = |text: &str| text.chars().filter(|character| !character.is_whitespace()).collect::<String>();
    let period = header.period.map(|period| format!("{} {}", period.start, period.end)).unwrap_or_default();
    let stated_period = match document.facts["period"].as_object() {
        Some(period) => format!("{} {}", period["start"].as_str().unwrap(), period["end"].as_str().unwrap()),
        None => String::new(),
    };
    let short = |unit: &str| {
        if same_unit(unit, unit.trim_start_matches("东澜")) {
            unit.trim_start_matches("东澜").to_owned()
        } else {
            unit.to_owned()
        }
    };
    let units = |names: Vec<String>| {
        let mut names: Vec<String> = names.iter().map(|name| short(name)).collect();
        names.sort();
        names.join("|")
    };
    let stated_units =
        document.facts["units"].as_array().unwrap().iter().map(|unit| unit.as_str().unwrap().to_owned()).collect();
    // A ledger's units are those of its rows; gold leaves the header empty.
    let is_ledger = stated("genre") == "ledger" || document.findings.is_empty() && document.items.is_empty();
    let (said_units, wanted_units) =
        if is_ledger { (String::new(), String::new()) } else { (units(header.units.clone()), units(stated_units)) };
    [
        (header.genre.name().to_owned(), stated("genre")),
        (squeezed(&header.title), squeezed(&stated("title"))),
        (header.inspecting_body.clone().unwrap_or_default(), stated("inspecting_body")),
        (header.round.clone().unwrap_or_default(), stated("round")),
        (header.inspection_type.clone().unwrap_or_default(), stated("inspection_type")),
        (period, stated_period),
        (header.feedback_date.map(|date| date.to_string()).unwrap_or_default(), stated("feedback_date")),
        (said_units, wanted_units),
        (header.sectors.first().cloned().unwrap_or_default(), stated("sector")),
    ]
}

#[test]
fn extraction_holds_its_floors() {
    let documents = gold::documents();
    let only = std::env::var("JIANLIN_ONLY").unwrap_or_default();
    let documents: Vec<gold::Document> = documents.into_iter().filter(|document| document.id.contains(&only)).collect();
    let measured = measure(&documents);
    let f1 = 2.0 * measured.precision * measured.recall / (measured.precision + measured.recall);
    println!("抽取 {}份文档", documents.len());
    println!(
        "  准确率 {:.3} 召回率 {:.3} F1 {f1:.3} 边界全同 {:.3}",
        measured.precision, measured.recall, measured.exact
    );
    println!(
        "  类型 首选 {:.3} 前三 {:.3} 单位 {:.3} 整改事项 {:.3}",
        measured.type_top1, measured.type_top3, measured.unit, measured.items
    );
    println!("  无问题文档平均误报 {:.2}", measured.false_per_empty_document);
    println!("  要素 {:?}", measured.fields);
    if only.is_empty() {
        assert!(f1 >= 0.85, "F1 {f1:.3}");
    }
}
