//! The levels of speech in each frame of the film, in bands from low to high: what a waveform overlay shows.
//!
//! Sines come from `libm` and sums are made in one order, so that the same sound gives the same bytes on every machine.

use std::f64::consts::PI;

use crate::units::{Fps, SAMPLE_RATE};

/// The number of bands of a row.
pub const BANDS: usize = 24;
/// The middle of the first band, in Hz: the bands cover the range of voices.
const LOWEST_BAND_HZ: f64 = 150.0;
/// The middle of the last band, in Hz.
const HIGHEST_BAND_HZ: f64 = 5_200.0;
/// The number of tones that are measured in each band.
const TONES: usize = 3;
/// The samples that are analysed for a frame.
const WINDOW: usize = 2048;
/// The level of a tone at which a band is at 0, in dBFS.
const MIN_LEVEL_DB: f64 = -64.0;
/// The range from there to the level at which a band is at its highest, in dB.
const LEVEL_RANGE_DB: f64 = 42.0;
/// The gain for high tones, which are weaker in voices, in dB an octave.
const TILT_DB: f64 = 3.2;
/// The share of the distance to a higher level that a band rises in a frame.
const LEVEL_ATTACK: f64 = 0.72;
/// How far a band falls in a second, of its full height 1.
const LEVEL_RELEASE: f64 = 2.6;
/// The time after the sound's end in which all bands fall to 0, in seconds.
const TAIL_SECONDS: f64 = 0.45;

/// The levels of one frame, from 0 for silence to 255.
pub type BandRow = [u8; BANDS];

/// The number of rows for a piece of speech of this length: its frames, and those in which the bands fall to 0.
pub fn rows(samples: u64, fps: Fps) -> u64 {
    fps.frames_to_hold(samples) + fps.frames(TAIL_SECONDS)
}

/// The rows of a piece of speech whose first sample is that of a frame.
pub fn levels(samples: &[f32], fps: Fps) -> Vec<BandRow> {
    let window = hann();
    let tones = tones();
    let fall = LEVEL_RELEASE / fps.as_f64();
    let mut now = [0.0_f64; BANDS];
    let mut rows_made = Vec::new();
    for frame in 0..rows(samples.len() as u64, fps) {
        let middle = (fps.sample_of_frame(frame) + fps.sample_of_frame(frame + 1)) / 2;
        let heard = windowed(samples, middle as i64 - WINDOW as i64 / 2, &window);
        for (band, tones) in now.iter_mut().zip(&tones) {
            let wanted = heard.as_ref().map_or(0.0, |heard| level(heard, tones));
            let falling = (*band - fall).max(0.0);
            *band = if wanted > *band { *band + (wanted - *band) * LEVEL_ATTACK } else { falling.max(wanted) };
        }
        rows_made.push(smooth(&now));
    }
    if let Some(last) = rows_made.last_mut() {
        *last = [0; BANDS];
    }
    rows_made
}

fn hann() -> Vec<f64> {
    (0..WINDOW).map(|i| 0.5 - 0.5 * libm::cos(2.0 * PI * (i as f64 + 0.5) / WINDOW as f64)).collect()
}

/// The tones of each band, in Hz, in equal musical intervals.
fn tones() -> [[f64; TONES]; BANDS] {
    let step = libm::log(HIGHEST_BAND_HZ / LOWEST_BAND_HZ) / (BANDS - 1) as f64;
    std::array::from_fn(|band| {
        std::array::from_fn(|i| {
            let offset = (i as f64 - (TONES - 1) as f64 / 2.0) / TONES as f64;
            LOWEST_BAND_HZ * libm::exp(step * (band as f64 + offset))
        })
    })
}

/// The samples from `from` on, weighted by the window; `None` after the last sample.
fn windowed(samples: &[f32], from: i64, window: &[f64]) -> Option<Vec<f64>> {
    if from >= samples.len() as i64 {
        return None;
    }
    let weighted = (from..).zip(window).map(|(at, weight)| {
        let sample = usize::try_from(at).ok().and_then(|at| samples.get(at)).copied().unwrap_or(0.0);
        f64::from(sample) * weight
    });
    Some(weighted.collect())
}

/// The level of a band with these tones, 0 to 1.
fn level(heard: &[f64], tones: &[f64; TONES]) -> f64 {
    let power: f64 = tones.iter().map(|tone| power(heard, *tone)).sum::<f64>() / TONES as f64;
    let decibels = 10.0 * libm::log10(power.max(1e-12));
    let tilt = TILT_DB * (libm::log2(tones[TONES / 2] / 250.0)).max(0.0);
    ((decibels + tilt - MIN_LEVEL_DB) / LEVEL_RANGE_DB).clamp(0.0, 1.0)
}

/// The squared amplitude of a tone, by Goertzel's algorithm.
fn power(heard: &[f64], tone: f64) -> f64 {
    let turn = 2.0 * PI * tone / f64::from(SAMPLE_RATE);
    let twice = 2.0 * libm::cos(turn);
    let (mut last, mut before) = (0.0, 0.0);
    for sample in heard {
        (last, before) = (sample + twice * last - before, last);
    }
    let square = last * last + before * before - twice * last * before;
    // A Hann window halves the amplitude, and half of the rest lies at negative frequencies.
    square * 16.0 / (WINDOW * WINDOW) as f64
}

/// The bands as bytes, each averaged with its neighbours.
fn smooth(bands: &[f64; BANDS]) -> BandRow {
    std::array::from_fn(|i| {
        let (left, right) = (bands[i.saturating_sub(1)], bands[(i + 1).min(BANDS - 1)]);
        ((left + 2.0 * bands[i] + right) / 4.0 * 255.0).round() as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const FPS: Fps = Fps::whole(30);

    fn tone(hertz: f64, seconds: f64) -> Vec<f32> {
        let count = (seconds * f64::from(SAMPLE_RATE)) as usize;
        (0..count).map(|i| (0.1 * libm::sin(2.0 * PI * hertz * i as f64 / f64::from(SAMPLE_RATE))) as f32).collect()
    }

    #[test]
    fn a_tone_lifts_the_band_that_it_lies_in() {
        for (band, tones) in tones().iter().enumerate().step_by(5) {
            let row = levels(&tone(tones[TONES / 2], 1.0), FPS)[15];
            let highest = row.iter().enumerate().max_by_key(|(_, level)| **level).unwrap().0;
            assert!(highest.abs_diff(band) <= 1, "{band}: {row:?}");
            assert!(row[highest] > 100, "{row:?}");
        }
    }

    #[test]
    fn silence_is_at_rest_and_so_is_every_end() {
        assert!(levels(&vec![0.0; 48_000], FPS).iter().flatten().all(|level| *level == 0));
        let rows_made = levels(&tone(220.0, 0.5), FPS);
        assert_eq!(rows_made.len() as u64, rows(24_000, FPS));
        assert_eq!(rows_made.last(), Some(&[0; BANDS]));
        assert!(rows_made[10].iter().any(|level| *level > 100));
        let falling: Vec<u8> = rows_made[15..].iter().map(|row| row.iter().copied().max().unwrap()).collect();
        assert!(falling.is_sorted_by(|a, b| a >= b), "{falling:?}");
    }

    #[test]
    fn nothing_gives_rows_too() {
        assert_eq!(levels(&[], FPS).len() as u64, rows(0, FPS));
    }
}
