//! Converts the spectra that Hibari outputs to samples.
//!
//! The spectrum of a frame is the sum of three parts: the harmonics of the pitch through a filter, noise, and a free part that has a phase
//! of its own.

use realfft::num_complex::Complex;

use super::frame_spectra::FrameSpectra;
use super::noise::NoiseSource;
use super::overlap_frames::{BINS, OverlapFrames};
use super::pulse_train::pulse_train;

/// The samples of `spectra`, [`FRAME_SAMPLES`](super::frame_spectra::FRAME_SAMPLES) a frame; `seed` determines the noise.
pub(super) fn synthesise(spectra: &FrameSpectra, seed: u64) -> Vec<f32> {
    let count = spectra.pitch.len();
    let source = pulse_train(&spectra.pitch);
    let mut frames = OverlapFrames::new(count);
    let mut noise = NoiseSource::new(seed);
    let mut spectrum = vec![Complex::default(); BINS];
    for frame in 0..count {
        frames.analyse(&source, frame, &mut spectrum);
        for (n, bin) in spectrum.iter_mut().enumerate() {
            *bin = spectra.mix_bin(n * count + frame, *bin, noise.normal_pair());
        }
        frames.add(&mut spectrum, frame);
    }
    frames.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::voice::neural::frame_spectra::FRAME_SAMPLES;

    const SILENCE: f32 = -30.0;

    fn spectra(frames: usize, hertz: f32) -> FrameSpectra {
        let all = |value| vec![value; BINS * frames];
        FrameSpectra {
            buzz: all(SILENCE),
            turn: all(0.0),
            noise: all(SILENCE),
            free: all(SILENCE),
            phase: all(0.0),
            pitch: vec![hertz; frames],
        }
    }

    fn power(samples: &[f32]) -> f64 {
        samples.iter().map(|s| f64::from(s * s)).sum::<f64>() / samples.len() as f64
    }

    #[test]
    fn silent_spectra_are_silence() {
        let sound = synthesise(&spectra(12, 120.0), 1);
        assert_eq!(sound.len(), 12 * FRAME_SAMPLES);
        assert!(sound.iter().all(|s| s.abs() < 1e-6));
    }

    #[test]
    fn a_filter_of_one_gives_the_buzz_as_it_is() {
        let mut spectra = spectra(30, 150.0);
        spectra.buzz.fill((FRAME_SAMPLES as f32).ln());
        let (sound, want) = (synthesise(&spectra, 1), pulse_train(&spectra.pitch));
        let middle = 4 * FRAME_SAMPLES..26 * FRAME_SAMPLES;
        let worst = middle.map(|i| (sound[i] - want[i]).abs()).fold(0.0, f32::max);
        assert!(worst < 0.01, "{worst}");
    }

    #[test]
    fn only_the_noise_depends_on_the_seed() {
        let mut spectra = spectra(20, 0.0);
        spectra.noise.fill(0.0);
        let [one, same, other] = [1, 1, 2].map(|seed| synthesise(&spectra, seed));
        assert_eq!(one, same);
        assert_ne!(one, other);
        assert!((power(&one) / power(&other) - 1.0).abs() < 0.1);
    }

    #[test]
    fn no_part_is_louder_than_the_loudest() {
        let mut spectra = spectra(8, 0.0);
        spectra.free.fill(1e9);
        assert!(synthesise(&spectra, 1).iter().all(|s| s.is_finite() && s.abs() < 2e3));
    }
}
