//! `t2v hosts`: looks at the machines that builds may use, and tidies them up. Knows nothing of builds.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::cache::Cache;
use crate::diag::{Diagnostic, printable};
use crate::remote::far::{Far, Terms};
use crate::remote::hello::{self, Hello};
use crate::remote::ssh::{self, Connection, Destination, Distance, Executable, SshError, Tools};
use crate::report::Screen;
use crate::steps::{self, Workshop};

use super::amount::shown;
use super::config::Host;
use super::{Exit, complain, config, say, team};

/// So long may a host take to let us in.
const LIMIT: Duration = Duration::from_secs(15);

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub struct Hosts {
    #[command(subcommand)]
    action: Option<Action>,
    /// Such as `gpu1` or `me@10.0.0.7:2222` [default: those of the config]
    #[arg(value_name = "HOST")]
    hosts: Vec<String>,
    /// Take the key of a host that was never seen before as it comes
    #[arg(long)]
    accept_new: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Hosts are named by `hosts: [gpu1, me@10.0.0.7:2222]` in ~/.config/t2v/config.yaml, or by `t2v build --on HOST`. They need
nothing but sshd and a login by key; ~/.ssh/config counts. What a host lacks of t2v is sent there. See docs/remote.md.

Examples:
  t2v hosts                      look at all hosts of the config
  t2v hosts me@10.0.0.7:2222     look at this one
  t2v hosts clean gpu1           remove all that t2v keeps there";

#[derive(Subcommand)]
enum Action {
    /// Remove all that t2v keeps on hosts: its cache and its programs
    Clean {
        /// Such as `gpu1` [default: those of the config]
        #[arg(value_name = "HOST")]
        hosts: Vec<String>,
    },
}

/// What was found out about a host.
struct Found {
    hello: Hello,
    distance: Distance,
    kept: u64,
    slots: Option<usize>,
}

/// Why a host is of no use: what, and the way out.
struct Useless {
    what: String,
    help: Option<String>,
}

impl Hosts {
    pub fn run(self, screen: Screen) -> Exit {
        let done = match &self.action {
            Some(Action::Clean { hosts }) => chosen(hosts, false).map(|hosts| clean(&hosts)),
            None => chosen(&self.hosts, self.accept_new).and_then(|hosts| look(&hosts, self.json)),
        };
        done.unwrap_or_else(|diagnostic| {
            complain(diagnostic, screen);
            Exit::Wrong
        })
    }
}

fn chosen(names: &[String], accept_new: bool) -> Result<Vec<Host>, Diagnostic> {
    let mut hosts = match names {
        [] => config::hosts()?,
        names => names.iter().map(|name| config::host(name)).collect::<Result<_, _>>()?,
    };
    for host in &mut hosts {
        host.ssh.accept_new |= accept_new;
    }
    if hosts.is_empty() {
        let help = "name one, or put `hosts: [gpu1]` into ~/.config/t2v/config.yaml; see docs/remote.md";
        return Err(Diagnostic::error("there are no hosts in your config").help(help));
    }
    Ok(hosts)
}

/// Asks all hosts at once, in their order.
fn each<T: Send>(hosts: &[Host], ask: impl Fn(&Host) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let asked: Vec<_> = hosts.iter().map(|host| scope.spawn(|| ask(host))).collect();
        asked.into_iter().map(|answer| answer.join().expect("a host is asked without a panic")).collect()
    })
}

fn connect(host: &Host) -> Result<Connection, SshError> {
    ssh::connect(&Destination::resolve(&host.target, &host.ssh)?, LIMIT)
}

fn clean(hosts: &[Host]) -> Exit {
    let cleaned = each(hosts, |host| connect(host)?.clean());
    let mut exit = Exit::Done;
    for (host, cleaned) in hosts.iter().zip(cleaned) {
        match cleaned {
            Ok(freed) => say(&format!("{}: removed {}\n", host.target, shown(freed))),
            Err(error) => {
                say(&useless(&error.into()));
                exit = Exit::Failed;
            }
        }
    }
    exit
}

fn look(hosts: &[Host], as_json: bool) -> Result<Exit, Diagnostic> {
    let wrong = |error: &dyn std::error::Error| Diagnostic::error(error.to_string());
    // Looking must not leave a cache behind.
    let scratch = tempfile::tempdir().map_err(|error| wrong(&error))?;
    let cache = Cache::open(scratch.path()).map_err(|error| wrong(&error))?;
    let executable = Executable::own(&cache).map_err(|error| wrong(&error))?;
    let sends = hosts.iter().any(|host| host.send_tools);
    let (here, tools) = here(&cache, sends).map_err(|error| wrong(&*error))?;
    let found = each(hosts, |host| ask(host, &executable, tools.as_ref(), &here));
    if as_json {
        let all: Vec<Value> = hosts.iter().zip(&found).map(|(host, found)| json_of(host, found, &here)).collect();
        say(&(serde_json::to_string_pretty(&all).expect("plain data") + "\n"));
    } else {
        for (host, found) in hosts.iter().zip(&found) {
            say(&found.as_ref().map_or_else(useless, |found| described(host, found, &here)));
        }
    }
    Ok(if found.iter().all(Result::is_ok) { Exit::Done } else { Exit::Failed })
}

/// This machine, and its tools, if they are sent.
fn here(cache: &Cache, sends: bool) -> Result<(Hello, Option<Tools>), Box<dyn std::error::Error>> {
    let workshop = Workshop::open(cache)?;
    let (tools, about) = (steps::tools(&workshop), steps::about(&workshop));
    let hello = Hello { tools, about, ..Hello::here(cache, &workshop, 0, 0, 0)? };
    let sent = if sends { Some(team::own_tools(&workshop).map_err(|diagnostic| diagnostic.message)?) } else { None };
    Ok((hello, sent))
}

fn ask(host: &Host, executable: &Executable, tools: Option<&Tools>, here: &Hello) -> Result<Found, Useless> {
    let connection = connect(host)?;
    let installed = connection.install(executable)?;
    let tools = tools.filter(|_| host.send_tools);
    tools.map_or(Ok(()), |tools| connection.install_tools(tools))?;
    let (distance, kept) = (connection.distance()?, connection.kept()?);
    let link = connection.agent(&installed, tools, &["agent", "--stdio"])?;
    let terms = Terms::new(host.target.to_string(), Some(here.build));
    let (_, hello) =
        Far::greet(Box::new(link), terms).map_err(|error| Useless { what: error.to_string(), help: None })?;
    Ok(Found { hello, distance, kept, slots: host.slots })
}

impl From<SshError> for Useless {
    fn from(error: SshError) -> Self {
        Self { what: error.to_string(), help: error.help() }
    }
}

fn useless(useless: &Useless) -> String {
    let help = useless.help.as_ref().map_or_else(String::new, |help| format!("  help: {}\n", printable(help)));
    format!("{}\n{help}", printable(&useless.what))
}

fn described(host: &Host, found: &Found, here: &Hello) -> String {
    let Found { hello, distance, kept, slots } = found;
    let slots = slots.map_or_else(String::new, |slots| format!(" ({slots} used)"));
    let mut text = format!("{}: ready\n", host.target);
    let _ = writeln!(
        text,
        "  t2v {}, {} {}; {} cores{slots}, {} of memory",
        hello.version,
        hello.os,
        hello.arch,
        hello.cores,
        shown(hello.memory)
    );
    let millis = distance.round_trip.as_secs_f64() * 1e3;
    let _ = writeln!(text, "  {millis:.1} ms there and back, {}/s", shown(distance.speed));
    let _ = writeln!(
        text,
        "  t2v keeps {} there; its cache may have {}, {} are free",
        shown(*kept),
        shown(hello.cap),
        shown(hello.free)
    );
    for (tool, why) in differences(hello, here) {
        let _ = writeln!(text, "  {}: {why}; steps that need it run elsewhere", printable(&tool));
    }
    text
}

/// Tools that are not the same there as here, and what is there.
fn differences(there: &Hello, here: &Hello) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (tool, wanted) in &here.tools {
        let about = |hello: &Hello| hello.about.get(tool).cloned().unwrap_or_default();
        match there.tools.get(tool) {
            Some(found) if found == wanted => {}
            Some(_) => drop(found.insert(tool.clone(), format!("another one than here ({})", about(there)))),
            None => drop(found.insert(tool.clone(), format!("not there ({})", about(there)))),
        }
    }
    if there.cpu != hello::cpu() {
        found.insert("processor".into(), format!("it computes speech otherwise ({})", there.cpu));
    }
    found
}

fn json_of(host: &Host, found: &Result<Found, Useless>, here: &Hello) -> Value {
    match found {
        Err(useless) => {
            json!({"host": host.target.to_string(), "ready": false, "error": useless.what, "help": useless.help})
        }
        Ok(found) => json!({
            "host": host.target.to_string(),
            "ready": true,
            "version": found.hello.version,
            "cores": found.hello.cores,
            "slots": found.slots,
            "memory": found.hello.memory,
            "kept": found.kept,
            "cap": found.hello.cap,
            "free": found.hello.free,
            "round_trip_ms": found.distance.round_trip.as_secs_f64() * 1e3,
            "bytes_per_second": found.distance.speed,
            "differences": differences(&found.hello, here),
        }),
    }
}
