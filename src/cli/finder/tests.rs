//! The finder, pressed and looked at without a terminal.

use std::cell::RefCell;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::*;

/// Findings that hold what was typed; a bracket alone is an unfinished query.
struct Few {
    texts: Vec<String>,
    exported: RefCell<Vec<String>>,
}

impl Few {
    fn new() -> Self {
        let mut texts: Vec<String> = [
            "食堂采购“化整为零”，规避公开招标，涉及金额12.35万元，这一条很长，长得一行放不下，要在末尾截断才看得清楚",
            "食堂账目不清",
            "校服征订没有公示",
        ]
        .map(str::to_owned)
        .into();
        texts.extend((0..120).map(|at| format!("往来款第{at}笔长期挂账")));
        Self { texts, exported: RefCell::default() }
    }

    fn choice(count: u64) -> Choice {
        Choice { facet: "sector", value: "教育".to_owned(), shown: "教育".to_owned(), count }
    }
}

impl Source for Few {
    fn find(&self, text: &str, filters: &[Filter], limit: usize) -> Result<Found, Error> {
        if text.contains('(') {
            return Err(Error::new("左括号没有配对的右括号", "接着写"));
        }
        let is_out = filters.iter().any(|filter| filter.is_excluded);
        let hits: Vec<&String> = self.texts.iter().filter(|it| it.contains(text) && !is_out).collect();
        let marks = |quote: &str| {
            quote.find(text).filter(|_| !text.is_empty()).map(|at| {
                let start = quote[..at].chars().count();
                [start, start + text.chars().count()]
            })
        };
        let row = |quote: &&String| Row {
            id: (*quote).clone(),
            quote: (*quote).clone(),
            marks: marks(quote).into_iter().collect(),
            facts: "东澜市教育局党组｜六届市委第四轮".to_owned(),
            rung: Rung::AsAsked,
        };
        let rows = hits.iter().take(limit).map(row).collect();
        Ok(Found {
            total: hits.len(),
            summary: format!("原样{}条", hits.len()),
            rows,
            choices: vec![Self::choice(hits.len() as u64)],
        })
    }

    fn open(&self, id: &str, _: &str) -> Result<(String, Vec<Passage>), Error> {
        let passage = |text: &str, is_hit| Passage { text: text.to_owned(), marks: Vec::new(), is_hit };
        let passages = vec![passage("二、存在的主要问题", false), passage(id, true), passage("三、意见建议", false)];
        Ok(("《反馈意见》第2段".to_owned(), passages))
    }

    fn export(&self, text: &str, _: &[Filter], file: &Path) -> Result<usize, Error> {
        self.exported.borrow_mut().push(format!("{text} {}", file.display()));
        Ok(2)
    }
}

fn press(finder: &mut Finder<'_>, codes: &[KeyCode]) -> bool {
    codes.iter().all(|code| finder.press(KeyEvent::new(*code, KeyModifiers::NONE)))
}

fn type_in(finder: &mut Finder<'_>, text: &str) {
    for character in text.chars() {
        assert!(press(finder, &[KeyCode::Char(character)]));
    }
}

fn seen(finder: &Finder<'_>) -> String {
    let mut terminal = Terminal::new(TestBackend::new(90, 16)).unwrap_or_else(|error| match error {});
    terminal.draw(|frame| screen::draw(finder, frame)).unwrap_or_else(|error| match error {});
    // Of each line what is between its quotation marks; after them stands which cells wide characters cover.
    let screen = terminal.backend().to_string();
    let line =
        |line: &str| line.trim_start_matches('"').split("\" Hidden").next().unwrap_or_default().to_owned() + "\n";
    screen.lines().map(|it| line(it.trim_end_matches('"'))).collect()
}

#[test]
fn typing_finds_and_escape_leaves() {
    let few = Few::new();
    let mut finder = Finder::new(&few);
    assert_eq!(finder.found.total, 123);
    type_in(&mut finder, "食堂");
    assert_eq!((finder.found.total, finder.selected), (2, 0));
    press(&mut finder, &[KeyCode::Left, KeyCode::Backspace]);
    assert_eq!((finder.text().as_str(), finder.cursor), ("堂", 0));
    press(&mut finder, &[KeyCode::Down, KeyCode::Down, KeyCode::Down]);
    assert_eq!(finder.selected, 1);
    type_in(&mut finder, "(");
    assert_eq!((finder.found.total, finder.message.as_str()), (2, "左括号没有配对的右括号"));
    assert!(press(&mut finder, &[KeyCode::Esc]));
    assert_eq!(finder.text(), "");
    assert!(!press(&mut finder, &[KeyCode::Esc]));
}

#[test]
fn every_hit_can_be_reached() {
    let few = Few::new();
    let mut finder = Finder::new(&few);
    for _ in 0..200 {
        press(&mut finder, &[KeyCode::Down]);
    }
    assert_eq!((finder.selected, finder.found.rows.len()), (122, 123));
    press(&mut finder, &[KeyCode::PageUp]);
    assert_eq!(finder.selected, 122 - STEP);
}

#[test]
fn facets_narrow_exclude_and_are_taken_back() {
    let few = Few::new();
    let mut finder = Finder::new(&few);
    press(&mut finder, &[KeyCode::Tab, KeyCode::Char(' ')]);
    assert!(!finder.filters[0].is_excluded);
    press(&mut finder, &[KeyCode::Char('-')]);
    assert!(finder.filters[0].is_excluded && finder.found.total == 0);
    press(&mut finder, &[KeyCode::Char('-')]);
    assert!(finder.filters.is_empty() && finder.found.total == 123);
    press(&mut finder, &[KeyCode::Tab]);
    assert_eq!(finder.mode, Mode::Typing);
}

#[test]
fn export_asks_for_a_file() {
    let few = Few::new();
    let mut finder = Finder::new(&few);
    type_in(&mut finder, "食堂");
    finder.press(KeyEvent::new(KeyCode::Char('s'), KeyModifiers::CONTROL));
    assert_eq!(finder.mode, Mode::Exporting("检索结果.xlsx".to_owned()));
    press(&mut finder, &[KeyCode::Esc]);
    assert!(few.exported.borrow().is_empty());
    finder.press(KeyEvent::new(KeyCode::Char('s'), KeyModifiers::CONTROL));
    press(&mut finder, &[KeyCode::Backspace; 4]);
    type_in(&mut finder, "csv");
    press(&mut finder, &[KeyCode::Enter]);
    assert_eq!(*few.exported.borrow(), ["食堂 检索结果.csv"]);
    assert_eq!(finder.message, "检索结果.csv：已写出2条");
    assert!(!finder.press(KeyEvent::new(KeyCode::Char('c'), KeyModifiers::CONTROL)));
}

#[test]
fn what_it_looks_like() {
    let few = Few::new();
    let mut finder = Finder::new(&few);
    type_in(&mut finder, "食堂");
    let mut screens = vec![seen(&finder)];
    press(&mut finder, &[KeyCode::Tab, KeyCode::Char('-')]);
    screens.push(seen(&finder));
    press(&mut finder, &[KeyCode::Char('-'), KeyCode::Tab, KeyCode::Enter]);
    screens.push(seen(&finder));
    insta::assert_snapshot!("finder", screens.join("\n"));
}
