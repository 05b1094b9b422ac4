//! Estimates the word times of recorded narration from its level and its text, without speech recognition.
//!
//! Pauses in the level are matched with the places in the text where a reader would pause. Between two pauses the words share the time in
//! proportion to their estimated lengths, and their edges move to the nearest dip in the level. On speech from espeak-ng with pauses
//! between its sentences, half of 391 onsets are within 45 ms of the truth and 90 % within 230 ms. That is good enough to highlight words,
//! but not to cut the recording.

mod levels;
mod phrases;
mod weight;

use std::ops::Range;

use super::spoken::WordTiming;
use levels::{FRAME_SAMPLES, FrameLevels};

/// How far an edge may move to a dip, as a share of the shorter of the two words at the edge.
const MAX_SHIFT_RATIO: f64 = 0.35;
/// How far an edge may move to a dip at all, in frames.
const MAX_SHIFT_FRAMES: usize = 10;

/// Estimates when each of `words` (byte ranges of `text`, in order) sounds in `samples` (mono, 48 kHz). In a recording without a pause, the
/// words share all of the time.
pub fn estimate(samples: &[f32], text: &str, words: &[Range<usize>]) -> Vec<WordTiming> {
    if words.is_empty() {
        return Vec::new();
    }
    let levels = FrameLevels::new(samples);
    let weights: Vec<f64> = words.iter().map(|w| weight::word_weight(&text[w.clone()])).collect();
    let stops: Vec<f64> = words.iter().map(|w| weight::pause_likelihood(&text[w.clone()])).collect();
    let sounding = levels.sounding_ranges();
    let phrases = phrases::match_words(&sounding, &weights, &stops);
    let edges = phrases
        .iter()
        .flat_map(|phrase| share_among_words(&levels, &sounding[phrase.heard.clone()], &weights[phrase.words.clone()]));
    words
        .iter()
        .zip(edges)
        .map(|(range, edges)| WordTiming {
            range: range.clone(),
            from: first_sample(edges.start, samples.len()),
            to: first_sample(edges.end, samples.len()),
        })
        .collect()
}

/// The first sample of a frame in a recording of `length` samples.
fn first_sample(frame: usize, length: usize) -> u64 {
    ((frame * FRAME_SAMPLES) as u64).min(length as u64)
}

/// Shares the ranges `sounding` among words of these weights. The pauses between the ranges do not count.
fn share_among_words(levels: &FrameLevels, sounding: &[Range<usize>], weights: &[f64]) -> Vec<Range<usize>> {
    let total: f64 = weights.iter().sum();
    let frames: usize = sounding.iter().map(|range| range.len()).sum();
    let lengths: Vec<f64> = weights.iter().map(|w| w / total * frames as f64).collect();
    let mut edges = vec![sounding[0].start];
    let mut sum = 0.0;
    for pair in lengths.windows(2) {
        sum += pair[0];
        let reach = ((pair[0].min(pair[1]) * MAX_SHIFT_RATIO) as usize).min(MAX_SHIFT_FRAMES);
        let edge = levels.quietest_near(sounding_frame(sounding, sum.round() as usize), reach);
        edges.push(edge.max(edges[edges.len() - 1]));
    }
    edges.push(sounding[sounding.len() - 1].end);
    edges.windows(2).map(|e| e[0]..e[1].max(e[0])).collect()
}

/// The frame before which `count` frames of the ranges `sounding` lie.
fn sounding_frame(sounding: &[Range<usize>], mut count: usize) -> usize {
    for range in sounding {
        if count < range.len() {
            return range.start + count;
        }
        count -= range.len();
    }
    sounding[sounding.len() - 1].end
}
