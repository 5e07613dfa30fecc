//! Tests of quality.
