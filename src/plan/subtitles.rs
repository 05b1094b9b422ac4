//! Subtitle files: cues as SubRip and WebVTT.

use std::fmt::Write as _;

use crate::render::captions::CaptionCue;
use crate::units::seconds;

/// The cues as a SubRip file. The format has no escapes, so a zero-width space breaks what players would take for markup.
pub fn srt(cues: &[CaptionCue]) -> String {
    let mut text = String::new();
    for (i, cue) in cues.iter().enumerate() {
        let _ = write!(text, "{}\n{} --> {}\n", i + 1, timestamp(cue.from, ','), timestamp(cue.to, ','));
        for line in &cue.lines {
            let _ = writeln!(
                text,
                "{}",
                line.replace('<', "<\u{200b}").replace("-->", "--\u{200b}>").replace('{', "{\u{200b}")
            );
        }
        text.push('\n');
    }
    text
}

/// The cues as a WebVTT file.
pub fn vtt(cues: &[CaptionCue]) -> String {
    let mut text = "WEBVTT\n\n".to_owned();
    for cue in cues {
        let _ = writeln!(text, "{} --> {}", timestamp(cue.from, '.'), timestamp(cue.to, '.'));
        for line in &cue.lines {
            let _ = writeln!(text, "{}", line.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;"));
        }
        text.push('\n');
    }
    text
}

/// A time like `00:01:02,345`, with `comma` before the milliseconds.
fn timestamp(sample: u64, comma: char) -> String {
    let millis = (seconds(sample) * 1000.0).round() as u64;
    let hours = millis / 3_600_000;
    let minutes = millis / 60_000 % 60;
    format!("{hours:02}:{minutes:02}:{:02}{comma}{:03}", millis / 1000 % 60, millis % 1000)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::samples;

    fn cue(from: f64, to: f64, lines: &[&str]) -> CaptionCue {
        CaptionCue { from: samples(from), to: samples(to), lines: lines.iter().map(|&line| line.to_owned()).collect() }
    }

    #[test]
    fn files_are_as_players_read_them() {
        let cues = [cue(0.5, 1.25, &["One", "two"]), cue(3661.0, 3662.0, &["a < b & c"])];
        let srt =
            "1\n00:00:00,500 --> 00:00:01,250\nOne\ntwo\n\n2\n01:01:01,000 --> 01:01:02,000\na <\u{200b} b & c\n\n";
        assert_eq!(super::srt(&cues), srt);
        let vtt =
            "WEBVTT\n\n00:00:00.500 --> 00:00:01.250\nOne\ntwo\n\n01:01:01.000 --> 01:01:02.000\na &lt; b &amp; c\n\n";
        assert_eq!(super::vtt(&cues), vtt);
    }

    #[test]
    fn text_can_not_begin_a_cue_or_a_tag() {
        let cues = [cue(0.0, 1.0, &["<b>x</b> 00:00 --> 00:01", "{\\an8}"])];
        assert_eq!(srt(&cues).matches("-->").count(), 1);
        assert!(!srt(&cues).contains("<b>") && !srt(&cues).contains("{\\"));
        assert_eq!(vtt(&cues).matches("-->").count(), 1);
    }
}
