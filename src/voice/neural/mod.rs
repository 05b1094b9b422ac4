//! Synthesises phonemes with neural networks, and times the words. [`crate::voice::english`] or espeak-ng supply the phonemes.
//!
//! For each symbol a network gives its duration. Hibari, the network of the built-in voice (`assets/voice/hibari.onnx`), also gives a
//! spectrum for each 12.5 ms, which [`synthesis`] turns into samples. A sentence is synthesised on one thread, so that the result does not
//! depend on the number of cores; several sentences run in parallel. The arithmetic outside the networks gives the same result on every
//! machine; [`hibari_network`] says how much the network's own results differ.

mod assembly;
mod error;
mod espeak_phonemes;
mod frame_spectra;
mod hibari;
mod hibari_network;
mod kokoro;
mod noise;
mod onnx;
mod overlap_frames;
mod pieces;
mod piper;
mod pulse_train;
mod symbols;
mod synthesis;
mod thread_pools;
mod voices;
mod word_times;

pub use error::{MAX_SYMBOLS, NeuralError, SPEEDS};
pub use hibari::{HibariModel, fingerprint};
pub use kokoro::{KokoroModel, KokoroVoice};
pub use piper::PiperModel;
pub use voices::{DEFAULT_VOICE, VoiceInfo, voice, voices};
pub use word_times::WordSpan;

#[cfg(test)]
mod tests;
