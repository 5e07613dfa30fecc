//! The integration tests: one binary, one module per promise.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod board;
mod cli;
mod cluster;
mod corpus;
mod corrections;
mod curation;
mod draft;
mod gold;
mod index;
mod laws;
mod pipeline;
mod quality;
mod read;
mod readme;
mod sample;
mod scores;
mod search;
mod store;
mod tidy;
