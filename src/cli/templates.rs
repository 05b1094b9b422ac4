//! `t2v templates`: the templates in the box, and a sheet that shows what they look like.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use image::{Rgb, RgbImage};

use crate::diag::{Diagnostic, Report, printable};
use crate::render::captions::{CaptionSetting, SpokenWord, pages};
use crate::render::content::{ListCard, TitleCard};
use crate::render::{self, CaptionTrack, Compositor, Frame, ListItem, SceneContent, View, ViewAssets};
use crate::session::SessionError;
use crate::spec::{self, model};
use crate::units::{Fps, Size};

use super::console::Console;
use super::{CommandResult, CommandStatus};

const FPS: Fps = Fps::whole(30);
/// Between the pictures of a sheet, in pixels.
const GAP: u32 = 12;
/// The frame that is shown, by which everything is there.
const SHOWN: u32 = 75;

#[derive(Args)]
pub struct TemplatesArgs {
    /// Templates to tell of, with their parameters; a project's own by their path. All in the box if left out
    names: Vec<String>,
    /// Draw what each looks like into this picture (.png or .jpg): a title, a list, captions
    #[arg(long, value_name = "FILE")]
    sheet: Option<PathBuf>,
    /// The shape of the frames on the sheet
    #[arg(long, value_enum, default_value_t = Shape::Wide)]
    size: Shape,
}

#[derive(Clone, Copy, ValueEnum)]
enum Shape {
    Wide,
    Vertical,
    Square,
}

impl Shape {
    fn size(self) -> Size {
        match self {
            Shape::Wide => Size::new(640, 360),
            Shape::Vertical => Size::new(360, 640),
            Shape::Square => Size::new(480, 480),
        }
    }

    /// Templates side by side.
    fn columns(self) -> u32 {
        match self {
            Shape::Wide => 1,
            Shape::Vertical | Shape::Square => 2,
        }
    }
}

impl TemplatesArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let Some(sheet) = &self.sheet else { return Ok(self.list(console)) };
        let drawn = self.shown().into_iter().map(|(name, about)| rows(&name, &about, self.size.size()));
        let pictures: Vec<_> =
            drawn.collect::<Result<_, _>>().map_err(|report| SessionError::Spec(Box::new(report)))?;
        laid_out(&pictures, self.size).save(sheet).map_err(|error| {
            SessionError::machine(Diagnostic::error(format!("`{}` can't be written: {error}", sheet.display())))
        })?;
        console.print(&format!("{}\n", printable(&sheet.display().to_string())));
        Ok(CommandStatus::Done)
    }

    /// What there is, a line each; where some are named, with what they can be told.
    fn list(&self, console: Console) -> CommandStatus {
        for (name, about) in self.shown() {
            let told = if self.names.is_empty() { String::new() } else { parameters(&name) };
            console.print(&format!("{:10} {}\n{told}", printable(&name), printable(&about)));
        }
        CommandStatus::Done
    }

    /// The templates to draw: their names, and what they say of themselves.
    fn shown(&self) -> Vec<(String, String)> {
        let all = spec::templates();
        if self.names.is_empty() {
            return all.into_iter().map(|(name, about)| (name.to_owned(), about)).collect();
        }
        let mut shown = Vec::new();
        for name in &self.names {
            let about = all.iter().find(|(known, _)| known == name).map_or("One of your own", |(_, about)| about);
            shown.push((name.clone(), about.to_owned()));
        }
        shown
    }
}

/// A template's parameters, a line each.
fn parameters(name: &str) -> String {
    let mut text = String::new();
    for param in spec::template_params(name, Path::new(".")) {
        let (name, default) = (printable(&param.name), printable(&param.default));
        let held = format!("{name} ({}, \"{default}\")", printable(&param.holds()));
        text.push_str(&format!("  {held:34} {}\n", printable(&param.doc)));
    }
    text
}

/// A title, a list, and captions in a template.
fn rows(name: &str, about: &str, size: Size) -> Result<[RgbImage; 3], Report> {
    let template = serde_json::Value::from(name);
    let text = format!("template: {template}\noutput: {{ size: {size} }}\nscenes: [{{ say: Hello. }}]\n");
    let options = spec::LoadOptions { families: &render::FAMILIES, ..spec::LoadOptions::default() };
    let film = spec::parse(&text, Path::new("."), "sheet", &options)?.spec;
    let stem = Path::new(name).file_stem().map_or_else(|| name.into(), |stem| stem.to_string_lossy());
    let title = SceneContent::Title(TitleCard { title: capital(&stem), subtitle: Some(about.to_owned()) });
    let items = ["A graph of steps", "Keys made from content", "Only what changed runs again"];
    let items = items.into_iter().map(|text| ListItem { text: text.to_owned(), at: 0 }).collect();
    let list = SceneContent::List(ListCard { heading: Some("What makes it quick".to_owned()), items });
    let [title, list, mut spoken] = [title, list, SceneContent::Backdrop(film.look.backdrop)]
        .map(|show| View::new(size, FPS, 150, show, film.look.clone()));
    spoken.captions = film.scenes.first().and_then(|scene| scene.captions).map(|captions| captioned(captions, &spoken));
    Ok([title, list, spoken].map(draw))
}

fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// A sentence in captions, its words a third of a second each.
fn captioned(captions: model::CaptionLook, view: &View) -> CaptionTrack {
    let sentence = "Change one sentence, and only that sentence is spoken again.";
    let mut words = Vec::new();
    for (text, from) in sentence.split(' ').zip((0..).step_by(16_000)) {
        words.push(SpokenWord { text: text.to_owned(), from, to: from + 16_000, joined: false });
    }
    let setting = CaptionSetting {
        style: captions.style,
        size: view.size,
        fps: FPS,
        frames: view.frames,
        font: &view.look.body_font,
    };
    CaptionTrack { style: captions.style, position: captions.position, pages: pages(&words, &setting) }
}

fn draw(view: View) -> RgbImage {
    let mut frame = Frame::new(view.size);
    let compositor = Compositor::new(view, ViewAssets::default());
    compositor.and_then(|mut own| own.draw_frame(SHOWN, None, &mut frame)).expect("such views need no pictures");
    frame.to_rgb()
}

/// The templates' pictures in rows.
fn laid_out(templates: &[[RgbImage; 3]], shape: Shape) -> RgbImage {
    let (size, columns) = (shape.size(), shape.columns() * 3);
    let step = (size.width + GAP, size.height + GAP);
    let rows = (templates.len() as u32).div_ceil(shape.columns());
    let mut sheet = RgbImage::from_pixel(columns * step.0 + GAP, rows * step.1 + GAP, Rgb([128; 3]));
    for (i, picture) in templates.iter().flatten().enumerate() {
        let (column, row) = (i as u32 % columns, i as u32 / columns);
        let at = (GAP + column * step.0, GAP + row * step.1);
        image::imageops::replace(&mut sheet, picture, i64::from(at.0), i64::from(at.1));
    }
    sheet
}
