//! Drawing of a chart's card: heading and legend, axes and labels, and the parts that grow.

use super::bars::{self, BarChart};
use super::colours;
use super::context::{ChartContext, ChartLabel};
use super::data::{ChartData, growth_frames};
use super::lines::{self, LineChart};
use super::pie::{self, PieChart};
use super::scale::NumberFormat;
use crate::render::cards::CardLayout;
use crate::render::ease;
use crate::render::entrance::entrance_frames;
use crate::render::fonts::bundled_family;
use crate::render::frame::Frame;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect, paint_all};
use crate::render::pose::Animation;
use crate::render::tile::Tile;
use crate::spec::model::ChartKind;
use crate::units::{Colour, Size};

/// The greatest height ÷ width of a plot.
const MAX_ASPECT: f64 = 1.1;

/// The parts of a chart that grow.
pub(super) enum GrowingParts {
    Bars(BarChart),
    Lines(LineChart),
    Pie(PieChart),
}

impl GrowingParts {
    /// The parts; `shares` says how far each has grown, 0 to 1.
    pub fn shapes(&self, shares: &[f64]) -> Vec<PaintShape> {
        match self {
            GrowingParts::Bars(bars) => bars.shapes(shares),
            GrowingParts::Lines(lines) => lines.shapes(shares),
            GrowingParts::Pie(pie) => pie.shapes(shares),
        }
    }
}

/// Draws the growing parts of a chart, and keeps what was drawn last.
pub(crate) struct ChartPainter {
    parts: GrowingParts,
    at: Vec<u32>,
    growth: u32,
    size: Size,
    last: Option<(Vec<f64>, Option<Tile>)>,
}

impl CardLayout<'_> {
    /// A chart below its heading.
    pub fn chart(&mut self, chart: &ChartData) -> (Vec<ShapeLayer>, ChartPainter) {
        let view = self.view;
        if view.size.width <= view.size.height {
            self.widen(0.8);
        } else {
            self.heighten(0.8);
        }
        let heading = self.layout_heading(chart.heading.as_deref(), 0.062);
        let above = heading.height;
        let (left, right) = (self.margin, self.right);
        let height = (self.bottom - self.top - above).min((right - left) * MAX_ASPECT);
        let top = self.top + (self.bottom - self.top - above - height).max(0.0) / 2.0;
        let mut layers = self.place_heading(heading, top);
        let mut area = Rect { left, top: top + above, right, bottom: top + above + height };

        let values = chart.series.iter().flat_map(|series| &series.values);
        let mut context = ChartContext {
            setter: &mut *self.setter,
            look: view.look,
            family: bundled_family(&view.look.body_font),
            unit: self.unit,
            numbers: NumberFormat::new(values, chart.unit.as_deref()),
        };
        let mut still = legend(&mut context, chart, &mut area);
        let (axes, parts) = plot(&mut context, chart, area);
        still.extend(axes);
        let frames = entrance_frames(view.fps);
        if !still.is_empty() {
            layers.push(ShapeLayer::new(still, Animation::Rise(0.0), self.delay(0.5), frames));
        }
        let growth = growth_frames(view.fps);
        (layers, ChartPainter { parts, at: chart.at.clone(), growth, size: view.size, last: None })
    }
}

/// Lays out a chart in `area`: the shapes that do not change, and the parts.
pub(super) fn plot(context: &mut ChartContext<'_>, chart: &ChartData, area: Rect) -> (Vec<PaintShape>, GrowingParts) {
    match chart.kind {
        ChartKind::Bar => {
            let (still, bars) = bars::plot(context, chart, area);
            (still, GrowingParts::Bars(bars))
        }
        ChartKind::Line => {
            let (still, lines) = lines::plot(context, chart, area);
            (still, GrowingParts::Lines(lines))
        }
        ChartKind::Pie => (Vec::new(), GrowingParts::Pie(pie::plot(context, chart, area))),
    }
}

/// The entries of a legend: the name of each of several series with its colour, after a unit that is too long to stand at
/// each number.
fn legend_entries(context: &mut ChartContext<'_>, chart: &ChartData, width: f64) -> Vec<(Option<Colour>, ChartLabel)> {
    let mut entries = Vec::new();
    if let Some(unit) = context.numbers.caption.clone().filter(|_| chart.kind != ChartKind::Pie) {
        entries.push((None, context.cut(&unit, &context.style(0.027, 400.0), width)));
    }
    if chart.series.len() > 1 {
        let colours = colours::series(context.look, chart.series.len());
        for (series, colour) in chart.series.iter().zip(colours) {
            entries.push((Some(colour), context.cut(&series.name, &context.style(0.027, 500.0), width)));
        }
    }
    entries
}

/// The legend in lines at the top of `area`, whose top moves below it.
fn legend(context: &mut ChartContext<'_>, chart: &ChartData, area: &mut Rect) -> Vec<PaintShape> {
    let unit = context.unit;
    let dot = unit * 0.018;
    let gap = unit * 0.036;
    let entries = legend_entries(context, chart, (area.right - area.left) * 0.9);
    if entries.is_empty() {
        return Vec::new();
    }
    let height = entries.iter().map(|(_, label)| label.height).fold(0.0, f64::max);
    let mut shapes = Vec::new();
    let (mut x, mut top) = (area.left, area.top);
    for (colour, label) in entries {
        let before = if colour.is_some() { dot * 1.55 } else { 0.0 };
        if x > area.left && x + before + label.width > area.right {
            (x, top) = (area.left, top + height * 1.2);
        }
        let middle = top + height / 2.0;
        if let Some(colour) = colour {
            let rect = Rect { left: x, top: middle - dot / 2.0, right: x + dot, bottom: middle + dot / 2.0 };
            shapes.push(PaintShape::Block { rect, radius: dot * 0.28, colour });
        }
        let ink = if colour.is_some() { context.look.text } else { context.look.muted };
        shapes.push(label.right_of(x + before, middle, ink));
        x += before + label.width + gap;
    }
    area.top = top + height + unit * 0.022;
    shapes
}

impl ChartPainter {
    /// Draws the chart's parts as they are in frame `n` over `out`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        let shares: Vec<f64> = self.at.iter().map(|at| self.share(*at, n)).collect();
        if self.last.as_ref().is_none_or(|(last, _)| *last != shares) {
            let tile = paint_all(&self.parts.shapes(&shares), self.size);
            self.last = Some((shares, tile));
        }
        if let Some((_, Some(tile))) = &self.last {
            tile.blend(256, out);
        }
    }

    /// How far a part that begins to grow in frame `at` has grown in frame `n`, 0 to 1.
    fn share(&self, at: u32, n: u32) -> f64 {
        match n.checked_sub(at) {
            None => 0.0,
            // A clipped view takes a part to be settled from this frame on.
            Some(age) if age >= self.growth => 1.0,
            Some(age) => ease::in_out(ease::progress(age, self.growth)),
        }
    }
}
