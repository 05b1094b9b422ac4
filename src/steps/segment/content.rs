//! What a segment or a still draws: frames of one scene, or of a transition between two. All of it is part of a step's key.

use serde::{Deserialize, Serialize};

use crate::render::View;
use crate::spec::model::{Easing, FileFormat, TransitionKind};

/// What a segment draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FrameContent {
    /// The frames of one scene.
    Scene(Box<SceneFrames>),
    /// The transition from one scene to another.
    Transition {
        /// The kind of transition.
        kind: TransitionKind,
        /// How its pace changes on the way.
        easing: Easing,
        /// The scene that goes.
        from: Box<SceneFrames>,
        /// The scene that comes.
        to: Box<SceneFrames>,
    },
}

/// Frames of one scene, from [`first`](Self::first) on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SceneFrames {
    /// What the scene looks like.
    pub view: View,
    /// The first frame, counted from the scene's start.
    pub first: u64,
    /// The parts of videos that it shows: one for each of the view's reels, in their order.
    pub clips: Vec<VideoClip>,
}

/// A part of a video. Beyond its end its last frame is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoClip {
    /// The container of the video, known from its first bytes.
    pub format: FileFormat,
    /// Where the scene's frame 0 lies in it, in seconds.
    pub from: f64,
    /// Where it ends, in seconds.
    pub to: f64,
}
