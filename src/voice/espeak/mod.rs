//! Synthesises a sentence with espeak-ng, a child process that the caller runs.
//!
//! The command line of espeak-ng does not report when a word sounds. Each sentence is therefore synthesised twice: as it should sound, and
//! with a pause after every word (`-g`). In the second rendering the pauses show where words end, the phonemes (`-x`) tell which word is
//! which, and a time warp between the two renderings transfers the edges of the words to the first. Compared with the word events of
//! libespeak-ng 1.51 on 357 onsets (English in two accents and at three speeds, and German, with numbers, times and abbreviations), half
//! of the onsets are within 3 ms, 90 % within 20 ms and all within 65 ms.

mod gaps;
mod phonemes;
mod run;
mod voices;
mod warp;

use std::ops::Range;
use std::process::Command;

pub(in crate::voice) use run::PROGRAM;
use run::check_output;
pub use run::{EspeakError, MAX_SENTENCE_BYTES, RunCommand};
pub use voices::check_voice;

use super::post_processing::post_process;
use super::spoken::{SpokenSentence, WordTiming};
use super::{align, words};
use crate::sound::{resample, wav};

/// The speaking rate in words per minute at a speed of 1.0.
const WORDS_PER_MINUTE: f64 = 175.0;
/// The length of the header of the WAV that espeak-ng writes to a pipe.
const WAV_HEADER_BYTES: usize = 44;

/// A voice of espeak-ng.
#[derive(Clone, Debug, PartialEq)]
pub struct EspeakVoice {
    /// A language (`en-us`), optionally with a variant (`en-gb+f3`).
    pub name: String,
    /// The speed relative to the voice's normal pace, from 0.5 to 2.0.
    pub speed: f64,
}

/// Synthesises one sentence: trimmed to short pads of silence, at [`super::TARGET_LUFS`], with the times of its words.
///
/// # Errors
/// Any [`EspeakError`].
pub fn speak(sentence: &str, voice: &EspeakVoice, run: &mut RunCommand) -> Result<SpokenSentence, EspeakError> {
    if sentence.len() > MAX_SENTENCE_BYTES {
        return Err(EspeakError::TooLong(sentence.len()));
    }
    // espeak-ng falls back without an error: it speaks `en` for `en-xx`, and ignores an unknown variant.
    check_voice(&voice.name, run)?;
    let session = &mut EspeakSession { voice, run };
    let (sound, rate) = session.sound(sentence, 0)?;
    let ranges = words(sentence);
    let found = if ranges.len() > 1 { word_edges(sentence, &ranges, &sound, rate, session)? } else { None };
    post_process(&sound, rate, |samples, pad| match &found {
        Some(edges) => word_timings(&ranges, edges, rate, pad),
        None => align::estimate(samples, sentence, &ranges),
    })
    .map_err(|_| EspeakError::BadSound("a sample rate that is not supported"))?
    .ok_or_else(|| EspeakError::Silent { text: sentence.to_owned() })
}

/// The edges of every word, as samples of `sound`; `None` if the renderings do not match the words.
fn word_edges(
    sentence: &str,
    ranges: &[Range<usize>],
    sound: &[f32],
    rate: u32,
    session: &mut EspeakSession,
) -> Result<Option<Vec<Range<usize>>>, EspeakError> {
    let (gapped, _) = session.sound(sentence, gaps::gap_argument(session.voice.speed))?;
    let gapped = gaps::remove_gaps(&gapped, rate, session.voice.speed);
    let whole = session.phonemes(sentence)?;
    let alone = session.phonemes(&phonemes::separated_words(sentence, ranges))?;
    let Some(edges) = phonemes::word_edges(&whole, &alone, ranges.len(), &gapped.words) else { return Ok(None) };
    let warp = warp::TimeWarp::new(&gapped.sound, sound, rate);
    Ok(Some(edges.into_iter().map(|e| warp.map_sample(e.start)..warp.map_sample(e.end)).collect()))
}

/// Converts word edges at `rate` Hz to word timings at 48 kHz, shifted by `pad` samples at 48 kHz (negative when silence was cut off).
fn word_timings(ranges: &[Range<usize>], edges: &[Range<usize>], rate: u32, pad: i64) -> Vec<WordTiming> {
    let mut words: Vec<WordTiming> = Vec::with_capacity(ranges.len());
    for (range, edges) in ranges.iter().zip(edges) {
        let from = padded_sample(edges.start, rate, pad).max(words.last().map_or(0, |w| w.from));
        if let Some(last) = words.last_mut() {
            last.to = last.to.min(from);
        }
        words.push(WordTiming { range: range.clone(), from, to: padded_sample(edges.end, rate, pad).max(from) });
    }
    words
}

/// The sample at 48 kHz that corresponds to `sample` at `rate` Hz, `pad` samples later.
fn padded_sample(sample: usize, rate: u32, pad: i64) -> u64 {
    let shifted = resample::resampled_length(sample, rate) as i64 + pad;
    shifted.max(0) as u64
}

/// A voice together with the function that runs commands.
struct EspeakSession<'a, 'r> {
    voice: &'a EspeakVoice,
    run: &'a mut RunCommand<'r>,
}

impl EspeakSession<'_, '_> {
    /// The sound of `text` and its sample rate; `gap` is the pause after each word in units of 10 ms.
    fn sound(&mut self, text: &str, gap: u32) -> Result<(Vec<f32>, u32), EspeakError> {
        let mut command = self.command();
        command.args(["--stdout", "-g", &gap.to_string()]);
        decode_wav(&self.output(command, text)?)
    }

    /// The phonemes of `text`, one clause a line.
    fn phonemes(&mut self, text: &str) -> Result<String, EspeakError> {
        let mut command = self.command();
        command.args(["-q", "-x"]);
        Ok(String::from_utf8_lossy(&self.output(command, text)?).into_owned())
    }

    fn command(&self) -> Command {
        let pace = (WORDS_PER_MINUTE * self.voice.speed).clamp(80.0, 450.0).round();
        let mut command = Command::new(PROGRAM);
        // The cache key covers the data that espeak-ng is installed with, so no other data may be used.
        command.env_remove("ESPEAK_DATA_PATH");
        command.args(["-v", &self.voice.name, "-s", &pace.to_string(), "-b", "1", "-z", "--stdin"]);
        command
    }

    fn output(&mut self, command: Command, text: &str) -> Result<Vec<u8>, EspeakError> {
        Ok(check_output((self.run)(command, as_plain_text(text).as_bytes()))?.stdout)
    }
}

/// `text` without the characters that espeak-ng interprets: `[[…]]` would be phonemes, a byte of 1 an embedded command, and private-use
/// characters have internal meanings. Markup needs no escape, since SSML is read only with `-m`.
fn as_plain_text(text: &str) -> String {
    text.chars().map(plain_char).collect()
}

fn plain_char(c: char) -> char {
    match c {
        '[' => '(',
        ']' => ')',
        '\n' => '\n',
        c if c.is_control() || c.is_whitespace() => ' ',
        '\u{feff}' | '\u{e000}'..='\u{f8ff}' | '\u{f0000}'.. => ' ',
        c => c,
    }
}

/// The samples and the sample rate of a WAV that was written to a pipe. The lengths in such a header are not set.
fn decode_wav(bytes: &[u8]) -> Result<(Vec<f32>, u32), EspeakError> {
    let (header, samples) = bytes.split_at_checked(WAV_HEADER_BYTES).ok_or(EspeakError::BadSound("it is cut off"))?;
    let mono_s16 = header.starts_with(b"RIFF") && header[8..16] == *b"WAVEfmt " && header[20..24] == [1, 0, 1, 0];
    if !mono_s16 || header[34..40] != *b"\x10\0data" {
        return Err(EspeakError::BadSound("it is no mono 16-bit WAV"));
    }
    let rate = u32::from_le_bytes([header[24], header[25], header[26], header[27]]);
    let samples = samples.chunks_exact(2).map(|b| wav::from_s16(i16::from_le_bytes([b[0], b[1]])));
    Ok((samples.collect(), rate))
}

#[cfg(test)]
mod tests {
    use std::io::{self, Write};
    use std::process::{ExitStatus, Output, Stdio};
    use std::time::Instant;

    use super::*;
    use crate::units::seconds;

    /// Runs a command without bounds, as only a test may.
    fn run(mut command: Command, input: &[u8]) -> io::Result<Output> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
        // The texts are shorter than a pipe's buffer.
        child.stdin.take().unwrap().write_all(input)?;
        child.wait_with_output()
    }

    fn voice(name: &str, speed: f64) -> EspeakVoice {
        EspeakVoice { name: name.to_owned(), speed }
    }

    /// What libespeak-ng 1.51's own events say: the onset of each word in samples at 22,050 Hz.
    #[derive(serde::Deserialize)]
    struct Truth {
        text: String,
        voice: String,
        speed: f64,
        onsets: Vec<Option<i64>>,
    }

    /// Empty where another version speaks, about which nothing is known.
    fn truth() -> Vec<Truth> {
        let mut version = Command::new(PROGRAM);
        version.arg("--version");
        if !String::from_utf8_lossy(&run(version, b"").unwrap().stdout).contains(" 1.51") {
            return Vec::new();
        }
        serde_json::from_str(include_str!("onsets.json")).unwrap()
    }

    /// Signed errors in seconds of every onset but the first words', and where they are. `times` gives the onsets in the sentence's sound.
    fn errors(mut times: impl FnMut(&Truth, &[f32]) -> Vec<Option<i64>>) -> Vec<(f64, String)> {
        let mut errors = Vec::new();
        for truth in truth() {
            let voice = voice(&truth.voice, truth.speed);
            let (sound, _) = EspeakSession { voice: &voice, run: &mut run }.sound(&truth.text, 0).unwrap();
            let found = times(&truth, &sound);
            for (n, (found, known)) in found.iter().zip(&truth.onsets).enumerate().skip(1) {
                if let (Some(found), Some(known)) = (found, known) {
                    let error = (found - known) as f64 / 22_050.0;
                    errors.push((error, format!("{} {} [{n}]", truth.text, truth.speed)));
                }
            }
        }
        errors
    }

    /// The share of `errors` that `share` of them are within.
    fn within(errors: &[(f64, String)], share: f64) -> f64 {
        let mut sizes: Vec<f64> = errors.iter().map(|e| e.0.abs()).collect();
        sizes.sort_by(f64::total_cmp);
        sizes[((sizes.len() - 1) as f64 * share) as usize]
    }

    #[test]
    fn onsets_are_near_the_truth() {
        if truth().is_empty() {
            return;
        }
        let mut unmatched = 0;
        let errors = errors(|truth, sound| {
            let voice = voice(&truth.voice, truth.speed);
            let speaker = &mut EspeakSession { voice: &voice, run: &mut run };
            let found = word_edges(&truth.text, &words(&truth.text), sound, 22_050, speaker).unwrap();
            unmatched += usize::from(found.is_none());
            found.unwrap_or_default().iter().map(|e| Some(e.start as i64)).collect()
        });
        let (median, p90, worst) = (within(&errors, 0.5), within(&errors, 0.9), within(&errors, 1.0));
        println!(
            "{} onsets, {unmatched} sentences unmatched: median {median:.4} s, 90 % {p90:.4} s, worst {worst:.4} s",
            errors.len()
        );
        for (error, which) in errors.iter().filter(|e| e.0.abs() > 0.08) {
            println!("{error:+.3} {which}");
        }
        assert!(errors.len() > 300 && median <= 0.03 && p90 <= 0.09, "{median} {p90}");
    }

    #[test]
    fn recordings_are_estimated_from_energy_and_text() {
        if truth().is_empty() {
            return;
        }
        let errors = errors(|truth, sound| {
            let sound = crate::sound::resample::to_48k(sound, 22_050).unwrap();
            let found = align::estimate(&sound, &truth.text, &words(&truth.text));
            found.iter().map(|w| Some((w.from as f64 * 22_050.0 / 48_000.0) as i64)).collect()
        });
        let (median, p90) = (within(&errors, 0.5), within(&errors, 0.9));
        println!("{} onsets in single sentences: median {median:.3} s, 90 % {p90:.3} s", errors.len());
        assert!(median < 0.09 && p90 < 0.30, "{median} {p90}");
    }

    /// Sentences one after the other with pauses between them, in a room that is not quite quiet; and the truth about its words.
    fn recording(truths: &[Truth]) -> (Vec<f32>, String, Vec<Option<f64>>) {
        let (mut samples, mut text, mut onsets) = (vec![0.0; 20_000], String::new(), Vec::new());
        for (n, truth) in truths.iter().enumerate() {
            let voice = voice(&truth.voice, truth.speed);
            let (sound, _) = EspeakSession { voice: &voice, run: &mut run }.sound(&truth.text, 0).unwrap();
            let start = samples.len() as f64;
            onsets.extend(truth.onsets.iter().map(|o| o.map(|o| (start + o as f64 * 48.0 / 22.05) / 48_000.0)));
            samples.extend(crate::sound::resample::to_48k(&sound, 22_050).unwrap());
            samples.resize(samples.len() + [14_000, 30_000, 52_000, 20_000][n % 4], 0.0);
            text.extend([&truth.text, " "]);
        }
        let mut state = 1u32;
        for sample in &mut samples {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            *sample += ((state >> 16) as f32 / 32_768.0 - 1.0) * 1e-3;
        }
        (samples, text, onsets)
    }

    #[test]
    fn long_recordings_do_not_drift() {
        let mut errors = Vec::new();
        let truths = truth();
        for truths in truths.chunk_by(|a, b| (&a.voice, a.speed) == (&b.voice, b.speed)).filter(|t| t.len() > 1) {
            let (samples, text, onsets) = recording(truths);
            let found = align::estimate(&samples, &text, &words(&text));
            let both = found
                .iter()
                .zip(onsets)
                .filter_map(|(f, o)| Some((seconds(f.from) - o?, text[f.range.clone()].to_owned())));
            errors.extend(both);
        }
        if errors.is_empty() {
            return;
        }
        let (median, p90) = (within(&errors, 0.5), within(&errors, 0.9));
        println!("{} onsets in recordings: median {median:.3} s, 90 % {p90:.3} s", errors.len());
        for (error, word) in errors.iter().filter(|e| e.0.abs() > 0.6) {
            println!("{error:+.2} {word}");
        }
        assert!(median < 0.09 && p90 < 0.35, "{median} {p90}");
    }

    #[test]
    fn a_sentence_is_trimmed_levelled_and_timed() {
        let text = "Change one sentence, and only that sentence is spoken again.";
        let start = Instant::now();
        let spoken = speak(text, &voice("en-us", 1.0), &mut run).unwrap();
        println!("{:?} for {:.1} s of sound", start.elapsed(), seconds(spoken.samples.len() as u64));
        assert_eq!(
            spoken.words.iter().map(|w| &text[w.range.clone()]).collect::<Vec<_>>(),
            text.split(' ').collect::<Vec<_>>()
        );
        assert!(spoken.words.iter().all(|w| w.from < w.to) && spoken.words.windows(2).all(|w| w[0].to <= w[1].from));
        assert!(spoken.words[3].from - spoken.words[2].to > 3_000, "the comma's pause is nobody's");
        let loudness = crate::sound::loudness::measure(&spoken.samples).integrated.unwrap();
        assert!((loudness - crate::voice::TARGET_LUFS).abs() < 0.5, "{loudness}");
        assert_eq!(spoken, speak(text, &voice("en-us", 1.0), &mut run).unwrap(), "the same every time");
    }

    #[test]
    fn every_kind_of_text_and_voice_gives_ordered_words() {
        let cases = [
            ("en-us+f3", 1.0, "A variant, at its own pace."),
            ("en-us+whisper", 1.0, "A whisper has no voice."),
            ("en-gb", 2.0, "As fast as it can be said, without a pause."),
            ("en-us", 0.5, "As slow as that."),
            ("cmn", 1.0, "你好，世界。"),
            ("ja", 1.0, "こんにちは、世界。"),
            ("ar", 1.0, "مرحبا بالعالم."),
            ("hi", 1.0, "यह एक परीक्षण है।"),
            ("en-us", 1.0, "Word"),
            ("en-us", 1.0, "& + = % 😀 — (so) 77 77"),
            ("en-us", 1.0, "Supercalifragilisticexpialidocious 123456789012345678901234567890"),
        ];
        for (name, speed, text) in cases {
            let spoken = speak(text, &voice(name, speed), &mut run).unwrap();
            let ranges: Vec<_> = spoken.words.iter().map(|w| w.range.clone()).collect();
            assert_eq!(ranges, words(text), "{text}");
            assert!(spoken.words.iter().all(|w| w.from <= w.to && w.to <= spoken.samples.len() as u64), "{text}");
            assert!(spoken.words.windows(2).all(|w| w[0].to <= w[1].from), "{text}: {:?}", spoken.words);
        }
    }

    /// What espeak-ng would say, as phonemes.
    fn said(text: &str) -> String {
        let voice = voice("en-us", 1.0);
        EspeakSession { voice: &voice, run: &mut run }.phonemes(text).unwrap()
    }

    #[test]
    fn text_is_only_text() {
        assert_eq!(said("[[h@l'oU]]"), said("((h@l'oU))"), "no phonemes");
        assert_eq!(said("\u{1}80Pa \u{1}2Shello"), said("80Pa 2Shello"), "no embedded commands");
        assert!(said("<break time=\"10s\"/> hi").contains("br'eIk"), "no markup");
        assert!(said("&lt;voice name=\"de\"&gt;").contains("v'OIs"));
        assert_eq!(said("a\u{0}b\r\u{7f}c\u{e000}"), said("a b  c "));
        for text in
            ["-w /tmp/x", "--help", "-v de", "$(reboot)", "`id`", "%s%n", "; rm -rf", "\u{202e}abc", "\u{1b}[31mred"]
        {
            let spoken = speak(text, &voice("en-us", 1.0), &mut run).unwrap();
            assert!((4_000..400_000).contains(&spoken.samples.len()), "{text}: {}", spoken.samples.len());
        }
        let pause = speak("one <break time=\"10s\"/> two", &voice("en-us", 1.0), &mut run).unwrap();
        assert!(seconds(pause.samples.len() as u64) < 8.0);
    }

    #[test]
    fn unknown_voices_are_named_with_those_like_them() {
        for (name, like) in [("en-uss", "en-us"), ("en-us+f33", "en-us+f3"), ("dee", "de")] {
            match speak("Hello there.", &voice(name, 1.0), &mut run) {
                Err(EspeakError::UnknownVoice { near, .. }) => {
                    assert!(near.contains(&like.to_owned()), "{name}: {near:?}")
                }
                other => panic!("{name}: {:?}", other.map(|s| s.words)),
            }
        }
        for name in ["", "-x", "../../etc/passwd", "en us", "en\0", "mb/mb-us1", "+f3", "ö"] {
            let mut never = |_: Command, _: &[u8]| -> io::Result<Output> { panic!("{name} was run") };
            let refused = speak("Hello", &voice(name, 1.0), &mut never);
            assert!(matches!(refused, Err(EspeakError::UnknownVoice { .. })), "{name}");
        }
        for name in ["en", "de", "en-US", "en-gb-scotland", "en+m3"] {
            check_voice(name, &mut run).unwrap();
        }
    }

    #[test]
    fn failures_are_told_apart() {
        let silent = speak("...", &voice("en-us", 1.0), &mut run);
        assert!(matches!(silent, Err(EspeakError::Silent { text }) if text == "..."));
        let long = speak(&"word ".repeat(1_000), &voice("en-us", 1.0), &mut run);
        assert!(matches!(long, Err(EspeakError::TooLong(5_000))));
        let fails = |kind| speak("Hi.", &voice("en-us", 1.0), &mut move |_, _| Err(io::Error::from(kind)));
        assert!(matches!(fails(io::ErrorKind::NotFound), Err(EspeakError::NotInstalled)));
        assert!(matches!(fails(io::ErrorKind::Interrupted), Err(EspeakError::Io(_))));
        let gives =
            |stdout: &[u8]| Ok(Output { status: ExitStatus::default(), stdout: stdout.to_vec(), stderr: Vec::new() });
        for bytes in [&b""[..], b"RIFF", &[0; 100], &[0xff; 44]] {
            let mut run = |command: Command, input: &[u8]| match input {
                b"" => run(command, input),
                _ => gives(bytes),
            };
            let garbage = speak("Hi.", &voice("en-us", 1.0), &mut run);
            assert!(matches!(garbage, Err(EspeakError::BadSound(_))), "{bytes:?}");
        }
    }

    #[test]
    fn what_it_says_when_it_fails_is_kept_without_control_characters() {
        let mut fail = |command: Command, input: &[u8]| match command.get_args().any(|a| a == "--stdin") {
            true => run(
                {
                    let mut sh = Command::new("sh");
                    sh.args(["-c", "cat > /dev/null; printf 'bad\\033[31m\\n' >&2; exit 3"]);
                    sh
                },
                input,
            ),
            false => run(command, input),
        };
        match speak("Hi.", &voice("en-us", 1.0), &mut fail) {
            Err(EspeakError::Failed { status, stderr }) => {
                assert_eq!((status.code(), &stderr[..]), (Some(3), "bad [31m"))
            }
            other => panic!("{:?}", other.map(|s| s.words)),
        }
    }
}
