//! How a build is shown while it runs and when it ends. Knows nothing of how it is done.

mod plain;
mod summary;
mod terminal;

use std::io::{self, IsTerminal, Write};
use std::sync::Mutex;

use crate::diag::Style;
use crate::event::Sink;

pub use plain::Plain;
pub use summary::{Last, dry_run, ending, failures};
pub use terminal::Terminal;

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
        let set = |name: &str| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
        let terminal = io::stderr().is_terminal();
        let live = terminal && !dumb && !set("CI");
        Self { live, colour: live && !set("NO_COLOR"), piped: !terminal && !set("CI") }
    }

    /// How diagnostics are drawn on it.
    pub fn style(self) -> Style {
        if self.piped {
            return Style::Plain;
        }
        let width = console_width();
        let unicode =
            ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|v| !v.is_empty()));
        let unicode = unicode.is_none_or(|locale| locale.to_lowercase().replace('-', "").contains("utf8"));
        Style::Graphical { colour: self.colour, unicode, width }
    }

    /// Shows a build on it.
    pub fn sink(self, _explain: bool) -> Box<dyn Sink> {
        if self.live { Box::new(Terminal::new(self.colour)) } else { Box::new(Plain::new(io::stderr())) }
    }
}

fn console_width() -> usize {
    let columns = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    columns.unwrap_or(100).clamp(60, 160)
}

pub struct Json<W>(Mutex<W>);
impl<W: Write> Json<W> {
    pub fn new(w: W) -> Self {
        Self(Mutex::new(w))
    }
}
impl<W: Write + Send> Sink for Json<W> {
    fn event(&self, e: &crate::event::Event) {
        if e.is_written() {
            let _ = writeln!(self.0.lock().unwrap(), "{e:?}");
        }
    }
}
pub fn trace(_: &[crate::event::Stamped], _: std::fs::File) -> io::Result<()> {
    Ok(())
}
