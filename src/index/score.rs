//! Ranking (排序): BM25 of words and of pairs of characters, added term by term for the hits only.
//!
//! Robertson and Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond, 2009.

use tantivy::fieldnorm::FieldNormReader;
use tantivy::schema::{Field, IndexRecordOption};
use tantivy::{Searcher, SegmentReader, TantivyError, Term};

use super::bits::Bits;

const K1: f32 = 1.2;
const B: f32 = 0.75;

/// A term that counts and how much.
pub(super) struct Scored {
    pub(super) term: Term,
    /// How it is shown.
    pub(super) shown: String,
    weight: f32,
}

/// What the hits are ranked by.
pub(super) struct Ranking {
    pub(super) terms: Vec<Scored>,
    words: Field,
    /// For each length class the part of BM25 that depends on it.
    norms: Vec<f32>,
}

impl Ranking {
    /// A ranking over texts of this average length, in words.
    pub(super) fn new(words: Field, average: f32) -> Self {
        let norm = |class: u8| {
            let length = FieldNormReader::id_to_fieldnorm(class) as f32;
            K1 * (1.0 - B + B * length / average.max(1.0))
        };
        Self { terms: Vec::new(), words, norms: (0..=u8::MAX).map(norm).collect() }
    }

    /// Adds a term, unless it is in already.
    pub(super) fn add(
        &mut self,
        searcher: &Searcher,
        field: Field,
        text: &str,
        factor: f32,
    ) -> Result<(), TantivyError> {
        let term = Term::from_field_text(field, text);
        if self.terms.iter().any(|known| known.term == term) {
            return Ok(());
        }
        let (mut n_with, n) = (0u32, searcher.num_docs() as f32);
        for segment in searcher.segment_readers() {
            n_with += n_alive(segment, &term)?;
        }
        let n_with = n_with as f32;
        let idf = (1.0 + ((n - n_with).max(0.0) + 0.5) / (n_with + 0.5)).ln();
        if n_with > 0.0 {
            self.terms.push(Scored { term, shown: text.to_owned(), weight: idf * factor * (K1 + 1.0) });
        }
        Ok(())
    }

    /// Keeps the terms that weigh most.
    pub(super) fn keep_heaviest(&mut self, n: usize) {
        self.terms
            .sort_by(|left, right| right.weight.total_cmp(&left.weight).then_with(|| left.shown.cmp(&right.shown)));
        self.terms.truncate(n);
    }

    /// The scores of the hits of one segment, by document.
    pub(super) fn scores(&self, segment: &SegmentReader, hits: &Bits) -> Result<Vec<f32>, TantivyError> {
        let mut scores = vec![0.0f32; segment.max_doc() as usize];
        for scored in &self.terms {
            self.score(scored, segment, hits, &mut |at, part| scores[at as usize] += part)?;
        }
        Ok(scores)
    }

    /// What one term gives each hit that has it.
    pub(super) fn score(
        &self,
        scored: &Scored,
        segment: &SegmentReader,
        hits: &Bits,
        give: &mut dyn FnMut(u32, f32),
    ) -> Result<(), TantivyError> {
        /// A hit is looked for alone where there are so many times more postings.
        const SPARSE: usize = 40;
        let index = segment.inverted_index(scored.term.field())?;
        let Some(mut postings) = index.read_block_postings(&scored.term, IndexRecordOption::WithFreqs)? else {
            return Ok(());
        };
        let Some(lengths) = segment.fieldnorms_readers().get_field(self.words)? else { return Ok(()) };
        let part = |at: u32, frequency: u32| {
            let frequency = frequency as f32;
            scored.weight * frequency / (frequency + self.norms[usize::from(lengths.fieldnorm_id(at))])
        };
        if hits.count() * SPARSE < postings.doc_freq() as usize {
            for at in hits.iter() {
                let place = postings.seek(at);
                if postings.doc(place) == at {
                    give(at, part(at, postings.freq(place)));
                }
            }
            return Ok(());
        }
        while !postings.docs().is_empty() {
            for (&at, &frequency) in postings.docs().iter().zip(postings.freqs()) {
                if hits.contains(at) {
                    give(at, part(at, frequency));
                }
            }
            postings.advance();
        }
        Ok(())
    }
}

/// How many documents of a segment have a term. Deleted ones do not count: what was indexed before must not show.
fn n_alive(segment: &SegmentReader, term: &Term) -> Result<u32, TantivyError> {
    let index = segment.inverted_index(term.field())?;
    let Some(alive) = segment.alive_bitset() else { return Ok(index.doc_freq(term)?) };
    let postings = index.read_postings(term, IndexRecordOption::Basic)?;
    Ok(postings.map_or(0, |postings| postings.doc_freq_given_deletes(alive)))
}
