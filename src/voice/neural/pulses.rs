//! The buzz of the vocal cords: all harmonics of a pitch that moves. Knows nothing of what the mouth makes of it.

use super::synth::{HOP, RATE};

/// Below this many Hz nothing is voiced.
const VOICED: f64 = 40.0;
/// No harmonic lies above this many Hz.
const HIGHEST: f64 = 11_000.0;
/// So near to a pulse's peak, half the phase's sine is too small to divide by.
const PEAK: f64 = 1e-3;

/// A train of pulses, [`HOP`] samples for each of `pitch` (Hz, one a frame, in the frame's middle; 0 is unvoiced): the sum of `cos` of all
/// harmonics up to [`HIGHEST`], each at amplitude 1.
pub(super) fn pulses(pitch: &[f32]) -> Vec<f32> {
    let mut turns = 0.0f64;
    let mut train = Vec::with_capacity(pitch.len() * HOP);
    for frame in 0..pitch.len() {
        for sample in 0..HOP {
            let hertz = between(pitch, frame, sample);
            turns = (turns + hertz.max(VOICED) / f64::from(RATE)).fract();
            train.push(if hertz > VOICED { harmonics(turns, hertz) } else { 0.0 });
        }
    }
    train
}

/// The pitch at a sample of a frame, on straight lines between the frames' middles.
fn between(pitch: &[f32], frame: usize, sample: usize) -> f64 {
    let place = (sample as f64 + 0.5) / HOP as f64 - 0.5;
    let neighbour = if place < 0.0 { frame.saturating_sub(1) } else { (frame + 1).min(pitch.len() - 1) };
    let (here, there) = (f64::from(pitch[frame]), f64::from(pitch[neighbour]));
    here + (there - here) * place.abs()
}

/// The sum of `cos(h · phase)` over all harmonics `h` ≥ 1: Dirichlet's kernel.
fn harmonics(turns: f64, hertz: f64) -> f32 {
    let phase = turns * std::f64::consts::TAU;
    let count = (HIGHEST / hertz).floor() + 0.5;
    let half = libm::sin(phase * 0.5);
    let sum = if half.abs() <= PEAK { count } else { libm::sin(count * phase) / (2.0 * half) };
    (sum - 0.5) as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn silence_where_nothing_is_voiced() {
        assert!(pulses(&[0.0; 5]).iter().all(|&s| s == 0.0));
        assert!(pulses(&[]).is_empty());
    }

    #[test]
    fn one_pulse_a_period_as_high_as_there_are_harmonics() {
        let train = pulses(&[200.0; 80]);
        assert_eq!(train.len(), 80 * HOP);
        let peaks = train.iter().filter(|&&s| s > 54.0).count();
        assert_eq!(peaks, 200, "a second at 200 Hz");
        assert!(train.iter().all(|&s| s <= 55.001), "55 harmonics below 11 kHz");
    }

    #[test]
    fn the_kernel_is_the_sum_of_cosines() {
        for turns in [0.0, 1e-5, 0.013, 0.25, 0.5, 0.77, 0.99999] {
            let sum: f64 = (1..=36).map(|h| (f64::from(h) * turns * std::f64::consts::TAU).cos()).sum();
            assert!((f64::from(harmonics(turns, 300.0)) - sum).abs() < 1e-2, "{turns}: {sum}");
        }
    }

    #[test]
    fn pitch_moves_evenly_between_frames() {
        let pitch = [100.0, 200.0];
        let track: Vec<f64> = (0..2 * HOP).map(|i| between(&pitch, i / HOP, i % HOP)).collect();
        assert_eq!((track[0], track[2 * HOP - 1]), (100.0, 200.0));
        assert!(track.windows(2).all(|w| (0.0..0.34).contains(&(w[1] - w[0]))));
        assert!((track[HOP] - 150.0).abs() < 0.5);
    }
}
