//! Assigns words to the ranges of a recording that sound, at minimal cost (dynamic programming). The costs compare the lengths of the
//! ranges with the estimated lengths of the words, and the pauses with the punctuation.

use std::collections::BTreeMap;
use std::ops::Range;

/// Consecutive words, and the consecutive ranges of sound in which they are spoken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HeardPhrase {
    pub heard: Range<usize>,
    pub words: Range<usize>,
}

/// The maximum number of ranges of one phrase. The pauses between them come from plosives and breaths.
const MAX_RANGES: usize = 6;
/// By how many words the assignment may deviate from an even pace.
const MAX_DRIFT_WORDS: usize = 40;
/// The standard deviation of a phrase's length from the mean pace, as a share of its length …
const PACE_SPREAD: f64 = 0.18;
/// … plus this number of frames.
const LENGTH_SPREAD_FRAMES: f64 = 9.0;
/// A pause of at least this many frames is certainly made by the reader.
const CLEAR_PAUSE_FRAMES: f64 = 18.0;
/// The cost of a clear pause after a word without punctuation.
const UNEXPECTED_PAUSE_COST: f64 = 5.0;
/// The cost of a clear pause within a phrase.
const SKIPPED_PAUSE_COST: f64 = 3.5;
/// The cost of no pause after a word that certainly requires one.
const MISSING_PAUSE_COST: f64 = 3.0;

/// Assigns words to the ranges of frames `heard`, in order. `weights` are the estimated lengths of the words, `stops` the likelihoods of a
/// pause after each. Every phrase has at least one word and one range.
pub(super) fn match_words(heard: &[Range<usize>], weights: &[f64], stops: &[f64]) -> Vec<HeardPhrase> {
    let costs = PhraseCosts::new(heard, weights, stops);
    let ranges = heard.len();
    let words = weights.len();
    let mut best = vec![BTreeMap::from([(0, (0.0, HeardPhrase { heard: 0..0, words: 0..0 }))])];
    for s in 1..=ranges {
        let reached =
            costs.word_counts_near(s).filter_map(|w| Some((w, cheapest_ending(s, w, &best, &costs)?))).collect();
        best.push(reached);
    }
    backtrack(&best, ranges, words)
}

/// By number of words: the minimal cost of speaking them in a given number of ranges, and the last phrase of that assignment.
type BestPhrases = BTreeMap<usize, (f64, HeardPhrase)>;

/// The minimal cost of speaking `w` words in `s` ranges and the last phrase, given the results for fewer ranges.
fn cheapest_ending(s: usize, w: usize, best: &[BestPhrases], costs: &PhraseCosts) -> Option<(f64, HeardPhrase)> {
    let before = (s.saturating_sub(MAX_RANGES)..s).flat_map(|first| best[first].range(..w).map(move |b| (first, b)));
    let ways = before.map(|(first, (&start, (cost, _)))| {
        let phrase = HeardPhrase { heard: first..s, words: start..w };
        (cost + costs.cost_of(&phrase), phrase)
    });
    ways.min_by(|a, b| a.0.total_cmp(&b.0))
}

/// The phrases of the cheapest assignment; a single phrase of everything if there is none.
fn backtrack(best: &[BestPhrases], ranges: usize, words: usize) -> Vec<HeardPhrase> {
    let mut phrases = Vec::new();
    let mut s = ranges;
    let mut w = words;
    while (s, w) != (0, 0) {
        let Some((_, phrase)) = best[s].get(&w) else {
            return vec![HeardPhrase { heard: 0..ranges, words: 0..words }];
        };
        (s, w) = (phrase.heard.start, phrase.words.start);
        phrases.push(phrase.clone());
    }
    phrases.reverse();
    phrases
}

/// Computes the costs of phrases in constant time from prefix sums.
struct PhraseCosts<'a> {
    heard: &'a [Range<usize>],
    stops: &'a [f64],
    frames: Vec<f64>,
    weights: Vec<f64>,
    missing: Vec<f64>,
    skipped: Vec<f64>,
}

impl<'a> PhraseCosts<'a> {
    fn new(heard: &'a [Range<usize>], weights: &[f64], stops: &'a [f64]) -> Self {
        let pauses = heard.windows(2).map(|h| pause_clarity(h[1].start - h[0].end) * SKIPPED_PAUSE_COST);
        Self {
            heard,
            stops,
            frames: prefix_sums(heard.iter().map(|h| h.len() as f64)),
            weights: prefix_sums(weights.iter().copied()),
            missing: prefix_sums(stops.iter().map(|s| s * MISSING_PAUSE_COST)),
            skipped: prefix_sums(pauses),
        }
    }

    /// The possible numbers of words in the first `ranges` ranges.
    fn word_counts_near(&self, ranges: usize) -> std::ops::RangeInclusive<usize> {
        let all = self.frames[self.heard.len()].max(1.0);
        let words = self.stops.len();
        let even = self.weights.partition_point(|w| w / self.weights[words] < self.frames[ranges] / all);
        match ranges {
            0 => 0..=0,
            s if s == self.heard.len() => words..=words,
            _ => even.saturating_sub(MAX_DRIFT_WORDS).max(1)..=(even + MAX_DRIFT_WORDS).min(words - 1),
        }
    }

    fn cost_of(&self, HeardPhrase { heard, words }: &HeardPhrase) -> f64 {
        let pace = self.frames[self.heard.len()] / self.weights[self.stops.len()];
        let expected = sum_within(&self.weights, words) * pace;
        let spread = LENGTH_SPREAD_FRAMES + PACE_SPREAD * expected;
        let off = (sum_within(&self.frames, heard) - expected) / spread;
        let inner = words.start..words.end - 1;
        let missing = sum_within(&self.missing, &inner);
        let skipped = sum_within(&self.skipped, &(heard.start..heard.end - 1));
        off * off + missing + skipped + self.pause_cost(heard.end, words.end - 1)
    }

    /// The cost of the pause between the ranges `next` − 1 and `next` after the word `word`.
    fn pause_cost(&self, next: usize, word: usize) -> f64 {
        let Some(after) = self.heard.get(next) else { return 0.0 };
        let pause = pause_clarity(after.start - self.heard[next - 1].end);
        // Without punctuation the cost grows with the length of the pause; after a full stop it falls.
        (1.0 - self.stops[word]) * (0.8 + UNEXPECTED_PAUSE_COST * pause) + self.stops[word] * (1.0 - pause)
    }
}

/// How clear a pause of `frames` is: from 0 to 1.
fn pause_clarity(frames: usize) -> f64 {
    (frames as f64 / CLEAR_PAUSE_FRAMES).min(1.0).powi(2)
}

/// The sum of the values in `range`, from their prefix sums.
fn sum_within(sums: &[f64], range: &Range<usize>) -> f64 {
    sums[range.end] - sums[range.start]
}

/// The sums of the first 0, 1, 2 … values.
fn prefix_sums(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let sums = values.scan(0.0, |sum, value| {
        *sum += value;
        Some(*sum)
    });
    std::iter::once(0.0).chain(sums).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_fall_on_stops() {
        // Three sentences of 3, 2 and 4 words at 30 frames a word, the second said faster.
        let stops = [0.0, 0.0, 1.0, 0.0, 1.0, 0.0, 0.7, 0.0, 1.0];
        let heard = [0..95, 130..175, 220..340];
        let phrases = match_words(&heard, &[1.0; 9], &stops);
        let words: Vec<_> = phrases.iter().map(|p| p.words.clone()).collect();
        assert_eq!(words, [0..3, 3..5, 5..9]);
    }

    #[test]
    fn a_hesitation_is_passed_over() {
        let heard = [0..60, 72..150, 200..290];
        let phrases = match_words(&heard, &[1.0; 8], &[0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 1.0]);
        assert_eq!(phrases.last().unwrap(), &HeardPhrase { heard: 2..3, words: 5..8 });
    }

    #[test]
    fn more_stretches_than_words_and_more_words_than_time() {
        for (stretches, words) in [(20, 1), (9, 2), (1, 50), (3, 3), (30, 200)] {
            let heard: Vec<_> = (0..stretches).map(|s| s * 40..s * 40 + 20).collect();
            let phrases = match_words(&heard, &vec![1.0; words], &vec![0.0; words]);
            assert_eq!(phrases.iter().map(|p| p.words.len()).sum::<usize>(), words);
            assert_eq!(phrases.iter().map(|p| p.heard.len()).sum::<usize>(), stretches);
        }
    }
}
