//! Entrances: how long parts of a scene take to come in.

use std::ops::Range;

use crate::units::Fps;

/// Length of the entrance of a title, a subtitle or a list item, in seconds.
pub(crate) const ENTRANCE_SECONDS: f64 = 0.6;
/// Length of the entrance of a statement's word, in seconds.
pub(crate) const WORD_ENTRANCE_SECONDS: f64 = 0.25;
/// After this many entrances, all lines of a quote and its attribution are visible.
pub(crate) const QUOTE_ENTRANCES: u32 = 4;
/// After this many entrances, all staggered parts of a card are visible.
pub(crate) const CARD_ENTRANCES: u32 = 2;

/// Length of an entrance, in frames.
pub fn entrance_frames(fps: Fps) -> u32 {
    fps.frames(ENTRANCE_SECONDS).clamp(1, 600) as u32
}

/// Length of the entrance of a statement's word, in frames.
pub(crate) fn word_entrance_frames(fps: Fps) -> u32 {
    fps.frames(WORD_ENTRANCE_SECONDS).clamp(1, 600) as u32
}

/// Delay between the entrances of a quote's parts, in frames: short enough for all to be visible after
/// [`QUOTE_ENTRANCES`] entrances.
pub(crate) fn quote_stagger(parts: usize, fps: Fps) -> u32 {
    let entrance = entrance_frames(fps);
    let longest = fps.frames(0.3).clamp(1, 300) as u32;
    let available = entrance * (QUOTE_ENTRANCES - 1);
    longest.min(available / parts.max(2) as u32)
}

/// An equivalent start of an entrance within `range`: 0 if it is over before, `u32::MAX` if it starts later, else `at`.
pub(crate) fn clip_entrance(at: u32, settle: u32, range: &Range<u32>) -> u32 {
    match at {
        at if at.saturating_add(settle) <= range.start => 0,
        at if at >= range.end => u32::MAX,
        at => at,
    }
}
