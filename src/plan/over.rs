//! What lies over a scene in its time: when each mark comes and goes. Knows nothing of how it is drawn.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::render;
use crate::sound::levels;
use crate::spec::model::{Build, CaptionPosition, Marks, Scene, Waveform};
use crate::steps::{self, levels_role};
use crate::units::Fps;
use crate::work::{Planned, Source};

use super::{Planner, Timeline, names};

/// Between marks that come all at once, in seconds.
const STAGGER: f64 = 0.15;

/// What lies over `scene`.
pub fn of_scene(scene: &Scene, timeline: &Timeline, fps: Fps) -> render::Over {
    render::Over {
        marks: scene.over.marks.as_ref().map(|written| marks(written, scene, timeline, fps)),
        progress: scene.over.progress,
        waveform: scene.over.waveform.map(|written| waveform(written, scene, timeline, fps)),
    }
}

fn waveform(written: Waveform, scene: &Scene, timeline: &Timeline, fps: Fps) -> render::Waveform {
    let piece = |piece: &super::timeline::Piece| render::Voice {
        from: fps.frame_at_sample(piece.at) as i64,
        frames: levels::rows(piece.length, fps) as u32,
    };
    render::Waveform {
        style: written.style,
        at: written.at,
        raised: scene.captions.is_some_and(|captions| captions.position == CaptionPosition::Bottom),
        pieces: timeline.speech.iter().map(piece).collect(),
    }
}

impl Planner {
    /// The steps that measure a scene's voice, where it is to be seen: one for each sentence, so that an edit of one has no other
    /// measured or drawn again.
    pub fn levels(&self, scene: &Scene) -> Vec<Planned> {
        let count = scene.over.waveform.map_or(0, |_| self.speech_steps(scene));
        let step = |i| {
            let inputs = BTreeMap::from([("sound".to_owned(), Source::output(&names::speech(scene, i), "sound"))]);
            self.step(names::levels(scene, i), Some(scene), 0.1, &steps::Levels { fps: self.fps() }, inputs)
        };
        (0..count).map(step).collect()
    }

    /// The levels that frames of a view are drawn from, by role.
    pub fn heard(
        &self,
        scene: &Scene,
        view: &render::View,
        frames: &Range<u64>,
        prefix: &str,
    ) -> BTreeMap<String, Source> {
        let range = frames.start as u32..frames.end as u32;
        let heard = view.over.waveform.as_ref().map(|waveform| waveform.heard(&range)).unwrap_or_default();
        let input = |(i, piece)| {
            (format!("{prefix}{}", levels_role(i)), Source::output(&names::levels(scene, piece), "levels"))
        };
        heard.into_iter().enumerate().map(input).collect()
    }
}

/// Marks come once the scene before is gone. Where the rest goes dark, each gives way to the next.
fn marks(marks: &Marks, scene: &Scene, timeline: &Timeline, fps: Fps) -> render::Marks {
    let count = marks.marks.len();
    let together = marks.build == Build::All;
    let at = |i: usize| {
        let late = if together { fps.frames(STAGGER) * i as u64 } else { 0 };
        (timeline.item_at(marks.build, i, count, fps).max(timeline.transition) + late) as u32
    };
    let mark = |(i, mark): (usize, &crate::spec::model::Mark)| render::Mark {
        shape: mark.shape,
        label: mark.label.clone(),
        at: at(i),
        until: if marks.dim && !together && i + 1 < count { at(i + 1) } else { u32::MAX },
    };
    let clear =
        render::Clear { captions: scene.captions.map(|captions| captions.position), lower: scene.lower.is_some() };
    render::Marks { marks: marks.marks.iter().enumerate().map(mark).collect(), dim: marks.dim, clear }
}
