//! Captions and subtitle cues from the words of the script: grouped into pages and cues, and drawn.

mod cues;
mod draw;
mod marks;
pub(super) mod metrics;
mod pages;
mod phrases;
mod spoken_word;
#[cfg(test)]
mod tests;

pub use cues::{CaptionCue, cues};
pub(crate) use draw::CaptionPainter;
pub(crate) use marks::settle_frames;
pub use pages::{CaptionSetting, pages};
pub use spoken_word::SpokenWord;
