//! A view: everything that shapes a scene's frames, all times in frames of that scene. Knows nothing of files, of other
//! scenes, or of where in the film the scene stands, so that it can be the key of a cached step.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::render::captions::settle;
use crate::render::chart::Chart;
use crate::render::code::Code;
use crate::render::going::clip_leaving;
use crate::render::over::Over;
use crate::render::pane::Inset;
use crate::spec::model::{Backdrop, CaptionPosition, CaptionStyle, Card, Corner, Fit, Focus, Look, Motion, Side};
use crate::spec::model::{Decoration, Entrance};
use crate::units::{Colour, Fps, Size};

/// How long a title, a subtitle or a list item takes to come in, in seconds.
pub(crate) const ENTRANCE: f64 = 0.6;
/// How long a word of a statement takes to come in, in seconds.
pub(crate) const WORD_ENTRANCE: f64 = 0.25;
/// After so many entrances all lines of a quote are there, and who said it.
const QUOTED: u32 = 4;
/// After so many entrances all parts of a card that come in one after the other are there.
pub(crate) const SETTLED: u32 = 2;

/// What is seen in one scene.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct View {
    /// Frame size; both sides even.
    pub size: Size,
    /// Frame rate.
    pub fps: Fps,
    /// The scene's length in frames; 0 in a clipped view whose frames do not depend on it.
    pub frames: u32,
    /// What fills the frame.
    pub show: Show,
    /// A picture in a corner; its bytes come in as [`Assets::logo`](crate::render::Assets).
    pub logo: Option<Logo>,
    /// Captions over all of it.
    pub captions: Option<Captions>,
    /// Colours and fonts.
    pub look: Look,
    /// A name in the lower third.
    pub lower: Option<Lower>,
    /// Which chapter this is.
    pub counter: Option<Counter>,
    /// A small picture or video in a corner.
    pub inset: Option<Inset>,
    /// The frame in which what goes starts to go: parts of cards and layers, as the look has it. 0 in a clipped view: it is gone in all
    /// of its frames; `u32::MAX`: it stays.
    pub leaves: u32,
    /// What else lies over it.
    pub over: Over,
}

/// What fills the frame.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Show {
    /// A still picture; its bytes come in as [`Assets::picture`](crate::render::Assets).
    Picture {
        /// How it fills the frame.
        fit: Fit,
        /// How the camera moves over it.
        motion: Motion,
        /// What is not cut off, and where zooms go.
        focus: Focus,
    },
    /// A moving picture, handed over frame by frame in the size that [`fitted`](crate::render::fitted) gives.
    Video {
        /// How it fills the frame.
        fit: Fit,
        /// Its size as shown (rotation and pixel shape applied).
        source: Size,
    },
    /// One colour.
    Colour(Colour),
    /// Colours along a line.
    Gradient {
        /// Evenly spaced; one is a plain colour, none is black.
        colours: Vec<Colour>,
        /// Degrees; 0 = left to right, 90 = top to bottom.
        angle: f64,
    },
    /// A backdrop in the look's colours.
    Backdrop(Backdrop),
    /// A title card.
    Title {
        /// The large line.
        title: String,
        /// The line below.
        subtitle: Option<String>,
    },
    /// A list.
    List {
        /// Stands above the items.
        heading: Option<String>,
        /// What is listed.
        items: Vec<Item>,
    },
    /// What somebody said.
    Quote {
        /// Their words.
        text: String,
        /// Who said it.
        by: Option<String>,
    },
    /// A sentence that comes in word by word.
    Statement {
        /// Its words, in order.
        words: Vec<Stated>,
    },
    /// A table.
    Table {
        /// Stands above it.
        heading: Option<String>,
        /// The columns' names; may be empty.
        head: Vec<String>,
        /// All else.
        rows: Vec<Row>,
    },
    /// The film's end, with room for the player's own elements.
    End {
        /// The large line.
        title: String,
        /// Below it.
        lines: Vec<String>,
        /// What a QR code says in place of a video.
        qr: Option<String>,
    },
    /// A QR code.
    Qr {
        /// What it says.
        text: String,
        /// The large line.
        title: Option<String>,
        /// A line of less weight.
        caption: Option<String>,
    },
    /// A logo, large; its bytes come in as [`Assets::emblem`](crate::render::Assets).
    Logo {
        /// The large line below.
        title: Option<String>,
        /// The line below that.
        subtitle: Option<String>,
    },
    /// A listing.
    Code(Code),
    /// A chart.
    Chart(Chart),
    /// Several pictures; their bytes come in as [`Assets::panes`](crate::render::Assets).
    Pictures {
        /// Stands above them.
        heading: Option<String>,
        /// How each fills its place.
        fit: Fit,
        /// In the order in which they are read.
        pictures: Vec<Framed>,
        /// Where captions stand that it keeps clear of.
        captions: Option<CaptionPosition>,
    },
    /// A picture or a video in one half, text in the other.
    Split {
        /// What the one half shows.
        media: Media,
        /// Which half that is.
        side: Side,
        /// How it fills it.
        fit: Fit,
        /// The large line.
        title: Option<String>,
        /// Running text.
        text: Option<String>,
        /// A list.
        items: Vec<Item>,
        /// Where captions stand that it keeps clear of.
        captions: Option<CaptionPosition>,
    },
    /// Videos side by side.
    Screens {
        /// Stands above them.
        heading: Option<String>,
        /// How each fills its place.
        fit: Fit,
        /// In the order in which they are read.
        screens: Vec<Screen>,
        /// Where captions stand that it keeps clear of.
        captions: Option<CaptionPosition>,
    },
}

/// A picture or a video that takes up a part of the frame.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Media {
    /// A still picture.
    Picture {
        /// What is not cut off.
        focus: Focus,
    },
    /// A moving picture.
    Video {
        /// Its size as shown.
        source: Size,
    },
}

/// One of several pictures.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Framed {
    /// The line below it.
    pub caption: Option<String>,
    /// What is not cut off.
    pub focus: Focus,
    /// The frame in which it starts to come in.
    pub at: u32,
}

/// One of several videos.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Screen {
    /// The line above it.
    pub label: Option<String>,
    /// Its size as shown.
    pub source: Size,
}

/// A word of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stated {
    /// As written, punctuation and all.
    pub text: String,
    /// In the accent colour.
    pub lit: bool,
    /// The frame in which it starts to come in.
    pub at: u32,
    /// There is no space between it and the word before.
    pub joined: bool,
}

/// One row of a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// One for each column; may be empty.
    pub cells: Vec<String>,
    /// The frame in which it starts to come in.
    pub at: u32,
}

/// A name in the lower third of the picture.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lower {
    /// The name.
    pub name: String,
    /// The line below it.
    pub role: Option<String>,
    /// The frame in which it starts to come in.
    pub from: u32,
    /// The frame in which it starts to go.
    pub to: u32,
    /// It stands above the place of captions at the bottom.
    pub raised: bool,
}

/// Which chapter of how many a scene belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counter {
    /// From 1.
    pub chapter: u32,
    /// How many there are.
    pub of: u32,
}

/// One item of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// What it says.
    pub text: String,
    /// The frame in which it starts to come in.
    pub at: u32,
}

/// A picture that stays in a corner.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logo {
    /// Which corner.
    pub corner: Corner,
    /// 0.0–1.0.
    pub opacity: f64,
    /// Its height as a share of the frame's.
    pub height: f64,
}

/// Captions of a scene.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Captions {
    /// How they look and move.
    pub style: CaptionStyle,
    /// Where they stand.
    pub position: CaptionPosition,
    /// One after the other; they do not overlap in time.
    pub pages: Vec<Page>,
}

/// What stands on the screen together.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page {
    /// First frame.
    pub from: u32,
    /// One past the last frame.
    pub to: u32,
    /// At most two lines.
    pub lines: Vec<Vec<Word>>,
}

/// A word of the script, with its own spelling and punctuation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Word {
    /// As the script writes it; no white space at its ends.
    pub text: String,
    /// The frame in which it is first heard.
    pub from: u32,
    /// One past the last frame in which it is heard.
    pub to: u32,
    /// There is no space between it and the word before.
    pub joined: bool,
}

impl View {
    /// A view of `show` and nothing else.
    pub fn plain(size: Size, fps: Fps, frames: u32, show: Show, look: Look) -> Self {
        let (over, leaves) = (Over::default(), u32::MAX);
        Self {
            size,
            fps,
            frames,
            show,
            logo: None,
            captions: None,
            look,
            lower: None,
            counter: None,
            inset: None,
            leaves,
            over,
        }
    }

    /// The same view with only what shapes the frames of `range`: an edit elsewhere in the scene leaves it equal, and
    /// each of those frames comes out the same.
    pub fn clip(&self, range: Range<u32>) -> View {
        let mut view = self.clone();
        view.captions = self.captions.as_ref().and_then(|captions| captions.clip(&range, settle(self.fps)));
        let entered = view.show.entrance(self.fps);
        view.show.times().for_each(|at| *at = clip_entrance(*at, entered, &range));
        // A card leaves room for a name as long as its scene lasts.
        let unseen = |lower: &Lower| self.show.is_card().then(|| lower.unseen());
        let seen = |lower: &Lower| lower.clip(self.fps, &range).or_else(|| unseen(lower));
        view.lower = self.lower.as_ref().and_then(seen);
        view.leaves = self.leaves().map_or(u32::MAX, |at| clip_leaving(at, self.fps, &range));
        view.over.clip(self.fps, &range);
        match &mut view.show {
            Show::Code(code) => code.clip(self.fps, &range),
            Show::Chart(chart) => chart.clip(self.fps, &range),
            _ => {}
        }
        if !view.moves() {
            view.frames = 0;
        }
        view.look = view.look_in_use();
        view.look.card.leave = match view.leaves {
            u32::MAX => Entrance::None,
            0 if view.look.card.leave != Entrance::None => Entrance::Fade,
            _ => view.look.card.leave,
        };
        view
    }

    /// A clipped view whose frame `first` is moved to the earliest place where all that comes in at a scene's start stands still, and
    /// that place: runs of frames that are alike in all but where in a scene they lie become equal. Unchanged where frames depend on
    /// that.
    pub fn rebased(mut self, first: u32) -> (View, u32) {
        let still = self.settled();
        if first <= still || self.look.layers.iter().any(Decoration::moves) || self.moves() || !self.reels().is_empty()
        {
            return (self, first);
        }
        // What is being typed goes on from where it is.
        if matches!(&self.show, Show::Code(code) if code.typed.is_some_and(|(from, _)| from > 0 && from < first - still))
        {
            return (self, first);
        }
        self.over.earlier(first - still);
        let earlier = |frame: &mut u32| *frame = frame.saturating_sub(first - still);
        for page in self.captions.iter_mut().flat_map(|captions| &mut captions.pages) {
            let words = page.lines.iter_mut().flatten().flat_map(|word| [&mut word.from, &mut word.to]);
            words.chain([&mut page.from, &mut page.to]).for_each(earlier);
        }
        let ends = self.lower.iter_mut().flat_map(|lower| [&mut lower.from, &mut lower.to]);
        let ends = ends.chain([&mut self.leaves]).chain(self.over.times());
        self.show.times().chain(ends).filter(|at| **at != u32::MAX).for_each(earlier);
        let times = match &mut self.show {
            Show::Code(code) => code.times(),
            Show::Chart(chart) => chart.at.iter_mut().collect(),
            _ => Vec::new(),
        };
        times.into_iter().filter(|at| **at != u32::MAX).for_each(earlier);
        (self, still)
    }

    /// The first frame in which all stands still that comes in at the scene's start.
    fn settled(&self) -> u32 {
        let entrance = entrance_frames(self.fps);
        let layers = self.decorations().map(|layer| self.fps.frames(layer.after) as u32 + entrance);
        layers.fold(self.show.settled() * entrance, u32::max)
    }

    /// Whether frames depend on the scene's length.
    fn moves(&self) -> bool {
        self.show.moves() || self.over.progress.is_some()
    }

    /// The look with neutral values wherever nothing in this view uses them.
    fn look_in_use(&self) -> Look {
        let mut used = neutral_look();
        let look = &self.look;
        match &self.show {
            Show::Title { .. }
            | Show::List { .. }
            | Show::Quote { .. }
            | Show::Statement { .. }
            | Show::Table { .. }
            | Show::End { .. }
            | Show::Qr { .. }
            | Show::Logo { .. }
            | Show::Code(_)
            | Show::Chart(_)
            | Show::Pictures { .. }
            | Show::Split { .. }
            | Show::Screens { .. } => {
                used = Look { caption: used.caption, caption_back: used.caption_back, ..look.clone() };
            }
            Show::Picture { .. } | Show::Video { .. } => used.background = look.background,
            Show::Backdrop(_) => {
                used.background = look.background;
                used.background_end = look.background_end;
                used.text = look.text;
                used.accent = look.accent;
            }
            Show::Colour(_) | Show::Gradient { .. } => {}
        }
        if self.lower.is_some() || self.counter.is_some() || !self.over.is_empty() {
            used = Look { caption: used.caption, caption_back: used.caption_back, ..look.clone() };
        }
        if self.inset.is_some() {
            (used.background, used.text) = (look.background, look.text);
        }
        used.backdrop = used.backdrop.canonical();
        used.area = look.area.filter(|_| self.show.showing().is_card());
        used.layers = self.decorations().map(|layer| Decoration { on: Vec::new(), ..layer.clone() }).collect();
        if let Some(captions) = &self.captions {
            used.caption = look.caption;
            used.caption_back = look.caption_back;
            used.body_font = look.body_font.clone();
            if captions.style.has_accent() {
                used.accent = look.accent;
            }
        }
        used
    }
}

impl Show {
    /// Whether it is laid out between the frame's top and the place of captions.
    pub(crate) fn is_card(&self) -> bool {
        self.showing().is_card()
    }

    /// Whether frames depend on the scene's length, since a movement ends with it.
    fn moves(&self) -> bool {
        matches!(self, Show::Picture { motion, .. } if *motion != Motion::Hold)
    }

    /// The frames in which parts come in that come in at times of their own.
    fn times(&mut self) -> Box<dyn Iterator<Item = &mut u32> + '_> {
        match self {
            Show::List { items, .. } => Box::new(items.iter_mut().map(|item| &mut item.at)),
            Show::Statement { words } => Box::new(words.iter_mut().map(|word| &mut word.at)),
            Show::Table { rows, .. } => Box::new(rows.iter_mut().map(|row| &mut row.at)),
            Show::Pictures { pictures, .. } => Box::new(pictures.iter_mut().map(|picture| &mut picture.at)),
            Show::Split { items, .. } => Box::new(items.iter_mut().map(|item| &mut item.at)),
            _ => Box::new(std::iter::empty()),
        }
    }

    /// How many frames each of those takes to come in.
    fn entrance(&self, fps: Fps) -> u32 {
        match self {
            Show::Statement { .. } => word_entrance_frames(fps),
            _ => entrance_frames(fps),
        }
    }

    /// After so many entrances all is there that comes in at the scene's start.
    fn settled(&self) -> u32 {
        match self {
            Show::Quote { .. } => QUOTED,
            _ => SETTLED,
        }
    }
}

impl Lower {
    /// What of it shapes frames in which it is not seen: the room that is left for it.
    fn unseen(&self) -> Lower {
        let role = self.role.as_ref().map(|_| String::new());
        Lower { name: String::new(), role, from: u32::MAX, to: u32::MAX, raised: self.raised }
    }

    /// The same as far as it is seen in `range`; `None` if it isn't.
    fn clip(&self, fps: Fps, range: &Range<u32>) -> Option<Lower> {
        let settle = entrance_frames(fps);
        let seen = self.from < range.end && self.to.saturating_add(settle) > range.start;
        let to = if self.to >= range.end { u32::MAX } else { self.to };
        seen.then(|| Lower { from: clip_entrance(self.from, settle, range), to, ..self.clone() })
    }
}

impl Captions {
    /// Only the pages seen in `range`; `None` if there are none.
    fn clip(&self, range: &Range<u32>, settle: u32) -> Option<Captions> {
        let seen = self.pages.iter().filter(|page| page.from < range.end && page.to > range.start);
        let pages: Vec<Page> = seen.map(|page| page.clip(self.style, range, settle)).collect();
        (!pages.is_empty()).then_some(Captions { pages, ..*self })
    }
}

impl Page {
    fn clip(&self, style: CaptionStyle, range: &Range<u32>, settle: u32) -> Page {
        let clamp = |frame: u32| frame.clamp(range.start, range.end);
        // A word that began so long before is as good as one that began earlier.
        let early = |frame: u32| frame.clamp(range.start.saturating_sub(settle), range.end);
        let word = |word: &Word| match style {
            CaptionStyle::Pop => Word { from: early(word.from), to: early(word.to), ..word.clone() },
            CaptionStyle::Reveal => Word { from: early(word.from), to: 0, ..word.clone() },
            _ if style.follows_speech() => Word { from: clamp(word.from), to: clamp(word.to), ..word.clone() },
            _ => Word { from: 0, to: 0, ..word.clone() },
        };
        let lines = self.lines.iter().map(|line| line.iter().map(word).collect()).collect();
        Page { from: clamp(self.from), to: clamp(self.to), lines }
    }
}

/// How many frames an entrance takes.
pub fn entrance_frames(fps: Fps) -> u32 {
    fps.frames(ENTRANCE).clamp(1, 600) as u32
}

/// How many frames the entrance of a statement's word takes.
pub(crate) fn word_entrance_frames(fps: Fps) -> u32 {
    fps.frames(WORD_ENTRANCE).clamp(1, 600) as u32
}

/// How many frames lie between the parts of a quote as they come in: few enough for all to be there when it counts as settled.
pub(crate) fn quote_stagger(parts: usize, fps: Fps) -> u32 {
    let (entrance, longest) = (entrance_frames(fps), fps.frames(0.3).clamp(1, 300) as u32);
    let room = entrance * (QUOTED - 1);
    longest.min(room / parts.max(2) as u32)
}

/// An equivalent start for an entrance: long done, not yet begun, or as it is.
pub(crate) fn clip_entrance(at: u32, settle: u32, range: &Range<u32>) -> u32 {
    match at {
        at if at.saturating_add(settle) <= range.start => 0,
        at if at >= range.end => u32::MAX,
        at => at,
    }
}

fn neutral_look() -> Look {
    let black = Colour::rgb(0, 0, 0);
    Look {
        background: black,
        background_end: black,
        text: black,
        muted: black,
        accent: black,
        caption: black,
        caption_back: black,
        heading_font: String::new(),
        body_font: String::new(),
        backdrop: Backdrop::PLAIN,
        card: Card::PLAIN,
        area: None,
        layers: Vec::new(),
    }
}
