//! Quote cards: a quotation with its author.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::cards::CardLayout;
use crate::render::entrance::QUOTE_ENTRANCES;
use crate::render::layer::ShapeLayer;
use crate::spec::shows::QuoteShow;

/// A quotation with its author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuoteCard {
    /// The quoted text, without quotation marks.
    pub text: String,
    /// Attribution below the quote.
    pub by: Option<String>,
}

impl ContentDeclaration for QuoteCard {
    type Shown = QuoteShow;

    fn from_show(shown: &QuoteShow, _timing: &dyn SceneTiming) -> Self {
        QuoteCard { text: shown.text.clone(), by: shown.by.clone() }
    }

    fn words() -> &'static [PartWord] {
        const { &[PartWord::text("text", "`show.quote`"), PartWord::text("by", "`show.by`")] }
    }

    #[cfg(test)]
    fn sample() -> Self {
        QuoteCard { text: "One".to_owned(), by: Some("Two".to_owned()) }
    }

    fn texts(&self) -> Vec<&str> {
        [&self.text].into_iter().chain(&self.by).map(String::as_str).collect()
    }

    fn layers(&self, cards: &mut CardLayout) -> Vec<ShapeLayer> {
        cards.quote(&self.text, self.by.as_deref())
    }

    fn settled_entrances(&self) -> u32 {
        QUOTE_ENTRANCES
    }
}
