//! The user's words for the parts of an action: a table from kind and part to the field of the spec that sets it.

/// How values of a part are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Show {
    /// In quotes, shortened around the first difference.
    Text,
    /// As it is: a name, a number.
    Name,
    /// A number of frames.
    Frames,
    /// Not at all: it would tell the user nothing.
    Nothing,
}

use Show::{Frames, Name, Nothing, Text};

/// What a part is to the user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// Words that stand before "changed".
    pub word: String,
    /// How its values are shown.
    pub show: Show,
}

/// Kind, part below `params.` (and all below that part), the user's word. The first row that fits counts.
const ROWS: [(&str, &str, &str, Show); 36] = [
    ("speech", "text", "`say`", Text),
    ("speech", "voice", "the voice", Name),
    ("speech", "brought", "the voice's kind", Nothing),
    ("speech", "pronounce", "`pronounce`", Text),
    ("narration", "script", "`say`", Text),
    ("narration", "format", "the recording's format", Name),
    ("still", "first", "which frame it shows", Nothing),
    ("still", "headline", "`thumbnail.headline`", Text),
    ("still", "longest", "how large the picture is", Nothing),
    ("still", "quality", "how large the picture is", Nothing),
    ("segment", "encoder", "`output.quality`", Nothing),
    ("segment", "count", "which of the scene's frames it holds", Nothing),
    ("segment", "first", "which of the scene's frames it holds", Nothing),
    ("segment", "clips[].from", "`show.from`", Name),
    ("segment", "clips[].to", "`show.to`", Name),
    ("segment", "clips[].format", "the video's format", Name),
    ("segment", "clips", "which part of the video is shown", Nothing),
    ("segment", "kind", "`transition`", Name),
    ("segment", "easing", "`transition.easing`", Name),
    ("film", "fps", "`output.fps`", Name),
    ("film", "title", "`title`", Text),
    ("film", "segments", "the scenes' lengths", Nothing),
    ("film", "chapters", "chapters (their titles or times)", Nothing),
    ("sound", "mix.length", "the film's length", Nothing),
    ("sound", "mix.speech", "where speech stands", Nothing),
    ("sound", "mix.scenes", "the sound of videos", Nothing),
    ("sound", "mix.music.duck", "`music.duck`", Name),
    ("sound", "mix.music.fade", "`music.fade`", Nothing),
    ("sound", "mix.music.gain", "`music.level`", Nothing),
    ("sound", "mix.music", "`music`", Nothing),
    ("sound", "sources", "which sounds there are", Nothing),
    ("probe", "format", "the file's format", Name),
    ("decode-sound", "format", "the file's format", Name),
    ("decode-sound", "", "which part of the file sounds", Nothing),
    ("text", "text", "its text", Text),
    ("levels", "fps", "`output.fps`", Name),
];

/// The same for all that lies in a view, whatever kind of step draws it.
const VIEW: [(&str, &str, Show); 114] = [
    ("size", "`output.size`", Name),
    ("fps", "`output.fps`", Name),
    ("frames", "the scene's length", Frames),
    ("show.picture.motion", "`show.motion`", Name),
    ("show.picture.fit", "`show.fit`", Name),
    ("show.picture.focus", "`show.focus`", Name),
    ("show.video.fit", "`show.fit`", Name),
    ("show.video.source", "the video's size", Name),
    ("show.colour", "`show.colour`", Name),
    ("show.gradient", "`show.gradient`", Name),
    ("show.backdrop.kind", "`show.backdrop`", Name),
    ("show.backdrop.seed", "`show.seed`", Name),
    ("show.title.title", "`show.title`", Text),
    ("show.title.subtitle", "`show.subtitle`", Text),
    ("show.list.heading", "`show.heading`", Text),
    ("show.list.items[].text", "`show.list`", Text),
    ("show.list.items[].at", "when list items come", Nothing),
    ("show.list.items", "`show.list`", Nothing),
    ("show.quote.text", "`show.quote`", Text),
    ("show.quote.by", "`show.by`", Text),
    ("show.statement.words[].at", "when the statement's words come", Nothing),
    ("show.statement.words[].text", "`show.statement`", Text),
    ("show.statement", "`show.statement`", Nothing),
    ("show.table.heading", "`show.heading`", Text),
    ("show.table.rows[].at", "when rows come", Nothing),
    ("show.table.rows[].cells", "`show.table`", Text),
    ("show.table", "`show.table`", Text),
    ("show.end.title", "`show.end.title`", Text),
    ("show.end.qr", "`show.end.qr`", Text),
    ("show.end", "`show.end.lines`", Text),
    ("show.qr.text", "`show.qr`", Text),
    ("show.qr.title", "`show.title`", Text),
    ("show.qr.caption", "`show.caption`", Text),
    ("show.logo.title", "`show.title`", Text),
    ("show.logo.subtitle", "`show.subtitle`", Text),
    ("show.logo", "`show.logo`", Nothing),
    ("show.code.heading", "`show.heading`", Text),
    ("show.code.name", "the code's name", Text),
    ("show.code.first", "`show.lines`", Name),
    ("show.code.lines", "the code", Nothing),
    ("show.code.lit", "`show.highlight` (its lines or times)", Nothing),
    ("show.code.typed", "when the code is typed", Nothing),
    ("show.chart.heading", "`show.heading`", Text),
    ("show.chart.kind", "`show.chart.kind`", Name),
    ("show.chart.unit", "`show.chart.unit`", Text),
    ("show.chart.labels", "the chart's labels", Nothing),
    ("show.chart.series", "the chart's data", Nothing),
    ("show.chart.at", "when the chart's parts come", Nothing),
    ("show.pictures.heading", "`show.heading`", Text),
    ("show.pictures.fit", "`show.fit`", Name),
    ("show.pictures.pictures[].caption", "a picture's caption", Text),
    ("show.pictures.pictures[].focus", "a picture's `focus`", Name),
    ("show.pictures.pictures[].at", "when pictures come", Nothing),
    ("show.pictures.captions", "where captions stand", Nothing),
    ("show.pictures", "`show.pictures`", Nothing),
    ("show.split.media", "what `show.split` shows", Nothing),
    ("show.split.side", "`show.split.side`", Name),
    ("show.split.fit", "`show.fit`", Name),
    ("show.split.title", "`show.split.title`", Text),
    ("show.split.text", "`show.split.text`", Text),
    ("show.split.items[].at", "when list items come", Nothing),
    ("show.split.items[].text", "`show.split.list`", Text),
    ("show.split.captions", "where captions stand", Nothing),
    ("show.split", "`show.split`", Nothing),
    ("show.screens.heading", "`show.heading`", Text),
    ("show.screens.fit", "`show.fit`", Name),
    ("show.screens.screens[].label", "a video's label", Text),
    ("show.screens.screens[].source", "the video's size", Name),
    ("show.screens.captions", "where captions stand", Nothing),
    ("show.screens", "`show.screens`", Nothing),
    ("show", "`show`", Nothing),
    ("lower.name", "`lower.name`", Text),
    ("lower.role", "`lower.role`", Text),
    ("lower.raised", "where captions stand", Nothing),
    ("lower.from", "when the name comes", Nothing),
    ("lower.to", "when the name goes", Nothing),
    ("counter", "which chapter this is of how many", Nothing),
    ("inset.media", "what `inset` shows", Nothing),
    ("inset", "where the inset stands", Nothing),
    ("leaves", "when the card's parts go", Nothing),
    ("over.marks.marks[].at", "when marks come", Nothing),
    ("over.marks.marks[].until", "when marks go", Nothing),
    ("over.marks.marks[].label", "a mark's label", Text),
    ("over.marks.dim", "`show.dim`", Name),
    ("over.marks.clear", "where captions and names stand", Nothing),
    ("over.marks", "`show.marks`", Nothing),
    ("over.progress", "how far the film is", Nothing),
    ("over.waveform.style", "`waveform.style`", Name),
    ("over.waveform.at", "`waveform.at`", Name),
    ("over.waveform.raised", "where captions stand", Nothing),
    ("over.waveform", "when the voice sounds", Nothing),
    ("logo.corner", "`logo.corner`", Name),
    ("logo.opacity", "`logo.opacity`", Name),
    ("logo.height", "`logo.height`", Name),
    ("logo", "`logo`", Nothing),
    ("captions.style", "`captions.style`", Name),
    ("captions.position", "`captions.position`", Name),
    ("captions.pages", "captions (their words or times)", Nothing),
    ("captions", "captions", Nothing),
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
    ("look.card", "`look.card`", Nothing),
    ("look.area", "the template's `box`", Nothing),
    ("look.layers", "the template's `layers`", Nothing),
    ("look", "`look`", Nothing),
];

/// What stands for the whole film, so that it is the same on both sides of a transition.
const FILM_WIDE: [&str; 3] = ["`output", "`look", "`logo"];

/// What part `part` of a step of kind `kind` is to the user; `None` for one that this table does not know.
pub fn meaning(kind: &str, part: &str) -> Option<Meaning> {
    if let Some(tool) = part.strip_prefix("tools.") {
        return Some(Meaning { word: tool_word(tool).to_owned(), show: Nothing });
    }
    let params = match part {
        "version" => return Some(Meaning { word: "t2v's own version of this step".into(), show: Nothing }),
        "tools" => return Some(Meaning { word: "its tools".into(), show: Nothing }),
        "inputs" => return Some(Meaning { word: "its inputs".into(), show: Nothing }),
        part => without_indices(part.strip_prefix("params.")?),
    };
    let (side, path) = side(&params);
    let (word, show) = match path.strip_prefix("view.") {
        Some(view) => VIEW.iter().find(|(row, ..)| holds(row, view)).map(|&(_, word, show)| (word, show))?,
        None => ROWS.iter().find(|row| is_of(row.0, kind) && holds(row.1, path)).map(|row| (row.2, row.3))?,
    };
    let film_wide = FILM_WIDE.iter().any(|prefix| word.starts_with(prefix));
    let side = if film_wide { "" } else { side };
    Some(Meaning { word: format!("{word}{side}"), show })
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

/// `items[3].text` → `items[].text`
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
