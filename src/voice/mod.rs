//! Splits a script into sentences, and synthesises a sentence to samples with the times of its words.
//!
//! Three engines speak: the networks in [`neural`], English text for them by [`english`], and espeak-ng in [`espeak`]. [`align`] estimates
//! the word times of recordings.

pub mod align;
pub mod custom;
pub mod english;
pub mod espeak;
pub mod library;
pub mod neural;
mod post_processing;
mod segments;
mod spoken;
mod text;

pub use post_processing::TARGET_LUFS;
pub use segments::{caption_words, phrases};
pub use spoken::{SpokenSentence, WordTiming};
pub use text::{is_unspaced, sentences, words};
