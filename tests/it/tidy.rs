//! The architecture, held: who may use whom, who owns which crate, every module says what it is for.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn sources() -> Vec<(PathBuf, String)> {
    let mut files = Vec::new();
    let mut pending = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = pending.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                pending.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                files.push((path.clone(), std::fs::read_to_string(&path).unwrap()));
            }
        }
    }
    files.sort();
    files
}

/// The top-level module a file belongs to.
fn module(path: &Path) -> String {
    let inner = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = inner.components().next().unwrap().as_os_str().to_string_lossy().into_owned();
    first.trim_end_matches(".rs").to_owned()
}

#[test]
fn modules_use_only_those_below() {
    let may_use: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("model", &[][..]),
        ("diag", &["model"][..]),
        ("lang", &["diag"]),
        ("read", &["model", "diag"]),
        ("extract", &["model", "lang"]),
        ("store", &["model", "diag"]),
        ("index", &["model", "diag", "lang"]),
        ("cluster", &["model", "lang"]),
        // The outline states the rule by which its themes were found.
        ("draft", &["model", "diag", "cluster"]),
        ("workspace", &["model", "diag", "lang", "read", "extract", "store", "index", "cluster", "draft"]),
        ("cli", &["model", "diag", "lang", "cluster", "draft", "extract", "index", "store", "workspace"]),
        ("main", &["cli"]),
        ("lib", &[]),
    ]);
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = module(&path);
        for line in text.lines().filter(|line| !line.trim_start().starts_with("//")) {
            for (at, _) in line.match_indices("crate::") {
                let used: String =
                    line[at + "crate::".len()..].chars().take_while(|it| it.is_alphanumeric() || *it == '_').collect();
                if used != own && may_use.contains_key(used.as_str()) && !may_use[own.as_str()].contains(&used.as_str())
                {
                    wrong.push(format!("{own} may not use {used}: {}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_crate_has_its_owner() {
    let owners: BTreeMap<&str, &[&str]> = BTreeMap::from([
        ("jieba_rs", &["lang"][..]),
        ("fast2s", &["lang"]),
        ("pinyin", &["lang"]),
        ("unicode_normalization", &["lang"]),
        ("calamine", &["read"]),
        ("hayro", &["read"]),
        ("scraper", &["read"]),
        ("chardetng", &["read"]),
        ("encoding_rs", &["read"]),
        ("quick_xml", &["read", "draft"]),
        ("rusqlite", &["store"]),
        ("tantivy", &["index"]),
        ("docx_rs", &["draft"]),
        ("clap", &["cli"]),
        ("rust_xlsxwriter", &["cli"]),
        ("ratatui", &["cli"]),
        ("indicatif", &["cli"]),
        ("maud", &["cli"]),
        ("ctrlc", &["cli"]),
        ("unicode_width", &["cli"]),
        ("rayon", &["workspace", "cli", "cluster"]),
        ("rustc_hash", &["cluster"]),
        ("sha2", &["workspace"]),
    ]);
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let own = module(&path);
        for line in text.lines().map(str::trim_start).filter(|line| !line.starts_with("//")) {
            for (name, owners) in &owners {
                let is_used = line.starts_with(&format!("use {name}")) || line.contains(&format!("{name}::"));
                if is_used && !owners.contains(&own.as_str()) {
                    wrong.push(format!("only {owners:?} may name {name}: {}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn every_module_says_what_it_is_for() {
    for (path, text) in sources() {
        assert!(text.starts_with("//! "), "{}", path.display());
    }
}

#[test]
fn transforming_stages_know_no_files_and_no_clock() {
    for (path, text) in sources() {
        let own = module(&path);
        if ["model", "lang", "read", "extract", "cluster", "draft"].contains(&own.as_str()) {
            for word in ["std::fs", "SystemTime", "Instant::now", "std::net", "std::env::var"] {
                assert!(!text.contains(word), "{}: {word}", path.display());
            }
        }
        assert!(!text.contains("std::net") && !text.contains("TcpStream"), "{}: no network code", path.display());
    }
}

#[test]
fn no_test_file_is_forgotten() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it");
    let main = std::fs::read_to_string(folder.join("main.rs")).unwrap();
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        let Some(name) = name.strip_suffix(".rs") else { continue };
        assert!(name == "main" || main.contains(&format!("mod {name};")), "{name}");
    }
}

#[test]
fn every_dependency_says_what_it_is_for() {
    let text = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml")).unwrap();
    let (_, dependencies) = text.split_once("[dependencies]").unwrap();
    let (dependencies, _) = dependencies.split_once("[lints.rust]").unwrap();
    for line in dependencies.lines().filter(|line| line.contains(" = ")) {
        assert!(line.contains(" # "), "{line}");
    }
}
