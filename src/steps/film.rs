//! The mux: segments and sound, copied into one MP4 that plays while it loads. Knows nothing of what they show.
//!
//! Segments' samples are copied, never encoded again. There is no edit list: composition offsets may be negative, so that picture
//! and sound both begin at 0 without one.

use std::fs::File;
use std::io::{self, BufReader};

use serde::{Deserialize, Serialize};

use crate::mp4::{self, Movie, Runs};
use crate::units::Fps;

use super::{Context, Step, StepError};

/// Bytes of the sound that are read at once.
const READ_BYTES: usize = 256 << 10;

/// Joins segments and sound. Inputs `segment/0000`, `segment/0001`… and `sound`; output `film`, an MP4.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Film {
    /// Frame rate of every segment.
    pub fps: Fps,
    /// How many frames each segment has, in order.
    pub segments: Vec<u64>,
    /// The film's title.
    pub title: String,
    /// Its chapters, in order; may be empty.
    pub chapters: Vec<Chapter>,
}

/// A chapter mark.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Chapter {
    /// First millisecond.
    pub from: u64,
    /// One past the last millisecond.
    pub to: u64,
    /// Its title.
    pub title: String,
}

/// The role of segment `i`.
pub fn segment_role(i: usize) -> String {
    format!("segment/{i:06}")
}

/// Ticks per second of a picture track: whole for every frame, the same in every segment.
pub fn timescale(fps: Fps) -> u32 {
    if fps.den == 1 { fps.num * 1000 } else { fps.num }
}

impl Step for Film {
    const KIND: &'static str = "film";
    const VERSION: u32 = 2;
    const OUTPUTS: &'static [&'static str] = &["film"];
    const YIELD: f64 = 1.0;

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let mut movie = Movie::new(&plain(&self.title), self.chapters()).map_err(StepError::input)?;
        for (i, &frames) in self.segments.iter().enumerate() {
            movie.push(self.segment(i, frames, context)?).map_err(StepError::input)?;
        }
        let sound = || Ok::<_, StepError>(BufReader::with_capacity(READ_BYTES, context.open("sound")?));
        let known = mp4::Sound::scan(&mut sound()?).map_err(StepError::input)?;
        let open = |i: usize| match context.cancel.is_set() {
            true => Err(io::Error::other("the build was cancelled")),
            false => context.open(&segment_role(i)).map_err(io::Error::other),
        };
        let mut film = File::create(context.output("film"))?;
        movie.write(&mut film, &known, sound()?, open, context.progress).map_err(|error| match error {
            mp4::Error::Io(error) => error.into(),
            error => StepError::input(error),
        })
    }
}

impl Film {
    /// What the header of segment `i` says, which must be `frames` frames at even spacing: else all that follows would be late.
    fn segment(&self, i: usize, frames: u64, context: &Context) -> Result<mp4::Segment, StepError> {
        if context.cancel.is_set() {
            return Err(io::Error::other("the build was cancelled").into());
        }
        let refuse = |why: &dyn std::fmt::Display| StepError::input(format!("segment {i} can't be joined: {why}"));
        let mut file = context.open(&segment_role(i))?;
        let segment = mp4::Segment::read(&mut file).map_err(|why| refuse(&why))?;
        let timescale = timescale(self.fps);
        let count = u32::try_from(frames).map_err(|_| refuse(&"it has too many frames"))?;
        let even = Runs::of(count, timescale / self.fps.num * self.fps.den);
        match segment.timescale == timescale && segment.samples.durations == even {
            true => Ok(segment),
            false => Err(refuse(&format!("it has not {frames} frames at {} a second", self.fps))),
        }
    }

    /// A scene that is nothing but the transition out of it begins with the next one; its chapter has no length and is left out.
    fn chapters(&self) -> Vec<mp4::Chapter> {
        let chapter = |c: &Chapter| mp4::Chapter { from: c.from, to: c.to, title: plain(&c.title) };
        self.chapters.iter().filter(|c| c.from < c.to).map(chapter).collect()
    }
}

/// Controls become spaces: players show titles on one line.
fn plain(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line() {
        assert_eq!(plain("a=b;c#d\\e\n[CHAPTER]\r\0x"), "a=b;c#d\\e [CHAPTER]  x");
    }

    #[test]
    fn chapters_without_length_are_left_out() {
        let chapter = |from, to| Chapter { from, to, title: format!("{from}") };
        let chapters = vec![chapter(0, 500), chapter(500, 500), chapter(500, 900)];
        let film = Film { fps: Fps::whole(30), segments: vec![27], title: String::new(), chapters };
        assert_eq!(film.chapters().iter().map(|c| (c.from, c.to)).collect::<Vec<_>>(), [(0, 500), (500, 900)]);
        assert!(Movie::new("", film.chapters()).is_ok());
    }

    #[test]
    fn a_frame_is_a_whole_number_of_ticks() {
        for fps in [Fps::whole(24), Fps::whole(60), Fps { num: 30_000, den: 1001 }] {
            assert_eq!(timescale(fps) * fps.den % fps.num, 0, "{fps}");
        }
    }
}
