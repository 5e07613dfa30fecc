//! The search index (检索): the only owner of tantivy.
//!
//! Two truths in one index. Characters and pairs of characters with positions: every substring of a text is found, and
//! nothing else is. Words: for ranking. 且, 或 and 排除 are operations on sets of documents, so they keep their meaning.
//! What means the same without standing there is found too, ranked below and marked. The index is derived: it is stamped
//! with the record's generation and with the tables that segmented it, and made anew whenever it does not fit.

mod bits;
mod collect;
mod explain;
mod highlight;
mod ladder;
mod meaning;
mod parse;
mod plan;
mod query;
mod schema;
mod score;
mod tokens;
mod view;

use std::path::Path;
use std::sync::Arc;

pub use explain::Emptiness;
pub use highlight::highlights;
pub use meaning::{Alternative, How, Part, alternatives};
pub use parse::{MAX_CHARS, QueryError, literally, parse};
pub use query::{Condition, Field, Query, Text};
use tantivy::directory::MmapDirectory;
use tantivy::merge_policy::LogMergePolicy;
use tantivy::{Index, IndexReader, IndexWriter, ReloadPolicy, TantivyError, Term};
use view::View;

use crate::diag::Error;
use crate::lang::Lexicon;
use crate::model::{Date, Genre};

/// What is looked for (检索对象).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Findings.
    Finding,
    /// Whole documents.
    Document,
}

/// One searchable thing (入库条目): a finding or a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Finding or document.
    pub kind: Kind,
    /// Finding id or document hash.
    pub id: String,
    /// Hash of its document.
    pub document: String,
    /// Quote, or the document's blocks joined by line breaks.
    pub text: String,
    /// Unit.
    pub unit: Option<String>,
    /// Sector.
    pub sector: Option<String>,
    /// Round.
    pub round: Option<String>,
    /// Year.
    pub year: Option<u16>,
    /// Day of the document: feedback, else end of the inspection.
    pub date: Option<Date>,
    /// Type id.
    pub type_id: String,
    /// Type name.
    pub type_name: String,
    /// Genre.
    pub genre: Genre,
    /// Rectification state.
    pub state: Option<String>,
}

/// What to return (检索选项).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Options {
    /// Findings or documents.
    pub kind: Kind,
    /// How many hits.
    pub limit: usize,
    /// How many to skip.
    pub offset: usize,
    /// In which order.
    pub sort: Sort,
    /// Whether synonyms and other writings count, and wider rungs where little is found.
    pub widen: bool,
    /// Whether near-identical hits stand as one.
    pub fold: bool,
    /// Whether facets are counted.
    pub facets: bool,
}

impl Default for Options {
    /// The first page of findings, best first.
    fn default() -> Self {
        let (kind, sort) = (Kind::Finding, Sort::Relevance);
        Self { kind, limit: 20, offset: 0, sort, widen: true, fold: false, facets: true }
    }
}

/// Order of hits (排序).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Best first.
    Relevance,
    /// Newest year first.
    Year,
    /// Newest day first.
    Date,
    /// Largest amount first.
    Amount,
}

/// How wide the query had to be taken for a hit (应答层级), narrowest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rung {
    /// As it was asked: every word stands in the text literally.
    AsAsked,
    /// With synonyms or other writings of words and values.
    Near,
    /// All of its words, not side by side.
    AllWords,
    /// Of the problem type its words point to.
    Related,
    /// Most of its words.
    MostWords,
    /// Any of its words.
    AnyWord,
}

impl Rung {
    /// The name used in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::AsAsked => "as_asked",
            Self::Near => "near",
            Self::AllWords => "all_words",
            Self::Related => "related",
            Self::MostWords => "most_words",
            Self::AnyWord => "any_word",
        }
    }

    /// The Chinese term.
    pub fn term(self) -> &'static str {
        match self {
            Self::AsAsked => "原样",
            Self::Near => "近义或异写",
            Self::AllWords => "含其中每个词",
            Self::Related => "同类问题",
            Self::MostWords => "含其中大部分词",
            Self::AnyWord => "含其中任一词",
        }
    }
}

/// One hit (命中).
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Finding id or document hash.
    pub id: String,
    /// Score; comparable within one answer and rung only.
    pub score: f32,
    /// How wide the query had to be taken for it.
    pub rung: Rung,
    /// How many near-identical hits stand behind it, itself included; 1 unless folded.
    pub n_same: usize,
}

/// The facets (分面) by name; the values of each with the number of hits, most first.
pub type Facets = Vec<(&'static str, Vec<(String, u64)>)>;

/// What was found (检索结果).
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// Number of all hits; folded ones count once.
    pub total: usize,
    /// Number of hits of each rung that has any, before folding.
    pub by_rung: Vec<(Rung, usize)>,
    /// The hits asked for: by rung, then score, then id, unless another order was asked for.
    pub hits: Vec<Hit>,
    /// For each facet its values with the number of hits, most first; empty if not asked for.
    pub facets: Facets,
    /// The narrowest rung that found something.
    pub rung: Rung,
}

/// The search index (检索索引).
pub struct SearchIndex {
    index: Index,
    reader: IndexReader,
    fields: schema::Fields,
    lexicon: Arc<Lexicon>,
    view: View,
    was_rebuilt: bool,
}

fn unreadable(error: TantivyError) -> Error {
    Error::new("检索索引读不出来", "运行 jianlin reindex 重建索引").because(&error)
}

impl SearchIndex {
    /// Opens the index in a directory; one that is missing, damaged or of another make is made anew and is then empty.
    ///
    /// # Errors
    /// The directory cannot be written.
    pub fn open(directory: &Path, lexicon: Arc<Lexicon>) -> Result<Self, Error> {
        let explain = |error: &(dyn std::error::Error + 'static)| {
            Error::new(
                format!("{}：检索索引打不开", directory.display()),
                "检查目录能否写入；索引可以整个删除，会自动重建",
            )
            .because(error)
        };
        std::fs::create_dir_all(directory).map_err(|error| explain(&error))?;
        let (schema, fields) = schema::schema();
        let fits = |index: &Index| index.schema() == schema;
        let opened = Index::open_in_dir(directory).ok().filter(fits);
        let was_rebuilt = opened.is_none();
        let index = match opened {
            Some(index) => index,
            None => {
                empty(directory).map_err(|error| explain(&error))?;
                let mapped = MmapDirectory::open(directory).map_err(|error| explain(&error))?;
                Index::create(mapped, schema, tantivy::IndexSettings::default()).map_err(|error| explain(&error))?
            }
        };
        schema::register(&index, &lexicon);
        let reader: IndexReader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(|error: TantivyError| explain(&error))?;
        let view = View::new(reader.searcher());
        Ok(Self { index, reader, fields, lexicon, view, was_rebuilt })
    }

    /// Whether opening had to make the index anew.
    pub fn was_rebuilt(&self) -> bool {
        self.was_rebuilt
    }

    /// What the last change was stamped with.
    pub fn stamp(&self) -> Option<String> {
        self.index.load_metas().ok().and_then(|meta| meta.payload)
    }

    /// Takes all entries of some documents out and puts new entries in, in one commit with a stamp. With `clear`,
    /// everything that was in it goes first.
    ///
    /// # Errors
    /// Another process is writing, or the disk refuses; the index then stays as it was.
    pub fn replace(
        &mut self,
        clear: bool,
        remove: &[String],
        add: impl IntoIterator<Item = Entry>,
        stamp: &str,
    ) -> Result<(), Error> {
        /// Memory of the writer, in bytes.
        const BUDGET: usize = 200_000_000;
        /// A small change must not set off the merging of large segments, which would take as long as indexing them.
        const LARGE: usize = 50_000;
        let explain = |error: TantivyError| match error {
            TantivyError::LockFailure(..) => {
                Error::new("另一个见林正在写检索索引", "等那边运行完，再运行一次").because(&error)
            }
            _ => Error::new("检索索引写不进去", "检查磁盘空间和目录权限，再运行 jianlin reindex").because(&error),
        };
        let mut writer: IndexWriter = self.index.writer_with_num_threads(2, BUDGET).map_err(explain)?;
        if clear {
            writer.delete_all_documents().map_err(explain)?;
        } else {
            let mut policy = LogMergePolicy::default();
            policy.set_max_docs_before_merge(LARGE);
            writer.set_merge_policy(Box::new(policy));
        }
        for document in remove {
            writer.delete_term(Term::from_field_text(self.fields.document, document));
        }
        for entry in add {
            writer.add_document(schema::document(&self.fields, &entry)).map_err(explain)?;
        }
        let mut commit = writer.prepare_commit().map_err(explain)?;
        commit.set_payload(stamp);
        commit.commit().map_err(explain)?;
        writer.wait_merging_threads().map_err(explain)?;
        self.reader.reload().map_err(explain)?;
        self.view = View::new(self.reader.searcher());
        Ok(())
    }

    /// Runs a query. What stands in a text literally comes first; what means the same follows and says so; where little
    /// is found, the words of a plain query are looked for apart.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn search(&self, query: &Query, options: &Options) -> Result<Hits, Error> {
        let answer = || -> Result<Hits, TantivyError> {
            let sets = self.sets(query, options)?;
            self.collect(&self.ranking(query, options, sets.len() > 1)?, &sets, options)
        };
        answer().map_err(unreadable)
    }
}

/// Empties a directory that holds nothing but a derived index.
fn empty(directory: &Path) -> std::io::Result<()> {
    for entry in std::fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_file() {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}
