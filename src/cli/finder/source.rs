//! Hits from a workspace, for the finder.

use std::path::Path;

use super::super::commands::hits::{FACET_TERMS, facet_value, finding_table};
use super::super::ui::clean;
use super::{Choice, Filter, Found, Passage, Row, Source};
use crate::diag::Error;
use crate::index::{Options, Query, Rung, SearchIndex, highlights, literally, parse};
use crate::workspace::Workspace;

/// A workspace with its index.
pub(super) struct Records<'a> {
    workspace: &'a Workspace,
    index: SearchIndex,
}

impl<'a> Records<'a> {
    pub(super) fn open(workspace: &'a Workspace) -> Result<Self, Error> {
        Ok(Self { workspace, index: workspace.index()? })
    }

    /// The query with the facet values chosen beside it.
    fn query(text: &str, filters: &[Filter]) -> Result<Query, Error> {
        let query = parse(text).map_err(|error| Error::new(error.message, "检索式还没有写完"))?;
        let chosen = filters.iter().filter_map(|filter| {
            let of = Query::of_facet(filter.choice.facet, &filter.choice.value)?;
            Some(if filter.is_excluded { Query::Not(Box::new(of)) } else { of })
        });
        Ok(Query::And([query].into_iter().chain(chosen).collect()))
    }
}

impl Source for Records<'_> {
    fn find(&self, text: &str, filters: &[Filter], limit: usize) -> Result<Found, Error> {
        /// Values of a facet that can be chosen.
        const MOST: usize = 6;
        let query = Self::query(text, filters)?;
        let hits = self.index.search(&query, &Options { limit, ..Options::default() })?;
        let lexicon = self.workspace.lexicon();
        let ids: Vec<String> = hits.hits.iter().map(|hit| hit.id.clone()).collect();
        let located = self.workspace.located(&ids)?;
        let rows = located.iter().filter_map(|located| {
            let finding = &located.finding;
            let rung = hits.hits.iter().find(|hit| hit.id == finding.id)?.rung;
            let near = (rung != Rung::AsAsked).then_some(rung.term());
            let facts = [near, finding.unit.as_deref(), finding.round.as_deref(), Some(finding.type_name.as_str())];
            Some(Row {
                id: finding.id.clone(),
                quote: finding.quote.clone(),
                marks: highlights(&query, &finding.quote, lexicon),
                facts: facts.into_iter().flatten().filter(|it| !it.is_empty()).collect::<Vec<_>>().join("｜"),
                rung,
            })
        });
        let rows = rows.collect();
        let mut choices = Vec::new();
        for (facet, _) in FACET_TERMS {
            let values = hits.facets.iter().find(|(name, _)| *name == facet).map_or(&[][..], |(_, values)| values);
            choices.extend(values.iter().take(MOST).map(|(value, count)| Choice {
                facet,
                value: value.clone(),
                shown: clean(&facet_value(facet, value, lexicon)),
                count: *count,
            }));
            // A value that was excluded stays in sight, so that it can be taken back.
            let is_gone = |filter: &&Filter| {
                filter.choice.facet == facet
                    && !values.iter().take(MOST).any(|(value, _)| *value == filter.choice.value)
            };
            let gone = filters.iter().filter(is_gone).map(|filter| Choice { count: 0, ..filter.choice.clone() });
            choices.extend(gone);
        }
        let rungs: Vec<String> = hits.by_rung.iter().map(|(rung, n)| format!("{}{n}条", rung.term())).collect();
        Ok(Found { total: hits.total, summary: rungs.join("，"), rows, choices })
    }

    fn open(&self, id: &str, text: &str) -> Result<(String, Vec<Passage>), Error> {
        let located = self.workspace.located(&[id.to_owned()])?;
        let Some(located) = located.first() else {
            return Err(Error::new("这条问题已不在资料库里", "退出后重新检索"));
        };
        let place = &located.finding.place;
        let query = parse(text).unwrap_or_else(|_| literally(text));
        let blocks = self.workspace.store().blocks(&place.document)?;
        let passages = blocks.into_iter().enumerate().map(|(block_idx, block)| {
            let is_hit = block_idx == place.block as usize;
            let own = is_hit.then_some([place.start as usize, place.end as usize]);
            let marks = own.map_or_else(|| highlights(&query, &block.text, self.workspace.lexicon()), |own| vec![own]);
            Passage { text: block.text, marks, is_hit }
        });
        Ok((format!("《{}》{}", clean(&located.title), place.in_words()), passages.collect()))
    }

    fn export(&self, text: &str, filters: &[Filter], file: &Path) -> Result<usize, Error> {
        let query = Self::query(text, filters)?;
        let hits = self.index.search(&query, &Options { limit: usize::MAX, facets: false, ..Options::default() })?;
        finding_table(self.workspace, &hits)?.save(file)
    }
}
