//! The near side: has actions run by an agent at the other end of a link, and believes nothing that comes back unverified.
//! Knows nothing of how the link came about.

mod error;
mod line;
mod outputs;
mod session;

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::action::{Action, Blob, Outcome};
use crate::cache::Cache;
use crate::digest::Digest;

use super::hello::{Hello, cpu};
use super::link::Link;
use super::wire::{FromAgent, ToAgent};
use super::{ExecError, Job};

pub use error::FarError;
use line::Line;
use session::{Run, Session, Stop};

/// How often a run looks whether it was cancelled.
const LOOK: Duration = Duration::from_millis(50);

/// What is asked of a far side, and what is known of it.
#[derive(Clone, Debug)]
pub struct Terms {
    /// Its name in messages.
    pub host: String,
    /// The build that it must run; `None` takes any that speaks the same protocol.
    pub build: Option<Digest>,
    /// What it is known to have: shared by all sessions with one host.
    pub known: Known,
    /// How long it may say nothing while something is asked of it.
    pub silence: Duration,
    /// How long it may take to say who it is.
    pub greeting: Duration,
}

impl Terms {
    /// What is usually asked of `host`, which must run `build`.
    pub fn new(host: impl Into<String>, build: Option<Digest>) -> Self {
        let [silence, greeting] = [45, 30].map(Duration::from_secs);
        Self { host: host.into(), build, known: Known::default(), silence, greeting }
    }
}

/// Blobs that a host is known to have. Clones share it. Only a hint: what is there, the host itself knows.
#[derive(Clone, Debug, Default)]
pub struct Known(Arc<Mutex<HashSet<Digest>>>);

impl Known {
    /// Bytes of the action's inputs that would have to be sent.
    pub fn lacks(&self, action: &Action) -> u64 {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        action.inputs.values().filter(|blob| !known.contains(&blob.digest)).map(|blob| blob.len).sum()
    }

    fn add<'b>(&self, blobs: impl IntoIterator<Item = &'b Blob>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.extend(blobs.into_iter().map(|blob| blob.digest));
    }
}

/// A session with an agent. One thread uses it.
pub struct Far {
    /// Gone once nothing can be said any more.
    line: Option<Line>,
    terms: Terms,
    hello: Hello,
    /// This machine's processor.
    cpu: String,
    runs: u64,
    trouble: Option<FarError>,
    sent: u64,
}

impl From<FarError> for ExecError {
    /// Whatever a far side does, the step may well succeed elsewhere.
    fn from(error: FarError) -> Self {
        Self::Infra { message: error.to_string(), retry_after: None, alone: false }
    }
}

impl Far {
    /// Waits for an agent to say who it is. Nothing is sent before.
    ///
    /// # Errors
    /// [`FarError::Gone`] and [`FarError::Garbled`] where none speaks, [`FarError::OtherBuild`].
    pub fn greet(link: Box<dyn Link>, terms: Terms) -> Result<(Self, Hello), FarError> {
        let mut line = Line::new(link, terms.host.clone(), terms.greeting);
        line.greeted(terms.greeting)?;
        let until = Instant::now() + terms.greeting;
        let hello = loop {
            match line.hear(LOOK)? {
                Some((FromAgent::Hello(hello), _)) => break hello.tamed(),
                Some(_) => return Err(wrong(&terms.host, "something else than a greeting")),
                None if Instant::now() >= until => {
                    return Err(FarError::Silent { host: terms.host, seconds: terms.greeting.as_secs() });
                }
                None => {}
            }
        };
        if terms.build.is_some_and(|build| build != hello.build) {
            return Err(FarError::OtherBuild { host: terms.host, hello: Box::new(hello) });
        }
        line.set_silence(terms.silence);
        let far = Self { line: Some(line), terms, hello: hello.clone(), cpu: cpu(), runs: 0, trouble: None, sent: 0 };
        Ok((far, hello))
    }

    /// What it said of itself.
    pub fn hello(&self) -> &Hello {
        &self.hello
    }

    /// Whether anything can still be asked of it. Once not, it stays so.
    pub fn is_usable(&self) -> bool {
        self.line.is_some()
    }

    /// What was wrong with it in the last run, as [`ExecError::Infra`] told.
    pub fn trouble(&self) -> Option<&FarError> {
        self.trouble.as_ref()
    }

    /// Bytes of blobs that were sent, as they travelled.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// What the host is known to have.
    pub fn known(&self) -> &Known {
        &self.terms.known
    }

    /// Says that this side is still there, for a session in which nothing runs; at least every ten minutes. `false`: it is of no more use.
    pub fn tend(&mut self) -> bool {
        let Some(line) = &mut self.line else { return false };
        if let Err(error) = line.say(&ToAgent::Ping, &[]).and_then(|()| line.hear(Duration::ZERO)) {
            self.trouble = Some(error);
            self.line = None;
        }
        self.is_usable()
    }

    /// Has `action` run there; its outputs are in `cache` when this returns.
    ///
    /// # Errors
    /// As every executor; whatever the far side or the way there is to blame for is [`ExecError::Infra`], and [`Far::trouble`] tells more.
    pub fn run(&mut self, action: &Action, cache: &Cache, job: &Job) -> Result<Outcome, ExecError> {
        let Some(line) = &mut self.line else {
            let why = "the connection was closed".to_owned();
            return Err(FarError::Gone { host: self.terms.host.clone(), why }.into());
        };
        self.trouble = None;
        if let Some(why) = self.hello.unsuited(action, &self.cpu) {
            let error = FarError::Unsuited { host: self.terms.host.clone(), why };
            return Err(self.tell(error));
        }
        self.runs += 1;
        let run = Run { id: self.runs, action, cache, job };
        let mut session = Session { line, known: &self.terms.known, sent: &mut self.sent, early: None };
        match session.run(&run) {
            Ok(outcome) => Ok(outcome),
            Err(Stop::Here(ExecError::Cancelled)) => {
                if !session.cancel(run.id) {
                    self.line = None;
                }
                Err(ExecError::Cancelled)
            }
            Err(Stop::Here(error)) => {
                // A step that failed there ended its run; whatever failed here may have left the far side in the middle of one.
                if !matches!(error, ExecError::Step { .. } | ExecError::MissingInputs(_)) {
                    self.line = None;
                }
                Err(error)
            }
            Err(Stop::There(error)) => {
                if error.is_final() {
                    self.line = None;
                }
                Err(self.tell(error))
            }
        }
    }

    fn tell(&mut self, error: FarError) -> ExecError {
        let message = error.to_string();
        self.trouble = Some(error);
        ExecError::Infra { message, retry_after: None, alone: false }
    }
}

fn wrong(host: &str, what: &str) -> FarError {
    FarError::Wrong { host: host.to_owned(), what: what.to_owned() }
}

#[cfg(test)]
mod tests;
