//! Predicts the phonemes of words that are in no lexicon (out of vocabulary, OOV) with a small network.
//!
//! The ONNX graph maps letter ids (1 × n) to phoneme ids, several slots a letter. Repeats and zeros are dropped.

use rten::{Model, Value};
use serde::Deserialize;

use super::accent::Accent;
use super::data::{self, ByAccent};

struct OovNetwork {
    model: Model,
    alphabet: OovAlphabet,
}

#[derive(Deserialize)]
struct OovAlphabet {
    #[serde(rename = "in")]
    letters: Vec<char>,
    #[serde(rename = "out")]
    symbols: Vec<char>,
    maxlen: usize,
}

/// The phonemes of `word`; `None` if the network knows none of its letters.
pub(super) fn predict(word: &str, accent: Accent) -> Option<String> {
    static NETS: ByAccent<Option<OovNetwork>> = ByAccent::new();
    let net = NETS.get(accent, || OovNetwork::for_accent(accent)).as_ref()?;
    let letters: Vec<i32> = word.chars().filter_map(|c| net.letter_id(c)).collect();
    let phonemes: Option<String> = letters.chunks(net.alphabet.maxlen).map(|part| net.run(part.to_vec())).collect();
    phonemes.filter(|phonemes| !phonemes.is_empty())
}

impl OovNetwork {
    fn for_accent(accent: Accent) -> Option<Self> {
        let (model, letters) = match accent {
            Accent::American => (data::NET_US, data::NET_US_LETTERS),
            Accent::British => (data::NET_GB, data::NET_GB_LETTERS),
        };
        let alphabet = serde_json::from_slice(letters).ok()?;
        Some(Self { model: Model::load_static_slice(model).ok()?, alphabet })
    }

    /// The id of a letter, from 1.
    fn letter_id(&self, c: char) -> Option<i32> {
        self.alphabet.letters.iter().position(|&l| l == c).map(|n| n as i32 + 1)
    }

    fn run(&self, letters: Vec<i32>) -> Option<String> {
        let input = Value::from_shape([1, letters.len()], letters).ok()?;
        let output = self.model.run_one(input.into(), None).ok()?;
        let (_, ids) = output.into_shape_vec::<i32, 2>().ok()?;
        Some(self.collapse(ids.into_iter()))
    }

    /// Drops repeats, gaps and the marks of a change of language.
    fn collapse(&self, ids: impl Iterator<Item = i32>) -> String {
        let mut phonemes = String::new();
        let mut last = 0;
        let mut in_mark = false;
        for id in ids {
            let symbol = usize::try_from(id - 1).ok().and_then(|n| self.alphabet.symbols.get(n));
            match symbol {
                _ if id == last => {}
                Some('(') => in_mark = true,
                Some(')') => in_mark = false,
                Some('-' | '1' | 'ʀ') | None => {}
                // Two slots of a letter may output the same phoneme.
                Some(&c) if !in_mark && !phonemes.ends_with(c) => phonemes.push(c),
                Some(_) => {}
            }
            last = id;
        }
        phonemes.trim().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unknown_words_are_read() {
        for accent in [Accent::American, Accent::British] {
            for word in ["blorfing", "Zanthiq", "Müllerova", "x"] {
                let phonemes = predict(word, accent).unwrap_or_default();
                assert!(!phonemes.is_empty(), "{word}");
                assert!(!phonemes.contains(['(', ')', '-']), "{phonemes}");
            }
        }
    }

    #[test]
    fn what_is_no_letter_is_not_read() {
        assert_eq!(predict("", Accent::American), None);
        assert_eq!(predict("\u{1f600}", Accent::British), None);
    }

    #[test]
    fn every_run_gives_the_same() {
        assert_eq!(predict("Kubernetes", Accent::American), predict("Kubernetes", Accent::American));
    }
}
