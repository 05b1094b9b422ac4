//! Tiles moved and scaled by parts of a pixel, for what comes in. Knows nothing of why it moves.

use crate::render::frame::Frame;
use crate::render::paint::{Pose, Rect};
use crate::render::tile::{Area, Tile};
use crate::units::Size;

/// Along one axis: sample `i` of the frame is sample `step * i + start` of the tile.
#[derive(Clone, Copy)]
struct Axis {
    step: f64,
    start: f64,
}

impl Axis {
    /// `at`: where the tile starts in the frame; `sites`: how many pixels lie between samples, and where in its pixels one sits.
    fn new(at: u32, about: f64, shift: f64, scale: f64, (pixels, site): (f64, f64)) -> Axis {
        let start = about + (site - shift - about) / scale - f64::from(at) - site;
        Axis { step: 1.0 / scale, start: start / pixels }
    }

    /// Between which samples sample `i` of the frame lies, and how near it is to the second one.
    fn at(self, i: usize) -> (i64, f32) {
        let place = self.step * i as f64 + self.start;
        let floor = place.floor();
        (floor as i64, (place - floor) as f32)
    }
}

/// A part of a plane: its samples, premultiplied, their alpha, and how many are in a row.
#[derive(Clone, Copy)]
struct Plane<'a> {
    samples: &'a [u8],
    alpha: &'a [u8],
    width: usize,
}

/// Buffers for rows.
#[derive(Default)]
pub(crate) struct Rows {
    samples: Vec<f32>,
    alpha: Vec<f32>,
}

impl Tile {
    /// Lays the tile over `out` in a pose, whatever part of a text it would show; between samples by straight lines.
    pub(crate) fn blend_posed(&self, pose: Pose, opacity: f32, rows: &mut Rows, out: &mut Frame) {
        let Size { width, height } = out.size();
        let own = self.rect();
        let to = pose.of(own).grown(2.0);
        let area = Area::around(to.left, to.top, to.right, to.bottom, Size::new(width, height));
        if area.is_empty() || opacity <= 0.0 {
            return;
        }
        let axes = |pixels: f64, sites: (f64, f64)| {
            let across = Axis::new(self.area.x, pose.about.0, pose.shift.0, pose.scale, (pixels, sites.0));
            (across, Axis::new(self.area.y, pose.about.1, pose.shift.1, pose.scale, (pixels, sites.1)))
        };
        let (x, y) = (area.x as usize, area.y as usize);
        let (right, low) = (x + area.width as usize, y + area.height as usize);
        let luma = Plane { samples: &self.luma, alpha: &self.luma_alpha, width: self.area.width as usize };
        let stride = width as usize;
        blend(luma, axes(1.0, (0.5, 0.5)), opacity, rows, (&mut out.y, stride), (x..right, y..low));
        // Chroma sits on the left column of each pair, between its rows.
        let axes = axes(2.0, (0.5, 1.0));
        for (samples, out) in [(&self.blue, &mut out.u), (&self.red, &mut out.v)] {
            let plane = Plane { samples, alpha: &self.chroma_alpha, width: self.area.width as usize / 2 };
            blend(plane, axes, opacity, rows, (out, stride / 2), (x / 2..right / 2, y / 2..low / 2));
        }
    }

    /// Where it stands.
    pub(crate) fn rect(&self) -> Rect {
        let Area { x, y, width, height } = self.area;
        let [left, top, right, bottom] = [x, y, x + width, y + height].map(f64::from);
        Rect { left, top, right, bottom }
    }
}

type Span = std::ops::Range<usize>;

fn blend(
    plane: Plane,
    (across, along): (Axis, Axis),
    opacity: f32,
    rows: &mut Rows,
    (out, stride): (&mut [u8], usize),
    (columns, lines): (Span, Span),
) {
    for line in lines {
        let (first, share) = along.at(line);
        if !mix(plane, first, share, rows) {
            continue;
        }
        let under = &mut out[line * stride..][columns.clone()];
        if across.step == 1.0 {
            even(rows, across.at(columns.start), opacity, under);
        } else {
            scattered(rows, across, columns.start, opacity, under);
        }
    }
}

/// The row between rows `first` and `first + 1`, with a clear sample at its left and two at its right; whether there is anything in it.
fn mix(plane: Plane, first: i64, share: f32, rows: &mut Rows) -> bool {
    let row = |i: i64| {
        let at = usize::try_from(i).ok()? * plane.width;
        Some((plane.samples.get(at..at + plane.width)?, plane.alpha.get(at..at + plane.width)?))
    };
    let (upper, lower) = (row(first), row(first + 1));
    if upper.is_none() && lower.is_none() {
        return false;
    }
    for kept in [&mut rows.samples, &mut rows.alpha] {
        kept.clear();
        kept.resize(plane.width + 3, 0.0);
    }
    for (part, share) in [(upper, 1.0 - share), (lower, share)] {
        let Some((samples, alpha)) = part else { continue };
        for (kept, &sample) in rows.samples[1..].iter_mut().zip(samples) {
            *kept += f32::from(sample) * share;
        }
        for (kept, &alpha) in rows.alpha[1..].iter_mut().zip(alpha) {
            *kept += f32::from(alpha) * share;
        }
    }
    true
}

/// All samples lie equally far between two of the row.
fn even(rows: &Rows, (first, share): (i64, f32), opacity: f32, under: &mut [u8]) {
    // The row's own first sample has index 1.
    let skipped = (-1 - first).clamp(0, under.len() as i64) as usize;
    let start = (first + 1).max(0) as usize;
    if start + 1 >= rows.samples.len() {
        return;
    }
    let (samples, alpha) = (&rows.samples[start..], &rows.alpha[start..]);
    let pairs = samples.iter().zip(&samples[1..]).zip(alpha.iter().zip(&alpha[1..]));
    for (under, ((a, b), (c, d))) in under[skipped..].iter_mut().zip(pairs) {
        *under = over(*under, a + (b - a) * share, c + (d - c) * share, opacity);
    }
}

fn scattered(rows: &Rows, across: Axis, start: usize, opacity: f32, under: &mut [u8]) {
    let last = rows.samples.len() as i64 - 2;
    for (i, under) in under.iter_mut().enumerate() {
        let (first, share) = across.at(start + i);
        let at = first + 1;
        if at < 0 || at > last {
            continue;
        }
        let at = at as usize;
        let between = |row: &[f32]| row[at] + (row[at + 1] - row[at]) * share;
        *under = over(*under, between(&rows.samples), between(&rows.alpha), opacity);
    }
}

/// Sums and products of `f32` alone, each rounded on its own: the same on every CPU.
fn over(under: u8, sample: f32, alpha: f32, opacity: f32) -> u8 {
    let kept = f32::from(under) * (1.0 - alpha * opacity * (1.0 / 255.0));
    (kept + sample * opacity + 0.5) as u8
}
