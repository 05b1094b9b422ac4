//! The film's mix as data: what sounds when, and how loud. Knows nothing of video frames, or of where sounds are kept.

use std::io;

use serde::{Deserialize, Serialize};

use super::source::Source;

/// The mix of one film. Sources are numbers that the caller gives meaning to.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Mix {
    /// The film's length in samples.
    pub length: u64,
    /// What is spoken; it ducks the music.
    pub speech: Vec<Clip>,
    /// The sound of videos.
    pub scenes: Vec<SceneSound>,
    /// Music under it all.
    pub music: Option<Music>,
}

/// A piece of speech; all of its source.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// Which source.
    pub source: usize,
    /// The sample of the film at which it begins.
    pub at: u64,
    /// Its length in samples; a source that is shorter ends in silence.
    pub length: u64,
}

/// A stretch of a video's sound.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct SceneSound {
    /// Which source.
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
pub struct Music {
    /// Which source.
    pub source: usize,
    /// Its gain in dB where nobody speaks.
    pub gain: f64,
    /// How far it goes down under speech, in dB (≥ 0).
    pub duck: f64,
    /// Fade at the film's start and end, in samples.
    pub fade: u64,
}

/// Opens the source of a number, from its start. Called anew for every pass, and only when the source is about to sound, so that few
/// are open at a time.
pub type Open<'a> = dyn FnMut(usize) -> io::Result<Source> + 'a;
