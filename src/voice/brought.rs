//! A voice that is not in the program, as data and ready to speak. Knows nothing of where its files come from.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::Spoken;
use super::english::{self, Accent, FrontError, Pronounce};
use super::espeak;
use super::neural::{Kokoro, KokoroVoice, Model, NeuralError, Piper, Word};

/// What kind of network a voice is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Like the one in the program: `network`.
    Hibari,
    /// Kokoro-82M: `network` and a voice's `style`.
    Kokoro,
    /// Piper: `network` and its `description`; phonemes by espeak-ng.
    Piper,
}

/// A voice that someone has brought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Brought {
    /// What it is called in a project.
    pub name: String,
    /// What kind of network it is.
    pub kind: Kind,
    /// Whether its phonemes are British.
    pub british: bool,
    /// Its files by role: see [`Kind`].
    pub files: BTreeMap<String, PathBuf>,
}

/// Why a sentence was not spoken.
#[derive(Debug, thiserror::Error)]
pub enum SpeakError {
    /// The text can't be read.
    #[error(transparent)]
    Text(#[from] FrontError),
    /// The network can't say it.
    #[error(transparent)]
    Voice(#[from] NeuralError),
}

/// How a sentence is to be spoken.
pub struct Manner<'a> {
    /// Which English, for voices that take our phonemes.
    pub accent: Accent,
    /// The project's own pronunciations, for voices that take our phonemes.
    pub pronounce: &'a Pronounce,
    /// 1.0 = the voice's own pace.
    pub speed: f64,
    /// Decides the noise in breath and hiss.
    pub seed: u64,
}

/// A voice ready to speak, shared by all threads.
pub enum Loaded {
    /// See [`Kind::Hibari`].
    Hibari(Model),
    /// See [`Kind::Kokoro`].
    Kokoro(Kokoro, KokoroVoice),
    /// See [`Kind::Piper`].
    Piper(Piper),
}

impl Loaded {
    /// Reads a voice's files, by role.
    ///
    /// # Errors
    /// [`NeuralError::Load`] if they are not there or not such a voice.
    pub fn read(kind: Kind, files: &BTreeMap<String, PathBuf>) -> Result<Self, NeuralError> {
        let bytes = |role: &str| {
            let path = files.get(role).ok_or_else(|| NeuralError::Load(format!("its {role} is missing")))?;
            fs::read(path).map_err(|e| NeuralError::Load(format!("`{}`: {e}", path.display())))
        };
        Ok(match kind {
            Kind::Hibari => Self::Hibari(Model::from_bytes(bytes("network")?)?),
            Kind::Kokoro => {
                Self::Kokoro(Kokoro::from_bytes(&bytes("network")?)?, KokoroVoice::from_bytes(&bytes("style")?)?)
            }
            Kind::Piper => Self::Piper(Piper::from_bytes(&bytes("network")?, &bytes("description")?)?),
        })
    }

    /// Speaks one sentence.
    ///
    /// # Errors
    /// Where the text can't be read, or the network can't say it.
    pub fn speak(&self, sentence: &str, manner: &Manner, run: &mut espeak::Run) -> Result<Spoken, SpeakError> {
        match self {
            Self::Hibari(model) => speak_phonemes(sentence, manner, |symbols, words| {
                model.speak(symbols, words, manner.speed, manner.seed)
            }),
            Self::Kokoro(kokoro, voice) => {
                speak_phonemes(sentence, manner, |symbols, words| kokoro.speak(symbols, words, manner.speed, voice))
            }
            Self::Piper(piper) => Ok(piper.speak(sentence, None, manner.speed, run)?),
        }
    }
}

/// Speaks one sentence with a voice that takes our phonemes.
///
/// # Errors
/// Where the text can't be read, or the network can't say it.
pub fn speak_phonemes(
    sentence: &str,
    manner: &Manner,
    speak: impl FnOnce(&str, &[Word]) -> Result<Spoken, NeuralError>,
) -> Result<Spoken, SpeakError> {
    let phonemes = english::phonemes(sentence, manner.accent, manner.pronounce)?;
    if phonemes.symbols.is_empty() {
        return Err(NeuralError::Silent(sentence.to_owned()).into());
    }
    let words: Vec<Word> = phonemes.words.into_iter().map(|word| (word.range, word.symbols)).collect();
    speak(&phonemes.symbols, &words).map_err(|error| match error {
        NeuralError::Silent(_) => NeuralError::Silent(sentence.to_owned()).into(),
        error => error.into(),
    })
}
