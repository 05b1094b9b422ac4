//! From the language as written to the checked film: defaults are filled in, files are found, ranges are checked.

mod captions;
mod film_parts;
mod inset;
mod layers;
mod lower_third;
mod marks;
mod progress;
pub(crate) mod resolver;
mod scene;
mod scene_checks;
mod show;
mod speech;
pub mod template;
mod thumbnail;
mod transition;
mod variant;
mod voice;

use super::language::Film;
use super::model::Spec;
use film_parts::FULL_HD;
pub(super) use resolver::Resolver;

/// Resolves the film called `name` as the variant `chosen` has it. The result is valid only if no error was reported.
pub(super) fn resolve_film(film: Film, name: &str, chosen: Option<&str>, resolver: &mut Resolver) -> Spec {
    let (film, selection) = variant::apply(film, chosen, resolver);
    resolver.frame = film.output.as_ref().and_then(|output| output.size).unwrap_or(FULL_HD);
    let template = resolver.template(film.template.as_ref(), film.look);
    let (captions, subtitles) = captions::resolve_film_captions(film.captions.as_ref(), template.captions);
    let music = film.music.and_then(|music| resolver.music(music));
    let logo = film.logo.and_then(|logo| resolver.logo(logo));
    resolver.logo = logo.as_ref().map(|logo| logo.picture.clone());
    let base = scene::SceneBase::new(film.voice.as_ref(), captions, film.defaults, &template, resolver);
    let scenes = scene::resolve_scenes(film.scenes, &base, resolver);
    let mut scenes = variant::select_scenes(scenes, &selection, resolver);
    progress::place_progress_bars(film.progress, &mut scenes, resolver);
    let thumbnail = thumbnail::resolve(film.thumbnail, &scenes, resolver);
    let pronounce = resolver.pronounce(film.pronounce.unwrap_or_default());
    let output = resolver.output(film.output, name, selection.suffix.as_deref());
    Spec {
        name: name.to_owned(),
        root: resolver.project.root().to_owned(),
        title: film.title.map_or_else(|| name.to_owned(), |title| title.value.0),
        output,
        pronounce,
        music,
        subtitles,
        look: template.look,
        templates: std::mem::take(&mut resolver.templates),
        logo,
        thumbnail,
        scenes,
    }
}
