//! Logging in with keys: those of the agent, then those in files. Knows no passwords, and nothing of what the login is for.

use std::fs;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ssh2::{ErrorCode, Session};

use crate::diag::printable;

use super::config::Destination;
use super::error::Trouble;

/// More than any key, in bytes.
const MOST_KEY: u64 = 1 << 20;
/// So long may an agent take to list its keys.
const AGENT_PATIENCE: Duration = Duration::from_secs(3);

/// Why one key did not do.
enum Refusal {
    /// The host did not take it.
    NotTaken,
    /// The host hung up, or said nothing any more.
    Ended(String),
    /// It could not be shown.
    Unusable(String),
}

/// Logs in. The host's key must have been checked.
pub(super) fn log_in(session: &Session, host: &Destination) -> Result<(), Trouble> {
    let methods = match session.auth_methods(&host.user) {
        Ok(methods) => methods.to_owned(),
        // A host that asks for nothing has let us in by now.
        Err(_) if session.authenticated() => return Ok(()),
        Err(error) => return Err(Trouble::Lost(printable(error.message()))),
    };
    let mut attempt = Attempt { session, host, tried: Vec::new(), encrypted: false };
    if !methods.split(',').any(|method| method == "publickey") {
        attempt.tried.push(format!("nothing, it takes only {}", printable(&methods)));
        return Err(attempt.failed());
    }
    match attempt.by_agent().and_then(|()| attempt.by_files()) {
        Err(done) => done,
        Ok(()) => Err(attempt.failed()),
    }
}

struct Attempt<'a> {
    session: &'a Session,
    host: &'a Destination,
    tried: Vec<String>,
    encrypted: bool,
}

/// `Err` once it is settled, one way or the other.
type Tried = Result<(), Result<(), Trouble>>;

impl Attempt<'_> {
    fn failed(self) -> Trouble {
        Trouble::Authentication { user: self.host.user.clone(), tried: self.tried, encrypted: self.encrypted }
    }

    /// Keys of the agent, those of configured files first: hosts hang up after a few wrong ones.
    fn by_agent(&mut self) -> Tried {
        let Some(socket) = &self.host.agent else { return Ok(()) };
        let Ok(mut agent) = self.session.agent() else { return Ok(()) };
        if !answers(socket)
            || agent.set_identity_path(socket).is_err()
            || agent.connect().is_err()
            || agent.list_identities().is_err()
        {
            self.tried.push("the agent (it does not answer)".into());
            return Ok(());
        }
        let wanted: Vec<_> = self.host.identities.iter().filter_map(|file| public_half(file)).collect();
        let mut keys = agent.identities().unwrap_or_default();
        keys.sort_by_key(|key| wanted.iter().position(|blob| blob == key.blob()).unwrap_or(usize::MAX));
        for key in keys {
            if self.host.identities_only && !wanted.iter().any(|blob| blob == key.blob()) {
                continue;
            }
            let answer = agent.userauth(&self.host.user, &key).map_err(|error| refusal(&error));
            self.settle(&format!("{} of the agent", key.comment()), answer)?;
        }
        Ok(())
    }

    fn by_files(&mut self) -> Tried {
        for file in &self.host.identities {
            let Some(text) = private_key(file) else { continue };
            let answer = if is_encrypted(&text) {
                self.encrypted = true;
                Err(Refusal::Unusable("encrypted".into()))
            } else {
                self.session.userauth_pubkey_file(&self.host.user, None, file, None).map_err(|error| refusal(&error))
            };
            self.settle(&file.display().to_string(), answer)?;
        }
        Ok(())
    }

    fn settle(&mut self, key: &str, answer: Result<(), Refusal>) -> Tried {
        let key = printable(key);
        match answer {
            Ok(()) => return Err(Ok(())),
            Err(Refusal::NotTaken) => self.tried.push(format!("{key} (not accepted)")),
            Err(Refusal::Unusable(why)) => self.tried.push(format!("{key} ({why})")),
            Err(Refusal::Ended(why)) if self.tried.is_empty() => return Err(Err(Trouble::Lost(why))),
            Err(Refusal::Ended(_)) => {
                self.tried.push(format!("{key} (then it hung up)"));
                let failed = Trouble::Authentication {
                    user: self.host.user.clone(),
                    tried: std::mem::take(&mut self.tried),
                    encrypted: self.encrypted,
                };
                return Err(Err(failed));
            }
        }
        Ok(())
    }
}

/// Whether the agent answers at all: libssh2 would wait for it for ever.
fn answers(socket: &Path) -> bool {
    const LIST_KEYS: [u8; 5] = [0, 0, 0, 1, 11];
    let answer = || {
        let mut agent = UnixStream::connect(socket)?;
        agent.set_read_timeout(Some(AGENT_PATIENCE))?;
        agent.set_write_timeout(Some(AGENT_PATIENCE))?;
        agent.write_all(&LIST_KEYS)?;
        agent.read_exact(&mut [0; 5])
    };
    answer().is_ok()
}

/// What libssh2 says when a key did not do (its `LIBSSH2_ERROR_…`).
fn refusal(error: &ssh2::Error) -> Refusal {
    const AUTHENTICATION_FAILED: i32 = -18;
    const PUBLICKEY_UNVERIFIED: i32 = -19;
    const TIMEOUTS_AND_SOCKETS: [i32; 6] = [-7, -9, -13, -30, -43, -45];
    match error.code() {
        // Not the key's fault: no answer came.
        ErrorCode::Session(PUBLICKEY_UNVERIFIED) if error.message().starts_with("Waiting") => {
            Refusal::Ended(printable(error.message()))
        }
        ErrorCode::Session(PUBLICKEY_UNVERIFIED) if error.message().starts_with("Callback") => {
            Refusal::Unusable("the agent did not sign".into())
        }
        ErrorCode::Session(AUTHENTICATION_FAILED | PUBLICKEY_UNVERIFIED) => Refusal::NotTaken,
        ErrorCode::Session(code) if TIMEOUTS_AND_SOCKETS.contains(&code) => Refusal::Ended(printable(error.message())),
        _ => Refusal::Unusable(printable(&error.message().to_lowercase())),
    }
}

/// The text of a private key; `None` where there is no such file, or where it is only the public half.
fn private_key(file: &Path) -> Option<String> {
    fs::metadata(file).ok().filter(|found| found.is_file() && found.len() <= MOST_KEY)?;
    let text = String::from_utf8_lossy(&fs::read(file).ok()?).into_owned();
    text.contains("PRIVATE KEY").then_some(text)
}

/// The public key that belongs to a private one, from the file beside it (or from itself).
fn public_half(file: &Path) -> Option<Vec<u8>> {
    let mut beside = file.as_os_str().to_owned();
    beside.push(".pub");
    let read = |path: &Path| {
        let text = fs::read_to_string(path).ok()?;
        STANDARD.decode(text.split_whitespace().nth(1)?).ok()
    };
    read(Path::new(&beside)).or_else(|| read(file))
}

/// Whether a passphrase is needed: old files say so in words, those of OpenSSH name a cipher.
fn is_encrypted(text: &str) -> bool {
    const MAGIC: &[u8] = b"openssh-key-v1\0";
    const NONE: &[u8] = b"\0\0\0\x04none";
    if text.contains("ENCRYPTED") {
        return true;
    }
    let body: String = text.lines().filter(|line| !line.starts_with("-----")).map(str::trim).collect();
    let key = STANDARD.decode(body).unwrap_or_default();
    key.strip_prefix(MAGIC).is_some_and(|rest| !rest.starts_with(NONE))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn encrypted_keys_are_told_from_open_ones() {
        let dir = tempfile::tempdir().unwrap();
        for (n, (kind, format, secret)) in
            [("ed25519", "RFC4716", ""), ("ed25519", "RFC4716", "secret"), ("rsa", "PEM", ""), ("rsa", "PEM", "secret")]
                .iter()
                .enumerate()
        {
            let file = dir.path().join(format!("key{n}"));
            let mut command = Command::new("ssh-keygen");
            command.args(["-q", "-t", kind, "-m", format, "-N", secret, "-f"]).arg(&file);
            assert!(command.status().expect("ssh-keygen").success());
            let text = private_key(&file).unwrap();
            assert_eq!(is_encrypted(&text), !secret.is_empty(), "{kind} {format} `{secret}`");
            assert!(public_half(&file).is_some_and(|blob| blob.len() > 32));
            assert_eq!(private_key(&file.with_extension("pub")), None);
        }
    }
}
