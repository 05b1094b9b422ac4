//! Sessions as a library: several in one process, a cancelled build, estimates and keys.

use std::fs;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use super::*;
use crate::action::ResourcePool;
use crate::event::{BuildStatus, Event};
use crate::work::StepName;

const FILM: &str =
    "output: { size: 160x90, quality: draft }\nscenes:\n  - { id: one, length: 1s, show: { colour: black } }\n";

/// Counts the steps that ran, and cancels the build when one of the kind `cancel_at` starts.
#[derive(Default)]
struct CountingSink {
    finished: AtomicUsize,
    cancel: CancelToken,
    cancel_at: Option<&'static str>,
}

impl EventSink for CountingSink {
    fn event(&self, event: &Event) {
        match event {
            Event::Finished { .. } => {
                self.finished.fetch_add(1, Ordering::SeqCst);
            }
            Event::Started { step, .. } if self.cancel_at.is_some_and(|part| step.as_str().contains(part)) => {
                self.cancel.set();
            }
            _ => {}
        }
    }
}

fn project(spec: &str) -> (tempfile::TempDir, BuildRequest) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("video.yaml");
    fs::write(&file, spec).unwrap();
    (folder, BuildRequest::new(file))
}

fn session(request: &BuildRequest) -> Session {
    Session::open(&request.project(), SessionOptions { cores: 2, ..SessionOptions::default() })
}

fn options(session: &Session) -> BuildOptions {
    BuildOptions { engine: session.engine_options(), hosts: Vec::new() }
}

#[test]
fn two_sessions_build_at_the_same_time_in_one_process() {
    let build = |colour: &str| {
        let (folder, request) = project(&FILM.replace("black", colour));
        let (session, sink) = (session(&request), CountingSink::default());
        let first = session.build(&request, &options(&session), &sink, &CancelToken::default()).unwrap();
        assert!(first.summary.is_complete(), "{:?}", first.summary);
        assert_eq!(first.summary.ran.len(), sink.finished.load(Ordering::SeqCst));
        assert!(first.published_files().contains(&request.project().join("out/video.mp4")));
        assert!(folder.path().join("out/video.mp4").exists());
        let again = session.build(&request, &options(&session), &sink, &CancelToken::default()).unwrap();
        assert!(again.summary.ran.is_empty() && again.summary.is_complete());
        fs::read(folder.path().join("out/video.mp4")).unwrap()
    };
    let (black, white) = thread::scope(|scope| {
        let [black, white] = ["black", "white"].map(|colour| scope.spawn(move || build(colour)));
        (black.join().unwrap(), white.join().unwrap())
    });
    assert_ne!(black, white);
}

#[test]
fn a_cancelled_build_returns_with_a_summary() {
    let (folder, request) = project(&FILM.replace("1s", "60s").replace("160x90", "1280x720"));
    let (session, sink) = (session(&request), CountingSink { cancel_at: Some("picture"), ..CountingSink::default() });
    let result = session.build(&request, &options(&session), &sink, &sink.cancel).unwrap();
    assert!(!result.summary.is_complete() && result.summary.unfinished > 0, "{:?}", result.summary);
    let Some(Event::End(end)) = result.events.last().map(|timed| &timed.event) else { panic!("{:?}", result.events) };
    assert_eq!(end.outcome, BuildStatus::Interrupted);
    assert!(!folder.path().join("out/video.mp4").exists());
}

#[test]
fn mistakes_are_returned_and_leave_no_cache() {
    let (folder, request) = project("scenes:\n  - { id: a, shoe: 1 }\n");
    let session = session(&request);
    let error =
        session.build(&request, &options(&session), &CountingSink::default(), &CancelToken::default()).unwrap_err();
    assert!(matches!(&error, SessionError::Spec(report) if report.errors() > 0), "{error:?}");
    fs::write(&request.file, FILM).unwrap();
    let unknown = BuildRequest { only: Some("two".into()), ..request };
    assert!(matches!(session.load(&unknown).unwrap_err(), SessionError::Request(_)));
    assert!(!folder.path().join(".t2v").exists());
}

#[test]
fn a_build_is_estimated_and_its_keys_explained_before_and_after() {
    let (_folder, request) = project(FILM);
    let session = session(&request);
    let film = session.load(&request).unwrap();
    let before = session.estimate(&film).unwrap();
    assert!(before.steps > 0 && before.seconds() > 0.0 && before.has_unknown_steps, "{before:?}");
    let by_pool: f64 = before.seconds_by_pool.values().sum();
    assert!(
        before.seconds_by_pool[&ResourcePool::Cores] > 0.0 && (by_pool - before.seconds()).abs() < 0.1,
        "{before:?}"
    );
    let _ = session.build(&request, &options(&session), &CountingSink::default(), &CancelToken::default()).unwrap();
    let after = session.estimate(&film).unwrap();
    assert!(after.seconds_by_pool.is_empty());
    assert_eq!((after.steps, after.seconds(), after.has_unknown_steps), (0, 0.0, false), "{after:?}");
    let key = session.explain(&film, &StepName::new("scene:one/still")).unwrap().unwrap();
    assert!(key.is_there);
    assert!(session.explain(&film, &StepName::new("scene:two/still")).unwrap().is_none());
    assert!(session.preview(&film).unwrap()[0].keys.contains_key("still"));
}

#[test]
fn a_film_may_go_elsewhere_when_the_user_says_so() {
    let (_folder, request) = project(FILM);
    let elsewhere = tempfile::tempdir().unwrap();
    let output = elsewhere.path().join("film.mp4");
    let request = BuildRequest { output: Some(output.clone()), ..request };
    let session = session(&request);
    let _ = session.build(&request, &options(&session), &CountingSink::default(), &CancelToken::default()).unwrap();
    assert!(output.exists() && !request.project().join("out").exists());
    assert!(session.up_to_date(&request).unwrap().is_some());
    assert!(session.up_to_date(&BuildRequest { output: None, ..request.clone() }).unwrap().is_none());
    let wrong = BuildRequest { output: Some(elsewhere.path().join("film.mov")), ..request };
    assert!(matches!(session.load(&wrong).unwrap_err(), SessionError::Request(_)));
}
