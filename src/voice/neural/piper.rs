//! Piper voices: a network and its description, both brought by the user. Phonemes come from espeak-ng, a process that the caller runs.

use std::collections::BTreeMap;

use rten::NodeId;
use serde::Deserialize;

use super::clauses::{Part, Voiced};
use super::onnx::{Ready, ready};
use super::pools::{Pools, floats, numbers, whole};
use super::said::{self, Said};
use super::{Kind, MAX_SYMBOLS, NeuralError, SPEEDS, finished, net};
use crate::units::SAMPLE_RATE;
use crate::voice::Spoken;
use crate::voice::espeak::Run;

/// What stands between symbols, before the first, and after the last.
const PAD: char = '_';
const BEGIN: char = '^';
const END: char = '$';

/// By how many samples at 48 kHz symbols begin later than one hears them (median against forced alignment).
const LATE: i64 = SAMPLE_RATE as i64 * 3 / 100;

/// What a voice's `.json` says.
#[derive(Deserialize)]
struct Config {
    audio: Audio,
    espeak: Espeak,
    #[serde(default)]
    inference: Inference,
    #[serde(default = "espeak_phonemes")]
    phoneme_type: String,
    phoneme_id_map: BTreeMap<char, Vec<i32>>,
    #[serde(default)]
    speaker_id_map: BTreeMap<String, i32>,
    #[serde(default)]
    num_speakers: i32,
}

#[derive(Deserialize)]
struct Audio {
    sample_rate: u32,
}

#[derive(Deserialize)]
struct Espeak {
    voice: String,
}

#[derive(Deserialize)]
#[serde(default)]
struct Inference {
    noise_scale: f32,
    length_scale: f32,
    noise_w: f32,
}

impl Default for Inference {
    fn default() -> Self {
        Self { noise_scale: 0.667, length_scale: 1.0, noise_w: 0.8 }
    }
}

fn espeak_phonemes() -> String {
    "espeak".to_owned()
}

/// A Piper voice, ready to speak; shared by all threads.
pub struct Piper {
    model: rten::Model,
    config: Config,
    inputs: [NodeId; 3],
    speaker: Option<NodeId>,
    outputs: [NodeId; 2],
    pools: Pools,
}

impl Piper {
    /// Reads a voice from the bytes of its `.onnx` and of its `.onnx.json` file.
    ///
    /// # Errors
    /// [`NeuralError::Load`] if they are none, or its phonemes are not those of espeak-ng.
    pub fn from_bytes(network: &[u8], description: &[u8]) -> Result<Self, NeuralError> {
        let config: Config = serde_json::from_slice(description).map_err(|e| NeuralError::Load(e.to_string()))?;
        if config.phoneme_type != "espeak" {
            let why = format!("phonemes of type `{}` are not supported", config.phoneme_type);
            return Err(NeuralError::Load(why));
        }
        let Ready { model, lengths } = ready(network, "Ceil")?;
        let node = |name: &str| model.find_node(name).ok_or_else(|| NeuralError::Load(format!("it has no `{name}`")));
        let inputs = [node("input")?, node("input_lengths")?, node("scales")?];
        let speaker = (config.num_speakers > 1).then(|| node("sid")).transpose()?;
        let outputs = [node("output")?, node(&lengths)?];
        Ok(Self { model, config, inputs, speaker, outputs, pools: Pools::default() })
    }

    /// The names of those who speak, if there is more than one.
    pub fn speakers(&self) -> impl Iterator<Item = &str> {
        self.config.speaker_id_map.keys().map(String::as_str)
    }

    /// Speaks one sentence: trimmed to small pads of silence, at [`crate::voice::LOUDNESS`], with the times of its words.
    ///
    /// # Errors
    /// Those of [`NeuralError`] and of espeak-ng.
    pub fn speak(
        &self,
        sentence: &str,
        speaker: Option<&str>,
        speed: f64,
        run: &mut Run,
    ) -> Result<Spoken, NeuralError> {
        if !SPEEDS.contains(&speed) {
            return Err(NeuralError::Speed(speed));
        }
        let speaker = self.speaker_id(speaker)?;
        let said = said::phonemes(sentence, &self.config.espeak.voice, run)?;
        if said.symbols.is_empty() {
            return Err(NeuralError::Silent(sentence.to_owned()));
        }
        if said.symbols.len() > MAX_SYMBOLS {
            return Err(NeuralError::TooLong(said.symbols.len()));
        }
        let (ids, begins) = self.ids(&said)?;
        let Voiced { samples, lengths } = self.run(ids, speaker, speed)?;
        let starts = begins.iter().map(|&at| lengths[..at].iter().sum()).collect::<Vec<usize>>();
        let kind = Kind { rate: self.config.audio.sample_rate, late: LATE };
        finished(&Part { samples, starts }, kind, &said.words, &said.symbols)
    }

    fn speaker_id(&self, name: Option<&str>) -> Result<i32, NeuralError> {
        let Some(name) = name else { return Ok(0) };
        let id = self.config.speaker_id_map.get(name).copied();
        id.ok_or_else(|| NeuralError::UnknownSpeaker(name.to_owned()))
    }

    /// The numbers of all symbols, with what stands between; and at which of them each symbol begins (and, last, what stands after).
    fn ids(&self, said: &Said) -> Result<(Vec<i32>, Vec<usize>), NeuralError> {
        let of = |symbol: char| self.config.phoneme_id_map.get(&symbol).map_or(&[][..], Vec::as_slice);
        let mut unknown = said.symbols.clone();
        unknown.retain(|symbol| symbol.is_alphabetic() && of(*symbol).is_empty());
        if !unknown.is_empty() {
            return Err(NeuralError::UnknownSymbols(unknown));
        }
        let (mut ids, mut begins) = ([of(BEGIN), of(PAD)].concat(), Vec::new());
        for &symbol in &said.symbols {
            begins.push(ids.len());
            ids.extend(of(symbol));
            ids.extend(of(PAD));
        }
        begins.push(ids.len());
        ids.extend(of(END));
        Ok((ids, begins))
    }

    /// The sound, and how many samples each of `ids` lasts.
    fn run(&self, ids: Vec<i32>, speaker: i32, speed: f64) -> Result<Voiced, NeuralError> {
        let (count, with) = (ids.len(), &self.config.inference);
        let scales = vec![with.noise_scale, with.length_scale / speed as f32, with.noise_w];
        let mut inputs = vec![
            (self.inputs[0], whole(&[1, count], ids)?),
            (self.inputs[1], whole(&[1], vec![count as i32])?),
            (self.inputs[2], numbers(&[3], scales)?),
        ];
        if let Some(node) = self.speaker {
            inputs.push((node, whole(&[1], vec![speaker])?));
        }
        let [sound, lengths] = self.pools.run(&self.model, inputs, self.outputs)?;
        let (samples, units) = (floats(sound)?, floats(lengths)?);
        let total = units.iter().sum::<f32>().max(1.0) as usize;
        let lengths = net::lengths(&units, count, samples.len() / total)?;
        Ok(Voiced { samples, lengths })
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

    fn piper() -> Piper {
        Piper::from_bytes(NETWORK, DESCRIPTION.as_bytes()).unwrap()
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
        let said = Said { symbols: vec!['a', ' ', 'b'], words: Vec::new() };
        let (ids, begins) = piper().ids(&said).unwrap();
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
            assert!(matches!(Piper::from_bytes(NETWORK, description.as_bytes()), Err(NeuralError::Load(_))));
        }
        let many = DESCRIPTION.replace("\"num_speakers\": 1", "\"num_speakers\": 2");
        assert!(matches!(Piper::from_bytes(NETWORK, many.as_bytes()), Err(NeuralError::Load(_))), "it has no `sid`");
    }
}
