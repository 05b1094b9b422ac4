//! Handles runs that ended: forwards results, reports or retries failures, and makes lost inputs again.

use std::time::Duration;

use crate::dag::NodeId;
use crate::dag::NodeState;
use crate::diag::Diagnostic;
use crate::digest::Key;
use crate::event::Event;
use crate::remote::ExecError;

use super::slots::FinishedRun;
use super::worker_pool::InFlight;
use super::{Engine, retry};

impl Engine<'_, '_> {
    /// Handles the results and errors that executors returned.
    pub(super) fn complete(&mut self, ended: Vec<FinishedRun>) {
        for FinishedRun { key, result } in ended {
            let Some(flight) = self.workers.in_flight.remove(&key) else { continue };
            match result {
                Ok(ended) => self.forward_result(key, flight, ended),
                Err(error) => self.handle_failure(key, flight, error),
            }
        }
    }

    fn handle_failure(&mut self, key: Key, flight: InFlight, error: ExecError) {
        match error {
            ExecError::Cancelled => self.handle_cancelled(flight),
            ExecError::Transient { message, retry_after, alone } => {
                self.retry_later(key, InFlight { alone: alone || flight.alone, ..flight }, message, retry_after);
            }
            ExecError::Gone { message } => self.requeue_elsewhere(key, flight, message),
            ExecError::MissingInputs(lost) => {
                for id in flight.nodes {
                    let sources = self.sources(id, &lost);
                    self.rerun_inputs(id, &sources);
                }
            }
            ExecError::Step { message, help, log } => self.fail_all(&flight.nodes, &message, help, &log),
            ExecError::Cache(error) => flight.nodes.into_iter().for_each(|id| self.fail_with_cache_error(id, &error)),
        }
    }

    /// Queues a run again whose host went away. That says nothing of the step, unless it happens wherever it runs.
    fn requeue_elsewhere(&mut self, key: Key, mut flight: InFlight, message: String) {
        if flight.nodes.is_empty() {
            return;
        }
        let attempt = flight.attempt + 1;
        flight.attempt -= 1;
        flight.remote_failures += 1;
        for &id in &flight.nodes {
            self.emit(Event::Retrying { step: self.name(id), attempt, millis: 0, message: message.clone() });
            self.dag.set_state(id, NodeState::Ready);
            self.dag.set_state(id, NodeState::Queued);
        }
        self.workers.in_flight.insert(key, flight);
        self.enqueue(key);
    }

    fn handle_cancelled(&mut self, flight: InFlight) {
        if let Some(limit) = flight.timed_out {
            let message = format!("it was stopped after {} s without an end", limit.as_secs_f64());
            let kind = &flight.action.kind;
            let help = format!("if it only needs longer, give it more time with `--timeout {kind}=1h`");
            self.fail_all(&flight.nodes, &message, Some(help), "");
        }
    }

    fn retry_later(&mut self, key: Key, flight: InFlight, message: String, asked: Option<Duration>) {
        let attempt = flight.attempt + 1;
        let Some(wait) = retry::retry_delay(attempt, asked).filter(|_| self.may_start()) else {
            let message = format!("{message}; it was tried {} times", flight.attempt);
            return self.fail_all(&flight.nodes, &message, None, "");
        };
        for &id in &flight.nodes {
            let millis = wait.as_millis() as u64;
            self.emit(Event::Retrying { step: self.name(id), attempt, millis, message: message.clone() });
            self.dag.set_state(id, NodeState::Ready);
            self.dag.set_state(id, NodeState::Queued);
        }
        if asked.is_some() {
            self.workers.slots.hold(&flight.action.requirements.pool, wait);
        }
        self.workers.schedule_retry(key, flight, wait);
    }

    /// Fails every node of a run; the log is shown once.
    fn fail_all(&mut self, nodes: &[NodeId], message: &str, help: Option<String>, log: &str) {
        let message = message.to_owned() + &self.files(nodes);
        for (i, &id) in nodes.iter().enumerate() {
            let diagnostic = Diagnostic { help: help.clone(), ..Diagnostic::error(&message) };
            self.fail(id, diagnostic, if i == 0 { log.to_owned() } else { String::new() });
        }
    }
}
