//! A still of a scene as a JPEG: the film's thumbnail, and the small pictures of reports. Knows nothing of which frame is best.

use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use serde::{Deserialize, Serialize};

use crate::render::{self, Frame};

use super::segment::Shot;
use super::{Context, Step, StepError, Take, Tool};

/// Draws one frame. Inputs as for a segment; output `picture`, a JPEG.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Still {
    /// The frame.
    pub take: Take,
    /// The longer side at most, in pixels.
    pub longest: u32,
    /// JPEG quality, 1–100.
    pub quality: u8,
    /// What is written over it.
    pub headline: Option<String>,
}

impl Still {
    /// As YouTube wants a thumbnail: at most 1280×720 and 2 MB.
    pub fn thumbnail(take: Take, headline: Option<String>) -> Self {
        Self { take, longest: 1280, quality: 90, headline }
    }

    /// For a report with many of them.
    pub fn small(take: Take) -> Self {
        Self { take, longest: 480, quality: 75, headline: None }
    }
}

impl Step for Still {
    const KIND: &'static str = "still";
    const VERSION: u32 = 2;
    const OUTPUTS: &'static [&'static str] = &["picture"];

    fn tools(&self) -> &'static [Tool] {
        match self.take.clips.as_slice() {
            [_, ..] => &[Tool::Ffmpeg, Tool::Fonts],
            [] => &[Tool::Fonts],
        }
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let mut frame = Frame::new(self.take.view.size);
        Shot::start(&self.take, 1, "", context)?.frame(0, &mut frame)?;
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
