//! Chapters in the two forms that players know: a text track that the others refer to (QuickTime), and a list (`chpl`, Nero).
//! Knows nothing of scenes.

use super::Error;
use super::boxes::Writer;
use super::layout::Chunk;
use super::samples::Samples;
use super::track::{Kind, MILLIS, UNITY};

/// `chpl` counts chapters in one byte, and a title's bytes in another. The text track holds what does not fit.
const LIST_LIMIT: usize = 255;
/// A text sample counts its bytes in two.
const TITLE_LIMIT: usize = 65_535;
/// Ticks of `chpl` in a millisecond.
const LIST_TICKS: u64 = 10_000;
/// Behind each text: that it is UTF-8.
const ENCODING: &[u8] = b"\0\0\0\x0cencd\0\0\x01\0";

/// A chapter mark.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chapter {
    /// First millisecond.
    pub from: u64,
    /// One past the last millisecond.
    pub to: u64,
    /// Its title.
    pub title: String,
}

/// The text track.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Texts {
    /// Its samples, at a thousand ticks a second.
    pub samples: Samples,
    /// Their bytes, the first of all samples.
    pub bytes: Vec<u8>,
    /// The one chunk that they are.
    pub chunk: Chunk,
}

impl Texts {
    /// A text for each chapter, until the next one. Without an edit list a track begins at 0, so if no chapter does, an empty text is
    /// put in front.
    pub fn new(chapters: &[Chapter]) -> Result<Self, Error> {
        let mut texts = Self::default();
        let before = chapters.first().map_or(0, |chapter| chapter.from);
        if before > 0 {
            texts.push("", before, 0)?;
        }
        for (i, chapter) in chapters.iter().enumerate() {
            let end = chapters.get(i + 1).map_or(chapter.to, |next| next.from);
            let length = end.checked_sub(chapter.from).filter(|&length| length > 0 && chapter.to <= end);
            texts.push(&chapter.title, length.ok_or(Error::Chapters { chapter: i })?, i)?;
        }
        texts.chunk = Chunk { at: 0, samples: texts.samples.count(), bytes: texts.bytes.len() as u64 };
        Ok(texts)
    }

    fn push(&mut self, title: &str, length: u64, chapter: usize) -> Result<(), Error> {
        let title = cut(title, TITLE_LIMIT);
        let start = self.bytes.len();
        self.bytes.extend_from_slice(&(title.len() as u16).to_be_bytes());
        self.bytes.extend_from_slice(title.as_bytes());
        self.bytes.extend_from_slice(ENCODING);
        let length = u32::try_from(length).map_err(|_| Error::Chapters { chapter })?;
        let size = (self.bytes.len() - start) as u32;
        self.samples.append(&Samples::even(vec![size], length));
        Ok(())
    }
}

/// The longest start of `text` of at most `limit` bytes that is whole characters.
fn cut(text: &str, limit: usize) -> &str {
    &text[..text.floor_char_boundary(limit)]
}

/// The box `chpl`.
pub fn write_list(to: &mut Writer, chapters: &[Chapter]) {
    let listed = &chapters[..chapters.len().min(LIST_LIMIT)];
    to.full(b"chpl", 1, 0, |to| {
        to.u32(0);
        to.u8(listed.len() as u8);
        for chapter in listed {
            let title = cut(&chapter.title, LIST_LIMIT);
            to.u64(chapter.from.saturating_mul(LIST_TICKS));
            to.u8(title.len() as u8);
            to.raw(title.as_bytes());
        }
    });
}

/// A text track that is not shown by itself.
pub fn kind() -> Kind {
    Kind {
        handler: (b"text", "SubtitleHandler"),
        flags: 2,
        group: 0,
        volume: 0,
        header: write_header,
        behind: |_, _| {},
    }
}

/// The timescale of the text track.
pub const TIMESCALE: u32 = MILLIS;

/// The box `gmhd`: copy mode, grey, and text without any style.
fn write_header(to: &mut Writer) {
    to.boxed(b"gmhd", |to| {
        to.full(b"gmin", 0, 0, |to| {
            to.u16(0x40);
            (0..3).for_each(|_| to.u16(0x8000));
            to.zeros(4);
        });
        to.boxed(b"text", |to| {
            UNITY.iter().for_each(|&value| to.u32(value));
        });
    });
}

/// The sample entry `text`: a font table of one font without a name, everything else as nothing.
pub fn entry() -> Vec<u8> {
    Writer::bytes(|to| {
        to.boxed(b"text", |to| {
            to.zeros(6);
            to.u16(1);
            to.u32(1);
            // Place, colour, box and range are nothing; then the font's number, style, size and colour.
            to.zeros(18);
            to.u16(1);
            to.zeros(6);
            to.boxed(b"ftab", |to| to.raw(&[0, 1, 0, 1, 0]));
        });
    })
}
