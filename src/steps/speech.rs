//! Steps that give a scene its words as sound: one sentence spoken by an engine, or a recording taken over.
//! Knows nothing of where in the film they stand.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::process::{Command, Output};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::process::{self, Cancel};
use crate::sound::{loudness, wav};
use crate::spec::model::{Engine, Format, Voice};
use crate::voice::brought::{Kind, Loaded, Manner, speak_phonemes};
use crate::voice::english::{Accent, Pronounce};
use crate::voice::espeak::{self, EspeakError, EspeakVoice};
use crate::voice::neural::Model;
use crate::voice::{self, Spoken, SpokenWord, align};

use super::tools::ToolError;
use super::{Context, Step, StepError, Tool, media};

/// The longest recording of one scene, in seconds: all of it is in memory while it is timed.
const LONGEST_RECORDING: f64 = 3600.0;
/// What one sentence's sound may take up: ten minutes, far more than any engine gives.
const SOUND_BYTES: u64 = 64 << 20;

/// When the words of a piece of speech sound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeechTiming {
    /// Its length in samples.
    pub samples: u64,
    /// Its words in order; ranges are bytes of the sentence or script.
    pub words: Vec<SpokenWord>,
}

/// Speaks one sentence. Inputs, for a voice that is not in the program: its files by role. Outputs `sound` (mono 48 kHz 16-bit WAV)
/// and `words`, a [`SpeechTiming`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speech {
    /// The sentence.
    pub text: String,
    /// Who speaks it.
    pub voice: Voice,
    /// What a voice that is not in the program is; its name does not matter then, its files do.
    pub brought: Option<BroughtKind>,
    /// The project's own pronunciations of words in it.
    pub pronounce: BTreeMap<String, String>,
}

/// What a voice's files are.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BroughtKind {
    /// Which kind of network.
    pub kind: Kind,
    /// Whether its phonemes are British.
    pub british: bool,
}

impl Step for Speech {
    const KIND: &'static str = "speech";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["sound", "words"];

    fn tools(&self) -> &'static [Tool] {
        match (self.voice.engine, self.brought) {
            (Engine::Neural, Some(BroughtKind { kind: Kind::Piper, .. })) => &[Tool::Voice, Tool::Espeak],
            (Engine::Neural, _) => &[Tool::Voice],
            (Engine::Espeak, _) => &[Tool::Espeak],
        }
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let loaded = self.brought.map(|brought| context.workshop.voices.get(brought.kind, context)).transpose()?;
        write(context, &self.speak(loaded.as_deref(), context.cancel)?)
    }
}

impl Speech {
    /// The sentence as sound, with the times of its words; `loaded` is the voice if it is not in the program.
    pub fn speak(&self, loaded: Option<&Loaded>, cancel: &Cancel) -> Result<Spoken, StepError> {
        match self.voice.engine {
            Engine::Neural => self.speak_with_network(loaded, cancel),
            Engine::Espeak => self.speak_with_espeak(cancel),
        }
    }

    fn speak_with_network(&self, loaded: Option<&Loaded>, cancel: &Cancel) -> Result<Spoken, StepError> {
        let pronounce = Pronounce::new(&self.pronounce).map_err(StepError::input)?;
        let british = self.brought.is_some_and(|brought| brought.british);
        let manner = Manner {
            accent: if british { Accent::British } else { Accent::American },
            pronounce: &pronounce,
            speed: self.voice.speed,
            seed: seed(&self.text),
        };
        let spoken = match loaded {
            Some(loaded) => loaded.speak(&self.text, &manner, &mut runner(cancel)),
            None => speak_phonemes(&self.text, &manner, |symbols, words| {
                Model::heart().speak(symbols, words, manner.speed, manner.seed)
            }),
        };
        spoken.map_err(StepError::input)
    }

    fn speak_with_espeak(&self, cancel: &Cancel) -> Result<Spoken, StepError> {
        let voice = EspeakVoice { name: self.voice.name.clone(), speed: self.voice.speed };
        espeak::speak(&self.text, &voice, &mut runner(cancel)).map_err(|error| match error {
            EspeakError::NotInstalled => ToolError::NotFound(Tool::Espeak).into(),
            error => StepError::input(error),
        })
    }
}

/// Runs espeak-ng for a voice.
fn runner(cancel: &Cancel) -> impl FnMut(Command, &[u8]) -> io::Result<Output> {
    move |command, input| process::run(command, input, SOUND_BYTES, cancel)
}

/// The breath of a sentence: the same for the same text, another for another.
fn seed(text: &str) -> u64 {
    Digest::of(text.as_bytes()).as_bytes()[..8].iter().fold(0, |seed, &byte| seed << 8 | u64::from(byte))
}

fn write(context: &Context, spoken: &Spoken) -> Result<(), StepError> {
    wav::write(&mut fs::File::create(context.output("sound"))?, &spoken.samples).map_err(StepError::input)?;
    context.write_json("words", &SpeechTiming { samples: spoken.samples.len() as u64, words: spoken.words.clone() })
}

/// Takes over a recording, with the words of its script timed by estimate. Input `recording`; outputs as for [`Speech`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Narration {
    /// The recording's container.
    pub format: Format,
    /// What is said in it; may be empty.
    pub script: String,
}

impl Step for Narration {
    const KIND: &'static str = "narration";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["sound", "words"];
    /// That of a file of 160 kbit/s.
    const YIELD: f64 = 5.0;

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffmpeg]
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        media::decode(context, "recording", self.format, (0.0, None), 1, LONGEST_RECORDING)?;
        let pcm = fs::read(context.output("pcm"))?;
        let (pairs, _) = pcm.as_chunks::<2>();
        let mut samples: Vec<f32> = pairs.iter().map(|&pair| wav::from_s16(i16::from_le_bytes(pair))).collect();
        drop(pcm);
        if samples.is_empty() {
            return Err(StepError::input("the recording has no sound"));
        }
        loudness::normalise(&mut samples, voice::LOUDNESS);
        let words = align::estimate(&samples, &self.script, &voice::words(&self.script));
        write(context, &Spoken { samples, words })
    }
}
