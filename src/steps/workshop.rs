//! The tools of this machine with their fingerprints, and the pictures and voices that steps share in memory.

use std::process::Command;
use std::sync::OnceLock;

use crate::cache::{Cache, CacheError};
use crate::render;
use crate::voice::{english, neural};

use super::pictures::PictureCache;
use super::tool::{Tool, ToolError};
use super::tool_report::{ToolProgram, ask_and_note, find_program};
use super::voices::VoiceCache;

/// One program of this machine.
struct InstalledTool {
    tool: Tool,
    /// What is known of it from its files.
    found: Result<ToolProgram, ToolError>,
    /// What it says itself, if it is a script.
    confirmed: OnceLock<Result<ToolProgram, ToolError>>,
}

impl InstalledTool {
    fn find(tool: Tool, cache: &Cache) -> Result<Self, CacheError> {
        Ok(Self { tool, found: find_program(tool, cache)?, confirmed: OnceLock::new() })
    }

    fn program(&self) -> Result<&ToolProgram, ToolError> {
        self.confirmed.get().unwrap_or(&self.found).as_ref().map_err(Clone::clone)
    }

    /// Asks a script again what it runs.
    fn confirm(&self, cache: &Cache) -> Result<(), CacheError> {
        let script = self.found.as_ref().ok().filter(|program| program.report.is_script);
        if let Some(program) = script
            && self.confirmed.get().is_none()
        {
            let asked = ask_and_note(self.tool, &program.path, cache)?;
            self.confirmed.get_or_init(|| asked);
        }
        Ok(())
    }
}

/// The tools of this machine, and what steps share in memory.
pub struct Workshop {
    ffmpeg: InstalledTool,
    ffprobe: InstalledTool,
    espeak: InstalledTool,
    fonts: String,
    voice: OnceLock<String>,
    /// Decoded pictures, shared by the steps that show them.
    pub pictures: PictureCache,
    /// Voices that are not in the program, shared by the steps that speak with them.
    pub voices: VoiceCache,
}

impl Workshop {
    /// Finds every tool. One that is missing is an error only for the steps that need it.
    ///
    /// # Errors
    /// Where the cache can't be read or written.
    pub fn open(cache: &Cache) -> Result<Self, CacheError> {
        let workshop = Self::open_unconfirmed(cache)?;
        workshop.confirm(cache)?;
        Ok(workshop)
    }

    /// As [`Workshop::open`], but starts no program that was asked before, as long as its files are the same.
    ///
    /// # Errors
    /// Where the cache can't be read or written.
    pub fn open_unconfirmed(cache: &Cache) -> Result<Self, CacheError> {
        Ok(Self {
            ffmpeg: InstalledTool::find(Tool::Ffmpeg, cache)?,
            ffprobe: InstalledTool::find(Tool::Ffprobe, cache)?,
            espeak: InstalledTool::find(Tool::Espeak, cache)?,
            fonts: render::fonts_fingerprint().to_owned(),
            voice: OnceLock::new(),
            pictures: PictureCache::default(),
            voices: VoiceCache::default(),
        })
    }

    /// Asks the tools that are scripts once more: what a wrapper runs may have changed while the wrapper did not. Must be called before
    /// anything is run under a key that names a tool.
    ///
    /// # Errors
    /// Where the cache can't be read or written.
    pub fn confirm(&self, cache: &Cache) -> Result<(), CacheError> {
        [&self.ffmpeg, &self.ffprobe, &self.espeak].into_iter().try_for_each(|installed| installed.confirm(cache))
    }

    /// Whether the tool can be used.
    ///
    /// # Errors
    /// Where it is missing, broken or too old.
    pub fn check(&self, tool: Tool) -> Result<(), ToolError> {
        match tool {
            Tool::Fonts | Tool::Voice => Ok(()),
            tool => self.program(tool).map(drop),
        }
    }

    /// A command that runs the tool.
    ///
    /// # Errors
    /// Where the tool can't be used, or is no program.
    pub fn command(&self, tool: Tool) -> Result<Command, ToolError> {
        Ok(Command::new(&self.program(tool)?.path))
    }

    /// The digest of what in the tool shapes bytes; empty for a tool that is missing.
    pub fn fingerprint(&self, tool: Tool) -> &str {
        match tool {
            Tool::Fonts => &self.fonts,
            Tool::Voice => self.voice.get_or_init(voice_fingerprint),
            tool => self.program(tool).map_or("", |program| &program.report.fingerprint),
        }
    }

    /// The tool's version and path, to be shown.
    ///
    /// # Errors
    /// Where the tool can't be used.
    pub fn describe(&self, tool: Tool) -> Result<String, ToolError> {
        match tool {
            Tool::Fonts | Tool::Voice => Ok("bundled".to_owned()),
            tool => self.program(tool).map(|p| format!("{} ({})", p.report.version, p.path.display())),
        }
    }

    fn program(&self, tool: Tool) -> Result<&ToolProgram, ToolError> {
        match tool {
            Tool::Ffmpeg => self.ffmpeg.program(),
            Tool::Ffprobe => self.ffprobe.program(),
            Tool::Espeak => self.espeak.program(),
            Tool::Fonts | Tool::Voice => Err(ToolError::NotFound(tool)),
        }
    }
}

/// The fingerprint of the bundled voice: of its network, lexicons and rules.
fn voice_fingerprint() -> String {
    format!("{} {} {}", neural::fingerprint(), english::VERSION, english::fingerprint())
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;

    /// Writes an executable shell script.
    fn write_script(path: &Path, text: &str) {
        use std::os::unix::fs::PermissionsExt;
        fs::write(path, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }

    #[test]
    fn a_wrapper_is_asked_again_though_it_did_not_change() {
        let dir = tempfile::tempdir().unwrap();
        let cache = Cache::open(&dir.path().join("cache")).unwrap();
        let (wrapper, real) = (dir.path().join("ffprobe"), dir.path().join("real"));
        let link = dir.path().join("current");
        write_script(&real, "echo ffprobe version 6.0");
        std::os::unix::fs::symlink(&real, &link).unwrap();
        write_script(&wrapper, &format!("exec {} \"$@\"", link.display()));
        let program = ask_and_note(Tool::Ffprobe, &wrapper, &cache).unwrap().unwrap();
        assert!(program.report.is_script && program.report.is_current());
        assert!(program.report.files.contains_key(&link), "{:?}", program.report.files);
        let installed = InstalledTool { tool: Tool::Ffprobe, found: Ok(program.clone()), confirmed: OnceLock::new() };
        let other = dir.path().join("other");
        write_script(&other, "echo ffprobe version 7.0");
        fs::remove_file(&link).unwrap();
        std::os::unix::fs::symlink(&other, &link).unwrap();
        assert!(!program.report.is_current(), "the link that it names points elsewhere");
        installed.confirm(&cache).unwrap();
        let now = &installed.program().unwrap().report;
        assert_eq!((now.version.as_str(), now.fingerprint != program.report.fingerprint), ("7.0", true));
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
