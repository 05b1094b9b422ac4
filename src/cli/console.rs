//! Prints what commands have to say, as the terminal and the user's wishes ask.
//!
//! Results go to standard output, all else to standard error. That the reader of a pipe went away is no error.

use std::io::{self, Write};

use crate::diag::{Diagnostic, Report, ReportStyle, SourceText};
use crate::event::{Event, EventSink};
use crate::report::{self, PlainLines, Screen, annotations};
use crate::session::{BuildRequest, LoadedFilm, Session, SessionError};

use super::CommandStatus;

/// Where and how much is printed.
#[derive(Clone, Copy, Debug)]
pub struct Console {
    /// What standard error can show.
    pub screen: Screen,
    /// Only results and what is wrong are printed.
    pub quiet: bool,
    /// A diagnostic log goes to standard error, so nothing there may move.
    pub logs: bool,
}

/// Takes events and shows none.
struct SilentSink;

impl EventSink for SilentSink {
    fn event(&self, _: &Event) {}
}

impl Console {
    /// Prints a command's result to standard output.
    pub fn print(self, text: &str) {
        let _ = io::stdout().write_all(text.as_bytes());
    }

    /// Prints a message for people to standard error.
    pub fn message(self, text: &str) {
        let _ = io::stderr().write_all(text.as_bytes());
    }

    /// Prints what is worth knowing but not asked for to standard error, unless the user wants quiet.
    pub fn note(self, text: &str) {
        if !self.quiet {
            self.message(text);
        }
    }

    /// How diagnostics are drawn.
    pub fn style(self) -> ReportStyle {
        self.screen.style()
    }

    /// Prints a diagnostic that has no place in a spec.
    pub fn diagnostic(self, diagnostic: Diagnostic) {
        self.message(&Report::new(SourceText::new("t2v", ""), vec![diagnostic]).render(self.style()));
    }

    /// Shows how a build comes along.
    pub fn progress(self) -> Box<dyn EventSink> {
        if self.quiet {
            Box::new(SilentSink)
        } else if self.logs {
            Box::new(PlainLines::new(io::stderr()))
        } else {
            self.screen.sink()
        }
    }

    /// Loads the film, and prints what in its spec may not be as meant.
    pub fn load(self, session: &Session, request: &BuildRequest) -> Result<LoadedFilm, SessionError> {
        let film = session.load(request)?;
        self.warnings(film.warnings());
        Ok(film)
    }

    /// Prints what in a spec may not be as meant.
    pub fn warnings(self, warnings: &Report) {
        if annotations::wanted() {
            self.print(&annotations::findings(warnings));
        }
        self.message(&warnings.render(self.style()));
    }

    /// Prints why a command could not do what it was asked to.
    pub fn failure(self, error: &SessionError) -> CommandStatus {
        match error {
            SessionError::Spec(report) => {
                self.warnings(report);
                if report.errors() > 1 {
                    self.message(&format!("{} errors\n", report.errors()));
                }
                CommandStatus::Wrong
            }
            SessionError::Request(diagnostic) => {
                self.diagnostic((**diagnostic).clone());
                CommandStatus::Wrong
            }
            SessionError::Machine(diagnostic) => {
                self.diagnostic((**diagnostic).clone());
                CommandStatus::Failed
            }
            SessionError::Steps(failed) => {
                self.message(&report::failures(&failed.summary, &failed.source, self.style()));
                CommandStatus::Failed
            }
        }
    }
}
