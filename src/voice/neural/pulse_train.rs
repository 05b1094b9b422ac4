//! The source of voiced sound: a pulse train with all harmonics of a varying pitch.

use super::frame_spectra::{FRAME_SAMPLES, NETWORK_SAMPLE_RATE};

/// The minimum pitch of a voiced frame.
const MIN_VOICED_HZ: f64 = 40.0;
/// The maximum frequency of a harmonic.
const MAX_HARMONIC_HZ: f64 = 11_000.0;
/// The minimum divisor in [`harmonic_sum`]; the sine of half the phase is smaller only at the peak of a pulse.
const MIN_HALF_SINE: f64 = 1e-3;

/// The sum of the cosines of all harmonics up to [`MAX_HARMONIC_HZ`], each with an amplitude of 1: [`FRAME_SAMPLES`] samples a frame.
/// `pitch` has one value a frame, in Hz at the middle of the frame; 0 is unvoiced.
pub(super) fn pulse_train(pitch: &[f32]) -> Vec<f32> {
    let mut turns = 0.0f64;
    let mut train = Vec::with_capacity(pitch.len() * FRAME_SAMPLES);
    for frame in 0..pitch.len() {
        for sample in 0..FRAME_SAMPLES {
            let hertz = pitch_at(pitch, frame, sample);
            turns = (turns + hertz.max(MIN_VOICED_HZ) / f64::from(NETWORK_SAMPLE_RATE)).fract();
            train.push(if hertz > MIN_VOICED_HZ { harmonic_sum(turns, hertz) } else { 0.0 });
        }
    }
    train
}

/// The pitch at a sample of a frame, interpolated linearly between the middles of the frames.
fn pitch_at(pitch: &[f32], frame: usize, sample: usize) -> f64 {
    let place = (sample as f64 + 0.5) / FRAME_SAMPLES as f64 - 0.5;
    let neighbour = if place < 0.0 { frame.saturating_sub(1) } else { (frame + 1).min(pitch.len() - 1) };
    let (here, there) = (f64::from(pitch[frame]), f64::from(pitch[neighbour]));
    here + (there - here) * place.abs()
}

/// The sum of `cos(h · phase)` over all harmonics `h` ≥ 1: Dirichlet's kernel.
fn harmonic_sum(turns: f64, hertz: f64) -> f32 {
    let phase = turns * std::f64::consts::TAU;
    let count = (MAX_HARMONIC_HZ / hertz).floor() + 0.5;
    let half = libm::sin(phase * 0.5);
    let sum = if half.abs() <= MIN_HALF_SINE { count } else { libm::sin(count * phase) / (2.0 * half) };
    (sum - 0.5) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_where_nothing_is_voiced() {
        assert!(pulse_train(&[0.0; 5]).iter().all(|&s| s == 0.0));
        assert!(pulse_train(&[]).is_empty());
    }

    #[test]
    fn one_pulse_a_period_as_high_as_there_are_harmonics() {
        let train = pulse_train(&[200.0; 80]);
        assert_eq!(train.len(), 80 * FRAME_SAMPLES);
        let peaks = train.iter().filter(|&&s| s > 54.0).count();
        assert_eq!(peaks, 200, "a second at 200 Hz");
        assert!(train.iter().all(|&s| s <= 55.001), "55 harmonics below 11 kHz");
    }

    #[test]
    fn the_kernel_is_the_sum_of_cosines() {
        for turns in [0.0, 1e-5, 0.013, 0.25, 0.5, 0.77, 0.99999] {
            let sum: f64 = (1..=36).map(|h| (f64::from(h) * turns * std::f64::consts::TAU).cos()).sum();
            assert!((f64::from(harmonic_sum(turns, 300.0)) - sum).abs() < 1e-2, "{turns}: {sum}");
        }
    }

    #[test]
    fn pitch_moves_evenly_between_frames() {
        let pitch = [100.0, 200.0];
        let track: Vec<f64> =
            (0..2 * FRAME_SAMPLES).map(|i| pitch_at(&pitch, i / FRAME_SAMPLES, i % FRAME_SAMPLES)).collect();
        assert_eq!((track[0], track[2 * FRAME_SAMPLES - 1]), (100.0, 200.0));
        assert!(track.windows(2).all(|w| (0.0..0.34).contains(&(w[1] - w[0]))));
        assert!((track[FRAME_SAMPLES] - 150.0).abs() < 0.5);
    }
}
