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
/// How far the warp may stray from the straight line: in seconds, and as a share of the length.
const STRAY: (f64, f64) = (0.3, 0.12);
/// What a step costs that stands still on one side, beyond the difference of the spectra.
const STANDING: f32 = 0.5;

type Spectrum = [f32; BANDS];

/// A warp from one rendering to another.
pub(super) struct Warp {
    hop: usize,
    /// For every frame of the first rendering, the frames of the second that sound like it.
    frames: Vec<Range<usize>>,
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

    /// Where what begins at sample `at` begins in the other rendering.
    pub(super) fn onset(&self, at: usize) -> usize {
        let into = at % self.hop;
        self.frames.get(at / self.hop).map_or(self.length, |f| (f.start * self.hop + into).min(self.length))
    }

    /// Where what ends at sample `at` ends in the other rendering.
    pub(super) fn end(&self, at: usize) -> usize {
        let frame = (at / self.hop).min(self.frames.len().saturating_sub(1));
        self.frames.get(frame).map_or(self.length, |f| (f.start * self.hop + at % self.hop).min(self.length))
    }
}

/// Cosine and sine of each band under a Hann window.
fn filters(rate: u32) -> Vec<Vec<[f32; 2]>> {
    let length = (WINDOW * f64::from(rate)) as usize;
    let mel = |hertz: f64| (1.0 + hertz / 700.0).ln();
    let hertz = |mel: f64| 700.0 * (mel.exp() - 1.0);
    let step = (mel(RANGE.end) - mel(RANGE.start)) / (BANDS - 1) as f64;
    let band = |band: usize| {
        let turn = TAU * hertz(mel(RANGE.start) + step * band as f64) / f64::from(rate);
        let tap = move |i: usize| {
            let window = 0.5 - 0.5 * (TAU * (i as f64 + 0.5) / length as f64).cos();
            let (sin, cos) = (turn * i as f64).sin_cos();
            [(window * cos) as f32, (window * sin) as f32]
        };
        (0..length).map(tap).collect()
    };
    (0..BANDS).map(band).collect()
}

/// The loudness of every band in every frame, on a logarithmic scale above a floor that hides faint noise.
fn spectra(samples: &[f32], hop: usize, filters: &[Vec<[f32; 2]>]) -> Vec<Spectrum> {
    let window = filters[0].len();
    let mut padded = vec![0.0; window / 2];
    padded.extend_from_slice(samples);
    padded.resize(samples.len() + window + hop, 0.0);
    let frame = |at: usize| {
        std::array::from_fn(|band| {
            let sound = &padded[at..at + window];
            let [re, im] =
                sound.iter().zip(&filters[band]).fold([0f32; 2], |[re, im], (s, [c, d])| [re + s * c, im + s * d]);
            (1e-3 + (re * re + im * im) / window as f32).ln()
        })
    };
    (0..samples.len().div_ceil(hop)).map(|n| frame(n * hop)).collect()
}

fn difference(a: &Spectrum, b: &Spectrum) -> f32 {
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).sum::<f32>() / BANDS as f32
}

/// For every frame of `from` the frames of `to` it is matched with, near the straight line.
fn path(from: &[Spectrum], to: &[Spectrum]) -> Vec<Range<usize>> {
    if from.is_empty() || to.is_empty() {
        return Vec::new();
    }
    let stray = (STRAY.0 / HOP + STRAY.1 * to.len() as f64) as usize;
    let width = 2 * stray + 1;
    // Column `c` of row `r` stands for frame `middle(r) + c - stray`.
    let middle = |row: usize| row * to.len() / from.len();
    let mut steps = vec![0u8; from.len() * width];
    let mut above: Vec<f32> = Vec::new();
    for (row, spectrum) in from.iter().enumerate() {
        let shift = row.checked_sub(1).map_or(0, |r| middle(row) - middle(r));
        let mut costs = vec![f32::INFINITY; width];
        for column in 0..width {
            let Some(other) = (middle(row) + column).checked_sub(stray).and_then(|n| to.get(n)) else { continue };
            let reach = |c: Option<usize>| c.and_then(|c| above.get(c)).copied().unwrap_or(f32::INFINITY);
            let first = if row == 0 && middle(row) + column == stray { 0.0 } else { f32::INFINITY };
            let both = reach((column + shift).checked_sub(1)).min(first);
            let up = reach(Some(column + shift)) + STANDING;
            let left = column.checked_sub(1).map_or(f32::INFINITY, |c| costs[c]) + STANDING;
            let (cost, step) =
                [(both, 0), (up, 1), (left, 2)].into_iter().min_by(|a, b| a.0.total_cmp(&b.0)).unwrap_or((both, 0));
            costs[column] = cost + difference(spectrum, other);
            steps[row * width + column] = step;
        }
        above = costs;
    }
    traced(&steps, width, stray, from.len(), to.len())
}

fn traced(steps: &[u8], width: usize, stray: usize, rows: usize, columns: usize) -> Vec<Range<usize>> {
    let middle = |row: usize| row * columns / rows;
    let mut frames = vec![0..0; rows];
    let (mut row, mut frame) = (rows - 1, columns - 1);
    frames[row] = frame..frame + 1;
    loop {
        let column = (frame + stray).saturating_sub(middle(row)).min(width - 1);
        let step = steps[row * width + column];
        if step != 2 {
            if row == 0 {
                break;
            }
            row -= 1;
        }
        if step != 1 {
            frame = frame.saturating_sub(1);
        }
        match step {
            2 => frames[row].start = frame,
            _ => frames[row] = frame..frame + 1,
        }
        if row == 0 && frame == 0 {
            break;
        }
    }
    frames
}
