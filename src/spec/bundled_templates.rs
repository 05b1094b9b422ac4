//! The bundled templates: data files that give a film its look, its captions and its transitions.

use super::decode::{Decode, DecodeContext};
use super::language::Template;
use super::model::{Backdrop, CardStyle, Look};
use super::tree;
use crate::units::Colour;

/// Every bundled template: its name and the text of its file.
pub const TEMPLATES: [(&str, &str); 8] = [
    ("studio", include_str!("../../templates/studio.yaml")),
    ("paper", include_str!("../../templates/paper.yaml")),
    ("terminal", include_str!("../../templates/terminal.yaml")),
    ("news", include_str!("../../templates/news.yaml")),
    ("kids", include_str!("../../templates/kids.yaml")),
    ("minimal", include_str!("../../templates/minimal.yaml")),
    ("aurora", include_str!("../../templates/aurora.yaml")),
    ("dune", include_str!("../../templates/dune.yaml")),
];

/// The template of a film that names none, and below every template that names no other.
pub const DEFAULT_TEMPLATE: &str = "studio";

/// A black and white look, used where a template could not be read.
pub const FALLBACK_LOOK: Look = Look {
    background: Colour::rgb(0, 0, 0),
    background_end: Colour::rgb(0, 0, 0),
    text: Colour::rgb(255, 255, 255),
    muted: Colour::rgb(255, 255, 255),
    accent: Colour::rgb(255, 255, 255),
    caption: Colour::rgb(255, 255, 255),
    caption_back: Colour::rgb(0, 0, 0),
    heading_font: String::new(),
    body_font: String::new(),
    backdrop: Backdrop::PLAIN,
    card: CardStyle::PLAIN,
    area: None,
    layers: Vec::new(),
};

/// The text of the bundled template called `name`.
pub fn text_of(name: &str) -> Option<&'static str> {
    TEMPLATES.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// Whether `name` stands for a file of the project rather than a bundled template.
pub fn is_file(name: &str) -> bool {
    name.contains('/') || name.ends_with(".yaml") || name.ends_with(".yml")
}

/// Every bundled template: its name and its description.
pub fn descriptions() -> Vec<(&'static str, String)> {
    TEMPLATES.map(|(name, text)| (name, description(text).unwrap_or_default())).into()
}

/// What a template says of itself, if it does.
fn description(text: &str) -> Option<String> {
    let template = Template::decode(&tree::parse(text).ok()?, &mut DecodeContext::new(text))?;
    template.about.map(|about| about.value.0)
}
