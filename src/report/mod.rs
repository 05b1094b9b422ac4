//! How a build is shown while it runs and when it has ended. Everything here is a function of events; it runs nothing.

pub mod annotations;
pub mod builds;
pub mod critical;
pub mod diff;
mod escape;
pub mod graph;
pub mod history;
pub mod hosts;
pub mod html;
pub mod json;
mod plain;
mod rehearsal;
pub mod replay;
mod summary;
mod terminal;
pub mod trace;
pub mod why;

use std::io::{self, IsTerminal};

use crate::diag::ReportStyle;
use crate::event::EventSink;

pub use history::BuildHistory;
pub use json::JsonLines;
pub use plain::PlainLines;
pub use rehearsal::rehearsal;
pub use summary::{BuildEnding, dry_run, ending, failures};
pub use terminal::ProgressBars;

/// What the user's screen can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Screen {
    /// Standard error is a terminal.
    pub live: bool,
    /// ANSI colours are welcome.
    pub colour: bool,
    /// Nobody reads it but a program: one line a finding.
    pub piped: bool,
}

impl Screen {
    /// The screen behind standard error, as terminal, `NO_COLOR`, `TERM` and `CI` tell it.
    pub fn detect() -> Self {
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let terminal = io::stderr().is_terminal();
        let live = terminal && !dumb && !is_set("CI");
        Self { live, colour: live && !is_set("NO_COLOR"), piped: !terminal && !is_set("CI") }
    }

    /// How diagnostics are drawn on it.
    pub fn style(self) -> ReportStyle {
        if self.piped {
            return ReportStyle::Plain;
        }
        let width = console_width();
        let unicode =
            ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
        let unicode = unicode.is_none_or(|locale| locale.to_lowercase().replace('-', "").contains("utf8"));
        ReportStyle::Graphical { colour: self.colour, unicode, width }
    }

    /// Shows a build on it.
    pub fn sink(self) -> Box<dyn EventSink> {
        if self.live { Box::new(ProgressBars::new(self.colour)) } else { Box::new(PlainLines::new(io::stderr())) }
    }
}

/// Whether an environment variable is there and not empty.
fn is_set(name: &str) -> bool {
    std::env::var_os(name).is_some_and(|value| !value.is_empty())
}

fn console_width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(100).clamp(60, 160)
}

#[cfg(test)]
mod tests;
