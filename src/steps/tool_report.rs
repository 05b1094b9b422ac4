//! What a program of this machine is: its version, and a fingerprint of all in it that shapes bytes. The answers are kept in the cache, so
//! that a program is asked again only when one of its files has changed.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, CacheError, FileIdentity};
use crate::digest::Digest;
use crate::process::{self, CancelToken};

use super::tool::{Tool, ToolError};
use super::tool_files::{MAX_PRINTED_BYTES, espeak_data_files, find_on_path, is_script, program_files};

/// Older versions write an edit list though told not to, and no negative composition offsets: major and minor.
const MIN_FFMPEG_VERSION: (u32, u32) = (5, 0);

/// A program that was found, and what it says about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ToolProgram {
    pub(super) path: PathBuf,
    pub(super) report: ToolReport,
}

/// What a program says about itself. Kept in the cache as JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ToolReport {
    /// The files that make the program up, and those that would if they existed, as they were when it was asked. `None`: no such file.
    pub(super) files: BTreeMap<PathBuf, Option<FileIdentity>>,
    /// The environment variables that the loader of libraries reads.
    loader: String,
    /// A script may run anything, so its files don't say what runs; see [`Workshop::confirm`](super::Workshop::confirm).
    pub(super) is_script: bool,
    pub(super) version: String,
    pub(super) fingerprint: String,
    lacks_x264: bool,
}

/// Finds a tool's program, and asks it what it is unless the cache knows.
pub(super) fn find_program(tool: Tool, cache: &Cache) -> Result<Result<ToolProgram, ToolError>, CacheError> {
    let Some(path) = find_on_path(tool.name()) else { return Ok(Err(ToolError::NotFound(tool))) };
    let known = cache.metadata(&note_name(&path))?.and_then(|text| serde_json::from_str::<ToolReport>(&text).ok());
    if let Some(report) = known.filter(ToolReport::is_current) {
        return Ok(check_usable(tool, ToolProgram { path, report }));
    }
    ask_and_note(tool, &path, cache)
}

/// Asks a program what it is, remembers the answer in the cache, and checks whether the program is good enough.
pub(super) fn ask_and_note(
    tool: Tool,
    path: &Path,
    cache: &Cache,
) -> Result<Result<ToolProgram, ToolError>, CacheError> {
    let report = match ask(tool, path) {
        Ok(report) => report,
        Err(why) => return Ok(Err(ToolError::Broken { tool, why })),
    };
    let text = serde_json::to_string(&report).expect("a report is plain data");
    // Without the note, the program is asked again the next time.
    if !cache.is_read_only() && cache.metadata(&note_name(path))?.as_ref() != Some(&text) {
        cache.set_metadata(&note_name(path), &text)?;
    }
    Ok(check_usable(tool, ToolProgram { path: path.to_owned(), report }))
}

fn note_name(path: &Path) -> String {
    format!("tool-2 {}", path.display())
}

fn check_usable(tool: Tool, program: ToolProgram) -> Result<ToolProgram, ToolError> {
    if tool == Tool::Ffmpeg { check_ffmpeg(program) } else { Ok(program) }
}

impl ToolReport {
    /// Whether the loader would find the same files as when the program was asked.
    pub(super) fn is_current(&self) -> bool {
        self.loader == loader_environment() && self.files.iter().all(|(path, then)| identity(path) == *then)
    }
}

fn identity(path: &Path) -> Option<FileIdentity> {
    FileIdentity::of(path).ok()
}

/// The variables that change which libraries a program loads.
fn loader_environment() -> String {
    let variables = std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("LD_"));
    let mut lines: Vec<String> = variables.map(|(name, value)| format!("{name:?}={value:?}")).collect();
    lines.sort();
    lines.join("\n")
}

fn ask(tool: Tool, path: &Path) -> Result<ToolReport, String> {
    let argument = if tool == Tool::Espeak { "--version" } else { "-version" };
    let mut command = Command::new(path);
    command.arg(argument).env_remove("ESPEAK_DATA_PATH");
    let printed = output_of(command)?;
    let data = espeak_data_files(&printed);
    let lacks_x264 = tool == Tool::Ffmpeg && !printed.contains("--enable-libx264");
    let parts = program_files(path).into_iter().chain(data.iter().cloned());
    let files = parts.map(|path| (path.clone(), identity(&path))).collect();
    // Where espeak-ng keeps its data says nothing of what is in it.
    let mut shapes = printed.split("Data at:").next().unwrap_or_default().trim().to_owned();
    if tool == Tool::Ffmpeg && !lacks_x264 {
        shapes.push_str(&encoder_build(path)?);
    }
    for file in &data {
        shapes.push_str(&Digest::of(&fs::read(file).map_err(|e| e.to_string())?).to_string());
    }
    Ok(ToolReport {
        files,
        loader: loader_environment(),
        is_script: is_script(path),
        version: version(&printed),
        fingerprint: Digest::of(shapes.as_bytes()).to_string(),
        lacks_x264,
    })
}

/// x264's build and settings. It writes them into each stream, while `-version` does not show them: one frame is encoded and searched.
fn encoder_build(ffmpeg: &Path) -> Result<String, String> {
    let mut command = Command::new(ffmpeg);
    command.args(["-v", "error", "-f", "lavfi", "-i", "color=s=16x16:d=0.04", "-frames:v", "1", "-c:v", "libx264"]);
    command.args(["-threads", "1", "-f", "h264", "pipe:1"]);
    let stream = output_of(command)?;
    let settings = stream.split("x264 - core").nth(1).and_then(|rest| rest.split('\0').next());
    Ok(settings.unwrap_or_default().chars().take_while(|c| !c.is_control()).collect())
}

/// What a program prints to its standard output.
fn output_of(command: Command) -> Result<String, String> {
    let output = process::run(command, b"", MAX_PRINTED_BYTES, &CancelToken::default()).map_err(|e| e.to_string())?;
    if !output.status.success() {
        return Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The version in the first line of `ffmpeg version 5.1.9-0+deb12u1 Copyright…` or `eSpeak NG text-to-speech: 1.51  Data at…`; the line
/// itself if no word of it looks like one.
fn version(printed: &str) -> String {
    let line = printed.lines().next().unwrap_or_default();
    line.split_whitespace().find(|word| is_version(word)).unwrap_or(line).to_owned()
}

fn is_version(word: &str) -> bool {
    word.trim_start_matches(['n', 'v']).starts_with(|c: char| c.is_ascii_digit())
}

fn check_ffmpeg(program: ToolProgram) -> Result<ToolProgram, ToolError> {
    let tool = Tool::Ffmpeg;
    // A build from git says `N-109…` or a date: it is taken to be new.
    if let Some(found) = release(&program.report.version)
        && found < MIN_FFMPEG_VERSION
    {
        return Err(ToolError::TooOld { tool, found: program.report.version, oldest: MIN_FFMPEG_VERSION });
    }
    if program.report.lacks_x264 {
        return Err(ToolError::Lacks { tool, part: "libx264" });
    }
    Ok(program)
}

/// Major and minor of a release of ffmpeg; `None` for a build that is named by a date or a revision.
fn release(version: &str) -> Option<(u32, u32)> {
    let mut numbers = version.trim_start_matches('n').split(|c: char| !c.is_ascii_digit()).map(str::parse::<u32>);
    let major = numbers.next()?.ok().filter(|major| *major < 1000)?;
    Some((major, numbers.next().and_then(Result::ok).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(version: &str) -> ToolProgram {
        let report = ToolReport {
            files: BTreeMap::new(),
            loader: String::new(),
            is_script: false,
            version: version.into(),
            fingerprint: String::new(),
            lacks_x264: false,
        };
        ToolProgram { path: "ffmpeg".into(), report }
    }

    #[test]
    fn versions_are_read_and_compared() {
        assert_eq!(version("ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2026"), "5.1.9-0+deb12u1");
        assert_eq!(version("eSpeak NG text-to-speech: 1.51  Data at: /usr"), "1.51");
        for fine in ["5.1.9-0+deb12u1", "n7.1", "8.0", "2026-01-02-git-abc", "N-109000-gabc"] {
            assert!(check_ffmpeg(program(fine)).is_ok(), "{fine}");
        }
        for old in ["4.4.2", "n3.1", "0.8"] {
            assert!(matches!(check_ffmpeg(program(old)), Err(ToolError::TooOld { .. })), "{old}");
        }
    }

    #[test]
    fn a_library_that_comes_to_lie_before_another_is_noticed() {
        let ffmpeg = find_on_path("ffmpeg").unwrap();
        let parts = program_files(&ffmpeg);
        assert!(parts.iter().any(|part| part.to_string_lossy().contains("libx264")), "{parts:?}");
        let mut report = ask(Tool::Ffmpeg, &ffmpeg).unwrap();
        assert!(report.is_current() && !report.is_script);
        let dir = tempfile::tempdir().unwrap();
        let shadow = dir.path().join("libx264.so.999");
        report.files.insert(shadow.clone(), None);
        assert!(report.is_current());
        fs::write(&shadow, "").unwrap();
        assert!(!report.is_current(), "a library that was not there is there");
    }
}
