//! Contents that fill the frame without a picture: one colour, a gradient, a backdrop.

use serde::{Deserialize, Serialize};

use super::declaration::ContentDeclaration;
use super::timing::SceneTiming;
use super::words::PartWord;
use crate::render::colour::ycc;
use crate::render::frame::Frame;
use crate::render::{backdrop, gradient};
use crate::spec::model::{Backdrop, Look};
use crate::spec::shows::GradientShow;
use crate::units::Colour;

impl ContentDeclaration for Colour {
    type Shown = Colour;

    fn from_show(shown: &Colour, _timing: &dyn SceneTiming) -> Self {
        *shown
    }

    fn words() -> &'static [PartWord] {
        const { &[PartWord::name("", "`show.colour`")] }
    }

    #[cfg(test)]
    fn sample() -> Self {
        Colour { r: 200, g: 10, b: 20, a: 128 }
    }

    fn fill_frame(&self, _look: &Look, out: &mut Frame) {
        out.fill(ycc(*self));
    }
}

/// Colours along a straight line.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GradientFill {
    /// Evenly spaced colours; a single one fills the frame, none is black.
    pub colours: Vec<Colour>,
    /// Degrees; 0 = left to right, 90 = top to bottom.
    pub angle: f64,
}

impl ContentDeclaration for GradientFill {
    type Shown = GradientShow;

    fn from_show(shown: &GradientShow, _timing: &dyn SceneTiming) -> Self {
        GradientFill { colours: shown.colours.clone(), angle: shown.angle }
    }

    fn words() -> &'static [PartWord] {
        const { &[PartWord::name("", "`show.gradient`")] }
    }

    #[cfg(test)]
    fn sample() -> Self {
        GradientFill { colours: vec![Colour::sample(), Colour::rgb(1, 1, 1)], angle: 30.0 }
    }

    fn fill_frame(&self, _look: &Look, out: &mut Frame) {
        gradient::fill(&self.colours, self.angle, None, out);
    }
}

impl ContentDeclaration for Backdrop {
    type Shown = Backdrop;

    fn from_show(shown: &Backdrop, _timing: &dyn SceneTiming) -> Self {
        shown.canonical()
    }

    fn words() -> &'static [PartWord] {
        const { &[PartWord::name("kind", "`show.backdrop`"), PartWord::name("seed", "`show.seed`")] }
    }

    #[cfg(test)]
    fn sample() -> Self {
        Backdrop { kind: crate::spec::model::BackdropKind::Mesh, seed: 3 }
    }

    fn fill_frame(&self, look: &Look, out: &mut Frame) {
        backdrop::fill(*self, look, out);
    }

    fn look_in_use(&self, look: &Look) -> Look {
        let Look { background, background_end, text, accent, .. } = *look;
        Look { background, background_end, text, accent, ..Look::PLAIN }
    }
}
