//! Full disks: a clear end, nothing left behind, and a build that goes on once there is room. Each disk is a small file system in memory,
//! in a mount namespace of the test's own.

use std::fs;
use std::process::Command;
use std::sync::RwLockReadGuard;

use crate::common::{Project, Run};
use crate::{FILM, beside_others, film, is_long};

/// Sizes of disks, in kilobytes: from what holds hardly the index to what holds all but the end.
const SIZES: [u32; 9] = [600, 1200, 2000, 2300, 2600, 3000, 4000, 6000, 9000];
/// Every so many-th size is tried in a sample, and every one in the whole series.
const SIZE_STEP: usize = 3;

/// Large enough that it does not fit on the smaller disks.
fn spec() -> String {
    let film = FILM.replace("128x72", "640x360").replace("quality: draft", "quality: high");
    film.replace("show: { colour: \"#204060\" }", "show: { image: a.png, motion: zoom-in }")
}

fn project() -> Project {
    let project = Project::new(&spec());
    let noise = image::RgbImage::from_fn(640, 360, |x, y| {
        let n = (x * 7919 + y * 104_729).wrapping_mul(2_654_435_761) >> 13;
        image::Rgb([n as u8, (n >> 3) as u8, (n >> 5) as u8])
    });
    noise.save(project.path("a.png")).unwrap();
    project
}

/// Whether this machine lets a test mount something for itself.
fn may_mount() -> bool {
    let tried = Command::new("unshare").args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"]).output();
    let may = tried.is_ok_and(|output| output.status.success());
    if !may {
        eprintln!("SKIPPED: no mount namespaces here, so no full disk was tried");
    }
    may
}

/// A turn beside the other tests, unless nothing can be mounted here.
fn turn_to_mount() -> Option<RwLockReadGuard<'static, ()>> {
    may_mount().then(beside_others)
}

/// Runs a script in a mount namespace, in the project, with `$t2v` and a log for each command of it.
fn in_namespace(project: &Project, script: &str) -> Run {
    let mut command = Command::new("unshare");
    command.args(["-rm", "sh", "-euc", script]).current_dir(project.root()).env_clear();
    command.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", project.root()).env("LANG", "C.UTF-8");
    Run::from(command.env("t2v", env!("CARGO_BIN_EXE_t2v")).output().unwrap()).ok()
}

fn read(project: &Project, name: &str) -> String {
    fs::read_to_string(project.path(name)).unwrap_or_default().trim().to_owned()
}

#[test]
fn a_full_cache_ends_clearly_and_goes_on_when_there_is_room() {
    let Some(_turn) = turn_to_mount() else { return };
    let reference = project();
    reference.build(&[]);
    let mut full = 0;
    let sizes: Vec<u32> = SIZES.into_iter().step_by(if is_long() { 1 } else { SIZE_STEP }).collect();
    for &size in &sizes {
        let project = project();
        let script = format!(
            "mkdir -p .t2v/cache; mount -t tmpfs -o size={size}k tmpfs .t2v/cache
            set +e; $t2v build >out1 2>err1; echo $? >code1; set -e
            ls -A .t2v/cache/v3/tmp >left 2>/dev/null || true
            mount -o remount,size=64m .t2v/cache
            set +e; $t2v cache verify >verify 2>&1; echo $? >verified
            $t2v build >out2 2>err2; echo $? >code2; $t2v cache verify >verify2 2>&1; echo $? >verified2; set -e"
        );
        let _ = in_namespace(&project, &script);
        let (code, told) = (read(&project, "code1"), read(&project, "err1"));
        if code != "0" {
            full += 1;
            println!(
                "{size} kB: {}",
                told.lines().filter(|line| !line.starts_with('[')).collect::<Vec<_>>().join(" | ")
            );
            assert_eq!(code, "1", "{size} kB: {told}");
            let clear = ["the disk of the cache is full", "that disk is full"].iter().any(|text| told.contains(text));
            assert!(clear, "{size} kB: {told}");
            assert!(!told.contains("panicked") && !told.contains("bug"), "{size} kB: {told}");
        }
        assert_eq!(read(&project, "left"), "", "{size} kB: left in tmp");
        assert_eq!(read(&project, "verified"), "0", "{size} kB: {}", read(&project, "verify"));
        assert_eq!(read(&project, "code2"), "0", "{size} kB: {}", read(&project, "err2"));
        assert_eq!(read(&project, "verified2"), "0", "{size} kB: {}", read(&project, "verify2"));
        assert_eq!(film(&project), film(&reference), "{size} kB");
    }
    println!("{full} of {} disks were too small", sizes.len());
    assert!(full >= sizes.len() / 2, "{full}");
}

#[test]
fn a_full_disk_below_the_film_is_named_and_the_old_film_stays() {
    let Some(_turn) = turn_to_mount() else { return };
    let project = project();
    let script = "mkdir out; mount -t tmpfs -o size=64m tmpfs out
        $t2v build >out1 2>err1; sha256sum out/video.mp4 >before
        sed -i 's/We go on/We all go on/' video.yaml
        dd if=/dev/zero of=out/filler bs=1k count=1000000 2>/dev/null || true
        set +e; $t2v build --keep-going >out2 2>err2; echo $? >code2; set -e
        sha256sum out/video.mp4 >after; ls -A out >there
        rm out/filler; $t2v build >out3 2>err3; sha256sum out/video.mp4 >last";
    let _ = in_namespace(&project, script);
    let told = read(&project, "err2");
    println!("{}", told.lines().filter(|line| !line.starts_with('[')).collect::<Vec<_>>().join(" | "));
    assert_eq!(read(&project, "code2"), "1", "{told}");
    assert!(told.contains("No space left on device") && told.contains("that disk is full"), "{told}");
    assert!(told.contains("out/video.mp4`"), "{told}");
    assert_eq!(read(&project, "before"), read(&project, "after"), "the old film is as it was");
    assert!(!read(&project, "there").contains(".t2v-"), "{}", read(&project, "there"));
    assert_ne!(read(&project, "last"), read(&project, "after"));
    assert_eq!(read(&project, "err3").lines().filter(|line| line.starts_with('[')).count(), 0, "only written anew");
}
