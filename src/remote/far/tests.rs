//! A far side that lies, one lie at a time: each is refused with a reason of its own, and nothing of it gets into the cache.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use serde_json::json;

use super::*;
use crate::action::Needs;
use crate::cache::Lookup;
use crate::process::Cancel;
use crate::remote::wire::{self, Decoder, Failure, Lack, Part};

const OUT: &[u8] = b"{\"made\": true}";

/// A far side in this process: what it says to each message it is told.
struct Fake<F> {
    answer: F,
    told: Decoder,
    says: Vec<u8>,
    /// It ends once it has said everything.
    ends: bool,
}

impl<F: FnMut(ToAgent) -> Vec<u8> + Send> Link for Fake<F> {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.told.push(bytes);
        while let Some(frame) = self.told.frame().unwrap() {
            self.says.extend((self.answer)(frame.message().unwrap()));
        }
        Ok(())
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        if self.says.is_empty() && self.ends {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        if self.says.is_empty() {
            std::thread::sleep(wait);
        }
        // In crumbs, as a slow line does.
        let n = self.says.len().min(into.len()).min(997);
        into[..n].copy_from_slice(&self.says[..n]);
        self.says.drain(..n);
        Ok(n)
    }
}

fn hello() -> Hello {
    Hello {
        build: Digest::of(b"t2v"),
        version: "1".into(),
        os: "linux".into(),
        arch: "x86_64".into(),
        cpu: "x86_64 avx2".into(),
        cores: 2,
        memory: 1 << 30,
        tools: BTreeMap::from([("crates".into(), "abc".into())]),
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

fn terms() -> Terms {
    let short = Duration::from_millis(300);
    Terms { silence: short, greeting: short, ..Terms::new("gpu1", Some(Digest::of(b"t2v"))) }
}

fn greet(answer: impl FnMut(ToAgent) -> Vec<u8> + Send + 'static, ends: bool) -> Far {
    let says = [wire::preamble(), frame(&FromAgent::Hello(Box::new(hello())), &[])].concat();
    let fake = Fake { answer, told: Decoder::default(), says, ends };
    Far::greet(Box::new(fake), terms()).unwrap().0
}

fn action() -> Action {
    Action {
        kind: "text".into(),
        version: 1,
        params: Arc::new(json!({"text": "words"})),
        inputs: BTreeMap::new(),
        tools: Arc::new(BTreeMap::from([("crates".into(), "abc".into())])),
        needs: Needs::default(),
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
    let part = Part { digest: blob().digest, from, len: body.len() as u32, packed: false };
    frame(&FromAgent::Put(part), body)
}

fn end() -> Vec<u8> {
    frame(&FromAgent::End { id: 1 }, &[])
}

/// The role of the one output that the action has.
fn role() -> &'static str {
    crate::steps::outputs("text").unwrap()[0]
}

/// What becomes of a run that is answered like this.
fn outcome(answer: Vec<u8>, ends: bool) -> (Result<Outcome, ExecError>, Far, Cache, tempfile::TempDir) {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let mut answer = Some(answer);
    let run = move |told| match told {
        ToAgent::Run { .. } => answer.take().unwrap_or_default(),
        _ => Vec::new(),
    };
    let mut far = greet(run, ends);
    let result = far.run(&action(), &cache, &Job { cancel: &Cancel::default(), progress: &|_, _| {} });
    (result, far, cache, dir)
}

#[test]
fn the_truth_is_believed() {
    let answer = [done(&[(role(), blob())]), put(0, &OUT[..5]), put(5, &OUT[5..]), end()].concat();
    let (result, far, cache, _dir) = outcome(answer, false);
    assert_eq!(result.unwrap().outputs[role()], blob());
    assert_eq!(cache.read(&blob()).unwrap(), OUT);
    assert!(far.is_usable() && far.trouble().is_none());
}

#[test]
fn progress_is_handed_on() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let tell = |done| frame(&FromAgent::Progress { id: 1, done, total: 9 }, &[]);
    let answer =
        [tell(3), tell(1 << 60), frame(&FromAgent::Alive, &[]), tell(9), done(&[(role(), blob())]), put(0, OUT), end()]
            .concat();
    let mut far = greet(move |_| answer.clone(), false);
    let told = Mutex::new(Vec::new());
    let progress = |done, total| told.lock().unwrap().push((done, total));
    far.run(&action(), &cache, &Job { cancel: &Cancel::default(), progress: &progress }).unwrap();
    assert_eq!(*told.lock().unwrap(), [(3, 9), (9, 9), (9, 9)]);
}

#[test]
fn every_lie_is_refused() {
    let other = Blob { digest: Digest::of(b"other"), len: OUT.len() as u64 };
    let [first, all] = [done(&[(role(), blob())]), put(0, OUT)];
    let huge = Blob { len: u64::MAX, ..blob() };
    let bomb = Part { digest: blob().digest, from: 0, len: OUT.len() as u32, packed: true };
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
        ("a greeting", frame(&FromAgent::Hello(Box::new(hello())), &[])),
        (
            "a question for files",
            frame(&FromAgent::Lacks { id: 1, blobs: vec![Lack { digest: other.digest, from: 0 }] }, &[]),
        ),
    ];
    for (lie, answer) in lies {
        let (result, far, cache, dir) = outcome(answer, false);
        assert!(matches!(result, Err(ExecError::Infra { .. })), "{lie}: {result:?}");
        assert!(matches!(far.trouble(), Some(FarError::Wrong { .. })), "{lie}: {:?}", far.trouble());
        assert!(!far.is_usable(), "{lie}");
        assert!(matches!(cache.lookup(action().key()), Ok(Lookup::Miss(_))), "{lie}");
        // Bytes that are what they are called may stay, whoever sent them; no others.
        assert!(cache.verify().unwrap().is_clean(), "{lie}");
        assert!(!dir.path().join("escape").exists());
        println!("{lie}: {}", far.trouble().unwrap());
    }
}

#[test]
fn one_digest_has_one_length() {
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let action = Action { kind: "decode-sound".into(), ..action() };
    let outputs = |len| BTreeMap::from([("info".to_owned(), blob()), ("pcm".to_owned(), Blob { len, ..blob() })]);
    let taken = |len| outputs::Outputs::new(&action, &cache, &outputs(len)).map(drop);
    assert!(taken(blob().len).is_ok());
    assert!(matches!(taken(blob().len + 1), Err(outputs::Error::There(_))));
}

#[test]
fn large_outputs_are_asked_for_and_no_lie_about_them_is_believed() {
    let bytes: Vec<u8> = (0..3u32 << 18).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let large = Blob { digest: Digest::of(&bytes), len: bytes.len() as u64 };
    let part = |from: usize, body: &[u8]| {
        let part = Part { digest: large.digest, from: from as u64, len: body.len() as u32, packed: false };
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
        let (tell, told) = std::sync::mpsc::channel();
        let mut far = greet(
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
        let result = far.run(&action(), &cache, &Job { cancel: &Cancel::default(), progress: &|_, _| {} });
        let asked = ToAgent::Take { id: 1, blobs: vec![Lack { digest: large.digest, from: 0 }] };
        assert!(told.try_iter().any(|message| message == asked), "{what}");
        assert_eq!(result.is_ok(), is_true, "{what}: {result:?}");
        // Bytes that are what they are called may stay, though more came behind them; no others.
        assert_eq!(cache.read(&large).is_ok(), is_true || what == "twice as much", "{what}");
        assert_eq!(far.is_usable(), is_true, "{what}: {:?}", far.trouble());
        assert!(is_true || matches!(far.trouble(), Some(FarError::Wrong { .. })), "{what}: {:?}", far.trouble());
        assert!(cache.verify().unwrap().is_clean(), "{what}");
    }
}

#[test]
fn what_is_no_message_is_refused() {
    let cut = done(&[(role(), blob())]);
    let huge = [u32::MAX.to_le_bytes(), 4u32.to_le_bytes()].concat();
    let nonsense = [&10u32.to_le_bytes()[..], &6u32.to_le_bytes(), b"\x1b[2J\"}"].concat();
    for (what, answer, ends) in
        [("huge", huge, false), ("nonsense", nonsense, false), ("cut", cut[..20].to_vec(), true)]
    {
        let (result, far, ..) = outcome(answer, ends);
        assert!(matches!(result, Err(ExecError::Infra { .. })), "{what}: {result:?}");
        let trouble = far.trouble().unwrap();
        assert!(matches!(trouble, FarError::Garbled { .. } | FarError::Gone { .. }), "{what}: {trouble:?}");
        assert!(!far.is_usable() && !trouble.to_string().contains('\x1b'), "{what}: {trouble}");
    }
}

#[test]
fn silence_is_borne_only_so_long_and_a_sign_of_life_extends_it() {
    let start = Instant::now();
    let (result, far, ..) = outcome(Vec::new(), false);
    assert!(matches!(result, Err(ExecError::Infra { .. })) && matches!(far.trouble(), Some(FarError::Silent { .. })));
    assert!((300..900).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    // Each ping is answered, and after ten of them it is done.
    let mut pings = 0;
    let dir = tempfile::tempdir().unwrap();
    let cache = Cache::open(dir.path()).unwrap();
    let mut far = greet(
        move |told| {
            pings += usize::from(told == ToAgent::Ping);
            let all = || [done(&[(role(), blob())]), put(0, OUT), end()].concat();
            if pings < 10 { frame(&FromAgent::Alive, &[]) } else { all() }
        },
        false,
    );
    far.run(&action(), &cache, &Job { cancel: &Cancel::default(), progress: &|_, _| {} }).unwrap();
}

#[test]
fn what_a_step_says_there_is_tamed_and_bounded() {
    let failure = Failure::Step {
        message: "\x1b[31mbad\n::error::x".repeat(100),
        help: Some("a\nb".into()),
        log: "\x07line\n".repeat(50_000),
    };
    let (result, far, ..) = outcome(frame(&FromAgent::Failed { id: 1, failure }, &[]), false);
    let Err(ExecError::Step { message, help, log }) = result else { panic!("{result:?}") };
    assert!(message.chars().count() <= 300 && !message.contains(['\x1b', '\n']), "{message}");
    assert_eq!(help.as_deref(), Some("a b"));
    assert!(log.len() <= 64 << 10 && !log.contains('\x07') && log.ends_with("line\n"));
    assert!(far.is_usable(), "a step that failed says nothing against the host");
}

#[test]
fn another_build_and_no_agent_at_all_are_told() {
    let greet = |says: Vec<u8>, ends| {
        let fake = Fake { answer: |_| Vec::new(), told: Decoder::default(), says, ends };
        Far::greet(Box::new(fake), terms()).map(drop).unwrap_err()
    };
    let other = Hello { build: Digest::of(b"older"), version: "\x1b0.9".into(), ..hello() };
    let error = greet([wire::preamble(), frame(&FromAgent::Hello(Box::new(other)), &[])].concat(), false);
    assert!(matches!(&error, FarError::OtherBuild { hello, .. } if hello.version == "\\u{1b}0.9"), "{error:?}");
    let error = greet(b"Last login: today\nsh: t2v: not found\n".to_vec(), true).to_string();
    assert!(error.contains("sh: t2v: not found"), "{error}");
    let error = greet(b"\0t2v-agent 1\n".to_vec(), false).to_string();
    assert!(error.contains("version 1"), "{error}");
    let error = greet(Vec::new(), false);
    assert!(matches!(error, FarError::Garbled { .. }), "{error:?}");
}

#[test]
fn tools_and_processors_that_differ_are_seen() {
    let here = "x86_64 avx2";
    assert_eq!(hello().unsuited(&action(), here), None);
    let with = |tool: &str, print: &str| Action {
        tools: Arc::new(BTreeMap::from([(tool.to_owned(), print.to_owned())])),
        ..action()
    };
    assert_eq!(hello().unsuited(&with("crates", "x"), here).unwrap(), "it has another crates");
    assert_eq!(hello().unsuited(&with("ffmpeg", "x"), here).unwrap(), "it has no ffmpeg that can be used");
    assert_eq!(hello().unsuited(&action(), "x86_64 avx512"), None, "no sum of floats is in it");
    let spoken = Action { kind: "speech".into(), ..action() };
    assert!(hello().unsuited(&spoken, "x86_64 avx512").unwrap().contains("x86_64 avx2"));
}
