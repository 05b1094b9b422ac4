//! A still of the film, as YouTube wants it: JPEG, at most 1280×720 and 2 MB. Knows nothing of which one is best.

use image::DynamicImage;
use image::codecs::jpeg::JpegEncoder;
use image::imageops::FilterType;
use serde::{Deserialize, Serialize};

use crate::render::Frame;

use super::segment::Shot;
use super::{Context, Step, StepError, Take, Tool};

/// The longer side at most, in pixels.
const LONGEST: u32 = 1280;
const JPEG_QUALITY: u8 = 90;

/// Draws one frame. Inputs as for a segment; output `picture`, a JPEG.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Thumbnail {
    /// The frame.
    pub take: Take,
}

impl Step for Thumbnail {
    const KIND: &'static str = "thumbnail";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["picture"];

    fn tools(&self) -> &'static [Tool] {
        // A take of a video is decoded.
        if self.take.clip.is_some() { &[Tool::Ffmpeg, Tool::Fonts] } else { &[Tool::Fonts] }
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let mut frame = Frame::new(self.take.view.size);
        Shot::start(&self.take, 1, "", context)?.frame(0, &mut frame)?;
        let mut picture = DynamicImage::ImageRgb8(frame.to_rgb());
        if picture.width().max(picture.height()) > LONGEST {
            picture = picture.resize(LONGEST, LONGEST, FilterType::CatmullRom);
        }
        let mut bytes = Vec::new();
        JpegEncoder::new_with_quality(&mut bytes, JPEG_QUALITY).encode_image(&picture).map_err(StepError::input)?;
        context.write("picture", &bytes)
    }
}
