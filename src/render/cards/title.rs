//! Title cards: a title with the look's rule, and a subtitle below it, as one block.

use super::layout::{CardLayout, PANEL_PADDING};
use crate::render::layer::ShapeLayer;
use crate::render::text::clean;
use crate::spec::model::{CardPanel, HeadingRule};

/// The centre of a title lies a little above the middle of the frame, in shares of its height.
const MIDDLE_SHARE: f64 = 0.45;
/// The centre of a title on a strip, in shares of the frame's height.
const STRIP_MIDDLE_SHARE: f64 = 0.60;

impl CardLayout<'_> {
    /// A rule, the title, and the subtitle below it, as one block.
    pub fn title(&mut self, title: &str, subtitle: Option<&str>) -> Vec<ShapeLayer> {
        let tall = self.view.size.height > self.view.size.width;
        let bounds = self.text_bounds(0.88, 0.62, if tall { 5 } else { 3 });
        let title = self.heading(&clean(title), if tall { 0.106 } else { 0.120 }, bounds);
        let bounds = self.text_bounds(0.80, 0.20, 3);
        let style = self.body(0.046, 400.0);
        let subtitle = subtitle.map(|text| self.setter.fitted(&clean(text), &style, bounds));

        let (rule, gap) = match self.card().rule {
            HeadingRule::Bar => (self.unit * 0.012, self.unit * 0.050),
            HeadingRule::Block => (self.rule_size(0.13, 0.012).1, self.unit * 0.040),
            HeadingRule::Underline | HeadingRule::None => (0.0, 0.0),
        };
        let small_gap = self.unit * 0.036;
        let line = if self.card().rule == HeadingRule::Underline { small_gap } else { 0.0 };
        let below = subtitle.as_ref().map_or(0.0, |text| small_gap + f64::from(text.height()));
        let height = rule + gap + f64::from(title.height()) + line + below;
        let top = self.title_top(height);

        let look = &self.view.look;
        let title_height = f64::from(title.height());
        let mut layers = Vec::new();
        if rule > 0.0 {
            layers.push(self.rule(top, 0.13, 0.012, 0));
        }
        let step = if rule > 0.0 { 1.0 } else { 0.0 };
        let mut under = top + rule + gap;
        layers.push(self.text(title, (self.margin, under), look.text, self.delay(step)));
        under += title_height;
        if line > 0.0 {
            layers.push(self.rule(under + line * 0.6, 0.13, 0.012, self.delay(1.0)));
            under += line;
        }
        if let Some(subtitle) = subtitle {
            let at = (self.margin, under + small_gap);
            layers.push(self.text(subtitle, at, look.muted, self.delay(step + 1.0)));
        }
        self.paneled(layers)
    }

    /// The upper edge of a title's block of this height.
    fn title_top(&self, height: f64) -> f64 {
        let strip = self.card().panel == CardPanel::Strip;
        let middle = if self.view.look.area.is_some() {
            (self.top + self.bottom) / 2.0
        } else {
            f64::from(self.view.size.height) * if strip { STRIP_MIDDLE_SHARE } else { MIDDLE_SHARE }
        };
        let top = middle - height / 2.0;
        // A high title above a lower third moves up.
        let top = if self.bottom < self.floor { top.min(self.bottom - height) } else { top };
        let lowest = self.bottom - height - self.unit * PANEL_PADDING;
        if strip { top.min(lowest).max(self.top) } else { top.max(self.top) }
    }
}
