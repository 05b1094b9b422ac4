//! Placement of an inset: in its corner, apart from captions, the film's logo and other overlays.

use crate::render::captions::metrics::band;
use crate::render::card_context::LogoPlacement;
use crate::render::cards::area::content;
use crate::render::fit::even_length;
use crate::render::tile::Area;
use crate::spec::model::{CaptionPosition, Corner, InsetShape};
use crate::units::Size;

use super::inset::InsetPane;
use super::media::PaneMedia;

/// Distances from the frame's edges and from other overlays, as shares of the frame's shorter side.
const MARGIN: f64 = 0.05;
const CLEAR: f64 = 0.025;
/// Corner radius of a rounded inset, as a share of the shorter side.
const RADIUS_SHARE: f64 = 0.028;
/// Width ÷ height of an inset with a still picture; a circle has the height of such an inset.
const PICTURE_ASPECT: f64 = 4.0 / 3.0;
/// Default width of an inset as a share of the frame's, in a portrait frame and in others.
const PORTRAIT_WIDTH_SHARE: f64 = 0.4;
const WIDTH_SHARE: f64 = 0.25;
/// Height of a lower third, as a share of the frame's shorter side.
const LOWER_THIRD_SHARE: f64 = 0.19;
/// The least height, as a share of the frame's, to which an inset shrinks to keep clear of a lower third.
const MIN_HEIGHT_SHARE: f64 = 0.2;

/// Overlays that an inset keeps clear of, whether they are visible in every frame or not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct InsetSurroundings {
    /// Position of the captions, if the scene has any.
    pub captions: Option<CaptionPosition>,
    /// The corner logo of the film, if it has one.
    pub logo: Option<LogoPlacement>,
    /// A lower third, if the scene has one, and whether it stands above the captions.
    pub lower: Option<bool>,
    /// Whether a chapter counter is shown.
    pub counter: bool,
}

impl InsetPane {
    /// An inset whose width is `share` of the frame's; `None` takes the default for the frame's shape.
    pub fn placed(
        media: PaneMedia,
        size: Size,
        corner: Corner,
        share: Option<f64>,
        shape: InsetShape,
        around: &InsetSurroundings,
    ) -> InsetPane {
        let frame = f64::from(size.width);
        let unit = f64::from(size.width.min(size.height));
        let aspect = aspect(media, shape);
        let share = share.unwrap_or(if size.height > size.width { PORTRAIT_WIDTH_SHARE } else { WIDTH_SHARE });
        let (top, bottom) = around.vertical_range(size, corner);
        let high = match shape {
            InsetShape::Circle => frame * share / PICTURE_ASPECT,
            InsetShape::Rounded => frame * share / aspect,
        };
        let high = high.min((bottom - top).max(8.0));
        let wide = (high * aspect).min(frame - 2.0 * MARGIN * unit);
        let high = wide / aspect;
        let width = even_length(wide).min(size.width);
        let height = even_length(high).min(size.height);
        let (x, y) = match corner {
            Corner::TopLeft => (MARGIN * unit, top),
            Corner::TopRight => (frame - MARGIN * unit - wide, top),
            Corner::BottomLeft => (MARGIN * unit, bottom - high),
            Corner::BottomRight => (frame - MARGIN * unit - wide, bottom - high),
        };
        let x = ((x / 2.0).round().max(0.0) as u32 * 2).min(size.width - width);
        let y = ((y / 2.0).round().max(0.0) as u32 * 2).min(size.height - height);
        let radius = match shape {
            InsetShape::Circle => f64::from(width.min(height)) / 2.0,
            InsetShape::Rounded => unit * RADIUS_SHARE,
        };
        InsetPane { media, area: Area { x, y, width, height }, radius }
    }
}

/// Width ÷ height of an inset: 1 for a circle; a video keeps its own unless that is extreme.
fn aspect(media: PaneMedia, shape: InsetShape) -> f64 {
    match (shape, media) {
        (InsetShape::Circle, _) => 1.0,
        (InsetShape::Rounded, PaneMedia::Picture { .. }) => PICTURE_ASPECT,
        (InsetShape::Rounded, PaneMedia::Video { source }) => {
            (f64::from(source.width.max(1)) / f64::from(source.height.max(1))).clamp(9.0 / 16.0, 16.0 / 9.0)
        }
    }
}

impl InsetSurroundings {
    /// The vertical range that an inset may fill in a corner, in pixels from the top.
    fn vertical_range(&self, size: Size, corner: Corner) -> (f64, f64) {
        let (height, unit) = (f64::from(size.height), f64::from(size.width.min(size.height)));
        let tall = f64::from(size.height) > f64::from(size.width) * 1.1;
        let left = matches!(corner, Corner::TopLeft | Corner::BottomLeft);
        let upper = matches!(corner, Corner::TopLeft | Corner::TopRight);
        let (mut top, mut bottom) =
            if tall { (height * 0.12, height * 0.80) } else { (MARGIN * unit, height - MARGIN * unit) };
        if let Some(position) = self.captions {
            let (from, to) = band(position, size);
            match position {
                CaptionPosition::Bottom => bottom = bottom.min(from - CLEAR * unit),
                CaptionPosition::Top => top = top.max(to + CLEAR * unit),
                CaptionPosition::Middle if upper => bottom = from - CLEAR * unit,
                CaptionPosition::Middle => top = to + CLEAR * unit,
            }
        }
        if let Some(logo) = self.logo.filter(|logo| logo.corner == corner) {
            let taken = height * logo.height + (MARGIN + CLEAR) * unit;
            if upper { top = top.max(taken) } else { bottom = bottom.min(height - taken) }
        }
        let counted = self.logo.is_some_and(|logo| logo.corner == Corner::TopLeft) != left;
        if self.counter && upper && counted {
            top = top.max(height * 0.09);
        }
        if let Some(raised) = self.lower.filter(|_| !upper && (left || tall)) {
            let low = if raised { content(size).bottom } else { height * if tall { 0.80 } else { 0.915 } };
            let above = bottom.min(low - (LOWER_THIRD_SHARE + CLEAR) * unit);
            // A lower third leaves after some seconds: better that the inset covers it than that it becomes too small.
            if above - top > height * MIN_HEIGHT_SHARE {
                bottom = above;
            }
        }
        (top, bottom)
    }
}
