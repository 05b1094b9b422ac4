//! Panes: pictures and videos that take up parts of a frame, prepared once for their place. Knows nothing of files, nor of what else
//! is in the frame.

mod inset;
mod painter;
mod place;

use fast_image_resize::FilterType;
use fast_image_resize::pixels::{U8x3, U8x4};

use crate::render::canvas::{blurred, lay, scaled, whole};
use crate::render::cards;
use crate::render::fit::{contained, covering, fitted};
use crate::render::picture::{Picture, Pixels};
use crate::render::tile::{Area, Tile};
use crate::render::view::{Media, Show, View};
use crate::spec::model::{CaptionPosition, Fit, Focus, Look};
use crate::units::{Colour, Size};

pub use inset::{Around, Inset};
pub(crate) use painter::PanePainter;
pub(crate) use place::{Places, Stage, gallery, halves, screens};

/// How round a pane's corners are at most, as a share of the frame's shorter side.
const ROUND: f64 = 0.035;

/// A place of a frame, and how a picture fills it. Two panes with the same spot show the same picture alike.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// Where it is.
    pub area: Area,
    /// How it is filled.
    pub fit: Fit,
    /// What is not cut off.
    pub focus: Focus,
    /// How round its corners are, in pixels.
    pub radius: f64,
    /// Behind a picture that is contained on a blurred copy of itself.
    pub background: Colour,
}

/// A picture or a video in a part of the frame.
#[derive(Clone, Debug, PartialEq)]
pub struct Pane {
    /// The name of its input: `picture-1`, `video-2`, `inset` …
    pub role: String,
    /// Its place.
    pub spot: Spot,
    /// The video's size as shown; `None`: it is a still picture.
    pub source: Option<Size>,
    /// The frame in which it starts to come in; `None`: it is there from the first.
    pub at: Option<u32>,
    /// It lies over what the view shows, not among it.
    pub over: bool,
}

/// A video of a view: what to decode, and for which size.
#[derive(Clone, Debug, PartialEq)]
pub struct Reel {
    /// The name of its input.
    pub role: String,
    /// Its size as shown.
    pub source: Size,
    /// The size that it fills.
    pub room: Size,
    /// How.
    pub fit: Fit,
}

/// A picture prepared for its pane; shared between threads.
#[derive(Clone, Debug, PartialEq)]
pub struct Plate {
    tile: Tile,
    spot: Spot,
}

impl View {
    /// The pictures and videos that take up parts of the frame, as far as they are seen: those of the show in the order in which they
    /// are read, then the inset.
    pub fn panes(&self) -> Vec<Pane> {
        let mut panes = match &self.show {
            Show::Pictures { heading, fit, pictures, captions } => {
                let places = gallery(self.stage(*captions), &self.look.card, heading.is_some(), pictures);
                let pane = |(i, (cell, picture)): (usize, (&place::Cell, &crate::render::Framed))| {
                    let media = Media::Picture { focus: picture.focus };
                    self.pane(i + 1, media, cell.area, *fit, Some(picture.at))
                };
                places.cells.iter().zip(pictures).enumerate().map(pane).collect()
            }
            Show::Split { media, side, fit, captions, .. } => {
                let mut pane = self.pane(1, *media, halves(self.stage(*captions), *side, *fit).0, *fit, None);
                if *fit != Fit::Contain {
                    pane.spot.radius = 0.0;
                }
                vec![pane]
            }
            Show::Screens { heading, fit, screens: all, captions } => {
                let places = screens(self.stage(*captions), &self.look.card, heading.is_some(), all);
                let step = crate::render::entrance_frames(self.fps) / 4;
                let pane = |(i, (cell, screen)): (usize, (&place::Cell, &crate::render::Screen))| {
                    let media = Media::Video { source: screen.source };
                    self.pane(i + 1, media, cell.area, *fit, Some(step * i as u32))
                };
                places.cells.iter().zip(all).enumerate().map(pane).collect()
            }
            _ => Vec::new(),
        };
        panes.retain(|pane| pane.at != Some(u32::MAX));
        panes.extend(self.inset.as_ref().map(|inset| inset.pane(self.look.background)));
        panes
    }

    /// What leaves room for panes, where captions stand here.
    pub(crate) fn stage(&self, captions: Option<CaptionPosition>) -> Stage {
        Stage { size: self.size, captions, above_name: cards::above_name(self) }
    }

    /// The videos of the view, in the order in which their frames are handed over.
    pub fn reels(&self) -> Vec<Reel> {
        let whole = match &self.show {
            Show::Video { fit, source } => {
                Some(Reel { role: "video".to_owned(), source: *source, room: self.size, fit: *fit })
            }
            _ => None,
        };
        whole.into_iter().chain(self.panes().iter().filter_map(Pane::reel)).collect()
    }

    fn pane(&self, number: usize, media: Media, area: Area, fit: Fit, at: Option<u32>) -> Pane {
        let (kind, source, focus) = match media {
            Media::Picture { focus } => ("picture", None, focus),
            Media::Video { source } => ("video", Some(source), Focus::CENTRE),
        };
        let radius = round(&self.look, self.size);
        let spot = Spot { area, fit, focus, radius, background: self.look.background };
        Pane { role: format!("{kind}-{number}"), spot, source, at, over: false }
    }
}

/// How round the look has panes.
fn round(look: &Look, size: Size) -> f64 {
    f64::from(size.width.min(size.height)) * ROUND * look.card.radius
}

impl Pane {
    fn reel(&self) -> Option<Reel> {
        let room = Size::new(self.spot.area.width, self.spot.area.height);
        self.source.map(|source| Reel { role: self.role.clone(), source, room, fit: self.spot.fit })
    }
}

impl Plate {
    /// Bytes it takes in memory.
    pub fn byte_len(&self) -> usize {
        self.tile.byte_len()
    }
}

impl Spot {
    /// Scales and cuts `picture` for this place.
    pub fn prepare(&self, picture: &Picture) -> Plate {
        let room = Size::new(self.area.width, self.area.height);
        let mut rgba = vec![0; room.width as usize * room.height as usize * 4];
        let (size, at) = match self.fit {
            Fit::Cover | Fit::ContainBlur => (room, (0, 0)),
            Fit::Contain => contained(picture.size(), room, whole(room)),
        };
        let inner = match self.fit {
            Fit::Cover => straight(picture, covering(picture.size(), room, self.focus), room),
            Fit::Contain => straight(picture, whole(picture.size()), size),
            Fit::ContainBlur => self.blurred(picture, room),
        };
        let mask = rounded(size, self.radius);
        for (row, (pixels, mask)) in
            inner.chunks_exact(size.width as usize * 4).zip(mask.chunks(size.width as usize)).enumerate()
        {
            let start = ((at.1 as usize + row) * room.width as usize + at.0 as usize) * 4;
            premultiply(pixels, mask, &mut rgba[start..start + pixels.len()]);
        }
        Plate { tile: Tile::new(self.area, &rgba), spot: *self }
    }

    /// All of the picture on a blurred copy of itself.
    fn blurred(&self, picture: &Picture, room: Size) -> Vec<u8> {
        let mut rgb = blurred(picture, room, self.background);
        let (size, at) = contained(picture.size(), room, whole(room));
        lay(&mut rgb, room, picture, whole(picture.size()), size, at);
        rgb.chunks_exact(3).flat_map(|p| [p[0], p[1], p[2], 255]).collect()
    }

    /// Where frames of a video of this size come to stand.
    fn screen(&self, source: Size) -> Area {
        let fitted = fitted(source, Size::new(self.area.width, self.area.height), self.fit);
        match self.fit {
            Fit::ContainBlur => self.area,
            Fit::Cover | Fit::Contain => Area {
                x: self.area.x + fitted.at.0,
                y: self.area.y + fitted.at.1,
                width: fitted.crop.width,
                height: fitted.crop.height,
            },
        }
    }
}

/// A part of the picture in another size, as straight RGBA.
fn straight(picture: &Picture, crop: crate::render::camera::Crop, to: Size) -> Vec<u8> {
    match picture.pixels() {
        Pixels::Rgba(bytes) => scaled::<U8x4>(bytes, picture.size(), crop, FilterType::Lanczos3, to),
        Pixels::Rgb(bytes) => {
            let rgb = scaled::<U8x3>(bytes, picture.size(), crop, FilterType::Lanczos3, to);
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

/// How much of each pixel lies inside a rectangle with round corners that fills `size`.
fn rounded(size: Size, radius: f64) -> Vec<u8> {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let radius = radius.clamp(0.0, width.min(height) / 2.0);
    // How far a pixel's middle lies beyond where the corner's circle has its own middle.
    let beyond = |i: u32, side: f64| {
        let middle = f64::from(i) + 0.5;
        (radius - middle).max(middle - (side - radius)).max(0.0)
    };
    let pixel = |x: f64, y: f64| {
        if x == 0.0 || y == 0.0 {
            255
        } else {
            ((radius - (x * x + y * y).sqrt() + 0.5).clamp(0.0, 1.0) * 255.0).round() as u8
        }
    };
    let rows = (0..size.height).map(|y| beyond(y, height));
    rows.flat_map(|y| (0..size.width).map(move |x| pixel(beyond(x, width), y))).collect()
}

#[cfg(test)]
mod tests;
