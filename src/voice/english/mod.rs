//! From a sentence of English to phonemes, each mapped back to its word in the sentence. Knows nothing of models, samples or projects.
//!
//! A sentence is first written out as it is spoken (`script`), then its words are tagged by part of speech (`tagger`), then each word is
//! read (`reading`) with the lexicons, the suffix rules and, for what nobody has written down, a small net.

mod data;
mod heteronyms;
mod lexicon;
mod net;
mod phrase;
mod pronounce;
mod reading;
mod script;
mod stress;
mod suffix;
mod tagger;

use std::ops::Range;

pub use pronounce::{Pronounce, PronounceError};

/// Changes when a rule changes what is spoken, so that results of the rules before are not taken for results of these.
pub const VERSION: &str = "1";

/// Which English is spoken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Accent {
    /// General American.
    American,
    /// Southern British.
    British,
}

/// A sentence in phonemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phonemes {
    /// Symbols of the Kokoro alphabet: phonemes, stress, spaces between words, and punctuation.
    pub symbols: String,
    /// The words that captions show (`voice::words`), in order.
    pub words: Vec<PhonemeWord>,
}

/// A written word and its phonemes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PhonemeWord {
    /// Its bytes in the sentence.
    pub range: Range<usize>,
    /// Its characters (not bytes) in the symbols, with the punctuation after it; empty if it is not spoken.
    pub symbols: Range<usize>,
}

/// Why a sentence can't be spoken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrontError {
    /// Words of a script that English has no sounds for.
    #[error("can't be spoken in English: {}", names(words))]
    Unspeakable {
        /// The words and their bytes in the sentence, in order.
        words: Vec<(String, Range<usize>)>,
    },
}

fn names(words: &[(String, Range<usize>)]) -> String {
    words.iter().map(|(word, _)| format!("\"{word}\"")).collect::<Vec<_>>().join(", ")
}

/// The phonemes of `sentence`. A sentence of nothing but pictures and punctuation has no phonemes.
///
/// # Errors
/// Names every word that is written in another script.
pub fn phonemes(sentence: &str, accent: Accent, pronounce: &Pronounce) -> Result<Phonemes, FrontError> {
    load(accent);
    let said = script::written_out(sentence, accent, pronounce)?;
    Ok(phrase::phrase(sentence, &said, accent))
}

/// Unpacks tagger and lexicons side by side before the first sentence.
fn load(accent: Accent) {
    static LOADED: data::ByAccent<()> = data::ByAccent::new();
    LOADED.get(accent, || {
        std::thread::scope(|threads| {
            threads.spawn(tagger::load);
            lexicon::Lexicon::of(accent);
        });
    });
}

/// `text` as it is spoken in American English: "$1.5 million" is "one point five million dollars". Spelled letters stand alone.
///
/// # Errors
/// Names every word that is written in another script.
pub fn spoken_words(text: &str) -> Result<String, FrontError> {
    let said = script::written_out(text, Accent::American, &Pronounce::default())?;
    Ok(script::plain(&said))
}

/// The blake3 hash, in hex, of all the data that shape the phonemes. The rules' part is [`VERSION`].
pub fn fingerprint() -> String {
    data::fingerprint()
}

#[cfg(test)]
mod tests;
