//! MP4 files: reads the samples of segments, and writes one film of them and their sound. Knows nothing of ffmpeg, scenes or caches,
//! nor of what is coded in the samples.
//!
//! The boxes are written by hand: a film must copy its segments' sample description byte for byte and needs a QuickTime text track for
//! its chapters, and no crate of boxes does both.
//!
//! Sources: ISO/IEC 14496-12 (boxes), -14 (`esds`), -15 (`avcC`); QuickTime File Format (chapters).

mod boxes;
mod chapters;
mod head;
mod layout;
mod movie;
mod samples;
mod segment;
mod sound;
mod track;

#[cfg(test)]
mod tests;

use std::io;

use crate::sound::adts::AdtsError;

pub use chapters::Chapter;
pub use movie::Movie;
pub use samples::{Runs, Samples};
pub use segment::Segment;
pub use sound::Sound;

/// Why a film can't be written.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Reading or writing failed.
    #[error("reading or writing failed: {0}")]
    Io(#[from] io::Error),
    /// A segment is not one that can be joined.
    #[error("segment {segment} can't be joined: {why}")]
    Segment {
        /// Which, counted from 0.
        segment: usize,
        /// Why not.
        why: SegmentError,
    },
    /// The sound is no ADTS stream.
    #[error("the sound can't be joined: {0}")]
    Sound(#[from] AdtsError),
    /// The sound's frames are not all coded alike, or are not AAC at a known rate.
    #[error("the sound can't be joined: the frame at byte {at} is coded otherwise than a film's sound can be")]
    Coding {
        /// Where.
        at: usize,
    },
    /// The sound is not the one that was looked at before.
    #[error("the sound changed while it was copied")]
    SoundChanged,
    /// There is no segment or no sound.
    #[error("a film needs at least one picture and some sound")]
    Empty,
    /// A chapter begins before the one before it ends, or ends before it begins.
    #[error("chapter {chapter} is out of order")]
    Chapters {
        /// Which, counted from 0.
        chapter: usize,
    },
}

/// Why a file is no segment, or none that fits the others.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// Reading failed.
    #[error("reading failed: {0}")]
    Io(#[from] io::Error),
    /// The file ends within this box.
    #[error("its `{0}` is cut off")]
    CutOff(&'static str),
    /// This box is not there.
    #[error("it has no `{0}`")]
    Missing(&'static str),
    /// What this box says makes no sense.
    #[error("its `{0}` makes no sense")]
    Malformed(&'static str),
    /// It holds this, which a segment must not.
    #[error("it has {0}")]
    Unwanted(&'static str),
    /// This is not as it was in the segments before.
    #[error("its {0} is not that of the segments before it")]
    Differs(&'static str),
}
