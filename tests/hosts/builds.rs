//! Whole builds with `--on`, with the real program on both sides, and hosts that fail in many ways.

use std::fs;
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::HANG_TIMEOUT;
use crate::common::hosts::{self, Hosts, Setup};
use crate::common::{Project, Running};

const HEAD: &str = r##"
title: Away
output: { size: 192x108, fps: 24, quality: draft }
voice: { engine: espeak, name: en-us, speed: 1.5 }
defaults: { lead: 0.2s, tail: 0.2s, transition: { kind: crossfade, length: 0.2s } }
scenes:
"##;

/// A film of `scenes` scenes, each with its own picture and speech.
fn film(scenes: usize) -> Project {
    let scene = |i: usize| {
        format!(
            "  - {{ id: s{i}, say: \"This is scene {i} of the film, and it goes on for a while.\", show: {{ image: p{i}.png, motion: zoom-in }} }}\n"
        )
    };
    let project = Project::new(&(HEAD.to_owned() + &(0..scenes).map(scene).collect::<String>()));
    for i in 0..scenes {
        let noise = |x: u32, y: u32| ((x * 31 + y * 17 + i as u32 * 7) ^ (x * y)) as u8;
        let picture = image::RgbImage::from_fn(400, 300, |x, y| image::Rgb([noise(x, y), noise(y, x), (x / 2) as u8]));
        picture.save(project.path(&format!("p{i}.png"))).unwrap();
    }
    project
}

/// The user's config, with the SSH configuration of these hosts.
pub fn configured(project: &Project, hosts: &Hosts, more: &str) {
    let folder = project.path(".config/t2v");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("config.yaml"), format!("ssh-config: {}\n{more}", hosts.config().display())).unwrap();
}

pub fn some(setups: &[Setup]) -> Option<Hosts> {
    let hosts = hosts::start(setups)?;
    hosts.know();
    Some(hosts)
}

/// Slots and start times of the steps in a `--json` build whose names contain `part`.
pub fn started(stdout: &str, part: &str) -> Vec<(String, f64)> {
    let started = |line: &str| {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let ours = event["event"] == "started" && event["step"].as_str().unwrap().contains(part);
        ours.then(|| (event["slot"].as_str().unwrap().to_owned(), event["t"].as_f64().unwrap()))
    };
    stdout.lines().filter_map(started).collect()
}

/// The slots in which the steps of a `--json` build ran.
fn slots(stdout: &str) -> Vec<String> {
    started(stdout, "").into_iter().map(|(slot, _)| slot).collect()
}

fn on(slots: &[String], place: &str) -> usize {
    slots.iter().filter(|slot| slot.starts_with(&format!("{place} "))).count()
}

/// The film as this machine alone makes it.
fn reference(project: &Project) -> Vec<u8> {
    let mut command = project.command(&["build", "--here"]);
    let elsewhere = tempfile::tempdir().unwrap();
    assert!(command.env("T2V_CACHE", elsewhere.path()).status().unwrap().success());
    let film = fs::read(project.path("out/video.mp4")).unwrap();
    fs::remove_dir_all(project.path("out")).unwrap();
    film
}

/// A film that is to be built on hosts, and what this machine alone makes of it.
struct HostedBuild {
    hosts: Hosts,
    project: Project,
    reference: Vec<u8>,
}

/// Starts hosts, and writes a film of `scenes` scenes with this config; `None` where no hosts can be started.
fn prepared(setups: &[Setup], scenes: usize, config: &str) -> Option<HostedBuild> {
    let hosts = some(setups)?;
    let project = film(scenes);
    let reference = reference(&project);
    configured(&project, &hosts, config);
    Some(HostedBuild { hosts, project, reference })
}

fn made(project: &Project) -> Vec<u8> {
    fs::read(project.path("out/video.mp4")).unwrap()
}

/// Waits until `count` steps have started on the host.
fn await_steps(build: &Running, host: &str, count: usize) {
    let start = Instant::now();
    while on(&slots(&whole_lines(&build.stdout())), host) < count {
        assert!(start.elapsed() < HANG_TIMEOUT, "{}\n{}", build.stdout(), build.stderr());
        thread::sleep(Duration::from_millis(20));
    }
}

fn whole_lines(text: &str) -> String {
    text[..text.rfind('\n').map_or(0, |end| end + 1)].to_owned()
}

/// Waits until no process of t2v runs on the hosts.
fn nothing_is_left(hosts: &Hosts) {
    let start = Instant::now();
    let running =
        || hosts.all.iter().flat_map(|host| [host.processes("t2v"), host.processes("ffmpeg")].concat()).count();
    while running() > 0 {
        assert!(start.elapsed() < HANG_TIMEOUT, "{} processes are left", running());
        thread::sleep(Duration::from_millis(50));
    }
}

#[test]
fn a_film_made_on_hosts_is_the_same_to_the_byte() {
    let Some(HostedBuild { hosts, project, reference }) =
        prepared(&[Setup::default(), Setup::default()], 8, "hosts: [h0, { host: h1, slots: 3 }]\n")
    else {
        return;
    };
    let run = project.run(&["build", "-j", "1", "--json"]).ok();
    assert!(made(&project) == reference, "the film differs");
    let slots = slots(&run.stdout);
    assert!(on(&slots, "h0") > 2 && on(&slots, "h1") > 2, "{slots:?}");
    assert!(run.stdout.contains(r#""news":{"joined":{"slots":3"#), "{}", run.stdout);
    nothing_is_left(&hosts);
    // The hosts keep their results: a build without its own cache only fetches them.
    fs::remove_dir_all(project.path(".t2v")).unwrap();
    fs::remove_dir_all(project.path("out")).unwrap();
    project.run(&["build", "-j", "1", "--on", "h0"]).ok().ran();
    assert!(made(&project) == reference, "the film differs the second time");
    project.verify();
    let there = hosts.all[0].home().join(".cache/t2v");
    assert!(fs::read_dir(there.join("bin")).unwrap().count() == 1, "one executable for all sessions and builds");
}

#[test]
fn a_host_that_is_not_known_gets_nothing_and_the_build_goes_on() {
    let Some(hosts) = hosts::start(&[Setup::default()]) else { return };
    let project = film(2);
    configured(&project, &hosts, "");
    let run = project.run(&["build", "--on", "h0"]).ok();
    let line = run.stderr.lines().find(|line| line.starts_with("h0: ")).unwrap_or_else(|| panic!("{}", run.stderr));
    assert!(line.contains(&hosts.all[0].fingerprint()) && line.contains("not used"), "{line}");
    assert!(!Path::new(&hosts.all[0].home()).join(".cache").exists(), "something was left there");
    let wrong = project.run(&["build", "--on", "bad host"]);
    assert_eq!(wrong.code, Some(0), "an unchanged film asks nobody");
    project.edit("scene 0", "scene nought");
    let wrong = project.run(&["build", "--on", "bad host"]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("bad host"), "{wrong:#?}");
}

#[test]
fn a_host_that_dies_in_mid_build_costs_nothing_but_time() {
    let Some(HostedBuild { hosts, project, reference }) =
        prepared(&[Setup::default(), Setup::default()], 10, "hosts: [h0, h1]\n")
    else {
        return;
    };
    let mut build = project.spawn(&["build", "-j", "1", "--json"]);
    await_steps(&build, "h0", 1);
    let host = &hosts.all[0];
    host.signal("sshd", Signal::SIGKILL);
    host.signal("t2v", Signal::SIGKILL);
    let run = build.end().ok();
    assert!(made(&project) == reference, "the film differs");
    let told: Vec<&str> = run.stdout.lines().filter(|line| line.contains(r#""event":"host","host":"h0""#)).collect();
    assert!(told.iter().any(|line| line.contains(r#""left""#)), "{told:#?}");
    assert!(told.len() <= 4, "too much is said of it: {told:#?}");
    nothing_is_left(&hosts);
    project.verify();
}

#[test]
fn an_interrupted_build_leaves_nothing_running_there() {
    let Some(hosts) = some(&[Setup::default()]) else { return };
    let project = film(10);
    configured(&project, &hosts, "hosts: [h0]\n");
    let mut build = project.spawn(&["build", "-j", "1", "--json"]);
    await_steps(&build, "h0", 1);
    build.signal(Signal::SIGINT);
    let run = build.end();
    assert_eq!(run.code, Some(130), "{run:#?}");
    nothing_is_left(&hosts);
    let mut build = project.spawn(&["build", "-j", "1", "--json"]);
    await_steps(&build, "h0", 1);
    build.signal(Signal::SIGKILL);
    let _ = build.end();
    nothing_is_left(&hosts);
}

#[test]
fn a_host_without_room_is_told_and_left_alone() {
    // Enough space for the executable, but hardly for anything else.
    let size = fs::metadata(env!("CARGO_BIN_EXE_t2v")).unwrap().len() / 1024 + 2048;
    let Some(HostedBuild { hosts, project, reference }) =
        prepared(&[Setup { disk: Some(size as u32), ..Setup::default() }], 4, "hosts: [h0]\n")
    else {
        return;
    };
    let run = project.run(&["build", "-j", "1"]).ok();
    assert!(made(&project) == reference, "the film differs");
    assert!(run.stderr.contains("its disk is full"), "{}", run.stderr);
    nothing_is_left(&hosts);
}

#[test]
fn a_host_with_another_ffmpeg_is_told_and_makes_no_pictures() {
    let ffmpeg = "#!/bin/sh\n[ \"$1\" = -version ] && { echo 'ffmpeg version 0.1 Copyright'; exit 0; }\nexit 1\n";
    let Some(HostedBuild { hosts: _hosts, project, reference }) =
        prepared(&[Setup { program: Some(("ffmpeg", ffmpeg)), ..Setup::default() }], 4, "hosts: [h0]\n")
    else {
        return;
    };
    let run = project.run(&["build", "-j", "1"]).ok();
    assert!(made(&project) == reference, "the film differs");
    assert!(run.stderr.contains("its ffmpeg is not the same as here"), "{}", run.stderr);
}

#[test]
fn a_host_with_another_ffmpeg_makes_pictures_with_ours_if_it_may() {
    let ffmpeg = "#!/bin/sh\n[ \"$1\" = -version ] && { echo 'ffmpeg version 0.1 Copyright'; exit 0; }\nexit 1\n";
    let Some(HostedBuild { hosts, project, reference }) = prepared(
        &[Setup { program: Some(("ffmpeg", ffmpeg)), ..Setup::default() }],
        6,
        "hosts: [{ host: h0, send-tools: true }]\n",
    ) else {
        return;
    };
    let seen = project.run(&["hosts"]).ok();
    assert!(!seen.stdout.contains("another one than here"), "{}", seen.stdout);
    let run = project.run(&["build", "-j", "1", "--json"]).ok();
    assert!(made(&project) == reference, "the film differs");
    let far = |(slot, _): &&(String, f64)| slot.starts_with("h0 ");
    assert!(started(&run.stdout, "/picture/").iter().filter(far).count() > 1, "{}", run.stdout);
    nothing_is_left(&hosts);
}

#[test]
fn a_host_that_comes_late_helps_from_then_on() {
    let Some(HostedBuild { hosts, project, reference }) = prepared(&[Setup::default()], 16, "hosts: [h0]\n") else {
        return;
    };
    hosts.all[0].run("iptables -I INPUT -p tcp --dport 22 -j REJECT --reject-with tcp-reset");
    let mut build = project.spawn(&["build", "-j", "1", "--json"]);
    let start = Instant::now();
    while !build.stdout().contains(r#""refused""#) {
        assert!(start.elapsed() < HANG_TIMEOUT, "{}\n{}", build.stdout(), build.stderr());
        thread::sleep(Duration::from_millis(20));
    }
    hosts.all[0].mend();
    let run = build.end().ok();
    assert!(made(&project) == reference, "the film differs");
    assert!(run.stdout.contains(r#""joined""#) && on(&slots(&run.stdout), "h0") > 0, "{}", run.stdout);
    nothing_is_left(&hosts);
}

#[test]
fn two_builds_share_a_host() {
    let Some(hosts) = some(&[Setup::default()]) else { return };
    let projects = [film(5), film(5)];
    let reference = reference(&projects[0]);
    let mut builds: Vec<Running> = Vec::new();
    for project in &projects {
        configured(project, &hosts, "hosts: [h0]\n");
        builds.push(project.spawn(&["build", "-j", "1", "--json"]));
    }
    for (project, build) in projects.iter().zip(&mut builds) {
        let _ = build.end().ok();
        assert!(made(project) == reference, "the film differs");
    }
    nothing_is_left(&hosts);
}

#[test]
fn a_host_that_stands_still_is_given_up_and_its_late_answer_is_harmless() {
    let Some(HostedBuild { hosts, project, reference }) = prepared(&[Setup::default()], 6, "hosts: [h0]\n") else {
        return;
    };
    let mut build = project.spawn(&["build", "-j", "1", "--json"]);
    await_steps(&build, "h0", 1);
    let host = &hosts.all[0];
    host.signal("", Signal::SIGSTOP);
    let run = build.end().ok();
    assert!(made(&project) == reference, "the film differs");
    assert!(run.stdout.contains(r#""left""#), "{}", run.stdout);
    host.signal("", Signal::SIGCONT);
    thread::sleep(Duration::from_secs(1));
    project.verify();
    nothing_is_left(&hosts);
}
