//! Keys and bytes do not depend on where, when or by whom a film is built; they do on what it is built with.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::{Project, Run};
use crate::{FILM, beside_others, film};

/// The first film, with a picture, so that a file is among its inputs.
fn spec() -> String {
    FILM.replace("show: { colour: \"#204060\" }", "show: { image: a.png, motion: zoom-in }")
}

fn project() -> Project {
    let project = Project::new(&spec());
    project.picture("a.png", (64, 36), [90, 120, 150]);
    project
}

/// Every step that ran, and the key of its result, out of the record logs.
fn keys(folder: &Path) -> BTreeMap<String, String> {
    let mut keys = BTreeMap::new();
    for log in fs::read_dir(folder.join(".t2v/cache/v3/records")).unwrap() {
        for line in fs::read_to_string(log.unwrap().path()).unwrap().lines() {
            let record: serde_json::Value = serde_json::from_str(line.split_once(' ').unwrap().1).unwrap();
            let action =
                format!("{} {} {}", record["action"]["kind"], record["action"]["params"], record["action"]["inputs"]);
            keys.insert(action, record["key"].as_str().unwrap().to_owned());
        }
    }
    keys
}

/// What is different, as environment variables and arguments.
type Elsewhere = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str]);

#[test]
fn where_when_and_by_whom_makes_no_difference() {
    let _turn = beside_others();
    let here = project();
    here.build(&["-j", "1"]);
    let (film_here, keys_here) = (film(&here), keys(here.root()));
    assert_eq!(keys_here.len(), 19, "{keys_here:#?}");

    let elsewhere: [Elsewhere; 5] = [
        ("two slots", &[], &["-j", "2"]),
        ("many slots", &[], &["-j", "9"]),
        ("another time zone", &[("TZ", "Asia/Kathmandu")], &[]),
        ("another language", &[("LANG", "tr_TR.UTF-8"), ("LC_ALL", "de_DE.ISO-8859-1"), ("LANGUAGE", "ar")], &[]),
        ("another user", &[("HOME", "/nonexistent"), ("USER", "nobody"), ("LOGNAME", "x"), ("COLUMNS", "7")], &[]),
    ];
    for (what, variables, arguments) in elsewhere {
        let there = project();
        let mut command = there.command(&[&["build"], arguments].concat());
        command.envs(variables.iter().copied());
        let _ = Run::from(command.output().unwrap()).ok();
        assert_eq!(keys(there.root()), keys_here, "{what}");
        assert_eq!(film(&there), film_here, "{what}");
    }

    let linked = project();
    let door = tempfile::tempdir().unwrap();
    let link = door.path().join("a link, with blanks");
    symlink(linked.root(), &link).unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_t2v"));
    command.args(["build", "video.yaml"]).current_dir(&link).env("HOME", door.path());
    let _ = Run::from(command.output().unwrap()).ok();
    assert_eq!(keys(linked.root()), keys_here, "by way of a link");
    assert_eq!(film(&linked), film_here, "by way of a link");
    let run = linked.run(&["build", "video.yaml"]).ok();
    assert!(run.stdout.contains("nothing to do"), "the folder is the same one: {}", run.stdout);
    let whole = linked.path("video.yaml");
    let run = linked.run(&["build", whole.to_str().unwrap()]).ok();
    assert!(run.ran().is_empty() && run.stdout.contains("nothing to do"), "by its whole path: {}", run.stdout);
}

/// `t2v explain` gives the key of a step: the same in every project, another one after an edit.
#[test]
fn the_key_that_is_told_is_the_key() {
    let _turn = beside_others();
    let (here, there) = (project(), project());
    let key = |project: &Project| {
        let told = project.run(&["explain", "scene:one/speech/1"]).ok().stdout;
        told.lines().find_map(|line| line.strip_prefix("key ")).unwrap().to_owned()
    };
    here.build(&[]);
    let before = key(&here);
    assert_eq!(key(&there), before, "not built yet");
    assert!(keys(here.root()).values().any(|key| *key == before));
    here.edit("We begin here.", "We begin there.");
    assert_ne!(key(&here), before);
    here.edit("We begin there.", "We begin here.");
    assert_eq!(key(&here), before);
}

fn which(name: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|path| path.is_file()).unwrap()
}

fn build_with(project: &Project, path: &str) -> Run {
    Run::from(project.command(&["build"]).env("PATH", path).output().unwrap()).ok()
}

/// Steps of these kinds in a list of step names.
fn speech(names: &[String]) -> usize {
    names.iter().filter(|name| name.contains("/speech/")).count()
}

#[test]
fn another_ffmpeg_makes_all_that_ffmpeg_makes_again_and_nothing_else() {
    let _turn = beside_others();
    let project = project();
    let all = project.build(&[]);
    let before = film(&project);
    let real = which("ffmpeg");
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = -version ]; then {0} -version | sed '1s/version [^ ]*/version 99.1-other/'; else exec {0} \"$@\"; fi\n",
        real.display()
    );
    let path = project.with_program("ffmpeg", &script);
    let run = build_with(&project, &path);
    let ran = run.ran();
    let by_ffmpeg: Vec<String> = all
        .iter()
        .filter(|name| name.contains("/picture/") || name.ends_with("/transition") || *name == "film/sound")
        .cloned()
        .collect();
    // It gives the same bytes, so what depends on them stays.
    assert_eq!(ran, by_ffmpeg);
    assert_eq!(film(&project), before);
    assert!(project.build(&[]).is_empty(), "the first one's results are still there");
    assert!(build_with(&project, &path).ran().is_empty(), "and the second one's");
    let why = project.command(&["explain", "film/sound"]).env("PATH", &path).output().unwrap();
    assert!(String::from_utf8_lossy(&why.stdout).contains("tools.ffmpeg"), "{why:?}");
}

#[test]
fn another_espeak_or_another_voice_speaks_again() {
    let _turn = beside_others();
    let project = project();
    let all = project.build(&[]);
    let script = format!(
        "#!/bin/sh\nif [ \"$1\" = --version ]; then {0} --version | sed '1s/: [^ ]*/: 9.9/'; else exec {0} \"$@\"; fi\n",
        which("espeak-ng").display()
    );
    let path = project.with_program("espeak-ng", &script);
    let ran = build_with(&project, &path).ran();
    assert_eq!(ran.len(), 3, "the same sound: {ran:?}");
    assert_eq!(speech(&ran), speech(&all));

    project.edit("name: en-us", "name: en-gb");
    let ran = project.build(&[]);
    assert_eq!(speech(&ran), 3, "{ran:?}");
    assert!(ran.contains(&"film/sound".to_owned()) && ran.contains(&"film/mux".to_owned()), "{ran:?}");
    project.edit("name: en-gb, speed: 2", "name: en-us, speed: 1.9");
    assert_eq!(speech(&project.build(&[])), 3);
}

/// A voice that was brought is known by its files' bytes, not by its name.
#[test]
fn another_model_under_the_same_name_speaks_again() {
    let _turn = beside_others();
    let project = Project::new(&FILM.replace("{ engine: espeak, name: en-us, speed: 2 }", "mine"));
    let network = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/voice/kokoro.onnx");
    let add = |name: &str, style: f32| {
        project.write("style.bin", style.to_le_bytes().repeat(256));
        let _ = project.run(&["voices", "add", network, "style.bin", "--name", name]).ok();
    };
    add("mine", 1.0);
    project.build(&[]);
    assert!(project.run(&["build"]).ok().stdout.contains("nothing to do"));
    add("mine", 2.0);
    assert_eq!(speech(&project.build(&[])), 3);
    add("mine", 1.0);
    assert!(project.build(&[]).is_empty(), "the first one is known");
    add("yours", 1.0);
    project.edit("voice: mine", "voice: yours");
    assert!(project.build(&[]).is_empty(), "the same voice by another name");
}
