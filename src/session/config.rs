//! The user's config, and where things are on this machine: the environment counts first, then the config, then the project.

use std::env;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::cache::{Cache, CacheError};
use crate::diag::{Diagnostic, printable};
use crate::remote::ssh::{SshSettings, SshTarget};

use crate::human;

/// How large a cache may grow where the config does not say, in bytes.
pub const DEFAULT_CACHE_SIZE: u64 = 20_000_000_000;

/// The user's config, `~/.config/t2v/config.yaml`. Never read from a project.
#[derive(Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct UserConfig {
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
    SshSettings(HostSettings),
}

#[derive(Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct HostSettings {
    host: String,
    slots: Option<usize>,
    #[serde(default)]
    accept_new: bool,
    #[serde(default)]
    send_tools: bool,
}

/// A machine that builds may use.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfiguredHost {
    /// Its name or address, with a user and a port where they are given.
    pub target: SshTarget,
    /// How many steps may run there at once; `None`: as many as it has cores.
    pub slots: Option<usize>,
    /// How it is logged in at.
    pub ssh: SshSettings,
    /// Whether this machine's ffmpeg is sent there.
    pub send_tools: bool,
}

fn unusable_config(path: &Path, why: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::error(format!("the config `{}` can't be used: {why}", path.display()))
}

impl UserConfig {
    /// The config of the user who runs this process; all defaults where there is none.
    ///
    /// # Errors
    /// It can't be read, or holds something unknown.
    pub fn load() -> Result<Self, Diagnostic> {
        config_path().map_or_else(|| Ok(Self::default()), |path| Self::read(&path))
    }

    fn read(path: &Path) -> Result<Self, Diagnostic> {
        tracing::debug!(path = %path.display(), "config is read");
        match fs::read_to_string(path) {
            Ok(text) if text.trim().is_empty() => Ok(Self::default()),
            Ok(text) => serde_saphyr::from_str(&text).map_err(|error| {
                unusable_config(path, error)
                    .help("it may hold `cache: FOLDER`, `cache-size: 50GB`, `hosts: [NAME, …]` and `ssh-config: FILE`")
            }),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => Err(unusable_config(path, error)),
        }
    }

    /// The cache for all projects: `T2V_CACHE`, or the config's; `None`: each project has its own.
    pub fn cache_folder(&self) -> Option<PathBuf> {
        let from_environment = env::var_os("T2V_CACHE").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        from_environment.or_else(|| self.cache.clone().map(expand_home))
    }

    /// How large the cache may grow, in bytes.
    ///
    /// # Errors
    /// The config's `cache-size` is no size.
    pub fn cache_size(&self) -> Result<u64, Diagnostic> {
        let Some(text) = &self.cache_size else { return Ok(DEFAULT_CACHE_SIZE) };
        human::parse_bytes(text).map_err(|why| Diagnostic::error(format!("`cache-size` in the config: {why}")))
    }

    /// The machines that builds may use.
    ///
    /// # Errors
    /// One of them is named wrongly, or has no slots.
    pub fn hosts(&self) -> Result<Vec<ConfiguredHost>, Diagnostic> {
        self.hosts.iter().map(|entry| configured_host(entry, self.ssh_config())).collect()
    }

    /// The machine that the user names: as the config has it, or as it is named.
    ///
    /// # Errors
    /// The name is none of a host, or a host of the config is wrong.
    pub fn host(&self, name: &str) -> Result<ConfiguredHost, Diagnostic> {
        let wanted = parse_target(name)?;
        match self.hosts()?.into_iter().find(|host| host.target == wanted) {
            Some(host) => Ok(host),
            None => configured_host(&HostEntry::Name(name.to_owned()), self.ssh_config()),
        }
    }

    fn ssh_config(&self) -> Option<PathBuf> {
        self.ssh_config.clone().map(expand_home)
    }
}

fn configured_host(entry: &HostEntry, ssh_config: Option<PathBuf>) -> Result<ConfiguredHost, Diagnostic> {
    let (name, slots, accept_new, send_tools) = match entry {
        HostEntry::Name(name) => (name, None, false, false),
        HostEntry::SshSettings(settings) => (&settings.host, settings.slots, settings.accept_new, settings.send_tools),
    };
    if slots == Some(0) {
        let message = format!("the config gives {} no slots", printable(name));
        return Err(Diagnostic::error(message).help("give it at least 1, or leave the host out"));
    }
    let ssh = SshSettings { config: ssh_config, accept_new };
    Ok(ConfiguredHost { target: parse_target(name)?, slots, ssh, send_tools })
}

fn parse_target(name: &str) -> Result<SshTarget, Diagnostic> {
    SshTarget::parse(name).map_err(|error| Diagnostic { help: error.help(), ..Diagnostic::error(error.to_string()) })
}

/// The cache of a project that has one of its own.
pub fn project_cache_folder(project: &Path) -> PathBuf {
    project.join(".t2v").join("cache")
}

/// Whether `T2V_CACHE_READ_ONLY` asks that nothing is written into the cache. Empty and `0` mean no.
pub fn cache_is_read_only() -> bool {
    env::var_os("T2V_CACHE_READ_ONLY").is_some_and(|value| !value.is_empty() && value != "0")
}

/// Opens the cache in `folder`, for reading only if the environment asks for that.
///
/// # Errors
/// The cache can't be opened.
pub fn open_cache(folder: &Path) -> Result<Cache, CacheError> {
    if cache_is_read_only() { Cache::open_read_only(folder) } else { Cache::open(folder) }
}

/// Voices that were added to this machine: `T2V_VOICES`, or `t2v/voices` in the user's data folder.
pub fn voices_folder() -> Option<PathBuf> {
    if let Some(folder) = env::var_os("T2V_VOICES").filter(|folder| !folder.is_empty()) {
        return Some(folder.into());
    }
    let data = absolute("XDG_DATA_HOME").or_else(|| Some(absolute("HOME")?.join(".local/share")))?;
    Some(data.join("t2v").join("voices"))
}

/// The cache of an agent: `t2v/agent` in the user's cache folder. The user's own builds have another one, with other limits.
pub fn agent_cache_folder() -> Option<PathBuf> {
    let folder = absolute("XDG_CACHE_HOME").or_else(|| Some(absolute("HOME")?.join(".cache")))?;
    Some(folder.join("t2v").join("agent"))
}

fn absolute(variable: &str) -> Option<PathBuf> {
    env::var_os(variable).map(PathBuf::from).filter(|dir| dir.is_absolute())
}

fn config_path() -> Option<PathBuf> {
    let folder = absolute("XDG_CONFIG_HOME").or_else(|| Some(absolute("HOME")?.join(".config")))?;
    Some(folder.join("t2v").join("config.yaml"))
}

/// `~/x` → `x` in the user's home.
fn expand_home(path: PathBuf) -> PathBuf {
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
        assert_eq!(UserConfig::read(&path), Ok(UserConfig::default()));
        fs::write(&path, "cache: /var/cache/t2v\ncache-size: 50GB\n").unwrap();
        let config = UserConfig {
            cache: Some("/var/cache/t2v".into()),
            cache_size: Some("50GB".into()),
            ..UserConfig::default()
        };
        assert_eq!(UserConfig::read(&path), Ok(config));
        fs::write(&path, "cashe: x\n").unwrap();
        assert!(UserConfig::read(&path).unwrap_err().message.contains("config.yaml"));
    }

    #[test]
    fn hosts_are_names_or_more_than_that() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("config.yaml");
        fs::write(&path, "hosts: [gpu1, { host: \"me@10.0.0.7:2222\", slots: 4, accept-new: true }]\nssh-config: /s\n")
            .unwrap();
        let hosts = UserConfig::read(&path).unwrap().hosts().unwrap();
        let [first, second] = &hosts[..] else { panic!("{hosts:?}") };
        assert_eq!((first.target.to_string().as_str(), first.slots, first.ssh.accept_new), ("gpu1", None, false));
        assert_eq!((second.target.to_string().as_str(), second.slots), ("me@10.0.0.7:2222", Some(4)));
        assert!(second.ssh.accept_new && second.ssh.config == Some("/s".into()));
        for wrong in ["hosts: [{ host: a, slot: 4 }]", "hosts: gpu1", "hosts: [{ slots: 4 }]", "hosts: [[a]]"] {
            fs::write(&path, wrong).unwrap();
            assert!(UserConfig::read(&path).is_err(), "{wrong}");
        }
        for wrong in ["hosts: [-oProxyCommand=x]", "hosts: [{ host: a, slots: 0 }]"] {
            fs::write(&path, wrong).unwrap();
            assert!(UserConfig::read(&path).unwrap().hosts().is_err(), "{wrong}");
        }
    }
}
