//! Layers of a template: shapes and texts that come in, drift and sway.

use std::sync::Arc;

use vello_cpu::kurbo::BezPath;

use crate::render::entrance::entrance_frames;
use crate::render::exit::{EXIT_SECONDS, exit_frames};
use crate::render::fonts::bundled_family;
use crate::render::frame::Frame;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::pose::Animation;
use crate::render::text::{TextBounds, TextStyle, Typesetter, clean};
use crate::render::view::View;
use crate::spec::model::{self, LayerContent, ShapeName, TemplateLayer, TextAlign};
use crate::units::{Fps, Size};

/// Amplitude of the swaying of the nearest layers (across, down) as a share of the frame's shorter side, and its
/// periods in seconds: two periods that rarely coincide, so that the path does not visibly repeat.
const SWAY_SHARES: (f64, f64) = (0.040, 0.022);
const SWAY_PERIODS: (f64, f64) = (19.0, 27.0);
/// Positions are rounded to these steps, in pixels: too small to be seen, but often the same in consecutive frames,
/// whose tile is then painted once. Faint layers use the coarse step.
const FINE_STEP: f64 = 1.0 / 8.0;
const COARSE_STEP: f64 = 1.0 / 4.0;
const FAINT_ALPHA: u8 = 40;
/// Distance of the control points of a cubic curve that approximates a quarter of a unit circle.
const KAPPA: f64 = 0.552_284_749_8;
/// Line height of a text, and padding of a label (across, down), in font sizes.
const LINE_HEIGHT: f64 = 1.25;
const LABEL_PADDING: (f64, f64) = (0.50, 0.14);
/// Least side of a layer's box, in pixels.
const MIN_SIDE: f64 = 1.0;

/// Draws one template layer of a view.
pub(crate) struct TemplateLayerPainter {
    layer: ShapeLayer,
    motion: Option<DriftMotion>,
}

/// Continuous movement of a template layer, in pixels of the frame.
struct DriftMotion {
    fps: Fps,
    frame: (f64, f64),
    /// Its centre, half of its size, and its drift per second.
    middle: (f64, f64),
    half: (f64, f64),
    drift: (f64, f64),
    sway: (f64, f64),
    step: f64,
}

impl TemplateLayerPainter {
    /// Lays out a template layer for the frame size of `view`.
    pub fn new(template_layer: &TemplateLayer, view: &View, setter: &mut Typesetter) -> TemplateLayerPainter {
        let fps = view.fps;
        let size = view.size;
        let bounds = bounds(template_layer, size);
        let unit = f64::from(size.width.min(size.height));
        let shapes = match &template_layer.drawn {
            LayerContent::Shape { .. } => vec![shape(&template_layer.drawn, bounds, unit)],
            LayerContent::Text { .. } => label(&template_layer.drawn, bounds, setter),
        };
        let at = fps.frames(template_layer.after) as u32;
        let enter = distant_animation(template_layer.enter, bounds, unit);
        let layer = ShapeLayer::new(shapes, enter, at, entrance_frames(fps)).with_easing(template_layer.easing);
        let layer = match view.exit_start() {
            Some(leaves) => layer.with_exit(
                distant_animation(template_layer.leave, bounds, unit),
                leaves,
                exit_frames(fps, EXIT_SECONDS),
            ),
            None => layer,
        };
        TemplateLayerPainter {
            layer,
            motion: template_layer.moves().then(|| DriftMotion::new(template_layer, bounds, view)),
        }
    }

    /// Draws the template layer over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        let by = self.motion.as_ref().map_or((0.0, 0.0), |motion| motion.at(n));
        self.layer.draw_moved(n, by, out);
    }

    #[cfg(test)]
    pub fn bounds(&self) -> Option<Rect> {
        self.layer.bounds()
    }
}

impl DriftMotion {
    fn new(template_layer: &TemplateLayer, bounds: Rect, view: &View) -> DriftMotion {
        let frame = (f64::from(view.size.width), f64::from(view.size.height));
        let [across, down] = template_layer.drift;
        let unit = frame.0.min(frame.1) * template_layer.depth;
        DriftMotion {
            fps: view.fps,
            frame,
            middle: ((bounds.left + bounds.right) / 2.0, (bounds.top + bounds.bottom) / 2.0),
            half: ((bounds.right - bounds.left) / 2.0, (bounds.bottom - bounds.top) / 2.0),
            drift: (across * frame.0, down * frame.1),
            sway: (unit * SWAY_SHARES.0, unit * SWAY_SHARES.1),
            step: if template_layer.is_faint() { COARSE_STEP } else { FINE_STEP },
        }
    }

    /// Offset from its place in frame `n`.
    fn at(&self, n: u32) -> (f64, f64) {
        let seconds = self.fps.seconds(u64::from(n));

        let across = wrapped_drift(self.middle.0, self.drift.0 * seconds, self.half.0 + self.sway.0, self.frame.0);
        let down = wrapped_drift(self.middle.1, self.drift.1 * seconds, self.half.1 + self.sway.1, self.frame.1);
        let across = across + self.sway.0 * libm::sin(std::f64::consts::TAU * seconds / SWAY_PERIODS.0);
        let down = down + self.sway.1 * libm::sin(std::f64::consts::TAU * seconds / SWAY_PERIODS.1);
        ((across / self.step).round() * self.step, (down / self.step).round() * self.step)
    }
}

/// Offset from its place after a drift of `way` pixels: what leaves the frame comes in again at the opposite side.
fn wrapped_drift(middle: f64, way: f64, half: f64, frame: f64) -> f64 {
    if way == 0.0 {
        return 0.0;
    }
    // One more pixel for antialiased edges.
    let (first, round) = (-half - 1.0, frame + 2.0 * half + 2.0);
    first + (middle + way - first).rem_euclid(round) - middle
}

impl TemplateLayer {
    /// Whether it drifts or sways.
    pub(crate) fn moves(&self) -> bool {
        self.depth > 0.0 || self.drift != [0.0, 0.0]
    }

    fn is_faint(&self) -> bool {
        matches!(self.drawn, LayerContent::Shape { colour, .. } if colour.a < FAINT_ALPHA)
    }
}

fn bounds(template_layer: &TemplateLayer, frame: Size) -> Rect {
    let (width, height) = (f64::from(frame.width), f64::from(frame.height));
    let (x, y) = (template_layer.at[0] * width, template_layer.at[1] * height);
    let half =
        ((template_layer.size[0] * width).max(MIN_SIDE) / 2.0, (template_layer.size[1] * height).max(MIN_SIDE) / 2.0);
    Rect { left: x - half.0, top: y - half.1, right: x + half.0, bottom: y + half.1 }
}

/// The animation of a template layer: it comes from further away than a part of a card does, by half of its own size, and
/// by a quarter of the frame at most.
fn distant_animation(entrance: model::Entrance, bounds: Rect, unit: f64) -> Animation {
    match Animation::from_entrance(entrance, unit) {
        Animation::Rise(by) => Animation::Rise(longer_distance(by, bounds.bottom - bounds.top, unit)),
        Animation::Slide(by) => Animation::Slide(longer_distance(by, bounds.right - bounds.left, unit)),
        Animation::Pop(_) => Animation::Pop(0.4),
        other => other,
    }
}

fn longer_distance(by: f64, own: f64, unit: f64) -> f64 {
    by.signum() * (own / 2.0).clamp(by.abs(), (unit / 4.0).max(by.abs()))
}

fn shape(drawn: &LayerContent, bounds: Rect, unit: f64) -> PaintShape {
    let LayerContent::Shape { shape, colour, radius, turn, pen } = drawn else {
        unreachable!("texts are set by another")
    };
    let Rect { left, top, right, bottom } = bounds;
    let pen = (pen * unit).max(1.0);
    let middle = ((left + right) / 2.0, (top + bottom) / 2.0);
    let turned = PointRotation::new(*turn, middle);
    let within = Rect { left, top, right, bottom }.grown(-pen / 2.0);
    let (points, stroke) = match shape {
        ShapeName::Rectangle => (rounded(bounds, radius * (right - left).min(bottom - top) / 2.0), None),
        ShapeName::Ellipse => (ellipse(bounds), None),
        ShapeName::Ring => (ellipse(within), Some(pen)),
        ShapeName::Triangle => (
            vec![
                PathSegment::Move((middle.0, top)),
                PathSegment::Line((right, bottom)),
                PathSegment::Line((left, bottom)),
                PathSegment::Close,
            ],
            None,
        ),
        ShapeName::Line => (vec![PathSegment::Move((left, middle.1)), PathSegment::Line((right, middle.1))], Some(pen)),
    };
    let mut path = BezPath::new();
    for step in points {
        match step {
            PathSegment::Move(to) => path.move_to(turned.point(to)),
            PathSegment::Line(to) => path.line_to(turned.point(to)),
            PathSegment::Curve(a, b, to) => path.curve_to(turned.point(a), turned.point(b), turned.point(to)),
            PathSegment::Close => path.close_path(),
        }
    }
    PaintShape::Path { path: Arc::new(path), stroke, colour: *colour }
}

type Point = (f64, f64);

/// A segment of an outline.
enum PathSegment {
    Move(Point),
    Line(Point),
    Curve(Point, Point, Point),
    Close,
}

/// A rotation of points about a fixed one.
struct PointRotation {
    sine: f64,
    cosine: f64,
    about: Point,
}

impl PointRotation {
    fn new(degrees: f64, about: Point) -> PointRotation {
        let angle = degrees.to_radians();
        PointRotation { sine: libm::sin(angle), cosine: libm::cos(angle), about }
    }

    fn point(&self, (x, y): Point) -> Point {
        let (dx, dy) = (x - self.about.0, y - self.about.1);
        (self.about.0 + dx * self.cosine - dy * self.sine, self.about.1 + dx * self.sine + dy * self.cosine)
    }
}

fn ellipse(rect: Rect) -> Vec<PathSegment> {
    corners(rect, ((rect.right - rect.left) / 2.0, (rect.bottom - rect.top) / 2.0))
}

fn rounded(rect: Rect, radius: f64) -> Vec<PathSegment> {
    if radius < 0.25 {
        let Rect { left, top, right, bottom } = rect;
        return vec![
            PathSegment::Move((left, top)),
            PathSegment::Line((right, top)),
            PathSegment::Line((right, bottom)),
            PathSegment::Line((left, bottom)),
            PathSegment::Close,
        ];
    }
    corners(rect, (radius, radius))
}

/// A rectangle with corners of this radius.
fn corners(Rect { left, top, right, bottom }: Rect, (x, y): (f64, f64)) -> Vec<PathSegment> {
    let (kx, ky) = (x * (1.0 - KAPPA), y * (1.0 - KAPPA));
    vec![
        PathSegment::Move((left + x, top)),
        PathSegment::Line((right - x, top)),
        PathSegment::Curve((right - kx, top), (right, top + ky), (right, top + y)),
        PathSegment::Line((right, bottom - y)),
        PathSegment::Curve((right, bottom - ky), (right - kx, bottom), (right - x, bottom)),
        PathSegment::Line((left + x, bottom)),
        PathSegment::Curve((left + kx, bottom), (left, bottom - ky), (left, bottom - y)),
        PathSegment::Line((left, top + y)),
        PathSegment::Curve((left, top + ky), (left + kx, top), (left + x, top)),
        PathSegment::Close,
    ]
}

/// A text in its box, with the label behind it.
fn label(drawn: &LayerContent, bounds: Rect, setter: &mut Typesetter) -> Vec<PaintShape> {
    let LayerContent::Text { text, family, weight, align, colour, behind, radius } = drawn else {
        unreachable!("shapes are drawn by another");
    };
    let (width, height) = (bounds.right - bounds.left, bounds.bottom - bounds.top);
    let pad = if behind.is_some() { LABEL_PADDING } else { (0.0, 0.0) };
    let size = height / (LINE_HEIGHT + 2.0 * pad.1);
    let text_bounds =
        TextBounds { width: (width - 2.0 * pad.0 * size).max(1.0) as f32, height: height as f32, lines: 1 };
    let style = TextStyle {
        family: bundled_family(family),
        weight: *weight as f32,
        size: size as f32,
        line_height: LINE_HEIGHT as f32,
        tracking: if behind.is_some() { 0.03 } else { 0.0 },
    };
    let layout = setter.fitted(&clean(text), &style, text_bounds);
    let (across, down) = (f64::from(layout.width()), f64::from(layout.height()));
    let whole = (across + 2.0 * pad.0 * size).min(width);
    let left = match align {
        TextAlign::Left => bounds.left,
        TextAlign::Centre => (bounds.left + bounds.right - whole) / 2.0,
        TextAlign::Right => bounds.right - whole,
    };
    let top = (bounds.top + bounds.bottom - down) / 2.0;
    let text = PaintShape::Text {
        layout: Arc::new(layout),
        at: (left + (whole - across) / 2.0, top),
        inks: vec![*colour],
        outlines: Vec::new(),
    };
    let back = behind.map(|colour| {
        let rect = Rect { left, right: left + whole, ..bounds };
        PaintShape::Block { rect, radius: radius * height / 2.0, colour }
    });
    back.into_iter().chain([text]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wanders_out_of_the_frame_comes_in_at_the_other_side_and_jumps_only_unseen() {
        let at = |way: f64| 50.0 + wrapped_drift(50.0, way, 20.0, 100.0);
        assert_eq!((at(0.0), at(10.0), at(60.0)), (50.0, 60.0, 110.0));
        for way in -400..400 {
            let (here, next) = (at(f64::from(way)), at(f64::from(way) + 1.0));
            let unseen = |x: f64| x <= -20.0 || x >= 120.0;
            assert!((next - here - 1.0).abs() < 1e-9 || (unseen(here) && unseen(next)), "{way}: {here} {next}");
        }
    }

    #[test]
    fn a_turned_point_keeps_its_distance() {
        let turned = PointRotation::new(90.0, (10.0, 10.0));
        let (x, y) = turned.point((15.0, 10.0));
        assert!((x - 10.0).abs() < 1e-9 && (y - 15.0).abs() < 1e-9, "clockwise on the screen: {x} {y}");
    }
}
