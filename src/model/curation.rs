//! Curation (主题整理): what people decided about themes.

/// A decision (整理决策) about themes. What it says is content only, so that two people's decisions can be put together
/// in one order whoever imports whose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeDecision {
    /// Hash of all the rest: the same decision has the same name in every workspace.
    pub uid: String,
    /// When it was made, ISO 8601; never before a decision that was known when it was made.
    pub at: String,
    /// Counts decisions of the same moment.
    pub tick: u32,
    /// Who made it; may be empty.
    pub by: String,
    /// The reason given; may be empty.
    pub why: String,
    /// The sector whose themes it is about; empty for the themes over all sectors.
    pub scope: String,
    /// What was done.
    pub action: ThemeAction,
    /// The themes it is about; for a merger the one that stays comes first.
    pub themes: Vec<ThemeRef>,
    /// Findings and where they go.
    pub groups: Vec<ThemeGroup>,
    /// For an accepted proposal, themes that become part of another: (which, of which).
    pub absorbed: Vec<(String, String)>,
    /// A name, a note, a line of the taxonomy, or the uid of what is undone.
    pub text: String,
    /// Whether it came from another person's export; no part of the uid.
    pub is_imported: bool,
}

/// A theme as a decision names it (所指主题): by id and, where the id is unknown, by what it holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeRef {
    /// Its id when the decision was made.
    pub id: String,
    /// The smallest ids among its findings then, at most [`ThemeRef::SKETCH`]: as ids are hashes, a fair sample.
    pub sketch: Vec<String>,
}

impl ThemeRef {
    /// Findings kept to know a theme by.
    pub const SKETCH: usize = 64;

    /// A theme with these findings, sorted.
    pub fn new<'a>(id: &str, findings: impl IntoIterator<Item = &'a String>) -> Self {
        Self { id: id.to_owned(), sketch: findings.into_iter().take(Self::SKETCH).cloned().collect() }
    }
}

/// Findings and the theme they go to (去向).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeGroup {
    /// The theme; `None` where they stand alone.
    pub theme: Option<String>,
    /// The findings, sorted.
    pub findings: Vec<String>,
}

/// What a person did to themes (整理方式).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ThemeAction {
    /// Moved findings into a theme.
    Move,
    /// Made one theme of several.
    Merge,
    /// Took findings out of a theme into themes of their own.
    Split,
    /// Made a theme of chosen findings.
    New,
    /// Gave a name.
    Rename,
    /// Fixed a theme against proposals.
    Pin,
    /// Freed a fixed theme.
    Unpin,
    /// Said that findings are individual problems.
    Exclude,
    /// Said that two themes, or two findings, are not the same.
    Apart,
    /// Wrote a note.
    Note,
    /// Added trigger words to a problem type.
    Trigger,
    /// Accepted a proposal.
    Accept,
    /// Took back another decision.
    Undo,
}

impl ThemeAction {
    /// All actions, in the order of their declaration.
    pub const ALL: [Self; 13] = [
        Self::Move,
        Self::Merge,
        Self::Split,
        Self::New,
        Self::Rename,
        Self::Pin,
        Self::Unpin,
        Self::Exclude,
        Self::Apart,
        Self::Note,
        Self::Trigger,
        Self::Accept,
        Self::Undo,
    ];

    /// The name used in records.
    pub fn name(self) -> &'static str {
        match self {
            Self::Move => "move",
            Self::Merge => "merge",
            Self::Split => "split",
            Self::New => "new",
            Self::Rename => "rename",
            Self::Pin => "pin",
            Self::Unpin => "unpin",
            Self::Exclude => "exclude",
            Self::Apart => "apart",
            Self::Note => "note",
            Self::Trigger => "trigger",
            Self::Accept => "accept",
            Self::Undo => "undo",
        }
    }

    /// The Chinese term.
    pub fn term(self) -> &'static str {
        match self {
            Self::Move => "移动",
            Self::Merge => "合并",
            Self::Split => "拆分",
            Self::New => "新建",
            Self::Rename => "改名",
            Self::Pin => "锁定",
            Self::Unpin => "解除锁定",
            Self::Exclude => "列为个性",
            Self::Apart => "不是一类",
            Self::Note => "批注",
            Self::Trigger => "加触发词",
            Self::Accept => "采纳提案",
            Self::Undo => "撤销",
        }
    }

    /// The action of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.name() == name)
    }
}

/// What the registry holds of the themes of one sector (主题登记): identities and where the program put each finding.
/// People's decisions are no part of it; they are laid over it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registry {
    /// Every theme ever born, by id.
    pub identities: Vec<Identity>,
    /// Every finding ever placed, by finding.
    pub places: Vec<Placed>,
    /// Findings that stand in place of others since their document changed: (former, present).
    pub successors: Vec<(String, String)>,
}

/// A theme's birth (主题身份).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Made once, from the members it was born with.
    pub id: String,
    /// The findings it was born with, sorted.
    pub members: Vec<String>,
    /// At which registration of its sector it was born, from 1; smaller is older.
    pub born: u32,
    /// The name it was born with; it keeps it however it grows, until a person gives another.
    pub name: String,
}

/// Where the program put a finding (归属), and how to know the finding again when its document changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The finding.
    pub finding: String,
    /// Its theme; `None` where it stands alone.
    pub theme: Option<String>,
    /// Hash of its document.
    pub document: String,
    /// First path of its document.
    pub path: String,
    /// Block it stands in.
    pub block: u32,
    /// First character.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
    /// Hash of its words.
    pub words: String,
    /// Whether it was not there any more at the last registration.
    pub is_gone: bool,
}

/// Something that happened to themes without a decision (主题变动).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ThemeEvent {
    /// When it was recorded.
    pub at: String,
    /// Its sector; empty for the themes over all sectors.
    pub scope: String,
    /// What happened: 新生, 归入, 接续, 离开, 复归 or 重归.
    pub kind: String,
    /// The theme; empty for findings that stand alone.
    pub theme: String,
    /// The findings concerned, sorted.
    pub findings: Vec<String>,
    /// Why, in Chinese.
    pub cause: String,
}

/// What a registration changes (登记变化).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Registration {
    /// Themes born.
    pub born: Vec<Identity>,
    /// Findings placed or whose place changed.
    pub placed: Vec<Placed>,
    /// New (former, present) pairs.
    pub successors: Vec<(String, String)>,
    /// What happened, for the log; the time is set when it is recorded.
    pub events: Vec<ThemeEvent>,
}

impl Registration {
    /// Whether nothing changes.
    pub fn is_empty(&self) -> bool {
        self.born.is_empty() && self.placed.is_empty() && self.successors.is_empty() && self.events.is_empty()
    }
}
