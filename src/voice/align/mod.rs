//! Word times of recorded narration, estimated from energy and text; nothing is recognised.
//!
//! Pauses are found in the energy and matched with the places where a reader would pause; between two pauses the words share the time
//! by how long they should take, their edges drawn to the nearest dip in the energy. On speech from espeak-ng with pauses set between its
//! sentences, half of 391 onsets are within 45 ms of the truth and 90 % within 230 ms: fit for words that light up, not for cutting.

mod energy;
mod phrases;
mod weight;

use std::ops::Range;

use super::SpokenWord;
use energy::{Energy, FRAME};

/// How far an edge is drawn to a dip: this share of the shorter of the words beside it …
const DRAW: f64 = 0.35;
/// … and at most this many frames.
const MOST_DRAW: usize = 10;

/// Estimates when each of `words` (byte ranges of `text`, in order) sounds in `samples` (mono, 48 kHz). No words: none. Where nothing can
/// be heard the words share the time evenly by their lengths.
pub fn estimate(samples: &[f32], text: &str, words: &[Range<usize>]) -> Vec<SpokenWord> {
    if words.is_empty() {
        return Vec::new();
    }
    let energy = Energy::new(samples);
    let weights: Vec<f64> = words.iter().map(|w| weight::of(&text[w.clone()])).collect();
    let stops: Vec<f64> = words.iter().map(|w| weight::stop_after(&text[w.clone()])).collect();
    let heard = energy.heard();
    let phrases = phrases::match_words(&heard, &weights, &stops);
    let edges =
        phrases.iter().flat_map(|phrase| spread(&energy, &heard[phrase.heard.clone()], &weights[phrase.words.clone()]));
    let at = |frame: usize| ((frame * FRAME) as u64).min(samples.len() as u64);
    words
        .iter()
        .zip(edges)
        .map(|(range, e)| SpokenWord { range: range.clone(), from: at(e.start), to: at(e.end) })
        .collect()
}

/// Shares out the stretches of sound in `heard` among words of these weights; what lies between the stretches belongs to nobody's share.
fn spread(energy: &Energy, heard: &[Range<usize>], weights: &[f64]) -> Vec<Range<usize>> {
    let total: f64 = weights.iter().sum();
    let frames: usize = heard.iter().map(|h| h.len()).sum();
    let lengths: Vec<f64> = weights.iter().map(|w| w / total * frames as f64).collect();
    let mut edges = vec![heard[0].start];
    let mut sum = 0.0;
    for pair in lengths.windows(2) {
        sum += pair[0];
        let reach = ((pair[0].min(pair[1]) * DRAW) as usize).min(MOST_DRAW);
        let edge = energy.dip_near(frame_after(heard, sum.round() as usize), reach);
        edges.push(edge.max(edges[edges.len() - 1]));
    }
    edges.push(heard[heard.len() - 1].end);
    edges.windows(2).map(|e| e[0]..e[1].max(e[0])).collect()
}

/// The frame at which `count` frames have been heard.
fn frame_after(heard: &[Range<usize>], mut count: usize) -> usize {
    for stretch in heard {
        if count < stretch.len() {
            return stretch.start + count;
        }
        count -= stretch.len();
    }
    heard[heard.len() - 1].end
}
