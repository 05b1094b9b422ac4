//! Whole films, made by agents: the same bytes as at home, and nothing is sent or made twice.

use std::fs;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use t2v::cache::{Cache, Lookup};
use t2v::engine::{Crew, Engine, Goal, Options, Summary};
use t2v::event::{Event, Sink};
use t2v::plan::{self, Extent};
use t2v::process::Cancel;
use t2v::remote::{Executor, Local};
use t2v::spec;
use t2v::steps::Workshop;

use crate::common::Project;
use crate::{Near, Remote, digests, within};

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

/// A film whose one scene takes a while.
const LONG: &str = r##"
title: Long
output: { size: 1280x720, fps: 30, quality: high }
scenes:
  - { id: one, length: 60s, show: { image: a.png, motion: zoom-in } }
"##;

struct Silent;

impl Sink for Silent {
    fn event(&self, _: &Event) {}
}

fn build(project: &Project, near: &Near, executor: &dyn Executor, cancel: &Cancel) -> Summary {
    let loaded = spec::load(&project.path("video.yaml"), &spec::Options::default()).expect("the spec is right");
    let workshop = Workshop::open(&near.cache).unwrap();
    let (plan, _) = plan::plan(loaded.spec, Extent::Film, workshop.into(), Vec::new());
    Crew::with(&near.cache, Options::for_cores(2), executor, cancel, |crew| {
        Engine::new(crew, &Silent, Goal::default()).build(plan)
    })
}

/// The film that was made; it is gone afterwards.
fn film(project: &Project) -> Vec<u8> {
    let loaded = spec::load(&project.path("video.yaml"), &spec::Options::default()).expect("the spec is right");
    let bytes = fs::read(&loaded.spec.output.file).unwrap();
    fs::remove_file(&loaded.spec.output.file).unwrap();
    bytes
}

fn outcome(cache: &Cache, key: t2v::digest::Key) -> Vec<t2v::digest::Digest> {
    match cache.lookup(key).unwrap() {
        Lookup::Hit(outcome) => digests(&outcome),
        Lookup::Miss(_) => panic!("{key:?} was not made"),
    }
}

#[test]
fn a_film_made_by_agents_is_the_one_made_here() {
    let project = Project::new(FILM);
    project.picture("a.png", (300, 200), [200, 100, 50]);
    let (here, there) = (Near::new(), Near::new());
    let local = Local::new(&here.cache, &here.workshop);
    let reference = build(&project, &here, &local, &Cancel::default());
    assert!(reference.is_complete(), "{:?}", reference.failures);
    let expected = film(&project);

    let remote = Remote::new(&project, &there.cache);
    let summary = build(&project, &there, &remote, &Cancel::default());
    assert!(summary.is_complete(), "{:?}", summary.failures);
    assert!(film(&project) == expected, "the films differ");
    assert_eq!(summary.keys, reference.keys);
    for (step, key) in &summary.ran.iter().map(|(step, _)| (step, summary.keys[step])).collect::<Vec<_>>() {
        assert_eq!(outcome(&there.cache, *key), outcome(&here.cache, *key), "{step}");
    }
    let (ran, sent) = (remote.ran.lock().unwrap().len(), remote.sent());
    // The picture is all that the agents can't make or have not made themselves.
    let picture = fs::metadata(project.path("a.png")).unwrap().len();
    assert!(ran > 8 && (1..2 * picture).contains(&sent), "{ran} steps, {sent} bytes for a picture of {picture}");
    println!("{ran} steps there; {sent} bytes of inputs sent");

    drop(remote);

    // Another near side, which has nothing: all is found there, and no input travels.
    let again = Near::new();
    let remote = Remote::new(&project, &again.cache);
    let start = Instant::now();
    let summary = build(&project, &again, &remote, &Cancel::default());
    assert!(summary.is_complete() && film(&project) == expected);
    assert_eq!(remote.sent(), 0);
    println!("found there: {} steps in {:?}", summary.ran.len(), start.elapsed());
    drop(remote);
    within(Duration::from_secs(3), "nothing runs any more", || project.processes().is_empty());
    let verified = project.run(&["agent", "--stdio", "--cache", project.path("far").to_str().unwrap()]);
    assert_eq!(verified.code, Some(0), "without input it ends at once");
    assert!(Cache::open(&project.path("far")).unwrap().verify().unwrap().is_clean());
}

#[test]
fn a_cancelled_build_leaves_nothing_running_there() {
    let project = Project::new(LONG);
    project.picture("a.png", (1600, 1200), [200, 100, 50]);
    let near = Near::new();
    let remote = Remote::new(&project, &near.cache);
    let cancel = Cancel::default();
    let agents = || project.processes().len();
    std::thread::scope(|scope| {
        let built = scope.spawn(|| build(&project, &near, &remote, &cancel));
        // Agents, and an encoder at least.
        within(Duration::from_secs(60), "an encoder runs", || agents() > 2);
        cancel.set();
        // A second, and as much again for machines that have a lot to do.
        let took = within(Duration::from_secs(2), "no encoder runs", || encoders(&project) == 0);
        assert!(!built.join().unwrap().is_complete());
        println!("cancelled: the encoders were gone after {took:?}");
    });
    // The agents that answered in time are still of use.
    let resting: Vec<_> = remote.resting.lock().unwrap().drain(..).collect();
    println!("{} agents rest", resting.len());
    for mut far in resting {
        near.run(&mut far, &near.text("still here")).unwrap();
    }
    within(Duration::from_secs(3), "nothing runs any more", || agents() == 0);
}

#[test]
fn agents_that_are_killed_leave_no_encoders() {
    let project = Project::new(LONG);
    project.picture("a.png", (1600, 1200), [200, 100, 50]);
    let near = Near::new();
    let remote = Remote::new(&project, &near.cache);
    let cancel = Cancel::default();
    std::thread::scope(|scope| {
        let built = scope.spawn(|| build(&project, &near, &remote, &cancel));
        within(Duration::from_secs(60), "an encoder runs", || encoders(&project) > 0);
        for agent in project.processes().into_iter().filter(|id| name(*id) == "t2v") {
            let _ = kill(Pid::from_raw(agent), Signal::SIGKILL);
        }
        let took = within(Duration::from_secs(5), "no encoder runs", || encoders(&project) == 0);
        cancel.set();
        assert!(!built.join().unwrap().is_complete());
        println!("killed: the encoders were gone after {took:?}");
    });
    drop(remote);
    within(Duration::from_secs(3), "nothing runs any more", || project.processes().is_empty());
}

fn name(id: i32) -> String {
    fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default().trim().to_owned()
}

fn encoders(project: &Project) -> usize {
    project.processes().into_iter().filter(|id| name(*id) == "ffmpeg").count()
}
