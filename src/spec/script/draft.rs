//! A scene in the making, and its node. Knows not which blocks it came from.

use super::block::{Picture, Prose};
use super::cut;
use super::node::{self, entry};
use crate::diag::Place;
use crate::spec::tree::{Key, Node};

/// Endings of files that are videos; all others are pictures, and refused later if they are not.
const VIDEOS: [&str; 6] = ["mp4", "mov", "mkv", "webm", "avi", "m4v"];
/// A card on which nothing is said, in seconds.
const CARD: &str = "3s";

/// What comes before a scene and belongs to it.
#[derive(Debug, Default)]
pub struct Lead {
    /// A chapter's heading.
    pub heading: Option<Prose>,
    /// Fields from comments.
    pub settings: Vec<(Key, Node)>,
    /// Silences before the first word.
    pub pauses: Vec<Node>,
    /// A line across.
    pub rule: bool,
}

impl Lead {
    /// Whether there is nothing.
    pub fn is_empty(&self) -> bool {
        self.heading.is_none() && self.settings.is_empty() && self.pauses.is_empty() && !self.rule
    }

    /// This, with what came later.
    pub fn and(mut self, later: Self) -> Self {
        self.settings.extend(later.settings);
        self.pauses.extend(later.pauses);
        Self { heading: self.heading.or(later.heading), rule: self.rule || later.rule, ..self }
    }
}

/// A scene in the making.
#[derive(Debug)]
pub struct Draft {
    /// Where it stands.
    pub place: Place,
    /// What it is named after.
    pub named: String,
    /// Texts and pauses.
    pub say: Vec<Node>,
    title: Option<Node>,
    show: Option<Node>,
    fields: Vec<(Key, Node)>,
    settings: Vec<(Key, Node)>,
}

impl Draft {
    /// A scene at `place` that begins with what comes before it, and is named after `words` unless a chapter begins here.
    pub fn new(place: Place, words: &str, lead: Lead) -> Self {
        let title = lead.heading.as_ref().map(|heading| node::text(heading.words(), heading.place()));
        let named = lead.heading.as_ref().map_or(words, Prose::words).to_owned();
        let mut draft =
            Self { place, named, say: lead.pauses, title, show: None, fields: Vec::new(), settings: lead.settings };
        if lead.rule {
            let fade = vec![entry("kind", node::text("fade", place)), entry("length", node::text("0.8s", place))];
            draft.fields.push(entry("transition", node::map(fade, place)));
        }
        draft
    }

    /// A card with nothing but the heading in `lead`.
    pub fn card(heading: &Prose, lead: Lead) -> Self {
        let place = heading.place();
        let draft = Self::new(place, heading.words(), Lead { pauses: Vec::new(), ..lead });
        draft.with("length", node::text(CARD, place))
    }

    /// This, showing `show`.
    pub fn showing(self, show: Node) -> Self {
        Self { show: Some(show), ..self }
    }

    /// This, also saying `words`.
    pub fn saying(mut self, words: &Prose) -> Self {
        self.say.extend(said(words));
        self
    }

    /// This with a field unless it has it already.
    pub fn with(mut self, field: &str, value: Node) -> Self {
        if !node::has(&self.fields, field) {
            self.fields.push(entry(field, value));
        }
        self
    }

    /// This without captions: all that is said is to be read.
    pub fn without_captions(self) -> Self {
        let place = self.place;
        self.with("captions", node::typed("false", place))
    }

    /// Whether a pause can follow its last word.
    pub fn speaks(&self) -> bool {
        !self.say.is_empty() && !node::has(&self.settings, "say")
    }

    /// The name that a comment gives it.
    pub fn id(&self) -> Option<&Node> {
        self.settings.iter().find(|(key, _)| key.text == "id").map(|(_, id)| id)
    }

    /// The scene called `id`. What a comment says counts more than what was made of the words.
    pub fn node(self, id: &str) -> Node {
        let place = self.place;
        let mut made = vec![entry("id", node::text(id, place))];
        made.extend(self.title.map(|title| entry("title", title)));
        // Silence alone is not said.
        let speaks = self.say.iter().any(|item| !matches!(item.value, crate::spec::tree::Value::Map(_)));
        made.extend(speaks.then(|| entry("say", one_or_list(self.say, place))));
        made.extend(self.show.map(|show| entry("show", show)));
        made.extend(self.fields);
        made.retain(|(key, _)| !node::has(&self.settings, &key.text));
        node::map(made.into_iter().chain(self.settings).collect(), place)
    }
}

fn one_or_list(mut say: Vec<Node>, place: Place) -> Node {
    if say.len() == 1 { say.remove(0) } else { node::list(say, place) }
}

/// The texts and pauses of some words.
fn said(words: &Prose) -> Vec<Node> {
    let mut said = Vec::new();
    let mut at = 0;
    for (end, pause) in &words.pauses {
        said.extend(text(words.part(at..*end)));
        said.push(pause.clone());
        at = *end;
    }
    let rest = words.part(at..words.text.len());
    match said.is_empty() {
        true => said.push(node::text(cut::lines(rest.words()), rest.place())),
        false => said.extend(text(rest)),
    }
    said
}

/// Words before or after a pause, if there are any.
fn text(words: Prose) -> Option<Node> {
    let some = words.text.chars().any(char::is_alphanumeric);
    some.then(|| node::text(cut::lines(words.words()), words.place()))
}

/// What shows a picture or a video.
pub fn pictured(picture: &Picture) -> Node {
    let ending = picture.file.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let kind = if ending.is_some_and(|ending| VIDEOS.contains(&ending.as_str())) { "video" } else { "image" };
    node::map(vec![entry(kind, node::text(picture.file.as_str(), picture.place))], picture.place)
}
