//! Steps that look into media files: what is in one, and its sound as samples. Knows nothing of scenes.

use std::fs::{self, File};
use std::io::BufReader;
use std::process::Command;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::process;
use crate::sound::loudness;
use crate::sound::source::{Channels, Format as Pcm, Source};
use crate::spec::model::Format;
use crate::units::{SAMPLE_RATE, Size};

use super::{Context, Step, StepError, Tool, ffmpeg};

/// What ffprobe may print.
const PRINTED: u64 = 4 << 20;
/// The longest file taken at its word; headers can claim anything.
const LONGEST: f64 = 24.0 * 3600.0;
/// The longest music, or sound of a video, in seconds: what it decodes to lies on the disk.
const LONGEST_SOUND: f64 = 4.0 * 3600.0;
/// The largest side of a video.
const LARGEST: u64 = 16_384;

/// Asks what is in a media file. Input `media`; output `info`, a [`MediaInfo`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Its container.
    pub format: Format,
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

impl Step for Probe {
    const KIND: &'static str = "probe";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["info"];

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffprobe]
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let mut command: Command = context.workshop.command(Tool::Ffprobe)?;
        command.args(["-v", "error", "-print_format", "json", "-show_format", "-show_streams"]);
        command.args(ffmpeg::guarded(self.format.demuxer())).arg("-i").arg(ffmpeg::address(context.input("media")?));
        let output = process::run(command, b"", PRINTED, context.cancel)?;
        if !output.status.success() {
            let log = String::from_utf8_lossy(&output.stderr).into_owned();
            return Err(StepError::Tool {
                doing: "reading the media file",
                program: "ffprobe",
                status: output.status,
                log,
            });
        }
        let told = serde_json::from_slice(&output.stdout)
            .map_err(|e| StepError::input(format!("ffprobe's answer can't be read: {e}")))?;
        context.write_json("info", &media_info(&told)?)
    }
}

fn media_info(told: &Value) -> Result<MediaInfo, StepError> {
    let streams = told["streams"].as_array().map(Vec::as_slice).unwrap_or_default();
    let stream = |kind: &str| streams.iter().find(|s| s["codec_type"] == kind && s["disposition"]["attached_pic"] != 1);
    let picture = stream("video").map(picture_size).transpose()?;
    let longest = |stream: &Value| number(&stream["duration"]);
    let seconds = number(&told["format"]["duration"])
        .or_else(|| stream("video").and_then(longest))
        .or_else(|| stream("audio").and_then(longest));
    match seconds {
        Some(seconds) if seconds > 0.0 && seconds <= LONGEST => {
            Ok(MediaInfo { seconds, picture, sound: stream("audio").is_some() })
        }
        Some(seconds) => Err(StepError::input(format!("the media file claims to last {seconds} s"))),
        None => Err(StepError::input("the media file does not tell how long it is")),
    }
}

/// ffprobe gives most numbers as texts.
fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok()).filter(|n| n.is_finite())
}

fn picture_size(stream: &Value) -> Result<Size, StepError> {
    let side = |name: &str| stream[name].as_u64().filter(|side| (1..=LARGEST).contains(side)).map(|side| side as f64);
    let (Some(width), Some(height)) = (side("width"), side("height")) else {
        return Err(StepError::input(format!("the video's size is not between 1 and {LARGEST} pixels a side")));
    };
    let width = (width * pixel_shape(stream)).round().clamp(1.0, LARGEST as f64);
    let (width, height) = (width as u32, height as u32);
    Ok(if is_turned(stream) { Size::new(height, width) } else { Size::new(width, height) })
}

/// How much wider than high one pixel is.
fn pixel_shape(stream: &Value) -> f64 {
    let ratio = stream["sample_aspect_ratio"].as_str().and_then(|text| text.split_once(':'));
    let ratio = ratio.and_then(|(w, h)| Some((w.parse::<f64>().ok()?, h.parse::<f64>().ok()?)));
    ratio.filter(|(w, h)| *w > 0.0 && *h > 0.0).map_or(1.0, |(w, h)| w / h)
}

fn is_turned(stream: &Value) -> bool {
    let sides = stream["side_data_list"].as_array().map(Vec::as_slice).unwrap_or_default();
    let degrees = sides.iter().find_map(|side| number(&side["rotation"])).unwrap_or(0.0);
    (degrees.abs() as i64) % 180 == 90
}

/// Decodes the sound of a media file. Input `media`; outputs `pcm` (48 kHz stereo, 16-bit, no header) and `info`, a [`SoundInfo`].
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DecodeSound {
    /// Its container.
    pub format: Format,
    /// Where to begin, in seconds.
    pub from: f64,
    /// Where to end, in seconds; `None`: at its end.
    pub to: Option<f64>,
}

/// A piece of sound.
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
    /// That of a file of 160 kbit/s.
    const YIELD: f64 = 10.0;

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffmpeg]
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        decode(context, "media", self.format, (self.from, self.to), 2, LONGEST_SOUND)?;
        let file = BufReader::new(File::open(context.output("pcm"))?);
        let mut source = Source::raw(Box::new(file), Pcm::S16, Channels::Stereo, 0)?;
        let samples = source.frames();
        if samples == 0 {
            return Err(StepError::input("the file has no sound"));
        }
        let loudness = loudness::measure_source(&mut source)?.integrated;
        context.write_json("info", &SoundInfo { samples, loudness })
    }
}

/// Decodes input `role` to output `pcm`: 48 kHz, 16-bit little-endian, so many channels, no header; at most so many seconds.
pub fn decode(
    context: &Context,
    role: &str,
    format: Format,
    (from, to): (f64, Option<f64>),
    channels: u32,
    most: f64,
) -> Result<(), StepError> {
    let mut command = ffmpeg::command(context)?;
    if from > 0.0 {
        command.args(["-ss", &from.to_string()]);
    }
    if let Some(to) = to {
        command.args(["-t", &(to - from).max(0.0).to_string()]);
    }
    command.args(ffmpeg::guarded(format.demuxer())).arg("-i").arg(ffmpeg::address(context.input(role)?));
    command.args([
        "-map",
        "0:a:0",
        "-ac",
        &channels.to_string(),
        "-ar",
        &SAMPLE_RATE.to_string(),
        "-t",
        &(most + 1.0).to_string(),
    ]);
    command.args(["-c:a", "pcm_s16le", "-f", "s16le"]).arg(ffmpeg::address(&context.output("pcm")));
    ffmpeg::run(command, "decoding the sound", context)?;
    let seconds = fs::metadata(context.output("pcm"))?.len() as f64 / f64::from(2 * channels * SAMPLE_RATE);
    match seconds > most {
        true => Err(StepError::input(format!(
            "the sound lasts longer than {} minutes, the most that is taken",
            most / 60.0
        ))),
        false => Ok(()),
    }
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
