//! The language's records of templates: a template's file, and what a film says of the one that it uses.

use super::decode::{At, Either, record};
use super::language::{Look, SceneCaptions, Transition};
use super::model::{Easing, Entrance, FontName, ShapeName, Showing, Stand};
use super::params::{ParamDecls, ParamValues};
use super::scalar::{Cell, Duration, Flag, Number, ParamType, Position, Share, Text, Tint, TransitionName};

record! {
    /// A template with values for its parameters.
    UsedTemplate {
        /// Which: one in the box, or a YAML file of the project.
        name: At<Text>,
        /// Values for its parameters; `t2v templates NAME` tells which it has.
        params: Option<ParamValues>,
    }
}

record! {
    /// A template's file.
    Template {
        /// What it is, in a line.
        about: Option<At<Text>>,
        /// The template that it builds on: one in the box, or a YAML file of the project. Left out: `studio`. A map gives its parameters
        /// values.
        base: Option<Either<At<Text>, UsedTemplate>>,
        /// What a film may set: names, each with a type, a default and what it means. `$name` stands for its value everywhere below.
        params: Option<ParamDecls>,
        /// What it looks like.
        look: Option<Look>,
        /// Captions, unless the film says so itself.
        captions: Option<SceneCaptions>,
        /// How scenes come in, unless the film says so itself.
        transition: Option<Either<At<TransitionName>, Transition>>,
        /// Where the content of cards stands. Left out: between margins.
        r#box: Option<Areas>,
        /// Shapes and texts under and over what scenes show, in this order. They take the place of the base's.
        layers: Option<At<Vec<At<Layer>>>>,
    }
}

record! {
    /// A parameter of a template.
    Param {
        /// What it holds: `colour`, `text`, `number`, `share` or `flag`.
        r#type: Option<At<ParamType>>,
        /// In place of a type: the names it can have.
        choice: Option<At<Vec<At<Text>>>>,
        /// Its value in films that set none.
        default: At<Cell>,
        /// What it means.
        doc: Option<At<Text>>,
    }
}

record! {
    /// Where the content of cards stands, for each shape of frame: `[left, top, width, height]` in shares of the frame.
    Areas {
        /// In frames that are wider than high.
        wide: Option<At<Vec<At<Share>>>>,
        /// In frames that are higher than wide.
        vertical: Option<At<Vec<At<Share>>>>,
        /// In square frames.
        square: Option<At<Vec<At<Share>>>>,
    }
}

record! {
    /// A shape or a text that a template adds to scenes: exactly one of `shape` and `text`.
    Layer {
        /// A shape.
        shape: Option<At<ShapeName>>,
        /// A text on one line, as large as its box is high or as it fits in; an empty one is not drawn.
        text: Option<At<Cell>>,
        /// Its middle: `[across, down]` in shares of the frame; may lie outside. Left out: the frame's middle.
        at: Option<At<Vec<At<Position>>>>,
        /// `[width, height]` in shares of the frame, or one number for both in shares of its shorter side.
        size: Option<At<Either<At<Position>, Vec<At<Position>>>>>,
        /// Another `at` and `size` in frames that are wider than high.
        wide: Option<Spot>,
        /// Another `at` and `size` in frames that are higher than wide.
        vertical: Option<Spot>,
        /// Another `at` and `size` in square frames.
        square: Option<Spot>,
        /// One of the look's colours (`accent`, `text`, `muted`, `background`, `background_end`) or another. Left out: `accent`, for a
        /// text `text`.
        colour: Option<At<Tint>>,
        /// Same as `colour`.
        color: Option<At<Tint>>,
        /// 0 to 1. Left out: 1.
        opacity: Option<At<Share>>,
        /// How round corners are: 0 = sharp, 1 = as round as can be. Left out: the `radius` of cards.
        radius: Option<At<Share>>,
        /// With `shape`: degrees, clockwise. Left out: 0.
        turn: Option<At<Number>>,
        /// With `line` and `ring`: how thick, as a share of the frame's shorter side. Left out: 0.006.
        pen: Option<At<Share>>,
        /// With `text`: `heading` or `body`. Left out: `body`.
        font: Option<At<FontName>>,
        /// With `text`: how bold, 100 to 900. Left out: that of headings, or 600.
        weight: Option<At<Number>>,
        /// With `text`: where in its box, `left`, `centre` or `right`. Left out: `left`.
        align: Option<At<Stand>>,
        /// With `text`: the colour of a label behind it.
        behind: Option<At<Tint>>,
        /// Over what the scene shows. Left out: under it.
        over: Option<Flag>,
        /// What scenes show that have it, such as `[title, image]`. Left out: all cards, and backdrops.
        on: Option<Vec<At<Showing>>>,
        /// How it comes in: as a card's `entrance`. Left out: `fade`.
        enter: Option<Entrance>,
        /// How it goes before the scene ends. Left out: `none`.
        leave: Option<Entrance>,
        /// How its movement runs. Left out: that of cards.
        easing: Option<Easing>,
        /// When it comes. Left out: 0s.
        after: Option<At<Duration>>,
        /// How far it wanders, `[across, down]` in shares of the frame a second; what leaves the frame comes in again at the other side.
        drift: Option<At<Vec<At<Position>>>>,
        /// How near it is, 0 to 1: the nearer, the more it sways against what is behind. Left out: 0.
        depth: Option<At<Share>>,
    }
}

record! {
    /// Where a layer stands in frames of one shape.
    Spot {
        /// Its middle.
        at: Option<At<Vec<At<Position>>>>,
        /// Its size.
        size: Option<At<Either<At<Position>, Vec<At<Position>>>>>,
    }
}
