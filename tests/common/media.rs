//! Facts about media files, as ffprobe, ffmpeg and the files' own boxes tell them.

use std::fs;
use std::path::Path;
use std::process::Command;

fn stdout(command: &mut Command) -> Vec<u8> {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    output.stdout
}

/// One value for each line that ffprobe prints of these entries of a stream.
pub fn probe(file: &Path, stream: &str, entries: &str) -> Vec<String> {
    let mut command = Command::new("ffprobe");
    command.args(["-v", "error", "-select_streams", stream, "-show_entries", entries, "-of", "csv=p=0"]).arg(file);
    let text = String::from_utf8(stdout(&mut command)).unwrap();
    text.lines().map(|line| line.trim_end_matches(',').to_owned()).filter(|line| !line.is_empty()).collect()
}

/// Presentation times of all pictures, in ticks, in order.
pub fn picture_times(file: &Path) -> Vec<i64> {
    let mut times: Vec<i64> = probe(file, "v", "packet=pts").iter().map(|time| time.parse().unwrap()).collect();
    times.sort_unstable();
    times
}

/// Integrated loudness in LUFS and true peak in dBTP, measured by ffmpeg's ebur128.
pub fn loudness(file: &Path) -> (f64, f64) {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-hide_banner", "-i"]).arg(file).args([
        "-af",
        "ebur128=peak=true",
        "-vn",
        "-f",
        "null",
        "-",
    ]);
    let log = String::from_utf8(command.output().unwrap().stderr).unwrap();
    let summary = log.rsplit("Summary:").next().unwrap();
    let value = |name: &str| {
        let rest = summary.split(name).nth(1).unwrap_or_else(|| panic!("no {name} in {log}"));
        rest.split_whitespace().next().unwrap().parse().unwrap()
    };
    (value("I:"), value("Peak:"))
}

/// The mean luma of each picture, 0–255.
pub fn brightness(file: &Path) -> Vec<f64> {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-i"]).arg(file);
    command.args(["-vf", "scale=16:16:flags=area,format=gray", "-fps_mode", "passthrough", "-f", "rawvideo", "pipe:1"]);
    let pixels = stdout(&mut command);
    pixels.chunks_exact(256).map(|frame| frame.iter().map(|&p| f64::from(p)).sum::<f64>() / 256.0).collect()
}

/// The sound as mono 48 kHz samples.
pub fn samples(file: &Path) -> Vec<f32> {
    let mut command = Command::new("ffmpeg");
    command
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(file)
        .args(["-vn", "-ac", "1", "-ar", "48000", "-f", "f32le", "pipe:1"]);
    let bytes = stdout(&mut command);
    bytes.chunks_exact(4).map(|b| f32::from_le_bytes([b[0], b[1], b[2], b[3]])).collect()
}

/// Picture `n`, as RGB pixels of the file's own size.
pub fn picture(file: &Path, n: usize) -> image::RgbImage {
    let size = probe(file, "v", "stream=width,height").remove(0);
    let (width, height) = size.split_once(',').unwrap();
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-i"]).arg(file).args([
        "-vf",
        &format!("select=eq(n\\,{n})"),
        "-frames:v",
        "1",
    ]);
    let pixels = stdout(command.args(["-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]));
    image::RgbImage::from_raw(width.parse().unwrap(), height.parse().unwrap(), pixels).unwrap()
}

/// The types of all boxes of an MP4 in the order of the file, those inside others as `moov/trak`.
pub fn boxes(file: &Path) -> Vec<String> {
    let bytes = fs::read(file).unwrap();
    let mut found = Vec::new();
    walk(&bytes, "", &mut found);
    found
}

fn walk(mut bytes: &[u8], above: &str, found: &mut Vec<String>) {
    const HOLDERS: [&str; 6] = ["moov", "trak", "mdia", "minf", "stbl", "edts"];
    while bytes.len() >= 8 {
        let size = u32::from_be_bytes(bytes[..4].try_into().unwrap()) as usize;
        let kind = String::from_utf8_lossy(&bytes[4..8]).into_owned();
        let size = if size == 0 { bytes.len() } else { size };
        assert!((8..=bytes.len()).contains(&size), "box {kind} of {size} bytes");
        let path = format!("{above}{kind}");
        if HOLDERS.contains(&kind.as_str()) {
            found.push(path.clone());
            walk(&bytes[8..size], &format!("{path}/"), found);
        } else {
            found.push(path);
        }
        bytes = &bytes[size..];
    }
}
