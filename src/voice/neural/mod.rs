//! Phonemes to samples and word times, by a neural network that is in the program. Knows nothing of text: `voice::english` and the like
//! give the phonemes.
//!
//! The network (`assets/voice/hibari.onnx`) tells for each symbol how long it sounds, and for each 12.5 ms what its spectrum is; [`synth`]
//! turns that into sound. It runs on one thread a sentence, so the bytes do not depend on how many cores there are; sentences run side by
//! side. All arithmetic but the network's is the same on every machine; how far the network's is, [`net`] says.

mod clauses;
mod kokoro;
mod net;
mod noise;
mod onnx;
mod piper;
mod pools;
mod pulses;
mod said;
mod spectrum;
mod symbols;
mod synth;
mod times;
mod voices;

use std::ops::Range;
use std::sync::LazyLock;

pub use kokoro::{Kokoro, KokoroVoice};
pub use piper::Piper;
pub use voices::{DEFAULT_VOICE, VoiceInfo, voice, voices};

use super::espeak::EspeakError;
use super::{Spoken, finish};
use crate::digest::Digest;
use crate::sound::resample;
use crate::units::SAMPLE_RATE;
use clauses::{Part, Voiced};
use net::Net;

/// How fast or slow it may be spoken.
pub const SPEEDS: std::ops::RangeInclusive<f64> = 0.5..=2.0;
/// The most symbols of one sentence: about ten minutes of speech, far more than a sentence has.
pub const MAX_SYMBOLS: usize = 10_000;
/// Changes whenever the same network would sound otherwise than before.
const VERSION: u32 = 1;

static HEART: &[u8] = include_bytes!("../../../assets/voice/hibari.onnx");

/// Why a sentence was not spoken.
#[derive(Debug, thiserror::Error)]
pub enum NeuralError {
    /// The network has not learnt these symbols.
    #[error("the voice has no sound for {}", listed(.0))]
    UnknownSymbols(Vec<char>),
    /// There is nothing but silence in it.
    #[error("there is nothing to say in “{0}”")]
    Silent(String),
    /// More than [`MAX_SYMBOLS`].
    #[error("a sentence of {0} phonemes is too long to be spoken; end it somewhere with a full stop")]
    TooLong(usize),
    /// A speed outside [`SPEEDS`].
    #[error("a speed of {0} is not possible; it lies between {least} and {most}", least = SPEEDS.start(), most = SPEEDS.end())]
    Speed(f64),
    /// A word whose symbols do not lie within the sentence's, or before those of the word before it.
    #[error("word {0} does not lie within the sentence's phonemes")]
    Word(usize),
    /// A Piper voice has no such speaker.
    #[error("the voice has no speaker `{0}`")]
    UnknownSpeaker(String),
    /// espeak-ng, which gives the phonemes of Piper voices, failed.
    #[error(transparent)]
    Espeak(#[from] EspeakError),
    /// The network can't be read.
    #[error("the voice's network can't be read: {0}")]
    Load(String),
    /// The network failed, or is not one of this kind.
    #[error("the voice's network failed: {0}")]
    Run(String),
}

fn listed(symbols: &[char]) -> String {
    let each: Vec<String> =
        symbols.iter().map(|c| format!("“{}” (U+{:04X})", c.escape_debug(), u32::from(*c))).collect();
    each.join(", ")
}

/// What of the voice in the program shapes the sound, for keys; told without loading it.
pub fn fingerprint() -> String {
    format!("neural {VERSION} {}", Digest::of(HEART))
}

/// A word to be timed: its bytes in the sentence, and its characters (not bytes) in the symbols. Words are in order; one that is not
/// spoken has an empty range of symbols.
pub type Word = (Range<usize>, Range<usize>);

/// A voice, ready to speak; shared by all threads.
pub struct Model(Net);

impl Model {
    /// The voice that is in the program, `heart`; read on first use, once a process.
    pub fn heart() -> &'static Self {
        static MODEL: LazyLock<Model> =
            LazyLock::new(|| Model(Net::embedded(HEART).expect("the network in the program is whole")));
        &MODEL
    }

    /// A voice of the same kind from the bytes of its `.onnx` file.
    ///
    /// # Errors
    /// [`NeuralError::Load`] if it is no such network.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, NeuralError> {
        Ok(Self(Net::load(bytes)?))
    }

    /// Speaks one sentence, given in Kokoro's phoneme alphabet: trimmed to small pads of silence, at [`super::LOUDNESS`], with the times of
    /// its words. `seed` decides the noise in breath and hiss; the same seed gives the same samples.
    ///
    /// A sentence longer than the network has learnt is spoken clause by clause.
    ///
    /// # Errors
    /// All of [`NeuralError`] but `Load`.
    pub fn speak(&self, symbols: &str, words: &[Word], speed: f64, seed: u64) -> Result<Spoken, NeuralError> {
        let ids = symbols::checked(symbols, words, speed)?;
        let symbols: Vec<char> = symbols.chars().collect();
        let piece = |piece: Range<usize>| {
            let output = self.0.run(&ids[piece.clone()], speed)?;
            let samples = synth::synthesise(&output.spectra, seed.wrapping_add(piece.start as u64));
            Ok(Voiced { samples, lengths: output.lengths })
        };
        finished(&clauses::joined(&symbols, piece)?, Kind::kokoro(speed), words, &symbols)
    }
}

/// What is said of all networks of one kind.
struct Kind {
    /// Samples a second.
    rate: u32,
    /// By how many samples at 48 kHz their symbols begin later than one hears them (median against forced alignment).
    late: i64,
}

impl Kind {
    /// Kokoro, and what learnt from it. Measured at speeds of 0.7, 1 and 1.4: 74, 59 and 50 ms.
    fn kokoro(speed: f64) -> Self {
        let seconds = 0.025 + 0.035 / speed;
        Self { rate: synth::RATE, late: (seconds * f64::from(SAMPLE_RATE)) as i64 }
    }
}

/// The sound of `symbols` at 48 kHz between small pads, with the times of `words`.
fn finished(sound: &Part, kind: Kind, words: &[Word], symbols: &[char]) -> Result<Spoken, NeuralError> {
    let place = |at| resample::length(at, kind.rate);
    let timed = |_: &[f32], moved| times::words(words, symbols, &sound.starts, place, moved - kind.late);
    let spoken = finish(&sound.samples, kind.rate, timed).map_err(|e| NeuralError::Run(e.to_string()))?;
    spoken.ok_or_else(|| NeuralError::Silent(symbols.iter().collect()))
}

#[cfg(test)]
mod tests;
