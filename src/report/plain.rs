//! Progress for pipes and CI: one line for each step that ran, and nothing that is drawn over.

use std::collections::HashMap;
use std::io::Write;
use std::sync::{Mutex, PoisonError};

use crate::diag::printable;
use crate::event::{Event, EventSink, ResultOrigin};
use crate::work::StepName;

use super::{hosts, why};

/// Writes one line for each event that is worth one.
pub struct PlainLines<W>(Mutex<PlainState<W>>);

struct PlainState<W> {
    out: W,
    steps: usize,
    done: usize,
    /// Whether it is said why a step runs; kinds are kept for that.
    explains: bool,
    kinds: HashMap<StepName, String>,
    /// The slots of steps that run on other machines.
    away: HashMap<StepName, String>,
}

impl<W> PlainState<W> {
    fn new(out: W, explains: bool) -> Self {
        Self { out, steps: 0, done: 0, explains, kinds: HashMap::new(), away: HashMap::new() }
    }
}

impl<W: Write> PlainLines<W> {
    /// Lines that go to `out`, without reasons.
    pub fn new(out: W) -> Self {
        Self(Mutex::new(PlainState::new(out, false)))
    }

    /// Writes to `out`, and says of each step that runs why it does.
    pub fn explaining(out: W) -> Self {
        Self(Mutex::new(PlainState::new(out, true)))
    }
}

impl<W: Write + Send> EventSink for PlainLines<W> {
    fn event(&self, event: &Event) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Event::Started { step, slot, .. } = event {
            match hosts::is_here(slot) {
                true => drop(state.away.remove(step)),
                false => drop(state.away.insert(step.clone(), slot.clone())),
            }
        }
        let line = match event {
            Event::Graph { steps, .. } => {
                state.steps = *steps;
                return;
            }
            Event::Planned { step, kind, .. } if state.explains => {
                state.kinds.insert(step.clone(), kind.clone());
                return;
            }
            Event::Started { step, why, .. } if state.explains => {
                let kind = state.kinds.get(step).map_or("", String::as_str);
                format!("{step}: {}", why::in_words(kind, why))
            }
            Event::Finished { how: ResultOrigin::Reused, .. } => {
                state.done += 1;
                return;
            }
            Event::Finished { step, how: ResultOrigin::Ran { millis }, .. } => {
                state.done += 1;
                let place = state.away.remove(step).map_or_else(String::new, |slot| format!(" on {slot}"));
                format!("[{}/{}] {step} ({:.1} s{place})", state.done, state.steps, *millis as f64 / 1000.0)
            }
            Event::Failed { step, .. } => format!("failed: {step}"),
            // Where a host went away, that is said of the host.
            Event::Retrying { step, message, millis: millis @ 1.., .. } => {
                format!("{step}: {message}; trying again in {:.1} s", *millis as f64 / 1000.0)
            }
            Event::Host { host, news } => hosts::in_words(host, news),
            Event::StoreGivenUp { store, message } => store_given_up(store, message),
            Event::Lost { step } => format!("damaged in the cache, made again: {step}"),
            _ => return,
        };
        // A reader that went away does not stop a build.
        let _ = writeln!(state.out, "{}", printable(&line));
    }
}

/// The line that says so.
pub fn store_given_up(store: &str, message: &str) -> String {
    format!("store `{store}` is not used any more: {message}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::RunReason;

    #[test]
    fn only_what_ran_gets_a_line() {
        let mut out = Vec::new();
        {
            let plain = PlainLines::new(&mut out);
            let step = |name: &str| StepName::new(name);
            plain.event(&Event::Graph { steps: 3, estimated_seconds_left: 1.0 });
            plain.event(&Event::Finished { step: step("a"), how: ResultOrigin::Reused, bytes: 0 });
            plain.event(&Event::Started { step: step("b"), slot: "core 1".into(), why: RunReason::New });
            plain.event(&Event::Finished {
                step: step("b\u{1b}[31m"),
                how: ResultOrigin::Ran { millis: 1234 },
                bytes: 0,
            });
            plain.event(&Event::Started { step: step("c"), slot: "gpu1 2".into(), why: RunReason::New });
            plain.event(&Event::Finished { step: step("c"), how: ResultOrigin::Ran { millis: 50 }, bytes: 0 });
        }
        assert_eq!(String::from_utf8(out).unwrap(), "[2/3] b\\u{1b}[31m (1.2 s)\n[3/3] c (0.1 s on gpu1 2)\n");
    }
}
