//! What lies over a scene in its time: when each mark comes and goes. Knows nothing of how it is drawn.

use crate::render;
use crate::spec::model::{Build, Marks, Scene};
use crate::units::Fps;

use super::Timeline;

/// Between marks that come all at once, in seconds.
const STAGGER: f64 = 0.15;

/// What lies over `scene`.
pub fn of_scene(scene: &Scene, timeline: &Timeline, fps: Fps) -> render::Over {
    render::Over { marks: scene.over.marks.as_ref().map(|written| marks(written, scene, timeline, fps)) }
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
    let clear = render::Clear {
        captions: scene.captions.map(|captions| captions.position),
        lower: scene.lower.is_some(),
    };
    render::Marks { marks: marks.marks.iter().enumerate().map(mark).collect(), dim: marks.dim, clear }
}
