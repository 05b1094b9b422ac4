//! A view: everything that shapes a scene's frames, all times in frames of that scene. Knows nothing of files, of other
//! scenes, or of where in the film the scene stands, so that it can be the key of a cached step.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::render::chart::Chart;
use crate::render::code::Code;
use crate::spec::model::{CaptionPosition, CaptionStyle, Corner, Fit, Look, Motion};
use crate::units::{Colour, Fps, Size};

/// How long a title, a subtitle or a list item takes to come in, in seconds.
pub(crate) const ENTRANCE: f64 = 0.6;
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
    /// A listing.
    Code(Code),
    /// A chart.
    Chart(Chart),
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
}

impl View {
    /// The same view with only what shapes the frames of `range`: an edit elsewhere in the scene leaves it equal, and
    /// each of those frames comes out the same.
    pub fn clip(&self, range: Range<u32>) -> View {
        let mut view = self.clone();
        view.captions = self.captions.as_ref().and_then(|captions| captions.clip(&range));
        if let Show::List { items, .. } = &mut view.show {
            let settle = entrance_frames(self.fps);
            items.iter_mut().for_each(|item| item.at = clip_entrance(item.at, settle, &range));
        }
        match &mut view.show {
            Show::Code(code) => code.clip(self.fps, &range),
            Show::Chart(chart) => chart.clip(self.fps, &range),
            _ => {}
        }
        if !view.show.moves() {
            view.frames = 0;
        }
        view.look = view.look_in_use();
        view
    }

    /// A clipped view whose frame `first` is moved to the earliest place where all that comes in at a scene's start stands still, and
    /// that place: runs of frames that are alike in all but where in a scene they lie become equal. Unchanged where frames depend on
    /// that.
    pub fn rebased(mut self, first: u32) -> (View, u32) {
        let still = SETTLED * entrance_frames(self.fps);
        if first <= still || self.show.moves() || matches!(self.show, Show::Video { .. }) {
            return (self, first);
        }
        // What is being typed goes on from where it is.
        if matches!(&self.show, Show::Code(code) if code.typed.is_some_and(|(from, _)| from > 0 && from < first - still))
        {
            return (self, first);
        }
        let earlier = |frame: &mut u32| *frame = frame.saturating_sub(first - still);
        for page in self.captions.iter_mut().flat_map(|captions| &mut captions.pages) {
            let words = page.lines.iter_mut().flatten().flat_map(|word| [&mut word.from, &mut word.to]);
            words.chain([&mut page.from, &mut page.to]).for_each(earlier);
        }
        if let Show::List { items, .. } = &mut self.show {
            items.iter_mut().map(|item| &mut item.at).filter(|at| **at != u32::MAX).for_each(earlier);
        }
        let times = match &mut self.show {
            Show::Code(code) => code.times(),
            Show::Chart(chart) => chart.at.iter_mut().collect(),
            _ => Vec::new(),
        };
        times.into_iter().filter(|at| **at != u32::MAX).for_each(earlier);
        (self, still)
    }

    /// The look with neutral values wherever nothing in this view uses them.
    fn look_in_use(&self) -> Look {
        let mut used = neutral_look();
        let look = &self.look;
        match &self.show {
            Show::Title { .. } | Show::List { .. } | Show::Code(_) | Show::Chart(_) => {
                used = Look { caption: used.caption, caption_back: used.caption_back, ..look.clone() };
            }
            Show::Picture { .. } | Show::Video { .. } => used.background = look.background,
            Show::Colour(_) | Show::Gradient { .. } => {}
        }
        if let Some(captions) = &self.captions {
            used.caption = look.caption;
            used.caption_back = look.caption_back;
            used.body_font = look.body_font.clone();
            if captions.style == CaptionStyle::Karaoke {
                used.accent = look.accent;
            }
        }
        used
    }
}

impl Show {
    /// Whether frames depend on the scene's length, since a movement ends with it.
    fn moves(&self) -> bool {
        matches!(self, Show::Picture { motion, .. } if *motion != Motion::Hold)
    }
}

impl Captions {
    /// Only the pages seen in `range`; `None` if there are none.
    fn clip(&self, range: &Range<u32>) -> Option<Captions> {
        let seen = self.pages.iter().filter(|page| page.from < range.end && page.to > range.start);
        let pages: Vec<Page> = seen.map(|page| page.clip(self.style, range)).collect();
        (!pages.is_empty()).then_some(Captions { pages, ..*self })
    }
}

impl Page {
    fn clip(&self, style: CaptionStyle, range: &Range<u32>) -> Page {
        let clamp = |frame: u32| frame.clamp(range.start, range.end);
        let word = |word: &Word| match style {
            CaptionStyle::Karaoke => Word { from: clamp(word.from), to: clamp(word.to), ..word.clone() },
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
    }
}
