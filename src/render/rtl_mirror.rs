//! Cards whose texts run from right to left: they are laid out like all others, then mirrored.

use crate::render::cards::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::render::text::ScriptTraits;
use crate::render::view::SceneContent;

impl SceneContent {
    /// The texts that decide the direction of a card. Code runs from left to right, and so do a chart's axes.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            SceneContent::Title { title, subtitle } => {
                chain_texts(Some(title), subtitle.as_deref().into_iter().collect())
            }
            SceneContent::List { heading, items } => {
                chain_texts(heading.as_deref(), items.iter().map(|item| item.text.as_str()).collect())
            }
            SceneContent::Quote { text, by } => chain_texts(Some(text), by.as_deref().into_iter().collect()),
            SceneContent::Statement { words } => words.iter().map(|word| word.text.as_str()).collect(),
            SceneContent::Table { heading, head, rows } => {
                let cells = head.iter().chain(rows.iter().flat_map(|row| &row.cells));
                chain_texts(heading.as_deref(), cells.map(String::as_str).collect())
            }
            SceneContent::End { title, lines, .. } => {
                chain_texts(Some(title), lines.iter().map(String::as_str).collect())
            }
            SceneContent::Qr { title, caption, .. } => {
                chain_texts(title.as_deref(), caption.as_deref().into_iter().collect())
            }
            // Each part of a card with panes is mirrored by itself.
            _ => Vec::new(),
        }
    }
}

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

fn chain_texts<'t>(first: Option<&'t str>, rest: Vec<&'t str>) -> Vec<&'t str> {
    first.into_iter().chain(rest).collect()
}
