//! Measurements, which are ignored by default: `cargo test --release --test hosts figures -- --ignored --nocapture --test-threads 1`. All hosts share this
//! machine's cores, so steps that wait show what the scheduler and the protocol cost, and steps that compute show nothing else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::builds::{configured, some, started};
use crate::common::Project;
use crate::common::hosts::Setup;

/// A film of scenes without speech, each one short segment in its own colour.
fn silent(scenes: usize, first: usize) -> String {
    let scene =
        |i: usize| format!("  - {{ id: s{i}, length: 0.5s, show: {{ colour: \"#{:06x}\" }} }}\n", (first + i) * 1000);
    let head = "output: { size: 64x36, fps: 24, quality: draft }\ndefaults: { transition: cut, lead: 0s, tail: 0s }\nscenes:\n";
    head.to_owned() + &(0..scenes).map(scene).collect::<String>()
}

/// An ffmpeg that encodes once; later calls sleep for a second and copy the first output, which takes almost no work.
fn waiting_ffmpeg(folder: &Path) -> (String, PathBuf) {
    let path = std::env::var_os("PATH").unwrap();
    let real = std::env::split_paths(&path).map(|dir| dir.join("ffmpeg")).find(|file| file.exists());
    let (real, kept) = (real.expect("ffmpeg is there"), folder.join("kept.mp4"));
    let (real, kept) = (real.display(), kept.display());
    let text = format!(
        "#!/bin/sh\ncase \"$*\" in *rawvideo*pipe:0*) ;; *) exec {real} \"$@\";; esac\nfor last; do :; done\nout=${{last#file:}}\n\
         if [ -f {kept} ]; then cat >/dev/null; sleep 1; exec cp {kept} \"$out\"; fi\n\
         {real} \"$@\" && cp \"$out\" {kept}\n"
    );
    let file = folder.join("slow/ffmpeg");
    fs::create_dir_all(folder.join("slow")).unwrap();
    fs::write(&file, &text).unwrap();
    fs::set_permissions(&file, fs::Permissions::from_mode(0o755)).unwrap();
    (text, file)
}

#[test]
#[ignore = "measures"]
fn figures_of_steps_that_wait() {
    let project = Project::new(&silent(1, 0));
    let (text, file) = waiting_ffmpeg(project.root());
    let setup = Setup { program: Some(("ffmpeg", &text)), ..Setup::default() };
    let Some(hosts) = some(&[setup; 3]) else { return };
    let more = "hosts: [{ host: h0, slots: 4 }, { host: h1, slots: 4 }, { host: h2, slots: 4 }]\n";
    configured(&project, &hosts, more);
    let usual = std::env::var_os("PATH").unwrap();
    let own = std::iter::once(file.parent().unwrap().to_owned());
    let path = std::env::join_paths(own.chain(std::env::split_paths(&usual))).unwrap();
    let build = |arguments: &[&str]| {
        let mut command = project.command(arguments);
        crate::common::Run::from(command.env("PATH", &path).output().unwrap()).ok()
    };
    let _ = build(&["build", "--here", "-j", "1", "--no-report"]);
    for (round, what) in ["first, our executable sent", "second", "third"].iter().enumerate() {
        project.write("video.yaml", silent(64, 64 * round + 1));
        let start = Instant::now();
        let run = build(&["build", "-j", "1", "--json", "--no-report"]);
        let took = start.elapsed().as_secs_f64();
        let segments = started(&run.stdout, "/picture/");
        let ideal = segments.len() as f64 / 13.0;
        let (first, last) = (segments[0].1, finished(&run.stdout, "/picture/"));
        let count = |host: &str| segments.iter().filter(|(slot, _)| slot.starts_with(host)).count();
        println!(
            "{what}: {} steps of a second on 3 hosts of 4 slots and 1 here ({:?}): {:.2} s from the first start to the last end, {:.2} times \
             the ideal; {took:.2} s in all",
            segments.len(),
            ["core", "h0", "h1", "h2"].map(count),
            last - first,
            (last - first) / ideal,
        );
    }
}

/// The time at which the last of these steps ended.
fn finished(stdout: &str, part: &str) -> f64 {
    let end = |line: &str| {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let ours = event["event"] == "finished" && event["step"].as_str().unwrap().contains(part);
        ours.then(|| event["t"].as_f64().unwrap())
    };
    stdout.lines().filter_map(end).fold(0.0, f64::max)
}
