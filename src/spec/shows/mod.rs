//! The kinds of things that scenes show. Each has a declaration in a file of its own: how a spec writes it, how it is resolved, and which
//! files it is made of. This file lists them; `render::content` draws them.

mod base;
mod chart;
mod code;
mod declaration;
mod end;
mod fills;
mod image;
mod list;
mod logo;
mod media;
mod pictures;
mod qr;
mod quote;
mod screens;
mod split;
mod statement;
mod table;
mod title;
mod video;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

pub(crate) use base::{ShowBase, resolve_build};
pub use chart::ChartShow;
pub use code::SourceListing;
pub use end::EndShow;
pub use fills::GradientShow;
pub use image::{CameraMotion, ImageShow};
pub use list::ListShow;
pub use logo::LogoShow;
pub(crate) use media::MediaFields;
pub use pictures::{PictureItem, PicturesShow};
pub use qr::QrShow;
pub use quote::QuoteShow;
pub use screens::{ScreenClip, ScreensShow};
pub use split::SplitShow;
pub use statement::{StatedWord, StatementShow};
pub use table::TableShow;
pub use title::TitleShow;
pub use video::VideoShow;

use declaration::ShowDeclaration;

use super::language::show as written;
use super::model::card_style::Backdrop;
use super::model::media::{DrawnMedia, Footage};
use super::model::source_file::SourceFile;
use super::resolve::resolver::Resolver;
use super::scalar::choices;
use crate::units::Colour;

/// Declares what scenes show: a variant of [`Show`] for each kind, and the declarations of all kinds.
macro_rules! shows {
    ($($(#[$about:meta])* $kind:ident($declared:ty),)*) => {
        /// What a scene shows, after its fields were checked.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Show {
            $($(#[$about])* $kind($declared),)*
        }

        /// All kinds, in the order in which messages list them.
        pub(crate) const DECLARED_KINDS: &[DeclaredKind] = &[$(DeclaredKind {
            kind: ShowKind::$kind,
            name: <$declared>::NAME,
            alias: <$declared>::ALIAS,
            is_card: <$declared>::IS_CARD,
            fields: <$declared>::FIELDS,
            conditional_fields: <$declared>::CONDITIONAL_FIELDS,
            misplaced_field_help: <$declared>::misplaced_field_help,
            resolve: |show, base, resolver| <$declared>::resolve(show, base, resolver).map(Show::$kind),
        }),*];

        impl Show {
            /// The kind of what is shown, as templates name it.
            pub fn kind(&self) -> ShowKind {
                match self {
                    $(Self::$kind(_) => ShowKind::$kind,)*
                }
            }

            /// The pictures and videos that frames are drawn from, by the role that each has among a step's inputs.
            pub fn drawn_media(&self) -> Vec<(String, DrawnMedia<'_>)> {
                match self {
                    $(Self::$kind(shown) => shown.drawn_media(),)*
                }
            }

            /// Every file that it is made of.
            pub fn source_files(&self) -> Vec<&SourceFile> {
                match self {
                    $(Self::$kind(shown) => shown.source_files(),)*
                }
            }

            /// The videos in it, in the order of their roles.
            pub fn footage(&self) -> Vec<Footage> {
                match self {
                    $(Self::$kind(shown) => shown.footage(),)*
                }
            }
        }
    };
}

shows! {
    /// A picture that fills the frame.
    Image(ImageShow),
    /// A video that fills the frame.
    Video(VideoShow),
    /// One colour over the whole frame.
    Colour(Colour),
    /// Two colours or more, along a line.
    Gradient(GradientShow),
    /// A card with a title.
    Title(TitleShow),
    /// A card with a list.
    List(ListShow),
    /// A backdrop in the look's colours.
    Backdrop(Backdrop),
    /// A card with a quotation.
    Quote(QuoteShow),
    /// A sentence whose words come in as they are spoken.
    Statement(StatementShow),
    /// A card with a table.
    Table(TableShow),
    /// The film's last card, with space for the player's own elements.
    End(EndShow),
    /// A card with a listing of code.
    Code(SourceListing),
    /// A card with a chart.
    Chart(ChartShow),
    /// A card with several pictures.
    Pictures(PicturesShow),
    /// A picture or a video next to text.
    Split(SplitShow),
    /// Two videos side by side.
    Screens(ScreensShow),
    /// A card with a QR code.
    Qr(QrShow),
    /// A card with a large logo.
    Logo(LogoShow),
}

/// The kinds of things that a scene can show, as templates name them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Showing")]
pub enum ShowKind {
    /// A title on a card.
    Title,
    /// A list on a card.
    List,
    /// A quote on a card.
    Quote,
    /// A statement whose words appear one by one.
    Statement,
    /// A table on a card.
    Table,
    /// The film's end card.
    End,
    /// A listing of code.
    Code,
    /// A chart on a card.
    Chart,
    /// A picture that fills the frame.
    #[serde(alias = "picture")]
    Image,
    /// A video that fills the frame.
    Video,
    /// One colour over the whole frame.
    #[serde(alias = "color")]
    Colour,
    /// Two or more colours along a line.
    Gradient,
    /// A backdrop in the look's colours.
    Backdrop,
    /// Several pictures on a card.
    Pictures,
    /// A picture or video beside text.
    Split,
    /// Two videos side by side.
    Screens,
    /// A QR code on a card.
    Qr,
    /// A logo, large, on a card.
    Logo,
}

choices! {
    ShowKind: "something that scenes show",
}

impl ShowKind {
    /// Whether this kind is a card, with text of its own.
    pub fn is_card(self) -> bool {
        DECLARED_KINDS.iter().any(|declared| declared.kind == self && declared.is_card)
    }

    /// All kinds that are cards.
    pub fn cards() -> Vec<Self> {
        DECLARED_KINDS.iter().filter(|declared| declared.is_card).map(|declared| declared.kind).collect()
    }
}

/// What the declaration of a kind says, for checks that do not depend on the kind.
pub(crate) struct DeclaredKind {
    /// The kind that is declared.
    pub kind: ShowKind,
    /// The field of `show` that asks for it.
    pub name: &'static str,
    /// Another spelling of that field.
    pub alias: Option<&'static str>,
    is_card: bool,
    fields: &'static [&'static str],
    conditional_fields: &'static [&'static str],
    /// The help text for a field that belongs into the kind's own field; `None` for any other field.
    pub misplaced_field_help: fn(&str) -> Option<String>,
    /// Checks the fields of a `show` of this kind; `None` after an error was reported.
    pub resolve: fn(&written::Show, &ShowBase, &mut Resolver) -> Option<Show>,
}

impl DeclaredKind {
    /// Whether its own field, or another spelling of it, has this name.
    pub fn is_named(&self, field: &str) -> bool {
        self.name == field || self.alias == Some(field)
    }

    /// Whether a field of `show` goes with it.
    pub fn takes(&self, field: &str) -> bool {
        self.fields.contains(&field) || self.conditional_fields.contains(&field)
    }

    /// The names of the kinds that a field goes with, those that have it only beside another field last.
    pub fn names_that_take(field: &str) -> Vec<&'static str> {
        let always = DECLARED_KINDS.iter().filter(|declared| declared.fields.contains(&field));
        let at_times = DECLARED_KINDS.iter().filter(|declared| declared.conditional_fields.contains(&field));
        always.chain(at_times).map(|declared| declared.name).collect()
    }
}
