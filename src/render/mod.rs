//! Frames: a pure function of (view, frame number) → Y'CbCr pixels. Opens no file, starts no process, and knows nothing
//! of the film around a scene.

mod colour;
mod frame;
pub mod transition;
mod view;

pub use frame::Frame;
pub use view::{Captions, Item, Logo, Page, Show, View, Word};
