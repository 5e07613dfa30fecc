//! The record (记录库): records.db, the only owner of SQLite and of the stored form.
//!
//! One document is one transaction. What is committed survives a kill or a power cut (WAL, full synchronisation).
//! The search index is derived from here: each change of documents grows the generation, and the change table tells
//! the index what it has missed.

mod form;
mod schema;
mod themes;

use std::path::{Path, PathBuf};

use form::{StoredCell, StoredFacts, StoredHeader, StoredPlace, from_text, to_text};
pub use form::{theme_decision_line, theme_decision_of};
use rusqlite::{Connection, ErrorCode, OptionalExtension, Row, Transaction, params};

use crate::diag::{Diagnostic, Error};
use crate::model::{Block, Correction, Finding, Format, Header, RectificationItem, Source, ThemeDecision, Verdict};

/// One document as it is recorded (一份文档的记录).
#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    /// The file.
    pub source: Source,
    /// How reading it ended.
    pub verdict: Verdict,
    /// What was noted while reading.
    pub diagnostics: Vec<Diagnostic>,
    /// Its text; empty where it could not be read.
    pub blocks: Vec<Block>,
    /// Its header facts; `None` where it could not be read.
    pub header: Option<Header>,
    /// Its findings.
    pub findings: Vec<Finding>,
    /// Its rectification items.
    pub items: Vec<RectificationItem>,
    /// Stamp of the program and tables that extracted it.
    pub extracted_with: String,
}

/// What recording a document changed (入库结果).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// The document was not known.
    Added,
    /// Known and unchanged.
    Unchanged,
    /// Known under another path.
    Moved,
    /// The path held another document, or the document was extracted anew.
    Replaced,
    /// The file could not be read; only that is recorded.
    Refused,
}

/// A document in the list of documents (文档清单的一行).
#[derive(Debug, Clone, PartialEq)]
pub struct DocumentRow {
    /// SHA-256.
    pub sha256: String,
    /// Paths it is known under, sorted.
    pub paths: Vec<String>,
    /// Format.
    pub format: Format,
    /// Header facts.
    pub header: Header,
    /// Number of findings.
    pub n_findings: usize,
    /// Number of rectification items.
    pub n_items: usize,
}

/// An entry of the journal (决策记录的一条).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JournalEntry {
    /// Its number, growing.
    pub number: i64,
    /// When it was made.
    pub at: String,
    /// What was decided.
    pub decision: Decision,
    /// The reason given, if any.
    pub why: String,
}

/// A decision (决策) of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// A finding was corrected.
    Correction(Correction),
    /// The correction of this number no longer holds.
    Undo(i64),
    /// Themes were curated.
    Theme(ThemeDecision),
}

/// A file that could not be read (未读入的文件).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedRow {
    /// Path.
    pub path: String,
    /// Why.
    pub verdict: Verdict,
    /// What to tell the user.
    pub diagnostics: Vec<Diagnostic>,
}

/// The record (记录库).
#[derive(Debug)]
pub struct Store {
    connection: Connection,
    path: PathBuf,
}

impl Store {
    /// Opens the record, making it where there is none.
    ///
    /// # Errors
    /// No database, a damaged one, one of a newer program, or one that cannot be written.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let shown = path.display();
        let fail = |error: rusqlite::Error| explain(&format!("{shown}：资料库打不开"), &error);
        let mut connection = Connection::open(path).map_err(fail)?;
        connection.busy_timeout(std::time::Duration::from_secs(10)).map_err(fail)?;
        let version: i64 = connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(fail)?;
        if version > schema::VERSION {
            return Err(Error::new(
                format!("{shown}：资料库由更新版本的见林建立（格式{version}，本版只认到{}）", schema::VERSION),
                "升级见林，或用 --workspace 另建一个资料库",
            ));
        }
        connection.pragma_update(None, "journal_mode", "WAL").map_err(fail)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(fail)?;
        connection.pragma_update(None, "foreign_keys", "ON").map_err(fail)?;
        schema::migrate(&mut connection, version).map_err(fail)?;
        Ok(Self { connection, path: path.to_owned() })
    }

    fn fail(&self, error: &rusqlite::Error) -> Error {
        explain(&format!("{}：读写资料库失败", self.path.display()), error)
    }

    /// Records one document in one transaction.
    ///
    /// # Errors
    /// The record cannot be written; nothing of the document is then in it.
    pub fn put(&mut self, record: &Record) -> Result<Stored, Error> {
        let result = self.connection.transaction().and_then(|transaction| {
            let stored = put(&transaction, record)?;
            transaction.commit()?;
            Ok(stored)
        });
        result.map_err(|error| self.fail(&error))
    }

    /// What is known of a document: the stamp it was extracted with, and the paths it is known under, sorted.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn known(&self, sha256: &str) -> Result<Option<(String, Vec<String>)>, Error> {
        let sql = "SELECT extracted_with FROM documents WHERE sha256 = ?1";
        let stamp = self.connection.query_row(sql, [sha256], |row| row.get(0)).optional();
        let Some(stamp) = stamp.map_err(|error| self.fail(&error))? else { return Ok(None) };
        let paths =
            self.list("SELECT path FROM sources WHERE sha256 = ?1 ORDER BY path", [sha256], |row| row.get(0))?;
        Ok(Some((stamp, paths)))
    }

    /// The document a path holds, as it is recorded, without its blocks; `None` where the path is unknown or refused.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn record_at(&self, path: &str) -> Result<Option<Record>, Error> {
        let sql = "SELECT s.sha256, s.size, s.verdict, s.diagnostics, d.format, d.header, d.extracted_with
                   FROM sources s JOIN documents d ON d.sha256 = s.sha256 WHERE s.path = ?1";
        let found = self
            .connection
            .query_row(sql, [path], |row| {
                let text = |column: usize| row.get::<_, String>(column);
                Ok(Record {
                    source: Source {
                        path: path.to_owned(),
                        sha256: row.get(0)?,
                        size: row.get(1)?,
                        format: Format::from_name(&text(4)?).unwrap_or(Format::Unknown),
                    },
                    verdict: Verdict::from_name(&text(2)?).unwrap_or(Verdict::Read),
                    diagnostics: form::from_diagnostics(from_text(&text(3)?)),
                    blocks: Vec::new(),
                    header: Some(from_text::<StoredHeader>(&text(5)?).into()),
                    findings: Vec::new(),
                    items: Vec::new(),
                    extracted_with: row.get(6)?,
                })
            })
            .optional()
            .map_err(|error| self.fail(&error))?;
        let Some(mut record) = found else { return Ok(None) };
        record.findings = self.findings_of(&record.source.sha256)?;
        record.items =
            self.list(&format!("{ITEM} WHERE document = ?1 ORDER BY block, start"), [&record.source.sha256], item)?;
        Ok(Some(record))
    }

    /// How often documents have changed.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn generation(&self) -> Result<u64, Error> {
        let sql = "SELECT COALESCE(MAX(generation), 0) FROM changes";
        self.connection.query_row(sql, [], |row| row.get(0)).map_err(|error| self.fail(&error))
    }

    /// The documents that were added, changed or removed after a generation, sorted.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn changed_since(&self, generation: u64) -> Result<Vec<String>, Error> {
        let sql = "SELECT DISTINCT document FROM changes WHERE generation > ?1 ORDER BY document";
        self.list(sql, params![generation], |row| row.get(0))
    }

    /// All documents, by path.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn documents(&self) -> Result<Vec<DocumentRow>, Error> {
        let sql = "SELECT d.sha256, d.format, d.header,
                     (SELECT COUNT(*) FROM findings f WHERE f.document = d.sha256),
                     (SELECT COUNT(*) FROM items i WHERE i.document = d.sha256),
                     (SELECT json_group_array(path) FROM (SELECT path FROM sources s WHERE s.sha256 = d.sha256 ORDER BY path))
                   FROM documents d";
        let mut rows = self.list(sql, [], |row| {
            let (format, header, paths): (String, String, String) = (row.get(1)?, row.get(2)?, row.get(5)?);
            Ok(DocumentRow {
                sha256: row.get(0)?,
                paths: from_text(&paths),
                format: Format::from_name(&format).unwrap_or(Format::Unknown),
                header: from_text::<StoredHeader>(&header).into(),
                n_findings: row.get(3)?,
                n_items: row.get(4)?,
            })
        })?;
        rows.sort_by(|left, right| left.paths.cmp(&right.paths).then_with(|| left.sha256.cmp(&right.sha256)));
        Ok(rows)
    }

    /// The files that could not be read, by path.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn refused(&self) -> Result<Vec<RefusedRow>, Error> {
        let sql = "SELECT path, verdict, diagnostics FROM sources WHERE sha256 NOT IN (SELECT sha256 FROM documents) ORDER BY path";
        self.list(sql, [], |row| {
            let (verdict, diagnostics): (String, String) = (row.get(1)?, row.get(2)?);
            Ok(RefusedRow {
                path: row.get(0)?,
                verdict: Verdict::from_name(&verdict).unwrap_or(Verdict::Unsupported),
                diagnostics: form::from_diagnostics(from_text(&diagnostics)),
            })
        })
    }

    /// The blocks of a document, in order.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn blocks(&self, sha256: &str) -> Result<Vec<Block>, Error> {
        let sql = "SELECT kind, text, page, cell FROM blocks WHERE document = ?1 ORDER BY idx";
        self.list(sql, [sha256], |row| {
            let kind: String = row.get(0)?;
            Ok(form::block(&kind, row.get(1)?, row.get(2)?, row.get(3)?))
        })
    }

    /// All findings, by document, block and start.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn findings(&self) -> Result<Vec<Finding>, Error> {
        self.list(&format!("{FINDING} ORDER BY document, block, start"), [], finding)
    }

    /// The findings of a document.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn findings_of(&self, sha256: &str) -> Result<Vec<Finding>, Error> {
        self.list(&format!("{FINDING} WHERE document = ?1 ORDER BY block, start"), [sha256], finding)
    }

    /// The finding with this id.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn finding(&self, id: &str) -> Result<Option<Finding>, Error> {
        let found = self.connection.query_row(&format!("{FINDING} WHERE id = ?1"), [id], finding).optional();
        found.map_err(|error| self.fail(&error))
    }

    /// All rectification items, by document, block and start.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn items(&self) -> Result<Vec<RectificationItem>, Error> {
        self.list(&format!("{ITEM} ORDER BY document, block, start"), [], item)
    }

    /// Units named by findings and by documents, each once, sorted.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn units(&self) -> Result<Vec<String>, Error> {
        let sql = "SELECT unit FROM findings WHERE unit IS NOT NULL
                   UNION SELECT value FROM documents, json_each(header, '$.units') ORDER BY 1";
        self.list(sql, [], |row| row.get(0))
    }

    /// The first path and the title of a document.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn path_and_title(&self, sha256: &str) -> Result<Option<(String, String)>, Error> {
        let sql = "SELECT (SELECT MIN(path) FROM sources WHERE sha256 = ?1), title FROM documents WHERE sha256 = ?1";
        let found = self
            .connection
            .query_row(sql, [sha256], |row| Ok((row.get::<_, Option<String>>(0)?.unwrap_or_default(), row.get(1)?)));
        found.optional().map_err(|error| self.fail(&error))
    }

    /// The ids of findings and documents that start so, sorted; at most ten of each.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn ids_starting_with(&self, prefix: &str) -> Result<Vec<String>, Error> {
        if prefix.len() < 4 || !prefix.chars().all(|character| character.is_ascii_hexdigit()) {
            return Ok(Vec::new());
        }
        let prefix = prefix.to_ascii_lowercase();
        let end = format!("{prefix}g");
        let mut ids: Vec<String> = self.list(
            "SELECT id FROM findings WHERE id >= ?1 AND id < ?2 ORDER BY id LIMIT 10",
            params![prefix, end],
            |row| row.get(0),
        )?;
        let documents = self.list(
            "SELECT sha256 FROM documents WHERE sha256 >= ?1 AND sha256 < ?2 ORDER BY sha256 LIMIT 10",
            params![prefix, end],
            |row| row.get(0),
        )?;
        ids.extend(documents);
        Ok(ids)
    }

    /// Adds an entry to the access log; never text of documents.
    ///
    /// # Errors
    /// The record cannot be written.
    pub fn log(&mut self, at: &str, action: &str, detail: &str) -> Result<(), Error> {
        let sql = "INSERT INTO access_log (at, action, detail) VALUES (?1, ?2, ?3)";
        self.connection.execute(sql, params![at, action, detail]).map(|_| ()).map_err(|error| self.fail(&error))
    }

    /// Adds a decision to the journal and, in the same transaction, writes the documents it changes anew.
    ///
    /// # Errors
    /// The record cannot be written; neither the decision nor its effect is then in it.
    pub fn decide(&mut self, at: &str, decision: &Decision, why: &str, records: &[Record]) -> Result<(), Error> {
        let (kind, payload) = form::decision(decision);
        let result = self.connection.transaction().and_then(|transaction| {
            let sql = "INSERT INTO journal (at, kind, payload, why) VALUES (?1, ?2, ?3, ?4)";
            transaction.execute(sql, params![at, kind, payload, why])?;
            for record in records {
                revise(&transaction, record)?;
            }
            transaction.commit()
        });
        result.map_err(|error| self.fail(&error))
    }

    /// Writes a known document anew.
    ///
    /// # Errors
    /// The record cannot be written; the document then stays as it was.
    pub fn revise(&mut self, record: &Record) -> Result<(), Error> {
        let result = self.connection.transaction().and_then(|transaction| {
            revise(&transaction, record)?;
            transaction.commit()
        });
        result.map_err(|error| self.fail(&error))
    }

    /// All decisions in order.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn journal(&self) -> Result<Vec<JournalEntry>, Error> {
        let sql = "SELECT id, at, kind, payload, why FROM journal ORDER BY id";
        let rows = self.list(sql, [], |row| {
            let (kind, payload): (String, String) = (row.get(2)?, row.get(3)?);
            let decision = form::from_decision(&kind, &payload);
            Ok(decision.map(|decision| (row.get(0), row.get(1), decision, row.get(4))))
        })?;
        let entry = |(number, at, decision, why): (_, _, Decision, _)| -> rusqlite::Result<JournalEntry> {
            Ok(JournalEntry { number: number?, at: at?, decision, why: why? })
        };
        rows.into_iter().flatten().map(entry).collect::<Result<_, _>>().map_err(|error| self.fail(&error))
    }

    /// A document as it is recorded, with its blocks and under its first path.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn record(&self, sha256: &str) -> Result<Option<Record>, Error> {
        let sql = "SELECT MIN(path) FROM sources WHERE sha256 = ?1";
        let path: Option<String> =
            self.connection.query_row(sql, [sha256], |row| row.get(0)).map_err(|error| self.fail(&error))?;
        let Some(mut record) = path.map(|path| self.record_at(&path)).transpose()?.flatten() else { return Ok(None) };
        record.blocks = self.blocks(sha256)?;
        Ok(Some(record))
    }

    /// The documents that another program or other tables extracted, sorted: those whose stamp does not start so.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn extracted_otherwise(&self, stamp: &str) -> Result<Vec<String>, Error> {
        let sql = "SELECT sha256 FROM documents WHERE substr(extracted_with, 1, length(?1)) <> ?1 ORDER BY sha256";
        self.list(sql, [stamp], |row| row.get(0))
    }

    /// What is wrong with the record, in Chinese; empty if nothing is.
    ///
    /// # Errors
    /// The record cannot be read at all.
    pub fn check(&self) -> Result<Vec<String>, Error> {
        let mut wrong: Vec<String> = self.list("PRAGMA integrity_check", [], |row| row.get(0))?;
        wrong.retain(|line: &String| line != "ok");
        for line in &mut wrong {
            *line = format!("数据库自检：{line}");
        }
        for document in self.documents()? {
            let blocks = self.blocks(&document.sha256)?;
            for finding in self.findings_of(&document.sha256)? {
                let text = blocks.get(finding.place.block as usize).map(|block| block.text.as_str());
                if text.and_then(|text| finding.place.slice(text)) != Some(finding.quote.as_str()) {
                    wrong.push(format!("问题{}的出处与原文对不上", finding.id));
                }
            }
        }
        Ok(wrong)
    }

    /// All documents, blocks, findings and items as text in a fixed order: equal for equal content.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn dump(&self) -> Result<String, Error> {
        let mut dump = String::new();
        for document in self.documents()? {
            dump.push_str(&format!("{document:?}\n"));
            for block in self.blocks(&document.sha256)? {
                dump.push_str(&format!("{block:?}\n"));
            }
            for finding in self.findings_of(&document.sha256)? {
                dump.push_str(&format!("{finding:?}\n"));
            }
        }
        for item in self.items()? {
            dump.push_str(&format!("{item:?}\n"));
        }
        for refused in self.refused()? {
            dump.push_str(&format!("{refused:?}\n"));
        }
        Ok(dump)
    }

    fn list<T, P: rusqlite::Params>(
        &self,
        sql: &str,
        params: P,
        read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>, Error> {
        let mut statement = self.connection.prepare(sql).map_err(|error| self.fail(&error))?;
        let rows = statement.query_map(params, read).and_then(Iterator::collect);
        rows.map_err(|error| self.fail(&error))
    }
}

/// Puts SQLite's complaint in the user's words.
fn explain(what: &str, error: &rusqlite::Error) -> Error {
    let (reason, hint) = match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
            ("文件不是资料库，或已损坏", "换一个 --workspace 目录；有备份的话先恢复备份")
        }
        Some(ErrorCode::DiskFull) => ("磁盘已满", "清出空间后再运行一次；已入库的内容没有丢失"),
        Some(ErrorCode::ReadOnly) => ("没有写入权限", "检查目录权限，或用 --workspace 换一个目录"),
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => {
            ("另一个见林正在使用它", "等那边运行完，再运行一次")
        }
        Some(ErrorCode::CannotOpen) => ("目录不存在或没有权限", "检查目录是否存在、能否写入"),
        _ => ("内部错误", "运行 jianlin doctor 检查资料库"),
    };
    Error::new(format!("{what}，{reason}"), hint).because(error)
}

/// Records one document; see [`Store::put`].
fn put(transaction: &Transaction<'_>, record: &Record) -> rusqlite::Result<Stored> {
    let source = &record.source;
    let before: Option<String> = transaction
        .query_row("SELECT sha256 FROM sources WHERE path = ?1", [&source.path], |row| row.get(0))
        .optional()?;
    transaction.execute(
        "INSERT OR REPLACE INTO sources (path, sha256, format, size, verdict, diagnostics) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            source.path,
            source.sha256,
            source.format.name(),
            source.size,
            record.verdict.name(),
            to_text(&form::diagnostics(&record.diagnostics))
        ],
    )?;
    // The path held another document: that one goes if no other path leads to it.
    let mut replaced = false;
    if let Some(before) = before.as_ref().filter(|before| **before != source.sha256) {
        replaced = true;
        let sql = "DELETE FROM documents WHERE sha256 = ?1 AND NOT EXISTS (SELECT 1 FROM sources WHERE sha256 = ?1)";
        if transaction.execute(sql, [before])? > 0 {
            note_change(transaction, before)?;
        }
    }
    if record.header.is_none() {
        return Ok(Stored::Refused);
    }
    let known: Option<String> = transaction
        .query_row("SELECT extracted_with FROM documents WHERE sha256 = ?1", [&source.sha256], |row| row.get(0))
        .optional()?;
    if known.as_deref() == Some(record.extracted_with.as_str()) {
        let is_same_path = before.as_deref() == Some(source.sha256.as_str());
        return Ok(if is_same_path { Stored::Unchanged } else { Stored::Moved });
    }
    revise(transaction, record)?;
    Ok(if replaced || known.is_some() { Stored::Replaced } else { Stored::Added })
}

/// Writes a document anew in place of what is recorded of it.
fn revise(transaction: &Transaction<'_>, record: &Record) -> rusqlite::Result<()> {
    let Some(header) = &record.header else { return Ok(()) };
    transaction.execute("DELETE FROM documents WHERE sha256 = ?1", [&record.source.sha256])?;
    insert(transaction, record, header)?;
    note_change(transaction, &record.source.sha256)
}

/// Grows the generation and notes which document it is about.
fn note_change(transaction: &Transaction<'_>, document: &str) -> rusqlite::Result<()> {
    let sql = "INSERT INTO changes (generation, document) VALUES ((SELECT COALESCE(MAX(generation), 0) + 1 FROM changes), ?1)";
    transaction.execute(sql, [document]).map(|_| ())
}

fn insert(transaction: &Transaction<'_>, record: &Record, header: &Header) -> rusqlite::Result<()> {
    let source = &record.source;
    transaction.execute(
        "INSERT INTO documents (sha256, format, size, extracted_with, title, genre, header) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            source.sha256,
            source.format.name(),
            source.size,
            record.extracted_with,
            header.title,
            header.genre.name(),
            to_text(&StoredHeader::from(header))
        ],
    )?;
    let mut blocks = transaction
        .prepare_cached("INSERT INTO blocks (document, idx, kind, text, page, cell) VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for (block_idx, block) in record.blocks.iter().enumerate() {
        let cell = block.cell.as_ref().map(|cell| to_text(&StoredCell::from(cell)));
        blocks.execute(params![source.sha256, block_idx, form::kind(block.kind), block.text, block.page, cell])?;
    }
    let mut findings = transaction.prepare_cached(
        "INSERT INTO findings (id, document, block, start, end, quote, place, unit, sector, round, year, area, type_id,
           type_name, general, headings, alternatives, facts, reasons, confidence, detail, frame)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22)",
    )?;
    for finding in &record.findings {
        let place = &finding.place;
        findings.execute(params![
            finding.id,
            source.sha256,
            place.block,
            place.start,
            place.end,
            finding.quote,
            to_text(&StoredPlace::new(place)),
            finding.unit,
            finding.sector,
            finding.round,
            finding.year,
            finding.area,
            finding.type_id,
            finding.type_name,
            finding.general,
            to_text(&finding.headings),
            to_text(&form::guesses(&finding.alternatives)),
            to_text(&StoredFacts::from(&finding.facts)),
            to_text(&finding.reasons),
            f64::from(finding.confidence),
            to_text(&form::quotations(&finding.detail)),
            finding.frame
        ])?;
    }
    let mut items = transaction.prepare_cached(
        "INSERT INTO items (id, document, block, start, end, problem_quote, quote, place, unit, status, facts)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
    )?;
    for item in &record.items {
        let place = &item.place;
        items.execute(params![
            item.id,
            source.sha256,
            place.block,
            place.start,
            place.end,
            item.problem_quote,
            item.quote,
            to_text(&StoredPlace::new(place)),
            item.unit,
            item.status,
            to_text(&StoredFacts::from(&item.facts))
        ])?;
    }
    Ok(())
}

const FINDING: &str =
    "SELECT id, document, block, start, end, quote, place, unit, sector, round, year, area, type_id, type_name,
    general, headings, alternatives, facts, reasons, confidence, detail, frame FROM findings";

const ITEM: &str =
    "SELECT id, document, block, start, end, problem_quote, quote, place, unit, status, facts FROM items";

fn item(row: &Row<'_>) -> rusqlite::Result<RectificationItem> {
    let (place, facts): (String, String) = (row.get(7)?, row.get(10)?);
    let place: StoredPlace = from_text(&place);
    Ok(RectificationItem {
        id: row.get(0)?,
        place: place.into_place(row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?),
        problem_quote: row.get(5)?,
        quote: row.get(6)?,
        unit: row.get(8)?,
        status: row.get(9)?,
        facts: from_text::<StoredFacts>(&facts).into(),
    })
}

fn finding(row: &Row<'_>) -> rusqlite::Result<Finding> {
    let text = |column: usize| row.get::<_, String>(column);
    let place: StoredPlace = from_text(&text(6)?);
    Ok(Finding {
        id: row.get(0)?,
        place: place.into_place(row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?),
        quote: row.get(5)?,
        unit: row.get(7)?,
        sector: row.get(8)?,
        round: row.get(9)?,
        year: row.get(10)?,
        area: row.get(11)?,
        type_id: row.get(12)?,
        type_name: row.get(13)?,
        general: row.get(14)?,
        headings: from_text(&text(15)?),
        alternatives: form::from_guesses(from_text(&text(16)?)),
        facts: from_text::<StoredFacts>(&text(17)?).into(),
        reasons: from_text(&text(18)?),
        confidence: row.get::<_, f64>(19)? as f32,
        detail: form::from_quotations(&text(1)?, from_text(&text(20)?)),
        frame: row.get(21)?,
    })
}
