//! Maps the command's result to an exit code; all else is in `t2v::cli`.

fn main() {}
