//! Why a session could not do what it was asked to.

use crate::diag::{Diagnostic, Report, SourceText};
use crate::engine::BuildSummary;

/// Why a session could not do what it was asked to.
#[derive(Debug)]
pub enum SessionError {
    /// The spec has mistakes: all of them, with their places.
    Spec(Box<Report>),
    /// The request names something that is not there, or the user's config is wrong.
    Request(Box<Diagnostic>),
    /// The machine lacks something, or the cache can't be used.
    Machine(Box<Diagnostic>),
    /// Steps failed whose results were needed to answer.
    Steps(Box<FailedSteps>),
}

/// A build that did not come to its end, and the text that its failures point into.
#[derive(Debug)]
pub struct FailedSteps {
    /// What became of the build.
    pub summary: BuildSummary,
    /// The text of the spec, for quoting it.
    pub source: SourceText,
}

impl SessionError {
    /// The request or the user's config is wrong.
    pub fn request(diagnostic: Diagnostic) -> Self {
        Self::Request(Box::new(diagnostic))
    }

    /// The machine lacks something.
    pub fn machine(diagnostic: Diagnostic) -> Self {
        Self::Machine(Box::new(diagnostic))
    }
}

impl std::fmt::Display for SessionError {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Spec(report) => write!(to, "`{}` has {} errors", report.source.name, report.errors()),
            Self::Request(diagnostic) | Self::Machine(diagnostic) => to.write_str(&diagnostic.message),
            Self::Steps(failed) => write!(to, "{} steps failed", failed.summary.failures.len()),
        }
    }
}

impl std::error::Error for SessionError {}
