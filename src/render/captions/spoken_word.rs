//! Words of the script with the times at which they are heard: the input of captions and subtitles.

/// A word of the script and when it is heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpokenWord {
    /// As the script writes it, punctuation and all.
    pub text: String,
    /// First sample in which it is heard.
    pub from: u64,
    /// One past the last sample in which it is heard.
    pub to: u64,
    /// Whether it follows the previous word without a space.
    pub joined: bool,
}
