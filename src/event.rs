//! Events of a build as data: shown live, written as JSON lines and read back from a log. This module does not format them for people.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use serde::{Deserialize, Serialize};

use crate::work::StepName;

/// The version of the stream: raised when a field changes its meaning or goes away. New fields and new events may come without.
pub const EVENT_FORMAT: u32 = 1;

/// One thing that happened, and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TimedEvent {
    /// Seconds since the build began, in steps of a microsecond.
    pub t: f64,
    /// What happened; its fields are on the same level as `t` in JSON.
    #[serde(flatten)]
    pub event: Event,
}

/// One thing that happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The build begins, with what was asked for.
    Begin(BuildBegin),
    /// A step was added to the graph.
    Planned {
        /// The name of the new step.
        step: StepName,
        /// What kind of step it is: `speech`, `segment`, …; `grow` and `publish` are the engine's own.
        kind: String,
        /// The steps it waits for.
        waits_for: Vec<StepName>,
        /// Expected seconds of work on one core.
        #[serde(rename = "cost")]
        estimated_seconds: f64,
    },
    /// The graph has this many steps now, with this many seconds of work before them. Only for live displays, never written.
    #[serde(skip)]
    Graph {
        /// All steps known so far.
        steps: usize,
        /// Expected seconds of work in those that are not over.
        estimated_seconds_left: f64,
    },
    /// A step began to run.
    Started {
        /// The name of the step that runs now.
        step: StepName,
        /// Where: `core 1`, `wait 2`, or a host's `gpu1 2`.
        slot: String,
        /// Why its result was not there.
        why: RunReason,
    },
    /// A running step got this far. Only for live displays, never written.
    #[serde(skip)]
    Progress {
        /// The name of the running step.
        step: StepName,
        /// Units that are done; what a unit is depends on the kind of step.
        done: u64,
        /// Units that the step has in all.
        total: u64,
    },
    /// A step is done.
    Finished {
        /// The name of the step that has its result now.
        step: StepName,
        /// How it came by its result.
        how: ResultOrigin,
        /// Bytes of its outputs.
        bytes: u64,
    },
    /// A node that is the engine's own work, `grow` or `publish`, is over.
    Settled {
        /// The name of the node.
        step: StepName,
    },
    /// A step would have to run; said in a dry run only.
    WouldRun {
        /// The name of the step that would run.
        step: StepName,
        /// Why its result is not there.
        why: RunReason,
        /// Expected milliseconds, from earlier runs where there are any.
        millis: u64,
    },
    /// A step failed and is not tried again.
    Failed {
        /// The name of the failed step.
        step: StepName,
        /// What is wrong, in one line.
        message: String,
        /// Where the spec asks for it: line and column, from 1.
        place: Option<(usize, usize)>,
        /// The way out, where there is one.
        help: Option<String>,
    },
    /// A step failed for a reason that may pass, and is tried again.
    Retrying {
        /// The name of the step that waits for its next attempt.
        step: StepName,
        /// Which try is the next one, from 2.
        attempt: u32,
        /// Milliseconds until the next attempt.
        millis: u64,
        /// What went wrong in the last attempt, in one line.
        message: String,
    },
    /// Another machine came, went, or is not used.
    Host {
        /// The name of the host, as in slot names.
        host: String,
        /// What became of it.
        news: HostStatus,
    },
    /// A further store failed, and is not used any more.
    StoreGivenUp {
        /// The name of the store.
        store: String,
        /// What it did, in one line.
        message: String,
    },
    /// A result in the cache was damaged or gone, and is made again.
    Lost {
        /// The step whose result it was.
        step: StepName,
    },
    /// A file outside the cache has the bytes that it should have.
    Published {
        /// The path of the file outside the cache.
        path: String,
        /// Its length in bytes.
        bytes: u64,
        /// Whether it had to be written.
        written: bool,
    },
    /// What the film consists of, once that is known.
    Scenes {
        /// Its scenes, in order.
        scenes: Vec<SceneSummary>,
    },
    /// The build is over.
    End(BuildEnd),
}

/// What became of another machine.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HostStatus {
    /// It takes steps from now on.
    Joined {
        /// How many it runs at the same time.
        slots: usize,
        /// Tools that it lacks or has in another version: steps that need them do not run there.
        differs: Vec<String>,
    },
    /// It takes no more steps; what ran there runs elsewhere.
    Left {
        /// Why the connection was lost, in one line.
        why: String,
    },
    /// It can't be used.
    Refused {
        /// What stands in the way.
        why: String,
        /// The way out, where there is one.
        help: Option<String>,
        /// Whether it will be tried again.
        again: bool,
    },
}

/// A scene of the film.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SceneSummary {
    /// Its id in the spec.
    pub id: String,
    /// Its title, where it has one.
    pub title: Option<String>,
    /// When it is first seen, in seconds of the film; `None` where that is not known yet.
    pub from: Option<f64>,
    /// When it is last seen.
    pub to: Option<f64>,
    /// How many words are said in it.
    pub words: usize,
    /// The keys of its steps, by their names within the scene, as far as they are known.
    pub keys: BTreeMap<String, String>,
}

/// What a build was asked for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuildBegin {
    /// The version of the stream, [`EVENT_FORMAT`] when written.
    pub format: u32,
    /// The version of t2v.
    pub version: String,
    /// The spec's path as the user wrote it.
    pub spec: String,
    /// The film's path, relative to the project.
    pub film: String,
    /// When, in seconds since 1970.
    pub time: u64,
    /// Steps that may each occupy a core at the same time.
    pub cores: usize,
    /// Whether the build only reports what it would run.
    pub dry_run: bool,
}

/// What became of a build.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct BuildEnd {
    /// Whether the build succeeded, failed or was cancelled.
    pub outcome: BuildStatus,
    /// Number of steps that ran to their end.
    pub ran: usize,
    /// Number of steps whose result was in the cache.
    pub reused: usize,
    /// Number of steps that failed.
    pub failed: usize,
    /// Steps that did not run because of those, or because the build was cancelled.
    pub unfinished: usize,
}

/// How a build ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum BuildStatus {
    /// Everything that was asked for is there.
    Done,
    /// At least one step failed.
    Failed,
    /// The user or a signal cancelled the build.
    Interrupted,
}

/// How a step came by its result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ResultOrigin {
    /// It ran in this build.
    Ran {
        /// How long it ran, in milliseconds.
        millis: u64,
    },
    /// The cache had it, or another step made the same at the same time.
    Reused,
}

/// Why a step's result was not there.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RunReason {
    /// The last build of this film had no such step.
    #[default]
    New,
    /// Parts of its key are not what they were last time.
    Changed(Vec<KeyChange>),
    /// Nothing changed, but the cache no longer has the result.
    Gone,
}

/// A part of a key that is not what it was. Part names are those of [`Action::parts`](crate::action::Action::parts).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyChange {
    /// Which part: `params.text`, `inputs.picture`, `tools.ffmpeg`.
    pub part: String,
    /// What it was; `None` where there was no such part.
    pub before: Option<String>,
    /// What it is; `None` where there is none now.
    pub after: Option<String>,
    /// For an input: the project's file or the step that it comes from.
    pub source: Option<String>,
}

/// Receives events as they happen, from any thread.
pub trait EventSink: Sync {
    /// Receives one event; called from any thread, so it should return soon.
    fn event(&self, event: &Event);
}

/// Hands events to several sinks, in order.
impl EventSink for Vec<Box<dyn EventSink + '_>> {
    fn event(&self, event: &Event) {
        self.iter().for_each(|sink| sink.event(event));
    }
}

impl<S: EventSink + ?Sized> EventSink for &S {
    fn event(&self, event: &Event) {
        (**self).event(event);
    }
}

/// Keeps all that is written of a build.
pub struct EventRecorder {
    start: Instant,
    events: Mutex<Vec<TimedEvent>>,
}

impl Default for EventRecorder {
    fn default() -> Self {
        Self { start: Instant::now(), events: Mutex::default() }
    }
}

impl EventRecorder {
    /// What happened so far.
    pub fn events(&self) -> Vec<TimedEvent> {
        self.events.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Event {
    /// Whether it belongs into a log: it says more than how far something has come.
    pub fn is_written(&self) -> bool {
        !matches!(self, Self::Graph { .. } | Self::Progress { .. })
    }

    /// The event with the time since `start`.
    pub fn stamped(&self, start: Instant) -> TimedEvent {
        TimedEvent { t: start.elapsed().as_micros() as f64 / 1e6, event: self.clone() }
    }
}

impl EventSink for EventRecorder {
    fn event(&self, event: &Event) {
        if event.is_written() {
            let mut events = self.events.lock().unwrap_or_else(PoisonError::into_inner);
            events.push(event.stamped(self.start));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recording_keeps_what_is_written_and_reads_back() {
        let recording = EventRecorder::default();
        let step = StepName::new("scene:a/speech/1");
        let change = KeyChange {
            part: "params.text".into(),
            before: Some("fast".into()),
            after: Some("instant".into()),
            source: None,
        };
        recording.event(&Event::Graph { steps: 1, estimated_seconds_left: 0.0 });
        let started =
            Event::Started { step: step.clone(), slot: "core 1".into(), why: RunReason::Changed(vec![change]) };
        recording.event(&started);
        recording.event(&Event::Finished { step, how: ResultOrigin::Ran { millis: 12 }, bytes: 3 });
        let events = recording.events();
        assert_eq!(events.len(), 2);
        let line = serde_json::to_string(&events[0]).unwrap();
        assert!(line.contains(r#""event":"started","step":"scene:a/speech/1""#), "{line}");
        assert_eq!(serde_json::from_str::<TimedEvent>(&line).unwrap(), events[0]);
    }
}
