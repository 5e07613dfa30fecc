//! Indexing and asking at growing sizes, in processes of their own.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use jianlin::index::{Options, SearchIndex, Sort, parse};
use jianlin::lang::Lexicon;

use crate::search_truth::Chance;
use crate::{many, sample, search_peers};

/// Seconds of processor time this process has used.
pub fn cpu() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<f64>().ok()).unwrap_or_default();
    (ticks(11) + ticks(12)) / 100.0
}

/// Runs of each query; the fastest counts, for on a busy machine the others measure their neighbours.
pub const RUNS: usize = 3;

/// Milliseconds the fastest of several runs takes.
pub fn fastest(mut run: impl FnMut()) -> f64 {
    let times = (0..RUNS).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64() * 1e3
    });
    times.fold(f64::INFINITY, f64::min)
}

/// The most memory this process held, in megabytes: all of it, and without the mapped files of the index, which the system
/// takes back when it needs to.
fn memory() -> (u64, u64) {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let read = |name: &str| {
        let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
        line.split_whitespace().nth(1).and_then(|it| it.parse::<u64>().ok()).unwrap_or_default() / 1024
    };
    (read("VmHWM:"), read("RssAnon:"))
}

pub fn size_of(folder: &Path) -> u64 {
    std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().metadata().unwrap().len()).sum()
}

pub fn measure(sizes: &[usize], with_peers: bool) {
    let mut each = Vec::new();
    for &n in sizes {
        let folder = tempfile::tempdir().unwrap();
        let run = |what: &str| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            let output = command.arg(what).arg(n.to_string()).arg(folder.path()).output().unwrap();
            let said = String::from_utf8_lossy(&output.stdout).into_owned();
            print!("{said}");
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            said
        };
        let built = run("build-only");
        each.extend(built.lines().find_map(|line| line.strip_prefix("每条 ")?.split(' ').next()?.parse::<f64>().ok()));
        run("ask-only");
        if with_peers {
            search_peers::measure(n);
        }
    }
    if let (Some(first), Some(last)) = (each.first(), each.last()) {
        println!("索引每条的处理器时间，最大规模比最小规模：{:.2}倍", last / first);
    }
}

/// Builds an index of so many findings, beside plain tantivy with the same fields.
pub fn build(arguments: &[String]) {
    let n: usize = arguments[0].parse().unwrap();
    let folder = Path::new(&arguments[1]);
    let lexicon = Lexicon::builtin();
    let sample = sample(&lexicon);
    let before = cpu();
    let n_bytes: usize = many(&sample, n).map(|entry| entry.text.len()).sum();
    let making = cpu() - before;
    let (before, start) = (cpu(), Instant::now());
    let mut index = SearchIndex::open(folder, lexicon.clone()).unwrap();
    index.replace(true, &[], many(&sample, n), "bench").unwrap();
    let (time, own) = (start.elapsed().as_secs_f64(), cpu() - before - making);
    let (most, _) = memory();
    println!(
        "== {n}条，{:.1}兆字节 ==\n索引 {own:.2}处理器秒（墙上{time:.1}秒，含造文本{making:.1}秒），{:.0}条/处理器秒，索引{:.2}字节/文本字节，内存峰值{most}兆",
        n_bytes as f64 / 1e6,
        n as f64 / own,
        size_of(folder) as f64 / n_bytes as f64,
    );
    println!("每条 {:.2} 微秒", own / n as f64 * 1e6);
    let plain = folder.with_extension("plain");
    let (plain_cpu, plain_bytes) = search_peers::plain_tantivy(&plain, many(&sample, n), making, &lexicon);
    println!(
        "裸 tantivy＋jieba 同样字段 {plain_cpu:.2}处理器秒，索引{:.2}字节/文本字节；本库速度为其{:.2}倍",
        plain_bytes as f64 / n_bytes as f64,
        plain_cpu / own
    );
    std::fs::remove_dir_all(&plain).unwrap();
}

/// Queries of every kind, made from the findings themselves.
pub fn queries(n: usize, lexicon: &Lexicon) -> Vec<(&'static str, Vec<String>, Options)> {
    let sample = sample(lexicon);
    let mut chance = Chance(0x1234_5678_9abc_def1);
    let page = Options { facets: false, ..Options::default() };
    let mut made: Vec<(&'static str, Vec<String>, Options)> = Vec::new();
    let mut add =
        |kind: &'static str, options: Options, make: &mut dyn FnMut(&mut Chance, &[String], &str) -> String| {
            let mut texts = Vec::with_capacity(n);
            while texts.len() < n {
                let entry = &sample[chance.below(sample.len())];
                let words: Vec<String> = lexicon
                    .segmenter
                    .words(&entry.text)
                    .iter()
                    .filter(|word| word.text.chars().count() > 1 && word.text.chars().all(|it| it > '\u{3000}'))
                    .map(|word| word.text.to_owned())
                    .collect();
                if words.len() > 4 && entry.text.chars().count() > 24 {
                    texts.push(make(&mut chance, &words, &entry.text));
                }
            }
            made.push((kind, texts, options));
        };
    let pick = |chance: &mut Chance, words: &[String]| words[chance.below(words.len())].clone();
    let two = |chance: &mut Chance, words: &[String]| format!("{} {}", pick(chance, words), pick(chance, words));
    let piece = |chance: &mut Chance, text: &str, length: usize| -> String {
        let characters: Vec<char> = text.chars().filter(|it| !"“”\"'".contains(*it)).collect();
        let start = chance.below(characters.len() - length);
        characters[start..start + length].iter().collect()
    };
    add("一个词", page, &mut |chance, words, _| pick(chance, words));
    add("两个词", page, &mut |chance, words, _| two(chance, words));
    add("两个词带分面", Options { facets: true, ..page }, &mut |chance, words, _| two(chance, words));
    add("只按原样两个词", Options { widen: false, ..page }, &mut |chance, words, _| two(chance, words));
    add("短语6字", page, &mut |chance, _, text| format!("\"{}\"", piece(chance, text, 6)));
    add("短语12字", page, &mut |chance, _, text| format!("\"{}\"", piece(chance, text, 12)));
    add("4字片段", page, &mut |chance, _, text| piece(chance, text, 4).replace([' ', '-', '(', ')'], ""));
    add("词加条件", Options { facets: true, ..page }, &mut |chance, words, _| {
        format!("{} 系统:教育 年度:2019-2023", pick(chance, words))
    });
    add("词减词", page, &mut |chance, words, _| format!("{} -{}", pick(chance, words), pick(chance, words)));
    add("问句", page, &mut |chance, words, _| format!("哪些单位的{}{}？", pick(chance, words), pick(chance, words)));
    add("按金额排", Options { sort: Sort::Amount, ..page }, &mut |chance, words, _| pick(chance, words));
    add("合并近同", Options { fold: true, ..page }, &mut |chance, words, _| pick(chance, words));
    add("金额范围带分面", Options { facets: true, ..page }, &mut |chance, words, _| {
        format!("{} 金额:>10万", pick(chance, words))
    });
    add("全部带分面", Options { facets: true, ..page }, &mut |_, _, _| String::new());
    made
}

/// Asks an index that is there.
pub fn ask(arguments: &[String]) {
    let n: usize = arguments[0].parse().unwrap();
    let folder = Path::new(&arguments[1]);
    let lexicon = Lexicon::builtin();
    let start = Instant::now();
    let mut index = SearchIndex::open(folder, lexicon.clone()).unwrap();
    let opening = start.elapsed().as_secs_f64() * 1e3;
    let start = Instant::now();
    let first = index.search(&parse("食堂 采购").unwrap(), &Options::default()).unwrap();
    println!(
        "打开{opening:.0}毫秒，打开后第一次检索{:.0}毫秒（{}条）",
        start.elapsed().as_secs_f64() * 1e3,
        first.total
    );
    println!("毫秒；每个检索式跑{RUNS}次取最快的墙上时间，处理器时间为各次平均");
    let header = ["p50", "p95", "p99", "处理器", "命中"].map(|it| format!("{it:>8}"));
    println!("{:<16} {}", "", header.join(" "));
    for (kind, texts, options) in queries(200, &lexicon) {
        let mut n_hits = 0;
        let before = cpu();
        let mut times: Vec<f64> = texts
            .iter()
            .map(|text| {
                let query = parse(text).unwrap();
                fastest(|| n_hits += index.search(&query, &options).unwrap().total)
            })
            .collect();
        let mean = (cpu() - before) * 1e3 / (texts.len() * RUNS) as f64;
        times.sort_by(f64::total_cmp);
        let at = |part: f64| times[((times.len() as f64 * part) as usize).min(times.len() - 1)];
        println!(
            "{kind:<16} {:>8.2} {:>8.2} {:>8.2} {mean:>8.2} {:>8}",
            at(0.5),
            at(0.95),
            at(0.99),
            n_hits / (texts.len() * RUNS)
        );
    }
    let (most, own) = memory();
    println!("检索进程内存：峰值{most}兆（含映射的索引文件），自有{own}兆");
    let mut added: Vec<_> = many(&sample(&lexicon), n + 20).skip(n).collect();
    for entry in &mut added {
        entry.document = "新来的".to_owned();
        entry.text.push_str("天外飞来");
    }
    let start = Instant::now();
    index.replace(false, &["新来的".to_owned()], added, "bench").unwrap();
    let found = index.search(&parse("\"天外飞来\"").unwrap(), &Options::default()).unwrap();
    println!("加一份文书（20条）到能检索{:.0}毫秒", start.elapsed().as_secs_f64() * 1e3);
    assert_eq!(found.total, 20);
}
