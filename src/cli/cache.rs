//! `t2v cache`.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::{Args, Subcommand};

use crate::cache::{BlobDamage, CacheError, CacheStats, CacheUsage, GcPolicy, GcReport, VerifyReport};
use crate::diag::{Diagnostic, printable};
use crate::human::{self, format_bytes};
use crate::remote::resumable_transfer;
use crate::session::{SessionError, config};

use super::console::Console;
use super::{CommandResult, CommandStatus, spec_file};

#[derive(Args)]
#[command(after_help = EXAMPLES)]
pub struct CacheArgs {
    /// The project's folder, where the cache belongs to a project [default: the one that the current folder belongs to]
    #[arg(long, value_name = "DIR", global = true)]
    project: Option<PathBuf>,
    #[command(subcommand)]
    command: CacheCommand,
}

const EXAMPLES: &str = "\
Every result is kept under a key made of all that shaped it, so it may be removed at any time: the next build that needs it makes it \
again. What the last build of each film needed is never removed while its spec is there.

Examples:
  t2v cache stats                what is in it, by kind of step and by film
  t2v cache gc                   remove all that no film needs
  t2v cache gc --dry-run         say how much that is
  t2v cache gc --max-size 5GB    remove the oldest of that until 5 GB are left
  t2v cache gc --max-age 30d     remove what was not needed for 30 days
  t2v cache verify               read every byte; exit code 1 if something is damaged
  t2v cache repair               remove what is damaged; the next build makes it again

All of them may be used while films are built.";

#[derive(Subcommand)]
enum CacheCommand {
    /// Say what is in the cache: by kind of step, by film, and what could go
    Stats,
    /// Remove results that no film needs
    #[command(after_help = GC)]
    Gc {
        /// Remove the oldest of them until no more than this is left: 5GB, 800MB
        #[arg(long, value_name = "SIZE", value_parser = human::parse_bytes)]
        max_size: Option<u64>,
        /// Remove those that were not needed for this long: 30d, 12h
        #[arg(long, value_name = "AGE", value_parser = human::parse_age)]
        max_age: Option<Duration>,
        /// Only say how much would be removed
        #[arg(long)]
        dry_run: bool,
    },
    /// Read every byte and compare it with its digest; exit code 1 if something is damaged
    Verify,
    /// Remove what is damaged and rebuild the index; the next build makes again what it needs
    Repair,
    /// Print the cache's folder
    Path,
}

const GC: &str = "\
Without a limit, everything goes that no film needs. A film needs what its last build consisted of, as long as its spec is there. Builds \
that run meanwhile keep all they use. After a build, the oldest results are removed by themselves, at most once an hour, where the cache \
is larger than `cache-size: SIZE` in ~/.config/t2v/config.yaml says (20GB unless it is set).";

impl CacheArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let config = config::UserConfig::load().map_err(SessionError::request)?;
        let folder = config.cache_folder().unwrap_or_else(|| {
            config::project_cache_folder(&self.project.clone().unwrap_or_else(spec_file::project_folder))
        });
        let shown = printable(&folder.display().to_string());
        if let CacheCommand::Path = self.command {
            console.print(&format!("{shown}\n"));
            return Ok(CommandStatus::Done);
        }
        // Looking must not leave a cache behind where there is none.
        if !folder.is_dir() {
            console.print(&format!("there is no cache at {shown} yet\n"));
            return Ok(CommandStatus::Done);
        }
        let max_size = config.cache_size().map_err(SessionError::request)?;
        self.command.run(&folder, max_size, console).map_err(|error| {
            SessionError::machine(Diagnostic { help: error.help(), ..Diagnostic::error(error.to_string()) })
        })
    }
}

impl CacheCommand {
    fn run(self, folder: &Path, max_size: u64, console: Console) -> Result<CommandStatus, CacheError> {
        let cache = config::open_cache(folder)?;
        let mut status = CommandStatus::Done;
        let text = match self {
            CacheCommand::Stats => stats(&cache.stats()?, max_size),
            CacheCommand::Gc { max_size, max_age, dry_run: true } => {
                format!("would remove {}\n", several(&cache.gc_preview(&GcPolicy { max_size, max_age })?))
            }
            CacheCommand::Gc { max_size, max_age, dry_run: false } => {
                cache.check_writable()?;
                resumable_transfer::remove_stale(&cache);
                swept(&cache.gc(&GcPolicy { max_size, max_age })?)
            }
            CacheCommand::Verify => {
                let checked = cache.verify()?;
                status = if checked.is_clean() { CommandStatus::Done } else { CommandStatus::Failed };
                let advice = if checked.is_clean() { "" } else { "`t2v cache repair` removes what is damaged\n" };
                verified(&checked) + advice
            }
            CacheCommand::Repair => {
                let found = cache.repair()?;
                let done = if found.is_clean() { "" } else { "repaired; the next build makes again what it needs\n" };
                verified(&found) + done
            }
            CacheCommand::Path => String::new(),
        };
        console.print(&text);
        Ok(status)
    }
}

fn several(amount: &CacheUsage) -> String {
    format!("{} in {} results", format_bytes(amount.bytes), amount.results)
}

fn stats(stats: &CacheStats, max_size: u64) -> String {
    let mut text =
        format!("{}, {} blobs; may grow to {}\n", several(&stats.all), stats.all.blobs, format_bytes(max_size));
    for (kind, amount) in &stats.kinds {
        let _ = writeln!(
            text,
            "  {:12} {:>10}  {:>6} results",
            printable(kind),
            format_bytes(amount.bytes),
            amount.results
        );
    }
    for film in &stats.films {
        let gone = if film.is_kept { "" } else { "; its spec is gone, so gc doesn't keep it" };
        let _ = writeln!(text, "{} needs {}{gone}", printable(&film.film.display().to_string()), several(&film.amount));
    }
    let _ = writeln!(text, "`t2v cache gc` would free {}", format_bytes(stats.unneeded.bytes));
    let _ = writeln!(text, "index {}, records {}", format_bytes(stats.index), format_bytes(stats.records));
    if stats.sessions > 0 {
        let _ = writeln!(text, "{} others have it open", stats.sessions);
    }
    text
}

fn swept(swept: &GcReport) -> String {
    let mut text = format!("removed {}; {} are left\n", several(&swept.removed), several(&swept.kept));
    if swept.over {
        let _ = writeln!(
            text,
            "that is more than asked for: films or running builds need {}",
            format_bytes(swept.needed.bytes)
        );
    }
    text
}

fn verified(checked: &VerifyReport) -> String {
    let mut text = format!("{} blobs, {}, {} results\n", checked.blobs, format_bytes(checked.bytes), checked.results);
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

fn damage(damage: &BlobDamage) -> String {
    match damage {
        BlobDamage::Missing => "it is missing".to_owned(),
        BlobDamage::Short(range) => format!("bytes {} to {} are missing", range.start, range.end - 1),
        BlobDamage::Long(range) => format!("bytes {} to {} are too many", range.start, range.end - 1),
        BlobDamage::Changed(range) if range.is_empty() => "it is empty".to_owned(),
        BlobDamage::Changed(range) => format!("some of bytes {} to {} changed", range.start, range.end - 1),
        BlobDamage::Unreadable { from, why } => format!("it can't be read from byte {from} on: {}", printable(why)),
    }
}
