//! Seeded random numbers and noise that are the same on every machine: integers, and floats that are only added,
//! multiplied and rounded down.

/// A pseudo-random generator (SplitMix64).
pub struct SeededRng(u64);

impl SeededRng {
    pub fn new(seed: u32) -> SeededRng {
        SeededRng(u64::from(seed) ^ 0x5eed_0fba_c1cd_7095)
    }

    /// The next integer of 24 bits.
    fn next(&mut self) -> u32 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 40) as u32
    }

    /// From `low` to just below `high`.
    pub fn between(&mut self, low: f32, high: f32) -> f32 {
        low + (high - low) * (self.next() as f32 / 16_777_216.0)
    }

    /// The next integer, as a seed for [`white`] or [`smooth`].
    pub fn seed(&mut self) -> u32 {
        self.next()
    }

    /// An integer below `many`.
    pub fn pick(&mut self, many: u32) -> u32 {
        self.next() % many.max(1)
    }

    /// A unit vector in a roughly uniform direction, computed without a sine.
    pub fn direction(&mut self) -> (f32, f32) {
        let half = self.between(-1.0, 1.0);
        let (cos, sin) = ((1.0 - half * half) / (1.0 + half * half), 2.0 * half / (1.0 + half * half));
        if self.pick(2) == 0 { (cos, sin) } else { (-cos, -sin) }
    }
}

/// White noise on integer coordinates, 0 to 1.
pub fn white(x: i32, y: i32, seed: u32) -> f32 {
    let mut mixed = (x as u32).wrapping_mul(0x9e37_79b1) ^ (y as u32).wrapping_mul(0x85eb_ca77) ^ seed;
    mixed = (mixed ^ (mixed >> 15)).wrapping_mul(0x2c1b_3c6d);
    mixed = (mixed ^ (mixed >> 12)).wrapping_mul(0x297a_2d39);
    ((mixed ^ (mixed >> 15)) >> 8) as f32 / 16_777_216.0
}

/// Smooth noise, 0 to 1, with features about 1 wide.
pub fn smooth(x: f32, y: f32, seed: u32) -> f32 {
    let (left, top) = (x.floor(), y.floor());
    let (across, down) = (eased(x - left), eased(y - top));
    let (left, top) = (left as i32, top as i32);
    let [upper, lower] =
        [top, top.wrapping_add(1)].map(|y| lerp(white(left, y, seed), white(left.wrapping_add(1), y, seed), across));
    lerp(upper, lower, down)
}

/// Linear interpolation between `from` and `to`.
pub fn lerp(from: f32, to: f32, share: f32) -> f32 {
    from + (to - from) * share
}

/// Smootherstep: first and second derivative are zero at both ends.
fn eased(t: f32) -> f32 {
    t * t * t * (t * (t * 6.0 - 15.0) + 10.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_spread_and_repeat_with_their_seed() {
        let draw = |seed| (0..1000).map(|_| 0.0).scan(SeededRng::new(seed), |rng, _: f32| Some(rng.between(0.0, 1.0)));
        let (one, again, other): (Vec<_>, Vec<_>, Vec<_>) = (draw(1).collect(), draw(1).collect(), draw(2).collect());
        assert_eq!(one, again);
        assert_ne!(one, other);
        let mean = one.iter().sum::<f32>() / 1000.0;
        assert!((mean - 0.5).abs() < 0.05 && one.iter().all(|n| (0.0..1.0).contains(n)), "{mean}");
    }

    #[test]
    fn smooth_noise_has_no_steps() {
        let at = |i: i32| smooth(i as f32 / 64.0, 0.3, 7);
        assert!((-640..640).all(|i| (at(i) - at(i + 1)).abs() < 0.04));
        assert!((-640..640).map(at).fold(0.0, f32::max) > 0.8);
    }

    #[test]
    fn directions_have_length_one() {
        let mut rng = SeededRng::new(3);
        for (x, y) in (0..100).map(|_| rng.direction()) {
            assert!((x * x + y * y - 1.0).abs() < 1e-5);
        }
    }
}
