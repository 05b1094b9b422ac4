//! The errors and limits that all networks share.

use std::ops::RangeInclusive;

use crate::voice::espeak::EspeakError;

/// The possible speeds, relative to a voice's normal pace.
pub const SPEEDS: RangeInclusive<f64> = 0.5..=2.0;
/// The maximum number of symbols of one sentence: about ten minutes of speech.
pub const MAX_SYMBOLS: usize = 10_000;

/// Why a network did not speak a sentence.
#[derive(Debug, thiserror::Error)]
pub enum NeuralError {
    /// The sentence has symbols that the network was not trained on.
    #[error("the voice has no sound for {}", list_symbols(.0))]
    UnknownSymbols(Vec<char>),
    /// The sentence has no sound.
    #[error("there is nothing to say in “{0}”")]
    Silent(String),
    /// The sentence has more symbols than [`MAX_SYMBOLS`]; carries their number.
    #[error("a sentence of {0} phonemes is too long to be spoken; end it somewhere with a full stop")]
    TooLong(usize),
    /// The speed is not in [`SPEEDS`].
    #[error("a speed of {0} is not possible; it lies between {least} and {most}", least = SPEEDS.start(), most = SPEEDS.end())]
    Speed(f64),
    /// The symbols of the word with this index are not within the sentence, or begin before the previous word ends.
    #[error("word {0} does not lie within the sentence's phonemes")]
    Word(usize),
    /// A Piper voice has no speaker of this name.
    #[error("the voice has no speaker `{0}`")]
    UnknownSpeaker(String),
    /// espeak-ng, which transcribes the text for Piper voices, failed.
    #[error(transparent)]
    Espeak(#[from] EspeakError),
    /// The caller cancelled it before all clauses were spoken.
    #[error("the sentence is not wanted any more")]
    Cancelled,
    /// The files of a voice can't be read.
    #[error("the voice's network can't be read: {0}")]
    Load(String),
    /// The network failed, or its output has not the expected form.
    #[error("the voice's network failed: {0}")]
    Run(String),
}

fn list_symbols(symbols: &[char]) -> String {
    let each: Vec<String> =
        symbols.iter().map(|c| format!("“{}” (U+{:04X})", c.escape_debug(), u32::from(*c))).collect();
    each.join(", ")
}
