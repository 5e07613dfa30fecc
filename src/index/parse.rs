//! Reading the query language (检索式): words and phrases, 且 by default, 或, 排除, brackets, and fields such as 单位：.

use super::query::{Condition, Field, Query, Text};
use crate::lang::{normalise, values};

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

/// Longest query, in characters (检索式长度上限).
pub const MAX_CHARS: usize = 2_000;
/// Most words and conditions of a query.
const MAX_LEAVES: usize = 200;
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
    let mut parser = Parser { characters, at: 0, n_leaves: 0 };
    let query = parser.any(0)?;
    if parser.at < parser.characters.len() {
        return Err(parser.error("多了一个右括号", parser.at, parser.at + 1));
    }
    Ok(query)
}

struct Parser {
    characters: Vec<char>,
    at: usize,
    n_leaves: usize,
}

const OR: [&str; 5] = ["或", "or", "OR", "|", "｜"];
const AND: [&str; 4] = ["且", "and", "AND", "&"];
const NOT: [&str; 3] = ["非", "not", "NOT"];
/// Marks between a field and its value.
const COLONS: &str = ":：";
/// Marks that compare, for fields with an order.
const COMPARES: &str = "<>≤≥=＜＞＝≦≧";

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
        while self.eat_word(&OR) {
            parts.push(self.all(depth)?);
        }
        Ok(if parts.len() == 1 { parts.remove(0) } else { Query::Or(parts) })
    }

    /// Terms that must all hold.
    fn all(&mut self, depth: usize) -> Result<Query, QueryError> {
        let mut parts = Vec::new();
        loop {
            self.skip_space();
            if self.eat_word(&AND) {
                continue;
            }
            match self.peek() {
                None | Some(')' | '）') => break,
                Some(_) if self.sees_word(&OR) => break,
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
        self.n_leaves += 1;
        if self.n_leaves > MAX_LEAVES {
            return Err(self.error(&format!("词和条件太多，超过{MAX_LEAVES}个"), start, start + 1));
        }
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
            Some(_) if NOT.iter().any(|word| self.sees_word(&[word])) => {
                self.eat_word(&NOT);
                self.skip_space();
                match self.peek() {
                    // 非 at the end is a word like any other.
                    None | Some(')' | '）') => {
                        Ok(text(&self.characters[start..self.at].iter().collect::<String>(), false))
                    }
                    Some('-' | '－') => Err(self.error("“非”后面要写排除的词", start, self.at)),
                    Some(_) if NOT.iter().any(|word| self.sees_word(&[word])) => {
                        Err(self.error("连写了两个“非”", start, self.at + 1))
                    }
                    Some(_) => Ok(self.term(depth)?.map(|inner| Query::Not(Box::new(inner)))),
                }
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
            if COLONS.contains(character) || COMPARES.contains(character) {
                let name: String = self.characters[start..self.at].iter().collect();
                let is_compared = COMPARES.contains(character);
                if let Some(field) = Field::named(&name).filter(|field| !is_compared || field.has_order()) {
                    self.at += usize::from(!is_compared);
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
        if field.has_order() {
            let bound = |text: &str| if field == Field::Year { year(text) } else { fen(text) };
            let example = if field == Field::Year {
                "年度要写成 2023、2021-2023 或 >2020"
            } else {
                "金额要写成 >10万、<5000 或 10万-50万"
            };
            let (first, last) = range(&value, bound).ok_or_else(|| self.error(example, start, self.at))?;
            return Ok(Query::Field(field, Condition::Between(first, last)));
        }
        if matches!(field, Field::Unit | Field::Round) {
            return Ok(Query::Field(field, Condition::Is(value)));
        }
        // Several values of a closed list are alternatives.
        let mut parts: Vec<Query> = value
            .split([',', '、', '/'])
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| Query::Field(field, Condition::Is(part.to_owned())))
            .collect();
        match parts.len() {
            0 => Err(self.error(&format!("“{}：”后面没有内容", field.term()), start, self.at)),
            1 => Ok(parts.remove(0)),
            _ => Ok(Query::Or(parts)),
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
        '"' | '＂' | '“' | '”' | '〝' | '〞' => Some(&['"', '＂', '”', '“', '〝', '〞', '〟']),
        '‘' | '’' | '＇' => Some(&['’', '‘', '＇', '\'']),
        '\'' => Some(&['\'', '’', '＇']),
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

impl Field {
    /// Whether its values can be compared.
    fn has_order(self) -> bool {
        matches!(self, Self::Year | Self::Amount)
    }
}

/// A year such as 2023 or 2023年.
fn year(text: &str) -> Option<u64> {
    let digits = text.trim().trim_end_matches('年');
    (digits.len() == 4).then(|| digits.parse().ok())?
}

/// An amount such as 10万, 5000元 or 1,200.5, in fen.
fn fen(text: &str) -> Option<u64> {
    let text = text.trim().trim_end_matches('元');
    let written = format!("{text}元");
    match &values(&written)[..] {
        [value] if value.start == 0 && value.end == written.chars().count() => value.fen,
        _ => None,
    }
}

/// A normalised range: one value, two with - or 至 between, or one with a mark or word that compares.
fn range(value: &str, bound: impl Fn(&str) -> Option<u64>) -> Option<(u64, u64)> {
    for (marks, is_lower, is_open) in [
        (&[">=", "=>", "≥", "≧", "不少于", "不低于"][..], true, false),
        (&["<=", "=<", "≤", "≦", "不超过", "不高于"], false, false),
        (&[">", "大于", "超过", "高于"], true, true),
        (&["<", "小于", "低于", "少于"], false, true),
    ] {
        if let Some(rest) = marks.iter().find_map(|mark| value.strip_prefix(mark)) {
            let at = bound(rest)?;
            return match (is_lower, is_open) {
                (true, open) => Some((at.checked_add(u64::from(open))?, u64::MAX)),
                (false, open) => Some((0, at.checked_sub(u64::from(open))?)),
            };
        }
    }
    let value = value.strip_prefix('=').unwrap_or(value);
    for (words, is_lower) in [(&["以来", "以后", "以上", "起", "-"][..], true), (&["以前", "以下", "以内"], false)]
    {
        if let Some(rest) = words.iter().find_map(|word| value.strip_suffix(word)) {
            let at = bound(rest)?;
            return Some(if is_lower { (at, u64::MAX) } else { (0, at) });
        }
    }
    if let Some(last) = value.strip_prefix('-') {
        return Some((0, bound(last)?));
    }
    let parts = ["至", "到", "..", "-"].iter().find_map(|mark| value.split_once(mark));
    match parts {
        None => bound(value).map(|at| (at, at)),
        Some((first, last)) => {
            // 10-50万 is 10万-50万, as people write it.
            let unit: String = last.chars().skip_while(|it| !"万亿千百".contains(*it)).collect();
            let is_bare = !unit.is_empty() && first.trim().chars().all(|it| it.is_ascii_digit() || it == '.');
            let first = if is_bare { bound(&format!("{first}{unit}")) } else { bound(first) }?;
            bound(last).filter(|last| first <= *last).map(|last| (first, last))
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
            ("金额:>10万", "金额不少于10.000001万元"),
            ("金额：≥5000 金额:<1.5万元", "金额不少于5000元 且 金额不超过1.499999万元"),
            ("金额>=10万 金额:10-50万", "金额不少于10万元 且 金额=10万元至50万元"),
            ("年度:2021至2022 年度>2020 年份：2019年以来", "年度=2021至2022 且 年度不少于2021 且 年度不少于2019"),
            ("系统:教育、卫健 -系统:公安", "（系统=教育 或 系统=卫健） 且 不系统=公安"),
            ("整改:已完成", "整改=已完成"),
            ("「食堂」『采购』‘比价’\"询价“", "原文含“食堂” 且 原文含“采购” 且 原文含“比价” 且 原文含“询价”"),
            ("食堂 非 招标 且 NOT (物业 或 保安)", "含食堂 且 不含招标 且 不（含物业 或 含保安）"),
            ("非", "含非"),
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
            ("年度:去年", "年度要写成 2023、2021-2023 或 >2020"),
            ("年度:2023-2021", "年度要写成 2023、2021-2023 或 >2020"),
            ("金额:很多", "金额要写成 >10万、<5000 或 10万-50万"),
        ] {
            assert_eq!(parse(text).unwrap_err().message, message, "{text}");
        }
        assert!(parse(&"(".repeat(1_500)).is_err());
        assert!(parse(&"-".repeat(1_500)).is_ok());
        assert!(parse(&"非 ".repeat(1_500)).is_err());
        assert!(parse(&"-(".repeat(1_500)).is_err());
        assert!(parse(&"食 或 ".repeat(900)).is_err());
        assert!(parse(&"食".repeat(100_000)).is_err());
    }
}
