//! Threads that run actions: so many for those that occupy a core, so many for those that wait. Knows nothing of the graph.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::Scope;

use crate::action::{Action, Needs, Outcome};
use crate::digest::Key;
use crate::event::{Event, Sink};
use crate::process::Cancel;
use crate::remote::{ExecError, Executor, Job};
use crate::work::StepName;

use super::Options;

/// An action that ended.
pub struct Done {
    pub key: Key,
    pub action: Action,
    pub result: Result<Outcome, ExecError>,
}

struct Order {
    name: StepName,
    key: Key,
    action: Action,
}

/// Threads of one kind.
struct Lane {
    orders: Sender<Order>,
    free: usize,
}

/// All threads of a build. They end when it is dropped.
pub struct Pool {
    core: Lane,
    wait: Lane,
}

impl Pool {
    /// Starts the threads; each sends what it ends to `done`.
    pub fn start<'s, 'e: 's>(
        scope: &'s Scope<'s, 'e>,
        options: &Options,
        executor: &'e dyn Executor,
        sink: &'e dyn Sink,
        cancel: &'e Cancel,
        done: Sender<Done>,
    ) -> Self {
        let lane = |threads: usize| {
            let (orders, taken) = channel();
            let taken = Arc::new(Mutex::new(taken));
            for _ in 0..threads {
                let (taken, done) = (Arc::clone(&taken), done.clone());
                scope.spawn(move || work(&taken, &done, executor, sink, cancel));
            }
            Lane { orders, free: threads }
        };
        Self { core: lane(options.cores.max(1)), wait: lane(options.waits.max(1)) }
    }

    /// Whether an action that needs this could start now. What needs nothing always can.
    pub fn has_room(&self, needs: Option<Needs>) -> bool {
        match needs {
            None => true,
            Some(Needs::Core) => self.core.free > 0,
            Some(Needs::Wait) => self.wait.free > 0,
        }
    }

    /// Starts an action on a thread that is free.
    pub fn send(&mut self, name: StepName, key: Key, action: Action) {
        let lane = self.lane(action.needs);
        lane.free -= 1;
        lane.orders.send(Order { name, key, action }).expect("threads outlive the pool");
    }

    /// A thread of this kind is free again.
    pub fn free(&mut self, needs: Needs) {
        self.lane(needs).free += 1;
    }

    fn lane(&mut self, needs: Needs) -> &mut Lane {
        match needs {
            Needs::Core => &mut self.core,
            Needs::Wait => &mut self.wait,
        }
    }
}

fn work(
    orders: &Mutex<Receiver<Order>>,
    done: &Sender<Done>,
    executor: &dyn Executor,
    sink: &dyn Sink,
    cancel: &Cancel,
) {
    loop {
        let order = orders.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Order { name, key, action }) = order else { return };
        let progress = |done, total| sink.event(&Event::Progress { step: name.clone(), done, total });
        // A bug in a step must not leave the engine waiting for its end.
        let run = || executor.run(&action, &Job { cancel, progress: &progress });
        let result = catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(|_| Err(panicked(&name)));
        if done.send(Done { key, action, result }).is_err() {
            return;
        }
    }
}

fn panicked(step: &StepName) -> ExecError {
    let message = format!("t2v itself failed in {step}; this is a bug");
    ExecError::Step { message, help: Some("please report it with the lines above".to_owned()), log: String::new() }
}
