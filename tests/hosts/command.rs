//! `t2v hosts`, as a user calls it.

use std::path::Path;

use serde_json::Value;

use crate::common::hosts::{self, Hosts, Setup};
use crate::common::{Project, Run};

/// A user whose config names these hosts.
fn user(hosts: &Hosts, names: &str) -> Project {
    let project = Project::new("");
    std::fs::create_dir_all(project.path(".config/t2v")).unwrap();
    let config = format!("hosts: {names}\nssh-config: {}\n", hosts.config().display());
    project.write(".config/t2v/config.yaml", config);
    project
}

#[test]
fn hosts_are_looked_at_and_tidied_up() {
    let Some(hosts) = hosts::start(&[Setup::default(), Setup::default()]) else { return };
    let [first, second] = &hosts.all[..] else { panic!() };
    std::fs::write(hosts.file("known"), format!("{} {}", first.address, first.public_key())).unwrap();
    let project = user(&hosts, "[h0, { host: h1, slots: 2 }]");
    let run = project.run(&["hosts"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    for sign in
        ["h0: ready\n", "cores", " ms there and back, ", "h1: its ED25519 key is not known: ", &second.fingerprint()]
    {
        assert!(run.stdout.contains(sign), "`{sign}` in {run:#?}");
    }
    assert!(run.stdout.contains("  help: run `ssh h1` once"), "{run:#?}");
    assert!(!run.stdout.contains("elsewhere"), "both are this machine: {run:#?}");

    let run = project.run(&["hosts", "--accept-new", "h1", "--json"]).ok();
    let Value::Array(found) = serde_json::from_str(&run.stdout).unwrap() else { panic!("{run:?}") };
    let [found] = &found[..] else { panic!("{found:?}") };
    assert_eq!((&found["host"], &found["ready"], &found["slots"]), (&"h1".into(), &true.into(), &2.into()));
    assert!(found["bytes_per_second"].as_u64().unwrap() > 1_000_000, "{found}");
    let size = std::fs::metadata(env!("CARGO_BIN_EXE_t2v")).unwrap().len();
    assert!(found["kept"].as_u64().unwrap() >= size, "{found}");
    assert_eq!(project.run(&["hosts"]).ok().stdout.matches(": ready").count(), 2);

    let run = project.run(&["hosts", "clean"]).ok();
    assert_eq!(run.stdout.matches(": removed ").count(), 2, "{run:?}");
    for host in [first, second] {
        assert_eq!(host.run("ls $HOME/.cache/t2v 2>&1 | grep -v 'No such file'"), "");
    }
}

#[test]
fn hosts_that_lack_something_are_told_what() {
    let ffmpeg = "#!/bin/sh\necho 'ffmpeg version 5.1.0-strange'\n";
    let Some(hosts) = hosts::start(&[Setup { program: Some(("ffmpeg", ffmpeg)), ..Setup::default() }]) else { return };
    hosts.know();
    let run = user(&hosts, "[h0]").run(&["hosts"]).ok();
    let line = run.stdout.lines().find(|line| line.contains("ffmpeg: "));
    assert!(line.is_some_and(|line| line.ends_with("steps that need it run elsewhere")), "{run:#?}");
}

#[test]
fn wrong_names_and_configs_are_told() {
    let project = Project::new("");
    let says = |run: Run, code: i32, sign: &str| {
        assert_eq!(run.code, Some(code), "{run:?}");
        assert!((run.stderr.clone() + &run.stdout).contains(sign), "`{sign}` in {run:#?}");
    };
    says(project.run(&["hosts"]), 2, "hosts: [gpu1]");
    says(project.run(&["hosts", "--", "-oProxyCommand=touch x"]), 2, "this names no host");
    says(project.run(&["hosts", "me@127.0.0.1:1"]), 1, "nothing listens at 127.0.0.1:1");
    assert!(!Path::new(&project.path("x")).exists());
}
