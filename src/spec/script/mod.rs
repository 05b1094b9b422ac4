//! Scripts: turns Markdown and plain text into the tree that a spec in YAML gives, with places in the script.

mod block;
mod card;
mod comments;
mod front_matter;
mod markdown;
mod node_builder;
mod passage;
mod plain_text;
mod scene_draft;
mod scene_names;
mod scenes;
mod sentence_cuts;
#[cfg(test)]
mod tests;

use std::path::Path;

use super::tree::TreeNode;
use crate::diag::{Diagnostic, Span};

use block::ScriptBlock;
pub use node_builder::literal;

/// The most scenes of a script, the same as of a spec.
const MAX_SCENES: usize = 12_000;

/// How a film's text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SourceFormat {
    /// The spec language itself.
    Yaml,
    /// A script in Markdown.
    Markdown,
    /// A script in plain text.
    Plain,
}

impl SourceFormat {
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
pub fn read(text: &str, form: SourceFormat) -> (Option<TreeNode>, Vec<Diagnostic>) {
    let (yaml, from) = front_matter::find(text);
    let (mut fields, mut found) = match yaml.map(|yaml| front_matter::parse(text, yaml)) {
        Some(Err(found)) => return (None, vec![found]),
        Some(Ok(fields)) => (fields, Vec::new()),
        None => (Vec::new(), Vec::new()),
    };
    let blocks = match form {
        SourceFormat::Plain => plain_text::parse(text, from),
        _ => {
            let (blocks, more) = markdown::parse(text, from);
            found.extend(more);
            blocks
        }
    };
    if blocks.iter().map(ScriptBlock::scenes).sum::<usize>() > MAX_SCENES {
        return (None, vec![too_long()]);
    }
    let made = scenes::build_scenes(blocks);
    found.extend(made.found);
    if made.scenes.is_empty() || made.scenes.len() > MAX_SCENES {
        found.push(if made.scenes.is_empty() { empty_script() } else { too_long() });
        return (None, found);
    }
    if let Some(title) = made.title.filter(|_| !node_builder::has(&fields, "title")) {
        fields.insert(0, node_builder::entry("title", node_builder::text(title.words(), title.place())));
    }
    let all = Span { start: from, end: text.len() };
    fields.push(node_builder::entry("scenes", node_builder::list(made.scenes, all)));
    (Some(node_builder::map(fields, all)), found)
}

fn empty_script() -> Diagnostic {
    Diagnostic::error("the script says and shows nothing")
        .help("write a paragraph: it is said, and a picture is made for it")
}

fn too_long() -> Diagnostic {
    Diagnostic::error(format!("the script has more than {MAX_SCENES} scenes")).help("make several films of it")
}
