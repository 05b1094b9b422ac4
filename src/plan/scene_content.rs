//! The times of a scene as its content needs them: when the parts of a card come in, words are shown and letters are typed.

use super::planner::{Planner, TimedScene};
use super::scene_view::caption_position;
use super::statement;
use super::timeline::SceneTimeline;
use crate::render::content::SceneTiming;
use crate::spec::model::{BuildTiming, CaptionPosition, Scene};
use crate::spec::shows::StatedWord;
use crate::units::{Fps, Size, samples};

/// Text is typed at most this fast, in letters a second, so that it still looks typed.
const MAX_TYPING_SPEED: f64 = 32.0;
/// The share of the speech in which all text is typed.
const TYPING_SHARE: f64 = 0.7;

/// A scene with its times, for the content that it shows.
pub struct PlannedScene<'p> {
    pub(super) planner: &'p Planner,
    pub(super) scene: &'p Scene,
    pub(super) timed: &'p TimedScene,
}

impl SceneTiming for PlannedScene<'_> {
    fn fps(&self) -> Fps {
        self.planner.fps()
    }

    fn part_starts(&self, build: BuildTiming, count: usize) -> Vec<u32> {
        let (timeline, fps) = (&self.timed.timeline, self.fps());
        (0..count).map(|i| timeline.item_at(build, i, count, fps) as u32).collect()
    }

    fn word_starts(&self, words: &[StatedWord]) -> Vec<u32> {
        statement::word_starts(words, &self.timed.timeline, self.fps())
    }

    fn typing_span(&self, letters: usize) -> (u32, u32) {
        typing_span(letters, &self.timed.timeline, self.fps())
    }

    fn video_size(&self, index: usize) -> Size {
        self.planner.source(self.timed.media.get(index))
    }

    fn captions(&self) -> Option<CaptionPosition> {
        caption_position(self.scene)
    }
}

/// The frames in which the first and the last of `letters` letters are typed.
fn typing_span(letters: usize, timeline: &SceneTimeline, fps: Fps) -> (u32, u32) {
    let all = fps.sample_of_frame(timeline.frames);
    let start = timeline.speech.first().map_or(samples(0.5).min(all / 4), |piece| piece.at);
    let end = timeline.speech.last().map_or(all, |piece| piece.at + piece.length);
    let least = samples(letters as f64 / MAX_TYPING_SPEED) as f64;
    let length = ((end.saturating_sub(start)) as f64 * TYPING_SHARE).max(1.0);
    let length = if least < length { least.max(length * 0.6) } else { length };
    let from = fps.frame_at_sample(start) as u32;
    (from, (from + fps.frame_at_sample(length as u64) as u32).max(from + 1))
}
