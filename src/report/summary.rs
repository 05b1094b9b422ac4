//! The lines at the end of a build.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Duration;

use crate::diag::{Report, ReportStyle, SourceText, printable};
use crate::engine::BuildSummary;

/// How many lines of a failing step's output are shown.
const LOG_LINES: usize = 40;

/// A build that came to its end.
pub struct BuildEnding<'a> {
    /// What became of it.
    pub summary: &'a BuildSummary,
    /// How long it took.
    pub took: Duration,
    /// The film, as the user would write its path.
    pub film: &'a Path,
    /// Its size in bytes, if it is there.
    pub bytes: Option<u64>,
}

/// Two lines: the film, and what it took.
pub fn ending(last: &BuildEnding) -> String {
    let BuildEnding { summary, took, film, bytes } = last;
    let mut text = String::new();
    if let (true, Some(bytes)) = (summary.is_complete(), bytes) {
        let _ = writeln!(text, "{} ({:.1} MB)", printable(&film.display().to_string()), *bytes as f64 / 1e6);
    }
    let (ran, reused) = (summary.ran.len(), summary.reused);
    let what = match (ran, reused) {
        (0, _) if summary.is_complete() => format!("nothing to do: {reused} steps reused"),
        _ => format!("{ran} steps ran, {reused} reused"),
    };
    let _ = write!(text, "{what}, {:.2} s", took.as_secs_f64());
    if !summary.failures.is_empty() {
        let _ = write!(text, "; {} failed, {} not done", summary.failures.len(), summary.unfinished);
    }
    text.push('\n');
    text
}

/// Every failed step: what is wrong, where the spec asks for it, and what its tools printed.
pub fn failures(summary: &BuildSummary, source: &SourceText, style: ReportStyle) -> String {
    let mut text = String::new();
    for failure in &summary.failures {
        let mut diagnostic = failure.diagnostic.clone();
        diagnostic.message = format!("{}: {}", failure.step, diagnostic.message);
        text += &Report::new(source.clone(), vec![diagnostic]).render(style);
        let lines: Vec<&str> = failure.log.lines().collect();
        for line in &lines[lines.len().saturating_sub(LOG_LINES)..] {
            let _ = writeln!(text, "  | {}", printable(line));
        }
    }
    text
}

/// What a dry run found.
pub fn dry_run(summary: &BuildSummary) -> String {
    let mut text = String::new();
    for step in &summary.would_run {
        let _ = writeln!(text, "would run {}", printable(step.as_str()));
    }
    let more = match summary.unfinished {
        0 => String::new(),
        _ => format!(", then what waits for them ({} steps known so far)", summary.unfinished),
    };
    let _ = writeln!(text, "{} steps would run{more}; {} are up to date", summary.would_run.len(), summary.reused);
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diag::Diagnostic;
    use crate::engine::StepFailure;
    use crate::work::StepName;

    fn said(summary: &BuildSummary) -> String {
        ending(&BuildEnding {
            summary,
            took: Duration::from_millis(1234),
            film: Path::new("out/film.mp4"),
            bytes: Some(2_500_000),
        })
    }

    #[test]
    fn the_film_is_named_only_when_it_is_whole() {
        let whole = BuildSummary { reused: 3, ..BuildSummary::default() };
        assert_eq!(said(&whole), "out/film.mp4 (2.5 MB)\nnothing to do: 3 steps reused, 1.23 s\n");
        let failure = StepFailure {
            step: StepName::new("a"),
            diagnostic: Diagnostic::error("no"),
            log: "why\n\u{1b}[31mred".into(),
        };
        let failed = BuildSummary { failures: vec![failure], unfinished: 2, ..BuildSummary::default() };
        assert_eq!(said(&failed), "0 steps ran, 0 reused, 1.23 s; 1 failed, 2 not done\n");
        let source = SourceText::new("video.yaml", "");
        let shown = failures(&failed, &source, ReportStyle::Plain);
        assert_eq!(shown, "video.yaml: error: a: no\n  | why\n  | \\u{1b}[31mred\n");
    }
}
