//! `t2v hosts`: looks at the machines that builds may use, and removes what t2v keeps on them.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::thread;
use std::time::Duration;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::cache::Cache;
use crate::diag::{Diagnostic, printable};
use crate::human::format_bytes;
use crate::remote::capabilities::Capabilities;
use crate::remote::client::{AgentClient, SessionConfig};
use crate::remote::ssh::{self, AgentExecutable, Destination, LinkMeasurement, SshConnection, SshError, ToolBundle};
use crate::session::config::{ConfiguredHost, UserConfig};
use crate::session::{SessionError, ssh_hosts::own_tools};
use crate::steps::{self, Workshop};

use super::console::Console;
use super::diagnostics::from_error;
use super::{CommandResult, CommandStatus};

/// The longest that a host may take to let us in.
const LOGIN_TIMEOUT: Duration = Duration::from_secs(15);

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
pub struct HostsArgs {
    #[command(subcommand)]
    command: Option<HostsCommand>,
    /// Such as `gpu1` or `me@10.0.0.7:2222` [default: those of the config]
    #[arg(value_name = "HOST")]
    hosts: Vec<String>,
    /// Take the key of a host that was never seen before as it comes
    #[arg(long)]
    accept_new: bool,
    /// Print what is found out about them as JSON
    #[arg(long)]
    json: bool,
}

const EXAMPLES: &str = "\
Hosts are named by `hosts: [gpu1, me@10.0.0.7:2222]` in ~/.config/t2v/config.yaml, or by `t2v build --on HOST`. They need nothing but \
sshd and a login by key; ~/.ssh/config counts. What a host lacks of t2v is sent there. See `t2v help remote`.

Examples:
  t2v hosts                      look at all hosts of the config
  t2v hosts me@10.0.0.7:2222     look at this one
  t2v hosts clean gpu1           remove all that t2v keeps there";

#[derive(Subcommand)]
enum HostsCommand {
    /// Remove all that t2v keeps on hosts: its cache and its programs
    Clean {
        /// Such as `gpu1` [default: those of the config]
        #[arg(value_name = "HOST")]
        hosts: Vec<String>,
    },
}

/// What was found out about a host.
struct HostStatus {
    hello: Capabilities,
    distance: LinkMeasurement,
    kept: u64,
    slots: Option<usize>,
}

/// Why a host is of no use: what, and the way out.
struct HostProblem {
    what: String,
    help: Option<String>,
}

impl HostsArgs {
    pub fn run(self, console: Console) -> CommandResult {
        match &self.command {
            Some(HostsCommand::Clean { hosts }) => Ok(clean(&select(hosts, false)?, console)),
            None => inspect(&select(&self.hosts, self.accept_new)?, self.json, console),
        }
    }
}

fn select(names: &[String], accept_new: bool) -> Result<Vec<ConfiguredHost>, SessionError> {
    let config = UserConfig::load().map_err(SessionError::request)?;
    let hosts = match names {
        [] => config.hosts(),
        names => names.iter().map(|name| config.host(name)).collect(),
    };
    let mut hosts = hosts.map_err(SessionError::request)?;
    for host in &mut hosts {
        host.ssh.accept_new |= accept_new;
    }
    if hosts.is_empty() {
        let help = "name one, or put `hosts: [gpu1]` into ~/.config/t2v/config.yaml; see `t2v help remote`";
        return Err(SessionError::request(Diagnostic::error("there are no hosts in your config").help(help)));
    }
    Ok(hosts)
}

/// Asks all hosts at once, in their order.
fn each<T: Send>(hosts: &[ConfiguredHost], ask: impl Fn(&ConfiguredHost) -> T + Sync) -> Vec<T> {
    thread::scope(|scope| {
        let asked: Vec<_> = hosts.iter().map(|host| scope.spawn(|| ask(host))).collect();
        asked.into_iter().map(|answer| answer.join().expect("a host is asked without a panic")).collect()
    })
}

fn connect(host: &ConfiguredHost) -> Result<SshConnection, SshError> {
    ssh::connect(&Destination::resolve(&host.target, &host.ssh)?, LOGIN_TIMEOUT)
}

fn clean(hosts: &[ConfiguredHost], console: Console) -> CommandStatus {
    let cleaned = each(hosts, |host| connect(host)?.clean());
    let mut exit = CommandStatus::Done;
    for (host, cleaned) in hosts.iter().zip(cleaned) {
        match cleaned {
            Ok(freed) => console.print(&format!("{}: removed {}\n", host.target, format_bytes(freed))),
            Err(error) => {
                console.print(&describe_problem(&error.into()));
                exit = CommandStatus::Failed;
            }
        }
    }
    exit
}

fn inspect(hosts: &[ConfiguredHost], as_json: bool, console: Console) -> CommandResult {
    // Looking must not leave a cache behind.
    let scratch = tempfile::tempdir().map_err(machine_error)?;
    let cache = Cache::open(scratch.path()).map_err(machine_error)?;
    let executable = AgentExecutable::own(&cache).map_err(machine_error)?;
    let sends = hosts.iter().any(|host| host.send_tools);
    let (here, tools) = here(&cache, sends).map_err(machine_error)?;
    let found = each(hosts, |host| ask(host, &executable, tools.as_ref(), &here));
    if as_json {
        let all: Vec<Value> = hosts.iter().zip(&found).map(|(host, found)| host_json(host, found, &here)).collect();
        console.print(&(serde_json::to_string_pretty(&all).expect("plain data") + "\n"));
    } else {
        for (host, found) in hosts.iter().zip(&found) {
            console.print(&found.as_ref().map_or_else(describe_problem, |found| describe_host(host, found, &here)));
        }
    }
    Ok(if found.iter().all(Result::is_ok) { CommandStatus::Done } else { CommandStatus::Failed })
}

fn machine_error(error: impl std::fmt::Display) -> SessionError {
    SessionError::machine(from_error(error))
}

/// This machine, and its tools, if they are sent.
fn here(cache: &Cache, sends: bool) -> Result<(Capabilities, Option<ToolBundle>), Box<dyn std::error::Error>> {
    let workshop = Workshop::open(cache)?;
    let (tools, about) = (steps::tool_fingerprints(&workshop), steps::tool_descriptions(&workshop));
    let hello = Capabilities { tools, about, ..Capabilities::detect(cache, &workshop, 0, 0, 0)? };
    let sent = if sends { Some(own_tools(&workshop).map_err(|diagnostic| diagnostic.message)?) } else { None };
    Ok((hello, sent))
}

fn ask(
    host: &ConfiguredHost,
    executable: &AgentExecutable,
    tools: Option<&ToolBundle>,
    here: &Capabilities,
) -> Result<HostStatus, HostProblem> {
    let connection = connect(host)?;
    let installed = connection.install(executable)?;
    let tools = tools.filter(|_| host.send_tools);
    tools.map_or(Ok(()), |tools| connection.install_tools(tools))?;
    let (distance, kept) = (connection.measure_link()?, connection.disk_usage()?);
    let link = connection.start_agent(&installed, tools, &["agent", "--stdio"])?;
    let terms = SessionConfig::new(host.target.to_string(), Some(here.build));
    let (_, hello) = AgentClient::connect(Box::new(link), terms)
        .map_err(|error| HostProblem { what: error.to_string(), help: None })?;
    Ok(HostStatus { hello, distance, kept, slots: host.slots })
}

impl From<SshError> for HostProblem {
    fn from(error: SshError) -> Self {
        Self { what: error.to_string(), help: error.help() }
    }
}

fn describe_problem(problem: &HostProblem) -> String {
    let help = problem.help.as_ref().map_or_else(String::new, |help| format!("  help: {}\n", printable(help)));
    format!("{}\n{help}", printable(&problem.what))
}

fn describe_host(host: &ConfiguredHost, found: &HostStatus, here: &Capabilities) -> String {
    let HostStatus { hello, distance, kept, slots } = found;
    let slots = slots.map_or_else(String::new, |slots| format!(" ({slots} used)"));
    let mut text = format!("{}: ready\n", host.target);
    let _ = writeln!(
        text,
        "  t2v {}, {} {}; {} cores{slots}, {} of memory",
        hello.version,
        hello.os,
        hello.arch,
        hello.cores,
        format_bytes(hello.memory)
    );
    let millis = distance.round_trip.as_secs_f64() * 1e3;
    let _ = writeln!(text, "  {millis:.1} ms there and back, {}/s", format_bytes(distance.bytes_per_second));
    let _ = writeln!(
        text,
        "  t2v keeps {} there; its cache may have {}, {} are free",
        format_bytes(*kept),
        format_bytes(hello.cap),
        format_bytes(hello.free)
    );
    for (tool, why) in differences(hello, here) {
        let _ = writeln!(text, "  {}: {why}; steps that need it run elsewhere", printable(&tool));
    }
    text
}

/// Tools that are not the same there as here, and what is there.
fn differences(there: &Capabilities, here: &Capabilities) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for (tool, wanted) in &here.tools {
        let about = there.about.get(tool).map_or("", String::as_str);
        match there.tools.get(tool) {
            Some(found) if found == wanted => {}
            Some(class) if tool == steps::PROCESSOR_PART => {
                found.insert("processor".into(), format!("it computes speech otherwise ({class})"));
            }
            Some(_) => {
                found.insert(tool.clone(), format!("another one than here ({about})"));
            }
            None => {
                found.insert(tool.clone(), format!("not there ({about})"));
            }
        }
    }
    found
}

fn host_json(host: &ConfiguredHost, found: &Result<HostStatus, HostProblem>, here: &Capabilities) -> Value {
    match found {
        Err(problem) => {
            json!({"host": host.target.to_string(), "ready": false, "error": problem.what, "help": problem.help})
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
            "bytes_per_second": found.distance.bytes_per_second,
            "differences": differences(&found.hello, here),
        }),
    }
}
