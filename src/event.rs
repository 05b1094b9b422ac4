//! What happens during a build, as data. Knows nothing of how it is shown.

use crate::work::StepName;

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The graph has this many steps now, with this many seconds of work before them.
    Graph {
        /// All steps known so far.
        steps: usize,
        /// Expected seconds of work in those that are not over.
        cost_left: f64,
    },
    /// A step began to run.
    Started {
        /// Which.
        step: StepName,
    },
    /// A running step got this far.
    Progress {
        /// Which.
        step: StepName,
        /// Units done …
        done: u64,
        /// … of so many.
        total: u64,
    },
    /// A step is done.
    Finished {
        /// Which.
        step: StepName,
        /// How it came by its result.
        how: How,
    },
    /// A step would have to run; said in a dry run only.
    WouldRun {
        /// Which.
        step: StepName,
    },
    /// A step failed.
    Failed {
        /// Which.
        step: StepName,
    },
    /// A result in the cache was damaged or gone, and is made again.
    Lost {
        /// The step whose result it was.
        step: StepName,
    },
}

/// How a step came by its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum How {
    /// It ran, for so many milliseconds.
    Ran {
        /// Milliseconds.
        millis: u64,
    },
    /// The cache had it.
    Reused,
}

/// Takes events as they happen, from any thread.
pub trait Sink: Sync {
    /// Takes one event.
    fn event(&self, event: &Event);
}
