//! The waveform of the voice: bars or a line that move with it, drawn from the level of each band in each frame.

use std::sync::Arc;

use vello_cpu::kurbo::{BezPath, Point};

use super::overlays::WaveformOverlay;
use super::place::is_tall;
use crate::render::captions::metrics::CaptionMetrics;
use crate::render::colour::black_or_white_on;
use crate::render::frame::Frame;
use crate::render::paint::{PaintShape, Rect, paint_all};
use crate::render::view::View;
use crate::spec::model::{WaveformPosition, WaveformStyle};
use crate::units::{Colour, Size};

/// Number of frequency bands, and of the bars on each side of the middle one, it included.
pub const BANDS: usize = 24;
/// Width of a bar, as a share of the distance of two.
const BAR_WIDTH: f64 = 0.56;
/// Opacity of the halo that sets bars off from a picture.
const HALO_ALPHA: u8 = 110;

/// The level of each band of a piece of speech, frame by frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandLevels(Vec<u8>);

impl BandLevels {
    /// Reads the output of a step of the kind `levels`: the number of bands, then a byte for each band of each frame. `None`
    /// if it has another form or another number of bands.
    pub fn read(bytes: &[u8]) -> Option<BandLevels> {
        let (bands, rows) = bytes.split_first()?;
        (usize::from(*bands) == BANDS && rows.len() % BANDS == 0).then(|| BandLevels(rows.to_vec()))
    }

    /// The levels of a frame of the piece; `None` outside it.
    fn row(&self, frame: i64) -> Option<&[u8]> {
        let start = usize::try_from(frame).ok()?.checked_mul(BANDS)?;
        self.0.get(start..start + BANDS)
    }
}

/// Draws the waveform of one view.
pub(crate) struct WavePainter {
    wave: WaveformOverlay,
    levels: Vec<Arc<BandLevels>>,
    size: Size,
    /// The rectangle that the bars fill at their greatest height.
    area: Rect,
    colour: Colour,
    halo: Colour,
}

impl WavePainter {
    /// `levels`: one for each of the waveform's pieces, in order.
    pub fn new(view: &View, wave: WaveformOverlay, levels: Vec<Arc<BandLevels>>) -> WavePainter {
        let colour = Colour { a: 255, ..view.look.accent };
        let halo = Colour { a: HALO_ALPHA, ..black_or_white_on(colour) };
        WavePainter { area: wave_area(view.size, &wave), wave, levels, size: view.size, colour, halo }
    }

    /// Draws the waveform over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        let heights = self.heights(n);
        let shapes = match self.wave.style {
            WaveformStyle::Bars => self.bars(&heights),
            WaveformStyle::Line => self.line(&heights),
        };
        if let Some(tile) = paint_all(&shapes, self.size) {
            tile.blend(256, out);
        }
    }

    /// The height of each bar, 0 to 1, from left to right: low bands in the middle, high ones towards both ends.
    fn heights(&self, n: u32) -> Vec<f64> {
        let mut highest = [0_u8; BANDS];
        for (piece, levels) in self.wave.pieces.iter().zip(&self.levels) {
            for (high, level) in highest.iter_mut().zip(levels.row(i64::from(n) - piece.from).unwrap_or_default()) {
                *high = (*high).max(*level);
            }
        }
        let mut heights = Vec::new();
        for (band, level) in highest.iter().enumerate() {
            // High bands are lowered, or the ends would shoot up with every sibilant.
            let out = band as f64 / BANDS as f64;
            heights.push(f64::from(*level) / 255.0 * (1.0 - 0.62 * out * out));
        }
        heights.iter().rev().chain(&heights[1..]).copied().collect()
    }

    fn bars(&self, heights: &[f64]) -> Vec<PaintShape> {
        let Rect { left, right, top, bottom } = self.area;
        let step = (right - left) / heights.len() as f64;
        let width = (step * BAR_WIDTH).max(2.0);
        let middle = (top + bottom) / 2.0;
        let reach = width * 0.22;
        let mut halos = Vec::new();
        let mut bars = Vec::new();
        for (i, level) in heights.iter().enumerate() {
            let high = width + ((bottom - top) - width) * level;
            let centre = left + step * (i as f64 + 0.5);
            let rect = Rect {
                left: centre - width / 2.0,
                right: centre + width / 2.0,
                top: middle - high / 2.0,
                bottom: middle + high / 2.0,
            };
            let radius = width / 2.0;
            halos.push(PaintShape::Block { rect: rect.grown(reach), radius: radius + reach, colour: self.halo });
            bars.push(PaintShape::Block { rect, radius, colour: self.colour });
        }
        halos.extend(bars);
        halos
    }

    /// A line along the tops of the bars and one along their bottoms, with the area between them filled.
    fn line(&self, heights: &[f64]) -> Vec<PaintShape> {
        let pen = ((self.area.bottom - self.area.top) * 0.03).max(2.0);
        let heights = smoothed(&smoothed(heights));
        let upper_points = self.edge(&heights, pen, -1.0);
        let mut lower_points = self.edge(&heights, pen, 1.0);
        let upper = curve(&upper_points);
        let lower = curve(&lower_points);
        let mut inside = upper.clone();
        lower_points.reverse();
        inside.extend(curve(&lower_points).elements().iter().skip(1).copied());
        inside.close_path();
        let fill = Colour { a: 90, ..self.colour };
        vec![
            PaintShape::Path { path: Arc::new(inside), stroke: None, colour: fill },
            stroke(&upper, pen * 1.8, self.halo),
            stroke(&lower, pen * 1.8, self.halo),
            stroke(&upper, pen, self.colour),
            stroke(&lower, pen, self.colour),
        ]
    }

    /// The points of one edge of the line, from left to right; `sign` is −1 for the upper one and 1 for the lower one.
    fn edge(&self, heights: &[f64], pen: f64, sign: f64) -> Vec<Point> {
        let Rect { left, right, top, bottom } = self.area;
        let middle = (top + bottom) / 2.0;
        let half = (bottom - top) / 2.0 - pen;
        let step = (right - left) / (heights.len() + 1) as f64;
        let mut points = vec![Point::new(left, middle)];
        for (i, level) in heights.iter().enumerate() {
            // The line is flat at both ends.
            let from_end = (i.min(heights.len() - 1 - i) as f64 + 1.0) / 5.0;
            let y = middle + sign * half * level * from_end.min(1.0);
            points.push(Point::new(left + step * (i as f64 + 1.0), y));
        }
        points.push(Point::new(right, middle));
        points
    }
}

fn stroke(path: &BezPath, width: f64, colour: Colour) -> PaintShape {
    PaintShape::Path { path: Arc::new(path.clone()), stroke: Some(width), colour }
}

/// Each height averaged with its neighbours: a line that showed each band by itself would tremble.
fn smoothed(heights: &[f64]) -> Vec<f64> {
    let last = heights.len() - 1;
    let mut smoothed = Vec::new();
    for (i, height) in heights.iter().enumerate() {
        let before = heights[i.saturating_sub(1)];
        let after = heights[(i + 1).min(last)];
        smoothed.push((before + 2.0 * height + after) / 4.0);
    }
    smoothed
}

/// A smooth line through points from left to right or from right to left.
fn curve(points: &[Point]) -> BezPath {
    let mut path = BezPath::new();
    path.move_to(points[0]);
    for pair in points.windows(2) {
        let half = (pair[1].x - pair[0].x) / 2.0;
        path.curve_to((pair[0].x + half, pair[0].y), (pair[1].x - half, pair[1].y), (pair[1].x, pair[1].y));
    }
    path
}

/// The area of a waveform in the frame, apart from captions.
fn wave_area(size: Size, wave: &WaveformOverlay) -> Rect {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let unit = width.min(height);
    let tall = is_tall(size);
    let (across, high) = match wave.at {
        WaveformPosition::Middle => (if tall { 0.78 } else { 0.60 }, unit * 0.34),
        WaveformPosition::Top | WaveformPosition::Bottom => (if tall { 0.62 } else { 0.36 }, unit * 0.12),
    };
    let lowest = f64::from(CaptionMetrics::highest(size));
    let free = height * 0.03;
    let middle = match wave.at {
        WaveformPosition::Middle if wave.raised => lowest / 2.0 + free,
        WaveformPosition::Middle => height / 2.0,
        WaveformPosition::Top => height * if tall { 0.12 } else { 0.06 } + high / 2.0,
        WaveformPosition::Bottom if wave.raised => lowest - free - high / 2.0,
        WaveformPosition::Bottom => height * if tall { 0.80 } else { 0.93 } - high / 2.0,
    };
    let left = width * (1.0 - across) / 2.0;
    let top = middle - high / 2.0;
    Rect { left, right: width - left, top, bottom: top + high }
}
