//! Extraction (抽取): blocks to header facts, findings and rectification items.
