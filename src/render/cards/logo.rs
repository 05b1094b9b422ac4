//! Logo cards: the texts below a large logo, and the place of the logo above them. The logo itself is drawn by
//! [`CardLogoPainter`](crate::render::card_logo::CardLogoPainter).

use super::layout::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::render::text::clean;
use crate::spec::model::CardAlign;
use crate::units::Size;

/// Distance between the logo and the text below it, as a share of the frame's shorter side.
const GAP: f64 = 0.055;

impl CardLayout<'_> {
    /// The texts below a logo of this size, and the logo's upper left corner, in whole even pixels.
    pub fn logo(&mut self, title: Option<&str>, subtitle: Option<&str>, logo: Size) -> (Vec<ShapeLayer>, (u32, u32)) {
        self.align = CardAlign::Centre;
        let tall = self.view.size.height > self.view.size.width;
        let bounds = self.text_bounds(0.96, 0.24, 2);
        let title = title.map(|title| self.heading(&clean(title), if tall { 0.092 } else { 0.084 }, bounds));
        let bounds = self.text_bounds(0.86, 0.15, 2);
        let style = self.body(0.044, 400.0);
        let subtitle = subtitle.map(|text| self.setter.fitted(&clean(text), &style, bounds));
        let gap = self.unit * GAP;
        let small_gap = self.unit * 0.022;
        let title_height = title.as_ref().map_or(0.0, |title| f64::from(title.height()) + gap);
        let between = if title.is_some() { small_gap } else { gap };
        let below = subtitle.as_ref().map_or(0.0, |text| f64::from(text.height()) + between);
        let height = f64::from(logo.height) + title_height + below;
        let middle = (self.top + self.bottom) / 2.0;
        let top = (middle - height / 2.0).max(self.top);

        let mut layers = Vec::new();
        let look = &self.view.look;
        let under = top + f64::from(logo.height);
        layers.extend(title.map(|title| self.text(title, (self.margin, under + gap), look.text, self.delay(2.0))));
        let last = under + title_height + between;
        layers.extend(subtitle.map(|text| self.text(text, (self.margin, last), look.muted, self.delay(3.0))));
        let left = (self.view.size.width.saturating_sub(logo.width)) / 2;
        (layers, (left / 2 * 2, (top.max(0.0) as u32) / 2 * 2))
    }
}
