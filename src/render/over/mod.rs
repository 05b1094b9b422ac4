//! What lies over what a scene shows, besides names and captions: marks on a picture, how far the film is, the voice. Knows nothing of files.

mod marks;
mod outline;
mod place;
mod progress;
mod shade;
#[cfg(test)]
mod tests;
mod wave;

use std::ops::Range;

use serde::{Deserialize, Serialize};

pub(crate) use marks::MarkPainter;
pub(crate) use progress::ProgressPainter;
pub(crate) use wave::WavePainter;
pub use wave::{BANDS, BandLevels};

use crate::render::entrance::clip_entrance;
use crate::spec::model::{CaptionPosition, MarkShape, ProgressBar, WaveformPosition, WaveformStyle};
use crate::units::Fps;

/// How long a mark's outline takes to be drawn, and then its label to come in, in seconds.
const DRAWN: f64 = 0.5;
const LABELLED: f64 = 0.3;

/// What lies over a scene.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SceneOverlays {
    /// What is pointed at in its picture.
    pub marks: Option<PictureMarks>,
    /// How far the film is.
    pub progress: Option<ProgressBar>,
    /// The voice, as something that moves.
    pub waveform: Option<WaveformOverlay>,
}

/// The voice, as something that moves.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveformOverlay {
    /// How it is drawn.
    pub style: WaveformStyle,
    /// Where it stands.
    pub at: WaveformPosition,
    /// It stands above the place of captions at the bottom.
    pub raised: bool,
    /// What is heard; the levels of each come in as [`Assets::levels`](crate::render::Assets).
    pub pieces: Vec<SpeechPiece>,
}

/// A piece of speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeechPiece {
    /// The frame in which its first level stands; negative where frames are counted from a later one.
    pub from: i64,
    /// How many frames it has levels for.
    pub frames: u32,
}

impl WaveformOverlay {
    /// Which of its pieces move in frames of `range`.
    pub fn heard(&self, range: &Range<u32>) -> Vec<usize> {
        let within = |piece: &SpeechPiece| {
            piece.from < i64::from(range.end) && piece.from + i64::from(piece.frames) > i64::from(range.start)
        };
        (0..self.pieces.len()).filter(|i| within(&self.pieces[*i])).collect()
    }
}

/// What is pointed at in a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureMarks {
    /// In the order in which they come.
    pub marks: Vec<PictureMark>,
    /// The rest of the picture goes dark.
    pub dim: bool,
    /// What labels keep clear of all through the scene, so that they never jump.
    pub clear: ReservedAreas,
}

/// Places of the frame that are taken in some frames of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedAreas {
    /// Where captions stand.
    pub captions: Option<CaptionPosition>,
    /// The lower third.
    pub lower: bool,
}

/// Something that is pointed at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureMark {
    /// Where it is in the picture, and how it is marked.
    pub shape: MarkShape,
    /// What it is.
    pub label: Option<String>,
    /// The frame in which it starts to come in.
    pub at: u32,
    /// The frame in which it starts to go; `u32::MAX`: it stays.
    pub until: u32,
}

impl SceneOverlays {
    /// Whether nothing lies over the scene.
    pub fn is_empty(&self) -> bool {
        *self == SceneOverlays::default()
    }

    /// Times of what is over or has not begun made equal.
    pub(crate) fn clip(&mut self, fps: Fps, range: &Range<u32>) {
        let settle = mark_frames(fps);
        self.times().for_each(|at| *at = clip_entrance(*at, settle, range));
        if let Some(waveform) = &mut self.waveform {
            let heard = waveform.heard(range);
            waveform.pieces = heard.into_iter().map(|i| waveform.pieces[i]).collect();
        }
    }

    /// Counts the voice's frames from `by` frames later.
    pub(crate) fn earlier(&mut self, by: u32) {
        let pieces = self.waveform.iter_mut().flat_map(|waveform| &mut waveform.pieces);
        pieces.for_each(|piece| piece.from -= i64::from(by));
    }

    /// Every time that is in it.
    pub(crate) fn times(&mut self) -> impl Iterator<Item = &mut u32> {
        self.marks.iter_mut().flat_map(|marks| &mut marks.marks).flat_map(|mark| [&mut mark.at, &mut mark.until])
    }
}

/// How many frames an outline takes to be drawn.
fn drawn_frames(fps: Fps) -> u32 {
    fps.frames(DRAWN).clamp(1, 600) as u32
}

/// How many frames a mark takes to come in, its label included; fewer than a scene takes to count as settled.
pub fn mark_frames(fps: Fps) -> u32 {
    drawn_frames(fps) + fps.frames(LABELLED).clamp(1, 600) as u32
}
