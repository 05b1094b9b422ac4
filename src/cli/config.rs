//! Where things are on this machine: environment first, then the user's config, then the project. Knows nothing of specs.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::diag::{Diagnostic, printable};
use crate::remote::ssh::{Settings, Target};

use super::amount;

/// The user's config, `~/.config/t2v/config.yaml`. Never read from a project.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Config {
    /// A cache for all projects.
    cache: Option<PathBuf>,
    /// How large caches may grow, such as `50GB`.
    #[serde(rename = "cache-size")]
    cache_size: Option<String>,
    /// Machines that builds may use.
    hosts: Vec<HostEntry>,
    /// An SSH configuration to read instead of `~/.ssh/config`.
    #[serde(rename = "ssh-config")]
    ssh_config: Option<PathBuf>,
}

/// A machine in the config: its name, or more about it.
#[derive(Debug, PartialEq, Deserialize)]
#[serde(untagged)]
enum HostEntry {
    Name(String),
    More(More),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct More {
    host: String,
    slots: Option<usize>,
    #[serde(default)]
    accept_new: bool,
    #[serde(default)]
    send_tools: bool,
}

/// A machine that builds may use.
#[derive(Clone, Debug, PartialEq)]
pub struct Host {
    /// Where it is.
    pub target: Target,
    /// How many steps may run there at once; as many as it has cores, unless it is said.
    pub slots: Option<usize>,
    /// How to get there.
    pub ssh: Settings,
    /// This machine's ffmpeg goes there, too.
    pub send_tools: bool,
}

/// The machines of the user's config.
pub fn hosts() -> Result<Vec<Host>, Diagnostic> {
    let config = config()?;
    let ssh_config = config.ssh_config.map(at_home);
    config.hosts.into_iter().map(|entry| host_of(entry, ssh_config.clone())).collect()
}

/// The machine that the user names: as the config has it, or as it is named.
pub fn host(name: &str) -> Result<Host, Diagnostic> {
    let wanted = target(name)?;
    match hosts()?.into_iter().find(|host| host.target == wanted) {
        Some(host) => Ok(host),
        None => host_of(HostEntry::Name(name.to_owned()), config()?.ssh_config.map(at_home)),
    }
}

fn host_of(entry: HostEntry, ssh_config: Option<PathBuf>) -> Result<Host, Diagnostic> {
    let more = match entry {
        HostEntry::Name(host) => More { host, slots: None, accept_new: false, send_tools: false },
        HostEntry::More(more) => more,
    };
    if more.slots == Some(0) {
        let message = format!("the config gives {} no slots", printable(&more.host));
        return Err(Diagnostic::error(message).help("give it at least 1, or leave the host out"));
    }
    let ssh = Settings { config: ssh_config, accept_new: more.accept_new };
    Ok(Host { target: target(&more.host)?, slots: more.slots, ssh, send_tools: more.send_tools })
}

fn target(name: &str) -> Result<Target, Diagnostic> {
    Target::parse(name).map_err(|error| {
        let diagnostic = Diagnostic::error(error.to_string());
        error.help().map_or(diagnostic.clone(), |help| diagnostic.help(help))
    })
}

/// How large a cache may grow where nothing else is said, in bytes.
const CACHE_SIZE: u64 = 20_000_000_000;

/// How large the cache may grow, in bytes: the user's config, or 20 GB.
pub fn cache_size() -> Result<u64, Diagnostic> {
    match config()?.cache_size {
        Some(text) => {
            amount::size(&text).map_err(|why| Diagnostic::error(format!("`cache-size` in the config: {why}")))
        }
        None => Ok(CACHE_SIZE),
    }
}

fn config() -> Result<Config, Diagnostic> {
    file().map_or_else(|| Ok(Config::default()), |path| read(&path))
}

/// The cache's folder: `T2V_CACHE`, the user's config, or `.t2v/cache` in the project.
pub fn cache_folder(project: &Path) -> Result<PathBuf, Diagnostic> {
    if let Some(dir) = env::var_os("T2V_CACHE").filter(|dir| !dir.is_empty()) {
        return Ok(dir.into());
    }
    Ok(config()?.cache.map_or_else(|| project.join(".t2v").join("cache"), at_home))
}

/// The voices that were brought to this machine: `T2V_VOICES`, or `t2v/voices` in the user's data folder.
pub fn voices_folder() -> Option<PathBuf> {
    if let Some(dir) = env::var_os("T2V_VOICES").filter(|dir| !dir.is_empty()) {
        return Some(dir.into());
    }
    let data = absolute("XDG_DATA_HOME").or_else(|| Some(absolute("HOME")?.join(".local/share")))?;
    Some(data.join("t2v").join("voices"))
}

/// The cache of an agent: `t2v/agent` in the user's cache folder. Not that of the user's own builds, which have other limits.
pub fn agent_folder() -> Option<PathBuf> {
    let folder = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(folder.join("t2v").join("agent"))
}

fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|dir| dir.is_absolute())
}

fn file() -> Option<PathBuf> {
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(folder.join("t2v").join("config.yaml"))
}

fn read(path: &Path) -> Result<Config, Diagnostic> {
    let wrong = |why: String| Diagnostic::error(format!("the config `{}` can't be used: {why}", path.display()));
    match fs::read_to_string(path) {
        Ok(text) if text.trim().is_empty() => Ok(Config::default()),
        Ok(text) => serde_saphyr::from_str(&text).map_err(|e| {
            wrong(e.to_string())
                .help("it may hold `cache: FOLDER`, `cache-size: 50GB`, `hosts: [NAME, …]` and `ssh-config: FILE`")
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Config::default()),
        Err(error) => Err(wrong(error.to_string())),
    }
}

/// `~/x` → `x` in the user's home.
fn at_home(path: PathBuf) -> PathBuf {
    match (path.strip_prefix("~"), env::var_os("HOME")) {
        (Ok(rest), Some(home)) => Path::new(&home).join(rest),
        _ => path,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_config_is_read_and_a_wrong_one_refused() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.yaml");
        assert_eq!(read(&path), Ok(Config::default()));
        fs::write(&path, "cache: /var/cache/t2v\ncache-size: 50GB\n").unwrap();
        let config =
            Config { cache: Some("/var/cache/t2v".into()), cache_size: Some("50GB".into()), ..Config::default() };
        assert_eq!(read(&path), Ok(config));
        fs::write(&path, "cashe: x\n").unwrap();
        assert!(read(&path).unwrap_err().message.contains("config.yaml"));
    }

    #[test]
    fn hosts_are_names_or_more_than_that() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.yaml");
        fs::write(&path, "hosts: [gpu1, { host: \"me@10.0.0.7:2222\", slots: 4, accept-new: true }]\nssh-config: /s\n")
            .unwrap();
        let config = read(&path).unwrap();
        let hosts: Vec<_> =
            config.hosts.into_iter().map(|host| host_of(host, config.ssh_config.clone()).unwrap()).collect();
        let [first, second] = &hosts[..] else { panic!("{hosts:?}") };
        assert_eq!((first.target.to_string().as_str(), first.slots, first.ssh.accept_new), ("gpu1", None, false));
        assert_eq!((second.target.to_string().as_str(), second.slots), ("me@10.0.0.7:2222", Some(4)));
        assert!(second.ssh.accept_new && second.ssh.config == Some("/s".into()));
        for wrong in ["hosts: [{ host: a, slot: 4 }]", "hosts: gpu1", "hosts: [{ slots: 4 }]", "hosts: [[a]]"] {
            fs::write(&path, wrong).unwrap();
            assert!(read(&path).is_err(), "{wrong}");
        }
        for wrong in ["hosts: [-oProxyCommand=x]", "hosts: [{ host: a, slots: 0 }]"] {
            fs::write(&path, wrong).unwrap();
            let hosts = read(&path).unwrap().hosts.into_iter();
            assert!(hosts.map(|host| host_of(host, None)).any(|host| host.is_err()), "{wrong}");
        }
    }
}
