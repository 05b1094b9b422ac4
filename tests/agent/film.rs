//! Whole films made by agents: they have the same bytes as films made here, and nothing is sent or made twice.

use std::fs;
use std::time::Instant;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use t2v::cache::{Cache, Lookup};
use t2v::process::CancelToken;
use t2v::remote::LocalExecutor;

use super::workspace::{FILM, Workspace, take_film};
use super::{AgentExecutor, digests};
use crate::common::{Project, wait_until};

/// A film with one scene that takes long to encode.
const LONG: &str = r##"
title: Long
output: { size: 1280x720, fps: 30, quality: high }
scenes:
  - { id: one, length: 60s, show: { image: a.png, motion: zoom-in } }
"##;

fn long_film() -> Project {
    let project = Project::new(LONG);
    project.picture("a.png", (1600, 1200), [200, 100, 50]);
    project
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
    let (here, there) = (Workspace::new(), Workspace::new());
    let local = LocalExecutor::new(&here.cache, &here.workshop);
    let reference = here.build(&project, &local, 2, &CancelToken::default());
    assert!(reference.is_complete(), "{:?}", reference.failures);
    let expected = take_film(&project);

    let remote = AgentExecutor::new(&project, &there.cache);
    let summary = there.build(&project, &remote, 2, &CancelToken::default());
    assert!(summary.is_complete(), "{:?}", summary.failures);
    assert!(take_film(&project) == expected, "the films differ");
    assert_eq!(summary.keys, reference.keys);
    for (step, key) in &summary.ran.iter().map(|(step, _)| (step, summary.keys[step])).collect::<Vec<_>>() {
        assert_eq!(outcome(&there.cache, *key), outcome(&here.cache, *key), "{step}");
    }
    let (ran, sent) = (remote.ran.lock().unwrap().len(), remote.sent());
    // The picture is the only input that the agents neither have nor make.
    let picture = fs::metadata(project.path("a.png")).unwrap().len();
    assert!(ran > 8 && (1..2 * picture).contains(&sent), "{ran} steps, {sent} bytes for a picture of {picture}");
    println!("{ran} steps there; {sent} bytes of inputs sent");

    drop(remote);

    // Another client with an empty cache: the agents have all results, and no input is sent.
    let again = Workspace::new();
    let remote = AgentExecutor::new(&project, &again.cache);
    let start = Instant::now();
    let summary = again.build(&project, &remote, 2, &CancelToken::default());
    assert!(summary.is_complete() && take_film(&project) == expected);
    assert_eq!(remote.sent(), 0);
    println!("found there: {} steps in {:?}", summary.ran.len(), start.elapsed());
    drop(remote);
    wait_until("nothing runs any more", || project.processes().is_empty());
    let verified = project.run(&["agent", "--stdio", "--cache", project.path("far").to_str().unwrap()]);
    assert_eq!(verified.code, Some(0), "without input it ends at once");
    assert!(Cache::open(&project.path("far")).unwrap().verify().unwrap().is_clean());
}

#[test]
fn a_cancelled_build_leaves_nothing_running_there() {
    let project = long_film();
    let workspace = Workspace::new();
    let remote = AgentExecutor::new(&project, &workspace.cache);
    let agents = || project.processes().len();
    let cancel = CancelToken::default();
    std::thread::scope(|scope| {
        let built = scope.spawn(|| workspace.build(&project, &remote, 2, &cancel));
        // The agents and at least one encoder.
        wait_until("an encoder runs", || agents() > 2);
        cancel.set();
        // Takes about a second, more on a busy machine.
        let took = wait_until("no encoder runs", || encoders(&project) == 0);
        assert!(!built.join().unwrap().is_complete());
        println!("cancelled: the encoders were gone after {took:?}");
    });
    // Agents that ended their runs in time are still usable.
    let idle: Vec<_> = remote.idle.lock().unwrap().drain(..).collect();
    println!("{} agents rest", idle.len());
    for mut client in idle {
        workspace.run(&mut client, &workspace.text("still here")).unwrap();
    }
    wait_until("nothing runs any more", || agents() == 0);
}

#[test]
fn agents_that_are_killed_leave_no_encoders() {
    let project = long_film();
    let workspace = Workspace::new();
    let remote = AgentExecutor::new(&project, &workspace.cache);
    let cancel = CancelToken::default();
    std::thread::scope(|scope| {
        let built = scope.spawn(|| workspace.build(&project, &remote, 2, &cancel));
        wait_until("an encoder runs", || encoders(&project) > 0);
        for agent in project.processes().into_iter().filter(|id| name(*id) == "t2v") {
            let _ = kill(Pid::from_raw(agent), Signal::SIGKILL);
        }
        let took = wait_until("no encoder runs", || encoders(&project) == 0);
        cancel.set();
        assert!(!built.join().unwrap().is_complete());
        println!("killed: the encoders were gone after {took:?}");
    });
    drop(remote);
    wait_until("nothing runs any more", || project.processes().is_empty());
}

fn name(id: i32) -> String {
    fs::read_to_string(format!("/proc/{id}/comm")).unwrap_or_default().trim().to_owned()
}

fn encoders(project: &Project) -> usize {
    project.processes().into_iter().filter(|id| name(*id) == "ffmpeg").count()
}
