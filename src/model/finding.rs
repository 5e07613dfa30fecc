//! Findings (问题) and rectification items (整改事项).

use super::{Date, Place};

/// A finding (问题): one thing gone wrong, in the document's words.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// Hash of document, place and quote.
    pub id: String,
    /// The verbatim words.
    pub quote: String,
    /// Where they stand.
    pub place: Place,
    /// The sentences that support the judgement: inside the quote, or after it where a heading is the judgement.
    pub detail: Vec<Quotation>,
    /// The unit the problem is attributed to.
    pub unit: Option<String>,
    /// That unit's sector.
    pub sector: Option<String>,
    /// The round it was found in.
    pub round: Option<String>,
    /// The year of that round.
    pub year: Option<u16>,
    /// Headings above it, outermost first, without their numbers.
    pub headings: Vec<String>,
    /// Area of the taxonomy, such as `E`; empty where no type was recognised.
    pub area: String,
    /// Problem type (问题类型), such as `E1`; empty where none was recognised.
    pub type_id: String,
    /// Name of the type.
    pub type_name: String,
    /// Whether the wording is general (概括性表述).
    pub general: bool,
    /// The part of the official frame (巡察框架) it was reported under or, failing that, belongs to in its year.
    pub frame: Option<String>,
    /// The next best types.
    pub alternatives: Vec<TypeGuess>,
    /// Facts stated in it.
    pub facts: Facts,
    /// Why it was taken as a finding and typed so, in Chinese.
    pub reasons: Vec<String>,
    /// 0–1.
    pub confidence: f32,
}

/// A possible type (候选类型) of a finding with its score.
#[derive(Debug, Clone, PartialEq)]
pub struct TypeGuess {
    /// Type id.
    pub type_id: String,
    /// Score; larger is better, comparable within one finding only.
    pub score: f32,
}

/// Facts (事实要素) stated in a finding or measure.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Facts {
    /// Amounts in yuan, in order of appearance.
    pub amounts_yuan: Vec<f64>,
    /// Counts of people, in order of appearance.
    pub people: Vec<u64>,
    /// Regulations cited, such as 《…办法》第八条.
    pub regulations: Vec<String>,
    /// Days and, as their first day, months named in full.
    pub dates: Vec<Date>,
    /// Counts of things (份、件、笔…), in order of appearance.
    pub items: Vec<u64>,
    /// Where each fact stands, by place.
    pub spans: Vec<FactSpan>,
}

/// Where a fact stands (要素位置): characters of the text it was found in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FactSpan {
    /// What kind of fact.
    pub kind: FactKind,
    /// First character, counted from 0.
    pub start: u32,
    /// One past the last character.
    pub end: u32,
}

/// The kind of a fact (要素类别).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactKind {
    /// 金额
    Amount,
    /// 人数
    People,
    /// 件数
    Items,
    /// 依据的规定
    Regulation,
    /// 日期
    Date,
}

impl FactKind {
    /// All kinds, in the order of their declaration.
    pub const ALL: [Self; 5] = [Self::Amount, Self::People, Self::Items, Self::Regulation, Self::Date];

    /// The name used in records and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Amount => "amount",
            Self::People => "people",
            Self::Items => "items",
            Self::Regulation => "regulation",
            Self::Date => "date",
        }
    }
}

/// A quotation (原文片段): verbatim words with their place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quotation {
    /// The words.
    pub quote: String,
    /// Where they stand.
    pub place: Place,
}

/// A rectification item (整改事项): what a document says was done about one problem.
#[derive(Debug, Clone, PartialEq)]
pub struct RectificationItem {
    /// Hash of document, place and quote.
    pub id: String,
    /// The problem as the document quotes it.
    pub problem_quote: String,
    /// The measure, verbatim.
    pub quote: String,
    /// Where the measure stands.
    pub place: Place,
    /// The unit that rectifies.
    pub unit: Option<String>,
    /// Status: 已完成, 基本完成, 持续推进, 长期坚持 or 未完成.
    pub status: Option<String>,
    /// Facts stated in the measure.
    pub facts: Facts,
}
