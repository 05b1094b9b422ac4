//! `t2v graph`: what a build is made of, what waits for what, and what would run.

use std::fs;
use std::path::PathBuf;

use clap::{Args, ValueEnum};

use crate::diag::{Diagnostic, printable};
use crate::report::BuildHistory;
use crate::report::graph::{self, BuildGraph, GraphDetail};
use crate::session::SessionError;

use super::console::Console;
use super::request::RequestArgs;
use super::{CommandResult, CommandStatus};

#[derive(Args)]
pub struct GraphArgs {
    #[command(flatten)]
    request: RequestArgs,
    /// How it is written
    #[arg(long, value_enum, default_value_t = GraphFormat::Svg)]
    format: GraphFormat,
    /// The file to write, in place of standard output
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Show this scene step by step, or `all`; may be given again. With few scenes, all are; in an SVG a click opens the others
    #[arg(long, value_name = "SCENE")]
    expand: Vec<String>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum GraphFormat {
    /// A drawing for browsers
    Svg,
    /// The language of Graphviz
    Dot,
    /// A drawing that Markdown may hold
    Mermaid,
    /// Data for other programs
    Json,
}

impl GraphArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let (session, film) = self.request.load(console)?;
        let graph = BuildGraph::of(&BuildHistory::of(&session.dry_run(&film, None)?.events));
        self.check_scenes(&graph)?;
        self.write(&self.drawing(&graph), console)
    }

    fn drawing(&self, graph: &BuildGraph) -> String {
        let detail = GraphDetail::of(&self.expand);
        match self.format {
            GraphFormat::Svg => graph::svg(graph, &detail),
            GraphFormat::Dot => graph::dot(&graph.collapsed(&detail)),
            GraphFormat::Mermaid => graph::mermaid(&graph.collapsed(&detail)),
            GraphFormat::Json => graph::json(graph),
        }
    }

    fn check_scenes(&self, graph: &BuildGraph) -> Result<(), SessionError> {
        let ids: Vec<&str> = graph.scenes.iter().map(|scene| scene.id.as_str()).collect();
        match self.expand.iter().find(|id| *id != "all" && !ids.contains(&id.as_str())) {
            None => Ok(()),
            Some(id) => {
                let error = Diagnostic::error(format!("there is no scene `{id}`"));
                Err(SessionError::request(error.help(format!("there are {}", ids.join(", ")))))
            }
        }
    }

    fn write(&self, text: &str, console: Console) -> CommandResult {
        let Some(path) = &self.output else {
            console.print(text);
            return Ok(CommandStatus::Done);
        };
        fs::write(path, text).map_err(|error| {
            SessionError::machine(Diagnostic::error(format!("`{}` can't be written: {error}", path.display())))
        })?;
        console.print(&format!("{}\n", printable(&path.display().to_string())));
        Ok(CommandStatus::Done)
    }
}
