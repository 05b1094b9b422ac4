//! Title cards.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::cards::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::spec::shows::TitleShow;

/// A card with a title.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TitleCard {
    /// The large line of text.
    pub title: String,
    /// The smaller line below it.
    pub subtitle: Option<String>,
}

impl ContentDeclaration for TitleCard {
    type Shown = TitleShow;

    fn from_show(shown: &TitleShow, _timing: &dyn SceneTiming) -> Self {
        TitleCard { title: shown.title.clone(), subtitle: shown.subtitle.clone() }
    }

    fn words() -> &'static [PartWord] {
        const { &[PartWord::text("title", "`show.title`"), PartWord::text("subtitle", "`show.subtitle`")] }
    }

    #[cfg(test)]
    fn sample() -> Self {
        TitleCard { title: "One".to_owned(), subtitle: Some("Two".to_owned()) }
    }

    fn texts(&self) -> Vec<&str> {
        [&self.title].into_iter().chain(&self.subtitle).map(String::as_str).collect()
    }

    fn layers(&self, cards: &mut CardLayout) -> Vec<ShapeLayer> {
        cards.title(&self.title, self.subtitle.as_deref())
    }
}
