//! Insets: small pictures or videos over the content, in a corner of the frame.

use serde::{Deserialize, Serialize};

use crate::render::paint::{PaintShape, Rect};
use crate::render::tile::Area;
use crate::spec::model::{FocusPoint, ImageFit};
use crate::units::{Colour, Size};

use super::media::PaneMedia;
use super::placement::{Pane, PanePlacement};

/// Width of the line around an inset, as a share of the frame's shorter side.
const RING_SHARE: f64 = 0.0035;

/// A small picture or video over the content, in pixels of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct InsetPane {
    /// A still picture or a video.
    pub media: PaneMedia,
    /// Its place in the frame.
    pub area: Area,
    /// Corner radius, in pixels.
    pub radius: f64,
}

impl InsetPane {
    /// The inset as a pane; `background` is the colour behind it.
    pub(super) fn pane(&self, background: Colour) -> Pane {
        let (source, focus) = match self.media {
            PaneMedia::Picture { focus } => (None, focus),
            PaneMedia::Video { source } => (Some(source), FocusPoint::CENTRE),
        };
        let placement = PanePlacement { area: self.area, fit: ImageFit::Cover, focus, radius: self.radius, background };
        Pane { role: "inset".to_owned(), placement, source, at: None, over: true }
    }

    /// A thin line around the inset, which sets it off from what is below: a larger block, drawn under it.
    pub(crate) fn ring(&self, colour: Colour, frame: Size) -> PaintShape {
        let reach = (f64::from(frame.width.min(frame.height)) * RING_SHARE).max(1.0);
        let Area { x, y, width, height } = self.area;
        let [left, top, right, bottom] = [x, y, x + width, y + height].map(f64::from);
        let rect = Rect { left, top, right, bottom }.grown(reach);
        PaintShape::Block { rect, radius: self.radius + reach, colour }
    }
}
