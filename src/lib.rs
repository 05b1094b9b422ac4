//! t2v: make for narrated video. The rooms of the house are listed in `docs/architecture.md`.

pub mod diag;
pub mod spec;
pub mod units;
