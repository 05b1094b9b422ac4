//! Specs and media that mean harm, against the real program: refused or shown as they are, and nothing outside the project read.
//! What each file is, and what is expected of it, stands in `tests/media/README.md`.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use crate::common::{Project, Run, media};

const MARKER: &str = "MARKER-7f3a91";
/// What is obeyed takes longer than this, or for ever; what is refused takes a second.
const HANG: Duration = Duration::from_secs(120);

/// The hostile files, made once in a run of the tests, also where each test is a process of its own.
fn made() -> &'static Path {
    static MADE: OnceLock<PathBuf> = OnceLock::new();
    MADE.get_or_init(|| {
        let all = Path::new(env!("CARGO_TARGET_TMPDIR")).join("hostile");
        fs::create_dir_all(&all).unwrap();
        let run = std::env::var("NEXTEST_RUN_ID").unwrap_or_else(|_| std::process::id().to_string());
        let (folder, lock) = (all.join(&run), File::create(all.join("lock")).unwrap());
        lock.lock().unwrap();
        if !folder.join("made").exists() {
            remove_earlier(&all);
            make(&folder);
            File::create(folder.join("made")).unwrap();
        }
        folder
    })
}

fn make(folder: &Path) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/media/make.sh");
    let output = Command::new("bash").arg(script).arg(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// Removes the files of runs that began more than an hour ago.
fn remove_earlier(all: &Path) {
    for folder in fs::read_dir(all).unwrap().flatten().map(|entry| entry.path()).filter(|path| path.is_dir()) {
        let age = fs::metadata(&folder).and_then(|found| found.modified()).unwrap().elapsed().unwrap_or_default();
        if age > Duration::from_secs(3600) {
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// A project of one scene in the hostile folder itself, so that links and neighbours are as they were made.
fn build(scene: &str, name: &str) -> (Run, PathBuf, Duration) {
    let spec = format!(
        "output: {{ file: out/{name}.mp4, size: 64x36, quality: draft }}\ncaptions: false\nscenes:\n  - {scene}\n"
    );
    let project = Project::new("");
    let file = made().join("project").join(format!("{name}.yaml"));
    fs::write(&file, spec).unwrap();
    let start = Instant::now();
    let mut traced = Command::new("strace");
    let trace = project.path("trace");
    traced.args(["-f", "-qq", "-e", "trace=open,openat,connect", "-o"]).arg(&trace);
    traced.arg(env!("CARGO_BIN_EXE_t2v")).arg("build").arg(&file).env("T2V_CACHE", project.path("cache"));
    let run = Run::from(traced.output().expect("scripts/setup test installs strace"));
    let took = start.elapsed();
    let trace = fs::read_to_string(trace).unwrap();
    let outside = made().join("outside");
    let read: Vec<&str> = trace.lines().filter(|line| line.contains(outside.to_str().unwrap())).collect();
    assert!(read.is_empty(), "{name}: {read:?}");
    assert!(!trace.contains("AF_INET"), "{name} reached for the network");
    assert!(!run.stderr.contains(MARKER) && !run.stdout.contains(MARKER));
    assert!(!run.stderr.contains("panicked"), "{name}: {}", run.stderr);
    (run, made().join("project/out").join(format!("{name}.mp4")), took)
}

fn refused(role: &str, file: &str) {
    let name = format!("{role}-{}", file.replace(|c: char| !c.is_alphanumeric(), "_"));
    let scene = match role {
        "image" | "video" => format!("{{ length: 1s, show: {{ {role}: {file:?} }} }}"),
        _ => format!("{{ narration: {file:?}, show: {{ colour: black }} }}"),
    };
    let (run, _, took) = build(&scene, &name);
    assert!(matches!(run.code, Some(1 | 2)), "{role} {file}: {run:#?}");
    assert!(run.stderr.contains(file), "{role} {file} is not named: {}", run.stderr);
    assert!(run.stderr.contains(&format!("{name}.yaml:4:")), "{role} {file} has no place: {}", run.stderr);
    assert!(took < HANG, "{role} {file} took {took:?}");
}

#[test]
fn playlists_under_other_names_are_refused() {
    for file in ["hls.mp4", "hls-network.mp4", "ffconcat.mp4", "dash.mp4", "sdp.mp4"] {
        refused("video", file);
    }
    for file in ["hls.mp3", "ffconcat-relative.wav"] {
        refused("narration", file);
    }
    for file in ["hls.png", "svg.png", "svg-image.png", "drawing.jpg"] {
        refused("image", file);
    }
}

#[test]
fn polyglots_are_never_followed() {
    refused("video", "ftyp-then-hls.mp4");
    refused("video", "bom-then-hls.mp4");
    refused("narration", "id3-then-hls.mp3");
    refused("video", "png-named.mp4");
    refused("image", "mp4-named.png");
}

#[test]
fn bombs_are_refused_by_their_header() {
    for file in ["huge.png", "huge.jpg", "huge.webp"] {
        refused("image", file);
    }
    for file in ["no-channels.wav", "rate.wav"] {
        refused("narration", file);
    }
}

#[test]
fn broken_and_empty_files_are_refused() {
    for file in ["truncated.jpg", "truncated.png", "empty.png", "empty.jpg", "text.jpg"] {
        refused("image", file);
    }
    for file in ["truncated.mp4", "empty.mp4", "zeros.mp4", "sound-only.mp4"] {
        refused("video", file);
    }
    refused("narration", "empty.wav");
    refused("narration", "picture-only.mp4");
}

#[test]
fn odd_files_are_refused_without_opening_them() {
    for file in ["pipe.png", "folder.png", "link.png", "away/marker.png", "zero.png", "loop.png"] {
        refused("image", file);
    }
}

/// Builds a scene that must work, and gives its middle frame.
fn shown(scene: &str, name: &str) -> image::RgbImage {
    let (run, film, _) = build(scene, name);
    let film = if run.code == Some(0) { film } else { panic!("{scene}: {run:#?}") };
    media::picture(&film, 10)
}

#[test]
fn headers_that_lie_cost_nothing() {
    for file in ["huge-frame.mp4", "long.mp4", "big-box.mp4", "big-moov.mp4"] {
        let (run, _, took) = build(&format!("{{ length: 1s, show: {{ video: {file} }} }}"), &file.replace('.', "_"));
        assert!(matches!(run.code, Some(0..=2)), "{file}: {run:#?}");
        assert!(took < HANG, "{file} took {took:?}");
    }
    let (run, _, _) = build("{ narration: sizes.wav, show: { colour: black } }", "sizes");
    assert!(matches!(run.code, Some(0..=2)), "{run:#?}");
}

#[test]
fn names_are_only_names() {
    let names =
        ["concat:good.png", "subfile,,start,0,end,10,,:good.png", "%03d.png", "-y.png", r"it's [a];b,c=d\e %{f}.png"];
    for (i, file) in names.into_iter().enumerate() {
        let frame = shown(&format!("{{ length: 1s, show: {{ image: {file:?} }} }}"), &format!("name-{i}"));
        let [r, g, b] = frame.get_pixel(32, 18).0;
        assert!(r < 60 && g > 90 && b > 90, "{file}: {r} {g} {b}");
    }
}

#[test]
fn turned_pictures_and_extra_streams_are_shown_right() {
    let turned = shown("{ length: 1s, show: { image: orientation-6.jpg, fit: contain, motion: hold } }", "turned");
    let (top, bottom) = (turned.get_pixel(32, 6).0, turned.get_pixel(32, 30).0);
    assert!(top[0] > 150 && top[2] < 100 && bottom[2] > 150 && bottom[0] < 100, "{top:?} {bottom:?}");
    for file in ["data-stream.mov", "attachment.mkv", "picture-only.mp4", "good.mp4"] {
        let frame = shown(&format!("{{ length: 1s, show: {{ video: {file} }} }}"), &file.replace('.', "_"));
        let [r, g, b] = frame.get_pixel(32, 18).0;
        assert!(r < 60 && g > 90 && b > 90, "{file}: {r} {g} {b}");
    }
}

#[test]
fn text_is_only_text() {
    let nasty = r"'; [out] drawtext=text=x \ : , %{pts} $(touch pwned) `touch pwned` ${x} {{ 7*7 }} <b>--> \N {\an8}";
    let project = Project::new("");
    let spec = serde_json::json!({
        "title": nasty,
        "output": {"size": "320x180", "quality": "draft"},
        "scenes": [
            {"title": nasty, "say": nasty.replace("${", "$${"), "show": {"title": nasty.replace("${", "$${")}},
            {"title": "-i /etc/passwd", "say": "[[ $HOME ]] <break time='20s'/> &lt;x&gt;", "show": {"list": ["-f lavfi", nasty.replace("${", "$${")]}},
        ]
    });
    let spec = spec.to_string().replace("${x}", "$${x}").replace("$$${", "$${");
    project.write("video.yaml", spec);
    let _ = project.run(&["build"]).ok();
    assert!(!project.path("pwned").exists());
    let titles = media::probe(&project.path("out/video.mp4"), "v", "format_tags=title").join("\n");
    assert!(titles.contains("drawtext=text=x") && titles.contains("{{ 7*7 }}"), "{titles}");
    let seconds: f64 = media::probe(&project.path("out/video.mp4"), "v", "stream=duration")[0].parse().unwrap();
    assert!(seconds < 60.0, "a break was obeyed: {seconds}");
}
