//! From the language as written to the checked film: defaults filled in, files found, ranges held. Knows nothing of YAML.

mod captions;
mod card;
mod chart;
mod code;
mod layers;
mod marks;
mod media;
mod order;
mod progress;
mod scene;
mod show;
mod sign;
mod speech;
pub mod template;
mod thumbnail;
mod transition;
mod variant;
mod voice;

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use std::path::PathBuf;

use super::csv;
use super::decode::{At, Cx, Either, nearest, shortened};
use super::files::{Fence, Refused, Wanted};
use super::language::{self, Film};
use super::model::{Corner, Format, Logo, Music, Output, Quality, SourceFile, Spec};
use super::pronounce::Pronounce;
use super::scalar::FileName;
use super::{Options, TextRead};
use crate::diag::{Diagnostic, Place};
use crate::units::{Fps, Size};

/// After this many errors no folder is searched for a near name.
const MOST_ANSWERED: usize = 100;
/// The frames of a film that does not say how large they are.
const FULL_HD: Size = Size::new(1920, 1080);

/// What resolving reads and writes besides the film.
pub(super) struct Resolver<'a> {
    /// Where diagnostics go.
    pub cx: Cx<'a>,
    /// Which files may be named.
    pub fence: Fence,
    /// What the rest of the house knows.
    pub options: Options<'a>,
    /// The spec's own file, and every file that it names.
    pub inputs: Vec<PathBuf>,
    /// The files whose text is part of the film.
    pub texts: Vec<TextRead>,
    /// The templates among them.
    pub templates: Vec<SourceFile>,
    /// The size of the film's frames.
    pub frame: Size,
    /// The film's own logo.
    pub logo: Option<SourceFile>,
}

/// The checked film called `name`, as the variant `chosen` has it. It is worth something only if no error was reported.
pub(super) fn film(film: Film, name: &str, chosen: Option<&str>, to: &mut Resolver) -> Spec {
    let (film, wanted) = variant::applied(film, chosen, to);
    to.frame = film.output.as_ref().and_then(|output| output.size).unwrap_or(FULL_HD);
    let template = to.template(film.template.as_ref(), film.look);
    let (captions, subtitles) = captions::of_film(film.captions.as_ref(), template.captions);
    let music = film.music.and_then(|music| to.music(music));
    let logo = film.logo.and_then(|logo| to.logo(logo));
    to.logo = logo.as_ref().map(|logo| logo.file.clone());
    let base = scene::Base::new(film.voice.as_ref(), captions, film.defaults, &template, to);
    let scenes = scene::all(film.scenes, &base, to);
    let mut scenes = variant::picked(scenes, &wanted, to);
    progress::lay(film.progress, &mut scenes, to);
    let thumbnail = thumbnail::thumbnail(film.thumbnail, &scenes, to);
    let pronounce = to.pronounce(film.pronounce.unwrap_or_default());
    let output = to.output(film.output, name, wanted.suffix.as_deref());
    Spec {
        name: name.to_owned(),
        root: to.fence.root().to_owned(),
        title: film.title.map_or_else(|| name.to_owned(), |title| title.value.0),
        output,
        pronounce,
        music,
        subtitles,
        look: template.look,
        templates: std::mem::take(&mut to.templates),
        logo,
        thumbnail,
        scenes,
    }
}

impl Resolver<'_> {
    /// Notes an error at `place`.
    pub fn error(&mut self, message: impl Into<String>, place: Place, label: &str, help: impl Into<String>) {
        self.cx.report(Diagnostic::error(message).at(place).label(label).help(help));
    }

    /// Notes a value outside `range`; the value either way.
    pub fn ranged(&mut self, field: &str, value: f64, place: Place, range: RangeInclusive<f64>, unit: &str) -> f64 {
        if !range.contains(&value) {
            let message = format!("`{field}` is out of range: {value}{unit}");
            let help = format!("from {}{unit} to {}{unit}", range.start(), range.end());
            self.error(message, place, "this value", help);
        }
        value
    }

    /// The words to be spoken in their own way, those left out that can't be.
    fn pronounce(&mut self, words: Pronounce) -> BTreeMap<String, String> {
        let mut kept = BTreeMap::new();
        for (word, said) in words.0 {
            match (self.options.pronounceable)(&word, &said.text) {
                Ok(()) => drop(kept.insert(word, said.text)),
                Err(why) => self.error(
                    why,
                    said.place,
                    "this pronunciation",
                    "write a respelling such as `red bee`, or IPA such as `/ɹɛd biː/`",
                ),
            }
        }
        kept
    }

    /// The file that `name` names, or `None` after saying why not.
    pub fn file(&mut self, name: &At<FileName>, wanted: Wanted) -> Option<SourceFile> {
        let written = &name.value.0;
        match self.fence.input(written, wanted) {
            Ok((path, format)) => {
                self.inputs.push(path.clone());
                Some(SourceFile { path, written: written.clone(), place: name.place, format })
            }
            Err(refused) => {
                self.refused(name, &refused);
                None
            }
        }
    }

    fn refused(&mut self, name: &At<FileName>, refused: &Refused) {
        let near = if self.cx.errors() < MOST_ANSWERED { refused.near() } else { None };
        let help = near.map_or_else(|| refused.help(), |near| format!("did you mean `{near}`?"));
        self.error(format!("`{}` {refused}", shortened(&name.value.0)), name.place, "this file", help);
    }

    /// The file that `name` names, and its text, or `None` after saying why not. The text is as it is: cleaning is the caller's.
    pub fn text(&mut self, name: &At<FileName>) -> Option<(SourceFile, String)> {
        let written = &name.value.0;
        let (path, text) = self.fence.text(written).map_err(|refused| self.refused(name, &refused)).ok()?;
        self.inputs.push(path.clone());
        self.texts.push(TextRead { path: path.clone(), hash: *blake3::hash(text.as_bytes()).as_bytes() });
        Some((SourceFile { path, written: written.clone(), place: name.place, format: Format::Text }, text))
    }

    /// The CSV file that `name` names, and its table, or `None` after saying why not.
    pub fn csv(&mut self, name: &At<FileName>) -> Option<(SourceFile, csv::Table)> {
        let (file, text) = self.text(name)?;
        match csv::read(&text) {
            Ok(table) => Some((file, table)),
            Err(wrong) => {
                self.error(format!("`{}` {wrong}", shortened(&file.written)), file.place, "this file", wrong.help());
                None
            }
        }
    }

    /// The one of two spellings that is given; an error if both are.
    pub fn either_spelling<T: Clone>(
        &mut self,
        one: &Option<At<T>>,
        other: &Option<At<T>>,
        name: &str,
    ) -> Option<At<T>> {
        if let (Some(_), Some(second)) = (one, other) {
            self.error(
                format!("`{name}` is given twice, in two spellings"),
                second.place,
                "again",
                "keep one of the two",
            );
        }
        one.clone().or_else(|| other.clone())
    }

    /// Warns of characters that no bundled font can draw.
    pub fn drawn(&mut self, text: &str, place: Place) {
        let used: BTreeSet<char> = text.chars().filter(|c| !c.is_whitespace()).collect();
        let missing: Vec<char> = used.into_iter().filter(|c| !(self.options.drawable)(*c)).collect();
        if missing.is_empty() {
            return;
        }
        let named: Vec<String> = missing.iter().take(5).map(|c| format!("`{c}` (U+{:04X})", u32::from(*c))).collect();
        let more = if missing.len() > 5 { format!(" and {} more", missing.len() - 5) } else { String::new() };
        let message = format!("no bundled font has {}{more}", named.join(", "));
        let help = "an empty box is drawn in its place; write it another way";
        self.cx.report(Diagnostic::warning(message).at(place).label("in this text").help(help));
    }

    fn known_font(&mut self, font: &At<super::scalar::Text>) {
        let (families, name) = (self.options.families, font.value.0.as_str());
        if families.is_empty() || families.contains(&name) {
            return;
        }
        let help = match nearest(name, families) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("the fonts are {}", families.join(", ")),
        };
        self.error(format!("there is no font `{name}`"), font.place, "not known", help);
    }

    fn music(&mut self, music: Either<At<FileName>, language::Music>) -> Option<Music> {
        let music = match music {
            Either::Short(file) => language::Music { file, level: None, duck: None, fade: None },
            Either::Long(music) => music,
        };
        let level = music.level.map_or(-20.0, |at| self.ranged("level", at.value.0, at.place, -60.0..=-5.0, " LUFS"));
        let duck = music.duck.map_or(10.0, |at| self.ranged("duck", at.value.0, at.place, 0.0..=60.0, " dB"));
        let fade = music.fade.map_or(2.0, |at| self.ranged("fade", at.value.0, at.place, 0.0..=60.0, "s"));
        Some(Music { file: self.file(&music.file, Wanted::Sound)?, level, duck, fade })
    }

    fn logo(&mut self, logo: At<Either<At<FileName>, language::Logo>>) -> Option<Logo> {
        let (place, whole) = (logo.place, logo.whole);
        let logo = match logo.value {
            Either::Short(file) => {
                language::Logo { file: Some(file), image: None, corner: None, opacity: None, height: None }
            }
            Either::Long(logo) => logo,
        };
        let opacity = logo.opacity.map_or(1.0, |at| self.ranged("opacity", at.value.0, at.place, 0.0..=1.0, ""));
        let height = logo.height.map_or(0.08, |at| self.ranged("height", at.value.0, at.place, 0.02..=0.5, ""));
        let file = self.either_spelling(&logo.file, &logo.image, "file");
        let Some(file) = file else {
            if whole {
                self.error("`logo` names no picture", place, "no `file` here", "add `file:`");
            }
            return None;
        };
        Some(Logo {
            file: self.file(&file, Wanted::Picture)?,
            corner: logo.corner.unwrap_or(Corner::TopRight),
            opacity,
            height,
        })
    }

    fn output(&mut self, output: Option<language::Output>, name: &str, suffix: Option<&str>) -> Output {
        let (file, size, fps, quality) =
            output.map_or((None, None, None, None), |o| (o.file, o.size, o.fps, o.quality));
        let written = file.as_ref().map_or_else(|| format!("out/{name}.mp4"), |file| file.value.0.clone());
        let written = match (suffix, written.strip_suffix(".mp4")) {
            (Some(suffix), Some(stem)) => format!("{stem}.{suffix}.mp4"),
            _ => written,
        };
        Output {
            file: self.output_file(&written, file.map(|file| file.place)),
            size: size.unwrap_or(FULL_HD),
            fps: fps.unwrap_or(Fps::whole(30)),
            quality: quality.unwrap_or(Quality::Standard),
        }
    }

    fn output_file(&mut self, written: &str, place: Option<Place>) -> PathBuf {
        let why = match self.fence.output(written) {
            Ok(file) if !self.inputs.contains(&file) => return file,
            Ok(_) => "is a file that the film is made of".to_owned(),
            Err(refused) => refused.to_string(),
        };
        let found = Diagnostic::error(format!("the film cannot be written: `{}` {why}", shortened(written)));
        let help = "write a path inside the project's folder that ends in `.mp4`, such as `out/film.mp4`";
        self.cx.report(Diagnostic { place, ..found.label("this file").help(help) });
        PathBuf::new()
    }
}
