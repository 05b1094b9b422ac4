//! Splits a passage: where it gets too long for one picture, where a statement's words are said, and where pictures stand in it.

use std::mem::take;

use super::block::{PictureRef, Prose};
use super::card;
use super::scene_draft::SceneLead;
use super::sentence_cuts;

/// Splits a passage into parts that are each short enough for one picture.
pub fn split_long(words: &Prose, under_heading: bool) -> Vec<Prose> {
    let opening = if under_heading { sentence_cuts::opening(&words.text) } else { None };
    let from = opening.unwrap_or(0);
    let rest = sentence_cuts::parts(&words.text[from..]).into_iter().map(|part| from + part.start..from + part.end);
    let mut ends: Vec<usize> = opening.into_iter().chain(rest.map(|part| part.end)).collect();
    // What stands behind the last sentence goes with it.
    ends.pop();
    ends.push(words.text.len());
    let starts: Vec<usize> = [0].into_iter().chain(ends.iter().copied()).collect();
    starts.into_iter().zip(ends).map(|(start, end)| words.part(start..end)).collect()
}

/// Splits a passage where the words of its statement are said, so that the screen is not empty for long.
pub fn split_at_statements(part: Prose) -> Vec<Prose> {
    const MAX_WAIT_SECONDS: f64 = 3.0;
    match card::find_statement(&part).map(|card| card.at) {
        Some(at) if sentence_cuts::seconds(&part.text[..at]) > MAX_WAIT_SECONDS => {
            let rest = split_at_statements(part.part(at..part.text.len()));
            split_at_statements(part.part(0..at)).into_iter().chain(rest).collect()
        }
        _ => vec![part],
    }
}

/// Splits words by their pictures: each picture is shown from where it stands, the first one from the start.
pub fn split_at_pictures(words: &Prose, before: Option<PictureRef>) -> Vec<(Option<PictureRef>, Prose)> {
    let mut starts: Vec<(usize, Option<PictureRef>)> = before.into_iter().map(|picture| (0, Some(picture))).collect();
    for (at, picture) in &words.pictures {
        starts.push((if starts.is_empty() { 0 } else { *at }, Some(picture.clone())));
    }
    if starts.is_empty() {
        return vec![(None, words.clone())];
    }
    let ends: Vec<usize> = starts.iter().skip(1).map(|(at, _)| *at).chain([words.text.len()]).collect();
    starts.into_iter().zip(ends).map(|((start, picture), end)| (picture, words.part(start..end))).collect()
}

/// Distributes what stands before a passage over its parts: all of it to the first, `voice` and `captions` to each, `tail` to the last.
pub fn distribute_lead(lead: SceneLead, parts: usize) -> Vec<SceneLead> {
    let mut first = lead;
    let (tail, own): (Vec<_>, Vec<_>) = take(&mut first.settings).into_iter().partition(|(key, _)| key.text == "tail");
    let every: Vec<_> =
        own.iter().filter(|(key, _)| ["voice", "captions"].contains(&key.text.as_str())).cloned().collect();
    first.settings = own;
    let others = (1..parts).map(|_| SceneLead { settings: every.clone(), ..SceneLead::default() });
    let mut leads: Vec<SceneLead> = [first].into_iter().chain(others).collect();
    leads.last_mut().expect("there is a first").settings.extend(tail);
    leads
}
