//! What an entry becomes in the index (入库): its fields, and how one text fills them.

use std::sync::Arc;

use tantivy::schema::{FAST, Field, IndexRecordOption, STRING, Schema, TextFieldIndexing, TextOptions};
use tantivy::tokenizer::TextAnalyzer;
use tantivy::{Index, TantivyDocument};

use super::{Entry, Kind, tokens};
use crate::lang::{Lexicon, normalise, values};

/// The facets (分面), by the name of their field, in the order they are shown.
pub(super) const FACETS: [&str; 8] = ["sector", "unit", "year", "round", "type", "genre", "amount", "state"];

/// Bands of amounts (金额档): up to so many yuan, and the name.
pub(super) const BANDS: [(u64, &str); 6] = [
    (10_000, "1万元以下"),
    (100_000, "1万至10万元"),
    (500_000, "10万至50万元"),
    (1_000_000, "50万至100万元"),
    (10_000_000, "100万至1000万元"),
    (u64::MAX / 100, "1000万元以上"),
];

pub(super) struct Fields {
    pub(super) id: Field,
    pub(super) document: Field,
    pub(super) kind: Field,
    /// Words, for ranking.
    pub(super) words: Field,
    /// Single characters and pairs of neighbours: together every literal.
    pub(super) chars: Field,
    pub(super) pairs: Field,
    /// Values in one writing.
    pub(super) values: Field,
    pub(super) unit: Field,
    pub(super) unit_pairs: Field,
    pub(super) sector: Field,
    pub(super) round: Field,
    pub(super) round_pairs: Field,
    pub(super) year: Field,
    pub(super) year_number: Field,
    pub(super) type_id: Field,
    pub(super) type_pairs: Field,
    pub(super) genre: Field,
    pub(super) state: Field,
    /// Amounts in fen, all of them.
    pub(super) fen: Field,
    /// Band of the largest amount.
    pub(super) amount: Field,
    /// Day as yyyymmdd.
    pub(super) day: Field,
    /// Orders equal hits.
    pub(super) order: Field,
    /// The same for texts that differ in marks, figures and the unit's own name only.
    pub(super) fold: Field,
}

const WORDS: &str = "words";
const CHARS: &str = "chars";
const PAIRS: &str = "pairs";
const BOTH: &str = "both";

pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let text = |tokenizer: &str, option: IndexRecordOption, has_norms: bool| {
        let indexing =
            TextFieldIndexing::default().set_tokenizer(tokenizer).set_index_option(option).set_fieldnorms(has_norms);
        TextOptions::default().set_indexing_options(indexing)
    };
    let short = || text(BOTH, IndexRecordOption::WithFreqsAndPositions, false);
    let fields = Fields {
        id: builder.add_text_field("id", STRING | FAST),
        document: builder.add_text_field("document", STRING),
        kind: builder.add_text_field("kind", STRING),
        words: builder.add_text_field("words", text(WORDS, IndexRecordOption::WithFreqs, true)),
        chars: builder.add_text_field("chars", text(CHARS, IndexRecordOption::Basic, false)),
        pairs: builder.add_text_field("pairs", text(PAIRS, IndexRecordOption::WithFreqsAndPositions, false)),
        values: builder.add_text_field("values", STRING),
        unit: builder.add_text_field("unit", STRING | FAST),
        unit_pairs: builder.add_text_field("unit_pairs", short()),
        sector: builder.add_text_field("sector", STRING | FAST),
        round: builder.add_text_field("round", STRING | FAST),
        round_pairs: builder.add_text_field("round_pairs", short()),
        year: builder.add_text_field("year", STRING | FAST),
        year_number: builder.add_u64_field("year_number", FAST),
        type_id: builder.add_text_field("type", STRING | FAST),
        type_pairs: builder.add_text_field("type_pairs", short()),
        genre: builder.add_text_field("genre", STRING | FAST),
        state: builder.add_text_field("state", STRING | FAST),
        fen: builder.add_u64_field("fen", FAST),
        amount: builder.add_text_field("amount", STRING | FAST),
        day: builder.add_u64_field("day", FAST),
        order: builder.add_u64_field("order", FAST),
        fold: builder.add_u64_field("fold", FAST),
    };
    (builder.build(), fields)
}

/// Gives the index its tokenizers: they are named in it, not stored with it.
pub(super) fn register(index: &Index, lexicon: &Arc<Lexicon>) {
    let tokenizers = index.tokenizers();
    tokenizers.register(WORDS, TextAnalyzer::from(tokens::Words(lexicon.segmenter.clone())));
    tokenizers.register(CHARS, TextAnalyzer::from(tokens::Grams { one: true, two: false }));
    tokenizers.register(PAIRS, TextAnalyzer::from(tokens::Grams { one: false, two: true }));
    tokenizers.register(BOTH, TextAnalyzer::from(tokens::Grams { one: true, two: true }));
}

/// The index document of an entry. Texts go in normalised: the tokenizers only cut.
pub(super) fn document(fields: &Fields, entry: &Entry) -> TantivyDocument {
    let mut document = TantivyDocument::default();
    document.add_text(fields.id, &entry.id);
    document.add_text(fields.document, &entry.document);
    document.add_text(fields.kind, kind_term(entry.kind));
    let text = normalise(&entry.text).text;
    document.add_text(fields.words, &text);
    document.add_text(fields.chars, &text);
    document.add_text(fields.pairs, &text);
    let mut largest = None;
    for value in values(&text) {
        value.wider().for_each(|wider| document.add_text(fields.values, wider));
        document.add_text(fields.values, &value.canonical);
        if let Some(fen) = value.fen {
            document.add_u64(fields.fen, fen);
            largest = largest.max(Some(fen));
        }
    }
    if let Some(fen) = largest {
        document.add_text(fields.amount, band(fen));
    }
    for (field, pairs, value) in
        [(fields.unit, fields.unit_pairs, &entry.unit), (fields.round, fields.round_pairs, &entry.round)]
    {
        if let Some(value) = value {
            document.add_text(field, value);
            document.add_text(pairs, normalise(value).text);
        }
    }
    if let Some(sector) = &entry.sector {
        document.add_text(fields.sector, sector);
    }
    if let Some(year) = entry.year {
        document.add_u64(fields.year_number, u64::from(year));
        document.add_text(fields.year, year.to_string());
    }
    if !entry.type_id.is_empty() {
        document.add_text(fields.type_id, &entry.type_id);
        document.add_text(fields.type_pairs, normalise(&entry.type_name).text);
    }
    document.add_text(fields.genre, entry.genre.name());
    if let Some(state) = &entry.state {
        document.add_text(fields.state, state);
    }
    if let Some(date) = entry.date {
        let day = u64::from(date.year) * 10_000 + u64::from(date.month) * 100 + u64::from(date.day);
        document.add_u64(fields.day, day);
    }
    document.add_u64(fields.order, order(&entry.id));
    document.add_u64(fields.fold, fold(&text, entry.unit.as_deref()));
    document
}

pub(super) fn kind_term(kind: Kind) -> &'static str {
    match kind {
        Kind::Finding => "finding",
        Kind::Document => "document",
    }
}

fn band(fen: u64) -> &'static str {
    BANDS.iter().find(|(yuan, _)| fen < yuan * 100).map_or(BANDS[BANDS.len() - 1].1, |(_, name)| name)
}

/// A number that orders ids: as their first sixteen hexadecimal digits do or, for other ids, by a hash.
fn order(id: &str) -> u64 {
    let is_hexadecimal = !id.is_empty() && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    if !is_hexadecimal {
        return hash(id.chars());
    }
    let digits = id.chars().filter_map(|it| it.to_digit(16)).chain(std::iter::repeat(0));
    digits.take(16).fold(0, |order, digit| order << 4 | u64::from(digit))
}

/// FNV-1a over characters.
fn hash(characters: impl Iterator<Item = char>) -> u64 {
    characters.fold(0xcbf2_9ce4_8422_2325u64, |hash, character| {
        (hash ^ u64::from(u32::from(character))).wrapping_mul(0x0100_0000_01b3)
    })
}

/// What near-identical texts share: marks, blanks and figures do not count, nor does the unit's own name.
fn fold(text: &str, unit: Option<&str>) -> u64 {
    let unit = unit.map(|unit| normalise(unit).text).filter(|unit| !unit.is_empty());
    let bare = unit.map_or_else(|| text.to_owned(), |unit| text.replace(&unit, ""));
    hash(bare.chars().filter(|it| it.is_alphabetic() && !"零一二两三四五六七八九十百千万亿".contains(*it)))
}
