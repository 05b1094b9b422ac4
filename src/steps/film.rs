//! The mux: segments and sound, copied into one MP4 that plays while it loads. Knows nothing of what they show.
//!
//! Segments' packets are copied, never encoded again. There is no edit list: composition offsets may be negative, so that picture
//! and sound both begin at 0 without one.

use std::fmt::Write as _;
use std::fs;

use serde::{Deserialize, Serialize};

use crate::units::Fps;

use super::{Context, Step, StepError, Tool, ffmpeg};

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
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["film"];

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffmpeg]
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let scratch = tempfile::tempdir_in(context.folder)?;
        let (list, notes) = (scratch.path().join("segments"), scratch.path().join("notes"));
        fs::write(&list, self.list(context)?)?;
        fs::write(&notes, self.notes())?;
        let mut command = ffmpeg::command(context)?;
        command.args(ffmpeg::guarded("concat")).args(["-safe", "0", "-i"]).arg(ffmpeg::address(&list));
        command.args(ffmpeg::guarded("aac")).arg("-i").arg(ffmpeg::address(context.input("sound")?));
        command.args(ffmpeg::guarded("ffmetadata")).arg("-i").arg(ffmpeg::address(&notes));
        command.args(["-map", "0:v:0", "-map", "1:a:0", "-map_metadata", "2", "-map_chapters", "2", "-c", "copy"]);
        command.args(["-fflags", "+bitexact", "-video_track_timescale", &timescale(self.fps).to_string()]);
        command.args(["-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0", "-f", "mp4"]);
        command.arg(ffmpeg::address(&context.output("film")));
        ffmpeg::run(command, "joining the film", context)
    }
}

impl Film {
    /// What ffmpeg's concat demuxer reads. Paths are the cache's own; they are quoted all the same.
    fn list(&self, context: &Context) -> Result<String, StepError> {
        let mut list = "ffconcat version 1.0\n".to_owned();
        let mut frames = 0;
        for (i, own) in self.segments.iter().enumerate() {
            let path = std::path::absolute(context.input(&segment_role(i))?)?;
            let path = path.to_str().ok_or_else(|| StepError::input("the cache's path is not UTF-8"))?;
            let length = self.micros(frames + own) - self.micros(frames);
            frames += own;
            let _ = writeln!(list, "file 'file:{}'\nduration {length}us", path.replace('\'', r"'\''"));
        }
        Ok(list)
    }

    /// When frame `frame` of the film is due. Segments start at such times, so that rounding never adds up; what a segment's own header
    /// says of its length is rounded to a millisecond.
    fn micros(&self, frame: u64) -> u64 {
        let (num, den) = (u64::from(self.fps.num), u64::from(self.fps.den));
        (frame * den * 1_000_000 + num / 2) / num
    }

    fn notes(&self) -> String {
        let mut notes = format!(";FFMETADATA1\ntitle={}\n", escaped(&self.title));
        for chapter in &self.chapters {
            let (from, to, title) = (chapter.from, chapter.to, escaped(&chapter.title));
            let _ = write!(notes, "[CHAPTER]\nTIMEBASE=1/1000\nSTART={from}\nEND={to}\ntitle={title}\n");
        }
        notes
    }
}

/// Quotes what means something in ffmpeg's metadata files. Controls become spaces: there a line's end would begin a new field.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '=' | ';' | '#' | '\\' => escaped.extend(['\\', c]),
            c if c.is_control() => escaped.push(' '),
            c => escaped.push(c),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_stay_titles() {
        assert_eq!(escaped("a=b;c#d\\e\n[CHAPTER]\r\0x"), "a\\=b\\;c\\#d\\\\e [CHAPTER]  x");
    }

    #[test]
    fn a_frame_is_a_whole_number_of_ticks() {
        for fps in [Fps::whole(24), Fps::whole(60), Fps { num: 30_000, den: 1001 }] {
            assert_eq!(timescale(fps) * fps.den % fps.num, 0, "{fps}");
        }
    }
}
