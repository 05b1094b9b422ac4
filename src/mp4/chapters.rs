//! Chapters in the two forms that players know: a text track that the other tracks refer to (QuickTime), and a list (`chpl`, Nero).

use super::boxes::BoxWriter;
use super::error::Mp4Error;
use super::layout::SampleChunk;
use super::samples::SampleTable;
use super::track::{IDENTITY_MATRIX, MILLIS_TIMESCALE, TrackKind};

/// The most chapters in `chpl`, and the most bytes of a title there: it counts both in one byte. The text track has all.
const MAX_LIST_COUNT: usize = 255;
/// The most bytes of a title in the text track, which counts them in two bytes.
const MAX_TITLE_BYTES: usize = 65_535;
/// The ticks of `chpl` in a millisecond.
const LIST_TICKS_PER_MILLI: u64 = 10_000;
/// The box after each text that says it is UTF-8.
const ENCODING: &[u8] = b"\0\0\0\x0cencd\0\0\x01\0";

/// A chapter of the film.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// Its first millisecond in the film.
    pub from: u64,
    /// The millisecond after its last one.
    pub to: u64,
    /// The title that players show.
    pub title: String,
}

/// The text track with a sample for each chapter.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ChapterTrack {
    /// Its samples, at 1000 ticks a second.
    pub samples: SampleTable,
    /// The bytes of its samples, which come first in the file.
    pub bytes: Vec<u8>,
    /// The chunk that holds all of them.
    pub chunk: SampleChunk,
}

impl ChapterTrack {
    /// A text for each chapter, shown until the next one. Without an edit list a track begins at 0, so an empty text comes first if the
    /// first chapter begins later.
    pub fn new(chapters: &[Chapter]) -> Result<Self, Mp4Error> {
        let mut texts = Self::default();
        let before = chapters.first().map_or(0, |chapter| chapter.from);
        if before > 0 {
            texts.push("", before, 0)?;
        }
        for (i, chapter) in chapters.iter().enumerate() {
            let end = chapters.get(i + 1).map_or(chapter.to, |next| next.from);
            let length = end.checked_sub(chapter.from).filter(|&length| length > 0 && chapter.to <= end);
            texts.push(&chapter.title, length.ok_or(Mp4Error::Chapters { chapter: i })?, i)?;
        }
        texts.chunk = SampleChunk { at: 0, samples: texts.samples.count(), bytes: texts.bytes.len() as u64 };
        Ok(texts)
    }

    fn push(&mut self, title: &str, length: u64, chapter: usize) -> Result<(), Mp4Error> {
        let title = truncate(title, MAX_TITLE_BYTES);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&(title.len() as u16).to_be_bytes());
        self.bytes.extend_from_slice(title.as_bytes());
        self.bytes.extend_from_slice(ENCODING);
        let length = u32::try_from(length).map_err(|_| Mp4Error::Chapters { chapter })?;
        let size = (self.bytes.len() - start) as u32;
        self.samples.append(&SampleTable::even(vec![size], length));
        Ok(())
    }
}

/// The start of `text` with at most `limit` bytes, cut between characters.
fn truncate(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// Writes the box `chpl`, the list of chapters.
pub fn write_list(to: &mut BoxWriter, chapters: &[Chapter]) {
    let listed = &chapters[..chapters.len().min(MAX_LIST_COUNT)];
    to.full(b"chpl", 1, 0, |to| {
        to.u32(0);
        to.u8(listed.len() as u8);
        for chapter in listed {
            let title = truncate(&chapter.title, MAX_LIST_COUNT);
            to.u64(chapter.from.saturating_mul(LIST_TICKS_PER_MILLI));
            to.u8(title.len() as u8);
            to.raw(title.as_bytes());
        }
    });
}

/// The kind of the text track, which players do not show by itself.
pub fn track_kind() -> TrackKind {
    TrackKind {
        handler: (b"text", "SubtitleHandler"),
        flags: 2,
        group: 0,
        volume: 0,
        header: write_header,
        after_tables: |_, _| {},
    }
}

/// The ticks per second of the text track.
pub const TIMESCALE: u32 = MILLIS_TIMESCALE;

/// Writes the box `gmhd`: copy mode, grey, and text without any style.
fn write_header(to: &mut BoxWriter) {
    to.boxed(b"gmhd", |to| {
        to.full(b"gmin", 0, 0, |to| {
            to.u16(0x40);
            (0..3).for_each(|_| to.u16(0x8000));
            to.zeros(4);
        });
        to.boxed(b"text", |to| {
            IDENTITY_MATRIX.iter().for_each(|&value| to.u32(value));
        });
    });
}

/// The sample entry `text`: a font table of one font without a name, and zeros.
pub fn sample_entry() -> Vec<u8> {
    BoxWriter::bytes(|to| {
        to.boxed(b"text", |to| {
            to.zeros(6);
            to.u16(1);
            to.u32(1);
            // Position, colour, box and range are zero; then come the font's number, style, size and colour.
            to.zeros(18);
            to.u16(1);
            to.zeros(6);
            to.boxed(b"ftab", |to| to.raw(&[0, 1, 0, 1, 0]));
        });
    })
}
