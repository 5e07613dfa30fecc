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
    /// Rounds of the members, in order of time.
    pub rounds: Vec<String>,
    /// Units that have it in more than one round, sorted.
    pub recurrent_units: Vec<String>,
    /// The member that says it best.
    pub representative: String,
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
