//! Tiles moved and scaled by fractions of a pixel, for entrances of panes.

use std::ops::Range;

use crate::render::frame::Frame;
use crate::render::paint::{PaintTransform, Rect};
use crate::render::tile::{Area, Tile};
use crate::units::Size;

/// The transform along one axis: sample `i` of the frame is sample `step * i + start` of the tile.
#[derive(Clone, Copy)]
struct AxisSampling {
    step: f64,
    start: f64,
}

impl AxisSampling {
    /// `at` is the tile's position in the frame; the last pair is the distance of samples in pixels, and the site of a
    /// sample within that distance.
    fn new(at: u32, about: f64, shift: f64, scale: f64, (pixels, site): (f64, f64)) -> AxisSampling {
        let start = about + (site - shift - about) / scale - f64::from(at) - site;
        AxisSampling { step: 1.0 / scale, start: start / pixels }
    }

    /// The tile sample before sample `i` of the frame, and the weight of the one after it.
    fn at(self, i: usize) -> (i64, f32) {
        let place = self.step * i as f64 + self.start;
        let floor = place.floor();
        (floor as i64, (place - floor) as f32)
    }
}

/// One plane of a tile: premultiplied samples, their alpha, and the samples per row.
#[derive(Clone, Copy)]
struct TilePlane<'a> {
    samples: &'a [u8],
    alpha: &'a [u8],
    width: usize,
}

impl<'a> TilePlane<'a> {
    /// Samples and alpha of row `i`, if the tile has it.
    fn row(&self, i: i64) -> Option<(&'a [u8], &'a [u8])> {
        let at = usize::try_from(i).ok()? * self.width;
        Some((self.samples.get(at..at + self.width)?, self.alpha.get(at..at + self.width)?))
    }
}

/// Buffers for one interpolated row.
#[derive(Default)]
pub(crate) struct RowBuffers {
    samples: Vec<f32>,
    alpha: Vec<f32>,
}

impl Tile {
    /// Blends the transformed tile over `out`, with linear interpolation; the transform's `share` is ignored.
    pub(crate) fn blend_transformed(&self, pose: PaintTransform, opacity: f32, rows: &mut RowBuffers, out: &mut Frame) {
        let Size { width, height } = out.size();
        let own = self.rect();
        let to = pose.apply_to(own).grown(2.0);
        let area = Area::around(to.left, to.top, to.right, to.bottom, Size::new(width, height));
        if area.is_empty() || opacity <= 0.0 {
            return;
        }
        let (x, y) = (area.x as usize, area.y as usize);
        let (right, low) = (x + area.width as usize, y + area.height as usize);
        let luma = TilePlane { samples: &self.luma, alpha: &self.luma_alpha, width: self.area.width as usize };
        let stride = width as usize;
        let axes = self.axes(pose, 1.0, (0.5, 0.5));
        blend(luma, axes, opacity, rows, (&mut out.y, stride), (x..right, y..low));
        // Chroma is sited on the left column of each pair, between its rows.
        let axes = self.axes(pose, 2.0, (0.5, 1.0));
        for (samples, out) in [(&self.blue, &mut out.u), (&self.red, &mut out.v)] {
            let plane = TilePlane { samples, alpha: &self.chroma_alpha, width: self.area.width as usize / 2 };
            blend(plane, axes, opacity, rows, (out, stride / 2), (x / 2..right / 2, y / 2..low / 2));
        }
    }

    /// The sampling of columns and rows; `pixels` is the distance of samples, `sites` their site within it.
    fn axes(&self, pose: PaintTransform, pixels: f64, sites: (f64, f64)) -> (AxisSampling, AxisSampling) {
        let across = AxisSampling::new(self.area.x, pose.about.0, pose.shift.0, pose.scale, (pixels, sites.0));
        (across, AxisSampling::new(self.area.y, pose.about.1, pose.shift.1, pose.scale, (pixels, sites.1)))
    }

    /// The rectangle of the tile in the frame.
    pub(crate) fn rect(&self) -> Rect {
        let Area { x, y, width, height } = self.area;
        let [left, top, right, bottom] = [x, y, x + width, y + height].map(f64::from);
        Rect { left, top, right, bottom }
    }
}

fn blend(
    plane: TilePlane,
    (across, along): (AxisSampling, AxisSampling),
    opacity: f32,
    rows: &mut RowBuffers,
    (out, stride): (&mut [u8], usize),
    (columns, lines): (Range<usize>, Range<usize>),
) {
    for line in lines {
        let (first, share) = along.at(line);
        if !interpolate_rows(plane, first, share, rows) {
            continue;
        }
        let under = &mut out[line * stride..][columns.clone()];
        if across.step == 1.0 {
            blend_shifted_row(rows, across.at(columns.start), opacity, under);
        } else {
            blend_scaled_row(rows, across, columns.start, opacity, under);
        }
    }
}

/// Interpolates between rows `first` and `first + 1` into `rows`, with a transparent sample at the left and two at the
/// right. Returns whether one of the rows exists.
fn interpolate_rows(plane: TilePlane, first: i64, share: f32, rows: &mut RowBuffers) -> bool {
    let upper = plane.row(first);
    let lower = plane.row(first + 1);
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

/// Blends a row whose samples all have the same fractional position.
fn blend_shifted_row(rows: &RowBuffers, (first, share): (i64, f32), opacity: f32, under: &mut [u8]) {
    // The first sample of the tile has index 1.
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

fn blend_scaled_row(rows: &RowBuffers, across: AxisSampling, start: usize, opacity: f32, under: &mut [u8]) {
    let last = rows.samples.len() as i64 - 2;
    for (i, under) in under.iter_mut().enumerate() {
        let (first, share) = across.at(start + i);
        let at = first + 1;
        if at < 0 || at > last {
            continue;
        }
        let at = at as usize;
        let [sample, alpha] = [&rows.samples, &rows.alpha].map(|row| row[at] + (row[at + 1] - row[at]) * share);
        *under = over(*under, sample, alpha, opacity);
    }
}

/// Only sums and products of `f32`, each rounded by itself: the same on every CPU.
fn over(under: u8, sample: f32, alpha: f32, opacity: f32) -> u8 {
    let kept = f32::from(under) * (1.0 - alpha * opacity * (1.0 / 255.0));
    (kept + sample * opacity + 0.5) as u8
}
