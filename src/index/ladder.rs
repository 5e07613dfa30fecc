//! The ladder (逐级放宽): as asked, then what means the same, then the words apart, then the type they point to.

use std::collections::BTreeMap;

use tantivy::TantivyError;

use super::bits::Bits;
use super::meaning::content_words;
use super::plan::{Evaluator, Plan, Planner};
use super::query::{Query, Text};
use super::{Options, Rung, SearchIndex};

/// The hits of one rung that no narrower rung has, by segment.
pub(super) type Sets = Vec<(Rung, Vec<Bits>)>;

/// Where fewer hits than this were found, a wider rung is tried: less than a screen.
const FEW: usize = 10;

impl SearchIndex {
    /// The hits of a query, rung by rung.
    pub(super) fn sets(&self, query: &Query, options: &Options) -> Result<Sets, TantivyError> {
        let planner = Planner { fields: &self.fields, lexicon: &self.lexicon };
        let asked = planner.plan(query);
        let mut sets: Sets = vec![(Rung::AsAsked, self.evaluate(&asked, options, false)?)];
        if !options.widen || query.texts().iter().all(|text| text.is_exact) {
            return Ok(sets);
        }
        self.push(&mut sets, Rung::Near, &asked, options)?;
        for (rung, plan) in self.wider(query, &planner) {
            let n_found: usize = sets.iter().flat_map(|(_, hits)| hits).map(Bits::count).sum();
            let is_last_resort = matches!(rung, Rung::MostWords | Rung::AnyWord);
            if n_found >= FEW || is_last_resort && n_found > 0 {
                break;
            }
            self.push(&mut sets, rung, &plan, options)?;
        }
        Ok(sets)
    }

    fn push(&self, sets: &mut Sets, rung: Rung, plan: &Plan, options: &Options) -> Result<(), TantivyError> {
        let mut hits = self.evaluate(plan, options, true)?;
        for (_, narrower) in &*sets {
            hits.iter_mut().zip(narrower).for_each(|(hits, narrower)| hits.remove(narrower));
        }
        if hits.iter().any(|hits| !hits.is_empty()) {
            sets.push((rung, hits));
        }
        Ok(())
    }

    pub(super) fn evaluate(&self, plan: &Plan, options: &Options, widened: bool) -> Result<Vec<Bits>, TantivyError> {
        let segments = self.view.segments().iter().enumerate();
        segments
            .map(|(segment_idx, segment)| {
                let all = &self.view.population(segment_idx, options.kind, &self.fields)?.all;
                Evaluator { segment, all, widened }.holds(plan)
            })
            .collect()
    }

    /// The wider plans of a query of words side by side, whatever else it asks for kept.
    fn wider(&self, query: &Query, planner: &Planner<'_>) -> Vec<(Rung, Plan)> {
        let parts = query.side_by_side();
        let is_loose = |part: &&&Query| matches!(part, Query::Text(text) if !text.is_exact);
        let kept = || parts.iter().filter(|part| !is_loose(part)).map(|part| planner.plan(part));
        if !parts.iter().any(|part| is_loose(&part)) {
            return Vec::new();
        }
        let words = content_words(query, &self.lexicon);
        if words.is_empty() {
            return Vec::new();
        }
        let word =
            |word: &String| planner.text(&Text { written: word.clone(), literal: word.clone(), is_exact: false });
        let words_apart = |n_needed: usize| {
            let plans = words.iter().map(word).collect();
            Plan::And(kept().chain([Plan::AtLeast(n_needed, plans)]).collect())
        };
        let mut wider = vec![(Rung::AllWords, words_apart(words.len()))];
        let types = self.types_of(query);
        if !types.is_empty() {
            // One text may stand for its whole type; of several, a word at least must be there.
            let n_texts = parts.iter().filter(is_loose).count();
            let of_type = planner.types(types.iter().map(String::as_str));
            let about = (n_texts > 1).then(|| Plan::Or(words.iter().map(word).collect()));
            wider.push((Rung::Related, Plan::And(kept().chain([of_type]).chain(about).collect())));
        }
        wider.push((Rung::MostWords, words_apart((words.len() * 6).div_ceil(10))));
        wider.push((Rung::AnyWord, words_apart(1)));
        wider
    }

    /// The problem types that most words of a query point to.
    pub(super) fn types_of(&self, query: &Query) -> Vec<String> {
        let taxonomy = &self.lexicon.taxonomy;
        let mut votes: BTreeMap<usize, usize> = BTreeMap::new();
        for text in query.texts().into_iter().filter(|text| !text.is_exact) {
            for trigger in taxonomy.triggers(&text.literal).into_iter().filter(|trigger| !trigger.is_weak) {
                *votes.entry(trigger.type_idx).or_default() += trigger.end - trigger.start;
            }
        }
        let most = votes.values().max().copied().unwrap_or(0);
        let best = votes.into_iter().filter(|(_, n_bytes)| *n_bytes == most);
        best.map(|(type_idx, _)| taxonomy.types()[type_idx].id.clone()).collect()
    }
}
