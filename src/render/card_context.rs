//! What the layout of a card depends on besides its own content, and what stands beside the content of any scene.

use serde::{Deserialize, Serialize};

use crate::spec::model::{Corner, Look};
use crate::units::{Fps, Size};

/// What the layout of a card depends on, besides the content of the card.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CardContext<'v> {
    /// Frame size; both sides even.
    pub size: Size,
    /// Frame rate of the film.
    pub fps: Fps,
    /// Colours, fonts and the style of cards.
    pub look: &'v Look,
    /// The logo in a corner.
    pub logo: Option<LogoPlacement>,
    /// The name that the card leaves space for.
    pub lower_third: Option<&'v LowerThird>,
    /// The first frame of the exit; `None` if the card stays.
    pub exit_start: Option<u32>,
}

/// A name in the lower third of the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LowerThird {
    /// The name of the person or thing.
    pub name: String,
    /// The smaller line below it.
    pub role: Option<String>,
    /// First frame of the entrance.
    pub from: u32,
    /// First frame of the exit.
    pub to: u32,
    /// Whether it stands above captions at the bottom.
    pub raised: bool,
}

/// The chapter of a scene, and the number of chapters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChapterCounter {
    /// Number of the chapter, counted from 1.
    pub chapter: u32,
    /// Number of chapters in the film.
    pub of: u32,
}

/// Placement of the logo in a corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LogoPlacement {
    /// The corner of the frame.
    pub corner: Corner,
    /// Opacity, 0.0 to 1.0.
    pub opacity: f64,
    /// Its height as a share of the frame's.
    pub height: f64,
}
