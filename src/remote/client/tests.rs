//! Agents that send wrong messages or outputs: each is refused with its own reason, and nothing wrong gets into the cache.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Mutex};

use serde_json::json;

use super::*;
use crate::action::{Blob, Requirements};
use crate::cache::Lookup;
use crate::digest::Digest;
use crate::process::CancelToken;
use crate::remote::wire::{self, ChunkHeader, MissingBlob, RemoteFailure, WireDecoder};

const OUT: &[u8] = b"{\"made\": true}";

/// A fake agent in this process, which answers each message.
struct FakeAgent<F> {
    answer: F,
    received: WireDecoder,
    to_send: Vec<u8>,
    /// Whether the transport ends after all answers were received.
    ends_after_sending: bool,
}

impl<F: FnMut(ToAgent) -> Vec<u8> + Send> Transport for FakeAgent<F> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.received.push(bytes);
        while let Some(frame) = self.received.next_frame().unwrap() {
            self.to_send.extend((self.answer)(frame.message().unwrap()));
        }
        Ok(())
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        if self.to_send.is_empty() && self.ends_after_sending {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.to_send.is_empty() {
            std::thread::sleep(wait);
        }
        // In small pieces, as over a slow network.
        let n = self.to_send.len().min(into.len()).min(997);
        into[..n].copy_from_slice(&self.to_send[..n]);
        self.to_send.drain(..n);
        Ok(n)
    }
}

fn capabilities() -> Capabilities {
    Capabilities {
        build: Digest::of(b"t2v"),
        version: "1".into(),
        os: "linux".into(),
        arch: "x86_64".into(),
        cores: 2,
        memory: 1 << 30,
        tools: BTreeMap::from([("crates.voice".into(), "abc".into()), ("processor".into(), "x86_64 avx2".into())]),
        about: BTreeMap::new(),
        free: 1 << 30,
        cap: 1 << 30,
    }
}

fn frame(message: &FromAgent, body: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::new();
    wire::encode(message, body, &mut bytes).unwrap();
    bytes
}

fn session_config() -> SessionConfig {
    let short = Duration::from_millis(300);
    SessionConfig {
        silence_timeout: short,
        greeting_timeout: short,
        ..SessionConfig::new("gpu1", Some(Digest::of(b"t2v")))
    }
}

fn connect(answer: impl FnMut(ToAgent) -> Vec<u8> + Send + 'static, ends_after_sending: bool) -> AgentClient {
    let to_send = [wire::preamble(), frame(&FromAgent::Hello(Box::new(capabilities())), &[])].concat();
    let fake = FakeAgent { answer, received: WireDecoder::default(), to_send, ends_after_sending };
    AgentClient::connect(Box::new(fake), session_config()).unwrap().0
}

fn action() -> Action {
    Action {
        kind: "text".into(),
        version: 1,
        params: Arc::new(json!({"text": "words"})),
        inputs: BTreeMap::new(),
        tools: Arc::new(BTreeMap::from([
            ("crates.voice".into(), "abc".into()),
            ("processor".into(), "x86_64 avx2".into()),
        ])),
        requirements: Requirements::default(),
    }
}

fn blob() -> Blob {
    Blob { digest: Digest::of(OUT), len: OUT.len() as u64 }
}

fn done(outputs: &[(&str, Blob)]) -> Vec<u8> {
    let outputs = outputs.iter().map(|(role, blob)| ((*role).to_owned(), *blob)).collect();
    frame(&FromAgent::Done { id: 1, outputs, millis: 5, found: false }, &[])
}

fn put(from: u64, body: &[u8]) -> Vec<u8> {
    let part = ChunkHeader { digest: blob().digest, from, len: body.len() as u32, packed: false };
    frame(&FromAgent::Put(part), body)
}

fn end() -> Vec<u8> {
    frame(&FromAgent::End { id: 1 }, &[])
}

/// The role of the only output of the action.
fn role() -> &'static str {
    crate::steps::output_roles("text").unwrap()[0]
}

/// The result of a run that is answered with these bytes.
fn outcome(
    answer: Vec<u8>,
    ends_after_sending: bool,
) -> (Result<Outcome, ExecError>, AgentClient, Cache, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let mut answer = Some(answer);
    let run = move |received| match received {
        ToAgent::Run { .. } => answer.take().unwrap_or_default(),
        _ => Vec::new(),
    };
    let mut client = connect(run, ends_after_sending);
    let result = client.run(&action(), &cache, &Job { cancel: &CancelToken::default(), progress: &|_, _| {} });
    (result, client, cache, dir)
}

#[test]
fn a_right_answer_is_accepted() {
    let answer = [done(&[(role(), blob())]), put(0, &OUT[..5]), put(5, &OUT[5..]), end()].concat();
    let (result, client, cache, _dir) = outcome(answer, false);
    assert_eq!(result.unwrap().outputs[role()], blob());
    assert_eq!(cache.read(&blob()).unwrap(), OUT);
    assert!(client.is_usable() && client.last_error().is_none());
}

#[test]
fn progress_is_forwarded() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let tell = |done| frame(&FromAgent::Progress { id: 1, done, total: 9 }, &[]);
    let answer =
        [tell(3), tell(1 << 60), frame(&FromAgent::Alive, &[]), tell(9), done(&[(role(), blob())]), put(0, OUT), end()]
            .concat();
    let mut client = connect(move |_| answer.clone(), false);
    let received = Mutex::new(Vec::new());
    let progress = |done, total| received.lock().unwrap().push((done, total));
    client.run(&action(), &cache, &Job { cancel: &CancelToken::default(), progress: &progress }).unwrap();
    assert_eq!(*received.lock().unwrap(), [(3, 9), (9, 9), (9, 9)]);
}

#[test]
fn every_wrong_answer_is_refused() {
    let other = Blob { digest: Digest::of(b"other"), len: OUT.len() as u64 };
    let [first, all] = [done(&[(role(), blob())]), put(0, OUT)];
    let huge = Blob { len: u64::MAX, ..blob() };
    let bomb = ChunkHeader { digest: blob().digest, from: 0, len: OUT.len() as u32, packed: true };
    let packed = zstd::bulk::compress(&vec![0; 1 << 20], 1).unwrap();
    let lies = [
        ("other bytes", [first.clone(), put(0, &[b'x'; OUT.len()]), end()].concat()),
        ("no output", [done(&[]), end()].concat()),
        ("one more output", [done(&[(role(), blob()), ("extra", blob())]), all.clone(), all.clone(), end()].concat()),
        ("an output by another name", [done(&[("../../escape", blob())]), all.clone(), end()].concat()),
        ("an output that is not sent", [first.clone(), end()].concat()),
        ("half of an output", [first.clone(), put(0, &OUT[..5]), end()].concat()),
        ("more than the output", [first.clone(), all.clone(), put(0, b"x"), end()].concat()),
        ("a part at the wrong place", [first.clone(), put(3, &OUT[3..]), end()].concat()),
        ("a part of something else", [done(&[(role(), other)]), all.clone(), end()].concat()),
        ("a part longer than the blob", [first.clone(), put(0, &[OUT, OUT].concat()), end()].concat()),
        ("empty parts", [first.clone(), put(0, b"")].concat()),
        ("a bomb", [first.clone(), frame(&FromAgent::Put(bomb), &packed), end()].concat()),
        ("more than any disk has", [done(&[(role(), huge)]), all.clone(), end()].concat()),
        ("an answer to another question", frame(&FromAgent::End { id: 7 }, &[])),
        ("the end before the beginning", end()),
        ("a greeting", frame(&FromAgent::Hello(Box::new(capabilities())), &[])),
        (
            "a question for files",
            frame(&FromAgent::Lacks { id: 1, blobs: vec![MissingBlob { digest: other.digest, from: 0 }] }, &[]),
        ),
    ];
    for (lie, answer) in lies {
        let (result, client, cache, dir) = outcome(answer, false);
        assert!(matches!(result, Err(ExecError::Transient { .. })), "{lie}: {result:?}");
        assert!(
            matches!(client.last_error(), Some(AgentError::InvalidAnswer { .. })),
            "{lie}: {:?}",
            client.last_error()
        );
        assert!(!client.is_usable(), "{lie}");
        assert!(matches!(cache.lookup(action().key()), Ok(Lookup::Miss(_))), "{lie}");
        // Blobs with the right bytes may stay; no others.
        assert!(cache.verify().unwrap().is_clean(), "{lie}");
        assert!(!dir.path().join("escape").exists());
        println!("{lie}: {}", client.last_error().unwrap());
    }
}

#[test]
fn one_digest_has_one_length() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let action = Action { kind: "decode-sound".into(), ..action() };
    let outputs = |len| BTreeMap::from([("info".to_owned(), blob()), ("pcm".to_owned(), Blob { len, ..blob() })]);
    let taken = |len| outputs::OutputReceiver::new(&action, &cache, &outputs(len)).map(drop);
    assert!(taken(blob().len).is_ok());
    assert!(matches!(taken(blob().len + 1), Err(outputs::OutputError::Invalid(_))));
}

#[test]
fn large_outputs_are_asked_for_and_no_lie_about_them_is_believed() {
    let bytes: Vec<u8> = (0..3u32 << 18).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let large = Blob { digest: Digest::of(&bytes), len: bytes.len() as u64 };
    let part = |from: usize, body: &[u8]| {
        let part = ChunkHeader { digest: large.digest, from: from as u64, len: body.len() as u32, packed: false };
        frame(&FromAgent::Put(part), body)
    };
    let all = || part(0, &bytes);
    let mut other = bytes.clone();
    other[7] ^= 1;
    let answers = [
        ("the truth", [all(), end()].concat(), true),
        ("other bytes", [part(0, &other), end()].concat(), false),
        ("the half of it", [part(0, &bytes[..1000]), end()].concat(), false),
        ("twice as much", [all(), all(), end()].concat(), false),
        ("a part from further on", [part(1000, &bytes[1000..]), end()].concat(), false),
        ("nothing", end(), false),
    ];
    for (what, answer, is_true) in answers {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let (tell, received) = std::sync::mpsc::channel();
        let mut client = connect(
            move |message| {
                tell.send(message.clone()).unwrap();
                match message {
                    ToAgent::Run { .. } => done(&[(role(), large)]),
                    ToAgent::Take { .. } => answer.clone(),
                    _ => Vec::new(),
                }
            },
            false,
        );
        let result = client.run(&action(), &cache, &Job { cancel: &CancelToken::default(), progress: &|_, _| {} });
        let asked = ToAgent::Take { id: 1, blobs: vec![MissingBlob { digest: large.digest, from: 0 }] };
        assert!(received.try_iter().any(|message| message == asked), "{what}");
        assert_eq!(result.is_ok(), is_true, "{what}: {result:?}");
        // Blobs with the right bytes may stay, even if more bytes followed; no others.
        assert_eq!(cache.read(&large).is_ok(), is_true || what == "twice as much", "{what}");
        assert_eq!(client.is_usable(), is_true, "{what}: {:?}", client.last_error());
        assert!(
            is_true || matches!(client.last_error(), Some(AgentError::InvalidAnswer { .. })),
            "{what}: {:?}",
            client.last_error()
        );
        assert!(cache.verify().unwrap().is_clean(), "{what}");
    }
}

#[test]
fn what_is_no_message_is_refused() {
    let cut = done(&[(role(), blob())]);
    let huge = [u32::MAX.to_le_bytes(), 4u32.to_le_bytes()].concat();
    let nonsense = [&10u32.to_le_bytes()[..], &6u32.to_le_bytes(), b"\x1b[2J\"}"].concat();
    for (what, answer, ends_after_sending) in
        [("huge", huge, false), ("nonsense", nonsense, false), ("cut", cut[..20].to_vec(), true)]
    {
        let (result, client, ..) = outcome(answer, ends_after_sending);
        assert!(matches!(result, Err(ExecError::Transient { .. })), "{what}: {result:?}");
        let trouble = client.last_error().unwrap();
        assert!(matches!(trouble, AgentError::Protocol { .. } | AgentError::Gone { .. }), "{what}: {trouble:?}");
        assert!(!client.is_usable() && !trouble.to_string().contains('\x1b'), "{what}: {trouble}");
    }
}

#[test]
fn a_silent_agent_is_given_up_unless_it_sends_signs_of_life() {
    let start = Instant::now();
    let (result, client, ..) = outcome(Vec::new(), false);
    assert!(
        matches!(result, Err(ExecError::Transient { .. }))
            && matches!(client.last_error(), Some(AgentError::Silent { .. }))
    );
    assert!(start.elapsed() >= Duration::from_millis(300), "{:?}", start.elapsed());
    // Each ping is answered, and the tenth completes the run.
    let mut pings = 0;
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let mut client = connect(
        move |received| {
            pings += usize::from(received == ToAgent::Ping);
            let all = || [done(&[(role(), blob())]), put(0, OUT), end()].concat();
            if pings < 10 { frame(&FromAgent::Alive, &[]) } else { all() }
        },
        false,
    );
    client.run(&action(), &cache, &Job { cancel: &CancelToken::default(), progress: &|_, _| {} }).unwrap();
}

#[test]
fn texts_of_a_failed_step_are_sanitized_and_bounded() {
    let failure = RemoteFailure::Step {
        message: "\x1b[31mbad\n::error::x".repeat(100),
        help: Some("a\nb".into()),
        log: "\x07line\n".repeat(50_000),
    };
    let (result, client, ..) = outcome(frame(&FromAgent::Failed { id: 1, failure }, &[]), false);
    let Err(ExecError::Step { message, help, log }) = result else { panic!("{result:?}") };
    assert!(message.chars().count() <= 300 && !message.contains(['\x1b', '\n']), "{message}");
    assert_eq!(help.as_deref(), Some("a b"));
    assert!(log.len() <= 64 << 10 && !log.contains('\x07') && log.ends_with("line\n"));
    assert!(client.is_usable(), "a step that failed says nothing against the host");
}

#[test]
fn another_build_and_no_agent_at_all_are_told() {
    let connect = |to_send: Vec<u8>, ends_after_sending| {
        let fake = FakeAgent { answer: |_| Vec::new(), received: WireDecoder::default(), to_send, ends_after_sending };
        AgentClient::connect(Box::new(fake), session_config()).map(drop).unwrap_err()
    };
    let other = Capabilities { build: Digest::of(b"older"), version: "\x1b0.9".into(), ..capabilities() };
    let error = connect([wire::preamble(), frame(&FromAgent::Hello(Box::new(other)), &[])].concat(), false);
    assert!(
        matches!(&error, AgentError::OtherBuild { capabilities, .. } if capabilities.version == "\\u{1b}0.9"),
        "{error:?}"
    );
    let error = connect(b"Last login: today\nsh: t2v: not found\n".to_vec(), true).to_string();
    assert!(error.contains("sh: t2v: not found"), "{error}");
    let error = connect(b"\0t2v-agent 1\n".to_vec(), false).to_string();
    assert!(error.contains("version 1"), "{error}");
    let error = connect(Vec::new(), false);
    assert!(matches!(error, AgentError::Protocol { .. }), "{error:?}");
}

#[test]
fn tools_and_processors_that_differ_are_seen() {
    assert_eq!(capabilities().incompatibility(&action()), None);
    let with_agent = |tool: &str, print: &str| Action {
        tools: Arc::new(BTreeMap::from([(tool.to_owned(), print.to_owned())])),
        ..action()
    };
    assert_eq!(
        capabilities().incompatibility(&with_agent("crates.voice", "x")).unwrap(),
        "it has another crates.voice"
    );
    assert_eq!(
        capabilities().incompatibility(&with_agent("ffmpeg", "x")).unwrap(),
        "it has no ffmpeg that can be used"
    );
    assert!(capabilities().incompatibility(&with_agent("processor", "x86_64 avx512")).unwrap().contains("x86_64 avx2"));
}
