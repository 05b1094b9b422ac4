//! Diagnostics: what is wrong in a source text, where, and what to do about it.

mod printable;
mod render;

use std::sync::Arc;

pub use printable::printable;
pub use render::ReportStyle;

/// A run of bytes in one of the sources that a diagnostic may point into.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    /// Offset of the first byte.
    pub start: usize,
    /// Offset just after the last byte.
    pub end: usize,
}

impl Span {
    /// This place held inside `text` and widened to whole characters.
    pub fn clamped(self, text: &str) -> Self {
        let start = self.start.min(text.len());
        let end = self.end.clamp(start, text.len());
        let start = (0..=start).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let end = (end..=text.len()).find(|&at| text.is_char_boundary(at)).unwrap_or(text.len());
        Self { start, end }
    }
}

/// How much a diagnostic matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Nothing can be built.
    Error,
    /// The film can be built, but perhaps not as meant.
    Warning,
}

/// A text that places point into.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceText {
    /// The file's name as the user wrote it; may hold anything, so it is made printable when shown.
    pub name: String,
    /// All of its text.
    pub text: Arc<str>,
}

impl SourceText {
    /// A source of this name and text.
    pub fn new(name: impl Into<String>, text: impl Into<Arc<str>>) -> Self {
        Self { name: name.into(), text: text.into() }
    }

    /// Line and column of a byte offset, both from 1; the column counts characters.
    pub fn line_and_column(&self, offset: usize) -> (usize, usize) {
        let before = &self.text[..Span { start: offset, end: offset }.clamped(&self.text).start];
        let line = before.matches('\n').count() + 1;
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        (line, before[start..].chars().count() + 1)
    }
}

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, in the user's words: "unknown field `titel`".
    pub message: String,
    /// The offending text; `None` where the finding concerns no place.
    pub span: Option<Span>,
    /// A few words that stand at the offending text; may be empty.
    pub label: String,
    /// How to fix it, if that is known.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error, as yet without a place.
    pub fn error(message: impl Into<String>) -> Self {
        Self { severity: Severity::Error, message: message.into(), span: None, label: String::new(), help: None }
    }

    /// A warning, as yet without a place.
    pub fn warning(message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(message) }
    }

    /// The same diagnostic, pointing at `place`.
    pub fn at(self, place: Span) -> Self {
        Self { span: Some(place), ..self }
    }

    /// The same diagnostic with `label` at the offending text.
    pub fn label(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }

    /// The same diagnostic with a hint how to fix it.
    pub fn help(self, help: impl Into<String>) -> Self {
        Self { help: Some(help.into()), ..self }
    }
}

/// Everything that is wrong with one source, in the order of its text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What the places point into.
    pub source: SourceText,
    diagnostics: Vec<Diagnostic>,
}

impl Report {
    /// Sorts what was found by place, once each; what has none comes first.
    pub fn new(source: SourceText, mut diagnostics: Vec<Diagnostic>) -> Self {
        diagnostics.sort_by(|a, b| (a.span, a.severity, &a.message).cmp(&(b.span, b.severity, &b.message)));
        diagnostics.dedup();
        Self { source, diagnostics }
    }

    /// All diagnostics, by place.
    pub fn diagnostics(&self) -> &[Diagnostic] {
        &self.diagnostics
    }

    /// How many errors there are.
    pub fn errors(&self) -> usize {
        self.diagnostics.iter().filter(|d| d.severity == Severity::Error).count()
    }

    /// Whether nothing was found.
    pub fn is_empty(&self) -> bool {
        self.diagnostics.is_empty()
    }
}
