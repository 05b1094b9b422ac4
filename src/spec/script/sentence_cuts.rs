//! Estimates how long words take to say, and cuts them at sentence ends into parts of a bearable length.

use std::ops::Range;

use crate::voice;

/// A scene with one picture is cut if its words take longer than this, in seconds.
const MAX_SCENE_SECONDS: f64 = 12.0;
/// The assumed pace of a voice, in letters a second.
const CHARS_PER_SECOND: f64 = 15.0;

/// The estimated time that the text takes to say, in seconds.
pub fn seconds(text: &str) -> f64 {
    text.chars().map(letters_in_time).sum::<f64>() / CHARS_PER_SECOND
}

/// How many letters take as long to say as this character: one of a script such as Chinese stands for a syllable.
fn letters_in_time(c: char) -> f64 {
    if c >= '\u{2e80}' { 3.5 } else { 1.0 }
}

/// Byte ranges of the text: parts of about the same length, each of whole sentences and of about 12 seconds at most.
pub fn parts(text: &str) -> Vec<Range<usize>> {
    let sentences = voice::sentences(text);
    let lengths: Vec<f64> = sentences.iter().map(|sentence| seconds(&text[sentence.clone()])).collect();
    let all: f64 = lengths.iter().sum();
    let target = all / (all / MAX_SCENE_SECONDS).ceil().max(1.0);
    let (mut parts, mut said) = (Vec::<Range<usize>>::new(), 0.0);
    for (sentence, length) in sentences.iter().zip(lengths) {
        let count = parts.len();
        match parts.last_mut() {
            Some(last) if said + length / 2.0 <= target * count as f64 => last.end = sentence.end,
            _ => parts.push(sentence.clone()),
        }
        said += length;
    }
    parts
}

/// Where the sentences end that are said while a heading's card is shown; `None` if too few words follow them.
pub fn opening(text: &str) -> Option<usize> {
    const MIN_OPENING_SECONDS: f64 = 1.8;
    const MIN_REST_SECONDS: f64 = 2.8;
    const MAX_UNDIVIDED_SECONDS: f64 = 6.0;
    let sentences = voice::sentences(text);
    let end =
        sentences.iter().map(|sentence| sentence.end).find(|end| seconds(&text[..*end]) >= MIN_OPENING_SECONDS)?;
    let long = seconds(text) > MAX_UNDIVIDED_SECONDS && seconds(&text[end..]) >= MIN_REST_SECONDS;
    long.then_some(end)
}

/// The text with each sentence on a line of its own.
pub fn line_by_line(text: &str) -> String {
    let sentences: Vec<&str> = voice::sentences(text).into_iter().map(|sentence| &text[sentence]).collect();
    if sentences.is_empty() { text.trim().to_owned() } else { sentences.join("\n") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_cut_evenly_at_sentence_ends() {
        let sentence = "This is a sentence of about three seconds, I think. ";
        for (count, wanted) in [(1, 1), (3, 1), (5, 2), (8, 3), (20, 6)] {
            let text = sentence.repeat(count);
            let parts = parts(&text);
            assert_eq!(parts.len(), wanted, "{count}");
            let said: Vec<f64> = parts.iter().map(|part| seconds(&text[part.clone()])).collect();
            assert!(said.iter().all(|said| *said <= 14.0), "{said:?}");
            assert!(parts.iter().all(|part| text[part.clone()].ends_with("think.")), "{parts:?}");
        }
        assert!(parts("").is_empty());
        let one = "word ".repeat(100);
        assert_eq!(parts(&one), std::slice::from_ref(&(0..one.len() - 1)), "a sentence is never cut");
    }

    #[test]
    fn a_heading_opens_with_a_sentence() {
        let text = "This is the first sentence of all. This one follows it, and it takes some time to say, so it gets a scene.";
        assert_eq!(opening(text), Some("This is the first sentence of all.".len()));
        assert_eq!(opening("This is all. And this."), None);
    }
}
