//! How a step may fail, and which failures may pass.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::ExitStatus;
use std::time::Duration;

use crate::credentials::CredentialError;

use super::tool::ToolError;

/// SIGKILL, with which the kernel ends programs when memory runs out.
const SIGKILL_NUMBER: i32 = nix::libc::SIGKILL;
/// Errors of the operating system that pass when other processes have ended.
const SHORTAGE_OS_ERRORS: [i32; 2] = [nix::libc::ENOMEM, nix::libc::EAGAIN];

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// A file could not be read or written.
    #[error("reading or writing failed: {0}")]
    Io(#[from] io::Error),
    /// A program ended with an error.
    #[error("{doing} failed ({program} ended with {status})")]
    Tool {
        /// What it was to do: "encoding the picture".
        doing: &'static str,
        /// The name of the program.
        program: &'static str,
        /// Its exit status, or the signal that ended it.
        status: ExitStatus,
        /// The end of what it printed.
        log: String,
    },
    /// A tool is missing.
    #[error(transparent)]
    Missing(#[from] ToolError),
    /// A key to an external service is missing, or the step may not have it.
    #[error(transparent)]
    Credential(#[from] CredentialError),
    /// An external service could not answer now; the same request may succeed later.
    #[error("{message}")]
    Transient {
        /// What the service answered, in one line.
        message: String,
        /// How long the service asks to wait before the next request.
        retry_after: Option<Duration>,
    },
    /// An input can't be used.
    #[error("{0}")]
    Input(String),
    /// The action has a kind or parameters that this build of t2v does not have.
    #[error("this t2v does not know how to make `{kind}`: {why}")]
    Unknown {
        /// The kind that the action names.
        kind: String,
        /// What is unknown about it.
        why: String,
    },
    /// The step reads an input that the action does not have.
    #[error("the input `{role}` was not handed over")]
    NoInput {
        /// The role of the input.
        role: String,
    },
}

impl StepError {
    /// How the user can solve it, where that is known.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Missing(error) => Some(error.help()),
            Self::Credential(error) => error.help(),
            _ => None,
        }
    }

    /// What happened, if the machine was short of memory or processes: the same step may succeed when it runs alone.
    pub fn resource_shortage(&self) -> Option<String> {
        match self {
            Self::Tool { program, status, .. } if status.signal() == Some(SIGKILL_NUMBER) => {
                Some(format!("{program} was killed, as the system does when memory runs out"))
            }
            Self::Io(error) if matches!(error.raw_os_error(), Some(code) if SHORTAGE_OS_ERRORS.contains(&code)) => {
                Some(format!("the machine is short of memory or processes ({error})"))
            }
            _ => None,
        }
    }

    /// What the step's tools printed; empty for errors without a program.
    pub fn into_log(self) -> String {
        match self {
            Self::Tool { log, .. } => log,
            _ => String::new(),
        }
    }

    pub(super) fn input(why: impl std::fmt::Display) -> Self {
        Self::Input(why.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_shortage_of_the_machine_asks_to_run_alone() {
        let killed = StepError::Tool {
            doing: "encoding the picture",
            program: "ffmpeg",
            status: ExitStatus::from_raw(SIGKILL_NUMBER),
            log: String::new(),
        };
        assert!(killed.resource_shortage().is_some());
        assert!(StepError::Io(io::Error::from_raw_os_error(nix::libc::ENOMEM)).resource_shortage().is_some());
        assert!(StepError::Io(io::Error::from_raw_os_error(nix::libc::ENOSPC)).resource_shortage().is_none());
        let later = StepError::Transient { message: "busy".to_owned(), retry_after: Some(Duration::from_secs(5)) };
        assert!(later.resource_shortage().is_none() && later.help().is_none());
    }
}
