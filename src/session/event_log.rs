//! Writes what happens during a build to the diagnostic log, where one is wanted.

use tracing::{debug, info, warn};

use crate::event::{Event, EventSink, ResultOrigin};

/// Logs events: steps that ran, failures and hosts at `info`, all other steps at `debug`.
pub(super) struct EventLog;

impl EventLog {
    /// Whether anything that it would write is wanted.
    pub fn is_enabled() -> bool {
        tracing::enabled!(tracing::Level::INFO)
    }
}

impl EventSink for EventLog {
    fn event(&self, event: &Event) {
        match event {
            Event::Begin(begin) => info!(spec = begin.spec, film = begin.film, dry_run = begin.dry_run, "build begins"),
            Event::Started { step, slot, .. } => debug!(%step, slot, "step starts"),
            Event::Finished { step, how: ResultOrigin::Ran { millis }, bytes } => {
                info!(%step, millis, bytes, "step ran");
            }
            Event::Finished { step, how: ResultOrigin::Reused, bytes } => debug!(%step, bytes, "step reused"),
            Event::WouldRun { step, millis, .. } => info!(%step, millis, "step would run"),
            Event::Failed { step, message, .. } => warn!(%step, message, "step failed"),
            Event::Retrying { step, attempt, message, .. } => warn!(%step, attempt, message, "step is tried again"),
            Event::StoreGivenUp { store, message } => warn!(store, message, "store is given up"),
            Event::Lost { step } => warn!(%step, "result was lost"),
            Event::Host { host, news } => info!(host, ?news, "host"),
            Event::Published { path, bytes, written } => info!(path, bytes, written, "file is published"),
            Event::End(end) => info!(outcome = ?end.outcome, ran = end.ran, reused = end.reused, "build ends"),
            _ => {}
        }
    }
}
