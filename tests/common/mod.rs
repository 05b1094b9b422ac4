//! A project folder and the real program, run in an environment of nothing but a PATH.

// Each test file uses its own part of this.
#![allow(dead_code)]

pub mod hosts;
pub mod media;

use std::fs;
use std::io::Read;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use nix::pty::{Winsize, openpty};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Ends a test that hangs; what tests wait for happens long before.
pub const HANG_TIMEOUT: Duration = Duration::from_secs(120);

/// Waits until the condition called `what` holds. Returns how long that took.
#[track_caller]
pub fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) -> Duration {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < HANG_TIMEOUT, "after {HANG_TIMEOUT:?} still not: {what}");
        thread::sleep(Duration::from_millis(2));
    }
    start.elapsed()
}

/// A project in a folder of its own, with a cache of its own.
pub struct Project {
    dir: tempfile::TempDir,
}

/// A film of one scene whose frames hang on its speech, and one that is known at once.
pub const TWO_SCENES: &str = r##"
output: { size: 160x90, quality: draft }
scenes:
  - { id: one, say: "We begin here.", show: { colour: "#204060" } }
  - { id: two, length: 1s, show: { colour: "#a05020" }, transition: cut }
"##;

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

    /// Replaces text in the spec, and builds. Gives the sorted names of the steps that ran.
    pub fn rebuild(&self, from: &str, to: &str) -> Vec<String> {
        self.edit(from, to);
        self.build(&[])
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

    /// Runs the program on a terminal of 40 lines of 100 columns that shows colours. What appears there is in [`Run::stdout`].
    pub fn run_on_terminal(&self, arguments: &[&str]) -> Run {
        let size = Winsize { ws_row: 40, ws_col: 100, ws_xpixel: 0, ws_ypixel: 0 };
        let terminal = openpty(Some(&size), None).unwrap();
        let mut command = self.command(arguments);
        command.env("TERM", "xterm").stdin(Stdio::null());
        command.stdout(terminal.slave.try_clone().unwrap()).stderr(terminal.slave);
        let mut child = command.spawn().unwrap();
        // The command holds the terminal open.
        drop(command);
        let stdout = read_terminal(terminal.master.into()).replace("\r\n", "\n");
        Run { code: child.wait().unwrap().code(), stdout, stderr: String::new() }
    }

    /// Starts the program in a process group of its own; what it prints goes to the files `stdout` and `stderr` in the project.
    pub fn spawn(&self, arguments: &[&str]) -> Running {
        self.spawn_command(self.command(arguments))
    }

    pub fn spawn_command(&self, mut command: Command) -> Running {
        let [stdout, stderr] = ["stdout", "stderr"].map(|name| self.path(name));
        command.stdout(fs::File::create(&stdout).unwrap()).stderr(fs::File::create(&stderr).unwrap());
        Running { child: command.stdin(Stdio::null()).process_group(0).spawn().unwrap(), stdout, stderr }
    }

    /// `t2v cache verify` finds everything as it was written.
    #[track_caller]
    pub fn verify(&self) {
        let run = self.run(&["cache", "verify"]);
        let is_fine = ["all as it was written", "there is no cache"].iter().any(|fine| run.stdout.contains(fine));
        assert!(run.code == Some(0) && is_fine, "{run:#?}");
    }

    /// The ids of all processes that run in the environment of [`Project::command`]: the program itself, and all it has started.
    pub fn processes(&self) -> Vec<i32> {
        let home = format!("HOME={}\0", self.dir.path().display()).into_bytes();
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let ids = entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
        let ours = |id: &i32| {
            let environment = fs::read(format!("/proc/{id}/environ")).unwrap_or_default();
            environment.windows(home.len()).any(|part| part == home)
        };
        ids.filter(ours).collect()
    }

    /// The blobs in the project's cache, sorted by name.
    pub fn blobs(&self) -> Vec<PathBuf> {
        let folders = fs::read_dir(self.path(".t2v/cache/v3/blobs")).unwrap().flatten();
        let mut blobs: Vec<PathBuf> =
            folders.flat_map(|folder| fs::read_dir(folder.path()).unwrap()).map(|blob| blob.unwrap().path()).collect();
        blobs.sort();
        blobs
    }

    /// Makes `name` a script, and gives the PATH with which it is found first.
    pub fn with_program(&self, name: &str, script: &str) -> String {
        let bin = self.path("bin");
        fs::create_dir_all(&bin).unwrap();
        fs::write(bin.join(name), script).unwrap();
        fs::set_permissions(bin.join(name), fs::Permissions::from_mode(0o755)).unwrap();
        format!("{}:{}", bin.display(), std::env::var("PATH").unwrap())
    }

    /// Builds, and gives the sorted names of the steps that ran.
    pub fn build(&self, arguments: &[&str]) -> Vec<String> {
        self.run(&[&["build"], arguments].concat()).ok().ran()
    }
}

/// All that is written to a terminal until no process has it open; then reading fails with `EIO`.
fn read_terminal(mut master: fs::File) -> String {
    let mut shown = Vec::new();
    let _ = master.read_to_end(&mut shown);
    String::from_utf8_lossy(&shown).into_owned()
}

/// The program while it runs. Killed when dropped.
pub struct Running {
    child: Child,
    stdout: PathBuf,
    stderr: PathBuf,
}

impl Running {
    pub fn id(&self) -> i32 {
        self.child.id() as i32
    }

    pub fn signal(&self, signal: Signal) {
        let _ = kill(Pid::from_raw(self.id()), signal);
    }

    /// What it has printed so far.
    pub fn stdout(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.stdout).unwrap()).into_owned()
    }

    pub fn stderr(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.stderr).unwrap()).into_owned()
    }

    pub fn is_over(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    /// Waits for its end.
    pub fn end(&mut self) -> Run {
        let code = self.child.wait().unwrap().code();
        Run { code, stdout: self.stdout(), stderr: self.stderr() }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
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
