//! Options that every command takes: where it runs, how much it prints, and in which colours.

use std::ffi::OsString;
use std::io;
use std::path::PathBuf;

use clap::{ArgAction, Args, ColorChoice, ValueEnum};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;

use crate::diag::Diagnostic;
use crate::report::Screen;
use crate::session::SessionError;

use super::console::Console;

/// The variable that says what is logged, such as `debug` or `t2v::cache=trace,info`.
const LOG_VARIABLE: &str = "T2V_LOG";

#[derive(Args)]
#[command(next_help_heading = "Options of all commands")]
pub struct GlobalArgs {
    /// Run as if t2v had been started in this folder
    #[arg(short = 'C', value_name = "DIR", global = true)]
    directory: Option<PathBuf>,
    /// Colours in messages; `auto` goes by the terminal and NO_COLOR
    #[arg(long, value_enum, value_name = "WHEN", default_value_t = ColorWhen::Auto, global = true)]
    color: ColorWhen,
    /// Print only results and what is wrong
    #[arg(short, long, global = true, conflicts_with = "verbose")]
    quiet: bool,
    /// Log to standard error what happens inside; -vv and -vvv say more, as does T2V_LOG=debug
    #[arg(short, long, action = ArgAction::Count, global = true)]
    verbose: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum ColorWhen {
    Auto,
    Always,
    Never,
}

impl From<ColorWhen> for ColorChoice {
    fn from(when: ColorWhen) -> Self {
        match when {
            ColorWhen::Auto => Self::Auto,
            ColorWhen::Always => Self::Always,
            ColorWhen::Never => Self::Never,
        }
    }
}

/// What the last `--color` among unparsed arguments asks for, since clap needs to know before it prints that arguments are wrong. `Auto`
/// if there is none that can be understood.
pub fn color_choice(arguments: impl IntoIterator<Item = OsString>) -> ColorChoice {
    let mut choice = ColorChoice::Auto;
    let mut is_value = false;
    let texts = arguments.into_iter().map(|argument| argument.to_string_lossy().into_owned());
    for text in texts.take_while(|text| text != "--") {
        let value = if is_value { Some(text.as_str()) } else { text.strip_prefix("--color=") };
        if let Some(Ok(when)) = value.map(|value| ColorWhen::from_str(value, false)) {
            choice = when.into();
        }
        is_value = text == "--color";
    }
    choice
}

impl GlobalArgs {
    /// Changes to the folder that is wanted, starts the log, and says how to print.
    pub fn apply(&self) -> (Console, Result<(), SessionError>) {
        let mut screen = Screen::detect();
        match self.color {
            ColorWhen::Auto => {}
            ColorWhen::Always => screen = Screen { colour: true, piped: false, ..screen },
            ColorWhen::Never => screen.colour = false,
        }
        let filter = self.log_filter();
        let logs = matches!(filter, Ok(Some(_)));
        let console = Console { screen, quiet: self.quiet, logs };
        let started = filter.map(start_log).and_then(|()| self.change_folder());
        (console, started)
    }

    fn change_folder(&self) -> Result<(), SessionError> {
        let Some(folder) = &self.directory else { return Ok(()) };
        std::env::set_current_dir(folder).map_err(|error| {
            SessionError::request(Diagnostic::error(format!("`{}` can't be entered: {error}", folder.display())))
        })
    }

    /// What is logged; `None`: nothing, and then no log is set up.
    fn log_filter(&self) -> Result<Option<Targets>, SessionError> {
        let wanted = std::env::var(LOG_VARIABLE).ok().filter(|value| !value.is_empty());
        if let Some(wanted) = wanted {
            return wanted.parse().map(Some).map_err(|error| {
                let error = Diagnostic::error(format!("{LOG_VARIABLE} can't be understood: {error}"));
                SessionError::request(error.help("write it like `debug` or `t2v::cache=trace,info`"))
            });
        }
        let level = match self.verbose {
            0 => return Ok(None),
            1 => LevelFilter::INFO,
            2 => LevelFilter::DEBUG,
            _ => LevelFilter::TRACE,
        };
        Ok(Some(Targets::new().with_target("t2v", level)))
    }
}

fn start_log(filter: Option<Targets>) {
    let Some(filter) = filter else { return };
    let lines = tracing_subscriber::fmt::layer().with_writer(io::stderr).without_time();
    let started = tracing_subscriber::registry().with(filter).with(lines).try_init();
    debug_assert!(started.is_ok(), "the log is started once");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_known_before_arguments_are_parsed() {
        let choices = [
            ("build", ColorChoice::Auto),
            ("build --color never --nonsense", ColorChoice::Never),
            ("--color=always --help", ColorChoice::Always),
            ("--color=always build --color auto", ColorChoice::Auto),
            ("--color sometimes", ColorChoice::Auto),
            ("build --color", ColorChoice::Auto),
            ("build -- --color=never", ColorChoice::Auto),
        ];
        for (arguments, choice) in choices {
            assert_eq!(color_choice(arguments.split(' ').map(OsString::from)), choice, "{arguments}");
        }
    }
}
