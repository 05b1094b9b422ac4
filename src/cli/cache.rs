//! `t2v cache`.

use std::env;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};

use crate::cache::{Amount, Cache as Store, CacheError, Checked, Damage, Policy, Stats, Swept};
use crate::diag::{Diagnostic, printable};
use crate::remote::arrivals;
use crate::report::Screen;

use super::amount::{self, shown};
use super::{Exit, complain, config, say};

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct Cache {
    /// The project's folder, where the cache belongs to a project [default: the current folder]
    #[arg(long, value_name = "DIR", global = true)]
    project: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "\
Every result is kept under a key made of all that shaped it, so it may be removed at any time: the next build that
needs it makes it again. What the last build of each film needed is never removed while its spec is there.

Examples:
  t2v cache stats                what is in it, by kind of step and by film
  t2v cache gc                   remove all that no film needs
  t2v cache gc --max-size 5GB    remove the oldest of that until 5 GB are left
  t2v cache gc --max-age 30d     remove what was not needed for 30 days
  t2v cache verify               read every byte; exit code 1 if something is damaged
  t2v cache repair               remove what is damaged; the next build makes it again

All of them may be used while films are built.";

#[derive(Subcommand)]
enum Command {
    /// Say what is in the cache: by kind of step, by film, and what could go
    Stats,
    /// Remove results that no film needs
    #[command(after_help = GC)]
    Gc {
        /// Remove the oldest of them until no more than this is left: 5GB, 800MB
        #[arg(long, value_name = "SIZE", value_parser = amount::size)]
        max_size: Option<u64>,
        /// Remove those that were not needed for this long: 30d, 12h
        #[arg(long, value_name = "AGE", value_parser = amount::age)]
        max_age: Option<Duration>,
    },
    /// Read every byte and compare it with its digest; exit code 1 if something is damaged
    Verify,
    /// Remove what is damaged and rebuild the index; the next build makes again what it needs
    Repair,
    /// Print the cache's folder
    Path,
}

const GC: &str = "\
Without a limit, everything goes that no film needs. A film needs what its last build consisted of, as long as its spec is
there. Builds that run meanwhile keep all they use. After a build, the oldest results are removed by themselves, at most once
an hour, where the cache is larger than `cache-size: SIZE` in ~/.config/t2v/config.yaml says (20GB unless it is set).";

impl Cache {
    pub fn run(self, screen: Screen) -> Exit {
        match self.act() {
            Ok(exit) => exit,
            Err(diagnostic) => {
                complain(diagnostic, screen);
                Exit::Failed
            }
        }
    }

    fn act(self) -> Result<Exit, Diagnostic> {
        let project = self.project.unwrap_or_else(|| env::current_dir().unwrap_or_default());
        let folder = config::cache_folder(&project)?;
        if let Command::Path = self.command {
            say(&format!("{}\n", printable(&folder.display().to_string())));
            return Ok(Exit::Done);
        }
        // Looking must not leave a cache behind where there is none.
        if !folder.is_dir() {
            say(&format!("there is no cache at {} yet\n", printable(&folder.display().to_string())));
            return Ok(Exit::Done);
        }
        let most = config::cache_size()?;
        self.command.run(&folder, most).map_err(|error| Diagnostic::error(error.to_string()))
    }
}

impl Command {
    fn run(self, folder: &Path, most: u64) -> Result<Exit, CacheError> {
        let cache = Store::open(folder)?;
        let mut exit = Exit::Done;
        let text = match self {
            Command::Stats => stats(&cache.stats()?, most),
            Command::Gc { max_size, max_age } => {
                arrivals::sweep(&cache);
                swept(&cache.gc(&Policy { max_size, max_age })?)
            }
            Command::Verify => {
                let checked = cache.verify()?;
                exit = if checked.is_clean() { Exit::Done } else { Exit::Failed };
                let advice = if checked.is_clean() { "" } else { "`t2v cache repair` removes what is damaged\n" };
                verified(&checked) + advice
            }
            Command::Repair => {
                let found = cache.repair()?;
                let done = if found.is_clean() { "" } else { "repaired; the next build makes again what it needs\n" };
                verified(&found) + done
            }
            Command::Path => String::new(),
        };
        say(&text);
        Ok(exit)
    }
}

fn several(amount: &Amount) -> String {
    format!("{} in {} results", shown(amount.bytes), amount.results)
}

fn stats(stats: &Stats, most: u64) -> String {
    let mut text = format!("{}, {} blobs; may grow to {}\n", several(&stats.all), stats.all.blobs, shown(most));
    for (kind, amount) in &stats.kinds {
        let _ = writeln!(text, "  {:12} {:>10}  {:>6} results", printable(kind), shown(amount.bytes), amount.results);
    }
    for film in &stats.films {
        let gone = if film.is_kept { "" } else { "; its spec is gone, so gc doesn't keep it" };
        let _ = writeln!(text, "{} needs {}{gone}", printable(&film.film.display().to_string()), several(&film.amount));
    }
    let _ = writeln!(text, "`t2v cache gc` would free {}", shown(stats.unneeded.bytes));
    let _ = writeln!(text, "index {}, records {}", shown(stats.index), shown(stats.records));
    if stats.sessions > 0 {
        let _ = writeln!(text, "{} others have it open", stats.sessions);
    }
    text
}

fn swept(swept: &Swept) -> String {
    let mut text = format!("removed {}; {} are left\n", several(&swept.removed), several(&swept.kept));
    if swept.over {
        let _ =
            writeln!(text, "that is more than asked for: films or running builds need {}", shown(swept.needed.bytes));
    }
    text
}

fn verified(checked: &Checked) -> String {
    let mut text = format!("{} blobs, {}, {} results\n", checked.blobs, shown(checked.bytes), checked.results);
    for blob in &checked.damaged {
        let hits: Vec<String> = blob.hits.iter().map(|(kind, n)| format!("{n} {}", printable(kind))).collect();
        let hits = if hits.is_empty() { "no result".to_owned() } else { hits.join(", ") };
        let _ = writeln!(text, "damaged: blob {}: {}; hits {hits}", blob.digest, damage(&blob.damage));
    }
    for (path, line) in &checked.records {
        let _ = writeln!(text, "damaged: line {line} of {}", printable(&path.display().to_string()));
    }
    for path in &checked.films {
        let _ = writeln!(text, "damaged: film record {}", printable(&path.display().to_string()));
    }
    if checked.index_rebuilt {
        text += "damaged: the index; it has been rebuilt from the records\n";
    }
    if checked.is_clean() {
        text += "all as it was written\n";
    }
    text
}

fn damage(damage: &Damage) -> String {
    match damage {
        Damage::Missing => "it is missing".to_owned(),
        Damage::Short(range) => format!("bytes {} to {} are missing", range.start, range.end - 1),
        Damage::Long(range) => format!("bytes {} to {} are too many", range.start, range.end - 1),
        Damage::Changed(range) if range.is_empty() => "it is empty".to_owned(),
        Damage::Changed(range) => format!("some of bytes {} to {} changed", range.start, range.end - 1),
        Damage::Unreadable { from, why } => format!("it can't be read from byte {from} on: {}", printable(why)),
    }
}
