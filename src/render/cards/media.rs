//! Texts of cards with panes: the heading over pictures and videos, their captions and labels, and the text in the other
//! half of a split card.

use parley::Layout;

use super::layout::CardLayout;
use super::list::ItemsLayout;
use crate::render::content::list::ListItem;
use crate::render::layer::ShapeLayer;
use crate::render::paint::Rect;
use crate::render::pane::layout::{PaneLayout, gallery, halves, screens};
use crate::render::pane::media::{CaptionedPicture, LabelledVideo};
use crate::render::text::{InkIndex, TextBounds, clean};
use crate::spec::model::{CaptionPosition, HeadingRule, ImageFit, SplitSide};

/// Font sizes of a half card, in shares of the frame's shorter side: of a heading with text below it, of a heading alone,
/// and of the text.
const HEADING_SIZE: f64 = 0.066;
const LONE_HEADING_SIZE: f64 = 0.088;
const TEXT_SIZE: f64 = 0.046;
/// The least width of a half with these font sizes, as a share of the frame's shorter side; in a narrower one they shrink.
const MIN_FULL_SIZE_WIDTH: f64 = 0.58;

/// The text below the heading of a half card, laid out but not yet placed.
enum HalfBody<'a> {
    Empty,
    Paragraph(Box<Layout<InkIndex>>),
    Items(ItemsLayout<'a>),
}

impl HalfBody<'_> {
    /// Its height in pixels.
    fn height(&self) -> f64 {
        match self {
            HalfBody::Empty => 0.0,
            HalfBody::Paragraph(text) => f64::from(text.height()),
            HalfBody::Items(set) => set.height(),
        }
    }
}

impl<'a> CardLayout<'a> {
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

    /// A heading at the lower edge of its place, with the rule below it.
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

    /// A text at a pane; font size and weight are `size` and `weight`.
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
            let bounds = TextBounds { width: (place.right - place.left) as f32, height: f32::MAX, lines };
            let layout = own.setter.cut_to_fit(&clean(text), &style, bounds);
            // Two lines of similar length look better than a full one and a single word.
            let layout = own.setter.balanced(vec![layout], bounds.width).remove(0);
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
        let (pane, area) = halves(self.view.layout_area(captions), side, fit);
        let width = f64::from(self.view.size.width);
        let edges = match (self.view.size.height > self.view.size.width, side) {
            (true, _) => (0.0, width),
            (false, SplitSide::Left) => (f64::from(pane.x + pane.width), width),
            (false, SplitSide::Right) => (0.0, f64::from(pane.x)),
        };
        let texts = title.into_iter().chain(text).chain(items.iter().map(|item| item.text.as_str()));
        let texts: Vec<&str> = texts.collect();
        self.within(area, edges).mirrored_if_rtl(&texts, |half| half.half(title, text, items))
    }

    /// The heading and the text of a half, placed as one block.
    fn half(&mut self, title: Option<&str>, text: Option<&str>, items: &[ListItem]) -> Vec<ShapeLayer> {
        // In a narrow half, large letters would leave space for one word per line.
        self.unit *= ((self.right - self.margin) / (self.unit * MIN_FULL_SIZE_WIDTH)).clamp(0.74, 1.0);
        let alone = text.is_none() && items.is_empty();
        let heading = title.map(|title| {
            let bounds = self.text_bounds(1.0, if alone { 0.9 } else { 0.45 }, 4);
            self.heading(&clean(title), if alone { LONE_HEADING_SIZE } else { HEADING_SIZE }, bounds)
        });
        let has_rule = self.card().rule != HeadingRule::None;
        let gap = match (alone, has_rule) {
            (true, _) => 0.0,
            (false, true) => self.unit * 0.076,
            (false, false) => self.unit * 0.048,
        };
        let head = heading.as_ref().map_or(0.0, |heading| f64::from(heading.height()) + gap);
        let body = self.half_body(text, items, self.bottom - self.top - head);
        // Below a picture, text belongs to it rather than to the frame's end.
        let share = if self.view.size.height > self.view.size.width { 0.35 } else { 0.5 };
        let mut top = self.top + (self.bottom - self.top - head - body.height()).max(0.0) * share;

        let mut layers = Vec::new();
        if let Some(heading) = heading {
            let under = top + f64::from(heading.height()) + self.unit * 0.020;
            layers.push(self.text(heading, (self.margin, top), self.view.look.text, 0));
            if has_rule && !alone {
                layers.push(self.rule(under, 0.09, 0.009, self.delay(1.0)));
            }
            top += head;
        }
        match body {
            HalfBody::Paragraph(text) => {
                layers.push(self.text(*text, (self.margin, top), self.view.look.muted, self.delay(2.0)));
            }
            HalfBody::Items(set) => layers.extend(self.place_items(set, items, top)),
            HalfBody::Empty => {}
        }
        self.paneled(layers)
    }

    /// The text below the heading of a half, in at most `height` pixels: the paragraph, or without one the items.
    fn half_body(&mut self, text: Option<&str>, items: &[ListItem], height: f64) -> HalfBody<'a> {
        if let Some(text) = text {
            let style = self.body(TEXT_SIZE, 400.0);
            let bounds = TextBounds { width: (self.right - self.margin) as f32, height: height as f32, lines: 12 };
            return HalfBody::Paragraph(Box::new(self.setter.fitted(&clean(text), &style, bounds)));
        }
        if items.is_empty() { HalfBody::Empty } else { HalfBody::Items(self.lay_out_items(items, height)) }
    }
}
