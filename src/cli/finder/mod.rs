//! The finder (检索界面): a full screen that searches while one types. What a key does (here), how it looks (`screen.rs`)
//! and where the hits come from (`source.rs`) are apart, so that the first two can be tested without a terminal.

mod screen;
mod source;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::time::Duration;

use ratatui::crossterm::event::{self, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers};
use source::Records;

use crate::diag::Error;
use crate::index::Rung;
use crate::workspace::Workspace;

/// A hit as it is listed.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Row {
    id: String,
    quote: String,
    /// Characters of the quote that are marked.
    marks: Vec<[usize; 2]>,
    facts: String,
    rung: Rung,
}

/// A value of a facet, as it can be chosen.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Choice {
    facet: &'static str,
    /// As the index has it, and as people call it.
    value: String,
    shown: String,
    count: u64,
}

/// A facet value that was chosen: only with it, or without it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Filter {
    choice: Choice,
    is_excluded: bool,
}

/// An answer as far as it is shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Found {
    total: usize,
    /// How the hits were found, in words.
    summary: String,
    rows: Vec<Row>,
    choices: Vec<Choice>,
}

/// A paragraph of an opened document.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Passage {
    text: String,
    marks: Vec<[usize; 2]>,
    /// Whether the hit stands in it.
    is_hit: bool,
}

/// Where hits come from.
trait Source {
    fn find(&self, text: &str, filters: &[Filter], limit: usize) -> Result<Found, Error>;
    fn open(&self, id: &str, text: &str) -> Result<(String, Vec<Passage>), Error>;
    fn export(&self, text: &str, filters: &[Filter], file: &Path) -> Result<usize, Error>;
}

/// What the keys go to.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Mode {
    Typing,
    /// Choosing a facet value, by its place in the list.
    Choosing(usize),
    /// Reading a document from this paragraph on.
    Reading {
        title: String,
        passages: Vec<Passage>,
        top: usize,
    },
    /// Naming the file to export to.
    Exporting(String),
}

/// The state of the finder.
struct Finder<'a> {
    source: &'a dyn Source,
    input: Vec<char>,
    cursor: usize,
    filters: Vec<Filter>,
    found: Found,
    limit: usize,
    selected: usize,
    mode: Mode,
    message: String,
}

/// Hits are fetched so many at a time.
const PAGE: usize = 50;
/// Hits passed over by a page key.
const STEP: usize = 8;

impl<'a> Finder<'a> {
    fn new(source: &'a dyn Source) -> Self {
        let mut finder = Self {
            source,
            input: Vec::new(),
            cursor: 0,
            filters: Vec::new(),
            found: Found::default(),
            limit: PAGE,
            selected: 0,
            mode: Mode::Typing,
            message: String::new(),
        };
        finder.find_anew();
        finder
    }

    fn text(&self) -> String {
        self.input.iter().collect()
    }

    /// Searches; a query that is not finished leaves the hits as they are and says what is missing.
    fn find(&mut self) {
        match self.source.find(&self.text(), &self.filters, self.limit) {
            Ok(found) => {
                self.found = found;
                self.message.clear();
            }
            Err(error) => self.message = error.message,
        }
        self.selected = self.selected.min(self.found.rows.len().saturating_sub(1));
    }

    fn find_anew(&mut self) {
        (self.limit, self.selected) = (PAGE, 0);
        self.find();
    }

    /// Takes a key; whether the finder goes on.
    fn press(&mut self, key: KeyEvent) -> bool {
        if key.modifiers.contains(KeyModifiers::CONTROL) && key.code == KeyCode::Char('c') {
            return false;
        }
        match std::mem::replace(&mut self.mode, Mode::Typing) {
            Mode::Typing => return self.press_typing(key),
            Mode::Choosing(at) => self.press_choosing(at, key),
            Mode::Reading { title, passages, top } => self.press_reading(title, passages, top, key),
            Mode::Exporting(name) => self.press_exporting(name, key),
        }
        true
    }

    fn press_typing(&mut self, key: KeyEvent) -> bool {
        let is_control = key.modifiers.contains(KeyModifiers::CONTROL);
        match key.code {
            KeyCode::Esc if self.input.is_empty() && self.filters.is_empty() => return false,
            KeyCode::Esc => {
                self.input.clear();
                self.filters.clear();
                self.cursor = 0;
                self.find_anew();
            }
            KeyCode::Char('s') if is_control => self.mode = Mode::Exporting("检索结果.xlsx".to_owned()),
            KeyCode::Char(_) if is_control => {}
            KeyCode::Char(character) => {
                self.input.insert(self.cursor, character);
                self.cursor += 1;
                self.find_anew();
            }
            KeyCode::Backspace if self.cursor > 0 => {
                self.cursor -= 1;
                self.input.remove(self.cursor);
                self.find_anew();
            }
            KeyCode::Delete if self.cursor < self.input.len() => {
                self.input.remove(self.cursor);
                self.find_anew();
            }
            KeyCode::Left => self.cursor = self.cursor.saturating_sub(1),
            KeyCode::Right => self.cursor = (self.cursor + 1).min(self.input.len()),
            KeyCode::Home => self.cursor = 0,
            KeyCode::End => self.cursor = self.input.len(),
            KeyCode::Up => self.selected = self.selected.saturating_sub(1),
            KeyCode::PageUp => self.selected = self.selected.saturating_sub(STEP),
            KeyCode::Down => self.go_down(1),
            KeyCode::PageDown => self.go_down(STEP),
            KeyCode::Tab if !self.found.choices.is_empty() => self.mode = Mode::Choosing(0),
            KeyCode::Enter => self.open(),
            _ => {}
        }
        true
    }

    /// Goes down the hits, fetching more where the list ends.
    fn go_down(&mut self, n: usize) {
        let wanted = self.selected + n;
        if wanted >= self.found.rows.len() && self.found.rows.len() < self.found.total {
            self.limit = wanted + PAGE;
            self.find();
        }
        self.selected = wanted.min(self.found.rows.len().saturating_sub(1));
    }

    fn open(&mut self) {
        let Some(row) = self.found.rows.get(self.selected) else { return };
        match self.source.open(&row.id, &self.text()) {
            Ok((title, passages)) => {
                let at = passages.iter().position(|passage| passage.is_hit).unwrap_or(0);
                self.mode = Mode::Reading { title, passages, top: at.saturating_sub(2) };
            }
            Err(error) => self.message = error.message,
        }
    }

    fn press_choosing(&mut self, at: usize, key: KeyEvent) {
        let last = self.found.choices.len().saturating_sub(1);
        match key.code {
            KeyCode::Up => self.mode = Mode::Choosing(at.saturating_sub(1)),
            KeyCode::Down => self.mode = Mode::Choosing((at + 1).min(last)),
            KeyCode::Enter | KeyCode::Char(' ' | '-') => {
                self.choose(at, key.code == KeyCode::Char('-'));
                self.mode = Mode::Choosing(at.min(self.found.choices.len().saturating_sub(1)));
            }
            KeyCode::Esc | KeyCode::Tab => {}
            _ => self.mode = Mode::Choosing(at),
        }
    }

    /// Sets, turns round or takes away the filter of a facet value.
    fn choose(&mut self, at: usize, is_excluded: bool) {
        let Some(choice) = self.found.choices.get(at).cloned() else { return };
        let known = self
            .filters
            .iter()
            .position(|filter| filter.choice.facet == choice.facet && filter.choice.value == choice.value);
        match known {
            Some(known) if self.filters[known].is_excluded == is_excluded => {
                self.filters.remove(known);
            }
            Some(known) => self.filters[known].is_excluded = is_excluded,
            None => self.filters.push(Filter { choice, is_excluded }),
        }
        self.find_anew();
    }

    fn press_reading(&mut self, title: String, passages: Vec<Passage>, top: usize, key: KeyEvent) {
        let last = passages.len().saturating_sub(1);
        let top = match key.code {
            KeyCode::Esc | KeyCode::Enter | KeyCode::Char('q') => return,
            KeyCode::Up => top.saturating_sub(1),
            KeyCode::Down => (top + 1).min(last),
            KeyCode::PageUp => top.saturating_sub(STEP),
            KeyCode::PageDown => (top + STEP).min(last),
            KeyCode::Home => 0,
            KeyCode::End => last,
            _ => top,
        };
        self.mode = Mode::Reading { title, passages, top };
    }

    fn press_exporting(&mut self, mut name: String, key: KeyEvent) {
        match key.code {
            KeyCode::Esc => return,
            KeyCode::Enter => {
                let file = PathBuf::from(name.trim());
                self.message = match self.source.export(&self.text(), &self.filters, &file) {
                    Ok(n) => format!("{}：已写出{n}条", file.display()),
                    Err(error) => format!("{}；{}", error.message, error.hint),
                };
                return;
            }
            KeyCode::Backspace => {
                name.pop();
            }
            KeyCode::Char(character) => name.push(character),
            _ => {}
        }
        self.mode = Mode::Exporting(name);
    }
}

/// Opens the finder on the terminal until the user leaves it.
///
/// # Errors
/// The workspace cannot be searched, or the terminal cannot be used.
pub(crate) fn run(workspace: &Workspace) -> Result<(), Error> {
    /// How long a key is waited for before the screen is drawn again, for a window that changed its size.
    const WAIT: Duration = Duration::from_millis(500);
    let records = Records::open(workspace)?;
    let unusable = |error: std::io::Error| {
        Error::new("终端用不了检索界面", "直接写检索式：jianlin search 食堂 采购").because(&error)
    };
    let mut finder = Finder::new(&records);
    let mut terminal = ratatui::try_init().map_err(unusable)?;
    let mut go_on = || -> std::io::Result<()> {
        loop {
            terminal.draw(|frame| screen::draw(&finder, frame))?;
            if !event::poll(WAIT)? {
                continue;
            }
            if let Event::Key(key) = event::read()?
                && key.kind != KeyEventKind::Release
                && !finder.press(key)
            {
                return Ok(());
            }
        }
    };
    let ended = go_on();
    ratatui::restore();
    ended.map_err(unusable)
}
