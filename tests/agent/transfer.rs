//! Blobs on their way, both ways: once, packed where it pays, and on from where a broken link stopped.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use t2v::action::Action;
use t2v::process::Cancel;
use t2v::remote::far::{Far, FarError};
use t2v::remote::link::{Child, Link};
use t2v::remote::{ExecError, Executor, Job, Local};
use t2v::spec::model::Format;
use t2v::steps::DecodeSound;

use crate::common::Project;
use crate::{Breaking, Near, agent, digests, greet, noise, terms, wav, within};

const MIB: u64 = 1 << 20;

/// A link that counts the bytes that come back, and breaks after so many.
struct Counting {
    link: Option<Child>,
    heard: Arc<AtomicU64>,
    most: u64,
}

impl Counting {
    fn greet(project: &Project, most: u64) -> (Far, Arc<AtomicU64>) {
        let (link, heard) = (Some(Child::start(agent(project, "far")).unwrap()), Arc::default());
        let link = Box::new(Self { link, heard: Arc::clone(&heard), most });
        (Far::greet(link, terms()).unwrap().0, heard)
    }
}

impl Link for Counting {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.link.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.send(bytes)
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        let received = self.link.as_mut().ok_or(io::ErrorKind::UnexpectedEof)?.receive(into, wait)?;
        if self.heard.fetch_add(received as u64, Ordering::SeqCst) + received as u64 > self.most {
            self.link = None;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(received)
    }
}

/// Decodes so many bytes of noise on one channel, which come out as twice as many.
fn decoding(near: &Near, bytes: u64, seed: u64) -> Action {
    let media = near.blob(&noise(bytes as usize, seed));
    near.action(&DecodeSound { format: Format::Wav, from: 0.0, to: None }, &[("media", media)])
}

#[test]
fn a_link_that_breaks_on_the_way_back_costs_only_what_was_on_its_way() {
    let (project, near, other) = (Project::new(""), Near::new(), Near::new());
    let action = decoding(&near, 10 * MIB, 5);
    let (mut far, _) = Counting::greet(&project, 8 * MIB);
    let error = near.run(&mut far, &action).unwrap_err();
    assert!(matches!(error, ExecError::Infra { .. }) && !far.is_usable(), "{error}");
    within(Duration::from_secs(3), "the agent ended", || project.processes().is_empty());
    other.cache.take_in_copy(&near.cache.verified(&action.inputs["media"]).unwrap()).unwrap();
    let (mut far, whole) = Counting::greet(&project, u64::MAX);
    let made = other.run(&mut far, &action).unwrap();
    let (mut far, rest) = Counting::greet(&project, u64::MAX);
    assert_eq!(near.run(&mut far, &action).unwrap().outputs, made.outputs);
    let [whole, rest] = [whole, rest].map(|heard| heard.load(Ordering::SeqCst));
    println!("{whole} bytes come back in one go, and {rest} after the first 8 MiB of them");
    assert!(rest + 7 * MIB < whole && whole < rest + 9 * MIB);
    // Nothing that is here travels again.
    let before = far.sent();
    near.run(&mut far, &action).unwrap();
    assert!(far.sent() - before < 200);
    assert!(std::fs::read_dir(near.cache.root().join("partial")).unwrap().next().is_none());
    let local = Local::new(&other.cache, &other.workshop);
    let here = local.run(&action, &Job { cancel: &Cancel::default(), progress: &|_, _| {} }).unwrap();
    assert_eq!(here.outputs, made.outputs, "the bytes are those made here");
}

#[test]
fn what_is_here_does_not_come_back() {
    let (project, near) = (Project::new(""), Near::new());
    let action = decoding(&near, 3 * MIB, 6);
    near.run(&mut greet(agent(&project, "far")).0, &action).unwrap();
    let (mut far, heard) = Counting::greet(&project, u64::MAX);
    let greeting = heard.load(Ordering::SeqCst);
    near.run(&mut far, &action).unwrap();
    let heard = heard.load(Ordering::SeqCst) - greeting;
    assert!(heard < 2000, "{heard} bytes came back again");
}

#[test]
fn a_damaged_beginning_here_is_nobodys_fault_and_comes_again() {
    let (project, near) = (Project::new(""), Near::new());
    let action = decoding(&near, 2 * MIB, 7);
    let digest = {
        let other = Near::new();
        other.cache.take_in_copy(&near.cache.verified(&action.inputs["media"]).unwrap()).unwrap();
        other.run(&mut greet(agent(&project, "far")).0, &action).unwrap().outputs["pcm"].digest
    };
    let partial = near.cache.root().join("partial");
    std::fs::create_dir_all(&partial).unwrap();
    std::fs::write(partial.join(digest.to_string()), vec![1; 1 << 20]).unwrap();
    let (mut far, _) = greet(agent(&project, "far"));
    let error = near.run(&mut far, &action).unwrap_err();
    assert!(matches!(far.trouble(), Some(FarError::Passing { .. })) && far.is_usable(), "{error}");
    assert_eq!(near.run(&mut far, &action).unwrap().outputs["pcm"].digest, digest);
}

#[test]
fn a_blob_travels_once_and_packed_where_it_pays() {
    let (project, near) = (Project::new(""), Near::new());
    let (mut far, _) = greet(agent(&project, "far"));
    let hum: Vec<u8> = (0..3 * MIB / 2).flat_map(|i| (((i % 480) * 40) as i16).to_le_bytes()).collect();
    let (hum, noise) = (near.probe(&wav(&hum)), near.probe(&noise(3 << 20, 1)));
    assert_eq!((far.known().lacks(&hum), far.known().lacks(&noise)), (3 * MIB + 44, 3 * MIB + 44));
    near.run(&mut far, &hum).unwrap();
    let packed = far.sent();
    near.run(&mut far, &noise).unwrap();
    let plain = far.sent() - packed;
    assert!(packed < MIB / 2 && (3 * MIB..3 * MIB + 2000).contains(&plain), "{packed} {plain}");
    assert_eq!(far.known().lacks(&noise), 0);
    // The same sound for another step: nothing more is sent, in this session or the next.
    let mut other = noise.clone();
    other.params = std::sync::Arc::new(serde_json::json!({"format": "flac"}));
    let before = far.sent();
    assert!(matches!(near.run(&mut far, &other), Err(ExecError::Step { .. })), "a wave is no flac");
    assert!(far.sent() - before < 100, "{}", far.sent() - before);
    drop(far);
    let (mut far, _) = greet(agent(&project, "far"));
    near.run(&mut far, &noise).unwrap();
    assert_eq!(far.sent(), 0, "the result is there, so nothing is asked for");
}

#[test]
fn a_broken_link_costs_only_what_was_on_its_way() {
    let (project, near) = (Project::new(""), Near::new());
    let action = near.probe(&noise(40 << 20, 2));
    let breaking = Breaking { link: Some(Child::start(agent(&project, "far")).unwrap()), left: 25 << 20 };
    let (mut far, _) = Far::greet(Box::new(breaking), terms()).unwrap();
    let error = near.run(&mut far, &action).unwrap_err();
    assert!(matches!(error, ExecError::Infra { .. }) && !far.is_usable(), "{error}");
    println!("{error}");
    within(Duration::from_secs(3), "the agent ended", || project.processes().is_empty());
    let (mut far, _) = greet(agent(&project, "far"));
    near.run(&mut far, &action).unwrap();
    assert!((15 * MIB..17 * MIB).contains(&far.sent()), "{} bytes were sent again", far.sent());
    println!("{} of 40 MiB were sent by the second", far.sent());
    assert!(std::fs::read_dir(project.path("far/v2/partial")).unwrap().next().is_none());
}

#[test]
fn a_damaged_beginning_is_sent_again() {
    let (project, near) = (Project::new(""), Near::new());
    let action = near.probe(&noise(5 << 20, 3));
    let digest = action.inputs["media"].digest.to_string();
    let partial = project.path("far/v2/partial");
    std::fs::create_dir_all(&partial).unwrap();
    for (what, bytes) in [("another beginning", vec![1; 2 << 20]), ("longer than the blob", vec![1; 9 << 20])] {
        std::fs::write(partial.join(&digest), bytes).unwrap();
        let (mut far, _) = greet(agent(&project, "far"));
        near.run(&mut far, &action).unwrap();
        let sent = far.sent() / MIB;
        println!("{what}: {sent} MiB");
        assert!(sent <= 8, "{what}: {sent}");
        drop(far);
        std::fs::remove_dir_all(project.path("far/v2/blobs")).unwrap();
        std::fs::remove_file(project.path("far/v2/index.redb")).unwrap();
        std::fs::remove_dir_all(project.path("far/v2/records")).unwrap();
    }
}

#[test]
fn a_result_that_is_damaged_there_is_made_again() {
    let (project, near) = (Project::new(""), Near::new());
    let sound = noise(2 << 20, 9);
    let action = near.probe(&sound);
    let made = near.run(&mut greet(agent(&project, "far")).0, &action).unwrap();
    for blob in made.outputs.values().chain(action.inputs.values()) {
        let name = blob.digest.to_string();
        let path = project.path("far/v2/blobs").join(&name[..2]).join(&name);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[blob.len as usize / 2] ^= 1;
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let other = Near::new();
    let (mut far, _) = greet(agent(&project, "far"));
    let again = other.run(&mut far, &other.probe(&sound)).unwrap();
    assert_eq!(digests(&again), digests(&made));
    assert!(far.sent() > 2 * MIB, "the damaged input was sent again");
    drop(far);
    assert!(t2v::cache::Cache::open(&project.path("far")).unwrap().verify().unwrap().is_clean());
}

#[test]
fn two_agents_share_a_cache() {
    let project = Project::new("");
    let nears = [Near::new(), Near::new()];
    let sound = noise(30 << 20, 4);
    let ended: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = nears
            .iter()
            .map(|near| {
                let (action, project) = (near.probe(&sound), &project);
                scope.spawn(move || {
                    let (mut far, _) = greet(agent(project, "far"));
                    let outcome = near.run(&mut far, &action).unwrap();
                    (digests(&outcome), far.sent())
                })
            })
            .collect();
        runs.into_iter().map(|run| run.join().unwrap()).collect()
    });
    assert_eq!(ended[0].0, ended[1].0);
    let sent: u64 = ended.iter().map(|(_, sent)| sent).sum();
    assert!((30 * MIB..31 * MIB).contains(&sent), "{sent}: the second found what the first sent");
}

#[test]
fn two_steps_that_read_the_same_have_it_sent_once() {
    let (project, near) = (Project::new(""), Near::new());
    let (probe, decode) = (near.probe(&noise(30 << 20, 8)), decoding(&near, 30 * MIB, 8));
    assert_eq!(probe.inputs, decode.inputs);
    let sent: u64 = std::thread::scope(|scope| {
        let run = |action| {
            let (project, near) = (&project, &near);
            scope.spawn(move || {
                let (mut far, _) = greet(agent(project, "far"));
                near.run(&mut far, action).unwrap();
                far.sent()
            })
        };
        [run(&probe), run(&decode)].map(|run| run.join().unwrap()).iter().sum()
    });
    assert!((30 * MIB..31 * MIB).contains(&sent), "{sent}: the second waited for what the first sent");
}

#[test]
fn the_cache_there_keeps_to_its_cap() {
    let (project, near) = (Project::new(""), Near::new());
    let bytes = || {
        let folders = std::fs::read_dir(project.path("far/v2/blobs")).unwrap().flatten();
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).unwrap().flatten());
        files.map(|file| file.metadata().map_or(0, |m| m.len())).sum::<u64>()
    };
    let (mut far, _) = greet(agent(&project, "far"));
    (0..3).for_each(|seed| drop(near.run(&mut far, &near.probe(&noise(4 << 20, 10 + seed))).unwrap()));
    drop(far);
    within(Duration::from_secs(3), "the agent ended", || project.processes().is_empty());
    assert!(bytes() > 12 * MIB);
    // The last look was hours ago.
    let swept = std::fs::File::options().append(true).open(project.path("far/v2/swept")).unwrap();
    swept.set_modified(std::time::SystemTime::now() - Duration::from_secs(7200)).unwrap();
    let mut command = agent(&project, "far");
    command.args(["--cache-size", "5MB"]);
    let (mut far, hello) = greet(command);
    assert_eq!(hello.cap, 5_000_000);
    near.run(&mut far, &near.text("meanwhile")).unwrap();
    within(Duration::from_secs(5), "inputs that nobody needs are gone", || bytes() <= 5_000_000);
    assert!(bytes() > 4 * MIB, "the youngest stays");
}
