//! What a film consists of in the user's terms: its scenes and when each is seen. Knows nothing of steps.

use std::sync::Arc;

use crate::event::Scene;
use crate::spec::model::Speech;

use super::{Planner, timeline};

/// The outline of a film whose plan is made, complete once the graph has grown.
pub struct Outline(pub(super) Arc<Planner>);

impl Outline {
    /// The scenes in order. Times are there as far as every scene before is timed.
    pub fn scenes(&self) -> Vec<Scene> {
        let planner = &self.0;
        let mut end = Some(0);
        let scenes = planner.spec.scenes.iter().zip(&planner.timed).enumerate();
        let scene = |(i, (scene, timed)): (usize, (&crate::spec::model::Scene, &std::sync::OnceLock<super::Timed>))| {
            let frames = timed.get().map(|timed| timed.timeline.frames);
            let start = end.map(|end: u64| end.saturating_sub(planner.shared(i)));
            end = start.zip(frames).map(|(start, frames)| start + frames);
            let seconds = |frame| planner.fps().seconds(frame);
            Scene {
                id: scene.id.clone(),
                title: scene.title.clone(),
                from: start.map(seconds),
                to: end.map(seconds),
                words: words(&scene.speech),
                keys: Default::default(),
            }
        };
        scenes.map(scene).collect()
    }
}

/// How many words are said.
fn words(speech: &Speech) -> usize {
    match speech {
        Speech::Silent => 0,
        Speech::Spoken(say) | Speech::Recorded { script: say, .. } => timeline::script(say).split_whitespace().count(),
    }
}
