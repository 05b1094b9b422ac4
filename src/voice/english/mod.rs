//! Converts a sentence of English to phonemes, and maps them to the words of the sentence (grapheme-to-phoneme conversion).
//!
//! [`text_normalization`] writes the sentence out as it is spoken, [`tagger`] tags the words by part of speech, and [`word_reader`] reads
//! each word with the lexicons, the suffix rules and, for words that are in no lexicon, a small network.

mod accent;
mod data;
mod error;
mod heteronyms;
mod lexicon;
mod oov_network;
mod pronunciations;
mod sentence_phonemes;
mod stress;
mod suffix;
mod tagger;
mod text_normalization;
mod word_reader;

pub use accent::Accent;
pub use error::EnglishError;
pub use pronunciations::{PronunciationError, Pronunciations};
pub use sentence_phonemes::{EnglishPhonemes, PhonemeWord};

/// A part of cache keys; increased when a rule changes what is spoken.
pub const VERSION: &str = "1";

/// The phonemes of `sentence`. A sentence that has only emoji and punctuation has no phonemes.
///
/// # Errors
/// [`EnglishError::Unspeakable`] with every word in another script.
pub fn phonemes(
    sentence: &str,
    accent: Accent,
    pronunciations: &Pronunciations,
) -> Result<EnglishPhonemes, EnglishError> {
    preload(accent);
    let tokens = text_normalization::normalize(sentence, accent, pronunciations)?;
    Ok(sentence_phonemes::sentence_phonemes(sentence, &tokens, accent))
}

/// Unpacks the tagger and the lexicons in parallel before the first sentence.
fn preload(accent: Accent) {
    static LOADED: data::ByAccent<()> = data::ByAccent::new();
    LOADED.get(accent, || {
        std::thread::scope(|threads| {
            threads.spawn(tagger::load);
            lexicon::Lexicon::for_accent(accent);
        });
    });
}

/// `text` as it is spoken in American English: "$1.5 million" becomes "one point five million dollars". Spelled letters are separate
/// words.
///
/// # Errors
/// [`EnglishError::Unspeakable`] with every word in another script.
pub fn spoken_words(text: &str) -> Result<String, EnglishError> {
    let tokens = text_normalization::normalize(text, Accent::American, &Pronunciations::default())?;
    Ok(text_normalization::plain_words(&tokens))
}

/// The blake3 hash, in hex, of all data that affect the phonemes. [`VERSION`] stands for the rules.
pub fn fingerprint() -> String {
    data::fingerprint()
}

#[cfg(test)]
mod tests;
