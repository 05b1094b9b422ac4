//! How one rectangle fills another: cover, contain. Knows nothing of pixels.

use crate::render::camera::Crop;
use crate::spec::model::{Fit, Focus};
use crate::units::Size;

/// How a decoder must scale and cut a video for [`Compositor::frame`](crate::render::Compositor::frame).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fitted {
    /// Scale the video to this size …
    pub scale: Size,
    /// … then cut this size out of the middle: the size of the frames to hand over. Both sides even.
    pub crop: Size,
    /// Where the frame's upper left corner comes to stand; both even.
    pub at: (u32, u32),
}

/// How a video of size `source` goes into a frame of size `frame`.
pub fn fitted(source: Size, frame: Size, fit: Fit) -> Fitted {
    let (across, along) = ratios(source, frame);
    let side = |length: u32, scale: f64| (f64::from(length.max(1)) * scale / 2.0).round().max(1.0) as u32 * 2;
    let scale = if fit == Fit::Cover { across.max(along) } else { across.min(along) };
    let scaled = Size::new(side(source.width, scale), side(source.height, scale));
    let crop = Size::new(scaled.width.min(frame.width), scaled.height.min(frame.height));
    let at = ((frame.width - crop.width) / 4 * 2, (frame.height - crop.height) / 4 * 2);
    Fitted { scale: scaled, crop, at }
}

/// Frame ÷ source, across and along.
fn ratios(source: Size, frame: Size) -> (f64, f64) {
    let ratio = |frame: u32, source: u32| f64::from(frame) / f64::from(source.max(1));
    (ratio(frame.width, source.width), ratio(frame.height, source.height))
}

/// The part of `source` that has the shape of `frame`, with `focus` as near its middle as the edges let it.
pub(crate) fn covering(source: Size, frame: Size, focus: Focus) -> Crop {
    let (across, along) = ratios(source, frame);
    let scale = across.max(along);
    let (width, height) = (f64::from(frame.width) / scale, f64::from(frame.height) / scale);
    let start = |share: f64, whole: u32, part: f64| {
        let whole = f64::from(whole);
        (share * whole - part / 2.0).max(0.0).min(whole - part)
    };
    let (left, top) = (start(focus.x, source.width, width), start(focus.y, source.height, height));
    Crop { left, top, width, height }
}

/// The size of `source` when all of it is seen in the middle of `room`, a part of `canvas`, and where on that it stands.
pub(crate) fn contained(source: Size, canvas: Size, room: Crop) -> (Size, (u32, u32)) {
    let (w, h) = (f64::from(source.width.max(1)), f64::from(source.height.max(1)));
    let scale = (room.width / w).min(room.height / h);
    let side = |length: f64, most: u32| ((length * scale).round() as u32).clamp(1, most);
    let size = Size::new(side(w, canvas.width), side(h, canvas.height));
    // The allowance keeps a place that is whole but for rounding errors from being one less.
    let at = |start: f64, room: f64, side: u32, most: u32| {
        (start + (room - f64::from(side)) / 2.0 + 1e-6).floor().clamp(0.0, f64::from(most - side)) as u32
    };
    let left = at(room.left, room.width, size.width, canvas.width);
    (size, (left, at(room.top, room.height, size.height, canvas.height)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HD: Size = Size::new(1920, 1080);

    #[test]
    fn a_tall_video_is_contained_between_bars_and_covers_by_its_middle() {
        let phone = Size::new(1080, 1920);
        let inside = fitted(phone, HD, Fit::Contain);
        assert_eq!((inside.scale, inside.crop, inside.at), (Size::new(608, 1080), Size::new(608, 1080), (656, 0)));
        let over = fitted(phone, HD, Fit::Cover);
        assert_eq!((over.scale, over.crop, over.at), (Size::new(1920, 3414), HD, (0, 0)));
    }

    #[test]
    fn odd_and_degenerate_sources_give_even_frames_inside() {
        for source in [Size::new(1, 1), Size::new(0, 0), Size::new(853, 481), Size::new(10_000, 1), Size::new(3, 9999)]
        {
            for fit in [Fit::Cover, Fit::Contain, Fit::ContainBlur] {
                let f = fitted(source, HD, fit);
                let odd = [f.crop.width, f.crop.height, f.at.0, f.at.1, f.scale.width, f.scale.height];
                assert!(odd.iter().all(|side| side % 2 == 0), "{source} {f:?}");
                assert!(f.at.0 + f.crop.width <= 1920 && f.at.1 + f.crop.height <= 1080, "{source} {f:?}");
                assert!(f.crop.width > 0 && f.crop.height > 0, "{source} {f:?}");
            }
        }
    }

    #[test]
    fn covering_keeps_the_middle_and_the_shape() {
        let crop = covering(Size::new(4000, 3000), HD, Focus::CENTRE);
        assert_eq!((crop.left, crop.width), (0.0, 4000.0));
        assert!((crop.top - 375.0).abs() < 1e-9 && (crop.height - 2250.0).abs() < 1e-9);
    }
    #[test]
    fn covering_keeps_the_focus_inside() {
        let tall = Size::new(1000, 4000);
        let seen = |y| covering(tall, HD, Focus { x: 0.5, y });
        assert_eq!((seen(0.0).top, seen(1.0).top + seen(1.0).height), (0.0, 4000.0));
        assert!((seen(0.3).top + seen(0.3).height / 2.0 - 1200.0).abs() < 1e-6);
        assert_eq!(seen(0.3).left, 0.0);
    }
}
