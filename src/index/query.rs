//! A query (检索式) as it was understood: words and phrases, 且, 或, 排除, and conditions on fields.

use std::fmt;

use super::schema::BANDS;
use crate::lang::normalise;

/// A query (检索式) as it was understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// Everything.
    All,
    /// A word or phrase.
    Text(Text),
    /// A condition on a field.
    Field(Field, Condition),
    /// All of these.
    And(Vec<Query>),
    /// Any of these.
    Or(Vec<Query>),
    /// Not this.
    Not(Box<Query>),
}

/// A word or phrase of a query (检索词).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Text {
    /// As the user wrote it.
    pub written: String,
    /// Normalised, as it is looked up.
    pub literal: String,
    /// Whether only the literal itself counts (it was quoted); else its words are enough.
    pub is_exact: bool,
}

/// A field that can be asked for (检索字段).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// 单位
    Unit,
    /// 系统
    Sector,
    /// 轮次
    Round,
    /// 年度
    Year,
    /// 类型, by id, name or part of the name
    Type,
    /// 文种
    Genre,
    /// 整改状态
    State,
    /// 金额
    Amount,
}

impl Field {
    /// All fields with their Chinese and English names; the first is shown.
    pub const NAMES: [(Self, [&'static str; 3]); 8] = [
        (Self::Unit, ["单位", "被巡察单位", "unit"]),
        (Self::Sector, ["系统", "领域", "sector"]),
        (Self::Round, ["轮次", "届次", "round"]),
        (Self::Year, ["年度", "年份", "year"]),
        (Self::Type, ["类型", "问题类型", "type"]),
        (Self::Genre, ["文种", "文书", "genre"]),
        (Self::State, ["整改", "整改状态", "state"]),
        (Self::Amount, ["金额", "涉及金额", "amount"]),
    ];

    /// The Chinese name.
    pub fn term(self) -> &'static str {
        Self::NAMES.iter().find(|(field, _)| *field == self).map_or("", |(_, names)| names[0])
    }

    pub(super) fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Self::NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| *field)
    }
}

/// What a field must be (条件).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Contains this text; the whole of it for short codes.
    Is(String),
    /// Lies between these years or, for amounts, fen, both included.
    Between(u64, u64),
}

impl Query {
    /// The texts that a hit may contain: those not excluded.
    pub fn texts(&self) -> Vec<&Text> {
        match self {
            Self::All | Self::Field(..) | Self::Not(_) => Vec::new(),
            Self::Text(text) => vec![text],
            Self::And(parts) | Self::Or(parts) => parts.iter().flat_map(Self::texts).collect(),
        }
    }

    /// The condition that a facet has this value (分面条件); none for other facets and values.
    pub fn of_facet(facet: &str, value: &str) -> Option<Self> {
        let is = |field: Field| Some(Self::Field(field, Condition::Is(normalise(value).text)));
        match facet {
            "sector" => is(Field::Sector),
            "unit" => is(Field::Unit),
            "round" => is(Field::Round),
            "type" => is(Field::Type),
            "genre" => is(Field::Genre),
            "state" => is(Field::State),
            "year" => value.parse().ok().map(|year| Self::Field(Field::Year, Condition::Between(year, year))),
            "amount" => {
                let at = BANDS.iter().position(|(_, name)| *name == value)?;
                let first = if at == 0 { 0 } else { BANDS[at - 1].0 * 100 };
                Some(Self::Field(Field::Amount, Condition::Between(first, BANDS[at].0 * 100 - 1)))
            }
            _ => None,
        }
    }

    /// The parts that must all hold, those of nested 且 included.
    pub fn side_by_side(&self) -> Vec<&Self> {
        match self {
            Self::And(parts) => parts.iter().flat_map(Self::side_by_side).collect(),
            Self::All => Vec::new(),
            _ => vec![self],
        }
    }
}

impl fmt::Display for Query {
    /// How the query was understood, in Chinese.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let join = |f: &mut fmt::Formatter<'_>, parts: &[Self], word: &str| {
            for (at, part) in parts.iter().enumerate() {
                if at > 0 {
                    write!(f, " {word} ")?;
                }
                match part {
                    Self::And(_) | Self::Or(_) => write!(f, "（{part}）")?,
                    _ => write!(f, "{part}")?,
                }
            }
            Ok(())
        };
        match self {
            Self::All => f.write_str("全部"),
            Self::Text(text) if text.is_exact => write!(f, "原文含“{}”", text.written),
            Self::Text(text) => write!(f, "含{}", text.written),
            Self::Field(field, Condition::Is(value)) => write!(f, "{}={value}", field.term()),
            Self::Field(field, Condition::Between(first, last)) => {
                let shown = |value: u64| match field {
                    Field::Amount => yuan(value),
                    _ => value.to_string(),
                };
                match (first, last) {
                    _ if first == last => write!(f, "{}={}", field.term(), shown(*first)),
                    (0, last) => write!(f, "{}不超过{}", field.term(), shown(*last)),
                    (first, &u64::MAX) => write!(f, "{}不少于{}", field.term(), shown(*first)),
                    (first, last) => write!(f, "{}={}至{}", field.term(), shown(*first), shown(*last)),
                }
            }
            Self::And(parts) => join(f, parts, "且"),
            Self::Or(parts) => join(f, parts, "或"),
            Self::Not(inner) => match &**inner {
                Self::And(_) | Self::Or(_) => write!(f, "不（{inner}）"),
                _ => write!(f, "不{inner}"),
            },
        }
    }
}

/// An amount in fen as people write it.
fn yuan(fen: u64) -> String {
    let plain = |value: f64| {
        let text = format!("{value:.6}");
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    if fen >= 1_000_000 {
        format!("{}万元", plain(fen as f64 / 1e6))
    } else {
        format!("{}元", plain(fen as f64 / 100.0))
    }
}
