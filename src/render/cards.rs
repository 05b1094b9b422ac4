//! Cards: titles and lists, laid out for any shape of frame. Knows nothing of pictures or captions, but leaves the lower
//! part of the frame to the latter.

use std::sync::Arc;

use parley::Layout;

use crate::render::captions::Metrics;
use crate::render::colour::{legible_on, over};
use crate::render::gradient::{self, Glow};
use crate::render::layer::{Entrance, Layer};
use crate::render::paint::{Rect, Shape};
use crate::render::text::{Ink, Room, Style, Typesetter, clean};
use crate::render::view::{Item, View, entrance_frames};
use crate::render::{Frame, fonts};
use crate::spec::model::Look;
use crate::units::{Colour, Size};

/// Where a card's content starts, in shares of the height.
const TOP: f64 = 0.09;
/// Between a card's content and the captions below it, in shares of the height.
const CLEAR: f64 = 0.025;
/// A title's centre of gravity sits a little above the middle, in shares of the height.
const MIDDLE: f64 = 0.45;
/// A part of a title card follows the one before it by this share of an entrance.
const STAGGER: f64 = 0.25;
/// How far things rise as they come in, as a share of the frame's shorter side.
const RISE: f64 = 0.03;
/// More items than this are never legible together.
const MOST_ITEMS: usize = 24;
/// The smallest text of a list, as a share of the frame's shorter side.
const LEAST_TEXT: f32 = 0.020;

/// Draws the background that cards share: the look's gradient, with light falling in from a corner.
pub(crate) fn background(look: &Look, out: &mut Frame) {
    let light = over(Colour { a: 70, ..look.text }, look.background_end);
    let glow = Glow { at: (0.95, -0.05), reach: 0.85, colour: light, strength: 0.45 };
    gradient::fill(&[look.background, look.background_end], 60.0, Some(glow), out);
}

/// Lays out cards of one view.
pub(crate) struct Cards<'a> {
    pub(super) view: &'a View,
    pub(super) setter: &'a mut Typesetter,
    /// The frame's shorter side.
    pub(super) unit: f64,
    pub(super) margin: f64,
    /// Where content starts and ends, in pixels from the top.
    pub(super) top: f64,
    pub(super) bottom: f64,
}

impl<'a> Cards<'a> {
    pub fn new(view: &'a View, setter: &'a mut Typesetter) -> Cards<'a> {
        let Size { width, height } = view.size;
        let margin = f64::from(width) * if width > height { 0.10 } else { 0.09 };
        let (top, clear) = (f64::from(height) * TOP, f64::from(height) * CLEAR);
        let bottom = f64::from(Metrics::highest(view.size)) - clear;
        Cards { view, setter, unit: f64::from(width.min(height)), margin, top, bottom }
    }

    /// A rule, the title, and the subtitle below it, as one block.
    pub fn title(&mut self, title: &str, subtitle: Option<&str>) -> Vec<Layer> {
        let tall = self.view.size.height > self.view.size.width;
        let room = self.room(0.88, 0.62, if tall { 5 } else { 3 });
        let title = self.heading(&clean(title), if tall { 0.106 } else { 0.120 }, room);
        let room = self.room(0.80, 0.20, 3);
        let style = self.body(0.046, 400.0);
        let subtitle = subtitle.map(|text| self.setter.fitted(&clean(text), &style, room));

        let rule = self.unit * 0.012;
        let (gap, small_gap) = (self.unit * 0.050, self.unit * 0.036);
        let below = subtitle.as_ref().map_or(0.0, |text| small_gap + f64::from(text.height()));
        let height = rule + gap + f64::from(title.height()) + below;
        let top = (f64::from(self.view.size.height) * MIDDLE - height / 2.0).max(self.top);

        let mut layers = vec![self.rule(top, 0.13, 0.012, 0)];
        let (look, title_height) = (&self.view.look, f64::from(title.height()));
        layers.push(self.text(title, (self.margin, top + rule + gap), look.text, self.delay(1.0)));
        if let Some(subtitle) = subtitle {
            let at = (self.margin, top + rule + gap + title_height + small_gap);
            layers.push(self.text(subtitle, at, look.muted, self.delay(2.0)));
        }
        layers
    }

    /// A heading with a rule below it, then the items with their bullets.
    pub fn list(&mut self, heading: Option<&str>, items: &[Item]) -> Vec<Layer> {
        let heading = heading.map(|text| {
            let room = self.room(0.92, 0.30, 2);
            self.heading(&clean(text), 0.074, room)
        });
        let rule_gap = self.unit * 0.030;
        let head = heading.as_ref().map_or(0.0, |text| f64::from(text.height()) + rule_gap * 2.6);
        let room = self.bottom - self.top - head;
        let (texts, style) = self.items(items, room);
        let gap = f64::from(style.size) * 0.62;
        let height = head + texts.iter().map(|text| f64::from(text.height()) + gap).sum::<f64>() - gap;
        let mut top = self.top + (self.bottom - self.top - height).max(0.0) / 2.0;

        let mut layers = Vec::new();
        if let Some(heading) = heading {
            let below = top + f64::from(heading.height()) + rule_gap * 0.6;
            layers.push(self.text(heading, (self.margin, top), self.view.look.text, 0));
            layers.push(self.rule(below, 0.09, 0.009, self.delay(1.0)));
            top += head;
        }
        for (text, item) in texts.into_iter().zip(items) {
            let height = f64::from(text.height());
            layers.push(self.item(text, top, &style, item.at));
            top += height + gap;
        }
        layers
    }

    /// The items in the largest size in which all of them fit; at the smallest size each is cut to its share.
    fn items(&mut self, items: &[Item], height: f64) -> (Vec<Layout<Ink>>, Style<'a>) {
        let texts: Vec<String> = items.iter().take(MOST_ITEMS).map(|item| clean(&item.text)).collect();
        let least = LEAST_TEXT * self.unit as f32;
        let mut style = self.body(if items.len() <= 4 { 0.056 } else { 0.050 }, 400.0);
        loop {
            let width = self.room(0.94, 1.0, 0).width - style.size * 1.1;
            let set: Vec<_> = texts.iter().map(|text| self.setter.paragraph(text, &style, width)).collect();
            let gaps = f64::from(style.size) * 0.62 * set.len().saturating_sub(1) as f64;
            let total: f64 = set.iter().map(|text| f64::from(text.height())).sum::<f64>() + gaps;
            if total <= height {
                return (self.setter.balanced(set, width), style);
            }
            if style.size <= least {
                let share = ((height - gaps) / set.len().max(1) as f64).max(f64::from(style.size * style.line_height));
                let room = Room { width, height: share as f32 * 1.01, lines: usize::MAX };
                return (texts.iter().map(|text| self.setter.cut(text, &style, room)).collect(), style);
            }
            style.size = (style.size * 0.92).max(least);
        }
    }

    fn item(&self, text: Layout<Ink>, top: f64, style: &Style<'_>, at: u32) -> Layer {
        let size = f64::from(style.size);
        let first_line = text.get(0).map_or(size, |line| f64::from(line.metrics().baseline));
        let bullet = size * 0.30;
        // Between the middle of a lower-case letter and that of a capital.
        let centre = top + first_line - size * 0.31;
        let rect = Rect {
            left: self.margin,
            top: centre - bullet / 2.0,
            right: self.margin + bullet,
            bottom: centre + bullet / 2.0,
        };
        let block = Shape::Block { rect, radius: bullet * 0.3, colour: self.accent() };
        let text = self.shape(text, (self.margin + size * 1.1, top), self.view.look.text);
        Layer::new(vec![block, text], Entrance::Rise(self.unit * RISE), at, entrance_frames(self.view.fps))
    }

    /// A short bar in the accent colour; `width` and `height` in shares of the shorter side.
    pub(super) fn rule(&self, top: f64, width: f64, height: f64, at: u32) -> Layer {
        let (width, height) = (self.unit * width, (self.unit * height).max(2.0));
        let rect = Rect { left: self.margin, top, right: self.margin + width, bottom: top + height };
        let shape = Shape::Block { rect, radius: height / 2.0, colour: self.accent() };
        Layer::new(vec![shape], Entrance::Grow, at, entrance_frames(self.view.fps))
    }

    pub(super) fn text(&self, layout: Layout<Ink>, at: (f64, f64), colour: Colour, start: u32) -> Layer {
        let shape = self.shape(layout, at, colour);
        Layer::new(vec![shape], Entrance::Rise(self.unit * RISE), start, entrance_frames(self.view.fps))
    }

    pub(super) fn shape(&self, layout: Layout<Ink>, at: (f64, f64), colour: Colour) -> Shape {
        Shape::Text { layout: Arc::new(layout), at, inks: vec![colour], outlines: Vec::new() }
    }

    pub(super) fn accent(&self) -> Colour {
        let look = &self.view.look;
        legible_on(look.accent, look.background, look.text)
    }

    /// The frame in which part `step` of a card starts to come in.
    pub(super) fn delay(&self, step: f64) -> u32 {
        (f64::from(entrance_frames(self.view.fps)) * STAGGER * step).round() as u32
    }

    /// Shares of the width between the margins and of the height that content may have.
    pub(super) fn room(&self, width: f64, height: f64, lines: usize) -> Room {
        let between = f64::from(self.view.size.width) - 2.0 * self.margin;
        let height = (self.bottom - self.top) * height;
        Room { width: (between * width) as f32, height: height as f32, lines }
    }

    pub(super) fn heading(&mut self, text: &str, share: f64, room: Room) -> Layout<Ink> {
        let family = known(&self.view.look.heading_font);
        let size = (self.unit * share) as f32;
        let style = Style { family, weight: 800.0, size, line_height: 1.10, tracking: -0.022 };
        self.setter.fitted(text, &style, room)
    }

    pub(super) fn body(&self, share: f64, weight: f32) -> Style<'a> {
        let size = (self.unit * share) as f32;
        Style { family: known(&self.view.look.body_font), weight, size, line_height: 1.32, tracking: -0.008 }
    }
}

/// The family itself if it is bundled, the default one if not.
pub(super) fn known(family: &str) -> &str {
    if fonts::FAMILIES.contains(&family) { family } else { fonts::DEFAULT_FAMILY }
}
