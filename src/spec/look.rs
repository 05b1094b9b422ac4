//! What a template says beyond colours and fonts: the backdrop, and how cards are set and come in. Knows nothing of drawing.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::transitions::Easing;

/// A background in the look's colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backdrop {
    /// What it is made of.
    pub kind: BackdropKind,
    /// Which of its kind: the same seed gives the same picture.
    pub seed: u32,
}

/// What a backdrop is made of.
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

/// How cards are set and come in.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Card {
    /// Where text stands.
    pub align: Align,
    /// How large headings are, 1 = as `studio` has them.
    pub heading_size: f64,
    /// How bold headings are, 100 to 900.
    pub heading_weight: u16,
    /// The letters of headings.
    pub heading_case: Case,
    /// Space between the letters of headings, as a share of their size.
    pub tracking: f64,
    /// What sets a heading off.
    pub rule: Rule,
    /// What stands before the items of a list.
    pub bullets: Bullets,
    /// What lies behind text.
    pub panel: Panel,
    /// How round panels and bullets are: 0 = sharp, 1 = as round as can be.
    pub radius: f64,
    /// How things come in.
    pub entrance: Entrance,
    /// How they go before the scene ends.
    pub leave: Entrance,
    /// How their movement runs.
    pub easing: Easing,
}

impl Backdrop {
    /// The gradient.
    pub const PLAIN: Self = Self { kind: BackdropKind::Gradient, seed: 0 };

    /// The same for all seeds that give the same picture.
    pub fn canonical(self) -> Self {
        if self.kind == BackdropKind::Gradient { Self::PLAIN } else { self }
    }
}

impl Card {
    /// As the template `studio` has it.
    pub const PLAIN: Self = Self {
        align: Align::Left,
        heading_size: 1.0,
        heading_weight: 800,
        heading_case: Case::AsWritten,
        tracking: -0.022,
        rule: Rule::Bar,
        bullets: Bullets::Square,
        panel: Panel::None,
        radius: 1.0,
        entrance: Entrance::Rise,
        leave: Entrance::None,
        easing: Easing::EaseOut,
    };
}

/// Where the text of cards stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Align {
    /// At the left margin.
    Left,
    /// In the middle.
    #[serde(alias = "center")]
    Centre,
}

/// The letters of headings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Case {
    /// As the spec writes them.
    AsWritten,
    /// Capitals.
    Upper,
}

/// What sets a heading off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Rule {
    /// A short bar.
    Bar,
    /// A thin line below it.
    Underline,
    /// A block, like a cursor.
    Block,
    /// Nothing.
    None,
}

/// What stands before the items of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Bullets {
    /// A small square.
    Square,
    /// A dot.
    Dot,
    /// A dash.
    Dash,
    /// The item's number.
    Number,
    /// A tick.
    Check,
}

/// What lies behind the text of cards.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Panel {
    /// Only the backdrop.
    None,
    /// A panel around all of it.
    Box,
    /// A strip from side to side.
    Strip,
}

/// How things come in; the other way round, how they go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Entrance {
    /// At once; what goes so stays until the scene ends.
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
    /// Letter by letter.
    Type,
}
