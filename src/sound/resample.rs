//! Resampling to 48 kHz.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{Fft, FixedSync, Resampler};

use crate::units::SAMPLE_RATE;

/// The sample rates that can be converted, in Hz.
pub const RATES: std::ops::RangeInclusive<u32> = 4_000..=384_000;

/// The least number of samples in a block; larger blocks only need more memory.
const MIN_BLOCK_SAMPLES: usize = 1024;

/// Why samples can't be resampled.
#[derive(Debug, thiserror::Error)]
pub enum ResampleError {
    /// A rate outside [`RATES`].
    #[error("a sample rate of {0} Hz is not supported")]
    Rate(u32),
    /// The resampler could not be created.
    #[error("resampling failed: {0}")]
    Construction(#[from] rubato::ResamplerConstructionError),
    /// The resampler stopped with an error.
    #[error("resampling failed: {0}")]
    Failed(#[from] rubato::ResampleError),
}

/// The number of samples at 48 kHz that `n` samples at `rate` Hz become, to the nearest whole number.
pub fn resampled_length(n: usize, rate: u32) -> usize {
    let (n, rate, out) = (n as u128, u128::from(rate.max(1)), u128::from(SAMPLE_RATE));
    ((2 * n * out + rate) / (2 * rate)) as usize
}

/// Converts one channel of sound at `rate` Hz to 48 kHz, without delay. The result has [`resampled_length`] samples.
///
/// Computed in `f64`, so that differences between the vector units of processors vanish in rounding.
///
/// # Errors
/// A rate outside [`RATES`].
pub fn to_48k(samples: &[f32], rate: u32) -> Result<Vec<f32>, ResampleError> {
    if !RATES.contains(&rate) {
        return Err(ResampleError::Rate(rate));
    }
    if rate == SAMPLE_RATE || samples.is_empty() {
        return Ok(samples.to_vec());
    }
    let wide: Vec<f64> = samples.iter().map(|&s| f64::from(s)).collect();
    let input = InterleavedSlice::new(&wide, 1, wide.len()).expect("one channel of just this length");
    let mut resampler = Fft::<f64>::new(rate as usize, SAMPLE_RATE as usize, block(rate), 1, FixedSync::Both)?;
    let mut out: Vec<f32> =
        resampler.process_all(&input, wide.len(), None)?.take_data().iter().map(|&s| s as f32).collect();
    out.resize(resampled_length(samples.len(), rate), 0.0);
    Ok(out)
}

/// The samples of a block: an even number of the shortest units that are whole at both rates. Then the resampler's delay, half a block, is a
/// whole number, too, and can be removed exactly.
fn block(rate: u32) -> usize {
    let (mut divisor, mut rest) = (rate, SAMPLE_RATE);
    while rest != 0 {
        (divisor, rest) = (rest, divisor % rest);
    }
    let stretch = (rate / divisor) as usize;
    stretch * MIN_BLOCK_SAMPLES.div_ceil(stretch).next_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use std::f64::consts::TAU;

    use super::*;

    fn tone(hertz: f64, rate: u32, n: usize) -> Vec<f32> {
        (0..n).map(|i| (TAU * hertz * i as f64 / f64::from(rate)).sin() as f32 * 0.5).collect()
    }

    #[test]
    fn lengths_are_exact() {
        for rate in [8_000, 11_025, 16_000, 22_050, 24_000, 44_100, 48_000, 96_000] {
            for n in [0, 1, 2, 333, 1024, 22_051] {
                let exact = n as f64 * 48_000.0 / f64::from(rate);
                let out = to_48k(&vec![0.1; n], rate).unwrap();
                assert!((out.len() as f64 - exact).abs() <= 0.5, "{n} at {rate}: {}", out.len());
            }
        }
    }

    #[test]
    fn a_tone_keeps_its_phase_and_level() {
        for rate in [16_000, 22_050, 44_100, 96_000] {
            let out = to_48k(&tone(1_000.0, rate, rate as usize), rate).unwrap();
            let want = tone(1_000.0, 48_000, out.len());
            let middle = 4_800..out.len() - 4_800;
            let worst = middle.map(|i| (out[i] - want[i]).abs()).fold(0.0, f32::max);
            assert!(worst < 1e-4, "{rate}: {worst}");
        }
    }

    #[test]
    fn a_click_stays_where_it_is() {
        for rate in [22_050, 44_100] {
            let mut click = vec![0.0; 20_000];
            click[7_350] = 1.0;
            let out = to_48k(&click, rate).unwrap();
            let loudest = (0..out.len()).max_by(|&a, &b| out[a].abs().total_cmp(&out[b].abs())).unwrap();
            assert_eq!(loudest, 7_350 * 48_000 / rate as usize, "{rate}");
        }
    }

    #[test]
    fn what_48_khz_cannot_hold_is_gone() {
        let out = to_48k(&tone(30_000.0, 96_000, 96_000), 96_000).unwrap();
        assert!(out[4_800..40_000].iter().all(|s| s.abs() < 1e-4));
    }

    #[test]
    fn rates_out_of_range_are_refused() {
        for rate in [0, 1, 3_999, 384_001, u32::MAX] {
            assert!(matches!(to_48k(&[0.0; 8], rate), Err(ResampleError::Rate(_))), "{rate}");
        }
    }
}
