//! The record (记录库): records.db, the only owner of SQLite.
