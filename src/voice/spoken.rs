//! The result of speech synthesis, the same for all engines.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// A word of a sentence and the time at which it sounds, in samples at 48 kHz.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordTiming {
    /// The bytes of the word in the sentence.
    pub range: Range<usize>,
    /// The sample at which the word begins.
    pub from: u64,
    /// The sample at which the word has ended: at least `from`, and at most the `from` of the next word.
    pub to: u64,
}

/// The sound of a sentence with the times of its words.
#[derive(Clone, Debug, PartialEq)]
pub struct SpokenSentence {
    /// Mono samples at 48 kHz with a full scale of ±1.
    pub samples: Vec<f32>,
    /// The words as captions show them, in order.
    pub words: Vec<WordTiming>,
}
