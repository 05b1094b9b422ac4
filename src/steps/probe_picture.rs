//! The step that looks at a picture which another step made, as checking a spec looks at a picture's file.

use std::io::Cursor;

use serde::{Deserialize, Serialize};

use crate::spec::model::PictureInfo;

use super::context::Context;
use super::crates::CrateGroup;
use super::step::Step;
use super::step_error::StepError;

/// Reads the header of a picture. Input `picture`; output `info`, a `Result<PictureInfo, PictureFault>` as JSON: bytes that are no picture are
/// a result, too, so that the plan can name the place in the spec that asked for them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProbePicture {}

impl Step for ProbePicture {
    const KIND: &'static str = "probe-picture";
    const VERSION: u32 = 1;
    const OUTPUTS: &'static [&'static str] = &["info"];
    const CRATES: &'static [CrateGroup] = &[CrateGroup::Picture];
    /// A hundred bytes for a picture of some hundred kilobytes.
    const YIELD: f64 = 0.001;

    fn run(&self, context: &Context) -> Result<(), StepError> {
        // All of it is read first: a disk that fails must not be taken for a broken picture.
        let bytes = context.inputs.read("picture")?;
        context.write_json("info", &PictureInfo::read(Cursor::new(bytes))?)
    }
}
