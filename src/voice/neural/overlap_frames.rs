//! Converts sound to overlapping spectra, one a frame, and back (short-time Fourier transform).
//!
//! The computation uses `f64`, so that differences between the vector units of processors disappear in the rounding to `f32`.

use std::f64::consts::TAU;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::frame_spectra::FRAME_SAMPLES;

/// The length of the window of one spectrum in samples.
const WINDOW_SAMPLES: usize = 4 * FRAME_SAMPLES;
/// The number of frequencies of a spectrum.
pub(super) const BINS: usize = WINDOW_SAMPLES / 2 + 1;
/// The minimum divisor when windows are compensated. The sum of the windows is smaller only at the edges, where the sound can't be restored.
const MIN_WINDOW_WEIGHT: f64 = 1e-11;

/// The spectrum of one frame, [`BINS`] long.
pub(super) type ComplexSpectrum = [Complex<f64>];

/// Computes the spectra of a sound, and sums spectra to a sound, frame by frame.
pub(super) struct OverlapFrames {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    window: Vec<f64>,
    samples: Vec<f64>,
    /// The sum of all frames; begins half a window before the first sample.
    sum: Vec<f64>,
}

impl OverlapFrames {
    /// Plans the transforms for a sound of `frames` frames.
    pub(super) fn new(frames: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        Self {
            forward: planner.plan_fft_forward(WINDOW_SAMPLES),
            inverse: planner.plan_fft_inverse(WINDOW_SAMPLES),
            window: (0..WINDOW_SAMPLES)
                .map(|i| 0.5 - 0.5 * libm::cos(TAU * i as f64 / WINDOW_SAMPLES as f64))
                .collect(),
            samples: vec![0.0; WINDOW_SAMPLES],
            sum: vec![0.0; frames * FRAME_SAMPLES + WINDOW_SAMPLES],
        }
    }

    /// Computes the spectrum around the start of `frame` of `sound`. A cosine with an amplitude of 1 has a magnitude of 1. The sound is
    /// mirrored at its ends.
    pub(super) fn analyse(&mut self, sound: &[f32], frame: usize, spectrum: &mut ComplexSpectrum) {
        let last = sound.len() as i64 - 1;
        for (i, (sample, window)) in self.samples.iter_mut().zip(&self.window).enumerate() {
            let at = (frame * FRAME_SAMPLES + i) as i64 - (WINDOW_SAMPLES / 2) as i64;
            let at = if at > last { 2 * last - at } else { at };
            *sample = f64::from(sound[at.unsigned_abs().min(last as u64) as usize]) * window / FRAME_SAMPLES as f64;
        }
        self.forward.process(&mut self.samples, spectrum).expect("both are as long as was planned");
    }

    /// Adds the sound of a spectrum around the start of `frame`.
    pub(super) fn add(&mut self, spectrum: &mut ComplexSpectrum, frame: usize) {
        // The first and the last bin of a real signal are real.
        (spectrum[0].im, spectrum[BINS - 1].im) = (0.0, 0.0);
        self.inverse.process(spectrum, &mut self.samples).expect("both are as long as was planned");
        let sum = &mut self.sum[frame * FRAME_SAMPLES..][..WINDOW_SAMPLES];
        for ((sum, sample), window) in sum.iter_mut().zip(&self.samples).zip(&self.window) {
            *sum += sample * window / WINDOW_SAMPLES as f64;
        }
    }

    /// The sum of the squares of all windows at the sample `at` of the sum.
    fn window_weight(&self, at: usize) -> f64 {
        let frames = (self.sum.len() - WINDOW_SAMPLES) / FRAME_SAMPLES;
        let first = (at + 1).saturating_sub(WINDOW_SAMPLES).div_ceil(FRAME_SAMPLES);
        let end = (at / FRAME_SAMPLES + 1).min(frames);
        (first..end).map(|frame| self.window[at - frame * FRAME_SAMPLES].powi(2)).sum()
    }

    /// The samples of all frames.
    pub(super) fn finish(self) -> Vec<f32> {
        let inside = WINDOW_SAMPLES / 2..self.sum.len() - WINDOW_SAMPLES / 2;
        inside.map(|at| (self.sum[at] / self.window_weight(at).max(MIN_WINDOW_WEIGHT)) as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(frames: usize) -> Vec<f32> {
        (0..frames * FRAME_SAMPLES).map(|i| (i as f32 * 0.05).sin() * 0.3 + (i as f32 * 0.31).cos() * 0.2).collect()
    }

    #[test]
    fn there_and_back_is_the_same_sound() {
        for n in [2, 3, 4, 5, 20] {
            let sound = sound(n);
            let mut frames = OverlapFrames::new(n);
            let mut spectrum = vec![Complex::default(); BINS];
            for frame in 0..n {
                frames.analyse(&sound, frame, &mut spectrum);
                spectrum.iter_mut().for_each(|bin| *bin *= FRAME_SAMPLES as f64);
                frames.add(&mut spectrum, frame);
            }
            let back = frames.finish();
            assert_eq!(back.len(), sound.len());
            let worst = sound.iter().zip(&back).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-5, "{n} frames: {worst}");
        }
    }

    #[test]
    fn a_cosine_of_amplitude_1_has_magnitude_1() {
        let sound: Vec<f32> =
            (0..20 * FRAME_SAMPLES).map(|i| (TAU * 50.0 * i as f64 / WINDOW_SAMPLES as f64).cos() as f32).collect();
        let mut spectrum = vec![Complex::default(); BINS];
        OverlapFrames::new(20).analyse(&sound, 10, &mut spectrum);
        assert!((spectrum[50].norm() - 1.0).abs() < 1e-6);
        assert!(spectrum[60].norm() < 1e-6);
    }
}
