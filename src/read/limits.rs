//! Limits (上限): the one place that says how much a document may ask of the machine.

/// How large a document and its parts may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Entries of a package.
    pub entries: usize,
    /// Bytes of one inflated part; sizes stated in the package are not believed.
    pub part_bytes: u64,
    /// Bytes of all inflated parts.
    pub inflated_bytes: u64,
    /// Inflated bytes per packed byte, counted above one megabyte.
    pub ratio: u64,
    /// Nested XML elements.
    pub xml_depth: usize,
    /// XML elements of one part.
    pub xml_nodes: usize,
    /// Table cells.
    pub cells: usize,
    /// Last row of a sheet that is read, counted from 0.
    pub rows: u32,
    /// Last column of a sheet that is read, counted from 0.
    pub cols: u32,
    /// Characters of text in all.
    pub chars: usize,
    /// Pages.
    pub pages: usize,
}

impl Limits {
    /// What an office machine bears: far above any inspection document met so far.
    pub const OFFICE: Self = Self {
        file_bytes: 200 << 20,
        entries: 10_000,
        part_bytes: 200 << 20,
        inflated_bytes: 500 << 20,
        ratio: 200,
        xml_depth: 256,
        xml_nodes: 5_000_000,
        cells: 500_000,
        rows: 200_000,
        cols: 1_000,
        chars: 20_000_000,
        pages: 3_000,
    };
}
