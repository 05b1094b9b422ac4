//! `t2v plan`: what a build would run.

use clap::Args;

use crate::report::{self, Build, Screen};

use super::making::{What, rehearse};
use super::{Exit, say, tell};

#[derive(Args)]
pub struct Plan {
    #[command(flatten)]
    what: What,
    /// Print the plan as JSON lines, see docs/events.md
    #[arg(long)]
    json: bool,
}

impl Plan {
    pub fn run(self, screen: Screen) -> Exit {
        self.told(screen).unwrap_or_else(|exit| exit)
    }

    fn told(&self, screen: Screen) -> Result<Exit, Exit> {
        let rehearsal = rehearse(&self.what, None, screen)?;
        tell(&report::failures(&rehearsal.summary, &rehearsal.loaded.source, screen.style()));
        match self.json {
            true => rehearsal.events.iter().for_each(|event| say(&report::json::line(event))),
            false => say(&report::rehearsal(&Build::of(&rehearsal.events))),
        }
        Ok(if rehearsal.summary.failures.is_empty() { Exit::Done } else { Exit::Failed })
    }
}
