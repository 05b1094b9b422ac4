//! Handles runs that ended: forwards results, reports or retries failures, and makes lost inputs again.

use std::time::Duration;

use crate::dag::NodeId;
use crate::dag::NodeState;
use crate::diag::Diagnostic;
use crate::digest::Key;
use crate::event::Event;
use crate::remote::ExecError;

use super::messages::FinishedRun;
use super::worker_pool::InFlight;
use super::{Engine, retry};

impl Engine<'_, '_> {
    /// Handles the results and errors that executors returned.
    pub(super) fn complete(&mut self, ended: Vec<FinishedRun>) {
        for FinishedRun { key, result } in ended {
            let Some(run) = self.workers.in_flight.remove(&key) else { continue };
            match result {
                Ok(ended) => self.forward_result(key, run, ended),
                Err(error) => self.handle_failure(key, run, error),
            }
        }
    }

    fn handle_failure(&mut self, key: Key, run: InFlight, error: ExecError) {
        match error {
            ExecError::Cancelled => self.handle_cancelled(run),
            ExecError::Transient { message, retry_after, alone } => {
                self.retry_later(key, InFlight { alone: alone || run.alone, ..run }, message, retry_after);
            }
            ExecError::Gone { message } => self.requeue_elsewhere(key, run, message),
            ExecError::MissingInputs(lost) => {
                for id in run.nodes {
                    let sources = self.sources(id, &lost);
                    self.rerun_inputs(id, &sources);
                }
            }
            ExecError::Step { message, help, log } => self.fail_all(&run.nodes, &message, help, &log),
            ExecError::Cache(error) => run.nodes.into_iter().for_each(|id| self.fail_with_cache_error(id, &error)),
        }
    }

    /// Queues a run again whose group went away. That says nothing of the step, unless it happens wherever it runs.
    fn requeue_elsewhere(&mut self, key: Key, mut run: InFlight, message: String) {
        if run.nodes.is_empty() {
            return;
        }
        let attempt = run.attempt + 1;
        run.attempt -= 1;
        run.remote_failures += 1;
        for &id in &run.nodes {
            self.emit(Event::Retrying { step: self.name(id), attempt, millis: 0, message: message.clone() });
            self.dag.set_state(id, NodeState::Ready);
            self.dag.set_state(id, NodeState::Queued);
        }
        self.workers.in_flight.insert(key, run);
        self.enqueue(key);
    }

    fn handle_cancelled(&mut self, run: InFlight) {
        if let Some(limit) = run.timed_out {
            let message = format!("it was stopped after {} s without an end", limit.as_secs_f64());
            let kind = &run.action.kind;
            let help = format!("if it only needs longer, give it more time with `--timeout {kind}=1h`");
            self.fail_all(&run.nodes, &message, Some(help), "");
        }
    }

    fn retry_later(&mut self, key: Key, run: InFlight, message: String, asked: Option<Duration>) {
        let attempt = run.attempt + 1;
        let Some(wait) = retry::retry_delay(attempt, asked).filter(|_| self.may_start()) else {
            let message = format!("{message}; it was tried {} times", run.attempt);
            return self.fail_all(&run.nodes, &message, None, "");
        };
        for &id in &run.nodes {
            let millis = wait.as_millis() as u64;
            self.emit(Event::Retrying { step: self.name(id), attempt, millis, message: message.clone() });
            self.dag.set_state(id, NodeState::Ready);
            self.dag.set_state(id, NodeState::Queued);
        }
        if asked.is_some() {
            self.workers.slots.hold(&run.action.requirements.pool, wait);
        }
        self.workers.schedule_retry(key, run, wait);
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
