//! Emblems: a logo in the middle of a card, scaled once, that grows a little as it comes in. Knows nothing of the frame around it.

use std::sync::Arc;

use fast_image_resize::images::{TypedImage, TypedImageRef};
use fast_image_resize::pixels::U8x4;
use fast_image_resize::{FilterType, ResizeAlg, ResizeOptions, Resizer};

use crate::render::ease;
use crate::render::frame::Frame;
use crate::render::picture::Picture;
use crate::render::stamp::scaled;
use crate::render::tile::{Area, Tile};
use crate::units::Size;

/// How small it is when it begins to come in.
const SMALL: f64 = 0.88;

/// How large an emblem may be, in pixels: all that shapes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct EmblemRoom(pub Size);

/// A logo ready for its card; shared between threads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Emblem {
    /// What it was prepared for.
    room: EmblemRoom,
    /// Its size; both sides even.
    size: Size,
    /// Free around it on every side, so that it can be drawn smaller.
    free: Size,
    /// Premultiplied, what is free included.
    rgba: Vec<u8>,
}

impl EmblemRoom {
    /// Scales `picture` so that all of it fits.
    pub fn prepare(self, picture: &Picture) -> Emblem {
        let own = picture.size();
        let ratio = |room: u32, own: u32| f64::from(room) / f64::from(own.max(1));
        let scale = ratio(self.0.width, own.width).min(ratio(self.0.height, own.height));
        let even = |side: u32, most: u32| ((f64::from(side) * scale / 2.0).round() as u32 * 2).clamp(2, most.max(2));
        let size = Size::new(even(own.width, self.0.width), even(own.height, self.0.height));
        let free = |side: u32| (f64::from(side) * (1.0 / SMALL - 1.0) / 2.0).ceil() as u32 + 2;
        let free = Size::new(free(size.width), free(size.height));
        let (straight, stride) = (scaled(picture, size), (size.width + 2 * free.width) as usize * 4);
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
        Emblem { room: self, size, free, rgba }
    }
}

impl Emblem {
    /// Bytes it takes in memory.
    pub fn byte_len(&self) -> usize {
        self.rgba.len()
    }

    pub(crate) fn size(&self) -> Size {
        self.size
    }

    pub(crate) fn fits(&self, room: EmblemRoom) -> bool {
        self.room == room
    }

    /// All of it `scale` as large around its middle (at most 1), with its upper left corner at `at`.
    fn tile(&self, scale: f64, at: (u32, u32)) -> Tile {
        let (width, height) = (self.size.width, self.size.height);
        let (all_width, all_height) = (width + 2 * self.free.width, height + 2 * self.free.height);
        let source = TypedImageRef::<U8x4>::from_buffer(all_width, all_height, &self.rgba).expect("its own size");
        let mut out = vec![0; width as usize * height as usize * 4];
        let mut target = TypedImage::<U8x4>::from_buffer(width, height, &mut out).expect("its own size");
        let (across, along) = (f64::from(width) / scale, f64::from(height) / scale);
        let start = |all: u32, part: f64| (f64::from(all) - part) / 2.0;
        let options = ResizeOptions::new()
            .resize_alg(ResizeAlg::Convolution(FilterType::CatmullRom))
            .crop(start(all_width, across), start(all_height, along), across, along)
            .use_alpha(false);
        Resizer::new().resize_typed(&source, &mut target, &options).expect("what is free makes room for the crop");
        // Sharpening may put a colour above its own alpha.
        out.chunks_exact_mut(4).for_each(|pixel| (0..3).for_each(|i| pixel[i] = pixel[i].min(pixel[3])));
        Tile::new(Area { x: at.0, y: at.1, width, height }, &out)
    }
}

/// Draws an emblem on its card.
pub(crate) struct EmblemPainter {
    emblem: Arc<Emblem>,
    at: (u32, u32),
    /// Frames that it takes to come in.
    frames: u32,
    settled: Option<Tile>,
}

impl EmblemPainter {
    pub fn new(emblem: Arc<Emblem>, at: (u32, u32), frames: u32) -> EmblemPainter {
        EmblemPainter { emblem, at, frames, settled: None }
    }

    /// Lays it over frame `n`.
    pub fn draw(&mut self, n: u32, out: &mut Frame) {
        if n < self.frames {
            let progress = (f64::from(n) + 1.0) / (f64::from(self.frames) + 1.0);
            let tile = self.emblem.tile(SMALL + (1.0 - SMALL) * ease::out(progress), self.at);
            let opacity = (ease::in_out((progress * 1.4).min(1.0)) * 256.0).round() as u16;
            return if tile.fits(out.size()) {
                tile.blend(opacity, out)
            };
        }
        let tile = self.settled.get_or_insert_with(|| self.emblem.tile(1.0, self.at));
        if tile.fits(out.size()) {
            tile.blend(256, out);
        }
    }
}
