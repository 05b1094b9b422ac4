//! `t2v plan`: what a build would run.

use clap::Args;

use crate::event::Event;
use crate::report::{self, BuildHistory};

use super::console::Console;
use super::request::RequestArgs;
use super::{CommandResult, CommandStatus};

#[derive(Args)]
pub struct PlanArgs {
    #[command(flatten)]
    request: RequestArgs,
    /// Print the plan as JSON lines, see `t2v help events`
    #[arg(long)]
    json: bool,
}

impl PlanArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let (session, film) = self.request.load(console)?;
        let dry_run = session.dry_run(&film, None)?;
        console.message(&report::failures(&dry_run.summary, &film.loaded.source, console.style()));
        if self.json {
            dry_run.events.iter().for_each(|event| console.print(&report::json::line(event)));
        } else {
            console.print(&report::rehearsal(&BuildHistory::of(&dry_run.events)));
        }
        let has_failed = dry_run.events.iter().any(|timed| matches!(timed.event, Event::Failed { .. }));
        Ok(if has_failed { CommandStatus::Failed } else { CommandStatus::Done })
    }
}
