//! Derives the times of words from those of their symbols.

use std::ops::Range;

use super::error::NeuralError;
use crate::sound::resample;
use crate::voice::WordTiming;

/// Symbols that sound as a pause or not at all.
const PAUSE_MARKS: &str = ";:,.!?—…\"“”()";

/// A word to be timed: its bytes in the sentence, and its characters (not bytes) in the symbols. Words are in order; the symbols of a word
/// that is not spoken are an empty range.
pub type WordSpan = (Range<usize>, Range<usize>);

/// Checks that words are in order and within `count` symbols.
///
/// # Errors
/// [`NeuralError::Word`] with the index of the first word that is not.
pub(super) fn check_words(words: &[WordSpan], count: usize) -> Result<(), NeuralError> {
    let mut end = 0;
    for (n, (_, symbols)) in words.iter().enumerate() {
        if symbols.start < end || symbols.end < symbols.start || symbols.end > count {
            return Err(NeuralError::Word(n));
        }
        end = symbols.end;
    }
    Ok(())
}

/// The symbols of a sentence and when they sound.
pub(super) struct SymbolTimes<'a> {
    pub symbols: &'a [char],
    /// The sample at which each symbol begins, and the end of the last one.
    pub starts: &'a [usize],
    /// The sample rate of `starts` in Hz.
    pub rate: u32,
    /// How many samples at 48 kHz the sound was shifted since.
    pub shift: i64,
}

impl SymbolTimes<'_> {
    /// Converts a sample at `rate` to one at 48 kHz in the shifted sound.
    fn shifted(&self, sample: usize) -> u64 {
        (resample::resampled_length(sample, self.rate) as i64 + self.shift).max(0) as u64
    }

    /// Half the samples of the symbol at `index` if it is a space, else 0.
    fn half_space(&self, index: usize) -> usize {
        if self.symbols.get(index) == Some(&' ') { (self.starts[index + 1] - self.starts[index]) / 2 } else { 0 }
    }

    /// The symbol after the last one of `word` that is not a pause mark.
    fn end_without_marks(&self, word: &Range<usize>) -> usize {
        let marks = self.symbols[word.clone()].iter().rev().take_while(|symbol| PAUSE_MARKS.contains(**symbol));
        word.end - marks.count()
    }
}

/// The times of `words`. The time of a space belongs half to the word before it and half to the word after it; that of the marks at the
/// end of a word belongs to no word.
pub(super) fn word_timings(words: &[WordSpan], times: &SymbolTimes) -> Vec<WordTiming> {
    let mut timings: Vec<WordTiming> = Vec::with_capacity(words.len());
    for (range, word) in words {
        let before = word.start.checked_sub(1).map_or(0, |index| times.half_space(index));
        let end = times.end_without_marks(word);
        let earliest = timings.last().map_or(0, |last| last.from);
        let from = times.shifted(times.starts[word.start] - before).max(earliest);
        if let Some(last) = timings.last_mut() {
            last.to = last.to.min(from);
        }
        let to =
            if word.is_empty() { from } else { times.shifted(times.starts[end] + times.half_space(end)).max(from) };
        timings.push(WordTiming { range: range.clone(), from, to });
    }
    timings
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed(given: &[WordSpan], symbols: &str, starts: &[usize], moved: i64) -> Vec<(u64, u64)> {
        let symbols: Vec<char> = symbols.chars().collect();
        let times = SymbolTimes { symbols: &symbols, starts, rate: 24_000, shift: moved - 2_400 };
        word_timings(given, &times).iter().map(|w| (w.from, w.to)).collect()
    }

    #[test]
    fn a_space_belongs_half_to_each_neighbour() {
        let starts = [4_000, 5_000, 6_000, 8_000, 9_000];
        let times = timed(&[(0..2, 0..2), (3..4, 3..4)], "ab c", &starts, 0);
        assert_eq!(times, [(8_000 - 2_400, 14_000 - 2_400), (14_000 - 2_400, 18_000 - 2_400)]);
    }

    #[test]
    fn a_comma_parts_words() {
        let starts = [4_000, 5_000, 6_000, 7_000, 9_000];
        let times = timed(&[(0..1, 0..1), (3..4, 3..4)], "a, b", &starts, 2_400);
        assert_eq!(times, [(8_000, 10_000), (13_000, 18_000)]);
        assert_eq!(times, timed(&[(0..2, 0..2), (3..4, 3..4)], "a, b", &starts, 2_400), "its word's or nobody's");
    }

    #[test]
    fn times_never_run_backwards() {
        let starts = [0, 500, 1_000, 3_000];
        let given = [(0..1, 0..1), (2..2, 1..1), (3..4, 1..2), (4..5, 2..3)];
        let times = timed(&given, "abc", &starts, -100);
        assert!(times.iter().all(|(from, to)| from <= to));
        assert!(times.windows(2).all(|w| w[0].1 <= w[1].0));
        assert_eq!(times[0].0, 0);
        assert_eq!(times[1].0, times[1].1, "a word without symbols takes no time");
    }

    #[test]
    fn words_must_be_in_order_and_within() {
        assert!(check_words(&[(0..1, 0..2), (1..2, 2..2), (2..3, 3..4)], 4).is_ok());
        for (words, wrong) in [
            (vec![(0..1, 0..5)], 0),
            (vec![(0..1, 0..2), (1..2, 1..3)], 1),
            #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
            (vec![(0..1, 3..2)], 0),
        ] {
            assert!(matches!(check_words(&words, 4), Err(NeuralError::Word(n)) if n == wrong));
        }
    }
}
