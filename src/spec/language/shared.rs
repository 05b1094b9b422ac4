//! Records that stand in several places of a spec: voices, captions and transitions.

use crate::spec::decode::{Spanned, record};
use crate::spec::model::{CaptionPosition, CaptionStyle, Easing, SpeechEngine, SubtitleFormat};
use crate::spec::scalar::{DirectionName, Flag, Number, Seconds, TransitionName, VoiceName};
use crate::units::Colour;

record! {
    /// The voice that speaks.
    Voice {
        /// The engine that speaks.
        engine: Option<SpeechEngine>,
        /// The name of the voice.
        name: Option<Spanned<VoiceName>>,
        /// The same as `name`.
        voice: Option<Spanned<VoiceName>>,
        /// 1.0 = the voice's own pace; 0.5 to 2.
        speed: Option<Spanned<Number>>,
    }
}

record! {
    /// Captions drawn into the picture, and subtitle files next to the film.
    Captions {
        /// How they look and move. Left out: `karaoke`.
        style: Option<CaptionStyle>,
        /// Where they stand. Left out: `bottom`.
        position: Option<CaptionPosition>,
        /// Draw them into the picture. Left out: `true`.
        burn: Option<Flag>,
        /// Subtitle files to write. Left out: `[srt, vtt]`.
        files: Option<Vec<SubtitleFormat>>,
    }
}

record! {
    /// Captions drawn into a scene.
    SceneCaptions {
        /// How they look and move.
        style: Option<CaptionStyle>,
        /// Where in the frame they stand.
        position: Option<CaptionPosition>,
    }
}

record! {
    /// How a scene comes in.
    Transition {
        /// The kind of transition.
        kind: Option<TransitionName>,
        /// How long both scenes share the screen, up to 10s. Left out: 0.5s.
        length: Option<Spanned<Seconds>>,
        /// Which way it goes: each kind has its own directions, and one for when this is left out.
        direction: Option<Spanned<DirectionName>>,
        /// How its pace changes on its way. Left out: `ease-in-out`.
        easing: Option<Spanned<Easing>>,
        /// The colour a fade or a flash goes through. Left out: black for a fade, white for a flash.
        colour: Option<Spanned<Colour>>,
        /// The same as `colour`.
        color: Option<Spanned<Colour>>,
    }
}
