//! What a client of agents has, a cache and tools, and what it has them run: single steps, and whole films.

// Each test binary uses its own part of this.
#![allow(dead_code)]

use std::collections::BTreeMap;
use std::{fs, io};

use crate::common::Project;
use t2v::action::{Action, Blob, Outcome};
use t2v::cache::Cache;
use t2v::engine::{BuildSummary, BuildTarget, Engine, EngineOptions, WorkerPool};
use t2v::event::{Event, EventSink};
use t2v::plan::{self, PlanExtent};
use t2v::process::CancelToken;
use t2v::remote::client::AgentClient;
use t2v::remote::{ExecError, Executor, ExecutorSet, Job};
use t2v::spec;
use t2v::spec::model::FileFormat;
use t2v::steps::{self, ProbeMedia, Step, Workshop, WriteText};

/// A client's cache and tools.
pub struct Workspace {
    pub cache: Cache,
    pub workshop: Workshop,
    _dir: tempfile::TempDir,
}

impl Workspace {
    pub fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let workshop = Workshop::open(&cache).unwrap();
        Self { cache, workshop, _dir: dir }
    }

    pub fn blob(&self, bytes: &[u8]) -> Blob {
        let staging = self.cache.staging().unwrap();
        let path = staging.path().join("blob");
        fs::write(&path, bytes).unwrap();
        self.cache.insert_file(&path).unwrap()
    }

    pub fn action(&self, step: &impl Step, inputs: &[(&str, Blob)]) -> Action {
        let template = steps::template(step, &self.workshop, BTreeMap::new());
        Action {
            kind: template.kind.to_owned(),
            version: template.version,
            params: template.params,
            inputs: inputs.iter().map(|(role, blob)| ((*role).to_owned(), *blob)).collect(),
            tools: template.tools,
            requirements: template.requirements,
        }
    }

    pub fn text(&self, text: &str) -> Action {
        self.action(&WriteText { text: text.to_owned() }, &[])
    }

    /// An action that probes a sound file of these bytes.
    pub fn probe(&self, sound: &[u8]) -> Action {
        self.action(&ProbeMedia { format: FileFormat::Wav }, &[("media", self.blob(sound))])
    }

    pub fn run(&self, client: &mut AgentClient, action: &Action) -> Result<Outcome, ExecError> {
        self.run_with_cancel(client, action, &CancelToken::default())
    }

    pub fn run_with_cancel(
        &self,
        client: &mut AgentClient,
        action: &Action,
        cancel: &CancelToken,
    ) -> Result<Outcome, ExecError> {
        client.run(action, &self.cache, &Job { cancel, progress: &|_, _| {} })
    }

    /// Builds the project's film with this executor, which takes `slots` steps at once.
    pub fn build(
        &self,
        project: &Project,
        executor: &dyn Executor,
        slots: usize,
        cancel: &CancelToken,
    ) -> BuildSummary {
        let loaded = spec::load(&project.path("video.yaml"), &spec::LoadOptions::default()).expect("the spec is right");
        let workshop = Workshop::open(&self.cache).unwrap();
        let (plan, _) = plan::plan(loaded.spec, PlanExtent::Film, workshop.into(), Vec::new());
        WorkerPool::with(
            &self.cache,
            EngineOptions::for_cores(slots),
            &ExecutorSet::local_only(executor),
            cancel,
            |pool| Engine::new(pool, &NoEvents, BuildTarget::default()).build(plan),
        )
    }
}

struct NoEvents;

impl EventSink for NoEvents {
    fn event(&self, _: &Event) {}
}

/// A film of three scenes that needs the picture `a.png`.
pub const FILM: &str = r##"
title: Far
output: { size: 128x72, fps: 24, quality: draft }
voice: { engine: espeak, name: en-us, speed: 2 }
defaults: { lead: 0.2s, tail: 0.1s, transition: { kind: crossfade, length: 0.2s } }
scenes:
  - { id: one, say: "We begin here.", show: { image: a.png, motion: zoom-in } }
  - { id: two, say: "We go on.", show: { title: "On", subtitle: "and on" } }
  - { id: three, say: "We end there.", show: { gradient: { colours: ["#102030", "#a05020"] } } }
"##;

/// Reads and removes the film that was made.
pub fn take_film(project: &Project) -> Vec<u8> {
    let loaded = spec::load(&project.path("video.yaml"), &spec::LoadOptions::default()).expect("the spec is right");
    let bytes = fs::read(&loaded.spec.output.file).unwrap();
    fs::remove_file(&loaded.spec.output.file).unwrap();
    bytes
}

/// A sound file with `bytes` of noise, which can't be packed.
pub fn noise(bytes: usize, seed: u64) -> Vec<u8> {
    let mut sound = vec![0; bytes];
    blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut sound);
    wav(&sound)
}

/// A sound file of these samples: 16 bits, little-endian, 48 kHz, mono.
pub fn wav(samples: &[u8]) -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut file = io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut file, spec).unwrap();
    let mut fast = writer.get_i16_writer(samples.len() as u32 / 2);
    samples.as_chunks::<2>().0.iter().for_each(|pair| fast.write_sample(i16::from_le_bytes(*pair)));
    fast.flush().unwrap();
    writer.finalize().unwrap();
    file.into_inner()
}
