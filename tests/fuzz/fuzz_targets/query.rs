//! The query language: whatever is typed is understood or refused, never a panic.
#![no_main]

use jianlin::index::parse;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Err(error) = parse(text) {
        // The place that is told must be one of the text.
        assert!(error.start <= error.end && error.end <= text.chars().count());
    }
});
