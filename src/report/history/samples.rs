//! Streams of events for tests: short ones written by hand, and those of whole films.

use std::collections::HashMap;

use crate::event::{
    BuildBegin, BuildEnd, BuildStatus, EVENT_FORMAT, Event, KeyChange, ResultOrigin, RunReason, TimedEvent,
};
use crate::work::StepName;

/// A stream in the making.
pub struct Stream {
    /// What happened so far.
    pub events: Vec<TimedEvent>,
    now: f64,
    started: HashMap<String, f64>,
}

fn name(name: &str) -> StepName {
    StepName::new(name)
}

/// A change of one part.
pub fn change(part: &str, before: &str, after: &str) -> KeyChange {
    let [before, after] = [before, after].map(|text| (!text.is_empty()).then(|| text.to_owned()));
    KeyChange { part: part.to_owned(), before, after, source: None }
}

impl Stream {
    /// A build on so many cores.
    pub fn begin(cores: usize) -> Self {
        let mut stream = Self { events: Vec::new(), now: 0.0, started: HashMap::new() };
        stream.push(Event::Begin(BuildBegin {
            format: EVENT_FORMAT,
            version: "0.1.0".into(),
            spec: "video.yaml".into(),
            film: "out/video.mp4".into(),
            time: 1_790_000_000,
            cores,
            dry_run: false,
        }));
        stream
    }

    /// Adds an event now.
    pub fn push(&mut self, event: Event) -> &mut Self {
        self.events.push(TimedEvent { t: (self.now * 1e6).round() / 1e6, event });
        self
    }

    /// What follows happens at `t`.
    pub fn at(&mut self, t: f64) -> &mut Self {
        self.now = t;
        self
    }

    /// A step of this kind comes into the graph.
    pub fn planned(&mut self, step: &str, kind: &str, waits_for: &[&str]) -> &mut Self {
        let waits_for = waits_for.iter().map(|step| name(step)).collect();
        self.push(Event::Planned { step: name(step), kind: kind.into(), waits_for, estimated_seconds: 1.0 })
    }

    /// A new step starts.
    pub fn started(&mut self, step: &str, slot: &str) -> &mut Self {
        self.started_for(step, slot, RunReason::New)
    }

    /// A step starts for this reason.
    pub fn started_for(&mut self, step: &str, slot: &str, why: RunReason) -> &mut Self {
        self.started.insert(step.to_owned(), self.now);
        self.push(Event::Started { step: name(step), slot: slot.into(), why })
    }

    /// It ends now, having run since it was started.
    pub fn ran(&mut self, step: &str) -> &mut Self {
        let millis = ((self.now - self.started[step]) * 1000.0).round() as u64;
        self.push(Event::Finished { step: name(step), how: ResultOrigin::Ran { millis }, bytes: 1000 })
    }

    /// Its result is there.
    pub fn reused(&mut self, step: &str) -> &mut Self {
        self.push(Event::Finished { step: name(step), how: ResultOrigin::Reused, bytes: 1000 })
    }

    /// Its result is lost.
    pub fn lost(&mut self, step: &str) -> &mut Self {
        self.push(Event::Lost { step: name(step) })
    }

    /// The step fails, with this message.
    pub fn failed(&mut self, step: &str, message: &str, place: Option<(usize, usize)>) -> &mut Self {
        self.push(Event::Failed { step: name(step), message: message.into(), place, help: Some("try another".into()) })
    }

    /// The build is over.
    pub fn end(&mut self, outcome: BuildStatus) -> &mut Self {
        let mut end = BuildEnd { outcome, ran: 0, reused: 0, failed: 0, unfinished: 0 };
        for timed in &self.events {
            match timed.event {
                Event::Finished { how: ResultOrigin::Ran { .. }, .. } => end.ran += 1,
                Event::Finished { how: ResultOrigin::Reused, .. } => end.reused += 1,
                Event::Failed { .. } => end.failed += 1,
                _ => {}
            }
        }
        self.push(Event::End(end))
    }
}

/// A film of `scenes` scenes, as the engine tells of it, on two cores: every third scene is spoken and drawn anew, the others are
/// reused. Scene `i` is called `s<i>`, from 1.
pub fn film(scenes: usize) -> Vec<TimedEvent> {
    let mut stream = Stream::begin(2);
    plan(&mut stream, scenes);
    let mut clock = Clock { slots: [0.0; 2] };
    stream.reused("music");
    for i in 1..=scenes {
        for n in 1..=sentences(i) {
            clock.step(&mut stream, &format!("scene:s{i}/speech/{n}"), i % 3 == 1, 0.3);
        }
        clock.join(&mut stream, &format!("scene:s{i}/timing"));
        let pictures: Vec<String> = (1..=1 + i % 3).map(|n| format!("scene:s{i}/picture/{n}")).collect();
        pictures.iter().for_each(|name| planned(&mut stream, name, "segment", &[]));
        pictures.iter().for_each(|name| clock.step(&mut stream, name, i % 3 == 1, 2.5));
        if i > 1 {
            clock.join(&mut stream, &format!("scene:s{i}/transition/timing"));
            let transition = format!("scene:s{i}/transition");
            stream.planned(&transition, "segment", &[]);
            clock.step(&mut stream, &transition, i % 3 != 0, 0.8);
        }
    }
    film_wide(&mut stream, &mut clock, scenes);
    stream.events.sort_by(|a, b| a.t.total_cmp(&b.t));
    stream.events
}

fn sentences(i: usize) -> usize {
    1 + i % 2
}

fn speech(i: usize) -> Vec<String> {
    (1..=sentences(i)).map(|n| format!("scene:s{i}/speech/{n}")).collect()
}

fn planned(stream: &mut Stream, name: &str, kind: &str, waits_for: &[String]) {
    let waits_for: Vec<&str> = waits_for.iter().map(String::as_str).collect();
    stream.planned(name, kind, &waits_for);
}

fn plan(stream: &mut Stream, scenes: usize) {
    for i in 1..=scenes {
        speech(i).iter().for_each(|name| planned(stream, name, "speech", &[]));
    }
    stream.planned("music", "decode-sound", &[]);
    let mut all = vec!["music".to_owned()];
    for i in 1..=scenes {
        planned(stream, &format!("scene:s{i}/timing"), "grow", &speech(i));
        all.extend(speech(i));
        all.push(format!("scene:s{i}/timing"));
    }
    for i in 2..=scenes {
        let name = format!("scene:s{i}/transition/timing");
        planned(stream, &name, "grow", &[speech(i - 1), speech(i)].concat());
        all.push(name);
    }
    planned(stream, "film/timing", "grow", &all);
}

fn film_wide(stream: &mut Stream, clock: &mut Clock, scenes: usize) {
    clock.join(stream, "film/timing");
    let spoken: Vec<String> = (1..=scenes).flat_map(speech).chain(["music".to_owned()]).collect();
    planned(stream, "film/sound", "sound", &spoken);
    let pictures = stream.events.iter().filter_map(|stamped| match &stamped.event {
        Event::Planned { step, kind, .. } if kind == "segment" => Some(step.to_string()),
        _ => None,
    });
    let joined: Vec<String> = pictures.chain(["film/sound".to_owned()]).collect();
    planned(stream, "film/mux", "film", &joined);
    for (name, kind) in [("description", "text"), ("srt", "text"), ("vtt", "text"), ("thumbnail", "still")] {
        stream.planned(&format!("film/{name}"), kind, &[]);
        stream.planned(&format!("publish/{name}"), "publish", &[&format!("film/{name}")]);
    }
    stream.planned("publish/film", "publish", &["film/mux"]);
    clock.step(stream, "film/sound", true, 1.4);
    for name in ["description", "thumbnail"] {
        clock.step(stream, &format!("film/{name}"), false, 0.0);
        stream.reused(&format!("publish/{name}"));
    }
    for name in ["srt", "vtt"] {
        clock.step(stream, &format!("film/{name}"), true, 0.01);
        stream.reused(&format!("publish/{name}"));
    }
    clock.wait();
    clock.step(stream, "film/mux", true, 0.6);
    clock.join(stream, "publish/film");
    stream.push(Event::Published { path: "out/video.mp4".into(), bytes: 12_345_678, written: true });
    stream.end(BuildStatus::Done);
}

/// Two slots, each free from some time on.
struct Clock {
    slots: [f64; 2],
}

impl Clock {
    fn step(&mut self, stream: &mut Stream, name: &str, runs: bool, seconds: f64) {
        if !runs {
            stream.reused(name);
            return;
        }
        let slot = usize::from(self.slots[1] < self.slots[0]);
        let start = self.slots[slot];
        self.slots[slot] = start + seconds;
        let (before, after) = ("\"It is fast and simple.\"", "\"It is instant and simple.\"");
        let why = match name {
            _ if name.contains("/speech/") => RunReason::Changed(vec![change("params.text", before, after)]),
            _ if name.contains("/picture/") => {
                let part = "params.frames.scene.view.captions.pages[0].lines[0][2].text";
                RunReason::Changed(vec![change(part, "\"fast\"", "\"instant\"")])
            }
            _ => RunReason::New,
        };
        stream.at(start).started_for(name, &format!("core {}", slot + 1), why);
        stream.at(start + seconds).ran(name);
    }

    /// Everything before is over.
    fn wait(&mut self) -> f64 {
        let end = self.slots[0].max(self.slots[1]);
        self.slots = [end; 2];
        end
    }

    fn join(&mut self, stream: &mut Stream, name: &str) {
        stream.at(self.wait()).reused(name);
    }
}
