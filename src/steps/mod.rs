//! Kinds of steps: for each, its parameters, all of which are part of the key, and what it does when it runs.

mod context;
mod crates;
mod ffmpeg;
mod film;
mod inputs;
mod levels;
mod media;
mod pictures;
mod probe_picture;
mod processor;
mod segment;
mod sound;
mod speech;
mod step;
mod step_error;
mod still;
mod text;
mod tool;
mod tool_files;
mod tool_report;
mod voices;
mod workshop;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::action::Action;
use crate::credentials::Credentials;
use crate::work::{ActionTemplate, InputSource};

pub use context::{Context, CredentialAccess};
pub use crates::CrateGroup;
pub use film::{ChapterMark, JoinFilm, segment_role};
pub use inputs::StepInputs;
pub use levels::{MeasureLevels, levels_role};
pub use media::{DecodeSound, MediaInfo, ProbeMedia, SoundInfo};
pub use probe_picture::ProbePicture;
pub use processor::processor_class;
pub use segment::{EncoderSettings, FrameContent, SceneFrames, SegmentStep, VideoClip};
pub use sound::{MixSound, SourceKind, source_role};
pub use speech::{CustomVoiceKind, PrepareRecording, SpeakSentence, SpeechTiming};
pub use step::{Origin, Step};
pub use step_error::StepError;
pub use still::DrawStill;
pub use text::WriteText;
pub use tool::{Tool, ToolError};
pub use workshop::Workshop;

/// The name of the key part that holds the class of processor; see [`processor_class`].
pub const PROCESSOR_PART: &str = "processor";

/// The template of a step with these inputs.
pub fn template<S: Step>(step: &S, workshop: &Workshop, inputs: BTreeMap<String, InputSource>) -> ActionTemplate {
    ActionTemplate {
        kind: S::KIND,
        version: S::VERSION,
        params: Arc::new(serde_json::to_value(step).expect("parameters are plain data")),
        inputs,
        tools: Arc::new(step_fingerprints(step, workshop)),
        requirements: step.requirements(),
    }
}

/// Everything besides parameters and inputs that shapes a step's bytes, by name: its tools, its groups of crates, and the class of processor
/// if the bytes depend on it.
fn step_fingerprints<S: Step>(step: &S, workshop: &Workshop) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for tool in step.tools() {
        found.insert(tool.name().to_owned(), workshop.fingerprint(*tool).to_owned());
    }
    for group in S::CRATES {
        found.insert(group.part_name().to_owned(), group.fingerprint().to_owned());
    }
    if S::ORIGIN == Origin::PerProcessor {
        found.insert(PROCESSOR_PART.to_owned(), processor_class().to_owned());
    }
    found
}

/// A kind of step without its parameters.
struct StepKind {
    name: &'static str,
    outputs: &'static [&'static str],
    yields: f64,
    origin: Origin,
    run: RunFunction,
}

const STEP_KINDS: [StepKind; 11] = [
    kind::<ProbeMedia>(),
    kind::<DecodeSound>(),
    kind::<SpeakSentence>(),
    kind::<PrepareRecording>(),
    kind::<SegmentStep>(),
    kind::<MixSound>(),
    kind::<JoinFilm>(),
    kind::<WriteText>(),
    kind::<DrawStill>(),
    kind::<MeasureLevels>(),
    kind::<ProbePicture>(),
];

fn find_kind(name: &str) -> Option<&'static StepKind> {
    STEP_KINDS.iter().find(|kind| kind.name == name)
}

/// Runs an action of any kind and returns the roles of its outputs.
///
/// # Errors
/// [`StepError::Unknown`] for a kind, version or parameter that this build does not have; else what the step fails with.
pub fn run(action: &Action, context: &Context) -> Result<Vec<String>, StepError> {
    match find_kind(&action.kind) {
        Some(kind) => (kind.run)(action, context),
        None => Err(unknown(action, "no such kind")),
    }
}

/// The roles of the outputs that an action of this kind has; `None` for a kind that is not known.
pub fn output_roles(kind: &str) -> Option<&'static [&'static str]> {
    find_kind(kind).map(|kind| kind.outputs)
}

/// An estimate of the bytes of all outputs of an action.
pub fn output_bytes(action: &Action) -> u64 {
    let input: u64 = action.inputs.values().map(|blob| blob.len).sum();
    (input as f64 * find_kind(&action.kind).map_or(1.0, |kind| kind.yields)) as u64
}

/// Access to `credentials` for a step of this kind: given only where its origin is [`Origin::External`].
pub fn credential_access<'a>(kind: &'a str, credentials: Option<&'a dyn Credentials>) -> CredentialAccess<'a> {
    CredentialAccess::new(kind, origin(kind) == Some(Origin::External), credentials)
}

/// What the bytes of this kind of step depend on; `None` for a kind that is not known.
pub fn origin(kind: &str) -> Option<Origin> {
    find_kind(kind).map(|kind| kind.origin)
}

/// Fingerprints of all that can be used here, by name, as in [`Action::tools`].
pub fn tool_fingerprints(workshop: &Workshop) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for tool in Tool::ALL.into_iter().filter(|&tool| workshop.check(tool).is_ok()) {
        found.insert(tool.name().to_owned(), workshop.fingerprint(tool).to_owned());
    }
    for group in CrateGroup::ALL {
        found.insert(group.part_name().to_owned(), group.fingerprint().to_owned());
    }
    found.insert(PROCESSOR_PART.to_owned(), processor_class().to_owned());
    found
}

/// The version and path of every tool, or what is wrong with it, to be shown.
pub fn tool_descriptions(workshop: &Workshop) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for tool in Tool::ALL {
        let description = workshop.describe(tool).unwrap_or_else(|error| error.to_string());
        found.insert(tool.name().to_owned(), description);
    }
    found
}

type RunFunction = fn(&Action, &Context) -> Result<Vec<String>, StepError>;

const fn kind<S: Step>() -> StepKind {
    StepKind { name: S::KIND, outputs: S::OUTPUTS, yields: S::YIELD, origin: S::ORIGIN, run: run_as::<S> }
}

fn run_as<S: Step>(action: &Action, context: &Context) -> Result<Vec<String>, StepError> {
    decode_step::<S>(action)?.run(context)?;
    Ok(S::OUTPUTS.iter().map(|&role| role.to_owned()).collect())
}

/// The step that an action describes. A parameter that is not known here is part of the action's key, so it must not be ignored.
fn decode_step<S: Step>(action: &Action) -> Result<S, StepError> {
    if action.version != S::VERSION {
        return Err(unknown(action, format_args!("it has version {}, not {}", S::VERSION, action.version)));
    }
    let step: S = S::deserialize(&*action.params).map_err(|e| unknown(action, e))?;
    if serde_json::to_value(&step).is_ok_and(|known| known == *action.params) {
        Ok(step)
    } else {
        Err(unknown(action, "it has parameters that are not known here"))
    }
}

fn unknown(action: &Action, why: impl std::fmt::Display) -> StepError {
    StepError::Unknown { kind: action.kind.clone(), why: why.to_string() }
}

#[cfg(test)]
mod tests;
