//! Custom voices: networks that the user has installed, as data and loaded.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use super::english::{self, Accent, EnglishError, Pronunciations};
use super::espeak;
use super::neural::{HibariModel, KokoroModel, KokoroVoice, NeuralError, PiperModel, WordSpan};
use super::spoken::SpokenSentence;

/// The architecture of a voice's network. It determines which files the voice has, by role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NetworkKind {
    /// The architecture of the built-in voice. One file: `network`.
    Hibari,
    /// Kokoro-82M. Two files: `network`, and the `style` of one voice.
    Kokoro,
    /// Piper. Two files: `network` and its `description`. espeak-ng supplies the phonemes.
    Piper,
}

/// A voice that the user has installed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomVoice {
    /// The name by which projects refer to the voice.
    pub name: String,
    /// The architecture of its network.
    pub kind: NetworkKind,
    /// Whether the voice speaks British English rather than American. Piper voices ignore it.
    pub british: bool,
    /// Its files by role: see [`NetworkKind`].
    pub files: BTreeMap<String, PathBuf>,
}

/// Why a voice did not speak a sentence.
#[derive(Debug, thiserror::Error)]
pub enum SpeakError {
    /// The text can't be converted to phonemes.
    #[error(transparent)]
    Text(#[from] EnglishError),
    /// The network does not accept the phonemes, or failed.
    #[error(transparent)]
    Voice(#[from] NeuralError),
}

/// How a sentence is to be spoken. Piper voices use only the speed.
pub struct SpeakOptions<'a> {
    /// The accent of English.
    pub accent: Accent,
    /// The project's own pronunciations.
    pub pronounce: &'a Pronunciations,
    /// The speed relative to the voice's normal pace: see [`super::neural::SPEEDS`].
    pub speed: f64,
    /// Determines the noise in breath and hiss. Only [`NetworkKind::Hibari`] uses it.
    pub seed: u64,
    /// Whether the sentence is no longer wanted: asked before each clause. Piper voices speak a sentence at once.
    pub is_cancelled: &'a dyn Fn() -> bool,
}

/// A loaded voice, shared by all threads.
pub enum VoiceModel {
    /// A voice of the kind [`NetworkKind::Hibari`].
    Hibari(HibariModel),
    /// A voice of the kind [`NetworkKind::Kokoro`].
    Kokoro(KokoroModel, KokoroVoice),
    /// A voice of the kind [`NetworkKind::Piper`].
    Piper(PiperModel),
}

impl VoiceModel {
    /// Loads a voice from its files by role.
    ///
    /// # Errors
    /// [`NeuralError::Load`] if a file is missing or not of this kind.
    pub fn load(kind: NetworkKind, files: &BTreeMap<String, PathBuf>) -> Result<Self, NeuralError> {
        let network = read_role(files, "network")?;
        Ok(match kind {
            NetworkKind::Hibari => Self::Hibari(HibariModel::from_bytes(network)?),
            NetworkKind::Kokoro => {
                Self::Kokoro(KokoroModel::from_bytes(&network)?, KokoroVoice::from_bytes(&read_role(files, "style")?)?)
            }
            NetworkKind::Piper => Self::Piper(PiperModel::from_bytes(&network, &read_role(files, "description")?)?),
        })
    }

    /// Synthesises one sentence.
    ///
    /// # Errors
    /// Any [`SpeakError`].
    pub fn speak(
        &self,
        sentence: &str,
        options: &SpeakOptions,
        run: &mut espeak::RunCommand,
    ) -> Result<SpokenSentence, SpeakError> {
        match self {
            Self::Hibari(model) => speak_phonemes(sentence, options, |symbols, words| {
                model.speak(symbols, words, options.speed, options.seed, options.is_cancelled)
            }),
            Self::Kokoro(kokoro, voice) => speak_phonemes(sentence, options, |symbols, words| {
                kokoro.speak(symbols, words, options.speed, voice, options.is_cancelled)
            }),
            Self::Piper(piper) => Ok(piper.speak(sentence, None, options.speed, run)?),
        }
    }
}

fn read_role(files: &BTreeMap<String, PathBuf>, role: &str) -> Result<Vec<u8>, NeuralError> {
    let path = files.get(role).ok_or_else(|| NeuralError::Load(format!("its {role} is missing")))?;
    fs::read(path).map_err(|e| NeuralError::Load(format!("`{}`: {e}", path.display())))
}

/// Converts one sentence to phonemes and synthesises them with `speak`.
///
/// # Errors
/// Any [`SpeakError`].
pub fn speak_phonemes(
    sentence: &str,
    options: &SpeakOptions,
    speak: impl FnOnce(&str, &[WordSpan]) -> Result<SpokenSentence, NeuralError>,
) -> Result<SpokenSentence, SpeakError> {
    let phonemes = english::phonemes(sentence, options.accent, options.pronounce)?;
    if phonemes.symbols.is_empty() {
        return Err(NeuralError::Silent(sentence.to_owned()).into());
    }
    let words: Vec<WordSpan> = phonemes.words.into_iter().map(|word| (word.range, word.symbols)).collect();
    speak(&phonemes.symbols, &words).map_err(|error| match error {
        NeuralError::Silent(_) => NeuralError::Silent(sentence.to_owned()).into(),
        error => error.into(),
    })
}
