//! The placement of panes, and pictures scaled and cropped for it.

use fast_image_resize::FilterType;
use fast_image_resize::pixels::{U8x3, U8x4};

use crate::render::canvas::{blurred, draw_picture, resample_pixels, whole_crop};
use crate::render::card_context::CardContext;
use crate::render::fit::{CanvasCrop, contain_placement, cover_crop, fit_video};
use crate::render::picture::{DecodedPicture, PixelData};
use crate::render::tile::{Area, Tile};
use crate::spec::model::{FocusPoint, ImageFit, Look};
use crate::units::{Colour, Size};

use super::media::PaneMedia;

/// The greatest corner radius of a pane, as a share of the frame's shorter side.
const MAX_RADIUS_SHARE: f64 = 0.035;

/// A part of a frame, and how a picture fills it. Two panes with the same placement show the same picture alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PanePlacement {
    /// The part of the frame, in pixels.
    pub area: Area,
    /// How a picture fills the area.
    pub fit: ImageFit,
    /// The point of the picture that cropping keeps.
    pub focus: FocusPoint,
    /// Corner radius, in pixels.
    pub radius: f64,
    /// Colour behind transparent parts of the blurred copy, with [`Fit::ContainBlur`].
    pub background: Colour,
}

/// A picture or a video in a part of the frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Pane {
    /// The name of its input: `picture-1`, `video-2`, `inset` …
    pub role: String,
    /// Its place in the frame.
    pub placement: PanePlacement,
    /// Display size of the video; `None` for a still picture.
    pub source: Option<Size>,
    /// First frame of the entrance; `None`: it is visible from the first frame on.
    pub at: Option<u32>,
    /// It lies over the content (an inset) instead of being part of it.
    pub over: bool,
}

/// A video input of a view: what to decode, and for which size.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoInput {
    /// The name of its input.
    pub role: String,
    /// Its display size, in pixels.
    pub source: Size,
    /// Size of the area that it fills, in pixels.
    pub area: Size,
    /// How it fills the area.
    pub fit: ImageFit,
}

impl CardContext<'_> {
    /// Pane `number` of a card, counted from 1, with the look's corners; it comes in from frame `at` on.
    pub fn pane(&self, number: usize, media: PaneMedia, area: Area, fit: ImageFit, at: Option<u32>) -> Pane {
        let (kind, source, focus) = match media {
            PaneMedia::Picture { focus } => ("picture", None, focus),
            PaneMedia::Video { source } => ("video", Some(source), FocusPoint::CENTRE),
        };
        let radius = pane_radius(self.look, self.size);
        let placement = PanePlacement { area, fit, focus, radius, background: self.look.background };
        Pane { role: format!("{kind}-{number}"), placement, source, at, over: false }
    }
}

/// Corner radius of panes in this look, in pixels.
fn pane_radius(look: &Look, size: Size) -> f64 {
    f64::from(size.width.min(size.height)) * MAX_RADIUS_SHARE * look.card.radius
}

/// A picture prepared for its pane; shared between threads.
#[derive(Clone, Debug, PartialEq)]
pub struct PaneImage {
    pub(super) tile: Tile,
    pub(super) placement: PanePlacement,
}

impl Pane {
    pub(super) fn video_input(&self) -> Option<VideoInput> {
        let area = Size::new(self.placement.area.width, self.placement.area.height);
        self.source.map(|source| VideoInput { role: self.role.clone(), source, area, fit: self.placement.fit })
    }
}

impl PaneImage {
    /// Size in memory, in bytes.
    pub fn byte_len(&self) -> usize {
        self.tile.byte_len()
    }
}

impl PanePlacement {
    /// Scales and crops `picture` for this placement.
    pub fn prepare(&self, picture: &DecodedPicture) -> PaneImage {
        let extent = Size::new(self.area.width, self.area.height);
        let mut rgba = vec![0; extent.width as usize * extent.height as usize * 4];
        let (size, at) = match self.fit {
            ImageFit::Cover | ImageFit::ContainBlur => (extent, (0, 0)),
            ImageFit::Contain => contain_placement(picture.size(), extent, whole_crop(extent)),
        };
        let inner = match self.fit {
            ImageFit::Cover => resample_rgba(picture, cover_crop(picture.size(), extent, self.focus), extent),
            ImageFit::Contain => resample_rgba(picture, whole_crop(picture.size()), size),
            ImageFit::ContainBlur => self.blurred(picture, extent),
        };
        let mask = rounded_mask(size, self.radius);
        for (row, (pixels, mask)) in
            inner.chunks_exact(size.width as usize * 4).zip(mask.chunks(size.width as usize)).enumerate()
        {
            let start = ((at.1 as usize + row) * extent.width as usize + at.0 as usize) * 4;
            premultiply(pixels, mask, &mut rgba[start..start + pixels.len()]);
        }
        PaneImage { tile: Tile::new(self.area, &rgba), placement: *self }
    }

    /// The whole picture on a blurred copy of itself, as RGBA.
    fn blurred(&self, picture: &DecodedPicture, extent: Size) -> Vec<u8> {
        let mut rgb = blurred(picture, extent, self.background);
        let (size, at) = contain_placement(picture.size(), extent, whole_crop(extent));
        draw_picture(&mut rgb, extent, picture, whole_crop(picture.size()), size, at);
        rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect()
    }

    /// The area that frames of a video of this size fill.
    pub(super) fn video_area(&self, source: Size) -> Area {
        let fitted = fit_video(source, Size::new(self.area.width, self.area.height), self.fit);
        match self.fit {
            ImageFit::ContainBlur => self.area,
            ImageFit::Cover | ImageFit::Contain => Area {
                x: self.area.x + fitted.at.0,
                y: self.area.y + fitted.at.1,
                width: fitted.crop.width,
                height: fitted.crop.height,
            },
        }
    }
}

/// Resamples a part of the picture, as straight RGBA.
fn resample_rgba(picture: &DecodedPicture, crop: CanvasCrop, to: Size) -> Vec<u8> {
    match picture.pixels() {
        PixelData::Rgba(bytes) => resample_pixels::<U8x4>(bytes, picture.size(), crop, FilterType::Lanczos3, to),
        PixelData::Rgb(bytes) => {
            let rgb = resample_pixels::<U8x3>(bytes, picture.size(), crop, FilterType::Lanczos3, to);
            rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect()
        }
    }
}

fn premultiply(pixels: &[u8], mask: &[u8], out: &mut [u8]) {
    for ((pixel, &mask), out) in pixels.chunks_exact(4).zip(mask).zip(out.chunks_exact_mut(4)) {
        let alpha = (u32::from(pixel[3]) * u32::from(mask) + 127) / 255;
        for (out, &channel) in out[..3].iter_mut().zip(&pixel[..3]) {
            *out = ((u32::from(channel) * alpha + 127) / 255) as u8;
        }
        out[3] = alpha as u8;
    }
}

/// Coverage (0 to 255) of each pixel by a rectangle with round corners that fills `size`.
pub(super) fn rounded_mask(size: Size, radius: f64) -> Vec<u8> {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let radius = radius.clamp(0.0, width.min(height) / 2.0);
    let rows = (0..size.height).map(|y| corner_distance(y, height, radius));
    let pixels = rows.flat_map(|y| (0..size.width).map(move |x| (corner_distance(x, width, radius), y)));
    pixels.map(|(x, y)| corner_coverage(x, y, radius)).collect()
}

/// Distance of the centre of pixel `i` beyond the centre of the nearer corner's circle, along a side; 0 between the
/// corners.
fn corner_distance(i: u32, side: f64, radius: f64) -> f64 {
    let centre = f64::from(i) + 0.5;
    (radius - centre).max(centre - (side - radius)).max(0.0)
}

fn corner_coverage(x: f64, y: f64, radius: f64) -> u8 {
    if x == 0.0 || y == 0.0 {
        return 255;
    }
    ((radius - (x * x + y * y).sqrt() + 0.5).clamp(0.0, 1.0) * 255.0).round() as u8
}
