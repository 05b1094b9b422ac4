//! A template's layers: shapes and texts that come in, wander and sway. Knows nothing of the scene between them.

use std::sync::Arc;

use vello_cpu::kurbo::BezPath;

use crate::render::cards::{known, way};
use crate::render::frame::Frame;
use crate::render::going::{LEAVE, leave_frames};
use crate::render::layer::{Entrance, Layer};
use crate::render::paint::{Rect, Shape};
use crate::render::text::{Room, Style, Typesetter, clean};
use crate::render::view::{View, entrance_frames};
use crate::spec::model::{self, Decoration, Drawn, ShapeName, Stand};
use crate::units::{Colour, Fps, Size};

/// How far the nearest layers sway to either side, as a share of the frame's shorter side, and how long they take there and back, in
/// seconds: two lengths that never meet, so that the way does not repeat.
const SWAY: (f64, f64) = (0.040, 0.022);
const PERIOD: (f64, f64) = (19.0, 27.0);
/// The steps in which things move, in pixels: too small to be seen, but often the same for frames that follow each other, which are
/// then drawn once. What is faint needs no finer ones.
const FINE: f64 = 1.0 / 8.0;
const COARSE: f64 = 1.0 / 4.0;
const FAINT: u8 = 40;
/// A quarter of a circle as a curve.
const KAPPA: f64 = 0.552_284_749_8;
/// The line of a text, in sizes of its letters; room beside and above letters on a label, in the same.
const LINE: f64 = 1.25;
const PAD: (f64, f64) = (0.50, 0.14);
/// The size of a box that came to be empty is one pixel.
const LEAST: f64 = 1.0;

/// One layer of a view.
pub(crate) struct Decor {
    layer: Layer,
    motion: Option<Motion>,
}

/// How it moves all the time, in pixels of the frame.
struct Motion {
    fps: Fps,
    frame: (f64, f64),
    /// Its middle, half of its size, and how far it wanders in a second.
    middle: (f64, f64),
    half: (f64, f64),
    drift: (f64, f64),
    sway: (f64, f64),
    step: f64,
}

impl Decor {
    /// Sets up a layer.
    pub fn new(decoration: &Decoration, view: &View, setter: &mut Typesetter) -> Decor {
        let (fps, size) = (view.fps, view.size);
        let bounds = bounds(decoration, size);
        let unit = f64::from(size.width.min(size.height));
        let shapes = match &decoration.drawn {
            Drawn::Shape { .. } => vec![shape(&decoration.drawn, bounds, unit)],
            Drawn::Text { .. } => label(&decoration.drawn, bounds, setter),
        };
        let at = fps.frames(decoration.after) as u32;
        let enter = far(decoration.enter, bounds, unit);
        let layer = Layer::new(shapes, enter, at, entrance_frames(fps)).eased(decoration.easing);
        let layer = match view.leaves() {
            Some(leaves) => layer.leaving(far(decoration.leave, bounds, unit), leaves, leave_frames(fps, LEAVE)),
            None => layer,
        };
        Decor { layer, motion: decoration.moves().then(|| Motion::new(decoration, bounds, view)) }
    }

    /// Lays it over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        let by = self.motion.as_ref().map_or((0.0, 0.0), |motion| motion.at(n));
        self.layer.draw_moved(n, by, out);
    }

    #[cfg(test)]
    pub fn bounds(&self) -> Option<Rect> {
        self.layer.bounds()
    }
}

impl Motion {
    fn new(decoration: &Decoration, bounds: Rect, view: &View) -> Motion {
        let frame = (f64::from(view.size.width), f64::from(view.size.height));
        let [across, down] = decoration.drift;
        let unit = frame.0.min(frame.1) * decoration.depth;
        Motion {
            fps: view.fps,
            frame,
            middle: ((bounds.left + bounds.right) / 2.0, (bounds.top + bounds.bottom) / 2.0),
            half: ((bounds.right - bounds.left) / 2.0, (bounds.bottom - bounds.top) / 2.0),
            drift: (across * frame.0, down * frame.1),
            sway: (unit * SWAY.0, unit * SWAY.1),
            step: if decoration.is_faint() { COARSE } else { FINE },
        }
    }

    /// How far it is from its place in frame `n`.
    fn at(&self, n: u32) -> (f64, f64) {
        let seconds = self.fps.seconds(u64::from(n));
        let wave = |period: f64| libm::sin(std::f64::consts::TAU * seconds / period);
        let across = wandered(self.middle.0, self.drift.0 * seconds, self.half.0 + self.sway.0, self.frame.0);
        let down = wandered(self.middle.1, self.drift.1 * seconds, self.half.1 + self.sway.1, self.frame.1);
        let stepped = |way: f64| (way / self.step).round() * self.step;
        (stepped(across + self.sway.0 * wave(PERIOD.0)), stepped(down + self.sway.1 * wave(PERIOD.1)))
    }
}

/// How far something is from its place that has wandered `way` pixels: what has left the frame comes in again at the other side.
fn wandered(middle: f64, way: f64, half: f64, frame: f64) -> f64 {
    if way == 0.0 {
        return 0.0;
    }
    // A pixel more, for soft edges.
    let (first, round) = (-half - 1.0, frame + 2.0 * half + 2.0);
    first + (middle + way - first).rem_euclid(round) - middle
}

impl Decoration {
    /// Whether it moves all the time.
    pub(crate) fn moves(&self) -> bool {
        self.depth > 0.0 || self.drift != [0.0, 0.0]
    }

    fn is_faint(&self) -> bool {
        matches!(self.drawn, Drawn::Shape { colour, .. } if colour.a < FAINT)
    }
}

fn bounds(decoration: &Decoration, frame: Size) -> Rect {
    let (width, height) = (f64::from(frame.width), f64::from(frame.height));
    let (x, y) = (decoration.at[0] * width, decoration.at[1] * height);
    let half = ((decoration.size[0] * width).max(LEAST) / 2.0, (decoration.size[1] * height).max(LEAST) / 2.0);
    Rect { left: x - half.0, top: y - half.1, right: x + half.0, bottom: y + half.1 }
}

/// What has no card around it comes from further away: half of its own size at least, as far as a quarter of the frame.
fn far(entrance: model::Entrance, bounds: Rect, unit: f64) -> Entrance {
    let further = |by: f64, own: f64| by.signum() * (own / 2.0).clamp(by.abs(), (unit / 4.0).max(by.abs()));
    match way(entrance, unit) {
        Entrance::Rise(by) => Entrance::Rise(further(by, bounds.bottom - bounds.top)),
        Entrance::Slide(by) => Entrance::Slide(further(by, bounds.right - bounds.left)),
        Entrance::Pop(_) => Entrance::Pop(0.4),
        other => other,
    }
}

fn shape(drawn: &Drawn, bounds: Rect, unit: f64) -> Shape {
    let Drawn::Shape { shape, colour, radius, turn, pen } = drawn else { unreachable!("texts are set by another") };
    let Rect { left, top, right, bottom } = bounds;
    let (pen, middle) = ((pen * unit).max(1.0), ((left + right) / 2.0, (top + bottom) / 2.0));
    let turned = Turned::new(*turn, middle);
    let within = Rect { left, top, right, bottom }.grown(-pen / 2.0);
    let (points, stroke) = match shape {
        ShapeName::Rectangle => (rounded(bounds, radius * (right - left).min(bottom - top) / 2.0), None),
        ShapeName::Ellipse => (ellipse(bounds), None),
        ShapeName::Ring => (ellipse(within), Some(pen)),
        ShapeName::Triangle => (
            vec![Step::Move((middle.0, top)), Step::Line((right, bottom)), Step::Line((left, bottom)), Step::Close],
            None,
        ),
        ShapeName::Line => (vec![Step::Move((left, middle.1)), Step::Line((right, middle.1))], Some(pen)),
    };
    let mut path = BezPath::new();
    for step in points {
        match step {
            Step::Move(to) => path.move_to(turned.point(to)),
            Step::Line(to) => path.line_to(turned.point(to)),
            Step::Curve(a, b, to) => path.curve_to(turned.point(a), turned.point(b), turned.point(to)),
            Step::Close => path.close_path(),
        }
    }
    Shape::Path { path: Arc::new(path), stroke, colour: *colour }
}

type Point = (f64, f64);

/// A piece of an outline.
enum Step {
    Move(Point),
    Line(Point),
    Curve(Point, Point, Point),
    Close,
}

/// Points turned about one that stays.
struct Turned {
    sine: f64,
    cosine: f64,
    about: Point,
}

impl Turned {
    fn new(degrees: f64, about: Point) -> Turned {
        let angle = degrees.to_radians();
        Turned { sine: libm::sin(angle), cosine: libm::cos(angle), about }
    }

    fn point(&self, (x, y): Point) -> Point {
        let (dx, dy) = (x - self.about.0, y - self.about.1);
        (self.about.0 + dx * self.cosine - dy * self.sine, self.about.1 + dx * self.sine + dy * self.cosine)
    }
}

fn ellipse(rect: Rect) -> Vec<Step> {
    corners(rect, ((rect.right - rect.left) / 2.0, (rect.bottom - rect.top) / 2.0))
}

fn rounded(rect: Rect, radius: f64) -> Vec<Step> {
    if radius < 0.25 {
        let Rect { left, top, right, bottom } = rect;
        return vec![
            Step::Move((left, top)),
            Step::Line((right, top)),
            Step::Line((right, bottom)),
            Step::Line((left, bottom)),
            Step::Close,
        ];
    }
    corners(rect, (radius, radius))
}

/// A rectangle whose corners are quarters of an ellipse with these radii.
fn corners(Rect { left, top, right, bottom }: Rect, (x, y): (f64, f64)) -> Vec<Step> {
    let (kx, ky) = (x * (1.0 - KAPPA), y * (1.0 - KAPPA));
    vec![
        Step::Move((left + x, top)),
        Step::Line((right - x, top)),
        Step::Curve((right - kx, top), (right, top + ky), (right, top + y)),
        Step::Line((right, bottom - y)),
        Step::Curve((right, bottom - ky), (right - kx, bottom), (right - x, bottom)),
        Step::Line((left + x, bottom)),
        Step::Curve((left + kx, bottom), (left, bottom - ky), (left, bottom - y)),
        Step::Line((left, top + y)),
        Step::Curve((left, top + ky), (left + kx, top), (left + x, top)),
        Step::Close,
    ]
}

/// A text in its box, and the label behind it.
fn label(drawn: &Drawn, bounds: Rect, setter: &mut Typesetter) -> Vec<Shape> {
    let Drawn::Text { text, family, weight, align, colour, behind, radius } = drawn else {
        unreachable!("shapes are drawn by another");
    };
    let (width, height) = (bounds.right - bounds.left, bounds.bottom - bounds.top);
    let pad = if behind.is_some() { PAD } else { (0.0, 0.0) };
    let size = height / (LINE + 2.0 * pad.1);
    let room = Room { width: (width - 2.0 * pad.0 * size).max(1.0) as f32, height: height as f32, lines: 1 };
    let style = Style {
        family: known(family),
        weight: *weight as f32,
        size: size as f32,
        line_height: LINE as f32,
        tracking: if behind.is_some() { 0.03 } else { 0.0 },
    };
    let layout = setter.fitted(&clean(text), &style, room);
    let (across, down) = (f64::from(layout.width()), f64::from(layout.height()));
    let whole = (across + 2.0 * pad.0 * size).min(width);
    let left = match align {
        Stand::Left => bounds.left,
        Stand::Centre => (bounds.left + bounds.right - whole) / 2.0,
        Stand::Right => bounds.right - whole,
    };
    let top = (bounds.top + bounds.bottom - down) / 2.0;
    let shape = |colour: Colour| Shape::Text {
        layout: Arc::new(layout),
        at: (left + (whole - across) / 2.0, top),
        inks: vec![colour],
        outlines: Vec::new(),
    };
    let back = behind.map(|colour| {
        let rect = Rect { left, right: left + whole, ..bounds };
        Shape::Block { rect, radius: radius * height / 2.0, colour }
    });
    back.into_iter().chain([shape(*colour)]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wanders_out_of_the_frame_comes_in_at_the_other_side_and_jumps_only_unseen() {
        let at = |way: f64| 50.0 + wandered(50.0, way, 20.0, 100.0);
        assert_eq!((at(0.0), at(10.0), at(60.0)), (50.0, 60.0, 110.0));
        for way in -400..400 {
            let (here, next) = (at(f64::from(way)), at(f64::from(way) + 1.0));
            let unseen = |x: f64| x <= -20.0 || x >= 120.0;
            assert!((next - here - 1.0).abs() < 1e-9 || (unseen(here) && unseen(next)), "{way}: {here} {next}");
        }
    }

    #[test]
    fn a_turned_point_keeps_its_distance() {
        let turned = Turned::new(90.0, (10.0, 10.0));
        let (x, y) = turned.point((15.0, 10.0));
        assert!((x - 10.0).abs() < 1e-9 && (y - 15.0).abs() < 1e-9, "clockwise on the screen: {x} {y}");
    }
}
