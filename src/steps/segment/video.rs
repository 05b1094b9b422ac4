//! A video's frames, decoded by ffmpeg through a pipe: scaled, at the film's rate, in the film's colours. Knows nothing of scenes.

use std::io::{ErrorKind, Read};
use std::ops::Range;
use std::path::Path;
use std::process::{ChildStdout, Stdio};

use crate::process::{self, Running};
use crate::render::{Frame, fitted};
use crate::spec::model::Fit;
use crate::units::{Fps, Size};

use super::super::{Context, StepError, ffmpeg};
use super::Clip;

/// A segment decodes from so long before its first frame, in seconds, so that the frame shown at its start is found no matter
/// where segments are cut.
const RUN_UP: f64 = 1.0;

/// A video being decoded.
pub struct Video {
    running: Option<Running>,
    pipe: ChildStdout,
    frame: Frame,
    bytes: Vec<u8>,
    seen: bool,
}

impl Video {
    /// Opens the video at `path` to give the frames `range` of a scene that shows `clip` of it. `picture`: frame size, the video's own
    /// size, and how the one fills the other.
    pub fn open(
        path: &Path,
        clip: &Clip,
        (frame, source, fit): (Size, Size, Fit),
        fps: Fps,
        range: Range<u64>,
        context: &Context,
    ) -> Result<Self, StepError> {
        let fitted = fitted(source, frame, fit);
        let last = fps.frames(clip.to - clip.from).saturating_sub(1);
        let first = range.start.min(last);
        let run_up = first.min(fps.frames(RUN_UP));
        let start = clip.from + fps.seconds(first - run_up);
        let count = (range.end.min(last + 1) - first.min(range.end.min(last + 1))).max(1) + run_up;
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
        ffmpeg::enlarge(&pipe);
        let frame = Frame::new(crop);
        let bytes = vec![0; frame.byte_len()];
        let mut video = Self { running: Some(running), pipe, frame, bytes, seen: false };
        for _ in 0..run_up {
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
