//! The show `image`: a picture that fills the frame, under a camera that may move.

use serde::{Deserialize, Serialize};

use super::base::{ShowBase, resolve_focus};
use super::declaration::ShowDeclaration;
use crate::spec::language::show as written;
use crate::spec::model::media::DrawnMedia;
use crate::spec::model::picture::PictureSource;
use crate::spec::model::placement::{FocusPoint, ImageFit};
use crate::spec::resolve::resolver::Resolver;
use crate::spec::scalar::MotionName;

/// A picture that fills the frame.
#[derive(Clone, Debug, PartialEq)]
pub struct ImageShow {
    /// Where the picture comes from.
    pub picture: PictureSource,
    /// How it fills the frame.
    pub fit: ImageFit,
    /// How the camera moves over it.
    pub motion: CameraMotion,
    /// What matters most in it.
    pub focus: FocusPoint,
}

/// How the camera moves over a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CameraMotion {
    /// The camera stands still.
    Hold,
    /// The camera moves nearer.
    ZoomIn,
    /// The camera moves back.
    ZoomOut,
    /// The camera pans to the left.
    PanLeft,
    /// The camera pans to the right.
    PanRight,
    /// The camera pans up.
    PanUp,
    /// The camera pans down.
    PanDown,
}

impl ShowDeclaration for ImageShow {
    const NAME: &'static str = "image";
    const IS_CARD: bool = false;
    const FIELDS: &'static [&'static str] = &["motion", "focus", "fit", "marks", "dim"];
    /// `build` says when marks come, if there are any.
    const CONDITIONAL_FIELDS: &'static [&'static str] = &["build"];

    fn resolve(show: &written::Show, base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let picture = resolver.picture(show.image.as_ref()?)?;
        let motion = camera_motion(show.motion.as_ref().map_or(base.motion, |at| at.value), picture.name());
        let focus = show.focus.as_ref().map_or(FocusPoint::CENTRE, |at| resolve_focus(at, resolver));
        Some(ImageShow { picture, fit: base.fit_of(show), motion, focus })
    }

    fn drawn_media(&self) -> Vec<(String, DrawnMedia<'_>)> {
        vec![("picture".to_owned(), DrawnMedia::Picture(&self.picture))]
    }
}

/// The camera's motion. `auto` depends on the picture's name and not on the scene's position, so that reordering scenes changes no frame.
fn camera_motion(name: MotionName, picture: &str) -> CameraMotion {
    const MOVES: [CameraMotion; 4] =
        [CameraMotion::ZoomIn, CameraMotion::PanRight, CameraMotion::ZoomOut, CameraMotion::PanLeft];
    match name {
        MotionName::Auto => MOVES[usize::from(blake3::hash(picture.as_bytes()).as_bytes()[0]) % MOVES.len()],
        MotionName::Hold => CameraMotion::Hold,
        MotionName::ZoomIn => CameraMotion::ZoomIn,
        MotionName::ZoomOut => CameraMotion::ZoomOut,
        MotionName::PanLeft => CameraMotion::PanLeft,
        MotionName::PanRight => CameraMotion::PanRight,
        MotionName::PanUp => CameraMotion::PanUp,
        MotionName::PanDown => CameraMotion::PanDown,
    }
}
