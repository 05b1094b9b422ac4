//! A look-ahead limiter of true peaks: before a peak that would exceed the ceiling after conversion to analogue, the gain is lowered
//! smoothly.

use std::collections::VecDeque;

use super::{Stereo, from_db};

/// The samples before a peak in which the gain may fall (5 ms).
const LOOK_AHEAD: usize = 240;
/// The time constant with which the gain rises again, in samples (120 ms).
const LIMITER_RELEASE: f64 = 5_760.0;
/// The length of each of the two running means that smooth the gain, in samples: together they are as long as the look-ahead.
const MEAN_LENGTH: usize = LOOK_AHEAD / 2 + 1;
/// The samples on either side from which a value between samples is computed.
const HALF_TAPS: usize = 12;
const TAPS: usize = 2 * HALF_TAPS;
/// The values between two samples that are computed: 4 × oversampling.
const BETWEEN: usize = 3;
/// The samples that are checked together for whether they can hold a peak at all.
const GROUP: usize = 32;

/// Limits a stream. As many frames come out as went in, without delay.
pub struct TruePeakLimiter {
    detector: PeakDetector,
    smoother: GainSmoother,
    /// Frames whose gain is not known yet.
    waiting: VecDeque<Stereo>,
    peaks: Vec<f32>,
}

impl TruePeakLimiter {
    /// A limiter of true peaks to `ceiling` dBTP.
    pub fn new(ceiling: f64) -> Self {
        let ceiling = from_db(ceiling) as f32;
        Self {
            detector: PeakDetector::new(ceiling),
            smoother: GainSmoother::new(ceiling),
            waiting: VecDeque::new(),
            peaks: Vec::new(),
        }
    }

    /// Adds `block`, and appends the limited frames to `out`: all but the last few milliseconds.
    pub fn push(&mut self, block: &[Stereo], out: &mut Vec<Stereo>) {
        self.waiting.extend(block);
        self.process(block, out);
    }

    /// Appends the remaining frames. The limiter must not be used after that.
    pub fn finish(&mut self, out: &mut Vec<Stereo>) {
        while !self.waiting.is_empty() {
            self.process(&[[0.0; 2]; GROUP + LOOK_AHEAD], out);
        }
    }

    fn process(&mut self, block: &[Stereo], out: &mut Vec<Stereo>) {
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
struct PeakDetector {
    ceiling: f32,
    filter: [[f32; TAPS]; BETWEEN],
    /// The highest factor by which a value between samples can exceed the samples around it.
    overshoot: f32,
    /// The left and right samples that are still needed; the first [`HALF_TAPS`] of them are processed.
    channels: [Vec<f32>; 2],
    /// The peak between the last sample and the next.
    carried: f32,
}

impl PeakDetector {
    fn new(ceiling: f32) -> Self {
        let filter = interpolation_filters();
        let overshoot = filter.iter().map(|taps| taps.iter().map(|t| t.abs()).sum::<f32>()).fold(1.0, f32::max);
        Self { ceiling, filter, overshoot, channels: [vec![0.0; HALF_TAPS], vec![0.0; HALF_TAPS]], carried: 0.0 }
    }

    /// Adds `block`, and appends a peak for every sample whose neighbours are all known.
    fn push(&mut self, block: &[Stereo], peaks: &mut Vec<f32>) {
        for (channel, samples) in self.channels.iter_mut().enumerate() {
            samples.extend(block.iter().map(|frame| frame[channel]));
        }
        let mut done = 0;
        while done + GROUP + TAPS <= self.channels[0].len() {
            self.push_group(done, peaks);
            done += GROUP;
        }
        for samples in &mut self.channels {
            samples.drain(..done);
        }
    }

    /// Appends the peaks of the [`GROUP`] samples after the first `done` + [`HALF_TAPS`]. Values between samples are computed only if the
    /// samples come near the ceiling.
    fn push_group(&mut self, done: usize, peaks: &mut Vec<f32>) {
        let mut found = [0f32; GROUP + 1];
        found[0] = std::mem::take(&mut self.carried);
        for samples in &self.channels {
            let around = &samples[done..done + GROUP + TAPS];
            let loudest = around.iter().fold(0.0, |a, s| f32::max(a, s.abs()));
            if loudest * self.overshoot > self.ceiling {
                self.raise_to_true_peaks(around, &mut found);
            }
        }
        peaks.extend_from_slice(&found[..GROUP]);
        self.carried = found[GROUP];
    }

    /// Raises `found` to the samples and to the values between each and the next; those count for both.
    fn raise_to_true_peaks(&self, around: &[f32], found: &mut [f32; GROUP + 1]) {
        for at in 0..GROUP {
            let window: &[f32; TAPS] = around[at + 1..].first_chunk().expect("a group has its neighbours with it");
            let between = self.filter.iter().map(|taps| dot_product(taps, window).abs()).fold(0.0, f32::max);
            found[at] = found[at].max(around[at + HALF_TAPS].abs()).max(between);
            found[at + 1] = found[at + 1].max(between);
        }
    }
}

/// Filters for the values at ¼, ½ and ¾ of the way from sample [`HALF_TAPS`] − 1 of a window to the next.
fn interpolation_filters() -> [[f32; TAPS]; BETWEEN] {
    std::array::from_fn(|phase| {
        let fraction = (phase + 1) as f64 / (BETWEEN + 1) as f64;
        let taps: [f64; TAPS] = std::array::from_fn(|tap| {
            let distance = tap as f64 - (HALF_TAPS - 1) as f64 - fraction;
            let x = std::f64::consts::PI * distance;
            let window = (x / (2.0 * HALF_TAPS as f64)).cos().powi(2);
            x.sin() / x * window
        });
        let sum: f64 = taps.iter().sum();
        taps.map(|tap| (tap / sum) as f32)
    })
}

/// The sum of products in eight lanes: it can be vectorised, and still adds in one fixed order.
fn dot_product(a: &[f32; TAPS], b: &[f32; TAPS]) -> f32 {
    let mut lanes = [0f32; 8];
    for (a, b) in a.chunks_exact(8).zip(b.chunks_exact(8)) {
        for lane in 0..8 {
            lanes[lane] += a[lane] * b[lane];
        }
    }
    lanes.iter().sum()
}

/// Computes a smooth gain that is low enough at each peak.
struct GainSmoother {
    ceiling: f32,
    /// The number of peaks so far.
    seen: usize,
    /// The peaks of the last [`LOOK_AHEAD`] + 1 samples that no later one exceeds, with their positions.
    highest: VecDeque<(usize, f32)>,
    /// The gain before smoothing: it falls at once and rises slowly.
    held: f64,
    means: [RunningMean; 2],
}

impl GainSmoother {
    fn new(ceiling: f32) -> Self {
        let means = [RunningMean::new(), RunningMean::new()];
        Self { ceiling, seen: 0, highest: VecDeque::new(), held: 1.0, means }
    }

    /// Adds the next peak, and returns the gain of the sample [`LOOK_AHEAD`] samples before it, if there is one.
    fn next(&mut self, peak: f32) -> Option<f32> {
        let at = self.seen;
        self.seen += 1;
        let peak = peak.max(self.ceiling);
        while self.highest.back().is_some_and(|&(_, earlier)| earlier <= peak) {
            self.highest.pop_back();
        }
        self.highest.push_back((at, peak));
        if self.highest.front().is_some_and(|&(first, _)| first + LOOK_AHEAD < at) {
            self.highest.pop_front();
        }
        let wanted = self.highest.front().map_or(1.0, |&(_, peak)| f64::from(self.ceiling) / f64::from(peak));
        self.held = wanted.min(self.held + (wanted - self.held) / LIMITER_RELEASE);
        let [first, second] = &mut self.means;
        let gain = second.next(first.next(self.held));
        (at >= LOOK_AHEAD).then_some(gain as f32)
    }
}

/// The mean of the last [`MEAN_LENGTH`] values; those before the first are 1.
struct RunningMean {
    values: [f64; MEAN_LENGTH],
    next: usize,
    sum: f64,
}

impl RunningMean {
    fn new() -> Self {
        Self { values: [1.0; MEAN_LENGTH], next: 0, sum: MEAN_LENGTH as f64 }
    }

    fn next(&mut self, value: f64) -> f64 {
        self.sum += value - std::mem::replace(&mut self.values[self.next], value);
        self.next = (self.next + 1) % MEAN_LENGTH;
        self.sum / MEAN_LENGTH as f64
    }
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::super::loudness::LoudnessMeter;
    use super::super::to_db;
    use super::*;

    fn limit(ceiling: f64, sound: &[Stereo], block: usize) -> Vec<Stereo> {
        let (mut limiter, mut out) = (TruePeakLimiter::new(ceiling), Vec::new());
        sound.chunks(block).for_each(|b| limiter.push(b, &mut out));
        limiter.finish(&mut out);
        out
    }

    fn true_peak(sound: &[Stereo]) -> f64 {
        let mut meter = LoudnessMeter::with_true_peak();
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
        assert!((gains[30_000 - LOOK_AHEAD - 2] - 1.0).abs() < 1e-4 && gains[30_000 - LOOK_AHEAD / 2] < 0.8);
        assert!(gains.windows(2).all(|w| (w[1] - w[0]).abs() < 2.0 / LOOK_AHEAD as f32));
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
        for n in [0, 1, GROUP, LOOK_AHEAD + TAPS] {
            assert_eq!(limit(-1.5, &sound[..n], 64).len(), n);
        }
    }
}
