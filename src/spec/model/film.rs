//! The whole film: its scenes, and the settings that hold for all of them.

use std::collections::BTreeMap;
use std::path::PathBuf;

use super::look::Look;
use super::output::{Quality, SubtitleFormat};
use super::picture::PictureSource;
use super::placement::Corner;
use super::scene::Scene;
use super::source_file::SourceFile;
use crate::units::{Fps, Size};

/// A whole film, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Spec {
    /// The spec's file stem; names the outputs.
    pub name: String,
    /// The project's folder; no input lies outside it.
    pub root: PathBuf,
    /// The film's title, for players and descriptions.
    pub title: String,
    /// The film file and its encoding.
    pub output: VideoOutput,
    /// Words with their pronunciation, checked against the voice's engine.
    pub pronounce: BTreeMap<String, String>,
    /// Music under the whole film.
    pub music: Option<BackgroundMusic>,
    /// The formats in which subtitle files are written next to the film.
    pub subtitles: Vec<SubtitleFormat>,
    /// Colours, fonts and the style of cards.
    pub look: Look,
    /// The template files of the project that the look comes from.
    pub templates: Vec<SourceFile>,
    /// The picture that stays in a corner.
    pub logo: Option<FilmLogo>,
    /// The picture that stands for the film.
    pub thumbnail: Thumbnail,
    /// The scenes in the order in which they follow one another.
    pub scenes: Vec<Scene>,
}

impl Spec {
    /// Every file of the project that the film uses.
    pub fn source_files(&self) -> impl Iterator<Item = &SourceFile> {
        let logo = self.logo.iter().filter_map(|logo| logo.picture.file());
        let film = self.music.iter().map(|music| &music.file).chain(logo);
        let poster = match &self.thumbnail.source {
            ThumbnailSource::Image(picture) => picture.file(),
            ThumbnailSource::First | ThumbnailSource::Scene { .. } => None,
        };
        film.chain(poster).chain(&self.templates).chain(self.scenes.iter().flat_map(Scene::source_files))
    }
}

/// The picture that stands for the film.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Thumbnail {
    /// Where it comes from.
    pub source: ThumbnailSource,
    /// Words that are written over it.
    pub headline: Option<String>,
}

/// Where a thumbnail comes from.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum ThumbnailSource {
    /// The first scene that is no video, at two thirds of its length.
    #[default]
    First,
    /// A picture of its own.
    Image(PictureSource),
    /// A frame of a scene.
    Scene {
        /// The scene's id.
        id: String,
        /// The moment, as a share of the scene's length from 0 to 1.
        at: f64,
    },
}

/// The film file and how it is encoded.
#[derive(Clone, Debug, PartialEq)]
pub struct VideoOutput {
    /// Absolute path inside the project.
    pub file: PathBuf,
    /// The size of a frame in pixels.
    pub size: Size,
    /// Frames per second, as a fraction.
    pub fps: Fps,
    /// How much work goes into each frame.
    pub quality: Quality,
}

/// Music under the whole film.
#[derive(Clone, Debug, PartialEq)]
pub struct BackgroundMusic {
    /// The music's file, which is looped where it is shorter than the film.
    pub file: SourceFile,
    /// Loudness where nobody speaks, in LUFS (about −20).
    pub level: f64,
    /// How much it is lowered under speech, in dB (≥ 0).
    pub duck: f64,
    /// Fade at the film's start and end, in seconds.
    pub fade: f64,
}

/// A picture in a corner, over every scene.
#[derive(Clone, Debug, PartialEq)]
pub struct FilmLogo {
    /// The picture; alpha is kept.
    pub picture: PictureSource,
    /// The corner that it stays in.
    pub corner: Corner,
    /// From 0.0, invisible, to 1.0, opaque.
    pub opacity: f64,
    /// Its height as a share of the frame's height (0.02–0.5).
    pub height: f64,
}
