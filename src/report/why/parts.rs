//! The user's words for the parts of an action: a table from kind and part to the field of the spec that sets it.

use crate::render::content::{SceneContent, ValueForm};

use ValueForm::{Frames, Hidden, Name, Text};

/// What a part is to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Words that stand before "changed".
    pub word: String,
    /// How its values are shown.
    pub form: ValueForm,
}

/// Kind, part below `params.` (and all below that part), the user's word. The first row that fits counts.
const ROWS: [(&str, &str, &str, ValueForm); 36] = [
    ("speech", "text", "`say`", Text),
    ("speech", "voice", "the voice", Name),
    ("speech", "brought", "the voice's kind", Hidden),
    ("speech", "pronounce", "`pronounce`", Text),
    ("narration", "script", "`say`", Text),
    ("narration", "format", "the recording's format", Name),
    ("still", "first", "which frame it shows", Hidden),
    ("still", "headline", "`thumbnail.headline`", Text),
    ("still", "longest", "how large the picture is", Hidden),
    ("still", "quality", "how large the picture is", Hidden),
    ("segment", "encoder", "`output.quality`", Hidden),
    ("segment", "count", "which of the scene's frames it holds", Hidden),
    ("segment", "first", "which of the scene's frames it holds", Hidden),
    ("segment", "clips[].from", "`show.from`", Name),
    ("segment", "clips[].to", "`show.to`", Name),
    ("segment", "clips[].format", "the video's format", Name),
    ("segment", "clips", "which part of the video is shown", Hidden),
    ("segment", "kind", "`transition`", Name),
    ("segment", "easing", "`transition.easing`", Name),
    ("film", "fps", "`output.fps`", Name),
    ("film", "title", "`title`", Text),
    ("film", "segments", "the scenes' lengths", Hidden),
    ("film", "chapters", "chapters (their titles or times)", Hidden),
    ("sound", "mix.length", "the film's length", Hidden),
    ("sound", "mix.speech", "where speech stands", Hidden),
    ("sound", "mix.scenes", "the sound of videos", Hidden),
    ("sound", "mix.music.duck", "`music.duck`", Name),
    ("sound", "mix.music.fade", "`music.fade`", Hidden),
    ("sound", "mix.music.gain", "`music.level`", Hidden),
    ("sound", "mix.music", "`music`", Hidden),
    ("sound", "sources", "which sounds there are", Hidden),
    ("probe", "format", "the file's format", Name),
    ("decode-sound", "format", "the file's format", Name),
    ("decode-sound", "", "which part of the file sounds", Hidden),
    ("text", "text", "its text", Text),
    ("levels", "fps", "`output.fps`", Name),
];

/// The same for all that lies in a view, whatever kind of step draws it; the words for what it shows are declared with each kind of
/// content.
const VIEW: [(&str, &str, ValueForm); 47] = [
    ("size", "`output.size`", Name),
    ("fps", "`output.fps`", Name),
    ("frames", "the scene's length", Frames),
    ("show", "`show`", Hidden),
    ("lower.name", "`lower.name`", Text),
    ("lower.role", "`lower.role`", Text),
    ("lower.raised", "where captions stand", Hidden),
    ("lower.from", "when the name comes", Hidden),
    ("lower.to", "when the name goes", Hidden),
    ("counter", "which chapter this is of how many", Hidden),
    ("inset.media", "what `inset` shows", Hidden),
    ("inset", "where the inset stands", Hidden),
    ("leaves", "when the card's parts go", Hidden),
    ("over.marks.marks[].at", "when marks come", Hidden),
    ("over.marks.marks[].until", "when marks go", Hidden),
    ("over.marks.marks[].label", "a mark's label", Text),
    ("over.marks.dim", "`show.dim`", Name),
    ("over.marks.clear", "where captions and names stand", Hidden),
    ("over.marks", "`show.marks`", Hidden),
    ("over.progress", "how far the film is", Hidden),
    ("over.waveform.style", "`waveform.style`", Name),
    ("over.waveform.at", "`waveform.at`", Name),
    ("over.waveform.raised", "where captions stand", Hidden),
    ("over.waveform", "when the voice sounds", Hidden),
    ("logo.corner", "`logo.corner`", Name),
    ("logo.opacity", "`logo.opacity`", Name),
    ("logo.height", "`logo.height`", Name),
    ("logo", "`logo`", Hidden),
    ("captions.style", "`captions.style`", Name),
    ("captions.position", "`captions.position`", Name),
    ("captions.pages", "captions (their words or times)", Hidden),
    ("captions", "captions", Hidden),
    ("look.background", "`look.background`", Name),
    ("look.background_end", "`look.background_end`", Name),
    ("look.text", "`look.text`", Name),
    ("look.muted", "`look.muted`", Name),
    ("look.accent", "`look.accent`", Name),
    ("look.caption", "`look.caption`", Name),
    ("look.caption_back", "`look.caption_back`", Name),
    ("look.heading_font", "`look.heading_font`", Name),
    ("look.body_font", "`look.body_font`", Name),
    ("look.backdrop.kind", "`look.backdrop`", Name),
    ("look.backdrop.seed", "`look.seed`", Name),
    ("look.card", "`look.card`", Hidden),
    ("look.area", "the template's `box`", Hidden),
    ("look.layers", "the template's `layers`", Hidden),
    ("look", "`look`", Hidden),
];

/// What stands for the whole film, so that it is the same on both sides of a transition.
const FILM_WIDE: [&str; 3] = ["`output", "`look", "`logo"];

/// What part `part` of a step of kind `kind` is to the user; `None` for one that this table does not know.
pub fn meaning(kind: &str, part: &str) -> Option<Meaning> {
    if let Some(tool) = part.strip_prefix("tools.") {
        return Some(Meaning { word: tool_word(tool).to_owned(), form: Hidden });
    }
    let params = match part {
        "version" => return Some(Meaning { word: "t2v's own version of this step".into(), form: Hidden }),
        "tools" => return Some(Meaning { word: "its tools".into(), form: Hidden }),
        "inputs" => return Some(Meaning { word: "its inputs".into(), form: Hidden }),
        part => without_indices(part.strip_prefix("params.")?),
    };
    let (side, path) = side(&params);
    let (word, form) = match path.strip_prefix("view.") {
        Some(view) => content_word(view).or_else(|| view_word(view))?,
        None => ROWS.iter().find(|row| is_of(row.0, kind) && holds(row.1, path)).map(|row| (row.2, row.3))?,
    };
    let film_wide = FILM_WIDE.iter().any(|prefix| word.starts_with(prefix));
    let side = if film_wide { "" } else { side };
    Some(Meaning { word: format!("{word}{side}"), form })
}

/// What a part of the view's content is, if its kind declares that: `show.title.subtitle` is `subtitle` of a title card.
fn content_word(view: &str) -> Option<(&'static str, ValueForm)> {
    let content = view.strip_prefix("show.")?;
    let kind = content.split(['.', '[']).next()?;
    let part = content[kind.len()..].trim_start_matches('.');
    let word = SceneContent::part_words(kind).iter().find(|word| holds(word.part, part))?;
    Some((word.word, word.form))
}

fn view_word(view: &str) -> Option<(&'static str, ValueForm)> {
    VIEW.iter().find(|(row, ..)| holds(row, view)).map(|&(_, word, form)| (word, form))
}

/// Cuts off where in a step a scene's frames are described: `frames.transition.from.view.size` → of the scene before, `view.size`.
fn side(params: &str) -> (&'static str, &str) {
    const SIDES: [(&str, &str); 5] = [
        ("frames.scene.", ""),
        ("frames.transition.from.", " of the scene before"),
        ("frames.transition.to.", ""),
        ("frames.transition.", ""),
        ("take.", ""),
    ];
    let cut = SIDES.iter().find_map(|(prefix, side)| Some((*side, params.strip_prefix(prefix)?)));
    cut.unwrap_or(("", params))
}

/// The kind of thing that a view shows, if `part` lies in it, and where that is described: `….show.title.subtitle` → `….show`, `title`.
pub fn shown(part: &str) -> Option<(&str, &str)> {
    let at = part.find("view.show.")? + "view.show".len();
    let kind = part[at + 1..].split(['.', '[']).next()?;
    Some((&part[..at], kind))
}

fn tool_word(tool: &str) -> &str {
    match tool {
        "fonts" => "the fonts in t2v",
        "voice" => "the voice in t2v",
        "crates.voice" => "the speech libraries in t2v",
        "crates.picture" => "the picture libraries in t2v",
        "crates.sound" => "the sound libraries in t2v",
        "crates.encode" => "the encoding libraries in t2v",
        "processor" => "the class of processor",
        tool => tool,
    }
}

/// A part's path with its indices left out: `items[3].text` → `items[].text`.
fn without_indices(part: &str) -> String {
    let mut out = String::with_capacity(part.len());
    let mut inside = false;
    for c in part.chars() {
        match c {
            '[' => inside = true,
            ']' => out.push('['),
            _ => {}
        }
        if !inside || c == ']' {
            out.push(c);
        }
        inside &= c != ']';
    }
    out
}

/// Whether a row of this kind is for such steps: a still is drawn as a segment is.
fn is_of(row: &str, kind: &str) -> bool {
    row == kind || (row == "segment" && kind == "still")
}

/// Whether `path` is `row` or lies below it. The empty row holds all.
fn holds(row: &str, path: &str) -> bool {
    row.is_empty() || path.strip_prefix(row).is_some_and(|rest| rest.is_empty() || rest.starts_with(['.', '[']))
}
