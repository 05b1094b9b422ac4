//! Cards whose texts run from right to left: laid out as all others, then turned over. Knows nothing of what is on them.

use crate::render::cards::Cards;
use crate::render::layer::Layer;
use crate::render::text::Manner;
use crate::render::view::Show;

impl Show {
    /// The texts of a card that can stand at the right as well as at the left. Code runs from left to right, and so do a chart's axes.
    pub(crate) fn texts(&self) -> Vec<&str> {
        match self {
            Show::Title { title, subtitle } => all(Some(title), subtitle.as_deref().into_iter().collect()),
            Show::List { heading, items } => {
                all(heading.as_deref(), items.iter().map(|item| item.text.as_str()).collect())
            }
            Show::Quote { text, by } => all(Some(text), by.as_deref().into_iter().collect()),
            Show::Statement { words } => words.iter().map(|word| word.text.as_str()).collect(),
            Show::Table { heading, head, rows } => {
                let cells = head.iter().chain(rows.iter().flat_map(|row| &row.cells));
                all(heading.as_deref(), cells.map(String::as_str).collect())
            }
            Show::End { title, lines, .. } => all(Some(title), lines.iter().map(String::as_str).collect()),
            Show::Qr { title, caption, .. } => all(title.as_deref(), caption.as_deref().into_iter().collect()),
            // Each part of a card with pictures or videos is turned by itself.
            _ => Vec::new(),
        }
    }
}

impl Cards<'_> {
    /// What `draw` lays out, set as `texts` ask for; at the other side of the room for content if they run from right to left.
    pub fn turned(&mut self, texts: &[&str], draw: impl FnOnce(&mut Self) -> Vec<Layer>) -> Vec<Layer> {
        let manner = Manner::of(texts);
        self.setter.follow(manner);
        let layers = draw(self);
        self.setter.follow(Manner::default());
        let both = self.margin + self.right;
        if manner.rtl { layers.into_iter().map(|layer| layer.mirrored(both)).collect() } else { layers }
    }

    /// Whether what is laid out now will be turned over.
    pub fn is_rtl(&self) -> bool {
        self.setter.manner().rtl
    }
}

fn all<'t>(first: Option<&'t str>, rest: Vec<&'t str>) -> Vec<&'t str> {
    first.into_iter().chain(rest).collect()
}
