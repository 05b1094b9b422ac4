//! Piper voices: a network and its description, both installed by the user. espeak-ng, a process that the caller runs, supplies the
//! phonemes.

use std::collections::BTreeMap;

use rten::NodeId;
use serde::Deserialize;

use super::assembly::{NetworkTraits, assemble};
use super::error::{MAX_SYMBOLS, NeuralError, SPEEDS};
use super::espeak_phonemes::{self, EspeakPhonemes};
use super::hibari_network::symbol_lengths;
use super::onnx::{PreparedNetwork, find_node, prepare};
use super::pieces::{PieceSound, SymbolSound};
use super::thread_pools::{ThreadPools, float_data, float_tensor, int_tensor};
use crate::units::SAMPLE_RATE;
use crate::voice::SpokenSentence;
use crate::voice::espeak::RunCommand;

/// The symbol between two symbols.
const PAD: char = '_';
/// The symbol before the first one.
const BEGIN: char = '^';
/// The symbol after the last one.
const END: char = '$';

/// How many samples at 48 kHz a symbol's start in the output lies after its audible start (median against forced alignment).
const SYMBOL_DELAY: i64 = SAMPLE_RATE as i64 * 3 / 100;

/// The description of a voice, in the format of its `.onnx.json` file.
#[derive(Deserialize)]
struct PiperConfig {
    audio: PiperAudio,
    espeak: PiperEspeak,
    #[serde(default)]
    inference: PiperInference,
    #[serde(default = "default_phoneme_type")]
    phoneme_type: String,
    phoneme_id_map: BTreeMap<char, Vec<i32>>,
    #[serde(default)]
    speaker_id_map: BTreeMap<String, i32>,
    #[serde(default)]
    num_speakers: i32,
}

#[derive(Deserialize)]
struct PiperAudio {
    sample_rate: u32,
}

#[derive(Deserialize)]
struct PiperEspeak {
    voice: String,
}

#[derive(Deserialize)]
#[serde(default)]
struct PiperInference {
    noise_scale: f32,
    length_scale: f32,
    noise_w: f32,
}

impl Default for PiperInference {
    fn default() -> Self {
        Self { noise_scale: 0.667, length_scale: 1.0, noise_w: 0.8 }
    }
}

fn default_phoneme_type() -> String {
    "espeak".to_owned()
}

/// A loaded Piper voice, shared by all threads.
pub struct PiperModel {
    model: rten::Model,
    config: PiperConfig,
    inputs: [NodeId; 3],
    speaker: Option<NodeId>,
    outputs: [NodeId; 2],
    pools: ThreadPools,
}

impl PiperModel {
    /// Loads a voice from the bytes of its `.onnx` file and its `.onnx.json` file.
    ///
    /// # Errors
    /// [`NeuralError::Load`] if a file is not valid, or the voice does not use the phonemes of espeak-ng.
    pub fn from_bytes(network: &[u8], description: &[u8]) -> Result<Self, NeuralError> {
        let config: PiperConfig = serde_json::from_slice(description).map_err(|e| NeuralError::Load(e.to_string()))?;
        if config.phoneme_type != "espeak" {
            let why = format!("phonemes of type `{}` are not supported", config.phoneme_type);
            return Err(NeuralError::Load(why));
        }
        let PreparedNetwork { model, lengths } = prepare(network, "Ceil")?;
        let inputs = [find_node(&model, "input")?, find_node(&model, "input_lengths")?, find_node(&model, "scales")?];
        let speaker = (config.num_speakers > 1).then(|| find_node(&model, "sid")).transpose()?;
        let outputs = [find_node(&model, "output")?, find_node(&model, &lengths)?];
        Ok(Self { model, config, inputs, speaker, outputs, pools: ThreadPools::default() })
    }

    /// The names of the speakers, if the voice has several.
    pub fn speakers(&self) -> impl Iterator<Item = &str> {
        self.config.speaker_id_map.keys().map(String::as_str)
    }

    /// Synthesises one sentence: trimmed to short pads of silence, at [`crate::voice::TARGET_LUFS`], with the times of its words.
    ///
    /// # Errors
    /// Any [`NeuralError`] except `Load`.
    pub fn speak(
        &self,
        sentence: &str,
        speaker: Option<&str>,
        speed: f64,
        run: &mut RunCommand,
    ) -> Result<SpokenSentence, NeuralError> {
        if !SPEEDS.contains(&speed) {
            return Err(NeuralError::Speed(speed));
        }
        let speaker = self.speaker_id(speaker)?;
        let phonemes = espeak_phonemes::transcribe_sentence(sentence, &self.config.espeak.voice, run)?;
        if phonemes.symbols.is_empty() {
            return Err(NeuralError::Silent(sentence.to_owned()));
        }
        if phonemes.symbols.len() > MAX_SYMBOLS {
            return Err(NeuralError::TooLong(phonemes.symbols.len()));
        }
        let (ids, begins) = self.symbol_ids(&phonemes)?;
        let PieceSound { samples, lengths } = self.run(ids, speaker, speed)?;
        let starts = begins.iter().map(|&at| lengths[..at].iter().sum()).collect::<Vec<usize>>();
        let traits = NetworkTraits { rate: self.config.audio.sample_rate, symbol_delay: SYMBOL_DELAY };
        assemble(&SymbolSound { samples, starts }, traits, &phonemes.words, &phonemes.symbols)
    }

    fn speaker_id(&self, name: Option<&str>) -> Result<i32, NeuralError> {
        let Some(name) = name else { return Ok(0) };
        let id = self.config.speaker_id_map.get(name).copied();
        id.ok_or_else(|| NeuralError::UnknownSpeaker(name.to_owned()))
    }

    /// The ids of all symbols with [`BEGIN`], [`PAD`] and [`END`], and the index at which the ids of each symbol begin; the last index is
    /// that of the ids after them.
    fn symbol_ids(&self, phonemes: &EspeakPhonemes) -> Result<(Vec<i32>, Vec<usize>), NeuralError> {
        let mut unknown = phonemes.symbols.clone();
        unknown.retain(|symbol| symbol.is_alphabetic() && self.ids_of(*symbol).is_empty());
        if !unknown.is_empty() {
            return Err(NeuralError::UnknownSymbols(unknown));
        }
        let mut ids = [self.ids_of(BEGIN), self.ids_of(PAD)].concat();
        let mut begins = Vec::new();
        for &symbol in &phonemes.symbols {
            begins.push(ids.len());
            ids.extend(self.ids_of(symbol));
            ids.extend(self.ids_of(PAD));
        }
        begins.push(ids.len());
        ids.extend(self.ids_of(END));
        Ok((ids, begins))
    }

    fn ids_of(&self, symbol: char) -> &[i32] {
        self.config.phoneme_id_map.get(&symbol).map_or(&[][..], Vec::as_slice)
    }

    /// Runs the network on `ids`, all symbols with those between them.
    fn run(&self, ids: Vec<i32>, speaker: i32, speed: f64) -> Result<PieceSound, NeuralError> {
        let count = ids.len();
        let inference = &self.config.inference;
        let scales = vec![inference.noise_scale, inference.length_scale / speed as f32, inference.noise_w];
        let mut inputs = vec![
            (self.inputs[0], int_tensor(&[1, count], ids)?),
            (self.inputs[1], int_tensor(&[1], vec![count as i32])?),
            (self.inputs[2], float_tensor(&[3], scales)?),
        ];
        if let Some(node) = self.speaker {
            inputs.push((node, int_tensor(&[1], vec![speaker])?));
        }
        let [sound, lengths] = self.pools.run(&self.model, inputs, self.outputs)?;
        let samples = float_data(sound)?;
        let units = float_data(lengths)?;
        let total = units.iter().sum::<f32>().max(1.0) as usize;
        let lengths = symbol_lengths(&units, count, samples.len() / total)?;
        Ok(PieceSound { samples, lengths })
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::ExitStatusExt;
    use std::process::{Command, ExitStatus, Output};

    use super::*;

    const NETWORK: &[u8] = include_bytes!("../../../tests/voice/piper.onnx");
    const DESCRIPTION: &str = r#"{
        "audio": {"sample_rate": 22050}, "espeak": {"voice": "en-us"}, "num_speakers": 1,
        "phoneme_id_map": {"_": [0], "^": [1], "$": [2], " ": [3], ".": [4], "a": [40], "b": [50]}
    }"#;

    /// An espeak-ng for which every text is this.
    fn saying(ipa: &str) -> impl FnMut(Command, &[u8]) -> std::io::Result<Output> {
        let stdout = ipa.as_bytes().to_vec();
        move |_, _| Ok(Output { status: ExitStatus::from_raw(0), stdout: stdout.clone(), stderr: Vec::new() })
    }

    fn piper() -> PiperModel {
        PiperModel::from_bytes(NETWORK, DESCRIPTION.as_bytes()).unwrap()
    }

    #[test]
    fn it_speaks_the_same_every_time_and_tells_when() {
        let (piper, mut ipa) = (piper(), saying("abab bbb"));
        let spoken = piper.speak("One two.", None, 1.0, &mut ipa).unwrap();
        assert_eq!(spoken, piper.speak("One two.", None, 1.0, &mut ipa).unwrap());
        assert_eq!(spoken.words.len(), 2);
        // A symbol and what stands behind it last 2 × 4 × 256 samples at 22.05 kHz.
        let symbol = 2 * 4 * 256 * 48_000 / 22_050;
        let between = spoken.words[1].from - spoken.words[0].from;
        assert!(spoken.words[1].to > spoken.words[1].from && between.abs_diff(symbol * 9 / 2) < symbol, "{spoken:?}");
    }

    #[test]
    fn symbols_are_parted_by_pads() {
        let said = EspeakPhonemes { symbols: vec!['a', ' ', 'b'], words: Vec::new() };
        let (ids, begins) = piper().symbol_ids(&said).unwrap();
        assert_eq!(ids, [1, 0, 40, 0, 3, 0, 50, 0, 2]);
        assert_eq!(begins, [2, 4, 6, 8]);
    }

    #[test]
    fn what_cannot_be_spoken_is_said() {
        let piper = piper();
        let fails = |ipa, speaker, speed| piper.speak("One.", speaker, speed, &mut saying(ipa)).unwrap_err();
        assert!(matches!(fails("axb", None, 1.0), NeuralError::UnknownSymbols(s) if s == ['x']));
        assert!(matches!(fails("a", Some("ann"), 1.0), NeuralError::UnknownSpeaker(_)));
        assert!(matches!(fails("a", None, 3.0), NeuralError::Speed(_)));
        assert!(matches!(piper.speak("", None, 1.0, &mut saying("")), Err(NeuralError::Silent(_))));
    }

    #[test]
    fn descriptions_of_another_kind_are_refused() {
        for description in ["", "{}", &DESCRIPTION.replace("\"num_sp", "\"phoneme_type\": \"text\", \"num_sp")] {
            assert!(matches!(PiperModel::from_bytes(NETWORK, description.as_bytes()), Err(NeuralError::Load(_))));
        }
        let many = DESCRIPTION.replace("\"num_speakers\": 1", "\"num_speakers\": 2");
        assert!(
            matches!(PiperModel::from_bytes(NETWORK, many.as_bytes()), Err(NeuralError::Load(_))),
            "it has no `sid`"
        );
    }
}
