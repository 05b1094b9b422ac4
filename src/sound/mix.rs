//! The film's mix as data: what sounds when, and how loud. It is part of the key of the sound step.

use std::io;

use serde::{Deserialize, Serialize};

use super::source::PcmSource;

/// The mix of one film. Sources are numbers; the caller knows what they stand for.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SoundMix {
    /// The film's length in samples.
    pub length: u64,
    /// The speech, which ducks the music.
    pub speech: Vec<MixClip>,
    /// The sound of videos.
    pub scenes: Vec<SceneSound>,
    /// The music under the whole film.
    pub music: Option<MixMusic>,
}

/// A piece of speech, which is all of its source.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MixClip {
    /// The number of its source.
    pub source: usize,
    /// The sample of the film at which it begins.
    pub at: u64,
    /// Its length in samples; a source that is shorter ends in silence.
    pub length: u64,
}

/// A stretch of a video's sound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SceneSound {
    /// The number of its source.
    pub source: usize,
    /// The sample of the film at which it begins.
    pub at: u64,
    /// The sample of the source at which it begins.
    pub from: u64,
    /// How many samples of it sound.
    pub length: u64,
    /// Its gain in dB.
    pub gain: f64,
}

/// Music under the whole film, looped.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct MixMusic {
    /// The number of its source.
    pub source: usize,
    /// Its gain in dB where nobody speaks.
    pub gain: f64,
    /// How far it goes down under speech, in dB (≥ 0).
    pub duck: f64,
    /// Fade at the film's start and end, in samples.
    pub fade: u64,
}

/// Opens the source of a number at its start. It is called in every pass, and only when the source is about to sound, so that few sources
/// are open at a time.
pub type OpenSource<'a> = dyn FnMut(usize) -> io::Result<PcmSource> + 'a;
