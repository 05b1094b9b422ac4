//! The checked film: every default is filled in, every file is found inside the project, every value has its final type.

pub(crate) mod captions;
pub(crate) mod card_style;
pub(crate) mod code_chart;
mod film;
pub(crate) mod layer_choices;
mod look;
pub(crate) mod media;
pub(crate) mod output;
pub(crate) mod overlays;
pub(crate) mod picture;
pub(crate) mod placement;
mod scene;
pub(crate) mod source_file;
mod template_layer;
pub(crate) mod timing;
pub(crate) mod transitions;
pub(crate) mod voice;

pub use super::picture_info::{PictureFault, PictureInfo};
pub use super::shows::{CameraMotion, PictureItem, ScreenClip, Show, ShowKind, SourceListing, StatedWord};
pub use super::sniff::FileFormat;
pub use captions::{CaptionLook, CaptionPosition, CaptionStyle};
pub use card_style::{
    Backdrop, BackdropKind, BulletStyle, CardAlign, CardPanel, CardStyle, Entrance, HeadingRule, LetterCase,
};
pub use code_chart::{ChartKind, ChartSeries, LineSpan};
pub use film::{BackgroundMusic, FilmLogo, Spec, Thumbnail, ThumbnailSource, VideoOutput};
pub use layer_choices::{FontRole, ShapeName, TextAlign};
pub use look::Look;
pub use media::{CornerInset, DrawnMedia, Footage, InsetShape, Media};
pub use output::{Quality, SubtitleFormat};
pub use overlays::{
    ArrowSide, FrameEdge, Mark, MarkGroup, MarkShape, Overlays, ProgressBar, ProgressUnit, Waveform, WaveformPosition,
    WaveformStyle,
};
pub use picture::PictureSource;
pub use placement::{Corner, FocusPoint, ImageFit, SplitSide};
pub use scene::{LowerThirdText, Scene, Speech, Transition, Utterance};
pub use source_file::SourceFile;
pub use template_layer::{LayerContent, TemplateLayer};
pub use timing::BuildTiming;
pub use transitions::{Direction, Easing, RotationDirection, TransitionAxis, TransitionKind, ZoomDirection};
pub use voice::{SpeechEngine, VoiceChoice};
