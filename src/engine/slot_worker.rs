//! The thread of a slot: runs one action after the other and reports how each ended.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender};

use crate::cache::{Cache, Lookup};
use crate::remote::{ExecError, Executor, Job};

use super::messages::{EngineMessage, FinishedRun, RunOrder, RunOutput};

/// Runs orders in one slot and reports their results.
pub struct SlotWorker<'e> {
    pub cache: &'e Cache,
    pub executor: &'e dyn Executor,
    pub messages: Sender<EngineMessage>,
}

impl SlotWorker<'_> {
    /// Runs orders until the channel closes.
    pub fn work(&self, orders: &Receiver<RunOrder>) {
        while let Ok(order) = orders.recv() {
            // A bug in a step must not leave the engine waiting for its end.
            let result = catch_unwind(AssertUnwindSafe(|| self.run(&order))).unwrap_or_else(|_| Err(panicked(&order)));
            if self.messages.send(EngineMessage::Done(FinishedRun { key: order.key, result })).is_err() {
                return;
            }
        }
    }

    fn run(&self, order: &RunOrder) -> Result<RunOutput, ExecError> {
        let lock = if order.exclusive { self.cache.lock(order.key, &|| order.cancel.is_set())? } else { None };
        if order.exclusive && lock.is_none() {
            return Err(ExecError::Cancelled);
        }
        if lock.is_some()
            && let Lookup::Hit(outcome) = self.cache.lookup(order.key)?
        {
            return Ok(RunOutput { outcome, found: true, _lock: lock });
        }
        order.files.iter().try_for_each(|path| self.cache.insert_copy(path).map(drop))?;
        let progress = |done, total| drop(self.messages.send(EngineMessage::Progress { key: order.key, done, total }));
        let job = Job { cancel: &order.cancel, progress: &progress };
        Ok(RunOutput { outcome: self.executor.run(&order.action, &job)?, found: false, _lock: lock })
    }
}

fn panicked(order: &RunOrder) -> ExecError {
    let message = format!("t2v itself failed in this `{}` step; this is a bug", order.action.kind);
    ExecError::Step { message, help: Some("please report it with the lines above".to_owned()), log: String::new() }
}
