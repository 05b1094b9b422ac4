//! Scripts: Markdown and bare text → the tree that a spec in YAML gives, with places in the script. Knows nothing of what the tree's
//! fields mean once it is made.

mod block;
mod card;
mod cut;
mod draft;
mod front;
mod markdown;
mod names;
mod node;
mod passage;
mod plain;
mod scenes;
mod settings;
#[cfg(test)]
mod tests;

use std::path::Path;

use super::tree::Node;
use crate::diag::{Diagnostic, Place};

use block::Block;
pub use node::literal;

/// A script has at most so many scenes, as a spec has.
const MOST_SCENES: usize = 12_000;

/// How a film's text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The spec language itself.
    Yaml,
    /// Markdown.
    Markdown,
    /// Bare text.
    Plain,
}

impl Form {
    /// By the file's name.
    pub fn of(path: &Path) -> Self {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        match ending.as_deref() {
            Some("md" | "markdown") => Self::Markdown,
            Some("txt") => Self::Plain,
            _ => Self::Yaml,
        }
    }
}

/// The tree of a script, and what is wrong with it; there is none if that leaves nothing to look at.
pub fn read(text: &str, form: Form) -> (Option<Node>, Vec<Diagnostic>) {
    let (yaml, from) = front::find(text);
    let (mut fields, mut found) = match yaml.map(|yaml| front::read(text, yaml)) {
        Some(Err(found)) => return (None, vec![found]),
        Some(Ok(fields)) => (fields, Vec::new()),
        None => (Vec::new(), Vec::new()),
    };
    let blocks = match form {
        Form::Plain => plain::read(text, from),
        _ => {
            let (blocks, more) = markdown::read(text, from);
            found.extend(more);
            blocks
        }
    };
    if blocks.iter().map(Block::scenes).sum::<usize>() > MOST_SCENES {
        return (None, vec![too_long()]);
    }
    let made = scenes::of(blocks);
    found.extend(made.found);
    if made.scenes.is_empty() || made.scenes.len() > MOST_SCENES {
        found.push(if made.scenes.is_empty() { nothing() } else { too_long() });
        return (None, found);
    }
    if let Some(title) = made.title.filter(|_| !node::has(&fields, "title")) {
        fields.insert(0, node::entry("title", node::text(title.words(), title.place())));
    }
    let all = Place { start: from, end: text.len() };
    fields.push(node::entry("scenes", node::list(made.scenes, all)));
    (Some(node::map(fields, all)), found)
}

fn nothing() -> Diagnostic {
    Diagnostic::error("the script says and shows nothing")
        .help("write a paragraph: it is said, and a picture is made for it")
}

fn too_long() -> Diagnostic {
    Diagnostic::error(format!("the script has more than {MOST_SCENES} scenes")).help("make several films of it")
}
