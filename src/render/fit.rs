//! Geometry of fitting one rectangle into another: cover and contain.

use crate::spec::model::{FocusPoint, ImageFit};
use crate::units::Size;

/// A rectangle in pixels of a picture or a canvas.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct CanvasCrop {
    pub left: f64,
    pub top: f64,
    pub width: f64,
    pub height: f64,
}

/// How a decoder scales and crops a video for [`Compositor::draw_frame`](crate::render::Compositor::draw_frame).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VideoFit {
    /// The size to scale the video to.
    pub scale: Size,
    /// The size to crop out of the centre afterwards: the size of the frames to pass. Both sides even.
    pub crop: Size,
    /// Position of the upper left corner in the frame; both even.
    pub at: (u32, u32),
}

/// How a video of size `source` is fitted into a frame of size `frame`.
pub fn fit_video(source: Size, frame: Size, fit: ImageFit) -> VideoFit {
    let (across, along) = ratios(source, frame);
    let scale = if fit == ImageFit::Cover { across.max(along) } else { across.min(along) };
    let [width, height] = [source.width, source.height].map(|length| even_length(f64::from(length.max(1)) * scale));
    let scaled = Size::new(width, height);
    let crop = Size::new(scaled.width.min(frame.width), scaled.height.min(frame.height));
    let at = ((frame.width - crop.width) / 4 * 2, (frame.height - crop.height) / 4 * 2);
    VideoFit { scale: scaled, crop, at }
}

/// Frame ÷ source, in width and height.
pub(crate) fn ratios(source: Size, frame: Size) -> (f64, f64) {
    let across = f64::from(frame.width) / f64::from(source.width.max(1));
    (across, f64::from(frame.height) / f64::from(source.height.max(1)))
}

/// The nearest even length in pixels, at least 2.
pub(crate) fn even_length(pixels: f64) -> u32 {
    (pixels / 2.0).round().max(1.0) as u32 * 2
}

/// The largest part of `source` with the aspect ratio of `frame`, with `focus` as near to its centre as possible.
pub(crate) fn cover_crop(source: Size, frame: Size, focus: FocusPoint) -> CanvasCrop {
    let (across, along) = ratios(source, frame);
    let scale = across.max(along);
    let (width, height) = (f64::from(frame.width) / scale, f64::from(frame.height) / scale);
    let [left, top] = [(focus.x, source.width, width), (focus.y, source.height, height)].map(|(share, whole, part)| {
        let whole = f64::from(whole);
        (share * whole - part / 2.0).max(0.0).min(whole - part)
    });
    CanvasCrop { left, top, width, height }
}

/// The size of `source` when it is shown whole in the centre of `area`, a part of `canvas`, and its position on the
/// canvas.
pub(crate) fn contain_placement(source: Size, canvas: Size, area: CanvasCrop) -> (Size, (u32, u32)) {
    let (w, h) = (f64::from(source.width.max(1)), f64::from(source.height.max(1)));
    let scale = (area.width / w).min(area.height / h);
    let [width, height] =
        [(w, canvas.width), (h, canvas.height)].map(|(length, max)| ((length * scale).round() as u32).clamp(1, max));
    let left = centred(area.left, area.width, width, canvas.width);
    let top = centred(area.top, area.height, height, canvas.height);
    (Size::new(width, height), (left, top))
}

/// The start of a side in the centre of the range that begins at `start` and is `length` long, inside `max`.
fn centred(start: f64, length: f64, side: u32, max: u32) -> u32 {
    // The tolerance keeps a position that is whole but for rounding errors from being one less.
    (start + (length - f64::from(side)) / 2.0 + 1e-6).floor().clamp(0.0, f64::from(max - side)) as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    const HD: Size = Size::new(1920, 1080);

    #[test]
    fn a_tall_video_is_contained_between_bars_and_covers_by_its_middle() {
        let phone = Size::new(1080, 1920);
        let inside = fit_video(phone, HD, ImageFit::Contain);
        assert_eq!((inside.scale, inside.crop, inside.at), (Size::new(608, 1080), Size::new(608, 1080), (656, 0)));
        let over = fit_video(phone, HD, ImageFit::Cover);
        assert_eq!((over.scale, over.crop, over.at), (Size::new(1920, 3414), HD, (0, 0)));
    }

    #[test]
    fn odd_and_degenerate_sources_give_even_frames_inside() {
        for source in [Size::new(1, 1), Size::new(0, 0), Size::new(853, 481), Size::new(10_000, 1), Size::new(3, 9999)]
        {
            for fit in [ImageFit::Cover, ImageFit::Contain, ImageFit::ContainBlur] {
                let f = fit_video(source, HD, fit);
                let odd = [f.crop.width, f.crop.height, f.at.0, f.at.1, f.scale.width, f.scale.height];
                assert!(odd.iter().all(|side| side % 2 == 0), "{source} {f:?}");
                assert!(f.at.0 + f.crop.width <= 1920 && f.at.1 + f.crop.height <= 1080, "{source} {f:?}");
                assert!(f.crop.width > 0 && f.crop.height > 0, "{source} {f:?}");
            }
        }
    }

    #[test]
    fn covering_keeps_the_middle_and_the_shape() {
        let crop = cover_crop(Size::new(4000, 3000), HD, FocusPoint::CENTRE);
        assert_eq!((crop.left, crop.width), (0.0, 4000.0));
        assert!((crop.top - 375.0).abs() < 1e-9 && (crop.height - 2250.0).abs() < 1e-9);
    }

    #[test]
    fn covering_keeps_the_focus_inside() {
        let tall = Size::new(1000, 4000);
        let seen = |y| cover_crop(tall, HD, FocusPoint { x: 0.5, y });
        assert_eq!((seen(0.0).top, seen(1.0).top + seen(1.0).height), (0.0, 4000.0));
        assert!((seen(0.3).top + seen(0.3).height / 2.0 - 1200.0).abs() < 1e-6);
        assert_eq!(seen(0.3).left, 0.0);
    }
}
