//! The output of text normalization: what is spoken for a piece of text.

/// Something that is spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpokenItem {
    /// A word to be read.
    Word(String),
    /// A word to be read with stress.
    Stressed(String),
    /// Letters to be read by their names, with an "s" after the last one if `plural`.
    Letters { letters: String, plural: bool },
    /// Phonemes given for `written` by the project or by a list.
    Phonemes { written: String, phonemes: String },
    /// A punctuation mark that affects pauses or intonation.
    Punctuation(char),
}

/// A spoken item and its place in the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenToken {
    /// The byte of the text at which its written form begins.
    pub at: usize,
    /// Whether white space comes before it.
    pub spaced: bool,
    pub item: SpokenItem,
}
