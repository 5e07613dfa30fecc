//! temporary harness
use jianlin::{extract::extract, lang::Lexicon, model::*};

fn strip(line: &str, labels: &mut Vec<(String, String)>) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some(at) = rest.find('{') {
        out.push_str(&rest[..at]);
        let end = rest[at..].find('}').unwrap() + at;
        let inner = &rest[at + 1..end];
        let (tag, quote) = inner.split_once(':').unwrap();
        labels.push((tag.to_owned(), quote.to_owned()));
        out.push_str(quote);
        rest = &rest[end + 1..];
    }
    out.push_str(rest);
    out.replace("\\n", "\n")
}

fn lcs_overlap(a: &str, b: &str) -> f64 {
    // both are substrings of one text usually: use common substring length
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    let mut best = 0;
    let mut prev = vec![0usize; b.len() + 1];
    for i in 0..a.len() {
        let mut cur = vec![0usize; b.len() + 1];
        for j in 0..b.len() {
            if a[i] == b[j] {
                cur[j + 1] = prev[j] + 1;
                best = best.max(cur[j + 1]);
            }
        }
        prev = cur;
    }
    best as f64 / a.len().max(b.len()) as f64
}

#[test]
fn dev() {
    let lexicon = Lexicon::builtin();
    let only = std::env::var("ONLY").unwrap_or_default();
    let (mut tp, mut fp, mut fnn, mut exact, mut typ, mut typ3, mut unit, mut n) = (0, 0, 0, 0, 0, 0, 0, 0);
    let (mut item_tp, mut item_n, mut item_p) = (0, 0, 0);
    let mut paths: Vec<_> = std::fs::read_dir("corpus/source")
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| p.extension().is_some_and(|e| e == "txt"))
        .collect();
    paths.sort();
    for path in paths {
        let text = std::fs::read_to_string(&path).unwrap();
        let (head, body) = text.split_once("\n---\n").unwrap();
        let get = |k: &str| head.lines().find_map(|l| l.strip_prefix(&format!("{k}:"))).unwrap_or("").trim().to_owned();
        let id = get("id");
        if !only.is_empty() && !id.contains(&only) {
            continue;
        }
        let mut blocks: Vec<Block> = Vec::new();
        let mut labels = Vec::new();
        let mut row = 0;
        let mut table = 0;
        let mut merged: std::collections::BTreeMap<u32, usize> = Default::default();
        for line in body.lines().filter(|l| !l.trim().is_empty()) {
            let (kind, rest) = if let Some(r) = line.strip_prefix("#### ") {
                (BlockKind::Heading(3), r)
            } else if let Some(r) = line.strip_prefix("### ") {
                (BlockKind::Heading(2), r)
            } else if let Some(r) = line.strip_prefix("## ") {
                (BlockKind::Heading(1), r)
            } else if let Some(r) = line.strip_prefix("# ") {
                (BlockKind::Paragraph, r)
            } else if let Some(r) = line.strip_prefix("> ") {
                (BlockKind::Paragraph, r)
            } else if let Some(r) = line.strip_prefix("+ ") {
                (BlockKind::Paragraph, r)
            } else {
                (BlockKind::Paragraph, line)
            };
            if line.starts_with('!') || line.starts_with('|') {
                if let Some(_) = line.strip_prefix("!sheet") {
                    table += 1;
                    row = 0;
                    continue;
                }
                let (cells, span): (Vec<String>, bool) = if let Some(r) =
                    line.strip_prefix("!title ").or(line.strip_prefix("!group ")).or(line.strip_prefix("!note "))
                {
                    (vec![r.to_owned()], true)
                } else {
                    let r = line.split_once('|').unwrap().1.trim_end().trim_end_matches('|');
                    (r.split('|').map(|s| s.trim().to_owned()).collect(), false)
                };
                for (c, cell) in cells.iter().enumerate() {
                    if cell == "^" {
                        if let Some(&b) = merged.get(&(c as u32)) {
                            blocks[b].cell.as_mut().unwrap().rows += 1;
                        }
                        continue;
                    }
                    let t = strip(&cell.replace("\\n", "\n"), &mut labels);
                    if t.trim().is_empty() || t == "<" {
                        continue;
                    }
                    merged.insert(c as u32, blocks.len());
                    blocks.push(Block {
                        kind: BlockKind::Cell,
                        text: t,
                        page: None,
                        cell: Some(Cell {
                            table,
                            sheet: Some("s".into()),
                            row,
                            col: c as u32,
                            rows: 1,
                            cols: if span { 10 } else { 1 },
                        }),
                    });
                }
                row += 1;
                continue;
            }
            let kind = if std::env::var("PLAIN").is_ok() { BlockKind::Paragraph } else { kind };
            blocks.push(Block { kind, text: strip(rest, &mut labels), page: None, cell: None });
        }
        let out = extract("sha", &get("file"), &blocks, &lexicon);
        // labels -> findings
        let mut cur = get("units").split('|').next().unwrap_or("").trim().to_owned();
        let mut gold = Vec::new();
        let mut items = Vec::new();
        for (tag, quote) in &labels {
            if tag.starts_with('=') {
                items.push(quote.clone());
                continue;
            }
            let (t, u) =
                tag.split_once('@').map(|(a, b)| (a.to_owned(), Some(b.to_owned()))).unwrap_or((tag.clone(), None));
            if let Some(u) = u {
                cur = u;
            }
            gold.push((t, cur.clone(), quote.replace("\\n", "\n")));
        }
        let mut used = vec![false; gold.len()];
        let mut dfp = 0;
        for f in &out.findings {
            let best = gold
                .iter()
                .enumerate()
                .filter(|(i, _)| !used[*i])
                .map(|(i, g)| (lcs_overlap(&f.quote, &g.2), i))
                .max_by(|a, b| a.0.total_cmp(&b.0));
            match best {
                Some((o, i)) if o >= 0.5 => {
                    used[i] = true;
                    tp += 1;
                    n += 1;
                    let trim = |s: &str| s.trim_matches(|c: char| "。；，、".contains(c)).to_owned();
                    if trim(&f.quote) == trim(&gold[i].2) {
                        exact += 1
                    } else {
                        println!("  ~ {id} [{}] vs GOLD [{}]", f.quote, gold[i].2)
                    }
                    if f.type_id == gold[i].0 {
                        typ += 1
                    } else {
                        println!(
                            "  T {id} {} gold {} {:?} | {}",
                            f.type_id,
                            gold[i].0,
                            f.alternatives.iter().map(|a| a.type_id.clone()).collect::<Vec<_>>(),
                            f.quote.chars().take(60).collect::<String>()
                        )
                    }
                    if f.type_id == gold[i].0 || f.alternatives.iter().take(2).any(|a| a.type_id == gold[i].0) {
                        typ3 += 1
                    }
                    if f.unit.as_deref() == Some(gold[i].1.as_str()) {
                        unit += 1
                    } else {
                        println!("  U {id} {:?} gold {}", f.unit, gold[i].1)
                    }
                }
                _ => {
                    fp += 1;
                    dfp += 1;
                    println!("  + {id} [{}] {:?}", f.quote, f.headings)
                }
            }
        }
        for (i, g) in gold.iter().enumerate() {
            if !used[i] {
                fnn += 1;
                println!("  - {id} [{}] {}", g.2, g.0)
            }
        }
        let mut got = 0;
        for it in &items {
            if out.items.iter().any(|o| lcs_overlap(&o.problem_quote, it) >= 0.5) {
                got += 1
            } else {
                println!("  I- {id} {it}")
            }
        }
        item_tp += got;
        item_n += items.len();
        item_p += out.items.len();
        let h = &out.header;
        let period = h.period.map(|p| format!("{} {}", p.start, p.end)).unwrap_or_default();
        let fields = [
            ("genre", h.genre.name().to_owned()),
            ("title", h.title.clone()),
            ("inspecting_body", h.inspecting_body.clone().unwrap_or_default()),
            ("round", h.round.clone().unwrap_or_default()),
            ("inspection_type", h.inspection_type.clone().unwrap_or_default()),
            ("period", period),
            ("feedback_date", h.feedback_date.map(|d| d.to_string()).unwrap_or_default()),
            ("sector", h.sectors.first().cloned().unwrap_or_default()),
        ];
        for (k, v) in fields {
            if v != get(k) {
                println!("  H {id} {k}: {v:?} gold {:?}", get(k))
            }
        }
        let gu: Vec<String> = get("units").split('|').map(|s| s.trim().to_owned()).filter(|s| !s.is_empty()).collect();
        if h.genre != Genre::Ledger && gu != h.units {
            println!("  HU {id} {:?} gold {gu:?}", h.units)
        }
        println!(
            "{id}: gold {} pred {} fp {dfp} items {}/{} pred {}",
            gold.len(),
            out.findings.len(),
            got,
            items.len(),
            out.items.len()
        );
    }
    let (p, r) = (tp as f64 / (tp + fp) as f64, tp as f64 / (tp + fnn) as f64);
    println!(
        "P {p:.3} R {r:.3} F1 {:.3} exact {:.3} type {:.3} top3 {:.3} unit {:.3} | items {item_tp}/{item_n} pred {item_p}",
        2.0 * p * r / (p + r),
        exact as f64 / n as f64,
        typ as f64 / n as f64,
        typ3 as f64 / n as f64,
        unit as f64 / n as f64
    );
}
