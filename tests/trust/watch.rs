//! `t2v build --watch`: how soon a save is noticed, what a save in mid-build does to what runs, and how it ends.

use std::collections::BTreeSet;
use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use serde_json::Value;

use crate::common::{Project, Running};
use crate::{FILM, alone, wait_until};

const SAVES: u32 = 14;

/// What a watching build has told so far.
struct Watching<'a> {
    running: Running,
    project: &'a Project,
}

impl<'a> Watching<'a> {
    fn start(project: &'a Project, arguments: &[&str]) -> Self {
        Self { running: project.spawn(&[&["build", "--watch", "--json"], arguments].concat()), project }
    }

    fn events(&self) -> Vec<Value> {
        self.running.stdout().lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
    }

    fn count(&self, what: &str) -> usize {
        self.running.stdout().matches(&format!("\"event\":\"{what}\"")).count()
    }

    fn pauses(&self) -> usize {
        self.running.stderr().matches("waiting for a change").count()
    }

    /// Waits until all is done and it waits for the next change.
    #[track_caller]
    fn rest(&self) {
        wait_until("the end of a build", || self.count("end") > 0 && self.count("end") == self.count("begin"));
        let pauses = self.pauses();
        wait_until("a pause", || self.pauses() >= pauses.max(1));
    }

    /// Events of one step since the build number `build`, from 1.
    fn of(&self, step: &str, what: &str, build: usize) -> usize {
        let mut begun = 0;
        let of_build = self.events().into_iter().filter(|event| {
            begun += usize::from(event["event"] == "begin");
            begun == build
        });
        of_build.filter(|event| event["event"] == what && event["step"] == step).count()
    }

    /// Checks that there is a film, and ends watching.
    fn end_with_film(self) {
        assert!(self.project.path("out/video.mp4").exists());
        self.interrupt();
    }

    fn interrupt(mut self) {
        self.running.signal(Signal::SIGINT);
        let run = self.running.end();
        assert_eq!(run.code, Some(130), "{run:#?}");
        assert_eq!(self.project.processes(), [0; 0]);
    }
}

#[test]
fn a_save_is_noticed_at_once() {
    let _turn = alone();
    let project = Project::new(FILM);
    let watching = Watching::start(&project, &[]);
    watching.rest();
    let mut times = Vec::new();
    for save in 0..SAVES {
        let spec = FILM.replace("title: Trust", &format!("title: Trust {save}"));
        thread::sleep(Duration::from_millis(150));
        let begun = watching.count("begin");
        let saved = Instant::now();
        match save % 3 {
            0 => project.write("video.yaml", spec),
            // As vim and others do it.
            1 => {
                project.write("video.yaml~new", spec);
                fs::rename(project.path("video.yaml~new"), project.path("video.yaml")).unwrap();
            }
            _ => {
                fs::rename(project.path("video.yaml"), project.path("video.yaml~")).unwrap();
                project.write("video.yaml", spec);
            }
        }
        wait_until("the next build", || watching.count("begin") > begun);
        times.push(saved.elapsed());
        watching.rest();
        assert_eq!(watching.count("begin"), begun + 1, "one save, one build");
    }
    times.sort();
    let (median, most) = (times[times.len() / 2], times[times.len() - 1]);
    println!("from a save to the next build: median {median:?}, at most {most:?}, of {SAVES} saves");
    watching.interrupt();
    project.verify();
}

#[test]
fn a_saved_listing_is_noticed() {
    let _turn = alone();
    let spec = "output: { size: 160x90, quality: draft }\nscenes: [{ length: 1s, show: { code: main.rs } }]\n";
    let project = Project::new(spec);
    project.write("main.rs", "let a = 1;\n");
    let watching = Watching::start(&project, &[]);
    watching.rest();
    thread::sleep(Duration::from_millis(150));
    let begun = watching.count("begin");
    project.write("main.rs", "let b = 2;\n");
    wait_until("the next build", || watching.count("begin") > begun);
    watching.rest();
    let drawn = |event: &Value| event["step"] == "scene:scene-1/still" && event["how"]["ran"].is_object();
    assert_eq!(
        watching.events().iter().filter(|event| drawn(event)).count(),
        2,
        "once before the save and once after it"
    );
    watching.interrupt();
}

/// Two scenes that take long to encode.
const LONG: &str = r##"
output: { size: 640x360, fps: 24, quality: high }
scenes:
  - { id: kept, length: 7s, show: { image: a.png, motion: zoom-in } }
  - { id: other, length: 7s, show: { image: b.png, motion: zoom-in } }
"##;

/// The ids of the encoders that run.
fn encoders(project: &Project) -> Vec<i32> {
    let is_encoder =
        |id: &i32| fs::read_to_string(format!("/proc/{id}/cmdline")).is_ok_and(|line| line.contains("libx264"));
    let mut ids: Vec<i32> = project.processes().into_iter().filter(is_encoder).collect();
    ids.sort();
    ids
}

#[test]
fn a_save_in_mid_build_cancels_what_is_stale_and_takes_over_what_is_not() {
    let _turn = alone();
    let project = Project::new(LONG);
    for (name, step) in [("a.png", 7), ("b.png", 13)] {
        let noise =
            image::RgbImage::from_fn(640, 360, |x, y| image::Rgb([((x * step) ^ (y * 5)) as u8, x as u8, y as u8]));
        noise.save(project.path(name)).unwrap();
    }
    let watching = Watching::start(&project, &["-j", "2"]);
    let (kept, stale) = ("scene:kept/picture/1", "scene:other/picture/1");
    wait_until("both encoders", || {
        watching.of(kept, "started", 1) == 1 && watching.of(stale, "started", 1) == 1 && encoders(&project).len() == 2
    });
    let before = encoders(&project);
    let saved = Instant::now();
    project.edit("image: b.png, motion: zoom-in", "image: b.png, motion: zoom-out");
    wait_until("the next build", || watching.count("begin") == 2);
    wait_until("the stale encoder's end", || before.iter().filter(|id| encoders(&project).contains(id)).count() <= 1);
    println!("what a save made stale was gone after {:?}", saved.elapsed());
    let still: Vec<i32> = encoders(&project).into_iter().filter(|id| before.contains(id)).collect();
    assert_eq!(still.len(), 1, "the other one goes on: {before:?}");
    watching.rest();
    assert_eq!(watching.of(stale, "finished", 1), 0);
    assert_eq!((watching.of(kept, "finished", 1), watching.of(kept, "finished", 2)), (0, 1));
    assert_eq!(watching.of(stale, "finished", 2), 1);
    let logs = fs::read_dir(project.path(".t2v/cache/v3/records")).unwrap().flatten();
    let lines: String = logs.map(|log| fs::read_to_string(log.path()).unwrap()).collect();
    let keys: Vec<&str> =
        lines.lines().map(|line| line.split("\"key\":\"").nth(1).unwrap().split('"').next().unwrap()).collect();
    assert_eq!(keys.iter().collect::<BTreeSet<_>>().len(), keys.len(), "no step was made twice");
    watching.end_with_film();
}

#[test]
fn a_wrong_spec_is_told_and_the_next_save_builds() {
    let _turn = alone();
    let project = Project::new(FILM);
    let watching = Watching::start(&project, &[]);
    watching.rest();
    let begun = watching.count("begin");
    project.edit("scenes:", "scens:");
    wait_until("the complaint", || watching.running.stderr().contains("did you mean `scenes`"));
    assert_eq!(watching.count("begin"), begun);
    project.edit("scens:", "scenes:");
    wait_until("the next build", || watching.count("begin") > begun);
    watching.rest();

    // A file that is missing, and comes.
    project.edit("show: { colour: \"#204060\" }", "show: { image: late.png }");
    wait_until("the complaint", || watching.running.stderr().contains("late.png"));
    thread::sleep(Duration::from_millis(100));
    let begun = watching.count("begin");
    project.picture("late.png", (64, 36), [1, 2, 3]);
    wait_until("the build with it", || watching.count("begin") > begun);
    watching.rest();

    // A source that is saved, and a step that fails.
    let begun = watching.count("begin");
    let good = fs::read(project.path("late.png")).unwrap();
    project.write("late.png", &good[..good.len() / 2]);
    wait_until("the failure", || watching.count("failed") > 0);
    project.write("late.png", &good);
    wait_until("the build after it", || watching.count("begin") >= begun + 2);
    watching.rest();
    watching.end_with_film();
}

#[test]
fn ctrl_c_in_mid_build_ends_a_watch() {
    let _turn = alone();
    let project = Project::new(LONG);
    for name in ["a.png", "b.png"] {
        project.picture(name, (64, 36), [4, 5, 6]);
    }
    let watching = Watching::start(&project, &[]);
    wait_until("an encoder", || watching.count("started") > 0 && !encoders(&project).is_empty());
    watching.interrupt();
    project.verify();
}

#[test]
fn a_table_in_a_folder_is_watched() {
    let _turn = alone();
    let project =
        Project::new(&FILM.replace("show: { title: \"On\", subtitle: \"and on\" }", "show: { table: data/t.csv }"));
    fs::create_dir(project.path("data")).unwrap();
    project.write("data/t.csv", "a,b\n1,2\n");
    let watching = Watching::start(&project, &[]);
    watching.rest();
    thread::sleep(Duration::from_millis(150));
    project.write("data/t.csv", "a,b\n1,3\n");
    wait_until("the next build", || watching.count("begin") == 2);
    watching.rest();
    assert_eq!(watching.of("scene:two/picture/1", "finished", 2), 1);
    assert_eq!(watching.of("scene:one/picture/1", "started", 2), 0);
    watching.interrupt();
}
