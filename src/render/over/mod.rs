//! Overlays between the content and the captions of a scene: marks on a picture, the film's progress, a waveform.

mod mark_geometry;
mod mark_label;
mod marks;
mod outline;
pub(super) mod overlays;
mod place;
mod progress;
mod shade;
#[cfg(test)]
mod tests;
mod wave;

pub(crate) use marks::MarkPainter;
pub use overlays::{
    PictureMark, PictureMarks, ReservedAreas, SceneOverlays, SpeechPiece, WaveformOverlay, mark_frames,
};
pub(crate) use progress::ProgressPainter;
pub(crate) use wave::WavePainter;
pub use wave::{BANDS, BandLevels};
