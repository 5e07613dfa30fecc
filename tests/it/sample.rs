//! A workspace with the whole sample in it, for tests that need the pipeline.

use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;

use jianlin::workspace::{Given, Ingested, Workspace};

use crate::gold;

/// The folders of the sample that hold documents.
pub(crate) fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir(gold::corpus())
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .filter(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().is_ascii() && name != "扩充集"))
        .collect();
    folders.sort();
    folders
}

/// Ingests paths into a workspace.
pub(crate) fn ingest(root: &Path, paths: &[PathBuf]) -> Ingested {
    let mut workspace = Workspace::open(root).unwrap();
    let stop = AtomicBool::new(false);
    workspace.ingest(paths, &Given::default(), "2026-01-01T00:00:00+08:00", &stop, &mut |_| {}).unwrap()
}

/// A fresh workspace with the sample; the folder goes when the first value is dropped.
pub(crate) fn workspace() -> (tempfile::TempDir, Workspace) {
    let folder = tempfile::tempdir().unwrap();
    ingest(folder.path(), &folders());
    let workspace = Workspace::open(folder.path()).unwrap();
    (folder, workspace)
}
