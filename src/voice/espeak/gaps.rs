//! A sentence spoken with pauses after its words: where the words lie, and its sound without those pauses.

use std::ops::Range;

/// Silence this long is a pause, in seconds; what a plosive holds its breath for is far shorter.
const PAUSE: f64 = 0.17;
/// Below this share of the highest peak is silence.
const QUIET: f32 = 0.003;
/// A pause longer than the shortest by this much (seconds at a speed of 1) is a comma's too; less is the next word's first plosive.
const COMMA: f64 = 0.09;

/// The pause to ask of espeak-ng after each word (`-g`) at a speed. Its unit is 10 ms at the normal pace and far from that at others; this
/// gives 250 to 450 ms at all of them.
pub(super) fn asked(speed: f64) -> u32 {
    let power = if speed < 1.0 { 1.6 } else { 3.0 };
    (30.0 * speed.powf(power)).round() as u32
}

/// A sentence that was spoken with pauses.
pub(super) struct Gapped {
    /// What is left after the pauses between words are taken out; those that commas make are kept.
    pub sound: Vec<f32>,
    /// What lies between pauses, in order, as samples of `sound`.
    pub words: Vec<Range<usize>>,
}

/// Takes the pauses out of `samples`, spoken at `speed`.
pub(super) fn split(samples: &[f32], rate: u32, speed: f64) -> Gapped {
    let pauses = pauses(samples, (PAUSE * f64::from(rate)) as usize);
    let comma = (COMMA * f64::from(rate) / speed) as usize;
    let (edges, between): (Vec<_>, Vec<_>) = pauses.into_iter().partition(|p| p.start == 0 || p.end == samples.len());
    let last = edges.last().filter(|p| p.start > 0);
    let gap = between.iter().map(|p| p.len()).min().unwrap_or(0);
    let (mut sound, mut words, mut from) = (Vec::with_capacity(samples.len()), Vec::new(), 0);
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
    Gapped { sound, words }
}

/// Stretches of silence at least `shortest` long.
fn pauses(samples: &[f32], shortest: usize) -> Vec<Range<usize>> {
    let peak = samples.iter().fold(0f32, |p, s| p.max(s.abs()));
    let mut pauses = Vec::new();
    let mut from = 0;
    for (at, sample) in samples.iter().enumerate().chain([(samples.len(), &f32::MAX)]) {
        if sample.abs() > peak * QUIET {
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
        let gapped = split(&turns(&[400, 300, 200, 300, 500]), RATE, 1.0);
        assert_eq!(gapped.words, [0..400, 400..600, 600..1_100]);
        assert_eq!(gapped.sound.len(), 1_100);
    }

    #[test]
    fn a_plosives_breath_belongs_to_its_word_and_a_commas_pause_to_none() {
        // 60 ms within a word; 50 ms more than a gap before one; 150 ms more for a comma; a pause at the end.
        let gapped = split(&turns(&[200, 60, 100, 300, 300, 350, 200, 450, 100, 400]), RATE, 1.0);
        assert_eq!(gapped.words, [0..360, 360..660, 660..910, 1_060..1_160]);
    }

    #[test]
    fn silence_and_nothing_are_one_word() {
        for length in [0, 1, 1_000] {
            assert_eq!(split(&vec![0.0; length], RATE, 1.0).words.iter().map(|w| w.end).collect::<Vec<_>>(), [length]);
        }
    }
}
