//! How scenes come in: the kinds of transition, what each can be told, and the names they are written with. Knows nothing of pixels.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::model::Corner;
use crate::units::Colour;

/// A transition's kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransitionKind {
    /// At once.
    Cut,
    /// One dissolves into the other.
    Crossfade,
    /// Out to a colour, in from it.
    Fade {
        /// The colour between.
        through: Colour,
    },
    /// The new scene slides over the old one.
    Slide {
        /// Where it moves to.
        towards: Direction,
    },
    /// An edge uncovers the new scene.
    Wipe {
        /// Where the edge moves to.
        towards: Direction,
    },
    /// The new scene pushes the old one out.
    Push {
        /// Where both move to.
        towards: Direction,
    },
    /// The old scene moves off the new one.
    Reveal {
        /// Where it moves to.
        towards: Direction,
    },
    /// The old scene is squeezed away by the new one, which grows.
    Squeeze {
        /// Where the border between them moves to.
        towards: Direction,
    },
    /// The old scene is turned over like a page.
    Page {
        /// Where its edge moves to.
        towards: Direction,
    },
    /// A pan so fast that it blurs.
    Whip {
        /// Where the pictures move to.
        towards: Direction,
    },
    /// A broad soft edge crosses the frame slantwise.
    Diagonal {
        /// The corner it moves to.
        towards: Corner,
    },
    /// The new scene opens from the middle line.
    Split {
        /// Which way it opens.
        axis: Axis,
    },
    /// The old scene's halves move apart.
    Doors {
        /// Which way they move.
        axis: Axis,
    },
    /// Bands of the new scene come in from both sides by turns.
    Stripes {
        /// Which way they move.
        axis: Axis,
    },
    /// Slats turn to the new scene one after the other.
    Blinds {
        /// Where each slat's edge moves to.
        towards: Direction,
    },
    /// A circle opens on the new scene or closes on the old one.
    Circle {
        /// Opens outwards, or closes inwards.
        depth: Depth,
    },
    /// The same with a diamond.
    Diamond {
        /// Opens outwards, or closes inwards.
        depth: Depth,
    },
    /// A hand sweeps once around.
    Clock {
        /// Which way it goes.
        turn: Turn,
    },
    /// A chessboard's white fields, then its black ones.
    Checker,
    /// Tiles appear in a loose order from one corner to the other.
    Tiles,
    /// Grain by grain.
    Dissolve,
    /// In soft blotches that grow together.
    Clouds,
    /// Where the new scene is bright and the old one dark, it comes first.
    Luma,
    /// Through coarser and coarser blocks, and back.
    Pixelate,
    /// Out of focus, and back.
    Blur,
    /// The camera flies through.
    Zoom {
        /// Nearer, or away.
        depth: Depth,
    },
    /// A flash of light, from which the new scene emerges.
    Flash {
        /// Its colour.
        through: Colour,
    },
}

/// A direction on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
}

/// Into the screen, or out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Depth {
    /// Towards the middle.
    In,
    /// Away from the middle.
    Out,
}

/// A line that things move along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Axis {
    /// To the left and to the right.
    Horizontal,
    /// Up and down.
    Vertical,
}

/// A sense of rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Turn {
    /// As a clock's hands go.
    Clockwise,
    /// The other way.
    Anticlockwise,
}

/// How a movement's pace changes on its way: a transition's, or that of a part of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Easing {
    /// One pace throughout.
    Linear,
    /// Slow at first.
    EaseIn,
    /// Slow at the end.
    EaseOut,
    /// Slow at both ends.
    EaseInOut,
    /// Very slow at both ends, very quick in the middle.
    Sharp,
    /// A little too far, and back; no transition can.
    Overshoot,
}

/// A transition's name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TransitionName {
    /// At once.
    Cut,
    /// One dissolves into the other.
    Crossfade,
    /// Out to a colour, in from it.
    Fade,
    /// The new scene slides over the old one.
    Slide,
    /// An edge uncovers the new scene.
    Wipe,
    /// The new scene pushes the old one out.
    Push,
    /// The old scene moves off the new one.
    Reveal,
    /// The old scene is squeezed away by the new one.
    Squeeze,
    /// The old scene is turned over like a page.
    Page,
    /// A pan so fast that it blurs.
    Whip,
    /// A broad soft edge crosses the frame slantwise.
    Diagonal,
    /// The new scene opens from the middle line.
    Split,
    /// The old scene's halves move apart.
    Doors,
    /// Bands come in from both sides by turns.
    Stripes,
    /// Slats turn to the new scene.
    Blinds,
    /// A circle opens on the new scene, or closes on the old one.
    Circle,
    /// The same with a diamond.
    Diamond,
    /// A hand sweeps once around.
    Clock,
    /// A chessboard's white fields, then its black ones.
    Checker,
    /// Tiles appear from one corner to the other.
    Tiles,
    /// Grain by grain.
    Dissolve,
    /// In soft blotches.
    Clouds,
    /// Bright parts of the new scene first.
    Luma,
    /// Through coarse blocks.
    Pixelate,
    /// Out of focus, and back.
    Blur,
    /// The camera flies through.
    Zoom,
    /// A flash of light.
    Flash,
}

/// Which way a transition goes, as written; each kind knows some of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum WayName {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Up.
    Up,
    /// Down.
    Down,
    /// To the upper left corner.
    TopLeft,
    /// To the upper right corner.
    TopRight,
    /// To the lower left corner.
    BottomLeft,
    /// To the lower right corner.
    BottomRight,
    /// To the left and to the right.
    Horizontal,
    /// Up and down.
    Vertical,
    /// Towards the middle, or nearer.
    In,
    /// From the middle, or away.
    Out,
    /// As a clock's hands go.
    Clockwise,
    /// The other way.
    Anticlockwise,
}
