//! Transitions: their kinds with the settings of each, and the names that a spec writes.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::placement::Corner;
use crate::units::Colour;

/// The kind of a transition, with what that kind needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransitionKind {
    /// The new scene replaces the old one without a transition.
    Cut,
    /// One dissolves into the other.
    Crossfade,
    /// Out to a colour, in from it.
    Fade {
        /// The colour between the scenes.
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
        axis: TransitionAxis,
    },
    /// The old scene's halves move apart.
    Doors {
        /// Which way they move.
        axis: TransitionAxis,
    },
    /// Bands of the new scene come in alternately from both sides.
    Stripes {
        /// Which way they move.
        axis: TransitionAxis,
    },
    /// Slats turn to the new scene one after the other.
    Blinds {
        /// Where each slat's edge moves to.
        towards: Direction,
    },
    /// A circle opens on the new scene or closes on the old one.
    Circle {
        /// Opens outwards, or closes inwards.
        depth: ZoomDirection,
    },
    /// A diamond opens on the new scene or closes on the old one.
    Diamond {
        /// Opens outwards, or closes inwards.
        depth: ZoomDirection,
    },
    /// A line like a clock's hand sweeps once around and uncovers the new scene.
    Clock {
        /// Which way it goes.
        turn: RotationDirection,
    },
    /// The white fields of a chessboard change first, then the black ones.
    Checker,
    /// Tiles appear in a loose order from one corner to the other.
    Tiles,
    /// Single pixels change to the new scene, one after the other.
    Dissolve,
    /// In soft blotches that grow together.
    Clouds,
    /// The new scene appears first where it is bright and the old one is dark.
    Luma,
    /// Both scenes turn into coarser and coarser blocks, and back.
    Pixelate,
    /// Out of focus, and back.
    Blur,
    /// The camera flies through.
    Zoom {
        /// Whether the camera moves nearer or away.
        depth: ZoomDirection,
    },
    /// A flash of light, from which the new scene emerges.
    Flash {
        /// The colour of the flash.
        through: Colour,
    },
}

impl TransitionKind {
    /// One of each kind, as it is where a spec gives neither direction nor colour.
    pub const DEFAULTS: [Self; 27] = [
        Self::Cut,
        Self::Crossfade,
        Self::Fade { through: Colour::rgb(0, 0, 0) },
        Self::Flash { through: Colour::rgb(255, 255, 255) },
        Self::Luma,
        Self::Blur,
        Self::Pixelate,
        Self::Dissolve,
        Self::Clouds,
        Self::Slide { towards: Direction::Left },
        Self::Push { towards: Direction::Left },
        Self::Reveal { towards: Direction::Left },
        Self::Squeeze { towards: Direction::Left },
        Self::Whip { towards: Direction::Left },
        Self::Page { towards: Direction::Left },
        Self::Wipe { towards: Direction::Left },
        Self::Diagonal { towards: Corner::BottomRight },
        Self::Split { axis: TransitionAxis::Horizontal },
        Self::Doors { axis: TransitionAxis::Horizontal },
        Self::Stripes { axis: TransitionAxis::Horizontal },
        Self::Blinds { towards: Direction::Left },
        Self::Circle { depth: ZoomDirection::Out },
        Self::Diamond { depth: ZoomDirection::Out },
        Self::Clock { turn: RotationDirection::Clockwise },
        Self::Checker,
        Self::Tiles,
        Self::Zoom { depth: ZoomDirection::In },
    ];
}

/// A direction on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Direction {
    /// Towards the left edge.
    Left,
    /// Towards the right edge.
    Right,
    /// Towards the upper edge.
    Up,
    /// Towards the lower edge.
    Down,
}

/// Into the screen, or out of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ZoomDirection {
    /// Towards the middle, or nearer.
    In,
    /// Away from the middle.
    Out,
}

/// A line that things move along.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TransitionAxis {
    /// To the left and to the right.
    Horizontal,
    /// The movement goes up and down.
    Vertical,
}

/// A sense of rotation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RotationDirection {
    /// As a clock's hands go.
    Clockwise,
    /// Against the direction of a clock's hands.
    Anticlockwise,
}

/// How the pace of a movement changes: that of a transition, or of a part of a card.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Easing {
    /// At the same pace throughout.
    Linear,
    /// It starts slowly.
    EaseIn,
    /// Slow at the end.
    EaseOut,
    /// Slow at both ends.
    EaseInOut,
    /// Very slow at both ends, very quick in the middle.
    Sharp,
    /// A little past the end, and back; not allowed for transitions.
    Overshoot,
}

/// The name by which a spec chooses a transition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TransitionName {
    /// The new scene replaces the old one without a transition.
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
    /// Bands come in alternately from both sides.
    Stripes,
    /// Slats turn to the new scene.
    Blinds,
    /// A circle opens on the new scene, or closes on the old one.
    Circle,
    /// A diamond opens on the new scene or closes on the old one.
    Diamond,
    /// A line like a clock's hand sweeps once around and uncovers the new scene.
    Clock,
    /// The white fields of a chessboard change first, then the black ones.
    Checker,
    /// Tiles appear from one corner to the other.
    Tiles,
    /// Single pixels change to the new scene.
    Dissolve,
    /// Soft blotches grow together.
    Clouds,
    /// Bright parts of the new scene appear first.
    Luma,
    /// Both scenes turn into coarse blocks.
    Pixelate,
    /// Out of focus, and back.
    Blur,
    /// The camera flies through.
    Zoom,
    /// A flash of light.
    Flash,
}

/// The direction of a transition as a spec writes it; each kind allows some of these.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "WayName")]
pub enum DirectionName {
    /// Towards the left edge.
    Left,
    /// Towards the right edge.
    Right,
    /// Towards the upper edge.
    Up,
    /// Towards the lower edge.
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
    /// The movement goes up and down.
    Vertical,
    /// Towards the middle, or nearer.
    In,
    /// From the middle, or away.
    Out,
    /// As a clock's hands go.
    Clockwise,
    /// Against the direction of a clock's hands.
    Anticlockwise,
}
