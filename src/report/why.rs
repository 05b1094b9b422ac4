//! Why a step ran, in the words of the spec.

mod parts;
mod shorten;

use crate::diag::printable;
use crate::event::{KeyChange, RunReason};
use crate::render::content::ValueForm;

pub use parts::{Meaning, meaning};
use shorten::{around_difference, beginning};

/// How many groups of changes are told of a step.
const MOST: usize = 3;
/// How many pairs of values are shown of a group.
const PAIRS: usize = 2;

/// Why a step of this kind ran, in one line that is safe to print: "`say` changed: "fast" → "instant"; ffmpeg changed".
pub fn in_words(kind: &str, why: &RunReason) -> String {
    match why {
        RunReason::New => "new".to_owned(),
        RunReason::Gone => "its result is no longer in the cache".to_owned(),
        RunReason::Changed(changed) => {
            let mut told = changes(kind, changed);
            let more = told.len().saturating_sub(MOST);
            told.truncate(MOST);
            let rest = if more > 0 { format!(", and {more} more") } else { String::new() };
            if told.is_empty() { "something changed".to_owned() } else { told.join("; ") + &rest }
        }
    }
}

/// A part of an action in the user's words: `params.text` of a `speech` → "`say`". One that is not known stays as it is.
pub fn part_in_words(kind: &str, part: &str) -> String {
    match (part.strip_prefix("inputs."), meaning(kind, part)) {
        (Some(role), _) => role_word(role).to_owned(),
        (None, Some(meaning)) => meaning.word,
        (None, None) => format!("`{}`", printable(part)),
    }
}

/// All changes in the user's words, those of one field together, in the order of the parts; safe to print. Never shows a digest.
pub fn changes(kind: &str, changes: &[KeyChange]) -> Vec<String> {
    let replaced = Replaced::of(changes);
    let mut groups: Vec<ChangeGroup> = Vec::new();
    for change in changes.iter().filter(|change| !implied(change, changes)) {
        let (word, entry) = match &replaced {
            Some(replaced) if replaced.covers(change) => ("`show`".to_owned(), replaced.entry()),
            _ => (group_of(kind, change), Entry::of(kind, change)),
        };
        match groups.iter_mut().find(|group| group.word == word) {
            Some(group) => group.add(entry),
            None => groups.push(ChangeGroup { word, entries: vec![entry] }),
        }
    }
    groups.iter().map(|group| printable(&group.in_words())).collect()
}

/// What stands before the values, and by what changes belong together.
const FROM_STEPS: &str = "comes from";

fn group_of(kind: &str, change: &KeyChange) -> String {
    match (change.part.strip_prefix("inputs."), &change.source) {
        (Some(role), Some(source)) if is_file(role) => format!("{} `{source}`", role_word(role)),
        (Some(_), Some(_)) => FROM_STEPS.to_owned(),
        _ => part_in_words(kind, &change.part),
    }
}

/// The input's role, without the side of a transition that it is on.
fn role_within(role: &str) -> &str {
    role.strip_prefix("from/").or(role.strip_prefix("to/")).unwrap_or(role)
}

/// Whether what comes in by this role is a file of the project or of the machine, not what another step made.
fn is_file(role: &str) -> bool {
    let role = role_within(role);
    !(role == "sound" || role.starts_with("segment/") || role.starts_with("source/"))
}

fn role_word(role: &str) -> &str {
    match role_within(role) {
        "picture" => "picture",
        "video" => "video",
        "logo" => "logo",
        "recording" => "recording",
        "media" => "file",
        "sound" => "the sound",
        role if role.starts_with("segment/") => "a segment",
        role if role.starts_with("source/") => "a sound",
        _ => "the voice's file",
    }
}

/// Whether another change says it better: how many items or fields there are says less than what they are, and what lies in something
/// that was not there at all says less than that it came or went.
fn implied(change: &KeyChange, all: &[KeyChange]) -> bool {
    all.iter().any(|other| {
        (is_below(other, change) && !is_optional(change)) || (is_below(change, other) && is_optional(other))
    })
}

fn is_below(inner: &KeyChange, outer: &KeyChange) -> bool {
    inner.part.strip_prefix(&outer.part).is_some_and(|rest| rest.starts_with(['.', '[']))
}

/// Whether it is a whole map that came or went, in a place that may be empty.
fn is_optional(change: &KeyChange) -> bool {
    let (Some(before), Some(after)) = (&change.before, &change.after) else { return false };
    (before.starts_with("null") && after.starts_with('{')) || (before.starts_with('{') && after.starts_with("null"))
}

/// A view that shows another kind of thing than before.
struct Replaced<'a> {
    before: &'a str,
    after: &'a str,
}

impl<'a> Replaced<'a> {
    fn of(changes: &'a [KeyChange]) -> Option<Self> {
        let gone = changes.iter().filter(|change| change.after.is_none());
        gone.filter_map(|change| parts::shown(&change.part)).find_map(|(place, before)| {
            let come = changes.iter().filter(|change| change.before.is_none());
            let (_, after) = come
                .filter_map(|change| parts::shown(&change.part))
                .find(|&(other, after)| other == place && after != before)?;
            Some(Self { before, after })
        })
    }

    fn covers(&self, change: &KeyChange) -> bool {
        parts::shown(&change.part).is_some_and(|(_, kind)| kind == self.before || kind == self.after)
    }

    fn entry(&self) -> Entry {
        let pair = Some((Some(self.before.to_owned()), Some(self.after.to_owned())));
        Entry { part: String::new(), way: Way::Changed, pair }
    }
}

/// Changes that are told together.
struct ChangeGroup {
    word: String,
    entries: Vec<Entry>,
}

/// A value before and after; `None` where there was none.
type ValuePair = (Option<String>, Option<String>);

#[derive(PartialEq)]
struct Entry {
    /// The last name in the part's path, or the step that an input comes from.
    part: String,
    way: Way,
    /// `None` for values that are not shown.
    pair: Option<ValuePair>,
}

/// In which way a part changed.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Added,
    Removed,
    Changed,
}

impl Way {
    fn of(change: &KeyChange) -> Self {
        let [was_there, is_there] =
            [&change.before, &change.after].map(|leaf| leaf.as_ref().is_some_and(|leaf| leaf != "null"));
        match (was_there, is_there) {
            (false, true) => Self::Added,
            (true, false) => Self::Removed,
            _ => Self::Changed,
        }
    }

    fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

impl Entry {
    fn of(kind: &str, change: &KeyChange) -> Self {
        if change.part.starts_with("inputs.") {
            return Self { part: change.source.clone().unwrap_or_default(), way: Way::of(change), pair: None };
        }
        let last = change.part.rsplit('.').next().unwrap_or_default().to_owned();
        let form = meaning(kind, &change.part).map(|meaning| meaning.form);
        Self { part: last, way: Way::of(change), pair: pair(form, change) }
    }
}

/// The values as they are shown; `None` where they are not.
fn pair(form: Option<ValueForm>, change: &KeyChange) -> Option<ValuePair> {
    let values = [value(change.before.as_deref()), value(change.after.as_deref())];
    if values.iter().flatten().any(Value::is_hidden) || values.iter().all(Option::is_none) {
        return None;
    }
    let is_text = values.iter().flatten().any(|value| value.is_text);
    let [before, after] = values.map(|value| value.map(|value| value.text));
    match form {
        Some(ValueForm::Hidden) => None,
        Some(ValueForm::Frames) if [&before, &after].into_iter().flatten().any(|text| text == "0") => None,
        Some(ValueForm::Frames) => Some((before, after.map(|frames| format!("{frames} frames")))),
        Some(ValueForm::Name) => Some((before.map(|b| beginning(&b)), after.map(|a| beginning(&a)))),
        Some(ValueForm::Text) => Some(quoted(before, after)),
        None if is_text => Some(quoted(before, after)),
        None => Some((before, after)),
    }
}

/// Both texts in quotes, shortened to what differs.
fn quoted(before: Option<String>, after: Option<String>) -> ValuePair {
    let (before, after) = match (before, after) {
        (Some(before), Some(after)) => {
            let (before, after) = around_difference(&before, &after);
            (Some(before), Some(after))
        }
        (before, after) => (before.map(|b| beginning(&b)), after.map(|a| beginning(&a))),
    };
    (before.map(|text| format!("\"{text}\"")), after.map(|text| format!("\"{text}\"")))
}

/// A leaf of an action's parts.
struct Value {
    text: String,
    is_text: bool,
}

/// Leaves are JSON; what is none is taken as it stands. `null` is as good as nothing.
fn value(leaf: Option<&str>) -> Option<Value> {
    let leaf = leaf.filter(|leaf| *leaf != "null")?;
    Some(match serde_json::from_str::<String>(leaf) {
        Ok(text) => Value { text, is_text: true },
        Err(_) => Value { text: leaf.to_owned(), is_text: leaf.parse::<f64>().is_err() },
    })
}

impl Value {
    /// Digests, and how many items or fields something has.
    fn is_hidden(&self) -> bool {
        let digest = self.text.len() == 64 && self.text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let list = self.text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let map = self.text.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let count = list.or(map).unwrap_or_default();
        digest || (!count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit()))
    }
}

impl ChangeGroup {
    /// The same change at several places is told once.
    fn add(&mut self, entry: Entry) {
        if entry.pair.is_none() || !self.entries.contains(&entry) {
            self.entries.push(entry);
        }
    }

    fn in_words(&self) -> String {
        if self.word == FROM_STEPS {
            return self.steps_in_words();
        }
        let pairs: Vec<ValuePair> = self.joined().into_iter().collect();
        match pairs.as_slice() {
            [] if self.entries.len() > 1 => {
                format!("{} {} in {} places", self.word, self.way().word(), self.entries.len())
            }
            [] => format!("{} {}", self.word, self.way().word()),
            [(None, Some(after))] => format!("{} added: {after}", self.word),
            [(Some(before), None)] => format!("{} removed: {before}", self.word),
            pairs if pairs.len() > PAIRS => format!("{} changed in {} places", self.word, pairs.len()),
            pairs => format!("{} changed: {}", self.word, pairs.iter().map(arrow).collect::<Vec<_>>().join(", ")),
        }
    }

    /// The pairs to show; those that are halves of one value (width and height) as one.
    fn joined(&self) -> Vec<ValuePair> {
        const HALVES: [(&str, &str, &str); 2] = [("width", "height", "×"), ("num", "den", "/")];
        for (first, second, sign) in HALVES {
            if let [a, b] = self.entries.as_slice()
                && let (Some(left), Some(right)) = (&a.pair, &b.pair)
                && (a.part == first && b.part == second || a.part == second && b.part == first)
            {
                let (left, right) = if a.part == first { (left, right) } else { (right, left) };
                return vec![(joined_halves(&left.0, sign, &right.0), joined_halves(&left.1, sign, &right.1))];
            }
        }
        self.entries.iter().filter_map(|entry| entry.pair.clone()).collect()
    }

    /// The way in which all of it changed.
    fn way(&self) -> Way {
        let first = self.entries[0].way;
        if self.entries.iter().all(|entry| entry.way == first) { first } else { Way::Changed }
    }

    fn steps_in_words(&self) -> String {
        let (first, more) = (&self.entries[0].part, self.entries.len() - 1);
        let steps = match more {
            0 => first.clone(),
            1 => format!("{first} and {}", self.entries[1].part),
            more => format!("{first} and {more} other steps"),
        };
        match self.way() {
            Way::Added if more == 0 => format!("comes from {steps}, which is new"),
            Way::Added => format!("comes from {steps}, which are new"),
            Way::Removed => format!("no longer comes from {steps}"),
            Way::Changed => format!("comes from {steps}, which changed"),
        }
    }
}

fn joined_halves(left: &Option<String>, sign: &str, right: &Option<String>) -> Option<String> {
    Some(format!("{}{sign}{}", left.as_ref()?, right.as_ref()?))
}

fn arrow((before, after): &ValuePair) -> String {
    format!("{} → {}", before.as_deref().unwrap_or("nothing"), after.as_deref().unwrap_or("nothing"))
}

#[cfg(test)]
mod tests;
