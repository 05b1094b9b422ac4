//! t2v: make for narrated video. The rooms of the house are listed in `docs/architecture.md`.

pub mod action;
pub mod cache;
pub mod cli;
pub mod dag;
pub mod diag;
pub mod digest;
pub mod engine;
pub mod event;
pub mod mp4;
pub mod plan;
pub mod process;
pub mod remote;
pub mod render;
pub mod report;
pub mod sound;
pub mod spec;
pub mod steps;
pub mod units;
pub mod voice;
pub mod work;
