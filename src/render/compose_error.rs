//! The reasons why a view cannot be drawn.

use crate::units::Size;

/// The longest side of a frame, in pixels.
pub(super) const MAX_FRAME_SIDE: u32 = 16_384;

/// Why a view cannot be drawn.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    /// A side is zero, odd or too long.
    #[error("frames of {0} pixels cannot be drawn: sides are even, from 2 to {MAX_FRAME_SIDE}")]
    Size(Size),
    /// The view shows a picture, but none was given, or one that was prepared for another shot.
    #[error("the picture of this view is missing, or was prepared for another one")]
    Picture,
    /// The view is a card with a logo, but none was given, or one for another size.
    #[error("the logo of this card is missing, or was prepared for another one")]
    CardLogo,
    /// The view shows a waveform, and levels are missing for some of its pieces.
    #[error("the levels of this view's voice are missing")]
    Levels,
    /// The view has a corner logo, but none was given, or one for another frame size.
    #[error("the logo of this view is missing, or was prepared for another frame size")]
    Logo,
    /// A pane lies outside the frame, its picture was not given, or it was prepared for another placement.
    #[error("the picture `{role}` of this view is missing, or was prepared for another place")]
    Pane {
        /// The role of the missing input.
        role: String,
    },
    /// The size of a video frame is not the one that [`fit_video`](crate::render::fit_video) gives.
    #[error("a frame of video is {got} pixels where {want} were asked for")]
    Video {
        /// Size of the frame, in pixels.
        got: Size,
        /// The crop of [`fit_video`](crate::render::fit_video), in pixels.
        want: Size,
    },
}
