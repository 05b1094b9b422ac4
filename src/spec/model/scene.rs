//! One scene of the checked film: who says what, and how it comes in. Knows nothing of the film around it.

use serde::{Deserialize, Serialize};

use super::{Captions, Easing, Entrance, Footage, Inset, Over, Show, SourceFile, TransitionKind, Voice};
use crate::diag::Place;

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
    pub(super) fn source_files(&self) -> impl Iterator<Item = &SourceFile> {
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

/// A name in the lower third of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lower {
    /// The name.
    pub name: String,
    /// The line below it.
    pub role: Option<String>,
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
