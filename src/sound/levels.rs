//! How loud a piece of speech is in each frame, band by band from low to high: what a display of it moves by. Knows nothing of how it is drawn.
//!
//! Sines come from `libm` and sums are made in one order, so that the same sound gives the same bytes on every machine.

use std::f64::consts::PI;

use crate::units::{Fps, SAMPLE_RATE};

/// Bands of a row.
pub const BANDS: usize = 24;
/// The middle of the first band and of the last one, in Hz: where voices are.
const LOW: f64 = 150.0;
const HIGH: f64 = 5_200.0;
/// Tones that are looked for in each band.
const TONES: usize = 3;
/// Samples that a frame is heard in.
const WINDOW: usize = 2048;
/// Decibels of a tone, full scale at 0, at which a band is at rest, and how many more it has at its highest.
const REST: f64 = -64.0;
const SPAN: f64 = 42.0;
/// High tones of a voice are weaker: so many decibels an octave.
const TILT: f64 = 3.2;
/// How much of the way up a band goes in a frame, and how far it falls in a second.
const ATTACK: f64 = 0.72;
const RELEASE: f64 = 2.6;
/// Frames after the sound's end in which all bands come to rest, in seconds.
const TAIL: f64 = 0.45;

/// A row of bands, 0 = at rest, 255 = at its highest.
pub type Row = [u8; BANDS];

/// How many rows a piece of so many samples has: its frames, and those in which it dies away.
pub fn rows(samples: u64, fps: Fps) -> u64 {
    fps.frames_to_hold(samples) + fps.frames(TAIL)
}

/// The rows of a piece of speech that begins with a frame.
pub fn levels(samples: &[f32], fps: Fps) -> Vec<Row> {
    let window = hann();
    let tones = tones();
    let fall = RELEASE / fps.as_f64();
    let mut now = [0.0_f64; BANDS];
    let mut rows_made = Vec::new();
    for frame in 0..rows(samples.len() as u64, fps) {
        let middle = (fps.sample_of_frame(frame) + fps.sample_of_frame(frame + 1)) / 2;
        let heard = heard(samples, middle as i64 - WINDOW as i64 / 2, &window);
        for (band, tones) in now.iter_mut().zip(&tones) {
            let wanted = heard.as_ref().map_or(0.0, |heard| level(heard, tones));
            let falling = (*band - fall).max(0.0);
            *band = if wanted > *band { *band + (wanted - *band) * ATTACK } else { falling.max(wanted) };
        }
        rows_made.push(smooth(&now));
    }
    // Whatever is left: the last row is at rest.
    if let Some(last) = rows_made.last_mut() {
        *last = [0; BANDS];
    }
    rows_made
}

fn hann() -> Vec<f64> {
    (0..WINDOW).map(|i| 0.5 - 0.5 * libm::cos(2.0 * PI * (i as f64 + 0.5) / WINDOW as f64)).collect()
}

/// The tones of each band, in Hz, spread evenly to the ear.
fn tones() -> [[f64; TONES]; BANDS] {
    let step = libm::log(HIGH / LOW) / (BANDS - 1) as f64;
    let tone = |band: usize, i: usize| {
        let off = (i as f64 - (TONES - 1) as f64 / 2.0) / TONES as f64;
        LOW * libm::exp(step * (band as f64 + off))
    };
    std::array::from_fn(|band| std::array::from_fn(|i| tone(band, i)))
}

/// The samples from `from` on under the window; `None` where there are none.
fn heard(samples: &[f32], from: i64, window: &[f64]) -> Option<Vec<f64>> {
    if from >= samples.len() as i64 {
        return None;
    }
    let at = |i: usize| usize::try_from(from + i as i64).ok().and_then(|i| samples.get(i)).copied().unwrap_or(0.0);
    Some(window.iter().enumerate().map(|(i, weight)| f64::from(at(i)) * weight).collect())
}

/// How high a band stands in which these tones are heard, 0 to 1.
fn level(heard: &[f64], tones: &[f64; TONES]) -> f64 {
    let power: f64 = tones.iter().map(|tone| power(heard, *tone)).sum::<f64>() / TONES as f64;
    let decibels = 10.0 * libm::log10(power.max(1e-12));
    let tilt = TILT * (libm::log2(tones[TONES / 2] / 250.0)).max(0.0);
    ((decibels + tilt - REST) / SPAN).clamp(0.0, 1.0)
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
    // A window of this kind keeps half of an amplitude, and half of that lies at negative frequencies.
    square * 16.0 / (WINDOW * WINDOW) as f64
}

/// Neighbours drawn together a little, as bytes.
fn smooth(bands: &[f64; BANDS]) -> Row {
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
