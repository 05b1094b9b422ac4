//! The look of a film, which its template gives: colours, fonts, backdrop, cards and layers.

use serde::{Deserialize, Serialize};

use super::card_style::{Backdrop, CardStyle};
use super::template_layer::TemplateLayer;
use crate::units::Colour;

/// The colours, fonts, backdrop, cards and layers of a film.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// The colour behind cards, and where nothing else is drawn.
    pub background: Colour,
    /// The other end of the gradient behind cards.
    pub background_end: Colour,
    /// The colour of body text.
    pub text: Colour,
    /// The colour of less important text.
    pub muted: Colour,
    /// The colour of bullets, rules and the spoken word.
    pub accent: Colour,
    /// The colour of caption text.
    pub caption: Colour,
    /// The colour of the outline or box of captions.
    pub caption_back: Colour,
    /// The font family of headings, one of the bundled ones.
    pub heading_font: String,
    /// The font family of all other text.
    pub body_font: String,
    /// The picture behind cards.
    pub backdrop: Backdrop,
    /// The layout and animation of cards.
    pub card: CardStyle,
    /// The area of the content of cards: left, top, width and height in shares of the frame. `None`: between margins.
    pub area: Option<[f64; 4]>,
    /// The template's layers, in the order in which they are drawn.
    pub layers: Vec<TemplateLayer>,
}
