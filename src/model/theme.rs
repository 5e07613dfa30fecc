//! Themes (共性问题) and what they cover.

/// What a list of themes is about (范围).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The sector; `None` for all.
    pub sector: Option<String>,
    /// The rounds; empty for all.
    pub rounds: Vec<String>,
    /// The inspected units: the base that coverage is counted against, sorted.
    pub units: Vec<String>,
}

/// Themes of one scope, and the findings that belong to none.
#[derive(Debug, Clone, PartialEq)]
pub struct Themes {
    /// The scope.
    pub scope: Scope,
    /// Themes, widest coverage first.
    pub themes: Vec<Theme>,
    /// Findings outside every theme, sorted by finding.
    pub residue: Vec<Residue>,
}

/// A theme (共性问题 or 个性问题): findings about the same kind of problem.
#[derive(Debug, Clone, PartialEq)]
pub struct Theme {
    /// Stable id.
    pub id: String,
    /// Name: the type's name, or a short real sentence.
    pub name: String,
    /// Words that set it apart from the other themes, most telling first.
    pub keywords: Vec<String>,
    /// Problem type, if most members share one; else empty.
    pub type_id: String,
    /// Whether it is common (共性) by the rule of the scope.
    pub common: bool,
    /// Whether most members are general wording (概括性表述), which is reported apart.
    pub general: bool,
    /// Member findings, nearest to the theme's centre first.
    pub findings: Vec<String>,
    /// Why each member is here, in the order of `findings`.
    pub links: Vec<Link>,
    /// Distinct units of the members, sorted.
    pub units: Vec<String>,
    /// Units of the base that it covers.
    pub coverage: Coverage,
    /// Share of units here over share of units in the other sectors; `None` without a base elsewhere.
    pub lift: Option<f64>,
    /// Standardised log-odds of its type here against the other sectors (对数优势比 z 值); from 1.64 on it is particular to
    /// this one. `None` without a base elsewhere.
    pub z: Option<f64>,
    /// Lower Wilson bound, at 80 %, of the share of units it covers.
    pub wilson_low: f64,
    /// Rounds of the members, in order of time.
    pub rounds: Vec<String>,
    /// Share of the units of each round of the scope, in order of time.
    pub trend: Vec<RoundShare>,
    /// Units that have it in more than one round, sorted.
    pub recurrent_units: Vec<String>,
    /// What these units had in one round beside what they had in the next, by unit and time.
    pub recurrences: Vec<Recurrence>,
    /// Amounts and consequences that members state; in no count.
    pub sums: Sums,
    /// The members by wording (同一表述), each sorted; the group with most members first.
    pub wordings: Vec<Vec<String>>,
    /// The member that says it best.
    pub representative: String,
}

/// A theme in one round (分轮次情况).
#[derive(Debug, Clone, PartialEq)]
pub struct RoundShare {
    /// The round.
    pub round: String,
    /// Units with the theme, of the units inspected in this round.
    pub coverage: Coverage,
    /// Lower Wilson bound of the share at 80 %.
    pub low: f64,
    /// Upper Wilson bound of the share at 80 %.
    pub high: f64,
}

/// The same problem in a unit again in a later round (疑似屡查屡犯).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recurrence {
    /// The unit.
    pub unit: String,
    /// The finding of the earlier round.
    pub earlier: String,
    /// The finding of the later round.
    pub later: String,
    /// Months between the beginnings of the two inspections; `None` where the documents do not say.
    pub months: Option<u32>,
}

/// What members state beside the problem (金额与后果).
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Sums {
    /// The greatest amount of each member, added up, in yuan.
    pub amount_yuan: f64,
    /// Members that state an amount.
    pub n_with_amount: u32,
    /// Members that state a consequence (立案、追缴、处分…).
    pub n_with_consequence: u32,
}

/// Coverage (覆盖面): N of M inspected units.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Coverage {
    /// Units with at least one member (N).
    pub units: u32,
    /// Units inspected in the scope (M).
    pub base: u32,
}

/// Why a finding belongs to its theme (归类依据).
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// The finding.
    pub finding: String,
    /// Cosine with the sum of the other members, 0–1.
    pub similarity: f32,
    /// Words it shares with them, most telling first.
    pub shared: Vec<String>,
}

/// A finding outside every theme (未归类), with the reason in Chinese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Residue {
    /// The finding.
    pub finding: String,
    /// Why it stands alone.
    pub reason: String,
}
