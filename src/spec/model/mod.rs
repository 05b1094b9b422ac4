//! The checked film: every default filled in, every file found inside the project, every value of its final type.
//! Knows nothing of YAML, nor of how any of it is made.

mod scene;
mod show;

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::decor::{Decoration, Drawn, FontName, ShapeName, Showing, Stand};
pub use super::exhibit::{Chart, ChartKind, Code, Lines, Series};
pub use super::look::{Align, Backdrop, BackdropKind, Bullets, Card, Case, Entrance, Panel, Rule};
pub use super::over::{
    ArrowSide, Edge, Mark, MarkShape, Marks, Over, Progress, ProgressUnit, WavePlace, WaveStyle, Waveform,
};
pub use super::sniff::Format;
pub use super::transitions::{Axis, Depth, Direction, Easing, TransitionKind, Turn};
pub use scene::{Lower, Scene, Speech, Transition, Utterance};
pub use show::{Build, Fit, Focus, Footage, Inset, InsetShape, Media, Motion, Pictured, Screen, Show, Side, Stated};

use crate::diag::Place;
use crate::units::{Colour, Fps, Size};

/// A whole film.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The spec's file stem; names the outputs.
    pub name: String,
    /// The project's folder; no input lies outside it.
    pub root: PathBuf,
    /// The film's title, for players and descriptions.
    pub title: String,
    /// What comes out.
    pub output: Output,
    /// How words are spoken that the voice would not know; checked.
    pub pronounce: BTreeMap<String, String>,
    /// Music under the whole film.
    pub music: Option<Music>,
    /// Subtitle files to write beside the film.
    pub subtitles: Vec<SubtitleFormat>,
    /// Colours and fonts.
    pub look: Look,
    /// The project's own templates that the look comes from.
    pub templates: Vec<SourceFile>,
    /// A picture that stays in a corner.
    pub logo: Option<Logo>,
    /// The picture that stands for the film.
    pub thumbnail: Thumbnail,
    /// What follows what.
    pub scenes: Vec<Scene>,
}

impl Spec {
    /// Every file of the project that the film is made of.
    pub fn source_files(&self) -> impl Iterator<Item = &SourceFile> {
        let film = self.music.iter().map(|music| &music.file).chain(self.logo.iter().map(|logo| &logo.file));
        let poster = match &self.thumbnail.source {
            Poster::Image(file) => Some(file),
            Poster::First | Poster::Scene { .. } => None,
        };
        film.chain(poster).chain(&self.templates).chain(self.scenes.iter().flat_map(Scene::source_files))
    }
}

/// The picture that stands for the film.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thumbnail {
    /// Where it comes from.
    pub source: Poster,
    /// What is written over it.
    pub headline: Option<String>,
}

/// Where a thumbnail comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Poster {
    /// The first scene that is no video, at two thirds.
    #[default]
    First,
    /// A picture of its own.
    Image(SourceFile),
    /// A scene, at a share of its length.
    Scene {
        /// Which.
        id: String,
        /// 0 to 1.
        at: f64,
    },
}

/// The film file.
#[derive(Clone, Debug, PartialEq)]
pub struct Output {
    /// Absolute path inside the project.
    pub file: PathBuf,
    /// Frame size.
    pub size: Size,
    /// Frame rate.
    pub fps: Fps,
    /// How much work goes into each frame.
    pub quality: Quality,
}

/// Encoder effort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Quality {
    /// Quick and rough, to look at.
    Draft,
    /// Good for upload.
    Standard,
    /// Slow and finer.
    High,
}

/// A file of the project, with the place that names it.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceFile {
    /// Absolute, symlinks resolved, inside the project.
    pub path: PathBuf,
    /// As the spec wrote it; for messages.
    pub written: String,
    /// Where the spec names it.
    pub place: Place,
    /// What it is, by its first bytes.
    pub format: Format,
}

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Voice {
    /// Which engine speaks.
    pub engine: Engine,
    /// The engine's own name for the voice (neural: `heart`; espeak-ng: `en-us`, `de`, `en-gb+f3`).
    pub name: String,
    /// 1.0 = the voice's own pace; 0.5–2.0.
    pub speed: f64,
}

/// A speech engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Engine {
    /// The voices that are in the program: a neural network, in process.
    Neural,
    /// espeak-ng, as a process.
    Espeak,
}

/// Background music.
#[derive(Clone, Debug, PartialEq)]
pub struct Music {
    /// The piece; looped when it is shorter than the film.
    pub file: SourceFile,
    /// Loudness where nobody speaks, in LUFS (about −20).
    pub level: f64,
    /// How far it goes down under speech, in dB (≥ 0).
    pub duck: f64,
    /// Fade at the film's start and end, in seconds.
    pub fade: f64,
}

/// A subtitle file's format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum SubtitleFormat {
    /// SubRip.
    Srt,
    /// WebVTT.
    Vtt,
}

/// Captions drawn into the picture.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Captions {
    /// How they look and move.
    pub style: CaptionStyle,
    /// Where they stand.
    pub position: CaptionPosition,
}

/// How captions are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CaptionStyle {
    /// A line or two; the spoken word lights up.
    Karaoke,
    /// One large word at a time.
    Word,
    /// A line or two, outlined.
    Line,
    /// A line or two on a box.
    Boxed,
    /// A line or two, outlined; a marker lies behind the spoken word.
    Highlight,
    /// A line or two, outlined; the spoken word grows a little and lights up.
    Pop,
    /// A line or two, outlined; words appear as they are spoken.
    Reveal,
    /// A line or two, outlined; a line runs under the spoken word.
    Underline,
    /// A line or two on a strip from side to side.
    Bar,
    /// A line or two with a soft shadow.
    Shadow,
}

impl CaptionStyle {
    /// Whether the spoken word is set off from the others.
    pub fn follows_speech(self) -> bool {
        matches!(self, Self::Karaoke | Self::Highlight | Self::Pop | Self::Reveal | Self::Underline)
    }

    /// Whether something in it has the accent colour.
    pub fn has_accent(self) -> bool {
        matches!(self, Self::Karaoke | Self::Highlight | Self::Pop | Self::Underline | Self::Bar)
    }

    /// Whether text stands on something, and so needs no outline.
    pub fn has_ground(self) -> bool {
        matches!(self, Self::Karaoke | Self::Boxed | Self::Bar)
    }
}

/// Where captions stand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum CaptionPosition {
    /// In the lower safe area.
    Bottom,
    /// In the middle.
    Middle,
    /// In the upper safe area.
    Top,
}

/// A picture in a corner, over every scene.
#[derive(Clone, Debug, PartialEq)]
pub struct Logo {
    /// The picture; alpha is kept.
    pub file: SourceFile,
    /// Which corner.
    pub corner: Corner,
    /// 0.0–1.0.
    pub opacity: f64,
    /// Its height as a share of the frame's height (0.02–0.5).
    pub height: f64,
}

/// A corner of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Corner {
    /// Upper left.
    TopLeft,
    /// Upper right.
    TopRight,
    /// Lower left.
    BottomLeft,
    /// Lower right.
    BottomRight,
}

/// A template's colours and fonts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Look {
    /// Behind cards, and where nothing else is.
    pub background: Colour,
    /// The gradient's other end behind cards.
    pub background_end: Colour,
    /// Body text.
    pub text: Colour,
    /// Text of less weight.
    pub muted: Colour,
    /// Bullets, rules, the spoken word.
    pub accent: Colour,
    /// Caption text.
    pub caption: Colour,
    /// Caption outline or box.
    pub caption_back: Colour,
    /// Family of headings, one of the bundled ones.
    pub heading_font: String,
    /// Family of all else.
    pub body_font: String,
    /// What lies behind cards.
    pub backdrop: Backdrop,
    /// How cards are set and come in.
    pub card: Card,
    /// Where the content of cards stands, in shares of the frame: left, top, width and height. `None`: between margins.
    pub area: Option<[f64; 4]>,
    /// What is drawn under and over what scenes show, in this order.
    pub layers: Vec<Decoration>,
}
