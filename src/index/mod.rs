//! The search index (检索): the only owner of tantivy.
//!
//! Two truths in one index. The exact field holds characters and character pairs with positions: every substring of a
//! text is found in it, and nothing else is. The word field answers where nothing contains the query literally.
//! 且, 或 and 排除 are combined from literal leaves, so they keep their meaning. The index is derived: it is stamped with the record's
//! generation and with the tables that segmented it, and made anew whenever it does not fit.

mod query;
mod tokens;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

pub use query::{Condition, Field, Query, QueryError, Text, literally, parse};
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::directory::MmapDirectory;
use tantivy::query::{BooleanQuery, EmptyQuery, Occur, PhraseQuery, Query as IndexQuery, RangeQuery, TermQuery};
use tantivy::schema::{FAST, INDEXED, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{
    DocId, Index, IndexReader, IndexWriter, ReloadPolicy, Score, Searcher, SegmentReader, TantivyDocument,
    TantivyError, Term,
};

use crate::diag::Error;
use crate::lang::{Lexicon, normalise};
use crate::model::Genre;

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
}

/// Order of hits (排序).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Best first.
    Relevance,
    /// Newest year first.
    Year,
}

/// How wide the query had to be taken until something was found (应答层级).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rung {
    /// As it was asked: every word stands in the text literally.
    AsAsked,
    /// All of its words, not side by side.
    AllWords,
    /// Most of its words.
    MostWords,
    /// Any of its words.
    AnyWord,
}

/// What was found (检索结果).
#[derive(Debug, Clone, PartialEq)]
pub struct Hits {
    /// Number of all hits.
    pub total: usize,
    /// Ids and scores of the hits asked for; equal scores by id.
    pub hits: Vec<(String, f32)>,
    /// For each facet its values with the number of hits, most first.
    pub facets: Vec<(&'static str, Vec<(String, u64)>)>,
    /// How wide the query was taken.
    pub rung: Rung,
}

struct Fields {
    id: tantivy::schema::Field,
    document: tantivy::schema::Field,
    kind: tantivy::schema::Field,
    words: tantivy::schema::Field,
    exact: tantivy::schema::Field,
    unit: tantivy::schema::Field,
    unit_exact: tantivy::schema::Field,
    sector: tantivy::schema::Field,
    round: tantivy::schema::Field,
    round_exact: tantivy::schema::Field,
    year: tantivy::schema::Field,
    type_id: tantivy::schema::Field,
    type_exact: tantivy::schema::Field,
    genre: tantivy::schema::Field,
    state: tantivy::schema::Field,
}

const WORDS: &str = "words";
const EXACT: &str = "exact";
/// The facets, by the name of their field.
const FACETS: [&str; 6] = ["sector", "unit", "round", "year", "type", "genre"];

fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |tokenizer: &str| {
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(tokenizer)
            .set_index_option(IndexRecordOption::WithFreqsAndPositions);
        TextOptions::default().set_indexing_options(indexing)
    };
    let fields = Fields {
        id: builder.add_text_field("id", STRING | FAST),
        document: builder.add_text_field("document", STRING),
        kind: builder.add_text_field("kind", STRING),
        words: builder.add_text_field("words", text(WORDS)),
        exact: builder.add_text_field("exact", text(EXACT)),
        unit: builder.add_text_field("unit", STRING | FAST),
        unit_exact: builder.add_text_field("unit_exact", text(EXACT)),
        sector: builder.add_text_field("sector", STRING | FAST),
        round: builder.add_text_field("round", STRING | FAST),
        round_exact: builder.add_text_field("round_exact", text(EXACT)),
        year: builder.add_u64_field("year", INDEXED | FAST),
        type_id: builder.add_text_field("type", STRING | FAST),
        type_exact: builder.add_text_field("type_exact", text(EXACT)),
        genre: builder.add_text_field("genre", STRING | FAST),
        state: builder.add_text_field("state", STRING | FAST),
    };
    (builder.build(), fields)
}

/// The search index (检索索引).
pub struct SearchIndex {
    index: Index,
    reader: IndexReader,
    fields: Fields,
    lexicon: Arc<Lexicon>,
    was_rebuilt: bool,
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
        let (schema, fields) = schema();
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
        // Tokenizers are not stored with the index: they are named in it and given anew each time.
        index.tokenizers().register(WORDS, TextAnalyzer::from(tokens::Words(lexicon.segmenter.clone())));
        index.tokenizers().register(EXACT, TextAnalyzer::from(tokens::Exact));
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(|error: TantivyError| explain(&error))?;
        Ok(Self { index, reader, fields, lexicon, was_rebuilt })
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
    pub fn replace(&mut self, clear: bool, remove: &[String], add: &[Entry], stamp: &str) -> Result<(), Error> {
        const BUDGET: usize = 60_000_000;
        let explain = |error: TantivyError| match error {
            TantivyError::LockFailure(..) => {
                Error::new("另一个见林正在写检索索引", "等那边运行完，再运行一次").because(&error)
            }
            _ => Error::new("检索索引写不进去", "检查磁盘空间和目录权限，再运行 jianlin reindex").because(&error),
        };
        let mut writer: IndexWriter = self.index.writer_with_num_threads(2, BUDGET).map_err(explain)?;
        if clear {
            writer.delete_all_documents().map_err(explain)?;
        }
        for document in remove {
            writer.delete_term(Term::from_field_text(self.fields.document, document));
        }
        for entry in add {
            writer.add_document(self.document(entry)).map_err(explain)?;
        }
        let mut commit = writer.prepare_commit().map_err(explain)?;
        commit.set_payload(stamp);
        commit.commit().map_err(explain)?;
        writer.wait_merging_threads().map_err(explain)?;
        self.reader.reload().map_err(explain)
    }

    fn document(&self, entry: &Entry) -> TantivyDocument {
        let fields = &self.fields;
        let mut document = TantivyDocument::default();
        document.add_text(fields.id, &entry.id);
        document.add_text(fields.document, &entry.document);
        document.add_text(fields.kind, kind_term(entry.kind));
        document.add_text(fields.words, &entry.text);
        document.add_text(fields.exact, &entry.text);
        for (field, exact, value) in
            [(fields.unit, fields.unit_exact, &entry.unit), (fields.round, fields.round_exact, &entry.round)]
        {
            if let Some(value) = value {
                document.add_text(field, value);
                document.add_text(exact, value);
            }
        }
        if let Some(sector) = &entry.sector {
            document.add_text(fields.sector, sector);
        }
        if let Some(year) = entry.year {
            document.add_u64(fields.year, u64::from(year));
        }
        if !entry.type_id.is_empty() {
            document.add_text(fields.type_id, &entry.type_id);
            document.add_text(fields.type_exact, &entry.type_name);
        }
        document.add_text(fields.genre, entry.genre.name());
        if let Some(state) = &entry.state {
            document.add_text(fields.state, state);
        }
        document
    }

    /// Runs a query as it is written: what it finds contains it. Only where a plain query finds nothing so, all of its
    /// words, then most, then any of them are tried, and the answer says so.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn search(&self, query: &Query, options: &Options) -> Result<Hits, Error> {
        let explain =
            |error: TantivyError| Error::new("检索索引读不出来", "运行 jianlin reindex 重建索引").because(&error);
        let searcher = self.reader.searcher();
        let kind = Term::from_field_text(self.fields.kind, kind_term(options.kind));
        let of_kind = TermQuery::new(kind, IndexRecordOption::Basic);
        let all: Found = found(&searcher, &of_kind).map_err(explain)?.into_keys().map(|at| (at, 0.0)).collect();
        let mut hits = self.evaluate(query, &searcher, &all).map_err(explain)?;
        let mut rung = Rung::AsAsked;
        if hits.is_empty() && query.is_plain() {
            let words = self.words_of(query);
            let rungs =
                [(Rung::AllWords, words.len()), (Rung::MostWords, (words.len() * 6).div_ceil(10)), (Rung::AnyWord, 1)];
            for (wider, n_needed) in rungs.into_iter().filter(|_| !words.is_empty()) {
                let clauses = words.iter().map(|word| (Occur::Should, self.word(word))).collect();
                let wide = BooleanQuery::with_minimum_required_clauses(clauses, n_needed);
                hits = found(&searcher, &wide).map_err(explain)?;
                hits.retain(|at, _| all.contains_key(at));
                if !hits.is_empty() {
                    rung = wider;
                    break;
                }
            }
        }
        self.answer(&searcher, &hits, options, rung).map_err(explain)
    }

    /// The entries a query holds of, with their scores: leaves are looked up, 且, 或 and 不 are operations on sets. The
    /// answer of each part is a set in its own right, so nesting cannot change what a part means.
    fn evaluate(&self, query: &Query, searcher: &Searcher, all: &Found) -> Result<Found, TantivyError> {
        let within = |mut hits: Found| {
            hits.retain(|at, _| all.contains_key(at));
            hits
        };
        Ok(match query {
            Query::All => all.clone(),
            Query::Text(text) => within(found(searcher, &*self.literal(self.fields.exact, &text.literal))?),
            Query::Field(field, condition) => {
                within(found(searcher, &*self.condition(*field, condition))?).into_keys().map(|at| (at, 0.0)).collect()
            }
            Query::And(parts) => {
                let mut hits: Option<Found> = None;
                for part in parts {
                    let own = self.evaluate(part, searcher, all)?;
                    hits = Some(match hits {
                        None => own,
                        Some(hits) => hits
                            .into_iter()
                            .filter_map(|(at, score)| own.get(&at).map(|more| (at, score + more)))
                            .collect(),
                    });
                }
                hits.unwrap_or_else(|| all.clone())
            }
            Query::Or(parts) => {
                let mut hits = Found::new();
                for part in parts {
                    for (at, score) in self.evaluate(part, searcher, all)? {
                        *hits.entry(at).or_default() += score;
                    }
                }
                hits
            }
            Query::Not(inner) => {
                let excluded = self.evaluate(inner, searcher, all)?;
                all.iter().filter(|(at, _)| !excluded.contains_key(at)).map(|(at, _)| (*at, 0.0)).collect()
            }
        })
    }

    fn words_of(&self, query: &Query) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        for text in query.texts() {
            for word in self.lexicon.segmenter.words(&text.literal) {
                if word.text.chars().count() > 1 && !words.iter().any(|known| known == word.text) {
                    words.push(word.text.to_owned());
                }
            }
        }
        words
    }

    /// Orders, counts and cuts the hits.
    fn answer(&self, searcher: &Searcher, found: &Found, options: &Options, rung: Rung) -> Result<Hits, TantivyError> {
        let mut facets: BTreeMap<&'static str, BTreeMap<String, u64>> =
            FACETS.iter().map(|name| (*name, BTreeMap::new())).collect();
        let mut ranked: Vec<(Option<u64>, f32, String)> = Vec::with_capacity(found.len());
        let mut by_segment: BTreeMap<u32, Vec<(DocId, Score)>> = BTreeMap::new();
        for (&(segment_idx, document), &score) in found {
            by_segment.entry(segment_idx).or_default().push((document, score));
        }
        for (segment_idx, hits) in by_segment {
            read_segment(searcher.segment_reader(segment_idx), &hits, &mut facets, &mut ranked)?;
        }
        let by_year = options.sort == Sort::Year;
        ranked.sort_by(|left, right| {
            let year = if by_year { right.0.cmp(&left.0) } else { std::cmp::Ordering::Equal };
            year.then(right.1.total_cmp(&left.1)).then_with(|| left.2.cmp(&right.2))
        });
        let total = ranked.len();
        let hits =
            ranked.into_iter().skip(options.offset).take(options.limit).map(|(_, score, id)| (id, score)).collect();
        let facets = FACETS
            .iter()
            .map(|name| {
                let mut values: Vec<(String, u64)> = facets.remove(name).unwrap_or_default().into_iter().collect();
                values.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
                (*name, values)
            })
            .collect();
        Ok(Hits { total, hits, facets, rung })
    }

    fn word(&self, word: &str) -> Box<dyn IndexQuery> {
        Box::new(TermQuery::new(Term::from_field_text(self.fields.words, word), IndexRecordOption::WithFreqs))
    }

    /// A literal in an exact field.
    fn literal(&self, field: tantivy::schema::Field, literal: &str) -> Box<dyn IndexQuery> {
        let starts: Vec<usize> = literal.char_indices().map(|(at, _)| at).chain([literal.len()]).collect();
        let term = |start: usize, end: usize| Term::from_field_text(field, &literal[start..end]);
        match starts.len() - 1 {
            0 => Box::new(EmptyQuery),
            1 => Box::new(TermQuery::new(term(0, literal.len()), IndexRecordOption::WithFreqs)),
            2 => Box::new(TermQuery::new(term(0, literal.len()), IndexRecordOption::WithFreqs)),
            n_chars => {
                let pairs = (0..n_chars - 1).map(|at| (at, term(starts[at], starts[at + 2]))).collect();
                Box::new(PhraseQuery::new_with_offset(pairs))
            }
        }
    }

    fn condition(&self, field: Field, condition: &Condition) -> Box<dyn IndexQuery> {
        let fields = &self.fields;
        let value = match condition {
            Condition::Between(first, last) => {
                let bound = |year: u64| std::ops::Bound::Included(Term::from_field_u64(fields.year, year));
                return Box::new(RangeQuery::new(bound(*first), bound(*last)));
            }
            Condition::Is(value) => value,
        };
        let whole = |field: tantivy::schema::Field, value: &str| -> Box<dyn IndexQuery> {
            Box::new(TermQuery::new(Term::from_field_text(field, value), IndexRecordOption::Basic))
        };
        match field {
            Field::Unit => self.literal(fields.unit_exact, value),
            Field::Round => self.literal(fields.round_exact, value),
            Field::Sector => whole(fields.sector, self.lexicon.sectors.named(value).unwrap_or(value)),
            Field::State => whole(fields.state, value),
            Field::Genre => match Genre::from_name(value) {
                Some(genre) => whole(fields.genre, genre.name()),
                None => Box::new(EmptyQuery),
            },
            Field::Type => {
                let id = value.to_ascii_uppercase();
                if self.lexicon.taxonomy.get(&id).is_some() {
                    whole(fields.type_id, &id)
                } else {
                    self.literal(fields.type_exact, value)
                }
            }
            Field::Year => Box::new(EmptyQuery),
        }
    }
}

/// Reads ids, years and facet values of the hits in one segment from its columns.
fn read_segment(
    segment: &SegmentReader,
    hits: &[(DocId, Score)],
    facets: &mut BTreeMap<&'static str, BTreeMap<String, u64>>,
    ranked: &mut Vec<(Option<u64>, f32, String)>,
) -> Result<(), TantivyError> {
    let columns = segment.fast_fields();
    let years = columns.u64("year")?;
    let ids = columns.str("id")?;
    for &(document, score) in hits {
        let mut id = String::new();
        if let Some(ids) = &ids
            && let Some(ord) = ids.term_ords(document).next()
        {
            ids.ord_to_str(ord, &mut id)?;
        }
        let year = years.first(document);
        if let Some(year) = year
            && let Some(counts) = facets.get_mut("year")
        {
            *counts.entry(year.to_string()).or_default() += 1;
        }
        ranked.push((year, score, id));
    }
    for name in FACETS.iter().filter(|name| **name != "year") {
        let (Some(column), Some(counts)) = (columns.str(name)?, facets.get_mut(name)) else { continue };
        let mut by_ord: BTreeMap<u64, u64> = BTreeMap::new();
        for &(document, _) in hits {
            for ord in column.term_ords(document) {
                *by_ord.entry(ord).or_default() += 1;
            }
        }
        for (ord, count) in by_ord {
            let mut value = String::new();
            column.ord_to_str(ord, &mut value)?;
            *counts.entry(value).or_default() += count;
        }
    }
    Ok(())
}

fn kind_term(kind: Kind) -> &'static str {
    match kind {
        Kind::Finding => "finding",
        Kind::Document => "document",
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

/// Hits by segment and document, with their scores.
type Found = BTreeMap<(u32, DocId), Score>;

/// Everything a query of the index finds.
fn found(searcher: &Searcher, query: &dyn IndexQuery) -> Result<Found, TantivyError> {
    searcher.search(query, &Everything)
}

/// Collects every hit with its score.
struct Everything;

impl Collector for Everything {
    type Fruit = Found;
    type Child = EverythingInSegment;

    fn for_segment(&self, segment_idx: u32, _: &SegmentReader) -> tantivy::Result<EverythingInSegment> {
        Ok(EverythingInSegment { segment_idx, found: Vec::new() })
    }

    fn requires_scoring(&self) -> bool {
        true
    }

    fn merge_fruits(&self, fruits: Vec<Vec<((u32, DocId), Score)>>) -> tantivy::Result<Found> {
        Ok(fruits.into_iter().flatten().collect())
    }
}

struct EverythingInSegment {
    segment_idx: u32,
    found: Vec<((u32, DocId), Score)>,
}

impl SegmentCollector for EverythingInSegment {
    type Fruit = Vec<((u32, DocId), Score)>;

    fn collect(&mut self, document: DocId, score: Score) {
        self.found.push(((self.segment_idx, document), score));
    }

    fn harvest(self) -> Self::Fruit {
        self.found
    }
}

/// Where the texts of a query stand in an original text (命中位置): character ranges, merged, in order. A text that
/// does not stand there literally shows its words.
pub fn highlights(query: &Query, original: &str, lexicon: &Lexicon) -> Vec<[usize; 2]> {
    let normalised = normalise(original);
    let mut ranges: Vec<[usize; 2]> = Vec::new();
    let mut mark = |literal: &str| -> bool {
        let mut is_found = false;
        for (at, _) in normalised.text.match_indices(literal) {
            let start = normalised.text[..at].chars().count();
            let range = normalised.original(start..start + literal.chars().count());
            ranges.push([range.start, range.end]);
            is_found = true;
        }
        is_found
    };
    for text in query.texts() {
        if !mark(&text.literal) && !text.is_exact {
            for word in lexicon.segmenter.words(&text.literal) {
                mark(word.text);
            }
        }
    }
    ranges.sort_unstable();
    let mut merged: Vec<[usize; 2]> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if range[0] <= last[1] => last[1] = last[1].max(range[1]),
            _ => merged.push(range),
        }
    }
    merged
}
