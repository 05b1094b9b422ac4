//! The program as a user meets it: what it runs again, what it says, and how it ends.

mod common;

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use common::{Project, Run};

const FILM: &str = r##"
title: Two scenes
output: { size: 160x90, quality: draft }
scenes:
  - { id: one, say: "We begin here.", show: { colour: "#204060" } }
  - { id: two, say: "We end there.", show: { gradient: { colours: ["#102030", "#a05020"] } } }
"##;

#[test]
fn only_what_an_edit_touches_runs_again() {
    let project = Project::new(FILM);
    let all = project.build(&[]);
    assert_eq!(
        all,
        [
            "film/description",
            "film/mux",
            "film/sound",
            "film/srt",
            "film/thumbnail",
            "film/vtt",
            "scene:one/picture/1",
            "scene:one/picture/head",
            "scene:one/speech/1",
            "scene:one/still",
            "scene:two/picture/1",
            "scene:two/picture/tail",
            "scene:two/speech/1",
            "scene:two/still",
            "scene:two/transition",
        ]
    );
    let again = project.run(&["build"]).ok();
    assert!(again.ran().is_empty());
    assert!(again.stdout.contains("nothing to do: 15 steps reused"), "{}", again.stdout);

    project.edit("We end there.", "We end over there.");
    let changed = project.build(&[]);
    assert!(!changed.iter().any(|step| step.starts_with("scene:one/")), "{changed:?}");
    assert!(changed.contains(&"scene:two/speech/1".to_owned()) && changed.contains(&"film/mux".to_owned()));

    project.edit("We end over there.", "We end there.");
    assert!(project.build(&[]).is_empty(), "what was made before is still known");
}

/// A listing and a chart, whose files are read with the spec.
const EXHIBITS: &str = r##"
output: { size: 160x90, quality: draft }
scenes:
  - { id: code, length: 1s, show: { code: main.rs, lines: 2-3 }, transition: cut }
  - { id: chart, length: 1s, show: { chart: { kind: bar, data: d.csv } }, transition: cut }
"##;

#[test]
fn files_that_are_read_with_the_spec_are_noticed_when_they_change() {
    let project = Project::new(EXHIBITS);
    project.write("main.rs", "// one\nlet a = 1;\nlet b = 2;\n");
    project.write("d.csv", "what,how many\na,1\nb,2\n");
    project.build(&[]);
    assert!(project.run(&["build"]).ok().stdout.contains("nothing to do"));

    project.write("main.rs", "// one\nlet a = 1;\nlet c = 3;\n");
    let ran = project.build(&[]);
    assert!(ran.iter().any(|step| step.starts_with("scene:code/picture")), "{ran:?}");
    assert!(!ran.iter().any(|step| step.starts_with("scene:chart/")), "{ran:?}");

    project.write("d.csv", "what,how many\na,1\nb,3\n");
    let ran = project.build(&[]);
    assert!(ran.iter().any(|step| step.starts_with("scene:chart/picture")), "{ran:?}");
    assert!(!ran.iter().any(|step| step.starts_with("scene:code/")), "{ran:?}");

    project.write("main.rs", "// two\nlet a = 1;\nlet c = 3;\n// more\n");
    assert!(project.build(&[]).is_empty(), "no line that is shown has changed");
    fs::remove_file(project.path("d.csv")).unwrap();
    assert_eq!(project.run(&["build"]).code, Some(2));
}

#[test]
fn variants_share_what_they_have_in_common() {
    let variants =
        "variants:\n  - { name: wide }\n  - { name: tall, size: 90x160 }\n  - { name: cut, scenes: [two] }\nscenes:";
    let project = Project::new(&FILM.replace("scenes:", variants));
    let ran = project.build(&[]);
    for name in ["wide", "tall", "cut"] {
        let film = project.path(&format!("out/video.{name}.mp4"));
        assert!(film.exists(), "{name}");
    }
    let times = |step: &str| ran.iter().filter(|ran| *ran == step).count();
    assert_eq!((times("scene:one/speech/1"), times("scene:two/speech/1")), (1, 1), "{ran:?}");
    assert_eq!((times("scene:two/transition"), times("film/mux")), (2, 3), "{ran:?}");
    let again = project.run(&["build"]).ok();
    assert_eq!(again.stdout.matches("nothing to do").count(), 3, "{}", again.stdout);
    project.edit("We begin here.", "We start here.");
    let one = project.build(&["--variant", "tall"]);
    assert!(one.contains(&"scene:one/speech/1".to_owned()), "{one:?}");
    let rest = project.build(&[]);
    assert!(!rest.contains(&"scene:one/speech/1".to_owned()) && rest.contains(&"film/mux".to_owned()), "{rest:?}");
    let wrong = project.run(&["build", "--variant", "talll"]);
    assert_eq!(wrong.code, Some(2));
    assert!(wrong.stderr.contains("there is no variant `talll`"), "{}", wrong.stderr);
    let watched = project.run(&["build", "--watch"]);
    assert!(watched.code == Some(2) && watched.stderr.contains("--variant wide"), "{watched:?}");
    let checked = project.run(&["check"]).ok();
    assert_eq!(checked.stdout.matches("no mistakes").count(), 3);
}

#[test]
fn a_sheet_shows_every_scene_without_making_the_film() {
    let project = Project::new(FILM);
    let run = project.run(&["sheet", "--columns", "1"]).ok();
    assert_eq!(run.stdout, "out/video.sheet.jpg: 2 scenes\n");
    assert!(!project.path("out/video.mp4").exists());
    let sheet = image::open(project.path("out/video.sheet.jpg")).unwrap().to_rgb8();
    let (width, height) = sheet.dimensions();
    let near = |at: (u32, u32), want: [u8; 3]| {
        let got = sheet.get_pixel(at.0, at.1).0;
        assert!(got.iter().zip(want).all(|(a, b)| a.abs_diff(b) < 12), "{at:?}: {got:?}");
    };
    near((width / 2, height / 5), [0x20, 0x40, 0x60]);
    assert_eq!(project.run(&["sheet", "-o", "sheet.mp3"]).code, Some(2));
    let ran = project.build(&[]);
    assert!(ran.iter().all(|step| !step.ends_with("/still") && !step.contains("/speech/")), "{ran:?}");
}

#[test]
fn a_thumbnail_is_taken_where_it_is_asked_for() {
    let project = Project::new(FILM);
    project.picture("own.png", (320, 180), [200, 30, 30]);
    let seen = |thumbnail: &str| {
        project.write("video.yaml", format!("{thumbnail}\n{FILM}"));
        let _ = project.build(&[]);
        let picture = image::open(project.path("out/video.jpg")).unwrap().to_rgb8();
        let at = |x: u32, y: u32| picture.get_pixel(picture.width() * x / 100, picture.height() * y / 100).0;
        (at(98, 5), at(2, 5), picture.pixels().filter(|pixel| pixel.0.iter().all(|&channel| channel > 200)).count())
    };
    let near = |a: [u8; 3], b: [u8; 3]| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) < 14);
    let first = seen("");
    assert!(near(first.0, [0x20, 0x40, 0x60]) && first.2 == 0, "{first:?}");
    let headed = seen("thumbnail: { headline: Look }");
    assert!(near(headed.0, first.0) && headed.2 > 100, "{headed:?}");
    let second = seen("thumbnail: { scene: two, at: 0.5 }");
    assert!(near(second.1, [0x10, 0x20, 0x30]) && !near(second.1, first.1), "{second:?}");
    let own = seen("thumbnail: own.png");
    assert!(near(own.0, [200, 30, 30]) && near(own.1, [200, 30, 30]), "{own:?}");
}

#[test]
fn a_deleted_film_comes_back_from_the_cache() {
    let project = Project::new(FILM);
    project.build(&[]);
    let film = fs::read(project.path("out/video.mp4")).unwrap();
    fs::remove_dir_all(project.path("out")).unwrap();
    assert!(project.build(&[]).is_empty());
    assert_eq!(fs::read(project.path("out/video.mp4")).unwrap(), film);
}

#[test]
fn nothing_changed_starts_no_process() {
    let project = Project::new(FILM);
    project.build(&[]);
    let mut traced = Command::new("strace");
    traced
        .args(["-f", "-qq", "-e", "trace=execve", "-o"])
        .arg(project.path("trace"))
        .arg(env!("CARGO_BIN_EXE_t2v"))
        .arg("build");
    traced.current_dir(project.root()).env("HOME", project.root());
    // cargo sets one for tests, and another loader environment would be a reason to ask the tools again.
    traced.env_remove("LD_LIBRARY_PATH");
    let Ok(output) = traced.output() else { panic!("strace is missing; scripts/setup test installs it") };
    assert!(Run::from(output).ok().stdout.contains("nothing to do"));
    let trace = fs::read_to_string(project.path("trace")).unwrap();
    assert_eq!(trace.matches("execve(").count(), 1, "{trace}");
}

/// Digests of all blobs: what a build made, whatever the film.
fn blobs(project: &Project) -> BTreeMap<String, u64> {
    let mut found = BTreeMap::new();
    for folder in fs::read_dir(project.path(".t2v/cache/v3/blobs")).unwrap() {
        for blob in fs::read_dir(folder.unwrap().path()).unwrap() {
            let blob = blob.unwrap();
            found.insert(blob.file_name().into_string().unwrap(), blob.metadata().unwrap().len());
        }
    }
    found
}

#[test]
fn the_same_spec_gives_the_same_bytes_anywhere() {
    let (here, there) = (Project::new(FILM), Project::new(FILM));
    here.build(&["-j", "1"]);
    let mut command = there.command(&["build", "-j", "2"]);
    command.env("TZ", "Asia/Kathmandu").env("LANG", "de_DE.UTF-8").env("LC_ALL", "de_DE.UTF-8");
    let _ = Run::from(command.output().unwrap()).ok();
    assert_eq!(blobs(&here), blobs(&there));
}

#[test]
fn a_shared_cache_serves_another_project() {
    let (here, there) = (Project::new(FILM), Project::new(FILM));
    let shared = here.path("shared");
    let build =
        |project: &Project| Run::from(project.command(&["build"]).env("T2V_CACHE", &shared).output().unwrap()).ok();
    assert!(!build(&here).ran().is_empty());
    assert!(build(&there).ran().is_empty());
    assert!(there.path("out/video.mp4").exists() && !there.path(".t2v").exists());
}

#[test]
fn a_cache_that_is_only_read_serves_all_that_needs_no_writing() {
    let project = Project::new(FILM);
    project.build(&[]);
    let run =
        |arguments: &[&str]| Run::from(project.command(arguments).env("T2V_CACHE_READ_ONLY", "1").output().unwrap());
    let before = blobs(&project);
    for arguments in
        [&["plan"][..], &["explain", "film/mux"], &["graph"], &["check"], &["log"], &["cache", "stats"], &["build"]]
    {
        let _ = run(arguments).ok();
    }
    fs::remove_file(project.path("out/video.mp4")).unwrap();
    let _ = run(&["build"]).ok();
    assert!(project.path("out/video.mp4").exists(), "what is in the cache is copied out of it");

    project.edit("We begin here.", "We start here.");
    let _ = run(&["plan"]).ok();
    let refused = run(&["build"]);
    assert_eq!(refused.code, Some(1));
    let folder = project.path(".t2v/cache").canonicalize().unwrap();
    for part in [folder.to_str().unwrap(), "can only be read", "unset T2V_CACHE_READ_ONLY", "T2V_CACHE=DIR"] {
        assert!(refused.stderr.contains(part), "`{part}` is not in: {}", refused.stderr);
    }
    let gc = run(&["cache", "gc"]);
    assert!(gc.code != Some(0) && gc.stderr.contains("can only be read"), "{}", gc.stderr);
    assert_eq!(blobs(&project), before);
}

#[test]
fn one_scene_or_a_draft_goes_into_a_file_of_its_own() {
    let project = Project::new(&FILM.replace("quality: draft", "quality: standard"));
    project.build(&["--only", "two"]);
    assert!(project.path("out/video.two.mp4").exists() && !project.path("out/video.mp4").exists());
    project.build(&["--draft"]);
    let size = common::media::probe(&project.path("out/video.draft.mp4"), "v", "stream=width,height");
    assert_eq!(size, ["80,44"]);
    let unknown = project.run(&["build", "--only", "three"]);
    assert_eq!(unknown.code, Some(2));
    assert!(
        unknown.stderr.contains("there is no scene `three`") && unknown.stderr.contains("one, two"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn a_dry_run_says_what_would_run_and_leaves_nothing() {
    let project = Project::new(FILM);
    let first = project.run(&["build", "--dry-run"]).ok();
    assert!(first.stdout.contains("would run scene:one/speech/1"), "{}", first.stdout);
    assert!(!project.path("out").exists());
    project.build(&[]);
    project.edit("colour: \"#204060\"", "colour: \"#604020\"");
    let second = project.run(&["build", "--dry-run"]).ok();
    assert!(
        second.stdout.contains("would run scene:one/picture/1") && !second.stdout.contains("speech"),
        "{}",
        second.stdout
    );
    project.edit("colour: \"#604020\"", "colour: \"#204060\"");
    fs::remove_dir_all(project.path("out")).unwrap();
    let third = project.run(&["build", "--dry-run"]).ok();
    assert!(third.stdout.starts_with("0 steps would run") && !project.path("out").exists(), "{}", third.stdout);
}

#[test]
fn every_mistake_is_told_at_once_and_nothing_is_built() {
    let project =
        Project::new("titel: x\nscenes:\n  - { say: 3s, show: { image: gone.png } }\n  - { id: a, shoe: 1 }\n");
    for command in ["check", "build"] {
        let run = project.run(&[command]);
        assert_eq!(run.code, Some(2));
        for word in ["titel", "did you mean `title`", "gone.png", "shoe", "did you mean `show`"] {
            assert!(run.stderr.contains(word), "{word} is missing in {}", run.stderr);
        }
    }
    assert!(!project.path(".t2v").exists());
}

#[test]
fn arguments_that_are_wrong_exit_with_2() {
    let project = Project::new(FILM);
    for wrong in [&["build", "-j", "0"][..], &["build", "--nonsense"], &["bild"], &["build", "nowhere.yaml"], &[]] {
        assert_eq!(project.run(wrong).code, Some(2), "{wrong:?}");
    }
    assert_eq!(project.run(&["--help"]).code, Some(0));
    let schema = project.run(&["schema"]).ok().stdout;
    assert!(schema.contains("draft-07") && schema.contains("\"scenes\""));
}

#[test]
fn a_missing_or_old_tool_is_said_before_any_work() {
    let project = Project::new(FILM);
    let none = Run::from(project.command(&["build"]).env("PATH", "/nowhere").output().unwrap());
    assert_eq!(none.code, Some(1));
    assert!(
        none.stderr.contains("ffmpeg is not installed") && none.stderr.contains("apt-get install ffmpeg"),
        "{}",
        none.stderr
    );

    let path = project.with_program("ffmpeg", "#!/bin/sh\necho ffmpeg version 3.4.1 --enable-libx264\n");
    let old = Run::from(project.command(&["build"]).env("PATH", path).output().unwrap());
    assert_eq!(old.code, Some(1));
    assert!(old.stderr.contains("3.4.1 is too old") && old.ran().is_empty(), "{}", old.stderr);
    let doctor = Run::from(project.command(&["doctor"]).env("PATH", "/nowhere").output().unwrap());
    assert_eq!(doctor.code, Some(1));
    assert!(
        doctor.stdout.contains("missing  ffmpeg") && doctor.stdout.contains("absent   espeak-ng"),
        "{}",
        doctor.stdout
    );
}

#[test]
fn a_failing_step_shows_its_log_and_its_place() {
    let project = Project::new(&FILM.replace("show: { colour: \"#204060\" }", "show: { video: clip.mp4 }"));
    project.write("clip.mp4", b"\0\0\0\x18ftypisom\0\0\x02\0isomiso2 this is no film \x1b]0;evil\x07");
    let run = project.run(&["build"]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("scene:one/probe") && run.stderr.contains("clip.mp4"), "{}", run.stderr);
    assert!(run.stderr.contains("moov atom not found"), "{}", run.stderr);
    assert!(!run.stderr.contains('\x1b'), "{}", run.stderr);
    assert!(run.stderr.contains("video.yaml:5:") && run.stderr.contains("`clip.mp4`"), "{}", run.stderr);
}

/// Processes whose current folder or command line names the project.
fn children_of(project: &Path) -> Vec<String> {
    let needle = project.to_str().unwrap().to_owned();
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.map(|line| String::from_utf8_lossy(&line).replace('\0', " ")).filter(|line| line.contains(&needle)).collect()
}

#[test]
fn ctrl_c_stops_at_once_and_keeps_what_is_done() {
    let spec = "output: { size: 1920x1080, quality: high }\nscenes:\n  - { say: Hello there., length: 60s, show: { image: a.png } }\n";
    let project = Project::new(spec);
    project.picture("a.png", (1920, 1080), [90, 120, 150]);
    // One slot, so that nothing but the speech can be done before the encoder runs.
    let mut command = project.command(&["build", "-j", "1"]);
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0).spawn().unwrap();
    let start = Instant::now();
    while !children_of(project.root()).iter().any(|line| line.contains("libx264")) {
        assert!(start.elapsed() < Duration::from_secs(60), "no encoder started");
        std::thread::sleep(Duration::from_millis(20));
    }
    let asked = Instant::now();
    nix::sys::signal::kill(nix::unistd::Pid::from_raw(child.id() as i32), nix::sys::signal::Signal::SIGINT).unwrap();
    let run = Run::from(child.wait_with_output().unwrap());
    assert!(asked.elapsed() < Duration::from_secs(60), "{:?}", asked.elapsed());
    assert_eq!(run.code, Some(130), "{run:#?}");
    assert!(run.stderr.contains("interrupted; 1 finished steps are kept"), "{}", run.stderr);
    assert_eq!(children_of(project.root()), [] as [&str; 0]);
    assert_eq!(fs::read_dir(project.path(".t2v/cache/v3/tmp")).unwrap().count(), 0);
    let dry = project.run(&["build", "--dry-run"]).ok();
    assert!(!dry.stdout.contains("speech"), "{}", dry.stdout);
}

#[test]
fn a_damaged_cache_is_mended_on_the_way() {
    let project = Project::new(FILM);
    project.build(&[]);
    let film = fs::read(project.path("out/video.mp4")).unwrap();
    for name in blobs(&project).keys() {
        let path = project.path(".t2v/cache/v3/blobs").join(&name[..2]).join(name);
        let mut bytes = fs::read(&path).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 1;
        fs::remove_file(&path).unwrap();
        fs::write(&path, bytes).unwrap();
    }
    fs::remove_dir_all(project.path("out")).unwrap();
    let run = project.run(&["build"]).ok();
    assert!(run.stderr.contains("damaged in the cache, made again"), "{}", run.stderr);
    assert_eq!(fs::read(project.path("out/video.mp4")).unwrap(), film);
}

#[test]
fn a_voice_that_was_brought_speaks_in_a_film() {
    let project = Project::new(
        "output: { size: 160x90, quality: draft }\nvoice: mine\nscenes:\n  - { say: Hello you., show: { colour: black } }\n",
    );
    let network = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/voice/kokoro.onnx");
    project.write("style.bin", 1f32.to_le_bytes().repeat(256));
    let missing = project.run(&["build"]);
    assert_eq!(missing.code, Some(1));
    assert!(missing.stderr.contains("no voice `mine`"), "{}", missing.stderr);

    let wrong = project.run(&["voices", "add", network, "style.bin", "--name", "mine", "--sha256", "00"]);
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.stderr.contains("has the sha256"), "{}", wrong.stderr);
    let _ = project.run(&["voices", "add", network, "style.bin", "--name", "mine"]).ok();
    assert!(project.run(&["voices"]).ok().stdout.contains("mine"));
    assert!(project.build(&[]).contains(&"scene:scene-1/speech/1".to_owned()));
    assert!(project.build(&[]).is_empty());

    project.write("style.bin", 2f32.to_le_bytes().repeat(256));
    let _ = project.run(&["voices", "add", network, "style.bin", "--name", "mine"]).ok();
    // This network gives every style the same sound, so the wave stops there.
    assert_eq!(project.build(&[]), ["scene:scene-1/speech/1"]);
}

#[test]
fn one_line_is_spoken_into_a_file_with_its_words() {
    let project = Project::new("");
    let said = project.run(&["say", "It costs $5. Really?", "-o", "line.wav", "--words", "line.json"]).ok();
    assert!(said.stdout.starts_with("line.wav ("), "{}", said.stdout);
    let words: Vec<serde_json::Value> = serde_json::from_slice(&fs::read(project.path("line.json")).unwrap()).unwrap();
    let texts: Vec<&str> = words.iter().map(|word| word["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["It", "costs", "$5.", "Really?"]);
    assert!(words.iter().map(|word| word["from"].as_f64().unwrap()).is_sorted());
    let foreign = project.run(&["say", "Привет", "-o", "no.wav"]);
    assert_eq!(foreign.code, Some(1));
    assert!(foreign.stderr.contains("Привет") && !project.path("no.wav").exists(), "{}", foreign.stderr);
}

#[test]
fn nothing_is_written_over_a_source() {
    let project = Project::new(
        "output: { file: pictures/cover.mp4, size: 160x90 }\nscenes:\n  - { length: 1s, show: { image: pictures/cover.jpg } }\n",
    );
    fs::create_dir(project.path("pictures")).unwrap();
    project.picture("pictures/cover.jpg", (64, 36), [9, 9, 9]);
    let run = project.run(&["build"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("write over its source `pictures/cover.jpg`"), "{}", run.stderr);
    assert!(!project.path("pictures/cover.mp4").exists());
}

#[test]
fn a_reader_that_goes_away_is_no_crash() {
    let project = Project::new("titel: x\n");
    let mut command = project.command(&["check"]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop((child.stdout.take(), child.stderr.take()));
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

/// The specs that the README shows, taken out of their lists.
fn specs_of_the_readme() -> Vec<String> {
    let readme = include_str!("../README.md");
    let blocks = readme.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    let plain = |block: &str| {
        let indent = block.len() - block.trim_start_matches(' ').len();
        block.lines().map(|line| line.get(indent..).unwrap_or_default()).collect::<Vec<_>>().join("\n")
    };
    blocks.map(plain).collect()
}

#[test]
fn every_spec_of_the_readme_is_right() {
    let specs = specs_of_the_readme();
    assert_eq!(specs.len(), 2);
    for spec in specs {
        let project = Project::new(&spec);
        fs::create_dir(project.path("assets")).unwrap();
        project.picture("picture.jpg", (64, 36), [9, 9, 9]);
        project.picture("assets/cover.jpg", (64, 36), [9, 9, 9]);
        let _ = project.run(&["check"]).ok();
    }
}

#[test]
fn a_saved_template_draws_what_it_changes() {
    let project = Project::new(
        "template: looks/mine.yaml\noutput: { size: 160x90, quality: draft }\nscenes:\n  - { id: one, length: 3s, show: { title: Hello } }\n",
    );
    fs::create_dir_all(project.path("looks")).unwrap();
    project.write("looks/mine.yaml", "base: paper\n");
    project.build(&[]);
    assert_eq!(project.build(&[]), [""; 0]);
    project.write("looks/mine.yaml", "base: paper\nlook: { accent: '#0044cc' }\n");
    let ran = project.build(&[]);
    assert!(ran.iter().any(|step| step.starts_with("scene:one/picture")), "{ran:?}");
    assert!(!ran.iter().any(|step| step.contains("sound")), "{ran:?}");
    project.write("looks/mine.yaml", "base: paper\nlook: { acent: '#0044cc' }\n");
    let wrong = project.run(&["check"]);
    assert!(wrong.stderr.contains("looks/mine.yaml:2:9: unknown field `acent`"), "{}", wrong.stderr);
}

#[test]
fn templates_are_listed_and_drawn() {
    let project = Project::new(FILM);
    let listed = project.run(&["templates"]).ok().stdout;
    assert!(listed.lines().count() >= 5 && listed.contains("studio") && listed.contains("paper"), "{listed}");
    let folder = project.path("looks");
    fs::create_dir_all(&folder).unwrap();
    fs::write(folder.join("mine.yaml"), "base: kids\nlook: { backdrop: mesh }\n").unwrap();
    assert!(
        project
            .run(&["templates", "--sheet", "sheet.png", "paper", "looks/mine.yaml"])
            .ok()
            .stdout
            .contains("sheet.png")
    );
    let sheet = image::open(project.path("sheet.png")).unwrap();
    assert_eq!((sheet.width(), sheet.height()), (3 * 652 + 12, 2 * 372 + 12));
    let wrong = project.run(&["templates", "--sheet", "sheet.png", "papper"]);
    assert!(wrong.stderr.contains("did you mean `paper`?"), "{}", wrong.stderr);
    assert!(project.run(&["schema", "--template"]).ok().stdout.contains("A t2v template"));
}

/// Scenes that take no time to speak.
const SILENT: &str = "output: { size: 160x90, quality: draft }\nscenes:\n  - { id: one, length: 1s, show: { colour: black } }\n  - { id: two, length: 1s, show: { colour: '#2040a0' }, transition: cut }\n";

#[test]
fn shells_and_man_learn_of_every_command() {
    let project = Project::new("");
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = project.run(&["completions", shell]).ok().stdout;
        assert!(script.contains("keep-going") && script.contains("clean"), "{shell}: {script}");
    }
    assert!(project.run(&["man"]).ok().stdout.contains(".TH t2v 1"));
    assert_eq!(project.run(&["man", "--out", "man1"]).ok().stdout, "man1: 21 pages\n");
    let page = fs::read_to_string(project.path("man1/t2v-build.1")).unwrap();
    assert!(page.contains(".TH t2v-build 1") && page.contains("keep\\-going"), "{page}");
}

#[test]
fn the_version_names_its_target() {
    let project = Project::new("");
    let version = project.run(&["--version"]).ok().stdout;
    let start = concat!("t2v ", env!("CARGO_PKG_VERSION"), " (");
    assert!(version.starts_with(start) && version.ends_with(concat!(env!("T2V_TARGET"), ")\n")), "{version}");
}

#[test]
fn help_shows_documents_and_commands() {
    let project = Project::new("");
    assert_eq!(project.run(&["help", "events"]).ok().stdout, include_str!("../docs/events.md"));
    assert!(project.run(&["help", "cache", "gc"]).ok().stdout.contains("--max-size"));
    let overview = project.run(&["help"]).ok().stdout;
    assert!(overview.contains("Exit codes: 0 done") && overview.contains("operations"), "{overview}");
    let slip = project.run(&["help", "evnts"]);
    assert_eq!((slip.code, slip.stdout.as_str()), (Some(2), ""));
    assert!(slip.stderr.contains("there is no help about `evnts`") && slip.stderr.contains("`events`"), "{slip:?}");
}

#[test]
fn a_spec_is_found_here_or_above() {
    let project = Project::new(SILENT);
    fs::create_dir_all(project.path("notes/old")).unwrap();
    let run = project.run(&["-C", "notes/old", "check"]).ok();
    assert_eq!(run.stdout, "../../video.yaml: no mistakes, 2 scenes\n");
    assert_eq!(run.stderr, "using ../../video.yaml\n");
    assert_eq!(project.run(&["-C", "notes/old", "-q", "check"]).ok().stderr, "");
    let nowhere = project.run(&["-C", "nowhere", "check"]);
    assert!(nowhere.code == Some(2) && nowhere.stderr.contains("`nowhere` can't be entered"), "{nowhere:?}");
}

#[test]
fn where_no_spec_is_the_way_out_is_told() {
    let project = Project::new("");
    fs::remove_file(project.path("video.yaml")).unwrap();
    let told = |help: &str| {
        let run = project.run(&["build"]);
        assert_eq!(run.code, Some(2));
        assert!(run.stderr.contains("there is no `video.yaml` here or in a folder above"), "{}", run.stderr);
        assert!(run.stderr.contains(help), "{}", run.stderr);
    };
    told("`t2v new FOLDER` makes a project");
    project.write("story.md", "# A story\n\nOnce.\n");
    told("`t2v build story.md`");
    project.write("vidoe.yaml", SILENT);
    told("did you mean `vidoe.yaml`?");
    let slip = project.run(&["check", "vidoee.yaml"]);
    assert!(slip.code == Some(2) && slip.stderr.contains("did you mean `vidoe.yaml`?"), "{slip:?}");
}

#[test]
fn several_specs_are_checked_and_built_at_once() {
    let project = Project::new(SILENT);
    project.write("b.yaml", SILENT);
    project.write("wrong.yaml", "scenes:\n  - { shoe: 1 }\n");
    let checked = project.run(&["check", "wrong.yaml", "video.yaml", "b.yaml"]);
    assert_eq!(checked.code, Some(2));
    assert_eq!(checked.stdout, "video.yaml: no mistakes, 2 scenes\nb.yaml: no mistakes, 2 scenes\n");
    let dry = project.run(&["build", "--dry-run", "video.yaml", "b.yaml"]).ok();
    assert_eq!(dry.stdout.matches("steps would run").count(), 2, "{}", dry.stdout);
    let one = project.run(&["build", "video.yaml", "b.yaml", "-o", "film.mp4"]);
    assert!(one.code == Some(2) && one.stderr.contains("are for one film"), "{one:?}");
}

#[test]
fn a_film_goes_where_the_user_says() {
    let project = Project::new(SILENT);
    let elsewhere = tempfile::tempdir().unwrap();
    let film = elsewhere.path().join("film.mp4");
    let run = project.run(&["build", "-q", "-o", film.to_str().unwrap()]).ok();
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    assert!(film.exists() && elsewhere.path().join("film.srt").exists() && !project.path("out").exists());
    let again = project.run(&["build", "-o", film.to_str().unwrap()]).ok();
    assert!(again.stdout.contains("nothing to do"), "{}", again.stdout);
    let wrong = project.run(&["build", "-o", "film.mov"]);
    assert!(wrong.code == Some(2) && wrong.stderr.contains("does not end in `.mp4`"), "{wrong:?}");
}

#[test]
fn a_log_is_written_only_when_it_is_wanted() {
    let project = Project::new(SILENT);
    assert_eq!(project.run(&["plan"]).ok().stderr, "");
    let brief = project.run(&["plan", "-v"]).ok().stderr;
    assert!(brief.contains("build begins") && !brief.contains("key is looked up"), "{brief}");
    assert!(project.run(&["plan", "-vv"]).ok().stderr.contains("key is looked up"));
    let by_module = project.command(&["plan"]).env("T2V_LOG", "t2v::cache=debug").output().unwrap();
    let by_module = Run::from(by_module).ok().stderr;
    assert!(by_module.contains("key is looked up") && !by_module.contains("build begins"), "{by_module}");
    let wrong = Run::from(project.command(&["plan"]).env("T2V_LOG", "t2v=loudly").output().unwrap());
    assert!(wrong.code == Some(2) && wrong.stderr.contains("T2V_LOG can't be understood"), "{wrong:?}");
}

#[test]
fn colours_are_the_users_choice() {
    let project = Project::new("titel: x\n");
    assert!(project.run(&["check", "--color", "always"]).stderr.contains("\x1b["));
    for never in [&["check"][..], &["check", "--color", "never"]] {
        assert!(!project.run(never).stderr.contains('\x1b'), "{never:?}");
    }
}

/// Whether there are colours in what a command prints to a terminal, and in what it prints to pipes.
fn colours_of(project: &Project, arguments: &[&str]) -> [bool; 2] {
    let runs = [project.run_on_terminal(arguments), project.run(arguments)];
    runs.map(|run| (run.stdout + &run.stderr).contains('\x1b'))
}

#[test]
fn help_and_wrong_arguments_have_the_colours_that_are_asked_for() {
    let project = Project::new("");
    for arguments in [&["--help"][..], &["build", "--help"], &["build", "--nonsense"]] {
        assert_eq!(colours_of(&project, arguments), [true, false], "{arguments:?}");
        for (color, expected) in [("always", [true; 2]), ("auto", [true, false]), ("never", [false; 2])] {
            let arguments = [&["--color", color], arguments].concat();
            assert_eq!(colours_of(&project, &arguments), expected, "{arguments:?}");
        }
    }
}

#[test]
fn differences_are_told_to_programs() {
    let project = Project::new(SILENT);
    project.build(&[]);
    project.rebuild("colour: black", "colour: white");
    let run = project.run(&["diff", "2", "1", "--json", "--exit-code"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let diff: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!((&diff["same"], &diff["scenes"][0]["id"]), (&1.into(), &"one".into()), "{diff}");
    assert_eq!(diff["scenes"][0]["change"], "changed");
    assert_eq!(project.run(&["diff", "2", "1"]).code, Some(0));
    assert_eq!(project.run(&["diff", "1", "1", "--exit-code"]).code, Some(0));
}

#[test]
fn gc_says_beforehand_what_it_removes() {
    let project = Project::new(SILENT);
    project.build(&[]);
    project.rebuild("colour: black", "colour: white");
    let blobs = project.blobs();
    let preview = project.run(&["cache", "gc", "--dry-run"]).ok().stdout;
    assert_eq!(project.blobs(), blobs);
    let removed = project.run(&["cache", "gc"]).ok().stdout;
    let amount = preview.strip_prefix("would remove ").unwrap().trim_end();
    assert!(removed.starts_with(&format!("removed {amount}; ")), "{preview}{removed}");
    assert!(project.blobs().len() < blobs.len());
}

#[test]
fn clean_removes_what_was_made_and_nothing_else() {
    let project = Project::new(SILENT);
    let spec = fs::read(project.path("video.yaml")).unwrap();
    assert_eq!(project.run(&["clean"]).ok().stdout, "there is nothing to remove\n");
    project.build(&[]);
    project.build(&["--draft", "--only", "two"]);
    project.write("out/mine.txt", "mine");
    let dry = project.run(&["clean", "--dry-run"]).ok().stdout;
    assert!(dry.contains("would remove out/video.mp4\n") && dry.ends_with("would remove .t2v\n"), "{dry}");
    assert!(project.path("out/video.mp4").exists() && project.path(".t2v").exists());
    let run = project.run(&["clean"]).ok();
    assert_eq!(run.stdout, dry.replace("would remove", "removing"));
    let left: Vec<_> = fs::read_dir(project.path("out")).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert_eq!(left, ["mine.txt"]);
    assert!(!project.path(".t2v").exists() && fs::read(project.path("video.yaml")).unwrap() == spec);
}

#[test]
fn what_is_wrong_or_not_there_exits_with_2() {
    let project = Project::new(SILENT);
    let _ = project.run(&["new", "talk"]).ok();
    assert_eq!(fs::read_to_string(project.path("talk/.gitignore")).unwrap(), "/out/\n/.t2v/\n");
    for wrong in [&["new", "talk"][..], &["log", "7"], &["explain", "nothing"], &["diff", "nothing"]] {
        assert_eq!(project.run(wrong).code, Some(2), "{wrong:?}");
    }
    fs::create_dir_all(project.path(".config/t2v")).unwrap();
    project.write(".config/t2v/config.yaml", "cashe: x\n");
    let run = project.run(&["build"]);
    assert!(run.code == Some(2) && run.stderr.contains("config.yaml"), "{run:?}");
}
