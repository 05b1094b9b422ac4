//! A QR code as a card: the code on a light panel, what it says below, a title and a line beside. Knows nothing of who will read it.

use std::sync::Arc;

use qrcode::{Color, EcLevel, QrCode};
use vello_cpu::kurbo::{BezPath, Rect as Area, Shape as _};

use super::CardLayout;
use crate::render::entrance::entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::pose::Animation;
use crate::render::text::{TextBounds, clean};
use crate::spec::model::{CardAlign, Corner};
use crate::units::Colour;

/// Free around a code on every side, in modules, as its standard has it.
const QUIET: usize = 4;
/// Dark on light in every template: many readers know nothing else.
const LIGHT: Colour = Colour::rgb(255, 255, 255);
const DARK: Colour = Colour::rgb(16, 16, 20);
/// The largest panel, and what lies between things, in shares of the frame's shorter side.
const LARGEST: f64 = 0.60;
const GAP: f64 = 0.030;
/// How small a code is as it comes in.
const POP: f64 = 0.94;

impl CardLayout<'_> {
    /// The code with its text below; beside it (in a wide frame) or above and below it the title and a line.
    pub fn qr(&mut self, text: &str, title: Option<&str>, caption: Option<&str>) -> Vec<ShapeLayer> {
        self.below_logo();
        let wide = self.view.size.width > self.view.size.height;
        if wide && (title.is_some() || caption.is_some()) {
            return self.qr_beside(text, title, caption);
        }
        self.align = CardAlign::Centre;
        let gap = self.unit * GAP;
        let tall = self.view.size.height > self.view.size.width;
        let room = self.room(1.0, 0.24, 3);
        let title = title.map(|title| self.heading(&clean(title), if tall { 0.090 } else { 0.074 }, room));
        let (said, caption) = (self.said(text, 1.0), caption.map(|caption| self.caption(caption, 0.94)));
        let above = title.as_ref().map_or(0.0, |title| f64::from(title.height()) + gap * 1.4);
        let below = gap * 0.8 + f64::from(said.height());
        let under = caption.as_ref().map_or(0.0, |caption| f64::from(caption.height()) + gap * 0.7);
        let side = (self.bottom - self.top - above - below - under).min(self.unit * LARGEST);
        let height = above + side + below + under;
        let mut top = self.top + (self.bottom - self.top - height).max(0.0) / 2.0;

        let mut layers = Vec::new();
        let look = &self.view.look;
        if let Some(title) = title {
            layers.push(self.text(title, (self.margin, top), look.text, 0));
            top += above;
        }
        let centre = f64::from(self.view.size.width) / 2.0;
        let room = Rect { left: centre - side / 2.0, right: centre + side / 2.0, top, bottom: top + side };
        layers.extend(self.scanned(text, room, 1.0));
        let after = top + side + gap * 0.8;
        let last = after + f64::from(said.height()) + gap * 0.7;
        layers.push(self.text(said, (self.margin, after), look.text, self.delay(2.0)));
        layers.extend(caption.map(|caption| self.text(caption, (self.margin, last), look.muted, self.delay(3.0))));
        layers
    }

    /// Begins below a logo in an upper corner: lying over a code it would keep it from being read.
    fn below_logo(&mut self) {
        let Some(logo) = self.view.logo.filter(|logo| matches!(logo.corner, Corner::TopLeft | Corner::TopRight)) else {
            return;
        };
        let below = self.unit * 0.065 + f64::from(self.view.size.height) * logo.height;
        self.top = self.top.max(below.min(self.bottom * 0.4));
    }

    /// Words at the left, the code at the right.
    fn qr_beside(&mut self, text: &str, title: Option<&str>, caption: Option<&str>) -> Vec<ShapeLayer> {
        self.align = CardAlign::Left;
        let gap = self.unit * GAP;
        let right = f64::from(self.view.size.width) - self.margin;
        let said = self.said(text, 0.44);
        let below = gap * 0.8 + f64::from(said.height());
        let side = (self.bottom - self.top - below).min(self.unit * LARGEST).min((right - self.margin) * 0.44);
        let across = side.max(f64::from(said.width()));
        let top = self.top + (self.bottom - self.top - side - below).max(0.0) / 2.0;
        let centre = right - across / 2.0;
        let room = Rect { left: centre - side / 2.0, right: centre + side / 2.0, top, bottom: top + side };
        let mut layers = self.words_beside(title, caption, (right - self.margin - across) - gap * 2.5);
        layers.extend(self.scanned(text, room, 1.0));
        let left = centre - f64::from(said.width()) / 2.0;
        layers.push(self.text(said, (left, top + side + gap * 0.8), self.view.look.text, self.delay(2.0)));
        layers
    }

    /// A rule, the title and the caption, `width` pixels wide, as one block in the middle of the card.
    fn words_beside(&mut self, title: Option<&str>, caption: Option<&str>, width: f64) -> Vec<ShapeLayer> {
        let room = |lines, height: f64| TextBounds { width: width as f32, height: height as f32, lines };
        let between = self.bottom - self.top;
        let title = title.map(|title| self.heading(&clean(title), 0.096, room(4, between * 0.6)));
        let style = self.body(0.044, 400.0);
        let caption = caption.map(|text| self.setter.fitted(&clean(text), &style, room(4, between * 0.28)));
        let (rule, gap, small_gap) = (self.unit * 0.012, self.unit * 0.044, self.unit * 0.032);
        let height = |layout: &Option<parley::Layout<_>>| layout.as_ref().map_or(0.0, |l| f64::from(l.height()));
        let all = rule + gap + height(&title) + small_gap + height(&caption);
        let mut top = self.top + (between - all).max(0.0) / 2.0;
        let mut layers = vec![self.rule(top, 0.13, 0.012, 0)];
        top += rule + gap;
        let after = top + height(&title) + if title.is_some() { small_gap } else { 0.0 };
        let look = &self.view.look;
        layers.extend(title.map(|title| self.text(title, (self.margin, top), look.text, self.delay(1.0))));
        layers.extend(caption.map(|caption| self.text(caption, (self.margin, after), look.muted, self.delay(2.0))));
        layers
    }

    /// What the code says, as people write it: without what every address begins with.
    fn said(&mut self, text: &str, width: f64) -> parley::Layout<crate::render::text::InkIndex> {
        let bare = text.strip_prefix("https://").or(text.strip_prefix("http://")).unwrap_or(text);
        let bare = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/');
        let style = self.body(0.040, 600.0);
        let room = self.room(width, 0.12, 2);
        self.setter.fitted(&clean(if bare.is_empty() { text } else { bare }), &style, room)
    }

    fn caption(&mut self, text: &str, width: f64) -> parley::Layout<crate::render::text::InkIndex> {
        let style = self.body(0.036, 400.0);
        let room = self.room(width, 0.12, 3);
        self.setter.fitted(&clean(text), &style, room)
    }

    /// The code on its panel, as large as fits into `room` with every module as many whole pixels; none for a text that is too long for any.
    pub(super) fn scanned(&self, text: &str, room: Rect, step: f64) -> Option<ShapeLayer> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let across = code.width() + 2 * QUIET;
        let side = (room.right - room.left).min(room.bottom - room.top);
        let module = (side / across as f64).floor().max(1.0);
        let size = module * across as f64;
        let start = |from: f64, to: f64| ((from + to - size) / 2.0).round();
        let (left, top) = (start(room.left, room.right), start(room.top, room.bottom));
        let rect = Rect { left, top, right: left + size, bottom: top + size };
        let shapes = vec![
            PaintShape::Block { rect, radius: module * 1.5 * self.card().radius, colour: LIGHT },
            PaintShape::Path { path: Arc::new(dark(&code, (left, top), module)), stroke: None, colour: DARK },
        ];
        let frames = entrance_frames(self.view.fps);
        Some(ShapeLayer::new(shapes, Animation::Pop(POP), self.delay(step), frames))
    }
}

/// The dark modules, those side by side in a row as one rectangle.
fn dark(code: &QrCode, at: (f64, f64), module: f64) -> BezPath {
    let (width, colours) = (code.width(), code.to_colors());
    let mut path = BezPath::new();
    for (row, colours) in colours.chunks(width).enumerate() {
        let mut column = 0;
        for run in colours.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                let place = |modules: usize, start: f64| start + (modules + QUIET) as f64 * module;
                let (left, top) = (place(column, at.0), place(row, at.1));
                let area = Area::new(left, top, left + run.len() as f64 * module, top + module);
                path.extend(area.path_elements(0.1));
            }
            column += run.len();
        }
    }
    path
}
