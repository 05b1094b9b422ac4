//! Agents that die, stop, or have no room: the reason is told, and nothing stays behind.

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use t2v::remote::ExecError;
use t2v::remote::far::{Far, FarError, Terms};
use t2v::remote::link::Child;

use crate::common::Project;
use crate::{Near, agent, greet, noise, terms, within};

/// A large input keeps an agent busy: it takes a while to arrive.
fn far_and_pid(project: &Project, silence: Duration) -> (Far, Pid) {
    let child = Child::start(agent(project, "far")).unwrap();
    let id = Pid::from_raw(child.id().unwrap() as i32);
    (Far::greet(Box::new(child), Terms { silence, ..terms() }).unwrap().0, id)
}

#[test]
fn an_agent_that_is_killed_is_told_of_and_the_step_runs_elsewhere() {
    let (project, near) = (Project::new(""), Near::new());
    let action = near.probe(&noise(200 << 20, 5));
    let (mut far, id) = far_and_pid(&project, Duration::from_secs(45));
    let start = Instant::now();
    std::thread::scope(|scope| {
        scope.spawn(|| {
            within(Duration::from_secs(20), "bytes arrive", || {
                let files = std::fs::read_dir(project.path("far/v2/partial")).into_iter().flatten().flatten();
                files.map(|file| file.metadata().map_or(0, |m| m.len())).sum::<u64>() > 1 << 20
            });
            kill(id, Signal::SIGKILL).unwrap();
        });
        let error = near.run(&mut far, &action).unwrap_err();
        assert!(matches!(error, ExecError::Infra { .. }), "{error}");
        assert!(matches!(far.trouble(), Some(FarError::Gone { .. })), "{:?}", far.trouble());
        println!("{error}");
    });
    assert!(!far.is_usable() && near.run(&mut far, &action).is_err());
    assert!(start.elapsed() < Duration::from_secs(30));
    drop(far);
    within(Duration::from_secs(3), "nothing runs any more", || project.processes().is_empty());
    near.run(&mut greet(agent(&project, "elsewhere")).0, &action).unwrap();
}

#[test]
fn an_agent_that_is_stopped_is_given_up_and_ends_when_it_wakes() {
    let (project, near) = (Project::new(""), Near::new());
    let (mut far, id) = far_and_pid(&project, Duration::from_millis(600));
    near.run(&mut far, &near.text("before")).unwrap();
    kill(id, Signal::SIGSTOP).unwrap();
    let start = Instant::now();
    let error = near.run(&mut far, &near.text("meanwhile")).unwrap_err();
    assert!(matches!(error, ExecError::Infra { .. }), "{error}");
    assert!(matches!(far.trouble(), Some(FarError::Silent { .. })), "{:?}", far.trouble());
    assert!((600..4000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    let _ = kill(id, Signal::SIGCONT);
    within(Duration::from_secs(3), "nothing runs any more", || project.processes().is_empty());
}

#[test]
fn a_full_disk_there_is_told_and_smaller_steps_go_on() {
    let tried = Command::new("unshare").args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"]).output();
    if !tried.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no mount namespaces here, so no full disk was tried");
        return;
    }
    let (project, near) = (Project::new(""), Near::new());
    std::fs::create_dir(project.path("far")).unwrap();
    let plain = agent(&project, "far");
    let mut command = Command::new("unshare");
    let script = "mount -t tmpfs -o size=6m tmpfs far; exec \"$@\"";
    command.args(["-rm", "sh", "-euc", script, "sh"]).arg(plain.get_program()).args(plain.get_args());
    command.current_dir(project.root()).env_clear();
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let (mut far, hello) = greet(command);
    assert!(hello.free < 6 << 20);
    near.run(&mut far, &near.text("there is room for this")).unwrap();
    for large in [noise(20 << 20, 6), noise(900 << 10, 7).repeat(1)] {
        let len = large.len();
        let result = near.run(&mut far, &near.probe(&large));
        match result {
            Ok(_) => assert!(len < 1 << 20, "{len} bytes on a disk of 6 MiB"),
            Err(error) => {
                assert!(matches!(error, ExecError::Infra { .. }), "{error}");
                assert!(matches!(far.trouble(), Some(FarError::Full { .. })), "{:?}", far.trouble());
                println!("{error}");
            }
        }
        assert!(far.is_usable());
    }
    near.run(&mut far, &near.text("and for this")).unwrap();
}

#[test]
fn an_agent_that_is_told_nonsense_ends_and_says_why() {
    let project = Project::new("");
    let mut seed = 0u64;
    for len in [1, 8, 9, 100, 5000, 3 << 20] {
        seed += 1;
        let mut told = vec![0; len];
        blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut told);
        let mut command = agent(&project, "far");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        // It may end before it has read all.
        let _ = child.stdin.take().unwrap().write_all(&told);
        let output = child.wait_with_output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        let is_nonsense = len >= 8;
        assert_eq!(output.status.code(), Some(i32::from(is_nonsense)), "{len}: {words}");
        assert!(!words.contains("panicked") && words.is_empty() != is_nonsense, "{len}: {words}");
    }
}
