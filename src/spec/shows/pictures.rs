//! The show `pictures`: a card with several pictures.

use super::base::{ShowBase, resolve_build};
use super::declaration::ShowDeclaration;
use super::media::{caption_line, focus};
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language::show as written;
use crate::spec::model::media::DrawnMedia;
use crate::spec::model::picture::PictureSource;
use crate::spec::model::placement::{FocusPoint, ImageFit};
use crate::spec::model::timing::BuildTiming;
use crate::spec::resolve::resolver::Resolver;
use crate::spec::scalar::FileName;

/// The most pictures that can be told apart on a phone.
const MAX_PICTURES: usize = 9;

/// A card with several pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct PicturesShow {
    /// A line above the pictures.
    pub heading: Option<String>,
    /// Two to nine pictures.
    pub pictures: Vec<PictureItem>,
    /// How each fills its place.
    pub fit: ImageFit,
    /// When each picture appears.
    pub build: BuildTiming,
}

/// One of several pictures.
#[derive(Clone, Debug, PartialEq)]
pub struct PictureItem {
    /// Where the picture comes from.
    pub picture: PictureSource,
    /// The line below it.
    pub caption: Option<String>,
    /// What matters most in it.
    pub focus: FocusPoint,
}

impl ShowDeclaration for PicturesShow {
    const NAME: &'static str = "pictures";
    const FIELDS: &'static [&'static str] = &["fit", "heading", "build"];

    fn resolve(show: &written::Show, base: &ShowBase, resolver: &mut Resolver) -> Option<Self> {
        let list = show.pictures.as_ref()?;
        let count = list.value.len();
        if list.whole && !(2..=MAX_PICTURES).contains(&count) {
            let help = match count {
                0 | 1 => "for one picture write `image:`",
                _ => "show the best of them, or make more scenes",
            };
            let message = format!("`pictures` has 2 to {MAX_PICTURES} pictures, not {count}");
            resolver.error(message, list.place, "this list", help);
        }
        let heading = show.heading.as_ref().map(|heading| resolver.drawn_text(heading));
        let pictures: Vec<PictureItem> = list.value.iter().filter_map(|at| picture_item(&at.value, resolver)).collect();
        let build = resolve_build(show.build.as_ref(), base.build, "pictures", resolver);
        let all = pictures.len() == count && count > 0;
        all.then_some(PicturesShow { heading, pictures, fit: base.fit_of(show), build })
    }

    fn misplaced_field_help(field: &str) -> Option<String> {
        match field {
            "focus" => Some("write it at its picture: `pictures: [{ image: a.jpg, focus: top }, …]`".to_owned()),
            "from" | "to" | "mute" | "subtitle" => {
                Some(format!("`{field}` does not go with `pictures` at all; remove it"))
            }
            _ => None,
        }
    }

    fn drawn_media(&self) -> Vec<(String, DrawnMedia<'_>)> {
        let media = self.pictures.iter().map(|item| DrawnMedia::Picture(&item.picture));
        (1..).map(|number| format!("picture-{number}")).zip(media).collect()
    }
}

type WrittenPicture = ShortOrLong<Spanned<FileName>, written::Pictured>;

fn picture_item(written: &WrittenPicture, resolver: &mut Resolver) -> Option<PictureItem> {
    match written {
        ShortOrLong::Short(name) => {
            Some(PictureItem { picture: resolver.picture(name)?, caption: None, focus: FocusPoint::CENTRE })
        }
        ShortOrLong::Long(picture) => {
            let caption = picture.caption.as_ref().map(|text| caption_line("caption", text, resolver));
            let focus = focus(&picture.focus, resolver);
            Some(PictureItem { picture: resolver.picture(&picture.image)?, caption, focus })
        }
    }
}
