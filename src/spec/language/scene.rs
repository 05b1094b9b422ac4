//! A scene's record, and those inside it but for what it shows.

use super::shared::{SceneCaptions, Transition, Voice};
use super::show::Show;
use crate::spec::decode::{ShortOrLong, Spanned, record};
use crate::spec::model::{Corner, Entrance, InsetShape, WaveformPosition, WaveformStyle};
use crate::spec::scalar::{FileName, Flag, FocusName, Id, Seconds, Share, Switch, Text, TransitionName, VoiceName};

record! {
    /// One scene of the film.
    Scene {
        /// Its name, unique in the film. Left out: `scene-1`, `scene-2` and so on.
        id: Option<Spanned<Id>>,
        /// A chapter starts here.
        title: Option<Spanned<Text>>,
        /// What is said: a text, or a list of texts and pauses.
        say: Option<Spanned<ShortOrLong<Spanned<Text>, Vec<ShortOrLong<Spanned<Text>, Pause>>>>>,
        /// A recording of what is said.
        narration: Option<Spanned<FileName>>,
        /// What is seen. Left out: the title on a card, or a gradient.
        show: Option<Spanned<Show>>,
        /// How it comes in from the scene before: a name, or a map.
        transition: Option<Spanned<ShortOrLong<Spanned<TransitionName>, Transition>>>,
        /// Who speaks: a voice's name, or a map.
        voice: Option<Spanned<ShortOrLong<Spanned<VoiceName>, Voice>>>,
        /// Captions drawn into this scene, or `false` for none.
        captions: Option<ShortOrLong<Spanned<Switch>, SceneCaptions>>,
        /// The shortest it may be.
        length: Option<Spanned<Seconds>>,
        /// How long it is silent before speech.
        lead: Option<Spanned<Seconds>>,
        /// How long it is silent after speech.
        tail: Option<Spanned<Seconds>>,
        /// A name in the lower third of the picture, for a few seconds.
        lower: Option<Lower>,
        /// Show which of the film's chapters this is. Left out: `false`.
        counter: Option<Spanned<Flag>>,
        /// A small picture or video in a corner, over whatever is shown.
        inset: Option<Spanned<Inset>>,
        /// How the parts of its card come in. Left out: the look's `entrance`.
        enter: Option<Spanned<Entrance>>,
        /// How they go before it ends. Left out: the look's `leave`.
        leave: Option<Spanned<Entrance>>,
        /// The voice as something that moves: `true`, or a map.
        waveform: Option<Spanned<ShortOrLong<Spanned<Switch>, Waveform>>>,
    }
}

record! {
    /// The voice as something that moves.
    Waveform {
        /// How it is drawn: `bars` or `line`. Left out: `bars`.
        style: Option<WaveformStyle>,
        /// Where it stands. Left out: `bottom`; over a backdrop, a gradient or a colour `middle`.
        at: Option<WaveformPosition>,
    }
}

record! {
    /// Silence between two texts.
    Pause {
        /// How long, up to 60s.
        pause: Spanned<Seconds>,
    }
}

record! {
    /// A small picture or video in a corner.
    Inset {
        /// The picture in it.
        image: Option<Spanned<FileName>>,
        /// Or the video in it.
        video: Option<Spanned<FileName>>,
        /// Which corner. Left out: `bottom-right`.
        corner: Option<Corner>,
        /// Its share of the frame's width, 0.1 to 0.5. Left out: 0.25, in a vertical frame 0.4.
        size: Option<Spanned<Share>>,
        /// Its outline. Left out: `rounded`.
        shape: Option<InsetShape>,
        /// With `image`: what matters in it.
        focus: Option<Spanned<ShortOrLong<Spanned<FocusName>, Vec<Spanned<Share>>>>>,
        /// With `video`: where it starts. Left out: at its start.
        from: Option<Spanned<Seconds>>,
        /// With `video`: where it ends. Left out: at its end.
        to: Option<Spanned<Seconds>>,
        /// With `video`: leave its sound out. Left out: `true`.
        mute: Option<Spanned<Flag>>,
    }
}

record! {
    /// Who or what is seen: a name in the lower third of the picture.
    Lower {
        /// The person's name.
        name: Spanned<Text>,
        /// The line below it.
        role: Option<Spanned<Text>>,
    }
}
