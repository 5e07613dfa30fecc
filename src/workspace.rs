//! The workspace (资料库): walks folders, reads bytes, composes the stages. The only module that knows all of them.

mod decisions;
mod ledger;
mod themes;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

pub use decisions::{Corrections, Wanted};
pub use ledger::{LedgerThemes, LedgerWish, themes_of_ledger};
pub use themes::{
    Change, Constraints, Curated, Decided, Effect, Exported, NewTrigger, Proposal, Question, TakenIn, Wish,
};

use crate::cluster::Rule;
use crate::diag::{Diagnostic, Error};
use crate::draft::{self, Anchor, Brief, DocumentFacts, Manifest, Verification};
use crate::extract::{PassageKind, Rejected, canonical_units, correct, extract, passages, rejected};
use crate::index::{Entry, Kind, SearchIndex};
use crate::lang::{Lexicon, Tables};
use crate::model::{Block, BlockKind, Date, Evidence, Finding, Outline, RectificationItem, Source, Themes, Verdict};
use crate::read::{Limits, read};
use crate::store::{DocumentRow, Record, Store, Stored};

/// What the user knows better than the files (读入时的指定).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Given {
    /// Sector of all findings.
    pub sector: Option<String>,
    /// Unit of all findings.
    pub unit: Option<String>,
    /// Round of all findings.
    pub round: Option<String>,
    /// Take in documents that are marked 秘密, 机密 or 绝密.
    pub accept_marked: bool,
}

/// One file of an ingest and what became of it (逐份结果).
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// The record as it was written; for unchanged files as it would be written.
    pub record: Record,
    /// What changed.
    pub stored: Stored,
}

/// How an ingest goes (进度).
#[derive(Debug)]
pub enum Progress<'a> {
    /// So many files were found.
    Found(usize),
    /// A file is done.
    Done(&'a Outcome),
    /// The search index is being brought up to date.
    Indexing,
}

/// What an ingest did (读入结果).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ingested {
    /// Files looked at.
    pub n_files: usize,
    /// Documents new in the workspace.
    pub n_added: usize,
    /// Documents extracted anew or put in place of others.
    pub n_replaced: usize,
    /// Files without change.
    pub n_unchanged: usize,
    /// Files that could not be read.
    pub n_refused: usize,
    /// Findings in the files of this run.
    pub n_findings: usize,
    /// Whether the user interrupted it.
    pub was_interrupted: bool,
}

/// A finding with its document (带来源的问题).
#[derive(Debug, Clone, PartialEq)]
pub struct Located {
    /// The finding.
    pub finding: Finding,
    /// Path of its document.
    pub path: String,
    /// Title of its document.
    pub title: String,
}

/// The workspace (资料库).
pub struct Workspace {
    root: PathBuf,
    store: Store,
    lexicon: Arc<Lexicon>,
}

/// Files this program makes itself or that offices leave lying about.
const IGNORED: [&str; 5] = ["~$", ".", "Thumbs.db", "desktop.ini", "__MACOSX"];
/// Endings of files that are meant to be read when a folder is walked; others are passed over without a word.
const READABLE: [&str; 18] = [
    "docx", "doc", "wps", "xlsx", "xls", "et", "ods", "csv", "tsv", "pdf", "html", "htm", "md", "txt", "ofd", "rtf",
    "zip", "rar",
];

impl Workspace {
    /// Opens a workspace, making it where there is none.
    ///
    /// # Errors
    /// The directory or its record cannot be used, or a table of the user's has a wrong line.
    pub fn open(root: &Path) -> Result<Self, Error> {
        std::fs::create_dir_all(root).map_err(|error| cannot_use(root, &error))?;
        let tables = tables(root)?;
        let lexicon = if tables == Tables::default() { Lexicon::builtin() } else { Arc::new(Lexicon::with(&tables)?) };
        let store = Store::open(&root.join("records.db"))?;
        Ok(Self { root: root.to_owned(), store, lexicon })
    }

    /// Opens a workspace that must be there already.
    ///
    /// # Errors
    /// There is none, or it cannot be used.
    pub fn open_existing(root: &Path) -> Result<Self, Error> {
        if !root.join("records.db").exists() {
            return Err(Error::new(
                format!("{}：还没有资料库", root.display()),
                "先运行 jianlin ingest 文件夹 读入文书，或用 --workspace 指明资料库目录；第一次使用可运行 jianlin demo",
            ));
        }
        Self::open(root)
    }

    /// Where it is.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What words mean in it.
    pub fn lexicon(&self) -> &Arc<Lexicon> {
        &self.lexicon
    }

    /// Its record.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Reads files and folders, extracts them on all cores and records them one by one.
    ///
    /// Interrupting loses nothing that was recorded; the same call then goes on where it stopped.
    ///
    /// # Errors
    /// A path is not there, or the workspace cannot be written. Files that cannot be read are no errors.
    pub fn ingest(
        &mut self,
        paths: &[PathBuf],
        given: &Given,
        at: &str,
        stop: &AtomicBool,
        progress: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Ingested, Error> {
        /// Files read at the same time before their records are written.
        const BATCH: usize = 32;
        let files = walk(paths)?;
        progress(Progress::Found(files.len()));
        let mut ingested = Ingested { n_files: files.len(), ..Ingested::default() };
        let lexicon = Arc::clone(&self.lexicon);
        let corrections = self.corrections()?;
        for batch in files.chunks(BATCH) {
            let known: Vec<Option<Record>> =
                batch.iter().map(|path| self.store.record_at(&shown(path))).collect::<Result<_, Error>>()?;
            let records: Vec<Record> = batch
                .par_iter()
                .zip(known)
                .map(|(path, known)| {
                    known
                        .filter(|known| is_current(path, known, given, &lexicon))
                        .unwrap_or_else(|| prepare(path, given, &lexicon, &corrections))
                })
                .collect();
            for record in records {
                if stop.load(Ordering::Relaxed) {
                    ingested.was_interrupted = true;
                    break;
                }
                let outcome = self.record(record, given)?;
                ingested.count(&outcome);
                progress(Progress::Done(&outcome));
            }
            if ingested.was_interrupted {
                break;
            }
        }
        progress(Progress::Indexing);
        self.index()?;
        self.store.log(at, "ingest", &format!("{}份", ingested.n_files))?;
        Ok(ingested)
    }

    /// Records one file.
    fn record(&mut self, mut record: Record, given: &Given) -> Result<Outcome, Error> {
        if record.header.is_some()
            && let Some((stamp, paths)) = self.store.known(&record.source.sha256)?
        {
            // The same bytes in several folders are one document: the first path in order decides what the folder says
            // of it. What the user stated for it before stays.
            let is_first = paths.iter().all(|known| record.source.path <= *known);
            let is_same_program = program(&stamp) == program(&record.extracted_with);
            if is_same_program && given.says_nothing() && (!is_first || stamp.contains(GIVEN)) {
                record.extracted_with = stamp;
            }
        }
        let stored = self.store.put(&record)?;
        Ok(Outcome { record, stored })
    }

    /// The search index, brought up to date with the record.
    ///
    /// # Errors
    /// The index cannot be written.
    pub fn index(&self) -> Result<SearchIndex, Error> {
        let mut index = SearchIndex::open(&self.root.join("search"), Arc::clone(&self.lexicon))?;
        let generation = self.store.generation()?;
        let stamp = format!("{generation}|{}", self.lexicon.index_stamp);
        let seen = index.stamp().unwrap_or_default();
        if seen == stamp {
            return Ok(index);
        }
        // A changed thesaurus is used from now on; what is in the index stays as it is.
        let same_tables = seen
            .split_once('|')
            .is_some_and(|(_, tables)| tables.split('-').next() == Some(self.lexicon.stamp.as_str()));
        let seen_generation = seen.split('|').next().and_then(|text| text.parse::<u64>().ok());
        match seen_generation.filter(|seen| same_tables && *seen <= generation && !index.was_rebuilt()) {
            Some(seen) => {
                let changed = self.store.changed_since(seen)?;
                let entries = self.entries(Some(&changed))?;
                index.replace(false, &changed, entries, &stamp)?;
            }
            None => index.replace(true, &[], self.entries(None)?, &stamp)?,
        }
        Ok(index)
    }

    /// Makes the search index anew.
    ///
    /// # Errors
    /// The index cannot be written.
    pub fn reindex(&self) -> Result<usize, Error> {
        let mut index = SearchIndex::open(&self.root.join("search"), Arc::clone(&self.lexicon))?;
        let entries = self.entries(None)?;
        let n_entries = entries.len();
        index.replace(true, &[], entries, &format!("{}|{}", self.store.generation()?, self.lexicon.index_stamp))?;
        Ok(n_entries)
    }

    /// What the index holds of all documents, or of these.
    fn entries(&self, only: Option<&[String]>) -> Result<Vec<Entry>, Error> {
        let mut entries = Vec::new();
        if only.is_some_and(<[String]>::is_empty) {
            return Ok(entries);
        }
        let canonical = self.canonical()?;
        let full = |unit: Option<&String>| unit.map(|unit| canonical.get(unit).unwrap_or(unit).clone());
        for document in self.store.documents()? {
            if only.is_some_and(|only| only.binary_search(&document.sha256).is_err()) {
                continue;
            }
            let header = &document.header;
            let date = header.feedback_date.or(header.period.map(|period| period.end));
            for finding in self.store.findings_of(&document.sha256)? {
                entries.push(Entry {
                    kind: Kind::Finding,
                    id: finding.id,
                    document: document.sha256.clone(),
                    text: finding.quote,
                    unit: full(finding.unit.as_ref()),
                    sector: finding.sector,
                    round: finding.round,
                    year: finding.year,
                    date,
                    type_id: finding.type_id,
                    type_name: finding.type_name,
                    genre: header.genre,
                    state: None,
                });
            }
            let blocks = self.store.blocks(&document.sha256)?;
            let text: Vec<&str> = blocks.iter().map(|block| block.text.as_str()).collect();
            entries.push(Entry {
                kind: Kind::Document,
                id: document.sha256.clone(),
                document: document.sha256.clone(),
                text: text.join("\n"),
                unit: full(header.units.first()),
                sector: header.sectors.first().cloned(),
                round: header.round.clone(),
                year: header.period.map(|period| period.start.year),
                date,
                type_id: String::new(),
                type_name: String::new(),
                genre: header.genre,
                state: None,
            });
        }
        Ok(entries)
    }

    /// Notes in the access log that something was searched for; not what.
    ///
    /// # Errors
    /// The record cannot be written.
    pub fn note_search(&mut self, at: &str) -> Result<(), Error> {
        self.store.log(at, "search", "")
    }

    /// Full names of all units named anywhere in the workspace.
    fn canonical(&self) -> Result<BTreeMap<String, String>, Error> {
        Ok(canonical_units(self.store.units()?.iter().map(String::as_str), &self.lexicon.renames))
    }

    /// All findings, with units by their full names.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn findings(&self) -> Result<Vec<Finding>, Error> {
        let canonical = self.canonical()?;
        let mut findings = self.store.findings()?;
        for finding in &mut findings {
            if let Some(unit) = &mut finding.unit
                && let Some(full) = canonical.get(unit)
            {
                unit.clone_from(full);
            }
        }
        Ok(findings)
    }

    /// Findings with these ids and their documents, in the order of the ids.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn located(&self, ids: &[String]) -> Result<Vec<Located>, Error> {
        let canonical = self.canonical()?;
        let mut located = Vec::new();
        for id in ids {
            let Some(mut finding) = self.store.finding(id)? else { continue };
            finding.unit = finding.unit.map(|unit| canonical.get(&unit).cloned().unwrap_or(unit));
            let (path, title) = self.store.path_and_title(&finding.place.document)?.unwrap_or_default();
            located.push(Located { path, title, finding });
        }
        Ok(located)
    }

    /// Path and title of every document, by hash.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn documents(&self) -> Result<BTreeMap<String, DocumentFacts>, Error> {
        let facts = |document: DocumentRow| {
            let path = document.paths.first().cloned().unwrap_or_default();
            (document.sha256, DocumentFacts { path, title: document.header.title })
        };
        Ok(self.store.documents()?.into_iter().map(facts).collect())
    }

    /// The sectors that have findings, with the number of findings and units, most findings first.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn sectors(&self) -> Result<Vec<(String, usize, usize)>, Error> {
        let mut sectors: BTreeMap<String, (usize, BTreeSet<String>)> = BTreeMap::new();
        for finding in self.findings()? {
            if let Some(sector) = finding.sector {
                let entry = sectors.entry(sector).or_default();
                entry.0 += 1;
                entry.1.extend(finding.unit);
            }
        }
        let mut listed: Vec<(String, usize, usize)> =
            sectors.into_iter().map(|(sector, (count, units))| (sector, count, units.len())).collect();
        listed.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        Ok(listed)
    }

    /// The themes of a scope.
    ///
    /// # Errors
    /// The record cannot be read, or there is no such sector or round.
    pub fn themes(&self, sector: Option<&str>, rounds: &[String], rule: &Rule) -> Result<Themes, Error> {
        let (sector, rounds) = (sector.map(str::to_owned), rounds.to_vec());
        self.ask(&Question { sector, rounds, rule: *rule, ..Question::default() })
    }

    /// The sector called so, if there are findings of it.
    fn known_sector(&self, name: &str) -> Result<String, Error> {
        let wanted = self.lexicon.sectors.named(name).unwrap_or(name).to_owned();
        let present = self.sectors()?;
        if present.iter().any(|(sector, ..)| *sector == wanted) {
            return Ok(wanted);
        }
        let listed: Vec<String> = present.into_iter().map(|(sector, ..)| sector).collect();
        let hint = if listed.is_empty() {
            "先读入文书：jianlin ingest 文件夹".to_owned()
        } else {
            format!("已有的系统有 {}", listed.join("、"))
        };
        Err(Error::new(format!("没有“{name}”这个系统的问题"), hint))
    }

    /// Draws the outline of a sector.
    ///
    /// # Errors
    /// The record cannot be read, or there is no such sector.
    pub fn outline(
        &self,
        sector: Option<&str>,
        rounds: &[String],
        rule: &Rule,
        today: Date,
        office: &str,
    ) -> Result<Outline, Error> {
        let themes = self.themes(sector, rounds, rule)?;
        let wanted: BTreeSet<&String> = themes
            .themes
            .iter()
            .flat_map(|theme| &theme.findings)
            .chain(themes.residue.iter().map(|it| &it.finding))
            .collect();
        let findings: BTreeMap<String, Finding> = self
            .findings()?
            .into_iter()
            .filter(|finding| wanted.contains(&finding.id))
            .map(|finding| (finding.id.clone(), finding))
            .collect();
        let documents = self.documents()?;
        let in_scope: BTreeSet<&String> = themes.scope.units.iter().collect();
        let items: Vec<RectificationItem> = {
            let canonical = self.canonical()?;
            let full = |unit: &String| canonical.get(unit).unwrap_or(unit).clone();
            let mut items = self.store.items()?;
            items.retain(|item| {
                rounds.is_empty() && item.unit.as_ref().is_some_and(|unit| in_scope.contains(&full(unit)))
            });
            items
        };
        let (causes, suggestions) = self.passages_of(&findings, &documents)?;
        let area_names =
            self.lexicon.taxonomy.types().iter().map(|it| (it.area().to_owned(), it.area_name.clone())).collect();
        let material = draft::Material {
            themes: &themes,
            rule: *rule,
            findings: &findings,
            documents: &documents,
            causes,
            suggestions,
            items: &items,
            area_names,
        };
        let journal = sha256(format!("{:?}", self.store.journal()?).as_bytes());
        let brief = Brief {
            sector: themes.scope.sector.as_deref(),
            today,
            office,
            version: env!("CARGO_PKG_VERSION"),
            journal: &journal,
        };
        Ok(draft::outline(&material, &brief))
    }

    /// Causes and suggestions stated by the documents that the findings come from; from each document the first few.
    fn passages_of(
        &self,
        findings: &BTreeMap<String, Finding>,
        documents: &BTreeMap<String, DocumentFacts>,
    ) -> Result<(Vec<Evidence>, Vec<Evidence>), Error> {
        const FROM_EACH: usize = 2;
        let sources: BTreeSet<&String> = findings.values().map(|finding| &finding.place.document).collect();
        let (mut causes, mut suggestions) = (Vec::new(), Vec::new());
        for document in self.store.documents()?.into_iter().filter(|document| sources.contains(&document.sha256)) {
            let blocks = self.store.blocks(&document.sha256)?;
            let found = passages(&document.sha256, &document.header, &blocks, &self.lexicon);
            for (kind, list) in [(PassageKind::Cause, &mut causes), (PassageKind::Suggestion, &mut suggestions)] {
                for passage in found.iter().filter(|passage| passage.kind == kind).take(FROM_EACH) {
                    list.push(Evidence {
                        finding: passage.id.clone(),
                        path: documents.get(&document.sha256).map(|facts| facts.path.clone()).unwrap_or_default(),
                        title: document.header.title.clone(),
                        unit: None,
                        round: document.header.round.clone(),
                        place: passage.place.clone(),
                        quote: passage.quote.clone(),
                    });
                }
            }
        }
        Ok((causes, suggestions))
    }

    /// Writes an outline as .docx, .md or .json, told by the ending, and its manifest beside it. Both are written
    /// aside and then put in place, so that an interruption leaves the old ones.
    ///
    /// # Errors
    /// The ending is unknown, or the file cannot be written.
    pub fn write_draft(
        &mut self,
        outline: &Outline,
        file: &Path,
        today: Date,
        office: &str,
        at: &str,
    ) -> Result<PathBuf, Error> {
        let extension =
            file.extension().and_then(|extension| extension.to_str()).unwrap_or_default().to_ascii_lowercase();
        let brief = Brief {
            sector: None,
            today,
            office,
            version: env!("CARGO_PKG_VERSION"),
            journal: &outline.made_from.journal,
        };
        let bytes = match extension.as_str() {
            "docx" => draft::docx(outline, &brief)?,
            "md" => draft::markdown(outline).into_bytes(),
            "json" => draft::json(outline).into_bytes(),
            _ => {
                return Err(Error::new(
                    format!("{}：不知道要写成什么格式", file.display()),
                    "文件名以 .docx、.md 或 .json 结尾",
                ));
            }
        };
        let manifest_path = manifest_path(file);
        put_in_place(&manifest_path, draft::manifest(outline, &sha256(&bytes)).as_bytes())?;
        put_in_place(file, &bytes)?;
        self.store.log(at, "draft", &file.display().to_string())?;
        Ok(manifest_path)
    }

    /// Verifies a draft against its manifest and the documents themselves.
    ///
    /// # Errors
    /// The draft or its manifest cannot be read.
    pub fn verify(&self, file: &Path) -> Result<Verification, Error> {
        let bytes = std::fs::read(file).map_err(|error| cannot_read(file, &error))?;
        let manifest_file = manifest_path(file);
        let manifest = match std::fs::read_to_string(&manifest_file) {
            Ok(text) => draft::read_manifest(&text)?,
            Err(error) => {
                return Err(Error::new(
                    format!("{}：找不到来源清单", manifest_file.display()),
                    "来源清单与稿件同时写出，须与稿件放在同一目录；找不回来时重新起草一次",
                )
                .because(&error));
            }
        };
        let paragraphs = draft_paragraphs(file, &bytes, &manifest)?;
        let mut opened: BTreeMap<String, OpenedDocument> = BTreeMap::new();
        let mut open = |evidence: &draft::Anchored| self.open_anchor(evidence, &mut opened);
        Ok(draft::verify(&paragraphs, &manifest, &mut open))
    }

    /// Opens an anchor: in the document itself where it still is, else in the record's copy of its text.
    fn open_anchor(&self, evidence: &draft::Anchored, opened: &mut BTreeMap<String, OpenedDocument>) -> Anchor {
        let key = format!("{}\n{}", evidence.path, evidence.sha256);
        let document = opened.entry(key).or_insert_with(|| self.open_document(evidence));
        let OpenedDocument { texts, note } = document;
        let text = texts.get(evidence.block as usize).map_or("", String::as_str);
        if evidence.place().slice(text) == Some(evidence.quote.as_str()) {
            return note.clone().map_or(Anchor::Live, Anchor::Moved);
        }
        if texts.iter().any(|text| text.contains(&evidence.quote)) {
            return Anchor::Moved(format!("{}：原文位置有变动，引文仍在", evidence.path));
        }
        Anchor::Missing(format!(
            "{}：找不到原文“{}”",
            evidence.path,
            evidence.quote.chars().take(20).collect::<String>()
        ))
    }

    fn open_document(&self, evidence: &draft::Anchored) -> OpenedDocument {
        let stored = || -> Vec<String> {
            let blocks = self.store.blocks(&evidence.sha256).unwrap_or_default();
            blocks.into_iter().map(|block| block.text).collect()
        };
        match std::fs::read(&evidence.path) {
            Ok(bytes) => {
                let note = (sha256(&bytes) != evidence.sha256).then(|| format!("{}：原件内容有改动", evidence.path));
                let blocks = read(&evidence.path, &bytes, &Limits::OFFICE).blocks;
                OpenedDocument { texts: blocks.into_iter().map(|block| block.text).collect(), note }
            }
            Err(_) => OpenedDocument {
                texts: stored(),
                note: Some(format!("{}：原件不在原处，按资料库中的存底核对", evidence.path)),
            },
        }
    }

    /// What is wrong with the workspace, in Chinese; empty if nothing is.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn check(&self) -> Result<Vec<String>, Error> {
        let mut wrong = self.store.check()?;
        let n_stale = self.stale()?.len();
        if n_stale > 0 {
            wrong.push(format!("有{n_stale}份文书是用旧的词表或旧版本抽取的，运行 jianlin reindex 可重新抽取"));
        }
        let index = SearchIndex::open(&self.root.join("search"), Arc::clone(&self.lexicon))?;
        let wanted = format!("{}|{}", self.store.generation()?, self.lexicon.index_stamp);
        if index.stamp().as_deref() != Some(wanted.as_str()) {
            wrong.push("检索索引与资料库不同步，运行 jianlin reindex 可重建".to_owned());
        }
        Ok(wrong)
    }
}

impl Ingested {
    fn count(&mut self, outcome: &Outcome) {
        match outcome.stored {
            Stored::Added => self.n_added += 1,
            Stored::Replaced => self.n_replaced += 1,
            Stored::Unchanged | Stored::Moved => self.n_unchanged += 1,
            Stored::Refused => self.n_refused += 1,
        }
        self.n_findings += outcome.record.findings.len();
    }
}

/// The tables of the user's in a workspace.
fn tables(root: &Path) -> Result<Tables, Error> {
    let table = |name: &str| -> Result<String, Error> {
        match std::fs::read_to_string(root.join(name)) {
            Ok(text) => Ok(text),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(String::new()),
            Err(error) => Err(cannot_use(&root.join(name), &error)),
        }
    };
    Ok(Tables {
        words: table("dictionary.txt")?,
        taxonomy: table("taxonomy.tsv")?,
        sectors: table("sectors.tsv")?,
        cues: table("cues.tsv")?,
        frames: table("frames.tsv")?,
        renames: table("renames.tsv")?,
        synonyms: table("synonyms.tsv")?,
        thesaurus: table("thesaurus.tsv")?,
    })
}

/// Marks what the user stated in the stamp of a document.
const GIVEN: &str = "|given:";

/// The part of a stamp that names the program and its tables.
fn program(stamp: &str) -> &str {
    stamp.split('|').next().unwrap_or_default()
}

impl Given {
    /// Whether nothing is stated about the files themselves.
    fn says_nothing(&self) -> bool {
        self.sector.is_none() && self.unit.is_none() && self.round.is_none()
    }
}

/// Whether a record still says what reading the file again would say.
fn is_current(path: &Path, known: &Record, given: &Given, lexicon: &Lexicon) -> bool {
    given.says_nothing()
        && program(&known.extracted_with) == lexicon.stamp
        && std::fs::read(path)
            .is_ok_and(|bytes| bytes.len() as u64 == known.source.size && sha256(&bytes) == known.source.sha256)
}

/// The texts of a document that was opened to verify a draft, and what is remarkable about it.
struct OpenedDocument {
    texts: Vec<String>,
    note: Option<String>,
}

/// The lines of a text, or the first column of a table, that are not empty (清单).
///
/// # Errors
/// The file cannot be opened or read.
pub fn first_column(path: &Path) -> Result<Vec<String>, Error> {
    let bytes = std::fs::read(path).map_err(|error| cannot_read(path, &error))?;
    let document = read(&path.to_string_lossy(), &bytes, &Limits::OFFICE);
    let is_listed = |block: &&Block| block.cell.as_ref().is_none_or(|cell| cell.col == 0);
    let lines = document.blocks.iter().filter(is_listed).flat_map(|block| block.text.lines());
    Ok(lines.map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect())
}

/// Reads and extracts one file into a record; never fails, a file that cannot be read gives a record that says so.
pub fn prepare(path: &Path, given: &Given, lexicon: &Lexicon, corrections: &Corrections) -> Record {
    let shown = shown(path);
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(_) => {
            let diagnostic =
                Diagnostic::warning("打不开，可能正被其他程序使用或没有权限", "关闭正在使用它的程序，或检查权限后再试");
            return refused(
                Source { path: shown, sha256: String::new(), size: 0, format: crate::model::Format::Unknown },
                Verdict::Corrupt,
                vec![diagnostic],
            );
        }
    };
    let read = read(&shown, &bytes, &Limits::OFFICE);
    let source = Source { path: shown, sha256: sha256(&bytes), size: bytes.len() as u64, format: read.format };
    if !read.verdict.is_usable() {
        return refused(source, read.verdict, read.diagnostics);
    }
    derive(source, read.blocks, (read.verdict, read.diagnostics), given, lexicon, corrections)
}

/// What a document says that looks like a problem and was not taken as one, with the reason (未采用的句子).
pub fn why_not(record: &Record, lexicon: &Lexicon) -> Vec<Rejected> {
    let Some(header) = &record.header else { return Vec::new() };
    rejected(&record.source.sha256, &record.blocks, header.genre, &record.findings, lexicon)
}

/// Extracts the text of a document into a record, with what the user stated and decided.
fn derive(
    source: Source,
    blocks: Vec<Block>,
    (verdict, diagnostics): (Verdict, Vec<Diagnostic>),
    given: &Given,
    lexicon: &Lexicon,
    corrections: &Corrections,
) -> Record {
    let mut extraction = extract(&source.sha256, &source.path, &blocks, lexicon);
    let marking =
        extraction.header.marking.clone().filter(|marking| marking.contains('密') && !marking.contains("工作秘密"));
    if let Some(marking) = marking.filter(|_| !given.accept_marked) {
        let diagnostic = Diagnostic::warning(
            format!("标有密级“{marking}”，没有读入"),
            "只能在批准的设备上处理；确已批准的，加 --accept-marked 再读入",
        );
        return refused(source, Verdict::Classified, vec![diagnostic]);
    }
    let mut stamp = format!("{}|{}", lexicon.stamp, extraction.header.sectors.first().map_or("", String::as_str));
    let corrections = corrections.of(&source.sha256, &source.path);
    correct(&source.sha256, &blocks, &mut extraction.findings, &corrections, lexicon);
    stamp.push_str(&decisions::stamp(&corrections));
    if !given.says_nothing() {
        let stated = serde_json::json!([given.sector, given.unit, given.round]);
        stamp.push_str(&format!("{GIVEN}{stated}"));
        for finding in &mut extraction.findings {
            finding.sector = given.sector.clone().or(finding.sector.take());
            finding.unit = given.unit.clone().or(finding.unit.take());
            finding.round = given.round.clone().or(finding.round.take());
        }
        let header = &mut extraction.header;
        header.sectors = given.sector.clone().map_or_else(|| header.sectors.clone(), |sector| vec![sector]);
        header.units = given.unit.clone().map_or_else(|| header.units.clone(), |unit| vec![unit]);
        header.round = given.round.clone().or(header.round.take());
    }
    Record {
        source,
        verdict,
        diagnostics,
        blocks,
        header: Some(extraction.header),
        findings: extraction.findings,
        items: extraction.items,
        extracted_with: stamp,
    }
}

fn refused(source: Source, verdict: Verdict, diagnostics: Vec<Diagnostic>) -> Record {
    Record {
        source,
        verdict,
        diagnostics,
        blocks: Vec::new(),
        header: None,
        findings: Vec::new(),
        items: Vec::new(),
        extracted_with: String::new(),
    }
}

/// The files to read: those named, and the readable ones in folders, sorted by path.
pub fn walk(paths: &[PathBuf]) -> Result<Vec<PathBuf>, Error> {
    const MAX_DEPTH: usize = 32;
    let mut files = BTreeSet::new();
    let mut pending: Vec<(PathBuf, usize)> = Vec::new();
    for path in paths {
        if path.is_dir() {
            pending.push((path.clone(), 0));
        } else if path.exists() {
            files.insert(path.clone());
        } else {
            return Err(Error::new(
                format!("{}：没有这个文件或文件夹", path.display()),
                "检查路径有没有写错；路径中有空格的，用引号括起来",
            ));
        }
    }
    while let Some((folder, depth)) = pending.pop() {
        let entries = std::fs::read_dir(&folder).map_err(|error| cannot_read(&folder, &error))?;
        for entry in entries.flatten() {
            let path = entry.path();
            let name = entry.file_name().to_string_lossy().into_owned();
            if IGNORED.iter().any(|start| name.starts_with(start)) {
                continue;
            }
            let kind = entry.file_type().ok();
            // Links are not followed: a link to a folder above would never end.
            if kind.is_some_and(|kind| kind.is_dir()) && depth < MAX_DEPTH {
                pending.push((path, depth + 1));
            } else if kind.is_some_and(|kind| kind.is_file()) && is_readable(&path) {
                files.insert(path);
            }
        }
    }
    Ok(files.into_iter().collect())
}

fn is_readable(path: &Path) -> bool {
    let extension = path.extension().and_then(|extension| extension.to_str()).map(str::to_ascii_lowercase);
    extension.is_some_and(|extension| READABLE.contains(&extension.as_str()))
}

/// A path as it is shown and recorded: `/` between its parts on every system, no leading `./`.
fn shown(path: &Path) -> String {
    let text = path.to_string_lossy().replace('\\', "/");
    text.strip_prefix("./").map(str::to_owned).unwrap_or(text)
}

/// SHA-256 in lower-case hexadecimal.
pub fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Where the manifest of a draft is.
pub fn manifest_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".manifest.json");
    PathBuf::from(name)
}

/// Writes a file aside, then renames it into place.
///
/// # Errors
/// The file cannot be written; what was there before then stays.
pub fn put_in_place(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        // A file made for oneself alone could not be opened by colleagues; what the system forbids stays forbidden.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        std::io::Write::write_all(&mut file, bytes)?;
        file.as_file().sync_all()?;
        file.persist(path)?;
        Ok(())
    };
    write().map_err(|error| {
        Error::new(format!("{}：写不进去", path.display()), "检查目录权限和磁盘空间；文件正开着的，先关闭它")
            .because(&error)
    })
}

/// The paragraphs of a draft, without table cells.
fn draft_paragraphs(file: &Path, bytes: &[u8], manifest: &Manifest) -> Result<Vec<String>, Error> {
    let name = shown(file);
    if name.to_ascii_lowercase().ends_with(".json") {
        let text = String::from_utf8_lossy(bytes);
        let said = draft::read_manifest(&text)?;
        return Ok(said
            .sections
            .into_iter()
            .flat_map(|section| section.sentences)
            .map(|sentence| sentence.text)
            .collect());
    }
    let read = read(&name, bytes, &Limits::OFFICE);
    if !read.verdict.is_usable() {
        let hint = read.diagnostics.first().map(|it| it.hint.clone()).unwrap_or_default();
        return Err(Error::new(format!("{name}：稿件读不出来"), hint));
    }
    let _ = manifest;
    Ok(read.blocks.into_iter().filter(|block| block.kind != BlockKind::Cell).map(|block| block.text).collect())
}

fn cannot_use(path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("{}：资料库目录不能用", path.display()), "检查目录权限和磁盘空间，或用 --workspace 换一个目录")
        .because(error)
}

fn cannot_read(path: &Path, error: &std::io::Error) -> Error {
    Error::new(format!("{}：读不出来", path.display()), "检查文件是否存在、是否有权限").because(error)
}
