//! Where a recording sounds and where it pauses.

use std::ops::Range;

use crate::units::SAMPLE_RATE;

/// Samples in a frame (10 ms).
pub(super) const FRAME: usize = SAMPLE_RATE as usize / 100;
/// A pause is at least this many frames.
const PAUSE: usize = 9;
/// Sound shorter than this many frames is a click, no word.
const CLICK: usize = 3;
/// Speech is at least this much louder than the quiet of the room, and …
const ABOVE_FLOOR: f32 = 8.0;
/// … at most this much quieter than its own loud parts, in dB.
const BELOW_TOP: f32 = 38.0;
/// What counts as digital silence, in dB.
const LOWEST: f32 = -100.0;

/// The level of a recording in every frame.
pub(super) struct Energy {
    db: Vec<f32>,
}

impl Energy {
    pub(super) fn new(samples: &[f32]) -> Self {
        let level = |frame: &[f32]| {
            let power = frame.iter().map(|s| s * s).sum::<f32>() / frame.len() as f32;
            (10.0 * power.log10()).max(LOWEST)
        };
        Self { db: samples.chunks(FRAME).map(level).collect() }
    }

    /// The stretches that sound, parted by pauses; at least one, all of it if nothing stands out.
    pub(super) fn heard(&self) -> Vec<Range<usize>> {
        let mut ranked = self.db.clone();
        ranked.sort_by(f32::total_cmp);
        let share = |of: f32| ranked.get((ranked.len() as f32 * of) as usize).copied().unwrap_or(LOWEST);
        let (floor, top) = (share(0.03), share(0.95));
        let threshold = (top - BELOW_TOP).max((floor + ABOVE_FLOOR).min(top - ABOVE_FLOOR));
        let mut heard: Vec<Range<usize>> = Vec::new();
        for (at, _) in self.db.iter().enumerate().filter(|(_, db)| **db > threshold) {
            match heard.last_mut() {
                Some(last) if at - last.end < PAUSE => last.end = at + 1,
                Some(last) if last.len() < CLICK => *last = at..at + 1,
                _ => heard.push(at..at + 1),
            }
        }
        if heard.is_empty() {
            heard.push(0..self.db.len());
        }
        heard
    }

    /// The quietest frame at most `reach` from `frame`, the nearest of those that are alike.
    pub(super) fn dip_near(&self, frame: usize, reach: usize) -> usize {
        let range = frame.saturating_sub(reach)..(frame + reach + 1).min(self.db.len());
        // A dip must be worth the way to it.
        let cost = |at: usize| self.db[at] + 0.6 * at.abs_diff(frame) as f32;
        range.min_by(|&a, &b| cost(a).total_cmp(&cost(b))).unwrap_or(frame)
    }
}
