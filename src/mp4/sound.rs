//! The sound track of a film: AAC frames read from an ADTS stream, one at a time.

use std::io::{BufRead, ErrorKind, Read};

use crate::sound::adts::{AacCoding, AdtsError, AdtsHeader, FRAME_SAMPLES};

use super::boxes::BoxWriter;
use super::error::Mp4Error;
use super::samples::SampleTable;

/// A sound stream whose headers were all read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoundTrack {
    /// The samples per second, which are the ticks of the track.
    pub rate: u32,
    /// The sizes and times of its frames, without their headers.
    pub samples: SampleTable,
    coding: AacCoding,
}

impl SoundTrack {
    /// Reads all headers of a stream of ADTS frames, which must have the same coding.
    ///
    /// # Errors
    /// [`Mp4Error::Sound`] or [`Mp4Error::Coding`] where it is no such stream.
    pub fn scan(stream: &mut impl BufRead) -> Result<Self, Mp4Error> {
        let mut frames = AacFrames { stream, at: 0 };
        let first = frames.header()?.ok_or(AdtsError::Empty)?;
        let rate = first.coding.rate().filter(|_| first.coding.channels != 0).ok_or(Mp4Error::Coding { at: 0 })?;
        let (mut sizes, mut next) = (Vec::new(), Some(first));
        while let Some(header) = next {
            if header.coding != first.coding {
                return Err(Mp4Error::Coding { at: frames.at });
            }
            frames.skip_frame(&header)?;
            sizes.push((header.length - header.header_length) as u32);
            next = frames.header()?;
        }
        Ok(Self { rate, samples: SampleTable::even(sizes, FRAME_SAMPLES as u32), coding: first.coding })
    }

    /// Writes the box `mp4a`, for the track of this number.
    pub fn write_entry(&self, to: &mut BoxWriter, track: u16) {
        to.boxed(b"mp4a", |to| {
            to.zeros(6);
            to.u16(1);
            to.zeros(8);
            to.u16(u16::from(self.coding.channels));
            to.u16(16);
            to.zeros(4);
            // A rate that does not fit into 16 bits is only in `esds`.
            to.u32(u16::try_from(self.rate).map_or(0, u32::from) << 16);
            self.write_esds(to, track);
        });
    }

    fn write_esds(&self, to: &mut BoxWriter, track: u16) {
        let rates = self.samples.rates(self.rate);
        let coding = u16::from(self.coding.object_type) << 11
            | u16::from(self.coding.rate_index) << 7
            | u16::from(self.coding.channels) << 3;
        let config = descriptor(5, |to| to.u16(coding));
        let decoder = descriptor(4, |to| {
            // MPEG-4 audio, a stream of sound, no buffer size.
            to.raw(&[0x40, 0x15, 0, 0, 0]);
            to.u32(rates.most);
            to.u32(rates.mean);
            to.raw(&config);
        });
        let stream = descriptor(3, |to| {
            to.u16(track);
            to.u8(0);
            to.raw(&decoder);
            to.raw(&descriptor(6, |to| to.u8(2)));
        });
        to.full(b"esds", 0, 0, |to| to.raw(&stream));
    }
}

/// A descriptor of MPEG-4 systems. All that are written here are shorter than 128 bytes.
fn descriptor(tag: u8, body: impl FnOnce(&mut BoxWriter)) -> Vec<u8> {
    let body = BoxWriter::bytes(body);
    BoxWriter::bytes(|to| {
        to.raw(&[tag, 0x80, 0x80, 0x80, body.len() as u8]);
        to.raw(&body);
    })
}

/// Reads a stream frame by frame.
pub struct AacFrames<R> {
    stream: R,
    at: usize,
}

impl<R: BufRead> AacFrames<R> {
    /// Reads `stream` from its start.
    pub fn new(stream: R) -> Self {
        Self { stream, at: 0 }
    }

    /// Appends the next frame without its header to `to`. It must have `size` bytes, as when the stream was scanned.
    pub fn copy(&mut self, size: u32, to: &mut Vec<u8>) -> Result<(), Mp4Error> {
        let header = self.header()?.ok_or(Mp4Error::SoundChanged)?;
        if (header.length - header.header_length) as u64 != u64::from(size) {
            return Err(Mp4Error::SoundChanged);
        }
        self.skip_bytes((header.header_length - AdtsHeader::BYTES) as u64)?;
        let read = self.stream.by_ref().take(u64::from(size)).read_to_end(to)?;
        self.at += header.length;
        if read as u64 == u64::from(size) { Ok(()) } else { Err(Mp4Error::SoundChanged) }
    }

    /// The header of the next frame; `None` at the stream's end.
    fn header(&mut self) -> Result<Option<AdtsHeader>, Mp4Error> {
        if self.stream.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut bytes = [0; AdtsHeader::BYTES];
        match self.stream.read_exact(&mut bytes) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(AdtsError::CutOff { at: self.at }.into()),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(Some(AdtsHeader::parse(&bytes).ok_or(AdtsError::NoFrame { at: self.at })?)),
        }
    }

    /// Skips the rest of the frame whose header was just read.
    fn skip_frame(&mut self, header: &AdtsHeader) -> Result<(), Mp4Error> {
        self.skip_bytes((header.length - AdtsHeader::BYTES) as u64)?;
        self.at += header.length;
        Ok(())
    }

    fn skip_bytes(&mut self, mut count: u64) -> Result<(), Mp4Error> {
        while count > 0 {
            let here = self.stream.fill_buf()?.len().min(usize::try_from(count).unwrap_or(usize::MAX));
            if here == 0 {
                return Err(AdtsError::CutOff { at: self.at }.into());
            }
            self.stream.consume(here);
            count -= here as u64;
        }
        Ok(())
    }
}
