//! Inspection frames (巡察框架): the official parts that findings were reported under, which change with the years.

use super::Taxonomy;
use crate::diag::Error;

/// The frames (巡察框架表).
#[derive(Debug)]
pub struct Frames {
    parts: Vec<Part>,
}

/// A part of a frame.
#[derive(Debug)]
struct Part {
    frame: String,
    from: u16,
    /// Last year, if it has passed.
    to: Option<u16>,
    name: String,
    /// What a heading that opens the part holds.
    patterns: Vec<String>,
    /// Areas such as `E` and types such as `E1` that belong here.
    types: Vec<String>,
}

impl Frames {
    /// Parses tables of `frame <Tab> first year <Tab> last year <Tab> part <Tab> heading words <Tab> areas or types`; later
    /// tables add parts, which are tried first.
    pub(super) fn parse(tables: &[&str], taxonomy: &Taxonomy) -> Result<Self, Error> {
        let mut parts = Vec::new();
        for table in tables.iter().rev() {
            for (line_idx, line) in table.trim_start_matches('\u{feff}').lines().enumerate() {
                if line.trim().is_empty() || line.starts_with('#') {
                    continue;
                }
                let wrong = |what: &str| {
                    Error::new(
                        format!("巡察框架表第{}行{what}：{line}", line_idx + 1),
                        "一行六栏，用制表符隔开：框架、起始年、终止年（可空）、部分、标题特征（用|隔开）、领域或类型（用|隔开，可空）",
                    )
                };
                let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
                let [frame, from, to, name, patterns, types] = fields[..] else { return Err(wrong("栏数不对")) };
                let from = from.parse().map_err(|_| wrong("起始年不是年份"))?;
                let to =
                    if to.is_empty() { None } else { Some(to.parse().map_err(|_| wrong("终止年不是年份"))?) };
                let words = |field: &str| -> Vec<String> {
                    field.split('|').filter(|word| !word.is_empty()).map(str::to_owned).collect()
                };
                let types = words(types);
                if let Some(unknown) =
                    types.iter().find(|id| !taxonomy.types().iter().any(|it| it.id == **id || it.area() == *id))
                {
                    return Err(wrong(&format!("没有“{unknown}”这个领域或类型")));
                }
                parts.push(Part {
                    frame: frame.to_owned(),
                    from,
                    to,
                    name: name.to_owned(),
                    patterns: words(patterns),
                    types,
                });
            }
        }
        Ok(Self { parts })
    }

    /// The part that a finding stands in: told by the headings above it, else by its type in the frame of its year.
    pub fn part(&self, headings: &[String], type_id: &str, year: Option<u16>) -> Option<String> {
        let in_time = |part: &&Part| year.is_none_or(|year| part.from <= year && part.to.is_none_or(|to| year <= to));
        let is_stated = |part: &&Part| {
            let holds = |heading: &String| part.patterns.iter().any(|pattern| heading.contains(pattern.as_str()));
            headings.iter().any(holds)
        };
        let stated = self.parts.iter().filter(is_stated);
        let found = stated.clone().find(in_time).or_else(|| stated.clone().next_back());
        let by_type = || {
            year?;
            let area = type_id.trim_end_matches(|character: char| character.is_ascii_digit());
            let current = || self.parts.iter().filter(in_time);
            let holding = |wanted: &str| current().find(|part| part.types.iter().any(|it| it == wanted));
            holding(type_id).or_else(|| holding(area)).filter(|_| !type_id.is_empty())
        };
        found.or_else(by_type).map(|part| format!("{}：{}", part.frame, part.name))
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::Lexicon;

    #[test]
    fn headings_first_then_type_and_year() {
        let frames = &Lexicon::builtin().frames;
        let heading = ["（二）聚焦群众身边不正之风和腐败问题".to_owned()];
        assert_eq!(
            frames.part(&heading, "A1", Some(2022)).as_deref(),
            Some("三个聚焦：聚焦群众身边腐败问题和不正之风")
        );
        assert_eq!(frames.part(&[], "D2", Some(2016)).as_deref(), Some("三大问题：全面从严治党不力"));
        assert_eq!(frames.part(&[], "D2", Some(2018)).as_deref(), Some("六围绕一加强：围绕党的作风建设"));
        assert_eq!(frames.part(&[], "M1", Some(2024)).as_deref(), Some("四个聚焦：聚焦巡察、审计等整改和成果运用"));
        assert_eq!(frames.part(&[], "D2", None), None);
    }
}
