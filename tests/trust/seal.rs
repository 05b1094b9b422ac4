//! A build with nothing to do looks at hardly anything; still it notices whatever was disturbed.

use std::fs::{self, File, FileTimes};
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::Path;
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::common::{Project, Run};
use crate::{FILM, beside_others, film, sha};

/// What the second of two builds did.
#[derive(Debug, PartialEq)]
enum Second {
    /// Nothing at all: the seal was whole.
    Sealed,
    /// It looked everything up and ran so many steps.
    Looked(usize),
}

use Second::{Looked, Sealed};

fn project() -> Project {
    let project = Project::new(&FILM.replace("show: { colour: \"#204060\" }", "show: { image: a.png, motion: hold }"));
    // Bytes behind a picture's end are nobody's: so both are of one length.
    for (name, red) in [("a.png", 10), ("b.png", 200)] {
        project.picture(name, (64, 36), [red, 20, 30]);
        let mut bytes = fs::read(project.path(name)).unwrap();
        bytes.resize(2000, 0);
        project.write(name, bytes);
    }
    project
}

fn second(run: &Run) -> Second {
    assert_eq!(run.code, Some(0), "{run:#?}");
    let events: Vec<Value> = run.stdout.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let of = |what: &str| events.iter().filter(|event| event["event"] == what).count();
    let ran = events.iter().filter(|event| event["event"] == "finished" && event["how"]["ran"].is_object()).count();
    assert_eq!((of("begin"), of("end")), (1, 1));
    if of("planned") == 0 { Sealed } else { Looked(ran) }
}

fn build(project: &Project, variables: &[(&str, &str)], arguments: &[&str]) -> Run {
    let mut command = project.command(&[&["build", "--json"], arguments].concat());
    command.envs(variables.iter().copied());
    Run::from(command.output().unwrap())
}

/// Sets a file's time of modification back to what it was.
fn at_the_same_time(path: &Path, change: impl FnOnce()) {
    let before = fs::metadata(path).unwrap().modified().unwrap();
    change();
    File::options().write(true).open(path).unwrap().set_times(FileTimes::new().set_modified(before)).unwrap();
    assert_eq!(fs::metadata(path).unwrap().modified().unwrap(), before);
}

/// Another picture of exactly the same length in bytes.
fn other_picture(project: &Project) -> Vec<u8> {
    let (a, b) = (fs::read(project.path("a.png")).unwrap(), fs::read(project.path("b.png")).unwrap());
    assert!(a.len() == b.len() && a != b, "{} and {}", a.len(), b.len());
    b
}

fn swap_spec(project: &Project, from: &str, to: &str) {
    project.edit(from, to);
    project.edit(to, from);
}

type Disturb = fn(&Project);

/// Disturbances, and how many steps the next build runs at least and at most.
const DISTURBANCES: [(&str, Disturb, (usize, usize)); 14] = [
    (
        "a picture edited in place, its time set back",
        |p| {
            at_the_same_time(&p.path("a.png"), || p.write("a.png", other_picture(p)));
        },
        (2, 9),
    ),
    (
        "a picture replaced by another one of the same size and time",
        |p| {
            let before = fs::metadata(p.path("a.png")).unwrap().modified().unwrap();
            p.write("new.png", other_picture(p));
            let new = File::options().write(true).open(p.path("new.png")).unwrap();
            new.set_times(FileTimes::new().set_modified(before)).unwrap();
            fs::rename(p.path("new.png"), p.path("a.png")).unwrap();
        },
        (2, 9),
    ),
    (
        "a picture replaced by a link to another one",
        |p| {
            fs::remove_file(p.path("a.png")).unwrap();
            symlink("b.png", p.path("a.png")).unwrap();
        },
        (2, 9),
    ),
    ("a picture touched", |p| p.write("a.png", fs::read(p.path("a.png")).unwrap()), (0, 0)),
    ("the film edited", |p| p.write("out/video.mp4", "mine now"), (0, 0)),
    ("the film deleted", |p| fs::remove_file(p.path("out/video.mp4")).unwrap(), (0, 0)),
    (
        "the film's mode changed",
        |p| {
            fs::set_permissions(p.path("out/video.mp4"), fs::Permissions::from_mode(0o600)).unwrap();
        },
        (0, 0),
    ),
    ("subtitles deleted", |p| fs::remove_file(p.path("out/video.srt")).unwrap(), (0, 0)),
    ("the description edited", |p| p.write("out/video.description.txt", "x"), (0, 0)),
    ("all outputs deleted", |p| fs::remove_dir_all(p.path("out")).unwrap(), (0, 0)),
    ("the spec edited", |p| p.edit("We go on.", "We go on and on."), (5, 12)),
    ("the spec edited and put back", |p| swap_spec(p, "We go on.", "We do not."), (0, 0)),
    ("the spec touched", |p| p.write("video.yaml", fs::read(p.path("video.yaml")).unwrap()), (0, 0)),
    ("the cache deleted", |p| fs::remove_dir_all(p.path(".t2v")).unwrap(), (19, 19)),
];

#[test]
fn every_disturbance_is_noticed() {
    let _turn = beside_others();
    for (what, disturb, (least, most)) in DISTURBANCES {
        let project = project();
        assert_eq!(second(&build(&project, &[], &[])), Looked(19));
        let good = film(&project);
        assert_eq!(second(&build(&project, &[], &[])), Sealed, "before: {what}");
        disturb(&project);
        // What changed a moment ago is not sealed, for another change might not show.
        thread::sleep(Duration::from_millis(50));
        let run = build(&project, &[], &[]);
        let Looked(ran) = second(&run) else { panic!("not noticed: {what}") };
        assert!((least..=most).contains(&ran), "{what}: {ran} steps ran");
        assert_eq!(film(&project) == good, least == 0 || what == "the cache deleted", "{what}");
        assert_eq!(fs::read_dir(project.path("out")).unwrap().count(), 6, "{what}");
        assert_eq!(second(&build(&project, &[], &[])), Sealed, "after: {what}");
    }
}

#[test]
fn links_that_point_elsewhere_are_noticed() {
    let _turn = beside_others();
    let project = project();
    let point = |name: &str, to: &str| {
        let _ = fs::remove_file(project.path(name));
        symlink(to, project.path(name)).unwrap();
        // What changed a moment ago is not sealed.
        thread::sleep(Duration::from_millis(50));
    };
    fs::rename(project.path("a.png"), project.path("one.png")).unwrap();
    point("a.png", "one.png");
    let _ = build(&project, &[], &[]).ok();
    assert_eq!(second(&build(&project, &[], &[])), Sealed);
    point("a.png", "b.png");
    assert!(matches!(second(&build(&project, &[], &[])), Looked(2..)), "the picture is another one");
    assert_eq!(second(&build(&project, &[], &[])), Sealed);
    point("a.png", "one.png");
    assert_eq!(second(&build(&project, &[], &[])), Looked(0));

    fs::rename(project.path("video.yaml"), project.path("first.yaml")).unwrap();
    project.write("second.yaml", FILM);
    point("video.yaml", "first.yaml");
    let _ = build(&project, &[], &[]).ok();
    assert_eq!(second(&build(&project, &[], &[])), Sealed);
    point("video.yaml", "second.yaml");
    assert!(matches!(second(&build(&project, &[], &[])), Looked(2..)), "the spec is another one");
}

#[test]
fn other_tools_and_voices_are_noticed() {
    let _turn = beside_others();
    let project = project();
    let _ = build(&project, &[], &[]).ok();
    let bin = project.path("bin");
    fs::create_dir(&bin).unwrap();
    let real = std::env::var("PATH").unwrap();
    let which = real.split(':').map(|folder| Path::new(folder).join("ffmpeg")).find(|path| path.is_file()).unwrap();
    let script =
        format!("#!/bin/sh\n[ \"$1\" = -version ] && echo ffmpeg version 99.2\nexec {} \"$@\"\n", which.display());
    fs::write(bin.join("ffmpeg"), script).unwrap();
    fs::set_permissions(bin.join("ffmpeg"), fs::Permissions::from_mode(0o755)).unwrap();
    let path = format!("{}:{real}", bin.display());
    assert!(matches!(second(&build(&project, &[("PATH", &path)], &[])), Looked(3..)));
    assert_eq!(second(&build(&project, &[("PATH", &path)], &[])), Sealed);
    assert_eq!(second(&build(&project, &[], &[])), Looked(0));

    let voices = project.path("voices");
    let network = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/voice/kokoro.onnx");
    project.write("style.bin", 1f32.to_le_bytes().repeat(256));
    let variables = [("T2V_VOICES", voices.to_str().unwrap())];
    let mut add = project.command(&["voices", "add", network, "style.bin", "--name", "mine"]);
    let _ = Run::from(add.envs(variables).output().unwrap()).ok();
    // What changed a moment ago is not sealed.
    thread::sleep(Duration::from_millis(50));
    assert_eq!(second(&build(&project, &[], &[])), Sealed, "there are still none");
    assert_eq!(second(&build(&project, &variables, &[])), Looked(0), "one is there, and not used");
    assert_eq!(second(&build(&project, &variables, &[])), Sealed);
}

/// Each way to build a film has a seal of its own.
#[test]
fn drafts_and_single_scenes_are_sealed_apart() {
    let _turn = beside_others();
    let project = project();
    let ways: [&[&str]; 4] = [&[], &["--draft"], &["--only", "two"], &["--only", "two", "--draft"]];
    for way in ways {
        assert!(matches!(second(&build(&project, &[], way)), Looked(1..)), "{way:?}");
    }
    let films: Vec<_> =
        ["", ".draft", ".two", ".two.draft"].map(|name| sha(&project.path(&format!("out/video{name}.mp4")))).into();
    assert!(films.iter().all(Option::is_some), "{films:?}");
    for way in ways {
        assert_eq!(second(&build(&project, &[], way)), Sealed, "{way:?}");
    }
    fs::remove_file(project.path("out/video.draft.mp4")).unwrap();
    assert_eq!(second(&build(&project, &[], &[])), Sealed);
    assert_eq!(second(&build(&project, &[], &["--draft"])), Looked(0));
    project.edit("We end there.", "We end here.");
    for way in ways {
        assert!(second(&build(&project, &[], way)) != Sealed, "{way:?}");
    }
}

#[test]
fn what_there_is_to_say_about_a_spec_is_said_every_time() {
    let _turn = beside_others();
    let project = project();
    project.edit("We go on.", "We go on \u{f40}.");
    let first = project.run(&["build"]).ok();
    assert!(first.stderr.contains("warning"), "{}", first.stderr);
    for _ in 0..2 {
        let again = project.run(&["build"]).ok();
        assert!(again.stderr.contains("warning") && again.stdout.contains("nothing to do"), "{again:?}");
    }
    project.edit("We go on \u{f40}.", "We go on.");
    project.build(&[]);
    assert_eq!(second(&build(&project, &[], &[])), Sealed);
    project.edit("We go on.", "We [go on.");
    fs::remove_file(project.path("a.png")).unwrap();
    assert_eq!(project.run(&["build"]).code, Some(2), "a wrong spec is no sealed one");
}

#[test]
fn an_edit_of_a_table_is_noticed() {
    let _turn = beside_others();
    let project =
        Project::new(&FILM.replace("show: { title: \"On\", subtitle: \"and on\" }", "show: { table: t.csv }"));
    project.write("t.csv", "a,b\n1,2\n");
    let _ = build(&project, &[], &[]).ok();
    assert_eq!(second(&build(&project, &[], &[])), Sealed);
    at_the_same_time(&project.path("t.csv"), || project.write("t.csv", "a,b\n1,3\n"));
    // What changed a moment ago is not sealed.
    thread::sleep(Duration::from_millis(50));
    assert!(matches!(second(&build(&project, &[], &[])), Looked(2..)), "a cell is another one");
    assert_eq!(second(&build(&project, &[], &[])), Sealed);
    project.write("t.csv", "a,b\n1\n");
    let run = build(&project, &[], &[]);
    assert!(run.code == Some(2) && run.stderr.contains("line 2"), "{run:#?}");
}
