//! Why a search answered as it did (检索说明): what each hit scored, why nothing was found, what is alike.

use tantivy::{TantivyError, Term};

use super::bits::Bits;
use super::meaning::content_words;
use super::plan::{Plan, Planner, with_term};
use super::query::Query;
use super::score::Ranking;
use super::{Hits, Options, Rung, SearchIndex, unreadable};
use crate::diag::Error;
use crate::lang::normalise;

/// Why nothing was found (无结果的原因).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Emptiness {
    /// Each part that must hold, with the number of entries it holds of alone and with all parts before it.
    pub parts: Vec<(String, usize, usize)>,
    /// The words that were looked for apart, with the number of entries that hold each.
    pub words: Vec<(String, usize)>,
    /// For each word that stands nowhere, words like it that do.
    pub nearest: Vec<(String, Vec<String>)>,
}

impl SearchIndex {
    /// What each term gave a hit of a query, most first (得分构成).
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn scored(&self, query: &Query, options: &Options, id: &str) -> Result<Vec<(String, f32)>, Error> {
        let scored = || -> Result<Vec<(String, f32)>, TantivyError> {
            let ranking = self.ranking(query, options, self.sets(query, options)?.len() > 1)?;
            let mut parts = Vec::new();
            for segment in self.view.segments() {
                let mut hits = Bits::none(segment.max_doc());
                let term = Term::from_field_text(self.fields.id, id);
                with_term(segment, &term, &mut hits)?;
                for scored in ranking.terms.iter().filter(|_| !hits.is_empty()) {
                    ranking.score(scored, segment, &hits, &mut |_, part| parts.push((scored.shown.clone(), part)))?;
                }
            }
            parts.sort_by(|left, right| right.1.total_cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
            Ok(parts)
        };
        scored().map_err(unreadable)
    }

    /// Why a query found nothing.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn why_empty(&self, query: &Query, options: &Options) -> Result<Emptiness, Error> {
        /// Missing words for which others are looked for.
        const MISSING: usize = 8;
        let told = || -> Result<Emptiness, TantivyError> {
            let planner = Planner { fields: &self.fields, lexicon: &self.lexicon };
            let count = |hits: &[Bits]| hits.iter().map(Bits::count).sum::<usize>();
            let mut parts = Vec::new();
            let mut joint: Option<Vec<Bits>> = None;
            for part in query.side_by_side() {
                let own = self.evaluate(&planner.plan(part), options, options.widen)?;
                let mut both = joint.take().unwrap_or_else(|| own.clone());
                both.iter_mut().zip(&own).for_each(|(both, own)| both.keep(own));
                parts.push((part.to_string(), count(&own), count(&both)));
                joint = Some(both);
            }
            let mut words = Vec::new();
            let mut nearest = Vec::new();
            for word in content_words(query, &self.lexicon) {
                let n = match super::parse::literally(&word) {
                    Query::Text(text) => count(&self.evaluate(&planner.text(&text), options, false)?),
                    _ => 0,
                };
                if n == 0 && nearest.len() < MISSING {
                    nearest.push((word.clone(), self.near(&word, &planner, options)?));
                }
                words.push((word, n));
            }
            Ok(Emptiness { parts, words, nearest })
        };
        told().map_err(unreadable)
    }

    /// Words of the tables that share characters with a word and stand somewhere, most alike first.
    fn near(&self, word: &str, planner: &Planner<'_>, options: &Options) -> Result<Vec<String>, TantivyError> {
        const MOST: usize = 5;
        let own: Vec<char> = word.chars().collect();
        let mut like: Vec<(usize, usize, &str)> = self
            .lexicon
            .words()
            .filter(|other| *other != word)
            .filter_map(|other| {
                let n_shared = own.iter().filter(|it| other.contains(**it)).count();
                let n_chars = other.chars().count();
                (n_shared * 2 >= own.len() && n_shared > 0).then_some((n_shared, n_chars.abs_diff(own.len()), other))
            })
            .collect();
        like.sort_by(|left, right| right.0.cmp(&left.0).then(left.1.cmp(&right.1)).then(left.2.cmp(right.2)));
        like.dedup();
        let mut near = Vec::new();
        for (_, _, other) in like.into_iter().take(MOST * 6) {
            let Query::Text(text) = super::parse::literally(other) else { continue };
            if near.len() < MOST && self.evaluate(&planner.text(&text), options, false)?.iter().any(|it| !it.is_empty())
            {
                near.push(other.to_owned());
            }
        }
        Ok(near)
    }

    /// What is like a text (同类问题): entries of its type or with two of its most telling words, within a query's
    /// conditions, without the entry it comes from.
    ///
    /// # Errors
    /// The index cannot be read.
    pub fn similar(
        &self,
        text: &str,
        type_id: &str,
        without: &str,
        within: &Query,
        options: &Options,
    ) -> Result<Hits, Error> {
        /// Words that are compared, the most telling ones.
        const WORDS: usize = 12;
        /// From so many words on, one in common says too little.
        const MANY: usize = 4;
        let alike = || -> Result<Hits, TantivyError> {
            let planner = Planner { fields: &self.fields, lexicon: &self.lexicon };
            let mut ranking = Ranking::new(self.fields.words, self.view.average(options.kind, &self.fields)?);
            let text = normalise(text).text;
            for word in self.lexicon.segmenter.words(&text).iter().filter(|word| word.text.chars().count() > 1) {
                ranking.add(&self.view.searcher, self.fields.words, word.text, 1.0)?;
            }
            ranking.keep_heaviest(WORDS);
            let words: Vec<Plan> = ranking.terms.iter().map(|it| planner.word(&it.shown)).collect();
            let n_needed = if words.len() >= MANY { 2 } else { 1 };
            let of_type = planner.types([type_id].into_iter().filter(|id| !id.is_empty()));
            let is_like = Plan::Or(vec![of_type, Plan::AtLeast(n_needed, words)]);
            let plan = Plan::And(vec![planner.plan(within), is_like]);
            ranking.add(&self.view.searcher, self.fields.type_id, type_id, 1.0)?;
            let mut hits = self.evaluate(&plan, options, false)?;
            for (segment, hits) in self.view.segments().iter().zip(&mut hits) {
                let mut own = Bits::none(segment.max_doc());
                let term = Term::from_field_text(self.fields.id, without);
                with_term(segment, &term, &mut own)?;
                hits.remove(&own);
            }
            self.collect(&ranking, &vec![(Rung::Related, hits)], options)
        };
        alike().map_err(unreadable)
    }
}
