//! When words sound, from when their symbols do. Knows nothing of the network.

use super::{NeuralError, Word};
use crate::voice::SpokenWord;

/// Symbols that are heard as a pause if at all.
const MARKS: &str = ";:,.!?—…\"“”()";

/// Refuses words that are not in order or not within `count` symbols.
pub(super) fn check(words: &[Word], count: usize) -> Result<(), NeuralError> {
    let mut end = 0;
    for (n, (_, symbols)) in words.iter().enumerate() {
        if symbols.start < end || symbols.end < symbols.start || symbols.end > count {
            return Err(NeuralError::Word(n));
        }
        end = symbols.end;
    }
    Ok(())
}

/// The words with their times. `starts` says where each of `symbols` begins, and the end of the last; `place` makes of that a sample at 48
/// kHz, and all is `moved` by as many of those. A space's time belongs half to the word before it and half to the one after; that of the
/// marks at a word's end to none.
pub(super) fn words(
    words: &[Word],
    symbols: &[char],
    starts: &[usize],
    place: impl Fn(usize) -> usize,
    moved: i64,
) -> Vec<SpokenWord> {
    let at = |sample: usize| (place(sample) as i64 + moved).max(0) as u64;
    let half = |symbol: usize| if symbols[symbol] == ' ' { (starts[symbol + 1] - starts[symbol]) / 2 } else { 0 };
    let mut spoken: Vec<SpokenWord> = Vec::with_capacity(words.len());
    for (range, word) in words {
        let before = if word.start > 0 { half(word.start - 1) } else { 0 };
        let marks = symbols[word.clone()].iter().rev().take_while(|symbol| MARKS.contains(**symbol)).count();
        let end = word.end - marks;
        let after = if end < symbols.len() { half(end) } else { 0 };
        let from = at(starts[word.start] - before).max(spoken.last().map_or(0, |w| w.from));
        if let Some(last) = spoken.last_mut() {
            last.to = last.to.min(from);
        }
        let to = if word.is_empty() { from } else { at(starts[end] + after).max(from) };
        spoken.push(SpokenWord { range: range.clone(), from, to });
    }
    spoken
}

#[cfg(test)]
mod tests {
    use super::*;

    fn timed(given: &[Word], symbols: &str, starts: &[usize], moved: i64) -> Vec<(u64, u64)> {
        let symbols: Vec<char> = symbols.chars().collect();
        words(given, &symbols, starts, |at| 2 * at, moved - 2_400).iter().map(|w| (w.from, w.to)).collect()
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
        assert!(check(&[(0..1, 0..2), (1..2, 2..2), (2..3, 3..4)], 4).is_ok());
        for (words, wrong) in [
            (vec![(0..1, 0..5)], 0),
            (vec![(0..1, 0..2), (1..2, 1..3)], 1),
            #[expect(clippy::reversed_empty_ranges, reason = "that is what is refused")]
            (vec![(0..1, 3..2)], 0),
        ] {
            assert!(matches!(check(&words, 4), Err(NeuralError::Word(n)) if n == wrong));
        }
    }
}
