//! From sets of hits to an answer (汇总): ranked, cut to what was asked for, counted by facet.

use std::cmp::Ordering;

use tantivy::columnar::Column;
use tantivy::{SegmentReader, TantivyError};

use super::bits::Bits;
use super::ladder::Sets;
use super::meaning::{Part, alternatives};
use super::query::Query;
use super::schema::FACETS;
use super::score::Ranking;
use super::{Facets, Hit, Hits, Options, Rung, SearchIndex, Sort};

/// Weight of a pair of characters beside a word's 1.
const PAIR: f32 = 0.5;
/// Weight of a synonym's words.
const SYNONYM: f32 = 0.5;
/// Weight of the problem type the query's words point to.
const TYPE: f32 = 0.5;

/// A hit that may be shown.
#[derive(Debug, Clone, Copy)]
struct Candidate {
    /// What other orders than relevance go by; the largest first.
    first: u64,
    rung: Rung,
    score: f32,
    /// Orders equal hits.
    order: u64,
    fold: u64,
    segment_idx: u32,
    at: u32,
}

impl Candidate {
    fn compare(&self, other: &Self) -> Ordering {
        other
            .first
            .cmp(&self.first)
            .then(self.rung.cmp(&other.rung))
            .then(other.score.total_cmp(&self.score))
            .then(self.order.cmp(&other.order))
    }
}

/// The best so many.
struct Best {
    n: usize,
    kept: Vec<Candidate>,
    /// What a further one must not fall behind.
    last: Option<(u64, Rung, f32)>,
}

impl Best {
    /// Whether a candidate may be among the best, told without reading how equal ones are ordered.
    fn may_have(&self, first: u64, rung: Rung, score: f32) -> bool {
        self.last.is_none_or(|last| {
            last.0.cmp(&first).then(rung.cmp(&last.1)).then(last.2.total_cmp(&score)) != Ordering::Greater
        })
    }

    fn push(&mut self, candidate: Candidate) {
        self.kept.push(candidate);
        if self.kept.len() >= self.n.saturating_mul(2).saturating_add(1024) {
            self.cut();
        }
    }

    fn cut(&mut self) {
        if self.n == 0 {
            self.kept.clear();
        } else if self.n < self.kept.len() {
            let (_, last, _) = self.kept.select_nth_unstable_by(self.n - 1, Candidate::compare);
            self.last = Some((last.first, last.rung, last.score));
            self.kept.truncate(self.n);
        }
    }
}

/// The columns of a segment that order hits.
struct Columns {
    order: Column<u64>,
    fold: Option<Column<u64>>,
    first: Option<Column<u64>>,
}

impl Columns {
    fn open(segment: &SegmentReader, options: &Options) -> Result<Self, TantivyError> {
        let columns = segment.fast_fields();
        let first = match options.sort {
            Sort::Relevance => None,
            Sort::Year => Some(columns.u64("year_number")?),
            Sort::Date => Some(columns.u64("day")?),
            Sort::Amount => Some(columns.u64("fen")?),
        };
        let fold = options.fold.then(|| columns.u64("fold")).transpose()?;
        Ok(Self { order: columns.u64("order")?, fold, first })
    }

    fn first(&self, at: u32) -> u64 {
        self.first.as_ref().and_then(|first| first.values_for_doc(at).max()).unwrap_or(0)
    }
}

impl SearchIndex {
    /// What the hits of a query are ranked by.
    pub(super) fn ranking(&self, query: &Query, options: &Options, is_wide: bool) -> Result<Ranking, TantivyError> {
        let (fields, searcher) = (&self.fields, &self.view.searcher);
        let mut ranking = Ranking::new(fields.words, self.view.average(options.kind, fields)?);
        for text in query.texts() {
            for word in self.lexicon.segmenter.all_words(&text.literal) {
                ranking.add(searcher, fields.words, word.text, 1.0)?;
            }
        }
        if !is_wide {
            return Ok(ranking);
        }
        for text in query.texts() {
            let characters: Vec<char> = text.literal.chars().collect();
            for pair in characters.windows(2).filter(|pair| pair.iter().all(|it| it.is_alphanumeric())) {
                ranking.add(searcher, fields.pairs, &pair.iter().collect::<String>(), PAIR)?;
            }
            for alternative in alternatives(text, &self.lexicon) {
                for part in &alternative.parts {
                    match part {
                        Part::Literal(literal) => {
                            for word in self.lexicon.segmenter.all_words(literal) {
                                ranking.add(searcher, fields.words, word.text, SYNONYM)?;
                            }
                        }
                        Part::Value(value) => ranking.add(searcher, fields.values, value, 1.0)?,
                    }
                }
            }
        }
        for type_id in self.types_of(query) {
            ranking.add(searcher, fields.type_id, &type_id, TYPE)?;
        }
        Ok(ranking)
    }

    /// The answer made of the hits of a search.
    pub(super) fn collect(&self, ranking: &Ranking, sets: &Sets, options: &Options) -> Result<Hits, TantivyError> {
        let count = |hits: &[Bits]| hits.iter().map(Bits::count).sum::<usize>();
        let mut by_rung: Vec<(Rung, usize)> = sets.iter().map(|(rung, hits)| (*rung, count(hits))).collect();
        by_rung.retain(|(_, n)| *n > 0);
        let mut total = by_rung.iter().map(|(_, n)| n).sum();
        let mut joint: Vec<Bits> = sets[0].1.clone();
        for (_, hits) in &sets[1..] {
            joint.iter_mut().zip(hits).for_each(|(joint, hits)| joint.add(hits));
        }
        let n = if options.fold { usize::MAX } else { options.limit.saturating_add(options.offset) };
        let mut best = Best { n, kept: Vec::new(), last: None };
        for (segment_idx, segment) in self.view.segments().iter().enumerate() {
            let columns = Columns::open(segment, options)?;
            let scores = ranking.scores(segment, &joint[segment_idx])?;
            for (rung, hits) in sets {
                for at in hits[segment_idx].iter() {
                    let (first, score) = (columns.first(at), scores[at as usize]);
                    if !best.may_have(first, *rung, score) {
                        continue;
                    }
                    best.push(Candidate {
                        first,
                        rung: *rung,
                        score,
                        order: columns.order.first(at).unwrap_or(0),
                        fold: columns.fold.as_ref().and_then(|fold| fold.first(at)).unwrap_or(0),
                        segment_idx: segment_idx as u32,
                        at,
                    });
                }
            }
        }
        best.cut();
        let mut ranked: Vec<(Candidate, usize)> = best.kept.into_iter().map(|candidate| (candidate, 1)).collect();
        if options.fold {
            ranked = folded(ranked);
            total = ranked.len();
        }
        ranked.sort_unstable_by(|left, right| left.0.compare(&right.0));
        let page = ranked.into_iter().skip(options.offset).take(options.limit);
        let hits = page.map(|(candidate, n_same)| self.hit(&candidate, n_same)).collect::<Result<_, _>>()?;
        let facets = if options.facets { self.facets(&joint, options)? } else { Vec::new() };
        let rung = by_rung.first().map_or(Rung::AsAsked, |(rung, _)| *rung);
        Ok(Hits { total, by_rung, hits, facets, rung })
    }

    fn hit(&self, candidate: &Candidate, n_same: usize) -> Result<Hit, TantivyError> {
        let segment = &self.view.segments()[candidate.segment_idx as usize];
        let mut id = String::new();
        if let Some(ids) = segment.fast_fields().str("id")?
            && let Some(ord) = ids.term_ords(candidate.at).next()
        {
            ids.ord_to_str(ord, &mut id)?;
        }
        Ok(Hit { id, score: candidate.score, rung: candidate.rung, n_same })
    }

    fn facets(&self, hits: &[Bits], options: &Options) -> Result<Facets, TantivyError> {
        let mut facets = Vec::with_capacity(FACETS.len());
        for (name, facet) in FACETS.iter().zip(self.view.facets()?) {
            let counts = facet.counts(&self.view, &self.fields, options.kind, hits)?;
            let mut values: Vec<(String, u64)> = facet
                .values
                .iter()
                .zip(counts)
                .filter(|(_, count)| *count > 0)
                .map(|(value, count)| (value.clone(), count))
                .collect();
            values.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
            facets.push((*name, values));
        }
        Ok(facets)
    }
}

/// The best of each group of near-identical hits, with the size of the group.
fn folded(mut ranked: Vec<(Candidate, usize)>) -> Vec<(Candidate, usize)> {
    ranked.sort_unstable_by(|left, right| left.0.fold.cmp(&right.0.fold).then_with(|| left.0.compare(&right.0)));
    let groups = ranked.chunk_by(|left, right| left.0.fold == right.0.fold);
    groups.map(|group| (group[0].0, group.len())).collect()
}
