//! Frames: a pure function of (view, frame number) → Y'CbCr pixels. Opens no file, starts no process, and knows nothing
//! of the film around a scene.

mod camera;
pub mod captions;
mod canvas;
mod colour;
mod fit;
mod frame;
mod picture;
pub mod transition;
mod view;

pub use camera::Shot;
pub use canvas::Canvas;
pub use fit::{Fitted, fitted};
pub use frame::Frame;
pub use picture::{Picture, PictureError, PictureLimits};
pub use view::{Captions, Item, Logo, Page, Show, View, Word};
mod ease;
mod fonts;
mod paint;
mod text;
mod tile;
pub use fonts::{FAMILIES, fonts_fingerprint, missing_glyphs};
