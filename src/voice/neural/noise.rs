//! Normally distributed noise from a seed: the same on every machine and in every release.

use std::f32::consts::TAU;

/// A stream of noise (SplitMix64 and the Box–Muller transform).
pub(super) struct NoiseSource(u64);

impl NoiseSource {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// Two independent values with a mean of 0 and a variance of 1.
    pub(super) fn normal_pair(&mut self) -> (f32, f32) {
        let bits = self.next_bits();
        // The offset keeps the argument of the logarithm above 0.
        let radius = (-2.0 * libm::logf(unit_interval(bits >> 40) + 1.0 / 33_554_432.0)).sqrt();
        let (sine, cosine) = libm::sincosf(unit_interval(bits) * TAU);
        (radius * cosine, radius * sine)
    }

    fn next_bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

/// The lowest 24 bits as a number from 0 (inclusive) to 1 (exclusive).
fn unit_interval(bits: u64) -> f32 {
    (bits & 0xFF_FFFF) as f32 * (1.0 / 16_777_216.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_is_splitmix64() {
        // The published test vector for a seed of 1234567.
        let mut noise = NoiseSource::new(1_234_567);
        assert_eq!([noise.next_bits(), noise.next_bits()], [6_457_827_717_110_365_317, 3_203_168_211_198_807_973]);
    }

    #[test]
    fn it_is_normal_and_uncorrelated() {
        let mut noise = NoiseSource::new(7);
        let pairs: Vec<(f32, f32)> = (0..100_000).map(|_| noise.normal_pair()).collect();
        let mean = |of: &dyn Fn(&(f32, f32)) -> f64| pairs.iter().map(of).sum::<f64>() / pairs.len() as f64;
        assert!(mean(&|p| f64::from(p.0)).abs() < 0.02);
        assert!((mean(&|p| f64::from(p.0 * p.0)) - 1.0).abs() < 0.03);
        assert!((mean(&|p| f64::from(p.1 * p.1)) - 1.0).abs() < 0.03);
        assert!(mean(&|p| f64::from(p.0 * p.1)).abs() < 0.02);
        assert!((mean(&|p| f64::from(p.0.powi(4))) - 3.0).abs() < 0.2);
        assert!(pairs.iter().all(|p| p.0.is_finite() && p.1.is_finite()));
    }

    #[test]
    fn a_seed_decides_all_of_it() {
        let some = |seed| -> Vec<_> {
            std::iter::repeat_with({
                let mut n = NoiseSource::new(seed);
                move || n.normal_pair()
            })
            .take(50)
            .collect()
        };
        assert_eq!(some(3), some(3));
        assert_ne!(some(3), some(4));
    }
}
