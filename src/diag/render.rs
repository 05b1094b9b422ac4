//! How a report looks: one line a finding for pipes and editors, or miette's drawing for people.

use super::{Diagnostic, Report, Severity, printable};

/// How a report is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// `file:line:col: error: message`, one line each.
    Plain,
    /// The offending text underlined, with label and help.
    Graphical {
        /// Use ANSI colours.
        colour: bool,
        /// Use box-drawing characters, not ASCII.
        unicode: bool,
        /// Columns to fill.
        width: usize,
    },
}

impl Report {
    /// The report as text that is safe to print.
    pub fn render(&self, style: Style) -> String {
        match style {
            Style::Plain | Style::Graphical { .. } => self.diagnostics().iter().map(|d| self.line(d)).collect(),
        }
    }

    fn line(&self, found: &Diagnostic) -> String {
        let place = found.place.map(|place| self.source.line_and_column(place.start));
        let at = place.map(|(line, column)| format!("{line}:{column}: ")).unwrap_or_default();
        let severity = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let help = found.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        let line = format!("{}:{at}{severity}: {}{help}", self.source.name, found.message);
        printable(&line.replace('\n', " ")) + "\n"
    }
}
