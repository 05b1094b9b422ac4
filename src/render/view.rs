//! The view of a scene: everything that shapes its frames, with all times in frames of the scene. It does not depend on
//! files, other scenes or the scene's position in the film, because it is part of the keys of cached steps.

use serde::{Deserialize, Serialize};

use crate::render::chart::ChartData;
use crate::render::code::CodeListing;
use crate::render::over::SceneOverlays;
use crate::render::pane::InsetPane;
use crate::spec::model::{
    Backdrop, CameraMotion, CaptionPosition, CaptionStyle, CardStyle, Corner, FocusPoint, ImageFit, Look, SplitSide,
};
use crate::units::{Colour, Fps, Size};

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

/// The content that fills the frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SceneContent {
    /// A still picture; it comes with [`ViewAssets::picture`](crate::render::ViewAssets).
    Picture {
        /// How it fills the frame.
        fit: ImageFit,
        /// Movement of the camera over it.
        motion: CameraMotion,
        /// The point that cropping keeps and that zooms go to.
        focus: FocusPoint,
    },
    /// A video; its frames are passed one by one in the size that [`fit_video`](crate::render::fit_video) gives.
    Video {
        /// How it fills the frame.
        fit: ImageFit,
        /// Its display size (rotation and pixel aspect ratio applied).
        source: Size,
    },
    /// A single colour in the whole frame.
    Colour(Colour),
    /// Colours along a straight line.
    Gradient {
        /// Evenly spaced colours; a single one fills the frame, none is black.
        colours: Vec<Colour>,
        /// Degrees; 0 = left to right, 90 = top to bottom.
        angle: f64,
    },
    /// A backdrop in the look's colours.
    Backdrop(Backdrop),
    /// A card with a title.
    Title {
        /// The large line of text.
        title: String,
        /// The smaller line below it.
        subtitle: Option<String>,
    },
    /// A list of items.
    List {
        /// The line above the items.
        heading: Option<String>,
        /// The items, in order.
        items: Vec<ListItem>,
    },
    /// A quotation with its author.
    Quote {
        /// The quoted text, without quotation marks.
        text: String,
        /// Attribution below the quote.
        by: Option<String>,
    },
    /// A sentence that comes in word by word.
    Statement {
        /// Its words, in reading order.
        words: Vec<StatementWord>,
    },
    /// A table of texts.
    Table {
        /// The label above the video.
        heading: Option<String>,
        /// The columns' names; may be empty.
        head: Vec<String>,
        /// The rows below the head.
        rows: Vec<TableRow>,
    },
    /// The end card of the film, with space for the end-screen elements of a video platform.
    End {
        /// The large line of text.
        title: String,
        /// Smaller lines below it.
        lines: Vec<String>,
        /// Content of a QR code that replaces the space for a video.
        qr: Option<String>,
    },
    /// A card with a QR code.
    Qr {
        /// Content of the text.
        text: String,
        /// The large line of text.
        title: Option<String>,
        /// A smaller line below it.
        caption: Option<String>,
    },
    /// A card with a large logo; it comes with [`ViewAssets::card_logo`](crate::render::ViewAssets).
    Logo {
        /// The large line below.
        title: Option<String>,
        /// The line below that.
        subtitle: Option<String>,
    },
    /// A listing of source code.
    Code(CodeListing),
    /// A chart with its data.
    Chart(ChartData),
    /// Several pictures; they come with [`ViewAssets::panes`](crate::render::ViewAssets).
    Pictures {
        /// The line above the panes.
        heading: Option<String>,
        /// How each one fills its pane.
        fit: ImageFit,
        /// One per pane, in reading order.
        pictures: Vec<CaptionedPicture>,
        /// Position of the captions that the layout keeps clear of; `None` without captions.
        captions: Option<CaptionPosition>,
    },
    /// A picture or a video in one half, text in the other.
    Split {
        /// Picture or video of the one half.
        media: PaneMedia,
        /// The half that the picture or video fills.
        side: SplitSide,
        /// How it fills it.
        fit: ImageFit,
        /// The large line of text.
        title: Option<String>,
        /// A paragraph of text.
        text: Option<String>,
        /// A list of items.
        items: Vec<ListItem>,
        /// Position of the captions that the layout keeps clear of; `None` without captions.
        captions: Option<CaptionPosition>,
    },
    /// Several videos side by side.
    Screens {
        /// The line above the panes.
        heading: Option<String>,
        /// How each one fills its pane.
        fit: ImageFit,
        /// One per pane, in reading order.
        screens: Vec<LabelledVideo>,
        /// Position of the captions that the layout keeps clear of; `None` without captions.
        captions: Option<CaptionPosition>,
    },
}

/// A picture or a video in a part of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PaneMedia {
    /// A still picture, from an image file.
    Picture {
        /// The point of the picture that cropping keeps.
        focus: FocusPoint,
    },
    /// A video with its own frame size.
    Video {
        /// Display size of the video, in pixels.
        source: Size,
    },
}

/// One picture of a gallery.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CaptionedPicture {
    /// The smaller line below it.
    pub caption: Option<String>,
    /// The point of the picture that cropping keeps.
    pub focus: FocusPoint,
    /// First frame of the entrance.
    pub at: u32,
}

/// One of several videos side by side.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelledVideo {
    /// The label above the video.
    pub label: Option<String>,
    /// Display size of the video, in pixels.
    pub source: Size,
}

/// One word of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StatementWord {
    /// The word as written, with its punctuation.
    pub text: String,
    /// Whether it has the accent colour.
    #[serde(rename = "lit")]
    pub accented: bool,
    /// First frame of the entrance.
    pub at: u32,
    /// Whether it follows the previous word without a space.
    pub joined: bool,
}

/// One row of a table, below its head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TableRow {
    /// One text per column; may be empty.
    pub cells: Vec<String>,
    /// First frame of the entrance.
    pub at: u32,
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

/// One item of a list card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ListItem {
    /// Content of the text.
    pub text: String,
    /// First frame of the entrance.
    pub at: u32,
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
}

impl SceneContent {
    /// Whether it is laid out between the frame's top and the captions.
    pub(crate) fn is_card(&self) -> bool {
        self.kind().is_card()
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
