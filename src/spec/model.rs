//! The checked film: every default filled in, every file found inside the project, every value of its final type.
//! Knows nothing of YAML, nor of how any of it is made.

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
    /// A name in the lower third of the picture.
    pub lower: Option<Lower>,
    /// Which of how many chapters this is, both from 1, where that is to be seen.
    pub counter: Option<(u32, u32)>,
    /// A small picture or video in a corner.
    pub inset: Option<Inset>,
    /// How the parts of its card come in, where the look's way is not meant.
    pub enter: Option<Entrance>,
    /// How they go.
    pub leave: Option<Entrance>,
    /// What else lies over what it shows.
    pub over: Over,
}

impl Scene {
    fn source_files(&self) -> impl Iterator<Item = &SourceFile> {
        let shown: Vec<&SourceFile> = match &self.show {
            Show::Image { file, .. } | Show::Video { file, .. } | Show::Logo { file, .. } => vec![file],
            Show::Table { file, .. } => file.iter().collect(),
            Show::Code(code) => code.file.iter().collect(),
            Show::Chart(chart) => chart.file.iter().collect(),
            Show::Pictures { pictures, .. } => pictures.iter().map(|picture| &picture.file).collect(),
            Show::Split { media, .. } => vec![media.file()],
            Show::Screens { screens, .. } => screens.iter().map(|screen| &screen.clip.file).collect(),
            _ => Vec::new(),
        };
        let heard = match &self.speech {
            Speech::Recorded { file, .. } => Some(file),
            _ => None,
        };
        shown.into_iter().chain(heard).chain(self.inset.as_ref().map(|inset| inset.media.file()))
    }

    /// Every video that is seen, in the order in which they are numbered: those of `show`, then the inset's.
    pub fn footage(&self) -> Vec<Footage> {
        let inset = self.inset.as_ref().and_then(|inset| inset.media.footage()).cloned();
        self.shown_footage().into_iter().chain(inset).collect()
    }

    /// The videos of `show` alone.
    pub fn shown_footage(&self) -> Vec<Footage> {
        match &self.show {
            Show::Video { file, from, to, mute, .. } => {
                vec![Footage { file: file.clone(), from: *from, to: *to, mute: *mute }]
            }
            Show::Split { media, .. } => media.footage().into_iter().cloned().collect(),
            Show::Screens { screens, .. } => screens.iter().map(|screen| screen.clip.clone()).collect(),
            _ => Vec::new(),
        }
    }
}

/// A part of a video.
#[derive(Clone, Debug, PartialEq)]
pub struct Footage {
    /// The video.
    pub file: SourceFile,
    /// Where it starts, in seconds.
    pub from: f64,
    /// Where it ends, in seconds; `None`: its end.
    pub to: Option<f64>,
    /// Leave its sound out.
    pub mute: bool,
}

/// A picture or a video that takes up a part of the frame.
#[derive(Clone, Debug, PartialEq)]
pub enum Media {
    /// A still picture.
    Image {
        /// The picture.
        file: SourceFile,
        /// What matters most in it.
        focus: Focus,
    },
    /// A moving picture.
    Video(Footage),
}

impl Media {
    /// The picture or the video.
    pub fn file(&self) -> &SourceFile {
        match self {
            Self::Image { file, .. } | Self::Video(Footage { file, .. }) => file,
        }
    }

    /// The video, if it is one.
    pub fn footage(&self) -> Option<&Footage> {
        match self {
            Self::Image { .. } => None,
            Self::Video(footage) => Some(footage),
        }
    }
}

/// A small picture or video in a corner, over whatever a scene shows.
#[derive(Clone, Debug, PartialEq)]
pub struct Inset {
    /// What it shows.
    pub media: Media,
    /// Which corner.
    pub corner: Corner,
    /// Its width as a share of the frame's; of a circle, that of a picture as high as it. `None`: what suits the frame.
    pub size: Option<f64>,
    /// Its outline.
    pub shape: InsetShape,
}

/// The outline of an inset.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum InsetShape {
    /// A rectangle with round corners.
    Rounded,
    /// A circle.
    Circle,
}

/// The side on which something stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// On the left; in a vertical frame above.
    Left,
    /// On the right; in a vertical frame below.
    Right,
}

/// One of several pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct Pictured {
    /// The picture.
    pub file: SourceFile,
    /// The line below it.
    pub caption: Option<String>,
    /// What matters most in it.
    pub focus: Focus,
}

/// One of two videos.
#[derive(Clone, Debug, PartialEq)]
pub struct Screen {
    /// What of it is seen and heard.
    pub clip: Footage,
    /// The line at it.
    pub label: Option<String>,
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
        /// What matters most in it.
        focus: Focus,
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
    /// A backdrop in the look's colours.
    Backdrop(Backdrop),
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
    /// What somebody said.
    Quote {
        /// Their words, without quotation marks around them.
        text: String,
        /// Who said it.
        by: Option<String>,
    },
    /// A sentence whose words come in as they are spoken.
    Statement {
        /// Its words, in order.
        words: Vec<Stated>,
    },
    /// A table.
    Table {
        /// Stands above the table.
        heading: Option<String>,
        /// The columns' names; may be empty texts.
        head: Vec<String>,
        /// As many cells each as the head has.
        rows: Vec<Vec<String>>,
        /// When each row comes.
        build: Build,
        /// The CSV file that all of it was read from.
        file: Option<SourceFile>,
    },
    /// The film's end, with room for the player's own elements.
    End {
        /// The large line.
        title: String,
        /// Below it.
        lines: Vec<String>,
        /// What a QR code in place of a video says.
        qr: Option<String>,
    },
    /// A QR code.
    Qr {
        /// What it says.
        text: String,
        /// The large line.
        title: Option<String>,
        /// A line of less weight.
        caption: Option<String>,
    },
    /// A logo, large.
    Logo {
        /// The picture; alpha is kept.
        file: SourceFile,
        /// The large line below.
        title: Option<String>,
        /// The line below that.
        subtitle: Option<String>,
    },
    /// A listing.
    Code(Code),
    /// A chart.
    Chart(Chart),
    /// Several pictures.
    Pictures {
        /// Stands above them.
        heading: Option<String>,
        /// 2 to 9.
        pictures: Vec<Pictured>,
        /// How each fills its place.
        fit: Fit,
        /// When each comes.
        build: Build,
    },
    /// A picture or a video beside text.
    Split {
        /// The picture or the video.
        media: Media,
        /// Where that stands.
        side: Side,
        /// How it fills its half.
        fit: Fit,
        /// The large line.
        title: Option<String>,
        /// What stands below it, as running text.
        text: Option<String>,
        /// Or as a list.
        items: Vec<String>,
        /// When items come.
        build: Build,
    },
    /// Two videos side by side.
    Screens {
        /// Stands above them.
        heading: Option<String>,
        /// Two.
        screens: Vec<Screen>,
        /// How each fills its place.
        fit: Fit,
    },
}

/// A word of a statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// As written, punctuation and all, without stars.
    pub text: String,
    /// It stood between stars.
    pub lit: bool,
    /// There is no space between it and the word before.
    pub joined: bool,
}

/// A name in the lower third of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lower {
    /// The name.
    pub name: String,
    /// The line below it.
    pub role: Option<String>,
}

/// When a list's items come, or other parts of what is shown.
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
    /// Letter by letter: only code.
    Typed,
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

/// A point of a picture: what is kept in the frame, and where zooms go.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Focus {
    /// Share of the picture's width, 0 = left edge.
    pub x: f64,
    /// Share of the picture's height, 0 = upper edge.
    pub y: f64,
}

impl Focus {
    /// The middle.
    pub const CENTRE: Self = Self { x: 0.5, y: 0.5 };
}

/// How a scene comes in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// Its kind.
    pub kind: TransitionKind,
    /// How its pace changes on its way.
    pub easing: Easing,
    /// How long both scenes share the screen, in seconds; 0 for a cut.
    pub length: f64,
}
