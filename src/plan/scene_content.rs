//! What a scene shows, from the spec's terms to those of `render`: its files' sizes, and when the parts of a card come in.

use crate::render::{self, ListItem, TableRow};
use crate::spec::model::{BuildTiming, PictureItem, Scene, Show, StatedWord};

use super::planner::{Planner, TimedScene};
use super::scene_view::caption_position;
use super::{exhibit, statement};

impl Planner {
    /// What a scene shows, as `render` draws it.
    pub fn show(&self, scene: &Scene, timed: &TimedScene) -> render::SceneContent {
        match &scene.show {
            Show::Image { fit, motion, focus, .. } => {
                render::SceneContent::Picture { fit: *fit, motion: *motion, focus: *focus }
            }
            Show::Video { fit, .. } => {
                render::SceneContent::Video { fit: *fit, source: self.source(timed.media.first()) }
            }
            Show::Colour(colour) => render::SceneContent::Colour(*colour),
            Show::Gradient { colours, angle } => {
                render::SceneContent::Gradient { colours: colours.clone(), angle: *angle }
            }
            Show::Backdrop(backdrop) => render::SceneContent::Backdrop(backdrop.canonical()),
            Show::Title { title, subtitle } => {
                render::SceneContent::Title { title: title.clone(), subtitle: subtitle.clone() }
            }
            Show::List { heading, items, build } => {
                render::SceneContent::List { heading: heading.clone(), items: self.list_items(items, *build, timed) }
            }
            Show::Quote { text, by } => render::SceneContent::Quote { text: text.clone(), by: by.clone() },
            Show::Statement { words } => {
                let at = statement::word_starts(words, &timed.timeline, self.fps());
                let words = words.iter().zip(at).map(|(word, at)| statement_word(word, at));
                render::SceneContent::Statement { words: words.collect() }
            }
            Show::Table { heading, head, rows, build, .. } => {
                let starts = self.item_starts(*build, rows.len(), timed);
                let rows = rows.iter().zip(starts).map(|(cells, at)| TableRow { cells: cells.clone(), at });
                render::SceneContent::Table { heading: heading.clone(), head: head.clone(), rows: rows.collect() }
            }
            Show::End { title, lines, qr } => {
                render::SceneContent::End { title: title.clone(), lines: lines.clone(), qr: qr.clone() }
            }
            Show::Qr { text, title, caption } => {
                render::SceneContent::Qr { text: text.clone(), title: title.clone(), caption: caption.clone() }
            }
            Show::Logo { title, subtitle, .. } => {
                render::SceneContent::Logo { title: title.clone(), subtitle: subtitle.clone() }
            }
            Show::Code(code) => render::SceneContent::Code(exhibit::code(code, &timed.timeline, self.fps())),
            Show::Chart(chart) => render::SceneContent::Chart(exhibit::chart(chart, &timed.timeline, self.fps())),
            Show::Pictures { heading, pictures, fit, build } => {
                let starts = self.picture_starts(*build, pictures.len(), timed);
                let pictures =
                    pictures.iter().zip(starts).map(|(picture, at)| captioned_picture(picture, at)).collect();
                render::SceneContent::Pictures {
                    heading: heading.clone(),
                    fit: *fit,
                    pictures,
                    captions: caption_position(scene),
                }
            }
            Show::Split { media, side, fit, title, text, items, build } => render::SceneContent::Split {
                media: self.media(media, timed.media.first()),
                side: *side,
                fit: *fit,
                title: title.clone(),
                text: text.clone(),
                items: self.list_items(items, *build, timed),
                captions: caption_position(scene),
            },
            Show::Screens { heading, screens, fit } => {
                let screens = screens.iter().enumerate().map(|(i, screen)| render::LabelledVideo {
                    label: screen.label.clone(),
                    source: self.source(timed.media.get(i)),
                });
                let screens = screens.collect();
                render::SceneContent::Screens {
                    heading: heading.clone(),
                    fit: *fit,
                    screens,
                    captions: caption_position(scene),
                }
            }
        }
    }

    fn list_items(&self, texts: &[String], build: BuildTiming, timed: &TimedScene) -> Vec<ListItem> {
        let starts = self.item_starts(build, texts.len(), timed);
        texts.iter().zip(starts).map(|(text, at)| ListItem { text: text.clone(), at }).collect()
    }

    /// The frame in which each of `count` parts of a card comes in.
    fn item_starts(&self, build: BuildTiming, count: usize, timed: &TimedScene) -> Vec<u32> {
        (0..count).map(|i| timed.timeline.item_at(build, i, count, self.fps()) as u32).collect()
    }

    /// The frame in which each of several pictures comes in: with a short delay between them where all come together.
    fn picture_starts(&self, build: BuildTiming, count: usize, timed: &TimedScene) -> Vec<u32> {
        if !matches!(build, BuildTiming::All | BuildTiming::Typed) {
            return self.item_starts(build, count, timed);
        }
        let entrance = render::entrance_frames(self.fps());
        let delay = (entrance / 4).min(entrance / count.max(1) as u32);
        (0..count as u32).map(|i| delay * i).collect()
    }
}

fn statement_word(word: &StatedWord, at: u32) -> render::StatementWord {
    render::StatementWord { text: word.text.clone(), accented: word.lit, at, joined: word.joined }
}

fn captioned_picture(picture: &PictureItem, at: u32) -> render::CaptionedPicture {
    render::CaptionedPicture { caption: picture.caption.clone(), focus: picture.focus, at }
}
