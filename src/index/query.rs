//! The query language (检索式): words and phrases, 且 by default, 或, 排除, brackets, and fields such as 单位：.

use std::fmt;

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
}

impl Field {
    /// All fields with their Chinese and English names; the first is shown.
    pub const NAMES: [(Self, [&'static str; 3]); 7] = [
        (Self::Unit, ["单位", "被巡察单位", "unit"]),
        (Self::Sector, ["系统", "领域", "sector"]),
        (Self::Round, ["轮次", "届次", "round"]),
        (Self::Year, ["年度", "年份", "year"]),
        (Self::Type, ["类型", "问题类型", "type"]),
        (Self::Genre, ["文种", "文书", "genre"]),
        (Self::State, ["整改", "整改状态", "state"]),
    ];

    /// The Chinese name.
    pub fn term(self) -> &'static str {
        Self::NAMES.iter().find(|(field, _)| *field == self).map_or("", |(_, names)| names[0])
    }

    fn named(name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        Self::NAMES.iter().find(|(_, names)| names.contains(&name.as_str())).map(|(field, _)| *field)
    }
}

/// What a field must be (条件).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Condition {
    /// Contains this text; the whole of it for short codes.
    Is(String),
    /// Lies between these years, both included.
    Between(u64, u64),
}

/// What is wrong with a query (检索式错误), and where, in characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueryError {
    /// What is wrong, in Chinese.
    pub message: String,
    /// First character of the place.
    pub start: usize,
    /// One past its last character.
    pub end: usize,
}

/// Longest query, in characters.
const MAX_CHARS: usize = 2_000;
/// Deepest nesting of brackets.
const MAX_DEPTH: usize = 32;

/// The whole text as one literal (整句照查), for pasted text whose marks make no query.
pub fn literally(written: &str) -> Query {
    text(written, true).unwrap_or(Query::All)
}

/// Parses a query.
///
/// # Errors
/// Brackets or quotation marks without partner, a field without value, or a query beyond the limits.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    let characters: Vec<char> =
        text.chars().map(|character| if character.is_control() { ' ' } else { character }).collect();
    if characters.len() > MAX_CHARS {
        return Err(QueryError {
            message: format!("检索式太长，超过{MAX_CHARS}字"),
            start: MAX_CHARS,
            end: characters.len(),
        });
    }
    let mut parser = Parser { characters, at: 0 };
    let query = parser.any(0)?;
    if parser.at < parser.characters.len() {
        return Err(parser.error("多了一个右括号", parser.at, parser.at + 1));
    }
    Ok(query)
}

struct Parser {
    characters: Vec<char>,
    at: usize,
}

impl Parser {
    fn error(&self, message: &str, start: usize, end: usize) -> QueryError {
        QueryError { message: message.to_owned(), start, end: end.min(self.characters.len()) }
    }

    fn peek(&self) -> Option<char> {
        self.characters.get(self.at).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(char::is_whitespace) {
            self.at += 1;
        }
    }

    /// Alternatives.
    fn any(&mut self, depth: usize) -> Result<Query, QueryError> {
        if depth > MAX_DEPTH {
            return Err(self.error("括号套得太深", self.at, self.at + 1));
        }
        let mut parts = vec![self.all(depth)?];
        while self.eat_word(&["或", "or", "OR", "|", "｜"]) {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Query::Or(parts) })
    }

    /// Terms that must all hold.
    fn all(&mut self, depth: usize) -> Result<Query, QueryError> {
        let mut parts = Vec::new();
        loop {
            self.skip_space();
            if self.eat_word(&["且", "and", "AND"]) {
                continue;
            }
            match self.peek() {
                None | Some(')' | '）') => break,
                Some(_) if self.sees_word(&["或", "or", "OR", "|", "｜"]) => break,
                Some(_) => parts.extend(self.term(depth)?),
            }
        }
        Ok(match parts.len() {
            0 => Query::All,
            1 => parts.remove(0),
            _ => Query::And(parts),
        })
    }

    /// One term; punctuation alone is none.
    fn term(&mut self, depth: usize) -> Result<Option<Query>, QueryError> {
        let start = self.at;
        match self.peek() {
            Some('-' | '－') => {
                self.at += 1;
                if self.peek().is_none_or(char::is_whitespace) {
                    return Ok(None);
                }
                // Twice excluded is included; a run of marks must not become a run of calls.
                let mut is_excluded = true;
                while matches!(self.peek(), Some('-' | '－')) {
                    self.at += 1;
                    is_excluded = !is_excluded;
                }
                let inner = if self.peek().is_none_or(char::is_whitespace) { None } else { self.term(depth)? };
                Ok(inner.map(|inner| if is_excluded { Query::Not(Box::new(inner)) } else { inner }))
            }
            Some('(' | '（') => {
                self.at += 1;
                let inner = self.any(depth + 1)?;
                if !matches!(self.peek(), Some(')' | '）')) {
                    return Err(self.error("左括号没有配对的右括号", start, start + 1));
                }
                self.at += 1;
                Ok(Some(inner))
            }
            Some(quote) if closing_quote(quote).is_some() => Ok(text(&self.quoted()?, true)),
            _ => self.bare(),
        }
    }

    /// The text between quotation marks.
    fn quoted(&mut self) -> Result<String, QueryError> {
        let start = self.at;
        let close = self.peek().and_then(closing_quote).unwrap_or(&['"']);
        let end = (start + 1..self.characters.len()).find(|&at| close.contains(&self.characters[at]));
        let Some(end) = end else { return Err(self.error("引号没有配对", start, start + 1)) };
        self.at = end + 1;
        Ok(self.characters[start + 1..end].iter().collect())
    }

    /// A bare word, or a field and its value.
    fn bare(&mut self) -> Result<Option<Query>, QueryError> {
        let start = self.at;
        while let Some(character) = self.peek() {
            if character.is_whitespace()
                || "()（）|｜".contains(character)
                || closing_quote(character).is_some() && self.at > start
            {
                break;
            }
            if ":：".contains(character) {
                let name: String = self.characters[start..self.at].iter().collect();
                if let Some(field) = Field::named(&name) {
                    self.at += 1;
                    return self.condition(field, start).map(Some);
                }
            }
            self.at += 1;
        }
        let word: String = self.characters[start..self.at].iter().collect();
        Ok(text(&word, false))
    }

    fn condition(&mut self, field: Field, start: usize) -> Result<Query, QueryError> {
        let value = if self.peek().and_then(closing_quote).is_some() {
            self.quoted()?
        } else {
            let from = self.at;
            while self.peek().is_some_and(|character| !character.is_whitespace() && !"()（）|｜".contains(character))
            {
                self.at += 1;
            }
            self.characters[from..self.at].iter().collect()
        };
        let value = normalise(value.trim()).text;
        if value.is_empty() {
            return Err(self.error(&format!("“{}：”后面没有内容", field.term()), start, self.at));
        }
        if field != Field::Year {
            return Ok(Query::Field(field, Condition::Is(value)));
        }
        let years: Vec<Option<u64>> =
            value.split('-').map(|year| year.trim().trim_end_matches('年').parse().ok()).collect();
        match years[..] {
            [Some(year)] => Ok(Query::Field(field, Condition::Between(year, year))),
            [Some(first), Some(last)] if first <= last => Ok(Query::Field(field, Condition::Between(first, last))),
            _ => Err(self.error("年度要写成2023或2021-2023", start, self.at)),
        }
    }

    /// Whether one of these words stands here by itself.
    fn sees_word(&self, words: &[&str]) -> bool {
        words.iter().any(|word| {
            let n_chars = word.chars().count();
            let here =
                self.characters.get(self.at..self.at + n_chars).is_some_and(|it| it.iter().copied().eq(word.chars()));
            let after = self.characters.get(self.at + n_chars);
            let is_mark = word.starts_with(['|', '｜']);
            here && (is_mark || after.is_none_or(|after| after.is_whitespace() || "(（".contains(*after)))
        })
    }

    fn eat_word(&mut self, words: &[&str]) -> bool {
        self.skip_space();
        let Some(word) = words.iter().find(|word| self.sees_word(&[word])) else { return false };
        self.at += word.chars().count();
        true
    }
}

fn closing_quote(open: char) -> Option<&'static [char]> {
    match open {
        '"' | '＂' => Some(&['"', '＂']),
        '“' | '”' => Some(&['”', '“']),
        '「' => Some(&['」']),
        '『' => Some(&['』']),
        _ => None,
    }
}

/// A text leaf; white space around it says nothing.
fn text(written: &str, is_exact: bool) -> Option<Query> {
    let literal = normalise(written.trim()).text;
    let literal = literal.trim();
    (!literal.is_empty())
        .then(|| Query::Text(Text { written: written.trim().to_owned(), literal: literal.to_owned(), is_exact }))
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

    /// Whether the query is nothing but words side by side, so that it may be widened when nothing is found.
    pub fn is_plain(&self) -> bool {
        match self {
            Self::Text(text) => !text.is_exact,
            Self::And(parts) => parts.iter().all(|part| matches!(part, Self::Text(text) if !text.is_exact)),
            _ => false,
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
            Self::Field(field, Condition::Between(first, last)) if first == last => {
                write!(f, "{}={first}", field.term())
            }
            Self::Field(field, Condition::Between(first, last)) => write!(f, "{}={first}至{last}", field.term()),
            Self::And(parts) => join(f, parts, "且"),
            Self::Or(parts) => join(f, parts, "或"),
            Self::Not(inner) => match &**inner {
                Self::And(_) | Self::Or(_) => write!(f, "不（{inner}）"),
                _ => write!(f, "不{inner}"),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn understood() {
        for (text, understood) in [
            ("食堂 采购", "含食堂 且 含采购"),
            ("“食堂采购” -招标", "原文含“食堂采购” 且 不含招标"),
            ("食堂 或 校服 系统：教育", "含食堂 或 （含校服 且 系统=教育）"),
            ("(食堂|校服) 年度:2021-2023", "（含食堂 或 含校服） 且 年度=2021至2023"),
            ("", "全部"),
            ("，。", "含，。"),
            ("——决策", "含——决策"),
            ("--食堂", "含食堂"),
            ("12:30", "含12:30"),
        ] {
            assert_eq!(parse(text).unwrap().to_string(), understood, "{text}");
        }
    }

    #[test]
    fn mistakes_are_explained() {
        for (text, message) in [
            ("(食堂", "左括号没有配对的右括号"),
            ("食堂)", "多了一个右括号"),
            ("“食堂", "引号没有配对"),
            ("单位：", "“单位：”后面没有内容"),
            ("年度:去年", "年度要写成2023或2021-2023"),
        ] {
            assert_eq!(parse(text).unwrap_err().message, message, "{text}");
        }
        assert!(parse(&"(".repeat(1_500)).is_err());
        assert!(parse(&"-".repeat(1_500)).is_ok());
        assert!(parse(&"食".repeat(100_000)).is_err());
    }
}
