//! Renames (机构更名): what offices were called before reforms.

use crate::diag::Error;

/// The renames (机构更名表).
#[derive(Debug)]
pub struct Renames {
    /// Old name, year, new name; names without place and party organisation.
    renames: Vec<(String, u16, String)>,
}

impl Renames {
    /// Parses tables of `old names <Tab> year <Tab> new name`; later tables come first, so that they win.
    pub(super) fn parse(tables: &[&str]) -> Result<Self, Error> {
        let mut renames = Vec::new();
        for table in tables.iter().rev() {
            for (line_idx, line) in table.trim_start_matches('\u{feff}').lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') {
                    continue;
                }
                let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
                let parsed = match fields[..] {
                    [old, year, new] if !old.is_empty() && !new.is_empty() => {
                        year.parse().ok().map(|year| (old, year, new))
                    }
                    _ => None,
                };
                let Some((old, year, new)) = parsed else {
                    return Err(Error::new(
                        format!("机构更名表第{}行写法不对：{line}", line_idx + 1),
                        "一行三栏，用制表符隔开：旧名（用|隔开）、更名年、新名",
                    ));
                };
                renames.extend(old.split('|').map(|old| (old.to_owned(), year, new.to_owned())));
            }
        }
        Ok(Self { renames })
    }

    /// The present name and the year it was given, of an office called so before.
    pub fn current(&self, old: &str) -> Option<(&str, u16)> {
        self.renames.iter().find(|(name, ..)| name == old).map(|(_, year, new)| (new.as_str(), *year))
    }
}
