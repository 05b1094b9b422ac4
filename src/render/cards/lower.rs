//! The lower third with a name, and the chapter counter: both lie over scenes of every kind, so their texts stand on
//! panels.

use super::area::{NAME_GAP, NAME_PADDING, NAME_SIZE, ROLE_SIZE, TOP_SHARE, lower_third_end};
use super::layout::CardLayout;
use crate::render::card_context::{ChapterCounter, LowerThird};
use crate::render::entrance::entrance_frames;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::pose::Animation;
use crate::render::text::{TextBounds, clean};
use crate::spec::model::{Corner, Entrance};
use crate::units::{Colour, Size};

/// Opacity of panels: text on them is legible on any picture.
const PANEL_OPACITY: u8 = 236;
/// Opacity of the bars of chapters that are still to come.
const PENDING_OPACITY: u8 = 90;
/// The most chapters that have a bar each; more are counted in figures alone.
const MAX_BARS: u32 = 12;

impl CardLayout<'_> {
    /// A bar, and next to it the name and the role on a panel.
    pub fn lower(&mut self, lower: &LowerThird) -> Vec<ShapeLayer> {
        let Size { width, height } = self.view.size;
        let tall = height > width;
        let frame = f64::from(width);
        let bar = self.unit * 0.011;
        let pad = self.unit * NAME_PADDING;
        let left = frame * if tall { 0.06 } else { 0.05 };
        let text_width = (frame * if tall { 0.80 } else { 0.56 } - bar - 2.0 * pad) as f32;
        let bounds = TextBounds { width: text_width, height: f32::MAX, lines: 1 };
        let name_style = self.heading_style(NAME_SIZE);
        let name = self.setter.fitted(&clean(&lower.name), &name_style, bounds);
        let role_style = self.body(ROLE_SIZE, 400.0);
        let bounds = TextBounds { lines: if tall { 2 } else { 1 }, ..bounds };
        let role = lower.role.as_ref().map(|role| self.setter.fitted(&clean(role), &role_style, bounds));

        let gap = self.unit * NAME_GAP;
        let texts = f64::from(name.height()) + role.as_ref().map_or(0.0, |role| gap + f64::from(role.height()));
        let across = f64::from(name.width().max(role.as_ref().map_or(0.0, |role| role.width())));
        let bottom = lower_third_end(self.view.size, lower.raised);
        let top = bottom - texts - pad * 1.5;
        let inner = left + bar + pad;
        let panel = Rect { left, top, right: inner + across + pad * 1.2, bottom };
        let strip = Rect { right: left + bar, ..panel };
        let radius = self.unit * 0.006;
        let look = &self.view.look;
        let below = top + pad * 0.75 + f64::from(name.height()) + gap;
        let mut shapes = vec![
            PaintShape::Block { rect: panel, radius, colour: Colour { a: PANEL_OPACITY, ..look.background } },
            self.shape(name, (inner, top + pad * 0.75), look.text),
        ];
        shapes.extend(role.map(|role| self.shape(role, (inner, below), look.muted)));
        let bar = vec![PaintShape::Block { rect: strip, radius, colour: self.accent() }];
        let frames = entrance_frames(self.view.fps);
        let rise = Animation::from_entrance(Entrance::Rise, self.unit);
        [shapes, bar].map(|shapes| ShapeLayer::new(shapes, rise, lower.from, frames).fading_out_at(lower.to)).into()
    }

    /// One bar per chapter, and figures, in an upper corner without a logo.
    pub fn counter(&mut self, counter: ChapterCounter) -> ShapeLayer {
        let look = &self.view.look;
        let style = self.body(0.026, 600.0);
        let text = self.setter.line(&[&format!("{} / {}", counter.chapter, counter.of)], &style);
        let bars = if (2..=MAX_BARS).contains(&counter.of) { counter.of } else { 0 };
        let bar = self.unit * 0.026;
        let gap = self.unit * 0.007;
        let pad = self.unit * 0.016;
        let row = f64::from(bars) * (bar + gap) + if bars > 0 { pad * 0.6 } else { 0.0 };
        let (text_width, text_height) = (f64::from(text.width()), f64::from(text.height()));
        let width = pad * 2.0 + row + text_width;
        let height = text_height + pad * 0.7;

        let frame = f64::from(self.view.size.width);
        let right = self.view.logo.is_some_and(|logo| logo.corner == Corner::TopLeft);
        let side = frame * 0.035;
        let left = if right { frame - side - width } else { side };
        let top = f64::from(self.view.size.height) * TOP_SHARE / 2.0 - height / 2.0;
        let rect = Rect { left, top, right: left + width, bottom: top + height };
        let colour = Colour { a: PANEL_OPACITY, ..look.background };
        let mut shapes = vec![PaintShape::Block { rect, radius: height / 2.0, colour }];
        let thick = (self.unit * 0.0065).max(2.0);
        let middle = top + height / 2.0;
        for i in 0..bars {
            let from = left + pad + f64::from(i) * (bar + gap);
            let rect = Rect { left: from, top: middle - thick / 2.0, right: from + bar, bottom: middle + thick / 2.0 };
            let pending = Colour { a: PENDING_OPACITY, ..look.text };
            let colour = if i < counter.chapter { self.accent() } else { pending };
            shapes.push(PaintShape::Block { rect, radius: thick / 2.0, colour });
        }
        shapes.push(self.shape(text, (left + pad + row, top + pad * 0.35), look.text));
        ShapeLayer::always_visible(shapes)
    }
}
