//! The whole path: the same documents give the same workspace, whatever happens on the way.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use jianlin::cluster::Rule;
use jianlin::index::{Options, literally};
use jianlin::workspace::{Workspace, walk};

use crate::sample;

const BINARY: &str = env!("CARGO_BIN_EXE_jianlin");

fn dump(root: &Path) -> String {
    Workspace::open(root).unwrap().store().dump().unwrap()
}

fn command(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .arg("-w")
        .arg(root)
        .args(arguments)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("PATH", "/usr/bin:/bin");
    command
}

fn sectors() -> Vec<PathBuf> {
    sample::folders()
        .into_iter()
        .map(|path| path.strip_prefix(env!("CARGO_MANIFEST_DIR")).unwrap().to_owned())
        .collect()
}

fn themes_json(root: &Path) -> String {
    let output = command(root, &["themes", "--json", "--sector", "教育"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn ingesting_again_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let first = sample::ingest(folder.path(), &sample::folders());
    let before = dump(folder.path());
    let again = sample::ingest(folder.path(), &sample::folders());
    assert_eq!((again.n_unchanged, again.n_added), (first.n_added, 0));
    assert_eq!(dump(folder.path()), before);
}

#[test]
fn order_and_threads_say_nothing() {
    let ingest = |paths: Vec<PathBuf>, threads: &str| {
        let folder = tempfile::tempdir().unwrap();
        for path in paths {
            let status = command(folder.path(), &["-q", "ingest", "--threads", threads]).arg(path).status().unwrap();
            assert!(status.success());
        }
        themes_json(folder.path())
    };
    let forward = ingest(sectors(), "1");
    let mut backward = walk(&sectors()).unwrap();
    backward.retain(|path| path.to_string_lossy().contains("教育"));
    backward.reverse();
    let others: Vec<PathBuf> =
        sectors().into_iter().rev().filter(|path| !path.to_string_lossy().contains("教育")).collect();
    assert_eq!(forward, ingest([backward, others].concat(), "4"));
}

#[test]
fn a_kill_at_any_moment_loses_nothing() {
    let whole = tempfile::tempdir().unwrap();
    let paths: Vec<String> = sectors().iter().map(|path| path.to_string_lossy().into_owned()).collect();
    let arguments: Vec<&str> = ["-q", "ingest"].into_iter().chain(paths.iter().map(String::as_str)).collect();
    let started = std::time::Instant::now();
    assert!(command(whole.path(), &arguments).status().unwrap().success());
    let lasts = started.elapsed();
    let (wanted, wanted_themes) = (dump(whole.path()), themes_json(whole.path()));
    let folder = tempfile::tempdir().unwrap();
    for kill in 0..20u32 {
        // Twenty moments spread over the run; each run goes on where the last was killed.
        let mut child = command(folder.path(), &arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        std::thread::sleep(lasts * (kill * 7 % 20 + 1) / 21);
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(command(folder.path(), &arguments).status().unwrap().success());
    assert_eq!(dump(folder.path()), wanted);
    assert_eq!(themes_json(folder.path()), wanted_themes);
}

#[test]
fn any_piece_of_any_finding_finds_it_and_nothing_else() {
    let (_folder, workspace) = sample::workspace();
    let index = workspace.index().unwrap();
    let findings = workspace.findings().unwrap();
    let options = Options { limit: usize::MAX, ..Options::default() };
    for (at, finding) in findings.iter().enumerate() {
        let characters: Vec<char> = finding.quote.chars().collect();
        let length = at % 8 + 1;
        let start = (at * 31) % characters.len();
        let piece: String = characters[start..(start + length).min(characters.len())].iter().collect();
        if piece.trim().is_empty() {
            continue;
        }
        let piece = piece.trim();
        let hits = index.search(&literally(piece), &options).unwrap();
        let found: Vec<&str> = hits.hits.iter().map(|hit| hit.id.as_str()).collect();
        assert!(found.contains(&finding.id.as_str()), "{piece} in {}", finding.quote);
        let literal = jianlin::lang::normalise(piece).text;
        let holding =
            findings.iter().filter(|other| jianlin::lang::normalise(&other.quote).text.contains(&literal)).count();
        assert_eq!(found.len(), holding, "{piece}");
    }
}

#[test]
fn a_deleted_index_comes_back() {
    let (folder, workspace) = sample::workspace();
    let options = Options { limit: 10, ..Options::default() };
    let before = workspace.index().unwrap().search(&literally("食堂"), &options).unwrap();
    std::fs::remove_dir_all(folder.path().join("search")).unwrap();
    assert_eq!(workspace.index().unwrap().search(&literally("食堂"), &options).unwrap(), before);
    assert_eq!(workspace.check().unwrap(), Vec::<String>::new());
}

#[test]
fn an_outline_is_the_same_twice_and_every_sentence_holds() {
    let (folder, mut workspace) = sample::workspace();
    let today = "2026-01-01".parse().unwrap();
    for sector in ["教育", "供销"] {
        for ending in ["docx", "md", "json"] {
            let file = folder.path().join(format!("{sector}.{ending}"));
            let mut write = || {
                let outline = workspace.outline(Some(sector), &[], &Rule::STANDARD, today, "巡察办").unwrap();
                workspace.write_draft(&outline, &file, today, "巡察办", "2026-01-01").unwrap();
                std::fs::read(&file).unwrap()
            };
            assert_eq!(write(), write(), "{sector} {ending}");
            let verification = workspace.verify(&file).unwrap();
            let failed: Vec<_> = verification.sentences.iter().filter(|it| !it.reasons.is_empty()).collect();
            assert!(verification.holds() && verification.n_anchors > 50, "{failed:#?}");
        }
    }
}
