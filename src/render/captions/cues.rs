//! Subtitle cues from spoken words: texts with times, which subtitle files hold in any format.

use unicode_segmentation::UnicodeSegmentation;

use super::phrases::{PageLimits, break_unit, split_pages, words_on_first_line};
use super::spoken_word::SpokenWord;
use crate::render::script::is_wide;
use crate::render::text::{clean_word, join as join_words};
use crate::units::samples;

/// The most characters on a line.
const MAX_LINE_CHARS: usize = 42;
/// What a character that is as wide as it is high counts, so that a line holds 20 of them.
const WIDE_CHAR: f64 = 2.1;
/// A cue lasts at least this long where the next one leaves room, in seconds.
const MIN_CUE_SECONDS: f64 = 1.0;
/// How long a cue stays after its last word where nothing follows at once, in seconds.
const LINGER_SECONDS: f64 = 0.3;

/// A subtitle: the text that is on the screen for a while.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptionCue {
    /// First sample, in the time of the words.
    pub from: u64,
    /// One past the last sample; at most the next cue's `from`.
    pub to: u64,
    /// One line or two, at most 42 characters each.
    pub lines: Vec<String>,
}

/// Groups words, in the order in which they are spoken, into cues of at most two lines of 42 characters.
pub fn cues(words: &[SpokenWord]) -> Vec<CaptionCue> {
    let words: Vec<SpokenWord> = words.iter().flat_map(pieces).collect();
    let units: Vec<_> = words.iter().map(|word| break_unit(word, length(&word.text))).collect();
    let limits = PageLimits { line: MAX_LINE_CHARS as f64, space: 1.0, shortest: MIN_CUE_SECONDS };
    let mut cues: Vec<CaptionCue> = Vec::new();
    for group in split_pages(&units, limits) {
        let words = &words[group.clone()];
        let first = words_on_first_line(&units[group], limits).unwrap_or(words.len());
        let from = words[0].from.max(cues.last().map_or(0, |cue| cue.from.saturating_add(1)));
        if let Some(before) = cues.last_mut() {
            before.to = before.to.min(from);
        }
        let spoken = words[words.len() - 1].to.saturating_add(samples(LINGER_SECONDS));
        let to = spoken.max(from.saturating_add(samples(MIN_CUE_SECONDS)));
        let (upper, lower) = words.split_at(first);
        let lines = [upper, lower].into_iter().filter(|line| !line.is_empty()).map(join).collect();
        cues.push(CaptionCue { from, to, lines });
    }
    cues
}

/// Length of a text in characters; one that is as wide as it is high counts as [`WIDE_CHAR`].
fn length(text: &str) -> f64 {
    text.graphemes(true).map(|grapheme| if grapheme.starts_with(is_wide) { WIDE_CHAR } else { 1.0 }).sum()
}

fn join(words: &[SpokenWord]) -> String {
    join_words(&words.iter().map(|word| (word.text.as_str(), word.joined)).collect::<Vec<_>>())
}

/// The word, cleaned; cut in pieces where it is longer than a line, each with its part of the word's time.
fn pieces(word: &SpokenWord) -> Vec<SpokenWord> {
    let text = clean_word(&word.text);
    let graphemes: Vec<&str> = text.graphemes(true).collect();
    let wide = text.chars().any(is_wide);
    let line = if wide { (MAX_LINE_CHARS as f64 / WIDE_CHAR) as usize } else { MAX_LINE_CHARS };
    let parts = graphemes.len().div_ceil(line) as u64;
    let step = word.to.saturating_sub(word.from) / parts.max(1);
    let mut pieces = Vec::new();
    for (part, graphemes) in (0..).zip(graphemes.chunks(line)) {
        let text = graphemes.concat().trim().to_owned();
        if text.is_empty() {
            continue;
        }
        let from = word.from + step * part;
        let to = if part + 1 == parts { word.to } else { from + step };
        pieces.push(SpokenWord { text, from, to, joined: word.joined || part > 0 });
    }
    pieces
}
