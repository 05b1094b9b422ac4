//! How fast each worker group is, learnt from the steps that ran in it.

/// Runs that are expected to take less than this many seconds say nothing of a group's speed.
const MIN_MEASURED_SECONDS: f64 = 0.05;
/// Weight of a new measurement in the running mean, from 0 to 1.
const NEW_SPEED_WEIGHT: f64 = 0.3;

/// Speeds of the groups by index, in seconds of expected work in a second. Expectations are made for some machine, not for any of these.
#[derive(Default)]
pub struct GroupSpeeds(Vec<Option<f64>>);

impl GroupSpeeds {
    /// The speed of a group. One whose speed is not known yet is assumed to be as fast as the first one, this machine.
    pub fn of(&self, group: usize) -> f64 {
        self.known(group).or_else(|| self.known(0)).unwrap_or(1.0)
    }

    fn known(&self, group: usize) -> Option<f64> {
        self.0.get(group).copied().flatten()
    }

    /// Updates the speed with the milliseconds that a run really took.
    pub fn learn(&mut self, group: usize, expected_seconds: f64, millis: u64) {
        if expected_seconds < MIN_MEASURED_SECONDS || millis == 0 {
            return;
        }
        let new = (expected_seconds * 1000.0 / millis as f64).clamp(0.02, 50.0);
        if self.0.len() <= group {
            self.0.resize(group + 1, None);
        }
        let speed = self.0[group].get_or_insert(new);
        // Speeds multiply: a mean of logarithms, so that one odd step does not weigh more the faster it seems.
        *speed = (speed.ln() * (1.0 - NEW_SPEED_WEIGHT) + new.ln() * NEW_SPEED_WEIGHT).exp();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_group_is_as_fast_as_its_steps_were() {
        let mut speeds = GroupSpeeds::default();
        assert_eq!(speeds.of(2), 1.0);
        speeds.learn(0, 1.0, 500);
        assert_eq!((speeds.of(0), speeds.of(2)), (2.0, 2.0), "unknown groups are like this machine");
        (0..20).for_each(|_| speeds.learn(2, 1.0, 2000));
        assert!((speeds.of(2) - 0.5).abs() < 1e-9);
        assert_eq!(speeds.of(1), 2.0, "the one before it is still unknown");
        speeds.learn(2, 1.0, 1000);
        assert!((0.5..0.7).contains(&speeds.of(2)), "one odd step changes little");
        speeds.learn(0, 0.01, 500);
        assert_eq!(speeds.of(0), 2.0, "what is small says nothing");
    }
}
