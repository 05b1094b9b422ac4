//! The stream of events as JSON lines, for programs that watch a build.

use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use crate::event::{Event, EventSink, TimedEvent};

/// Writes one line of JSON an event, each with a single call, so that a reader never sees half of one.
pub struct JsonLines<W> {
    start: Instant,
    out: Mutex<W>,
}

impl<W: Write> JsonLines<W> {
    /// Writes to `out`; times count from now.
    pub fn new(out: W) -> Self {
        Self { start: Instant::now(), out: Mutex::new(out) }
    }
}

impl<W: Write + Send> EventSink for JsonLines<W> {
    fn event(&self, event: &Event) {
        if !event.is_written() {
            return;
        }
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        // Stamped while the lock is held, so that times never go back from line to line.
        let line = line(&event.stamped(self.start));
        // A reader that went away does not stop a build.
        let _ = out.write_all(line.as_bytes()).and_then(|()| out.flush());
    }
}

/// An event as a line, its end included. JSON escapes C0 controls; DEL, C1 and all else that a terminal may obey is escaped here.
pub fn line(event: &TimedEvent) -> String {
    let json = serde_json::to_string(event).expect("events are plain data");
    let mut line = String::with_capacity(json.len() + 1);
    for c in json.chars() {
        match c {
            // All of these lie in the basic plane, and only strings hold them.
            '\u{7f}'..='\u{9f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                line.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => line.push(c),
        }
    }
    line + "\n"
}

/// The events of a log, and how many lines were none: cut off, damaged, or of a kind that this version does not know.
pub fn read(text: &str) -> (Vec<TimedEvent>, usize) {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let events: Vec<TimedEvent> = lines.iter().filter_map(|line| serde_json::from_str(line).ok()).collect();
    let skipped = lines.len() - events.len();
    (events, skipped)
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;
    use crate::event::{ResultOrigin, RunReason};
    use crate::report::history::samples::film;
    use crate::work::StepName;

    /// Takes note of each call; fails from the second on if told so.
    struct Calls {
        calls: Vec<Vec<u8>>,
        breaks: bool,
    }

    impl Write for &mut Calls {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            if self.breaks && !self.calls.is_empty() {
                return Err(io::ErrorKind::BrokenPipe.into());
            }
            self.calls.push(bytes.to_vec());
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn send(breaks: bool) -> Vec<Vec<u8>> {
        let mut calls = Calls { calls: Vec::new(), breaks };
        {
            let sink = JsonLines::new(&mut calls);
            let step = StepName::new("a\u{1b}\u{9b}\n\u{202e}");
            sink.event(&Event::Graph { steps: 1, estimated_seconds_left: 0.0 });
            sink.event(&Event::Started { step: step.clone(), slot: "core 1".into(), why: RunReason::New });
            sink.event(&Event::Progress { step: step.clone(), done: 1, total: 2 });
            sink.event(&Event::Finished { step, how: ResultOrigin::Reused, bytes: 0 });
        }
        calls.calls
    }

    #[test]
    fn each_event_is_one_whole_line_without_a_raw_control() {
        let calls = send(false);
        assert_eq!(calls.len(), 2, "one call a line, and none for what only a watcher is told");
        for call in &calls {
            let text = str::from_utf8(call).unwrap();
            assert!(text.ends_with('\n') && text.matches('\n').count() == 1);
            assert_eq!(text.trim_end().chars().filter(|c| c.is_control() || *c == '\u{202e}').count(), 0, "{text:?}");
            let read: TimedEvent = serde_json::from_str(text).unwrap();
            assert!(
                matches!(read.event, Event::Started { step, .. } | Event::Finished { step, .. } if step.as_str() == "a\u{1b}\u{9b}\n\u{202e}")
            );
        }
    }

    #[test]
    fn a_reader_that_went_away_is_no_error() {
        assert_eq!(send(true).len(), 1);
    }

    #[test]
    fn lines_read_back_and_others_are_counted() {
        let events = film(2);
        let mut text: String = events.iter().map(line).collect();
        text.push_str(
            "{\"t\":1.0,\"event\":\"of-the-future\",\"x\":1}\n\nnonsense\n{\"t\":2.0,\"event\":\"lost\",\"st",
        );
        let (read, skipped) = read(&text);
        assert_eq!((read, skipped), (events, 3));
        let (read, _) = super::read("{\"t\":1.0,\"event\":\"lost\",\"step\":\"a\",\"new-field\":[1]}");
        assert_eq!(read.len(), 1, "new fields are no reason to skip a line");
    }

    const DOC: &str = include_str!("../../docs/events.md");

    /// All names that stand in the JSON of every kind of event.
    fn names(value: &serde_json::Value, found: &mut std::collections::BTreeSet<String>) {
        match value {
            serde_json::Value::Object(fields) => {
                for (name, value) in fields {
                    found.insert(name.clone());
                    names(value, found);
                }
            }
            serde_json::Value::Array(items) => items.iter().for_each(|item| names(item, found)),
            _ => {}
        }
    }

    fn samples() -> Vec<Event> {
        use crate::event::{BuildBegin, BuildEnd, BuildStatus, EVENT_FORMAT, HostStatus, KeyChange};
        let step = || StepName::new("a");
        let change = KeyChange { part: "p".into(), before: Some("1".into()), after: None, source: Some("s".into()) };
        let begin = BuildBegin {
            format: EVENT_FORMAT,
            version: String::new(),
            spec: String::new(),
            film: String::new(),
            time: 0,
            cores: 1,
            dry_run: false,
        };
        let message = || "m".to_owned();
        let host = |news| Event::Host { host: "h".into(), news };
        vec![
            Event::Begin(begin),
            Event::Planned { step: step(), kind: "speech".into(), waits_for: vec![], estimated_seconds: 0.0 },
            Event::Started { step: step(), slot: "core 1".into(), why: RunReason::Changed(vec![change]) },
            Event::Finished { step: step(), how: ResultOrigin::Ran { millis: 1 }, bytes: 0 },
            Event::WouldRun { step: step(), why: RunReason::Gone, millis: 1 },
            Event::Failed { step: step(), message: message(), place: Some((1, 1)), help: None },
            Event::Retrying { step: step(), attempt: 2, millis: 1, message: message() },
            Event::Settled { step: step() },
            Event::Scenes {
                scenes: vec![crate::event::SceneSummary { title: Some("t".into()), ..Default::default() }],
            },
            Event::StoreGivenUp { store: "team".into(), message: "no answer".into() },
            Event::Lost { step: step() },
            host(HostStatus::Joined { slots: 1, differs: Vec::new() }),
            host(HostStatus::Left { why: message() }),
            host(HostStatus::Refused { why: message(), help: None, again: true }),
            Event::Published { path: "p".into(), bytes: 0, written: true },
            Event::End(BuildEnd { outcome: BuildStatus::Done, ran: 0, reused: 0, failed: 0, unfinished: 0 }),
        ]
    }

    #[test]
    fn the_doc_tells_of_every_event_and_every_field() {
        let mut found = std::collections::BTreeSet::new();
        let mut kinds = std::collections::BTreeSet::new();
        for event in samples() {
            let stamped = TimedEvent { t: 0.0, event };
            let value = serde_json::to_value(&stamped).unwrap();
            kinds.insert(value["event"].as_str().unwrap().to_owned());
            names(&value, &mut found);
        }
        for kind in kinds {
            assert!(DOC.contains(&format!("### `{kind}`")), "docs/events.md has no section on `{kind}`");
        }
        for name in found.iter().map(String::as_str).chain(["new", "gone", "reused", "done", "failed", "interrupted"]) {
            let told = [format!("`{name}`"), format!("`\"{name}\"`")].iter().any(|written| DOC.contains(written));
            assert!(told, "docs/events.md does not tell of `{name}`");
        }
    }

    #[test]
    fn the_docs_example_can_be_read() {
        let example = DOC.split("```jsonl\n").nth(1).unwrap().split("```").next().unwrap();
        let (events, skipped) = read(example);
        assert!(events.len() > 5 && skipped == 0, "{skipped} of {} lines can't be read", events.len() + skipped);
        assert!(matches!(&events[0].event, Event::Begin(begin) if begin.format == crate::event::EVENT_FORMAT));
    }
}
