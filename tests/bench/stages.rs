//! Time of each stage beside its floor, in the same run, as the corpus grows.
//!
//! `cargo bench --bench stages` measures at 1 and 10 times the corpus, `-- 1 10 100` at those sizes, `-- extract` only
//! extraction, by length of document. The floors are what a stage cannot do without: hashing for reading, segmentation
//! for extraction, plain inserts for the record, a plain tantivy index for the search index.
#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a report for developers")]

mod vary;

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::time::{Duration, Instant};

use jianlin::cluster::Rule;
use jianlin::extract::extract;
use jianlin::index::{Options, parse};
use jianlin::lang::Lexicon;
use jianlin::model::{Block, Genre};
use jianlin::read::{Limits, read};
use jianlin::workspace::{Corrections, Given, Workspace, prepare, sha256, walk};
use rayon::prelude::*;

fn main() {
    let sizes: Vec<usize> = std::env::args().filter_map(|argument| argument.parse().ok()).collect();
    let corpus = corpus();
    if std::env::args().any(|argument| argument == "extract") {
        lengths(&corpus);
        return;
    }
    readers(&corpus);
    println!(
        "{:>5} {:<10} {:>8} {:>9} {:>9} {:>9} {:>6}  每份",
        "倍数", "阶段", "数量", "用时秒", "下限", "下限秒", "倍"
    );
    for size in if sizes.is_empty() { vec![1, 10] } else { sizes } {
        stages(&corpus, size);
    }
}

fn corpus() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus");
    let folders: Vec<PathBuf> = std::fs::read_dir(root)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir() && !["source", "gold", "maker"].iter().any(|name| path.ends_with(name)))
        .collect();
    walk(&folders).unwrap()
}

fn timed<T>(work: impl FnOnce() -> T) -> (T, Duration) {
    let start = Instant::now();
    let result = work();
    (result, start.elapsed())
}

/// Each reader against hashing the same bytes.
fn readers(files: &[PathBuf]) {
    println!("{:<10} {:>4} {:>8} {:>8} {:>8}", "格式", "份", "千字节", "读 毫秒", "散列 毫秒");
    for format in ["docx", "xlsx", "pdf", "html", "txt"] {
        let bytes: Vec<Vec<u8>> = files
            .iter()
            .filter(|path| path.extension().is_some_and(|it| it == format))
            .map(|path| std::fs::read(path).unwrap())
            .collect();
        let total: usize = bytes.iter().map(Vec::len).sum();
        let (_, reading) =
            timed(|| bytes.iter().map(|it| read(format, it, &Limits::OFFICE).blocks.len()).sum::<usize>());
        let (_, hashing) = timed(|| bytes.iter().map(|it| sha256(it).len()).sum::<usize>());
        let milliseconds = |time: Duration| time.as_secs_f64() * 1000.0;
        println!(
            "{format:<10} {:>4} {:>8} {:>8.1} {:>8.1}",
            bytes.len(),
            total / 1024,
            milliseconds(reading),
            milliseconds(hashing)
        );
    }
}

/// One line of the report: how long a stage took for so many things, and its floor.
fn line(size: usize, stage: &str, n: usize, time: Duration, floor: Option<(&str, Duration)>) {
    let seconds = time.as_secs_f64();
    let (name, floor_seconds, times) = match floor {
        Some((name, floor)) => {
            (name, format!("{:.3}", floor.as_secs_f64()), format!("{:.1}", seconds / floor.as_secs_f64().max(1e-9)))
        }
        None => ("", String::new(), String::new()),
    };
    let each = seconds * 1e6 / n.max(1) as f64;
    println!("{size:>5} {stage:<10} {n:>8} {seconds:>9.3} {name:>9} {floor_seconds:>9} {times:>6}  {each:.0}微秒");
}

/// Extraction against segmentation of the same text: the corpus as it is, then one document as it grows to 5 MB.
fn lengths(corpus: &[PathBuf]) {
    let lexicon = Lexicon::builtin();
    let documents: Vec<(String, Vec<Block>)> = corpus
        .iter()
        .map(|path| {
            let name = path.to_string_lossy().into_owned();
            let blocks = read(&name, &std::fs::read(path).unwrap(), &Limits::OFFICE).blocks;
            (name, blocks)
        })
        .collect();
    let longest = documents
        .iter()
        .filter(|(name, blocks)| extract(name, name, blocks, &lexicon).header.genre == Genre::Report)
        .map(|(_, blocks)| blocks.iter().map(|block| block.text.as_str()).collect::<Vec<_>>().join("\n") + "\n")
        .max_by_key(String::len)
        .unwrap();
    println!("{:<12} {:>9} {:>9} {:>9} {:>6} {:>12}", "文书", "千字节", "抽取秒", "分词秒", "倍", "每字节纳秒");
    let measure = |what: &str, documents: &[(String, Vec<Block>)], times: usize| {
        let n_bytes: usize = documents.iter().flat_map(|(_, blocks)| blocks).map(|block| block.text.len()).sum();
        let (_, extracting) = timed(|| {
            for _ in 0..times {
                for (name, blocks) in documents {
                    std::hint::black_box(extract(name, name, blocks, &lexicon));
                }
            }
        });
        let (_, segmenting) = timed(|| {
            for _ in 0..times {
                for block in documents.iter().flat_map(|(_, blocks)| blocks) {
                    std::hint::black_box(lexicon.segmenter.words(&block.text));
                }
            }
        });
        let seconds = extracting.as_secs_f64() / times as f64;
        let floor = segmenting.as_secs_f64() / times as f64;
        println!(
            "{what:<12} {:>9} {seconds:>9.3} {floor:>9.3} {:>6.1} {:>12.0}",
            n_bytes / 1024,
            seconds / floor,
            seconds * 1e9 / n_bytes as f64
        );
    };
    measure("全部样本", &documents, 5);
    for size in [50_000, 500_000, 5_000_000] {
        let text = longest.repeat(size / longest.len() + 1);
        let blocks = read("长文.txt", text.as_bytes(), &Limits::OFFICE).blocks;
        measure("一份长文", &[("长文.txt".to_owned(), blocks)], (5_000_000 / size).min(10));
    }
}

fn stages(corpus: &[PathBuf], size: usize) {
    let lexicon = Lexicon::builtin();
    let folder = tempfile::tempdir().unwrap();
    let documents = folder.path().join("documents");
    // Copies are written by sector, since the folder may say the sector.
    corpus.par_iter().enumerate().for_each(|(at, path)| {
        let bytes = std::fs::read(path).unwrap();
        let blocks = read(&path.to_string_lossy(), &bytes, &Limits::OFFICE).blocks;
        let sector = path
            .strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus"))
            .unwrap()
            .components()
            .next()
            .unwrap()
            .as_os_str();
        let place = documents.join(sector);
        std::fs::create_dir_all(&place).unwrap();
        for copy in 0..size {
            let (ending, text) = vary::copy(&blocks, copy);
            std::fs::write(place.join(format!("{at:03}-{copy:03}.{ending}")), text).unwrap();
        }
    });
    let files = walk(std::slice::from_ref(&documents)).unwrap();

    let (blocks, reading): (Vec<(String, Vec<Block>)>, _) = timed(|| {
        let of = |path: &PathBuf| {
            let bytes = std::fs::read(path).unwrap();
            (path.to_string_lossy().into_owned(), read(&path.to_string_lossy(), &bytes, &Limits::OFFICE).blocks)
        };
        files.iter().map(of).collect()
    });
    let (_, hashing) = timed(|| files.iter().map(|path| sha256(&std::fs::read(path).unwrap()).len()).sum::<usize>());
    line(size, "读取", files.len(), reading, Some(("散列", hashing)));

    let (n_findings, extracting) = timed(|| {
        blocks.iter().map(|(name, blocks)| extract(name, name, blocks, &lexicon).findings.len()).sum::<usize>()
    });
    let (_, segmenting) = timed(|| {
        let texts = blocks.iter().flat_map(|(_, blocks)| blocks);
        texts.map(|block| lexicon.segmenter.words(&block.text).len()).sum::<usize>()
    });
    line(size, "抽取", blocks.len(), extracting, Some(("分词", segmenting)));

    let root = folder.path().join("workspace");
    let mut workspace = Workspace::open(&root).unwrap();
    let go_on = AtomicBool::new(false);
    let (_, ingesting) = timed(|| {
        workspace
            .ingest(std::slice::from_ref(&documents), &Given::default(), "2024-01-01T00:00:00Z", &go_on, &mut |_| {})
            .unwrap()
    });
    line(size, "读入全程", files.len(), ingesting, None);
    let (_, again) = timed(|| {
        workspace
            .ingest(std::slice::from_ref(&documents), &Given::default(), "2024-01-01T00:00:00Z", &go_on, &mut |_| {})
            .unwrap()
    });
    line(size, "再次读入", files.len(), again, Some(("散列", hashing)));

    let records: Vec<_> =
        files.iter().map(|path| prepare(path, &Given::default(), &lexicon, &Corrections::default())).collect();
    let mut store = jianlin::store::Store::open(&folder.path().join("alone.db")).unwrap();
    let (_, storing) = timed(|| records.iter().map(|record| store.put(record).unwrap()).collect::<Vec<_>>());
    let inserting = plain_inserts(&records, &folder.path().join("plain.db"));
    line(size, "记录", records.len(), storing, Some(("SQLite", inserting)));

    let (n_entries, indexing) = timed(|| workspace.reindex().unwrap());
    let plain = plain_index(&records, &folder.path().join("plain"));
    line(size, "索引", n_entries, indexing, Some(("tantivy", plain)));

    let texts = ["食堂 采购", "公务用车", "\"没有\"", "往来款 -合同", "单位:教育局 安全", "拖欠工程款", "党费"];
    let (_, searching) = timed(|| {
        for text in texts {
            let hits = workspace.index().unwrap().search(&parse(text).unwrap(), &Options::default()).unwrap();
            let ids: Vec<String> = hits.hits.into_iter().map(|hit| hit.id).collect();
            workspace.located(&ids).unwrap();
        }
    });
    line(size, "检索到原文", texts.len(), searching, None);
    let index = workspace.index().unwrap();
    let (_, asking) = timed(|| {
        for text in texts {
            index.search(&parse(text).unwrap(), &Options::default()).unwrap();
        }
    });
    line(size, "只查索引", texts.len(), asking, None);

    let (themes, clustering) = timed(|| workspace.themes(Some("供销"), &[], &Rule::STANDARD).unwrap());
    let n_clustered = themes.themes.iter().map(|theme| theme.findings.len()).sum::<usize>() + themes.residue.len();
    line(size, "归类供销", n_clustered, clustering, None);
    let date = jianlin::model::Date { year: 2024, month: 1, day: 1 };
    let (outline, drafting) = timed(|| workspace.outline(Some("供销"), &[], &Rule::STANDARD, date, "").unwrap());
    let file = folder.path().join("outline.docx");
    let (_, writing) = timed(|| workspace.write_draft(&outline, &file, date, "", "2024-01-01T00:00:00Z").unwrap());
    line(size, "提纲含归类", n_clustered, drafting, None);
    line(size, "成稿docx", n_clustered, writing, None);
    let (_, verifying) = timed(|| workspace.verify(&file).unwrap());
    line(size, "核验", n_clustered, verifying, None);
    println!("{size:>5} 共{n_findings}条问题，内存峰值{}兆", peak_memory());
}

/// The same texts in the barest tables, a transaction for each document.
fn plain_inserts(records: &[jianlin::store::Record], path: &Path) -> Duration {
    let mut connection = rusqlite::Connection::open(path).unwrap();
    connection.pragma_update(None, "journal_mode", "WAL").unwrap();
    connection.execute_batch("CREATE TABLE texts (document TEXT, idx INTEGER, text TEXT) STRICT").unwrap();
    let (_, time) = timed(|| {
        for record in records {
            let transaction = connection.transaction().unwrap();
            {
                let mut insert = transaction.prepare_cached("INSERT INTO texts VALUES (?1, ?2, ?3)").unwrap();
                let texts = record.blocks.iter().map(|block| &block.text);
                for (at, text) in texts.chain(record.findings.iter().map(|finding| &finding.quote)).enumerate() {
                    insert.execute((&record.source.sha256, at as i64, text)).unwrap();
                }
            }
            transaction.commit().unwrap();
        }
    });
    time
}

/// The same texts in one field of pairs of characters.
fn plain_index(records: &[jianlin::store::Record], path: &Path) -> Duration {
    use tantivy::schema::{IndexRecordOption, Schema, TextFieldIndexing, TextOptions};
    std::fs::create_dir_all(path).unwrap();
    let mut builder = Schema::builder();
    let indexing =
        TextFieldIndexing::default().set_tokenizer("pairs").set_index_option(IndexRecordOption::WithFreqsAndPositions);
    let text = builder.add_text_field("text", TextOptions::default().set_indexing_options(indexing));
    let index = tantivy::Index::create_in_dir(path, builder.build()).unwrap();
    index.tokenizers().register("pairs", tantivy::tokenizer::NgramTokenizer::new(1, 2, false).unwrap());
    let (_, time) = timed(|| {
        let mut writer = index.writer_with_num_threads::<tantivy::TantivyDocument>(1, 100 << 20).unwrap();
        for record in records {
            for finding in &record.findings {
                writer.add_document(tantivy::doc!(text => finding.quote.as_str())).unwrap();
            }
            let all: Vec<&str> = record.blocks.iter().map(|block| block.text.as_str()).collect();
            writer.add_document(tantivy::doc!(text => all.join("\n"))).unwrap();
        }
        writer.commit().unwrap();
    });
    time
}

/// The most memory this process held, in megabytes; 0 where the system does not say.
fn peak_memory() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kilobytes| kilobytes.parse::<u64>().ok()).unwrap_or(0) / 1024
}
