//! Exits: how long cards and their parts take to leave before a scene ends.

use std::ops::Range;

use crate::units::Fps;

/// Length of the exit of a whole card, and of one of its parts, in seconds.
pub(crate) const EXIT_SECONDS: f64 = 0.4;
pub(crate) const PART_EXIT_SECONDS: f64 = 0.28;

/// Length of the exit of a whole card, in frames.
pub fn card_exit_frames(fps: Fps) -> u32 {
    exit_frames(fps, EXIT_SECONDS)
}

/// Length in frames of an exit of `seconds`.
pub(crate) fn exit_frames(fps: Fps, seconds: f64) -> u32 {
    fps.frames(seconds).clamp(1, 600) as u32
}

/// An equivalent start of an exit within `range`: 0 if it is over before, `u32::MAX` if it starts later, else `at`.
pub(super) fn clip_exit(at: u32, fps: Fps, range: &Range<u32>) -> u32 {
    match at {
        at if at >= range.end => u32::MAX,
        at if at.saturating_add(exit_frames(fps, EXIT_SECONDS)) <= range.start => 0,
        at => at,
    }
}
