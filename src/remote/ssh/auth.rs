//! Logs in with keys: those of the SSH agent, then those in files. Passwords are not supported.

use std::fs;
use std::io::{self, Read, Write};
use std::ops::ControlFlow;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ssh2::{ErrorCode, Session};

use crate::diag::printable;

use super::config::Destination;
use super::error::SshErrorKind;

/// A bound on a key file.
const MAX_KEY_BYTES: u64 = 1 << 20;
/// How long the SSH agent may take to list its keys.
const AGENT_TIMEOUT: Duration = Duration::from_secs(3);

/// Why a login with one key failed.
enum AuthRejection {
    /// The host did not accept the key.
    NotAccepted,
    /// The host closed the connection or stopped answering.
    Ended(String),
    /// The key could not be used, for the given reason.
    Unusable(String),
}

/// Logs in. The host's key must have been checked.
pub(super) fn log_in(session: &Session, host: &Destination) -> Result<(), SshErrorKind> {
    let methods = match session.auth_methods(&host.user) {
        Ok(methods) => methods.to_owned(),
        // The host needs no authentication, and the session is logged in by now.
        Err(_) if session.authenticated() => return Ok(()),
        Err(error) => return Err(SshErrorKind::Lost(printable(error.message()))),
    };
    let mut attempt = LoginAttempt { session, host, tried: Vec::new(), encrypted: false };
    if !methods.split(',').any(|method| method == "publickey") {
        attempt.tried.push(format!("nothing, it takes only {}", printable(&methods)));
        return Err(attempt.failed());
    }
    if let ControlFlow::Break(result) = attempt.by_agent() {
        return result;
    }
    if let ControlFlow::Break(result) = attempt.by_files() {
        return result;
    }
    Err(attempt.failed())
}

struct LoginAttempt<'a> {
    session: &'a Session,
    host: &'a Destination,
    tried: Vec<String>,
    encrypted: bool,
}

/// Continues with the next key, or breaks with the result of the login.
type LoginStep = ControlFlow<Result<(), SshErrorKind>>;

impl LoginAttempt<'_> {
    fn failed(self) -> SshErrorKind {
        SshErrorKind::Authentication { user: self.host.user.clone(), tried: self.tried, encrypted: self.encrypted }
    }

    /// Tries keys of the agent, those of configured files first, because hosts close the connection after a few wrong keys.
    fn by_agent(&mut self) -> LoginStep {
        let Some(socket) = &self.host.agent else { return ControlFlow::Continue(()) };
        let Ok(mut agent) = self.session.agent() else { return ControlFlow::Continue(()) };
        if !answers(socket)
            || agent.set_identity_path(socket).is_err()
            || agent.connect().is_err()
            || agent.list_identities().is_err()
        {
            self.tried.push("the agent (it does not answer)".into());
            return ControlFlow::Continue(());
        }
        let wanted: Vec<_> = self.host.identities.iter().filter_map(|file| public_key(file)).collect();
        let mut keys = agent.identities().unwrap_or_default();
        keys.sort_by_key(|key| wanted.iter().position(|blob| blob == key.blob()).unwrap_or(usize::MAX));
        for key in keys {
            if self.host.identities_only && !wanted.iter().any(|blob| blob == key.blob()) {
                continue;
            }
            let result = agent.userauth(&self.host.user, &key).map_err(|error| rejection(&error));
            self.record(&format!("{} of the agent", key.comment()), result)?;
        }
        ControlFlow::Continue(())
    }

    fn by_files(&mut self) -> LoginStep {
        for file in &self.host.identities {
            let Some(text) = private_key(file) else { continue };
            let result = if is_encrypted(&text) {
                self.encrypted = true;
                Err(AuthRejection::Unusable("encrypted".into()))
            } else {
                self.session.userauth_pubkey_file(&self.host.user, None, file, None).map_err(|error| rejection(&error))
            };
            self.record(&file.display().to_string(), result)?;
        }
        ControlFlow::Continue(())
    }

    fn record(&mut self, key: &str, result: Result<(), AuthRejection>) -> LoginStep {
        let key = printable(key);
        match result {
            Ok(()) => return ControlFlow::Break(Ok(())),
            Err(AuthRejection::NotAccepted) => self.tried.push(format!("{key} (not accepted)")),
            Err(AuthRejection::Unusable(why)) => self.tried.push(format!("{key} ({why})")),
            Err(AuthRejection::Ended(why)) if self.tried.is_empty() => {
                return ControlFlow::Break(Err(SshErrorKind::Lost(why)));
            }
            Err(AuthRejection::Ended(_)) => {
                self.tried.push(format!("{key} (then it hung up)"));
                let failed = SshErrorKind::Authentication {
                    user: self.host.user.clone(),
                    tried: std::mem::take(&mut self.tried),
                    encrypted: self.encrypted,
                };
                return ControlFlow::Break(Err(failed));
            }
        }
        ControlFlow::Continue(())
    }
}

/// Whether the agent answers: libssh2 would wait for it without a timeout.
fn answers(socket: &Path) -> bool {
    request_keys(socket).is_ok()
}

fn request_keys(socket: &Path) -> io::Result<()> {
    const LIST_KEYS: [u8; 5] = [0, 0, 0, 1, 11];
    let mut agent = UnixStream::connect(socket)?;
    agent.set_read_timeout(Some(AGENT_TIMEOUT))?;
    agent.set_write_timeout(Some(AGENT_TIMEOUT))?;
    agent.write_all(&LIST_KEYS)?;
    agent.read_exact(&mut [0; 5])
}

/// Sorts an error of libssh2 (its `LIBSSH2_ERROR_…` codes) from a login with a key.
fn rejection(error: &ssh2::Error) -> AuthRejection {
    const AUTHENTICATION_FAILED: i32 = -18;
    const PUBLICKEY_UNVERIFIED: i32 = -19;
    const TIMEOUTS_AND_SOCKETS: [i32; 6] = [-7, -9, -13, -30, -43, -45];
    match error.code() {
        // No answer arrived, which says nothing about the key.
        ErrorCode::Session(PUBLICKEY_UNVERIFIED) if error.message().starts_with("Waiting") => {
            AuthRejection::Ended(printable(error.message()))
        }
        ErrorCode::Session(PUBLICKEY_UNVERIFIED) if error.message().starts_with("Callback") => {
            AuthRejection::Unusable("the agent did not sign".into())
        }
        ErrorCode::Session(AUTHENTICATION_FAILED | PUBLICKEY_UNVERIFIED) => AuthRejection::NotAccepted,
        ErrorCode::Session(code) if TIMEOUTS_AND_SOCKETS.contains(&code) => {
            AuthRejection::Ended(printable(error.message()))
        }
        _ => AuthRejection::Unusable(printable(&error.message().to_lowercase())),
    }
}

/// The text of a private key; `None` if there is no such file, or if it is not a private key.
fn private_key(file: &Path) -> Option<String> {
    fs::metadata(file).ok().filter(|found| found.is_file() && found.len() <= MAX_KEY_BYTES)?;
    let text = String::from_utf8_lossy(&fs::read(file).ok()?).into_owned();
    text.contains("PRIVATE KEY").then_some(text)
}

/// The public key that belongs to a private key file: from the file with `.pub` appended, or else from the file itself.
fn public_key(file: &Path) -> Option<Vec<u8>> {
    let mut public_file = file.as_os_str().to_owned();
    public_file.push(".pub");
    read_public_key(Path::new(&public_file)).or_else(|| read_public_key(file))
}

fn read_public_key(file: &Path) -> Option<Vec<u8>> {
    let text = fs::read_to_string(file).ok()?;
    STANDARD.decode(text.split_whitespace().nth(1)?).ok()
}

/// Whether the key needs a passphrase: PEM files say `ENCRYPTED`, OpenSSH files name a cipher.
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
            assert!(public_key(&file).is_some_and(|blob| blob.len() > 32));
            assert_eq!(private_key(&file.with_extension("pub")), None);
        }
    }
}
