//! A run of frames, drawn and encoded on its own. It has closed groups of pictures, fixed settings and one encoder thread, so that its
//! bytes do not depend on the machine's cores and it can be joined with any other segment of the film.

mod content;
mod encoder;
mod video;

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::action::Requirements;
use crate::mp4::{self, RunLengths};
use crate::render::transition::{self, TransitionStyle};
use crate::render::{BandLevels, Compositor, Frame, View, ViewAssets};
use crate::units::{Fps, Size};

use super::context::Context;
use super::crates::CrateGroup;
use super::ffmpeg;
use super::film::timescale;
use super::levels::levels_role;
use super::step::Step;
use super::step_error::StepError;
use super::tool::Tool;

pub use content::{FrameContent, SceneFrames, VideoClip};
pub use encoder::EncoderSettings;
use video::Video;

/// Draws and encodes frames. Inputs: `picture`, `video`, `logo` and those of panes as the view asks for them (in a transition, all with
/// the prefix `from/` or `to/`). Output: `segment`, an MP4 with one H.264 track.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SegmentStep {
    /// The scene or transition that is drawn.
    pub frames: FrameContent,
    /// The length in frames.
    pub count: u64,
    /// The settings of the encoder.
    pub encoder: EncoderSettings,
}

impl Step for SegmentStep {
    const KIND: &'static str = "segment";
    const VERSION: u32 = 2;
    const OUTPUTS: &'static [&'static str] = &["segment"];
    const CRATES: &'static [CrateGroup] = &[CrateGroup::Picture, CrateGroup::Encode];

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffmpeg, Tool::Fonts]
    }

    fn requirements(&self) -> Requirements {
        let size = self.view().size;
        let pixels = u64::from(size.width) * u64::from(size.height);
        Requirements { memory: (60 << 20) + pixels * self.encoder.bytes_per_pixel(), ..Requirements::default() }
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let size = self.view().size;
        let fps = self.view().fps;
        let mut renderer = SegmentRenderer::start(&self.frames, self.count, context)?;
        let mut command = ffmpeg::command(context)?;
        command.args([
            "-f",
            "rawvideo",
            "-pix_fmt",
            "yuv420p",
            "-s",
            &size.to_string(),
            "-r",
            &fps.to_string(),
            "-i",
            "pipe:0",
        ]);
        self.encoder.add_arguments(&mut command, fps);
        command.args([
            "-fflags",
            "+bitexact",
            "-flags:v",
            "+bitexact",
            "-video_track_timescale",
            &timescale(fps).to_string(),
        ]);
        command.args(["-movflags", "+negative_cts_offsets", "-use_editlist", "0", "-f", "mp4"]);
        command.arg(ffmpeg::address(&context.output("segment")));
        ffmpeg::run_fed(command, "encoding the picture", context, |pipe| {
            self.draw_into(pipe, &mut renderer, size, context)
        })?;
        self.check(context, fps)
    }
}

impl SegmentStep {
    fn view(&self) -> &View {
        match &self.frames {
            FrameContent::Scene(take) => &take.view,
            FrameContent::Transition { to, .. } => &to.view,
        }
    }

    /// Checks that the file is complete: ffmpeg may end without an error though the disk was full.
    fn check(&self, context: &Context, fps: Fps) -> Result<(), StepError> {
        let written = mp4::VideoSegment::read(&mut File::open(context.output("segment"))?).map_err(incomplete)?;
        let even = RunLengths::of(self.count as u32, timescale(fps) / fps.num * fps.den);
        if written.samples.durations == even { Ok(()) } else { Err(incomplete("frames are missing")) }
    }

    fn draw_into(
        &self,
        pipe: &mut impl Write,
        renderer: &mut SegmentRenderer,
        size: Size,
        context: &Context,
    ) -> Result<(), StepError> {
        let mut frame = Frame::new(size);
        for i in 0..self.count {
            renderer.frame(i, self.count, &mut frame)?;
            frame.write_to(pipe)?;
            (context.progress)(i + 1, self.count);
        }
        Ok(())
    }
}

fn incomplete(why: impl std::fmt::Display) -> StepError {
    StepError::input(format!("the encoded picture is not whole: {why}"))
}

/// Draws the frames of a segment one after the other.
enum SegmentRenderer {
    Scene(Box<SceneRenderer>),
    Transition { style: TransitionStyle, from: Box<SceneRenderer>, to: Box<SceneRenderer>, before: Frame, after: Frame },
}

impl SegmentRenderer {
    fn start(frames: &FrameContent, count: u64, context: &Context) -> Result<Self, StepError> {
        Ok(match frames {
            FrameContent::Scene(take) => Self::Scene(Box::new(SceneRenderer::start(take, count, "", context)?)),
            FrameContent::Transition { kind, easing, from, to } => Self::Transition {
                style: TransitionStyle { kind: *kind, easing: *easing },
                before: Frame::new(from.view.size),
                after: Frame::new(to.view.size),
                from: Box::new(SceneRenderer::start(from, count, "from/", context)?),
                to: Box::new(SceneRenderer::start(to, count, "to/", context)?),
            },
        })
    }

    fn frame(&mut self, i: u64, count: u64, out: &mut Frame) -> Result<(), StepError> {
        match self {
            Self::Scene(scene) => scene.frame(i, out)?,
            Self::Transition { style, from, to, before, after } => {
                from.frame(i, before)?;
                to.frame(i, after)?;
                transition::blend(*style, i as u32, count as u32, before, after, out);
            }
        }
        Ok(())
    }
}

/// The levels of all speech that a view's waveform shows.
fn read_levels(view: &View, prefix: &str, context: &Context) -> Result<Vec<Arc<BandLevels>>, StepError> {
    let pieces = view.overlays.waveform.as_ref().map_or(0, |waveform| waveform.pieces.len());
    let mut levels = Vec::with_capacity(pieces);
    for i in 0..pieces {
        let bytes = context.inputs.read(&format!("{prefix}{}", levels_role(i)))?;
        let read = BandLevels::read(&bytes).ok_or_else(|| StepError::input("the levels of a voice are damaged"))?;
        levels.push(Arc::new(read));
    }
    Ok(levels)
}

/// Draws the frames of one scene one after the other.
pub struct SceneRenderer {
    compositor: Compositor,
    videos: Vec<Video>,
    first: u64,
}

impl SceneRenderer {
    /// Prepares to draw `count` frames of `take`; the roles of its inputs begin with `prefix`.
    pub fn start(take: &SceneFrames, count: u64, prefix: &str, context: &Context) -> Result<Self, StepError> {
        let view = &take.view;
        let (pictures, inputs) = (&context.workshop.pictures, &context.inputs);
        let picture_role = format!("{prefix}picture");
        let logo_role = format!("{prefix}logo");
        let mut pane_images = Vec::new();
        for pane in view.panes().into_iter().filter(|pane| pane.source.is_none()) {
            pane_images.push(pictures.pane_image(&format!("{prefix}{}", pane.role), pane.placement, inputs)?);
        }
        let assets = ViewAssets {
            picture: view.shot().map(|shot| pictures.canvas(&picture_role, shot, inputs)).transpose()?,
            logo: view.logo.map(|logo| pictures.corner_logo(&logo_role, logo, view.size, inputs)).transpose()?,
            panes: pane_images,
            card_logo: view.card_logo_size().map(|size| pictures.card_logo(&picture_role, size, inputs)).transpose()?,
            levels: read_levels(view, prefix, context)?,
        };
        let frames = take.first..take.first + count;
        let mut videos = Vec::new();
        for (input, clip) in view.video_inputs().into_iter().zip(&take.clips) {
            let path = inputs.path(&format!("{prefix}{}", input.role))?;
            videos.push(Video::open(
                path,
                clip,
                (input.area, input.source, input.fit),
                view.fps,
                frames.clone(),
                context,
            )?);
        }
        Ok(Self {
            compositor: Compositor::new(take.view.clone(), assets).map_err(StepError::input)?,
            videos,
            first: take.first,
        })
    }

    /// Draws frame `i` of the take. Videos are read forwards, so `i` must count up from 0.
    pub fn frame(&mut self, i: u64, out: &mut Frame) -> Result<(), StepError> {
        let videos = self.videos.iter_mut().map(Video::next).collect::<Result<Vec<_>, _>>()?;
        self.compositor.draw_frame_with_videos((self.first + i) as u32, &videos, out).map_err(StepError::input)
    }
}
