//! `t2v sheet`: a picture of all scenes, without making the film.

use std::path::{Path, PathBuf};

use clap::Args;
use image::ImageFormat;

use crate::cache::Cache;
use crate::diag::{Diagnostic, printable};
use crate::event::SceneSummary;
use crate::human;
use crate::plan;
use crate::render::{SheetCell, contact_sheet};
use crate::session::{SessionError, artifacts, display_path};

use super::console::Console;
use super::diagnostics::unwritable;
use super::request::RequestArgs;
use super::{CommandResult, CommandStatus};

#[derive(Args)]
#[command(after_help = "\
Only what is said and one still of each scene are made, so a sheet is there long before the film.

Examples:
  t2v sheet                      out/video.sheet.jpg
  t2v sheet talk.yaml -o s.png --columns 4")]
pub struct SheetArgs {
    #[command(flatten)]
    request: RequestArgs,
    /// Where to write it: .jpg, .png or .webp [default: beside the film]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Pictures in a row [default: as many as give the sheet a good shape]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    columns: Option<u32>,
}

impl SheetArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let (session, film) = self.request.load(console)?;
        let path = self.output.unwrap_or_else(|| plan::beside(&film.spec.output.file, "sheet.jpg"));
        let format = image_format(&path)?;
        let scenes = session.preview(&film)?;
        let cache = session.cache()?;
        let cells: Vec<SheetCell> = scenes.iter().map(|scene| sheet_cell(scene, cache)).collect::<Result<_, _>>()?;
        write(&contact_sheet(&cells, self.columns), &path, format)?;
        console.print(&format!("{}: {} scenes\n", printable(&display_path(&path).display().to_string()), cells.len()));
        Ok(CommandStatus::Done)
    }
}

fn sheet_cell(scene: &SceneSummary, cache: &Cache) -> Result<SheetCell, SessionError> {
    let lost = Diagnostic::error(format!("the still of scene `{}` is gone from the cache", scene.id));
    let bytes = artifacts::scene_still(scene, cache).ok_or_else(|| SessionError::machine(lost.clone()))?;
    let picture = image::load_from_memory(&bytes)
        .map_err(|_| SessionError::machine(lost.help("run `t2v cache verify`")))?
        .to_rgb8();
    let note = scene.from.map_or_else(String::new, human::format_position);
    Ok(SheetCell { picture, name: scene.id.clone(), note })
}

/// The format that the file's name asks for.
fn image_format(path: &Path) -> Result<ImageFormat, SessionError> {
    ImageFormat::from_path(path)
        .ok()
        .filter(|format| matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP))
        .ok_or_else(|| SessionError::request(unwritable(path, "its name ends in none of .jpg, .png, .webp")))
}

fn write(sheet: &image::RgbImage, path: &Path, format: ImageFormat) -> Result<(), SessionError> {
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|error| SessionError::machine(unwritable(path, error)))?;
    }
    sheet.save_with_format(path, format).map_err(|error| SessionError::machine(unwritable(path, error)))
}
