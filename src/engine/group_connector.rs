//! The thread of a worker group: connects to it, again after a loss, and starts threads for its slots.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{Builder, Scope};
use std::time::Duration;

use crate::cache::Cache;
use crate::process::CancelToken;
use crate::remote::{Capacity, ConnectError, ExecError, WorkerGroup};

use super::messages::{EngineMessage, FinishedRun, RunOrder};
use super::slot_worker::SlotWorker;

/// How long to wait before a group is tried again; each time twice as long, up to the second one.
const FIRST_PAUSE: Duration = Duration::from_secs(1);
const MAX_PAUSE: Duration = Duration::from_secs(30);

/// What the loop asks of a group's thread.
pub enum GroupRequest {
    /// To start a thread that runs what comes from the receiver. An order follows at once.
    StartSlot(Receiver<RunOrder>),
    /// To connect again.
    Reconnect,
}

/// Connects to a group and starts its slots.
pub struct GroupConnector<'e> {
    /// The index of the group.
    pub index: usize,
    pub group: &'e dyn WorkerGroup,
    pub cache: &'e Cache,
    pub messages: Sender<EngineMessage>,
    /// Ends an attempt to connect.
    pub closing: CancelToken,
}

impl<'e> GroupConnector<'e> {
    /// Connects, and serves requests whenever the group is connected, until the channel closes or the group can't be used.
    pub fn run<'s>(&self, scope: &'s Scope<'s, 'e>, requests: &Receiver<GroupRequest>)
    where
        'e: 's,
    {
        let mut pause = FIRST_PAUSE;
        loop {
            match self.connect() {
                Ok(capacity) => {
                    pause = FIRST_PAUSE;
                    let sent = self.messages.send(EngineMessage::Connected(self.index, capacity));
                    if sent.is_err() || !self.serve(scope, requests) {
                        return;
                    }
                }
                Err(refusal) => {
                    let is_transient = refusal.is_transient;
                    let sent = self.messages.send(EngineMessage::Refused(self.index, refusal));
                    if sent.is_err() || !is_transient {
                        return;
                    }
                    if let Err(RecvTimeoutError::Disconnected) = requests.recv_timeout(pause) {
                        return;
                    }
                    pause = (pause * 2).min(MAX_PAUSE);
                }
            }
        }
    }

    /// Starts threads as they are asked for. Returns `true` when the group is to be connected again, `false` when the channel closes.
    pub fn serve<'s>(&self, scope: &'s Scope<'s, 'e>, requests: &Receiver<GroupRequest>) -> bool
    where
        'e: 's,
    {
        while let Ok(request) = requests.recv() {
            match request {
                GroupRequest::StartSlot(orders) => self.start_slot(scope, orders),
                GroupRequest::Reconnect => return true,
            }
        }
        false
    }

    fn connect(&self) -> Result<Capacity, ConnectError> {
        // A bug on the way to one group must not keep the others from working.
        let connected = catch_unwind(AssertUnwindSafe(|| self.group.connect(&self.closing)));
        connected.unwrap_or_else(|_| {
            let message = "t2v itself failed on the way there; this is a bug".to_owned();
            Err(ConnectError { message, help: None, is_transient: false })
        })
    }

    /// Starts the thread of a slot. It ends when the slot's channel closes.
    fn start_slot<'s>(&self, scope: &'s Scope<'s, 'e>, orders: Receiver<RunOrder>)
    where
        'e: 's,
    {
        let worker = SlotWorker { cache: self.cache, executor: self.group, messages: self.messages.clone() };
        // The thread gets its channel once it is there, so that the channel isn't lost if the system refuses to start it.
        let (handover, thread_orders) = channel::<Receiver<RunOrder>>();
        let started = Builder::new().spawn_scoped(scope, move || {
            thread_orders.iter().for_each(|orders| worker.work(&orders));
        });
        match started {
            Ok(_) => handover.send(orders).expect("the thread waits for it"),
            Err(error) => refuse_order(&orders, &error, &self.messages),
        }
    }
}

/// Lets the order for a thread that could not be started be tried again later. The caller then closes the slot's channel.
pub fn refuse_order(orders: &Receiver<RunOrder>, error: &io::Error, messages: &Sender<EngineMessage>) {
    if let Ok(RunOrder { key, .. }) = orders.recv() {
        let message = format!("the system starts no more threads: {error}");
        let result = Err(ExecError::Transient { message, retry_after: None, alone: true });
        let _ = messages.send(EngineMessage::Done(FinishedRun { key, result }));
    }
}
