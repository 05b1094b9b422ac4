//! The mux: copies segments and sound into one MP4 that plays while it loads.
//!
//! Segments' samples are copied, never encoded again. There is no edit list: composition offsets may be negative, so that picture
//! and sound both begin at 0 without one.

use std::fs::File;
use std::io::{self, BufReader};

use serde::{Deserialize, Serialize};

use crate::mp4::{self, Movie, RunLengths};
use crate::units::Fps;

use super::context::Context;
use super::step::Step;
use super::step_error::StepError;

/// The buffer for reading the sound, in bytes.
const SOUND_BUFFER_BYTES: usize = 256 << 10;

/// Joins segments and sound. Inputs `segment/0000`, `segment/0001`… and `sound`; output `film`, an MP4.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct JoinFilm {
    /// Frame rate of every segment.
    pub fps: Fps,
    /// How many frames each segment has, in order.
    pub segments: Vec<u64>,
    /// The film's title; may be empty.
    pub title: String,
    /// Its chapters, in order; may be empty.
    pub chapters: Vec<ChapterMark>,
}

/// A chapter of the film.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ChapterMark {
    /// Its first millisecond.
    pub from: u64,
    /// The millisecond after its last one.
    pub to: u64,
    /// The title that players show.
    pub title: String,
}

/// The role of segment `i`.
pub fn segment_role(i: usize) -> String {
    format!("segment/{i:06}")
}

/// The ticks per second of a picture track: such that every frame has a whole number of them, in every segment.
pub fn timescale(fps: Fps) -> u32 {
    if fps.den == 1 { fps.num * 1000 } else { fps.num }
}

impl Step for JoinFilm {
    const KIND: &'static str = "film";
    const VERSION: u32 = 2;
    const OUTPUTS: &'static [&'static str] = &["film"];
    const YIELD: f64 = 1.0;

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let mut movie = Movie::new(&single_line(&self.title), self.chapters()).map_err(StepError::input)?;
        for (i, &frames) in self.segments.iter().enumerate() {
            movie.push(self.read_segment(i, frames, context)?).map_err(StepError::input)?;
        }
        let track = mp4::SoundTrack::scan(&mut open_sound(context)?).map_err(StepError::input)?;
        let mut film = File::create(context.output("film"))?;
        let written = movie.write(
            &mut film,
            &track,
            open_sound(context)?,
            |i| open_segment(i, context).map_err(io::Error::other),
            context.progress,
        );
        written.map_err(|error| match error {
            mp4::Mp4Error::Io(error) => error.into(),
            error => StepError::input(error),
        })
    }
}

impl JoinFilm {
    /// The header of segment `i`, which must have `frames` frames at even spacing: otherwise all that follows would be out of time.
    fn read_segment(&self, i: usize, frames: u64, context: &Context) -> Result<mp4::VideoSegment, StepError> {
        let segment = mp4::VideoSegment::read(&mut open_segment(i, context)?).map_err(|why| unjoinable(i, why))?;
        let timescale = timescale(self.fps);
        let count = u32::try_from(frames).map_err(|_| unjoinable(i, "it has too many frames"))?;
        let even = RunLengths::of(count, timescale / self.fps.num * self.fps.den);
        if segment.timescale == timescale && segment.samples.durations == even {
            Ok(segment)
        } else {
            Err(unjoinable(i, format_args!("it has not {frames} frames at {} a second", self.fps)))
        }
    }

    /// The chapters that have a length. That of a scene which is only the transition out of it has none.
    fn chapters(&self) -> Vec<mp4::Chapter> {
        let chapters = self.chapters.iter().filter(|chapter| chapter.from < chapter.to);
        chapters.map(|c| mp4::Chapter { from: c.from, to: c.to, title: single_line(&c.title) }).collect()
    }
}

fn open_sound(context: &Context) -> Result<BufReader<File>, StepError> {
    Ok(BufReader::with_capacity(SOUND_BUFFER_BYTES, context.inputs.open("sound")?))
}

/// Opens segment `i`, unless the build was cancelled.
fn open_segment(i: usize, context: &Context) -> Result<File, StepError> {
    if context.cancel.is_set() {
        return Err(io::Error::other("the build was cancelled").into());
    }
    context.inputs.open(&segment_role(i))
}

fn unjoinable(segment: usize, why: impl std::fmt::Display) -> StepError {
    StepError::input(format!("segment {segment} can't be joined: {why}"))
}

/// The text with controls replaced by spaces: players show titles on one line.
fn single_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_one_line() {
        assert_eq!(single_line("a=b;c#d\\e\n[CHAPTER]\r\0x"), "a=b;c#d\\e [CHAPTER]  x");
    }

    #[test]
    fn chapters_without_length_are_left_out() {
        let chapter = |from, to| ChapterMark { from, to, title: format!("{from}") };
        let chapters = vec![chapter(0, 500), chapter(500, 500), chapter(500, 900)];
        let film = JoinFilm { fps: Fps::whole(30), segments: vec![27], title: String::new(), chapters };
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
