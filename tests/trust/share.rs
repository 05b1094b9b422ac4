//! Several builds at once on one cache: none fails, none makes what another one makes, none is held up by one that died.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::common::{Project, Run, Running};
use crate::{FILM, beside_others, film, held, wait_until};

/// Steps that are expected to take less than this many seconds may be made twice.
const WORTH_A_LOCK: f64 = 0.05;

/// Films that share their first two scenes.
fn films(size: &str) -> [String; 2] {
    let film = FILM.replace("128x72", size);
    [
        film.clone(),
        film.replace("title: Trust", "title: Others")
            .replace("id: three, say: \"We end", "id: last, say: \"We all end"),
    ]
}

fn is_shared(step: &str) -> bool {
    step.starts_with("scene:one/") || step.starts_with("scene:two/")
}

fn with_cache(project: &Project, cache: &Path, arguments: &[&str]) -> std::process::Command {
    let mut command = project.command(arguments);
    command.env("T2V_CACHE", cache);
    command
}

fn build(project: &Project, cache: &Path) -> Running {
    project.spawn_command(with_cache(project, cache, &["build", "--json"]))
}

fn events(text: &str) -> Vec<Value> {
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

/// The steps that are worth a lock, and of them those that ran, by the stream of one build.
fn ran(run: &Run) -> BTreeSet<String> {
    let events = events(&run.stdout);
    let of = |what: &'static str| events.iter().filter(move |event| event["event"] == what);
    let costly: BTreeSet<&str> = of("planned")
        .filter(|event| {
            event["cost"].as_f64().unwrap() >= WORTH_A_LOCK && event["kind"] != "grow" && event["kind"] != "publish"
        })
        .map(|event| event["step"].as_str().unwrap())
        .collect();
    assert!(costly.len() >= 8, "{costly:?}");
    let ran = of("finished").filter(|event| event["how"]["ran"].is_object());
    ran.map(|event| event["step"].as_str().unwrap()).filter(|step| costly.contains(step)).map(str::to_owned).collect()
}

/// Builds so many films at once, with gc and checks beside them. Gives how long it took, how many costly steps ran, each once, and how
/// often gc did.
fn at_once(count: usize, references: &[Option<String>; 2]) -> (Duration, usize, u32) {
    let shared = tempfile::tempdir().unwrap();
    let specs = films("128x72");
    let projects: Vec<Project> = (0..count).map(|i| Project::new(&specs[i % 2])).collect();
    let start = Instant::now();
    let (over, rounds) = (AtomicBool::new(false), AtomicU32::new(0));
    let runs: Vec<Run> = thread::scope(|scope| {
        scope.spawn(|| {
            let bystander = Project::new("");
            while !over.load(Ordering::SeqCst) {
                for command in ["gc", "verify"] {
                    let run = Run::from(with_cache(&bystander, shared.path(), &["cache", command]).output().unwrap());
                    assert_eq!(run.code, Some(0), "{command}: {run:#?}");
                }
                rounds.fetch_add(1, Ordering::SeqCst);
                thread::sleep(Duration::from_millis(20));
            }
        });
        let mut running: Vec<Running> = projects.iter().map(|project| build(project, shared.path())).collect();
        let runs = running.iter_mut().map(Running::end).collect();
        over.store(true, Ordering::SeqCst);
        runs
    });
    let mut by: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (i, run) in runs.iter().enumerate() {
        assert_eq!(run.code, Some(0), "{run:#?}");
        assert_eq!(film(&projects[i]), references[i % 2], "film {i}");
        for step in ran(run) {
            let name = if is_shared(&step) { step } else { format!("film {}: {step}", i % 2) };
            by.entry(name).or_default().push(i);
        }
    }
    let twice: BTreeMap<_, _> = by.iter().filter(|(_, by)| by.len() > 1).collect();
    assert!(twice.is_empty(), "run by more than one: {twice:?}");
    assert_eq!(held(shared.path()), [""; 0]);
    (start.elapsed(), by.len(), rounds.load(Ordering::SeqCst))
}

fn references(size: &str) -> [Option<String>; 2] {
    films(size).map(|spec| {
        let project = Project::new(&spec);
        project.build(&[]);
        film(&project)
    })
}

#[test]
fn builds_at_once_share_all_work() {
    let _turn = beside_others();
    let references = references("128x72");
    for count in [2, 8] {
        let (took, steps, rounds) = at_once(count, &references);
        println!(
            "{count} builds at once: {steps} costly steps, each run once, in {took:?}; gc and verify beside them {rounds} times"
        );
    }
}

#[test]
fn a_builder_that_dies_holds_nobody_up() {
    let _turn = beside_others();
    let references = references("1280x720");
    let mut longest = Duration::ZERO;
    for round in 0..4 {
        let shared = tempfile::tempdir().unwrap();
        let projects = [0, 0, 1].map(|film| Project::new(&films("1280x720")[film]));
        let mut victim = build(&projects[0], shared.path());
        wait_until("a lock", || held(shared.path()).len() >= 2);
        let locks = held(shared.path());
        // The first rounds look at the locks alone, the others at builds that wait for them.
        let mut others: Vec<Running> =
            if round < 2 { Vec::new() } else { projects[1..].iter().map(|p| build(p, shared.path())).collect() };
        if round >= 2 {
            thread::sleep(Duration::from_millis(30));
        }
        victim.signal(Signal::SIGKILL);
        let _ = victim.end();
        if round < 2 {
            let free = wait_until("the dead one's locks", || {
                let now = held(shared.path());
                !locks.iter().any(|lock| now.contains(lock))
            });
            longest = longest.max(free);
            others = projects[1..].iter().map(|project| build(project, shared.path())).collect();
        }
        for (i, running) in others.iter_mut().enumerate() {
            let _ = running.end().ok();
            assert_eq!(film(&projects[i + 1]), references[i]);
        }
        let verified = with_cache(&projects[1], shared.path(), &["cache", "verify"]).output().unwrap();
        let _ = Run::from(verified).ok();
        assert_eq!(held(shared.path()), [""; 0]);
    }
    println!("the locks of a killed build were free after {longest:?}");
}
