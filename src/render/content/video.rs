//! A video that fills the frame.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::spec::model::{ImageFit, Look};
use crate::spec::shows::VideoShow;
use crate::units::Size;

/// A video; its frames are passed one by one in the size that [`fit_video`](crate::render::fit_video) gives.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct VideoContent {
    /// How it fills the frame.
    pub fit: ImageFit,
    /// Its display size (rotation and pixel aspect ratio applied).
    pub source: Size,
}

impl ContentDeclaration for VideoContent {
    type Shown = VideoShow;

    fn from_show(shown: &VideoShow, timing: &dyn SceneTiming) -> Self {
        VideoContent { fit: shown.fit, source: timing.video_size(0) }
    }

    fn words() -> &'static [PartWord] {
        const { &[PartWord::name("fit", "`show.fit`"), PartWord::name("source", "the video's size")] }
    }

    #[cfg(test)]
    fn sample() -> Self {
        VideoContent { fit: ImageFit::Contain, source: Size::new(320, 180) }
    }

    fn look_in_use(&self, look: &Look) -> Look {
        Look { background: look.background, ..Look::PLAIN }
    }
}
