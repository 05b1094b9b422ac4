//! Cuts a passage: where it gets too long, where its card's words are said, where pictures stand in it. Knows nothing of other blocks.

use std::mem::take;

use super::block::{Picture, Prose};
use super::card;
use super::cut;
use super::draft::Lead;

/// A passage in parts that are not too long for one picture each.
pub fn parts(words: &Prose, under_heading: bool) -> Vec<Prose> {
    let opening = if under_heading { cut::opening(&words.text) } else { None };
    let from = opening.unwrap_or(0);
    let rest = cut::parts(&words.text[from..]).into_iter().map(|part| from + part.start..from + part.end);
    let mut ends: Vec<usize> = opening.into_iter().chain(rest.map(|part| part.end)).collect();
    // What stands behind the last sentence goes with it.
    ends.pop();
    ends.push(words.text.len());
    let starts: Vec<usize> = [0].into_iter().chain(ends.iter().copied()).collect();
    starts.into_iter().zip(ends).map(|(start, end)| words.part(start..end)).collect()
}

/// A passage cut where the words of its card are said, so that there is not long nothing to see.
pub fn at_cards(part: Prose) -> Vec<Prose> {
    const LONGEST_WAIT: f64 = 3.0;
    match card::of(&part).map(|card| card.at) {
        Some(at) if cut::seconds(&part.text[..at]) > LONGEST_WAIT => {
            let rest = at_cards(part.part(at..part.text.len()));
            at_cards(part.part(0..at)).into_iter().chain(rest).collect()
        }
        _ => vec![part],
    }
}

/// The words with the pictures that are seen with them: each from where it stands, the first from the start.
pub fn illustrated(words: &Prose, before: Option<Picture>) -> Vec<(Option<Picture>, Prose)> {
    let mut starts: Vec<(usize, Option<Picture>)> = before.into_iter().map(|picture| (0, Some(picture))).collect();
    for (at, picture) in &words.pictures {
        starts.push((if starts.is_empty() { 0 } else { *at }, Some(picture.clone())));
    }
    if starts.is_empty() {
        return vec![(None, words.clone())];
    }
    let ends: Vec<usize> = starts.iter().skip(1).map(|(at, _)| *at).chain([words.text.len()]).collect();
    starts.into_iter().zip(ends).map(|((start, picture), end)| (picture, words.part(start..end))).collect()
}

/// What stands before a scene, among the parts that it is cut into.
pub fn shared(lead: Lead, parts: usize) -> Vec<Lead> {
    let mut first = lead;
    let (tail, own): (Vec<_>, Vec<_>) = take(&mut first.settings).into_iter().partition(|(key, _)| key.text == "tail");
    let every: Vec<_> =
        own.iter().filter(|(key, _)| ["voice", "captions"].contains(&key.text.as_str())).cloned().collect();
    first.settings = own;
    let others = (1..parts).map(|_| Lead { settings: every.clone(), ..Lead::default() });
    let mut leads: Vec<Lead> = [first].into_iter().chain(others).collect();
    leads.last_mut().expect("there is a first").settings.extend(tail);
    leads
}
