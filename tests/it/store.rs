//! The record keeps what it is given, and nothing half.

use jianlin::lang::Lexicon;
use jianlin::store::{Record, Store, Stored};
use jianlin::workspace::{Corrections, Given, prepare};

use crate::{gold, sample};

fn record(file: &str) -> Record {
    prepare(&gold::corpus().join(file), &Given::default(), &Lexicon::builtin(), &Corrections::default())
}

fn some_records() -> Vec<Record> {
    gold::documents().iter().step_by(7).map(|document| record(&document.file)).collect()
}

#[test]
fn everything_comes_back_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("records.db")).unwrap();
    for record in some_records() {
        assert_eq!(store.put(&record).unwrap(), Stored::Added);
        let again = store.record_at(&record.source.path).unwrap().unwrap();
        assert_eq!(store.blocks(&record.source.sha256).unwrap(), record.blocks);
        assert_eq!(again, Record { blocks: Vec::new(), ..record });
    }
    assert_eq!(store.check().unwrap(), Vec::<String>::new());
}

#[test]
fn order_says_nothing() {
    let dump = |records: &[Record]| {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Store::open(&folder.path().join("records.db")).unwrap();
        for record in records {
            store.put(record).unwrap();
        }
        store.dump().unwrap()
    };
    let mut records = some_records();
    let forward = dump(&records);
    records.reverse();
    assert_eq!(forward, dump(&records));
}

#[test]
fn changed_moved_and_unchanged_files() {
    let folder = tempfile::tempdir().unwrap();
    let mut store = Store::open(&folder.path().join("records.db")).unwrap();
    let records = some_records();
    let (first, second) = (&records[0], &records[1]);
    store.put(first).unwrap();
    let generation = store.generation().unwrap();
    assert_eq!(store.put(first).unwrap(), Stored::Unchanged);
    let mut moved = first.clone();
    moved.source.path = "别处/文件.docx".to_owned();
    assert_eq!(store.put(&moved).unwrap(), Stored::Moved);
    assert_eq!(store.generation().unwrap(), generation);
    assert_eq!(store.documents().unwrap()[0].paths.len(), 2);
    // Other bytes under both paths: the document is gone and the index is told.
    for path in [&first.source.path, &moved.source.path] {
        let mut changed = second.clone();
        changed.source.path.clone_from(path);
        store.put(&changed).unwrap();
    }
    assert_eq!(store.documents().unwrap().len(), 1);
    let mut both = vec![first.source.sha256.clone(), second.source.sha256.clone()];
    both.sort();
    assert_eq!(store.changed_since(generation).unwrap(), both);
}

#[test]
fn what_is_no_workspace_is_refused_in_words() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("records.db");
    std::fs::write(&path, "这不是数据库，只是一段文字。".repeat(200)).unwrap();
    let error = Store::open(&path).unwrap_err();
    assert!(error.message.contains("不是资料库，或已损坏"), "{}", error.message);
    std::fs::remove_file(&path).unwrap();
    drop(Store::open(&path).unwrap());
    let connection = rusqlite::Connection::open(&path).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    let error = Store::open(&path).unwrap_err();
    assert!(error.message.contains("更新版本的见林"), "{}", error.message);
}

#[test]
fn prefixes_lead_to_ids() {
    let (_folder, workspace) = sample::workspace();
    let findings = workspace.findings().unwrap();
    let id = &findings[0].id;
    assert_eq!(workspace.store().ids_starting_with(id).unwrap(), std::slice::from_ref(id));
    assert!(workspace.store().ids_starting_with("zz").unwrap().is_empty());
    assert!(workspace.store().ids_starting_with("'; DROP TABLE findings; --").unwrap().is_empty());
}
