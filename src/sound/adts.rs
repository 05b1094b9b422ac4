//! ADTS streams of AAC: the headers of their frames. What is coded in the frames is not read.

use std::io::{self, Read, Seek, SeekFrom, Write};

/// The samples of each channel in a frame of AAC-LC.
pub const FRAME_SAMPLES: u64 = 1024;

/// Why bytes are not an ADTS stream.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AdtsError {
    /// There is no frame header where one should be.
    #[error("no ADTS frame at byte {at}")]
    NoFrame {
        /// The offset in the stream, in bytes.
        at: usize,
    },
    /// The stream ends within a frame.
    #[error("the ADTS frame at byte {at} is cut off")]
    CutOff {
        /// The offset of the frame in the stream, in bytes.
        at: usize,
    },
    /// There is no frame after the priming one.
    #[error("the ADTS stream holds no sound")]
    Empty,
}

/// The frames of `stream`, with their headers.
pub fn frames(stream: &[u8]) -> AdtsFrames<'_> {
    AdtsFrames { stream, at: 0 }
}

/// Iterates over the frames of a stream; ends after the first error.
#[derive(Clone, Debug)]
pub struct AdtsFrames<'a> {
    stream: &'a [u8],
    at: usize,
}

impl<'a> Iterator for AdtsFrames<'a> {
    type Item = Result<&'a [u8], AdtsError>;

    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.stream.get(self.at..).filter(|rest| !rest.is_empty())?;
        let at = std::mem::replace(&mut self.at, self.stream.len());
        Some(frame_length(rest, at).map(|length| {
            self.at = at + length;
            &rest[..length]
        }))
    }
}

/// How all frames of a stream are coded, in the numbers of MPEG-4.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AacCoding {
    /// The kind of AAC: 2 is AAC-LC.
    pub object_type: u8,
    /// The index of the sampling rate in the standard's table.
    pub rate_index: u8,
    /// The channel configuration: 1 is mono, 2 is stereo.
    pub channels: u8,
}

impl AacCoding {
    /// The samples per second; `None` if the index stands for no rate.
    pub fn rate(self) -> Option<u32> {
        const RATES: [u32; 13] =
            [96_000, 88_200, 64_000, 48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8000, 7350];
        RATES.get(usize::from(self.rate_index)).copied()
    }
}

/// The header of a frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AdtsHeader {
    /// How the frame is coded.
    pub coding: AacCoding,
    /// The bytes of the header, with its checksum if there is one.
    pub header_length: usize,
    /// The bytes of the frame with its header.
    pub length: usize,
}

impl AdtsHeader {
    /// The bytes of a header without checksum.
    pub const BYTES: usize = 7;

    /// The header in `bytes`; `None` if they are no header.
    pub fn parse(bytes: &[u8; Self::BYTES]) -> Option<Self> {
        let sync = bytes[0] == 0xff && bytes[1] & 0xf6 == 0xf0;
        let length = usize::from(bytes[3] & 3) << 11 | usize::from(bytes[4]) << 3 | usize::from(bytes[5] >> 5);
        let header_length = if bytes[1] & 1 == 1 { 7 } else { 9 };
        // A frame of more than one block is legal but never written, and would have more samples.
        let one_block = bytes[6] & 3 == 0;
        let coding = AacCoding {
            object_type: (bytes[2] >> 6) + 1,
            rate_index: bytes[2] >> 2 & 0xf,
            channels: (bytes[2] & 1) << 2 | bytes[3] >> 6,
        };
        (sync && one_block && length >= header_length).then_some(Self { coding, header_length, length })
    }
}

/// The bytes of the frame at the start of `rest`, with its header.
fn frame_length(rest: &[u8], at: usize) -> Result<usize, AdtsError> {
    let header = rest.first_chunk::<{ AdtsHeader::BYTES }>().ok_or(AdtsError::CutOff { at })?;
    match AdtsHeader::parse(header) {
        None => Err(AdtsError::NoFrame { at }),
        Some(header) if header.length > rest.len() => Err(AdtsError::CutOff { at }),
        Some(header) => Ok(header.length),
    }
}

/// The number of frames in `stream`.
pub fn count(stream: &[u8]) -> Result<u64, AdtsError> {
    frames(stream).try_fold(0, |n, frame| frame.map(|_| n + 1))
}

/// Copies a stream without its first frame, the priming of ffmpeg's AAC encoder. The copy decodes with sample 0 of the encoder's input as
/// its first, so no edit list is needed.
///
/// AAC's frames overlap, so samples 0 to 1023 rise from silence over those 21 ms, as they do wherever a player starts.
///
/// # Errors
/// What reading and writing fail with; an [`AdtsError`] if there is no first frame, or no other.
pub fn copy_without_priming(from: &mut (impl Read + Seek), to: &mut impl Write) -> io::Result<()> {
    let mut start = Vec::new();
    from.by_ref().take(AdtsHeader::BYTES as u64).read_to_end(&mut start)?;
    let header = start.first_chunk().ok_or(AdtsError::Empty).map(AdtsHeader::parse).map_err(io::Error::other)?;
    let header = header.ok_or(AdtsError::NoFrame { at: 0 }).map_err(io::Error::other)?;
    from.seek(SeekFrom::Start(header.length as u64))?;
    match io::copy(from, to)? {
        0 => Err(io::Error::other(AdtsError::Empty)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn frame(payload: usize) -> Vec<u8> {
        let length = payload + 7;
        let mut frame =
            vec![0xff, 0xf1, 0x4c, 0x80 | (length >> 11) as u8, (length >> 3) as u8, (length << 5) as u8 | 0x1f, 0xfc];
        frame.resize(length, 0xaa);
        frame
    }

    #[test]
    fn a_stream_is_cut_at_its_headers() {
        let stream = [frame(10), frame(0), frame(700)].concat();
        let lengths: Vec<usize> = frames(&stream).map(|f| f.unwrap().len()).collect();
        assert_eq!((lengths, count(&stream)), (vec![17, 7, 707], Ok(3)));
        let mut rest = Vec::new();
        copy_without_priming(&mut Cursor::new(&stream), &mut rest).unwrap();
        assert_eq!(rest, &stream[17..]);
    }

    #[test]
    fn what_is_no_stream_is_a_typed_error() {
        let two = [frame(10), frame(20)].concat();
        let refused =
            |stream: &[u8]| copy_without_priming(&mut Cursor::new(stream), &mut io::sink()).unwrap_err().to_string();
        assert_eq!(refused(b""), AdtsError::Empty.to_string());
        assert_eq!(refused(&frame(10)), AdtsError::Empty.to_string());
        assert_eq!(refused(&[0; 64]), AdtsError::NoFrame { at: 0 }.to_string());
        assert_eq!(count(&[&two[..], b"garbage after it"].concat()), Err(AdtsError::NoFrame { at: 44 }));
        assert_eq!(count(&two[..30]), Err(AdtsError::CutOff { at: 17 }));
        assert_eq!(count(&two[..20]), Err(AdtsError::CutOff { at: 17 }));
    }

    #[test]
    fn a_header_tells_how_the_sound_is_coded() {
        let header = AdtsHeader::parse(frame(700).first_chunk().unwrap()).unwrap();
        assert_eq!(header.coding, AacCoding { object_type: 2, rate_index: 3, channels: 2 });
        assert_eq!((header.header_length, header.length, header.coding.rate()), (7, 707, Some(48_000)));
    }

    #[test]
    fn a_length_shorter_than_its_header_does_not_hang() {
        let mut bad = frame(10);
        bad[4] = 0;
        bad[5] &= 0x1f;
        assert_eq!(count(&bad), Err(AdtsError::NoFrame { at: 0 }));
    }
}
