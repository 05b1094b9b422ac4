//! When everything in one scene happens, in samples and frames from the scene's start. Of other scenes only the lengths of the
//! transitions matter.

use std::ops::Range;

use crate::render::captions::SpokenWord;
use crate::spec::model::{BuildTiming, Footage, Scene, Speech, Utterance};
use crate::steps::{MediaInfo, SpeechTiming};
use crate::units::{Fps, SAMPLE_RATE, samples};
use crate::voice;

/// Silence between two sentences, in seconds.
const SENTENCE_GAP: f64 = 0.28;
/// Silence between two items of a `say` list, in seconds.
const ITEM_GAP: f64 = 0.45;
/// The length of a silent scene that shows no video, in seconds.
const SILENT_SCENE_SECONDS: f64 = 4.0;

/// A part of what is said in a scene.
#[derive(Clone, Debug, PartialEq)]
pub enum SpokenLine {
    /// A sentence, spoken by one step.
    Sentence(String),
    /// Silence of this length in seconds.
    Pause(f64),
}

/// The sentences of some utterances, with the pauses between them.
pub fn lines(say: &[Utterance]) -> Vec<SpokenLine> {
    let mut lines = Vec::new();
    for utterance in say {
        match utterance {
            Utterance::Pause(seconds) => {
                lines.pop_if(|last| matches!(last, SpokenLine::Pause(_)));
                lines.push(SpokenLine::Pause(*seconds));
            }
            Utterance::Text { text, .. } => {
                for sentence in voice::sentences(text) {
                    lines.push(SpokenLine::Sentence(text[sentence].to_owned()));
                    lines.push(SpokenLine::Pause(SENTENCE_GAP));
                }
                lines.pop_if(|last| matches!(last, SpokenLine::Pause(_)));
                lines.push(SpokenLine::Pause(ITEM_GAP));
            }
        }
    }
    // A pause that the script asks for at the end counts; the gap to a next item that does not come does not.
    if matches!(say.last(), Some(Utterance::Text { .. })) {
        lines.pop();
    }
    lines
}

/// The sentences that a scene's engine speaks, in order.
pub fn sentences(scene: &Scene) -> Vec<String> {
    let Speech::Spoken(say) = &scene.speech else { return Vec::new() };
    lines(say)
        .into_iter()
        .filter_map(|line| match line {
            SpokenLine::Sentence(text) => Some(text),
            SpokenLine::Pause(_) => None,
        })
        .collect()
}

/// The script of a recording as one text.
pub fn script(say: &[Utterance]) -> String {
    let texts = say.iter().filter_map(|utterance| match utterance {
        Utterance::Text { text, .. } => Some(text.as_str()),
        Utterance::Pause(_) => None,
    });
    texts.collect::<Vec<_>>().join(" ")
}

/// Where the result of one speech step sounds in a scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TimelinePiece {
    /// Its first sample, counted from the scene's start.
    pub at: u64,
    /// Its length in samples.
    pub length: u64,
}

/// The times of everything in one scene.
#[derive(Clone, Debug, PartialEq)]
pub struct SceneTimeline {
    /// The scene's length in frames.
    pub frames: u64,
    /// The frames of the transition into the scene, which it shares with the scene before.
    pub transition: u64,
    /// One for each speech step, in order.
    pub speech: Vec<TimelinePiece>,
    /// All words, in samples of the scene.
    pub words: Vec<SpokenWord>,
    /// The piece of speech with which each text begins; none where they are one recording.
    pub texts: Vec<usize>,
}

impl SceneTimeline {
    /// The timeline of `scene`, whose speech steps gave `timings`, in order, and whose videos are `media`.
    pub fn new(scene: &Scene, fps: Fps, timings: &[SpeechTiming], media: &[MediaInfo]) -> Self {
        let transition = fps.frames(scene.transition.length);
        let lead = samples(scene.lead).max(fps.sample_of_frame(transition));
        let (speech, words, end) = place(scene, fps, lead, timings);
        let spoken = if speech.is_empty() { 0 } else { end + samples(scene.tail) };
        let shown = if speech.is_empty() { own_length(scene, media) } else { 0 };
        let least = scene.length.map_or(shown, samples);
        // Even an empty scene has a frame.
        let frames = fps.frames_to_hold(spoken.max(least)).max(transition).max(1);
        Self { frames, transition, speech, words, texts: texts(scene) }
    }

    /// The frame in which item `i` of `items` starts to come in.
    pub fn item_at(&self, build: BuildTiming, i: usize, items: usize, fps: Fps) -> u64 {
        let start = self.speech.first().map_or(0, |piece| piece.at);
        let end = self.speech.last().map_or(fps.sample_of_frame(self.frames), |piece| piece.at + piece.length);
        let sample = match build {
            BuildTiming::All | BuildTiming::Typed => 0,
            BuildTiming::Say if self.texts.len() >= items => {
                let piece = self.texts.get(self.texts.len() - items + i).and_then(|n| self.speech.get(*n));
                piece.map_or(end, |piece| piece.at)
            }
            BuildTiming::Even | BuildTiming::Say => spread_evenly(start..end, i, items),
            BuildTiming::Sentence => match self.speech.get(i) {
                Some(piece) => piece.at,
                // More items than sentences: those left over share the last sentence.
                None => {
                    let said = self.speech.len();
                    let last = self.speech.last().map_or(0, |piece| piece.at);
                    spread_evenly(last..end, (i + 1).saturating_sub(said), items + 1 - said.min(items))
                }
            },
        };
        fps.frame_at_sample(sample)
    }
}

/// The sample at which item `i` of `items` begins if they are spread evenly over `range`.
fn spread_evenly(range: Range<u64>, i: usize, items: usize) -> u64 {
    range.start + (range.end - range.start) * i as u64 / items.max(1) as u64
}

/// The number of the sentence that each of a scene's texts begins with.
fn texts(scene: &Scene) -> Vec<usize> {
    let Speech::Spoken(say) = &scene.speech else { return Vec::new() };
    let counts = say.iter().filter_map(|utterance| match utterance {
        Utterance::Text { text, .. } => Some(voice::sentences(text).len()),
        Utterance::Pause(_) => None,
    });
    counts.scan(0, |said, count| Some(std::mem::replace(said, *said + count))).collect()
}

/// Places speech after the lead: its pieces, its words, and the sample where it ends.
fn place(scene: &Scene, fps: Fps, lead: u64, timings: &[SpeechTiming]) -> (Vec<TimelinePiece>, Vec<SpokenWord>, u64) {
    let script = match &scene.speech {
        Speech::Silent => Vec::new(),
        Speech::Spoken(say) => lines(say),
        Speech::Recorded { script: say, .. } => vec![SpokenLine::Sentence(script(say))],
    };
    let (mut pieces, mut words, mut at) = (Vec::new(), Vec::new(), lead);
    let mut timings = timings.iter();
    for line in script {
        match line {
            SpokenLine::Pause(seconds) => at += samples(seconds),
            SpokenLine::Sentence(text) => {
                let Some(timing) = timings.next() else { break };
                // A sentence begins with a frame, so that the frames shown while it is spoken do not depend on what was said before.
                at = fps.sample_of_frame(fps.frames_to_hold(at));
                let mut before = None;
                for word in voice::caption_words(&text, &timing.words) {
                    let shown = text.get(word.range.clone()).unwrap_or_default().to_owned();
                    let joined = before.map_or_else(|| joins_words(&words, &shown), |end| end == word.range.start);
                    words.push(SpokenWord { text: shown, from: at + word.from, to: at + word.to, joined });
                    before = Some(word.range.end);
                }
                pieces.push(TimelinePiece { at, length: timing.samples });
                at += timing.samples;
            }
        }
    }
    (pieces, words, at)
}

/// Whether a sentence that begins with the word `caption_words` follows the words before it without a space, as in scripts with full-width stops.
fn joins_words(words: &[SpokenWord], shown: &str) -> bool {
    words.last().is_some_and(|word| word.text.ends_with(is_full_width)) && shown.starts_with(is_full_width)
}

fn is_full_width(c: char) -> bool {
    matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}')
}

/// The length of a scene without speech, in samples: that of the longest video it shows, or else of the video in its inset.
fn own_length(scene: &Scene, media: &[MediaInfo]) -> u64 {
    let footage = scene.footage();
    let shown = scene.show.footage().len();
    let counted = if shown > 0 { shown } else { footage.len() };
    let lengths = footage.iter().zip(media).take(counted).map(|(footage, media)| clip_seconds(footage, media));
    let seconds = lengths.reduce(f64::max).unwrap_or(SILENT_SCENE_SECONDS);
    samples(seconds.max(1.0 / f64::from(SAMPLE_RATE)))
}

/// How much of a video a scene shows, in seconds.
fn clip_seconds(footage: &Footage, media: &MediaInfo) -> f64 {
    footage.to.unwrap_or(media.seconds).min(media.seconds) - footage.from
}
