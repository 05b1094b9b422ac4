//! Looks and views for tests.

use crate::render::view::{SceneContent, View};
use crate::spec::model::{CaptionStyle, Look};
use crate::units::{Colour, Fps, Size};

/// All styles of captions.
pub(in crate::render) const CAPTION_STYLES: [CaptionStyle; 10] = [
    CaptionStyle::Karaoke,
    CaptionStyle::Word,
    CaptionStyle::Line,
    CaptionStyle::Boxed,
    CaptionStyle::Highlight,
    CaptionStyle::Pop,
    CaptionStyle::Reveal,
    CaptionStyle::Underline,
    CaptionStyle::Bar,
    CaptionStyle::Shadow,
];

/// Light text on dark blue.
pub(in crate::render) fn look() -> Look {
    Look {
        background: Colour::rgb(14, 21, 37),
        background_end: Colour::rgb(28, 44, 80),
        text: Colour::rgb(245, 247, 251),
        muted: Colour::rgb(169, 180, 200),
        accent: Colour::rgb(255, 140, 0),
        caption: Colour::rgb(255, 255, 255),
        caption_back: Colour::rgb(40, 40, 60),
        heading_font: "Manrope".to_owned(),
        body_font: "Inter".to_owned(),
        ..Look::PLAIN
    }
}

/// A view with this content, `frames` long at 30 frames per second.
pub(in crate::render) fn view_of(size: Size, frames: u32, content: SceneContent) -> View {
    View::new(size, Fps::whole(30), frames, content, look())
}
