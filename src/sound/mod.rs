//! Samples: reading, resampling, loudness, mixing and mastering. Knows nothing of specs, of what a file means, or of steps.
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

/// One sample for the left and one for the right ear.
pub type Stereo = [f32; 2];

/// The factor that `db` decibels stand for.
pub fn from_db(db: f64) -> f64 {
    10f64.powf(db / 20.0)
}

/// The decibels of an amplitude; −∞ for 0.
pub fn to_db(amplitude: f64) -> f64 {
    20.0 * amplitude.log10()
}
