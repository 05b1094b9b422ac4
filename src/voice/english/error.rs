//! Why an English sentence can't be spoken.

use std::ops::Range;

/// Why a sentence can't be spoken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EnglishError {
    /// The sentence has words in a script that English has no sounds for.
    #[error("can't be spoken in English: {}", list_words(words))]
    Unspeakable {
        /// The words and their bytes in the sentence, in order.
        words: Vec<(String, Range<usize>)>,
    },
}

fn list_words(words: &[(String, Range<usize>)]) -> String {
    words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}
