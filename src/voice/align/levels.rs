//! The level of a recording over time: where it sounds and where it pauses.

use std::ops::Range;

use crate::units::SAMPLE_RATE;

/// The length of a frame in samples: 10 ms.
pub(super) const FRAME_SAMPLES: usize = SAMPLE_RATE as usize / 100;
/// The minimum length of a pause, in frames.
const MIN_PAUSE_FRAMES: usize = 9;
/// The minimum length of a sound, in frames; anything shorter is a click.
const MIN_SOUND_FRAMES: usize = 3;
/// Speech is at least this much louder than the background noise, in dB.
const MIN_DB_ABOVE_FLOOR: f32 = 8.0;
/// Speech is at most this much quieter than its own loud parts, in dB.
const MAX_DB_BELOW_TOP: f32 = 38.0;
/// The level of digital silence in dB.
const SILENCE_DB: f32 = -100.0;
/// How much quieter a frame must be, in dB, for each frame of distance to it.
const DB_PER_FRAME: f32 = 0.6;

/// The level of every frame of a recording.
pub(super) struct FrameLevels {
    db: Vec<f32>,
}

impl FrameLevels {
    pub(super) fn new(samples: &[f32]) -> Self {
        Self { db: samples.chunks(FRAME_SAMPLES).map(level).collect() }
    }

    /// The ranges of frames that sound, separated by pauses. There is at least one: all frames if the recording has no pause.
    pub(super) fn sounding_ranges(&self) -> Vec<Range<usize>> {
        let threshold = self.threshold();
        let mut sounding: Vec<Range<usize>> = Vec::new();
        for (at, _) in self.db.iter().enumerate().filter(|(_, db)| **db > threshold) {
            match sounding.last_mut() {
                Some(last) if at - last.end < MIN_PAUSE_FRAMES => last.end = at + 1,
                Some(last) if last.len() < MIN_SOUND_FRAMES => *last = at..at + 1,
                _ => sounding.push(at..at + 1),
            }
        }
        if sounding.is_empty() {
            sounding.push(0..self.db.len());
        }
        sounding
    }

    /// The level above which a frame sounds, in dB.
    fn threshold(&self) -> f32 {
        let mut sorted = self.db.clone();
        sorted.sort_by(f32::total_cmp);
        let floor = quantile(&sorted, 0.03);
        let top = quantile(&sorted, 0.95);
        (top - MAX_DB_BELOW_TOP).max((floor + MIN_DB_ABOVE_FLOOR).min(top - MIN_DB_ABOVE_FLOOR))
    }

    /// The quietest frame at most `reach` frames from `frame`; distance counts against a frame.
    pub(super) fn quietest_near(&self, frame: usize, reach: usize) -> usize {
        let range = frame.saturating_sub(reach)..(frame + reach + 1).min(self.db.len());
        range.min_by(|&a, &b| self.cost(a, frame).total_cmp(&self.cost(b, frame))).unwrap_or(frame)
    }

    fn cost(&self, at: usize, frame: usize) -> f32 {
        self.db[at] + DB_PER_FRAME * at.abs_diff(frame) as f32
    }
}

/// The level of one frame in dB.
fn level(frame: &[f32]) -> f32 {
    let power = frame.iter().map(|s| s * s).sum::<f32>() / frame.len() as f32;
    (10.0 * power.log10()).max(SILENCE_DB)
}

fn quantile(sorted: &[f32], share: f32) -> f32 {
    sorted.get((sorted.len() as f32 * share) as usize).copied().unwrap_or(SILENCE_DB)
}
