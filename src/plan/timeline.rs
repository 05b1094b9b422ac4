//! When everything in one scene happens, counted in samples and frames from the scene's start. Knows nothing of other scenes but how
//! long their transitions are.

use crate::render::captions::SpokenWord;
use crate::spec::model::{Build, Footage, Scene, Speech, Utterance};
use crate::steps::{MediaInfo, SpeechTiming};
use crate::units::{Fps, SAMPLE_RATE, samples};
use crate::voice;

/// Silence between two sentences, in seconds.
const SENTENCE_GAP: f64 = 0.28;
/// Silence between two items of a `say` list, in seconds.
const ITEM_GAP: f64 = 0.45;
/// A silent scene of something that has no length of its own, in seconds.
const SILENT_LENGTH: f64 = 4.0;

/// What is said in a scene, cut into what is spoken in one breath.
#[derive(Clone, Debug, PartialEq)]
pub enum Line {
    /// One sentence.
    Sentence(String),
    /// Silence, in seconds.
    Pause(f64),
}

/// The lines of some utterances, pauses between them included.
pub fn lines(say: &[Utterance]) -> Vec<Line> {
    let mut lines = Vec::new();
    for utterance in say {
        match utterance {
            Utterance::Pause(seconds) => {
                lines.pop_if(|last| matches!(last, Line::Pause(_)));
                lines.push(Line::Pause(*seconds));
            }
            Utterance::Text { text, .. } => {
                for sentence in voice::sentences(text) {
                    lines.push(Line::Sentence(text[sentence].to_owned()));
                    lines.push(Line::Pause(SENTENCE_GAP));
                }
                lines.pop_if(|last| matches!(last, Line::Pause(_)));
                lines.push(Line::Pause(ITEM_GAP));
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
    let sentence = |line| match line {
        Line::Sentence(text) => Some(text),
        Line::Pause(_) => None,
    };
    lines(say).into_iter().filter_map(sentence).collect()
}

/// The script of a recording as one text.
pub fn script(say: &[Utterance]) -> String {
    let text = |utterance: &Utterance| match utterance {
        Utterance::Text { text, .. } => Some(text.clone()),
        Utterance::Pause(_) => None,
    };
    say.iter().filter_map(text).collect::<Vec<_>>().join(" ")
}

/// A piece of speech in its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// First sample of the scene.
    pub at: u64,
    /// Its length in samples.
    pub length: u64,
}

/// One scene in time.
#[derive(Clone, Debug, PartialEq)]
pub struct Timeline {
    /// The scene's length in frames.
    pub frames: u64,
    /// Frames shared with the scene before, if there is one.
    pub transition: u64,
    /// One for each speech step, in order.
    pub speech: Vec<Piece>,
    /// All words, in samples of the scene.
    pub words: Vec<SpokenWord>,
    /// The piece of speech with which each text begins; none where they are one recording.
    pub texts: Vec<usize>,
}

impl Timeline {
    /// The timeline of `scene`, whose speech steps gave `timings`, in order, and whose videos are `media`.
    pub fn new(scene: &Scene, fps: Fps, timings: &[SpeechTiming], media: &[MediaInfo]) -> Self {
        let transition = fps.frames(scene.transition.length);
        let lead = samples(scene.lead).max(fps.sample_of_frame(transition));
        let (speech, words, end) = place(scene, fps, lead, timings);
        let spoken = if speech.is_empty() { 0 } else { end + samples(scene.tail) };
        let shown = if speech.is_empty() { own_length(scene, media) } else { 0 };
        let least = scene.length.map_or(shown, samples);
        // Even a scene of nothing is seen.
        let frames = fps.frames_to_hold(spoken.max(least)).max(transition).max(1);
        Self { frames, transition, speech, words, texts: texts(scene) }
    }

    /// The frame in which item `i` of a list of `items` starts to come in.
    pub fn item_at(&self, build: Build, i: usize, items: usize, fps: Fps) -> u64 {
        let start = self.speech.first().map_or(0, |piece| piece.at);
        let end = self.speech.last().map_or(fps.sample_of_frame(self.frames), |piece| piece.at + piece.length);
        let spread = |from: u64, i: usize, items: usize| from + (end - from) * i as u64 / items.max(1) as u64;
        let sample = match build {
            Build::All | Build::Typed => 0,
            Build::Say if self.texts.len() >= items => {
                let piece = self.texts.get(self.texts.len() - items + i).and_then(|n| self.speech.get(*n));
                piece.map_or(end, |piece| piece.at)
            }
            Build::Even | Build::Say => spread(start, i, items),
            Build::Sentence => match self.speech.get(i) {
                Some(piece) => piece.at,
                // More items than sentences: the rest shares the last sentence.
                None => {
                    let said = self.speech.len();
                    let last = self.speech.last().map_or(0, |piece| piece.at);
                    spread(last, (i + 1).saturating_sub(said), items + 1 - said.min(items))
                }
            },
        };
        fps.frame_at_sample(sample)
    }
}

/// Which of a scene's sentences each of its texts begins with.
fn texts(scene: &Scene) -> Vec<usize> {
    let Speech::Spoken(say) = &scene.speech else { return Vec::new() };
    let counts = say.iter().filter_map(|utterance| match utterance {
        Utterance::Text { text, .. } => Some(voice::sentences(text).len()),
        Utterance::Pause(_) => None,
    });
    counts.scan(0, |said, count| Some(std::mem::replace(said, *said + count))).collect()
}

/// Places speech behind the lead, and gives the sample where it ends.
fn place(scene: &Scene, fps: Fps, lead: u64, timings: &[SpeechTiming]) -> (Vec<Piece>, Vec<SpokenWord>, u64) {
    let script = match &scene.speech {
        Speech::Silent => Vec::new(),
        Speech::Spoken(say) => lines(say),
        Speech::Recorded { script: say, .. } => vec![Line::Sentence(script(say))],
    };
    let (mut pieces, mut words, mut at) = (Vec::new(), Vec::new(), lead);
    let mut timings = timings.iter();
    for line in script {
        match line {
            Line::Pause(seconds) => at += samples(seconds),
            Line::Sentence(text) => {
                let Some(timing) = timings.next() else { break };
                // On a frame's edge, so that what is seen while it is spoken does not depend on what was said before.
                at = fps.sample_of_frame(fps.frames_to_hold(at));
                let mut before = None;
                for word in voice::shown(&text, &timing.words) {
                    let shown = text.get(word.range.clone()).unwrap_or_default().to_owned();
                    let joined = before.map_or_else(|| follow(&words, &shown), |end| end == word.range.start);
                    words.push(SpokenWord { text: shown, from: at + word.from, to: at + word.to, joined });
                    before = Some(word.range.end);
                }
                pieces.push(Piece { at, length: timing.samples });
                at += timing.samples;
            }
        }
    }
    (pieces, words, at)
}

/// Whether a sentence that begins like this follows the words before it without a space: full-width stops have room of their own.
fn follow(words: &[SpokenWord], shown: &str) -> bool {
    let wide = |c: char| matches!(c, '\u{3000}'..='\u{9fff}' | '\u{ff00}'..='\u{ff60}');
    words.last().is_some_and(|word| word.text.ends_with(wide)) && shown.starts_with(wide)
}

/// How long a scene lasts in which nobody speaks, in samples: as long as the longest of its videos, else of that in its inset.
fn own_length(scene: &Scene, media: &[MediaInfo]) -> u64 {
    let footage = scene.footage();
    let shown = scene.shown_footage().len();
    let counted = if shown > 0 { shown } else { footage.len() };
    let length = |(footage, media): (&Footage, &MediaInfo)| {
        footage.to.unwrap_or(media.seconds).min(media.seconds) - footage.from
    };
    let seconds = footage.iter().zip(media).take(counted).map(length).reduce(f64::max).unwrap_or(SILENT_LENGTH);
    samples(seconds.max(1.0 / f64::from(SAMPLE_RATE)))
}
