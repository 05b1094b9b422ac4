//! What becomes of runs that ended: results are handed on, failures are told, tried again, or their lost inputs made again.
//! Knows nothing of which runs are started.

use std::time::Duration;

use crate::dag::NodeId;
use crate::dag::State;
use crate::diag::Diagnostic;
use crate::digest::Key;
use crate::event::Event;
use crate::remote::ExecError;

use super::crew::Flight;
use super::pool::Done;
use super::{Engine, patience};

impl Engine<'_, '_> {
    /// Takes what executors gave back.
    pub(super) fn land(&mut self, ended: Vec<Done>) {
        for Done { key, result } in ended {
            let Some(flight) = self.crew.flights.remove(&key) else { continue };
            match result {
                Ok(ended) => self.hand_on(key, flight, ended),
                Err(error) => self.land_failed(key, flight, error),
            }
        }
    }

    fn land_failed(&mut self, key: Key, flight: Flight, error: ExecError) {
        match error {
            ExecError::Cancelled => self.land_cancelled(flight),
            ExecError::Infra { message, retry_after, alone } => {
                self.try_again(key, Flight { alone: alone || flight.alone, ..flight }, message, retry_after);
            }
            ExecError::Gone { message } => self.send_elsewhere(key, flight, message),
            ExecError::MissingInputs(lost) => {
                for id in flight.nodes {
                    let sources = self.sources(id, &lost);
                    self.make_again(id, &sources);
                }
            }
            ExecError::Step { message, help, log } => self.fail_all(&flight.nodes, &message, help, &log),
            ExecError::Cache(error) => flight.nodes.into_iter().for_each(|id| self.fail_machine(id, &error)),
        }
    }

    /// Queues a run again whose host went away. That says nothing of the step, unless it happens wherever it runs.
    fn send_elsewhere(&mut self, key: Key, mut flight: Flight, message: String) {
        if flight.nodes.is_empty() {
            return;
        }
        let attempt = flight.attempt + 1;
        flight.attempt -= 1;
        flight.strays += 1;
        for &id in &flight.nodes {
            self.tell(Event::Retrying { step: self.name(id), attempt, millis: 0, message: message.clone() });
            self.dag.set(id, State::Ready);
            self.dag.set(id, State::Queued);
        }
        self.crew.flights.insert(key, flight);
        self.enqueue(key);
    }

    fn land_cancelled(&mut self, flight: Flight) {
        if let Some(limit) = flight.late {
            let message = format!("it was stopped after {} s without an end", limit.as_secs_f64());
            let kind = &flight.action.kind;
            let help = format!("if it only needs longer, give it more time with `--timeout {kind}=1h`");
            self.fail_all(&flight.nodes, &message, Some(help), "");
        }
    }

    fn try_again(&mut self, key: Key, flight: Flight, message: String, asked: Option<Duration>) {
        let attempt = flight.attempt + 1;
        let Some(wait) = patience::pause(attempt, asked).filter(|_| self.may_start()) else {
            let message = format!("{message}; it was tried {} times", flight.attempt);
            return self.fail_all(&flight.nodes, &message, None, "");
        };
        for &id in &flight.nodes {
            let millis = wait.as_millis() as u64;
            self.tell(Event::Retrying { step: self.name(id), attempt, millis, message: message.clone() });
            self.dag.set(id, State::Ready);
            self.dag.set(id, State::Queued);
        }
        self.crew.pause(key, flight, wait);
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
