//! Resolves `thumbnail`, the picture that stands for the film.

use super::resolver::Resolver;
use crate::spec::decode::{ShortOrLong, Spanned};
use crate::spec::language;
use crate::spec::model::{Scene, Thumbnail, ThumbnailSource};
use crate::spec::scalar::FileName;
use crate::spec::suggest::nearest;

/// The moment of a scene that a thumbnail shows, as a share of its length: entrances are over, and nothing leaves yet.
const DEFAULT_SHARE: f64 = 2.0 / 3.0;

/// Resolves `thumbnail` among the film's scenes.
pub fn resolve(
    written: Option<Spanned<ShortOrLong<Spanned<FileName>, language::Thumbnail>>>,
    scenes: &[Scene],
    resolver: &mut Resolver,
) -> Thumbnail {
    let Some(written) = written else { return Thumbnail::default() };
    let map = match written.value {
        ShortOrLong::Short(image) => language::Thumbnail { image: Some(image), scene: None, at: None, headline: None },
        ShortOrLong::Long(map) => map,
    };
    if let Some(text) = &map.headline {
        resolver.drawn(&text.value.0, text.place);
    }
    let headline = map.headline.as_ref().map(|text| text.value.0.clone());
    Thumbnail { source: image_source(&map, scenes, resolver), headline }
}

fn image_source(map: &language::Thumbnail, scenes: &[Scene], resolver: &mut Resolver) -> ThumbnailSource {
    let at = map.at.as_ref().map_or(DEFAULT_SHARE, |at| resolver.ranged("at", at.value.0, at.place, 0.0..=1.0, ""));
    if let Some(image) = &map.image {
        for place in [map.scene.as_ref().map(|at| at.place), map.at.as_ref().map(|at| at.place)].into_iter().flatten() {
            resolver.error(
                "a thumbnail with `image` is not taken from a scene",
                place,
                "not used",
                "keep one of the two",
            );
        }
        return resolver.picture(image).map_or(ThumbnailSource::First, ThumbnailSource::Image);
    }
    let Some(id) = &map.scene else {
        if let Some(at) = &map.at {
            resolver.error("`at` goes with `scene`", at.place, "of which scene?", "add `scene: ID`");
        }
        return ThumbnailSource::First;
    };
    let ids: Vec<&str> = scenes.iter().map(|scene| scene.id.as_str()).collect();
    if !ids.contains(&id.value.0.as_str()) {
        let help = match nearest(&id.value.0, &ids) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a scene that this film has".to_owned(),
        };
        resolver.error(format!("there is no scene `{}`", id.value.0), id.place, "not known", help);
    }
    ThumbnailSource::Scene { id: id.value.0.clone(), at }
}
