//! Themes in the record (主题登记的存取): identities, places of findings, and the log of what happened to them.

use rusqlite::{Transaction, params};

use super::form::{self, from_text, to_text};
use super::{Decision, Store};
use crate::diag::Error;
use crate::model::{Identity, Placed, Registration, Registry, ThemeDecision, ThemeEvent};

impl Store {
    /// What is registered of the themes of a sector; empty for those over all sectors.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn registry(&self, scope: &str) -> Result<Registry, Error> {
        let identities = self.list(
            "SELECT id, members, born, name FROM theme_identities WHERE scope = ?1 ORDER BY id",
            [scope],
            |row| {
                Ok(Identity {
                    id: row.get(0)?,
                    members: from_text(&row.get::<_, String>(1)?),
                    born: row.get(2)?,
                    name: row.get(3)?,
                })
            },
        )?;
        let sql = "SELECT finding, theme, document, path, block, start, end, words, gone FROM theme_places
                   WHERE scope = ?1 ORDER BY finding";
        let places = self.list(sql, [scope], |row| {
            Ok(Placed {
                finding: row.get(0)?,
                theme: row.get(1)?,
                document: row.get(2)?,
                path: row.get(3)?,
                block: row.get(4)?,
                start: row.get(5)?,
                end: row.get(6)?,
                words: row.get(7)?,
                is_gone: row.get(8)?,
            })
        })?;
        let sql = "SELECT former, present FROM theme_successors WHERE scope = ?1 ORDER BY former, present";
        let successors = self.list(sql, [scope], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(Registry { identities, places, successors })
    }

    /// The ids of all registered themes with their sector, sorted.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn theme_ids(&self) -> Result<Vec<(String, String)>, Error> {
        self.list("SELECT id, scope FROM theme_identities ORDER BY id", [], |row| Ok((row.get(0)?, row.get(1)?)))
    }

    /// Records what a registration changes, in one transaction.
    ///
    /// # Errors
    /// The record cannot be written; nothing of it is then in it.
    pub fn register(&mut self, scope: &str, at: &str, registration: &Registration) -> Result<(), Error> {
        self.transact(|transaction| register(transaction, scope, at, registration))
    }

    /// Records a decision about themes and, in the same transaction, what was registered just before it.
    ///
    /// # Errors
    /// The record cannot be written; neither is then in it.
    pub fn decide_theme(&mut self, decision: &ThemeDecision, registration: &Registration) -> Result<(), Error> {
        self.transact(|transaction| {
            register(transaction, &decision.scope, &decision.at, registration)?;
            insert(transaction, decision)
        })
    }

    /// Records decisions that another person made, in one transaction: all of them or none.
    ///
    /// # Errors
    /// The record cannot be written; none is then in it.
    pub fn take_in(&mut self, decisions: &[ThemeDecision]) -> Result<(), Error> {
        self.transact(|transaction| decisions.iter().try_for_each(|decision| insert(transaction, decision)))
    }

    /// What happened to themes without a decision, in order.
    ///
    /// # Errors
    /// The record cannot be read.
    pub fn theme_events(&self) -> Result<Vec<ThemeEvent>, Error> {
        self.list("SELECT at, scope, kind, theme, findings, cause FROM theme_log ORDER BY id", [], |row| {
            Ok(ThemeEvent {
                at: row.get(0)?,
                scope: row.get(1)?,
                kind: row.get(2)?,
                theme: row.get(3)?,
                findings: from_text(&row.get::<_, String>(4)?),
                cause: row.get(5)?,
            })
        })
    }

    fn transact(&mut self, write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<()>) -> Result<(), Error> {
        let result = self.connection.transaction().and_then(|transaction| {
            write(&transaction)?;
            transaction.commit()
        });
        result.map_err(|error| self.fail(&error))
    }
}

fn insert(transaction: &Transaction<'_>, decision: &ThemeDecision) -> rusqlite::Result<()> {
    let (kind, payload) = form::decision(&Decision::Theme(decision.clone()));
    let sql = "INSERT INTO journal (at, kind, payload, why) VALUES (?1, ?2, ?3, ?4)";
    transaction.execute(sql, params![decision.at, kind, payload, decision.why]).map(|_| ())
}

fn register(transaction: &Transaction<'_>, scope: &str, at: &str, change: &Registration) -> rusqlite::Result<()> {
    let mut identities = transaction.prepare_cached(
        "INSERT OR IGNORE INTO theme_identities (id, scope, members, name, born) VALUES (?1, ?2, ?3, ?5, ?4)",
    )?;
    for identity in &change.born {
        identities.execute(params![identity.id, scope, to_text(&identity.members), identity.born, identity.name])?;
    }
    let mut places = transaction.prepare_cached(
        "INSERT OR REPLACE INTO theme_places (scope, finding, theme, document, path, block, start, end, words, gone)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
    )?;
    for it in &change.placed {
        places.execute(params![
            scope,
            it.finding,
            it.theme,
            it.document,
            it.path,
            it.block,
            it.start,
            it.end,
            it.words,
            it.is_gone
        ])?;
    }
    let mut successors = transaction
        .prepare_cached("INSERT OR IGNORE INTO theme_successors (scope, former, present) VALUES (?1, ?2, ?3)")?;
    for (former, present) in &change.successors {
        successors.execute(params![scope, former, present])?;
    }
    let mut log = transaction.prepare_cached(
        "INSERT INTO theme_log (at, scope, kind, theme, findings, cause) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for event in &change.events {
        log.execute(params![at, scope, event.kind, event.theme, to_text(&event.findings), event.cause])?;
    }
    Ok(())
}
