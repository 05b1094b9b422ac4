//! What every command about a film begins with: the chosen part of the spec, the cache, the tools. Knows nothing of how a build is shown.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use crate::cache::{Cache, CacheError};
use crate::diag::Diagnostic;
use crate::engine::{Crew, Engine, Goal, Options, Summary};
use crate::event::{Begin, End, Ending, Event, FORMAT, Recording, Scene, Sink, Stamped};
use crate::plan::{self, Extent};
use crate::process::Cancel;
use crate::remote::{Host, Local, Machine, Places};
use crate::report::{self, Screen};
use crate::spec::Loaded;
use crate::spec::model::{Engine as Speaker, Spec, Speech, Voice};
use crate::steps::{Tool, Workshop};
use crate::voice::brought::{Brought, Kind};
use crate::work::StepName;

use super::{Exit, complain, config, load, machine, tell, voice};

/// Which film, and how much of it.
#[derive(Args, Clone, Debug)]
pub struct What {
    /// The spec, or a script (.md, .txt)
    #[arg(default_value = "video.yaml")]
    pub file: PathBuf,
    /// Only the scene with this id, into a file of its own
    #[arg(long, value_name = "SCENE")]
    pub only: Option<String>,
    /// A quick, rough version at half the size, into a file of its own
    #[arg(long)]
    pub draft: bool,
    /// Only this one of the spec's variants [default: `build` makes all of them, other commands take the first]
    #[arg(long, value_name = "NAME")]
    pub variant: Option<String>,
}

impl What {
    /// The project's folder: where the spec lies.
    pub fn project(&self) -> PathBuf {
        let folder = self.file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        folder.canonicalize().unwrap_or_else(|_| folder.to_owned())
    }

    /// The spec, and of it what was asked for. What is wrong with it has been said.
    pub fn load(&self, screen: Screen) -> Result<(Loaded, Spec), Exit> {
        let loaded = load(&self.file, self.variant.as_deref(), screen)?;
        let chosen = self.chosen(&loaded.spec).map_err(|diagnostic| {
            complain(diagnostic, screen);
            Exit::Wrong
        })?;
        Ok((loaded, chosen))
    }

    /// The part of the spec, and the quality, that were asked for.
    fn chosen(&self, spec: &Spec) -> Result<Spec, Diagnostic> {
        let mut chosen = spec.clone();
        if let Some(id) = &self.only {
            let ids: Vec<&str> = spec.scenes.iter().map(|scene| scene.id.as_str()).collect();
            chosen = plan::only(chosen, id).ok_or_else(|| {
                Diagnostic::error(format!("there is no scene `{id}`")).help(format!("there are {}", ids.join(", ")))
            })?;
        }
        if self.draft {
            chosen = plan::as_draft(chosen);
        }
        match plan::overwritten(&chosen) {
            None => Ok(chosen),
            Some(file) => {
                Err(Diagnostic::error(format!("the film's files would write over its source `{}`", file.written))
                    .help("choose another `output: { file: … }`"))
            }
        }
    }
}

/// What films are made with on this machine.
pub struct Bench {
    /// Results.
    pub cache: Cache,
    /// Tools.
    pub workshop: Arc<Workshop>,
    /// Voices that are not in the program.
    pub voices: Vec<Brought>,
}

impl Bench {
    /// Opens the cache of `project` and finds the tools.
    pub fn open(project: &Path) -> Result<Self, Diagnostic> {
        let cache = Cache::open(&config::cache_folder(project)?).map_err(unusable)?;
        let workshop = Arc::new(Workshop::open(&cache).map_err(unusable)?);
        Ok(Self { cache, workshop, voices: voice::brought() })
    }

    /// Says what is missing before anything runs.
    pub fn check_tools(&self, spec: &Spec) -> Result<(), Diagnostic> {
        let mut needed = vec![Tool::Ffmpeg];
        if spec.scenes.iter().any(|scene| !scene.footage().is_empty()) {
            needed.push(Tool::Ffprobe);
        }
        let piper = |name: &str| self.voices.iter().any(|voice| voice.name == name && voice.kind == Kind::Piper);
        let espeak = |voice: &Voice| voice.engine == Speaker::Espeak || piper(&voice.name);
        if spec.scenes.iter().any(|scene| matches!(scene.speech, Speech::Spoken(_)) && espeak(&scene.voice)) {
            needed.push(Tool::Espeak);
        }
        needed
            .into_iter()
            .try_for_each(|tool| self.workshop.check(tool))
            .map_err(|e| Diagnostic::error(e.to_string()).help(e.help()))
    }

    /// Threads that make films until `body` returns, here and on other machines. A cancelled process does not wait for threads that
    /// can't be interrupted: it ends.
    pub fn crew<R>(
        &self,
        options: Options,
        machines: &[Machine],
        cancel: &Cancel,
        body: impl FnOnce(&mut Crew) -> R,
    ) -> R {
        let home = Local::new(&self.cache, &self.workshop);
        let places = Places { home: &home, hosts: machines.iter().map(|machine| machine as &dyn Host).collect() };
        Crew::with(&self.cache, options, &places, cancel, |crew| {
            let result = body(crew);
            if cancel.is_set() && crew.runs_something() {
                std::process::exit(Exit::Interrupted as i32);
            }
            result
        })
    }

    /// Makes the film with a crew of its own, unseen; gives what happened.
    pub fn record(&self, film: Film, options: &Options) -> (Vec<Stamped>, Summary) {
        let (recording, cancel) = (Recording::default(), Cancel::default());
        let make = |crew: &mut Crew| self.make(crew, film, options, &cancel, &recording);
        let summary = self.crew(options.clone(), &[], &cancel, make);
        (recording.events(), summary)
    }

    /// A spec and its scenes, once what is said and a still of each scene are made. With those every other step's key is known.
    pub fn previewed(&self, what: &What, screen: Screen) -> Result<(Spec, Vec<Scene>), Exit> {
        let (loaded, spec) = what.load(screen)?;
        self.check_tools(&spec).map_err(|diagnostic| {
            complain(diagnostic, screen);
            Exit::Failed
        })?;
        let film = |extent| Film { what, loaded: &loaded, spec: spec.clone(), extent, asked: None };
        let options = Options { memory: machine::memory(), ..Options::for_cores(machine::cores()) };
        let (_, made) = self.record(film(Extent::Preview), &options);
        if !made.is_complete() {
            tell(&report::failures(&made, &loaded.source, screen.style()));
            return Err(Exit::Failed);
        }
        let (events, _) = self.record(film(Extent::Film), &Options { dry_run: true, ..options });
        Ok((spec, report::Build::of(&events).scenes))
    }

    /// Makes the film; tells `sink` all of it, from beginning to end.
    pub fn make(&self, crew: &mut Crew, film: Film, options: &Options, cancel: &Cancel, sink: &dyn Sink) -> Summary {
        sink.event(&Event::Begin(film.begin(options)));
        let goal = Goal {
            film: if film.extent == Extent::Film { film.spec.output.file.clone() } else { PathBuf::new() },
            spec: film.loaded.spec.root.join(film.what.file.file_name().unwrap_or_default()),
            source: Some(film.loaded.source.clone()),
            asked: film.asked,
        };
        let (plan, outline) = plan::plan(film.spec, film.extent, Arc::clone(&self.workshop), self.voices.clone());
        let summary = Engine::new(crew, sink, goal).build(plan);
        let mut scenes = outline.scenes();
        scenes.iter_mut().for_each(|scene| scene.keys = keys(&summary, &scene.id));
        sink.event(&Event::Scenes { scenes });
        sink.event(&Event::End(end(&summary, cancel.is_set())));
        summary
    }
}

/// A film to be made.
pub struct Film<'a> {
    /// What was asked for.
    pub what: &'a What,
    /// The whole spec.
    pub loaded: &'a Loaded,
    /// What of it is made.
    pub spec: Spec,
    /// How much of it is made; of a preview the cache keeps no account.
    pub extent: Extent,
    /// A step to lay open.
    pub asked: Option<StepName>,
}

impl Film<'_> {
    fn begin(&self, options: &Options) -> Begin {
        let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        Begin {
            format: FORMAT,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            spec: self.loaded.source.name.clone(),
            film: shown(&self.spec.output.file).display().to_string(),
            time: now.map_or(0, |now| now.as_secs()),
            cores: options.cores,
            dry_run: options.dry_run,
        }
    }
}

/// The keys of a scene's steps, by their names in it.
fn keys(summary: &Summary, scene: &str) -> BTreeMap<String, String> {
    let first = StepName::new(format!("scene:{scene}/"));
    let from = summary.keys.range(first.clone()..).take_while(|(step, _)| step.as_str().starts_with(first.as_str()));
    from.map(|(step, key)| (step.within().to_owned(), key.to_string())).collect()
}

fn end(summary: &Summary, cancelled: bool) -> End {
    let outcome = match () {
        () if summary.is_complete() => Ending::Done,
        () if cancelled => Ending::Interrupted,
        () => Ending::Failed,
    };
    End {
        outcome,
        ran: summary.ran.len(),
        reused: summary.reused,
        failed: summary.failures.len(),
        unfinished: summary.unfinished,
    }
}

/// A film gone through without running anything.
pub struct Rehearsal {
    /// What would happen.
    pub events: Vec<Stamped>,
    /// What became of it.
    pub summary: Summary,
    /// The whole spec.
    pub loaded: Loaded,
}

/// Goes through a film without running anything; with `asked`, lays that step open.
pub fn rehearse(what: &What, asked: Option<StepName>, screen: Screen) -> Result<Rehearsal, Exit> {
    let (loaded, spec) = what.load(screen)?;
    let failed = |diagnostic| {
        complain(diagnostic, screen);
        Exit::Failed
    };
    let bench = Bench::open(&spec.root).map_err(failed)?;
    bench.check_tools(&spec).map_err(failed)?;
    let options = Options { dry_run: true, ..Options::for_cores(machine::cores()) };
    let film = Film { what, loaded: &loaded, spec, extent: Extent::Film, asked };
    let (events, summary) = bench.record(film, &options);
    Ok(Rehearsal { events, summary, loaded })
}

fn unusable(error: CacheError) -> Diagnostic {
    Diagnostic::error(error.to_string()).help("another place can be chosen with T2V_CACHE=DIR")
}

/// A path below the current folder, without it.
pub fn shown(path: &Path) -> PathBuf {
    let here = std::env::current_dir().and_then(|dir| dir.canonicalize());
    here.ok().and_then(|here| path.strip_prefix(here).ok()).unwrap_or(path).to_owned()
}
