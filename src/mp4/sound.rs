//! Sound for an MP4: AAC frames out of an ADTS stream, of which one is held at a time. Knows nothing of what sounds.

use std::io::{BufRead, ErrorKind, Read};

use crate::sound::adts::{AdtsError, Coding, FRAME_SAMPLES, Header};

use super::Error;
use super::boxes::Writer;
use super::samples::Samples;

/// What is known of a stream once it has been looked through.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sound {
    /// Samples per second, and the track's timescale.
    pub rate: u32,
    /// Its frames without their headers.
    pub samples: Samples,
    coding: Coding,
}

impl Sound {
    /// Looks through a stream of ADTS frames, all coded alike.
    pub fn scan(stream: &mut impl BufRead) -> Result<Self, Error> {
        let mut frames = Frames { stream, at: 0 };
        let first = frames.header()?.ok_or(AdtsError::Empty)?;
        let rate = first.coding.rate().filter(|_| first.coding.channels != 0).ok_or(Error::Coding { at: 0 })?;
        let (mut sizes, mut next) = (Vec::new(), Some(first));
        while let Some(header) = next {
            if header.coding != first.coding {
                return Err(Error::Coding { at: frames.at });
            }
            frames.skip(&header)?;
            sizes.push((header.length - header.header_length) as u32);
            next = frames.header()?;
        }
        Ok(Self { rate, samples: Samples::even(sizes, FRAME_SAMPLES as u32), coding: first.coding })
    }

    /// The box `mp4a`, for a track of this number.
    pub fn write_entry(&self, to: &mut Writer, track: u16) {
        to.boxed(b"mp4a", |to| {
            to.zeros(6);
            to.u16(1);
            to.zeros(8);
            to.u16(u16::from(self.coding.channels));
            to.u16(16);
            to.zeros(4);
            // A rate that 16 bits can't hold stands in `esds` alone.
            to.u32(u16::try_from(self.rate).map_or(0, u32::from) << 16);
            self.write_esds(to, track);
        });
    }

    fn write_esds(&self, to: &mut Writer, track: u16) {
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

/// A descriptor of MPEG-4 systems; ours are all shorter than 128 bytes.
fn descriptor(tag: u8, body: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let body = Writer::bytes(body);
    Writer::bytes(|to| {
        to.raw(&[tag, 0x80, 0x80, 0x80, body.len() as u8]);
        to.raw(&body);
    })
}

/// A stream, read frame by frame.
pub struct Frames<R> {
    stream: R,
    at: usize,
}

impl<R: BufRead> Frames<R> {
    /// Reads `stream` from its start.
    pub fn new(stream: R) -> Self {
        Self { stream, at: 0 }
    }

    /// Adds the next frame, which is of `size` bytes without its header, to `to`.
    pub fn copy(&mut self, size: u32, to: &mut Vec<u8>) -> Result<(), Error> {
        let header = self.header()?.ok_or(Error::SoundChanged)?;
        if (header.length - header.header_length) as u64 != u64::from(size) {
            return Err(Error::SoundChanged);
        }
        self.pass((header.header_length - Header::BYTES) as u64)?;
        let read = self.stream.by_ref().take(u64::from(size)).read_to_end(to)?;
        self.at += header.length;
        if read as u64 == u64::from(size) { Ok(()) } else { Err(Error::SoundChanged) }
    }

    /// The header of the next frame; `None` at the stream's end.
    fn header(&mut self) -> Result<Option<Header>, Error> {
        if self.stream.fill_buf()?.is_empty() {
            return Ok(None);
        }
        let mut bytes = [0; Header::BYTES];
        match self.stream.read_exact(&mut bytes) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Err(AdtsError::CutOff { at: self.at }.into()),
            Err(error) => Err(error.into()),
            Ok(()) => Ok(Some(Header::parse(&bytes).ok_or(AdtsError::NoFrame { at: self.at })?)),
        }
    }

    /// Goes to the end of the frame whose header was just read.
    fn skip(&mut self, header: &Header) -> Result<(), Error> {
        self.pass((header.length - Header::BYTES) as u64)?;
        self.at += header.length;
        Ok(())
    }

    fn pass(&mut self, mut count: u64) -> Result<(), Error> {
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
