//! What is written at pictures and videos: headings, captions, labels, and the text beside them. Knows nothing of the pictures.

use crate::render::layer::ShapeLayer;
use crate::render::paint::Rect;
use crate::render::pane::{PaneLayout, gallery, halves, screens};
use crate::render::text::{TextBounds, clean};
use crate::render::view::{CaptionedPicture, LabelledVideo, ListItem};
use crate::spec::model::{CaptionPosition, HeadingRule, ImageFit, SplitSide};

use super::CardLayout;

/// Beside a picture, text is somewhat smaller than it is on a card of its own.
const BESIDE: f64 = 0.066;
const ALONE: f64 = 0.088;
const BESIDE_TEXT: f64 = 0.046;
/// The width from which on it is no smaller, as a share of the frame's shorter side.
const ROOMY: f64 = 0.58;

impl CardLayout<'_> {
    /// The heading over several pictures, and their captions.
    pub fn gallery(
        &mut self,
        heading: Option<&str>,
        captions: Option<CaptionPosition>,
        pictures: &[CaptionedPicture],
    ) -> Vec<ShapeLayer> {
        let places = gallery(self.view.layout_area(captions), self.card(), heading.is_some(), pictures);
        let mut layers = self.over_panes(heading, &places);
        for (picture, cell) in pictures.iter().zip(&places.cells) {
            let Some(caption) = &picture.caption else { continue };
            let style = (places.text_size, 500.0);
            layers.extend(self.at_pane(caption, cell.text, style, places.text_lines, picture.at));
        }
        layers
    }

    /// The heading over videos, and their labels.
    pub fn screens(
        &mut self,
        heading: Option<&str>,
        captions: Option<CaptionPosition>,
        all: &[LabelledVideo],
    ) -> Vec<ShapeLayer> {
        let places = screens(self.view.layout_area(captions), self.card(), heading.is_some(), all);
        let mut layers = self.over_panes(heading, &places);
        for (i, (screen, cell)) in all.iter().zip(&places.cells).enumerate() {
            let Some(label) = &screen.label else { continue };
            let at = self.delay(i as f64);
            layers.extend(self.at_pane(label, cell.text, (places.text_size, 600.0), 1, at));
        }
        layers
    }

    /// A heading that ends where its place ends, with the rule below it.
    fn over_panes(&mut self, heading: Option<&str>, places: &PaneLayout) -> Vec<ShapeLayer> {
        let Some(heading) = heading else { return Vec::new() };
        let place = places.heading;
        let mut own = self.within(place, (place.left, place.right));
        own.mirrored_if_rtl(&[heading], |own| own.heading_above(heading, places.heading_size, places.heading_lines))
    }

    fn heading_above(&mut self, heading: &str, share: f64, lines: usize) -> Vec<ShapeLayer> {
        let (width, rule) = ((self.right - self.margin) as f32, self.unit * 0.014);
        let has_rule = self.card().rule != HeadingRule::None;
        let high = self.bottom - self.top - if has_rule { rule } else { 0.0 };
        let layout = self.heading(&clean(heading), share, TextBounds { width, height: high as f32 + 0.5, lines });
        let top = self.top + high - f64::from(layout.height());
        let mut layers = vec![self.text(layout, (self.margin, top), self.view.look.text, 0)];
        if has_rule {
            layers.push(self.rule(self.top + high + rule, 0.09, 0.008, self.delay(1.0)));
        }
        layers
    }

    /// A text at a pane: where its lines begin, or in its middle.
    fn at_pane(
        &mut self,
        text: &str,
        place: Rect,
        (size, weight): (f64, f32),
        lines: usize,
        at: u32,
    ) -> Vec<ShapeLayer> {
        self.within(place, (place.left, place.right)).mirrored_if_rtl(&[text], |own| {
            let style = own.body(size, weight);
            let room = TextBounds { width: (place.right - place.left) as f32, height: f32::MAX, lines };
            let layout = own.setter.cut_to_fit(&clean(text), &style, room);
            // Two lines of like length look better than a full one and a lonely word.
            let layout = own.setter.balanced(vec![layout], room.width).remove(0);
            vec![own.text(layout, (place.left, place.top), own.view.look.text, at)]
        })
    }

    /// A heading, and running text or a list below it, in the half that a picture or a video leaves free.
    pub fn beside(
        &mut self,
        (side, fit, captions): (SplitSide, ImageFit, Option<CaptionPosition>),
        title: Option<&str>,
        text: Option<&str>,
        items: &[ListItem],
    ) -> Vec<ShapeLayer> {
        let (pane, room) = halves(self.view.layout_area(captions), side, fit);
        let width = f64::from(self.view.size.width);
        let edges = match (self.view.size.height > self.view.size.width, side) {
            (true, _) => (0.0, width),
            (false, SplitSide::Left) => (f64::from(pane.x + pane.width), width),
            (false, SplitSide::Right) => (0.0, f64::from(pane.x)),
        };
        let texts = title.into_iter().chain(text).chain(items.iter().map(|item| item.text.as_str()));
        let texts: Vec<&str> = texts.collect();
        self.within(room, edges).mirrored_if_rtl(&texts, |half| half.half(title, text, items))
    }

    fn half(&mut self, title: Option<&str>, text: Option<&str>, items: &[ListItem]) -> Vec<ShapeLayer> {
        // In a narrow half large letters would leave room for a word a line.
        self.unit *= ((self.right - self.margin) / (self.unit * ROOMY)).clamp(0.74, 1.0);
        let alone = text.is_none() && items.is_empty();
        let heading = title.map(|title| {
            let room = self.room(1.0, if alone { 0.9 } else { 0.45 }, 4);
            self.heading(&clean(title), if alone { ALONE } else { BESIDE }, room)
        });
        let has_rule = self.card().rule != HeadingRule::None;
        let gap = if alone {
            0.0
        } else if has_rule {
            self.unit * 0.076
        } else {
            self.unit * 0.048
        };
        let head = heading.as_ref().map_or(0.0, |heading| f64::from(heading.height()) + gap);
        let left = self.bottom - self.top - head;
        let style = self.body(BESIDE_TEXT, 400.0);
        let paragraph = text.map(|text| {
            let room = TextBounds { width: (self.right - self.margin) as f32, height: left as f32, lines: 12 };
            self.setter.fitted(&clean(text), &style, room)
        });
        let listed = (!items.is_empty()).then(|| self.items(items, left));
        let under = match (&paragraph, &listed) {
            (Some(paragraph), _) => f64::from(paragraph.height()),
            (None, Some((texts, _, gap))) => texts.iter().map(|text| f64::from(text.height()) + gap).sum::<f64>() - gap,
            (None, None) => 0.0,
        };
        // Below a picture, text belongs to it rather than to the frame's end.
        let share = if self.view.size.height > self.view.size.width { 0.35 } else { 0.5 };
        let mut top = self.top + (self.bottom - self.top - head - under).max(0.0) * share;

        let mut layers = Vec::new();
        if let Some(heading) = heading {
            let under = top + f64::from(heading.height()) + self.unit * 0.020;
            layers.push(self.text(heading, (self.margin, top), self.view.look.text, 0));
            if has_rule && !alone {
                layers.push(self.rule(under, 0.09, 0.009, self.delay(1.0)));
            }
            top += head;
        }
        if let Some(paragraph) = paragraph {
            layers.push(self.text(paragraph, (self.margin, top), self.view.look.muted, self.delay(2.0)));
        } else if let Some((texts, style, gap)) = listed {
            let widest = texts.iter().map(|text| f64::from(text.width())).fold(0.0, f64::max);
            self.left = self.across(self.margin, widest + f64::from(style.size) * self.indent());
            for (text, item) in texts.into_iter().zip(items) {
                let height = f64::from(text.height());
                layers.push(self.item(text, top, &style, item.at));
                top += height + gap;
            }
        }
        self.paneled(layers)
    }
}
