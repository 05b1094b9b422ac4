//! Mono 48 kHz 16-bit WAV, the form in which speech is kept. Knows nothing of who spoke.

use std::io::{Read, Seek, Write};

use crate::units::SAMPLE_RATE;

/// The longest sound that is read whole: four hours.
pub const MAX_FRAMES: u64 = 4 * 3600 * SAMPLE_RATE as u64;

/// Why a WAV file can't be read or written.
#[derive(Debug, thiserror::Error)]
pub enum WavError {
    /// Not a WAV file, or a broken one, or the disk failed.
    #[error("not a readable WAV file: {0}")]
    Format(#[from] hound::Error),
    /// A WAV file of some other kind.
    #[error("expected mono 48 kHz 16-bit, found {channels} channel(s), {rate} Hz, {bits} bits")]
    Kind {
        /// How many channels it has.
        channels: u16,
        /// Its sample rate in Hz.
        rate: u32,
        /// Its bits a sample.
        bits: u16,
    },
    /// More than [`MAX_FRAMES`].
    #[error("too long: {frames} samples")]
    TooLong {
        /// How many samples it says it has.
        frames: u64,
    },
}

const SPEC: hound::WavSpec =
    hound::WavSpec { channels: 1, sample_rate: SAMPLE_RATE, bits_per_sample: 16, sample_format: hound::SampleFormat::Int };

/// Reads a mono 48 kHz 16-bit WAV whole.
pub fn read(from: impl Read) -> Result<Vec<f32>, WavError> {
    let reader = hound::WavReader::new(from)?;
    let (spec, frames) = (reader.spec(), u64::from(reader.duration()));
    if spec != SPEC {
        return Err(WavError::Kind { channels: spec.channels, rate: spec.sample_rate, bits: spec.bits_per_sample });
    }
    if frames > MAX_FRAMES {
        return Err(WavError::TooLong { frames });
    }
    Ok(reader.into_samples::<i16>().map(|s| s.map(from_s16)).collect::<Result<_, _>>()?)
}

/// Writes `samples` as mono 48 kHz 16-bit WAV; what is beyond ±1 is cut off.
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

/// An amplitude as the nearest 16-bit sample; what is beyond ±1 is cut off, what is no number is silence.
pub fn to_s16(sample: f32) -> i16 {
    (sample * 32_768.0).round() as i16
}

/// Where the samples of a mono 48 kHz 16-bit WAV lie: their first byte, and how many there are.
pub(super) fn locate(from: &mut (impl Read + Seek)) -> Result<(u64, u64), WavError> {
    todo!()
}
