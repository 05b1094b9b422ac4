//! The part of the frame that cards fill: between margins, above the place of captions and above a lower third.

use crate::render::captions::metrics::CaptionMetrics;
use crate::render::card_context::{CardContext, LowerThird};
use crate::render::paint::Rect;
use crate::spec::model::CaptionStyle;
use crate::units::Size;

/// Distance of a card's content from the top of the frame, as a share of the frame's height.
pub(super) const TOP_SHARE: f64 = 0.09;
/// Distance between a card's content and the captions below it, as a share of the frame's height.
pub(super) const CLEAR_SHARE: f64 = 0.025;
/// The least line height of scripts with marks above and below their letters, in font sizes.
pub(super) const TALL_LEADING: f32 = 1.45;

/// Font sizes of a lower third, the padding around its texts, and the gap between them, in shares of the frame's shorter
/// side.
pub(super) const NAME_SIZE: f64 = 0.047;
pub(super) const ROLE_SIZE: f64 = 0.033;
pub(super) const NAME_PADDING: f64 = 0.026;
pub(super) const NAME_GAP: f64 = 0.006;

/// The area of a card's content in a frame of this size, unless a look has another one.
pub(crate) fn content(size: Size) -> Rect {
    let (width, height) = (f64::from(size.width), f64::from(size.height));
    let margin = width * if width > height { 0.10 } else { 0.09 };
    Rect { left: margin, top: height * TOP_SHARE, right: width - margin, bottom: lowest(size) }
}

/// The area of the content of this view's card: the one that its look names, or between margins; above a lower third.
pub(super) fn card_content(view: &CardContext) -> Rect {
    let area = match view.look.area {
        None => content(view.size),
        Some([left, top, wide, high]) => {
            let (width, height) = (f64::from(view.size.width), f64::from(view.size.height));
            let bottom = ((top + high) * height).min(lowest(view.size));
            Rect { left: left * width, top: top * height, right: (left + wide) * width, bottom }
        }
    };
    Rect { bottom: area.bottom.min(above_name(view)), ..area }
}

/// The lowest point above captions, in pixels from the top.
pub(super) fn lowest(size: Size) -> f64 {
    f64::from(CaptionMetrics::highest(size)) - f64::from(size.height) * CLEAR_SHARE
}

/// The lowest point of a card above the name in its lower third, in pixels from the top; the frame's height without a lower
/// third.
pub(crate) fn above_name(view: &CardContext) -> f64 {
    let height = f64::from(view.size.height);
    let Some(name) = view.lower_third else { return height };
    lower_third_end(view.size, name.raised) - max_lower_third_height(name, view) - height * CLEAR_SHARE
}

/// The lowest point of a lower third, in pixels from the top: where captions end, or above them.
pub(super) fn lower_third_end(size: Size, raised: bool) -> f64 {
    let own = f64::from(CaptionMetrics::new(CaptionStyle::Boxed, size).bottom);
    if raised { lowest(size) } else { f64::from(size.height) - own }
}

/// The greatest height of a lower third, in pixels.
fn max_lower_third_height(
    lower: &LowerThird,
    CardContext { size: Size { width, height }, look, .. }: &CardContext,
) -> f64 {
    let lines = if height > width { 2.0 } else { 1.0 };
    let leading = f64::from(TALL_LEADING);
    let role = lower.role.as_ref().map_or(0.0, |_| NAME_GAP + ROLE_SIZE * leading * lines);
    f64::from(*width.min(height)) * (NAME_SIZE * look.card.heading_size * leading + role + NAME_PADDING * 1.5)
}
