//! Assembles the output of a network into a sentence: post-processed sound with word times.

use super::error::NeuralError;
use super::frame_spectra::NETWORK_SAMPLE_RATE;
use super::pieces::SymbolSound;
use super::word_times::{SymbolTimes, WordSpan, word_timings};
use crate::units::SAMPLE_RATE;
use crate::voice::SpokenSentence;
use crate::voice::post_processing::post_process;

/// Properties that all networks of one kind share.
pub(super) struct NetworkTraits {
    /// The sample rate of the output in Hz.
    pub rate: u32,
    /// How many samples at 48 kHz a symbol's start in the output lies after its audible start (median against forced alignment).
    pub symbol_delay: i64,
}

impl NetworkTraits {
    /// Kokoro and the networks trained on its output. The delay was measured at speeds of 0.7, 1 and 1.4: 74, 59 and 50 ms.
    pub(super) fn kokoro(speed: f64) -> Self {
        let seconds = 0.025 + 0.035 / speed;
        Self { rate: NETWORK_SAMPLE_RATE, symbol_delay: (seconds * f64::from(SAMPLE_RATE)) as i64 }
    }
}

/// Post-processes the sound of `symbols` and computes the times of `words`.
///
/// # Errors
/// [`NeuralError::Silent`] for silence, [`NeuralError::Run`] for a sample rate that is not supported.
pub(super) fn assemble(
    sound: &SymbolSound,
    traits: NetworkTraits,
    words: &[WordSpan],
    symbols: &[char],
) -> Result<SpokenSentence, NeuralError> {
    let spoken = post_process(&sound.samples, traits.rate, |_, moved| {
        let shift = moved - traits.symbol_delay;
        let times = SymbolTimes { symbols, starts: &sound.starts, rate: traits.rate, shift };
        word_timings(words, &times)
    });
    let spoken = spoken.map_err(|e| NeuralError::Run(e.to_string()))?;
    spoken.ok_or_else(|| NeuralError::Silent(symbols.iter().collect()))
}
