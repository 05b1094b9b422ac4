//! The settings of the H.264 encoder, and what they cost in time and memory.

use ffmpeg_sidecar::command::FfmpegCommand;
use serde::{Deserialize, Serialize};

use crate::spec::model::Quality;
use crate::units::Fps;

/// Settings of the H.264 encoder.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EncoderSettings {
    /// x264's preset: how much time it spends on compression.
    pub preset: String,
    /// Constant quality, lower is better; 0–51.
    pub crf: u32,
}

impl EncoderSettings {
    /// The settings for a quality of the spec.
    pub fn for_quality(quality: Quality) -> Self {
        let (preset, crf) = match quality {
            Quality::Draft => ("ultrafast", 28),
            Quality::Standard => ("veryfast", 20),
            Quality::High => ("slow", 17),
        };
        Self { preset: preset.to_owned(), crf }
    }

    /// An estimate of the time for a million pixels on one core, in seconds, drawing included.
    pub fn seconds_per_megapixel(&self) -> f64 {
        match self.preset.as_str() {
            "ultrafast" => 0.008,
            "veryfast" => 0.018,
            _ => 0.12,
        }
    }

    /// An estimate of the memory of encoding and drawing for each pixel of a frame, in bytes. x264 alone took 94, 217 and 500 MB at 1080p
    /// with these settings.
    pub(super) fn bytes_per_pixel(&self) -> u64 {
        match self.preset.as_str() {
            "ultrafast" => 60,
            "veryfast" => 120,
            _ => 250,
        }
    }

    /// Adds these settings, and those that are the same for all films, to an ffmpeg command.
    pub(super) fn add_arguments(&self, command: &mut FfmpegCommand, fps: Fps) {
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
