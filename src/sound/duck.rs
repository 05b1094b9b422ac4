//! Ducking: how far music is turned down under speech, and when. The envelope is made from the known times of speech and not from its
//! samples, so it is never late and does not pump.

use std::ops::Range;

use super::from_db;
use crate::units::SAMPLE_RATE;

const MILLISECOND: u64 = SAMPLE_RATE as u64 / 1000;
/// The music is turned down over this many samples before speech begins.
pub const DUCK_ATTACK: u64 = 250 * MILLISECOND;
/// The music comes up again over this many samples after speech ends.
pub const DUCK_RELEASE: u64 = 600 * MILLISECOND;
/// In pauses of speech with fewer samples than this the music stays down.
pub const MIN_DUCK_PAUSE: u64 = 1_500 * MILLISECOND;

/// The gain of music along a film, from 0 dB to −`depth` dB.
#[derive(Clone, Debug, PartialEq)]
pub struct DuckEnvelope {
    depth: f64,
    /// Ranges of full depth, in order, at least [`MIN_DUCK_PAUSE`] apart.
    down: Vec<Range<u64>>,
}

impl DuckEnvelope {
    /// The envelope under `speech` (in samples, in any order), `depth` dB deep (≥ 0).
    pub fn new(speech: impl IntoIterator<Item = Range<u64>>, depth: f64) -> Self {
        let mut speech: Vec<_> = speech.into_iter().filter(|s| !s.is_empty()).collect();
        speech.sort_by_key(|s| s.start);
        let mut down: Vec<Range<u64>> = Vec::new();
        for next in speech {
            match down.last_mut() {
                Some(last) if next.start < last.end.saturating_add(MIN_DUCK_PAUSE) => last.end = last.end.max(next.end),
                _ => down.push(next),
            }
        }
        Self { depth, down }
    }

    /// The gain in dB at sample `at`, 0 or less: full depth during speech, and a raised cosine on both flanks.
    pub fn db(&self, at: u64) -> f64 {
        -self.depth * raised_cosine(self.nearness(at))
    }

    /// Fills `out` with the factors for the samples from `from` on.
    pub fn fill(&self, from: u64, out: &mut [f32]) {
        let down = from_db(-self.depth) as f32;
        for (at, gain) in (from..).zip(out) {
            *gain = match self.nearness(at) {
                0.0 => 1.0,
                1.0 => down,
                near => from_db(-self.depth * raised_cosine(near)) as f32,
            };
        }
    }

    /// 1 in speech, falling linearly to 0 on both sides.
    fn nearness(&self, at: u64) -> f64 {
        let next = self.down.partition_point(|d| d.start <= at);
        let before = match next.checked_sub(1).and_then(|i| self.down.get(i)) {
            Some(last) if at < last.end => 1.0,
            Some(last) => flank(at - last.end + 1, DUCK_RELEASE),
            None => 0.0,
        };
        let after = self.down.get(next).map_or(0.0, |next| flank(next.start - at, DUCK_ATTACK));
        f64::max(before, after)
    }
}

fn flank(distance: u64, length: u64) -> f64 {
    1.0 - distance.min(length) as f64 / length as f64
}

/// A curve from 0 to 1 with a slope of 0 at both ends, for `x` from 0 to 1.
pub(super) fn raised_cosine(x: f64) -> f64 {
    0.5 - 0.5 * (std::f64::consts::PI * x).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SECOND: u64 = 48_000;

    fn envelope() -> DuckEnvelope {
        let speech = [8 * SECOND..9 * SECOND, 2 * SECOND..3 * SECOND, 4 * SECOND..5 * SECOND, 7 * SECOND..7 * SECOND];
        DuckEnvelope::new(speech, 10.0)
    }

    #[test]
    fn full_depth_while_speech_sounds_and_in_short_pauses() {
        let envelope = envelope();
        for at in (2 * SECOND..5 * SECOND).chain(8 * SECOND..9 * SECOND) {
            assert_eq!(envelope.db(at), -10.0, "{at}");
        }
    }

    #[test]
    fn nothing_where_nobody_speaks() {
        let envelope = envelope();
        for at in [
            0,
            2 * SECOND - DUCK_ATTACK,
            5 * SECOND + DUCK_RELEASE,
            6 * SECOND,
            8 * SECOND - DUCK_ATTACK,
            9 * SECOND + DUCK_RELEASE,
            u64::MAX,
        ] {
            assert_eq!(envelope.db(at), 0.0, "{at}");
        }
    }

    #[test]
    fn it_moves_smoothly_and_only_one_way_on_a_flank() {
        let envelope = envelope();
        // The steepest a raised cosine over the attack gets: π/2 of the straight line.
        let steepest = 10.0 / DUCK_ATTACK as f64 * std::f64::consts::FRAC_PI_2 * 1.001;
        let db: Vec<f64> = (0..10 * SECOND).map(|at| envelope.db(at)).collect();
        assert!(db.windows(2).all(|w| (w[1] - w[0]).abs() <= steepest));
        let attack = (2 * SECOND - DUCK_ATTACK) as usize..2 * SECOND as usize;
        assert!(db[attack].windows(2).all(|w| w[1] < w[0]));
        let release = 5 * SECOND as usize..(5 * SECOND + DUCK_RELEASE) as usize;
        assert!(db[release].windows(2).all(|w| w[1] > w[0]));
    }

    #[test]
    fn a_pause_too_long_to_bridge_comes_up_whole() {
        let envelope = DuckEnvelope::new([0..SECOND, SECOND + MIN_DUCK_PAUSE..4 * SECOND], 12.0);
        let top = (SECOND..SECOND + MIN_DUCK_PAUSE).map(|at| envelope.db(at)).fold(-12.0, f64::max);
        assert_eq!(top, 0.0);
        let bridged = DuckEnvelope::new([0..SECOND, SECOND + MIN_DUCK_PAUSE - 1..4 * SECOND], 12.0);
        assert_eq!(bridged.db(SECOND + MIN_DUCK_PAUSE / 2), -12.0);
    }

    #[test]
    fn factors_are_the_decibels_in_any_blocks() {
        let envelope = envelope();
        let mut whole = vec![0.0; 6 * SECOND as usize];
        envelope.fill(0, &mut whole);
        let mut block = [0.0; 997];
        envelope.fill(90_000, &mut block);
        assert_eq!(block, whole[90_000..90_997]);
        assert!(whole.iter().zip(0..).all(|(&g, at)| (f64::from(g) - from_db(envelope.db(at))).abs() < 1e-6));
    }

    #[test]
    fn no_speech_and_no_depth_leave_music_alone() {
        assert_eq!(DuckEnvelope::new([], 10.0).db(5), 0.0);
        assert_eq!(DuckEnvelope::new(std::iter::once(0..10), 0.0).db(5), 0.0);
    }
}
