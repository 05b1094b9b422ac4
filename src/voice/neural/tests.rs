//! The voice as a whole.

use super::hibari::HEART_NETWORK;
use super::*;
use crate::sound::loudness::measure;
use crate::units::SAMPLE_RATE;
use crate::voice::{SpokenSentence, WordTiming};

const HELLO: &str = "həlˈO ðˈɛɹ, ðɪs ɪz ɐ smˈɔl tˈɛst ʌv ðə vˈYs.";
const SENTENCES: [&str; 5] = [
    HELLO,
    "jˈɛs.",
    "nˈO, wˌAt!",
    "ʃi sˈOld sˈi ʃˈɛlz; hi bˈɔt twˈɛnti fˈIv ʌv ðˌɛm.",
    "kʊd ju plˈiz tˈɜɹn dˌWn ðə mjˈuzɪk ɐ lˈɪTᵊl?",
];

/// A word for each stretch between spaces, its range in the text being that in the symbols.
fn words(symbols: &str) -> Vec<WordSpan> {
    let mut at = 0;
    let each = symbols.split(' ').map(|word| {
        let range = at..at + word.chars().count();
        at = range.end + 1;
        (range.clone(), range)
    });
    each.collect()
}

fn speak(symbols: &str, speed: f64, seed: u64) -> SpokenSentence {
    HibariModel::heart().speak(symbols, &words(symbols), speed, seed, &|| false).unwrap()
}

#[test]
fn any_number_of_threads_gives_the_same_samples() {
    let alone = SENTENCES.map(|symbols| speak(symbols, 1.0, 7));
    let together = std::thread::scope(|scope| {
        let each = SENTENCES.map(|symbols| scope.spawn(move || speak(symbols, 1.0, 7)));
        each.map(|thread| thread.join().unwrap())
    });
    assert!(alone == together);
}

#[test]
fn a_seed_changes_the_noise_and_no_time() {
    let (one, other) = (speak(HELLO, 1.0, 1), speak(HELLO, 1.0, 2));
    assert_ne!(one.samples, other.samples);
    let apart = |(a, b): (&WordTiming, &WordTiming)| a.from.abs_diff(b.from).max(a.to.abs_diff(b.to));
    // The silence that is cut off ends where noise is first heard.
    assert!(one.words.iter().zip(&other.words).map(apart).max() < Some(u64::from(SAMPLE_RATE) / 50));
}

#[test]
fn words_lie_in_order_within_the_sound() {
    for symbols in SENTENCES {
        let spoken = speak(symbols, 1.0, 1);
        assert_eq!(spoken.words.len(), words(symbols).len());
        assert!(spoken.words.iter().all(|w| w.from < w.to), "{:?}", spoken.words);
        assert!(spoken.words.windows(2).all(|w| w[0].to <= w[1].from));
        assert!(spoken.words[0].from < u64::from(SAMPLE_RATE) / 10);
        assert!(spoken.words.last().unwrap().to <= spoken.samples.len() as u64);
    }
}

#[test]
fn a_word_after_a_comma_begins_where_the_sound_begins_again() {
    const MS: usize = SAMPLE_RATE as usize / 1000;
    let spoken = speak("nˈO, wˌAt ɐ mˈOmᵊnt.", 1.0, 1);
    let power = |at: &usize| spoken.samples[*at..][..20 * MS].iter().map(|s| s * s).sum::<f32>();
    let around = (200 * MS..600 * MS).step_by(5 * MS);
    let quietest = around.min_by(|a, b| power(a).total_cmp(&power(b))).unwrap();
    let onset = spoken.words[1].from as usize;
    assert!((quietest..quietest + 60 * MS).contains(&onset), "{} ms, quietest at {} ms", onset / MS, quietest / MS);
}

#[test]
fn speed_divides_the_length() {
    let length = |speed| speak(HELLO, speed, 1).samples.len() as f64;
    let normal = length(1.0);
    for speed in [0.5, 0.8, 1.25, 2.0] {
        let ratio = length(speed) * speed / normal;
        assert!((0.85..1.2).contains(&ratio), "{speed}: {ratio}");
    }
}

#[test]
fn sentences_are_equally_loud() {
    for symbols in SENTENCES {
        let loudness = measure(&speak(symbols, 1.0, 1).samples).integrated.unwrap();
        assert!((loudness - crate::voice::TARGET_LUFS).abs() < 0.5, "{symbols}: {loudness}");
    }
}

#[test]
fn a_long_sentence_is_spoken_in_one_piece() {
    let long = [HELLO.trim_end_matches('.'); 14].join(", ");
    assert!(long.chars().count() > pieces::MAX_PIECE_SYMBOLS);
    let (short, spoken) = (speak(HELLO, 1.0, 1), speak(&long, 1.0, 1));
    assert!(spoken.words.windows(2).all(|w| w[0].from < w[1].from && w[0].to <= w[1].from));
    let ratio = spoken.samples.len() as f64 / (14 * short.samples.len()) as f64;
    assert!((0.8..1.2).contains(&ratio), "{ratio}");
    assert!(longest_silence(&spoken.samples) < SAMPLE_RATE as usize * 2 / 5);
}

fn longest_silence(samples: &[f32]) -> usize {
    let quiet = samples.iter().fold(0f32, |p, s| p.max(s.abs())) * 0.01;
    let silences = samples.split(|s| s.abs() > quiet);
    silences.map(<[f32]>::len).max().unwrap_or(0)
}

#[test]
fn what_cannot_be_spoken_is_said() {
    let speak = |symbols: &str, words: &[WordSpan], speed| {
        HibariModel::heart().speak(symbols, words, speed, 0, &|| false).unwrap_err()
    };
    assert!(matches!(speak("hБ", &[], 1.0), NeuralError::UnknownSymbols(s) if s == ['Б']));
    assert!(matches!(speak("", &[], 1.0), NeuralError::Silent(_)));
    assert!(matches!(speak(" —, ", &[], 1.0), NeuralError::Silent(_)));
    assert!(matches!(speak(&"a".repeat(MAX_SYMBOLS + 1), &[], 1.0), NeuralError::TooLong(10_001)));
    assert!(matches!(speak("ab", &[(0..1, 0..3)], 1.0), NeuralError::Word(0)));
    for speed in [0.0, 0.49, 2.01, f64::NAN, f64::INFINITY] {
        assert!(matches!(speak(HELLO, &words(HELLO), speed), NeuralError::Speed(_)));
    }
}

#[test]
fn a_voice_from_a_file_is_that_voice() {
    let voice = HibariModel::from_bytes(HEART_NETWORK.to_vec()).unwrap();
    assert!(voice.speak(HELLO, &[], 1.0, 1, &|| false).unwrap().samples == speak(HELLO, 1.0, 1).samples);
    assert!(matches!(HibariModel::from_bytes(b"no network".to_vec()), Err(NeuralError::Load(_))));
}
