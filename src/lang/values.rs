//! Values (数值) in a text: amounts, dates and counts, each in one writing however it was written.
//!
//! 12.35万元, 123,500元 and 十二万三千五百元 are one value; so are 2023年3月6日, 2023-03-06 and 二零二三年三月六日.

use super::number;

/// A value (数值) and where it stands in a normalised text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Value {
    /// First character.
    pub start: usize,
    /// One past the last character.
    pub end: usize,
    /// The same for all writings of the value: `y` and fen for an amount, `d` and ISO 8601 for a date, `n` or, after 第,
    /// `o` and the counter for a count, `p` for a percentage.
    pub canonical: String,
    /// The amount in fen, if it is one.
    pub fen: Option<u64>,
}

impl Value {
    /// The wider values this one lies in (所属的时段): the month and year of a day, the year of a month.
    pub fn wider(&self) -> impl Iterator<Item = &str> {
        let date = if self.canonical.starts_with('d') { self.canonical.as_str() } else { "" };
        date.match_indices('-').map(|(at, _)| &date[..at])
    }
}

/// Counters of people and things whose numbers are worth finding in another writing.
const COUNTERS: &str = "名人位件份笔项个台辆套处起家户天岁轮届批期间栋条吨亩页本张宗次场篇册块所组支";
/// Largest amount, in fen, and count that is believed.
const MAX: u64 = 1_000_000_000_000_000;

/// The values in a normalised text, in order, none inside another.
pub fn values(text: &str) -> Vec<Value> {
    let characters: Vec<char> = text.chars().collect();
    let mut values = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let character = characters[at];
        if !character.is_ascii_digit() && !is_numeral(character) && character != '百' {
            at += 1;
            continue;
        }
        match value(&characters, at) {
            Some(value) => {
                at = value.end;
                values.push(value);
            }
            None => at = run(&characters, at).end.max(at + 1),
        }
    }
    values
}

fn is_numeral(character: char) -> bool {
    "零一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟".contains(character)
}

/// A run of digits or numerals and the number it writes.
struct Run {
    end: usize,
    /// The number in hundredths.
    hundredths: Option<u64>,
    /// How many characters it has, marks between thousands included.
    n_chars: usize,
    is_han: bool,
}

fn run(characters: &[char], start: usize) -> Run {
    let digits = |from: usize| characters[from..].iter().take_while(|it| it.is_ascii_digit()).count();
    if !characters[start].is_ascii_digit() {
        let n_chars = characters[start..].iter().take_while(|it| is_numeral(**it)).count();
        let written: String = characters[start..start + n_chars].iter().collect();
        let hundredths = number(&written).and_then(|it| it.checked_mul(100)).filter(|it| *it <= MAX);
        return Run { end: start + n_chars, hundredths, n_chars, is_han: true };
    }
    let mut end = start + digits(start);
    let mut written: String = characters[start..end].iter().collect();
    // A mark between thousands stands before exactly three digits.
    while characters.get(end) == Some(&',') && end - start <= 20 && digits(end + 1) == 3 && written.len() <= 15 {
        written.extend(&characters[end + 1..end + 4]);
        end += 4;
    }
    let mut hundredths = written.parse::<u64>().ok().and_then(|it| it.checked_mul(100));
    if characters.get(end) == Some(&'.') && characters.get(end + 1).is_some_and(char::is_ascii_digit) {
        let n_decimals = digits(end + 1);
        let decimals: String = characters[end + 1..end + 1 + n_decimals].iter().collect();
        end += 1 + n_decimals;
        hundredths = format!("{written}.{decimals}").parse::<f64>().ok().map(|it| (it * 100.0).round() as u64);
    }
    Run { end, hundredths: hundredths.filter(|it| *it <= MAX), n_chars: end - start, is_han: false }
}

/// The value that starts at a digit or numeral.
fn value(characters: &[char], start: usize) -> Option<Value> {
    if let Some(date) = date(characters, start) {
        return Some(date);
    }
    if characters[start] == '百' && characters.get(start + 1..start + 3) == Some(&['分', '之']) {
        let part = (start + 3 < characters.len()).then(|| run(characters, start + 3))?;
        let hundredths = part.hundredths.filter(|_| part.n_chars > 0)?;
        return Some(Value { start, end: part.end, canonical: format!("p{}", plain(hundredths)), fen: None });
    }
    let run = run(characters, start);
    let skip = |at: usize| at + usize::from(characters.get(at).is_some_and(|it| "余多".contains(*it)));
    let blank = |at: usize| at + usize::from(characters.get(at) == Some(&' '));
    let mut at = blank(skip(run.end));
    let mut factor = 1u64;
    let exact = if run.is_han {
        run.hundredths?
    } else {
        let unit_start = at;
        while let Some(more) = characters.get(at).and_then(|it| multiplier(*it)) {
            factor = factor.checked_mul(more).filter(|it| *it <= 1_000_000_000_000)?;
            at += 1;
        }
        let written: String = characters[start..run.end].iter().filter(|it| **it != ',').collect();
        if at > unit_start {
            let value = (written.parse::<f64>().ok()? * factor as f64 * 100.0).round();
            if value > MAX as f64 {
                return None;
            }
            value as u64
        } else {
            run.hundredths?
        }
    };
    let unit = skip(at);
    match characters.get(unit)? {
        '元' => Some(Value { start, end: unit + 1, canonical: format!("y{exact}"), fen: Some(exact) }),
        '%' => Some(Value { start, end: unit + 1, canonical: format!("p{}", plain(exact)), fen: None }),
        counter if COUNTERS.contains(*counter) => {
            // 一个 is an article; 统一, 三重 are words.
            if run.is_han && run.n_chars == 1 && characters[start] == '一' {
                return None;
            }
            let counter = if "名位".contains(*counter) { '人' } else { *counter };
            let is_ordinal = start > 0 && characters[start - 1] == '第';
            let kind = if is_ordinal { 'o' } else { 'n' };
            Some(Value { start, end: unit + 1, canonical: format!("{kind}{}{counter}", plain(exact)), fen: None })
        }
        _ => None,
    }
}

fn multiplier(character: char) -> Option<u64> {
    Some(match character {
        '百' => 100,
        '千' => 1000,
        '万' => 10_000,
        '亿' => 100_000_000,
        _ => return None,
    })
}

/// Hundredths as a decimal number without needless zeros.
fn plain(hundredths: u64) -> String {
    match hundredths % 100 {
        0 => (hundredths / 100).to_string(),
        rest => format!("{}.{rest:02}", hundredths / 100).trim_end_matches('0').to_owned(),
    }
}

/// A date with its year: 2023年3月6日, 2023-3-6, 2023.3.6, 二零二三年三月, 2023年.
fn date(characters: &[char], start: usize) -> Option<Value> {
    let part = |at: usize| -> Option<(u64, usize)> {
        let first = characters.get(at)?;
        let end = at
            + characters[at..]
                .iter()
                .take_while(|it| if first.is_ascii_digit() { it.is_ascii_digit() } else { is_numeral(**it) })
                .count();
        let written: String = characters[at..end].iter().collect();
        Some((number(&written)?, end))
    };
    let (year, end) = part(start)?;
    if end - start != 4 || !(1900..2200).contains(&year) {
        return None;
    }
    let made = |canonical: String, end: usize| Some(Value { start, end, canonical, fen: None });
    let mark = *characters.get(end)?;
    if "-./".contains(mark) && characters[start].is_ascii_digit() {
        let (month, month_end) = part(end + 1).filter(|(month, _)| (1..=12).contains(month))?;
        let (day, day_end) = (characters.get(month_end) == Some(&mark))
            .then(|| part(month_end + 1))?
            .filter(|(day, day_end)| (1..=31).contains(day) && day_end - month_end <= 3)?;
        return made(format!("d{year}-{month:02}-{day:02}"), day_end);
    }
    if mark != '年' {
        return None;
    }
    let Some((month, month_end)) = part(end + 1)
        .filter(|(month, month_end)| (1..=12).contains(month) && characters.get(*month_end) == Some(&'月'))
    else {
        return made(format!("d{year}"), end + 1);
    };
    match part(month_end + 1) {
        Some((day, day_end))
            if (1..=31).contains(&day) && characters.get(day_end).is_some_and(|it| "日号".contains(*it)) =>
        {
            made(format!("d{year}-{month:02}-{day:02}"), day_end + 1)
        }
        _ => made(format!("d{year}-{month:02}"), month_end + 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical(text: &str) -> Vec<String> {
        values(&crate::lang::normalise(text).text).into_iter().map(|value| value.canonical).collect()
    }

    #[test]
    fn writings_of_one_value_meet() {
        for (writings, value) in [
            (
                &["12.35万元", "123,500元", "十二万三千五百元", "123500元", "12.35 万元", "１２.３５万余元"][..],
                "y12350000",
            ),
            (&["2023年3月6日", "2023-03-06", "2023.3.6", "二〇二三年三月六日", "２０２３年３月６号"], "d2023-03-06"),
            (&["23名", "二十三人", "23余名"], "n23人"),
            (&["30%", "百分之三十"], "p30"),
            (&["1.2亿元", "一亿二千万元", "12000万元"], "y12000000000"),
        ] {
            for text in writings {
                assert_eq!(canonical(&format!("共{text}。")), [value], "{text}");
            }
        }
        assert_eq!(canonical("一个统一的三重一大、四风"), [""; 0]);
        assert_eq!(canonical("2023年有12,345元、第三轮3份"), ["d2023", "y1234500", "o3轮", "n3份"]);
    }

    #[test]
    fn strange_numbers_are_none() {
        for text in ["99999999999999999999999元", "万亿亿亿亿元", "百分之", "2023年13月", "1,2元", "12.", "百"]
        {
            let _ = canonical(text);
        }
        assert_eq!(canonical("99999999999999999999999元"), [""; 0]);
    }
}
