//! Seekable PCM at 48 kHz that is read block by block and never held whole in memory.

use std::io::{self, Read, Seek, SeekFrom};

use super::{Stereo, wav};

/// What a source reads from, such as a file or a cursor over bytes.
pub trait SeekRead: Read + Seek {}

impl<T: Read + Seek> SeekRead for T {}

/// The format of raw samples, which are little-endian and interleaved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SampleFormat {
    /// Signed integers of 16 bits.
    S16,
    /// Floats of 32 bits; those that are not finite are read as silence.
    F32,
}

impl SampleFormat {
    /// The bytes of one sample of one channel.
    pub fn bytes(self) -> usize {
        match self {
            Self::S16 => 2,
            Self::F32 => 4,
        }
    }
}

/// The channels of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelLayout {
    /// One channel, which is played on both sides.
    Mono,
    /// A left and a right channel.
    Stereo,
}

impl ChannelLayout {
    fn count(self) -> usize {
        match self {
            Self::Mono => 1,
            Self::Stereo => 2,
        }
    }
}

/// A seekable piece of PCM at 48 kHz.
pub struct PcmSource {
    reader: Box<dyn SeekRead>,
    format: SampleFormat,
    channels: ChannelLayout,
    /// The offset of frame 0, in bytes.
    start: u64,
    frames: u64,
    /// The frame at the reader's position, if that is known.
    at: Option<u64>,
    bytes: Vec<u8>,
}

impl PcmSource {
    /// A source of raw samples from byte `start` on.
    ///
    /// # Errors
    /// If the reader's length can't be found.
    pub fn raw(
        mut reader: Box<dyn SeekRead>,
        format: SampleFormat,
        channels: ChannelLayout,
        start: u64,
    ) -> io::Result<Self> {
        let bytes = reader.seek(SeekFrom::End(0))?.saturating_sub(start);
        let frames = bytes / (format.bytes() * channels.count()) as u64;
        Ok(Self { reader, format, channels, start, frames, at: None, bytes: Vec::new() })
    }

    /// A source of a mono 48 kHz 16-bit WAV file.
    ///
    /// # Errors
    /// If the file is not one.
    pub fn wav(mut reader: Box<dyn SeekRead>) -> Result<Self, wav::WavError> {
        let (start, frames) = wav::locate(&mut reader)?;
        let source = Self::raw(reader, SampleFormat::S16, ChannelLayout::Mono, start).map_err(hound::Error::IoError)?;
        Ok(Self { frames: frames.min(source.frames), ..source })
    }

    /// Its length in frames.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Fills `out` with the frames from `from` on; after the end there is silence.
    ///
    /// # Errors
    /// What the reader fails with.
    pub fn read(&mut self, from: u64, out: &mut [Stereo]) -> io::Result<()> {
        let there = self.frames.saturating_sub(from).min(out.len() as u64) as usize;
        let (sounding, silent) = out.split_at_mut(there);
        silent.fill([0.0; 2]);
        if there == 0 {
            return Ok(());
        }
        let frame_bytes = self.format.bytes() * self.channels.count();
        self.bytes.resize(there * frame_bytes, 0);
        if self.at.take() != Some(from) {
            self.reader.seek(SeekFrom::Start(self.start + from * frame_bytes as u64))?;
        }
        self.reader.read_exact(&mut self.bytes)?;
        self.at = Some(from + there as u64);
        for (frame, bytes) in sounding.iter_mut().zip(self.bytes.chunks_exact(frame_bytes)) {
            *frame = self.format.frame(bytes);
        }
        Ok(())
    }
}

impl SampleFormat {
    /// The frame in `bytes`. If it is mono, its only sample is both the left and the right one.
    fn frame(self, bytes: &[u8]) -> Stereo {
        let (left, right) = (&bytes[..self.bytes()], &bytes[bytes.len() - self.bytes()..]);
        [self.sample(left), self.sample(right)]
    }

    fn sample(self, bytes: &[u8]) -> f32 {
        match (self, bytes) {
            (Self::S16, &[a, b]) => wav::from_s16(i16::from_le_bytes([a, b])),
            (Self::F32, &[a, b, c, d]) => {
                Some(f32::from_le_bytes([a, b, c, d])).filter(|s| s.is_finite()).unwrap_or(0.0)
            }
            _ => 0.0,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn raw(bytes: Vec<u8>, format: SampleFormat, channels: ChannelLayout, start: u64) -> PcmSource {
        PcmSource::raw(Box::new(Cursor::new(bytes)), format, channels, start).unwrap()
    }

    fn read(source: &mut PcmSource, from: u64, length: usize) -> Vec<Stereo> {
        let mut out = vec![[9.0; 2]; length];
        source.read(from, &mut out).unwrap();
        out
    }

    #[test]
    fn any_place_can_be_read_in_any_order() {
        let bytes = (0..1_000i16).flat_map(|i| [i, -i]).flat_map(i16::to_le_bytes).collect();
        let mut source = raw(bytes, SampleFormat::S16, ChannelLayout::Stereo, 0);
        assert_eq!(source.frames(), 1_000);
        for from in [0, 10, 20, 990, 5, 999] {
            let want = |i: u64| if i < 1_000 { [i as f32 / 32_768.0, -(i as f32) / 32_768.0] } else { [0.0; 2] };
            assert_eq!(read(&mut source, from, 10), (from..from + 10).map(want).collect::<Vec<_>>());
        }
    }

    #[test]
    fn beyond_the_end_there_is_silence() {
        let mut source = raw(vec![0, 64], SampleFormat::S16, ChannelLayout::Mono, 0);
        assert_eq!(read(&mut source, 0, 3), [[0.5; 2], [0.0; 2], [0.0; 2]]);
        assert_eq!(read(&mut source, u64::MAX, 2), [[0.0; 2]; 2]);
        assert_eq!(raw(vec![1, 2, 3], SampleFormat::F32, ChannelLayout::Stereo, 100).frames(), 0);
    }

    #[test]
    fn what_is_no_number_is_silence() {
        let bytes = [f32::NAN, f32::INFINITY, 0.25].into_iter().flat_map(f32::to_le_bytes).collect();
        let mut source = raw(bytes, SampleFormat::F32, ChannelLayout::Mono, 0);
        assert_eq!(read(&mut source, 0, 3), [[0.0; 2], [0.0; 2], [0.25; 2]]);
    }

    #[test]
    fn wav_files_are_read_where_their_samples_lie() {
        let mut bytes = Cursor::new(Vec::new());
        wav::write(&mut bytes, &[0.0, 0.5, -0.5]).unwrap();
        let mut source = PcmSource::wav(Box::new(Cursor::new(bytes.into_inner()))).unwrap();
        assert_eq!((source.frames(), read(&mut source, 1, 2)), (3, vec![[0.5; 2], [-0.5; 2]]));
        assert!(PcmSource::wav(Box::new(Cursor::new(vec![0; 100]))).is_err());
    }
}
