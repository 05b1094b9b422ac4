//! Word times of recorded narration, estimated from energy and text.

use std::ops::Range;

use super::SpokenWord;

/// Estimates when each of `words` (byte ranges of `text`) sounds in `samples` (mono, 48 kHz).
pub fn estimate(samples: &[f32], text: &str, words: &[Range<usize>]) -> Vec<SpokenWord> {
    todo!("{} {text} {words:?}", samples.len())
}
