//! From a script to sentences, and from a sentence to samples with word times. Knows nothing of specs, scenes or caches.

pub mod align;
pub mod brought;
pub mod english;
pub mod espeak;
mod finish;
pub mod library;
pub mod neural;
mod segments;
mod text;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub use finish::LOUDNESS;
use finish::finish;
pub use segments::{phrases, shown};
pub use text::{is_unspaced, sentences, words};

/// A word and when it sounds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpokenWord {
    /// Its bytes in the sentence.
    pub range: Range<usize>,
    /// The sample at which it begins.
    pub from: u64,
    /// The sample at which it has ended; not before `from`, nor after the next word's `from`.
    pub to: u64,
}

/// A sentence as spoken: what every engine gives.
#[derive(Clone, Debug, PartialEq)]
pub struct Spoken {
    /// Mono, 48 kHz, full scale ±1.
    pub samples: Vec<f32>,
    /// Its words, in order.
    pub words: Vec<SpokenWord>,
}
