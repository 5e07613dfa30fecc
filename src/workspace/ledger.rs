//! Themes straight from a ledger (台账直接归类), for offices that have nothing else: no workspace is made or needed.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use super::{Located, cannot_read, put_in_place, sha256, shown, tables};
use crate::cluster::{self, Grouping, Rule};
use crate::diag::{Diagnostic, Error};
use crate::extract::{ColumnSpec, ColumnUse, SeenColumn, from_ledger};
use crate::lang::{Lexicon, Tables};
use crate::model::{Finding, Scope, Themes};
use crate::read::{Limits, read};

/// Themes of a ledger and what they were read from (台账归类结果).
#[derive(Debug, Clone, PartialEq)]
pub struct LedgerThemes {
    /// The themes.
    pub themes: Themes,
    /// The findings of the scope, by id.
    pub findings: BTreeMap<String, Located>,
    /// The columns of the ledger with what they were used for.
    pub columns: Vec<SeenColumn>,
    /// Whether columns were named in an earlier run and that was remembered.
    pub was_remembered: bool,
    /// Where the named columns are remembered, if they are.
    pub memory: Option<PathBuf>,
    /// What was noted while reading.
    pub diagnostics: Vec<Diagnostic>,
}

/// What is asked of a ledger (台账归类要求).
#[derive(Debug, Clone, Copy)]
pub struct LedgerWish<'a> {
    /// Which column is what, such as `问题=C,单位=B`; `None` where it was said before or the headers say it.
    pub columns: Option<&'a str>,
    /// Only this sector.
    pub sector: Option<&'a str>,
    /// Only these rounds; empty for all.
    pub rounds: &'a [String],
    /// When a theme is common.
    pub rule: &'a Rule,
}

/// Clusters the problems of a ledger. `root` is a workspace whose tables are used if it is there; none is made.
///
/// # Errors
/// The file cannot be read, no column of problems is found, or there are no rows; each with the columns seen.
pub fn themes_of_ledger(file: &Path, root: &Path, wish: &LedgerWish<'_>) -> Result<LedgerThemes, Error> {
    let bytes = std::fs::read(file).map_err(|error| cannot_read(file, &error))?;
    let name = shown(file);
    let read = read(&name, &bytes, &Limits::OFFICE);
    if !read.verdict.is_usable() {
        let told = read.diagnostics.first();
        let (message, hint) = told.map_or(("读不出来", "换成xlsx或csv另存一份再试"), |it| {
            (it.message.as_str(), it.hint.as_str())
        });
        return Err(Error::new(format!("{name}：{message}"), hint));
    }
    let own = if root.join("records.db").exists() { tables(root)? } else { Tables::default() };
    let lexicon = if own == Tables::default() { Lexicon::builtin() } else { std::sync::Arc::new(Lexicon::with(&own)?) };
    let memory = memory(file);
    let remembered = remembered(&memory);
    let spec = match wish.columns {
        Some(text) => spec(text)?,
        None => remembered.clone().unwrap_or_default(),
    };
    let document = sha256(&bytes);
    let found = from_ledger(&document, &name, &read.blocks, &spec, &lexicon);
    if !found.columns.iter().any(|it| it.used == Some(ColumnUse::Problem)) {
        return Err(no_problems(&name, &spec, &found.columns));
    }
    if found.findings.is_empty() {
        return Err(Error::new(
            format!("{name}：写问题的那一栏里没有可用的内容"),
            format!("看到的栏目：{}；栏目认错了的，用 --columns 问题=列号 指明", listed(&found.columns)),
        ));
    }
    let mut diagnostics = read.diagnostics;
    let remembers = wish.columns.is_some() && remembered.as_ref() != Some(&spec);
    if remembers && let Err(error) = remember(&memory, &spec) {
        diagnostics.push(Diagnostic::warning(format!("没能记住栏目对应：{}", error.message), "下次仍要写 --columns"));
    }
    let title = file.file_stem().map_or(String::new(), |stem| stem.to_string_lossy().into_owned());
    let (themes, own) = themes(&found.findings, wish, &lexicon)?;
    let located = |finding: &Finding| Located { finding: finding.clone(), path: name.clone(), title: title.clone() };
    Ok(LedgerThemes {
        themes,
        findings: own.into_iter().map(|finding| (finding.id.clone(), located(finding))).collect(),
        columns: found.columns,
        was_remembered: wish.columns.is_none() && remembered.is_some(),
        memory: memory.exists().then_some(memory),
        diagnostics,
    })
}

/// The themes of the rows that are asked for, and those rows.
fn themes<'a>(
    findings: &'a [Finding],
    wish: &LedgerWish<'_>,
    lexicon: &Lexicon,
) -> Result<(Themes, Vec<&'a Finding>), Error> {
    let sector = wish.sector.map(|sector| lexicon.sectors.named(sector).unwrap_or(sector).to_owned());
    let (own, others): (Vec<&Finding>, Vec<&Finding>) =
        findings.iter().partition(|finding| sector.is_none() || finding.sector == sector);
    let in_rounds =
        |it: &&Finding| wish.rounds.is_empty() || it.round.as_ref().is_some_and(|round| wish.rounds.contains(round));
    let own: Vec<&Finding> = own.into_iter().filter(in_rounds).collect();
    if own.is_empty() {
        let sectors: BTreeSet<&str> = findings.iter().filter_map(|it| it.sector.as_deref()).collect();
        let rounds: BTreeSet<&str> = findings.iter().filter_map(|it| it.round.as_deref()).collect();
        let list = |names: BTreeSet<&str>| {
            if names.is_empty() { "没有".to_owned() } else { names.into_iter().collect::<Vec<_>>().join("、") }
        };
        return Err(Error::new(
            "台账里没有这个系统或轮次的问题",
            format!("台账里的系统：{}；轮次：{}", list(sectors), list(rounds)),
        ));
    }
    let units: BTreeSet<String> = own.iter().filter_map(|finding| finding.unit.clone()).collect();
    let material = cluster::Material::beside(own.clone(), others.into_iter());
    let scope = Scope { sector, rounds: wish.rounds.to_vec(), units: units.into_iter().collect() };
    Ok((cluster::themes(&material, scope, wish.rule, &Grouping::THEMES, lexicon), own))
}

/// Columns as the user writes them: `问题=C,单位=B`.
fn spec(text: &str) -> Result<ColumnSpec, Error> {
    const HOW: &str = "写成 问题=C,单位=B,系统=D,轮次=E,日期=F 这样，等号后写列号或表头；“问题”必写，其他可省";
    let mut spec = ColumnSpec::new();
    for part in text.split([',', '，', '、', ';', '；']).map(str::trim).filter(|part| !part.is_empty()) {
        let pair = part.split_once(['=', '＝', '：', ':']).map(|(used, column)| (used.trim(), column.trim()));
        let Some((used, column)) = pair.filter(|(_, column)| !column.is_empty()) else {
            return Err(Error::new(format!("栏目对应“{part}”写法不对"), HOW));
        };
        let used = ColumnUse::from_term(used).ok_or_else(|| Error::new(format!("没有“{used}”这种用途的栏目"), HOW))?;
        spec.insert(used, column.to_owned());
    }
    if !spec.contains_key(&ColumnUse::Problem) {
        return Err(Error::new("栏目对应里没有写哪一栏是问题", HOW));
    }
    Ok(spec)
}

/// Where the columns of a ledger are remembered: beside it.
fn memory(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(".栏目.json");
    PathBuf::from(name)
}

fn remember(memory: &Path, spec: &ColumnSpec) -> Result<(), Error> {
    let named: BTreeMap<&str, &String> = spec.iter().map(|(used, column)| (used.term(), column)).collect();
    put_in_place(memory, serde_json::to_string_pretty(&named).unwrap_or_default().as_bytes())
}

/// The columns remembered; a file that does not hold such is as good as none.
fn remembered(memory: &Path) -> Option<ColumnSpec> {
    let text = std::fs::read_to_string(memory).ok()?;
    let named: BTreeMap<String, String> = serde_json::from_str(&text).ok()?;
    let spec: ColumnSpec =
        named.into_iter().filter_map(|(term, column)| Some((ColumnUse::from_term(&term)?, column))).collect();
    spec.contains_key(&ColumnUse::Problem).then_some(spec)
}

fn no_problems(name: &str, spec: &ColumnSpec, columns: &[SeenColumn]) -> Error {
    let message = match spec.get(&ColumnUse::Problem) {
        Some(wanted) => format!("{name}：没有“{wanted}”这一栏"),
        None => format!("{name}：看不出哪一栏写的是问题"),
    };
    let seen = if columns.is_empty() {
        "没有看到表格".to_owned()
    } else {
        format!("看到的栏目：{}", listed(columns))
    };
    Error::new(message, format!("{seen}；用 --columns 问题=列号,单位=列号 指明"))
}

/// The columns in words, sheet by sheet.
fn listed(columns: &[SeenColumn]) -> String {
    let mut text = String::new();
    let mut sheet: Option<&Option<String>> = None;
    for column in columns {
        if sheet != Some(&column.sheet) {
            if sheet.is_some() {
                text.push('；');
            }
            if let Some(name) = &column.sheet {
                text.push_str(&format!("工作表“{name}” "));
            }
            sheet = Some(&column.sheet);
        } else {
            text.push('、');
        }
        text.push_str(&format!("{}列{}", column.letter, column.header));
    }
    text
}
