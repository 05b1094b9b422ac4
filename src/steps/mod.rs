//! Kinds of steps: for each, its parameters (all of them part of the key) and what it does when run.
//! Knows nothing of graphs, caches or where it runs.

mod crates;
mod ffmpeg;
mod film;
mod levels;
mod media;
mod pictures;
mod segment;
mod sound;
mod speech;
mod still;
mod text;
mod tools;
mod voices;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io;
use std::os::unix::process::ExitStatusExt;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::Duration;

use serde::{Serialize, de::DeserializeOwned};

use crate::action::{Action, Blob, Needs};
use crate::process::Cancel;
use crate::work::{Source, Template};

pub use film::{Chapter, Film, segment_role};
pub use levels::{Levels, levels_role};
pub use media::{DecodeSound, MediaInfo, Probe, SoundInfo};
pub use segment::{Clip, Encoder, Frames, Segment, Take};
pub use sound::{Sound, SourceKind, source_role};
pub use speech::{BroughtKind, Narration, Speech, SpeechTiming};
pub use still::Still;
pub use text::Text;
pub use tools::{Tool, ToolError, Workshop};

/// How long a step may take that goes through all of the film.
const WHOLE_FILM: Duration = Duration::from_secs(3 * 3600);
/// SIGKILL, with which the kernel ends programs when memory runs out.
const KILLED: i32 = nix::libc::SIGKILL;
/// Errors of the operating system that pass when others have ended.
const PASSING: [i32; 2] = [nix::libc::ENOMEM, nix::libc::EAGAIN];

/// A kind of step. Its fields are its parameters: each is part of the key, so that a new one can't be forgotten.
pub trait Step: Serialize + DeserializeOwned {
    /// Its name in keys and logs.
    const KIND: &'static str;
    /// Raised whenever the same parameters and inputs would give other bytes.
    const VERSION: u32;
    /// Its outputs, by role.
    const OUTPUTS: &'static [&'static str];
    /// About how many bytes come out for each that goes in. Only for guessing how long they will be under way.
    const YIELD: f64 = 0.25;

    /// The tools that shape its bytes.
    fn tools(&self) -> &'static [Tool] {
        &[]
    }

    /// What it occupies while it runs, and for how long at most.
    fn needs(&self) -> Needs {
        Needs::default()
    }

    /// Writes each output to the context's folder.
    fn run(&self, context: &Context) -> Result<(), StepError>;
}

/// What a step has at hand while it runs.
pub struct Context<'a> {
    /// Its inputs by role; only for reading, and verified.
    pub inputs: BTreeMap<String, PathBuf>,
    /// What those inputs are.
    pub digests: &'a BTreeMap<String, Blob>,
    /// Where its outputs go, each in a file named by its role.
    pub folder: &'a Path,
    /// Tools, fonts, pictures in memory.
    pub workshop: &'a Workshop,
    /// Set when the build is cancelled.
    pub cancel: &'a Cancel,
    /// Told how far it is: units done, of so many.
    pub progress: &'a (dyn Fn(u64, u64) + Sync),
}

impl Context<'_> {
    fn input(&self, role: &str) -> Result<&Path, StepError> {
        self.inputs.get(role).map(PathBuf::as_path).ok_or_else(|| StepError::NoInput { role: role.to_owned() })
    }

    fn read(&self, role: &str) -> Result<Vec<u8>, StepError> {
        Ok(fs::read(self.input(role)?)?)
    }

    fn output(&self, role: &str) -> PathBuf {
        self.folder.join(role)
    }

    fn write(&self, role: &str, bytes: &[u8]) -> Result<(), StepError> {
        Ok(fs::write(self.output(role), bytes)?)
    }

    fn write_json(&self, role: &str, value: &impl Serialize) -> Result<(), StepError> {
        self.write(role, &serde_json::to_vec(value).expect("outputs are plain data"))
    }

    fn open(&self, role: &str) -> Result<File, StepError> {
        Ok(File::open(self.input(role)?)?)
    }
}

/// Why a step failed.
#[derive(Debug, thiserror::Error)]
pub enum StepError {
    /// A file could not be read or written.
    #[error("reading or writing failed: {0}")]
    Io(#[from] io::Error),
    /// A program ended with an error.
    #[error("{doing} failed ({program} ended with {status})")]
    Tool {
        /// What it was to do: "encoding the picture".
        doing: &'static str,
        /// Which program.
        program: &'static str,
        /// How it ended.
        status: ExitStatus,
        /// What it printed.
        log: String,
    },
    /// A tool is missing.
    #[error(transparent)]
    Missing(#[from] ToolError),
    /// What came in can't be used.
    #[error("{0}")]
    Input(String),
    /// Somebody asked for a kind or with parameters that this build of t2v does not have.
    #[error("this t2v does not know how to make `{kind}`: {why}")]
    Unknown {
        /// The kind.
        kind: String,
        /// What is unknown about it.
        why: String,
    },
    /// An input is not among those handed over.
    #[error("the input `{role}` was not handed over")]
    NoInput {
        /// Its role.
        role: String,
    },
}

impl StepError {
    /// The way out, where there is one.
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Missing(error) => Some(error.help()),
            _ => None,
        }
    }

    /// What happened, where the same step may well succeed another time: the machine was out of memory, or of processes.
    pub fn may_pass(&self) -> Option<String> {
        match self {
            Self::Tool { program, status, .. } if status.signal() == Some(KILLED) => {
                Some(format!("{program} was killed, as the system does when memory runs out"))
            }
            Self::Io(error) if matches!(error.raw_os_error(), Some(code) if PASSING.contains(&code)) => {
                Some(format!("the machine is short of memory or processes ({error})"))
            }
            _ => None,
        }
    }

    /// What the step's tools printed.
    pub fn into_log(self) -> String {
        match self {
            Self::Tool { log, .. } => log,
            _ => String::new(),
        }
    }

    fn input(why: impl std::fmt::Display) -> Self {
        Self::Input(why.to_string())
    }
}

/// The template of a step with these inputs.
pub fn template<S: Step>(step: &S, workshop: &Workshop, inputs: BTreeMap<String, Source>) -> Template {
    let tools = step.tools().iter().map(|&tool| (tool.name().to_owned(), workshop.fingerprint(tool).to_owned()));
    let tools = tools.chain([("crates".to_owned(), crates::fingerprint().to_owned())]);
    Template {
        kind: S::KIND,
        version: S::VERSION,
        params: Arc::new(serde_json::to_value(step).expect("parameters are plain data")),
        inputs,
        tools: Arc::new(tools.collect()),
        needs: step.needs(),
    }
}

/// Kinds whose bytes depend on how the processor adds floats: networks, and resampling and encoding of sound.
const BY_PROCESSOR: [&str; 4] = [Speech::KIND, Narration::KIND, DecodeSound::KIND, Sound::KIND];

/// What is known of a kind without an action of it.
struct Kind {
    name: &'static str,
    outputs: &'static [&'static str],
    yields: f64,
    run: Run,
}

const KINDS: [Kind; 10] = [
    kind::<Probe>(),
    kind::<DecodeSound>(),
    kind::<Speech>(),
    kind::<Narration>(),
    kind::<Segment>(),
    kind::<Sound>(),
    kind::<Film>(),
    kind::<Text>(),
    kind::<Still>(),
    kind::<Levels>(),
];

fn known(name: &str) -> Option<&'static Kind> {
    KINDS.iter().find(|kind| kind.name == name)
}

/// Runs an action of any kind, and gives the roles of its outputs.
pub fn run(action: &Action, context: &Context) -> Result<Vec<String>, StepError> {
    match known(&action.kind) {
        Some(kind) => (kind.run)(action, context),
        None => Err(StepError::Unknown { kind: action.kind.clone(), why: "no such kind".to_owned() }),
    }
}

/// The roles of the outputs that an action of this kind has; `None` for a kind that is not known.
pub fn outputs(kind: &str) -> Option<&'static [&'static str]> {
    known(kind).map(|kind| kind.outputs)
}

/// About how many bytes will come out of an action.
pub fn output_bytes(action: &Action) -> u64 {
    let input: u64 = action.inputs.values().map(|blob| blob.len).sum();
    (input as f64 * known(&action.kind).map_or(1.0, |kind| kind.yields)) as u64
}

/// Whether the same action may give other bytes on another processor.
pub fn depends_on_processor(kind: &str) -> bool {
    BY_PROCESSOR.contains(&kind)
}

/// Fingerprints of all that can be used here, by name, as in [`Action::tools`].
pub fn tools(workshop: &Workshop) -> BTreeMap<String, String> {
    let there = Tool::ALL.into_iter().filter(|&tool| workshop.check(tool).is_ok());
    let tools = there.map(|tool| (tool.name().to_owned(), workshop.fingerprint(tool).to_owned()));
    tools.chain([("crates".to_owned(), crates::fingerprint().to_owned())]).collect()
}

/// Version and place of every tool, or what is wrong with it, for people.
pub fn about(workshop: &Workshop) -> BTreeMap<String, String> {
    let about = |tool| workshop.describe(tool).unwrap_or_else(|error| error.to_string());
    Tool::ALL.into_iter().map(|tool| (tool.name().to_owned(), about(tool))).collect()
}

type Run = fn(&Action, &Context) -> Result<Vec<String>, StepError>;

const fn kind<S: Step>() -> Kind {
    Kind { name: S::KIND, outputs: S::OUTPUTS, yields: S::YIELD, run: run_as::<S> }
}

fn run_as<S: Step>(action: &Action, context: &Context) -> Result<Vec<String>, StepError> {
    read::<S>(action)?.run(context)?;
    Ok(S::OUTPUTS.iter().map(|&role| role.to_owned()).collect())
}

/// The step that an action is. A parameter that is not known here is part of the action's key, so it must not be overlooked.
fn read<S: Step>(action: &Action) -> Result<S, StepError> {
    let unknown = |why: String| StepError::Unknown { kind: action.kind.clone(), why };
    if action.version != S::VERSION {
        return Err(unknown(format!("it has version {}, not {}", S::VERSION, action.version)));
    }
    let step: S = S::deserialize(&*action.params).map_err(|e| unknown(e.to_string()))?;
    match serde_json::to_value(&step).is_ok_and(|known| known == *action.params) {
        true => Ok(step),
        false => Err(unknown("it has parameters that are not known here".to_owned())),
    }
}

#[cfg(test)]
mod tests;
