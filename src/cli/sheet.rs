//! `t2v sheet`: a picture of all scenes, without making the film.

use std::path::{Path, PathBuf};

use clap::Args;
use image::ImageFormat;

use crate::diag::Diagnostic;
use crate::event::Scene;
use crate::plan;
use crate::render::{Cell, sheet};
use crate::report::{Screen, clock};

use super::making::{Bench, What, shown};
use super::{Exit, aftermath, complain, say};

#[derive(Args)]
#[command(after_help = "\
Only what is said and one still of each scene are made, so a sheet is there long before the film.

Examples:
  t2v sheet                      out/video.sheet.jpg
  t2v sheet talk.yaml -o s.png --columns 4")]
pub struct Sheet {
    #[command(flatten)]
    what: What,
    /// Where to write it: .jpg, .png or .webp [default: beside the film]
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Pictures in a row [default: as many as give the sheet a good shape]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    columns: Option<u32>,
}

impl Sheet {
    pub fn run(self, screen: Screen) -> Exit {
        self.written(screen).unwrap_or_else(|exit| exit)
    }

    fn written(&self, screen: Screen) -> Result<Exit, Exit> {
        let failed = |diagnostic| {
            complain(diagnostic, screen);
            Exit::Failed
        };
        let bench = Bench::open(&self.what.project()).map_err(failed)?;
        let (spec, scenes) = bench.previewed(&self.what, screen)?;
        let path = self.output.clone().unwrap_or_else(|| plan::beside(&spec.output.file, "sheet.jpg"));
        let cells: Vec<Cell> =
            scenes.iter().map(|scene| cell(scene, &bench)).collect::<Result<_, _>>().map_err(failed)?;
        write(&sheet(&cells, self.columns), &path).map_err(failed)?;
        say(&format!("{}: {} scenes\n", crate::diag::printable(&shown(&path).display().to_string()), cells.len()));
        Ok(Exit::Done)
    }
}

fn cell(scene: &Scene, bench: &Bench) -> Result<Cell, Diagnostic> {
    let lost = || Diagnostic::error(format!("the still of scene `{}` is gone from the cache", scene.id));
    let bytes = aftermath::still(scene, &bench.cache).ok_or_else(lost)?;
    let picture = image::load_from_memory(&bytes).map_err(|_| lost().help("run `t2v cache verify`"))?.to_rgb8();
    let note = scene.from.map_or_else(String::new, clock::position);
    Ok(Cell { picture, name: scene.id.clone(), note })
}

fn write(sheet: &image::RgbImage, path: &Path) -> Result<(), Diagnostic> {
    let wrong = |why: String| Diagnostic::error(format!("`{}` can't be written: {why}", path.display()));
    let format = ImageFormat::from_path(path)
        .ok()
        .filter(|format| matches!(format, ImageFormat::Jpeg | ImageFormat::Png | ImageFormat::WebP))
        .ok_or_else(|| wrong("its name ends in none of .jpg, .png, .webp".to_owned()))?;
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(|e| wrong(e.to_string()))?;
    }
    sheet.save_with_format(path, format).map_err(|e| wrong(e.to_string()))
}
