//! The growing graph: its nodes, their states, and which ready node comes first. It is generic over what a node holds.
//!
//! A node may only wait for nodes that are there already, so the graph has no cycle by construction.

use std::collections::BTreeSet;

use petgraph::Direction::{Incoming, Outgoing};
use petgraph::stable_graph::{NodeIndex, StableDiGraph};

/// A node of one [`Dag`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId(NodeIndex);

/// The state of a node. [`Dag::set_state`] documents the allowed transitions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NodeState {
    /// Some node that it waits for is not done.
    Waiting,
    /// All that it waits for is done, and it has not been looked up yet.
    Ready,
    /// It waits for a slot, or for a further store to answer.
    Queued,
    /// It runs in a slot.
    Running,
    /// Its result is there.
    Done,
    /// In a dry run: its result is missing, and nothing makes it.
    WouldRun,
    /// It ran without a result, or could not run.
    Failed,
    /// Something that it waits for failed or would run.
    Skipped,
}

impl NodeState {
    /// Whether nothing more happens to a node in this state, unless its result is lost.
    pub fn is_final(self) -> bool {
        self == Self::Done || self.blocks_dependents()
    }

    /// Whether a node in this state keeps its dependents from running.
    fn blocks_dependents(self) -> bool {
        matches!(self, Self::WouldRun | Self::Failed | Self::Skipped)
    }
}

struct DagNode<T> {
    payload: T,
    state: NodeState,
    /// Expected seconds of this node alone.
    estimated_seconds: f64,
    /// How many of the nodes that it waits for are not done.
    missing: usize,
    /// Expected seconds from its start to the end of the longest chain that hangs on it.
    rank: f64,
}

/// Orders the ready queue: the longest chain first; among equals, the one added first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct ReadyEntry {
    rank: std::cmp::Reverse<u64>,
    node: NodeId,
}

/// A directed graph without cycles that may grow while it runs.
pub struct Dag<T> {
    graph: StableDiGraph<DagNode<T>, ()>,
    ready: BTreeSet<ReadyEntry>,
    open: usize,
    cost_left: f64,
    /// How many nodes, of the first ones, have passed their rank on to those that they wait for.
    ranked: usize,
}

impl<T> Default for Dag<T> {
    fn default() -> Self {
        Self { graph: StableDiGraph::new(), ready: BTreeSet::new(), open: 0, cost_left: 0.0, ranked: 0 }
    }
}

impl<T> Dag<T> {
    /// Adds a node that waits for `waits_for` and takes about `estimated_seconds`.
    pub fn add(&mut self, payload: T, estimated_seconds: f64, waits_for: &[NodeId]) -> NodeId {
        let node =
            DagNode { payload, state: NodeState::Waiting, estimated_seconds, missing: 0, rank: estimated_seconds };
        let id = NodeId(self.graph.add_node(node));
        for &dependency in waits_for {
            self.graph.update_edge(dependency.0, id.0, ());
        }
        self.open += 1;
        self.cost_left += estimated_seconds;
        self.start_waiting(id);
        id
    }

    /// The payload that was given to [`Dag::add`].
    pub fn payload(&self, id: NodeId) -> &T {
        &self.graph[id.0].payload
    }

    /// The node's payload, mutable.
    pub fn payload_mut(&mut self, id: NodeId) -> &mut T {
        &mut self.graph[id.0].payload
    }

    /// The current state of the node.
    pub fn state(&self, id: NodeId) -> NodeState {
        self.graph[id.0].state
    }

    /// All ready nodes, in the order in which they should start.
    pub fn ready(&mut self) -> impl Iterator<Item = NodeId> {
        self.rank_new();
        self.ready.iter().map(|turn| turn.node)
    }

    /// Microseconds expected from the node's start to the end of the longest chain that hangs on it.
    pub fn rank(&self, id: NodeId) -> u64 {
        (self.graph[id.0].rank * 1e6).clamp(0.0, 1e18) as u64
    }

    /// How many nodes there are.
    pub fn len(&self) -> usize {
        self.graph.node_count()
    }

    /// Whether there is no node.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// How many nodes are neither done, failed nor skipped.
    pub fn open(&self) -> usize {
        self.open
    }

    /// All nodes, in order of addition.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.graph.node_indices().map(NodeId)
    }

    /// The nodes that wait for `id`, in order of addition.
    pub fn dependents(&self, id: NodeId) -> Vec<NodeId> {
        let mut nodes: Vec<_> = self.graph.neighbors_directed(id.0, Outgoing).map(NodeId).collect();
        nodes.sort();
        nodes
    }

    /// Expected seconds of work in nodes that are not over.
    pub fn estimated_seconds_left(&self) -> f64 {
        self.cost_left.max(0.0)
    }

    /// Changes the state of a node and updates the nodes that wait for it.
    ///
    /// Queued and WouldRun need Ready; Running needs Ready or Queued; Done and Failed need any of these three; Ready may follow
    /// Queued and Running. Ready and Failed may also follow Done, when a result was lost and must be made again, or could not be kept: nodes that
    /// wait for this one then wait again, or are skipped, unless they are queued, running or over. Anything else is a bug in the
    /// caller and panics.
    pub fn set_state(&mut self, id: NodeId, to: NodeState) {
        let from = self.state(id);
        let legal = match to {
            NodeState::Queued | NodeState::WouldRun => from == NodeState::Ready,
            NodeState::Running => matches!(from, NodeState::Ready | NodeState::Queued),
            NodeState::Done => matches!(from, NodeState::Ready | NodeState::Queued | NodeState::Running),
            NodeState::Failed => {
                matches!(from, NodeState::Ready | NodeState::Queued | NodeState::Running | NodeState::Done)
            }
            NodeState::Ready => matches!(from, NodeState::Done | NodeState::Queued | NodeState::Running),
            NodeState::Waiting | NodeState::Skipped => false,
        };
        assert!(legal, "a node can't go from {from:?} to {to:?}");
        // What is to be made again may lack what others are making again just now.
        let lacks = to == NodeState::Ready && self.graph[id.0].missing > 0;
        self.change_state(id, if lacks { NodeState::Waiting } else { to });
        if to == NodeState::Done {
            self.dependents(id).into_iter().for_each(|d| self.update_missing(d, |missing| missing - 1));
        } else if from == NodeState::Done {
            self.dependents(id).into_iter().for_each(|d| self.update_missing(d, |missing| missing + 1));
        }
        if to.blocks_dependents() {
            self.skip_dependents(id);
        }
    }

    fn start_waiting(&mut self, id: NodeId) {
        let states = || self.graph.neighbors_directed(id.0, Incoming).map(|d| self.graph[d].state);
        let skip = states().any(NodeState::blocks_dependents);
        let missing = states().filter(|&s| s != NodeState::Done).count();
        self.update_missing(id, |_| missing);
        if skip {
            self.change_state(id, NodeState::Skipped);
        }
    }

    /// Corrects how many results the node lacks; Waiting or Ready follows from it, any other state stays.
    fn update_missing(&mut self, id: NodeId, correct: impl Fn(usize) -> usize) {
        let missing = correct(self.graph[id.0].missing);
        self.graph[id.0].missing = missing;
        if matches!(self.state(id), NodeState::Waiting | NodeState::Ready) {
            self.change_state(id, if missing == 0 { NodeState::Ready } else { NodeState::Waiting });
        }
    }

    fn skip_dependents(&mut self, id: NodeId) {
        for dependent in self.dependents(id) {
            if matches!(self.state(dependent), NodeState::Waiting | NodeState::Ready) {
                self.change_state(dependent, NodeState::Skipped);
                self.skip_dependents(dependent);
            }
        }
    }

    fn change_state(&mut self, id: NodeId, state: NodeState) {
        let turn = self.ready_entry(id);
        let node = &mut self.graph[id.0];
        match (node.state.is_final(), state.is_final()) {
            (false, true) => (self.open, self.cost_left) = (self.open - 1, self.cost_left - node.estimated_seconds),
            (true, false) => (self.open, self.cost_left) = (self.open + 1, self.cost_left + node.estimated_seconds),
            _ => {}
        }
        node.state = state;
        match state {
            NodeState::Ready => self.ready.insert(turn),
            _ => self.ready.remove(&turn),
        };
    }

    fn ready_entry(&self, id: NodeId) -> ReadyEntry {
        ReadyEntry { rank: std::cmp::Reverse(self.rank(id)), node: id }
    }

    /// Ranks what was added since. A node waits for older ones only, so one pass from the newest to the oldest sees each chain whole.
    fn rank_new(&mut self) {
        let new = self.ranked..self.graph.node_count();
        for index in new.clone().rev() {
            let mut longer = vec![NodeId(NodeIndex::new(index))];
            // An older node has passed its rank on before, and does so again.
            while let Some(id) = longer.pop() {
                longer.extend(self.raise_ranks(id).into_iter().filter(|raised| raised.0.index() < new.start));
            }
        }
        self.ranked = new.end;
    }

    /// Raises the nodes that `id` waits for to where the chain through it puts them, and gives those that this changed.
    fn raise_ranks(&mut self, id: NodeId) -> Vec<NodeId> {
        let rank = self.graph[id.0].rank;
        let mut before: Vec<_> = self.graph.neighbors_directed(id.0, Incoming).map(NodeId).collect();
        before.retain(|&dependency| {
            let longer = self.graph[dependency.0].estimated_seconds + rank;
            let is_longer = longer > self.graph[dependency.0].rank;
            if is_longer {
                let queued = self.ready.remove(&self.ready_entry(dependency));
                self.graph[dependency.0].rank = longer;
                if queued {
                    self.ready.insert(self.ready_entry(dependency));
                }
            }
            is_longer
        });
        before
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(dag: &mut Dag<&'static str>) -> Vec<&'static str> {
        let mut order = Vec::new();
        loop {
            let Some(id) = dag.ready().next() else { break order };
            dag.set_state(id, NodeState::Running);
            order.push(*dag.payload(id));
            dag.set_state(id, NodeState::Done);
        }
    }

    /// A graph of nodes of which each waits for the one before it.
    fn chain<const N: usize>(names: [&'static str; N]) -> (Dag<&'static str>, [NodeId; N]) {
        let mut dag = Dag::default();
        let mut before: Option<NodeId> = None;
        let nodes = names.map(|name| {
            let node = dag.add(name, 1.0, before.as_slice());
            before = Some(node);
            node
        });
        (dag, nodes)
    }

    #[test]
    fn the_longest_chain_starts_first() {
        let mut dag = Dag::default();
        let short = dag.add("short", 5.0, &[]);
        let long = dag.add("long", 1.0, &[]);
        let tail = dag.add("tail", 9.0, &[long]);
        dag.add("end", 1.0, &[short, tail]);
        assert_eq!(run(&mut dag), ["long", "tail", "short", "end"]);
        assert_eq!(dag.open(), 0);
    }

    #[test]
    fn equals_start_in_order_of_addition() {
        let mut dag = Dag::default();
        for name in ["a", "b", "c"] {
            dag.add(name, 1.0, &[]);
        }
        assert_eq!(run(&mut dag), ["a", "b", "c"]);
    }

    #[test]
    fn it_grows_behind_what_is_done() {
        let mut dag = Dag::default();
        let first = dag.add("first", 1.0, &[]);
        assert_eq!(run(&mut dag), ["first"]);
        let second = dag.add("second", 1.0, &[first]);
        dag.add("third", 1.0, &[first, second]);
        assert_eq!(run(&mut dag), ["second", "third"]);
    }

    #[test]
    fn a_failure_skips_all_that_hangs_on_it() {
        let mut dag = Dag::default();
        let bad = dag.add("bad", 2.0, &[]);
        let good = dag.add("good", 1.0, &[]);
        let both = dag.add("both", 1.0, &[bad, good]);
        let last = dag.add("last", 1.0, &[both]);
        dag.set_state(bad, NodeState::Running);
        dag.set_state(bad, NodeState::Failed);
        assert_eq!(run(&mut dag), ["good"]);
        assert_eq!((dag.state(both), dag.state(last)), (NodeState::Skipped, NodeState::Skipped));
        let late = dag.add("late", 1.0, &[last]);
        assert_eq!(dag.state(late), NodeState::Skipped);
        assert_eq!(dag.open(), 0);
        let slow = dag.add("slow", 1.0, &[]);
        let lost = dag.add("lost", 1.0, &[last, slow]);
        assert_eq!(run(&mut dag), ["slow"]);
        assert_eq!(dag.state(lost), NodeState::Skipped);
    }

    #[test]
    fn in_a_dry_run_all_that_hangs_on_a_missing_result_is_skipped() {
        let (mut dag, [missing, waits]) = chain(["missing", "waits"]);
        dag.set_state(missing, NodeState::WouldRun);
        assert_eq!((dag.state(missing), dag.state(waits)), (NodeState::WouldRun, NodeState::Skipped));
        assert_eq!((dag.open(), run(&mut dag)), (0, vec![]));
    }

    #[test]
    fn a_lost_result_is_made_again_before_it_is_used() {
        let (mut dag, [maker, user]) = chain(["maker", "user"]);
        dag.set_state(maker, NodeState::Done);
        assert_eq!(dag.state(user), NodeState::Ready);
        dag.set_state(maker, NodeState::Ready);
        assert_eq!(dag.state(user), NodeState::Waiting);
        assert_eq!(run(&mut dag), ["maker", "user"]);
    }

    #[test]
    fn two_users_of_a_lost_result_both_wait_for_it() {
        let mut dag = Dag::default();
        let maker = dag.add("maker", 1.0, &[]);
        let users = ["one", "two"].map(|name| dag.add(name, 1.0, &[maker]));
        dag.set_state(maker, NodeState::Done);
        users.into_iter().for_each(|user| dag.set_state(user, NodeState::Running));
        dag.set_state(users[0], NodeState::Ready);
        dag.set_state(maker, NodeState::Ready);
        dag.set_state(users[1], NodeState::Ready);
        assert_eq!(run(&mut dag), ["maker", "one", "two"]);
    }

    #[test]
    #[should_panic(expected = "can't go from Waiting to Running")]
    fn a_waiting_node_does_not_run() {
        let mut dag = Dag::default();
        let a = dag.add("a", 1.0, &[]);
        let b = dag.add("b", 1.0, &[a]);
        dag.set_state(b, NodeState::Running);
    }
}
