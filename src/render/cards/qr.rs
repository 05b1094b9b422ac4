//! QR cards: a QR code on a light panel with its content as text below, and a title and a caption above and below or at its
//! side.

use std::sync::Arc;

use parley::Layout;
use qrcode::{Color, EcLevel, QrCode};
use vello_cpu::kurbo::{BezPath, Rect as Area, Shape as _};

use super::layout::CardLayout;
use crate::render::entrance::entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::pose::Animation;
use crate::render::text::{InkIndex, TextBounds, clean};
use crate::spec::model::{CardAlign, Corner};
use crate::units::Colour;

/// Width of the quiet zone on every side of a code, in modules, as ISO/IEC 18004 asks for.
const QUIET_MODULES: usize = 4;
/// Colours of a code, dark on light in every template: many readers find no other ones.
const LIGHT: Colour = Colour::rgb(255, 255, 255);
const DARK: Colour = Colour::rgb(16, 16, 20);
/// The greatest side of the panel, and the gap between the parts of the card, in shares of the frame's shorter side.
const MAX_SIDE: f64 = 0.60;
const GAP: f64 = 0.030;
/// Scale of a code at the start of its entrance.
const POP_SCALE: f64 = 0.94;

impl CardLayout<'_> {
    /// The code with its text below; the title and the caption are at its left in a wide frame, else above and below.
    pub fn qr(&mut self, text: &str, title: Option<&str>, caption: Option<&str>) -> Vec<ShapeLayer> {
        self.below_logo();
        let wide = self.view.size.width > self.view.size.height;
        if wide && (title.is_some() || caption.is_some()) {
            return self.qr_beside(text, title, caption);
        }
        self.align = CardAlign::Centre;
        let gap = self.unit * GAP;
        let tall = self.view.size.height > self.view.size.width;
        let bounds = self.text_bounds(1.0, 0.24, 3);
        let title = title.map(|title| self.heading(&clean(title), if tall { 0.090 } else { 0.074 }, bounds));
        let content = self.code_content(text, 1.0);
        let caption = caption.map(|caption| self.caption(caption, 0.94));
        let above = title.as_ref().map_or(0.0, |title| f64::from(title.height()) + gap * 1.4);
        let below = gap * 0.8 + f64::from(content.height());
        let under = caption.as_ref().map_or(0.0, |caption| f64::from(caption.height()) + gap * 0.7);
        let side = (self.bottom - self.top - above - below - under).min(self.unit * MAX_SIDE);
        let height = above + side + below + under;
        let mut top = self.centred_top(height);

        let mut layers = Vec::new();
        let look = &self.view.look;
        if let Some(title) = title {
            layers.push(self.text(title, (self.margin, top), look.text, 0));
            top += above;
        }
        let centre = f64::from(self.view.size.width) / 2.0;
        layers.extend(self.qr_code(text, square(centre, top, side), 1.0));
        let after = top + side + gap * 0.8;
        let last = after + f64::from(content.height()) + gap * 0.7;
        layers.push(self.text(content, (self.margin, after), look.text, self.delay(2.0)));
        layers.extend(caption.map(|caption| self.text(caption, (self.margin, last), look.muted, self.delay(3.0))));
        layers
    }

    /// Starts the content below a logo in an upper corner: a code below a logo could not be read.
    fn below_logo(&mut self) {
        let Some(logo) = self.view.logo.filter(|logo| matches!(logo.corner, Corner::TopLeft | Corner::TopRight)) else {
            return;
        };
        let below = self.unit * 0.065 + f64::from(self.view.size.height) * logo.height;
        self.top = self.top.max(below.min(self.bottom * 0.4));
    }

    /// Title and caption at the left, the code at the right.
    fn qr_beside(&mut self, text: &str, title: Option<&str>, caption: Option<&str>) -> Vec<ShapeLayer> {
        self.align = CardAlign::Left;
        let gap = self.unit * GAP;
        let right = f64::from(self.view.size.width) - self.margin;
        let content = self.code_content(text, 0.44);
        let below = gap * 0.8 + f64::from(content.height());
        let side = (self.bottom - self.top - below).min(self.unit * MAX_SIDE).min((right - self.margin) * 0.44);
        let across = side.max(f64::from(content.width()));
        let top = self.top + (self.bottom - self.top - side - below).max(0.0) / 2.0;
        let centre = right - across / 2.0;
        let mut layers = self.words_beside(title, caption, (right - self.margin - across) - gap * 2.5);
        layers.extend(self.qr_code(text, square(centre, top, side), 1.0));
        let left = centre - f64::from(content.width()) / 2.0;
        layers.push(self.text(content, (left, top + side + gap * 0.8), self.view.look.text, self.delay(2.0)));
        layers
    }

    /// A rule, the title and the caption, `width` pixels wide, as one block in the middle of the card.
    fn words_beside(&mut self, title: Option<&str>, caption: Option<&str>, width: f64) -> Vec<ShapeLayer> {
        let between = self.bottom - self.top;
        let bounds = TextBounds { width: width as f32, height: (between * 0.6) as f32, lines: 4 };
        let title = title.map(|title| self.heading(&clean(title), 0.096, bounds));
        let style = self.body(0.044, 400.0);
        let bounds = TextBounds { height: (between * 0.28) as f32, ..bounds };
        let caption = caption.map(|text| self.setter.fitted(&clean(text), &style, bounds));
        let (rule, gap, small_gap) = (self.unit * 0.012, self.unit * 0.044, self.unit * 0.032);
        let [title_height, caption_height] =
            [&title, &caption].map(|text| text.as_ref().map_or(0.0, |text| f64::from(text.height())));
        let mut top = self.centred_top(rule + gap + title_height + small_gap + caption_height);
        let mut layers = vec![self.rule(top, 0.13, 0.012, 0)];
        top += rule + gap;
        let after = top + title_height + if title.is_some() { small_gap } else { 0.0 };
        let look = &self.view.look;
        layers.extend(title.map(|title| self.text(title, (self.margin, top), look.text, self.delay(1.0))));
        layers.extend(caption.map(|caption| self.text(caption, (self.margin, after), look.muted, self.delay(2.0))));
        layers
    }

    /// The content of the code as people write it: web addresses without their scheme and `www.`.
    fn code_content(&mut self, text: &str, width: f64) -> Layout<InkIndex> {
        let bare = text.strip_prefix("https://").or(text.strip_prefix("http://")).unwrap_or(text);
        let bare = bare.strip_prefix("www.").unwrap_or(bare).trim_end_matches('/');
        let style = self.body(0.040, 600.0);
        let bounds = self.text_bounds(width, 0.12, 2);
        self.setter.fitted(&clean(if bare.is_empty() { text } else { bare }), &style, bounds)
    }

    fn caption(&mut self, text: &str, width: f64) -> Layout<InkIndex> {
        let style = self.body(0.036, 400.0);
        let bounds = self.text_bounds(width, 0.12, 3);
        self.setter.fitted(&clean(text), &style, bounds)
    }

    /// The code on its panel in the centre of `area`, as large as fits with modules of whole pixels; `None` if the text is too
    /// long for any code.
    pub(super) fn qr_code(&self, text: &str, area: Rect, step: f64) -> Option<ShapeLayer> {
        let code = QrCode::with_error_correction_level(text, EcLevel::M).ok()?;
        let across = code.width() + 2 * QUIET_MODULES;
        let side = (area.right - area.left).min(area.bottom - area.top);
        let module = (side / across as f64).floor().max(1.0);
        let size = module * across as f64;
        let left = ((area.left + area.right - size) / 2.0).round();
        let top = ((area.top + area.bottom - size) / 2.0).round();
        let rect = Rect { left, top, right: left + size, bottom: top + size };
        let shapes = vec![
            PaintShape::Block { rect, radius: module * 1.5 * self.card().radius, colour: LIGHT },
            PaintShape::Path { path: Arc::new(dark_modules(&code, (left, top), module)), stroke: None, colour: DARK },
        ];
        let frames = entrance_frames(self.view.fps);
        Some(ShapeLayer::new(shapes, Animation::Pop(POP_SCALE), self.delay(step), frames))
    }
}

/// The square of this side with its upper edge at `top`, centred on `x`.
fn square(x: f64, top: f64, side: f64) -> Rect {
    Rect { left: x - side / 2.0, right: x + side / 2.0, top, bottom: top + side }
}

/// The dark modules, adjacent ones of a row as one rectangle.
fn dark_modules(code: &QrCode, at: (f64, f64), module: f64) -> BezPath {
    let width = code.width();
    let colours = code.to_colors();
    let mut path = BezPath::new();
    for (row, colours) in colours.chunks(width).enumerate() {
        let mut column = 0;
        for run in colours.chunk_by(|a, b| a == b) {
            if run[0] == Color::Dark {
                let left = at.0 + (column + QUIET_MODULES) as f64 * module;
                let top = at.1 + (row + QUIET_MODULES) as f64 * module;
                let area = Area::new(left, top, left + run.len() as f64 * module, top + module);
                path.extend(area.path_elements(0.1));
            }
            column += run.len();
        }
    }
    path
}
