//! The options of loading a spec, and the record of files whose text was read with it.

use std::path::PathBuf;

/// The voice of a film that names none.
pub const DEFAULT_VOICE: &str = "heart";

/// What the language needs to know from other modules, as data and functions.
#[derive(Clone, Copy)]
pub struct LoadOptions<'a> {
    /// Whether a bundled font can draw this character; a text that holds others is warned of.
    pub drawable: &'a dyn Fn(char) -> bool,
    /// The bundled font families; if empty, any name is accepted.
    pub families: &'a [&'a str],
    /// The voices of the engine `neural`.
    pub neural_voices: &'a [&'a str],
    /// Checks that the engine `neural` can speak a word with a pronunciation; the error says why not.
    pub pronounceable: &'a dyn Fn(&str, &str) -> Result<(), String>,
    /// The variant to load; `None`: the first one, if the spec has variants.
    pub variant: Option<&'a str>,
    /// The languages that have syntax highlighting; if empty, any name is accepted.
    pub languages: &'a [&'a str],
}

impl Default for LoadOptions<'_> {
    fn default() -> Self {
        Self {
            drawable: &|_| true,
            families: &[],
            neural_voices: &[DEFAULT_VOICE],
            pronounceable: &|_, _| Ok(()),
            variant: None,
            languages: &[],
        }
    }
}

/// A file whose text was read with the spec.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IncludedText {
    /// The absolute path, symlinks resolved.
    pub path: PathBuf,
    /// BLAKE3 of what was read.
    pub hash: [u8; 32],
}
