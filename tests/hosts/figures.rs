//! Figures, for whoever asks: `cargo test --release --test hosts figures -- --ignored --nocapture --test-threads 1`. All hosts share this
//! machine's cores, so steps that wait show what the scheduler and the protocol cost, and steps that compute show nothing else.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::builds::{configured, some, started};
use crate::common::Project;
use crate::common::hosts::Setup;

/// A film of scenes without a word, each one short segment.
fn silent(scenes: usize) -> Project {
    let scene = |i: usize| format!("  - {{ id: s{i}, length: 0.5s, show: {{ colour: \"#{:06x}\" }} }}\n", i * 1000);
    let head = "output: { size: 64x36, fps: 24, quality: draft }\ndefaults: { transition: cut, lead: 0s, tail: 0s }\nscenes:\n";
    Project::new(&(head.to_owned() + &(0..scenes).map(scene).collect::<String>()))
}

/// An ffmpeg that takes a second longer, in a folder of its own.
fn slow_ffmpeg(folder: &Path) -> (String, PathBuf) {
    let real =
        std::env::split_paths(&std::env::var_os("PATH").unwrap()).map(|dir| dir.join("ffmpeg")).find(|f| f.exists());
    let text = format!(
        "#!/bin/sh\ncase \"$*\" in *rawvideo*) sleep 1;; esac\nexec {} \"$@\"\n",
        real.expect("ffmpeg is there").display()
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
    let project = silent(64);
    let (text, file) = slow_ffmpeg(project.root());
    let setup = Setup { program: Some(("ffmpeg", &text)), ..Setup::default() };
    let Some(hosts) = some(&[setup; 3]) else { return };
    let more = "hosts: [{ host: h0, slots: 4 }, { host: h1, slots: 4 }, { host: h2, slots: 4 }]\n";
    configured(&project, &hosts, more);
    let path = std::env::join_paths(
        [file.parent().unwrap().to_owned()]
            .into_iter()
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap())),
    );
    let path = path.unwrap();
    let run = |what: &str| {
        let start = Instant::now();
        let mut command = project.command(&["build", "-j", "1", "--json", "--no-report"]);
        let run = crate::common::Run::from(command.env("PATH", &path).output().unwrap()).ok();
        let segments = started(&run.stdout, "/picture/");
        let ideal = segments.len() as f64 / 13.0;
        let (first, last) = (segments[0].1, finished(&run.stdout, "/picture/"));
        println!(
            "{what}: {} steps of a second on 3 hosts of 4 slots and 1 here: {:.2} s from the first start to the last end ({:.2} ideal, {:.2} times), {:.2} s in all",
            segments.len(),
            last - first,
            ideal,
            (last - first) / ideal,
            start.elapsed().as_secs_f64()
        );
        for host in ["core", "h0", "h1", "h2"] {
            print!("  {host}: {}", segments.iter().filter(|(slot, _)| slot.starts_with(host)).count());
        }
        println!();
    };
    run("first build, our executable sent first");
    for (what, from, to) in [("second", "0.5s", "0.6s"), ("third", "0.6s", "0.7s")] {
        project.edit(&format!("length: {from}"), &format!("length: {to}"));
        run(what);
    }
}

/// When the last of these steps ended.
fn finished(stdout: &str, part: &str) -> f64 {
    let end = |line: &str| {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        let ours = event["event"] == "finished" && event["step"].as_str().unwrap().contains(part);
        ours.then(|| event["t"].as_f64().unwrap())
    };
    stdout.lines().filter_map(end).fold(0.0, f64::max)
}
