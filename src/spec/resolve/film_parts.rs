//! Resolves the parts of a film besides its scenes: music, logo and output.

use std::path::PathBuf;

use super::resolver::Resolver;
use crate::diag::{Diagnostic, Span};
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::files::FileKind;
use crate::spec::language;
use crate::spec::model::{BackgroundMusic, Corner, FilmLogo, Quality, VideoOutput};
use crate::spec::scalar::FileName;
use crate::spec::suggest::shortened;
use crate::units::{Fps, Size};

/// The frame size of a film that gives none.
pub const FULL_HD: Size = Size::new(1920, 1080);

impl Resolver<'_> {
    pub fn music(&mut self, music: ShortOrLong<Spanned<FileName>, language::Music>) -> Option<BackgroundMusic> {
        let music = match music {
            ShortOrLong::Short(file) => language::Music { file, level: None, duck: None, fade: None },
            ShortOrLong::Long(music) => music,
        };
        let level = music.level.map_or(-20.0, |at| self.ranged("level", at.value.0, at.place, -60.0..=-5.0, " LUFS"));
        let duck = music.duck.map_or(10.0, |at| self.ranged("duck", at.value.0, at.place, 0.0..=60.0, " dB"));
        let fade = music.fade.map_or(2.0, |at| self.ranged("fade", at.value.0, at.place, 0.0..=60.0, "s"));
        Some(BackgroundMusic { file: self.file(&music.file, FileKind::Sound)?, level, duck, fade })
    }

    pub fn logo(&mut self, logo: Spanned<ShortOrLong<Spanned<FileName>, language::Logo>>) -> Option<FilmLogo> {
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
            picture: self.picture(&file)?,
            corner: logo.corner.unwrap_or(Corner::TopRight),
            opacity,
            height,
        })
    }

    pub fn output(&mut self, output: Option<language::Output>, name: &str, suffix: Option<&str>) -> VideoOutput {
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
