//! Inputs on their way: once, packed where it pays, and on from where a broken link stopped.

use std::time::Duration;

use t2v::remote::ExecError;
use t2v::remote::far::Far;
use t2v::remote::link::Child;

use crate::common::Project;
use crate::{Breaking, Near, agent, digests, greet, noise, terms, wav, within};

const MIB: u64 = 1 << 20;

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
