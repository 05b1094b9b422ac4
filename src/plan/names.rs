//! The names of a plan's steps.

use crate::spec::model::Scene;
use crate::work::StepName;

fn in_scene(scene: &Scene, what: &str) -> StepName {
    StepName::new(format!("scene:{}/{what}", scene.id))
}

/// The step that speaks sentence `i` of a scene, or takes its recording.
pub fn speech(scene: &Scene, i: usize) -> StepName {
    in_scene(scene, &format!("speech/{}", i + 1))
}

/// The step that measures the levels of sentence `i` of a scene, or of its recording.
pub fn levels(scene: &Scene, i: usize) -> StepName {
    in_scene(scene, &format!("levels/{}", i + 1))
}

/// The step that finds out what is in video `i` of a scene.
pub fn probe(scene: &Scene, i: usize) -> StepName {
    in_scene(scene, &numbered("probe", i))
}

/// The step that decodes the sound of video `i` of a scene.
pub fn sound_of_video(scene: &Scene, i: usize) -> StepName {
    in_scene(scene, &numbered("sound", i))
}

/// A name with a number from 2 on; the first one has none.
fn numbered(what: &str, i: usize) -> String {
    if i == 0 { what.to_owned() } else { format!("{what}/{}", i + 1) }
}

/// The expansion that adds a scene's own segments.
pub fn timing(scene: &Scene) -> StepName {
    in_scene(scene, "timing")
}

/// The step that encodes a run of a scene's frames.
pub fn segment(scene: &Scene, which: &str) -> StepName {
    in_scene(scene, &format!("picture/{which}"))
}

/// The step that draws a small picture of a scene.
pub fn still(scene: &Scene) -> StepName {
    in_scene(scene, "still")
}

/// The step that encodes the transition into a scene.
pub fn transition(scene: &Scene) -> StepName {
    in_scene(scene, "transition")
}

/// The expansion that adds the transition into a scene.
pub fn transition_timing(scene: &Scene) -> StepName {
    in_scene(scene, "transition/timing")
}

/// A picture of a scene; if it is no file, also the step that makes it. `role` is the picture's role among the inputs of frames.
pub fn picture(scene: &Scene, role: &str) -> StepName {
    in_scene(scene, &format!("image/{role}"))
}

/// A picture that belongs to no scene; if it is no file, also the step that makes it.
pub fn film_picture(role: &str) -> StepName {
    film(&format!("image/{role}"))
}

/// The step that looks at a picture that another step makes.
pub fn picture_probe(picture: &StepName) -> StepName {
    StepName::new(format!("{picture}/probe"))
}

/// The expansion that refuses what is no picture.
pub fn picture_check(picture: &StepName) -> StepName {
    StepName::new(format!("{picture}/check"))
}

/// The step that decodes the music.
pub fn music() -> StepName {
    StepName::new("music")
}

/// The expansion that adds all steps that need every scene.
pub fn film_timing() -> StepName {
    StepName::new("film/timing")
}

/// A step that is made for the whole film.
pub fn film(what: &str) -> StepName {
    StepName::new(format!("film/{what}"))
}
