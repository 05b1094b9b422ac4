//! A still picture that fills the frame, under a camera that may move.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::spec::model::{CameraMotion, FocusPoint, ImageFit, Look};
use crate::spec::shows::ImageShow;

/// A still picture; it comes with [`ViewAssets::picture`](crate::render::ViewAssets), and
/// [`View::shot`](crate::render::View) says how it is prepared.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureContent {
    /// How it fills the frame.
    pub fit: ImageFit,
    /// Movement of the camera over it.
    pub motion: CameraMotion,
    /// The point that cropping keeps and that zooms go to.
    pub focus: FocusPoint,
}

impl ContentDeclaration for PictureContent {
    type Shown = ImageShow;

    fn from_show(shown: &ImageShow, _timing: &dyn SceneTiming) -> Self {
        PictureContent { fit: shown.fit, motion: shown.motion, focus: shown.focus }
    }

    fn words() -> &'static [PartWord] {
        const {
            &[
                PartWord::name("motion", "`show.motion`"),
                PartWord::name("fit", "`show.fit`"),
                PartWord::name("focus", "`show.focus`"),
            ]
        }
    }

    #[cfg(test)]
    fn sample() -> Self {
        PictureContent { fit: ImageFit::Cover, motion: CameraMotion::ZoomIn, focus: FocusPoint::CENTRE }
    }

    fn look_in_use(&self, look: &Look) -> Look {
        Look { background: look.background, ..Look::PLAIN }
    }

    fn depends_on_length(&self) -> bool {
        self.motion != CameraMotion::Hold
    }
}
