//! The network's spectra to sound. Knows nothing of symbols or words.
//!
//! A frame's spectrum is the sum of three parts: the buzz of the vocal cords, filtered; noise, shaped; and a free part with phases of its
//! own.

use std::f32::consts::PI;

use realfft::num_complex::Complex;

use super::noise::Noise;
use super::pulses::pulses;
use super::spectrum::{BINS, Frames};

/// Samples a second.
pub(super) const RATE: u32 = 24_000;
/// Samples a frame.
pub(super) const HOP: usize = 300;
/// No part is louder than this (natural logarithm of its magnitude).
const LOUDEST: f32 = 7.0;

/// What the network says of each frame. All but `pitch` are `[BINS][frames]`, a bin's frames side by side.
pub(super) struct Spectra {
    /// The filter of the buzz: logarithm of its magnitude.
    pub buzz: Vec<f32>,
    /// The filter of the buzz: what `tanh` and π make its phase of.
    pub turn: Vec<f32>,
    /// The noise: logarithm of its magnitude.
    pub noise: Vec<f32>,
    /// The free part: logarithm of its magnitude.
    pub free: Vec<f32>,
    /// The free part: its phase.
    pub phase: Vec<f32>,
    /// Pitch in Hz; 0 where nothing is voiced.
    pub pitch: Vec<f32>,
}

impl Spectra {
    /// One part of one frame: the sum of what its filter makes of `buzz`, its share of the noise, and its free part.
    fn bin(&self, at: usize, buzz: Complex<f64>, noise: (f32, f32)) -> Complex<f64> {
        let buzz = Complex::new(buzz.re as f32, buzz.im as f32);
        let hiss = Complex::new(noise.0, noise.1) * magnitude(self.noise[at]);
        let filtered = if buzz.norm_sqr() > 0.0 {
            buzz * polar(magnitude(self.buzz[at]), PI * libm::tanhf(self.turn[at]))
        } else {
            Complex::default()
        };
        let sum = filtered + hiss + polar(magnitude(self.free[at]), self.phase[at]);
        Complex::new(f64::from(sum.re), f64::from(sum.im))
    }
}

fn magnitude(logarithm: f32) -> f32 {
    libm::expf(logarithm.min(LOUDEST))
}

fn polar(radius: f32, angle: f32) -> Complex<f32> {
    let (sine, cosine) = libm::sincosf(angle);
    Complex::new(radius * cosine, radius * sine)
}

/// The sound of `spectra`, [`HOP`] samples a frame; `seed` decides the noise.
pub(super) fn synthesise(spectra: &Spectra, seed: u64) -> Vec<f32> {
    let count = spectra.pitch.len();
    let source = pulses(&spectra.pitch);
    let (mut frames, mut noise) = (Frames::new(count), Noise::new(seed));
    let mut spectrum = vec![Complex::default(); BINS];
    for frame in 0..count {
        frames.analyse(&source, frame, &mut spectrum);
        for (n, bin) in spectrum.iter_mut().enumerate() {
            *bin = spectra.bin(n * count + frame, *bin, noise.pair());
        }
        frames.add(&mut spectrum, frame);
    }
    frames.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SILENCE: f32 = -30.0;

    fn spectra(frames: usize, hertz: f32) -> Spectra {
        let all = |value| vec![value; BINS * frames];
        Spectra {
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
        assert_eq!(sound.len(), 12 * HOP);
        assert!(sound.iter().all(|s| s.abs() < 1e-6));
    }

    #[test]
    fn a_filter_of_one_gives_the_buzz_as_it_is() {
        let mut spectra = spectra(30, 150.0);
        spectra.buzz.fill((HOP as f32).ln());
        let (sound, want) = (synthesise(&spectra, 1), pulses(&spectra.pitch));
        let middle = 4 * HOP..26 * HOP;
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
