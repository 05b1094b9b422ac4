//! Rendering of frames: a pure function of (view, frame number) → Y'CbCr pixels. It opens no file, starts no process,
//! and sees one scene at a time.

mod backdrop;
mod camera;
mod canvas;
pub mod captions;
mod card_context;
mod card_logo;
mod cards;
mod chart;
mod clip;
mod code;
mod colour;
mod colour_harmony;
mod compose_error;
mod compositor;
mod contact_sheet;
pub mod content;
mod corner_logo;
mod ease;
mod entrance;
mod exit;
mod fit;
mod fonts;
mod frame;
#[cfg(test)]
mod fuzz;
mod gradient;
mod heading;
mod headline;
mod layer;
mod layer_stack;
mod over;
mod paint;
mod pane;
mod picture;
mod pose;
mod rtl_mirror;
mod script;
mod template_layer;
#[cfg(test)]
mod test_support;
#[cfg(test)]
mod tests;
mod text;
mod tile;
mod tile_transform;
pub mod transition;
mod view;

pub use camera::CameraShot;
pub use canvas::Canvas;
pub use card_logo::{CardLogo, CardLogoSize};
pub use chart::ChartData;
pub use code::{CodeLine, CodeListing, CodeSpan, LANGUAGES, LineHighlight, TokenClass, spans};
pub use compose_error::ComposeError;
pub use compositor::{Compositor, ViewAssets};
pub use contact_sheet::{SheetCell, contact_sheet};
pub use content::{ListItem, SceneContent, StatementWord, TableRow};
pub use corner_logo::CornerLogo;
pub use entrance::entrance_frames;
pub use exit::card_exit_frames;
pub use fit::{VideoFit, fit_video};
pub use fonts::{FAMILIES, fonts_fingerprint, missing_glyphs};
pub use frame::Frame;
pub use headline::headline;
pub use over::{
    BANDS, BandLevels, PictureMark, PictureMarks, ReservedAreas, SceneOverlays, SpeechPiece, WaveformOverlay,
    mark_frames,
};
pub use pane::{
    CaptionedPicture, InsetPane, InsetSurroundings, LabelledVideo, Pane, PaneImage, PaneMedia, PanePlacement,
    VideoInput,
};
pub use picture::{DecodedPicture, PictureError, PictureLimits};
pub use tile::Area;
pub use view::{CaptionPage, CaptionTrack, CaptionWord, ChapterCounter, LogoPlacement, LowerThird, View};
