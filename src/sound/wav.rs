//! Mono 48 kHz 16-bit WAV, the format of speech in the cache.

use std::io::{Read, Seek, Write};

use crate::units::SAMPLE_RATE;

/// The longest sound that is read whole, in frames: four hours.
pub const MAX_FRAMES: u64 = 4 * 3600 * SAMPLE_RATE as u64;

/// Why a WAV file can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// It is not a WAV file, or a broken one, or reading failed.
    #[error("not a readable WAV file: {0}")]
    Format(#[from] hound::Error),
    /// It is a WAV file of another format.
    #[error("expected mono 48 kHz 16-bit, found {channels} channel(s), {rate} Hz, {bits} bits")]
    Kind {
        /// The number of its channels.
        channels: u16,
        /// Its sample rate in Hz.
        rate: u32,
        /// The bits of its samples.
        bits: u16,
    },
    /// It has more than [`MAX_FRAMES`].
    #[error("too long: {frames} samples")]
    TooLong {
        /// The number of samples in its header.
        frames: u64,
    },
}

const SPEC: hound::WavSpec = hound::WavSpec {
    channels: 1,
    sample_rate: SAMPLE_RATE,
    bits_per_sample: 16,
    sample_format: hound::SampleFormat::Int,
};

/// Reads a mono 48 kHz 16-bit WAV whole.
pub fn read(from: impl Read) -> Result<Vec<f32>, WavError> {
    Ok(open(from)?.0.into_samples::<i16>().map(|s| s.map(from_s16)).collect::<Result<_, _>>()?)
}

/// Where the samples of a mono 48 kHz 16-bit WAV lie: the offset of the first in bytes, and their number.
pub(super) fn locate(from: &mut (impl Read + Seek)) -> Result<(u64, u64), WavError> {
    let (_, frames) = open(&mut *from)?;
    Ok((from.stream_position().map_err(hound::Error::IoError)?, frames))
}

/// A reader at the first sample, and the number of samples.
fn open<R: Read>(from: R) -> Result<(hound::WavReader<R>, u64), WavError> {
    let reader = hound::WavReader::new(from)?;
    let (spec, frames) = (reader.spec(), u64::from(reader.duration()));
    if spec != SPEC {
        return Err(WavError::Kind { channels: spec.channels, rate: spec.sample_rate, bits: spec.bits_per_sample });
    }
    if frames > MAX_FRAMES { Err(WavError::TooLong { frames }) } else { Ok((reader, frames)) }
}

/// Writes `samples` as mono 48 kHz 16-bit WAV; samples beyond ±1 are clipped.
pub fn write(to: impl Write + Seek, samples: &[f32]) -> Result<(), WavError> {
    if samples.len() as u64 > MAX_FRAMES {
        return Err(WavError::TooLong { frames: samples.len() as u64 });
    }
    let mut writer = hound::WavWriter::new(to, SPEC)?;
    for &sample in samples {
        writer.write_sample(to_s16(sample))?;
    }
    Ok(writer.finalize()?)
}

/// A 16-bit sample as an amplitude.
pub fn from_s16(sample: i16) -> f32 {
    f32::from(sample) / 32_768.0
}

/// An amplitude as the nearest 16-bit sample. Beyond ±1 it is clipped; NaN is silence.
pub fn to_s16(sample: f32) -> i16 {
    (sample * 32_768.0).round() as i16
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn written(samples: &[f32]) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        write(&mut bytes, samples).unwrap();
        bytes.into_inner()
    }

    #[test]
    fn samples_survive_to_half_a_step() {
        let samples: Vec<f32> = (-40..40).map(|i| i as f32 / 40.001).collect();
        let back = read(&written(&samples)[..]).unwrap();
        assert_eq!(back.len(), samples.len());
        assert!(samples.iter().zip(&back).all(|(a, b)| (a - b).abs() <= 0.5001 / 32_768.0));
    }

    #[test]
    fn what_is_too_loud_is_cut_off_and_no_number_is_silence() {
        assert_eq!([2.0, -2.0, f32::NAN, f32::INFINITY].map(to_s16), [i16::MAX, i16::MIN, 0, i16::MAX]);
    }

    #[test]
    fn other_kinds_and_broken_files_are_refused() {
        let spec = hound::WavSpec { channels: 2, sample_rate: 44_100, ..SPEC };
        let mut stereo = Cursor::new(Vec::new());
        hound::WavWriter::new(&mut stereo, spec).unwrap().finalize().unwrap();
        assert!(matches!(read(&stereo.into_inner()[..]), Err(WavError::Kind { channels: 2, rate: 44_100, bits: 16 })));
        let whole = written(&[0.5; 100]);
        for cut in [0, 3, 11, 30, whole.len() - 1] {
            assert!(matches!(read(&whole[..cut]), Err(WavError::Format(_))), "{cut}");
        }
    }

    #[test]
    fn a_length_that_lies_costs_no_memory() {
        let mut bytes = written(&[0.5; 4]);
        bytes[40..44].copy_from_slice(&0xffff_fff0u32.to_le_bytes());
        assert!(matches!(read(&bytes[..]), Err(WavError::TooLong { .. })));
    }

    #[test]
    fn samples_are_located() {
        let bytes = written(&[0.25, 0.5, 0.75]);
        assert_eq!(locate(&mut Cursor::new(&bytes)).unwrap(), (44, 3));
    }
}
