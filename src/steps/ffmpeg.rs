//! ffmpeg as a child: opens only what it is given, says only what went wrong. Knows nothing of what is made with it.

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{ChildStdin, Stdio};

use ffmpeg_sidecar::command::FfmpegCommand;

use super::{Context, StepError, Tool};
use crate::process::{self, Running};

/// An ffmpeg command without inputs or outputs yet.
pub fn command(context: &Context) -> Result<FfmpegCommand, StepError> {
    let mut command = FfmpegCommand::from(context.workshop.command(Tool::Ffmpeg)?);
    command.hide_banner().args(["-nostdin", "-v", "error", "-threads", "1", "-filter_threads", "1"]);
    command.as_inner_mut().stdin(Stdio::null()).stdout(Stdio::null());
    Ok(command)
}

/// Options that go before every input: which demuxer, and no protocol but plain files.
pub fn guarded(format: &str) -> [&str; 4] {
    ["-protocol_whitelist", "file,pipe", "-f", format]
}

/// A path as ffmpeg's `file:` address, so that nothing in it is taken for another protocol.
pub fn address(path: &Path) -> std::ffi::OsString {
    let mut address = std::ffi::OsString::from("file:");
    address.push(path);
    address
}

/// Runs a command that needs nothing from us, to its end.
pub fn run(mut command: FfmpegCommand, doing: &'static str, context: &Context) -> Result<(), StepError> {
    finish(process::spawn(command.as_inner_mut(), context.cancel)?, doing)
}

/// Runs a command whose standard input `feed` writes.
pub fn run_fed(
    mut command: FfmpegCommand,
    doing: &'static str,
    context: &Context,
    feed: impl FnOnce(&mut BufWriter<ChildStdin>) -> Result<(), StepError>,
) -> Result<(), StepError> {
    let mut running = process::spawn(command.as_inner_mut().stdin(Stdio::piped()), context.cancel)?;
    let stdin = running.stdin().expect("it was asked for");
    enlarge(&stdin);
    let mut pipe = BufWriter::with_capacity(64 << 10, stdin);
    let fed = feed(&mut pipe).and_then(|()| Ok(pipe.flush()?));
    drop(pipe);
    let finished = finish(running, doing);
    match (fed, finished) {
        // When ffmpeg gave up, that is why our pipe broke.
        (Err(StepError::Io(_)), Err(why)) => Err(why),
        (fed, finished) => fed.and(finished),
    }
}

/// Fewer switches between the processes; a refusal only costs speed.
pub fn enlarge(pipe: &impl std::os::fd::AsFd) {
    let _ = nix::fcntl::fcntl(pipe.as_fd(), nix::fcntl::FcntlArg::F_SETPIPE_SZ(1 << 20));
}

/// Waits for the end, and turns a bad one into an error with what was printed.
pub fn finish(running: Running, doing: &'static str) -> Result<(), StepError> {
    let ended = running.finish()?;
    if ended.status.success() {
        return Ok(());
    }
    Err(StepError::Tool { doing, program: "ffmpeg", status: ended.status, log: ended.log })
}
