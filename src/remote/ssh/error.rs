//! What can go wrong on the way to a host, and the way out. Knows nothing of how it was found out.

use std::fmt::Write as _;

use crate::diag::printable;

/// Why a host can't be used, in one line.
#[derive(Debug, thiserror::Error)]
#[error("{}: {trouble}", printable(.host))]
pub struct SshError {
    /// The host, as the user named it.
    pub host: String,
    /// What is wrong with it.
    pub trouble: Trouble,
}

/// What is wrong with a host. All text of the far side in it is printable.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// It is no name of a host.
    #[error("this names no host: {0}")]
    Target(&'static str),
    /// The user's SSH configuration can't be used.
    #[error("the SSH configuration can't be used: {0}")]
    Config(String),
    /// No address belongs to the name.
    #[error("no address is known for `{0}`")]
    NoAddress(String),
    /// Nothing listens there.
    #[error("nothing listens at {0}")]
    Refused(String),
    /// Packets don't get there.
    #[error("there is no route to {0}")]
    NoRoute(String),
    /// It did not answer in time.
    #[error("no answer {0}")]
    TimedOut(&'static str),
    /// The far side ended, or the line broke.
    #[error("the connection was lost: {0}")]
    Lost(String),
    /// It does not speak SSH as we do.
    #[error("no SSH connection came about: {0}")]
    Handshake(String),
    /// Nobody has vouched for the host's key.
    #[error("its {kind} key is not known: {fingerprint}")]
    UnknownKey {
        /// Such as `ED25519`.
        kind: String,
        /// As `ssh` prints it.
        fingerprint: String,
        /// What `ssh` is to be called with.
        login: String,
    },
    /// The host shows another key than the one that is known.
    #[error("ITS KEY HAS CHANGED. It shows the {kind} key {fingerprint}, but {place} holds another: nothing was sent")]
    ChangedKey {
        /// Such as `ED25519`.
        kind: String,
        /// As `ssh` prints it.
        fingerprint: String,
        /// File and line of the known key.
        place: String,
        /// The host's name in that file.
        name: String,
    },
    /// The host shows a key that was revoked.
    #[error("ITS KEY {fingerprint} IS REVOKED by {place}: nothing was sent")]
    RevokedKey {
        /// As `ssh` prints it.
        fingerprint: String,
        /// File and line.
        place: String,
    },
    /// The file of known hosts can't be read or written.
    #[error("the known hosts in {0}")]
    KnownHosts(String),
    /// No key was accepted.
    #[error("no key was accepted for the user `{user}`; tried: {}", listed(tried))]
    Authentication {
        /// Who was to log in.
        user: String,
        /// Each key, and what became of it.
        tried: Vec<String>,
        /// Whether one of the keys is encrypted.
        encrypted: bool,
    },
    /// It runs no commands, or not this one.
    #[error("it runs no commands: {0}")]
    NoExec(String),
    /// Our executable does not run there.
    #[error("it is {theirs}, and t2v here is built for {ours}")]
    Platform {
        /// What `uname -sm` said.
        theirs: String,
        /// What this executable is.
        ours: String,
    },
    /// Our executable was sent, but does not start there.
    #[error("this t2v does not run there: {0}")]
    DoesNotRun(String),
    /// No space there.
    #[error("its disk is full")]
    Full,
    /// Our executable could not be put there.
    #[error("this t2v could not be put there: {0}")]
    Install(String),
    /// Our own executable can't be read.
    #[error("this t2v can't be read: {0}")]
    Own(std::io::Error),
    /// The build was cancelled.
    #[error("cancelled")]
    Cancelled,
    /// Programs of this machine could not be put there.
    #[error("our tools could not be put there: {0}")]
    Tools(String),
    /// A host on the way.
    #[error("on the way there, {0}")]
    Jump(Box<SshError>),
}

impl Trouble {
    /// This trouble, with a host.
    pub(super) fn of(self, host: &str) -> SshError {
        SshError { host: host.to_owned(), trouble: self }
    }
}

fn listed(tried: &[String]) -> String {
    if tried.is_empty() { "nothing, there is no agent and no key file".to_owned() } else { tried.join(", ") }
}

impl SshError {
    /// Whether trying again later may help.
    pub fn may_pass(&self) -> bool {
        match &self.trouble {
            Trouble::Refused(_) | Trouble::NoRoute(_) | Trouble::TimedOut(_) | Trouble::Lost(_) => true,
            Trouble::Jump(on_the_way) => on_the_way.may_pass(),
            _ => false,
        }
    }

    /// The way out, where there is one.
    pub fn help(&self) -> Option<String> {
        Some(match &self.trouble {
            Trouble::Target(_) => "write it as `HOST`, `USER@HOST` or `USER@HOST:PORT`".into(),
            Trouble::NoAddress(_) => "check the name, or give it a `HostName` in ~/.ssh/config".into(),
            Trouble::Refused(_) => "is sshd running there, and is the port right?".into(),
            Trouble::NoRoute(_) | Trouble::TimedOut(_) => {
                "is it switched on, and does a firewall let SSH through?".into()
            }
            Trouble::UnknownKey { login, .. } => {
                format!(
                    "run `{login}` once and check the fingerprint, or take it unseen with `t2v hosts --accept-new {}`",
                    self.host
                )
            }
            Trouble::ChangedKey { name, .. } => format!(
                "either the host was set up anew or somebody is in between. Ask whoever runs it; if the new key is right: ssh-keygen -R {}",
                quoted(name)
            ),
            Trouble::Authentication { encrypted, user, .. } => authentication_help(*encrypted, user, &self.host),
            Trouble::Platform { .. } => "a host needs the operating system and processor of this machine".into(),
            Trouble::DoesNotRun(_) => "a host needs a C library and a libcrypto at least as new as here".into(),
            Trouble::Tools(_) => "without `send-tools` it uses its own, for the steps that those suit".into(),
            Trouble::Full => format!("`t2v hosts clean {}` removes what t2v keeps there", self.host),
            Trouble::Jump(on_the_way) => return on_the_way.help(),
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

/// For a shell of the user's own, who may copy the line.
fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "@._-:".contains(c);
    if word.chars().all(plain) { word.to_owned() } else { format!("'{}'", printable(word).replace('\'', "")) }
}
