//! Carries times from one rendering of a sentence over to another, by their spectra (dynamic time warping).

use std::f64::consts::TAU;
use std::ops::Range;

/// Time between frames, in seconds …
const HOP: f64 = 0.005;
/// … and how much sound each looks at: short enough to blur the harmonics of a voice into formants.
const WINDOW: f64 = 0.012;
/// Frequencies that are looked at, evenly spaced to the ear …
const BANDS: usize = 20;
/// … from the lowest to the highest, in Hz.
const RANGE: Range<f64> = 150.0..6_000.0;
/// How far the warp may stray from the straight line: in seconds, and as a share of the length …
const STRAY: (f64, f64) = (0.3, 0.12);
/// … but no further than this, so that a long sentence costs what it is long.
const MOST_STRAY: f64 = 2.5;
/// What a step costs that stands still on one side, beyond the difference of the spectra.
const STANDING: f32 = 0.5;

type Spectrum = [f32; BANDS];

/// A warp from one rendering to another.
pub(super) struct Warp {
    hop: usize,
    /// For every frame of the first rendering, the first frame of the second that is matched with it.
    frames: Vec<usize>,
    /// The length of the second, in samples.
    length: usize,
}

impl Warp {
    /// The warp under which `from` is most like `to`, both at `rate` Hz.
    pub(super) fn new(from: &[f32], to: &[f32], rate: u32) -> Self {
        let hop = ((HOP * f64::from(rate)) as usize).max(1);
        let filters = filters(rate);
        let frames = path(&spectra(from, hop, &filters), &spectra(to, hop, &filters));
        Self { hop, frames, length: to.len() }
    }

    /// Where what is at sample `at` of the first rendering is in the second.
    pub(super) fn place(&self, at: usize) -> usize {
        let frame = (at / self.hop).min(self.frames.len().saturating_sub(1));
        let into = at - frame * self.hop;
        self.frames.get(frame).map_or(self.length, |&f| (f * self.hop + into).min(self.length))
    }
}

/// For every sample of a window, what it adds to the cosine and to the sine part of each band; under a Hann window.
fn filters(rate: u32) -> Vec<[f32; 2 * BANDS]> {
    let length = (WINDOW * f64::from(rate)) as usize;
    let mel = |hertz: f64| (1.0 + hertz / 700.0).ln();
    let step = (mel(RANGE.end) - mel(RANGE.start)) / (BANDS - 1) as f64;
    let hertz = |band: usize| 700.0 * ((mel(RANGE.start) + step * band as f64).exp() - 1.0);
    let tap = |i: usize| {
        let window = 0.5 - 0.5 * (TAU * (i as f64 + 0.5) / length as f64).cos();
        std::array::from_fn(|part| {
            let (sin, cos) = (TAU * hertz(part % BANDS) * i as f64 / f64::from(rate)).sin_cos();
            (window * if part < BANDS { cos } else { sin }) as f32
        })
    };
    (0..length).map(tap).collect()
}

/// The loudness of every band in every frame, on a logarithmic scale above a floor that hides faint noise.
fn spectra(samples: &[f32], hop: usize, filters: &[[f32; 2 * BANDS]]) -> Vec<Spectrum> {
    let window = filters.len();
    let mut padded = vec![0.0; window / 2];
    padded.extend_from_slice(samples);
    padded.resize(samples.len() + window + hop, 0.0);
    (0..samples.len().div_ceil(hop)).map(|n| spectrum(&padded[n * hop..n * hop + window], filters)).collect()
}

/// The spectrum of one frame. All parts are summed side by side, so that it can be vectorised.
fn spectrum(sound: &[f32], filters: &[[f32; 2 * BANDS]]) -> Spectrum {
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

fn difference(a: &Spectrum, b: &Spectrum) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f32>() / BANDS as f32
}

/// How a cell of the path is reached.
#[derive(Clone, Copy)]
enum Step {
    Both,
    From,
    To,
}

/// The frames of `from` against those of `to`, of which only a band around the straight line is looked at.
struct Band {
    rows: usize,
    columns: usize,
    stray: usize,
}

impl Band {
    fn width(&self) -> usize {
        2 * self.stray + 1
    }

    /// The frame of `to` that lies on the straight line.
    fn middle(&self, row: usize) -> usize {
        row * self.columns / self.rows
    }
}

/// For every frame of `from` the first frame of `to` it is matched with.
fn path(from: &[Spectrum], to: &[Spectrum]) -> Vec<usize> {
    if from.is_empty() || to.is_empty() {
        return Vec::new();
    }
    let stray = (STRAY.0 / HOP + STRAY.1 * to.len() as f64).min(MOST_STRAY / HOP) as usize;
    let band = Band { rows: from.len(), columns: to.len(), stray };
    let mut steps = Vec::with_capacity(band.rows * band.width());
    let mut above = Vec::new();
    for (row, spectrum) in from.iter().enumerate() {
        above = next_row(&band, row, spectrum, to, &above, &mut steps);
    }
    traced(&band, &steps)
}

/// The costs of a row, given those of the row above. Column `c` stands for frame `middle + c - stray`.
fn next_row(
    band: &Band,
    row: usize,
    spectrum: &Spectrum,
    to: &[Spectrum],
    above: &[f32],
    steps: &mut Vec<Step>,
) -> Vec<f32> {
    let shift = row.checked_sub(1).map_or(0, |r| band.middle(row) - band.middle(r));
    let higher = |column: Option<usize>| column.and_then(|c| above.get(c)).copied().unwrap_or(f32::INFINITY);
    let mut costs: Vec<f32> = Vec::with_capacity(band.width());
    for column in 0..band.width() {
        let first = if row == 0 && column == band.stray { 0.0 } else { f32::INFINITY };
        let ways = [
            (higher((column + shift).checked_sub(1)).min(first), Step::Both),
            (higher(Some(column + shift)) + STANDING, Step::From),
            (costs.last().map_or(f32::INFINITY, |left| left + STANDING), Step::To),
        ];
        let (cost, step) = ways.into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or(ways[0]);
        let other = (band.middle(row) + column).checked_sub(band.stray).and_then(|frame| to.get(frame));
        costs.push(other.map_or(f32::INFINITY, |other| cost + difference(spectrum, other)));
        steps.push(step);
    }
    costs
}

/// Walks the path back from the end of both.
fn traced(band: &Band, steps: &[Step]) -> Vec<usize> {
    let mut frames = vec![0; band.rows];
    let (mut row, mut frame) = (band.rows - 1, band.columns - 1);
    loop {
        frames[row] = frame;
        let column = (frame + band.stray).saturating_sub(band.middle(row)).min(band.width() - 1);
        (row, frame) = match (steps[row * band.width() + column], row, frame) {
            (_, 0, _) => return frames,
            (_, _, 0) => (row - 1, 0),
            (Step::Both, ..) => (row - 1, frame - 1),
            (Step::From, ..) => (row - 1, frame),
            (Step::To, ..) => (row, frame - 1),
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
        let warp = Warp::new(&tones(&[4_000, 6_000, 5_000, 4_000]), &tones(&[5_000, 4_500, 6_000, 3_500]), 22_050);
        for (from, to) in [(4_000, 5_000), (10_000, 9_500), (15_000, 15_500)] {
            assert!(warp.place(from).abs_diff(to) < 250, "{from}: {}", warp.place(from));
        }
        assert_eq!(warp.place(100_000), 19_000);
    }

    #[test]
    fn a_rendering_is_carried_over_to_itself() {
        let sound = tones(&[3_000, 3_000, 3_000]);
        let warp = Warp::new(&sound, &sound, 22_050);
        assert!((0..9_000).step_by(123).all(|at| warp.place(at) == at));
    }

    #[test]
    fn nothing_is_carried_over_to_nothing() {
        for (from, to) in [(0, 0), (0, 500), (500, 0), (1, 1)] {
            let warp = Warp::new(&vec![0.1; from], &vec![0.1; to], 22_050);
            assert!([0, 1, 1_000].iter().all(|&at| warp.place(at) <= to));
        }
    }
}
