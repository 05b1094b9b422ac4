//! Steps that give a scene its words as sound: a sentence spoken by an engine, or a recording of the scene's script.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::process::{Command, Output};

use serde::{Deserialize, Serialize};

use crate::digest::Digest;
use crate::process::{self, CancelToken};
use crate::sound::{loudness, wav};
use crate::spec::model::{FileFormat, SpeechEngine, VoiceChoice};
use crate::voice::custom::{NetworkKind, SpeakOptions, VoiceModel, speak_phonemes};
use crate::voice::english::{Accent, Pronunciations};
use crate::voice::espeak::{self, EspeakError, EspeakVoice};
use crate::voice::neural::HibariModel;
use crate::voice::{self, SpokenSentence, WordTiming, align};

use super::context::Context;
use super::crates::CrateGroup;
use super::media;
use super::step::{Origin, Step};
use super::step_error::StepError;
use super::tool::{Tool, ToolError};

/// The longest recording of one scene, in seconds. All of it is in memory while its words are timed.
const MAX_RECORDING_SECONDS: f64 = 3600.0;
/// The most bytes of one sentence's sound: ten minutes, far more than any engine gives.
const MAX_SPEECH_BYTES: u64 = 64 << 20;

/// When the words of a sentence or recording are heard.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeechTiming {
    /// Its length in samples.
    pub samples: u64,
    /// Its words in order; ranges are bytes of the sentence or script.
    pub words: Vec<WordTiming>,
}

/// Speaks one sentence. Inputs, for a custom voice: its files by role. Outputs `sound` (mono 48 kHz 16-bit WAV)
/// and `words`, a [`SpeechTiming`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SpeakSentence {
    /// The sentence, as it is written.
    pub text: String,
    /// The engine, voice and speed.
    pub voice: VoiceChoice,
    /// The kind of a custom voice. Its name is not part of the key, its files are.
    pub brought: Option<CustomVoiceKind>,
    /// The project's own pronunciations of words in it.
    pub pronounce: BTreeMap<String, String>,
}

/// The kind of a custom voice.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CustomVoiceKind {
    /// The kind of its network.
    pub kind: NetworkKind,
    /// Whether its phonemes are British.
    pub british: bool,
}

impl Step for SpeakSentence {
    const KIND: &'static str = "speech";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["sound", "words"];
    const ORIGIN: Origin = Origin::PerProcessor;
    const CRATES: &'static [CrateGroup] = &[CrateGroup::Voice, CrateGroup::Sound];

    fn tools(&self) -> &'static [Tool] {
        match (self.voice.engine, self.brought) {
            (SpeechEngine::Neural, Some(CustomVoiceKind { kind: NetworkKind::Piper, .. })) => {
                &[Tool::Voice, Tool::Espeak]
            }
            (SpeechEngine::Neural, _) => &[Tool::Voice],
            (SpeechEngine::Espeak, _) => &[Tool::Espeak],
        }
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let loaded =
            self.brought.map(|brought| context.workshop.voices.get(brought.kind, &context.inputs)).transpose()?;
        write(context, &self.speak(loaded.as_deref(), context.cancel)?)
    }
}

impl SpeakSentence {
    /// The sentence as sound, with the times of its words. `loaded` is the voice if it is a custom one.
    pub fn speak(&self, loaded: Option<&VoiceModel>, cancel: &CancelToken) -> Result<SpokenSentence, StepError> {
        match self.voice.engine {
            SpeechEngine::Neural => self.speak_with_network(loaded, cancel),
            SpeechEngine::Espeak => self.speak_with_espeak(cancel),
        }
    }

    fn speak_with_network(
        &self,
        loaded: Option<&VoiceModel>,
        cancel: &CancelToken,
    ) -> Result<SpokenSentence, StepError> {
        let pronounce = Pronunciations::new(&self.pronounce).map_err(StepError::input)?;
        let british = self.brought.is_some_and(|brought| brought.british);
        let manner = SpeakOptions {
            accent: if british { Accent::British } else { Accent::American },
            pronounce: &pronounce,
            speed: self.voice.speed,
            seed: seed_of(&self.text),
            is_cancelled: &|| cancel.is_set(),
        };
        let spoken = match loaded {
            Some(loaded) => loaded.speak(&self.text, &manner, &mut espeak_runner(cancel)),
            None => speak_phonemes(&self.text, &manner, |symbols, words| {
                HibariModel::heart().speak(symbols, words, manner.speed, manner.seed, manner.is_cancelled)
            }),
        };
        spoken.map_err(StepError::input)
    }

    fn speak_with_espeak(&self, cancel: &CancelToken) -> Result<SpokenSentence, StepError> {
        let voice = EspeakVoice { name: self.voice.name.clone(), speed: self.voice.speed };
        espeak::speak(&self.text, &voice, &mut espeak_runner(cancel)).map_err(|error| match error {
            EspeakError::NotInstalled => ToolError::NotFound(Tool::Espeak).into(),
            error => StepError::input(error),
        })
    }
}

/// Runs espeak-ng for a voice as a child that `cancel` kills.
fn espeak_runner(cancel: &CancelToken) -> impl FnMut(Command, &[u8]) -> io::Result<Output> {
    move |command, input| process::run(command, input, MAX_SPEECH_BYTES, cancel)
}

/// The seed of the noise in a voice: it depends on the text only.
fn seed_of(text: &str) -> u64 {
    Digest::of(text.as_bytes()).as_bytes()[..8].iter().fold(0, |seed, &byte| seed << 8 | u64::from(byte))
}

fn write(context: &Context, spoken: &SpokenSentence) -> Result<(), StepError> {
    wav::write(&mut fs::File::create(context.output("sound"))?, &spoken.samples).map_err(StepError::input)?;
    context.write_json("words", &SpeechTiming { samples: spoken.samples.len() as u64, words: spoken.words.clone() })
}

/// Converts a recording, and estimates the times of its script's words. Input `recording`; outputs as for [`SpeakSentence`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PrepareRecording {
    /// The container of the recording, known from its first bytes.
    pub format: FileFormat,
    /// What is said in it; may be empty.
    pub script: String,
}

impl Step for PrepareRecording {
    const KIND: &'static str = "narration";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["sound", "words"];
    const ORIGIN: Origin = Origin::PerProcessor;
    const CRATES: &'static [CrateGroup] = &[CrateGroup::Voice, CrateGroup::Sound];
    /// As for a file of 160 kbit/s.
    const YIELD: f64 = 5.0;

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffmpeg]
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        media::decode(context, "recording", self.format, (0.0, None), 1, MAX_RECORDING_SECONDS)?;
        let pcm = fs::read(context.output("pcm"))?;
        let (pairs, _) = pcm.as_chunks::<2>();
        let mut samples: Vec<f32> = pairs.iter().map(|&pair| wav::from_s16(i16::from_le_bytes(pair))).collect();
        drop(pcm);
        if samples.is_empty() {
            return Err(StepError::input("the recording has no sound"));
        }
        loudness::normalise(&mut samples, voice::TARGET_LUFS);
        let words = align::estimate(&samples, &self.script, &voice::words(&self.script));
        write(context, &SpokenSentence { samples, words })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cancelled_sentence_is_not_spoken() {
        let voice = VoiceChoice { engine: SpeechEngine::Neural, name: "heart".to_owned(), speed: 1.0 };
        let step = SpeakSentence { text: "Hello.".into(), voice, brought: None, pronounce: BTreeMap::new() };
        let cancel = CancelToken::default();
        assert!(step.speak(None, &cancel).is_ok_and(|spoken| !spoken.samples.is_empty()));
        cancel.set();
        let error = step.speak(None, &cancel).unwrap_err();
        assert_eq!(error.to_string(), "the sentence is not wanted any more");
    }
}
