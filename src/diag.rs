//! What can go wrong: a diagnostic (提示) about one document, an error (错误) that stops the command.

use std::fmt;

/// How grave a diagnostic is (严重程度).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Something to know; nothing is missing.
    Note,
    /// Part of the document, or all of it, was left out.
    Warning,
}

impl Severity {
    /// The name used in records and JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
        }
    }

    /// The severity of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        [Self::Note, Self::Warning].into_iter().find(|severity| severity.name() == name)
    }
}

/// A diagnostic (提示): what is the matter with one document, and what the user can do about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// How grave it is.
    pub severity: Severity,
    /// What is the matter, in Chinese, without the path.
    pub message: String,
    /// What to do, in Chinese.
    pub hint: String,
}

impl Diagnostic {
    /// A warning with its hint.
    pub fn warning(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, message: message.into(), hint: hint.into() }
    }

    /// A note with its hint.
    pub fn note(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { severity: Severity::Note, message: message.into(), hint: hint.into() }
    }
}

/// An error (错误) that stops the command.
#[derive(Debug)]
pub struct Error {
    /// What could not be done, in Chinese; a path, if any, comes first.
    pub message: String,
    /// What to do, in Chinese.
    pub hint: String,
    /// The causes, as libraries tell them; shown on request only.
    pub causes: Vec<String>,
}

impl Error {
    /// An error with its hint.
    pub fn new(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { message: message.into(), hint: hint.into(), causes: Vec::new() }
    }

    /// The same error with a cause and that cause's own causes.
    #[must_use]
    pub fn because(mut self, cause: &(dyn std::error::Error + 'static)) -> Self {
        let mut next = Some(cause);
        while let Some(error) = next {
            self.causes.push(error.to_string());
            next = error.source();
        }
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
