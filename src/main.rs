//! Maps the end of a command to an exit code; all else is in `t2v::cli`.

use std::process::ExitCode;

/// The engine's threads hand each other many small things, which the C library's allocator is slow at: a quarter of the scheduler's time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    t2v::cli::run().into()
}
