//! Speaks a sentence with espeak-ng, as a child process that the caller runs. Knows nothing of process groups or slots.

use std::io;
use std::process::{Command, Output};

use super::Spoken;

/// Runs a command to its end with these bytes as its standard input, both of its output streams collected up to a bound. The caller
/// decides on process groups and on cancelling (an error of kind `Interrupted`).
pub type Run<'a> = dyn FnMut(Command, &[u8]) -> io::Result<Output> + 'a;

/// Why a sentence was not spoken.
#[derive(Debug, thiserror::Error)]
pub enum EspeakError {
    /// There is no espeak-ng.
    #[error("espeak-ng is not installed")]
    NotInstalled,
    /// It could not be run, or was cancelled.
    #[error("espeak-ng could not be run: {0}")]
    Io(#[source] io::Error),
    /// It has no such voice.
    #[error("espeak-ng has no voice `{name}`")]
    UnknownVoice {
        /// The voice asked for.
        name: String,
        /// Names like it that it has.
        near: Vec<String>,
    },
    /// It failed.
    #[error("espeak-ng failed ({status}): {stderr}")]
    Failed {
        /// Its exit status.
        status: std::process::ExitStatus,
        /// The end of what it said, without control characters.
        stderr: String,
    },
    /// What came out is not the sound that was asked for.
    #[error("espeak-ng gave no usable sound: {0}")]
    BadSound(String),
    /// Nothing can be heard.
    #[error("espeak-ng says nothing for “{text}”")]
    Silent {
        /// The words.
        text: String,
    },
}

/// A voice of espeak-ng.
#[derive(Clone, Debug, PartialEq)]
pub struct EspeakVoice {
    /// Its name: a language (`en-us`), with a variant if one is wished (`en-gb+f3`).
    pub name: String,
    /// 1.0 = the voice's own pace; 0.5–2.0.
    pub speed: f64,
}

/// Speaks one sentence.
pub fn speak(sentence: &str, voice: &EspeakVoice, run: &mut Run) -> Result<Spoken, EspeakError> {
    let _ = run;
    todo!("{sentence} {voice:?}")
}

/// Checks that espeak-ng has the voice `name`.
pub fn check_voice(name: &str, run: &mut Run) -> Result<(), EspeakError> {
    let _ = run;
    todo!("{name}")
}

/// What of espeak-ng shapes the sound: its version.
pub fn fingerprint(run: &mut Run) -> Result<String, EspeakError> {
    let _ = run;
    todo!()
}
