//! Tests of lang.
