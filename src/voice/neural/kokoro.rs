//! Voices of Kokoro-82M: a network and a voice file, both installed by the user. The phoneme alphabet is that of the built-in voice.

use rten::{Model, NodeId};

use super::assembly::{NetworkTraits, assemble};
use super::error::NeuralError;
use super::hibari_network::symbol_lengths;
use super::onnx::{PreparedNetwork, find_node, prepare};
use super::pieces::{PieceSound, join_pieces};
use super::symbols;
use super::thread_pools::{ThreadPools, float_data, float_tensor, int_tensor};
use super::word_times::WordSpan;
use crate::voice::SpokenSentence;

/// The number of values of a style.
const STYLE_LENGTH: usize = 256;
/// The maximum number of styles of a voice file: one for each number of symbols that the network can speak at once.
const MAX_STYLES: usize = 510;
/// The length of a unit of the durations that the network outputs, in samples.
const UNIT_SAMPLES: usize = 600;
/// The first bytes of a `.npy` file.
const NPY_MAGIC: &[u8] = b"\x93NUMPY";

/// The loaded network, shared by all threads.
pub struct KokoroModel {
    model: Model,
    inputs: [NodeId; 3],
    outputs: [NodeId; 2],
    pools: ThreadPools,
}

/// A voice of the network.
#[derive(Clone, Debug, PartialEq)]
pub struct KokoroVoice {
    styles: Vec<f32>,
}

impl KokoroVoice {
    /// Reads a voice file: little-endian `f32` values, 256 for each length of a sentence, bare (`af_heart.bin`) or as `.npy`.
    ///
    /// # Errors
    /// [`NeuralError::Load`] if the file is not valid.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NeuralError> {
        let data = if bytes.starts_with(NPY_MAGIC) {
            npy_data(bytes).ok_or_else(|| invalid_file("is cut off"))?
        } else {
            bytes
        };
        if data.is_empty() || data.len() % (4 * STYLE_LENGTH) != 0 || data.len() > 4 * STYLE_LENGTH * MAX_STYLES {
            return Err(invalid_file("does not hold styles of 256 numbers"));
        }
        let styles: Vec<f32> = data.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        if !styles.iter().all(|number| number.is_finite()) {
            return Err(invalid_file("holds numbers that are not finite"));
        }
        Ok(Self { styles })
    }

    /// The style of a sentence of `count` symbols.
    fn style(&self, count: usize) -> &[f32] {
        let last = self.styles.len() / STYLE_LENGTH - 1;
        &self.styles[count.saturating_sub(1).min(last) * STYLE_LENGTH..][..STYLE_LENGTH]
    }
}

fn invalid_file(why: &str) -> NeuralError {
    NeuralError::Load(format!("the voice file {why}"))
}

/// The data of a `.npy` file of version 1; `None` if the file is cut off or has another element type.
fn npy_data(bytes: &[u8]) -> Option<&[u8]> {
    let length = u16::from_le_bytes(*bytes.get(8..10)?.as_array()?);
    let header = bytes.get(10..10 + usize::from(length))?;
    let text = String::from_utf8_lossy(header);
    (text.contains("'<f4'") && text.contains("'fortran_order': False")).then(|| &bytes[10 + usize::from(length)..])
}

/// The node `name`, or the node with the `other` name that some exports of the network use.
fn find_either(model: &Model, name: &str, other: &str) -> Result<NodeId, NeuralError> {
    find_node(model, name).or_else(|error| model.find_node(other).ok_or(error))
}

impl KokoroModel {
    /// Loads the network from the bytes of its `.onnx` file.
    ///
    /// # Errors
    /// [`NeuralError::Load`] if the file is not such a network.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NeuralError> {
        let PreparedNetwork { model, lengths } = prepare(bytes, "Round")?;
        let tokens = find_either(&model, "tokens", "input_ids")?;
        let inputs = [tokens, find_node(&model, "style")?, find_node(&model, "speed")?];
        let outputs = [find_either(&model, "audio", "waveform")?, find_node(&model, &lengths)?];
        Ok(Self { model, inputs, outputs, pools: ThreadPools::default() })
    }

    /// Synthesises one sentence like [`super::HibariModel::speak`] does, without a seed.
    ///
    /// # Errors
    /// Any [`NeuralError`] except `Load`.
    pub fn speak(
        &self,
        text: &str,
        words: &[WordSpan],
        speed: f64,
        voice: &KokoroVoice,
        is_cancelled: &dyn Fn() -> bool,
    ) -> Result<SpokenSentence, NeuralError> {
        let ids = symbols::checked_ids(text, words, speed)?;
        let symbols: Vec<char> = text.chars().collect();
        let sound = join_pieces(&symbols, is_cancelled, |piece| self.run(&ids[piece], speed, voice))?;
        assemble(&sound, NetworkTraits::kokoro(speed), words, &symbols)
    }

    /// Runs the network on the ids of one piece.
    fn run(&self, ids: &[i32], speed: f64, voice: &KokoroVoice) -> Result<PieceSound, NeuralError> {
        let padded: Vec<i32> = [0].into_iter().chain(ids.iter().copied()).chain([0]).collect();
        let count = padded.len();
        let inputs = vec![
            (self.inputs[0], int_tensor(&[1, count], padded)?),
            (self.inputs[1], float_tensor(&[1, STYLE_LENGTH], voice.style(ids.len()).to_vec())?),
            (self.inputs[2], float_tensor(&[1], vec![speed as f32])?),
        ];
        let [sound, lengths] = self.pools.run(&self.model, inputs, self.outputs)?;
        Ok(PieceSound {
            samples: float_data(sound)?,
            lengths: symbol_lengths(&float_data(lengths)?, count, UNIT_SAMPLES)?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SAMPLE_RATE;

    const NETWORK: &[u8] = include_bytes!("../../../tests/voice/kokoro.onnx");

    fn voice(number: f32, styles: usize) -> Vec<u8> {
        number.to_le_bytes().repeat(STYLE_LENGTH * styles)
    }

    #[test]
    fn a_network_with_a_fused_product_speaks_and_tells_when() {
        let (kokoro, voice) =
            (KokoroModel::from_bytes(NETWORK).unwrap(), KokoroVoice::from_bytes(&voice(1.0, 3)).unwrap());
        let spoken = kokoro.speak("aːb kˈɔː", &[(0..3, 0..3), (4..8, 4..8)], 1.0, &voice, &|| false).unwrap();
        // Eight symbols of 100 ms each; the edges are silent.
        assert!(spoken.samples.len().abs_diff(SAMPLE_RATE as usize * 89 / 100) < 480, "{}", spoken.samples.len());
        let words: Vec<(u64, u64)> = spoken.words.iter().map(|w| (w.from / 48, w.to / 48)).collect();
        assert!(words[0].0.abs_diff(30) < 5 && words[0].1.abs_diff(320) < 5, "{words:?}");
        assert!(words[1].0.abs_diff(320) < 5 && words[1].1.abs_diff(770) < 5, "{words:?}");
        assert_eq!(spoken, kokoro.speak("aːb kˈɔː", &[(0..3, 0..3), (4..8, 4..8)], 1.0, &voice, &|| false).unwrap());
    }

    #[test]
    fn speed_and_errors_are_those_of_the_voice_in_the_program() {
        let (kokoro, voice) =
            (KokoroModel::from_bytes(NETWORK).unwrap(), KokoroVoice::from_bytes(&voice(1.0, 1)).unwrap());
        let length = |speed| kokoro.speak("aaaaaaaa", &[], speed, &voice, &|| false).unwrap().samples.len();
        assert!(length(0.5) > length(1.0) * 3 / 2 && length(2.0) < length(1.0) * 2 / 3);
        assert!(matches!(kokoro.speak("Б", &[], 1.0, &voice, &|| false), Err(NeuralError::UnknownSymbols(_))));
        assert!(matches!(kokoro.speak("a", &[], 9.0, &voice, &|| false), Err(NeuralError::Speed(_))));
        assert!(matches!(kokoro.speak("a", &[(0..1, 0..2)], 1.0, &voice, &|| false), Err(NeuralError::Word(0))));
    }

    #[test]
    fn a_style_belongs_to_a_length() {
        let bytes: Vec<u8> = [1f32, 2.0, 3.0].iter().flat_map(|n| voice(*n, 1)).collect();
        let voice = KokoroVoice::from_bytes(&bytes).unwrap();
        let styles = [0, 1, 2, 3, 400].map(|count| voice.style(count)[0]);
        assert_eq!(styles, [1.0, 1.0, 2.0, 3.0, 3.0]);
    }

    #[test]
    fn a_numpy_file_is_a_voice_too() {
        let header = b"{'descr': '<f4', 'fortran_order': False, 'shape': (2, 1, 256), }\n";
        let head = [NPY_MAGIC, &[1, 0], &(header.len() as u16).to_le_bytes(), header].concat();
        let read = KokoroVoice::from_bytes(&[head.clone(), voice(0.5, 2)].concat()).unwrap();
        assert_eq!(read.styles, [0.5; 2 * STYLE_LENGTH]);
        assert!(KokoroVoice::from_bytes(&head[..20]).is_err());
    }

    #[test]
    fn what_is_no_voice_file_is_refused() {
        for bytes in [vec![], voice(1.0, 1)[1..].to_vec(), voice(f32::NAN, 1), voice(1.0, MAX_STYLES + 1)] {
            assert!(matches!(KokoroVoice::from_bytes(&bytes), Err(NeuralError::Load(_))));
        }
        assert!(matches!(KokoroModel::from_bytes(b"nothing"), Err(NeuralError::Load(_))));
    }
}
