//! Which words lie between which pauses: the cheapest way to share out the words over the stretches that sound, given how long words
//! should take and where a reader would pause.

use std::collections::BTreeMap;
use std::ops::Range;

/// Words and the stretches of sound they are said in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Phrase {
    pub heard: Range<usize>,
    pub words: Range<usize>,
}

/// Stretches that may make up one phrase: a pause within may be a plosive's, or a breath's.
const MOST_STRETCHES: usize = 6;
/// How far the words may run ahead of, or behind, an even pace.
const STRAY: usize = 40;
/// The share by which a phrase's pace usually differs from the mean.
const PACE_SPREAD: f64 = 0.18;
/// Frames by which even the shortest phrase may be off.
const FRAMES_SPREAD: f64 = 9.0;
/// A pause this long (frames) is a reader's pause rather than none.
const CLEAR_PAUSE: f64 = 18.0;
/// What it costs to pause, clearly, where nothing in the text asks for it.
const UNASKED: f64 = 5.0;
/// What it costs to pass over a clear pause within a phrase.
const PASSED_OVER: f64 = 3.5;
/// What it costs not to pause where the text surely asks for it.
const MISSING: f64 = 3.0;

/// Shares out the words over the stretches `heard`, in order. Every phrase has at least a word and a stretch.
pub(super) fn match_words(heard: &[Range<usize>], weights: &[f64], stops: &[f64]) -> Vec<Phrase> {
    let costs = Costs::new(heard, weights, stops);
    let (stretches, words) = (heard.len(), weights.len());
    let mut best = vec![BTreeMap::from([(0, (0.0, Phrase { heard: 0..0, words: 0..0 }))])];
    for s in 1..=stretches {
        let reached = costs.near(s).filter_map(|w| Some((w, cheapest(s, w, &best, &costs)?))).collect();
        best.push(reached);
    }
    traced(&best, stretches, words)
}

/// For a number of words, the cheapest way to have said them in so many stretches: what it costs, and its last phrase.
type Reached = BTreeMap<usize, (f64, Phrase)>;

/// The cheapest way to have said `w` words in `s` stretches, given those for fewer stretches.
fn cheapest(s: usize, w: usize, best: &[Reached], costs: &Costs) -> Option<(f64, Phrase)> {
    let before =
        (s.saturating_sub(MOST_STRETCHES)..s).flat_map(|first| best[first].range(..w).map(move |b| (first, b)));
    let ways = before.map(|(first, (&start, (cost, _)))| {
        let phrase = Phrase { heard: first..s, words: start..w };
        (cost + costs.of(&phrase), phrase)
    });
    ways.min_by(|a, b| a.0.total_cmp(&b.0))
}

/// The phrases that lead to the end; one of everything if none do.
fn traced(best: &[Reached], stretches: usize, words: usize) -> Vec<Phrase> {
    let mut phrases = Vec::new();
    let (mut s, mut w) = (stretches, words);
    while (s, w) != (0, 0) {
        let Some((_, phrase)) = best[s].get(&w) else { return vec![Phrase { heard: 0..stretches, words: 0..words }] };
        (s, w) = (phrase.heard.start, phrase.words.start);
        phrases.push(phrase.clone());
    }
    phrases.reverse();
    phrases
}

/// What phrases cost; with running sums, so that each is found at once.
struct Costs<'a> {
    heard: &'a [Range<usize>],
    stops: &'a [f64],
    frames: Vec<f64>,
    weights: Vec<f64>,
    missing: Vec<f64>,
    passed_over: Vec<f64>,
}

impl<'a> Costs<'a> {
    fn new(heard: &'a [Range<usize>], weights: &[f64], stops: &'a [f64]) -> Self {
        let pauses = heard.windows(2).map(|h| clarity(h[1].start - h[0].end) * PASSED_OVER);
        Self {
            heard,
            stops,
            frames: summed(heard.iter().map(|h| h.len() as f64)),
            weights: summed(weights.iter().copied()),
            missing: summed(stops.iter().map(|s| s * MISSING)),
            passed_over: summed(pauses),
        }
    }

    /// The numbers of words that may have been said after `stretches` stretches.
    fn near(&self, stretches: usize) -> std::ops::RangeInclusive<usize> {
        let (all, words) = (self.frames[self.heard.len()].max(1.0), self.stops.len());
        let even = self.weights.partition_point(|w| w / self.weights[words] < self.frames[stretches] / all);
        match stretches {
            0 => 0..=0,
            s if s == self.heard.len() => words..=words,
            _ => even.saturating_sub(STRAY).max(1)..=(even + STRAY).min(words - 1),
        }
    }

    fn of(&self, Phrase { heard, words }: &Phrase) -> f64 {
        let within = |sums: &[f64], range: &Range<usize>| sums[range.end] - sums[range.start];
        let pace = self.frames[self.heard.len()] / self.weights[self.stops.len()];
        let wanted = within(&self.weights, words) * pace;
        let spread = FRAMES_SPREAD + PACE_SPREAD * wanted;
        let off = (within(&self.frames, heard) - wanted) / spread;
        let inner = words.start..words.end - 1;
        let missing = within(&self.missing, &inner);
        let passed_over = within(&self.passed_over, &(heard.start..heard.end - 1));
        off * off + missing + passed_over + self.unasked(heard.end, words.end - 1)
    }

    /// What it costs to pause between stretch `next` − 1 and `next` after word `word`.
    fn unasked(&self, next: usize, word: usize) -> f64 {
        let Some(after) = self.heard.get(next) else { return 0.0 };
        let pause = clarity(after.start - self.heard[next - 1].end);
        // A short pause asks for little; at a full stop a short one is as odd as a long one elsewhere.
        (1.0 - self.stops[word]) * (0.8 + UNASKED * pause) + self.stops[word] * (1.0 - pause)
    }
}

/// From 0 for hardly a pause to 1 for a clear one.
fn clarity(frames: usize) -> f64 {
    (frames as f64 / CLEAR_PAUSE).min(1.0).powi(2)
}

/// Sums of the first 0, 1, 2 … values.
fn summed(values: impl Iterator<Item = f64>) -> Vec<f64> {
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
        assert_eq!(phrases.last().unwrap(), &Phrase { heard: 2..3, words: 5..8 });
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
