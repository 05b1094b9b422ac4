//! Why a film can't be written, or a segment can't be a part of it.

use std::io;

use crate::sound::adts::AdtsError;

/// Why a film can't be written.
#[derive(Debug, thiserror::Error)]
pub enum Mp4Error {
    /// Reading or writing failed.
    #[error("reading or writing failed: {0}")]
    Io(#[from] io::Error),
    /// A segment can't be joined with the others.
    #[error("segment {segment} can't be joined: {why}")]
    Segment {
        /// The number of the segment, from 0.
        segment: usize,
        /// What is wrong with it.
        why: SegmentError,
    },
    /// The sound is not an ADTS stream.
    #[error("the sound can't be joined: {0}")]
    Sound(#[from] AdtsError),
    /// The sound's frames are not all coded alike, or are not AAC at a known rate.
    #[error("the sound can't be joined: the frame at byte {at} is coded otherwise than a film's sound can be")]
    Coding {
        /// The offset of the frame in the stream, in bytes.
        at: usize,
    },
    /// The sound differs from when its headers were scanned.
    #[error("the sound changed while it was copied")]
    SoundChanged,
    /// There is no segment or no sound.
    #[error("a film needs at least one picture and some sound")]
    Empty,
    /// A chapter begins before the one before it ends, or ends before it begins.
    #[error("chapter {chapter} is out of order")]
    Chapters {
        /// The number of the chapter, from 0.
        chapter: usize,
    },
}

/// Why a file is not a segment, or does not fit the other segments.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// The file could not be read.
    #[error("reading failed: {0}")]
    Io(#[from] io::Error),
    /// The file ends within a box.
    #[error("its `{0}` is cut off")]
    CutOff(&'static str),
    /// A box is missing.
    #[error("it has no `{0}`")]
    Missing(&'static str),
    /// A box has values that the format does not allow.
    #[error("its `{0}` makes no sense")]
    Malformed(&'static str),
    /// It holds something that a segment must not have.
    #[error("it has {0}")]
    Unwanted(&'static str),
    /// A property differs from that of the segments before.
    #[error("its {0} is not that of the segments before it")]
    Differs(&'static str),
}
