//! Types by sector (系统与问题类型对照): how many units of each sector have which type of problem.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::Finding;

/// Units of each sector by type of problem (对照表).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeTable {
    /// The sectors with the number of their units that have any finding, most units first.
    pub sectors: Vec<(String, u32)>,
    /// The types, those found in most units first.
    pub rows: Vec<TypeRow>,
}

/// One type of problem (对照表的一行).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypeRow {
    /// Type id.
    pub type_id: String,
    /// Its name.
    pub name: String,
    /// Distinct units with it in each sector, in the order of the sectors.
    pub units: Vec<u32>,
}

/// Counts distinct units; findings without unit or type, and general wording, count nowhere. Those without a sector
/// stand under 系统不明.
pub fn type_table(findings: &[&Finding]) -> TypeTable {
    let mut of_sector: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    let mut of_type: BTreeMap<(&str, &str), BTreeMap<&str, BTreeSet<&str>>> = BTreeMap::new();
    for finding in findings {
        let Some(unit) = finding.unit.as_deref() else { continue };
        let sector = finding.sector.as_deref().unwrap_or("系统不明");
        of_sector.entry(sector).or_default().insert(unit);
        if !finding.type_id.is_empty() && !finding.general {
            let sectors = of_type.entry((&finding.type_id, &finding.type_name)).or_default();
            sectors.entry(sector).or_default().insert(unit);
        }
    }
    let mut sectors: Vec<(String, u32)> =
        of_sector.into_iter().map(|(sector, units)| (sector.to_owned(), units.len() as u32)).collect();
    sectors.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
    let mut rows: Vec<TypeRow> = of_type
        .into_iter()
        .map(|((type_id, name), found)| {
            let units = sectors.iter().map(|(sector, _)| found.get(sector.as_str()).map_or(0, BTreeSet::len) as u32);
            TypeRow { type_id: type_id.to_owned(), name: name.to_owned(), units: units.collect() }
        })
        .collect();
    let total = |row: &TypeRow| row.units.iter().sum::<u32>();
    rows.sort_by(|left, right| total(right).cmp(&total(left)).then_with(|| left.type_id.cmp(&right.type_id)));
    TypeTable { sectors, rows }
}
