//! The programs steps use: where they are, which version, and what of them shapes bytes. Knows nothing of steps.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde::{Deserialize, Serialize};

use crate::cache::{Cache, CacheError, Identity};
use crate::digest::Digest;
use crate::process::{self, Cancel};
use crate::render;
use crate::voice::{english, neural};

use super::pictures::Pictures;
use super::voices::Voices;

/// The oldest ffmpeg whose MP4 has no edit list when told so, and negative composition offsets.
const OLDEST_FFMPEG: (u32, u32) = (5, 0);
/// What a program may print of itself.
const PRINTED: u64 = 1 << 20;

/// Something that shapes bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Encodes, decodes, muxes.
    Ffmpeg,
    /// Tells what is in a media file.
    Ffprobe,
    /// Speaks.
    Espeak,
    /// The bundled fonts.
    Fonts,
    /// The bundled neural voice.
    Voice,
}

impl Tool {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Ffmpeg, Self::Ffprobe, Self::Espeak, Self::Fonts, Self::Voice];

    /// Its name in keys and messages.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ffmpeg => "ffmpeg",
            Self::Ffprobe => "ffprobe",
            Self::Espeak => "espeak-ng",
            Self::Fonts => "fonts",
            Self::Voice => "voice",
        }
    }

    /// The command that installs it on Debian and its kin.
    const fn install(self) -> &'static str {
        match self {
            Self::Ffmpeg | Self::Ffprobe => "apt-get install ffmpeg",
            Self::Espeak => "apt-get install espeak-ng",
            Self::Fonts | Self::Voice => "",
        }
    }
}

/// What is wrong with a tool.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ToolError {
    /// It is nowhere on the PATH.
    #[error("{} is not installed", .0.name())]
    NotFound(Tool),
    /// It does not run.
    #[error("{} does not run: {why}", tool.name())]
    Broken {
        /// Which.
        tool: Tool,
        /// What it said.
        why: String,
    },
    /// It is too old.
    #[error("{} {found} is too old; {}.{} or newer is needed", tool.name(), oldest.0, oldest.1)]
    TooOld {
        /// Which.
        tool: Tool,
        /// Its version.
        found: String,
        /// The oldest that works.
        oldest: (u32, u32),
    },
    /// It lacks a part.
    #[error("this {} was built without {part}", tool.name())]
    Lacks {
        /// Which.
        tool: Tool,
        /// The part, such as `libx264`.
        part: &'static str,
    },
}

impl ToolError {
    /// The way out.
    pub fn help(&self) -> String {
        let (Self::NotFound(tool) | Self::Broken { tool, .. } | Self::TooOld { tool, .. } | Self::Lacks { tool, .. }) =
            self;
        format!("install it with `{}`, or see `t2v doctor`", tool.install())
    }
}

/// A program that was found and asked.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Program {
    path: PathBuf,
    about: About,
}

/// What a program says of itself; kept in the cache, so that it is asked only when it changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct About {
    /// The files that make the program up, as they were when it was asked.
    files: Vec<(PathBuf, Identity)>,
    version: String,
    fingerprint: String,
    lacks_x264: bool,
}

/// All tools of this machine, and what steps share in memory.
pub struct Workshop {
    ffmpeg: Result<Program, ToolError>,
    ffprobe: Result<Program, ToolError>,
    espeak: Result<Program, ToolError>,
    fonts: String,
    voice: OnceLock<String>,
    /// Decoded pictures, shared by the steps that show them.
    pub pictures: Pictures,
    /// Voices that are not in the program, shared by the steps that speak with them.
    pub voices: Voices,
}

impl Workshop {
    /// Finds every tool. One that is missing is an error only for the steps that need it.
    ///
    /// # Errors
    /// Where the cache can't be read or written.
    pub fn open(cache: &Cache) -> Result<Self, CacheError> {
        Ok(Self {
            ffmpeg: find(Tool::Ffmpeg, cache)?.and_then(check_ffmpeg),
            ffprobe: find(Tool::Ffprobe, cache)?,
            espeak: find(Tool::Espeak, cache)?,
            fonts: render::fonts_fingerprint().to_owned(),
            voice: OnceLock::new(),
            pictures: Pictures::default(),
            voices: Voices::default(),
        })
    }

    /// Whether the tool can be used.
    pub fn check(&self, tool: Tool) -> Result<(), ToolError> {
        match tool {
            Tool::Fonts | Tool::Voice => Ok(()),
            tool => self.program(tool).map(drop),
        }
    }

    /// A command that runs the tool.
    pub fn command(&self, tool: Tool) -> Result<Command, ToolError> {
        Ok(Command::new(&self.program(tool)?.path))
    }

    /// What of the tool shapes bytes; empty for one that is missing.
    pub fn fingerprint(&self, tool: Tool) -> &str {
        match tool {
            Tool::Fonts => &self.fonts,
            Tool::Voice => self.voice.get_or_init(voice_fingerprint),
            tool => self.program(tool).map_or("", |program| &program.about.fingerprint),
        }
    }

    /// The tool's version and place, for people.
    pub fn describe(&self, tool: Tool) -> Result<String, ToolError> {
        match tool {
            Tool::Fonts | Tool::Voice => Ok("bundled".to_owned()),
            tool => self.program(tool).map(|p| format!("{} ({})", p.about.version, p.path.display())),
        }
    }

    fn program(&self, tool: Tool) -> Result<&Program, ToolError> {
        match tool {
            Tool::Ffmpeg => self.ffmpeg.as_ref(),
            Tool::Ffprobe => self.ffprobe.as_ref(),
            Tool::Espeak => self.espeak.as_ref(),
            Tool::Fonts | Tool::Voice => return Err(ToolError::NotFound(tool)),
        }
        .map_err(Clone::clone)
    }
}

/// Of network, lexicons and rules.
fn voice_fingerprint() -> String {
    format!("{} {} {}", neural::fingerprint(), english::VERSION, english::fingerprint())
}

fn find(tool: Tool, cache: &Cache) -> Result<Result<Program, ToolError>, CacheError> {
    let Some(path) = on_path(tool.name()) else { return Ok(Err(ToolError::NotFound(tool))) };
    let note = format!("tool {}", path.display());
    let known = cache.note(&note)?.and_then(|text| serde_json::from_str::<About>(&text).ok());
    if let Some(about) = known.filter(|about| about.files.iter().all(|(path, then)| same(path, then))) {
        return Ok(Ok(Program { path, about }));
    }
    Ok(match ask(tool, &path) {
        Ok(about) => {
            cache.put_note(&note, &serde_json::to_string(&about).expect("plain data"))?;
            Ok(Program { path, about })
        }
        Err(why) => Err(ToolError::Broken { tool, why }),
    })
}

fn on_path(name: &str) -> Option<PathBuf> {
    let paths = std::env::var_os("PATH")?;
    let candidates = std::env::split_paths(&paths).filter(|dir| dir.is_absolute()).map(|dir| dir.join(name));
    candidates.into_iter().find(|path| is_program(path))
}

fn is_program(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    fs::metadata(path).is_ok_and(|m| m.is_file() && m.permissions().mode() & 0o111 != 0)
}

fn same(path: &Path, then: &Identity) -> bool {
    Identity::of(path).is_ok_and(|now| now == *then)
}

fn ask(tool: Tool, path: &Path) -> Result<About, String> {
    let argument = if tool == Tool::Espeak { "--version" } else { "-version" };
    let said = print(Command::new(path).arg(argument).env_remove("ESPEAK_DATA_PATH"))?;
    let data = espeak_data(&said);
    let lacks_x264 = tool == Tool::Ffmpeg && !said.contains("--enable-libx264");
    let files = parts(path)
        .into_iter()
        .chain(data.iter().cloned())
        .filter_map(|path| Some((path.clone(), Identity::of(&path).ok()?)))
        .collect();
    // Where espeak-ng keeps its data says nothing of what is in it.
    let mut shapes = said.split("Data at:").next().unwrap_or_default().trim().to_owned();
    if tool == Tool::Ffmpeg && !lacks_x264 {
        shapes.push_str(&encoder_build(path)?);
    }
    for file in &data {
        shapes.push_str(&Digest::of(&fs::read(file).map_err(|e| e.to_string())?).to_string());
    }
    Ok(About { files, version: version(&said), fingerprint: Digest::of(shapes.as_bytes()).to_string(), lacks_x264 })
}

/// The files in the folder that espeak-ng says its data lie in: phonemes and dictionaries, which shape what it says.
fn espeak_data(said: &str) -> Vec<PathBuf> {
    let folder = said.split("Data at:").nth(1).and_then(|rest| rest.lines().next()).map(str::trim);
    let entries = folder.map(fs::read_dir).into_iter().flatten().flatten().flatten();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| path.is_file()).collect();
    files.sort();
    files
}

/// x264 writes its build and its settings into the stream, and `-version` does not tell them: encode one frame and look.
fn encoder_build(ffmpeg: &Path) -> Result<String, String> {
    let mut command = Command::new(ffmpeg);
    command.args(["-v", "error", "-f", "lavfi", "-i", "color=s=16x16:d=0.04", "-frames:v", "1", "-c:v", "libx264"]);
    let stream = print(command.args(["-threads", "1", "-f", "h264", "pipe:1"]))?;
    let settings = stream.split("x264 - core").nth(1).and_then(|rest| rest.split('\0').next());
    Ok(settings.unwrap_or_default().chars().take_while(|c| !c.is_control()).collect())
}

fn print(command: &mut Command) -> Result<String, String> {
    let program = std::mem::replace(command, Command::new(""));
    let output = process::run(program, b"", PRINTED, &Cancel::default()).map_err(|e| e.to_string())?;
    if !output.status.success() {
        return Err(format!("{}: {}", output.status, String::from_utf8_lossy(&output.stderr).trim()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The program and the libraries that it loads, as far as the system tells: a new libx264 is a new encoder.
fn parts(path: &Path) -> Vec<PathBuf> {
    let listed = print(Command::new("ldd").arg(path)).unwrap_or_default();
    let shaping = |name: &&str| ["libav", "libsw", "libx264", "libespeak"].iter().any(|part| name.contains(part));
    let libraries = listed.lines().filter_map(|line| line.split(" => ").nth(1)?.split(' ').next()).filter(shaping);
    std::iter::once(path.to_owned()).chain(libraries.map(PathBuf::from)).collect()
}

/// `ffmpeg version 5.1.9-0+deb12u1 Copyright…`, `eSpeak NG text-to-speech: 1.51  Data at…`
fn version(said: &str) -> String {
    let line = said.lines().next().unwrap_or_default();
    let mut words = line.split_whitespace();
    words
        .find(|word| word.trim_start_matches(['n', 'v']).starts_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(line)
        .to_owned()
}

fn check_ffmpeg(program: Program) -> Result<Program, ToolError> {
    let tool = Tool::Ffmpeg;
    let mut numbers = program.about.version.trim_start_matches('n').split(|c: char| !c.is_ascii_digit());
    let mut number = || numbers.next().and_then(|n| n.parse::<u32>().ok());
    let found = (number(), number());
    // A build from git says `N-109…` or a date: it is taken to be new.
    if let (Some(major @ ..1000), minor) = found
        && (major, minor.unwrap_or(0)) < OLDEST_FFMPEG
    {
        return Err(ToolError::TooOld { tool, found: program.about.version, oldest: OLDEST_FFMPEG });
    }
    if program.about.lacks_x264 {
        return Err(ToolError::Lacks { tool, part: "libx264" });
    }
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program(version: &str) -> Program {
        let about = About { files: vec![], version: version.into(), fingerprint: String::new(), lacks_x264: false };
        Program { path: "ffmpeg".into(), about }
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
    fn tools_are_asked_once() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(dir.path()).unwrap();
        let first = Workshop::open(&cache).unwrap();
        assert!(first.fingerprint(Tool::Ffmpeg).len() == 64);
        assert_eq!(first.fingerprint(Tool::Ffmpeg), Workshop::open(&cache).unwrap().fingerprint(Tool::Ffmpeg));
    }
}
