//! `t2v graph`: what a build is made of, what waits for what, and what would run.

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::diag::{Diagnostic, printable};
use crate::report::graph::{self, Expand, Graph as Model};
use crate::report::{Build, Screen};

use super::making::{What, rehearse};
use super::{Exit, complain, say};

#[derive(Args)]
pub struct Graph {
    #[command(flatten)]
    what: What,
    /// How it is written
    #[arg(long, value_enum, default_value_t = Format::Svg)]
    format: Format,
    /// The file to write, in place of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Show this scene step by step, or `all`; may be given again. With few scenes, all are; in an SVG a click opens the others
    #[arg(long, value_name = "SCENE")]
    expand: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Format {
    /// A drawing for browsers
    Svg,
    /// For Graphviz
    Dot,
    /// For Markdown
    Mermaid,
    /// For programs
    Json,
}

impl Graph {
    pub fn run(self, screen: Screen) -> Exit {
        let events = match rehearse(&self.what, None, screen) {
            Ok(rehearsal) => rehearsal.events,
            Err(exit) => return exit,
        };
        let model = Model::of(&Build::of(&events));
        if let Some(diagnostic) = self.unknown_scene(&model) {
            complain(diagnostic, screen);
            return Exit::Wrong;
        }
        match self.write(&self.drawn(&model)) {
            Ok(()) => Exit::Done,
            Err(diagnostic) => {
                complain(diagnostic, screen);
                Exit::Failed
            }
        }
    }

    fn drawn(&self, model: &Model) -> String {
        let expand = Expand::of(&self.expand);
        match self.format {
            Format::Svg => graph::svg(model, &expand),
            Format::Dot => graph::dot(&model.collapsed(&expand)),
            Format::Mermaid => graph::mermaid(&model.collapsed(&expand)),
            Format::Json => graph::json(model),
        }
    }

    fn unknown_scene(&self, model: &Model) -> Option<Diagnostic> {
        let known = |id: &str| id == "all" || model.scenes.iter().any(|scene| scene.id == id);
        let id = self.expand.iter().find(|id| !known(id))?;
        let ids: Vec<&str> = model.scenes.iter().map(|scene| scene.id.as_str()).collect();
        Some(Diagnostic::error(format!("there is no scene `{id}`")).help(format!("there are {}", ids.join(", "))))
    }

    fn write(&self, text: &str) -> Result<(), Diagnostic> {
        let Some(path) = &self.output else {
            say(text);
            return Ok(());
        };
        fs::write(path, text).map_err(|e| Diagnostic::error(format!("`{}` can't be written: {e}", path.display())))?;
        say(&format!("{}\n", printable(&path.display().to_string())));
        Ok(())
    }
}
