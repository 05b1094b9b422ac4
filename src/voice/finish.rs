//! What every synthetic voice's sound goes through before it is used. Knows nothing of which voice it was.

use super::{Spoken, SpokenWord};
use crate::sound::loudness::{self, Normalised};
use crate::sound::resample::{self, ResampleError};
use crate::units::SAMPLE_RATE;

/// How loud a sentence is, in LUFS.
pub const LOUDNESS: f64 = -23.0;

const MS: usize = SAMPLE_RATE as usize / 1000;
/// Silence left before the sound of a sentence, and after it; all other pauses are the plan's.
const PADS: (usize, usize) = (30 * MS, 60 * MS);
/// A fade at both edges, against clicks.
const FADE: usize = 10 * MS;
/// Below this share of the highest peak the ends of a sentence are silence (−54 dB).
const QUIET: f32 = 0.002;
/// A sentence whose highest peak is below this says nothing.
const SILENT: f32 = 1e-4;

/// Brings `sound` at `rate` Hz to 48 kHz, trims it to small pads, and brings it to [`LOUDNESS`]. `times` is given the samples and by how
/// many samples at 48 kHz they were moved (less than 0 when silence was cut off at the start), and gives the words. `None` for silence.
pub(super) fn finish(
    sound: &[f32],
    rate: u32,
    times: impl FnOnce(&[f32], i64) -> Vec<SpokenWord>,
) -> Result<Option<Spoken>, ResampleError> {
    let sound = resample::to_48k(sound, rate)?;
    let Some((mut samples, moved)) = trimmed(&sound) else { return Ok(None) };
    fade(&mut samples);
    if loudness::normalise(&mut samples, LOUDNESS) == Normalised::Silent {
        return Ok(None);
    }
    let mut words = times(&samples, moved);
    let (first, last) = (PADS.0 as u64, (samples.len() - PADS.1) as u64);
    words.iter_mut().for_each(|w| (w.from, w.to) = (w.from.clamp(first, last), w.to.clamp(first, last)));
    Ok(Some(Spoken { samples, words }))
}

/// What sounds in `sound`, between [`PADS`]; and how far it was moved.
fn trimmed(sound: &[f32]) -> Option<(Vec<f32>, i64)> {
    let peak = sound.iter().fold(0f32, |p, s| p.max(s.abs()));
    let heard = |s: &f32| s.abs() > peak * QUIET;
    let (first, last) = (sound.iter().position(heard)?, sound.iter().rposition(heard)?);
    if peak < SILENT {
        return None;
    }
    let mut samples = vec![0.0; PADS.0 + (last + 1 - first) + PADS.1];
    let kept = first.saturating_sub(PADS.0)..(last + 1 + PADS.1).min(sound.len());
    let at = PADS.0 - (first - kept.start);
    samples[at..at + kept.len()].copy_from_slice(&sound[kept]);
    Some((samples, PADS.0 as i64 - first as i64))
}

fn fade(samples: &mut [f32]) {
    let length = FADE.min(samples.len() / 2);
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
            let spoken = finish(&sound(silence, 48_000), 48_000, |_, m| {
                moved = m;
                Vec::new()
            });
            let samples = spoken.unwrap().unwrap().samples;
            assert!(samples.len().abs_diff(48_000 + 90 * MS) < 10, "{silence:?}: {}", samples.len());
            let first = samples.iter().position(|s| s.abs() > 1e-3).unwrap();
            assert!(first.abs_diff(30 * MS) < 5);
            assert!((moved - (30 * MS as i64 - silence.0 as i64)).abs() < 5);
            assert_eq!((samples[0], samples[samples.len() - 1]), (0.0, 0.0));
            assert!((loudness::measure(&samples).integrated.unwrap() - LOUDNESS).abs() < 0.5);
        }
    }

    #[test]
    fn silence_is_nothing() {
        for samples in [vec![], vec![0.0; 50_000], vec![1e-5; 50_000]] {
            assert_eq!(finish(&samples, 22_050, |_, _| Vec::new()).unwrap(), None);
        }
    }

    #[test]
    fn words_never_reach_into_the_pads() {
        let word = SpokenWord { range: 0..2, from: 5, to: u64::MAX };
        let spoken = finish(&sound((0, 0), 22_050), 22_050, |_, _| vec![word]).unwrap().unwrap();
        assert_eq!((spoken.words[0].from, spoken.words[0].to), (PADS.0 as u64, (spoken.samples.len() - PADS.1) as u64));
    }
}
