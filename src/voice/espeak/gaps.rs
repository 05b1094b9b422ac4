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
    let last = pauses.last().filter(|p| p.end == samples.len()).cloned();
    let between =
        &pauses[usize::from(pauses.first().is_some_and(|p| p.start == 0))..pauses.len() - usize::from(last.is_some())];
    let gap = between.iter().map(|p| p.len()).min().unwrap_or(0);
    let (mut sound, mut words, mut from) = (Vec::with_capacity(samples.len()), Vec::new(), 0);
    let mut start = 0;
    for pause in between {
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
