//! What the shell scripts that run on hosts have in common.

/// The folder of everything that t2v keeps on a host, as a word of `sh`.
pub(super) const FOLDER: &str = r#""${XDG_CACHE_HOME:-$HOME/.cache}"/t2v"#;

/// Exit status of a script: the host received other bytes than were sent.
pub(super) const WRONG_BYTES: i32 = 65;
/// Exit status of a script: what was installed does not run on the host.
pub(super) const DOES_NOT_RUN: i32 = 66;
