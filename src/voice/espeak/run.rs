//! How espeak-ng is run, and how its failures are reported. The caller decides on process groups and on cancelling.

use std::io;
use std::process::{Command, ExitStatus, Output};

/// The name of the espeak-ng executable, looked up in `PATH`.
pub(in crate::voice) const PROGRAM: &str = "espeak-ng";
/// The maximum length of a sentence in bytes.
pub const MAX_SENTENCE_BYTES: usize = 2_000;
/// How many characters of the standard error of a failed run an error carries.
const MAX_STDERR_CHARS: usize = 400;

/// Runs a command to its end with the given bytes as its standard input, and collects both output streams up to a bound. A cancelled
/// run fails with an error of kind `Interrupted`.
pub type RunCommand<'a> = dyn FnMut(Command, &[u8]) -> io::Result<Output> + 'a;

/// Why espeak-ng did not speak a sentence.
#[derive(Debug, thiserror::Error)]
pub enum EspeakError {
    /// The executable is not in `PATH`.
    #[error("espeak-ng is not installed")]
    NotInstalled,
    /// The process could not be started or read from, or was cancelled.
    #[error("espeak-ng could not be run: {0}")]
    Io(#[source] io::Error),
    /// espeak-ng has no voice of this name.
    #[error("espeak-ng has no voice `{name}`")]
    UnknownVoice {
        /// The name that was requested.
        name: String,
        /// Similar names that exist, the most similar first.
        near: Vec<String>,
    },
    /// The sentence is longer than [`MAX_SENTENCE_BYTES`]; carries its length in bytes.
    #[error("a sentence of {0} bytes is too long to be spoken at once; end it somewhere with a full stop")]
    TooLong(usize),
    /// espeak-ng exited with an error.
    #[error("espeak-ng failed ({status}): {stderr}")]
    Failed {
        /// The exit status of the process.
        status: ExitStatus,
        /// The beginning of its standard error, without control characters.
        stderr: String,
    },
    /// The output is not the expected WAV.
    #[error("espeak-ng gave no usable sound: {0}")]
    BadSound(&'static str),
    /// The output is silent.
    #[error("espeak-ng says nothing for “{text}”")]
    Silent {
        /// The text of the sentence.
        text: String,
    },
}

/// The output of a successful run.
///
/// # Errors
/// [`EspeakError::NotInstalled`], [`EspeakError::Io`] or [`EspeakError::Failed`].
pub(super) fn check_output(output: io::Result<Output>) -> Result<Output, EspeakError> {
    let output = output.map_err(|e| match e.kind() {
        io::ErrorKind::NotFound => EspeakError::NotInstalled,
        _ => EspeakError::Io(e),
    })?;
    if output.status.success() {
        Ok(output)
    } else {
        Err(EspeakError::Failed { status: output.status, stderr: printable_stderr(&output.stderr) })
    }
}

fn printable_stderr(stderr: &[u8]) -> String {
    let text = String::from_utf8_lossy(stderr);
    let printable =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(MAX_STDERR_CHARS).collect::<String>();
    printable.trim().to_owned()
}
