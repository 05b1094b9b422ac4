//! Tests of the library and of the program as a user runs it. They are one binary, so that the crate is linked once for all of them.
//!
//! What needs processes, signals or networks of its own is in `tests/trust/` and `tests/hosts/`.

mod agent;
mod cache;
mod common;
mod diff;
mod film;
mod golden;
mod graph;
mod hostile;
mod layers;
mod log;
mod map;
mod mp4;
mod plan;
mod report;
mod script;
mod signs;
mod spec_errors;
mod why;
