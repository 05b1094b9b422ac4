//! Resolves a host by the user's SSH configuration: address, user, keys, jump hosts, known hosts.
//!
//! It runs `ssh -G` instead of reading `~/.ssh/config`, because only `ssh` implements all of `Match`, `Include`, tokens and defaults of the
//! distribution.

use std::collections::BTreeMap;
use std::env;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::diag::printable;
use crate::process::{self, CancelToken};

use super::error::{SshError, SshErrorKind};
use super::target::SshTarget;

/// How many jump hosts may be chained.
const MAX_JUMPS: usize = 8;
/// A bound on the output of `ssh -G`.
const MAX_CONFIG_BYTES: u64 = 1 << 20;
/// Key files that are tried if none are configured.
const DEFAULT_KEYS: [&str; 3] = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"];

/// How to reach a host and to log in there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// The host as the user wrote it.
    pub name: String,
    /// The name or address to connect to.
    pub host: String,
    /// The port of sshd.
    pub port: u16,
    /// The name of the user who logs in.
    pub user: String,
    /// Private key files in the order in which they are tried. Missing files are skipped.
    pub identities: Vec<PathBuf>,
    /// Whether only the keys of `identities` may be used, and no others of the agent.
    pub identities_only: bool,
    /// The socket of the SSH agent; `None` if none is used.
    pub agent: Option<PathBuf>,
    /// Jump hosts, in the order in which they are passed.
    pub jump: Vec<Destination>,
    /// Files of known hosts: the user's, then those of the system.
    pub known_hosts: Vec<PathBuf>,
    /// The file to which a new key is appended: the first of the user's files.
    pub new_keys: Option<PathBuf>,
    /// The name in the files of known hosts, if it differs from host and port.
    pub alias: Option<String>,
    /// Whether the key of a host that is not in the files of known hosts is accepted and recorded.
    pub accept_new: bool,
}

/// Settings for SSH from the configuration of t2v.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SshSettings {
    /// An SSH configuration file that replaces the default ones.
    pub config: Option<PathBuf>,
    /// Whether the key of an unknown host is accepted and recorded.
    pub accept_new: bool,
}

impl Destination {
    /// Resolves `target` by the SSH configuration.
    pub fn resolve(target: &SshTarget, settings: &SshSettings) -> Result<Self, SshError> {
        resolve(target, settings, 0).map_err(|kind| kind.at_host(&target.to_string()))
    }

    /// The name of the host in the files of known hosts.
    #[cfg(feature = "ssh")]
    pub(super) fn known_as(&self) -> String {
        match (&self.alias, self.port) {
            (Some(alias), _) => alias.clone(),
            (None, 22) => self.host.clone(),
            (None, port) => format!("[{}]:{port}", self.host),
        }
    }

    /// The command with which the user logs in by hand.
    #[cfg(feature = "ssh")]
    pub(super) fn login(&self) -> String {
        match SshTarget::parse(&self.name) {
            Ok(SshTarget { user, host, port }) => {
                let port = port.map_or_else(String::new, |port| format!("-p {port} "));
                format!("ssh {port}{}", SshTarget { user, host, port: None })
            }
            Err(_) => format!("ssh {}", self.host),
        }
    }
}

fn resolve(target: &SshTarget, settings: &SshSettings, depth: usize) -> Result<Destination, SshErrorKind> {
    if depth > MAX_JUMPS {
        return Err(SshErrorKind::Config(format!("more than {MAX_JUMPS} hosts lie one behind another in ProxyJump")));
    }
    let config = parse_config(&ssh_g_output(target, settings)?);
    if let Some(command) = config.first("proxycommand") {
        return Err(SshErrorKind::Config(format!(
            "ProxyCommand `{}` is not supported, ProxyJump is",
            printable(command)
        )));
    }
    let host = config.first("hostname").unwrap_or(&target.host).to_owned();
    let port = config.first("port").and_then(|port| port.parse().ok()).or(target.port).unwrap_or(22);
    let user = config.first("user").map(str::to_owned).or_else(|| target.user.clone()).or_else(own_user_name);
    let user = user.ok_or_else(|| SshErrorKind::Config("it is not known who you are; write USER@HOST".into()))?;
    let tokens = [('h', host.clone()), ('n', target.host.clone()), ('r', user.clone()), ('p', port.to_string())];
    let user_files = file_names(config.all("userknownhostsfile"), &["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]);
    let system_files =
        file_names(config.all("globalknownhostsfile"), &["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]);
    let default_keys = DEFAULT_KEYS.map(str::to_owned);
    Ok(Destination {
        name: target.to_string(),
        identities: config
            .all("identityfile")
            .unwrap_or(&default_keys)
            .iter()
            .map(|path| expand_path(path, &tokens))
            .collect(),
        identities_only: config.first("identitiesonly") == Some("yes"),
        agent: agent_socket(config.all("identityagent").and_then(<[_]>::first), &tokens),
        jump: jumps(config.first("proxyjump"), settings, depth)?,
        known_hosts: user_files.iter().chain(&system_files).map(|path| expand_path(path, &tokens)).collect(),
        new_keys: user_files.first().map(|path| expand_path(path, &tokens)),
        alias: config.first("hostkeyalias").map(str::to_owned),
        accept_new: settings.accept_new || config.first("stricthostkeychecking") == Some("accept-new"),
        host,
        port,
        user,
    })
}

/// The output of `ssh -G`; empty if there is neither an `ssh` nor a configuration.
fn ssh_g_output(target: &SshTarget, settings: &SshSettings) -> Result<String, SshErrorKind> {
    let mut command = Command::new("ssh");
    command.arg("-G");
    if let Some(file) = &settings.config {
        command.arg("-F").arg(file);
    }
    if let Some(port) = target.port {
        command.args(["-p", &port.to_string()]);
    }
    if let Some(user) = &target.user {
        command.args(["-l", user]);
    }
    command.args(["--", &target.host]);
    match process::run(command, &[], MAX_CONFIG_BYTES, &CancelToken::default()) {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => Err(SshErrorKind::Config(reason(&output.stderr))),
        Err(error) if error.kind() == ErrorKind::NotFound && !has_config(settings) => Ok(String::new()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(SshErrorKind::Config("the program `ssh` is needed to read it; install openssh-client".into()))
        }
        Err(error) => Err(SshErrorKind::Config(error.to_string())),
    }
}

fn has_config(settings: &SshSettings) -> bool {
    settings.config.is_some() || expand_path("~/.ssh/config", &[]).exists()
}

/// The first line of an error output, which has the reason.
fn reason(log: &[u8]) -> String {
    let text = String::from_utf8_lossy(log);
    let first = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("Pseudo-terminal"));
    printable(first.unwrap_or("ssh -G failed"))
}

/// Parses lines of a keyword in lower case and its value. A keyword can occur several times.
fn parse_config(text: &str) -> ResolvedConfig {
    let mut values = BTreeMap::<String, Vec<String>>::new();
    for (key, value) in text.lines().filter_map(|line| line.split_once(' ')) {
        values.entry(key.to_ascii_lowercase()).or_default().push(value.trim().to_owned());
    }
    ResolvedConfig { values }
}

/// The values of `ssh -G` by keyword.
struct ResolvedConfig {
    values: BTreeMap<String, Vec<String>>,
}

impl ResolvedConfig {
    /// All values of a keyword.
    fn all(&self, keyword: &str) -> Option<&[String]> {
        self.values.get(keyword).map(Vec::as_slice)
    }

    /// The first value of a keyword, unless it is `none`.
    fn first(&self, keyword: &str) -> Option<&str> {
        self.all(keyword)?.first().map(String::as_str).filter(|value| *value != "none")
    }
}

/// File names in one line, separated by spaces; `defaults` if nothing is configured.
fn file_names(configured: Option<&[String]>, defaults: &[&str]) -> Vec<String> {
    let names = configured.map_or_else(|| defaults.join(" "), |values| values.join(" "));
    names.split_whitespace().filter(|file| *file != "none").map(str::to_owned).collect()
}

/// Resolves a list of jump hosts. Only the first one's own jump hosts count, as with `ssh`.
fn jumps(list: Option<&str>, settings: &SshSettings, depth: usize) -> Result<Vec<Destination>, SshErrorKind> {
    let mut hops = Vec::new();
    for text in list.unwrap_or_default().split(',').filter(|text| !text.is_empty()) {
        let text = text.trim().strip_prefix("ssh://").unwrap_or(text.trim());
        let target = SshTarget::parse(text).map_err(jump_error)?;
        // The setting is for the host itself, and not for its jump hosts.
        let settings = SshSettings { accept_new: false, ..settings.clone() };
        let mut hop = resolve(&target, &settings, depth + 1).map_err(|kind| jump_error(kind.at_host(text)))?;
        if !hops.is_empty() {
            hop.jump.clear();
        }
        hops.push(hop);
    }
    if hops.len() > MAX_JUMPS {
        return Err(SshErrorKind::Config(format!("more than {MAX_JUMPS} hosts in ProxyJump")));
    }
    Ok(hops)
}

fn jump_error(error: SshError) -> SshErrorKind {
    SshErrorKind::Jump(Box::new(error))
}

/// The socket of the agent by `IdentityAgent`: a path, `SSH_AUTH_SOCK`, `$VARIABLE` or `none`.
fn agent_socket(configured: Option<&String>, tokens: &[(char, String)]) -> Option<PathBuf> {
    let variable = match configured.map(String::as_str) {
        Some("none") => return None,
        None | Some("SSH_AUTH_SOCK") => "SSH_AUTH_SOCK",
        Some(path) => match path.strip_prefix('$') {
            Some(variable) => variable,
            None => return Some(expand_path(path, tokens)),
        },
    };
    env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn own_user_name() -> Option<String> {
    ["USER", "LOGNAME"].into_iter().find_map(|name| env::var(name).ok().filter(|name| !name.is_empty()))
}

/// Expands `~`, `%d` and `tokens` in a path.
fn expand_path(path: &str, tokens: &[(char, String)]) -> PathBuf {
    let home = env::var("HOME").unwrap_or_else(|_| "/".into());
    let path = match path.strip_prefix("~/") {
        Some(rest) => Path::new(&home).join(rest).to_string_lossy().into_owned(),
        None => path.to_owned(),
    };
    let mut expanded = String::new();
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        match (c, if c == '%' { chars.next() } else { None }) {
            ('%', Some('%')) => expanded.push('%'),
            ('%', Some('d')) => expanded.push_str(&home),
            ('%', Some(token)) => match tokens.iter().find(|(name, _)| *name == token) {
                Some((_, text)) => expanded.push_str(text),
                None => expanded.extend(['%', token]),
            },
            (c, _) => expanded.push(c),
        }
    }
    expanded.into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    /// What becomes of `host` under this configuration.
    fn resolved(config: &str, host: &str) -> Result<Destination, SshError> {
        let dir = tempfile::tempdir().unwrap();
        let file = dir.path().join("config");
        fs::write(&file, config).unwrap();
        Destination::resolve(&SshTarget::parse(host)?, &SshSettings { config: Some(file), accept_new: false })
    }

    const CONFIG: &str = "\
Host gpu*
  HostName %h.example.org
  Port 2222
  User me
  IdentityFile /keys/%n-%r
  IdentitiesOnly yes
  IdentityAgent none
  UserKnownHostsFile /k/one /k/two
  GlobalKnownHostsFile /k/all
  ProxyJump gate,me@inner:33
Match host special
  StrictHostKeyChecking accept-new
  HostKeyAlias one-name
Host gate
  ProxyJump outer
Host inner
  ProxyJump never
Host command
  ProxyCommand nc %h %p
Host round
  ProxyJump round2
Host round2
  ProxyJump round
";

    #[test]
    fn it_is_what_ssh_makes_of_it() {
        let gpu = resolved(CONFIG, "gpu1").unwrap();
        assert_eq!((gpu.host.as_str(), gpu.port, gpu.user.as_str()), ("gpu1.example.org", 2222, "me"));
        assert_eq!(gpu.identities, [Path::new("/keys/gpu1-me")]);
        assert!(gpu.identities_only && gpu.agent.is_none() && !gpu.accept_new);
        assert_eq!(gpu.known_hosts, ["/k/one", "/k/two", "/k/all"].map(PathBuf::from));
        assert_eq!(gpu.new_keys, Some("/k/one".into()));
        assert_eq!(resolved("UserKnownHostsFile none\n", "x").unwrap().new_keys, None);
        assert_eq!(gpu.known_as(), "[gpu1.example.org]:2222");
        let hops: Vec<_> = gpu.jump.iter().map(|hop| (hop.host.as_str(), hop.port, hop.jump.len())).collect();
        assert_eq!(hops, [("gate", 22, 1), ("inner", 33, 0)], "only the first one's own way counts");
        assert_eq!(gpu.login(), "ssh gpu1");
    }

    #[test]
    fn what_the_user_names_goes_first() {
        let gpu = resolved(CONFIG, "you@gpu1:99").unwrap();
        assert_eq!((gpu.user.as_str(), gpu.port), ("you", 99));
        assert_eq!(gpu.login(), "ssh -p 99 you@gpu1");
    }

    #[test]
    fn a_match_block_is_no_part_of_the_host_above_it() {
        assert!(!resolved(CONFIG, "gpu1").unwrap().accept_new);
        let special = resolved(CONFIG, "special").unwrap();
        assert!(special.accept_new);
        assert_eq!(special.known_as(), "one-name");
        for strict in ["no", "off", "ask", "yes"] {
            let any = resolved(&format!("StrictHostKeyChecking {strict}\n"), "x").unwrap();
            assert!(!any.accept_new, "`{strict}` never means that any key will do");
        }
    }

    #[test]
    fn what_can_not_be_used_is_said() {
        for (config, host, what) in [
            (CONFIG, "command", "ProxyCommand"),
            (CONFIG, "round", "one behind another"),
            ("Host x\n  Nonsense yes\n", "x", "nonsense"),
            ("Port many\n", "x", "many"),
        ] {
            let error = resolved(config, host).unwrap_err().to_string();
            assert!(error.contains(what), "{error}");
        }
    }

    #[test]
    fn tokens_and_homes_are_put_in() {
        let home = env::var("HOME").unwrap();
        assert_eq!(expand_path("~/.ssh/%h%%%z%", &[('h', "a".into())]), Path::new(&home).join(".ssh/a%%z%"));
        assert_eq!(expand_path("%d/x", &[]), Path::new(&home).join("x"));
    }
}
