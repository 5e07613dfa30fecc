//! The index as it stands (视图): its segments, what each holds of a kind, and the values of the facets.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use tantivy::columnar::Column;
use tantivy::{DocId, Searcher, SegmentReader, TantivyError, Term};

use super::Kind;
use super::bits::Bits;
use super::plan::with_term;
use super::schema::{FACETS, Fields, kind_term};

/// The entries of one kind in a segment.
pub(super) struct Population {
    pub(super) all: Bits,
    pub(super) n: usize,
    n_words: u64,
}

/// A facet: its values in all segments, in order, and where each segment's own numbers lead.
pub(super) struct Facet {
    pub(super) values: Vec<String>,
    segments: Vec<Option<(Column<u64>, Vec<u32>)>>,
    /// How often each value stands in all findings and all documents.
    totals: [OnceLock<Vec<u64>>; 2],
}

pub(super) struct View {
    pub(super) searcher: Searcher,
    populations: Vec<[OnceLock<Population>; 2]>,
    facets: OnceLock<Vec<Facet>>,
}

impl View {
    pub(super) fn new(searcher: Searcher) -> Self {
        let populations = searcher.segment_readers().iter().map(|_| Default::default()).collect();
        Self { searcher, populations, facets: OnceLock::new() }
    }

    pub(super) fn segments(&self) -> &[SegmentReader] {
        self.searcher.segment_readers()
    }

    pub(super) fn population(
        &self,
        segment_idx: usize,
        kind: Kind,
        fields: &Fields,
    ) -> Result<&Population, TantivyError> {
        let slot = &self.populations[segment_idx][kind as usize];
        if let Some(population) = slot.get() {
            return Ok(population);
        }
        let segment = &self.segments()[segment_idx];
        let mut all = Bits::none(segment.max_doc());
        let term = Term::from_field_text(fields.kind, kind_term(kind));
        with_term(segment, &term, &mut all)?;
        if segment.has_deletes() {
            let mut alive = Bits::none(segment.max_doc());
            segment.doc_ids_alive().for_each(|at| alive.insert(at));
            all.keep(&alive);
        }
        let lengths = segment.fieldnorms_readers().get_field(fields.words)?;
        let n_words = lengths.map_or(0, |lengths| all.iter().map(|at| u64::from(lengths.fieldnorm(at))).sum());
        let n = all.count();
        Ok(slot.get_or_init(|| Population { all, n, n_words }))
    }

    /// Average length of the entries of a kind, in words.
    pub(super) fn average(&self, kind: Kind, fields: &Fields) -> Result<f32, TantivyError> {
        let (mut n, mut n_words) = (0, 0);
        for segment_idx in 0..self.segments().len() {
            let population = self.population(segment_idx, kind, fields)?;
            n += population.n;
            n_words += population.n_words;
        }
        Ok(n_words as f32 / n.max(1) as f32)
    }

    pub(super) fn facets(&self) -> Result<&[Facet], TantivyError> {
        if let Some(facets) = self.facets.get() {
            return Ok(facets);
        }
        let facets = FACETS.iter().map(|name| Facet::new(self.segments(), name)).collect::<Result<_, _>>()?;
        Ok(self.facets.get_or_init(|| facets))
    }
}

impl Facet {
    fn new(segments: &[SegmentReader], name: &str) -> Result<Self, TantivyError> {
        let mut columns = Vec::new();
        let mut numbers: BTreeMap<String, u32> = BTreeMap::new();
        for segment in segments {
            let Some(column) = segment.fast_fields().str(name)? else {
                columns.push(None);
                continue;
            };
            let mut own = Vec::with_capacity(column.num_terms());
            let mut terms = column.dictionary().stream()?;
            while terms.advance() {
                let value = String::from_utf8_lossy(terms.key()).into_owned();
                numbers.entry(value.clone()).or_default();
                own.push(value);
            }
            columns.push(Some((column.ords().clone(), own)));
        }
        (0u32..).zip(numbers.values_mut()).for_each(|(at, number)| *number = at);
        let segments = columns
            .into_iter()
            .map(|column| column.map(|(ords, own)| (ords, own.iter().map(|value| numbers[value]).collect())))
            .collect();
        Ok(Self { values: numbers.into_keys().collect(), segments, totals: Default::default() })
    }

    /// Counts the values of some documents of a segment.
    fn count(&self, segment_idx: usize, hits: &Bits, counts: &mut [u64]) {
        const BATCH: usize = 1024;
        let Some((column, numbers)) = &self.segments[segment_idx] else { return };
        let mut own = vec![0u64; numbers.len()];
        let mut documents: Vec<DocId> = Vec::with_capacity(BATCH);
        let mut ords: Vec<Option<u64>> = vec![None; BATCH];
        let mut flush = |documents: &mut Vec<DocId>| {
            let ords = &mut ords[..documents.len()];
            ords.fill(None);
            column.first_vals(documents, ords);
            ords.iter().flatten().for_each(|&ord| own[ord as usize] += 1);
            documents.clear();
        };
        for at in hits.iter() {
            documents.push(at);
            if documents.len() == BATCH {
                flush(&mut documents);
            }
        }
        flush(&mut documents);
        own.iter().zip(numbers).for_each(|(count, &number)| counts[number as usize] += count);
    }

    /// How often each value stands in the hits. Where most entries are hits, the others are counted instead.
    pub(super) fn counts(
        &self,
        view: &View,
        fields: &Fields,
        kind: Kind,
        hits: &[Bits],
    ) -> Result<Vec<u64>, TantivyError> {
        let mut counts = vec![0u64; self.values.len()];
        let n_hits: usize = hits.iter().map(Bits::count).sum();
        let mut n_all = 0;
        for segment_idx in 0..hits.len() {
            n_all += view.population(segment_idx, kind, fields)?.n;
        }
        if n_hits * 2 <= n_all {
            hits.iter().enumerate().for_each(|(segment_idx, hits)| self.count(segment_idx, hits, &mut counts));
            return Ok(counts);
        }
        let mut others = vec![0u64; self.values.len()];
        let mut totals = vec![0u64; self.values.len()];
        let is_new = self.totals[kind as usize].get().is_none();
        for (segment_idx, hits) in hits.iter().enumerate() {
            let all = &view.population(segment_idx, kind, fields)?.all;
            if is_new {
                self.count(segment_idx, all, &mut totals);
            }
            let mut rest = all.clone();
            rest.remove(hits);
            self.count(segment_idx, &rest, &mut others);
        }
        let totals = self.totals[kind as usize].get_or_init(|| totals);
        Ok(totals.iter().zip(&others).map(|(total, other)| total - other).collect())
    }
}
