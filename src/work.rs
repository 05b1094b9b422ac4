//! What a plan asks of the engine: named steps, the sources of their inputs, and how the graph expands.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::action::Requirements;
use crate::diag::{Diagnostic, Span};

/// A step's name as people think of it: `scene:intro/speech/2`. Unique in a graph.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct StepName(Arc<str>);

impl StepName {
    /// The step of this name.
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The scene it belongs to: `scene:intro/speech/2` → `intro`. `None` for what belongs to the whole film.
    pub fn scene(&self) -> Option<&str> {
        self.0.strip_prefix("scene:")?.split_once('/').map(|(scene, _)| scene)
    }

    /// The name within its scene: `speech/2`. The whole name for what belongs to the film.
    pub fn within(&self) -> &str {
        match self.0.strip_prefix("scene:").and_then(|rest| rest.split_once('/')) {
            Some((_, within)) => within,
            None => &self.0,
        }
    }
}

impl From<String> for StepName {
    fn from(name: String) -> Self {
        Self(name.into())
    }
}

impl From<StepName> for String {
    fn from(name: StepName) -> Self {
        name.0.as_ref().to_owned()
    }
}

impl fmt::Display for StepName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One node of the graph.
pub struct PlannedStep {
    /// Its name. Planning the same name twice is asking for the same node.
    pub name: StepName,
    /// Where the spec asks for it.
    pub span: Option<Span>,
    /// Seconds of work one expects, for order and time left.
    pub estimated_seconds: f64,
    /// Whether it runs an action, expands the graph or publishes a file.
    pub work: StepWork,
}

/// What a node does.
pub enum StepWork {
    /// Runs an action, once its inputs are there.
    Run(ActionTemplate),
    /// Reads what others made, and adds to the graph what that calls for.
    Expand {
        /// What is read, in this order.
        reads: Vec<InputSource>,
        /// Whose growth comes first, because what this adds may wait for what they add.
        after: Vec<StepName>,
        /// Gives the nodes to add, from the bytes of what was read.
        expand: ExpandFn,
    },
    /// Writes an output to a path outside the cache.
    Publish {
        /// The file or output whose bytes are written.
        source: InputSource,
        /// The path of the file outside the cache.
        path: PathBuf,
    },
}

/// Gives the nodes to add from the bytes of what was read.
pub type ExpandFn = Box<dyn FnOnce(&[Vec<u8>]) -> Result<Vec<PlannedStep>, Diagnostic> + Send>;

/// An action whose inputs' digests are still to come.
#[derive(Clone, Debug, PartialEq)]
pub struct ActionTemplate {
    /// The kind of step, as in [`Action::kind`](crate::action::Action::kind).
    pub kind: &'static str,
    /// The version of that kind, as in [`Action::version`](crate::action::Action::version).
    pub version: u32,
    /// Everything else that shapes the result, as in [`Action::params`](crate::action::Action::params).
    pub params: Arc<Value>,
    /// The source of each input, by the input's role.
    pub inputs: BTreeMap<String, InputSource>,
    /// Fingerprints of tools by name, as in [`Action::tools`](crate::action::Action::tools).
    pub tools: Arc<BTreeMap<String, String>>,
    /// Pool, memory and time-out, as in [`Action::requirements`](crate::action::Action::requirements).
    pub requirements: Requirements,
}

/// Where an input comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum InputSource {
    /// A file of the project.
    File(PathBuf),
    /// An output of another step.
    Output {
        /// The step that makes the output.
        step: StepName,
        /// The role of the output among those of its step.
        role: &'static str,
    },
}

impl InputSource {
    /// Output `role` of `step`.
    pub fn output(step: &StepName, role: &'static str) -> Self {
        Self::Output { step: step.clone(), role }
    }

    fn step(&self) -> Option<&StepName> {
        match self {
            Self::File(_) => None,
            Self::Output { step, .. } => Some(step),
        }
    }
}

impl PlannedStep {
    /// The steps whose end this one waits for, in order of mention.
    pub fn waits_for(&self) -> Vec<&StepName> {
        match &self.work {
            StepWork::Run(template) => template.inputs.values().filter_map(InputSource::step).collect(),
            StepWork::Expand { reads, after, .. } => reads.iter().filter_map(InputSource::step).chain(after).collect(),
            StepWork::Publish { source, .. } => source.step().into_iter().collect(),
        }
    }
}
