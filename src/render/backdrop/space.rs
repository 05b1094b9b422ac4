//! The coordinates of backdrops, and the tone at a point.

use crate::units::Size;

use super::noise::lerp;

/// The colour of a backdrop at one point, as shares of the look's colours.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tone {
    /// Position in the background gradient: 0 is `background`, 1 is `background_end`.
    pub along: f32,
    /// Share of the accent, bounded when it is painted.
    pub tint: f32,
    /// Share of the text colour, bounded when it is painted.
    pub light: f32,
    /// Added to luma, in byte levels.
    pub grain: f32,
}

/// Coordinates in units of the frame's shorter side, with the origin in its centre.
pub struct FrameSpace {
    /// Coordinates of the right and of the lower edge.
    pub half: (f32, f32),
    /// Side of a pixel, in these units.
    pub pixel: f32,
}

impl FrameSpace {
    pub fn new(size: Size) -> FrameSpace {
        let (width, height) = (size.width as f32, size.height as f32);
        let pixel = 1.0 / width.min(height);
        FrameSpace { half: (width * pixel / 2.0, height * pixel / 2.0), pixel }
    }

    /// The longer side of the frame, in these units.
    pub fn longest(&self) -> f32 {
        2.0 * self.half.0.max(self.half.1)
    }

    /// The point `x` and `y` pixels from the left and the top edge.
    pub fn point(&self, x: f32, y: f32) -> (f32, f32) {
        (x * self.pixel - self.half.0, y * self.pixel - self.half.1)
    }
}

impl Tone {
    /// Linear interpolation between two tones.
    pub fn mixed(self, to: Tone, share: f32) -> Tone {
        Tone {
            along: lerp(self.along, to.along, share),
            tint: lerp(self.tint, to.tint, share),
            light: lerp(self.light, to.light, share),
            grain: lerp(self.grain, to.grain, share),
        }
    }
}
