//! The graph of a build as data for drawing: expanding nodes are replaced by what they added, and scenes stand in the film's order.

mod drawing;
mod layout;
mod svg;
mod text;

use std::collections::{BTreeSet, HashMap};

use super::critical::critical_path;
use super::history::{BuildHistory, StepHistory, StepState};
use super::why;

pub use svg::svg;
pub use text::{dot, json, mermaid};

/// With more scenes than this, each is shown as a whole.
const MOST_OPEN: usize = 12;

/// Steps and what they wait for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct BuildGraph {
    /// The film's path; empty where it is not known.
    pub film: String,
    /// Scenes in the film's order.
    pub scenes: Vec<GraphScene>,
    /// All steps; each stands behind all that it waits for.
    pub nodes: Vec<GraphNode>,
}

/// A scene and its steps.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphScene {
    /// The scene's id in the spec.
    pub id: String,
    /// Its steps by their place in [`Graph::nodes`].
    pub nodes: Vec<usize>,
}

/// One step, or many as one.
#[derive(Clone, Debug, PartialEq)]
pub struct GraphNode {
    /// Its full name; unique.
    pub name: String,
    /// Its name within its scene or the film.
    pub label: String,
    /// The kind of step, such as `segment`.
    pub kind: String,
    /// The scene it belongs to, by its place in [`Graph::scenes`].
    pub scene: Option<usize>,
    /// What became of it, or would.
    pub status: NodeStatus,
    /// Seconds: measured where it ran, expected where it has to. `None` where there is nothing to tell.
    pub seconds: Option<f64>,
    /// Why its result was not there, in words.
    pub why: Option<String>,
    /// On the build's critical path.
    pub critical: bool,
    /// The steps it waits for by their place, without those that others of them wait for.
    pub waits_for: Vec<usize>,
}

/// What became of a step, or would.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum NodeStatus {
    /// Its result is there.
    Reused,
    /// It ran in this build.
    Ran,
    /// It would run; seen in a dry run.
    WouldRun,
    /// It can't be known yet.
    Unknown,
    /// It failed in this build.
    Failed,
}

impl NodeStatus {
    /// All of them, in the order of a legend.
    pub const ALL: [Self; 5] = [Self::Reused, Self::Ran, Self::WouldRun, Self::Unknown, Self::Failed];

    /// One word, the same in all formats.
    pub fn name(self) -> &'static str {
        match self {
            Self::Reused => "reused",
            Self::Ran => "ran",
            Self::WouldRun => "would-run",
            Self::Unknown => "unknown",
            Self::Failed => "failed",
        }
    }

    /// The status as people read it, such as `would run`.
    pub fn words(self) -> &'static str {
        match self {
            Self::WouldRun => "would run",
            Self::Unknown => "not known yet",
            other => other.name(),
        }
    }

    fn of(state: &StepState) -> Self {
        match state {
            StepState::Reused => Self::Reused,
            StepState::Ran => Self::Ran,
            StepState::WouldRun { .. } => Self::WouldRun,
            StepState::Failed(_) => Self::Failed,
            StepState::Waiting | StepState::Running => Self::Unknown,
        }
    }
}

/// Which scenes are shown step by step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum GraphDetail {
    /// All, unless there are many.
    #[default]
    Auto,
    /// Every scene shows its steps.
    All,
    /// Those with these ids.
    Only(BTreeSet<String>),
}

impl GraphDetail {
    /// From what a user asked for: scenes' ids, or `all`, or nothing.
    pub fn of(asked: &[String]) -> Self {
        match asked {
            [] => Self::Auto,
            asked if asked.iter().any(|id| id == "all") => Self::All,
            asked => Self::Only(asked.iter().cloned().collect()),
        }
    }

    fn opens(&self, scene: &GraphScene, graph: &BuildGraph) -> bool {
        match self {
            Self::Auto => graph.scenes.len() <= MOST_OPEN,
            Self::All => true,
            Self::Only(ids) => ids.contains(&scene.id),
        }
    }
}

impl BuildGraph {
    /// The graph behind a build, or behind a dry run. The engine's own nodes are left out: what they link is linked directly. A growth
    /// that has not grown stays, for the steps that are still to come.
    pub fn of(build: &BuildHistory) -> Self {
        let over = build.end.as_ref().is_some_and(|end| end.outcome == crate::event::BuildStatus::Done);
        let dry = build.begin.as_ref().is_some_and(|begin| begin.dry_run);
        let mut graph = Self { scenes: scenes(build), ..Self::default() };
        graph.film = build.begin.as_ref().map(|begin| begin.film.clone()).unwrap_or_default();
        let critical: BTreeSet<usize> = critical_path(build).steps.into_iter().collect();
        // For each step, the nodes that stand for it: itself, or what a dissolved one waits for.
        let mut stands: Vec<BTreeSet<usize>> = Vec::with_capacity(build.steps.len());
        for (i, step) in build.steps.iter().enumerate() {
            let before: BTreeSet<usize> = step.waits_for.iter().flat_map(|&before| stands[before].clone()).collect();
            let grown = step.state == StepState::Reused || (over && !dry);
            if step.is_own() && (grown || !step.is_growth()) {
                stands.push(before);
                continue;
            }
            let at = graph.nodes.len();
            let scene = step.name.scene().and_then(|id| graph.scenes.iter().position(|scene| scene.id == id));
            graph.nodes.push(node(step, scene, critical.contains(&i), before.into_iter().collect()));
            if let Some(scene) = scene {
                graph.scenes[scene].nodes.push(at);
            }
            stands.push(BTreeSet::from([at]));
        }
        graph.reduce();
        graph
    }

    /// Leaves out edges that others imply (transitive reduction).
    fn reduce(&mut self) {
        let words = self.nodes.len().div_ceil(64);
        let mut ancestors: Vec<Vec<u64>> = Vec::with_capacity(self.nodes.len());
        for node in &mut self.nodes {
            let mut implied = vec![0_u64; words];
            for &before in &node.waits_for {
                implied.iter_mut().zip(&ancestors[before]).for_each(|(all, some)| *all |= some);
            }
            node.waits_for.retain(|&before| implied[before / 64] >> (before % 64) & 1 == 0);
            let mut own = implied;
            node.waits_for.iter().for_each(|&before| own[before / 64] |= 1 << (before % 64));
            ancestors.push(own);
        }
    }

    /// The same graph with each scene that is not expanded as one node. Two scenes as a whole may wait for each other.
    pub fn collapsed(&self, expand: &GraphDetail) -> Self {
        let open: Vec<bool> = self.scenes.iter().map(|scene| expand.opens(scene, self)).collect();
        let mut nodes: Vec<GraphNode> = Vec::new();
        let mut place: HashMap<usize, usize> = HashMap::new();
        for (i, node) in self.nodes.iter().enumerate() {
            match node.scene.filter(|&scene| !open[scene]) {
                Some(scene) if self.scenes[scene].nodes[0] != i => {}
                Some(scene) => {
                    place.extend(self.scenes[scene].nodes.iter().map(|&step| (step, nodes.len())));
                    nodes.push(self.whole(scene));
                }
                None => {
                    place.insert(i, nodes.len());
                    nodes.push(node.clone());
                }
            }
        }
        let mut waits_for: Vec<BTreeSet<usize>> = vec![BTreeSet::new(); nodes.len()];
        for (i, node) in self.nodes.iter().enumerate() {
            let own = place[&i];
            waits_for[own].extend(node.waits_for.iter().map(|before| place[before]).filter(|&before| before != own));
        }
        for (node, before) in nodes.iter_mut().zip(waits_for) {
            node.waits_for = before.into_iter().collect();
        }
        let mut scenes: Vec<GraphScene> =
            self.scenes.iter().map(|scene| GraphScene { id: scene.id.clone(), nodes: Vec::new() }).collect();
        for (i, node) in nodes.iter().enumerate() {
            if let Some(scene) = node.scene {
                scenes[scene].nodes.push(i);
            }
        }
        Self { film: self.film.clone(), scenes, nodes }
    }

    /// A scene as one node, as yet without edges.
    fn whole(&self, scene: usize) -> GraphNode {
        let GraphScene { id, nodes } = &self.scenes[scene];
        let mut steps = nodes.iter().map(|&i| &self.nodes[i]);
        let seconds: Vec<f64> = steps.clone().filter_map(|node| node.seconds).collect();
        let counts = counts(steps.clone()).into_iter().map(|(status, n)| format!("{n} {}", status.words()));
        GraphNode {
            name: format!("scene:{id}"),
            label: id.clone(),
            kind: "scene".to_owned(),
            scene: Some(scene),
            status: steps.clone().map(|node| node.status).max().unwrap_or(NodeStatus::Unknown),
            seconds: (!seconds.is_empty()).then(|| seconds.iter().sum()),
            why: Some(counts.collect::<Vec<_>>().join(", ")),
            critical: steps.any(|node| node.critical),
            waits_for: Vec::new(),
        }
    }
}

/// How many nodes there are of each status, in the order of the legend.
fn counts<'a>(nodes: impl Iterator<Item = &'a GraphNode>) -> Vec<(NodeStatus, usize)> {
    let mut counts = NodeStatus::ALL.map(|status| (status, 0));
    for node in nodes {
        counts.iter_mut().filter(|(status, _)| *status == node.status).for_each(|(_, n)| *n += 1);
    }
    counts.into_iter().filter(|(_, n)| *n > 0).collect()
}

/// Scenes in the film's order: every scene has a growth, and those are planned in that order; without them, as they come.
fn scenes(build: &BuildHistory) -> Vec<GraphScene> {
    let growths = build.steps.iter().filter(|step| step.is_growth());
    let mut scenes: Vec<GraphScene> = Vec::new();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for id in growths.chain(&build.steps).filter_map(|step| step.name.scene()) {
        if known.insert(id) {
            scenes.push(GraphScene { id: id.to_owned(), nodes: Vec::new() });
        }
    }
    scenes
}

fn node(step: &StepHistory, scene: Option<usize>, critical: bool, waits_for: Vec<usize>) -> GraphNode {
    let status = NodeStatus::of(&step.state);
    let seconds = match (&step.state, step.is_growth()) {
        (StepState::Ran, _) => Some(step.seconds()),
        (StepState::WouldRun { millis }, _) if *millis > 0 => Some(*millis as f64 / 1000.0),
        (StepState::WouldRun { .. } | StepState::Waiting, _) if step.cost > 0.0 => Some(step.cost),
        _ => None,
    };
    let label = match step.is_growth() {
        true => to_come(step.name.within()).to_owned(),
        false => step.name.within().trim_start_matches("film/").to_owned(),
    };
    let why = match &step.state {
        StepState::Failed(failure) => Some(failure.message.clone()),
        _ => step.why.as_ref().map(|why| why::in_words(&step.kind, why)),
    };
    GraphNode {
        name: step.name.as_str().to_owned(),
        label,
        kind: step.kind.clone(),
        scene,
        status,
        seconds,
        why,
        critical,
        waits_for,
    }
}

/// What a growth will add.
fn to_come(within: &str) -> &str {
    match within {
        "timing" => "picture …",
        "transition/timing" => "transition …",
        "film/timing" => "sound, film …",
        other => other,
    }
}

#[cfg(test)]
mod tests;
