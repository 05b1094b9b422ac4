//! The records of templates: a template's file, and a film's use of one.

use super::look::Look;
use super::shared::{SceneCaptions, Transition};
use crate::spec::decode::{ShortOrLong, Spanned, record};
use crate::spec::model::{Easing, Entrance, FontRole, ShapeName, ShowKind, TextAlign};
use crate::spec::params::{ParamDecls, ParamValues};
use crate::spec::scalar::{CellText, ColourRef, Flag, FramePosition, Number, Seconds, Share, Text, TransitionName};

record! {
    /// A template with values for its parameters.
    UsedTemplate {
        /// Which: a bundled one, or a YAML file of the project.
        name: Spanned<Text>,
        /// Values for its parameters; `t2v templates NAME` tells which it has.
        params: Option<ParamValues>,
    }
}

record! {
    /// The contents of a template's file.
    Template {
        /// What it is, in a line.
        about: Option<Spanned<Text>>,
        /// The template that it builds on: a bundled one, or a YAML file of the project. Left out: `studio`. A map gives its parameters
        /// values.
        base: Option<ShortOrLong<Spanned<Text>, UsedTemplate>>,
        /// What a film may set: names, each with a type, a default and what it means. `$name` stands for its value everywhere below.
        params: Option<ParamDecls>,
        /// What it looks like.
        look: Option<Look>,
        /// Captions, unless the film says so itself.
        captions: Option<SceneCaptions>,
        /// How scenes come in, unless the film says so itself.
        transition: Option<ShortOrLong<Spanned<TransitionName>, Transition>>,
        /// Where the content of cards stands. Left out: between margins.
        r#box: Option<Areas>,
        /// Shapes and texts under and over what scenes show, in this order. They take the place of the base's.
        layers: Option<Spanned<Vec<Spanned<Layer>>>>,
    }
}

record! {
    /// Where the content of cards stands, for each shape of frame: `[left, top, width, height]` in shares of the frame.
    Areas {
        /// In frames that are wider than high.
        wide: Option<Spanned<Vec<Spanned<Share>>>>,
        /// In frames that are higher than wide.
        vertical: Option<Spanned<Vec<Spanned<Share>>>>,
        /// In frames that are as wide as high.
        square: Option<Spanned<Vec<Spanned<Share>>>>,
    }
}

record! {
    /// A shape or a text that a template adds to scenes: exactly one of `shape` and `text`.
    Layer {
        /// The kind of shape.
        shape: Option<Spanned<ShapeName>>,
        /// A text on one line, as large as its box is high or as it fits in; an empty one is not drawn.
        text: Option<Spanned<CellText>>,
        /// Its middle: `[across, down]` in shares of the frame; may lie outside. Left out: the frame's middle.
        at: Option<Spanned<Vec<Spanned<FramePosition>>>>,
        /// `[width, height]` in shares of the frame, or one number for both in shares of its shorter side.
        size: Option<Spanned<ShortOrLong<Spanned<FramePosition>, Vec<Spanned<FramePosition>>>>>,
        /// Another `at` and `size` in frames that are wider than high.
        wide: Option<Spot>,
        /// Another `at` and `size` in frames that are higher than wide.
        vertical: Option<Spot>,
        /// Another `at` and `size` in square frames.
        square: Option<Spot>,
        /// One of the look's colours (`accent`, `text`, `muted`, `background`, `background_end`) or another. Left out: `accent`, for a
        /// text `text`.
        colour: Option<Spanned<ColourRef>>,
        /// The same as `colour`.
        color: Option<Spanned<ColourRef>>,
        /// 0 to 1. Left out: 1.
        opacity: Option<Spanned<Share>>,
        /// How round corners are: 0 = sharp, 1 = as round as can be. Left out: the `radius` of cards.
        radius: Option<Spanned<Share>>,
        /// With `shape`: degrees, clockwise. Left out: 0.
        turn: Option<Spanned<Number>>,
        /// With `line` and `ring`: how thick, as a share of the frame's shorter side. Left out: 0.006.
        pen: Option<Spanned<Share>>,
        /// With `text`: `heading` or `body`. Left out: `body`.
        font: Option<Spanned<FontRole>>,
        /// With `text`: how bold, 100 to 900. Left out: that of headings, or 600.
        weight: Option<Spanned<Number>>,
        /// With `text`: where in its box, `left`, `centre` or `right`. Left out: `left`.
        align: Option<Spanned<TextAlign>>,
        /// With `text`: the colour of a label behind it.
        behind: Option<Spanned<ColourRef>>,
        /// Over what the scene shows. Left out: under it.
        over: Option<Flag>,
        /// What scenes show that have it, such as `[title, image]`. Left out: all cards, and backdrops.
        on: Option<Vec<Spanned<ShowKind>>>,
        /// How it comes in: as a card's `entrance`. Left out: `fade`.
        enter: Option<Entrance>,
        /// How it goes before the scene ends. Left out: `none`.
        leave: Option<Entrance>,
        /// How its movement runs. Left out: that of cards.
        easing: Option<Easing>,
        /// When it comes. Left out: 0s.
        after: Option<Spanned<Seconds>>,
        /// How far it wanders, `[across, down]` in shares of the frame a second; what leaves the frame comes in again at the other side.
        drift: Option<Spanned<Vec<Spanned<FramePosition>>>>,
        /// How near it is, 0 to 1: the nearer, the more it sways against what is behind. Left out: 0.
        depth: Option<Spanned<Share>>,
    }
}

record! {
    /// Where a layer stands in frames of one shape.
    Spot {
        /// The middle of the layer.
        at: Option<Spanned<Vec<Spanned<FramePosition>>>>,
        /// The size of the layer.
        size: Option<Spanned<ShortOrLong<Spanned<FramePosition>, Vec<Spanned<FramePosition>>>>>,
    }
}
