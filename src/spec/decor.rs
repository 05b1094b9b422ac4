//! What a template draws under and over the things that scenes show: shapes and texts, where they stand and how they move. Knows
//! nothing of drawing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::look::Entrance;
use super::transitions::Easing;
use crate::units::Colour;

/// A shape or a text that a template adds to scenes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Decoration {
    /// What is drawn.
    pub drawn: Drawn,
    /// Its middle, in shares of the frame from the left and from the top.
    pub at: [f64; 2],
    /// Its width and height, in shares of the frame.
    pub size: [f64; 2],
    /// Over what the scene shows, and not under it.
    pub over: bool,
    /// What scenes show that have it.
    pub on: Vec<Showing>,
    /// How it comes in.
    pub enter: Entrance,
    /// How it goes before the scene ends.
    pub leave: Entrance,
    /// How its movement runs as it comes in.
    pub easing: Easing,
    /// When it starts to come in, in seconds.
    pub after: f64,
    /// How far it wanders, in shares of the frame a second.
    pub drift: [f64; 2],
    /// How near it is: 0 = as far as the background, which stands still, 1 = nearest, where it sways most.
    pub depth: f64,
}

/// What a decoration is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Drawn {
    /// A shape.
    Shape {
        /// Which.
        shape: ShapeName,
        /// Its colour, opacity included.
        colour: Colour,
        /// How round a rectangle's corners are: 0 = sharp, 1 = as round as can be.
        radius: f64,
        /// By how many degrees it is turned, clockwise.
        turn: f64,
        /// How thick lines and rings are, as a share of the frame's shorter side.
        pen: f64,
    },
    /// A text on one line.
    Text {
        /// What it says; never empty.
        text: String,
        /// Its font's family and weight.
        family: String,
        /// 100 to 900.
        weight: f64,
        /// Where in its box it stands.
        align: Stand,
        /// Its colour, opacity included.
        colour: Colour,
        /// The colour of a label behind it.
        behind: Option<Colour>,
        /// How round that label's corners are.
        radius: f64,
    },
}

/// A shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum ShapeName {
    /// A rectangle.
    Rectangle,
    /// An ellipse; with one number for its size a circle.
    Ellipse,
    /// A line from side to side of its box.
    Line,
    /// An ellipse's outline.
    Ring,
    /// A triangle that points up.
    Triangle,
}

/// Where a text stands in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Stand {
    /// At its left side.
    Left,
    /// In its middle.
    #[serde(alias = "center")]
    Centre,
    /// At its right side.
    Right,
}

/// A font of the look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum FontName {
    /// The one of headings.
    Heading,
    /// The one of all else.
    Body,
}

/// What a scene can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Showing {
    /// A title card.
    Title,
    /// A list.
    List,
    /// A quote.
    Quote,
    /// A statement.
    Statement,
    /// A table.
    Table,
    /// The film's end.
    End,
    /// A listing.
    Code,
    /// A chart.
    Chart,
    /// A still picture.
    #[serde(alias = "picture")]
    Image,
    /// A moving picture.
    Video,
    /// One colour.
    #[serde(alias = "color")]
    Colour,
    /// Colours along a line.
    Gradient,
    /// A backdrop.
    Backdrop,
    /// Several pictures.
    Pictures,
    /// A picture or video beside text.
    Split,
    /// Two videos.
    Screens,
    /// A QR code.
    Qr,
    /// A logo, large.
    Logo,
}

impl Showing {
    /// The cards: what has text of its own.
    pub const CARDS: [Self; 13] = [
        Self::Title,
        Self::List,
        Self::Quote,
        Self::Statement,
        Self::Table,
        Self::End,
        Self::Code,
        Self::Chart,
        Self::Pictures,
        Self::Split,
        Self::Screens,
        Self::Qr,
        Self::Logo,
    ];

    /// Whether it is one of them.
    pub fn is_card(self) -> bool {
        Self::CARDS.contains(&self)
    }
}
