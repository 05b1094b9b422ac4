//! Maps times of one rendering of a sentence to another by their spectra (dynamic time warping).

use std::f64::consts::TAU;
use std::ops::Range;

/// The time between frames in seconds.
const HOP_SECONDS: f64 = 0.005;
/// The length of a frame's window in seconds: short enough to blur the harmonics of a voice into formants.
const WINDOW_SECONDS: f64 = 0.012;
/// The number of frequency bands, evenly spaced on the mel scale.
const BANDS: usize = 20;
/// The lowest and the highest frequency in Hz.
const FREQUENCY_RANGE: Range<f64> = 150.0..6_000.0;
/// How far the path may deviate from the diagonal: this many seconds …
const BASE_STRAY_SECONDS: f64 = 0.3;
/// … plus this share of the length …
const STRAY_RATIO: f64 = 0.12;
/// … but at most this many seconds, so that the cost of a long sentence stays proportional to its length.
const MAX_STRAY_SECONDS: f64 = 2.5;
/// The additional cost of a step that stands still in one rendering.
const STANDSTILL_COST: f32 = 0.5;

type BandSpectrum = [f32; BANDS];

/// A mapping of times from one rendering to another.
pub(super) struct TimeWarp {
    hop: usize,
    /// For every frame of the first rendering, the first matching frame of the second.
    frames: Vec<usize>,
    /// The length of the second rendering in samples.
    length: usize,
}

impl TimeWarp {
    /// The mapping under which `from` is most similar to `to`, both at `rate` Hz.
    pub(super) fn new(from: &[f32], to: &[f32], rate: u32) -> Self {
        let hop = ((HOP_SECONDS * f64::from(rate)) as usize).max(1);
        let filters = band_filters(rate);
        let frames = warp_path(&band_spectra(from, hop, &filters), &band_spectra(to, hop, &filters));
        Self { hop, frames, length: to.len() }
    }

    /// The sample of the second rendering that corresponds to the sample `at` of the first.
    pub(super) fn map_sample(&self, at: usize) -> usize {
        let frame = (at / self.hop).min(self.frames.len().saturating_sub(1));
        let into = at - frame * self.hop;
        self.frames.get(frame).map_or(self.length, |&f| (f * self.hop + into).min(self.length))
    }
}

/// For every sample of a window, its weights in the cosine parts and then in the sine parts of all bands, under a Hann window.
fn band_filters(rate: u32) -> Vec<[f32; 2 * BANDS]> {
    let length = (WINDOW_SECONDS * f64::from(rate)) as usize;
    let mut filters = Vec::with_capacity(length);
    for i in 0..length {
        let window = 0.5 - 0.5 * (TAU * (i as f64 + 0.5) / length as f64).cos();
        filters.push(std::array::from_fn(|part| {
            let (sin, cos) = (TAU * band_hertz(part % BANDS) * i as f64 / f64::from(rate)).sin_cos();
            (window * if part < BANDS { cos } else { sin }) as f32
        }));
    }
    filters
}

/// The centre frequency of a band in Hz.
fn band_hertz(band: usize) -> f64 {
    let step = (mel(FREQUENCY_RANGE.end) - mel(FREQUENCY_RANGE.start)) / (BANDS - 1) as f64;
    700.0 * ((mel(FREQUENCY_RANGE.start) + step * band as f64).exp() - 1.0)
}

fn mel(hertz: f64) -> f64 {
    (1.0 + hertz / 700.0).ln()
}

/// The spectrum of every frame: the logarithm of each band's power above a floor that hides faint noise.
fn band_spectra(samples: &[f32], hop: usize, filters: &[[f32; 2 * BANDS]]) -> Vec<BandSpectrum> {
    let window = filters.len();
    let mut padded = vec![0.0; window / 2];
    padded.extend_from_slice(samples);
    padded.resize(samples.len() + window + hop, 0.0);
    (0..samples.len().div_ceil(hop)).map(|n| frame_spectrum(&padded[n * hop..n * hop + window], filters)).collect()
}

/// The spectrum of one frame. The inner loop covers all parts, so that the compiler can vectorise it.
fn frame_spectrum(sound: &[f32], filters: &[[f32; 2 * BANDS]]) -> BandSpectrum {
    let mut parts = [0f32; 2 * BANDS];
    for (sample, taps) in sound.iter().zip(filters) {
        for (part, tap) in parts.iter_mut().zip(taps) {
            *part += sample * tap;
        }
    }
    std::array::from_fn(|band| {
        let power = parts[band] * parts[band] + parts[BANDS + band] * parts[BANDS + band];
        (1e-3 + power / sound.len() as f32).ln()
    })
}

fn difference(a: &BandSpectrum, b: &BandSpectrum) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f32>() / BANDS as f32
}

/// From which cell the path reaches a cell: it advances in both renderings, or in one.
#[derive(Clone, Copy)]
enum PathStep {
    Both,
    From,
    To,
}

/// The cells that the path may use: a band around the diagonal of the frames of `from` (rows) and of `to` (columns).
struct PathBand {
    rows: usize,
    columns: usize,
    stray: usize,
}

impl PathBand {
    fn width(&self) -> usize {
        2 * self.stray + 1
    }

    /// The column on the diagonal.
    fn middle(&self, row: usize) -> usize {
        row * self.columns / self.rows
    }
}

/// For every frame of `from`, the first matching frame of `to`.
fn warp_path(from: &[BandSpectrum], to: &[BandSpectrum]) -> Vec<usize> {
    if from.is_empty() || to.is_empty() {
        return Vec::new();
    }
    let stray = (BASE_STRAY_SECONDS / HOP_SECONDS + STRAY_RATIO * to.len() as f64).min(MAX_STRAY_SECONDS / HOP_SECONDS)
        as usize;
    let band = PathBand { rows: from.len(), columns: to.len(), stray };
    let mut steps = Vec::with_capacity(band.rows * band.width());
    let mut above = Vec::new();
    for (row, spectrum) in from.iter().enumerate() {
        above = next_row(&band, row, spectrum, to, &above, &mut steps);
    }
    backtrack(&band, &steps)
}

/// The costs of a row, given those of the row above. The column `c` is the frame `middle + c - stray`.
fn next_row(
    band: &PathBand,
    row: usize,
    spectrum: &BandSpectrum,
    to: &[BandSpectrum],
    above: &[f32],
    steps: &mut Vec<PathStep>,
) -> Vec<f32> {
    let shift = row.checked_sub(1).map_or(0, |r| band.middle(row) - band.middle(r));
    let mut costs: Vec<f32> = Vec::with_capacity(band.width());
    for column in 0..band.width() {
        let first = if row == 0 && column == band.stray { 0.0 } else { f32::INFINITY };
        let ways = [
            (cost_above(above, (column + shift).checked_sub(1)).min(first), PathStep::Both),
            (cost_above(above, Some(column + shift)) + STANDSTILL_COST, PathStep::From),
            (costs.last().map_or(f32::INFINITY, |left| left + STANDSTILL_COST), PathStep::To),
        ];
        let (cost, step) = ways.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or(ways[0]);
        let other = (band.middle(row) + column).checked_sub(band.stray).and_then(|frame| to.get(frame));
        costs.push(other.map_or(f32::INFINITY, |other| cost + difference(spectrum, other)));
        steps.push(step);
    }
    costs
}

fn cost_above(above: &[f32], column: Option<usize>) -> f32 {
    column.and_then(|c| above.get(c)).copied().unwrap_or(f32::INFINITY)
}

/// Follows the path back from the end of both renderings.
fn backtrack(band: &PathBand, steps: &[PathStep]) -> Vec<usize> {
    let mut frames = vec![0; band.rows];
    let (mut row, mut frame) = (band.rows - 1, band.columns - 1);
    loop {
        frames[row] = frame;
        let column = (frame + band.stray).saturating_sub(band.middle(row)).min(band.width() - 1);
        (row, frame) = match (steps[row * band.width() + column], row, frame) {
            (_, 0, _) => return frames,
            (_, _, 0) => (row - 1, 0),
            (PathStep::Both, ..) => (row - 1, frame - 1),
            (PathStep::From, ..) => (row - 1, frame),
            (PathStep::To, ..) => (row, frame - 1),
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Tones of different heights, each as long as told.
    fn tones(lengths: &[usize]) -> Vec<f32> {
        let tone = |(n, &length): (usize, &usize)| {
            (0..length).map(move |i| (i as f32 * 0.06 * (1.0 + n as f32)).sin() * 0.3).collect::<Vec<_>>()
        };
        lengths.iter().enumerate().flat_map(tone).collect()
    }

    #[test]
    fn edges_are_carried_over() {
        let warp = TimeWarp::new(&tones(&[4_000, 6_000, 5_000, 4_000]), &tones(&[5_000, 4_500, 6_000, 3_500]), 22_050);
        for (from, to) in [(4_000, 5_000), (10_000, 9_500), (15_000, 15_500)] {
            assert!(warp.map_sample(from).abs_diff(to) < 250, "{from}: {}", warp.map_sample(from));
        }
        assert_eq!(warp.map_sample(100_000), 19_000);
    }

    #[test]
    fn a_rendering_is_carried_over_to_itself() {
        let sound = tones(&[3_000, 3_000, 3_000]);
        let warp = TimeWarp::new(&sound, &sound, 22_050);
        assert!((0..9_000).step_by(123).all(|at| warp.map_sample(at) == at));
    }

    #[test]
    fn nothing_is_carried_over_to_nothing() {
        for (from, to) in [(0, 0), (0, 500), (500, 0), (1, 1)] {
            let warp = TimeWarp::new(&vec![0.1; from], &vec![0.1; to], 22_050);
            assert!([0, 1, 1_000].iter().all(|&at| warp.map_sample(at) <= to));
        }
    }
}
