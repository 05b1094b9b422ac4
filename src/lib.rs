//! t2v: make for narrated video. The rooms of the house are listed in `docs/architecture.md`.

pub mod action;
pub mod cache;
pub mod dag;
pub mod diag;
pub mod digest;
pub mod event;
pub mod render;
pub mod sound;
pub mod spec;
pub mod units;
pub mod voice;
pub mod work;
