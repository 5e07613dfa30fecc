//! Speaking to people (界面输出): data to standard output, talk to standard error, colour where it helps.

use std::io::{IsTerminal, Write};

use unicode_width::UnicodeWidthChar;

use super::args::{Color, Global};
use crate::diag::{Diagnostic, Error, Severity};

/// How to speak.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Ui {
    pub(crate) json: bool,
    quiet: bool,
    verbose: bool,
    out_color: bool,
    talk_color: bool,
}

/// A colour with a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tint {
    Green,
    Yellow,
    Red,
}

/// Standard output is gone: the reader has seen enough.
#[derive(Debug)]
pub(crate) struct Closed;

impl Ui {
    pub(crate) fn new(global: &Global) -> Self {
        let wants = |is_terminal: bool| match global.color {
            Color::Always => true,
            Color::Never => false,
            Color::Auto => is_terminal && std::env::var_os("NO_COLOR").is_none(),
        };
        Self {
            json: global.json,
            quiet: global.quiet,
            verbose: global.verbose,
            out_color: wants(std::io::stdout().is_terminal()),
            talk_color: wants(std::io::stderr().is_terminal()),
        }
    }

    /// A line of data.
    pub(crate) fn out(&self, line: &str) -> Result<(), Closed> {
        let mut stdout = std::io::stdout().lock();
        writeln!(stdout, "{line}").map_err(|_| Closed)
    }

    /// A line of talk, unless asked to be quiet.
    pub(crate) fn say(&self, line: &str) {
        if !self.quiet {
            self.write(line);
        }
    }

    /// A line on standard error, always.
    fn write(&self, line: &str) {
        // If standard error is gone there is nobody to tell.
        let _ = writeln!(std::io::stderr().lock(), "{line}");
    }

    /// Whether progress can be drawn.
    pub(crate) fn draws(&self) -> bool {
        !self.quiet && !self.json && std::io::stderr().is_terminal()
    }

    /// What was noted about a document.
    pub(crate) fn diagnostic(&self, path: &str, diagnostic: &Diagnostic) {
        let (word, code) = match diagnostic.severity {
            Severity::Note => ("提示", "36"),
            Severity::Warning => ("警告", "33"),
        };
        if diagnostic.severity == Severity::Note && self.quiet {
            return;
        }
        self.write(&format!("{}：{}：{}", paint(self.talk_color, code, word), clean(path), clean(&diagnostic.message)));
        self.write(&format!("  提示：{}", clean(&diagnostic.hint)));
    }

    /// Why a command stopped.
    pub(crate) fn error(&self, error: &Error) {
        self.write(&format!("{}：{}", paint(self.talk_color, "31", "错误"), clean(&error.message)));
        self.write(&format!("提示：{}", clean(&error.hint)));
        if self.verbose {
            for (at, cause) in error.causes.iter().enumerate() {
                self.write(&format!("原因{}：{}", at + 1, clean(cause)));
            }
        }
    }

    /// Bold, on standard output.
    pub(crate) fn bold(&self, text: &str) -> String {
        paint(self.out_color, "1", text)
    }

    /// Dim, on standard output.
    pub(crate) fn dim(&self, text: &str) -> String {
        paint(self.out_color, "2", text)
    }

    /// Green for what stands out well, yellow for what needs a look, red for what is grave.
    pub(crate) fn tinted(&self, tint: Tint, text: &str) -> String {
        let code = match tint {
            Tint::Green => "32",
            Tint::Yellow => "33",
            Tint::Red => "31",
        };
        paint(self.out_color, code, text)
    }

    /// A text with these character ranges marked; 【】 where there is no colour.
    pub(crate) fn marked(&self, text: &str, ranges: &[[usize; 2]]) -> String {
        let mut marked = String::new();
        for (at, character) in text.chars().enumerate() {
            if ranges.iter().any(|range| range[0] == at) {
                marked.push_str(if self.out_color { "\u{1b}[1;31m" } else { "【" });
            }
            marked.push(if character == '\n' { ' ' } else { character });
            if ranges.iter().any(|range| range[1] == at + 1) {
                marked.push_str(if self.out_color { "\u{1b}[0m" } else { "】" });
            }
        }
        marked
    }
}

fn paint(color: bool, code: &str, text: &str) -> String {
    if color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
}

/// Text from documents without what could take over a terminal: control and direction characters.
pub(crate) fn clean(text: &str) -> String {
    text.chars()
        .map(|character| if character == '\n' || character == '\t' { ' ' } else { character })
        .filter(|character| {
            !character.is_control() && !matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        })
        .collect()
}

/// Columns a text takes on a terminal.
pub(crate) fn width(text: &str) -> usize {
    text.chars().map(|character| character.width_cjk().unwrap_or(0)).sum()
}

/// A text cut or filled up to a number of columns.
pub(crate) fn fit(text: &str, columns: usize) -> String {
    let text = clean(text);
    if width(&text) <= columns {
        return text.clone() + &" ".repeat(columns - width(&text));
    }
    let mut kept = String::new();
    let mut taken = 0;
    for character in text.chars() {
        let own = character.width_cjk().unwrap_or(0);
        if taken + own + 2 > columns {
            break;
        }
        kept.push(character);
        taken += own;
    }
    kept.push('…');
    kept + &" ".repeat(columns.saturating_sub(taken + 2))
}

/// A bar of ten cells.
pub(crate) fn bar(part: u32, whole: u32) -> String {
    let filled = (f64::from(part) / f64::from(whole.max(1)) * 10.0).round() as usize;
    "█".repeat(filled.min(10)) + &"·".repeat(10 - filled.min(10))
}
