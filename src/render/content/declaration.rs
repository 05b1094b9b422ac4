//! What one kind of content declares: what it is made from, how it is drawn, and what of it changes in time.

use std::ops::Range;
use std::sync::Arc;

use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::backdrop;
use crate::render::card_context::CardContext;
use crate::render::card_logo::CardLogo;
use crate::render::cards::CardLayout;
use crate::render::entrance::{CARD_ENTRANCES, clip_entrance, entrance_frames};
use crate::render::frame::Frame;
use crate::render::layer::ShapeLayer;
use crate::render::pane::placement::Pane;
use crate::render::text::Typesetter;
use crate::spec::model::Look;
use crate::units::Fps;

/// A kind of content: what shapes the frames of a scene that shows something of this kind. Each kind implements it once;
/// [`SceneContent`](super::SceneContent) has the list of kinds.
pub(crate) trait ContentDeclaration {
    /// What of the spec it is made from.
    type Shown
    where
        Self: Sized;

    /// The content in a scene's time.
    fn from_show(shown: &Self::Shown, timing: &dyn SceneTiming) -> Self
    where
        Self: Sized;

    /// What users call its parts; the first one that fits a part counts.
    fn words() -> &'static [PartWord]
    where
        Self: Sized;

    /// A content in which every part has a value, for tests of keys and words.
    #[cfg(test)]
    fn sample() -> Self
    where
        Self: Sized;

    /// Draws what lies below all layers: the look's backdrop, unless the content fills the frame by itself.
    fn fill_frame(&self, look: &Look, out: &mut Frame) {
        backdrop::fill(look.backdrop, look, out);
    }

    /// The part of the look that is used where the content is no card and nothing lies over it.
    fn look_in_use(&self, _look: &Look) -> Look {
        Look::PLAIN
    }

    /// The texts that decide in which direction the card runs: it is mirrored if they run from right to left. Empty if
    /// it is never mirrored as a whole.
    fn texts(&self) -> Vec<&str> {
        Vec::new()
    }

    /// The layers of a card that stands still after its entrance; none for any other content.
    fn layers(&self, _cards: &mut CardLayout) -> Vec<ShapeLayer> {
        Vec::new()
    }

    /// The whole card, mirrored if its texts run from right to left. `logo` is the picture of a card with a logo.
    fn lay_out(&self, cards: &mut CardLayout, _logo: Option<Arc<CardLogo>>) -> CardDrawing {
        CardDrawing { layers: cards.mirrored_if_rtl(&self.texts(), |cards| self.layers(cards)), painter: None }
    }

    /// The pictures and videos that fill parts of the frame, in reading order.
    fn panes(&self, _context: &CardContext) -> Vec<Pane> {
        Vec::new()
    }

    /// All times in it, in frames of the scene.
    fn times(&mut self) -> Vec<&mut u32> {
        Vec::new()
    }

    /// Length of the entrances that begin at its times, in frames.
    fn part_entrance_frames(&self, fps: Fps) -> u32 {
        entrance_frames(fps)
    }

    /// Replaces each time that does not matter within `range` by the one that stands for all such times.
    fn clip(&mut self, fps: Fps, range: &Range<u32>) {
        let entrance = self.part_entrance_frames(fps);
        self.times().into_iter().for_each(|at| *at = clip_entrance(*at, entrance, range));
    }

    /// The number of entrances after which everything that comes in at the scene's start is visible.
    fn settled_entrances(&self) -> u32 {
        CARD_ENTRANCES
    }

    /// Whether frames depend on the scene's length, because a movement ends with it.
    fn depends_on_length(&self) -> bool {
        false
    }

    /// Whether a movement that has begun keeps frames from being moved `by` frames earlier in the scene.
    fn stays_in_time(&self, _by: u32) -> bool {
        false
    }
}

/// The drawing of a card: its layers, and a painter for what moves after its entrance.
pub(crate) struct CardDrawing {
    pub layers: Vec<ShapeLayer>,
    pub painter: Option<Box<dyn CardPainter + Send>>,
}

/// Draws the part of a card that moves after its entrance.
pub(crate) trait CardPainter {
    /// Draws it as it is in frame `n`.
    fn draw(&mut self, n: u32, setter: &mut Typesetter, out: &mut Frame);
}
