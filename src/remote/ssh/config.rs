//! Where a host is and how one logs in there: what `ssh` itself makes of its configuration. Knows nothing of connections.
//!
//! `ssh -G` is asked instead of reading `~/.ssh/config`: it alone has all of `Match`, `Include`, tokens and what a distribution set.

use std::collections::BTreeMap;
use std::env;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::diag::printable;
use crate::process::{self, Cancel};

use super::error::{SshError, Trouble};
use super::target::Target;

/// How many hosts may lie one behind another.
const MOST_JUMPS: usize = 8;
/// More than any resolved configuration, in bytes.
const MOST_CONFIG: u64 = 1 << 20;
/// Keys that are tried where nothing is configured, in the user's `.ssh`.
const USUAL_KEYS: [&str; 3] = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"];

/// Where a host is, and how one logs in there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination {
    /// As the user named it.
    pub name: String,
    /// Name or address to connect to.
    pub host: String,
    /// Where sshd listens.
    pub port: u16,
    /// Who logs in.
    pub user: String,
    /// Private keys to try, in this order. Not all of them need exist.
    pub identities: Vec<PathBuf>,
    /// Only the keys of `identities` may be shown.
    pub identities_only: bool,
    /// Where the agent listens.
    pub agent: Option<PathBuf>,
    /// Hosts on the way, first to last.
    pub jump: Vec<Destination>,
    /// Files of known hosts: the user's, then the machine's.
    pub known_hosts: Vec<PathBuf>,
    /// Where a new key is taken down: the first of the user's files.
    pub new_keys: Option<PathBuf>,
    /// The name its key is known by, where that is not host and port.
    pub alias: Option<String>,
    /// Whether the key of a host that nobody has seen yet is taken as it comes.
    pub accept_new: bool,
}

/// What the user settled besides the SSH configuration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// An SSH configuration to read instead of the usual ones.
    pub config: Option<PathBuf>,
    /// The first key of a host that nobody has seen yet is taken as it comes.
    pub accept_new: bool,
}

impl Destination {
    /// Finds out where `target` is.
    pub fn resolve(target: &Target, settings: &Settings) -> Result<Self, SshError> {
        resolve(target, settings, 0).map_err(|trouble| trouble.of(&target.to_string()))
    }

    /// The name its key stands under in the files of known hosts.
    pub(super) fn known_as(&self) -> String {
        match (&self.alias, self.port) {
            (Some(alias), _) => alias.clone(),
            (None, 22) => self.host.clone(),
            (None, port) => format!("[{}]:{port}", self.host),
        }
    }

    /// How the user logs in there by hand.
    pub(super) fn login(&self) -> String {
        match Target::parse(&self.name) {
            Ok(Target { user, host, port }) => {
                let port = port.map_or_else(String::new, |port| format!("-p {port} "));
                format!("ssh {port}{}", Target { user, host, port: None })
            }
            Err(_) => format!("ssh {}", self.host),
        }
    }
}

fn resolve(target: &Target, settings: &Settings, depth: usize) -> Result<Destination, Trouble> {
    if depth > MOST_JUMPS {
        return Err(Trouble::Config(format!("more than {MOST_JUMPS} hosts lie one behind another in ProxyJump")));
    }
    let resolved = read(&ask(target, settings)?);
    let one =
        |key: &str| resolved.get(key).and_then(|values| values.first()).map(String::as_str).filter(|v| *v != "none");
    if let Some(command) = one("proxycommand") {
        return Err(Trouble::Config(format!("ProxyCommand `{}` is not supported, ProxyJump is", printable(command))));
    }
    let host = one("hostname").unwrap_or(&target.host).to_owned();
    let port = one("port").and_then(|port| port.parse().ok()).or(target.port).unwrap_or(22);
    let user = one("user").map(str::to_owned).or_else(|| target.user.clone()).or_else(own_name);
    let user = user.ok_or_else(|| Trouble::Config("it is not known who you are; write USER@HOST".into()))?;
    let tokens = [('h', host.clone()), ('n', target.host.clone()), ('r', user.clone()), ('p', port.to_string())];
    let expand = |path: &str| expanded(path, &tokens);
    let all = |key: &str| resolved.get(key).map(Vec::as_slice);
    let own_files = files(all("userknownhostsfile"), &["~/.ssh/known_hosts", "~/.ssh/known_hosts2"]);
    let machines_files = files(all("globalknownhostsfile"), &["/etc/ssh/ssh_known_hosts", "/etc/ssh/ssh_known_hosts2"]);
    let usual = USUAL_KEYS.map(str::to_owned);
    Ok(Destination {
        name: target.to_string(),
        identities: all("identityfile").unwrap_or(&usual).iter().map(|path| expand(path)).collect(),
        identities_only: one("identitiesonly") == Some("yes"),
        agent: agent(all("identityagent").and_then(<[_]>::first), &expand),
        jump: jumps(one("proxyjump"), settings, depth)?,
        known_hosts: own_files.iter().chain(&machines_files).map(|path| expand(path)).collect(),
        new_keys: own_files.first().map(|path| expand(path)),
        alias: one("hostkeyalias").map(str::to_owned),
        accept_new: settings.accept_new || one("stricthostkeychecking") == Some("accept-new"),
        host,
        port,
        user,
    })
}

/// What `ssh -G` says; nothing where there is neither `ssh` nor a configuration.
fn ask(target: &Target, settings: &Settings) -> Result<String, Trouble> {
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
    match process::run(command, &[], MOST_CONFIG, &Cancel::default()) {
        Ok(output) if output.status.success() => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
        Ok(output) => Err(Trouble::Config(reason(&output.stderr))),
        Err(error) if error.kind() == ErrorKind::NotFound && !configured(settings) => Ok(String::new()),
        Err(error) if error.kind() == ErrorKind::NotFound => {
            Err(Trouble::Config("the program `ssh` is needed to read it; install openssh-client".into()))
        }
        Err(error) => Err(Trouble::Config(error.to_string())),
    }
}

fn configured(settings: &Settings) -> bool {
    settings.config.is_some() || expanded("~/.ssh/config", &[]).exists()
}

/// The first complaint is the exact one.
fn reason(log: &[u8]) -> String {
    let text = String::from_utf8_lossy(log);
    let told = text.lines().map(str::trim).find(|line| !line.is_empty() && !line.starts_with("Pseudo-terminal"));
    printable(told.unwrap_or("ssh -G failed"))
}

/// Each line is a key in lower case and its value; some keys come more than once.
fn read(text: &str) -> BTreeMap<String, Vec<String>> {
    let mut found = BTreeMap::<String, Vec<String>>::new();
    for (key, value) in text.lines().filter_map(|line| line.split_once(' ')) {
        found.entry(key.to_ascii_lowercase()).or_default().push(value.trim().to_owned());
    }
    found
}

/// Files that stand in one line.
fn files(said: Option<&[String]>, usual: &[&str]) -> Vec<String> {
    let said = said.map_or_else(|| usual.join(" "), |values| values.join(" "));
    said.split_whitespace().filter(|file| *file != "none").map(str::to_owned).collect()
}

/// Hops are visited in this order; only the first one's own jumps count, as with `ssh`.
fn jumps(list: Option<&str>, settings: &Settings, depth: usize) -> Result<Vec<Destination>, Trouble> {
    let mut hops = Vec::new();
    for text in list.unwrap_or_default().split(',').filter(|text| !text.is_empty()) {
        let text = text.trim().strip_prefix("ssh://").unwrap_or(text.trim());
        let jump = |error: SshError| Trouble::Jump(Box::new(error));
        let target = Target::parse(text).map_err(jump)?;
        // What the user settled for one host is not meant for those on the way.
        let settings = Settings { accept_new: false, ..settings.clone() };
        let mut hop = resolve(&target, &settings, depth + 1).map_err(|trouble| jump(trouble.of(text)))?;
        if !hops.is_empty() {
            hop.jump.clear();
        }
        hops.push(hop);
    }
    if hops.len() > MOST_JUMPS {
        return Err(Trouble::Config(format!("more than {MOST_JUMPS} hosts in ProxyJump")));
    }
    Ok(hops)
}

/// `IdentityAgent`: a socket, `SSH_AUTH_SOCK`, `$VARIABLE` or `none`.
fn agent(said: Option<&String>, expand: &dyn Fn(&str) -> PathBuf) -> Option<PathBuf> {
    let variable = match said.map(String::as_str) {
        Some("none") => return None,
        None | Some("SSH_AUTH_SOCK") => "SSH_AUTH_SOCK",
        Some(path) => match path.strip_prefix('$') {
            Some(variable) => variable,
            None => return Some(expand(path)),
        },
    };
    env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from)
}

fn own_name() -> Option<String> {
    ["USER", "LOGNAME"].into_iter().find_map(|name| env::var(name).ok().filter(|name| !name.is_empty()))
}

/// A path with `~`, `%d` and `tokens` put in.
fn expanded(path: &str, tokens: &[(char, String)]) -> PathBuf {
    let home = env::var("HOME").unwrap_or_else(|_| "/".into());
    let path = match path.strip_prefix("~/") {
        Some(rest) => Path::new(&home).join(rest).to_string_lossy().into_owned(),
        None => path.to_owned(),
    };
    let (mut done, mut signs) = (String::new(), path.chars());
    while let Some(sign) = signs.next() {
        match (sign, if sign == '%' { signs.next() } else { None }) {
            ('%', Some('%')) => done.push('%'),
            ('%', Some('d')) => done.push_str(&home),
            ('%', Some(token)) => match tokens.iter().find(|(name, _)| *name == token) {
                Some((_, text)) => done.push_str(text),
                None => done.extend(['%', token]),
            },
            (sign, _) => done.push(sign),
        }
    }
    done.into()
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
        Destination::resolve(&Target::parse(host)?, &Settings { config: Some(file), accept_new: false })
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
        assert_eq!(expanded("~/.ssh/%h%%%z%", &[('h', "a".into())]), Path::new(&home).join(".ssh/a%%z%"));
        assert_eq!(expanded("%d/x", &[]), Path::new(&home).join("x"));
    }
}
