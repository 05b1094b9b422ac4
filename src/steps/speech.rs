//! Steps that give a scene its words as sound: one sentence spoken by an engine, or a recording taken over.
//! Knows nothing of where in the film they stand.

use std::fs;

use serde::{Deserialize, Serialize};

use crate::process;
use crate::sound::{loudness, wav};
use crate::spec::model::{Engine, Format, Voice};
use crate::voice::espeak::{self, EspeakError, EspeakVoice};
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
}

impl Step for Speech {
    const KIND: &'static str = "speech";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["sound", "words"];

    fn tools(&self) -> &'static [Tool] {
        match self.voice.engine {
            Engine::Espeak => &[Tool::Espeak],
        }
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let spoken = match self.voice.engine {
            Engine::Espeak => speak_with_espeak(&self.text, &self.voice, context)?,
        };
        write(context, &spoken)
    }
}

fn speak_with_espeak(text: &str, voice: &Voice, context: &Context) -> Result<Spoken, StepError> {
    context.workshop.check(Tool::Espeak)?;
    let voice = EspeakVoice { name: voice.name.clone(), speed: voice.speed };
    let mut run = |command, input: &[u8]| process::run(command, input, SOUND_BYTES, context.cancel);
    espeak::speak(text, &voice, &mut run).map_err(|error| match error {
        EspeakError::NotInstalled => ToolError::NotFound(Tool::Espeak).into(),
        error => StepError::input(error),
    })
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
