//! Voices of Kokoro-82M: its network and a voice file, both brought by the user. The phoneme alphabet is that of the voice in the program.

use std::ops::Range;

use rten::NodeId;

use super::clauses::Voiced;
use super::onnx::{Ready, ready};
use super::pools::{Pools, floats, numbers, whole};
use super::{NeuralError, Word, clauses, symbols};
use crate::voice::Spoken;

/// Numbers of one style.
const STYLE: usize = 256;
/// The most styles of a voice file: one for each length of a sentence in symbols. Also the most symbols the network speaks at once.
const STYLES: usize = 510;
/// Samples of one unit of the network's lengths.
const UNIT: usize = 600;
/// How a file of one NumPy array begins.
const NUMPY: &[u8] = b"\x93NUMPY";

/// Kokoro's network, shared by its voices.
pub struct Kokoro {
    model: rten::Model,
    inputs: [NodeId; 3],
    outputs: [NodeId; 2],
    pools: Pools,
}

/// One of its voices.
#[derive(Clone, Debug, PartialEq)]
pub struct KokoroVoice {
    styles: Vec<f32>,
}

impl KokoroVoice {
    /// Reads a voice file: `f32` in little-endian order, 256 for each length of a sentence, bare (`af_heart.bin`) or as `.npy`.
    ///
    /// # Errors
    /// [`NeuralError::Load`] if it is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NeuralError> {
        let failed = |why: &str| NeuralError::Load(format!("the voice file {why}"));
        let data = if bytes.starts_with(NUMPY) { array(bytes).ok_or_else(|| failed("is cut off"))? } else { bytes };
        if data.is_empty() || data.len() % (4 * STYLE) != 0 || data.len() > 4 * STYLE * STYLES {
            return Err(failed("does not hold styles of 256 numbers"));
        }
        let styles: Vec<f32> = data.as_chunks().0.iter().map(|four| f32::from_le_bytes(*four)).collect();
        if !styles.iter().all(|number| number.is_finite()) {
            return Err(failed("holds numbers that are not finite"));
        }
        Ok(Self { styles })
    }

    /// The style of a sentence of `count` symbols.
    fn style(&self, count: usize) -> &[f32] {
        let last = self.styles.len() / STYLE - 1;
        &self.styles[count.saturating_sub(1).min(last) * STYLE..][..STYLE]
    }
}

/// What lies behind the header of a NumPy file of version 1.
fn array(bytes: &[u8]) -> Option<&[u8]> {
    let length = u16::from_le_bytes(*bytes.get(8..10)?.as_array()?);
    let header = bytes.get(10..10 + usize::from(length))?;
    let text = String::from_utf8_lossy(header);
    (text.contains("'<f4'") && text.contains("'fortran_order': False")).then(|| &bytes[10 + usize::from(length)..])
}

impl Kokoro {
    /// Reads the network from the bytes of its `.onnx` file.
    ///
    /// # Errors
    /// [`NeuralError::Load`] if it is none.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, NeuralError> {
        let Ready { model, lengths } = ready(bytes, "Round")?;
        let found = |names: &[&str]| names.iter().find_map(|name| model.find_node(name));
        let node = |names: &[&str]| found(names).ok_or_else(|| NeuralError::Load(format!("it has no `{}`", names[0])));
        let inputs = [node(&["tokens", "input_ids"])?, node(&["style"])?, node(&["speed"])?];
        let outputs = [node(&["audio", "waveform"])?, node(&[&lengths])?];
        Ok(Self { model, inputs, outputs, pools: Pools::default() })
    }

    /// Speaks one sentence as [`super::Model::speak`] does; there is no noise to be seeded.
    ///
    /// # Errors
    /// All of [`NeuralError`] but `Load`.
    pub fn speak(&self, text: &str, words: &[Word], speed: f64, voice: &KokoroVoice) -> Result<Spoken, NeuralError> {
        let ids = symbols::checked(text, words, speed)?;
        let symbols: Vec<char> = text.chars().collect();
        let piece = |piece: Range<usize>| self.run(&ids[piece], speed, voice);
        super::finished(&clauses::joined(&symbols, piece)?, super::Kind::kokoro(speed), words, &symbols)
    }

    /// The sound of one piece.
    fn run(&self, ids: &[i32], speed: f64, voice: &KokoroVoice) -> Result<Voiced, NeuralError> {
        let padded: Vec<i32> = [0].into_iter().chain(ids.iter().copied()).chain([0]).collect();
        let count = padded.len();
        let inputs = vec![
            (self.inputs[0], whole(&[1, count], padded)?),
            (self.inputs[1], numbers(&[1, STYLE], voice.style(ids.len()).to_vec())?),
            (self.inputs[2], numbers(&[1], vec![speed as f32])?),
        ];
        let [sound, lengths] = self.pools.run(&self.model, inputs, self.outputs)?;
        Ok(Voiced { samples: floats(sound)?, lengths: super::net::lengths(&floats(lengths)?, count, UNIT)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::SAMPLE_RATE;

    const NETWORK: &[u8] = include_bytes!("../../../tests/voice/kokoro.onnx");

    fn voice(number: f32, styles: usize) -> Vec<u8> {
        number.to_le_bytes().repeat(STYLE * styles)
    }

    #[test]
    fn a_network_with_a_fused_product_speaks_and_tells_when() {
        let (kokoro, voice) = (Kokoro::from_bytes(NETWORK).unwrap(), KokoroVoice::from_bytes(&voice(1.0, 3)).unwrap());
        let spoken = kokoro.speak("aːb kˈɔː", &[(0..3, 0..3), (4..8, 4..8)], 1.0, &voice).unwrap();
        // Eight symbols of 100 ms each; the edges are silent.
        assert!(spoken.samples.len().abs_diff(SAMPLE_RATE as usize * 89 / 100) < 480, "{}", spoken.samples.len());
        let words: Vec<(u64, u64)> = spoken.words.iter().map(|w| (w.from / 48, w.to / 48)).collect();
        assert!(words[0].0.abs_diff(30) < 5 && words[0].1.abs_diff(320) < 5, "{words:?}");
        assert!(words[1].0.abs_diff(320) < 5 && words[1].1.abs_diff(770) < 5, "{words:?}");
        assert_eq!(spoken, kokoro.speak("aːb kˈɔː", &[(0..3, 0..3), (4..8, 4..8)], 1.0, &voice).unwrap());
    }

    #[test]
    fn speed_and_errors_are_those_of_the_voice_in_the_program() {
        let (kokoro, voice) = (Kokoro::from_bytes(NETWORK).unwrap(), KokoroVoice::from_bytes(&voice(1.0, 1)).unwrap());
        let length = |speed| kokoro.speak("aaaaaaaa", &[], speed, &voice).unwrap().samples.len();
        assert!(length(0.5) > length(1.0) * 3 / 2 && length(2.0) < length(1.0) * 2 / 3);
        assert!(matches!(kokoro.speak("Б", &[], 1.0, &voice), Err(NeuralError::UnknownSymbols(_))));
        assert!(matches!(kokoro.speak("a", &[], 9.0, &voice), Err(NeuralError::Speed(_))));
        assert!(matches!(kokoro.speak("a", &[(0..1, 0..2)], 1.0, &voice), Err(NeuralError::Word(0))));
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
        let head = [NUMPY, &[1, 0], &(header.len() as u16).to_le_bytes(), header].concat();
        let read = KokoroVoice::from_bytes(&[head.clone(), voice(0.5, 2)].concat()).unwrap();
        assert_eq!(read.styles, [0.5; 2 * STYLE]);
        assert!(KokoroVoice::from_bytes(&head[..20]).is_err());
    }

    #[test]
    fn what_is_no_voice_file_is_refused() {
        for bytes in [vec![], voice(1.0, 1)[1..].to_vec(), voice(f32::NAN, 1), voice(1.0, STYLES + 1)] {
            assert!(matches!(KokoroVoice::from_bytes(&bytes), Err(NeuralError::Load(_))));
        }
        assert!(matches!(Kokoro::from_bytes(b"nothing"), Err(NeuralError::Load(_))));
    }
}
