//! Themes of a scope (共性问题): what is grouped, over which inspected units, and why.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::super::{Workspace, cannot_use};
use super::Constraints;
use crate::cluster::{self, Grouping, Rule, WhyAlone, WhyHere};
use crate::diag::Error;
use crate::extract::canonical_units;
use crate::model::{Block, Finding, Genre, Scope, Theme, Themes};
use crate::read::{Limits, read};

/// What is asked of the themes (归纳要求).
#[derive(Debug, Clone)]
pub struct Question {
    /// The sector; `None` for all.
    pub sector: Option<String>,
    /// The rounds; empty for all.
    pub rounds: Vec<String>,
    /// When a theme is common.
    pub rule: Rule,
    /// How findings are grouped.
    pub grouping: Grouping,
    /// The inspected units, where an office has a list of its own; else those that documents name.
    pub base: Option<Vec<String>>,
}

impl Default for Question {
    /// Everything, by the standard rule.
    fn default() -> Self {
        Self { sector: None, rounds: Vec::new(), rule: Rule::STANDARD, grouping: Grouping::THEMES, base: None }
    }
}

impl Workspace {
    /// The themes that answer a question.
    ///
    /// # Errors
    /// The record cannot be read, or there is no such sector.
    pub fn ask(&self, question: &Question) -> Result<Themes, Error> {
        let all = self.findings()?;
        let (material, scope) = self.material(question, &all)?;
        let settled = self.settled(scope.sector.as_deref(), &all)?;
        let Question { rule, grouping, .. } = question;
        if *grouping != Grouping::THEMES {
            // Another step of the slider is a look at the same findings, grouped for this once; what people put
            // together or keep apart stays so.
            let Constraints { together, apart } = settled.constraints();
            let apart = apart.into_iter().collect();
            let material = cluster::Material { together, apart, ..material };
            return Ok(cluster::themes(&material, scope, rule, grouping, &self.lexicon));
        }
        let themes = cluster::themes_of(&material, scope, rule, grouping, &self.lexicon, &settled.groups());
        Ok(settled.explain(themes))
    }

    /// Why each member of a theme is in it, in the order of its findings.
    ///
    /// # Errors
    /// The record cannot be read, or there is no such sector.
    pub fn why_here(&self, question: &Question, themes: &Themes, theme: &Theme) -> Result<Vec<WhyHere>, Error> {
        let all = self.findings()?;
        Ok(cluster::why_here(&self.material(question, &all)?.0, themes, theme, &question.grouping, &self.lexicon))
    }

    /// Why a finding is in no theme; `None` where it is in one.
    ///
    /// # Errors
    /// The record cannot be read, or there is no such sector.
    pub fn why_alone(&self, question: &Question, themes: &Themes, finding: &str) -> Result<Option<WhyAlone>, Error> {
        let all = self.findings()?;
        Ok(cluster::why_alone(&self.material(question, &all)?.0, themes, finding, &question.grouping, &self.lexicon))
    }

    /// What a question is answered from, and its scope.
    fn material<'a>(
        &self,
        question: &Question,
        findings: &'a [Finding],
    ) -> Result<(cluster::Material<'a>, Scope), Error> {
        let sector = question.sector.as_deref().map(|sector| self.known_sector(sector)).transpose()?;
        let rounds = &question.rounds;
        let in_rounds = |round: Option<&String>| rounds.is_empty() || round.is_some_and(|round| rounds.contains(round));
        let in_sector = |of: Option<&String>| sector.as_ref().is_none_or(|sector| of == Some(sector));
        let (own, others): (Vec<&Finding>, Vec<&Finding>) =
            findings.iter().partition(|finding| in_sector(finding.sector.as_ref()));
        let own: Vec<&Finding> = own.into_iter().filter(|finding| in_rounds(finding.round.as_ref())).collect();
        let canonical = self.canonical()?;
        let full = |unit: String| canonical.get(&unit).cloned().unwrap_or(unit);
        let mut units: BTreeSet<String> = own.iter().filter_map(|finding| finding.unit.clone()).collect();
        let mut inspected: BTreeSet<(String, String)> = BTreeSet::new();
        let mut months = BTreeMap::new();
        for document in self.store.documents()? {
            let header = document.header;
            if let Some(period) = header.period {
                months.insert(document.sha256, u32::from(period.start.year) * 12 + u32::from(period.start.month));
            }
            let is_inspection = matches!(header.genre, Genre::Feedback | Genre::Report);
            if is_inspection && in_sector(header.sectors.first()) && in_rounds(header.round.as_ref()) {
                let named: Vec<String> = header.units.into_iter().map(full).collect();
                let of_round = header.round.iter().flat_map(|round| named.iter().map(|it| (round.clone(), it.clone())));
                inspected.extend(of_round);
                units.extend(named);
            }
        }
        if let Some(base) = &question.base {
            units = base.iter().cloned().collect();
        }
        let material = cluster::Material {
            inspected: inspected.into_iter().collect(),
            months,
            ..cluster::Material::beside(own, others.into_iter())
        };
        Ok((material, Scope { sector, rounds: rounds.clone(), units: units.into_iter().collect() }))
    }

    /// The inspected units that a list names (覆盖名单), by their full names, sorted: the unit column of a table, or
    /// the lines of a text.
    ///
    /// # Errors
    /// The file cannot be read, or names no unit.
    pub fn base_list(&self, file: &Path) -> Result<Vec<String>, Error> {
        let bytes = std::fs::read(file).map_err(|error| cannot_use(file, &error))?;
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let document = read(&name, &bytes, &Limits::OFFICE);
        let listed = listed_units(&document.blocks);
        if listed.is_empty() {
            return Err(Error::new(
                format!("{}：没有从中读出单位", file.display()),
                "名单用txt（一行一个单位）、csv或xlsx（要有“单位”或“党组织”一栏）",
            ));
        }
        let known = self.store.units()?;
        let names = known.iter().map(String::as_str).chain(listed.iter().map(String::as_str));
        let canonical = canonical_units(names, &self.lexicon.renames);
        let full: BTreeSet<String> =
            listed.into_iter().map(|unit| canonical.get(&unit).cloned().unwrap_or(unit)).collect();
        Ok(full.into_iter().collect())
    }
}

/// The units of a list: below the header of a unit column, or one a line.
fn listed_units(blocks: &[Block]) -> Vec<String> {
    const HEADERS: [&str; 8] =
        ["被巡察党组织", "被巡察单位", "党组织名称", "单位名称", "党组织", "单位", "被巡察", "名称"];
    let cells = || blocks.iter().filter_map(|block| Some((block.cell.as_ref()?, block.text.trim())));
    // The best header word decides, then the first cell that holds it.
    let header = HEADERS.iter().find_map(|word| {
        cells().find(|(_, text)| text.contains(word) && text.chars().count() <= 12).map(|(cell, _)| cell)
    });
    let names: Vec<&str> = match header {
        Some(header) => cells()
            .filter(|(cell, _)| cell.table == header.table && cell.col == header.col && cell.row > header.row)
            .map(|(_, text)| text)
            .collect(),
        None => blocks.iter().map(|block| block.text.trim()).collect(),
    };
    let without_number = |name: &str| {
        let number = |character: char| character.is_ascii_digit() || " 、.．,，（）()\t".contains(character);
        name.trim_start_matches(number).trim_end_matches(['。', '；', '，', ' ']).to_owned()
    };
    names
        .into_iter()
        .flat_map(str::lines)
        .map(without_number)
        .filter(|name| (3..=40).contains(&name.chars().count()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::BlockKind;

    #[test]
    fn a_list_is_a_column_or_lines() {
        let table = read(
            "名单.csv",
            "序号,被巡察党组织,轮次\n1,市教育局党组,第四轮\n2,市一中党委,第四轮\n".as_bytes(),
            &Limits::OFFICE,
        );
        assert_eq!(listed_units(&table.blocks), ["市教育局党组", "市一中党委"]);
        let line = |text: &str| Block { kind: BlockKind::Paragraph, text: text.to_owned(), page: None, cell: None };
        assert_eq!(listed_units(&[line("1. 市教育局党组"), line("2、市一中党委。")]), ["市教育局党组", "市一中党委"]);
    }
}
