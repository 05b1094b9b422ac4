//! End cards: a title, lines of text, and faint places for the end-screen elements that a video platform lays over a film
//! (one or two videos, and a round one for subscribing).

use super::layout::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::text::clean;
use crate::spec::model::CardAlign;
use crate::units::Colour;

/// Opacity of the places.
const PLACE_OPACITY: u8 = 20;
/// Distance between places, and around them, as a share of the frame's shorter side.
const GAP: f64 = 0.040;
/// Diameter of the round place below the text, as a share of the frame's shorter side.
const ROUND_SIDE: f64 = 0.17;

impl CardLayout<'_> {
    /// Text at the left and places at the right; on frames that are not wide, places below the text.
    pub fn end(&mut self, title: &str, lines: &[String], qr: Option<&str>) -> Vec<ShapeLayer> {
        let wide = self.view.size.width > self.view.size.height;
        if wide {
            // Centred text would lie under the places.
            self.align = CardAlign::Left;
        }
        let places = if wide { self.places_beside() } else { self.places_below() };
        let (share, below) = if wide { (0.54, places[2]) } else { (1.0, places[0]) };
        let bottom = below.top - self.unit * GAP;
        let mut layers = self.end_text(title, lines, share, bottom);
        let colour = Colour { a: PLACE_OPACITY, ..self.view.look.text };
        // A code replaces the lower one of two videos, or the only one.
        let coded = qr.map(|text| (if wide { 1 } else { 0 }, text));
        for (i, rect) in places.into_iter().enumerate() {
            if let Some((_, text)) = coded.filter(|(place, _)| *place == i) {
                let rect = if wide { rect } else { Rect { right: rect.left + rect.bottom - rect.top, ..rect } };
                layers.extend(self.qr_code(text, rect, 1.0 + i as f64));
                continue;
            }
            let radius = if rect.is_square() { (rect.right - rect.left) / 2.0 } else { self.unit * 0.018 };
            let shape = PaintShape::Block { rect, radius, colour };
            layers.push(self.enter(vec![shape], self.delay(1.0 + i as f64)));
        }
        layers
    }

    /// A rule, the title and the lines, as one block in the middle of what is above `bottom`.
    fn end_text(&mut self, title: &str, lines: &[String], share: f64, bottom: f64) -> Vec<ShapeLayer> {
        let free = (bottom - self.top) / (self.bottom - self.top);
        let bounds = self.text_bounds(share, free * 0.52, 4);
        let title = self.heading(&clean(title), 0.100, bounds);
        let style = self.body(0.042, 400.0);
        let bounds = self.text_bounds(share, free * 0.36 / lines.len().max(1) as f64, 2);
        let lines: Vec<_> = lines.iter().map(|line| self.setter.fitted(&clean(line), &style, bounds)).collect();

        let (rule, gap, small_gap) = (self.unit * 0.012, self.unit * 0.044, self.unit * 0.018);
        let below: f64 = lines.iter().map(|line| f64::from(line.height()) + small_gap).sum();
        let height = rule + gap + f64::from(title.height()) + small_gap * 0.5 + below;
        let mut top = self.top + (bottom - self.top - height).max(0.0) / 2.0;
        let mut layers = vec![self.rule(top, 0.13, 0.012, 0)];
        top += rule + gap;
        let below_title = top + f64::from(title.height()) + small_gap * 1.5;
        layers.push(self.text(title, (self.margin, top), self.view.look.text, self.delay(1.0)));
        top = below_title;
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
        let videos =
            [top, top + height + gap].map(|top| Rect { left: right - width, top, right, bottom: top + height });
        let side = self.unit * ROUND_SIDE;
        let bottom = top + 2.0 * height + gap;
        let round = Rect { left: self.margin, top: bottom - side, right: self.margin + side, bottom };
        vec![videos[0], videos[1], round]
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
    /// Whether its sides differ by less than a pixel.
    fn is_square(self) -> bool {
        ((self.right - self.left) - (self.bottom - self.top)).abs() < 1.0
    }
}
