//! The camera over a still picture: which rectangle of the canvas fills frame `n`, in fractions of a pixel. Knows
//! nothing of pixels' values.

use crate::render::ease;
use crate::render::fit::covering;
use crate::spec::model::{Fit, Focus, Motion};
use crate::units::{Colour, Fps, Size};

/// How fast a zoom grows, per second, and how far it goes at least and at most.
const ZOOM_RATE: f64 = 0.02;
const ZOOM: (f64, f64) = (0.05, 0.12);
/// How fast a pan may go, in frame lengths per second.
const PAN_RATE: f64 = 0.04;
/// How far a pan goes at least and at most where the picture has to be enlarged for it, in frame lengths.
const PAN_ENLARGED: (f64, f64) = (0.04, 0.12);
/// Longest pan over a wide picture, in frame lengths: bounds the canvas.
const PAN_MOST: f64 = 1.5;
/// The largest acceleration of any point, in pixels per frame²: more is felt as a jerk.
const MOST_ACCELERATION: f64 = 0.03;
/// How much of the movement is eased at most; the rest is even, so that the picture never stands still.
const MOST_EASED: f64 = 0.7;

/// How a picture is looked at: all that shapes its [`Canvas`](crate::render::Canvas), and nothing else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shot {
    /// Frame size; both sides even.
    pub frame: Size,
    /// How the picture fills it.
    pub fit: Fit,
    /// How the camera moves.
    pub motion: Motion,
    /// The point of the picture that it moves to or away from, and that is not cut off.
    pub focus: Focus,
    /// Length of the movement, in frames.
    pub frames: u32,
    /// Frame rate.
    pub fps: Fps,
    /// Behind a picture that does not fill the frame, and behind its transparent parts.
    pub background: Colour,
}

/// A rectangle in pixels of the canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Crop {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// A shot of a picture of known size: the canvas it needs, and the way over it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Camera {
    frame: Size,
    /// The canvas; at the closest view, one of its pixels is one of the frame.
    pub canvas: Size,
    motion: Motion,
    /// The point of the canvas that keeps its place in the frame.
    pivot: Focus,
    /// Largest crop ÷ frame.
    zoom: f64,
    /// Pixels that the crop travels.
    travel: f64,
    frames: u32,
}

impl Camera {
    pub fn new(shot: &Shot, picture: Size) -> Camera {
        let seconds = f64::from(shot.frames) / shot.fps.as_f64();
        let (width, height) = (f64::from(shot.frame.width), f64::from(shot.frame.height));
        let mut zoom = 1.0;
        let (mut across, mut along) = (0.0, 0.0);
        match shot.motion {
            Motion::Hold => {}
            Motion::ZoomIn | Motion::ZoomOut => zoom += (ZOOM_RATE * seconds).clamp(ZOOM.0, ZOOM.1),
            Motion::PanLeft | Motion::PanRight => across = travel(shot, seconds, width, slack(picture, width, height)),
            Motion::PanUp | Motion::PanDown => {
                along = travel(shot, seconds, height, slack_down(picture, width, height))
            }
        }
        let canvas = Size::new(even_up(width * zoom + across), even_up(height * zoom + along));
        let Shot { frame, motion, frames, .. } = *shot;
        Camera { frame, canvas, motion, pivot: pivot(shot, picture, canvas), zoom, travel: across + along, frames }
    }

    /// The part of the canvas that is in every crop, so that a contained picture is always wholly seen.
    pub fn always_seen(&self) -> Crop {
        let (width, height) = (f64::from(self.frame.width), f64::from(self.frame.height));
        let (across, along) = match self.motion {
            Motion::PanLeft | Motion::PanRight => (self.travel, 0.0),
            Motion::PanUp | Motion::PanDown => (0.0, self.travel),
            _ => (0.0, 0.0),
        };
        self.placed(width - across, height - along)
    }

    /// What fills frame `n`.
    pub fn crop(&self, n: u32) -> Crop {
        let p = self.progress(n);
        let (width, height) = (f64::from(self.frame.width), f64::from(self.frame.height));
        let zoom = match self.motion {
            Motion::ZoomIn => 1.0 + (self.zoom - 1.0) * (1.0 - p),
            Motion::ZoomOut => 1.0 + (self.zoom - 1.0) * p,
            _ => 1.0,
        };
        let mut crop = self.placed(width * zoom, height * zoom);
        let shift = (p - 0.5) * self.travel;
        match self.motion {
            Motion::PanLeft => crop.left -= shift,
            Motion::PanRight => crop.left += shift,
            Motion::PanUp => crop.top -= shift,
            Motion::PanDown => crop.top += shift,
            Motion::Hold | Motion::ZoomIn | Motion::ZoomOut => {}
        }
        crop
    }

    /// A crop of this size in which the pivot stands where it does in the whole canvas.
    fn placed(&self, width: f64, height: f64) -> Crop {
        let (left, top) = (f64::from(self.canvas.width) - width, f64::from(self.canvas.height) - height);
        Crop { left: left * self.pivot.x, top: top * self.pivot.y, width, height }
    }

    /// 0 in the first frame, 1 in the last; eased as far as the scene is long enough for it to be gentle.
    fn progress(&self, n: u32) -> f64 {
        let last = f64::from(self.frames.saturating_sub(1).max(1));
        let t = (f64::from(n) / last).min(1.0);
        let longer = f64::from(self.frame.width.max(self.frame.height));
        let distance = (self.travel + (self.zoom - 1.0) / 2.0 * longer).max(1.0);
        let eased = (MOST_ACCELERATION * last * last / (ease::IN_OUT_ACCELERATION * distance)).min(MOST_EASED);
        t + (ease::in_out(t) - t) * eased
    }
}

/// Where the focus comes to stand on the canvas, in shares of it; in its middle where the camera does not zoom.
fn pivot(shot: &Shot, picture: Size, canvas: Size) -> Focus {
    if shot.focus == Focus::CENTRE || !matches!(shot.motion, Motion::ZoomIn | Motion::ZoomOut) {
        return Focus::CENTRE;
    }
    let (wide, high) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
    let (width, height) = (f64::from(shot.frame.width), f64::from(shot.frame.height));
    if shot.fit == Fit::Cover {
        let crop = covering(picture, canvas, shot.focus);
        let share = |at: f64, start: f64, length: f64| ((at - start) / length).clamp(0.0, 1.0);
        let x = share(shot.focus.x * wide, crop.left, crop.width);
        return Focus { x, y: share(shot.focus.y * high, crop.top, crop.height) };
    }
    let scale = (width / wide).min(height / high);
    let share = |focus: f64, picture: f64, frame: f64| 0.5 + (focus - 0.5) * picture * scale / frame;
    Focus { x: share(shot.focus.x, wide, width), y: share(shot.focus.y, high, height) }
}

/// How far a pan goes along a frame side of `length`, where the picture has `slack` over.
fn travel(shot: &Shot, seconds: f64, length: f64, slack: f64) -> f64 {
    let wished = PAN_RATE * seconds;
    let enlarged = wished.clamp(PAN_ENLARGED.0, PAN_ENLARGED.1) * length;
    match shot.fit {
        Fit::Cover => (wished.clamp(PAN_ENLARGED.0, PAN_MOST) * length).min(slack).max(enlarged),
        Fit::Contain | Fit::ContainBlur => enlarged,
    }
}

/// What a picture that covers the frame has over in width.
fn slack(picture: Size, width: f64, height: f64) -> f64 {
    let (w, h) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
    (w * (width / w).max(height / h) - width).max(0.0)
}

/// What a picture that covers the frame has over in height.
fn slack_down(picture: Size, width: f64, height: f64) -> f64 {
    slack(Size::new(picture.height, picture.width), height, width)
}

fn even_up(length: f64) -> u32 {
    // The allowance keeps a length that is whole but for rounding errors from growing by two.
    ((length - 1e-6).ceil() as u32).next_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MOTIONS: [Motion; 7] = [
        Motion::Hold,
        Motion::ZoomIn,
        Motion::ZoomOut,
        Motion::PanLeft,
        Motion::PanRight,
        Motion::PanUp,
        Motion::PanDown,
    ];

    fn camera(motion: Motion, frames: u32, picture: Size) -> Camera {
        let (fps, background) = (Fps::whole(30), Colour::rgb(0, 0, 0));
        let focus = Focus::CENTRE;
        let shot = Shot { frame: Size::new(1920, 1080), fit: Fit::Cover, motion, focus, frames, fps, background };
        Camera::new(&shot, picture)
    }

    #[test]
    fn every_crop_lies_in_the_canvas() {
        for motion in MOTIONS {
            for picture in [Size::new(4000, 3000), Size::new(6000, 1000), Size::new(500, 3000), Size::new(1, 1)] {
                for frames in [1, 2, 30, 150, 5000] {
                    let camera = camera(motion, frames, picture);
                    for n in [0, frames / 2, frames - 1, frames + 7] {
                        let crop = camera.crop(n);
                        let (right, bottom) = (crop.left + crop.width, crop.top + crop.height);
                        assert!(crop.left >= -1e-6 && right <= f64::from(camera.canvas.width) + 1e-6, "{camera:?} {n}");
                        assert!(crop.top >= -1e-6 && bottom <= f64::from(camera.canvas.height) + 1e-6, "{camera:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn the_closest_view_is_one_to_one() {
        let zoom = camera(Motion::ZoomIn, 150, Size::new(4000, 3000));
        let last = zoom.crop(149);
        assert!((last.width - 1920.0).abs() < 1e-6 && (last.height - 1080.0).abs() < 1e-6, "{last:?}");
        assert!(zoom.crop(0).width > 2090.0);
    }

    #[test]
    fn the_view_moves_the_way_the_motion_says() {
        let ends = |motion| {
            let camera = camera(motion, 150, Size::new(3000, 3000));
            (camera.crop(0), camera.crop(149))
        };
        let (first, last) = ends(Motion::PanRight);
        assert!(last.left > first.left + 50.0);
        let (first, last) = ends(Motion::PanLeft);
        assert!(last.left < first.left - 50.0);
        let (first, last) = ends(Motion::PanUp);
        assert!(last.top < first.top - 50.0);
        let (first, last) = ends(Motion::PanDown);
        assert!(last.top > first.top + 50.0);
        let (first, last) = ends(Motion::ZoomOut);
        assert!(last.width > first.width * 1.05);
    }

    #[test]
    fn a_panorama_is_travelled_further_but_not_without_bound() {
        let usual = camera(Motion::PanRight, 300, Size::new(1920, 1080));
        let wide = camera(Motion::PanRight, 300, Size::new(9000, 1080));
        assert!(wide.travel > usual.travel * 2.0);
        assert!(camera(Motion::PanRight, 100_000, Size::new(90_000, 1080)).canvas.width <= 1920 * 5 / 2);
    }

    #[test]
    fn nothing_jerks() {
        for motion in MOTIONS {
            for frames in [45, 60, 150, 400] {
                let camera = camera(motion, frames, Size::new(6000, 4000));
                let corner = |n| {
                    let crop = camera.crop(n);
                    let scale = 1920.0 / crop.width;
                    ((0.0 - crop.left) * scale, (0.0 - crop.top) * scale)
                };
                for n in 1..frames - 1 {
                    let (a, b, c) = (corner(n - 1), corner(n), corner(n + 1));
                    let bend = (a.0 - 2.0 * b.0 + c.0).hypot(a.1 - 2.0 * b.1 + c.1);
                    assert!(bend < 0.05, "{motion:?} {frames} {n}: {bend}");
                }
            }
        }
    }
    fn aimed(motion: Motion, fit: Fit, picture: Size, focus: Focus) -> Camera {
        let (fps, background) = (Fps::whole(30), Colour::rgb(0, 0, 0));
        Camera::new(&Shot { frame: Size::new(1920, 1080), fit, motion, focus, frames: 150, fps, background }, picture)
    }

    #[test]
    fn a_zoom_goes_towards_its_focus_and_stays_in_the_canvas() {
        let point = Focus { x: 0.7, y: 0.3 };
        let camera = aimed(Motion::ZoomIn, Fit::Cover, Size::new(1920, 1080), point);
        let size = camera.canvas;
        // Where the point stands in the frame, in every frame of the shot: always in the same place.
        for n in 0..150 {
            let crop = camera.crop(n);
            let x = (0.7 * f64::from(size.width) - crop.left) / crop.width;
            let y = (0.3 * f64::from(size.height) - crop.top) / crop.height;
            assert!((x - 0.7).abs() < 2e-3 && (y - 0.3).abs() < 2e-3, "{n}: {x} {y}");
        }
        for motion in MOTIONS {
            for fit in [Fit::Cover, Fit::Contain, Fit::ContainBlur] {
                for focus in [Focus { x: 0.0, y: 1.0 }, Focus { x: 1.0, y: 0.0 }, point] {
                    for picture in [Size::new(500, 3000), Size::new(6000, 700), Size::new(1, 1)] {
                        let camera = aimed(motion, fit, picture, focus);
                        for n in [0, 70, 149] {
                            let crop = camera.crop(n);
                            let (right, bottom) = (crop.left + crop.width, crop.top + crop.height);
                            assert!(crop.left >= -1e-6 && right <= f64::from(camera.canvas.width) + 1e-6, "{camera:?}");
                            assert!(
                                crop.top >= -1e-6 && bottom <= f64::from(camera.canvas.height) + 1e-6,
                                "{camera:?}"
                            );
                        }
                    }
                }
            }
        }
    }
}
