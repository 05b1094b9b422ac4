//! Applies the chosen variant: its values replace the film's, and it may select scenes.

use std::collections::BTreeSet;

use super::resolver::Resolver;
use crate::spec::decode::Spanned;
use crate::spec::language::{Film, Output, Variant};
use crate::spec::model::Scene;
use crate::spec::scalar::Id;
use crate::spec::suggest::nearest;

/// What a variant asks for besides replaced fields.
#[derive(Default)]
pub struct VariantSelection {
    /// The ids of the scenes that it shows, in this order; `None`: all.
    scenes: Option<Spanned<Vec<Spanned<Id>>>>,
    /// What is put before the extension of the film's file name.
    pub suffix: Option<String>,
}

/// The film with the fields that the variant `chosen` replaces.
pub fn apply(film: Film, chosen: Option<&str>, resolver: &mut Resolver) -> (Film, VariantSelection) {
    let mut film = film;
    let variants = film.variants.take();
    if let Some(variants) = &variants {
        check_distinct(&variants.value, resolver);
    }
    let mut variants = variants.into_iter().flat_map(|variants| variants.value);
    let chosen = variants.find(|variant| Some(variant.value.name.value.0.as_str()) == chosen);
    match chosen {
        Some(variant) => override_fields(film, variant.value),
        None => (film, VariantSelection::default()),
    }
}

fn check_distinct(variants: &[Spanned<Variant>], resolver: &mut Resolver) {
    let (mut names, mut files) = (BTreeSet::new(), BTreeSet::new());
    for Variant { name, file, .. } in variants.iter().map(|variant| &variant.value) {
        // Names are parts of file names, and some file systems do not tell capitals from small letters.
        if !names.insert(name.value.0.to_lowercase()) {
            let message = format!("two variants have the name `{}`", name.value.0);
            resolver.error(message, name.place, "the second one", "give each variant a name of its own");
        }
        if let Some(file) = file.as_ref().filter(|file| !files.insert(file.value.0.to_lowercase())) {
            resolver.error(
                "two variants are written to the same file",
                file.place,
                "the second one",
                "choose another file",
            );
        }
    }
}

fn override_fields(film: Film, variant: Variant) -> (Film, VariantSelection) {
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
    (film, VariantSelection { scenes: variant.scenes, suffix })
}

/// The scenes that the variant selects, in its order.
pub fn select_scenes(scenes: Vec<Scene>, wanted: &VariantSelection, resolver: &mut Resolver) -> Vec<Scene> {
    let Some(wanted) = &wanted.scenes else { return scenes };
    let ids: Vec<&str> = scenes.iter().map(|scene| scene.id.as_str()).collect();
    let mut picked: Vec<Scene> = Vec::new();
    for id in &wanted.value {
        let name = id.value.0.as_str();
        if picked.iter().any(|scene| scene.id == name) {
            resolver.error(format!("scene `{name}` stands here twice"), id.place, "again", "keep one of the two");
        } else if let Some(at) = ids.iter().position(|known| *known == name) {
            picked.push(scenes[at].clone());
        } else {
            let help = match nearest(name, &ids) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("the scenes are {}", ids.join(", ")),
            };
            resolver.error(format!("there is no scene `{name}`"), id.place, "not known", help);
        }
    }
    if wanted.whole && wanted.value.is_empty() {
        resolver.error(
            "a variant needs at least one scene",
            wanted.place,
            "no scene here",
            "name scenes, or leave `scenes` out",
        );
    }
    picked
}
