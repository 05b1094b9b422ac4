//! The film as a file: its header, and behind it the samples of all segments and the sound, copied once. Knows nothing of where the
//! segments come from.

use std::io::{self, BufRead, Read, Seek, SeekFrom, Write};
use std::ops::Range;

use super::chapters::Texts;
use super::head::Head;
use super::layout::Layout;
use super::sound::{Frames, Sound};
use super::{Chapter, Error, Segment, SegmentError};

/// Bytes of pictures that are held at once: they stay in a core's own memory. By way of such a buffer a film was copied in a quarter
/// less time than by `copy_file_range`, which goes from page to page.
const COPY_BYTES: u64 = 256 << 10;

/// A film in the making: what it will hold, and where that lies now. Of samples it holds the tables only.
#[derive(Debug)]
pub struct Movie {
    title: String,
    chapters: Vec<Chapter>,
    texts: Texts,
    /// What all segments have in common, and the samples of those that were added.
    pictures: Option<Segment>,
    parts: Vec<Range<u64>>,
}

impl Movie {
    /// A film without pictures yet. Its title may be empty, and chapters there may be none.
    ///
    /// # Errors
    /// [`Error::Chapters`] when they are out of order.
    pub fn new(title: &str, chapters: Vec<Chapter>) -> Result<Self, Error> {
        let texts = Texts::new(&chapters)?;
        Ok(Self { title: title.to_owned(), chapters, texts, pictures: None, parts: Vec::new() })
    }

    /// Adds a segment behind the others.
    ///
    /// # Errors
    /// [`Error::Segment`] when it is coded otherwise than those, so that no player could go on from them to it.
    pub fn push(&mut self, segment: Segment) -> Result<(), Error> {
        let bytes = segment.bytes.clone();
        match &mut self.pictures {
            None => self.pictures = Some(segment),
            Some(pictures) => {
                let differs = |what| Error::Segment { segment: self.parts.len(), why: SegmentError::Differs(what) };
                if let Some(what) = difference(pictures, &segment) {
                    return Err(differs(what));
                }
                let all = u64::from(pictures.samples.count()) + u64::from(segment.samples.count());
                u32::try_from(all).map_err(|_| differs("number of samples"))?;
                pictures.samples.append(&segment.samples);
            }
        }
        self.parts.push(bytes);
        Ok(())
    }

    /// Writes the film: header first, then the samples, interleaved. `open` opens a segment by its number, in their order and one at a
    /// time; `stream` is what `sound` was scanned from. `progress` is told how many bytes are written, of how many.
    pub fn write<R: Read + Seek>(
        &self,
        to: &mut impl Write,
        sound: &Sound,
        stream: impl BufRead,
        open: impl FnMut(usize) -> io::Result<R>,
        mut progress: impl FnMut(u64, u64),
    ) -> Result<(), Error> {
        let pictures = self.pictures.as_ref().ok_or(Error::Empty)?;
        let before = self.texts.bytes.len() as u64;
        let layout = Layout::new(before, (&pictures.samples, pictures.timescale), (&sound.samples, sound.rate));
        let (title, chapters, texts) = (&self.title, &self.chapters, &self.texts);
        let head = Head { title, chapters, texts, pictures, sound, layout: &layout };
        to.write_all(&head.write())?;
        to.write_all(&self.texts.bytes)?;
        let mut source = Source { parts: self.parts.iter(), open, opened: 0, current: None, buffer: Vec::new() };
        let (mut frames, mut sizes, mut buffer) = (Frames::new(stream), sound.samples.sizes.iter(), Vec::new());
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

/// What of a segment is not as in the others.
fn difference(one: &Segment, other: &Segment) -> Option<&'static str> {
    let same = [
        ("timescale", one.timescale == other.timescale),
        ("size", one.size == other.size),
        ("coding", one.entry == other.entry),
    ];
    same.into_iter().find(|(_, same)| !same).map(|(what, _)| what)
}

/// The samples of all segments as one stream.
struct Source<'a, R, F> {
    parts: std::slice::Iter<'a, Range<u64>>,
    open: F,
    opened: usize,
    /// The open segment, and how many of its bytes are still to be copied.
    current: Option<(R, u64)>,
    buffer: Vec<u8>,
}

impl<R: Read + Seek, F: FnMut(usize) -> io::Result<R>> Source<'_, R, F> {
    /// Copies the next `count` bytes of the stream.
    fn copy(&mut self, mut count: u64, to: &mut impl Write) -> Result<(), Error> {
        while count > 0 {
            let (mut file, left) = match self.current.take() {
                Some(current) => current,
                None => self.next()?,
            };
            let wanted = count.min(left).min(COPY_BYTES);
            self.buffer.clear();
            if (file.by_ref().take(wanted).read_to_end(&mut self.buffer)? as u64) < wanted {
                return Err(Error::Segment { segment: self.opened - 1, why: SegmentError::CutOff("mdat") });
            }
            to.write_all(&self.buffer)?;
            self.current = (left > wanted).then_some((file, left - wanted));
            count -= wanted;
        }
        Ok(())
    }

    fn next(&mut self) -> Result<(R, u64), Error> {
        let part = self.parts.next().expect("the layout was made of these parts");
        let mut file = (self.open)(self.opened)?;
        self.opened += 1;
        file.seek(SeekFrom::Start(part.start))?;
        Ok((file, part.end - part.start))
    }
}
