//! The frames of a video, decoded by ffmpeg through a pipe: scaled, at the film's frame rate, in the film's colours.

use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::Path;
use std::process::{ChildStdout, Stdio};

use crate::process::{self, ChildProcess};
use crate::render::{Frame, fit_video};
use crate::spec::model::ImageFit;
use crate::units::{Fps, Size};

use super::super::context::Context;
use super::super::ffmpeg;
use super::super::step_error::StepError;
use super::content::VideoClip;

/// Decoding begins this long before a segment's first frame, in seconds, so that the frame shown there does not depend on where segments
/// are cut.
const PRE_ROLL_SECONDS: f64 = 1.0;

/// A video that is being decoded.
pub struct Video {
    running: Option<ChildProcess>,
    pipe: ChildStdout,
    frame: Frame,
    bytes: Vec<u8>,
    seen: bool,
}

impl Video {
    /// Opens the video at `path` to give the frames `range` of a scene that shows `clip` of it. `frame` and `source` are the sizes of its
    /// place in the frame and of the video, `fit` is how the one fills the other.
    pub fn open(
        path: &Path,
        clip: &VideoClip,
        (frame, source, fit): (Size, Size, ImageFit),
        fps: Fps,
        range: Range<u64>,
        context: &Context,
    ) -> Result<Self, StepError> {
        let fitted = fit_video(source, frame, fit);
        let last = fps.frames(clip.to - clip.from).saturating_sub(1);
        let first = range.start.min(last);
        let pre_roll = first.min(fps.frames(PRE_ROLL_SECONDS));
        let start = clip.from + fps.seconds(first - pre_roll);
        let count = (range.end.min(last + 1) - first.min(range.end.min(last + 1))).max(1) + pre_roll;
        let (scale, crop) = (fitted.scale, fitted.crop);
        let filter = format!(
            "fps={fps}:start_time=0,scale={}:{}:flags=bicubic:out_color_matrix=bt709:out_range=tv,crop={}:{},setsar=1,format=yuv420p",
            scale.width, scale.height, crop.width, crop.height
        );
        let mut command = ffmpeg::command(context)?;
        command.args(["-ss", &start.to_string()]).args(ffmpeg::guarded(clip.format.demuxer()));
        command.arg("-i").arg(ffmpeg::address(path)).args([
            "-map",
            "0:v:0",
            "-vf",
            &filter,
            "-frames:v",
            &count.to_string(),
        ]);
        command.args(["-f", "rawvideo", "pipe:1"]);
        let mut running = process::spawn(command.as_inner_mut().stdout(Stdio::piped()), context.cancel)?;
        let pipe = running.stdout().expect("it was asked for");
        ffmpeg::enlarge_pipe(&pipe);
        let frame = Frame::new(crop);
        let bytes = vec![0; frame.byte_len()];
        let mut video = Self { running: Some(running), pipe, frame, bytes, seen: false };
        for _ in 0..pre_roll {
            video.next()?;
        }
        Ok(video)
    }

    /// The next frame; at the video's end, the last one again.
    pub fn next(&mut self) -> Result<&Frame, StepError> {
        if self.running.is_some() {
            match self.pipe.read_exact(&mut self.bytes) {
                Ok(()) => self.take_frame(),
                Err(error) if error.kind() == ErrorKind::UnexpectedEof => self.end()?,
                Err(error) => return Err(error.into()),
            }
        }
        Ok(&self.frame)
    }

    fn take_frame(&mut self) {
        let (y, chroma) = self.bytes.split_at(self.frame.y.len());
        let (u, v) = chroma.split_at(self.frame.u.len());
        self.frame.y.copy_from_slice(y);
        self.frame.u.copy_from_slice(u);
        self.frame.v.copy_from_slice(v);
        self.seen = true;
    }

    fn end(&mut self) -> Result<(), StepError> {
        if let Some(running) = self.running.take() {
            ffmpeg::finish(running, "decoding the video")?;
        }
        if self.seen { Ok(()) } else { Err(StepError::input("the video gave no picture at this point")) }
    }
}
