//! Frames: a pure function of (view, frame number) → Y'CbCr pixels. Opens no file, starts no process, and knows nothing
//! of the film around a scene.

mod backdrop;
mod camera;
mod canvas;
pub mod captions;
mod cards;
mod chart;
mod code;
mod colour;
mod compositor;
mod decor;
mod ease;
mod emblem;
mod fit;
mod fonts;
mod frame;
#[cfg(test)]
mod fuzz;
mod going;
mod gradient;
mod headed;
mod headline;
mod hue;
mod layer;
mod over;
mod paint;
mod pane;
mod picture;
mod posed;
mod posture;
mod script;
mod sheet;
mod stamp;
#[cfg(test)]
mod tests;
mod text;
mod tile;
pub mod transition;
mod turned;
mod view;

pub use camera::Shot;
pub use canvas::Canvas;
pub use chart::Chart;
pub use code::{Class, Code, LANGUAGES, Line, Lit, Span, spans};
pub use compositor::{Assets, ComposeError, Compositor};
pub use emblem::{Emblem, EmblemRoom};
pub use fit::{Fitted, fitted};
pub use fonts::{FAMILIES, fonts_fingerprint, missing_glyphs};
pub use frame::Frame;
pub use going::leaving_frames;
pub use headline::headline;
pub use over::{BANDS, Clear, Levels, Mark, Marks, Over, Voice, Waveform, mark_frames};
pub use pane::{Around, Inset, Pane, Plate, Reel, Spot};
pub use picture::{Picture, PictureError, PictureLimits};
pub use sheet::{Cell, sheet};
pub use stamp::Stamp;
pub use tile::Area;
pub use view::{
    Captions, Counter, Framed, Item, Logo, Lower, Media, Page, Row, Screen, Show, Stated, View, Word, entrance_frames,
};
