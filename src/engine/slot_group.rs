//! A worker group as the slot pool sees it: whether it is connected, how often it was lost, and its slots.

use std::sync::mpsc::{Sender, channel};

use crate::event::HostStatus;
use crate::remote::{Capacity, ConnectError, WorkerGroup};

use super::group_connector::GroupRequest;
use super::group_slots::{CORES, GroupSlots, TakenSlot};
use super::messages::RunOrder;

/// A group that disconnected this often is not used for the rest of the build.
const MAX_DISCONNECTS: u32 = 8;

/// The state of one group.
pub struct SlotGroup<'e> {
    /// Says what the group can run, and what that costs.
    pub executor: &'e dyn WorkerGroup,
    /// Asks its thread to connect again, or to start a slot.
    requests: Sender<GroupRequest>,
    /// `None` while it is not connected.
    connection: Option<GroupConnection>,
    /// How often the connection was lost.
    disconnects: u32,
    /// Number of its connections so far: tells current slots from those of a connection that was lost.
    epoch: u32,
    /// Why the last attempt to connect failed; the same reason is emitted only once.
    refused: Option<ConnectError>,
}

/// What a group offered when it connected, and its slots.
struct GroupConnection {
    capacity: Capacity,
    slots: GroupSlots,
}

impl<'e> SlotGroup<'e> {
    /// A group that is not connected, whose thread serves `requests`.
    pub fn new(executor: &'e dyn WorkerGroup, requests: Sender<GroupRequest>) -> Self {
        Self { executor, requests, connection: None, disconnects: 0, epoch: 0, refused: None }
    }

    /// Its slots, while it is connected.
    pub fn slots(&self) -> Option<&GroupSlots> {
        Some(&self.connection.as_ref()?.slots)
    }

    /// Its slots, while it is connected.
    pub fn slots_mut(&mut self) -> Option<&mut GroupSlots> {
        Some(&mut self.connection.as_mut()?.slots)
    }

    /// The number of its present connection.
    pub fn epoch(&self) -> u32 {
        self.epoch
    }

    /// How many more steps may start in a pool of it, if the memory suffices.
    pub fn free_slots(&self, pool: usize) -> usize {
        self.slots().map_or(0, |slots| slots.free_slots(pool))
    }

    /// Asks the group how many steps it runs at the same time by now.
    pub fn update_limit(&mut self) {
        if let Some(GroupConnection { capacity, slots }) = &mut self.connection {
            slots.set_limit(CORES, self.executor.slots(capacity));
        }
    }

    /// Runs an order in a slot that was taken.
    pub fn send(&mut self, slot: TakenSlot, order: RunOrder) {
        let slots = &mut self.connection.as_mut().expect("the slot was just taken").slots;
        if !slots.has_thread(slot) {
            slots.set_thread(slot, request_thread(&self.requests));
        }
        // A thread that could not be started is asked for again.
        if let Err(order) = slots.send(slot, order) {
            slots.set_thread(slot, request_thread(&self.requests));
            slots.send(slot, order).ok().expect("the receiver is kept until the order was read");
        }
    }

    /// The slot is free again, unless it is one of a connection that was lost.
    pub fn release(&mut self, epoch: u32, slot: TakenSlot) {
        if self.epoch == epoch
            && let Some(slots) = self.slots_mut()
        {
            slots.release(slot);
        }
    }

    /// Records that the group has connected.
    pub fn connect(&mut self, capacity: Capacity) -> HostStatus {
        self.epoch += 1;
        self.refused = None;
        let status = HostStatus::Joined { slots: capacity.slots, differs: capacity.differing_tools.clone() };
        let slots = GroupSlots::new(capacity.slots, capacity.memory);
        self.connection = Some(GroupConnection { capacity, slots });
        status
    }

    /// Records that the group could not be reached; returns a status the first time this reason is given.
    pub fn refuse(&mut self, refusal: ConnectError) -> Option<HostStatus> {
        if self.refused.as_ref() == Some(&refusal) {
            return None;
        }
        self.refused = Some(refusal.clone());
        let ConnectError { message, help, is_transient } = refusal;
        Some(HostStatus::Refused { why: message, help, again: is_transient })
    }

    /// Records that a run was lost with the connection `epoch`, unless the group has reconnected since; its thread tries to connect again.
    pub fn disconnect(&mut self, epoch: u32, why: &str) -> Option<HostStatus> {
        self.connection.take_if(|_| self.epoch == epoch)?;
        self.disconnects += 1;
        if self.disconnects < MAX_DISCONNECTS {
            let _ = self.requests.send(GroupRequest::Reconnect);
            return Some(HostStatus::Left { why: why.to_owned() });
        }
        let why = format!("{why}; it went away {MAX_DISCONNECTS} times and is left alone now");
        Some(HostStatus::Refused { why, help: None, again: false })
    }
}

/// Asks the group's thread for the thread of a slot, and returns the channel to it.
fn request_thread(requests: &Sender<GroupRequest>) -> Sender<RunOrder> {
    let (sender, orders) = channel();
    requests.send(GroupRequest::StartSlot(orders)).expect("the group's thread serves requests while it is connected");
    sender
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;
    use std::sync::mpsc::Receiver;

    use super::*;
    use crate::action::{Action, Outcome, Requirements};
    use crate::engine::group_connector::refuse_order;
    use crate::engine::messages::{EngineMessage, FinishedRun};
    use crate::process::CancelToken;
    use crate::remote::{ExecError, Executor, Job, LocalGroup};

    struct Idle;

    impl Executor for Idle {
        fn run(&self, _: &Action, _: &Job) -> Result<Outcome, ExecError> {
            panic!("no thread runs anything here")
        }
    }

    fn order(kind: &str) -> RunOrder {
        let action = Action {
            kind: kind.to_owned(),
            version: 1,
            params: Arc::default(),
            inputs: Default::default(),
            tools: Arc::default(),
            requirements: Requirements::default(),
        };
        let key = action.key();
        let (action, cancel) = (Arc::new(action), CancelToken::default());
        RunOrder { key, action, files: Vec::new(), cancel, exclusive: false }
    }

    /// A connected group with one slot, and what it asks of its thread.
    fn connected<'e>(executor: &'e LocalGroup<'e>) -> (SlotGroup<'e>, Receiver<GroupRequest>) {
        let (requests, asked) = channel();
        let mut group = SlotGroup::new(executor, requests);
        group.connect(Capacity { slots: 1, memory: 100, differing_tools: Vec::new() });
        (group, asked)
    }

    /// Takes the slot and sends an order to it.
    fn send(group: &mut SlotGroup, kind: &str) -> TakenSlot {
        let slot = group.slots_mut().unwrap().take(CORES, 1, false).unwrap();
        group.send(slot, order(kind));
        slot
    }

    #[test]
    fn a_thread_that_the_system_refuses_is_asked_for_again() {
        let executor = LocalGroup::new(&Idle, 1, 100);
        let (mut group, asked) = connected(&executor);
        let slot = send(&mut group, "first");
        let Ok(GroupRequest::StartSlot(orders)) = asked.try_recv() else { panic!("no thread was asked for") };
        let (messages, told) = channel();
        refuse_order(&orders, &io::Error::from(io::ErrorKind::WouldBlock), &messages);
        drop(orders);
        let Ok(EngineMessage::Done(FinishedRun { key, result })) = told.try_recv() else { panic!("nothing was told") };
        assert_eq!(key, order("first").key);
        assert!(matches!(result, Err(ExecError::Transient { alone: true, .. })));
        group.release(group.epoch(), slot);
        send(&mut group, "second");
        let Ok(GroupRequest::StartSlot(orders)) = asked.try_recv() else { panic!("it was not asked for again") };
        assert_eq!(orders.try_recv().unwrap().action.kind, "second");
    }

    #[test]
    fn a_slot_of_a_lost_connection_is_not_freed_in_the_next_one() {
        let executor = LocalGroup::new(&Idle, 1, 100);
        let (mut group, asked) = connected(&executor);
        let (slot, epoch) = (send(&mut group, "lost"), group.epoch());
        assert!(matches!(group.disconnect(epoch, "broken"), Some(HostStatus::Left { .. })));
        assert_eq!(group.disconnect(epoch, "broken"), None, "it is told once");
        assert!(matches!(asked.iter().nth(1), Some(GroupRequest::Reconnect)));
        group.connect(Capacity { slots: 1, memory: 100, differing_tools: Vec::new() });
        group.release(epoch, slot);
        assert_eq!(group.free_slots(CORES), 1);
        send(&mut group, "new");
        group.release(epoch, slot);
        assert_eq!(group.free_slots(CORES), 0, "it was taken anew");
    }
}
