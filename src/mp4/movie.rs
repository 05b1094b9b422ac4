//! Writes a film: the header, and then the samples of all segments and of the sound, each copied once.

use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use super::chapters::{Chapter, ChapterTrack};
use super::error::{Mp4Error, SegmentError};
use super::head::MovieHead;
use super::layout::ChunkLayout;
use super::segment::VideoSegment;
use super::sound::{AacFrames, SoundTrack};

/// The buffer for copying pictures, in bytes. It fits into the cache of a core: with it a film was copied in a quarter less time than by
/// `copy_file_range`, which copies page by page.
const COPY_BUFFER_BYTES: u64 = 256 << 10;

/// A film before it is written: its title, chapters and sample tables, and where the samples lie in their segments.
#[derive(Debug)]
pub struct Movie {
    title: String,
    chapters: Vec<Chapter>,
    texts: ChapterTrack,
    /// What all segments have in common, with the sample tables of all that were added.
    pictures: Option<VideoSegment>,
    /// The bytes of each segment that hold its samples.
    parts: Vec<Range<u64>>,
}

impl Movie {
    /// A film without pictures yet. Its title and its chapters may be empty.
    ///
    /// # Errors
    /// [`Mp4Error::Chapters`] if the chapters are out of order.
    pub fn new(title: &str, chapters: Vec<Chapter>) -> Result<Self, Mp4Error> {
        let texts = ChapterTrack::new(&chapters)?;
        Ok(Self { title: title.to_owned(), chapters, texts, pictures: None, parts: Vec::new() })
    }

    /// Adds a segment after the others.
    ///
    /// # Errors
    /// [`Mp4Error::Segment`] if it is coded differently from those, so that players could not play on from one to the next.
    pub fn push(&mut self, segment: VideoSegment) -> Result<(), Mp4Error> {
        let bytes = segment.bytes.clone();
        match &mut self.pictures {
            None => self.pictures = Some(segment),
            Some(pictures) => {
                let all = u64::from(pictures.samples.count()) + u64::from(segment.samples.count());
                let too_many = (all > u64::from(u32::MAX)).then_some("number of samples");
                if let Some(what) = difference(pictures, &segment).or(too_many) {
                    return Err(Mp4Error::Segment { segment: self.parts.len(), why: SegmentError::Differs(what) });
                }
                pictures.samples.append(&segment.samples);
            }
        }
        self.parts.push(bytes);
        Ok(())
    }

    /// Writes the film: the header first, then the samples, interleaved. `open` opens a segment by its number; it is called in order, and
    /// one segment is open at a time. `stream` is the stream that `sound` was scanned from. `progress` receives the bytes written and the
    /// bytes in all.
    ///
    /// # Errors
    /// [`Mp4Error::Empty`] without segments; else what reading and writing fail with.
    pub fn write<R: Read + Seek>(
        &self,
        to: &mut impl Write,
        sound: &SoundTrack,
        stream: impl BufRead,
        open: impl FnMut(usize) -> io::Result<R>,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), Mp4Error> {
        let pictures = self.pictures.as_ref().ok_or(Mp4Error::Empty)?;
        let before = self.texts.bytes.len() as u64;
        let layout = ChunkLayout::new(before, (&pictures.samples, pictures.timescale), (&sound.samples, sound.rate));
        let (title, chapters, texts) = (&self.title, &self.chapters, &self.texts);
        let head = MovieHead { title, chapters, texts, pictures, sound, layout: &layout };
        to.write_all(&head.write())?;
        to.write_all(&self.texts.bytes)?;
        let mut source = MovieSource { parts: self.parts.iter(), open, opened: 0, current: None, buffer: Vec::new() };
        let (mut frames, mut sizes, mut buffer) = (AacFrames::new(stream), sound.samples.sizes.iter(), Vec::new());
        for (picture, beside) in layout.pictures.iter().zip(&layout.sound) {
            source.copy(picture.bytes, to)?;
            buffer.clear();
            for &size in sizes.by_ref().take(beside.samples as usize) {
                frames.copy(size, &mut buffer)?;
            }
            to.write_all(&buffer)?;
            progress(beside.at + beside.bytes, layout.bytes);
        }
        Ok(to.flush()?)
    }
}

/// The first property in which two segments differ.
fn difference(one: &VideoSegment, other: &VideoSegment) -> Option<&'static str> {
    let properties = [
        ("timescale", one.timescale == other.timescale),
        ("size", one.size == other.size),
        ("coding", one.entry == other.entry),
    ];
    properties.into_iter().find(|(_, same)| !same).map(|(what, _)| what)
}

/// The samples of all segments as one stream.
struct MovieSource<'a, R, F> {
    parts: std::slice::Iter<'a, Range<u64>>,
    open: F,
    opened: usize,
    /// The open segment, and the number of its bytes that are still to be copied.
    current: Option<(R, u64)>,
    buffer: Vec<u8>,
}

impl<R: Read + Seek, F: FnMut(usize) -> io::Result<R>> MovieSource<'_, R, F> {
    /// Copies the next `count` bytes of the stream.
    fn copy(&mut self, mut count: u64, to: &mut impl Write) -> Result<(), Mp4Error> {
        while count > 0 {
            let (mut file, left) = match self.current.take() {
                Some(current) => current,
                None => self.open_next()?,
            };
            let wanted = count.min(left).min(COPY_BUFFER_BYTES);
            self.buffer.clear();
            if (file.by_ref().take(wanted).read_to_end(&mut self.buffer)? as u64) < wanted {
                return Err(Mp4Error::Segment { segment: self.opened - 1, why: SegmentError::CutOff("mdat") });
            }
            to.write_all(&self.buffer)?;
            self.current = (left > wanted).then_some((file, left - wanted));
            count -= wanted;
        }
        Ok(())
    }

    /// Opens the next segment at its first sample, and returns the bytes of its samples.
    fn open_next(&mut self) -> Result<(R, u64), Mp4Error> {
        let part = self.parts.next().expect("the layout was made of these parts");
        let mut file = (self.open)(self.opened)?;
        self.opened += 1;
        file.seek(SeekFrom::Start(part.start))?;
        Ok((file, part.end - part.start))
    }
}
