//! How a report looks: one line a finding for pipes and editors, or miette's drawing for people.

use miette::{
    GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, ThemeCharacters, ThemeStyles,
};

use super::{Diagnostic, Report, Severity, Span, printable};

/// More findings than this are counted, not shown.
const MAX_DIAGNOSTICS: usize = 100;
/// A snippet with a longer line, in bytes, is left out.
const MAX_LINE_BYTES: usize = 2_000;

/// How a report is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReportStyle {
    /// `file:line:col: error: message`, one line each.
    Plain,
    /// The offending text underlined, with label and help.
    Graphical {
        /// Whether to use ANSI colours.
        colour: bool,
        /// Whether to use box-drawing characters instead of ASCII.
        unicode: bool,
        /// Width of the terminal in columns.
        width: usize,
    },
}

impl Report {
    /// The report as text that is safe to print: whatever the source holds, no control character reaches the terminal.
    pub fn render(&self, style: ReportStyle) -> String {
        let all = self.diagnostics();
        let shown = &all[..all.len().min(MAX_DIAGNOSTICS)];
        let text = match style {
            ReportStyle::Plain => shown.iter().map(|found| self.line(found)).collect(),
            ReportStyle::Graphical { colour, unicode, width } => self.drawing(shown, &handler(colour, unicode, width)),
        };
        match all.len() - shown.len() {
            0 => text,
            more => format!("{text}… and {more} more\n"),
        }
    }

    fn line(&self, found: &Diagnostic) -> String {
        let place = found.span.map(|place| self.source.line_and_column(place.start));
        let at = place.map(|(line, column)| format!("{line}:{column}:")).unwrap_or_default();
        let severity = match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
        };
        let help = found.help.as_ref().map(|help| format!(" ({help})")).unwrap_or_default();
        let line = format!("{}:{at} {severity}: {}{help}", self.source.name, found.message);
        one_line(&line) + "\n"
    }

    fn drawing(&self, all: &[Diagnostic], handler: &GraphicalReportHandler) -> String {
        let shown = PrintableSource::new(&self.source.text);
        let name = one_line(&self.source.name);
        let source = NamedSource::new(name, shown.text.clone());
        let mut drawing = String::new();
        for found in all {
            let report = miette::Report::new(self.miette_diagnostic(found, &shown)).with_source_code(source.clone());
            // Writing to a string fails only if a label lies outside the text; then the line alone has to do.
            if !drawing.is_empty() {
                drawing.push('\n');
            }
            let before = drawing.len();
            if self.has_long_line(found) || handler.render_report(&mut drawing, report.as_ref()).is_err() {
                drawing.truncate(before);
                drawing.push_str(&self.line(found));
            }
        }
        drawing
    }

    /// Whether the lines around the place would fill the screen.
    fn has_long_line(&self, found: &Diagnostic) -> bool {
        let Some(place) = found.span.map(|place| place.clamped(&self.source.text)) else { return false };
        let (before, after) = (&self.source.text[..place.start], &self.source.text[place.start..]);
        before.rsplit('\n').take(2).chain(after.split('\n').take(2)).any(|line| line.len() > MAX_LINE_BYTES)
    }

    fn miette_diagnostic(&self, found: &Diagnostic, shown: &PrintableSource) -> MietteDiagnostic {
        let severity = match found.severity {
            Severity::Error => miette::Severity::Error,
            Severity::Warning => miette::Severity::Warning,
        };
        let mut drawn = MietteDiagnostic::new(one_line(&found.message)).with_severity(severity);
        if let Some(place) = found.span {
            let place = shown.place(place);
            let label = Some(one_line(&found.label)).filter(|label| !label.is_empty());
            drawn = drawn.with_label(LabeledSpan::new(label, place.start, place.end - place.start));
        }
        match &found.help {
            Some(help) => drawn.with_help(one_line(help)),
            None => drawn,
        }
    }
}

fn one_line(text: &str) -> String {
    printable(&text.replace(['\n', '\t'], " "))
}

fn handler(colour: bool, unicode: bool, width: usize) -> GraphicalReportHandler {
    let characters = if unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    let styles = if colour { ThemeStyles::ansi() } else { ThemeStyles::none() };
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_links(false)
        .with_width(width.max(40))
        .with_context_lines(1)
}

/// A source as it may be printed, and how its places moved by that.
struct PrintableSource {
    text: String,
    /// Where a character became longer: byte in the source, and bytes that all text after it moved.
    moves: Vec<(usize, usize)>,
}

impl PrintableSource {
    fn new(source: &str) -> Self {
        let mut shown = Self { text: String::with_capacity(source.len()), moves: Vec::new() };
        let mut moved = 0;
        let mut at = 0;
        for line in source.split_inclusive('\n') {
            let body = line.strip_suffix("\r\n").or(line.strip_suffix('\n')).unwrap_or(line);
            for (offset, c) in body.char_indices() {
                let before = shown.text.len();
                super::printable::push_char(&mut shown.text, c);
                let grown = shown.text.len() - before - c.len_utf8();
                if grown > 0 {
                    moved += grown;
                    shown.moves.push((at + offset + c.len_utf8(), moved));
                }
            }
            shown.text.push_str(&line[body.len()..]);
            at += line.len();
        }
        shown
    }

    fn place(&self, place: Span) -> Span {
        Span { start: self.moved(place.start), end: self.moved(place.end) }
    }

    fn moved(&self, offset: usize) -> usize {
        let next = self.moves.partition_point(|(at, _)| *at <= offset);
        offset + next.checked_sub(1).map_or(0, |last| self.moves[last].1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::SourceText;

    const DRAWN: ReportStyle = ReportStyle::Graphical { colour: false, unicode: true, width: 100 };

    fn report(text: &str, start: usize, end: usize) -> Report {
        let found = Diagnostic::error("bad").at(Span { start, end }).label("this").help("do\u{1b}[31m not");
        Report::new(SourceText::new("a\u{1b}b.yaml", text), vec![found])
    }

    #[test]
    fn plain_lines_name_line_and_column() {
        let plain = report("one\ntwö three", 9, 14).render(ReportStyle::Plain);
        assert_eq!(plain, "a\\u{1b}b.yaml:2:5: error: bad (do\\u{1b}[31m not)\n");
    }

    #[test]
    fn snippets_hold_no_raw_control_and_still_underline_the_right_text() {
        let text = "a: \u{1b}]8;;x\u{9b}\u{202e}y\r\nb: bad\n";
        let at = text.find("bad").unwrap();
        let drawing = report(text, at, at + 3).render(DRAWN);
        assert!(!drawing.chars().any(|c| c.is_control() && c != '\n'), "{drawing:?}");
        assert!(!drawing.contains('\u{202e}'));
        let lines: Vec<&str> = drawing.lines().collect();
        let shown = lines.iter().position(|line| line.contains("b: bad")).unwrap();
        let column = |line: &str, what: &str| line[..line.find(what).unwrap()].chars().count();
        assert_eq!(column(lines[shown], "bad"), column(lines[shown + 1], "─┬─"), "{drawing}");
    }

    #[test]
    fn colour_is_the_only_control_and_only_when_asked_for() {
        let coloured = report("x", 0, 1).render(ReportStyle::Graphical { colour: true, unicode: false, width: 80 });
        assert!(coloured.contains("\u{1b}[31m") && !coloured.contains("do\u{1b}[31m not"));
        assert!(!report("x", 0, 1).render(DRAWN).contains('\u{1b}'));
    }

    #[test]
    fn neither_many_findings_nor_long_lines_flood_the_terminal() {
        let text = format!("{}\n{}", "x".repeat(1 << 20), "y\n".repeat(5_000));
        let found = (0..5_000).map(|n| Diagnostic::error(format!("bad {n}")).at(Span { start: n, end: n + 1 }));
        let report = Report::new(SourceText::new("a.yaml", text), found.collect());
        for style in [ReportStyle::Plain, DRAWN] {
            let said = report.render(style);
            assert!(said.len() < 20_000, "{}", said.len());
            assert!(said.ends_with("… and 4900 more\n"));
        }
    }

    #[test]
    fn a_place_outside_the_text_still_gives_its_message() {
        assert!(report("x", 7, 9).render(DRAWN).contains("bad"));
    }
}
