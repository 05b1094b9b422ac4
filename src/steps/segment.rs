//! A run of frames, drawn and encoded on its own: closed groups of pictures, fixed settings, one encoder thread, so that its bytes do
//! not depend on the machine's cores and it joins with any other segment of the film. Knows nothing of where in the film it stands.

mod video;

use std::fs::File;
use std::io::Write;
use std::sync::Arc;

use ffmpeg_sidecar::command::FfmpegCommand;
use serde::{Deserialize, Serialize};

use crate::action::Needs;
use crate::mp4::{self, Runs};
use crate::render::transition::{self, Style};
use crate::render::{Assets, Compositor, Frame, Levels, Pane, Reel, View};
use crate::spec::model::{Easing, Format, Quality, TransitionKind};
use crate::units::{Fps, Size};

use super::film::timescale;
use super::levels::levels_role;
use super::{Context, Step, StepError, Tool, ffmpeg};

use video::Video;

/// Draws and encodes frames. Inputs `picture`, `video`, `logo` and those of panes as the view asks for them (a transition has `from/…`
/// and `to/…`);
/// output `segment`, an MP4 of H.264 pictures only.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Segment {
    /// What is drawn.
    pub frames: Frames,
    /// How many frames.
    pub count: u64,
    /// How they are encoded.
    pub encoder: Encoder,
}

/// What a segment draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Frames {
    /// One scene.
    Scene(Box<Take>),
    /// One scene going over into another.
    Transition {
        /// How.
        kind: TransitionKind,
        /// At what pace.
        easing: Easing,
        /// The scene that goes.
        from: Box<Take>,
        /// The scene that comes.
        to: Box<Take>,
    },
}

/// Frames of one scene, from one of them on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Take {
    /// What the scene looks like.
    pub view: View,
    /// The first frame, counted in the scene.
    pub first: u64,
    /// The parts of videos that it shows: one for each of the view's reels, in their order.
    pub clips: Vec<Clip>,
}

/// A part of a video. Beyond its end its last picture stands still.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clip {
    /// The video's container.
    pub format: Format,
    /// Where the scene's frame 0 lies in it, in seconds.
    pub from: f64,
    /// Where it ends, in seconds.
    pub to: f64,
}

/// Settings of the H.264 encoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Encoder {
    /// x264's name for how hard it tries.
    pub preset: String,
    /// Constant quality, lower is better; 0–51.
    pub crf: u32,
}

impl Encoder {
    /// The settings behind a quality.
    pub fn of(quality: Quality) -> Self {
        let (preset, crf) = match quality {
            Quality::Draft => ("ultrafast", 28),
            Quality::Standard => ("veryfast", 20),
            Quality::High => ("slow", 17),
        };
        Self { preset: preset.to_owned(), crf }
    }

    /// About what a million pixels cost on one core, in seconds, drawing included.
    pub fn seconds_per_megapixel(&self) -> f64 {
        match self.preset.as_str() {
            "ultrafast" => 0.008,
            "veryfast" => 0.018,
            _ => 0.12,
        }
    }

    /// About what encoding and drawing hold in memory for each pixel of a frame, in bytes: 94, 217 and 500 MB were measured of x264
    /// alone at 1080p with these settings.
    fn bytes_per_pixel(&self) -> u64 {
        match self.preset.as_str() {
            "ultrafast" => 60,
            "veryfast" => 120,
            _ => 250,
        }
    }

    fn arguments(&self, command: &mut FfmpegCommand, fps: Fps) {
        let group = fps.frames(0.5).max(1).to_string();
        command.args(["-c:v", "libx264", "-preset", &self.preset, "-crf", &self.crf.to_string(), "-profile:v", "high"]);
        command.args([
            "-threads",
            "1",
            "-bf",
            "2",
            "-g",
            &group,
            "-keyint_min",
            &group,
            "-sc_threshold",
            "0",
            "-flags",
            "+cgop",
        ]);
        command.args(["-pix_fmt", "yuv420p", "-color_range", "tv", "-colorspace", "bt709"]);
        command.args(["-color_primaries", "bt709", "-color_trc", "bt709"]);
    }
}

impl Step for Segment {
    const KIND: &'static str = "segment";
    const VERSION: u32 = 2;
    const OUTPUTS: &'static [&'static str] = &["segment"];

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffmpeg, Tool::Fonts]
    }

    fn needs(&self) -> Needs {
        let size = self.view().size;
        let pixels = u64::from(size.width) * u64::from(size.height);
        Needs { memory: (60 << 20) + pixels * self.encoder.bytes_per_pixel(), ..Needs::default() }
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let (size, fps) = (self.view().size, self.view().fps);
        let mut drawing = Drawing::start(&self.frames, self.count, context)?;
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
        self.encoder.arguments(&mut command, fps);
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
            self.draw_into(pipe, &mut drawing, size, context)
        })?;
        self.check(context, fps)
    }
}

impl Segment {
    fn view(&self) -> &View {
        match &self.frames {
            Frames::Scene(take) => &take.view,
            Frames::Transition { to, .. } => &to.view,
        }
    }

    /// ffmpeg may end well though the disk was full: what it wrote must be whole before anybody keeps it.
    fn check(&self, context: &Context, fps: Fps) -> Result<(), StepError> {
        let cut = |why: &dyn std::fmt::Display| StepError::input(format!("the encoded picture is not whole: {why}"));
        let written = mp4::Segment::read(&mut File::open(context.output("segment"))?).map_err(|why| cut(&why))?;
        let even = Runs::of(self.count as u32, timescale(fps) / fps.num * fps.den);
        if written.samples.durations == even { Ok(()) } else { Err(cut(&"frames are missing")) }
    }

    fn draw_into(
        &self,
        pipe: &mut impl Write,
        drawing: &mut Drawing,
        size: Size,
        context: &Context,
    ) -> Result<(), StepError> {
        let mut frame = Frame::new(size);
        for i in 0..self.count {
            drawing.frame(i, self.count, &mut frame)?;
            frame.write_to(pipe)?;
            (context.progress)(i + 1, self.count);
        }
        Ok(())
    }
}

/// A segment's frames as they are drawn.
enum Drawing {
    Scene(Box<Shot>),
    Transition { style: Style, from: Box<Shot>, to: Box<Shot>, before: Frame, after: Frame },
}

impl Drawing {
    fn start(frames: &Frames, count: u64, context: &Context) -> Result<Self, StepError> {
        Ok(match frames {
            Frames::Scene(take) => Self::Scene(Box::new(Shot::start(take, count, "", context)?)),
            Frames::Transition { kind, easing, from, to } => Self::Transition {
                style: Style { kind: *kind, easing: *easing },
                before: Frame::new(from.view.size),
                after: Frame::new(to.view.size),
                from: Box::new(Shot::start(from, count, "from/", context)?),
                to: Box::new(Shot::start(to, count, "to/", context)?),
            },
        })
    }

    fn frame(&mut self, i: u64, count: u64, out: &mut Frame) -> Result<(), StepError> {
        match self {
            Self::Scene(shot) => shot.frame(i, out)?,
            Self::Transition { style, from, to, before, after } => {
                from.frame(i, before)?;
                to.frame(i, after)?;
                transition::blend(*style, i as u32, count as u32, before, after, out);
            }
        }
        Ok(())
    }
}

/// The levels of all that is heard in a view.
fn levels(view: &View, prefix: &str, context: &Context) -> Result<Vec<Arc<Levels>>, StepError> {
    let pieces = view.over.waveform.as_ref().map_or(0, |waveform| waveform.pieces.len());
    let read = |i| {
        let bytes = context.read(&format!("{prefix}{}", levels_role(i)))?;
        Levels::read(&bytes).map(Arc::new).ok_or_else(|| StepError::input("the levels of a voice are damaged"))
    };
    (0..pieces).map(read).collect()
}

/// One scene, drawn frame by frame.
pub struct Shot {
    compositor: Compositor,
    videos: Vec<Video>,
    first: u64,
}

impl Shot {
    /// Makes ready to draw `count` frames of `take`, whose inputs' roles begin with `prefix`.
    pub fn start(take: &Take, count: u64, prefix: &str, context: &Context) -> Result<Self, StepError> {
        let (view, pictures) = (&take.view, &context.workshop.pictures);
        let canvas = |shot| pictures.canvas(&format!("{prefix}picture"), shot, context);
        let stamp = |logo| pictures.stamp(&format!("{prefix}logo"), logo, view.size, context);
        let plate = |pane: Pane| pictures.plate(&format!("{prefix}{}", pane.role), pane.spot, context);
        let panes = view.panes().into_iter().filter(|pane| pane.source.is_none());
        let emblem = |room| pictures.emblem(&format!("{prefix}picture"), room, context);
        let assets = Assets {
            picture: view.shot().map(canvas).transpose()?,
            logo: view.logo.map(stamp).transpose()?,
            panes: panes.map(plate).collect::<Result<_, _>>()?,
            emblem: view.emblem().map(emblem).transpose()?,
            levels: levels(view, prefix, context)?,
        };
        let frames = take.first..take.first + count;
        let open = |(reel, clip): (Reel, &Clip)| {
            let path = context.input(&format!("{prefix}{}", reel.role))?;
            Video::open(path, clip, (reel.room, reel.source, reel.fit), view.fps, frames.clone(), context)
        };
        let videos = view.reels().into_iter().zip(&take.clips).map(open).collect::<Result<_, _>>()?;
        Ok(Self {
            compositor: Compositor::new(take.view.clone(), assets).map_err(StepError::input)?,
            videos,
            first: take.first,
        })
    }

    /// Draws frame `i` of the take; videos are read forwards, so each call's `i` follows the one before.
    pub fn frame(&mut self, i: u64, out: &mut Frame) -> Result<(), StepError> {
        let videos = self.videos.iter_mut().map(Video::next).collect::<Result<Vec<_>, _>>()?;
        self.compositor.frame_of((self.first + i) as u32, &videos, out).map_err(StepError::input)
    }
}
