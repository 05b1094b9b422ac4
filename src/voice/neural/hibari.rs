//! Hibari, the network of the built-in voice `heart` and of custom voices of the same kind.

use std::ops::Range;
use std::sync::LazyLock;

use super::assembly::{NetworkTraits, assemble};
use super::error::NeuralError;
use super::hibari_network::HibariNetwork;
use super::pieces::{PieceSound, join_pieces};
use super::symbols;
use super::synthesis::synthesise;
use super::word_times::WordSpan;
use crate::digest::Digest;
use crate::voice::SpokenSentence;

/// A part of cache keys; increased when the same network sounds different than before.
const VERSION: u32 = 1;

pub(super) static HEART_NETWORK: &[u8] = include_bytes!("../../../assets/voice/hibari.onnx");

/// Identifies, in cache keys, everything in the built-in voice that affects the sound. The network is not loaded for it.
pub fn fingerprint() -> String {
    format!("neural {VERSION} {}", Digest::of(HEART_NETWORK))
}

/// A loaded voice, shared by all threads.
pub struct HibariModel(HibariNetwork);

impl HibariModel {
    /// The built-in voice `heart`, loaded once a process on first use.
    pub fn heart() -> &'static Self {
        static MODEL: LazyLock<HibariModel> = LazyLock::new(|| {
            HibariModel(HibariNetwork::embedded(HEART_NETWORK).expect("the network in the program is whole"))
        });
        &MODEL
    }

    /// Loads a voice from the bytes of its `.onnx` file.
    ///
    /// # Errors
    /// [`NeuralError::Load`] if the file is not such a network.
    pub fn from_bytes(bytes: Vec<u8>) -> Result<Self, NeuralError> {
        Ok(Self(HibariNetwork::load(bytes)?))
    }

    /// Synthesises one sentence, given in Kokoro's phoneme alphabet: trimmed to short pads of silence, at [`crate::voice::TARGET_LUFS`],
    /// with the times of its words. `seed` determines the noise in breath and hiss; the same seed gives the same samples.
    ///
    /// A sentence that is longer than the network was trained on is synthesised clause by clause; `is_cancelled` is asked before each.
    ///
    /// # Errors
    /// Any [`NeuralError`] except `Load`.
    pub fn speak(
        &self,
        symbols: &str,
        words: &[WordSpan],
        speed: f64,
        seed: u64,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<SpokenSentence, NeuralError> {
        let ids = symbols::checked_ids(symbols, words, speed)?;
        let symbols: Vec<char> = symbols.chars().collect();
        let sound = join_pieces(&symbols, is_cancelled, |piece| self.speak_piece(&ids, piece, speed, seed))?;
        assemble(&sound, NetworkTraits::kokoro(speed), words, &symbols)
    }

    fn speak_piece(&self, ids: &[i32], piece: Range<usize>, speed: f64, seed: u64) -> Result<PieceSound, NeuralError> {
        let output = self.0.run(&ids[piece.clone()], speed)?;
        let samples = synthesise(&output.spectra, seed.wrapping_add(piece.start as u64));
        Ok(PieceSound { samples, lengths: output.lengths })
    }
}
