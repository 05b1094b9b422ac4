//! End cards.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::cards::CardLayout;
use crate::render::layer::ShapeLayer;
use crate::spec::shows::EndShow;

/// The end card of the film, with space for the end-screen elements of a video platform.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EndCard {
    /// The large line of text.
    pub title: String,
    /// Smaller lines below it.
    pub lines: Vec<String>,
    /// Content of a QR code that replaces the space for a video.
    pub qr: Option<String>,
}

impl ContentDeclaration for EndCard {
    type Shown = EndShow;

    fn from_show(shown: &EndShow, _timing: &dyn SceneTiming) -> Self {
        EndCard { title: shown.title.clone(), lines: shown.lines.clone(), qr: shown.qr.clone() }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::text("title", "`show.end.title`"),
                PartWord::text("qr", "`show.end.qr`"),
                PartWord::text("", "`show.end.lines`"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        EndCard { title: "One".to_owned(), lines: vec!["Two".to_owned()], qr: Some("Three".to_owned()) }
    }

    fn texts(&self) -> Vec<&str> {
        [&self.title].into_iter().chain(&self.lines).map(String::as_str).collect()
    }

    fn layers(&self, cards: &mut CardLayout) -> Vec<ShapeLayer> {
        cards.end(&self.title, &self.lines, self.qr.as_deref())
    }
}
