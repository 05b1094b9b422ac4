//! Samples: reading, resampling, loudness, mixing and mastering.
//!
//! All sound here is 48 kHz. A *frame* of sound is one sample per channel; positions and lengths count frames from the
//! film's start, as integers. Amplitudes are `f32` with full scale at ±1.

pub mod adts;
pub mod duck;
pub mod levels;
pub mod limiter;
pub mod loudness;
pub mod master;
pub mod mix;
pub mod mixer;
mod music;
pub mod resample;
pub mod source;
pub mod wav;

/// One frame of stereo sound: the left and the right sample.
pub type Stereo = [f32; 2];

/// The amplitude factor of a gain in decibels.
pub fn from_db(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// The level of an amplitude in decibels; −∞ for 0.
pub fn to_db(amplitude: f64) -> f64 {
    20.0 * amplitude.log10()
}
