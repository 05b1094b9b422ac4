//! The logo in a corner of every frame: scaled and placed once.

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x4;
use fast_image_resize::{ResizeOptions, Resizer};

use crate::render::card_context::LogoPlacement;
use crate::render::fit::even_length;
use crate::render::frame::Frame;
use crate::render::picture::{DecodedPicture, PixelData};
use crate::render::tile::{Area, Tile};
use crate::spec::model::Corner;
use crate::units::Size;

/// Distance from the frame's edges, as a share of its shorter side.
const MARGIN: f64 = 0.045;
/// The greatest width of a logo, as a share of the frame's width.
const MAX_WIDTH_SHARE: f64 = 0.5;

/// A logo prepared for blending over frames; shared between threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CornerLogo {
    tile: Tile,
}

impl LogoPlacement {
    /// Scales and places `picture` for frames of size `frame`. The opacity is applied when it is drawn.
    pub fn prepare(&self, picture: &DecodedPicture, frame: Size) -> CornerLogo {
        let area = self.area(picture.size(), frame);
        let mut rgba = resize_rgba(picture, Size::new(area.width, area.height));
        for pixel in rgba.chunks_exact_mut(4) {
            let alpha = u32::from(pixel[3]);
            for channel in &mut pixel[..3] {
                *channel = ((u32::from(*channel) * alpha + 127) / 255) as u8;
            }
        }
        CornerLogo { tile: Tile::new(area, &rgba) }
    }

    fn area(&self, picture: Size, frame: Size) -> Area {
        let (width, height) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
        let (frame_width, frame_height) = (f64::from(frame.width), f64::from(frame.height));
        let scale = (frame_height * self.height.clamp(0.005, 1.0) / height).min(frame_width * MAX_WIDTH_SHARE / width);
        let width = even_length(width * scale).min(frame.width.max(2));
        let height = even_length(height * scale).min(frame.height.max(2));
        let margin = even_length(frame_width.min(frame_height) * MARGIN).min(frame.width.min(frame.height).max(2));
        let right = frame.width.saturating_sub(width + margin);
        let bottom = frame.height.saturating_sub(height + margin);
        let left = margin.min(frame.width - width);
        let top = margin.min(frame.height - height);
        let (x, y) = match self.corner {
            Corner::TopLeft => (left, top),
            Corner::TopRight => (right, top),
            Corner::BottomLeft => (left, bottom),
            Corner::BottomRight => (right, bottom),
        };
        Area { x, y, width, height }
    }
}

impl CornerLogo {
    /// Size in memory, in bytes.
    pub fn byte_len(&self) -> usize {
        self.tile.byte_len()
    }

    pub(crate) fn draw(&self, opacity: f64, out: &mut Frame) {
        self.tile.blend((opacity.clamp(0.0, 1.0) * 256.0).round() as u16, out);
    }

    pub(crate) fn fits(&self, frame: Size) -> bool {
        self.tile.fits(frame)
    }
}

/// Resamples the picture to `to`, as straight RGBA.
pub(crate) fn resize_rgba(picture: &DecodedPicture, to: Size) -> Vec<u8> {
    let size = picture.size();
    let opaque;
    let bytes = match picture.pixels() {
        PixelData::Rgba(bytes) => bytes,
        PixelData::Rgb(bytes) => {
            opaque = bytes.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect();
            &opaque
        }
    };
    let source = TypedImageRef::<U8x4>::from_buffer(size.width, size.height, bytes).expect("as many bytes as pixels");
    let mut out = vec![0; to.width as usize * to.height as usize * 4];
    let mut target = TypedImage::<U8x4>::from_buffer(to.width, to.height, &mut out).expect("as many bytes as pixels");
    Resizer::new().resize_typed(&source, &mut target, &ResizeOptions::new()).expect("no crop can lie outside");
    out
}
