//! ffmpeg as a child process: it opens only the files that it is given and prints only errors.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{ChildStdin, Stdio};

use ffmpeg_sidecar::command::FfmpegCommand;

use crate::process::{self, ChildProcess};

use super::context::Context;
use super::step_error::StepError;
use super::tool::Tool;

/// An ffmpeg command without inputs or outputs yet.
pub fn command(context: &Context) -> Result<FfmpegCommand, StepError> {
    let mut command = FfmpegCommand::from(context.workshop.command(Tool::Ffmpeg)?);
    command.hide_banner().args(["-nostdin", "-v", "error", "-threads", "1", "-filter_threads", "1"]);
    command.as_inner_mut().stdin(Stdio::null()).stdout(Stdio::null());
    Ok(command)
}

/// Options before every input: its demuxer, and no protocol but files and pipes.
pub fn guarded(format: &str) -> [&str; 4] {
    ["-protocol_whitelist", "file,pipe", "-f", format]
}

/// A path as an address of the `file:` protocol, so that nothing in it is taken for another protocol.
pub fn address(path: &Path) -> std::ffi::OsString {
    let mut address = std::ffi::OsString::from("file:");
    address.push(path);
    address
}

/// Runs a command without input to its end.
pub fn run(mut command: FfmpegCommand, doing: &'static str, context: &Context) -> Result<(), StepError> {
    finish(process::spawn(command.as_inner_mut(), context.cancel)?, doing)
}

/// Runs a command to its end, with what `feed` writes as its standard input.
pub fn run_fed(
    mut command: FfmpegCommand,
    doing: &'static str,
    context: &Context,
    feed: impl FnOnce(&mut BufWriter<ChildStdin>) -> Result<(), StepError>,
) -> Result<(), StepError> {
    let mut running = process::spawn(command.as_inner_mut().stdin(Stdio::piped()), context.cancel)?;
    let stdin = running.stdin().expect("it was asked for");
    enlarge_pipe(&stdin);
    let mut pipe = BufWriter::with_capacity(64 << 10, stdin);
    let fed = feed(&mut pipe).and_then(|()| Ok(pipe.flush()?));
    drop(pipe);
    let finished = finish(running, doing);
    match (fed, finished) {
        // The pipe broke because ffmpeg failed; its error is the cause.
        (Err(StepError::Io(_)), Err(why)) => Err(why),
        (fed, finished) => fed.and(finished),
    }
}

/// Enlarges the buffer of a pipe, for fewer switches between the processes. An error only costs speed.
pub fn enlarge_pipe(pipe: &impl std::os::fd::AsFd) {
    let _ = nix::fcntl::fcntl(pipe.as_fd(), nix::fcntl::FcntlArg::F_SETPIPE_SZ(1 << 20));
}

/// Waits for the end; a failure becomes an error with what ffmpeg printed.
pub fn finish(running: ChildProcess, doing: &'static str) -> Result<(), StepError> {
    let ended = running.finish()?;
    if ended.status.success() {
        return Ok(());
    }
    Err(StepError::Tool { doing, program: "ffmpeg", status: ended.status, log: ended.log })
}
