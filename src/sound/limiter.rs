//! A look-ahead limiter of true peaks: what would sound above the ceiling once it is analogue is turned down smoothly, in time.
//! Knows nothing of loudness.

use std::collections::VecDeque;

use super::{Stereo, from_db};

/// Samples the gain may fall ahead of a peak (5 ms).
const AHEAD: usize = 240;
/// How fast the gain comes back: the time constant in samples (120 ms).
const RELEASE: f64 = 5_760.0;
/// The gain is smoothed by two running means, which together are as long as it looks ahead.
const MEAN: usize = AHEAD / 2 + 1;
/// Samples on either side from which a value between samples is found.
const REACH: usize = 12;
const TAPS: usize = 2 * REACH;
/// Values looked at for each sample, beside the sample: 4 × oversampling.
const BETWEEN: usize = 3;
/// Samples that are looked at together to find out whether they can hold a peak at all.
const GROUP: usize = 32;

/// Limits a stream; as many frames come out as went in, without delay.
pub struct Limiter {
    detector: Detector,
    smoother: Smoother,
    /// Frames whose gain is not known yet.
    waiting: VecDeque<Stereo>,
    peaks: Vec<f32>,
}

impl Limiter {
    /// A limiter of true peaks to `ceiling` dBTP.
    pub fn new(ceiling: f64) -> Self {
        let ceiling = from_db(ceiling) as f32;
        Self {
            detector: Detector::new(ceiling),
            smoother: Smoother::new(ceiling),
            waiting: VecDeque::new(),
            peaks: Vec::new(),
        }
    }

    /// Takes `block` in, and appends to `out` what is done: everything but the last few milliseconds.
    pub fn push(&mut self, block: &[Stereo], out: &mut Vec<Stereo>) {
        self.waiting.extend(block);
        self.take(block, out);
    }

    /// Appends what is left. The limiter is not to be used any further.
    pub fn finish(&mut self, out: &mut Vec<Stereo>) {
        while !self.waiting.is_empty() {
            self.take(&[[0.0; 2]; GROUP + AHEAD], out);
        }
    }

    fn take(&mut self, block: &[Stereo], out: &mut Vec<Stereo>) {
        self.peaks.clear();
        self.detector.push(block, &mut self.peaks);
        for &peak in &self.peaks {
            let Some(gain) = self.smoother.next(peak) else { continue };
            let Some([left, right]) = self.waiting.pop_front() else { break };
            out.push([left * gain, right * gain]);
        }
    }
}

/// Finds the true peak around every sample.
struct Detector {
    ceiling: f32,
    filter: [[f32; TAPS]; BETWEEN],
    /// The most by which a value between samples can exceed the samples around it.
    overshoot: f32,
    /// Left and right; the first [`REACH`] samples have been dealt with.
    channels: [Vec<f32>; 2],
    /// The peak between the last sample and the next.
    carried: f32,
}

impl Detector {
    fn new(ceiling: f32) -> Self {
        let filter = interpolator();
        let overshoot = filter.iter().map(|taps| taps.iter().map(|t| t.abs()).sum::<f32>()).fold(1.0, f32::max);
        Self { ceiling, filter, overshoot, channels: [vec![0.0; REACH], vec![0.0; REACH]], carried: 0.0 }
    }

    /// Takes `block` in, and appends a peak for every sample that has been seen with all its neighbours.
    fn push(&mut self, block: &[Stereo], peaks: &mut Vec<f32>) {
        for (channel, samples) in self.channels.iter_mut().enumerate() {
            samples.extend(block.iter().map(|frame| frame[channel]));
        }
        let mut done = 0;
        while done + GROUP + TAPS <= self.channels[0].len() {
            self.group(done, peaks);
            done += GROUP;
        }
        self.channels.iter_mut().for_each(|samples| drop(samples.drain(..done)));
    }

    /// The peaks of the [`GROUP`] samples after the first `done` + [`REACH`]. Where the samples alone show that none comes near the
    /// ceiling, only those are looked at.
    fn group(&mut self, done: usize, peaks: &mut Vec<f32>) {
        let mut found = [0f32; GROUP + 1];
        found[0] = std::mem::take(&mut self.carried);
        for samples in &self.channels {
            let around = &samples[done..done + GROUP + TAPS];
            let loudest = around.iter().fold(0.0, |a, s| f32::max(a, s.abs()));
            if loudest * self.overshoot > self.ceiling {
                self.look_between(around, &mut found);
            }
        }
        peaks.extend_from_slice(&found[..GROUP]);
        self.carried = found[GROUP];
    }

    /// Raises `found` to the samples and to what lies between each and its next; the latter counts for both.
    fn look_between(&self, around: &[f32], found: &mut [f32; GROUP + 1]) {
        for at in 0..GROUP {
            let window: &[f32; TAPS] = around[at + 1..].first_chunk().expect("a group has its neighbours with it");
            let between = self.filter.iter().map(|taps| dot(taps, window).abs()).fold(0.0, f32::max);
            found[at] = found[at].max(around[at + REACH].abs()).max(between);
            found[at + 1] = found[at + 1].max(between);
        }
    }
}

/// Filters that give the values at ¼, ½ and ¾ of the way from sample [`REACH`] − 1 of a window to the next.
fn interpolator() -> [[f32; TAPS]; BETWEEN] {
    std::array::from_fn(|phase| {
        let fraction = (phase + 1) as f64 / (BETWEEN + 1) as f64;
        let taps: [f64; TAPS] = std::array::from_fn(|tap| {
            let distance = tap as f64 - (REACH - 1) as f64 - fraction;
            let x = std::f64::consts::PI * distance;
            let window = (x / (2.0 * REACH as f64)).cos().powi(2);
            x.sin() / x * window
        });
        let sum: f64 = taps.iter().sum();
        taps.map(|tap| (tap / sum) as f32)
    })
}

/// In eight lanes, so that it can be vectorised and still adds up in one fixed order.
fn dot(a: &[f32; TAPS], b: &[f32; TAPS]) -> f32 {
    let mut lanes = [0f32; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum()
}

/// Turns peaks into a gain that is low enough at each of them, and smooth.
struct Smoother {
    ceiling: f32,
    /// How many peaks were seen.
    seen: usize,
    /// Peaks of the last [`AHEAD`] + 1 samples that no later one exceeds, with where they were.
    highest: VecDeque<(usize, f32)>,
    /// The gain that falls at once and rises slowly.
    held: f64,
    means: [RunningMean; 2],
}

impl Smoother {
    fn new(ceiling: f32) -> Self {
        let means = [RunningMean::new(), RunningMean::new()];
        Self { ceiling, seen: 0, highest: VecDeque::new(), held: 1.0, means }
    }

    /// Takes the next peak; gives the gain of the sample [`AHEAD`] samples before, once there is one.
    fn next(&mut self, peak: f32) -> Option<f32> {
        let at = self.seen;
        self.seen += 1;
        let peak = peak.max(self.ceiling);
        while self.highest.back().is_some_and(|&(_, earlier)| earlier <= peak) {
            self.highest.pop_back();
        }
        self.highest.push_back((at, peak));
        if self.highest.front().is_some_and(|&(first, _)| first + AHEAD < at) {
            self.highest.pop_front();
        }
        let wanted = self.highest.front().map_or(1.0, |&(_, peak)| f64::from(self.ceiling) / f64::from(peak));
        self.held = wanted.min(self.held + (wanted - self.held) / RELEASE);
        let [first, second] = &mut self.means;
        let gain = second.next(first.next(self.held));
        (at >= AHEAD).then_some(gain as f32)
    }
}

/// The mean of the last [`MEAN`] values; before the first they were all 1.
struct RunningMean {
    values: [f64; MEAN],
    next: usize,
    sum: f64,
}

impl RunningMean {
    fn new() -> Self {
        Self { values: [1.0; MEAN], next: 0, sum: MEAN as f64 }
    }

    fn next(&mut self, value: f64) -> f64 {
        self.sum += value - std::mem::replace(&mut self.values[self.next], value);
        self.next = (self.next + 1) % MEAN;
        self.sum / MEAN as f64
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::super::loudness::Meter;
    use super::super::to_db;
    use super::*;

    fn limit(ceiling: f64, sound: &[Stereo], block: usize) -> Vec<Stereo> {
        let (mut limiter, mut out) = (Limiter::new(ceiling), Vec::new());
        sound.chunks(block).for_each(|b| limiter.push(b, &mut out));
        limiter.finish(&mut out);
        out
    }

    fn true_peak(sound: &[Stereo]) -> f64 {
        let mut meter = Meter::with_true_peak();
        meter.add(sound);
        meter.finish().true_peak
    }

    /// Noise in bursts from a fixed seed, up to 12 dB too loud.
    fn bursts(n: usize) -> Vec<Stereo> {
        let mut state = 1u32;
        let mut noise = move || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / (1 << 23) as f32 - 1.0
        };
        (0..n).map(|i| [noise(), noise()].map(|s| s * if i / 7_000 % 3 == 1 { 4.0 } else { 0.2 })).collect()
    }

    #[test]
    fn true_peaks_stay_under_the_ceiling() {
        for ceiling in [-1.5, -6.0] {
            let out = limit(ceiling, &bursts(100_000), 4_096);
            assert!(true_peak(&out) <= ceiling + 0.1, "{ceiling}: {}", true_peak(&out));
        }
    }

    #[test]
    fn a_peak_between_samples_is_found() {
        // A quarter of the sample rate, 45° off: samples at 0.707 of the true peak.
        let sound: Vec<Stereo> = (0..48_000).map(|i| [(TAU * (i as f64 / 4.0 + 0.125)).sin() as f32; 2]).collect();
        let out = limit(-2.0, &sound, 1_000);
        let level = to_db(f64::from(out[24_000][0].abs())) + to_db(2f64.sqrt());
        assert!((level + 2.0).abs() < 0.05, "{level}");
    }

    #[test]
    fn what_is_quiet_enough_passes_unchanged() {
        let sound: Vec<Stereo> = (0..20_000).map(|i| [(i as f32 * 0.05).sin() * 0.7, 0.1]).collect();
        let out = limit(-1.5, &sound, 777);
        assert_eq!(out.len(), sound.len());
        assert!(out.iter().flatten().zip(sound.iter().flatten()).all(|(a, b)| (a - b).abs() < 1e-6));
    }

    #[test]
    fn the_gain_is_smooth_and_starts_before_the_peak() {
        let mut sound = vec![[0.1f32; 2]; 60_000];
        sound[30_000] = [3.0; 2];
        let out = limit(-1.5, &sound, 512);
        let gains: Vec<f32> = out.iter().zip(&sound).map(|(o, s)| o[0] / s[0]).collect();
        assert!((gains[30_000 - AHEAD - 2] - 1.0).abs() < 1e-4 && gains[30_000 - AHEAD / 2] < 0.8);
        assert!(gains.windows(2).all(|w| (w[1] - w[0]).abs() < 2.0 / AHEAD as f32));
        assert!(gains[59_999] > 0.98);
    }

    #[test]
    fn blocks_make_no_difference_and_nothing_is_lost() {
        let sound = bursts(30_011);
        let whole = limit(-1.5, &sound, sound.len());
        assert_eq!(whole.len(), sound.len());
        for block in [1, 31, 1_000] {
            assert!(limit(-1.5, &sound, block) == whole, "{block}");
        }
        for n in [0, 1, GROUP, AHEAD + TAPS] {
            assert_eq!(limit(-1.5, &sound[..n], 64).len(), n);
        }
    }
}
