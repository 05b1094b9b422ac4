//! Time-outs of steps, and the back-off before a failed step is tried again.

use std::collections::BTreeMap;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};

/// A step is tried this often before it counts as failed.
pub const MAX_ATTEMPTS: u32 = 4;
/// A step that was lost with its worker group this often runs on this machine: perhaps the step is the cause.
pub const MAX_REMOTE_FAILURES: u32 = 2;
/// The pause after the first failure; each one after it is twice as long, and a little more by chance.
const INITIAL_DELAY: Duration = Duration::from_millis(500);

/// Time-outs as the user wants them.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct StepTimeouts {
    /// For every kind that has none of its own.
    pub all: Option<Duration>,
    /// By kind of step.
    pub kinds: BTreeMap<String, Duration>,
}

impl StepTimeouts {
    /// How long a step of this kind may take whose own bound is `own`.
    pub fn for_kind(&self, kind: &str, own: Duration) -> Duration {
        self.kinds.get(kind).copied().or(self.all).unwrap_or(own)
    }
}

/// How long to wait before try `attempt` (2 for the first one that follows a failure); `None` when it has been tried often enough.
/// Who failed may ask for more time.
pub fn retry_delay(attempt: u32, asked: Option<Duration>) -> Option<Duration> {
    let pauses = ExponentialBuilder::default()
        .with_min_delay(INITIAL_DELAY)
        .with_max_times(MAX_ATTEMPTS as usize - 1)
        .with_jitter();
    let own = pauses.build().nth(attempt.checked_sub(2)? as usize)?;
    Some(own.max(asked.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<_> = (2..10).map_while(|attempt| retry_delay(attempt, None)).collect();
        assert_eq!(pauses.len() as u32, MAX_ATTEMPTS - 1);
        assert!(pauses.windows(2).all(|pair| pair[1] > pair[0]), "{pauses:?}");
        assert!(retry_delay(2, Some(Duration::from_secs(9))).unwrap() >= Duration::from_secs(9));
    }

    #[test]
    fn the_users_time_outs_come_first() {
        let own = Duration::from_secs(600);
        let timeouts = StepTimeouts {
            all: Some(Duration::from_secs(5)),
            kinds: BTreeMap::from([("segment".to_owned(), Duration::from_secs(7))]),
        };
        assert_eq!(timeouts.for_kind("segment", own).as_secs(), 7);
        assert_eq!(timeouts.for_kind("speech", own).as_secs(), 5);
        assert_eq!(StepTimeouts::default().for_kind("speech", own), own);
    }
}
