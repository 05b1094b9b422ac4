//! Steps that give a scene its words as sound: one sentence spoken by an engine, or a recording taken over.
//! Knows nothing of where in the film they stand.

use std::collections::BTreeMap;
use std::fs;

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::process::{self, Cancel};
use crate::sound::{loudness, wav};
use crate::spec::model::{Engine, Format, Voice};
use crate::voice::english::{self, Accent, Pronounce};
use crate::voice::espeak::{self, EspeakError, EspeakVoice};
use crate::voice::neural::{self, Model, NeuralError};
use crate::voice::{self, Spoken, SpokenWord, align};

use super::tools::ToolError;
use super::{Context, Step, StepError, Tool, media};

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

/// Speaks one sentence. Outputs `sound` (mono 48 kHz 16-bit WAV) and `words`, a [`SpeechTiming`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Speech {
    /// The sentence.
    pub text: String,
    /// Who speaks it.
    pub voice: Voice,
    /// The project's own pronunciations of words in it.
    pub pronounce: BTreeMap<String, String>,
}

impl Step for Speech {
    const KIND: &'static str = "speech";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["sound", "words"];

    fn tools(&self) -> &'static [Tool] {
        match self.voice.engine {
            Engine::Neural => &[Tool::Voice],
            Engine::Espeak => &[Tool::Espeak],
        }
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        write(context, &self.speak(context.cancel)?)
    }
}

impl Speech {
    /// The sentence as sound, with the times of its words.
    pub fn speak(&self, cancel: &Cancel) -> Result<Spoken, StepError> {
        match self.voice.engine {
            Engine::Neural => self.speak_with_network(),
            Engine::Espeak => self.speak_with_espeak(cancel),
        }
    }

    fn speak_with_network(&self) -> Result<Spoken, StepError> {
        let pronounce = Pronounce::new(&self.pronounce).map_err(StepError::input)?;
        let phonemes = english::phonemes(&self.text, Accent::American, &pronounce).map_err(StepError::input)?;
        let words: Vec<neural::Word> = phonemes.words.into_iter().map(|word| (word.range, word.symbols)).collect();
        let spoken = Model::heart().speak(&phonemes.symbols, &words, self.voice.speed, seed(&self.text));
        spoken.map_err(|error| match error {
            NeuralError::Silent(_) => StepError::input(format!("there is nothing to say in “{}”", self.text)),
            error => StepError::input(error),
        })
    }

    fn speak_with_espeak(&self, cancel: &Cancel) -> Result<Spoken, StepError> {
        let voice = EspeakVoice { name: self.voice.name.clone(), speed: self.voice.speed };
        let mut run = |command, input: &[u8]| process::run(command, input, SOUND_BYTES, cancel);
        espeak::speak(&self.text, &voice, &mut run).map_err(|error| match error {
            EspeakError::NotInstalled => ToolError::NotFound(Tool::Espeak).into(),
            error => StepError::input(error),
        })
    }
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

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffmpeg]
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        media::decode(context, "recording", self.format, (0.0, None), 1)?;
        let pcm = fs::read(context.output("pcm"))?;
        let (pairs, _) = pcm.as_chunks::<2>();
        let mut samples: Vec<f32> = pairs.iter().map(|&pair| wav::from_s16(i16::from_le_bytes(pair))).collect();
        if samples.is_empty() {
            return Err(StepError::input("the recording has no sound"));
        }
        loudness::normalise(&mut samples, voice::LOUDNESS);
        let words = align::estimate(&samples, &self.script, &voice::words(&self.script));
        write(context, &Spoken { samples, words })
    }
}
