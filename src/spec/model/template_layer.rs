//! Layers of a template: shapes and texts that it draws under and over what scenes show, with their places and movements.

use serde::{Deserialize, Serialize};

use super::card_style::Entrance;
use super::layer_choices::{ShapeName, TextAlign};
use super::transitions::Easing;
use crate::spec::shows::ShowKind;
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
