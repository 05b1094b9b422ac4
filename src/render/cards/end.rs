//! The film's end as a card: a title, what to do next, and soft places where a player lays its own elements (YouTube: a video or two,
//! and a round one to subscribe). Knows nothing of what will be laid there.

use super::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::text::clean;
use crate::spec::model::CardAlign;
use crate::units::Colour;

/// Opacity of the places.
const SOFT: u8 = 20;
/// Between places, and around them, in shares of the shorter side.
const GAP: f64 = 0.040;
/// The round place, where it stands below the text.
const ROUND: f64 = 0.17;

impl CardLayout<'_> {
    /// Text at the left and places at the right; on frames that are not wide, places below the text.
    pub fn end(&mut self, title: &str, lines: &[String], qr: Option<&str>) -> Vec<ShapeLayer> {
        let wide = self.view.size.width > self.view.size.height;
        if wide {
            // Centred, it would lie under the places.
            self.align = CardAlign::Left;
        }
        let places = if wide { self.places_beside() } else { self.places_below() };
        let (share, below) = if wide { (0.54, places[2]) } else { (1.0, places[0]) };
        let bottom = below.top - self.unit * GAP;
        let mut layers = self.farewell(title, lines, share, bottom);
        let radius = |rect: Rect| if rect.is_square() { (rect.right - rect.left) / 2.0 } else { self.unit * 0.018 };
        let colour = Colour { a: SOFT, ..self.view.look.text };
        // The lower video of two, or the only one.
        let coded = qr.map(|text| (if wide { 1 } else { 0 }, text));
        for (i, rect) in places.into_iter().enumerate() {
            if let Some((_, text)) = coded.filter(|(place, _)| *place == i) {
                let rect = if wide { rect } else { Rect { right: rect.left + rect.bottom - rect.top, ..rect } };
                layers.extend(self.scanned(text, rect, 1.0 + i as f64));
                continue;
            }
            let shape = PaintShape::Block { rect, radius: radius(rect), colour };
            layers.push(self.enter(vec![shape], self.delay(1.0 + i as f64)));
        }
        layers
    }

    /// A rule, the title and the lines, as one block in the middle of what is above `bottom`.
    fn farewell(&mut self, title: &str, lines: &[String], share: f64, bottom: f64) -> Vec<ShapeLayer> {
        let free = (bottom - self.top) / (self.bottom - self.top);
        let room = self.room(share, free * 0.52, 4);
        let title = self.heading(&clean(title), 0.100, room);
        let style = self.body(0.042, 400.0);
        let room = self.room(share, free * 0.36 / lines.len().max(1) as f64, 2);
        let lines: Vec<_> = lines.iter().map(|line| self.setter.fitted(&clean(line), &style, room)).collect();

        let (rule, gap, small_gap) = (self.unit * 0.012, self.unit * 0.044, self.unit * 0.018);
        let below: f64 = lines.iter().map(|line| f64::from(line.height()) + small_gap).sum();
        let height = rule + gap + f64::from(title.height()) + small_gap * 0.5 + below;
        let mut top = self.top + (bottom - self.top - height).max(0.0) / 2.0;
        let mut layers = vec![self.rule(top, 0.13, 0.012, 0)];
        top += rule + gap;
        let after = top + f64::from(title.height()) + small_gap * 1.5;
        layers.push(self.text(title, (self.margin, top), self.view.look.text, self.delay(1.0)));
        top = after;
        for line in lines {
            let height = f64::from(line.height());
            layers.push(self.text(line, (self.margin, top), self.view.look.muted, self.delay(2.0)));
            top += height + small_gap;
        }
        layers
    }

    /// Two videos one above the other at the right, the round place at the left, below the text.
    fn places_beside(&self) -> Vec<Rect> {
        let right = self.right;
        let gap = self.unit * GAP;
        let height = (self.bottom - self.top - gap) / 2.0;
        let width = (height * 16.0 / 9.0).min((right - self.margin) * 0.40);
        let height = width * 9.0 / 16.0;
        let top = (self.top + self.bottom) / 2.0 - height - gap / 2.0;
        let video = |top: f64| Rect { left: right - width, top, right, bottom: top + height };
        let (side, bottom) = (self.unit * ROUND, top + 2.0 * height + gap);
        let round = Rect { left: self.margin, top: bottom - side, right: self.margin + side, bottom };
        vec![video(top), video(top + height + gap), round]
    }

    /// A video and the round place side by side, above the place of captions.
    fn places_below(&self) -> Vec<Rect> {
        let right = self.right;
        let between = right - self.margin;
        let gap = self.unit * GAP;
        let height = ((between - gap) / (16.0 / 9.0 + 0.8)).min((self.bottom - self.top) * 0.42);
        let (left, top) = (self.margin, self.bottom - height);
        let video = Rect { left, top, right: left + height * 16.0 / 9.0, bottom: self.bottom };
        let side = height * 0.8;
        let round_top = top + (height - side) / 2.0;
        let round_left = video.right + gap;
        vec![video, Rect { left: round_left, top: round_top, right: round_left + side, bottom: round_top + side }]
    }
}

impl Rect {
    fn is_square(self) -> bool {
        ((self.right - self.left) - (self.bottom - self.top)).abs() < 1.0
    }
}
