//! Cards whose texts run from right to left: they are laid out like all others, then mirrored.

use crate::render::cards::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::render::text::ScriptTraits;

impl CardLayout<'_> {
    /// Lays out with `draw` in the direction and script of `texts`, and mirrors the result within the content area if
    /// they run from right to left.
    pub fn mirrored_if_rtl(
        &mut self,
        texts: &[&str],
        draw: impl FnOnce(&mut Self) -> Vec<ShapeLayer>,
    ) -> Vec<ShapeLayer> {
        let traits = ScriptTraits::from_texts(texts);
        self.setter.set_traits(traits);
        let layers = draw(self);
        self.setter.set_traits(ScriptTraits::default());
        let both = self.margin + self.right;
        if traits.rtl { layers.into_iter().map(|layer| layer.mirrored(both)).collect() } else { layers }
    }

    /// Whether the current layout will be mirrored.
    pub fn is_rtl(&self) -> bool {
        self.setter.traits().rtl
    }
}
