//! The picture that stands for the film. Knows nothing of how it is drawn.

use super::Resolver;
use crate::spec::decode::{At, Either, nearest};
use crate::spec::files::Wanted;
use crate::spec::language;
use crate::spec::model::{Poster, Scene, Thumbnail};
use crate::spec::scalar::FileName;

/// When in a scene a thumbnail is taken: what comes in has come in, and nothing leaves yet.
const AT: f64 = 2.0 / 3.0;

pub fn thumbnail(
    written: Option<At<Either<At<FileName>, language::Thumbnail>>>,
    scenes: &[Scene],
    to: &mut Resolver,
) -> Thumbnail {
    let Some(written) = written else { return Thumbnail::default() };
    let map = match written.value {
        Either::Short(image) => language::Thumbnail { image: Some(image), scene: None, at: None, headline: None },
        Either::Long(map) => map,
    };
    if let Some(text) = &map.headline {
        to.drawn(&text.value.0, text.place);
    }
    let headline = map.headline.as_ref().map(|text| text.value.0.clone());
    Thumbnail { source: source(&map, scenes, to), headline }
}

fn source(map: &language::Thumbnail, scenes: &[Scene], to: &mut Resolver) -> Poster {
    let at = map.at.as_ref().map_or(AT, |at| to.ranged("at", at.value.0, at.place, 0.0..=1.0, ""));
    if let Some(image) = &map.image {
        for place in [map.scene.as_ref().map(|at| at.place), map.at.as_ref().map(|at| at.place)].into_iter().flatten() {
            to.error("a thumbnail with `image` is not taken from a scene", place, "not used", "keep one of the two");
        }
        return to.file(image, Wanted::Picture).map_or(Poster::First, Poster::Image);
    }
    let Some(id) = &map.scene else {
        if let Some(at) = &map.at {
            to.error("`at` goes with `scene`", at.place, "of which scene?", "add `scene: ID`");
        }
        return Poster::First;
    };
    let ids: Vec<&str> = scenes.iter().map(|scene| scene.id.as_str()).collect();
    if !ids.contains(&id.value.0.as_str()) {
        let help = match nearest(&id.value.0, &ids) {
            Some(near) => format!("did you mean `{near}`?"),
            None => "name a scene that this film has".to_owned(),
        };
        to.error(format!("there is no scene `{}`", id.value.0), id.place, "not known", help);
    }
    Poster::Scene { id: id.value.0.clone(), at }
}
