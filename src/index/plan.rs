//! From a query to what is looked up (检索计划): each part is a set of documents in its own right, so nesting cannot
//! change what a part means.

use std::ops::RangeInclusive;

use tantivy::query::{EnableScoring, PhraseQuery, Query as _};
use tantivy::schema::{Field as Column, IndexRecordOption};
use tantivy::{DocSet, SegmentReader, TERMINATED, TantivyError, Term};

use super::bits::Bits;
use super::meaning::{Part, alternatives};
use super::query::{Condition, Field, Query, Text};
use super::schema::Fields;
use crate::lang::Lexicon;
use crate::model::Genre;

/// What is looked up.
pub(super) enum Plan {
    All,
    Look(Box<Look>),
    And(Vec<Plan>),
    Or(Vec<Plan>),
    Not(Box<Plan>),
    /// At least so many of these.
    AtLeast(usize, Vec<Plan>),
}

/// A leaf: what must stand there, and what may stand there instead where the search is widened.
pub(super) struct Look {
    own: Leaf,
    instead: Vec<Vec<Leaf>>,
}

/// What is looked up in the index.
enum Leaf {
    /// Nothing can be meant.
    Nothing,
    /// Any of these terms.
    Terms(Vec<Term>),
    /// These pairs at these places.
    Phrase(PhraseQuery),
    /// A number of this column between these, both included.
    Range(&'static str, RangeInclusive<u64>),
}

/// Makes plans.
pub(super) struct Planner<'a> {
    pub(super) fields: &'a Fields,
    pub(super) lexicon: &'a Lexicon,
}

impl Planner<'_> {
    pub(super) fn plan(&self, query: &Query) -> Plan {
        let all = |parts: &[Query]| parts.iter().map(|part| self.plan(part)).collect();
        match query {
            Query::All => Plan::All,
            Query::Text(text) => self.text(text),
            Query::Field(field, condition) => self.only(self.condition(*field, condition)),
            Query::And(parts) => Plan::And(all(parts)),
            Query::Or(parts) => Plan::Or(all(parts)),
            Query::Not(inner) => Plan::Not(Box::new(self.plan(inner))),
        }
    }

    fn only(&self, own: Leaf) -> Plan {
        Plan::Look(Box::new(Look { own, instead: Vec::new() }))
    }

    pub(super) fn text(&self, text: &Text) -> Plan {
        let instead = alternatives(text, self.lexicon)
            .iter()
            .map(|alternative| alternative.parts.iter().map(|part| self.part(part)).collect())
            .collect();
        Plan::Look(Box::new(Look { own: self.literal(&text.literal), instead }))
    }

    /// Entries with this word, as words are cut for ranking.
    pub(super) fn word(&self, word: &str) -> Plan {
        self.only(whole(self.fields.words, word))
    }

    /// Entries of any of these types.
    pub(super) fn types<'t>(&self, ids: impl Iterator<Item = &'t str>) -> Plan {
        Plan::Or(ids.map(|id| self.only(whole(self.fields.type_id, id))).collect())
    }

    fn part(&self, part: &Part) -> Leaf {
        match part {
            Part::Literal(literal) => self.literal(literal),
            Part::Value(value) => whole(self.fields.values, value),
        }
    }

    fn literal(&self, literal: &str) -> Leaf {
        standing(self.fields.chars, self.fields.pairs, literal)
    }

    fn condition(&self, field: Field, condition: &Condition) -> Leaf {
        let fields = self.fields;
        let value = match condition {
            Condition::Between(first, last) if field == Field::Amount => return Leaf::Range("fen", *first..=*last),
            Condition::Between(first, last) => {
                // Years are few: their terms are read faster than their column.
                let years = (*first).max(1_900)..=(*last).min(2_200);
                let term = |year: u64| Term::from_field_text(fields.year, &year.to_string());
                return Leaf::Terms(years.map(term).collect());
            }
            Condition::Is(value) => value,
        };
        match field {
            Field::Unit => standing(fields.unit_pairs, fields.unit_pairs, value),
            Field::Round => standing(fields.round_pairs, fields.round_pairs, value),
            Field::Sector => whole(fields.sector, self.lexicon.sectors.named(value).unwrap_or(value)),
            Field::State => whole(fields.state, value),
            Field::Genre => match Genre::from_name(value) {
                Some(genre) => whole(fields.genre, genre.name()),
                None => Leaf::Nothing,
            },
            Field::Type => {
                let id = value.to_ascii_uppercase();
                if self.lexicon.taxonomy.get(&id).is_some() {
                    whole(fields.type_id, &id)
                } else {
                    standing(fields.type_pairs, fields.type_pairs, value)
                }
            }
            Field::Year | Field::Amount => Leaf::Nothing,
        }
    }
}

fn whole(column: Column, value: &str) -> Leaf {
    Leaf::Terms(vec![Term::from_field_text(column, value)])
}

/// A literal in fields of characters and pairs. Pairs that touch cover it; the last may overlap the one before.
fn standing(chars: Column, pairs: Column, literal: &str) -> Leaf {
    let starts: Vec<usize> = literal.char_indices().map(|(at, _)| at).chain([literal.len()]).collect();
    match starts.len() - 1 {
        0 => Leaf::Nothing,
        1 => whole(chars, literal),
        2 => whole(pairs, literal),
        n_chars => {
            let pair = |at: usize| (at, Term::from_field_text(pairs, &literal[starts[at]..starts[at + 2]]));
            let last = n_chars - 2;
            Leaf::Phrase(PhraseQuery::new_with_offset((0..last).step_by(2).chain([last]).map(pair).collect()))
        }
    }
}

/// Evaluates plans in one segment.
pub(super) struct Evaluator<'a> {
    pub(super) segment: &'a SegmentReader,
    /// The documents that count: of the kind asked for and not deleted.
    pub(super) all: &'a Bits,
    /// Whether what may stand instead counts too.
    pub(super) widened: bool,
}

impl Evaluator<'_> {
    /// The documents a plan holds of.
    pub(super) fn holds(&self, plan: &Plan) -> Result<Bits, TantivyError> {
        let none = || Bits::none(self.segment.max_doc());
        Ok(match plan {
            Plan::All => self.all.clone(),
            Plan::Look(look) => {
                let mut hits = none();
                look_up(self.segment, &look.own, self.all, &mut hits)?;
                for parts in look.instead.iter().filter(|_| self.widened) {
                    match &parts[..] {
                        [only] => look_up(self.segment, only, self.all, &mut hits)?,
                        _ => {
                            let mut joint = self.all.clone();
                            for part in parts {
                                let mut own = none();
                                look_up(self.segment, part, self.all, &mut own)?;
                                joint.keep(&own);
                            }
                            hits.add(&joint);
                        }
                    }
                }
                hits.keep(self.all);
                hits
            }
            Plan::And(parts) => {
                let mut hits = self.all.clone();
                // Ranges are read document by document: last, when few are left.
                let range = |part: &&Plan| matches!(part, Plan::Look(look) if matches!(look.own, Leaf::Range(..)));
                for part in parts.iter().filter(|part| !range(part)) {
                    if hits.is_empty() {
                        break;
                    }
                    hits.keep(&self.holds(part)?);
                }
                for part in parts.iter().filter(range) {
                    hits = Evaluator { all: &hits, ..*self }.holds(part)?;
                }
                hits
            }
            Plan::Or(parts) => {
                let mut hits = none();
                for part in parts {
                    hits.add(&self.holds(part)?);
                }
                hits
            }
            // What is excluded is what stands there, not what means the same.
            Plan::Not(inner) => {
                let excluded = Evaluator { widened: false, ..*self }.holds(inner)?;
                let mut hits = self.all.clone();
                hits.remove(&excluded);
                hits
            }
            Plan::AtLeast(n_needed, parts) => {
                let mut counts = vec![0u16; self.segment.max_doc() as usize];
                for part in parts {
                    self.holds(part)?.iter().for_each(|at| counts[at as usize] += 1);
                }
                let mut hits = none();
                (0u32..)
                    .zip(&counts)
                    .filter(|(_, count)| usize::from(**count) >= *n_needed)
                    .for_each(|(at, _)| hits.insert(at));
                hits.keep(self.all);
                hits
            }
        })
    }
}

/// Adds every document with a term.
pub(super) fn with_term(segment: &SegmentReader, term: &Term, hits: &mut Bits) -> Result<(), TantivyError> {
    let index = segment.inverted_index(term.field())?;
    if let Some(mut postings) = index.read_block_postings(term, IndexRecordOption::Basic)? {
        while !postings.docs().is_empty() {
            postings.docs().iter().for_each(|&at| hits.insert(at));
            postings.advance();
        }
    }
    Ok(())
}

/// Adds every document a leaf holds of; of others than `within` it need not say.
fn look_up(segment: &SegmentReader, leaf: &Leaf, within: &Bits, hits: &mut Bits) -> Result<(), TantivyError> {
    match leaf {
        Leaf::Nothing => {}
        Leaf::Terms(terms) => terms.iter().try_for_each(|term| with_term(segment, term, hits))?,
        Leaf::Range(column, range) => {
            let column = segment.fast_fields().u64(column)?;
            let has = |at: &u32| column.values_for_doc(*at).any(|value| range.contains(&value));
            within.iter().filter(has).for_each(|at| hits.insert(at));
        }
        Leaf::Phrase(phrase) => {
            let weight = phrase.weight(EnableScoring::disabled_from_schema(segment.schema()))?;
            let mut scorer = weight.scorer(segment, 1.0)?;
            while scorer.doc() != TERMINATED {
                hits.insert(scorer.doc());
                scorer.advance();
            }
        }
    }
    Ok(())
}
