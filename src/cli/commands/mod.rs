//! The commands (命令), one file each.

pub(crate) mod batch;
pub(crate) mod board;
pub(crate) mod demo;
pub(crate) mod draft;
pub(crate) mod extract;
pub(crate) mod finding;
pub(crate) mod hits;
pub(crate) mod ingest;
pub(crate) mod maintain;
pub(crate) mod saved;
pub(crate) mod search;
pub(crate) mod show;
pub(crate) mod similar;
pub(crate) mod table;
pub(crate) mod theme;
pub(crate) mod themes;
pub(crate) mod verify;
