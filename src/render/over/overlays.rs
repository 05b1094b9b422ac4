//! The overlays of a scene as a view holds them: marks on its picture, the film's progress, and a waveform of the voice.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::render::entrance::clip_entrance;
use crate::spec::model::{CaptionPosition, MarkShape, ProgressBar, WaveformPosition, WaveformStyle};
use crate::units::Fps;

/// How long a mark's outline takes to be drawn, and then its label to come in, in seconds.
const OUTLINE_SECONDS: f64 = 0.5;
const LABEL_SECONDS: f64 = 0.3;

/// Overlays between the content and the captions of a scene.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SceneOverlays {
    /// Marks on the scene's picture.
    pub marks: Option<PictureMarks>,
    /// A bar that shows how far the film is.
    pub progress: Option<ProgressBar>,
    /// Bars or a line that move with the voice.
    pub waveform: Option<WaveformOverlay>,
}

/// Bars or a line that move with the voice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveformOverlay {
    /// Bars, or a line.
    pub style: WaveformStyle,
    /// Its vertical position in the frame.
    pub at: WaveformPosition,
    /// Whether it stands above captions at the bottom.
    pub raised: bool,
    /// The audible speech; the levels of each piece come with [`ViewAssets::levels`](crate::render::ViewAssets).
    pub pieces: Vec<SpeechPiece>,
}

/// A piece of speech.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SpeechPiece {
    /// The frame of its first level; negative if it begins before the view does.
    pub from: i64,
    /// The number of frames that it has levels for.
    pub frames: u32,
}

impl SpeechPiece {
    /// Whether one of its levels belongs to a frame of `range`.
    fn overlaps(&self, range: &Range<u32>) -> bool {
        self.from < i64::from(range.end) && self.from + i64::from(self.frames) > i64::from(range.start)
    }
}

impl WaveformOverlay {
    /// Indices of the pieces that move within `range`.
    pub fn heard(&self, range: &Range<u32>) -> Vec<usize> {
        (0..self.pieces.len()).filter(|i| self.pieces[*i].overlaps(range)).collect()
    }
}

/// Marks on a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureMarks {
    /// The marks, in the order in which they come in.
    pub marks: Vec<PictureMark>,
    /// Whether the rest of the picture goes dark.
    pub dim: bool,
    /// Areas that labels keep clear of in all frames of the scene, so that they never jump.
    pub clear: ReservedAreas,
}

/// Areas of the frame that are taken in some frames of the scene.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReservedAreas {
    /// Position of the captions, if the scene has any.
    pub captions: Option<CaptionPosition>,
    /// Whether the scene has a lower third.
    pub lower: bool,
}

/// A mark that points at a part of a picture.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PictureMark {
    /// Its shape, and the part of the picture that it marks.
    pub shape: MarkShape,
    /// The text beside it.
    pub label: Option<String>,
    /// First frame of the entrance.
    pub at: u32,
    /// First frame of the exit; `u32::MAX`: it stays.
    pub until: u32,
}

impl SceneOverlays {
    /// Whether the scene has no overlay.
    pub fn is_empty(&self) -> bool {
        *self == SceneOverlays::default()
    }

    /// Replaces each time that does not matter within `range` by the one that stands for all such times, and removes
    /// speech outside it.
    pub(crate) fn clip(&mut self, fps: Fps, range: &Range<u32>) {
        let settle = mark_frames(fps);
        self.times().for_each(|at| *at = clip_entrance(*at, settle, range));
        if let Some(waveform) = &mut self.waveform {
            waveform.pieces.retain(|piece| piece.overlaps(range));
        }
    }

    /// Moves the waveform's speech `by` frames towards the start.
    pub(crate) fn earlier(&mut self, by: u32) {
        let pieces = self.waveform.iter_mut().flat_map(|waveform| &mut waveform.pieces);
        pieces.for_each(|piece| piece.from -= i64::from(by));
    }

    /// All times of marks, in frames, to be moved together.
    pub(crate) fn times(&mut self) -> impl Iterator<Item = &mut u32> {
        self.marks.iter_mut().flat_map(|marks| &mut marks.marks).flat_map(|mark| [&mut mark.at, &mut mark.until])
    }
}

/// How long a mark's outline takes to be drawn, in frames.
pub(super) fn outline_frames(fps: Fps) -> u32 {
    fps.frames(OUTLINE_SECONDS).clamp(1, 600) as u32
}

/// How long a mark with its label takes to come in, in frames; fewer than it takes a scene's content to settle.
pub fn mark_frames(fps: Fps) -> u32 {
    outline_frames(fps) + fps.frames(LABEL_SECONDS).clamp(1, 600) as u32
}
