//! Subtitle cues from spoken words: what SRT and WebVTT files hold. Knows nothing of their syntax.

use unicode_segmentation::UnicodeSegmentation;

use super::SpokenWord;
use super::pages::unit;
use super::phrases::{self, PageLimits};
use crate::render::script::is_wide;
use crate::render::text::{clean_word, join as join_words};
use crate::units::samples;

/// Characters on a line.
const LINE: usize = 42;
/// What one that is as wide as it is high counts.
const WIDE: f64 = 2.1;
/// A cue lasts at least this long where the next one leaves room, in seconds.
const MIN_CUE_SECONDS: f64 = 1.0;
/// How long a cue stays after its last word where nothing follows at once, in seconds.
const LINGER: f64 = 0.3;

/// One subtitle.
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
    let units: Vec<_> = words.iter().map(|word| unit(word, length(&word.text))).collect();
    let sheet = PageLimits { line: LINE as f64, space: 1.0, shortest: MIN_CUE_SECONDS };
    let mut cues: Vec<CaptionCue> = Vec::new();
    for group in phrases::pages(&units, sheet) {
        let words = &words[group.clone()];
        let first = phrases::lines(&units[group], sheet).unwrap_or(words.len());
        let from = words[0].from.max(cues.last().map_or(0, |cue| cue.from.saturating_add(1)));
        if let Some(before) = cues.last_mut() {
            before.to = before.to.min(from);
        }
        let spoken = words[words.len() - 1].to.saturating_add(samples(LINGER));
        let to = spoken.max(from.saturating_add(samples(MIN_CUE_SECONDS)));
        let (upper, lower) = words.split_at(first);
        let lines = [upper, lower].into_iter().filter(|line| !line.is_empty()).map(join).collect();
        cues.push(CaptionCue { from, to, lines });
    }
    cues
}

/// In characters; one that is as wide as it is high counts as two and a bit, so that a line holds 20.
fn length(text: &str) -> f64 {
    text.graphemes(true).map(|grapheme| if grapheme.starts_with(is_wide) { WIDE } else { 1.0 }).sum()
}

fn join(words: &[SpokenWord]) -> String {
    join_words(&words.iter().map(|word| (word.text.as_str(), word.joined)).collect::<Vec<_>>())
}

/// The word, cleaned; cut in pieces where it is longer than a line.
fn pieces(word: &SpokenWord) -> Vec<SpokenWord> {
    let text = clean_word(&word.text);
    let graphemes: Vec<&str> = text.graphemes(true).collect();
    let line = if text.chars().any(is_wide) { (LINE as f64 / WIDE) as usize } else { LINE };
    let parts = graphemes.len().div_ceil(line) as u64;
    let span = word.to.saturating_sub(word.from);
    let at = |part: u64| word.from + span / parts.max(1) * part;
    let piece = |(part, graphemes): (usize, &[&str])| {
        let (from, to) = (at(part as u64), if part as u64 + 1 == parts { word.to } else { at(part as u64 + 1) });
        SpokenWord { text: graphemes.concat().trim().to_owned(), from, to, joined: word.joined || part > 0 }
    };
    graphemes.chunks(line).enumerate().map(piece).filter(|piece| !piece.text.is_empty()).collect()
}
