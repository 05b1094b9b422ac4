//! The show `screens`: two videos side by side.

use super::base::ShowBase;
use super::declaration::ShowDeclaration;
use super::media::{caption_line, footage, muted};
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::files::FileKind;
use crate::spec::language::show as written;
use crate::spec::model::media::{DrawnMedia, Footage};
use crate::spec::model::placement::ImageFit;
use crate::spec::resolve::resolver::Resolver;
use crate::spec::scalar::FileName;

/// `screens` shows exactly this number of videos.
const SCREEN_COUNT: usize = 2;

/// Two videos side by side.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreensShow {
    /// A line above the videos.
    pub heading: Option<String>,
    /// The videos, of which there are exactly two.
    pub screens: Vec<ScreenClip>,
    /// How each fills its place.
    pub fit: ImageFit,
}

/// One of two videos.
#[derive(Clone, Debug, PartialEq)]
pub struct ScreenClip {
    /// What of it is seen and heard.
    pub clip: Footage,
    /// The line at it.
    pub label: Option<String>,
}

impl ShowDeclaration for ScreensShow {
    const NAME: &'static str = "screens";
    const FIELDS: &'static [&'static str] = &["fit", "heading"];

    fn resolve(show: &written::Show, base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let list = show.screens.as_ref()?;
        let count = list.value.len();
        if list.whole && count != SCREEN_COUNT {
            let help = if count < SCREEN_COUNT { "for one video write `video:`" } else { "make a scene of each two" };
            resolver.error(format!("`screens` are two videos, not {count}"), list.place, "this list", help);
        }
        let heading = show.heading.as_ref().map(|heading| resolver.drawn_text(heading));
        let screens: Vec<ScreenClip> = list.value.iter().filter_map(|at| screen_clip(&at.value, resolver)).collect();
        (screens.len() == SCREEN_COUNT).then_some(ScreensShow { heading, screens, fit: base.fit_of(show) })
    }

    fn misplaced_field_help(field: &str) -> Option<String> {
        match field {
            "from" | "to" | "mute" => {
                Some(format!("write it at its video: `screens: [{{ video: a.mp4, {field}: … }}, …]`"))
            }
            "focus" | "subtitle" => Some(format!("`{field}` does not go with `screens` at all; remove it")),
            _ => None,
        }
    }

    fn drawn_media(&self) -> Vec<(String, DrawnMedia<'_>)> {
        let media = self.screens.iter().map(|screen| DrawnMedia::Video(&screen.clip.file));
        (1..).map(|number| format!("video-{number}")).zip(media).collect()
    }

    fn footage(&self) -> Vec<Footage> {
        self.screens.iter().map(|screen| screen.clip.clone()).collect()
    }
}

fn screen_clip(
    written: &ShortOrLong<Spanned<FileName>, written::Screen>,
    resolver: &mut Resolver,
) -> Option<ScreenClip> {
    match written {
        ShortOrLong::Short(name) => {
            let clip = Footage { file: resolver.file(name, FileKind::Video)?, from: 0.0, to: None, mute: true };
            Some(ScreenClip { clip, label: None })
        }
        ShortOrLong::Long(screen) => {
            let label = screen.label.as_ref().map(|text| caption_line("label", text, resolver));
            let clip = footage(&screen.video, (&screen.from, &screen.to), muted(&screen.mute, true), resolver)?;
            Some(ScreenClip { clip, label })
        }
    }
}
