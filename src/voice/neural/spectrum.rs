//! Sound to overlapping spectra, one a frame, and back. Knows nothing of where either comes from.
//!
//! Computed in `f64`, so that what differs between one processor's vector units and another's is lost in rounding.

use std::f64::consts::TAU;
use std::sync::Arc;

use realfft::num_complex::Complex;
use realfft::{ComplexToReal, RealFftPlanner, RealToComplex};

use super::synth::HOP;

/// Samples that one spectrum looks at.
const WINDOW: usize = 4 * HOP;
/// Frequencies of a spectrum.
pub(super) const BINS: usize = WINDOW / 2 + 1;
/// Less than this much window lies over a sample at the edges only; what is there can't be restored.
const UNSEEN: f64 = 1e-11;

/// A spectrum.
pub(super) type Spectrum = [Complex<f64>];

/// Takes spectra of a sound and adds spectra up to a sound, frame by frame.
pub(super) struct Frames {
    forward: Arc<dyn RealToComplex<f64>>,
    inverse: Arc<dyn ComplexToReal<f64>>,
    window: Vec<f64>,
    samples: Vec<f64>,
    /// Begins half a window before the first sample.
    sum: Vec<f64>,
}

impl Frames {
    /// For a sound of `frames` frames.
    pub(super) fn new(frames: usize) -> Self {
        let mut planner = RealFftPlanner::new();
        Self {
            forward: planner.plan_fft_forward(WINDOW),
            inverse: planner.plan_fft_inverse(WINDOW),
            window: (0..WINDOW).map(|i| 0.5 - 0.5 * libm::cos(TAU * i as f64 / WINDOW as f64)).collect(),
            samples: vec![0.0; WINDOW],
            sum: vec![0.0; frames * HOP + WINDOW],
        }
    }

    /// The spectrum around the start of `frame` of `sound`, in which a cosine of amplitude 1 has magnitude 1. Beyond its ends the sound is
    /// mirrored.
    pub(super) fn analyse(&mut self, sound: &[f32], frame: usize, spectrum: &mut Spectrum) {
        let last = sound.len() as i64 - 1;
        for (i, (sample, window)) in self.samples.iter_mut().zip(&self.window).enumerate() {
            let at = (frame * HOP + i) as i64 - (WINDOW / 2) as i64;
            let at = if at > last { 2 * last - at } else { at };
            *sample = f64::from(sound[at.unsigned_abs().min(last as u64) as usize]) * window / HOP as f64;
        }
        self.forward.process(&mut self.samples, spectrum).expect("both are as long as was planned");
    }

    /// Adds the sound of a spectrum around the start of `frame`.
    pub(super) fn add(&mut self, spectrum: &mut Spectrum, frame: usize) {
        // The first and the last are real in the spectrum of any sound.
        (spectrum[0].im, spectrum[BINS - 1].im) = (0.0, 0.0);
        self.inverse.process(spectrum, &mut self.samples).expect("both are as long as was planned");
        let sum = &mut self.sum[frame * HOP..][..WINDOW];
        for ((sum, sample), window) in sum.iter_mut().zip(&self.samples).zip(&self.window) {
            *sum += sample * window / WINDOW as f64;
        }
    }

    /// The sound of all frames.
    pub(super) fn finish(self) -> Vec<f32> {
        let frames = (self.sum.len() - WINDOW) / HOP;
        let weight = |at: usize| -> f64 {
            let over = (at + 1).saturating_sub(WINDOW).div_ceil(HOP)..(at / HOP + 1).min(frames);
            over.map(|frame| self.window[at - frame * HOP].powi(2)).sum()
        };
        let inside = WINDOW / 2..self.sum.len() - WINDOW / 2;
        inside.map(|at| (self.sum[at] / weight(at).max(UNSEEN)) as f32).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(frames: usize) -> Vec<f32> {
        (0..frames * HOP).map(|i| (i as f32 * 0.05).sin() * 0.3 + (i as f32 * 0.31).cos() * 0.2).collect()
    }

    #[test]
    fn there_and_back_is_the_same_sound() {
        for n in [2, 3, 4, 5, 20] {
            let sound = sound(n);
            let mut frames = Frames::new(n);
            let mut spectrum = vec![Complex::default(); BINS];
            for frame in 0..n {
                frames.analyse(&sound, frame, &mut spectrum);
                spectrum.iter_mut().for_each(|bin| *bin *= HOP as f64);
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
        let sound: Vec<f32> = (0..20 * HOP).map(|i| (TAU * 50.0 * i as f64 / WINDOW as f64).cos() as f32).collect();
        let mut spectrum = vec![Complex::default(); BINS];
        Frames::new(20).analyse(&sound, 10, &mut spectrum);
        assert!((spectrum[50].norm() - 1.0).abs() < 1e-6);
        assert!(spectrum[60].norm() < 1e-6);
    }
}
