//! Cards with a QR code.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::cards::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::spec::shows::QrShow;

/// A card with a QR code.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QrCard {
    /// The text that the code holds.
    pub text: String,
    /// The large line of text.
    pub title: Option<String>,
    /// A smaller line below it.
    pub caption: Option<String>,
}

impl ContentDeclaration for QrCard {
    type Shown = QrShow;

    fn from_show(shown: &QrShow, _timing: &dyn SceneTiming) -> Self {
        QrCard { text: shown.text.clone(), title: shown.title.clone(), caption: shown.caption.clone() }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::text("text", "`show.qr`"),
                PartWord::text("title", "`show.title`"),
                PartWord::text("caption", "`show.caption`"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        QrCard { text: "One".to_owned(), title: Some("Two".to_owned()), caption: Some("Three".to_owned()) }
    }

    fn texts(&self) -> Vec<&str> {
        self.title.iter().chain(&self.caption).map(String::as_str).collect()
    }

    fn layers(&self, cards: &mut CardLayout) -> Vec<ShapeLayer> {
        cards.qr(&self.text, self.title.as_deref(), self.caption.as_deref())
    }
}
