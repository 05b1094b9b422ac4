//! The voice as bars or a line that move with it. Knows nothing of sound: it is given how high each band stands in each frame.

use std::sync::Arc;

use vello_cpu::kurbo::{BezPath, Point};

use crate::render::captions::CaptionMetrics;
use crate::render::colour::contrast;
use crate::render::frame::Frame;
use crate::render::paint::{PaintShape, PaintTransform, Rect, paint_transformed};
use crate::render::tile::Area;
use crate::render::view::View;
use crate::spec::model::{WaveformPosition, WaveformStyle};
use crate::units::{Colour, Size};

use super::WaveformOverlay;

/// Bands of a row of levels: so many bars are on each side.
pub const BANDS: usize = 24;
/// The width of a bar, of its place.
const BAR: f64 = 0.56;
/// Opacity of what sets bars off from a picture.
const HALO: u8 = 110;

/// How high each band of a piece of speech stands, frame by frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BandLevels(Vec<u8>);

impl BandLevels {
    /// Reads what a step of the kind `levels` wrote: how many bands there are, then a byte for each band of each frame. `None`: it is
    /// not of that form, or has other bands.
    pub fn read(bytes: &[u8]) -> Option<BandLevels> {
        let (bands, rows) = bytes.split_first()?;
        (usize::from(*bands) == BANDS && rows.len() % BANDS == 0).then(|| BandLevels(rows.to_vec()))
    }

    fn row(&self, frame: i64) -> Option<&[u8]> {
        let start = usize::try_from(frame).ok()?.checked_mul(BANDS)?;
        self.0.get(start..start + BANDS)
    }
}

/// Draws a view's waveform.
pub(crate) struct WavePainter {
    wave: WaveformOverlay,
    levels: Vec<Arc<BandLevels>>,
    size: Size,
    /// What all bars at their highest fill.
    room: Rect,
    colour: Colour,
    halo: Colour,
}

impl WavePainter {
    /// `levels`: one for each of the waveform's pieces, in order.
    pub fn new(view: &View, wave: WaveformOverlay, levels: Vec<Arc<BandLevels>>) -> WavePainter {
        let colour = Colour { a: 255, ..view.look.accent };
        let (black, white) = (Colour::rgb(0, 0, 0), Colour::rgb(255, 255, 255));
        let back = if contrast(colour, black) >= contrast(colour, white) { black } else { white };
        let halo = Colour { a: HALO, ..back };
        WavePainter { room: room(view.size, &wave), wave, levels, size: view.size, colour, halo }
    }

    /// Lays it over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        let bars = self.bars(n);
        let shapes = match self.wave.style {
            WaveformStyle::Bars => self.columns(&bars),
            WaveformStyle::Line => self.line(&bars),
        };
        let Some(bounds) = shapes.iter().map(PaintShape::bounds).reduce(Rect::union) else { return };
        let area = Area::around(bounds.left, bounds.top, bounds.right, bounds.bottom, self.size);
        if !area.is_empty() {
            paint_transformed(&shapes, area, PaintTransform::STILL).blend(256, out);
        }
    }

    /// How high each bar stands, 0 to 1: low bands in the middle, high ones to both sides.
    fn bars(&self, n: u32) -> Vec<f64> {
        let rows = || self.wave.pieces.iter().zip(&self.levels);
        let mut highest = [0_u8; BANDS];
        for (piece, levels) in rows() {
            for (high, level) in highest.iter_mut().zip(levels.row(i64::from(n) - piece.from).unwrap_or_default()) {
                *high = (*high).max(*level);
            }
        }
        // Hissing sounds are all high: without this the ends would shoot up with every one of them.
        let bar = |band: usize| {
            let out = band as f64 / BANDS as f64;
            f64::from(highest[band]) / 255.0 * (1.0 - 0.62 * out * out)
        };
        (0..BANDS).rev().map(bar).chain((1..BANDS).map(bar)).collect()
    }

    fn columns(&self, bars: &[f64]) -> Vec<PaintShape> {
        let Rect { left, right, top, bottom } = self.room;
        let place = (right - left) / bars.len() as f64;
        let width = (place * BAR).max(2.0);
        let middle = (top + bottom) / 2.0;
        let bar = |(i, level): (usize, &f64)| {
            let high = width + ((bottom - top) - width) * level;
            let centre = left + place * (i as f64 + 0.5);
            Rect {
                left: centre - width / 2.0,
                right: centre + width / 2.0,
                top: middle - high / 2.0,
                bottom: middle + high / 2.0,
            }
        };
        let bars: Vec<Rect> = bars.iter().enumerate().map(bar).collect();
        let reach = width * 0.22;
        let halo = bars.iter().map(|bar| PaintShape::Block {
            rect: bar.grown(reach),
            radius: width / 2.0 + reach,
            colour: self.halo,
        });
        let own = bars.iter().map(|bar| PaintShape::Block { rect: *bar, radius: width / 2.0, colour: self.colour });
        halo.chain(own).collect()
    }

    /// One line along the tops of the bars and back along their bottoms.
    fn line(&self, bars: &[f64]) -> Vec<PaintShape> {
        let Rect { left, right, top, bottom } = self.room;
        let pen = ((bottom - top) * 0.03).max(2.0);
        let bars = &calmed(&calmed(bars));
        let (middle, half) = ((top + bottom) / 2.0, (bottom - top) / 2.0 - pen);
        let place = (right - left) / (bars.len() + 1) as f64;
        let tops = |sign: f64| {
            let points = bars.iter().enumerate().map(move |(i, level)| {
                // Towards both ends it comes to rest.
                let from_end = (i.min(bars.len() - 1 - i) as f64 + 1.0) / 5.0;
                Point::new(left + place * (i as f64 + 1.0), middle + sign * half * level * from_end.min(1.0))
            });
            let ends = [Point::new(left, middle), Point::new(right, middle)];
            std::iter::once(ends[0]).chain(points).chain([ends[1]]).collect::<Vec<_>>()
        };
        let (upper, lower) = (curve(&tops(-1.0)), curve(&tops(1.0)));
        let mut inside = upper.clone();
        let mut back = tops(1.0);
        back.reverse();
        inside.extend(curve(&back).elements().iter().skip(1).copied());
        inside.close_path();
        let stroke = |path: &BezPath, width, colour| PaintShape::Path {
            path: Arc::new(path.clone()),
            stroke: Some(width),
            colour,
        };
        vec![
            PaintShape::Path { path: Arc::new(inside), stroke: None, colour: Colour { a: 90, ..self.colour } },
            stroke(&upper, pen * 1.8, self.halo),
            stroke(&lower, pen * 1.8, self.halo),
            stroke(&upper, pen, self.colour),
            stroke(&lower, pen, self.colour),
        ]
    }
}

/// Neighbours drawn together: a line in which every band could be told would tremble.
fn calmed(bars: &[f64]) -> Vec<f64> {
    let at = |i: usize| bars[i.min(bars.len() - 1)];
    (0..bars.len()).map(|i| (at(i.saturating_sub(1)) + 2.0 * at(i) + at(i + 1)) / 4.0).collect()
}

/// A smooth line through points that follow each other from side to side.
fn curve(points: &[Point]) -> BezPath {
    let mut path = BezPath::new();
    path.move_to(points[0]);
    for pair in points.windows(2) {
        let half = (pair[1].x - pair[0].x) / 2.0;
        path.curve_to((pair[0].x + half, pair[0].y), (pair[1].x - half, pair[1].y), (pair[1].x, pair[1].y));
    }
    path
}

/// Where a waveform stands: clear of captions.
fn room(size: Size, wave: &WaveformOverlay) -> Rect {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let unit = width.min(height);
    let tall = height > width * 1.1;
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
    let (left, top) = (width * (1.0 - across) / 2.0, middle - high / 2.0);
    Rect { left, right: width - left, top, bottom: top + high }
}
