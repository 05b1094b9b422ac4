//! List cards: a heading with the look's rule, and items with bullets in the largest size in which all of them fit.

use parley::Layout;

use super::layout::{CardLayout, MIN_TEXT_SHARE};
use crate::render::content::list::ListItem;
use crate::render::fonts::bundled_family;
use crate::render::layer::ShapeLayer;
use crate::render::paint::{PaintShape, Rect};
use crate::render::text::{InkIndex, TextBounds, TextStyle, clean};
use crate::spec::model::{BulletStyle, HeadingRule};

/// Distance between items, in font sizes.
const ITEM_GAP: f64 = 0.62;
/// The most items of a list: more are never legible together.
const MAX_ITEMS: usize = 24;

/// Items that are laid out but not yet placed.
pub(super) struct ItemsLayout<'a> {
    pub texts: Vec<Layout<InkIndex>>,
    pub style: TextStyle<'a>,
    /// Distance between items, in pixels.
    pub gap: f64,
}

impl ItemsLayout<'_> {
    /// Height of all items with the gaps between them, in pixels.
    pub fn height(&self) -> f64 {
        self.texts.iter().map(|text| f64::from(text.height()) + self.gap).sum::<f64>() - self.gap
    }

    /// Width of the widest item without its bullet, in pixels.
    fn width(&self) -> f64 {
        self.texts.iter().map(|text| f64::from(text.width())).fold(0.0, f64::max)
    }
}

impl<'a> CardLayout<'a> {
    /// A heading with a rule below it, then the items with their bullets.
    pub fn list(&mut self, heading: Option<&str>, items: &[ListItem]) -> Vec<ShapeLayer> {
        let heading = heading.map(|text| {
            let bounds = self.text_bounds(0.92, 0.30, 2);
            self.heading(&clean(text), 0.074, bounds)
        });
        let rule_gap = self.unit * 0.030;
        let head_gap = if self.card().rule == HeadingRule::None { rule_gap * 1.7 } else { rule_gap * 2.6 };
        let head = heading.as_ref().map_or(0.0, |text| f64::from(text.height()) + head_gap);
        let set = self.lay_out_items(items, self.bottom - self.top - head);
        let mut top = self.centred_top(head + set.height());

        let mut layers = Vec::new();
        if let Some(heading) = heading {
            let below = top + f64::from(heading.height()) + rule_gap * 0.6;
            layers.push(self.text(heading, (self.margin, top), self.view.look.text, 0));
            layers.push(self.rule(below, 0.09, 0.009, self.delay(1.0)));
            top += head;
        }
        layers.extend(self.place_items(set, items, top));
        self.paneled(layers)
    }

    /// The items in the largest size in which all of them fit into `height` pixels. In the smallest size each is cut to its
    /// share, and many stand closer.
    pub(super) fn lay_out_items(&mut self, items: &[ListItem], height: f64) -> ItemsLayout<'a> {
        let texts: Vec<String> = items.iter().take(MAX_ITEMS).map(|item| clean(&item.text)).collect();
        let least = MIN_TEXT_SHARE * self.unit as f32;
        let gaps = texts.len().saturating_sub(1) as f64;
        let mut style = self.body(if items.len() <= 4 { 0.056 } else { 0.050 }, 400.0);
        loop {
            let width = self.text_bounds(0.94, 1.0, 0).width - style.size * self.indent() as f32;
            let set: Vec<_> = texts.iter().map(|text| self.setter.paragraph(text, &style, width)).collect();
            let gap = f64::from(style.size) * ITEM_GAP;
            let total: f64 = set.iter().map(|text| f64::from(text.height())).sum::<f64>() + gap * gaps;
            if total <= height {
                return ItemsLayout { texts: self.setter.balanced(set, width), style, gap };
            }
            if style.size <= least {
                return self.crowded_items(&texts, style, width, height);
            }
            style.size = (style.size * 0.92).max(least);
        }
    }

    /// The items in the smallest size or below it, each cut to its share of the height.
    fn crowded_items(
        &mut self,
        texts: &[String],
        mut style: TextStyle<'a>,
        width: f32,
        height: f64,
    ) -> ItemsLayout<'a> {
        let count = texts.len().max(1) as f64;
        style.size *= (height / (line_height(&style) * count)).min(1.0) as f32;
        let line = line_height(&style);
        let free = height - line * count;
        let gap = (free / (count - 1.0).max(1.0)).clamp(0.0, f64::from(style.size) * ITEM_GAP);
        let share = ((height - gap * (count - 1.0)) / count).max(line);
        let bounds = TextBounds { width, height: share as f32 + 0.01, lines: usize::MAX };
        let texts = texts.iter().map(|text| self.setter.cut_to_fit(text, &style, bounds)).collect();
        ItemsLayout { texts, style, gap }
    }

    /// The items with their bullets, one below the other from `top` on; each comes in at its own time.
    pub(super) fn place_items(&mut self, set: ItemsLayout<'_>, items: &[ListItem], mut top: f64) -> Vec<ShapeLayer> {
        self.left = self.across(self.margin, set.width() + f64::from(set.style.size) * self.indent());
        let mut layers = Vec::with_capacity(items.len());
        for (text, item) in set.texts.into_iter().zip(items) {
            let height = f64::from(text.height());
            layers.push(self.item(text, top, &set.style, item.at));
            top += height + set.gap;
        }
        layers
    }

    fn item(&mut self, text: Layout<InkIndex>, top: f64, style: &TextStyle<'_>, at: u32) -> ShapeLayer {
        let size = f64::from(style.size);
        let first_line = text.get(0).map_or(size, |line| f64::from(line.metrics().baseline));
        self.counted += 1;
        let bullet = self.bullet(top + first_line, style);
        let text = self.shape(text, (self.left + size * self.indent(), top), self.view.look.text);
        self.enter(vec![bullet, text], at)
    }

    /// The bullet of an item whose first line has this baseline.
    fn bullet(&mut self, baseline: f64, style: &TextStyle<'_>) -> PaintShape {
        let size = f64::from(style.size);
        let (width, height, round) = match self.card().bullets {
            BulletStyle::Square => (size * 0.30, size * 0.30, 0.3),
            BulletStyle::Dot => (size * 0.32, size * 0.32, 0.5),
            BulletStyle::Dash => (size * 0.62, (size * 0.085).max(2.0), 0.5),
            BulletStyle::Number => return self.text_bullet(&self.counted.to_string(), baseline, style),
            BulletStyle::Check => return self.text_bullet("✔", baseline, style),
        };
        // Between the middle of a lower-case letter and that of a capital.
        let centre = baseline - size * 0.31;
        let rect = Rect {
            left: self.left,
            top: centre - height / 2.0,
            right: self.left + width,
            bottom: centre + height / 2.0,
        };
        let round = if self.card().bullets == BulletStyle::Dot { round } else { round * self.card().radius };
        PaintShape::Block { rect, radius: height * round, colour: self.accent() }
    }

    /// A bullet that is a text.
    fn text_bullet(&mut self, text: &str, baseline: f64, style: &TextStyle<'_>) -> PaintShape {
        let style = TextStyle { family: bundled_family(&self.view.look.heading_font), weight: 700.0, ..*style };
        let layout = self.setter.line(&[text], &style);
        let own = layout.get(0).map_or(0.0, |line| f64::from(line.metrics().baseline));
        self.shape(layout, (self.left, baseline - own), self.accent())
    }

    /// Distance from the left edge of a bullet to its item's text, in font sizes.
    fn indent(&self) -> f64 {
        match self.card().bullets {
            BulletStyle::Square | BulletStyle::Dot | BulletStyle::Dash => 1.1,
            BulletStyle::Number | BulletStyle::Check => 1.5,
        }
    }
}

fn line_height(style: &TextStyle<'_>) -> f64 {
    f64::from(style.size * style.line_height)
}
