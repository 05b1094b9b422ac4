//! Cuts a script into sentences, and a sentence into the words that captions show.

use std::ops::Range;

/// The sentences of `text`, as byte ranges without the white space around them.
pub fn sentences(text: &str) -> Vec<Range<usize>> {
    todo!("{text}")
}

/// The words of a sentence as captions show them, as byte ranges: parted by white space, punctuation attached; scripts that write no
/// spaces are cut at Unicode's word boundaries.
pub fn words(sentence: &str) -> Vec<Range<usize>> {
    todo!("{sentence}")
}
