//! [`Resolver`]: what every part of resolving shares, which is the diagnostics, the project's files and the caller's options, and the
//! checks that several parts need.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::diag::{Diagnostic, Span};
use crate::spec::csv;
use crate::spec::decode::{DecodeContext, ShortOrLong, Spanned};
use crate::spec::files::{FileError, FileKind, ProjectRoot};
use crate::spec::language;
use crate::spec::model::{BackgroundMusic, Corner, FileFormat, FilmLogo, Quality, SourceFile, VideoOutput};
use crate::spec::options::{IncludedText, LoadOptions};
use crate::spec::pronunciations::WrittenPronunciations;
use crate::spec::scalar::{FileName, Text};
use crate::spec::suggest::{nearest, shortened};
use crate::units::{Fps, Size};

/// After this many errors no folder is searched for a similar name: reading folders takes time.
const MAX_SUGGESTED_ERRORS: usize = 100;
/// The frame size of a film that gives none.
pub(super) const FULL_HD: Size = Size::new(1920, 1080);

/// What resolving reads and writes besides the film itself.
pub(in crate::spec) struct Resolver<'a> {
    /// Receives the diagnostics.
    pub cx: DecodeContext<'a>,
    /// Which files may be named.
    pub project: ProjectRoot,
    /// The caller's options.
    pub options: LoadOptions<'a>,
    /// The spec's own file, and every file that it names.
    pub inputs: Vec<PathBuf>,
    /// The files whose text is part of the film.
    pub texts: Vec<IncludedText>,
    /// The templates among them.
    pub templates: Vec<SourceFile>,
    /// The size of the film's frames.
    pub frame: Size,
    /// The film's own logo.
    pub logo: Option<SourceFile>,
}

impl Resolver<'_> {
    /// Reports an error at `place`.
    pub fn error(&mut self, message: impl Into<String>, place: Span, label: &str, help: impl Into<String>) {
        self.cx.report(Diagnostic::error(message).at(place).label(label).help(help));
    }

    /// Reports a value outside `range`; returns the value in any case.
    pub fn ranged(&mut self, field: &str, value: f64, place: Span, range: RangeInclusive<f64>, unit: &str) -> f64 {
        if !range.contains(&value) {
            let message = format!("`{field}` is out of range: {value}{unit}");
            let help = format!("from {}{unit} to {}{unit}", range.start(), range.end());
            self.error(message, place, "this value", help);
        }
        value
    }

    /// The words with a pronunciation that the engine can speak; the others are reported.
    pub(super) fn pronounce(&mut self, words: WrittenPronunciations) -> BTreeMap<String, String> {
        let mut kept = BTreeMap::new();
        for (word, said) in words.0 {
            match (self.options.pronounceable)(&word, &said.text) {
                Ok(()) => {
                    kept.insert(word, said.text);
                }
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
    pub fn file(&mut self, name: &Spanned<FileName>, wanted: FileKind) -> Option<SourceFile> {
        let written = &name.value.0;
        match self.project.input_file(written, wanted) {
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

    fn refused(&mut self, name: &Spanned<FileName>, refused: &FileError) {
        let near = if self.cx.errors() < MAX_SUGGESTED_ERRORS { refused.similar_path() } else { None };
        let help = near.map_or_else(|| refused.help(), |near| format!("did you mean `{near}`?"));
        self.error(format!("`{}` {refused}", shortened(&name.value.0)), name.place, "this file", help);
    }

    /// The file that `name` names, and its text, or `None` after saying why not. The text is as it is: cleaning is the caller's.
    pub fn text(&mut self, name: &Spanned<FileName>) -> Option<(SourceFile, String)> {
        let written = &name.value.0;
        let (path, text) = self.project.read_text(written).map_err(|refused| self.refused(name, &refused)).ok()?;
        self.inputs.push(path.clone());
        self.texts.push(IncludedText { path: path.clone(), hash: *blake3::hash(text.as_bytes()).as_bytes() });
        Some((SourceFile { path, written: written.clone(), place: name.place, format: FileFormat::Text }, text))
    }

    /// The CSV file that `name` names, and its table, or `None` after saying why not.
    pub fn csv(&mut self, name: &Spanned<FileName>) -> Option<(SourceFile, csv::CsvTable)> {
        let (file, text) = self.text(name)?;
        match csv::parse(&text) {
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
        one: &Option<Spanned<T>>,
        other: &Option<Spanned<T>>,
        name: &str,
    ) -> Option<Spanned<T>> {
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
    pub fn drawn(&mut self, text: &str, place: Span) {
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

    pub(super) fn known_font(&mut self, font: &Spanned<Text>) {
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

    pub(super) fn music(&mut self, music: ShortOrLong<Spanned<FileName>, language::Music>) -> Option<BackgroundMusic> {
        let music = match music {
            ShortOrLong::Short(file) => language::Music { file, level: None, duck: None, fade: None },
            ShortOrLong::Long(music) => music,
        };
        let level = music.level.map_or(-20.0, |at| self.ranged("level", at.value.0, at.place, -60.0..=-5.0, " LUFS"));
        let duck = music.duck.map_or(10.0, |at| self.ranged("duck", at.value.0, at.place, 0.0..=60.0, " dB"));
        let fade = music.fade.map_or(2.0, |at| self.ranged("fade", at.value.0, at.place, 0.0..=60.0, "s"));
        Some(BackgroundMusic { file: self.file(&music.file, FileKind::Sound)?, level, duck, fade })
    }

    pub(super) fn logo(&mut self, logo: Spanned<ShortOrLong<Spanned<FileName>, language::Logo>>) -> Option<FilmLogo> {
        let (place, whole) = (logo.place, logo.whole);
        let logo = match logo.value {
            ShortOrLong::Short(file) => {
                language::Logo { file: Some(file), image: None, corner: None, opacity: None, height: None }
            }
            ShortOrLong::Long(logo) => logo,
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
        Some(FilmLogo {
            file: self.file(&file, FileKind::Picture)?,
            corner: logo.corner.unwrap_or(Corner::TopRight),
            opacity,
            height,
        })
    }

    pub(super) fn output(&mut self, output: Option<language::Output>, name: &str, suffix: Option<&str>) -> VideoOutput {
        let (file, size, fps, quality) =
            output.map_or((None, None, None, None), |o| (o.file, o.size, o.fps, o.quality));
        let written = file.as_ref().map_or_else(|| format!("out/{name}.mp4"), |file| file.value.0.clone());
        let written = match (suffix, written.strip_suffix(".mp4")) {
            (Some(suffix), Some(stem)) => format!("{stem}.{suffix}.mp4"),
            _ => written,
        };
        VideoOutput {
            file: self.output_file(&written, file.map(|file| file.place)),
            size: size.unwrap_or(FULL_HD),
            fps: fps.unwrap_or(Fps::whole(30)),
            quality: quality.unwrap_or(Quality::Standard),
        }
    }

    fn output_file(&mut self, written: &str, place: Option<Span>) -> PathBuf {
        let why = match self.project.output_file(written) {
            Ok(file) if !self.inputs.contains(&file) => return file,
            Ok(_) => "is a file that the film is made of".to_owned(),
            Err(refused) => refused.to_string(),
        };
        let found = Diagnostic::error(format!("the film cannot be written: `{}` {why}", shortened(written)));
        let help = "write a path inside the project's folder that ends in `.mp4`, such as `out/film.mp4`";
        self.cx.report(Diagnostic { span: place, ..found.label("this file").help(help) });
        PathBuf::new()
    }
}

/// The text of a field, if it is given.
pub fn cloned_text(written: &Option<Spanned<Text>>) -> Option<String> {
    written.as_ref().map(|text| text.value.0.clone())
}
