//! The loudness of sound by ITU-R BS.1770, and normalisation of sentences to a given loudness.

use std::io;

use ebur128::{EbuR128, Mode};

use super::source::PcmSource;
use super::{Stereo, from_db, to_db};
use crate::units::SAMPLE_RATE;

/// The highest gain that is given to a sentence or a film, in dB: more would only raise noise.
pub const MAX_GAIN: f64 = 40.0;
/// The samples of one gating block (400 ms); shorter sound has no integrated loudness.
const GATING_BLOCK: usize = SAMPLE_RATE as usize * 2 / 5;
/// The gate of BS.1770 below which everything is silence, in LUFS.
const ABSOLUTE_GATE: f64 = -70.0;
/// The frames that are read from a source at once.
const BLOCK_FRAMES: usize = 4096;

/// The loudness and peak of a piece of sound.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Loudness {
    /// Integrated loudness in LUFS; `None` for silence (nothing above the −70 LUFS gate).
    pub integrated: Option<f64>,
    /// True peak in dBTP; −∞ for digital silence.
    pub true_peak: f64,
}

/// Measures stereo sound that comes in blocks.
pub struct LoudnessMeter(EbuR128);

impl LoudnessMeter {
    /// A meter of integrated loudness only.
    pub fn new() -> Self {
        Self(state(2, Mode::I))
    }

    /// A meter of loudness and true peak, which is slower.
    pub fn with_true_peak() -> Self {
        Self(state(2, Mode::I | Mode::TRUE_PEAK))
    }

    /// Adds a block to what is measured.
    pub fn add(&mut self, block: &[Stereo]) {
        self.0.add_frames_f32(block.as_flattened()).expect("two channels, as the meter was made for");
    }

    /// Integrated loudness so far in LUFS; `None` for silence.
    pub fn integrated(&self) -> Option<f64> {
        integrated(&self.0)
    }

    /// All results. The peak is −∞ if the meter does not measure it.
    pub fn finish(&self) -> Loudness {
        Loudness { integrated: self.integrated(), true_peak: true_peak(&self.0, 2) }
    }
}

impl Default for LoudnessMeter {
    fn default() -> Self {
        Self::new()
    }
}

/// Measures mono sound as played by one loudspeaker.
pub fn measure(samples: &[f32]) -> Loudness {
    let mut state = state(1, Mode::I | Mode::TRUE_PEAK);
    state.add_frames_f32(samples).expect("one channel, as the meter was made for");
    Loudness { integrated: integrated(&state), true_peak: true_peak(&state, 1) }
}

/// Measures a whole source block by block, as stereo.
///
/// # Errors
/// What the source fails with.
pub fn measure_source(source: &mut PcmSource) -> io::Result<Loudness> {
    let mut meter = LoudnessMeter::with_true_peak();
    let mut block = vec![[0.0; 2]; BLOCK_FRAMES];
    for from in (0..source.frames()).step_by(BLOCK_FRAMES) {
        let length = (source.frames() - from).min(BLOCK_FRAMES as u64) as usize;
        source.read(from, &mut block[..length])?;
        meter.add(&block[..length]);
    }
    Ok(meter.finish())
}

/// The result of [`normalise`].
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Normalised {
    /// The sound was changed by this gain in dB.
    By(f64),
    /// The sound is silent and was not changed.
    Silent,
}

/// Brings a sentence (mono) to `target` LUFS. Sound shorter than a gating block is measured as one, without gates. The gain is at most
/// [`MAX_GAIN`] and keeps peaks below full scale, even if the target is missed.
pub fn normalise(samples: &mut [f32], target: f64) -> Normalised {
    let measured = if samples.len() < GATING_BLOCK { ungated_loudness(samples) } else { measure(samples).integrated };
    let Some(loudness) = measured else { return Normalised::Silent };
    let peak = samples.iter().fold(0.0, |peak, s| f32::max(peak, s.abs()));
    let gain = (target - loudness).min(MAX_GAIN).min(-to_db(f64::from(peak)) - 0.1);
    let factor = from_db(gain) as f32;
    samples.iter_mut().for_each(|s| *s *= factor);
    Normalised::By(gain)
}

/// The loudness of sound shorter than a gating block, measured as a block of its own length.
fn ungated_loudness(samples: &[f32]) -> Option<f64> {
    let mut padded = samples.to_vec();
    padded.resize(GATING_BLOCK, 0.0);
    let mut state = state(1, Mode::M);
    state.add_frames_f32(&padded).expect("one channel, as the meter was made for");
    let share = samples.len().max(1) as f64 / GATING_BLOCK as f64;
    let loudness = state.loudness_momentary().expect("the meter was made for it") - 10.0 * share.log10();
    Some(loudness).filter(|&l| l > ABSOLUTE_GATE)
}

fn state(channels: u32, mode: Mode) -> EbuR128 {
    EbuR128::new(channels, SAMPLE_RATE, mode).expect("one or two channels at 48 kHz")
}

fn integrated(state: &EbuR128) -> Option<f64> {
    state.loudness_global().ok().filter(|l| l.is_finite() && *l > ABSOLUTE_GATE)
}

fn true_peak(state: &EbuR128, channels: u32) -> f64 {
    to_db((0..channels).filter_map(|c| state.true_peak(c).ok()).fold(0.0, f64::max))
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn tone(hertz: f64, db: f64, n: usize) -> Vec<f32> {
        (0..n).map(|i| ((TAU * hertz * i as f64 / 48_000.0).sin() * from_db(db)) as f32).collect()
    }

    #[test]
    fn the_reference_tone_reads_as_the_standard_says() {
        // EBU Tech 3341, case 1: a stereo 1 kHz tone of −23 dBFS reads −23 LUFS.
        let mut meter = LoudnessMeter::with_true_peak();
        let block: Vec<Stereo> = tone(1_000.0, -23.0, 20 * 48_000).iter().map(|&s| [s, s]).collect();
        block.chunks(1000).for_each(|b| meter.add(b));
        let Loudness { integrated, true_peak } = meter.finish();
        assert!((integrated.unwrap() + 23.0).abs() < 0.1);
        assert!((true_peak + 23.0).abs() < 0.1);
    }

    #[test]
    fn a_sentence_is_brought_to_the_target_however_long_it_is() {
        for n in [2_400, 9_600, 19_199, 19_200, 30_000, 96_000] {
            let mut samples = tone(1_000.0, -40.0, n);
            assert!(matches!(normalise(&mut samples, -23.0), Normalised::By(_)));
            // A mono 1 kHz tone of −20 dBFS reads −23 LUFS; so its peak tells.
            let peak = samples.iter().fold(0.0, |p, s| f32::max(p, *s));
            assert!((to_db(f64::from(peak)) + 20.0).abs() < 0.6, "{n}: {}", to_db(f64::from(peak)));
        }
    }

    #[test]
    fn silence_stays_silent() {
        for n in [0, 1, 1_000, 19_200, 48_000] {
            let mut silence = vec![0.0; n];
            assert_eq!(normalise(&mut silence, -23.0), Normalised::Silent, "{n}");
            assert!(silence.iter().all(|&s| s == 0.0));
        }
        assert_eq!(measure(&[0.0; 48_000]), Loudness { integrated: None, true_peak: f64::NEG_INFINITY });
    }

    #[test]
    fn peaks_stay_under_full_scale() {
        let mut clicks = tone(1_000.0, -60.0, 48_000);
        clicks[24_000] = 0.9;
        normalise(&mut clicks, -14.0);
        assert!(clicks.iter().all(|s| s.abs() < 1.0));
    }
}
