//! The camera over a still picture: which rectangle of the canvas fills frame `n`, to fractions of a pixel.

use crate::render::ease;
use crate::render::fit::{CanvasCrop, cover_crop};
use crate::spec::model::{CameraMotion, FocusPoint, ImageFit};
use crate::units::{Colour, Fps, Size};

/// Growth of a zoom per second, and the least and greatest growth of a whole shot.
const ZOOM_RATE: f64 = 0.02;
const ZOOM_RANGE: (f64, f64) = (0.05, 0.12);
/// Speed of a pan, in frame lengths per second.
const PAN_RATE: f64 = 0.04;
/// The least and the greatest length of a pan for which the picture has to be enlarged, in frame lengths.
const ENLARGED_PAN_RANGE: (f64, f64) = (0.04, 0.12);
/// The longest pan over a wide picture, in frame lengths; it bounds the canvas.
const MAX_PAN: f64 = 1.5;
/// The largest acceleration of any point, in pixels per frame²; more looks like a jerk.
const MAX_ACCELERATION: f64 = 0.03;
/// The largest eased share of a movement; the rest is linear, so that the picture never stands still.
const MAX_EASED_SHARE: f64 = 0.7;

/// How a picture is shown: everything that shapes its [`Canvas`](crate::render::Canvas), and nothing else.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct CameraShot {
    /// Frame size; both sides even.
    pub frame: Size,
    /// How the picture fills it.
    pub fit: ImageFit,
    /// Movement of the camera.
    pub motion: CameraMotion,
    /// The point of the picture that a zoom moves to or away from, and that cropping keeps.
    pub focus: FocusPoint,
    /// Length of the movement, in frames.
    pub frames: u32,
    /// Frame rate of the film.
    pub fps: Fps,
    /// Colour behind a picture that does not fill the frame, and behind its transparent parts.
    pub background: Colour,
}

/// A shot of a picture of known size: the canvas that it needs, and the path over it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Camera {
    frame: Size,
    /// Size of the canvas; in the closest view, one of its pixels is one pixel of the frame.
    pub canvas: Size,
    motion: CameraMotion,
    /// The point of the canvas that keeps its place in the frame.
    pivot: FocusPoint,
    /// Largest crop ÷ frame.
    zoom: f64,
    /// Length of the crop's path, in pixels.
    travel: f64,
    frames: u32,
}

impl Camera {
    pub fn new(shot: &CameraShot, picture: Size) -> Camera {
        let seconds = f64::from(shot.frames) / shot.fps.as_f64();
        let (width, height) = (f64::from(shot.frame.width), f64::from(shot.frame.height));
        let mut zoom = 1.0;
        let (mut across, mut along) = (0.0, 0.0);
        match shot.motion {
            CameraMotion::Hold => {}
            CameraMotion::ZoomIn | CameraMotion::ZoomOut => {
                zoom += (ZOOM_RATE * seconds).clamp(ZOOM_RANGE.0, ZOOM_RANGE.1)
            }
            CameraMotion::PanLeft | CameraMotion::PanRight => {
                across = travel(shot, seconds, width, slack(picture, width, height))
            }
            CameraMotion::PanUp | CameraMotion::PanDown => {
                along = travel(shot, seconds, height, slack_down(picture, width, height))
            }
        }
        let canvas = Size::new(even_up(width * zoom + across), even_up(height * zoom + along));
        let CameraShot { frame, motion, frames, .. } = *shot;
        Camera { frame, canvas, motion, pivot: pivot(shot, picture, canvas), zoom, travel: across + along, frames }
    }

    /// The part of the canvas that is in every crop: a contained picture inside it is always seen whole.
    pub fn common_crop(&self) -> CanvasCrop {
        let (width, height) = (f64::from(self.frame.width), f64::from(self.frame.height));
        let (across, along) = match self.motion {
            CameraMotion::PanLeft | CameraMotion::PanRight => (self.travel, 0.0),
            CameraMotion::PanUp | CameraMotion::PanDown => (0.0, self.travel),
            _ => (0.0, 0.0),
        };
        self.placed(width - across, height - along)
    }

    /// The crop that fills frame `n`.
    pub fn crop(&self, n: u32) -> CanvasCrop {
        let p = self.progress(n);
        let (width, height) = (f64::from(self.frame.width), f64::from(self.frame.height));
        let zoom = match self.motion {
            CameraMotion::ZoomIn => 1.0 + (self.zoom - 1.0) * (1.0 - p),
            CameraMotion::ZoomOut => 1.0 + (self.zoom - 1.0) * p,
            _ => 1.0,
        };
        let mut crop = self.placed(width * zoom, height * zoom);
        let shift = (p - 0.5) * self.travel;
        match self.motion {
            CameraMotion::PanLeft => crop.left -= shift,
            CameraMotion::PanRight => crop.left += shift,
            CameraMotion::PanUp => crop.top -= shift,
            CameraMotion::PanDown => crop.top += shift,
            CameraMotion::Hold | CameraMotion::ZoomIn | CameraMotion::ZoomOut => {}
        }
        crop
    }

    /// A crop of this size in which the pivot is at the same relative position as in the whole canvas.
    fn placed(&self, width: f64, height: f64) -> CanvasCrop {
        let (left, top) = (f64::from(self.canvas.width) - width, f64::from(self.canvas.height) - height);
        CanvasCrop { left: left * self.pivot.x, top: top * self.pivot.y, width, height }
    }

    /// 0 in the first frame, 1 in the last; eased as far as the acceleration stays below [`MAX_ACCELERATION`].
    fn progress(&self, n: u32) -> f64 {
        let last = f64::from(self.frames.saturating_sub(1).max(1));
        let t = (f64::from(n) / last).min(1.0);
        let longer = f64::from(self.frame.width.max(self.frame.height));
        let distance = (self.travel + (self.zoom - 1.0) / 2.0 * longer).max(1.0);
        let eased = (MAX_ACCELERATION * last * last / (ease::IN_OUT_ACCELERATION * distance)).min(MAX_EASED_SHARE);
        t + (ease::in_out(t) - t) * eased
    }
}

/// Position of the focus on the canvas, in shares of its size; the centre where the camera does not zoom.
fn pivot(shot: &CameraShot, picture: Size, canvas: Size) -> FocusPoint {
    if shot.focus == FocusPoint::CENTRE || !matches!(shot.motion, CameraMotion::ZoomIn | CameraMotion::ZoomOut) {
        return FocusPoint::CENTRE;
    }
    let (wide, high) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
    let (width, height) = (f64::from(shot.frame.width), f64::from(shot.frame.height));
    if shot.fit == ImageFit::Cover {
        let crop = cover_crop(picture, canvas, shot.focus);
        let x = ((shot.focus.x * wide - crop.left) / crop.width).clamp(0.0, 1.0);
        let y = ((shot.focus.y * high - crop.top) / crop.height).clamp(0.0, 1.0);
        return FocusPoint { x, y };
    }
    let scale = (width / wide).min(height / high);
    let x = 0.5 + (shot.focus.x - 0.5) * wide * scale / width;
    FocusPoint { x, y: 0.5 + (shot.focus.y - 0.5) * high * scale / height }
}

/// Length of a pan along a frame side of `length`, where the picture is `slack` longer than the frame.
fn travel(shot: &CameraShot, seconds: f64, length: f64, slack: f64) -> f64 {
    let wished = PAN_RATE * seconds;
    let enlarged = wished.clamp(ENLARGED_PAN_RANGE.0, ENLARGED_PAN_RANGE.1) * length;
    match shot.fit {
        ImageFit::Cover => (wished.clamp(ENLARGED_PAN_RANGE.0, MAX_PAN) * length).min(slack).max(enlarged),
        ImageFit::Contain | ImageFit::ContainBlur => enlarged,
    }
}

/// How much wider than the frame a picture is that covers it.
fn slack(picture: Size, width: f64, height: f64) -> f64 {
    let (w, h) = (f64::from(picture.width.max(1)), f64::from(picture.height.max(1)));
    (w * (width / w).max(height / h) - width).max(0.0)
}

/// How much higher than the frame a picture is that covers it.
fn slack_down(picture: Size, width: f64, height: f64) -> f64 {
    slack(Size::new(picture.height, picture.width), height, width)
}

fn even_up(length: f64) -> u32 {
    // The tolerance keeps a length that is whole but for rounding errors from growing by two.
    ((length - 1e-6).ceil() as u32).next_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::test_support::CAMERA_MOTIONS;

    fn camera(motion: CameraMotion, frames: u32, picture: Size) -> Camera {
        let (fps, background) = (Fps::whole(30), Colour::rgb(0, 0, 0));
        let focus = FocusPoint::CENTRE;
        let shot =
            CameraShot { frame: Size::new(1920, 1080), fit: ImageFit::Cover, motion, focus, frames, fps, background };
        Camera::new(&shot, picture)
    }

    #[test]
    fn every_crop_lies_in_the_canvas() {
        for motion in CAMERA_MOTIONS {
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
        let zoom = camera(CameraMotion::ZoomIn, 150, Size::new(4000, 3000));
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
        let (first, last) = ends(CameraMotion::PanRight);
        assert!(last.left > first.left + 50.0);
        let (first, last) = ends(CameraMotion::PanLeft);
        assert!(last.left < first.left - 50.0);
        let (first, last) = ends(CameraMotion::PanUp);
        assert!(last.top < first.top - 50.0);
        let (first, last) = ends(CameraMotion::PanDown);
        assert!(last.top > first.top + 50.0);
        let (first, last) = ends(CameraMotion::ZoomOut);
        assert!(last.width > first.width * 1.05);
    }

    #[test]
    fn a_panorama_is_travelled_further_but_not_without_bound() {
        let usual = camera(CameraMotion::PanRight, 300, Size::new(1920, 1080));
        let wide = camera(CameraMotion::PanRight, 300, Size::new(9000, 1080));
        assert!(wide.travel > usual.travel * 2.0);
        assert!(camera(CameraMotion::PanRight, 100_000, Size::new(90_000, 1080)).canvas.width <= 1920 * 5 / 2);
    }

    #[test]
    fn nothing_jerks() {
        for motion in CAMERA_MOTIONS {
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

    fn aimed(motion: CameraMotion, fit: ImageFit, picture: Size, focus: FocusPoint) -> Camera {
        let (fps, background) = (Fps::whole(30), Colour::rgb(0, 0, 0));
        Camera::new(
            &CameraShot { frame: Size::new(1920, 1080), fit, motion, focus, frames: 150, fps, background },
            picture,
        )
    }

    #[test]
    fn a_zoom_goes_towards_its_focus_and_stays_in_the_canvas() {
        let point = FocusPoint { x: 0.7, y: 0.3 };
        let camera = aimed(CameraMotion::ZoomIn, ImageFit::Cover, Size::new(1920, 1080), point);
        let size = camera.canvas;
        // Where the point stands in the frame, in every frame of the shot: always in the same place.
        for n in 0..150 {
            let crop = camera.crop(n);
            let x = (0.7 * f64::from(size.width) - crop.left) / crop.width;
            let y = (0.3 * f64::from(size.height) - crop.top) / crop.height;
            assert!((x - 0.7).abs() < 2e-3 && (y - 0.3).abs() < 2e-3, "{n}: {x} {y}");
        }
        for motion in CAMERA_MOTIONS {
            for fit in [ImageFit::Cover, ImageFit::Contain, ImageFit::ContainBlur] {
                for focus in [FocusPoint { x: 0.0, y: 1.0 }, FocusPoint { x: 1.0, y: 0.0 }, point] {
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
