//! t2v: make for narrated video. The rooms of the house are listed in `docs/architecture.md`.

pub mod diag;
pub mod sound;
pub mod spec {
    //! stub
    pub mod model;
}
pub mod units;
pub mod voice;
