//! Looks, views and frames for tests.

use std::ops::Range;

use crate::render::captions::SpokenWord;
use crate::render::compositor::{Compositor, ViewAssets};
use crate::render::content::SceneContent;
use crate::render::frame::Frame;
use crate::render::view::View;
use crate::spec::model::{CameraMotion, CaptionStyle, Entrance, Look};
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

/// All movements of the camera.
pub(in crate::render) const CAMERA_MOTIONS: [CameraMotion; 7] = [
    CameraMotion::Hold,
    CameraMotion::ZoomIn,
    CameraMotion::ZoomOut,
    CameraMotion::PanLeft,
    CameraMotion::PanRight,
    CameraMotion::PanUp,
    CameraMotion::PanDown,
];

/// All entrances of cards and template layers.
pub(in crate::render) const ENTRANCES: [Entrance; 9] = [
    Entrance::None,
    Entrance::Rise,
    Entrance::Drop,
    Entrance::Fade,
    Entrance::Slide,
    Entrance::SlideLeft,
    Entrance::Pop,
    Entrance::Wipe,
    Entrance::Type,
];

/// Words of `text` spoken one after the other, each for this many samples.
pub(in crate::render) fn spoken_words(text: &str, samples: u64) -> Vec<SpokenWord> {
    let words = (0..).step_by(samples as usize).zip(text.split_whitespace());
    words.map(|(from, text)| SpokenWord { text: text.to_owned(), from, to: from + samples, joined: false }).collect()
}

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

/// The frames `at` of a view without pictures, drawn in this order by one compositor.
pub(in crate::render) fn frames(view: &View, at: impl IntoIterator<Item = u32>) -> Vec<Frame> {
    let mut compositor = Compositor::new(view.clone(), ViewAssets::default()).unwrap();
    let mut drawn = Vec::new();
    for n in at {
        let mut out = Frame::new(view.size);
        compositor.draw_frame(n, None, &mut out).unwrap();
        drawn.push(out);
    }
    drawn
}

/// Checks that a clipped view, whether rebased or not, has the frames of the whole scene within each range.
pub(in crate::render) fn check_segments(view: &View, ranges: &[Range<u32>]) {
    for range in ranges {
        let clipped = view.clip(range.clone());
        let (moved, first) = clipped.clone().rebase(range.start);
        let at = [range.start, range.start + 7, range.end - 1];
        let whole = frames(view, at);
        assert_eq!(frames(&clipped, at), whole, "{range:?}");
        assert_eq!(frames(&moved, at.map(|n| n - range.start + first)), whole, "{range:?} at {first}");
    }
}
