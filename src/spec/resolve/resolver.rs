//! [`Resolver`]: what every part of resolving shares, which is the diagnostics, the project's files and the caller's options, and the
//! checks that several parts need.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;
use std::path::PathBuf;

use crate::diag::{Diagnostic, Span};
use crate::spec::csv;
use crate::spec::decode::{DecodeContext, Spanned};
use crate::spec::file_error;
use crate::spec::files::{FileError, FileKind, ProjectRoot};
use crate::spec::model::picture::PictureSource;
use crate::spec::model::source_file::SourceFile;
use crate::spec::options::{IncludedText, LoadOptions};
use crate::spec::pronunciations::WrittenPronunciations;
use crate::spec::scalar::{FileName, Text};
use crate::spec::sniff::FileFormat;
use crate::spec::suggest::{nearest, shortened};
use crate::units::Size;

/// After this many errors no folder is searched for a similar name: reading folders takes time.
const MAX_SUGGESTED_ERRORS: usize = 100;
/// What resolving reads and writes besides the film itself.
pub(crate) struct Resolver<'a> {
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
    pub logo: Option<PictureSource>,
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

    /// The picture that `name` names, or `None` after saying why not.
    pub fn picture(&mut self, name: &Spanned<FileName>) -> Option<PictureSource> {
        let written = &name.value.0;
        let (path, info) = self.project.picture_file(written).map_err(|refused| self.refused(name, &refused)).ok()?;
        self.inputs.push(path.clone());
        let file = SourceFile { path, written: written.clone(), place: name.place, format: info.format };
        Some(PictureSource::File { file, info })
    }

    fn refused(&mut self, name: &Spanned<FileName>, refused: &FileError) {
        let near = if self.cx.errors() < MAX_SUGGESTED_ERRORS { refused.similar_path() } else { None };
        let help = near.map_or_else(|| refused.help(), |near| format!("did you mean `{near}`?"));
        self.cx.report(file_error::refusal(&name.value.0, name.place, refused, help));
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

    /// A text as it is drawn, after the warnings of [`drawn`](Self::drawn).
    pub fn drawn_text(&mut self, text: &Spanned<Text>) -> String {
        self.drawn(&text.value.0, text.place);
        text.value.0.clone()
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
}

/// The text of a field, if it is given.
pub fn cloned_text(written: &Option<Spanned<Text>>) -> Option<String> {
    written.as_ref().map(|text| text.value.0.clone())
}
