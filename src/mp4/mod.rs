//! MP4 files: reads the sample tables of segments, and writes one film from the segments and their sound. Samples are copied, never
//! decoded.
//!
//! The boxes are written by hand: a film must copy its segments' sample description byte for byte and needs a QuickTime text track for
//! its chapters, and no crate of boxes does both.
//!
//! Sources: ISO/IEC 14496-12 (boxes), -14 (`esds`), -15 (`avcC`); QuickTime File Format (chapters).

mod boxes;
mod chapters;
mod error;
mod head;
mod layout;
mod movie;
mod samples;
mod segment;
mod sound;
mod track;

#[cfg(test)]
mod tests;

pub use chapters::Chapter;
pub use error::{Mp4Error, SegmentError};
pub use movie::Movie;
pub use samples::{RunLengths, SampleTable};
pub use segment::VideoSegment;
pub use sound::SoundTrack;
