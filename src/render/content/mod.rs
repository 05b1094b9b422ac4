//! The content of a scene's frames: one kind for each kind of show. Each has a declaration in a file of its own: what it is made from,
//! how it is drawn, and what of it changes in time. This file lists them.

mod chart;
mod code;
mod declaration;
mod end;
mod fills;
pub(super) mod list;
mod logo;
mod picture;
mod pictures;
mod qr;
mod quote;
mod screens;
mod split;
pub(super) mod statement;
pub(super) mod table;
#[cfg(test)]
mod tests;
mod timing;
mod title;
mod video;
mod words;

use serde::{Deserialize, Serialize};

pub(crate) use declaration::{CardDrawing, CardPainter, ContentDeclaration};
pub use end::EndCard;
pub use fills::GradientFill;
pub use list::{ListCard, ListItem};
pub use logo::LogoCard;
pub use picture::PictureContent;
pub use pictures::PicturesCard;
pub use qr::QrCard;
pub use quote::QuoteCard;
pub use screens::ScreensCard;
pub use split::SplitCard;
pub use statement::{StatementCard, StatementWord};
pub use table::{TableCard, TableRow};
pub use timing::SceneTiming;
pub use title::TitleCard;
pub use video::VideoContent;
pub use words::{PartWord, ValueForm};

use crate::render::chart::data::ChartData;
use crate::render::code::listing::CodeListing;
use crate::spec::model::{Backdrop, Show, ShowKind};
use crate::units::Colour;

/// Declares the content of scenes: for each kind of show a variant of [`SceneContent`] and its name in parameters.
macro_rules! contents {
    ($($(#[$about:meta])* $name:ident($content:ty): $written:literal, of $shown:ident;)*) => {
        /// The content that fills the frame.
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub enum SceneContent {
            $($(#[$about])* #[serde(rename = $written)] $name($content),)*
        }

        impl SceneContent {
            /// The content of a scene that shows `show`, in the scene's time.
            pub fn from_show(show: &Show, timing: &dyn SceneTiming) -> Self {
                match show {
                    $(Show::$shown(shown) => Self::$name(<$content>::from_show(shown, timing)),)*
                }
            }

            /// The kind of content, as templates name it.
            pub(crate) fn kind(&self) -> ShowKind {
                match self {
                    $(Self::$name(_) => ShowKind::$shown,)*
                }
            }

            /// What users call the parts of the content that parameters name `written`; none for a name that no content has.
            pub fn part_words(written: &str) -> &'static [PartWord] {
                match written {
                    $($written => <$content>::words(),)*
                    _ => &[],
                }
            }

            /// What its declaration says of it.
            pub(crate) fn declared(&self) -> &dyn ContentDeclaration {
                match self {
                    $(Self::$name(content) => content,)*
                }
            }

            /// The same, to change what is in it.
            pub(crate) fn declared_mut(&mut self) -> &mut dyn ContentDeclaration {
                match self {
                    $(Self::$name(content) => content,)*
                }
            }

            /// One of each kind, with a value in every part.
            #[cfg(test)]
            pub(crate) fn samples() -> Vec<Self> {
                vec![$(Self::$name(<$content>::sample())),*]
            }
        }
    };
}

contents! {
    /// A still picture.
    Picture(PictureContent): "picture", of Image;
    /// A video.
    Video(VideoContent): "video", of Video;
    /// A single colour in the whole frame.
    Colour(Colour): "colour", of Colour;
    /// Colours along a straight line.
    Gradient(GradientFill): "gradient", of Gradient;
    /// A backdrop in the look's colours.
    Backdrop(Backdrop): "backdrop", of Backdrop;
    /// A card with a title.
    Title(TitleCard): "title", of Title;
    /// A list of items.
    List(ListCard): "list", of List;
    /// A quotation with its author.
    Quote(QuoteCard): "quote", of Quote;
    /// A sentence that comes in word by word.
    Statement(StatementCard): "statement", of Statement;
    /// A table of texts.
    Table(TableCard): "table", of Table;
    /// The end card of the film.
    End(EndCard): "end", of End;
    /// A card with a QR code.
    Qr(QrCard): "qr", of Qr;
    /// A card with a large logo.
    Logo(LogoCard): "logo", of Logo;
    /// A listing of source code.
    Code(CodeListing): "code", of Code;
    /// A chart with its data.
    Chart(ChartData): "chart", of Chart;
    /// Several pictures.
    Pictures(PicturesCard): "pictures", of Pictures;
    /// A picture or a video in one half, text in the other.
    Split(SplitCard): "split", of Split;
    /// Several videos side by side.
    Screens(ScreensCard): "screens", of Screens;
}

impl SceneContent {
    /// Whether it is laid out between the frame's top and the captions.
    pub(crate) fn is_card(&self) -> bool {
        self.kind().is_card()
    }
}
