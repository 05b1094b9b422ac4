//! Resamples, trims and normalises the sound of a synthesised sentence, for all engines.

use super::spoken::{SpokenSentence, WordTiming};
use crate::sound::loudness::{self, Normalised};
use crate::sound::resample::{self, ResampleError};
use crate::units::SAMPLE_RATE;

/// The integrated loudness of every sentence in LUFS.
pub const TARGET_LUFS: f64 = -23.0;

const SAMPLES_PER_MS: usize = SAMPLE_RATE as usize / 1000;
/// The silence before a sentence, in samples. Longer pauses are made by the plan.
const PAD_BEFORE: usize = 30 * SAMPLES_PER_MS;
/// The silence after a sentence, in samples.
const PAD_AFTER: usize = 60 * SAMPLES_PER_MS;
/// The length of the fade at both edges, against clicks.
const FADE_SAMPLES: usize = 10 * SAMPLES_PER_MS;
/// Samples at the edges below this share of the highest peak (−54 dB) are silence.
const SILENCE_RATIO: f32 = 0.002;
/// A sentence with a lower peak is silent as a whole.
const MIN_PEAK: f32 = 1e-4;

/// Resamples `sound` from `rate` Hz to 48 kHz, replaces the silence at its edges with short pads, and normalises it to [`TARGET_LUFS`].
/// `times` receives the samples, and by how many samples at 48 kHz they were shifted (negative when silence was cut off at the start); it
/// returns the words. `None` for silence.
///
/// # Errors
/// [`ResampleError`] for a sample rate that is not supported.
pub(super) fn post_process(
    sound: &[f32],
    rate: u32,
    times: impl FnOnce(&[f32], i64) -> Vec<WordTiming>,
) -> Result<Option<SpokenSentence>, ResampleError> {
    let sound = resample::to_48k(sound, rate)?;
    let Some((mut samples, shift)) = trim(&sound) else { return Ok(None) };
    fade(&mut samples);
    if loudness::normalise(&mut samples, TARGET_LUFS) == Normalised::Silent {
        return Ok(None);
    }
    let mut words = times(&samples, shift);
    let first = PAD_BEFORE as u64;
    let last = (samples.len() - PAD_AFTER) as u64;
    for word in &mut words {
        word.from = word.from.clamp(first, last);
        word.to = word.to.clamp(first, last);
    }
    Ok(Some(SpokenSentence { samples, words }))
}

/// The audible part of `sound` between the pads, and by how many samples it was shifted. `None` for silence.
fn trim(sound: &[f32]) -> Option<(Vec<f32>, i64)> {
    let peak = sound.iter().fold(0f32, |p, s| p.max(s.abs()));
    let threshold = peak * SILENCE_RATIO;
    let first = sound.iter().position(|s| s.abs() > threshold)?;
    let last = sound.iter().rposition(|s| s.abs() > threshold)?;
    if peak < MIN_PEAK {
        return None;
    }
    let mut samples = vec![0.0; PAD_BEFORE + (last + 1 - first) + PAD_AFTER];
    let kept = first.saturating_sub(PAD_BEFORE)..(last + 1 + PAD_AFTER).min(sound.len());
    let at = PAD_BEFORE - (first - kept.start);
    samples[at..at + kept.len()].copy_from_slice(&sound[kept]);
    Some((samples, PAD_BEFORE as i64 - first as i64))
}

/// Fades the sound in and out at its edges.
fn fade(samples: &mut [f32]) {
    let length = FADE_SAMPLES.min(samples.len() / 2);
    for i in 0..length {
        let factor = i as f32 / length as f32;
        samples[i] *= factor;
        let end = samples.len() - 1 - i;
        samples[end] *= factor;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sound(silence: (usize, usize), rate: usize) -> Vec<f32> {
        let tone = (0..rate).map(|i| (i as f32 * 0.2).sin() * 0.1);
        std::iter::repeat_n(0.0, silence.0).chain(tone).chain(std::iter::repeat_n(0.0, silence.1)).collect()
    }

    #[test]
    fn silence_around_a_sentence_becomes_small_pads() {
        for silence in [(0, 0), (500, 100), (48_000, 30_000)] {
            let mut moved = 0;
            let spoken = post_process(&sound(silence, 48_000), 48_000, |_, m| {
                moved = m;
                Vec::new()
            });
            let samples = spoken.unwrap().unwrap().samples;
            assert!(samples.len().abs_diff(48_000 + 90 * SAMPLES_PER_MS) < 10, "{silence:?}: {}", samples.len());
            let first = samples.iter().position(|s| s.abs() > 1e-3).unwrap();
            assert!(first.abs_diff(30 * SAMPLES_PER_MS) < 5);
            assert!((moved - (30 * SAMPLES_PER_MS as i64 - silence.0 as i64)).abs() < 5);
            assert_eq!((samples[0], samples[samples.len() - 1]), (0.0, 0.0));
            assert!((loudness::measure(&samples).integrated.unwrap() - TARGET_LUFS).abs() < 0.5);
        }
    }

    #[test]
    fn silence_is_nothing() {
        for samples in [vec![], vec![0.0; 50_000], vec![1e-5; 50_000]] {
            assert_eq!(post_process(&samples, 22_050, |_, _| Vec::new()).unwrap(), None);
        }
    }

    #[test]
    fn words_never_reach_into_the_pads() {
        let word = WordTiming { range: 0..2, from: 5, to: u64::MAX };
        let spoken = post_process(&sound((0, 0), 22_050), 22_050, |_, _| vec![word]).unwrap().unwrap();
        assert_eq!(
            (spoken.words[0].from, spoken.words[0].to),
            (PAD_BEFORE as u64, (spoken.samples.len() - PAD_AFTER) as u64)
        );
    }
}
