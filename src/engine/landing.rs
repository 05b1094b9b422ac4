//! What becomes of runs that ended: results are filed and handed on, failures are told, tried again, or their lost inputs made again.
//! Knows nothing of which runs are started.

use std::time::Duration;

use crate::cache::Filed;
use crate::dag::NodeId;
use crate::dag::State;
use crate::diag::Diagnostic;
use crate::digest::Key;
use crate::event::{Event, How};
use crate::remote::ExecError;

use super::crew::Flight;
use super::pool::{Done, Ended};
use super::{Engine, patience};

impl Engine<'_, '_> {
    /// Takes what executors gave back: results are filed all together, so that many small ones cost one commit.
    pub(super) fn land(&mut self, ended: Vec<Done>) {
        let (mut made, mut others) = (Vec::new(), Vec::new());
        for Done { key, result } in ended {
            let Some(flight) = self.crew.flights.remove(&key) else { continue };
            match result {
                Ok(ended) => made.push((key, flight, ended)),
                Err(error) => others.push((key, flight, error)),
            }
        }
        self.land_made(made);
        others.into_iter().for_each(|(key, flight, error)| self.land_failed(key, flight, error));
    }

    fn land_made(&mut self, mut made: Vec<(Key, Flight, Ended)>) {
        let mut results = Vec::with_capacity(made.len());
        for (_, Flight { permit, action, .. }, ended) in made.iter_mut().filter(|(.., ended)| !ended.found) {
            results.extend(permit.take().map(|permit| Filed { permit, action, outcome: &ended.outcome }));
        }
        let filed = self.crew.cache.file_all(results);
        for (key, flight, ended) in made {
            match &filed {
                Ok(()) => self.finish_flight(key, flight, &ended),
                Err(error) => flight.nodes.into_iter().for_each(|id| self.fail_machine(id, error)),
            }
        }
    }

    fn finish_flight(&mut self, key: Key, flight: Flight, ended: &Ended) {
        let millis = ended.outcome.millis;
        let mut how = if ended.found { How::Reused } else { How::Ran { millis } };
        for id in flight.nodes {
            let name = self.name(id);
            self.history.note(&name, key, Some(millis));
            self.dag.payload_mut(id).outcome = Some(ended.outcome.clone());
            self.finish(id, how);
            how = How::Reused;
        }
    }

    fn land_failed(&mut self, key: Key, flight: Flight, error: ExecError) {
        match error {
            ExecError::Cancelled => self.land_cancelled(flight),
            ExecError::Infra { message, retry_after, alone } => {
                self.try_again(key, Flight { alone: alone || flight.alone, ..flight }, message, retry_after);
            }
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
            self.sink.event(&Event::Retrying { step: self.name(id), attempt, millis, message: message.clone() });
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
