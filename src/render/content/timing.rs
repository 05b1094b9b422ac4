//! What the content of a scene needs to know of the scene's times and videos.

use crate::spec::model::{BuildTiming, CaptionPosition};
use crate::spec::shows::StatedWord;
use crate::units::{Fps, Size};

/// The times and videos of one scene, once it is spoken.
pub trait SceneTiming {
    /// The film's frame rate.
    fn fps(&self) -> Fps;

    /// The first frame of each of `count` parts of a card.
    fn part_starts(&self, build: BuildTiming, count: usize) -> Vec<u32>;

    /// The first frame of each word of a statement: when it is spoken.
    fn word_starts(&self, words: &[StatedWord]) -> Vec<u32>;

    /// The frames in which the first and the last of `letters` letters are typed.
    fn typing_span(&self, letters: usize) -> (u32, u32);

    /// The display size of the scene's video `index`, counted from 0, in pixels; the frame's size for one without a picture.
    fn video_size(&self, index: usize) -> Size;

    /// The position of the scene's captions; `None` without captions.
    fn captions(&self) -> Option<CaptionPosition>;
}
