//! A project folder and the real program, run in an environment of nothing but a PATH.

// Each test file uses its own part of this.
#![allow(dead_code)]

pub mod media;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// A project in a folder of its own, with a cache of its own.
pub struct Project {
    dir: tempfile::TempDir,
}

/// What one run of the program left.
#[derive(Debug)]
#[must_use]
pub struct Run {
    pub code: Option<i32>,
    pub stdout: String,
    pub stderr: String,
}

impl Project {
    /// A project with this `video.yaml`.
    pub fn new(spec: &str) -> Self {
        let project = Self { dir: tempfile::tempdir().unwrap() };
        project.write("video.yaml", spec);
        project
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub fn root(&self) -> &Path {
        self.dir.path()
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        fs::write(self.path(name), bytes).unwrap();
    }

    /// Replaces text in the spec; it must be there.
    pub fn edit(&self, from: &str, to: &str) {
        let spec = fs::read_to_string(self.path("video.yaml")).unwrap();
        assert!(spec.contains(from), "the spec has no `{from}`");
        self.write("video.yaml", spec.replace(from, to));
    }

    /// A picture of one colour.
    pub fn picture(&self, name: &str, size: (u32, u32), colour: [u8; 3]) {
        image::RgbImage::from_pixel(size.0, size.1, image::Rgb(colour)).save(self.path(name)).unwrap();
    }

    /// The program with these arguments, in the project's folder.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_t2v"));
        command.args(arguments).current_dir(self.dir.path()).env_clear();
        command.env("PATH", std::env::var_os("PATH").unwrap()).env("HOME", self.dir.path()).env("LANG", "C.UTF-8");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Run {
        Run::from(self.command(arguments).output().unwrap())
    }

    /// Builds, and gives the sorted names of the steps that ran.
    pub fn build(&self, arguments: &[&str]) -> Vec<String> {
        self.run(&[&["build"], arguments].concat()).ok().ran()
    }
}

impl From<Output> for Run {
    fn from(output: Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        Self { code: output.status.code(), stdout: text(&output.stdout), stderr: text(&output.stderr) }
    }
}

impl Run {
    pub fn ok(self) -> Self {
        assert_eq!(self.code, Some(0), "{self:#?}");
        self
    }

    /// The names in progress lines such as `[3/9] scene:one/speech/1 (0.2 s)`, sorted.
    pub fn ran(&self) -> Vec<String> {
        let name =
            |line: &str| line.strip_prefix('[')?.split_once("] ")?.1.rsplit_once(" (").map(|(name, _)| name.to_owned());
        let mut names: Vec<String> = self.stderr.lines().filter_map(name).collect();
        names.sort();
        names
    }
}
