//! The tables of records.db (表结构) and their versions.

use rusqlite::Connection;

/// Version written by this program, kept in `user_version`.
pub(super) const VERSION: i64 = 3;

/// The steps from each version to the next: `MIGRATIONS[0]` makes version 1 from an empty file.
const MIGRATIONS: [&str; 3] = [
    "
CREATE TABLE documents (
    sha256 TEXT PRIMARY KEY, format TEXT NOT NULL, size INTEGER NOT NULL, extracted_with TEXT NOT NULL,
    title TEXT NOT NULL, genre TEXT NOT NULL, header TEXT NOT NULL
) STRICT;
CREATE TABLE sources (
    path TEXT PRIMARY KEY, sha256 TEXT NOT NULL, format TEXT NOT NULL, size INTEGER NOT NULL,
    verdict TEXT NOT NULL, diagnostics TEXT NOT NULL
) STRICT;
CREATE INDEX sources_by_document ON sources (sha256);
CREATE TABLE blocks (
    document TEXT NOT NULL REFERENCES documents (sha256) ON DELETE CASCADE, idx INTEGER NOT NULL, kind TEXT NOT NULL,
    text TEXT NOT NULL, page INTEGER, cell TEXT, PRIMARY KEY (document, idx)
) STRICT, WITHOUT ROWID;
CREATE TABLE findings (
    id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES documents (sha256) ON DELETE CASCADE,
    block INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, quote TEXT NOT NULL, place TEXT NOT NULL,
    unit TEXT, sector TEXT, round TEXT, year INTEGER, area TEXT NOT NULL, type_id TEXT NOT NULL, type_name TEXT NOT NULL,
    general INTEGER NOT NULL, headings TEXT NOT NULL, alternatives TEXT NOT NULL, facts TEXT NOT NULL,
    reasons TEXT NOT NULL, confidence REAL NOT NULL
) STRICT;
CREATE INDEX findings_by_document ON findings (document, block, start);
CREATE INDEX findings_by_unit ON findings (unit);
CREATE TABLE items (
    id TEXT PRIMARY KEY, document TEXT NOT NULL REFERENCES documents (sha256) ON DELETE CASCADE,
    block INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, problem_quote TEXT NOT NULL,
    quote TEXT NOT NULL, place TEXT NOT NULL, unit TEXT, status TEXT, facts TEXT NOT NULL
) STRICT;
CREATE INDEX items_by_document ON items (document, block, start);
CREATE TABLE journal (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, kind TEXT NOT NULL, payload TEXT NOT NULL, why TEXT NOT NULL
) STRICT;
CREATE TABLE access_log (id INTEGER PRIMARY KEY, at TEXT NOT NULL, action TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
CREATE TABLE theme_identities (
    id TEXT PRIMARY KEY, scope TEXT NOT NULL, members TEXT NOT NULL, name TEXT NOT NULL
) STRICT;
CREATE TABLE changes (generation INTEGER NOT NULL, document TEXT NOT NULL) STRICT;
CREATE INDEX changes_by_generation ON changes (generation);
CREATE TABLE facts (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
",
    // Findings keep their supporting sentences and their part of the official frame.
    "
ALTER TABLE findings ADD COLUMN detail TEXT NOT NULL DEFAULT '[]';
ALTER TABLE findings ADD COLUMN frame TEXT;
",
    // Themes are registered: identities, places of findings, successors, and a log of what happened.
    "
ALTER TABLE theme_identities ADD COLUMN born INTEGER NOT NULL DEFAULT 1;
CREATE INDEX theme_identities_by_scope ON theme_identities (scope);
CREATE TABLE theme_places (
    scope TEXT NOT NULL, finding TEXT NOT NULL, theme TEXT, document TEXT NOT NULL, path TEXT NOT NULL,
    block INTEGER NOT NULL, start INTEGER NOT NULL, end INTEGER NOT NULL, words TEXT NOT NULL, gone INTEGER NOT NULL,
    PRIMARY KEY (scope, finding)
) STRICT, WITHOUT ROWID;
CREATE TABLE theme_successors (
    scope TEXT NOT NULL, former TEXT NOT NULL, present TEXT NOT NULL, PRIMARY KEY (scope, former, present)
) STRICT, WITHOUT ROWID;
CREATE TABLE theme_log (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, scope TEXT NOT NULL, kind TEXT NOT NULL, theme TEXT NOT NULL,
    findings TEXT NOT NULL, cause TEXT NOT NULL
) STRICT;
",
];

/// Brings the tables to this program's version; each step is one transaction.
pub(super) fn migrate(connection: &mut Connection, from: i64) -> rusqlite::Result<()> {
    for (step, sql) in MIGRATIONS.iter().enumerate().skip(from as usize) {
        let transaction = connection.transaction()?;
        transaction.execute_batch(sql)?;
        transaction.pragma_update(None, "user_version", step as i64 + 1)?;
        transaction.commit()?;
    }
    Ok(())
}
