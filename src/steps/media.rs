//! Steps that read media files: one finds out what is in a file, the other decodes its sound.

use std::fs::{self, File};
use std::io::BufReader;
use std::process::Command;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::process;
use crate::sound::loudness;
use crate::sound::source::{ChannelLayout, PcmSource, SampleFormat as Pcm};
use crate::spec::model::FileFormat;
use crate::units::{SAMPLE_RATE, Size};

use super::context::Context;
use super::crates::CrateGroup;
use super::ffmpeg;
use super::step::{Origin, Step};
use super::step_error::StepError;
use super::tool::Tool;

/// The most bytes that ffprobe may print.
const MAX_PROBE_BYTES: u64 = 4 << 20;
/// The longest media file, in seconds; a header that claims more is not believed.
const MAX_MEDIA_SECONDS: f64 = 24.0 * 3600.0;
/// The longest music, or sound of a video, in seconds. The decoded samples are written to the disk.
const MAX_SOUND_SECONDS: f64 = 4.0 * 3600.0;
/// The largest side of a video, in pixels.
const MAX_VIDEO_SIDE: u64 = 16_384;

/// Finds out what is in a media file. Input `media`; output `info`, a [`MediaInfo`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbeMedia {
    /// The container that the file has, known from its first bytes.
    pub format: FileFormat,
}

/// What is in a media file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MediaInfo {
    /// Its length in seconds.
    pub seconds: f64,
    /// The picture's size as shown (rotation and pixel shape applied); `None` without a picture.
    pub picture: Option<Size>,
    /// Whether it has sound.
    pub sound: bool,
}

impl Step for ProbeMedia {
    const KIND: &'static str = "probe";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["info"];

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffprobe]
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let mut command: Command = context.workshop.command(Tool::Ffprobe)?;
        command.args(["-v", "error", "-print_format", "json", "-show_format", "-show_streams"]);
        command
            .args(ffmpeg::guarded(self.format.demuxer()))
            .arg("-i")
            .arg(ffmpeg::address(context.inputs.path("media")?));
        let output = process::run(command, b"", MAX_PROBE_BYTES, context.cancel)?;
        if !output.status.success() {
            let log = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(StepError::Tool {
                doing: "reading the media file",
                program: "ffprobe",
                status: output.status,
                log,
            });
        }
        let answer = serde_json::from_slice(&output.stdout)
            .map_err(|e| StepError::input(format!("ffprobe's answer can't be read: {e}")))?;
        context.write_json("info", &media_info(&answer)?)
    }
}

fn media_info(answer: &Value) -> Result<MediaInfo, StepError> {
    let video = stream_of_kind(answer, "video");
    let audio = stream_of_kind(answer, "audio");
    let picture = video.map(picture_size).transpose()?;
    let durations = [Some(&answer["format"]), video, audio].into_iter().flatten();
    match durations.filter_map(|part| number(&part["duration"])).next() {
        Some(seconds) if seconds > 0.0 && seconds <= MAX_MEDIA_SECONDS => {
            Ok(MediaInfo { seconds, picture, sound: audio.is_some() })
        }
        Some(seconds) => Err(StepError::input(format!("the media file claims to last {seconds} s"))),
        None => Err(StepError::input("the media file does not tell how long it is")),
    }
}

/// The first stream of this kind that is no cover picture.
fn stream_of_kind<'a>(answer: &'a Value, kind: &str) -> Option<&'a Value> {
    let mut streams = answer["streams"].as_array()?.iter();
    streams.find(|stream| stream["codec_type"] == kind && stream["disposition"]["attached_pic"] != 1)
}

/// A number as ffprobe gives it, most of them as text.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|n| n.is_finite())
}

fn picture_size(stream: &Value) -> Result<Size, StepError> {
    let (Some(width), Some(height)) = (video_side(&stream["width"]), video_side(&stream["height"])) else {
        return Err(StepError::input(format!("the video's size is not between 1 and {MAX_VIDEO_SIDE} pixels a side")));
    };
    let width = (width * pixel_aspect_ratio(stream)).round().clamp(1.0, MAX_VIDEO_SIDE as f64) as u32;
    let height = height as u32;
    Ok(if is_rotated(stream) { Size::new(height, width) } else { Size::new(width, height) })
}

fn video_side(value: &Value) -> Option<f64> {
    value.as_u64().filter(|side| (1..=MAX_VIDEO_SIDE).contains(side)).map(|side| side as f64)
}

/// The width of one pixel divided by its height.
fn pixel_aspect_ratio(stream: &Value) -> f64 {
    let ratio = stream["sample_aspect_ratio"].as_str().and_then(|text| text.split_once(':'));
    let ratio = ratio.and_then(|(w, h)| Some((w.parse::<f64>().ok()?, h.parse::<f64>().ok()?)));
    ratio.filter(|(w, h)| *w > 0.0 && *h > 0.0).map_or(1.0, |(w, h)| w / h)
}

/// Whether the picture is shown rotated by a quarter turn.
fn is_rotated(stream: &Value) -> bool {
    let sides = stream["side_data_list"].as_array().map(Vec::as_slice).unwrap_or_default();
    let degrees = sides.iter().find_map(|side| number(&side["rotation"])).unwrap_or(0.0);
    (degrees.abs() as i64) % 180 == 90
}

/// Decodes the sound of a media file. Input `media`; outputs `pcm` (48 kHz stereo, 16-bit, no header) and `info`, a [`SoundInfo`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecodeSound {
    /// The container that the file has, known from its first bytes.
    pub format: FileFormat,
    /// Where to begin, in seconds.
    pub from: f64,
    /// Where to end, in seconds; `None`: at its end.
    pub to: Option<f64>,
}

/// What is known of decoded sound.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SoundInfo {
    /// Its length in samples.
    pub samples: u64,
    /// Its loudness in LUFS; `None` for silence.
    pub loudness: Option<f64>,
}

impl Step for DecodeSound {
    const KIND: &'static str = "decode-sound";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["pcm", "info"];
    const ORIGIN: Origin = Origin::PerProcessor;
    const CRATES: &'static [CrateGroup] = &[CrateGroup::Sound];
    /// As for a file of 160 kbit/s.
    const YIELD: f64 = 10.0;

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffmpeg]
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        decode(context, "media", self.format, (self.from, self.to), 2, MAX_SOUND_SECONDS)?;
        let file = BufReader::new(File::open(context.output("pcm"))?);
        let mut source = PcmSource::raw(Box::new(file), Pcm::S16, ChannelLayout::Stereo, 0)?;
        let samples = source.frames();
        if samples == 0 {
            return Err(StepError::input("the file has no sound"));
        }
        let loudness = loudness::measure_source(&mut source)?.integrated;
        context.write_json("info", &SoundInfo { samples, loudness })
    }
}

/// Decodes input `role` to output `pcm`: 48 kHz, 16-bit little-endian, without a header. More than `max_seconds` of sound is an error.
pub fn decode(
    context: &Context,
    role: &str,
    format: FileFormat,
    (from, to): (f64, Option<f64>),
    channels: u32,
    max_seconds: f64,
) -> Result<(), StepError> {
    let mut command = ffmpeg::command(context)?;
    if from > 0.0 {
        command.args(["-ss", &from.to_string()]);
    }
    if let Some(to) = to {
        command.args(["-t", &(to - from).max(0.0).to_string()]);
    }
    command.args(ffmpeg::guarded(format.demuxer())).arg("-i").arg(ffmpeg::address(context.inputs.path(role)?));
    command.args([
        "-map",
        "0:a:0",
        "-ac",
        &channels.to_string(),
        "-ar",
        &SAMPLE_RATE.to_string(),
        "-t",
        &(max_seconds + 1.0).to_string(),
    ]);
    command.args(["-c:a", "pcm_s16le", "-f", "s16le"]).arg(ffmpeg::address(&context.output("pcm")));
    ffmpeg::run(command, "decoding the sound", context)?;
    let seconds = fs::metadata(context.output("pcm"))?.len() as f64 / f64::from(2 * channels * SAMPLE_RATE);
    if seconds > max_seconds {
        let minutes = max_seconds / 60.0;
        return Err(StepError::input(format!("the sound lasts longer than {minutes} minutes, the most that is taken")));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn sizes_are_as_shown() {
        let told = json!({
            "format": {"duration": "12.5"},
            "streams": [
                {"codec_type": "video", "width": 720, "height": 576, "sample_aspect_ratio": "64:45", "side_data_list": [{"rotation": -90}]},
                {"codec_type": "audio"},
            ]
        });
        let info = media_info(&told).unwrap();
        assert_eq!(info, MediaInfo { seconds: 12.5, picture: Some(Size::new(576, 1024)), sound: true });
    }

    #[test]
    fn absurd_headers_are_refused() {
        for told in [
            json!({}),
            json!({"format": {"duration": "1e12"}}),
            json!({"format": {"duration": "nan"}}),
            json!({"format": {"duration": "5"}, "streams": [{"codec_type": "video", "width": 0, "height": 9}]}),
            json!({"format": {"duration": "5"}, "streams": [{"codec_type": "video", "width": 99_999_999, "height": 9}]}),
        ] {
            assert!(media_info(&told).is_err(), "{told}");
        }
    }
}
