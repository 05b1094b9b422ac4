//! The clock by which pauses and time limits are measured. In tests it can be set forward.

#[cfg(test)]
use std::sync::{Arc, Mutex};
#[cfg(test)]
use std::time::Duration;
use std::time::Instant;

/// A clock that goes like the system's.
#[derive(Clone, Default)]
pub struct EngineClock {
    /// How much it was set forward.
    #[cfg(test)]
    ahead: Arc<Mutex<Duration>>,
}

impl EngineClock {
    /// The present moment.
    #[cfg(not(test))]
    pub fn now(&self) -> Instant {
        Instant::now()
    }

    /// The present moment.
    #[cfg(test)]
    pub fn now(&self) -> Instant {
        Instant::now() + *self.ahead.lock().unwrap()
    }

    /// Sets the clock forward, also for those who have a clone of it.
    #[cfg(test)]
    pub fn advance(&self, by: Duration) {
        *self.ahead.lock().unwrap() += by;
    }
}
