//! Layers of a template: shapes and texts that it draws under and over what scenes show, with their places and movements.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::card_style::Entrance;
use super::transitions::Easing;
use crate::units::Colour;

/// A shape or a text that a template adds to scenes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct TemplateLayer {
    /// The shape or text that is drawn.
    pub drawn: LayerContent,
    /// Its middle, in shares of the frame from the left and from the top.
    pub at: [f64; 2],
    /// Its width and height, in shares of the frame.
    pub size: [f64; 2],
    /// Whether it is drawn over what the scene shows rather than under it.
    pub over: bool,
    /// The kinds of show on which it is drawn.
    pub on: Vec<ShowKind>,
    /// How it comes in.
    pub enter: Entrance,
    /// How it goes before the scene ends.
    pub leave: Entrance,
    /// How the pace of its entrance changes.
    pub easing: Easing,
    /// When it starts to come in, in seconds.
    pub after: f64,
    /// Its velocity across and down, in shares of the frame a second.
    pub drift: [f64; 2],
    /// The depth for parallax: 0 = as far as the background, which stands still, 1 = nearest, where it sways most.
    pub depth: f64,
}

/// What a layer draws.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LayerContent {
    /// A shape in one colour.
    Shape {
        /// The kind of shape.
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
        /// The text, which is not empty.
        text: String,
        /// The font's family.
        family: String,
        /// The font's weight, 100 to 900.
        weight: f64,
        /// Where in its box it stands.
        align: TextAlign,
        /// Its colour, opacity included.
        colour: Colour,
        /// The colour of a label behind it.
        behind: Option<Colour>,
        /// How round that label's corners are.
        radius: f64,
    },
}

/// The kind of a layer's shape.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "ShapeName")]
pub enum ShapeName {
    /// A rectangle, which may have round corners.
    Rectangle,
    /// An ellipse; with one number for its size a circle.
    Ellipse,
    /// A line from side to side of its box.
    Line,
    /// The outline of an ellipse.
    Ring,
    /// A triangle that points up.
    Triangle,
}

/// Where a text stands in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Stand")]
pub enum TextAlign {
    /// At its left side.
    Left,
    /// Centred in its box.
    #[serde(alias = "center")]
    Centre,
    /// At its right side.
    Right,
}

/// A font of the look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "FontName")]
pub enum FontRole {
    /// The font of headings.
    Heading,
    /// The font of all other text.
    Body,
}

/// The kinds of things that a scene can show.
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

impl ShowKind {
    /// The kinds that are cards: those with text of their own.
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

    /// Whether this kind is a card.
    pub fn is_card(self) -> bool {
        Self::CARDS.contains(&self)
    }
}
