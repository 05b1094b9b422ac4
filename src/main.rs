//! Maps the command's end to an exit code; all else is in `t2v::cli`.

use std::process::ExitCode;

fn main() -> ExitCode {
    t2v::cli::run().into()
}
