//! Transfers of blobs in both directions: each blob is sent once, packed if that saves bytes, and resumed after a broken transport.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use t2v::action::Action;
use t2v::process::CancelToken;
use t2v::remote::client::{AgentClient, AgentError};
use t2v::remote::transport::{ProcessTransport, Transport};
use t2v::remote::{ExecError, Executor, Job, LocalExecutor};
use t2v::spec::model::FileFormat;
use t2v::steps::DecodeSound;

use super::workspace::{Workspace, noise, wav};
use super::{BreakingTransport, agent, connect, digests, session_config};
use crate::common::{Project, wait_until};

const MIB: u64 = 1 << 20;

/// A transport that counts received bytes, and breaks after `most` of them.
struct CountingTransport {
    transport: Option<ProcessTransport>,
    heard: Arc<AtomicU64>,
    most: u64,
}

impl CountingTransport {
    fn connect(project: &Project, most: u64) -> (AgentClient, Arc<AtomicU64>) {
        let (transport, heard) = (Some(ProcessTransport::start(agent(project, "far")).unwrap()), Arc::default());
        let transport = Box::new(Self { transport, heard: Arc::clone(&heard), most });
        (AgentClient::connect(transport, session_config()).unwrap().0, heard)
    }
}

impl Transport for CountingTransport {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.transport.as_mut().ok_or(io::ErrorKind::BrokenPipe)?.send(bytes)
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        let received = self.transport.as_mut().ok_or(io::ErrorKind::UnexpectedEof)?.receive(into, wait)?;
        if self.heard.fetch_add(received as u64, Ordering::SeqCst) + received as u64 > self.most {
            self.transport = None;
            return Err(io::ErrorKind::ConnectionReset.into());
        }
        Ok(received)
    }
}

/// An action that decodes `bytes` of mono noise; its output has twice as many bytes.
fn decoding(workspace: &Workspace, bytes: u64, seed: u64) -> Action {
    let media = workspace.blob(&noise(bytes as usize, seed));
    workspace.action(&DecodeSound { format: FileFormat::Wav, from: 0.0, to: None }, &[("media", media)])
}

#[test]
fn a_transport_that_breaks_on_the_way_back_costs_only_what_was_on_its_way() {
    let (project, workspace, other) = (Project::new(""), Workspace::new(), Workspace::new());
    let action = decoding(&workspace, 10 * MIB, 5);
    let (mut client, _) = CountingTransport::connect(&project, 8 * MIB);
    let error = workspace.run(&mut client, &action).unwrap_err();
    assert!(matches!(error, ExecError::Transient { .. }) && !client.is_usable(), "{error}");
    wait_until("the agent ended", || project.processes().is_empty());
    other.cache.insert_copy(&workspace.cache.verified_path(&action.inputs["media"]).unwrap()).unwrap();
    let (mut client, whole) = CountingTransport::connect(&project, u64::MAX);
    let made = other.run(&mut client, &action).unwrap();
    let (mut client, rest) = CountingTransport::connect(&project, u64::MAX);
    assert_eq!(workspace.run(&mut client, &action).unwrap().outputs, made.outputs);
    let [whole, rest] = [whole, rest].map(|heard| heard.load(Ordering::SeqCst));
    println!("{whole} bytes come back in one go, and {rest} after the first 8 MiB of them");
    assert!(rest + 7 * MIB < whole && whole < rest + 9 * MIB);
    // Blobs that this cache has are not sent again.
    let before = client.sent_bytes();
    workspace.run(&mut client, &action).unwrap();
    assert!(client.sent_bytes() - before < 200);
    assert!(std::fs::read_dir(workspace.cache.root().join("partial")).unwrap().next().is_none());
    let local = LocalExecutor::new(&other.cache, &other.workshop);
    let here = local.run(&action, &Job { cancel: &CancelToken::default(), progress: &|_, _| {} }).unwrap();
    assert_eq!(here.outputs, made.outputs, "the bytes are those made here");
}

#[test]
fn what_is_here_does_not_come_back() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let action = decoding(&workspace, 3 * MIB, 6);
    workspace.run(&mut connect(agent(&project, "far")).0, &action).unwrap();
    let (mut client, heard) = CountingTransport::connect(&project, u64::MAX);
    let greeting = heard.load(Ordering::SeqCst);
    workspace.run(&mut client, &action).unwrap();
    let heard = heard.load(Ordering::SeqCst) - greeting;
    assert!(heard < 2000, "{heard} bytes came back again");
}

#[test]
fn a_damaged_beginning_here_is_nobodys_fault_and_comes_again() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let action = decoding(&workspace, 2 * MIB, 7);
    let digest = {
        let other = Workspace::new();
        other.cache.insert_copy(&workspace.cache.verified_path(&action.inputs["media"]).unwrap()).unwrap();
        other.run(&mut connect(agent(&project, "far")).0, &action).unwrap().outputs["pcm"].digest
    };
    let partial = workspace.cache.root().join("partial");
    std::fs::create_dir_all(&partial).unwrap();
    std::fs::write(partial.join(digest.to_string()), vec![1; 1 << 20]).unwrap();
    let (mut client, _) = connect(agent(&project, "far"));
    let error = workspace.run(&mut client, &action).unwrap_err();
    assert!(matches!(client.last_error(), Some(AgentError::Transient { .. })) && client.is_usable(), "{error}");
    assert_eq!(workspace.run(&mut client, &action).unwrap().outputs["pcm"].digest, digest);
}

#[test]
fn a_blob_travels_once_and_packed_where_it_pays() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let (mut client, _) = connect(agent(&project, "far"));
    let hum: Vec<u8> = (0..3 * MIB / 2).flat_map(|i| (((i % 480) * 40) as i16).to_le_bytes()).collect();
    let (hum, noise) = (workspace.probe(&wav(&hum)), workspace.probe(&noise(3 << 20, 1)));
    assert_eq!(
        (client.known_blobs().missing_bytes(&hum), client.known_blobs().missing_bytes(&noise)),
        (3 * MIB + 44, 3 * MIB + 44)
    );
    workspace.run(&mut client, &hum).unwrap();
    let packed = client.sent_bytes();
    workspace.run(&mut client, &noise).unwrap();
    let plain = client.sent_bytes() - packed;
    assert!(packed < MIB / 2 && (3 * MIB..3 * MIB + 2000).contains(&plain), "{packed} {plain}");
    assert_eq!(client.known_blobs().missing_bytes(&noise), 0);
    // The same sound in another step is not sent again, neither in this session nor in the next.
    let mut other = noise.clone();
    other.params = std::sync::Arc::new(serde_json::json!({"format": "flac"}));
    let before = client.sent_bytes();
    assert!(matches!(workspace.run(&mut client, &other), Err(ExecError::Step { .. })), "a wave is no flac");
    assert!(client.sent_bytes() - before < 100, "{}", client.sent_bytes() - before);
    drop(client);
    let (mut client, _) = connect(agent(&project, "far"));
    workspace.run(&mut client, &noise).unwrap();
    assert_eq!(client.sent_bytes(), 0, "the result is there, so nothing is asked for");
}

#[test]
fn a_broken_transport_costs_only_what_was_on_its_way() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let action = workspace.probe(&noise(40 << 20, 2));
    let breaking =
        BreakingTransport { transport: Some(ProcessTransport::start(agent(&project, "far")).unwrap()), left: 25 << 20 };
    let (mut client, _) = AgentClient::connect(Box::new(breaking), session_config()).unwrap();
    let error = workspace.run(&mut client, &action).unwrap_err();
    assert!(matches!(error, ExecError::Transient { .. }) && !client.is_usable(), "{error}");
    println!("{error}");
    wait_until("the agent ended", || project.processes().is_empty());
    let (mut client, _) = connect(agent(&project, "far"));
    workspace.run(&mut client, &action).unwrap();
    assert!((15 * MIB..17 * MIB).contains(&client.sent_bytes()), "{} bytes were sent again", client.sent_bytes());
    println!("{} of 40 MiB were sent by the second", client.sent_bytes());
    assert!(std::fs::read_dir(project.path("far/v3/partial")).unwrap().next().is_none());
}

#[test]
fn a_damaged_beginning_is_sent_again() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let action = workspace.probe(&noise(5 << 20, 3));
    let digest = action.inputs["media"].digest.to_string();
    let partial = project.path("far/v3/partial");
    std::fs::create_dir_all(&partial).unwrap();
    for (what, bytes) in [("another beginning", vec![1; 2 << 20]), ("longer than the blob", vec![1; 9 << 20])] {
        std::fs::write(partial.join(&digest), bytes).unwrap();
        let (mut client, _) = connect(agent(&project, "far"));
        workspace.run(&mut client, &action).unwrap();
        let sent = client.sent_bytes() / MIB;
        println!("{what}: {sent} MiB");
        assert!(sent <= 8, "{what}: {sent}");
        drop(client);
        std::fs::remove_dir_all(project.path("far/v3/blobs")).unwrap();
        std::fs::remove_file(project.path("far/v3/index.redb")).unwrap();
        std::fs::remove_dir_all(project.path("far/v3/records")).unwrap();
    }
}

#[test]
fn a_result_that_is_damaged_there_is_made_again() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let sound = noise(2 << 20, 9);
    let action = workspace.probe(&sound);
    let made = workspace.run(&mut connect(agent(&project, "far")).0, &action).unwrap();
    for blob in made.outputs.values().chain(action.inputs.values()) {
        let name = blob.digest.to_string();
        let path = project.path("far/v3/blobs").join(&name[..2]).join(&name);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[blob.len as usize / 2] ^= 1;
        std::fs::remove_file(&path).unwrap();
        std::fs::write(&path, bytes).unwrap();
    }
    let other = Workspace::new();
    let (mut client, _) = connect(agent(&project, "far"));
    let again = other.run(&mut client, &other.probe(&sound)).unwrap();
    assert_eq!(digests(&again), digests(&made));
    assert!(client.sent_bytes() > 2 * MIB, "the damaged input was sent again");
    drop(client);
    assert!(t2v::cache::Cache::open(&project.path("far")).unwrap().verify().unwrap().is_clean());
}

#[test]
fn two_agents_share_a_cache() {
    let project = Project::new("");
    let nears = [Workspace::new(), Workspace::new()];
    let sound = noise(30 << 20, 4);
    let ended: Vec<_> = std::thread::scope(|scope| {
        let runs: Vec<_> = nears
            .iter()
            .map(|workspace| {
                let (action, project) = (workspace.probe(&sound), &project);
                scope.spawn(move || {
                    let (mut client, _) = connect(agent(project, "far"));
                    let outcome = workspace.run(&mut client, &action).unwrap();
                    (digests(&outcome), client.sent_bytes())
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
    let (project, workspace) = (Project::new(""), Workspace::new());
    let (probe, decode) = (workspace.probe(&noise(30 << 20, 8)), decoding(&workspace, 30 * MIB, 8));
    assert_eq!(probe.inputs, decode.inputs);
    let sent: u64 = std::thread::scope(|scope| {
        let run = |action| {
            let (project, workspace) = (&project, &workspace);
            scope.spawn(move || {
                let (mut client, _) = connect(agent(project, "far"));
                workspace.run(&mut client, action).unwrap();
                client.sent_bytes()
            })
        };
        [run(&probe), run(&decode)].map(|run| run.join().unwrap()).iter().sum()
    });
    assert!((30 * MIB..31 * MIB).contains(&sent), "{sent}: the second waited for what the first sent");
}

#[test]
fn the_cache_there_keeps_to_its_cap() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let bytes = || {
        let folders = std::fs::read_dir(project.path("far/v3/blobs")).unwrap().flatten();
        let files = folders.flat_map(|folder| std::fs::read_dir(folder.path()).unwrap().flatten());
        files.map(|file| file.metadata().map_or(0, |m| m.len())).sum::<u64>()
    };
    let (mut client, _) = connect(agent(&project, "far"));
    (0..3).for_each(|seed| drop(workspace.run(&mut client, &workspace.probe(&noise(4 << 20, 10 + seed))).unwrap()));
    drop(client);
    wait_until("the agent ended", || project.processes().is_empty());
    assert!(bytes() > 12 * MIB);
    // Pretends that the last sweep was hours ago.
    let swept = std::fs::File::options().append(true).open(project.path("far/v3/swept")).unwrap();
    swept.set_modified(std::time::SystemTime::now() - Duration::from_secs(7200)).unwrap();
    let mut command = agent(&project, "far");
    command.args(["--cache-size", "5MB"]);
    let (mut client, capabilities) = connect(command);
    assert_eq!(capabilities.cap, 5_000_000);
    workspace.run(&mut client, &workspace.text("meanwhile")).unwrap();
    wait_until("inputs that nobody needs are gone", || bytes() <= 5_000_000);
    assert!(bytes() > 4 * MIB, "the youngest stays");
}
