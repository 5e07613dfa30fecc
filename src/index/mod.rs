//! The search index (检索): the only owner of tantivy.
