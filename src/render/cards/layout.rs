//! The layout that all cards share: the area of their content, and texts, rules and entrances as the look has them.

use std::sync::Arc;

use parley::{Alignment, AlignmentOptions, Layout};

use super::area::{TALL_LEADING, card_content, lowest};
use crate::render::card_context::CardContext;
use crate::render::colour::legible_on;
use crate::render::entrance::entrance_frames;
use crate::render::fonts::bundled_family;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::pose::Animation;
use crate::render::text::{InkIndex, TextBounds, TextStyle, Typesetter};
use crate::spec::model::{CardAlign, CardStyle, Entrance, HeadingRule, LetterCase};
use crate::units::{Colour, Size};

/// Delay of each part of a card after the previous one, as a share of the length of an entrance.
const STAGGER_SHARE: f64 = 0.25;
/// Distance between a panel's edge and the content on it, as a share of the frame's shorter side.
pub(super) const PANEL_PADDING: f64 = 0.05;
/// The smallest font size of lists and tables, as a share of the frame's shorter side.
pub(super) const MIN_TEXT_SHARE: f32 = 0.020;

/// Lays out the card of one view.
pub(crate) struct CardLayout<'a> {
    pub view: &'a CardContext<'a>,
    pub setter: &'a mut Typesetter,
    /// The frame's shorter side, in pixels.
    pub unit: f64,
    /// The left and right edge of the content, in pixels from the left.
    pub margin: f64,
    pub right: f64,
    /// The upper and lower edge of the content, in pixels from the top.
    pub top: f64,
    pub bottom: f64,
    /// The left and right edge of panels that go across the frame.
    pub(super) edges: (f64, f64),
    /// The lowest point above captions, in pixels from the top.
    pub(super) floor: f64,
    /// The left edge of list items, in pixels from the left.
    pub(super) left: f64,
    /// The alignment of lines.
    pub(super) align: CardAlign,
    /// The number of list items that have been placed.
    pub(super) counted: usize,
}

impl<'a> CardLayout<'a> {
    pub fn new(view: &'a CardContext<'a>, setter: &'a mut Typesetter) -> CardLayout<'a> {
        let Size { width, height } = view.size;
        let Rect { left, top, right, bottom } = card_content(view);
        CardLayout {
            view,
            setter,
            unit: f64::from(width.min(height)),
            margin: left,
            right,
            top,
            bottom,
            edges: (0.0, f64::from(width)),
            floor: lowest(view.size),
            left,
            counted: 0,
            align: view.look.card.align,
        }
    }

    /// The layout of a part of the frame: content goes into `area`, panels up to `edges` at its left and right.
    pub(super) fn within(&mut self, area: Rect, edges: (f64, f64)) -> CardLayout<'_> {
        let Rect { left, top, right, bottom } = area;
        CardLayout {
            view: self.view,
            setter: self.setter,
            unit: self.unit,
            margin: left,
            right,
            left,
            top,
            bottom,
            edges,
            floor: self.floor,
            align: self.align,
            counted: 0,
        }
    }

    /// Multiplies the margins by `share`, for content that needs more width, unless the look says where content stands.
    pub fn widen(&mut self, share: f64) {
        if self.view.look.area.is_none() {
            self.margin *= share;
            self.right = f64::from(self.view.size.width) - self.margin;
        }
    }

    /// Multiplies the space above the content by `share`, unless the look says where content stands.
    pub fn heighten(&mut self, share: f64) {
        if self.view.look.area.is_none() {
            self.top *= share;
        }
    }

    /// The upper edge of a block of this height in the middle of the content area.
    pub(super) fn centred_top(&self, height: f64) -> f64 {
        self.top + (self.bottom - self.top - height).max(0.0) / 2.0
    }

    /// Width and height of the look's rule where a bar is `width` × `height`, in shares of the frame's shorter side.
    pub(super) fn rule_size(&self, width: f64, height: f64) -> (f64, f64) {
        match self.card().rule {
            HeadingRule::Bar => (self.unit * width, (self.unit * height).max(2.0)),
            HeadingRule::Underline => (self.unit * width * 2.2, (self.unit * height * 0.30).max(2.0)),
            HeadingRule::Block => (self.unit * height * 4.6, (self.unit * height * 2.0).max(2.0)),
            HeadingRule::None => (0.0, 0.0),
        }
    }

    /// The look's rule in the accent colour; `width` and `height` are those of a bar in shares of the shorter side.
    pub fn rule(&self, top: f64, width: f64, height: f64, at: u32) -> ShapeLayer {
        let (width, height) = self.rule_size(width, height);
        let left = self.across(self.margin, width);
        let rect = Rect { left, top, right: left + width, bottom: top + height };
        let radius = height / 2.0 * self.card().radius;
        let shape = PaintShape::Block { rect, radius, colour: self.accent() };
        let shapes = if self.card().rule == HeadingRule::None { Vec::new() } else { vec![shape] };
        ShapeLayer::new(shapes, self.unless_still(Animation::Grow), at, entrance_frames(self.view.fps))
    }

    /// A text with its upper left corner at `at`, or centred if the look has it so; it comes in from frame `start` on.
    pub fn text(&self, layout: Layout<InkIndex>, at: (f64, f64), colour: Colour, start: u32) -> ShapeLayer {
        let (layout, left) = self.aligned(layout, at.0);
        self.enter(vec![self.shape(layout, (left, at.1), colour)], start)
    }

    /// Shapes that come in with the look's entrance from frame `at` on.
    pub fn enter(&self, shapes: Vec<PaintShape>, at: u32) -> ShapeLayer {
        let entrance = Animation::from_entrance(self.card().entrance, self.unit);
        ShapeLayer::new(shapes, entrance, at, entrance_frames(self.view.fps)).with_easing(self.card().easing)
    }

    /// The animation of parts that do not come in with the look's entrance: `own`, unless the look has no entrances.
    pub(super) fn unless_still(&self, own: Animation) -> Animation {
        if self.card().entrance == Entrance::None { Animation::Still } else { own }
    }

    /// The look's entrance, but parts that rise do so by `rise` pixels.
    pub(super) fn entrance_with_rise(&self, rise: f64) -> Animation {
        match self.card().entrance {
            Entrance::Rise => Animation::Rise(rise),
            other => Animation::from_entrance(other, self.unit),
        }
    }

    /// A text whose left edge would be `left`, and its left edge: centred with all of its lines if the look has it so.
    fn aligned(&self, mut layout: Layout<InkIndex>, left: f64) -> (Layout<InkIndex>, f64) {
        if self.align == CardAlign::Left || left != self.margin {
            return (layout, left);
        }
        // As narrow as its widest line, so that it breaks into the same lines and has no space at its sides.
        let width = layout.width() + 0.5;
        layout.break_all_lines(Some(width));
        layout.align(Alignment::Center, AlignmentOptions::default());
        (layout, self.across(left, f64::from(width)))
    }

    /// The left edge of something of this width that would start at `left`.
    pub(super) fn across(&self, left: f64, width: f64) -> f64 {
        match self.align {
            CardAlign::Left => left,
            CardAlign::Centre => (self.edges.0 + self.edges.1 - width) / 2.0,
        }
    }

    pub(super) fn card(&self) -> &'a CardStyle {
        &self.view.look.card
    }

    /// A text in one colour with its upper left corner at `at`.
    pub fn shape(&self, layout: Layout<InkIndex>, at: (f64, f64), colour: Colour) -> PaintShape {
        PaintShape::Text { layout: Arc::new(layout), at, inks: vec![colour], outlines: Vec::new() }
    }

    /// The accent colour, as far as it is legible on the background.
    pub fn accent(&self) -> Colour {
        let look = &self.view.look;
        legible_on(look.accent, look.background, look.text)
    }

    /// The first frame of the entrance of part `step` of a card.
    pub fn delay(&self, step: f64) -> u32 {
        (f64::from(entrance_frames(self.view.fps)) * STAGGER_SHARE * step).round() as u32
    }

    /// The space for a text: shares of the width and height of the content area, and the greatest number of lines.
    pub fn text_bounds(&self, width: f64, height: f64, lines: usize) -> TextBounds {
        let between = self.right - self.margin;
        let height = (self.bottom - self.top) * height;
        TextBounds { width: (between * width) as f32, height: height as f32, lines }
    }

    /// A heading whose font size is at most `share` of the frame's shorter side.
    pub fn heading(&mut self, text: &str, share: f64, bounds: TextBounds) -> Layout<InkIndex> {
        let style = self.heading_style(share);
        match self.card().heading_case {
            LetterCase::AsWritten => self.setter.fitted(text, &style, bounds),
            LetterCase::Upper => self.setter.fitted(&text.to_uppercase(), &style, bounds),
        }
    }

    /// The look's style of headings; the font size is `share` of the frame's shorter side.
    pub(super) fn heading_style(&self, share: f64) -> TextStyle<'a> {
        let card = self.card();
        TextStyle {
            family: bundled_family(&self.view.look.heading_font),
            weight: f32::from(card.heading_weight),
            size: (self.unit * share * card.heading_size) as f32,
            line_height: self.leading(1.10),
            tracking: card.tracking as f32,
        }
    }

    /// The look's style of body text; the font size is `share` of the frame's shorter side.
    pub fn body(&self, share: f64, weight: f32) -> TextStyle<'a> {
        TextStyle {
            family: bundled_family(&self.view.look.body_font),
            weight,
            size: (self.unit * share) as f32,
            line_height: self.leading(1.32),
            tracking: -0.008,
        }
    }

    /// Line height in font sizes: more than `usual` in scripts with marks above and below their letters.
    pub(super) fn leading(&self, usual: f32) -> f32 {
        if self.setter.traits().tall { usual.max(TALL_LEADING) } else { usual }
    }
}
