//! Several films from one spec: which there are, and what the chosen one changes. Knows nothing of how a film is built.

use std::collections::BTreeSet;

use super::Resolver;
use crate::spec::decode::{At, nearest};
use crate::spec::language::{Film, Output, Variant};
use crate::spec::model::Scene;
use crate::spec::scalar::Id;

/// What a variant asks for besides other values for the film's fields.
#[derive(Default)]
pub struct Wanted {
    /// These scenes, in this order.
    scenes: Option<At<Vec<At<Id>>>>,
    /// What the film's file name gets before its ending.
    pub suffix: Option<String>,
}

/// The film as the variant has it.
pub fn applied(film: Film, chosen: Option<&str>, to: &mut Resolver) -> (Film, Wanted) {
    let mut film = film;
    let variants = film.variants.take();
    if let Some(variants) = &variants {
        distinct(&variants.value, to);
    }
    let wanted = |variant: &At<Variant>| Some(variant.value.name.value.0.as_str()) == chosen;
    let chosen = variants.and_then(|variants| variants.value.into_iter().find(wanted));
    match chosen {
        Some(variant) => changed(film, variant.value),
        None => (film, Wanted::default()),
    }
}

fn distinct(variants: &[At<Variant>], to: &mut Resolver) {
    let (mut names, mut files) = (BTreeSet::new(), BTreeSet::new());
    for Variant { name, file, .. } in variants.iter().map(|variant| &variant.value) {
        // Names are parts of file names, and some file systems do not tell capitals from small letters.
        if !names.insert(name.value.0.to_lowercase()) {
            let message = format!("two variants have the name `{}`", name.value.0);
            to.error(message, name.place, "the second one", "give each variant a name of its own");
        }
        if let Some(file) = file.as_ref().filter(|file| !files.insert(file.value.0.to_lowercase())) {
            to.error("two variants are written to the same file", file.place, "the second one", "choose another file");
        }
    }
}

fn changed(film: Film, variant: Variant) -> (Film, Wanted) {
    let suffix = variant.file.is_none().then(|| variant.name.value.0.clone());
    let written = film.output;
    let written = written.unwrap_or(Output { file: None, size: None, fps: None, quality: None });
    let output = Output {
        file: variant.file.or(written.file),
        size: variant.size.or(written.size),
        fps: variant.fps.or(written.fps),
        quality: variant.quality.or(written.quality),
    };
    let film = Film {
        title: variant.title.or(film.title),
        output: Some(output),
        voice: variant.voice.or(film.voice),
        template: variant.template.or(film.template),
        look: variant.look.or(film.look),
        music: variant.music.or(film.music),
        captions: variant.captions.or(film.captions),
        ..film
    };
    (film, Wanted { scenes: variant.scenes, suffix })
}

/// The scenes whose ids are wanted, in that order.
pub fn picked(scenes: Vec<Scene>, wanted: &Wanted, to: &mut Resolver) -> Vec<Scene> {
    let Some(wanted) = &wanted.scenes else { return scenes };
    let ids: Vec<&str> = scenes.iter().map(|scene| scene.id.as_str()).collect();
    let mut picked: Vec<Scene> = Vec::new();
    for id in &wanted.value {
        let name = id.value.0.as_str();
        if picked.iter().any(|scene| scene.id == name) {
            to.error(format!("scene `{name}` stands here twice"), id.place, "again", "keep one of the two");
        } else if let Some(at) = ids.iter().position(|known| *known == name) {
            picked.push(scenes[at].clone());
        } else {
            let help = match nearest(name, &ids) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the scenes are {}", ids.join(", ")),
            };
            to.error(format!("there is no scene `{name}`"), id.place, "not known", help);
        }
    }
    if wanted.whole && wanted.value.is_empty() {
        to.error(
            "a variant needs at least one scene",
            wanted.place,
            "no scene here",
            "name scenes, or leave `scenes` out",
        );
    }
    picked
}
