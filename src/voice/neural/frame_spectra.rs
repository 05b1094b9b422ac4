//! The output of Hibari: the parameters of the sound, one set a frame.

use std::f32::consts::PI;

use realfft::num_complex::Complex;

/// The sample rate of the output in Hz.
pub(super) const NETWORK_SAMPLE_RATE: u32 = 24_000;
/// The length of a frame in samples: 12.5 ms.
pub(super) const FRAME_SAMPLES: usize = 300;
/// The maximum natural logarithm of a magnitude; larger values are clipped.
const MAX_LOG_MAGNITUDE: f32 = 7.0;

/// The spectra of all frames. All fields except `pitch` have the shape `[BINS][frames]`: the frames of a bin are adjacent.
pub(super) struct FrameSpectra {
    /// The natural logarithm of the magnitude of the filter for the harmonics.
    pub buzz: Vec<f32>,
    /// The phase of the filter for the harmonics, as the argument of `π · tanh`.
    pub turn: Vec<f32>,
    /// The natural logarithm of the magnitude of the noise.
    pub noise: Vec<f32>,
    /// The natural logarithm of the magnitude of the free part.
    pub free: Vec<f32>,
    /// The phase of the free part in radians.
    pub phase: Vec<f32>,
    /// The pitch in Hz; 0 where the frame is unvoiced. One value a frame.
    pub pitch: Vec<f32>,
}

impl FrameSpectra {
    /// Mixes one bin of one frame (at the index `at`): the filtered `buzz`, the `noise` scaled to its magnitude, and the free part.
    pub(super) fn mix_bin(&self, at: usize, buzz: Complex<f64>, noise: (f32, f32)) -> Complex<f64> {
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
    libm::expf(logarithm.min(MAX_LOG_MAGNITUDE))
}

fn polar(radius: f32, angle: f32) -> Complex<f32> {
    let (sine, cosine) = libm::sincosf(angle);
    Complex::new(radius * cosine, radius * sine)
}
