//! The overlays of a scene in its time: when each mark comes and goes, and the levels of speech that a waveform shows.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::render;
use crate::sound::levels;
use crate::spec::model::{BuildTiming, CaptionPosition, MarkGroup, Scene, Waveform};
use crate::steps::{self, levels_role};
use crate::units::Fps;
use crate::work::{InputSource, PlannedStep};

use super::names;
use super::planner::Planner;
use super::timeline::{SceneTimeline, TimelinePiece};

/// The delay between the first frames of two marks that come together, in seconds.
const MARK_STAGGER: f64 = 0.15;

/// All overlays of `scene`.
pub fn scene_overlays(scene: &Scene, timeline: &SceneTimeline, fps: Fps) -> render::SceneOverlays {
    render::SceneOverlays {
        marks: scene.over.marks.as_ref().map(|written| marks(written, scene, timeline, fps)),
        progress: scene.over.progress,
        waveform: scene.over.waveform.map(|written| waveform(written, scene, timeline, fps)),
    }
}

fn waveform(written: Waveform, scene: &Scene, timeline: &SceneTimeline, fps: Fps) -> render::WaveformOverlay {
    render::WaveformOverlay {
        style: written.style,
        at: written.at,
        raised: scene.captions.is_some_and(|captions| captions.position == CaptionPosition::Bottom),
        pieces: timeline.speech.iter().map(|piece| speech_piece(piece, fps)).collect(),
    }
}

fn speech_piece(piece: &TimelinePiece, fps: Fps) -> render::SpeechPiece {
    render::SpeechPiece { from: fps.frame_at_sample(piece.at) as i64, frames: levels::rows(piece.length, fps) as u32 }
}

impl Planner {
    /// The steps that measure a scene's voice, if a waveform shows it: one for each sentence, so that after an edit of one sentence no
    /// other is measured or drawn again.
    pub fn level_steps(&self, scene: &Scene) -> Vec<PlannedStep> {
        let count = scene.over.waveform.map_or(0, |_| self.speech_step_count(scene));
        (0..count).map(|i| self.level_step(scene, i)).collect()
    }

    fn level_step(&self, scene: &Scene, i: usize) -> PlannedStep {
        let inputs = BTreeMap::from([("sound".to_owned(), InputSource::output(&names::speech(scene, i), "sound"))]);
        self.step(names::levels(scene, i), Some(scene), 0.1, &steps::MeasureLevels { fps: self.fps() }, inputs)
    }

    /// The levels that some frames of a view are drawn from, by role; `prefix` is put in front of each role.
    pub fn level_inputs(
        &self,
        scene: &Scene,
        view: &render::View,
        frames: &Range<u64>,
        prefix: &str,
    ) -> BTreeMap<String, InputSource> {
        let range = frames.start as u32..frames.end as u32;
        let heard = view.overlays.waveform.as_ref().map(|waveform| waveform.heard(&range)).unwrap_or_default();
        let mut inputs = BTreeMap::new();
        for (i, piece) in heard.into_iter().enumerate() {
            let source = InputSource::output(&names::levels(scene, piece), "levels");
            inputs.insert(format!("{prefix}{}", levels_role(i)), source);
        }
        inputs
    }
}

/// Marks appear after the transition into the scene. Where everything but the marked part is dimmed, each ends when the next begins.
fn marks(marks: &MarkGroup, scene: &Scene, timeline: &SceneTimeline, fps: Fps) -> render::PictureMarks {
    let count = marks.marks.len();
    let together = marks.build == BuildTiming::All;
    let mut starts = Vec::with_capacity(count);
    for i in 0..count {
        let delay = if together { fps.frames(MARK_STAGGER) * i as u64 } else { 0 };
        starts.push((timeline.item_at(marks.build, i, count, fps).max(timeline.transition) + delay) as u32);
    }
    let mut timed = Vec::with_capacity(count);
    for (i, mark) in marks.marks.iter().enumerate() {
        let next = starts.get(i + 1).copied().filter(|_| marks.dim && !together);
        timed.push(render::PictureMark {
            shape: mark.shape,
            label: mark.label.clone(),
            at: starts[i],
            until: next.unwrap_or(u32::MAX),
        });
    }
    let clear = render::ReservedAreas {
        captions: scene.captions.map(|captions| captions.position),
        lower: scene.lower.is_some(),
    };
    render::PictureMarks { marks: timed, dim: marks.dim, clear }
}
