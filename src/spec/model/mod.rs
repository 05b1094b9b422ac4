//! The checked film: every default is filled in, every file is found inside the project, every value has its final type.

mod captions;
mod card_style;
mod code_chart;
mod film;
mod look;
mod media;
mod overlays;
mod placement;
mod scene;
mod show;
mod source_file;
mod template_layer;
mod timing;
pub(super) mod transitions;
mod voice;

pub use super::sniff::FileFormat;
pub use captions::{CaptionLook, CaptionPosition, CaptionStyle};
pub use card_style::{
    Backdrop, BackdropKind, BulletStyle, CardAlign, CardPanel, CardStyle, Entrance, HeadingRule, LetterCase,
};
pub use code_chart::{Chart, ChartKind, ChartSeries, LineSpan, SourceListing};
pub use film::{BackgroundMusic, FilmLogo, Quality, Spec, SubtitleFormat, Thumbnail, ThumbnailSource, VideoOutput};
pub use look::Look;
pub use media::{CornerInset, Footage, InsetShape, Media};
pub use overlays::{
    ArrowSide, FrameEdge, Mark, MarkGroup, MarkShape, Overlays, ProgressBar, ProgressUnit, Waveform, WaveformPosition,
    WaveformStyle,
};
pub use placement::{Corner, FocusPoint, ImageFit, SplitSide};
pub use scene::{LowerThirdText, Scene, Speech, Transition, Utterance};
pub use show::{CameraMotion, PictureItem, ScreenClip, Show, StatedWord};
pub use source_file::SourceFile;
pub use template_layer::{FontRole, LayerContent, ShapeName, ShowKind, TemplateLayer, TextAlign};
pub use timing::BuildTiming;
pub use transitions::{Direction, Easing, RotationDirection, TransitionAxis, TransitionKind, ZoomDirection};
pub use voice::{SpeechEngine, VoiceChoice};
