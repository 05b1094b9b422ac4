//! Where an inset stands: in its corner, clear of captions, of the film's logo and of what else may be there. Knows nothing of what it
//! shows.

use serde::{Deserialize, Serialize};

use crate::render::captions::band;
use crate::render::cards::content;
use crate::render::paint::{Rect, Shape};
use crate::render::tile::Area;
use crate::render::view::{Logo, Media};
use crate::spec::model::{CaptionPosition, Corner, Fit, Focus, InsetShape};
use crate::units::{Colour, Size};

use super::{Pane, Spot};

/// Distances in shares of the frame's shorter side: from its sides, and from what it keeps clear of.
const MARGIN: f64 = 0.05;
const CLEAR: f64 = 0.025;
/// How round a rounded inset is, and the line around it.
const ROUND: f64 = 0.028;
const RING: f64 = 0.0035;
/// Width ÷ height of an inset with a still picture, and of what has a circle's height.
const SHAPE: f64 = 4.0 / 3.0;
/// An inset's share of the frame's width, in a vertical frame and in others.
const TALL_SHARE: f64 = 0.4;
const SHARE: f64 = 0.25;
/// The room that a name in the lower third may take.
const LOWER: f64 = 0.19;
/// The least height that is worth keeping clear of that name, as a share of the frame's.
const LEAST: f64 = 0.2;

/// A small picture or video over the show, in pixels of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Inset {
    /// What it shows.
    pub media: Media,
    /// Its place.
    pub area: Area,
    /// How round its corners are, in pixels.
    pub radius: f64,
}

/// What an inset keeps clear of, whether it is there in every frame or not.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Around {
    /// Where captions stand.
    pub captions: Option<CaptionPosition>,
    /// The film's logo.
    pub logo: Option<Logo>,
    /// A name in the lower third, and whether it stands above captions.
    pub lower: Option<bool>,
    /// The chapter's number.
    pub counter: bool,
}

impl Inset {
    /// An inset of `share` of the width of a frame of `size`; `None`: of what suits it.
    pub fn placed(
        media: Media,
        size: Size,
        corner: Corner,
        share: Option<f64>,
        shape: InsetShape,
        around: &Around,
    ) -> Inset {
        let (frame, unit) = (f64::from(size.width), f64::from(size.width.min(size.height)));
        let aspect = match (shape, media) {
            (InsetShape::Circle, _) => 1.0,
            (InsetShape::Rounded, Media::Picture { .. }) => SHAPE,
            (InsetShape::Rounded, Media::Video { source }) => {
                (f64::from(source.width.max(1)) / f64::from(source.height.max(1))).clamp(9.0 / 16.0, 16.0 / 9.0)
            }
        };
        let share = share.unwrap_or(if size.height > size.width { TALL_SHARE } else { SHARE });
        let (top, bottom) = around.room(size, corner);
        let high = match shape {
            InsetShape::Circle => frame * share / SHAPE,
            InsetShape::Rounded => frame * share / aspect,
        };
        let high = high.min((bottom - top).max(8.0));
        let wide = (high * aspect).min(frame - 2.0 * MARGIN * unit);
        let high = wide / aspect;
        let even = |length: f64| (length / 2.0).round().max(1.0) as u32 * 2;
        let (width, height) = (even(wide).min(size.width), even(high).min(size.height));
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
            InsetShape::Rounded => unit * ROUND,
        };
        Inset { media, area: Area { x, y, width, height }, radius }
    }

    pub(super) fn pane(&self, background: Colour) -> Pane {
        let (source, focus) = match self.media {
            Media::Picture { focus } => (None, focus),
            Media::Video { source } => (Some(source), Focus::CENTRE),
        };
        let spot = Spot { area: self.area, fit: Fit::Cover, focus, radius: self.radius, background };
        Pane { role: "inset".to_owned(), spot, source, at: None, over: true }
    }

    /// A thin line around it, which sets it off from whatever is below: drawn under it, and larger.
    pub(crate) fn ring(&self, colour: Colour, frame: Size) -> Shape {
        let reach = (f64::from(frame.width.min(frame.height)) * RING).max(1.0);
        let Area { x, y, width, height } = self.area;
        let [left, top, right, bottom] = [x, y, x + width, y + height].map(f64::from);
        let rect = Rect { left, top, right, bottom }.grown(reach);
        Shape::Block { rect, radius: self.radius + reach, colour }
    }
}

impl Around {
    /// From where to where it may stand in a corner, in pixels from the top.
    fn room(&self, size: Size, corner: Corner) -> (f64, f64) {
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
            let above = bottom.min(low - (LOWER + CLEAR) * unit);
            // A name goes after some seconds: better behind an inset than that the inset is a speck.
            if above - top > height * LEAST {
                bottom = above;
            }
        }
        (top, bottom)
    }
}
