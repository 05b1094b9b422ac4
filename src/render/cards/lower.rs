//! What lies over any scene besides captions: a name in the lower third, and which chapter this is. Knows nothing of what is below.

use super::CardLayout;
use crate::render::captions::CaptionMetrics;
use crate::render::entrance::entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::pose::Animation;
use crate::render::text::{TextBounds, clean};
use crate::render::view::{ChapterCounter, LowerThird, View};
use crate::spec::model::{CaptionStyle, Corner};
use crate::units::{Colour, Size};

/// Opacity of panels: text on them is legible whatever is below.
const PANEL: u8 = 236;
/// More chapters than this are counted in figures alone.
const MAX_DOTS: u32 = 12;

/// Sizes of the texts, the room around them, and the gap between them, in shares of the frame's shorter side.
const NAME: f64 = 0.047;
const ROLE: f64 = 0.033;
const PAD: f64 = 0.026;
const GAP: f64 = 0.006;

/// What a lower third takes of the height at most.
pub(super) fn height(lower: &LowerThird, View { size: Size { width, height }, look, .. }: &View) -> f64 {
    let lines = if height > width { 2.0 } else { 1.0 };
    let leading = f64::from(super::TALL_LEADING);
    let role = lower.role.as_ref().map_or(0.0, |_| GAP + ROLE * leading * lines);
    f64::from(*width.min(height)) * (NAME * look.card.heading_size * leading + role + PAD * 1.5)
}

/// The lowest point of the lower third, in pixels from the top: where captions end, or above them.
pub(super) fn end(size: Size, raised: bool) -> f64 {
    let own = f64::from(CaptionMetrics::new(CaptionStyle::Boxed, size).bottom);
    if raised { super::lowest(size) } else { f64::from(size.height) - own }
}

impl CardLayout<'_> {
    /// A bar, and beside it the name and the role on a panel.
    pub fn lower(&mut self, lower: &LowerThird) -> Vec<ShapeLayer> {
        let Size { width, height } = self.view.size;
        let (frame, tall) = (f64::from(width), height > width);
        let bar = self.unit * 0.011;
        let (pad, left) = (self.unit * PAD, frame * if tall { 0.06 } else { 0.05 });
        let room = (frame * if tall { 0.80 } else { 0.56 } - bar - 2.0 * pad) as f32;
        let name_style = self.heading_style(NAME);
        let one = |lines| TextBounds { width: room, height: f32::MAX, lines };
        let name = self.setter.fitted(&clean(&lower.name), &name_style, one(1));
        let role_style = self.body(ROLE, 400.0);
        let role = lower
            .role
            .as_ref()
            .map(|role| self.setter.fitted(&clean(role), &role_style, one(if tall { 2 } else { 1 })));

        let gap = self.unit * GAP;
        let texts = f64::from(name.height()) + role.as_ref().map_or(0.0, |role| gap + f64::from(role.height()));
        let across = f64::from(name.width().max(role.as_ref().map_or(0.0, |role| role.width())));
        let bottom = end(self.view.size, lower.raised);
        let top = bottom - texts - pad * 1.5;
        let inner = left + bar + pad;
        let panel = Rect { left, top, right: inner + across + pad * 1.2, bottom };
        let strip = Rect { right: left + bar, ..panel };
        let radius = self.unit * 0.006;
        let look = &self.view.look;
        let below = top + pad * 0.75 + f64::from(name.height()) + gap;
        let mut shapes = vec![
            PaintShape::Block { rect: panel, radius, colour: Colour { a: PANEL, ..look.background } },
            self.shape(name, (inner, top + pad * 0.75), look.text),
        ];
        shapes.extend(role.map(|role| self.shape(role, (inner, below), look.muted)));
        let bar = vec![PaintShape::Block { rect: strip, radius, colour: self.accent() }];
        let frames = entrance_frames(self.view.fps);
        let rise = Animation::Rise(self.unit * super::RISE);
        [shapes, bar].map(|shapes| ShapeLayer::new(shapes, rise, lower.from, frames).fading_out_at(lower.to)).into()
    }

    /// Bars and figures in an upper corner, where no logo is.
    pub fn counter(&mut self, counter: ChapterCounter) -> Option<ShapeLayer> {
        let look = &self.view.look;
        let style = self.body(0.026, 600.0);
        let text = self.setter.line(&[&format!("{} / {}", counter.chapter, counter.of)], &style);
        let dots = if (2..=MAX_DOTS).contains(&counter.of) { counter.of } else { 0 };
        let (dot, gap, pad) = (self.unit * 0.026, self.unit * 0.007, self.unit * 0.016);
        let row = f64::from(dots) * (dot + gap) + if dots > 0 { pad * 0.6 } else { 0.0 };
        let (text_width, text_height) = (f64::from(text.width()), f64::from(text.height()));
        let width = pad * 2.0 + row + text_width;
        let height = text_height + pad * 0.7;

        let right = self.view.logo.is_some_and(|logo| logo.corner == Corner::TopLeft);
        let side = f64::from(self.view.size.width) * 0.035;
        let left = if right { f64::from(self.view.size.width) - side - width } else { side };
        let top = f64::from(self.view.size.height) * super::TOP / 2.0 - height / 2.0;
        let panel = Rect { left, top, right: left + width, bottom: top + height };
        let mut shapes = vec![PaintShape::Block {
            rect: panel,
            radius: height / 2.0,
            colour: Colour { a: PANEL, ..look.background },
        }];
        let thick = (self.unit * 0.0065).max(2.0);
        let middle = top + height / 2.0;
        for i in 0..dots {
            let from = left + pad + f64::from(i) * (dot + gap);
            let rect = Rect { left: from, top: middle - thick / 2.0, right: from + dot, bottom: middle + thick / 2.0 };
            let done = Colour { a: 90, ..look.text };
            let colour = if i < counter.chapter { self.accent() } else { done };
            shapes.push(PaintShape::Block { rect, radius: thick / 2.0, colour });
        }
        shapes.push(self.shape(text, (left + pad + row, top + pad * 0.35), look.text));
        Some(ShapeLayer::always_visible(shapes))
    }
}
