//! Cards with a large logo.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::declaration::{CardDrawing, CardPainter, ContentDeclaration};
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::card_logo::{CardLogo, CardLogoPainter, CardLogoSize};
use crate::render::cards::CardLayout;
use crate::render::entrance::entrance_frames;
use crate::render::fit::even_length;
use crate::render::frame::Frame;
use crate::render::text::Typesetter;
use crate::spec::shows::LogoShow;
use crate::units::Size;

/// A card with a large logo; it comes with [`ViewAssets::card_logo`](crate::render::ViewAssets).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogoCard {
    /// The large line below.
    pub title: Option<String>,
    /// The line below that.
    pub subtitle: Option<String>,
}

impl LogoCard {
    /// The largest size of the logo in a frame of this size.
    pub(crate) fn logo_size(&self, frame: Size) -> CardLogoSize {
        let (width, height) = (f64::from(frame.width), f64::from(frame.height));
        let lines = u32::from(self.title.is_some()) + u32::from(self.subtitle.is_some());
        let across = if width > height { 0.46 } else { 0.68 };
        let down = [0.40, 0.34, 0.28][lines.min(2) as usize];
        CardLogoSize(Size::new(even_length(width * across), even_length(height * down)))
    }
}

impl CardPainter for CardLogoPainter {
    fn draw(&mut self, n: u32, _setter: &mut Typesetter, out: &mut Frame) {
        self.draw(n, out);
    }
}

impl ContentDeclaration for LogoCard {
    type Shown = LogoShow;

    fn from_show(shown: &LogoShow, _timing: &dyn SceneTiming) -> Self {
        LogoCard { title: shown.title.clone(), subtitle: shown.subtitle.clone() }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::text("title", "`show.title`"),
                PartWord::text("subtitle", "`show.subtitle`"),
                PartWord::hidden("", "`show.logo`"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        LogoCard { title: Some("One".to_owned()), subtitle: Some("Two".to_owned()) }
    }

    fn lay_out(&self, cards: &mut CardLayout, logo: Option<Arc<CardLogo>>) -> CardDrawing {
        let size = logo.as_ref().map_or(Size::new(0, 0), |logo| logo.size());
        let (layers, at) = cards.logo(self.title.as_deref(), self.subtitle.as_deref(), size);
        let painter = logo.map(|logo| CardLogoPainter::new(logo, at, entrance_frames(cards.view.fps)));
        CardDrawing { layers, painter: painter.map(|painter| Box::new(painter) as Box<dyn CardPainter + Send>) }
    }
}
