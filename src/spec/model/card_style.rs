//! The part of a look beyond colours and fonts: the backdrop, and how cards are laid out and animated.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::transitions::Easing;

/// A background in the look's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backdrop {
    /// The kind of picture.
    pub kind: BackdropKind,
    /// Selects one picture of the kind: the same seed gives the same picture.
    pub seed: u32,
}

/// The kind of picture that a backdrop is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum BackdropKind {
    /// From one background colour to the other, with light from a corner. The same for every seed.
    Gradient,
    /// Soft blobs of colour.
    Mesh,
    /// Bands that flow around one another.
    Flow,
    /// Paper: fibres and grain.
    Grain,
    /// Large shapes around the rim.
    Shapes,
    /// Thin lines, as on graph paper.
    Grid,
    /// Light that falls in from above.
    Rays,
}

/// How cards are laid out and animated.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct CardStyle {
    /// Where the text of cards stands.
    pub align: CardAlign,
    /// How large headings are, 1 = as `studio` has them.
    pub heading_size: f64,
    /// How bold headings are, 100 to 900.
    pub heading_weight: u16,
    /// The letters of headings.
    pub heading_case: LetterCase,
    /// Space between the letters of headings, as a share of their size.
    pub tracking: f64,
    /// The ornament of headings.
    pub rule: HeadingRule,
    /// What stands before the items of a list.
    pub bullets: BulletStyle,
    /// What lies behind text.
    pub panel: CardPanel,
    /// How round panels and bullets are: 0 = sharp, 1 = as round as can be.
    pub radius: f64,
    /// How the parts of cards come in.
    pub entrance: Entrance,
    /// How the parts of cards leave before the scene ends.
    pub leave: Entrance,
    /// How the pace of these movements changes.
    pub easing: Easing,
}

impl Backdrop {
    /// The gradient, which is the simplest backdrop.
    pub const PLAIN: Self = Self { kind: BackdropKind::Gradient, seed: 0 };

    /// One value for all seeds that give the same picture, so that equal pictures have equal keys.
    pub fn canonical(self) -> Self {
        if self.kind == BackdropKind::Gradient { Self::PLAIN } else { self }
    }
}

impl CardStyle {
    /// The style of the template `studio`.
    pub const PLAIN: Self = Self {
        align: CardAlign::Left,
        heading_size: 1.0,
        heading_weight: 800,
        heading_case: LetterCase::AsWritten,
        tracking: -0.022,
        rule: HeadingRule::Bar,
        bullets: BulletStyle::Square,
        panel: CardPanel::None,
        radius: 1.0,
        entrance: Entrance::Rise,
        leave: Entrance::None,
        easing: Easing::EaseOut,
    };
}

/// Where the text of cards stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Align")]
pub enum CardAlign {
    /// At the left margin.
    Left,
    /// Centred between the margins.
    #[serde(alias = "center")]
    Centre,
}

/// The letters of headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Case")]
pub enum LetterCase {
    /// As the spec writes them.
    AsWritten,
    /// All letters are capitals.
    Upper,
}

/// The ornament that sets a heading off from the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Rule")]
pub enum HeadingRule {
    /// A short bar at the heading.
    Bar,
    /// A thin line below it.
    Underline,
    /// A block, like a cursor.
    Block,
    /// No rule at all.
    None,
}

/// What stands before the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Bullets")]
pub enum BulletStyle {
    /// A small filled square.
    Square,
    /// A small filled dot.
    Dot,
    /// A dash before each item.
    Dash,
    /// The item's number, from 1.
    Number,
    /// A check mark before each item.
    Check,
}

/// What lies behind the text of cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(rename = "Panel")]
pub enum CardPanel {
    /// The backdrop lies directly behind the text.
    None,
    /// A panel around all of it.
    Box,
    /// A strip from side to side.
    Strip,
}

/// How things come in or, reversed, how they leave.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Entrance {
    /// Without movement: things appear at once, and stay until the scene ends.
    None,
    /// They fade in while they rise.
    Rise,
    /// They fade in while they sink.
    Drop,
    /// They fade in where they stand.
    Fade,
    /// They fade in while they move to the right.
    #[serde(alias = "slide-right")]
    Slide,
    /// They fade in while they move to the left.
    SlideLeft,
    /// They fade in while they grow.
    Pop,
    /// An edge that moves to the right uncovers them.
    Wipe,
    /// Their letters appear one by one.
    Type,
}
