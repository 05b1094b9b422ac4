//! A scene of the checked film: its words and voice, what it shows, and its transition.

use serde::{Deserialize, Serialize};

use super::captions::CaptionLook;
use super::card_style::Entrance;
use super::media::{CornerInset, DrawnMedia, Footage};
use super::overlays::Overlays;
use super::source_file::SourceFile;
use super::transitions::{Easing, TransitionKind};
use super::voice::VoiceChoice;
use crate::diag::Span;
use crate::spec::shows::Show;

/// One scene, all defaults merged in.
#[derive(Clone, Debug, PartialEq)]
pub struct Scene {
    /// The unique id; `scene-3` where the spec gives none.
    pub id: String,
    /// The scene's place in the spec.
    pub place: Span,
    /// The title of the chapter that starts here, if one does.
    pub title: Option<String>,
    /// The voice that speaks `speech`.
    pub voice: VoiceChoice,
    /// The words, or a recording of them, or nothing.
    pub speech: Speech,
    /// What the scene shows.
    pub show: Show,
    /// The transition from the scene before; ignored on the first scene.
    pub transition: Transition,
    /// Captions, unless they are off.
    pub captions: Option<CaptionLook>,
    /// The shortest it may be, in seconds; `None`: as long as its speech (or its video, or 4 s).
    pub length: Option<f64>,
    /// Silence before speech, in seconds; at least the transition's length.
    pub lead: f64,
    /// Silence after speech, in seconds.
    pub tail: f64,
    /// A name in the lower third of the picture.
    pub lower: Option<LowerThirdText>,
    /// The chapter's number from 1, and the number of chapters, if the scene shows them.
    pub counter: Option<(u32, u32)>,
    /// A small picture or video in a corner.
    pub inset: Option<CornerInset>,
    /// How the parts of its card come in; `None`: as the look says.
    pub enter: Option<Entrance>,
    /// How the parts of its card leave; `None`: as the look says.
    pub leave: Option<Entrance>,
    /// The overlays on what it shows.
    pub over: Overlays,
}

impl Scene {
    pub(super) fn source_files(&self) -> impl Iterator<Item = &SourceFile> {
        let heard = match &self.speech {
            Speech::Recorded { file, .. } => Some(file),
            _ => None,
        };
        let inset = self.inset.as_ref().and_then(|inset| inset.media.drawn().file());
        self.show.source_files().into_iter().chain(heard).chain(inset)
    }

    /// The pictures and videos that the scene's frames are drawn from, those of `show` and the inset's, each with its role among the inputs
    /// of a step that draws them: `picture` or `video` for one that fills the frame or a card, `picture-1`, `video-2` and so on for those of
    /// panes, `inset`.
    pub fn drawn_media(&self) -> Vec<(String, DrawnMedia<'_>)> {
        let inset = self.inset.as_ref().map(|inset| ("inset".to_owned(), inset.media.drawn()));
        self.show.drawn_media().into_iter().chain(inset).collect()
    }

    /// Every video of the scene in the order in which they are numbered: those of `show`, then the inset's.
    pub fn footage(&self) -> Vec<Footage> {
        let inset = self.inset.as_ref().and_then(|inset| inset.media.footage()).cloned();
        self.show.footage().into_iter().chain(inset).collect()
    }
}

/// The words of a scene, and where they come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Speech {
    /// The scene has no words.
    Silent,
    /// An engine speaks these utterances, one after the other.
    Spoken(Vec<Utterance>),
    /// A recording, with the script that it follows, which may be empty.
    Recorded {
        /// The recording's file.
        file: SourceFile,
        /// The recorded words, for captions and subtitles.
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
        /// The text's place in the spec.
        place: Span,
    },
    /// Silence, in seconds, more than 0.
    Pause(f64),
}

/// A name in the lower third of the picture.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LowerThirdText {
    /// The person's name.
    pub name: String,
    /// The line below it.
    pub role: Option<String>,
}

/// The transition to a scene from the one before.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Transition {
    /// The kind, with its direction or colour.
    pub kind: TransitionKind,
    /// How the pace changes on the way.
    pub easing: Easing,
    /// How long both scenes share the screen, in seconds; 0 for a cut.
    pub length: f64,
}
