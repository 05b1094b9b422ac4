//! The checked film: every default filled in, every file found inside the project, every value of its final type.
//! Knows nothing of YAML, nor of how any of it is made.

use std::collections::BTreeMap;
use std::path::PathBuf;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub use super::sniff::Format;
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
    /// A picture that stays in a corner.
    pub logo: Option<Logo>,
    /// What follows what.
    pub scenes: Vec<Scene>,
}

impl Spec {
    /// Every file of the project that the film is made of.
    pub fn source_files(&self) -> impl Iterator<Item = &SourceFile> {
        let film = self.music.iter().map(|music| &music.file).chain(self.logo.iter().map(|logo| &logo.file));
        film.chain(self.scenes.iter().flat_map(Scene::source_files))
    }
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
}

/// One scene, all defaults merged in.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// Unique; `scene-3` where the spec gives none.
    pub id: String,
    /// Where the scene stands in the spec.
    pub place: Place,
    /// A chapter starts here.
    pub title: Option<String>,
    /// Who speaks.
    pub voice: Voice,
    /// What is said, or a recording of it, or nothing.
    pub speech: Speech,
    /// What is seen.
    pub show: Show,
    /// How it comes in from the scene before; ignored on the first.
    pub transition: Transition,
    /// Captions, unless they are off.
    pub captions: Option<Captions>,
    /// The shortest it may be, in seconds; `None`: as long as its speech (or its video, or 4 s).
    pub length: Option<f64>,
    /// Silence before speech, in seconds; at least the transition's length.
    pub lead: f64,
    /// Silence after speech, in seconds.
    pub tail: f64,
}

impl Scene {
    fn source_files(&self) -> impl Iterator<Item = &SourceFile> {
        let shown = match &self.show {
            Show::Image { file, .. } | Show::Video { file, .. } => Some(file),
            _ => None,
        };
        let heard = match &self.speech {
            Speech::Recorded { file, .. } => Some(file),
            _ => None,
        };
        shown.into_iter().chain(heard)
    }
}

/// Where a scene's words come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Speech {
    /// Nothing is said.
    Silent,
    /// An engine speaks these, one after the other.
    Spoken(Vec<Utterance>),
    /// A recording, and the script that it follows (may be empty).
    Recorded {
        /// The recording.
        file: SourceFile,
        /// Its words, for captions and subtitles.
        script: Vec<Utterance>,
    },
}

/// One item of `say`.
#[derive(Clone, Debug, PartialEq)]
pub enum Utterance {
    /// One or more sentences.
    Text {
        /// Variables filled in, white space folded.
        text: String,
        /// Where it stands.
        place: Place,
    },
    /// Silence, in seconds.
    Pause(f64),
}

/// What is seen.
#[derive(Clone, Debug, PartialEq)]
pub enum Show {
    /// A still picture.
    Image {
        /// The picture.
        file: SourceFile,
        /// How it fills the frame.
        fit: Fit,
        /// How the camera moves over it.
        motion: Motion,
    },
    /// A moving picture.
    Video {
        /// The video.
        file: SourceFile,
        /// How it fills the frame.
        fit: Fit,
        /// Where it starts, in seconds.
        from: f64,
        /// Where it ends, in seconds; `None`: its end.
        to: Option<f64>,
        /// Leave its sound out.
        mute: bool,
    },
    /// One colour.
    Colour(Colour),
    /// Two colours or more, along a line.
    Gradient {
        /// At least two, evenly spaced.
        colours: Vec<Colour>,
        /// Degrees; 0 = left to right, 90 = top to bottom.
        angle: f64,
    },
    /// A title card.
    Title {
        /// The large line.
        title: String,
        /// The line below.
        subtitle: Option<String>,
    },
    /// A list.
    List {
        /// Stands above the items.
        heading: Option<String>,
        /// What is listed.
        items: Vec<String>,
        /// When each item comes.
        build: Build,
    },
}

/// When a list's items come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Build {
    /// Item *i* with sentence *i*.
    Sentence,
    /// Item *i* with text *i* of what is said; texts that are more come before the first item.
    Say,
    /// Evenly over the scene's speech.
    Even,
    /// All at once.
    All,
}

/// How a picture fills the frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Fit {
    /// Fills it; what is over is cut.
    Cover,
    /// All of it is seen, on the look's background.
    Contain,
    /// All of it is seen, on a blurred copy of itself.
    ContainBlur,
}

/// How the camera moves over a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Motion {
    /// Stands still.
    Hold,
    /// Comes nearer.
    ZoomIn,
    /// Goes back.
    ZoomOut,
    /// The view wanders to the left.
    PanLeft,
    /// The view wanders to the right.
    PanRight,
    /// The view wanders up.
    PanUp,
    /// The view wanders down.
    PanDown,
}

/// How a scene comes in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// Its kind.
    pub kind: TransitionKind,
    /// How long both scenes share the screen, in seconds; 0 for a cut.
    pub length: f64,
}

/// A transition's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransitionKind {
    /// At once.
    Cut,
    /// One dissolves into the other.
    Crossfade,
    /// Out to a colour, in from it.
    Fade {
        /// The colour between.
        through: Colour,
    },
    /// The new scene slides over the old one.
    Slide {
        /// Where it moves to.
        towards: Direction,
    },
    /// An edge uncovers the new scene.
    Wipe {
        /// Where the edge moves to.
        towards: Direction,
    },
}

/// A direction on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}
