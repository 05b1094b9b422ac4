//! Finds the words in a rendering with a pause after every word, and removes these pauses.

use std::ops::Range;

/// The minimum length of a pause in seconds. The silence before a plosive is much shorter.
const MIN_PAUSE_SECONDS: f64 = 0.17;
/// Samples below this share of the highest peak are silence.
const SILENCE_RATIO: f32 = 0.003;
/// A pause that is longer than the shortest one by at least this much (in seconds at a speed of 1.0) contains that of a comma. A smaller
/// excess is the silence before a plosive.
const MIN_COMMA_SECONDS: f64 = 0.09;

/// The argument of `-g`, the pause after each word. Its unit is 10 ms at the normal pace, but differs much at other speeds; the result
/// gives pauses of 250 to 450 ms at all speeds.
pub(super) fn gap_argument(speed: f64) -> u32 {
    let power = if speed < 1.0 { 1.6 } else { 3.0 };
    (30.0 * speed.powf(power)).round() as u32
}

/// A sentence whose pauses between words were removed.
pub(super) struct GappedSpeech {
    /// The samples without the pauses between words. Pauses of commas are kept.
    pub sound: Vec<f32>,
    /// The ranges between the pauses, in order, as samples of `sound`.
    pub words: Vec<Range<usize>>,
}

/// Removes the pauses between words from `samples`, spoken at `speed`.
pub(super) fn remove_gaps(samples: &[f32], rate: u32, speed: f64) -> GappedSpeech {
    let pauses = pauses(samples, (MIN_PAUSE_SECONDS * f64::from(rate)) as usize);
    let comma = (MIN_COMMA_SECONDS * f64::from(rate) / speed) as usize;
    let (edges, between): (Vec<_>, Vec<_>) = pauses.into_iter().partition(|p| p.start == 0 || p.end == samples.len());
    let last = edges.last().filter(|p| p.start > 0);
    let gap = between.iter().map(|p| p.len()).min().unwrap_or(0);
    let mut sound = Vec::with_capacity(samples.len());
    let mut words = Vec::new();
    let mut from = 0;
    let mut start = 0;
    for pause in &between {
        sound.extend_from_slice(&samples[from..pause.start]);
        words.push(start..sound.len());
        from = pause.start + gap;
        let more = pause.len() - gap;
        start = sound.len() + if more > comma { more } else { 0 };
    }
    sound.extend_from_slice(&samples[from..]);
    let end = last.map_or(sound.len(), |l| sound.len() - l.len());
    words.push(start..end.max(start));
    GappedSpeech { sound, words }
}

/// The ranges of silence of at least `shortest` samples.
fn pauses(samples: &[f32], shortest: usize) -> Vec<Range<usize>> {
    let peak = samples.iter().fold(0f32, |p, s| p.max(s.abs()));
    let mut pauses = Vec::new();
    let mut from = 0;
    for (at, sample) in samples.iter().enumerate().chain([(samples.len(), &f32::MAX)]) {
        if sample.abs() > peak * SILENCE_RATIO {
            if at - from >= shortest.max(1) {
                pauses.push(from..at);
            }
            from = at + 1;
        }
    }
    pauses
}

#[cfg(test)]
mod tests {
    use super::*;

    const RATE: u32 = 1_000;

    /// Sound and silence in turn, in milliseconds.
    fn turns(lengths: &[usize]) -> Vec<f32> {
        lengths
            .iter()
            .enumerate()
            .flat_map(|(n, &l)| std::iter::repeat_n(if n % 2 == 0 { 0.5 } else { 0.0 }, l))
            .collect()
    }

    #[test]
    fn pauses_are_taken_out_and_words_lie_between() {
        let gapped = remove_gaps(&turns(&[400, 300, 200, 300, 500]), RATE, 1.0);
        assert_eq!(gapped.words, [0..400, 400..600, 600..1_100]);
        assert_eq!(gapped.sound.len(), 1_100);
    }

    #[test]
    fn a_plosives_breath_belongs_to_its_word_and_a_commas_pause_to_none() {
        // 60 ms within a word; 50 ms more than a gap before one; 150 ms more for a comma; a pause at the end.
        let gapped = remove_gaps(&turns(&[200, 60, 100, 300, 300, 350, 200, 450, 100, 400]), RATE, 1.0);
        assert_eq!(gapped.words, [0..360, 360..660, 660..910, 1_060..1_160]);
    }

    #[test]
    fn silence_and_nothing_are_one_word() {
        for length in [0, 1, 1_000] {
            assert_eq!(
                remove_gaps(&vec![0.0; length], RATE, 1.0).words.iter().map(|w| w.end).collect::<Vec<_>>(),
                [length]
            );
        }
    }
}
