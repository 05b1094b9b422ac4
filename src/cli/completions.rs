//! `t2v completions` and `t2v man`: what shells and `man` need to know of the commands.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, CommandFactory};
use clap_complete::Shell;
use clap_mangen::Man;

use crate::diag::{Diagnostic, printable};
use crate::session::SessionError;

use super::console::Console;
use super::{CliArgs, CommandResult, CommandStatus};

#[derive(Args)]
#[command(after_help = "\
Examples:
  t2v completions bash > ~/.local/share/bash-completion/completions/t2v
  t2v completions zsh > ~/.zfunc/_t2v        (a folder of your $fpath)
  t2v completions fish > ~/.config/fish/completions/t2v.fish")]
pub struct CompletionsArgs {
    /// The shell that completes commands
    shell: Shell,
}

impl CompletionsArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut CliArgs::command(), "t2v", &mut script);
        console.print(&String::from_utf8_lossy(&script));
        Ok(CommandStatus::Done)
    }
}

#[derive(Args)]
#[command(after_help = "\
Examples:
  t2v man | man -l -             reads the page of `t2v` itself
  t2v man --out ~/.local/share/man/man1")]
pub struct ManArgs {
    /// Write a page for `t2v` and one for each command into this folder, in place of one page to standard output
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
}

impl ManArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let command = CliArgs::command();
        match &self.out {
            None => console.print(&String::from_utf8_lossy(&page(command))),
            Some(folder) => {
                let names = write_pages(command, folder).map_err(|error| {
                    SessionError::machine(Diagnostic::error(format!(
                        "the pages can't be written to `{}`: {error}",
                        folder.display()
                    )))
                })?;
                console.print(&format!("{}: {names} pages\n", printable(&folder.display().to_string())));
            }
        }
        Ok(CommandStatus::Done)
    }
}

/// A manual page as roff.
fn page(command: clap::Command) -> Vec<u8> {
    let mut page = Vec::new();
    Man::new(command).render(&mut page).expect("memory can be written to");
    page
}

/// Writes `t2v.1`, `t2v-build.1` and so on; returns how many.
fn write_pages(mut command: clap::Command, folder: &Path) -> std::io::Result<usize> {
    fs::create_dir_all(folder)?;
    command.build();
    let commands: Vec<clap::Command> = command.get_subcommands().filter(|own| !own.is_hide_set()).cloned().collect();
    fs::write(folder.join("t2v.1"), page(command))?;
    for command in &commands {
        let name = format!("t2v-{}", command.get_name());
        let titled = command.clone().name(name.clone()).display_name(name.clone());
        fs::write(folder.join(format!("{name}.1")), page(titled))?;
    }
    Ok(commands.len() + 1)
}
