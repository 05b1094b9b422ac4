//! The outline of a film in the user's terms: its scenes, and when each is seen.

use std::sync::Arc;

use crate::event::SceneSummary;
use crate::spec::model::Speech;

use super::planner::Planner;
use super::timeline;

/// The outline of a planned film. It is complete once every scene is timed.
pub struct PlanOutline(pub(super) Arc<Planner>);

impl PlanOutline {
    /// The scenes in order. A scene has times once it and every scene before it are timed.
    pub fn scenes(&self) -> Vec<SceneSummary> {
        let planner = &self.0;
        let mut end = Some(0);
        let mut summaries = Vec::with_capacity(planner.spec.scenes.len());
        for (i, (scene, timed)) in planner.spec.scenes.iter().zip(&planner.timed).enumerate() {
            let start = end.map(|end: u64| end.saturating_sub(planner.shared_frames(i)));
            let frames = timed.get().map(|timed| timed.timeline.frames);
            end = start.zip(frames).map(|(start, frames)| start + frames);
            summaries.push(SceneSummary {
                id: scene.id.clone(),
                title: scene.title.clone(),
                from: start.map(|frame| planner.fps().seconds(frame)),
                to: end.map(|frame| planner.fps().seconds(frame)),
                words: word_count(&scene.speech),
                keys: Default::default(),
            });
        }
        summaries
    }
}

fn word_count(speech: &Speech) -> usize {
    match speech {
        Speech::Silent => 0,
        Speech::Spoken(say) | Speech::Recorded { script: say, .. } => timeline::script(say).split_whitespace().count(),
    }
}
