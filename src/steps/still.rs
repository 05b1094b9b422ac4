//! A still of a scene as a JPEG: the film's thumbnail, and the small pictures of reports.

use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use serde::{Deserialize, Serialize};

use crate::render::{self, Frame};

use super::context::Context;
use super::crates::CrateGroup;
use super::segment::{SceneFrames, SceneRenderer};
use super::step::Step;
use super::step_error::StepError;
use super::tool::Tool;

/// Draws one frame. Inputs as for a segment; output `picture`, a JPEG.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct DrawStill {
    /// The frame that is drawn: the first of these.
    pub take: SceneFrames,
    /// The limit of the longer side, in pixels.
    pub longest: u32,
    /// The quality of the JPEG, 1 to 100.
    pub quality: u8,
    /// A text that is written over the picture.
    pub headline: Option<String>,
}

impl DrawStill {
    /// A thumbnail as YouTube wants it: at most 1280×720 and 2 MB.
    pub fn thumbnail(take: SceneFrames, headline: Option<String>) -> Self {
        Self { take, longest: 1280, quality: 90, headline }
    }

    /// A small still, for a report with many of them.
    pub fn small(take: SceneFrames) -> Self {
        Self { take, longest: 480, quality: 75, headline: None }
    }
}

impl Step for DrawStill {
    const KIND: &'static str = "still";
    const VERSION: u32 = 2;
    const OUTPUTS: &'static [&'static str] = &["picture"];
    const CRATES: &'static [CrateGroup] = &[CrateGroup::Picture, CrateGroup::Encode];

    fn tools(&self) -> &'static [Tool] {
        match self.take.clips.as_slice() {
            [_, ..] => &[Tool::Ffmpeg, Tool::Fonts],
            [] => &[Tool::Fonts],
        }
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let mut frame = Frame::new(self.take.view.size);
        SceneRenderer::start(&self.take, 1, "", context)?.frame(0, &mut frame)?;
        if let Some(text) = &self.headline {
            render::headline(text, &self.take.view.look, &mut frame);
        }
        let mut picture = DynamicImage::ImageRgb8(frame.to_rgb());
        if picture.width().max(picture.height()) > self.longest {
            picture = picture.resize(self.longest, self.longest, FilterType::CatmullRom);
        }
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, self.quality).encode_image(&picture).map_err(StepError::input)?;
        context.write("picture", &bytes)
    }
}
