//! The logo in the middle of a card: scaled once, and a little smaller at the start of its entrance.

use std::sync::Arc;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x4;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::render::corner_logo::resize_rgba;
use crate::render::ease;
use crate::render::fit::{even_length, ratios};
use crate::render::frame::Frame;
use crate::render::picture::DecodedPicture;
use crate::render::tile::{Area, Tile};
use crate::units::Size;

/// Its scale when the entrance starts.
const INITIAL_SCALE: f64 = 0.88;

/// The largest size of a card's logo, in pixels; nothing else shapes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CardLogoSize(pub Size);

/// A logo prepared for its card; shared between threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CardLogo {
    /// The size that the logo was prepared for.
    max_size: CardLogoSize,
    /// The size of the logo itself; both sides even.
    size: Size,
    /// Transparent border on each side, so that the logo can be drawn smaller.
    free: Size,
    /// Premultiplied pixels, with the border.
    rgba: Vec<u8>,
}

impl CardLogoSize {
    /// Scales `picture` so that it fits whole.
    pub fn prepare(self, picture: &DecodedPicture) -> CardLogo {
        let own = picture.size();
        let (across, down) = ratios(own, self.0);
        let scale = across.min(down);
        let [width, height] = [(own.width, self.0.width), (own.height, self.0.height)]
            .map(|(side, max)| even_length(f64::from(side) * scale).min(max.max(2)));
        let size = Size::new(width, height);
        let [across, down] =
            [width, height].map(|side| (f64::from(side) * (1.0 / INITIAL_SCALE - 1.0) / 2.0).ceil() as u32 + 2);
        let free = Size::new(across, down);
        let straight = resize_rgba(picture, size);
        let stride = (size.width + 2 * free.width) as usize * 4;
        let mut rgba = vec![0; stride * (size.height + 2 * free.height) as usize];
        for (row, pixels) in straight.chunks_exact(size.width as usize * 4).enumerate() {
            let start = (row + free.height as usize) * stride + free.width as usize * 4;
            for (out, pixel) in rgba[start..].chunks_exact_mut(4).zip(pixels.chunks_exact(4)) {
                let alpha = u32::from(pixel[3]);
                for (out, channel) in out.iter_mut().zip(&pixel[..3]) {
                    *out = ((u32::from(*channel) * alpha + 127) / 255) as u8;
                }
                out[3] = pixel[3];
            }
        }
        CardLogo { max_size: self, size, free, rgba }
    }
}

impl CardLogo {
    /// Size in memory, in bytes.
    pub fn byte_len(&self) -> usize {
        self.rgba.len()
    }

    pub(crate) fn size(&self) -> Size {
        self.size
    }

    pub(crate) fn fits(&self, max_size: CardLogoSize) -> bool {
        self.max_size == max_size
    }

    /// The logo scaled by `scale` (at most 1) around its centre, with the upper left corner of its full size at `at`.
    fn tile(&self, scale: f64, at: (u32, u32)) -> Tile {
        let (width, height) = (self.size.width, self.size.height);
        let (all_width, all_height) = (width + 2 * self.free.width, height + 2 * self.free.height);
        let source = TypedImageRef::<U8x4>::from_buffer(all_width, all_height, &self.rgba).expect("its own size");
        let mut out = vec![0; width as usize * height as usize * 4];
        let mut target = TypedImage::<U8x4>::from_buffer(width, height, &mut out).expect("its own size");
        let (across, along) = (f64::from(width) / scale, f64::from(height) / scale);
        let left = (f64::from(all_width) - across) / 2.0;
        let top = (f64::from(all_height) - along) / 2.0;
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
            .crop(left, top, across, along)
            .use_alpha(false);
        Resizer::new().resize_typed(&source, &mut target, &options).expect("what is free makes max_size for the crop");
        // The filter overshoots: a colour may come out larger than its alpha.
        out.chunks_exact_mut(4).for_each(|pixel| (0..3).for_each(|i| pixel[i] = pixel[i].min(pixel[3])));
        Tile::new(Area { x: at.0, y: at.1, width, height }, &out)
    }
}

/// Draws the logo of one card.
pub(crate) struct CardLogoPainter {
    logo: Arc<CardLogo>,
    at: (u32, u32),
    /// Length of the entrance, in frames.
    frames: u32,
    settled: Option<Tile>,
}

impl CardLogoPainter {
    pub fn new(logo: Arc<CardLogo>, at: (u32, u32), frames: u32) -> CardLogoPainter {
        CardLogoPainter { logo, at, frames, settled: None }
    }

    /// Draws the logo over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        if n < self.frames {
            let progress = ease::progress(n, self.frames);
            let tile = self.logo.tile(INITIAL_SCALE + (1.0 - INITIAL_SCALE) * ease::out(progress), self.at);
            let opacity = (ease::in_out((progress * 1.4).min(1.0)) * 256.0).round() as u16;
            return if tile.fits(out.size()) {
                tile.blend(opacity, out)
            };
        }
        let tile = self.settled.get_or_insert_with(|| self.logo.tile(1.0, self.at));
        if tile.fits(out.size()) {
            tile.blend(256, out);
        }
    }
}
