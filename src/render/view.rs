//! The view of a scene: everything that shapes its frames, with all times in frames of the scene. It does not depend on
//! files, other scenes or the scene's position in the film, because it is part of the keys of cached steps.

use serde::{Deserialize, Serialize};

use crate::render::card_context::CardContext;
use crate::render::content::SceneContent;
use crate::render::over::overlays::SceneOverlays;
use crate::render::pane::inset::InsetPane;
use crate::spec::model::{Backdrop, CaptionPosition, CaptionStyle, CardStyle, Entrance, Look, TemplateLayer};
use crate::units::{Colour, Fps, Size};

pub use crate::render::card_context::{ChapterCounter, LogoPlacement, LowerThird};

const BLACK: Colour = Colour::rgb(0, 0, 0);

/// Everything that is visible in one scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Frame size; both sides even.
    pub size: Size,
    /// Frame rate of the film.
    pub fps: Fps,
    /// The scene's length in frames; 0 in a clipped view whose frames do not depend on it.
    pub frames: u32,
    /// The content that fills the frame.
    #[serde(rename = "show")]
    pub content: SceneContent,
    /// The logo in a corner; its picture comes with [`ViewAssets::logo`](crate::render::ViewAssets).
    pub logo: Option<LogoPlacement>,
    /// Captions, drawn over everything else.
    pub captions: Option<CaptionTrack>,
    /// Colours, fonts and template layers; clipping resets what the view does not use.
    pub look: Look,
    /// A name in the lower third of the frame.
    #[serde(rename = "lower")]
    pub lower_third: Option<LowerThird>,
    /// Number of the chapter, in a corner.
    pub counter: Option<ChapterCounter>,
    /// A small picture or video in a corner.
    pub inset: Option<InsetPane>,
    /// The first frame of the exit of card parts and template layers, if the look has exits. 0 in a clipped view: they are
    /// gone in all of its frames. `u32::MAX`: they stay.
    #[serde(rename = "leaves")]
    pub exit_at: u32,
    /// Marks, waveform and progress bar over the content.
    #[serde(rename = "over")]
    pub overlays: SceneOverlays,
}

/// The captions of a scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptionTrack {
    /// Style of the captions, with its animation.
    pub style: CaptionStyle,
    /// Vertical position in the frame.
    pub position: CaptionPosition,
    /// Pages in order; they do not overlap in time.
    pub pages: Vec<CaptionPage>,
}

/// Words that are on the screen together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptionPage {
    /// First frame of the page.
    pub from: u32,
    /// One past the last frame of the page.
    pub to: u32,
    /// One or two lines of words.
    pub lines: Vec<Vec<CaptionWord>>,
}

/// A word of the script, with its spelling and punctuation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaptionWord {
    /// The word as in the script, without white space at its ends.
    pub text: String,
    /// The frame in which it is first heard.
    pub from: u32,
    /// One past the last frame in which it is heard.
    pub to: u32,
    /// Whether it follows the previous word without a space.
    pub joined: bool,
}

impl View {
    /// A view of `content` without overlays.
    pub fn new(size: Size, fps: Fps, frames: u32, content: SceneContent, look: Look) -> Self {
        Self {
            size,
            fps,
            frames,
            content,
            logo: None,
            captions: None,
            look,
            lower_third: None,
            counter: None,
            inset: None,
            exit_at: u32::MAX,
            overlays: SceneOverlays::default(),
        }
    }

    /// The first frame of the exit; `None` if nothing leaves.
    pub(crate) fn exit_start(&self) -> Option<u32> {
        let parts = self.content.is_card() && self.look.card.leave != Entrance::None;
        let goes = parts || self.template_layers().any(|layer| layer.leave != Entrance::None);
        (goes && self.exit_at != u32::MAX).then_some(self.exit_at)
    }

    /// The look's template layers that this view has.
    pub(crate) fn template_layers(&self) -> impl Iterator<Item = &TemplateLayer> {
        let kind = self.content.kind();
        // A clipped view holds only its own layers, with `on` empty.
        self.look.layers.iter().filter(move |layer| layer.on.is_empty() || layer.on.contains(&kind))
    }

    /// What the layout of its card depends on, besides the content of the card.
    pub(crate) fn card_context(&self) -> CardContext<'_> {
        CardContext {
            size: self.size,
            fps: self.fps,
            look: &self.look,
            logo: self.logo,
            lower_third: self.lower_third.as_ref().filter(|_| self.content.is_card()),
            exit_start: self.exit_start(),
        }
    }
}

impl Look {
    /// A look without fonts, layers and colours: all of them are black.
    pub const PLAIN: Look = Look {
        background: BLACK,
        background_end: BLACK,
        text: BLACK,
        muted: BLACK,
        accent: BLACK,
        caption: BLACK,
        caption_back: BLACK,
        heading_font: String::new(),
        body_font: String::new(),
        backdrop: Backdrop::PLAIN,
        card: CardStyle::PLAIN,
        area: None,
        layers: Vec::new(),
    };
}
