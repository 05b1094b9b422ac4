//! [`SceneDraft`]: a scene that is being put together from a script, and its node in the tree.

use super::block::{PictureRef, Prose};
use super::node_builder::{self as node, entry};
use super::sentence_cuts;
use crate::diag::Span;
use crate::spec::tree::{MapKey, NodeValue, TreeNode};

/// File name extensions of videos; any other file is taken for a picture, which is checked later.
const VIDEO_EXTENSIONS: [&str; 6] = ["mp4", "mov", "mkv", "webm", "avi", "m4v"];
/// How long a card without words is shown.
const CARD_LENGTH: &str = "3s";

/// What stands before a scene in the script and belongs to it.
#[derive(Debug, Default)]
pub struct SceneLead {
    /// The heading of the chapter that starts here.
    pub heading: Option<Prose>,
    /// Fields of the scene, from comments.
    pub settings: Vec<(MapKey, TreeNode)>,
    /// Silences before the first word.
    pub pauses: Vec<TreeNode>,
    /// A rule, which becomes a fade to black.
    pub rule: bool,
}

impl SceneLead {
    /// Whether nothing stands before the scene.
    pub fn is_empty(&self) -> bool {
        self.heading.is_none() && self.settings.is_empty() && self.pauses.is_empty() && !self.rule
    }

    /// This, followed by `later`; the first heading counts.
    pub fn and(mut self, later: Self) -> Self {
        self.settings.extend(later.settings);
        self.pauses.extend(later.pauses);
        Self { heading: self.heading.or(later.heading), rule: self.rule || later.rule, ..self }
    }
}

/// A scene that is being put together.
#[derive(Debug)]
pub struct SceneDraft {
    /// Its place in the script.
    pub place: Span,
    /// The words that its id is made from.
    pub named: String,
    /// The items of `say`: texts and pauses.
    pub say: Vec<TreeNode>,
    title: Option<TreeNode>,
    show: Option<TreeNode>,
    fields: Vec<(MapKey, TreeNode)>,
    settings: Vec<(MapKey, TreeNode)>,
}

impl SceneDraft {
    /// A scene at `place` with what stands before it. It is named after `words`, or after the heading in `lead`.
    pub fn new(place: Span, words: &str, lead: SceneLead) -> Self {
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

    /// A silent card with the heading.
    pub fn card(heading: &Prose, lead: SceneLead) -> Self {
        let place = heading.place();
        let draft = Self::new(place, heading.words(), SceneLead { pauses: Vec::new(), ..lead });
        draft.with("length", node::text(CARD_LENGTH, place))
    }

    /// The draft with `show` as what it shows.
    pub fn showing(self, show: TreeNode) -> Self {
        Self { show: Some(show), ..self }
    }

    /// The draft with `words` added to what it says.
    pub fn saying(mut self, words: &Prose) -> Self {
        self.say.extend(say_items(words));
        self
    }

    /// The draft with a field, unless it has that field already.
    pub fn with(mut self, field: &str, value: TreeNode) -> Self {
        if !node::has(&self.fields, field) {
            self.fields.push(entry(field, value));
        }
        self
    }

    /// The draft without captions, for scenes that show every word they say.
    pub fn without_captions(self) -> Self {
        let place = self.place;
        self.with("captions", node::typed("false", place))
    }

    /// Whether a pause can be added behind its last word.
    pub fn speaks(&self) -> bool {
        !self.say.is_empty() && !node::has(&self.settings, "say")
    }

    /// The id that a comment gives it.
    pub fn id(&self) -> Option<&TreeNode> {
        self.settings.iter().find(|(key, _)| key.text == "id").map(|(_, id)| id)
    }

    /// The scene's node, with the id `id`. Fields from comments replace those made from the words.
    pub fn node(self, id: &str) -> TreeNode {
        let place = self.place;
        let mut made = vec![entry("id", node::text(id, place))];
        made.extend(self.title.map(|title| entry("title", title)));
        // Pauses without words are left out.
        let speaks = self.say.iter().any(|item| !matches!(item.value, NodeValue::Map(_)));
        made.extend(speaks.then(|| entry("say", one_or_list(self.say, place))));
        made.extend(self.show.map(|show| entry("show", show)));
        made.extend(self.fields);
        made.retain(|(key, _)| !node::has(&self.settings, &key.text));
        node::map(made.into_iter().chain(self.settings).collect(), place)
    }
}

fn one_or_list(mut say: Vec<TreeNode>, place: Span) -> TreeNode {
    if say.len() == 1 { say.remove(0) } else { node::list(say, place) }
}

/// The texts and pauses of some words, as items of `say`.
fn say_items(words: &Prose) -> Vec<TreeNode> {
    let mut said = Vec::new();
    let mut at = 0;
    for (end, pause) in &words.pauses {
        said.extend(text(words.part(at..*end)));
        said.push(pause.clone());
        at = *end;
    }
    let rest = words.part(at..words.text.len());
    if said.is_empty() {
        said.push(node::text(sentence_cuts::line_by_line(rest.words()), rest.place()))
    } else {
        said.extend(text(rest))
    }
    said
}

/// The words before or after a pause, if there are any.
fn text(words: Prose) -> Option<TreeNode> {
    let some = words.text.chars().any(char::is_alphanumeric);
    some.then(|| node::text(sentence_cuts::line_by_line(words.words()), words.place()))
}

/// The `show` of a scene with this picture or video.
pub fn show_of_file(picture: &PictureRef) -> TreeNode {
    let ending = picture.file.rsplit_once('.').map(|(_, ending)| ending.to_lowercase());
    let kind = if ending.is_some_and(|ending| VIDEO_EXTENSIONS.contains(&ending.as_str())) { "video" } else { "image" };
    node::map(vec![entry(kind, node::text(picture.file.as_str(), picture.place))], picture.place)
}
