//! Why a host can't be used over SSH, and what the user can do about it.

use std::fmt::Write as _;

use crate::diag::printable;

/// Why a host can't be used. Displayed as one line.
#[derive(Debug, thiserror::Error)]
#[error("{}: {kind}", printable(.host))]
pub struct SshError {
    /// The host, as the user wrote it.
    pub host: String,
    /// The reason, without the host.
    pub kind: SshErrorKind,
}

/// Why a host can't be used. Text from the host in it has no control characters.
#[derive(Debug, thiserror::Error)]
pub enum SshErrorKind {
    /// The text is no name of a host.
    #[error("this names no host: {0}")]
    Target(&'static str),
    /// The user's SSH configuration can't be used.
    #[error("the SSH configuration can't be used: {0}")]
    Config(String),
    /// The name has no address.
    #[error("no address is known for `{0}`")]
    NoAddress(String),
    /// Nothing listens at this address and port.
    #[error("nothing listens at {0}")]
    Refused(String),
    /// The network has no route to this address.
    #[error("there is no route to {0}")]
    NoRoute(String),
    /// The host did not answer in time; the text says which answer is missing.
    #[error("no answer {0}")]
    TimedOut(&'static str),
    /// The connection was closed or broke.
    #[error("the connection was lost: {0}")]
    Lost(String),
    /// No SSH session was established: no SSH server, or no common algorithms.
    #[error("no SSH connection came about: {0}")]
    Handshake(String),
    /// The host's key is not in the files of known hosts.
    #[error("its {kind} key is not known: {fingerprint}")]
    UnknownKey {
        /// The type of the key, such as `ED25519`.
        kind: String,
        /// The fingerprint of the key, as `ssh` prints it.
        fingerprint: String,
        /// The command with which the user logs in by hand.
        login: String,
    },
    /// The host shows another key than the known one.
    #[error("ITS KEY HAS CHANGED. It shows the {kind} key {fingerprint}, but {place} holds another: nothing was sent")]
    ChangedKey {
        /// The type of the key, such as `ED25519`.
        kind: String,
        /// The fingerprint of the key, as `ssh` prints it.
        fingerprint: String,
        /// The file and line of the known key, as `FILE:LINE`.
        place: String,
        /// The host's name in that file.
        name: String,
    },
    /// The host shows a revoked key.
    #[error("ITS KEY {fingerprint} IS REVOKED by {place}: nothing was sent")]
    RevokedKey {
        /// The fingerprint of the key, as `ssh` prints it.
        fingerprint: String,
        /// The file and line that revoke the key, as `FILE:LINE`.
        place: String,
    },
    /// A file of known hosts can't be read or written.
    #[error("the known hosts in {0}")]
    KnownHosts(String),
    /// The host accepted no key.
    #[error("no key was accepted for the user `{user}`; tried: {}", listed(tried))]
    Authentication {
        /// The user name of the login.
        user: String,
        /// The keys that were tried, each with the reason of its failure.
        tried: Vec<String>,
        /// Whether one of the keys is encrypted.
        encrypted: bool,
    },
    /// The host does not run the commands that t2v needs.
    #[error("it runs no commands: {0}")]
    NoExec(String),
    /// The host has another operating system or processor.
    #[error("it is {theirs}, and t2v here is built for {ours}")]
    Platform {
        /// The host's system, as `uname -sm` prints it.
        theirs: String,
        /// This machine's system, in the same form.
        ours: String,
    },
    /// The executable of t2v was sent, but does not start on the host.
    #[error("this t2v does not run there: {0}")]
    DoesNotRun(String),
    /// The host's disk is full.
    #[error("its disk is full")]
    DiskFull,
    /// The executable of t2v could not be installed.
    #[error("this t2v could not be put there: {0}")]
    Install(String),
    /// The executable of this process can't be read.
    #[error("this t2v can't be read: {0}")]
    OwnExecutable(std::io::Error),
    /// The build was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// The tools of this machine could not be installed.
    #[error("our tools could not be put there: {0}")]
    Tools(String),
    /// A jump host can't be used.
    #[error("on the way there, {0}")]
    Jump(Box<SshError>),
}

impl SshErrorKind {
    /// The error for `host`.
    pub(super) fn at_host(self, host: &str) -> SshError {
        SshError { host: host.to_owned(), kind: self }
    }
}

fn listed(tried: &[String]) -> String {
    if tried.is_empty() { "nothing, there is no agent and no key file".to_owned() } else { tried.join(", ") }
}

impl SshError {
    /// Whether a later try may succeed.
    pub fn is_transient(&self) -> bool {
        match &self.kind {
            SshErrorKind::Refused(_) | SshErrorKind::NoRoute(_) | SshErrorKind::TimedOut(_) | SshErrorKind::Lost(_) => {
                true
            }
            SshErrorKind::Jump(jump_error) => jump_error.is_transient(),
            _ => false,
        }
    }

    /// What the user can do about it, if anything.
    pub fn help(&self) -> Option<String> {
        Some(match &self.kind {
            SshErrorKind::Target(_) => "write it as `HOST`, `USER@HOST` or `USER@HOST:PORT`".into(),
            SshErrorKind::NoAddress(_) => "check the name, or give it a `HostName` in ~/.ssh/config".into(),
            SshErrorKind::Refused(_) => "is sshd running there, and is the port right?".into(),
            SshErrorKind::NoRoute(_) | SshErrorKind::TimedOut(_) => {
                "is it switched on, and does a firewall let SSH through?".into()
            }
            SshErrorKind::UnknownKey { login, .. } => {
                format!(
                    "run `{login}` once and check the fingerprint, or take it unseen with `t2v hosts --accept-new {}`",
                    self.host
                )
            }
            SshErrorKind::ChangedKey { name, .. } => format!(
                "either the host was set up anew or somebody is in between. Ask whoever runs it; if the new key is right: ssh-keygen -R {}",
                quoted(name)
            ),
            SshErrorKind::Authentication { encrypted, user, .. } => authentication_help(*encrypted, user, &self.host),
            SshErrorKind::Platform { .. } => "a host needs the operating system and processor of this machine".into(),
            SshErrorKind::DoesNotRun(_) => "a host needs a C library and a libcrypto at least as new as here".into(),
            SshErrorKind::Tools(_) => "without `send-tools` it uses its own, for the steps that those suit".into(),
            SshErrorKind::DiskFull => format!("`t2v hosts clean {}` removes what t2v keeps there", self.host),
            SshErrorKind::Jump(jump_error) => return jump_error.help(),
            _ => return None,
        })
    }
}

fn authentication_help(encrypted: bool, user: &str, host: &str) -> String {
    let mut help = String::new();
    if encrypted {
        help.push_str("unlock encrypted keys for the agent with `ssh-add`; ");
    }
    let _ = write!(
        help,
        "is `{}` the right user, and is your public key there? `ssh-copy-id {}` puts it there",
        printable(user),
        quoted(host)
    );
    help
}

/// Quotes a word for a shell, into which the user may copy it.
fn quoted(word: &str) -> String {
    let needs_no_quotes = word.chars().all(|c| c.is_ascii_alphanumeric() || "@._-:".contains(c));
    if needs_no_quotes { word.to_owned() } else { format!("'{}'", printable(word).replace('\'', "")) }
}
