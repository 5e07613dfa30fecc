//! What others do with the same texts: plain tantivy, SQLite FTS5, Python.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::Instant;

use jianlin::index::Entry;
use jianlin::lang::{Lexicon, Segmenter};
use tantivy::schema::{FAST, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::{NgramTokenizer, TextAnalyzer, Token, TokenStream, Tokenizer};

use crate::search_speed::{cpu, fastest, queries, size_of};
use crate::{many, sample};

#[derive(Clone)]
struct Jieba(Segmenter);

struct Words(std::vec::IntoIter<Token>, Token);

impl TokenStream for Words {
    fn advance(&mut self) -> bool {
        let next = self.0.next();
        let is_more = next.is_some();
        self.1 = next.unwrap_or_default();
        is_more
    }

    fn token(&self) -> &Token {
        &self.1
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.1
    }
}

impl Tokenizer for Jieba {
    type TokenStream<'a> = Words;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Words {
        let words = self.0.all_words(text);
        let token = |word: &jianlin::lang::Word<'_>| Token {
            text: word.text.to_owned(),
            position: word.start,
            position_length: word.end - word.start,
            ..Token::default()
        };
        Words(words.iter().map(token).collect::<Vec<_>>().into_iter(), Token::default())
    }
}

/// Plain tantivy with jieba and n-grams over the same fields: processor seconds and bytes.
pub fn plain_tantivy(
    folder: &Path,
    entries: impl Iterator<Item = Entry>,
    making: f64,
    lexicon: &Arc<Lexicon>,
) -> (f64, u64) {
    std::fs::create_dir_all(folder).unwrap();
    let mut builder = Schema::builder();
    let text = |tokenizer: &str, option| {
        TextOptions::default()
            .set_indexing_options(TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option))
    };
    let words = builder.add_text_field("words", text("jieba", IndexRecordOption::WithFreqs));
    let chars = builder.add_text_field("chars", text("one", IndexRecordOption::Basic));
    let pairs = builder.add_text_field("pairs", text("two", IndexRecordOption::WithFreqsAndPositions));
    let short: Vec<_> = ["unit_pairs", "round_pairs", "type_pairs"]
        .map(|name| builder.add_text_field(name, text("both", IndexRecordOption::WithFreqsAndPositions)))
        .into();
    let exact: Vec<_> = ["id", "unit", "sector", "round", "year", "type", "genre"]
        .map(|name| builder.add_text_field(name, STRING | FAST))
        .into();
    let document_field = builder.add_text_field("document", STRING);
    let kind = builder.add_text_field("kind", STRING);
    let year_number = builder.add_u64_field("year_number", FAST);
    let numbers: Vec<_> = ["day", "order", "fold"].map(|name| builder.add_u64_field(name, FAST)).into();
    let index = tantivy::Index::create_in_dir(folder, builder.build()).unwrap();
    index.tokenizers().register("jieba", TextAnalyzer::from(Jieba(lexicon.segmenter.clone())));
    for (name, from, to) in [("one", 1, 1), ("two", 2, 2), ("both", 1, 2)] {
        index.tokenizers().register(name, NgramTokenizer::new(from, to, false).unwrap());
    }
    let before = cpu();
    let mut writer = index.writer_with_num_threads::<tantivy::TantivyDocument>(2, 200_000_000).unwrap();
    for (at, entry) in entries.enumerate() {
        let mut document = tantivy::TantivyDocument::default();
        for field in [words, chars, pairs] {
            document.add_text(field, &entry.text);
        }
        let year = entry.year.unwrap_or(0);
        let (unit, round) = (entry.unit.unwrap_or_default(), entry.round.unwrap_or_default());
        for (field, value) in short.iter().zip([&unit, &round, &entry.type_name]) {
            document.add_text(*field, value);
        }
        let values = [
            entry.id,
            unit,
            entry.sector.unwrap_or_default(),
            round,
            year.to_string(),
            entry.type_id,
            entry.genre.name().to_owned(),
        ];
        for (field, value) in exact.iter().zip(values) {
            document.add_text(*field, value);
        }
        document.add_text(document_field, entry.document);
        document.add_text(kind, "finding");
        document.add_u64(year_number, u64::from(year));
        numbers.iter().for_each(|field| document.add_u64(*field, at as u64 * 7919));
        writer.add_document(document).unwrap();
    }
    writer.commit().unwrap();
    writer.wait_merging_threads().unwrap();
    (cpu() - before - making, size_of(folder))
}

fn percentiles(what: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let at = |part: f64| times[((times.len() as f64 * part) as usize).min(times.len() - 1)];
    println!("{what:<28} p50 {:.2} p95 {:.2} p99 {:.2} 毫秒", at(0.5), at(0.95), at(0.99));
}

/// SQLite FTS5 two ways, and Python where it has the packages.
pub fn measure(n: usize) {
    let lexicon = Lexicon::builtin();
    let sample = sample(&lexicon);
    let of_kind = |wanted: &str| queries(100, &lexicon).into_iter().find(|(kind, ..)| *kind == wanted).unwrap().1;
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', ""));
    for (name, tokenize) in [("FTS5 三字组", "trigram"), ("FTS5 jieba 预分词", "unicode61")] {
        let folder = tempfile::tempdir().unwrap();
        let connection = rusqlite::Connection::open(folder.path().join("fts.db")).unwrap();
        connection.execute_batch(&format!("CREATE VIRTUAL TABLE fts USING fts5(text, tokenize='{tokenize}')")).unwrap();
        let segmented = |text: &str| -> String {
            let words = lexicon.segmenter.all_words(text);
            words.iter().map(|word| word.text).collect::<Vec<_>>().join(" ")
        };
        let start = Instant::now();
        let before = cpu();
        connection.execute_batch("BEGIN").unwrap();
        {
            let mut insert = connection.prepare("INSERT INTO fts VALUES (?1)").unwrap();
            for entry in many(&sample, n) {
                let text = if tokenize == "trigram" { entry.text } else { segmented(&entry.text) };
                insert.execute([text]).unwrap();
            }
        }
        connection.execute_batch("COMMIT").unwrap();
        println!(
            "{name} 建 {:.1}处理器秒（含造文本，墙上{:.1}秒），{:.0}兆字节",
            cpu() - before,
            start.elapsed().as_secs_f64(),
            size_of(folder.path()) as f64 / 1e6
        );
        let ask = |text: &str| -> f64 {
            fastest(|| {
                let count: i64 = connection
                    .query_row("SELECT count(*) FROM fts WHERE fts MATCH ?1", [text], |row| row.get(0))
                    .unwrap();
                let top = "SELECT rowid FROM fts WHERE fts MATCH ?1 ORDER BY rank LIMIT 20";
                let mut top = connection.prepare_cached(top).unwrap();
                let rows: usize = top.query_map([text], |row| row.get::<_, i64>(0)).unwrap().count();
                assert!(rows as i64 <= count);
            })
        };
        if tokenize == "trigram" {
            // Words of two characters cannot be looked up in it at all: they are read through.
            let times = of_kind("短语6字").iter().map(|text| ask(&quoted(text))).collect();
            percentiles(&format!("{name} 短语6字"), times);
            let like = |text: &String| {
                fastest(|| {
                    let mut scan = connection.prepare_cached("SELECT count(*) FROM fts WHERE text LIKE ?1").unwrap();
                    let _: i64 = scan.query_row([format!("%{text}%")], |row| row.get(0)).unwrap();
                })
            };
            percentiles(&format!("{name} 一个词（LIKE）"), of_kind("一个词").iter().take(20).map(like).collect());
        } else {
            let words = |text: &String| text.split(' ').map(quoted).collect::<Vec<_>>().join(" AND ");
            percentiles(&format!("{name} 一个词"), of_kind("一个词").iter().map(|it| ask(&words(it))).collect());
            percentiles(&format!("{name} 两个词"), of_kind("两个词").iter().map(|it| ask(&words(it))).collect());
        }
    }
    python(n, &sample, &of_kind("两个词"));
}

/// jieba with rank-bm25, as a user of Python would put them together.
fn python(n: usize, sample: &[Entry], asked: &[String]) {
    const SCRIPT: &str = r"
import sys, time, json
import jieba
from rank_bm25 import BM25Okapi
jieba.setLogLevel(60); jieba.initialize()
data = json.load(sys.stdin)
t = time.process_time(); docs = [jieba.lcut_for_search(x) for x in data['texts']]; bm = BM25Okapi(docs); built = time.process_time() - t
times = []
for q in data['queries']:
    t = time.process_time(); bm.get_top_n(jieba.lcut_for_search(q), range(len(docs)), n=20); times.append((time.process_time() - t) * 1e3)
times.sort(); at = lambda p: times[min(len(times) - 1, int(len(times) * p))]
print(f'Python jieba＋rank-bm25 建 {built:.1f}处理器秒；两个词 p50 {at(.5):.1f} p95 {at(.95):.1f} 毫秒（处理器）')
";
    let python = std::env::var("PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let texts: Vec<String> = many(sample, n.min(100_000)).map(|entry| entry.text).collect();
    let input = serde_json::json!({"texts": texts, "queries": asked.iter().take(20).collect::<Vec<_>>()}).to_string();
    let child = Command::new(python)
        .args(["-c", SCRIPT])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let answer = child.and_then(|mut child| {
        if let Some(mut stdin) = child.stdin.take() {
            let _ = stdin.write_all(input.as_bytes());
        }
        child.wait_with_output()
    });
    match answer {
        Ok(output) if output.status.success() => {
            print!("（{}条）{}", texts.len(), String::from_utf8_lossy(&output.stdout));
        }
        _ => println!("Python jieba＋rank-bm25：这台机器上没有装，未比"),
    }
}
