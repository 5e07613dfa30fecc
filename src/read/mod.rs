//! Reading (读取): bytes to blocks of text.
