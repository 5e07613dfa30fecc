//! 见林 jianlin: from single findings (问题) to the common problems (共性问题) of a whole sector, with the evidence in hand.
//!
//! A file becomes blocks of text ([`read`]); blocks become header facts, findings and rectification items
//! ([`extract`]); these are recorded ([`store`]) and made searchable ([`index`]); findings that recur across
//! units become themes ([`cluster`]); themes become an outline whose every sentence leads back to its
//! findings ([`draft`]). [`workspace`] alone composes these stages; [`cli`] alone talks to people.
//! [`model`], [`diag`] and [`lang`] lie below all stages and know none of them.

pub mod model;

pub mod diag;
pub mod lang;

pub mod read;

pub mod extract;

pub mod store;

pub mod index;

pub mod cluster;

pub mod draft;

pub mod workspace;

pub mod cli;
