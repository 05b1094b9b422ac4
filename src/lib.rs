//! t2v: make for narrated video. `docs/architecture.md` lists the modules and what each is for.

pub mod action;
pub mod cache;
pub mod cli;
pub mod credentials;
pub mod dag;
pub mod diag;
pub mod digest;
pub mod engine;
pub mod event;
pub mod human;
pub mod mp4;
pub mod plan;
pub mod process;
pub mod provenance;
pub mod remote;
pub mod render;
pub mod report;
pub mod session;
pub mod sound;
pub mod spec;
pub mod steps;
pub mod units;
pub mod voice;
pub mod work;
