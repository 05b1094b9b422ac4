//! Checks a host's key against the files of known hosts, and records new keys.
//!
//! Nothing is sent: a session is only used because libssh2's parser of known hosts belongs to one.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};
use sha2::{Digest, Sha256};
use ssh2::{CheckResult, KnownHostFileKind, Session};

use crate::diag::printable;

use super::config::Destination;
use super::error::SshErrorKind;

/// Algorithms of host keys in order of preference.
const HOST_KEY_ALGORITHMS: [&str; 6] = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
];

/// A bound on a file of known hosts.
const MAX_FILE_BYTES: u64 = 64 << 20;

/// A line of a file of known hosts that names the host.
struct HostKeyLine {
    /// The file and the line number, as `FILE:LINE`.
    place: String,
    /// The type of the key, such as `ssh-ed25519`.
    kind: String,
    /// The key in base64.
    key: String,
    revoked: bool,
    /// Whether the line names the host without its port.
    without_port: bool,
}

/// The known keys of one host.
pub(super) struct KnownHosts {
    lines: Vec<HostKeyLine>,
}

impl KnownHosts {
    /// Reads the lines about `host` from its files of known hosts.
    pub fn load(host: &Destination, session: &Session) -> Result<Self, SshErrorKind> {
        let mut lines = Vec::new();
        for file in &host.known_hosts {
            let text = read_file(file)?;
            let numbered = text.lines().enumerate();
            lines.extend(
                numbered.filter_map(|(n, line)| line_of(host, session, line, &format!("{}:{}", file.display(), n + 1))),
            );
        }
        Ok(Self { lines })
    }

    /// Algorithms to negotiate: those of known keys first, so that a host with several keys shows one that is known.
    pub fn preference(&self) -> String {
        let known: Vec<_> =
            self.lines.iter().filter(|line| !line.revoked).flat_map(|line| algorithms(&line.kind)).collect();
        let (first, rest): (Vec<_>, Vec<_>) = HOST_KEY_ALGORITHMS.into_iter().partition(|kind| known.contains(&kind));
        [first, rest].concat().join(",")
    }

    /// Checks the key that the host shows, and records it if the host is new and the user accepts new hosts.
    pub fn check(&self, host: &Destination, key: &[u8]) -> Result<(), SshErrorKind> {
        let encoded = STANDARD.encode(key);
        let kind = kind_of(key);
        let fingerprint = fingerprint(key);
        if let Some(line) = self.lines.iter().find(|line| line.revoked && line.key == encoded) {
            return Err(SshErrorKind::RevokedKey { fingerprint, place: line.place.clone() });
        }
        let mut valid = self.lines.iter().filter(|line| !line.revoked);
        if valid.any(|line| line.key == encoded) {
            return Ok(());
        }
        let mut others: Vec<_> = self.lines.iter().filter(|line| !line.revoked && !line.without_port).collect();
        others.sort_by_key(|line| line.kind != kind);
        let display_name = display_name(&kind);
        match others.first() {
            Some(line) => Err(SshErrorKind::ChangedKey {
                kind: display_name,
                fingerprint,
                place: line.place.clone(),
                name: host.known_as(),
            }),
            None if host.accept_new => record_host_key(host, &kind, &encoded),
            None => Err(SshErrorKind::UnknownKey { kind: display_name, fingerprint, login: host.login() }),
        }
    }
}

fn read_file(file: &Path) -> Result<String, SshErrorKind> {
    match fs::metadata(file) {
        Ok(found) if found.len() > MAX_FILE_BYTES => {
            Err(SshErrorKind::KnownHosts(format!("{} are too many", file.display())))
        }
        Ok(_) => match fs::read(file) {
            Ok(bytes) => Ok(String::from_utf8_lossy(&bytes).into_owned()),
            Err(error) => Err(unreadable(file, &error)),
        },
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(unreadable(file, &error)),
    }
}

fn unreadable(file: &Path, error: &std::io::Error) -> SshErrorKind {
    SshErrorKind::KnownHosts(format!("{} can't be read: {error}", file.display()))
}

/// Parses a line; `None` if it does not name `host`. Lines of certificate authorities are skipped: certificates are not supported.
fn line_of(host: &Destination, session: &Session, line: &str, place: &str) -> Option<HostKeyLine> {
    let (revoked, line) = match line.trim().split_once([' ', '\t']) {
        Some(("@revoked", rest)) => (true, rest.trim_start()),
        Some((marker, _)) if marker.starts_with(['@', '#']) => return None,
        _ => (false, line.trim()),
    };
    let mut words = line.split_whitespace().skip(1);
    let (kind, key) = (words.next()?.to_owned(), words.next()?.to_owned());
    let exact = names_host(session, line, &host.known_as());
    let without_port = !exact && host.alias.is_none() && host.port != 22 && names_host(session, line, &host.host);
    let found = HostKeyLine { place: printable(place), kind, key, revoked, without_port };
    (exact || without_port).then_some(found)
}

/// Whether the line, hashed or not, names the host: libssh2 then reports a mismatch for a wrong key.
fn names_host(session: &Session, line: &str, name: &str) -> bool {
    let Ok(mut parsed) = session.known_hosts() else { return false };
    if name.contains('\0') || parsed.read_str(line, KnownHostFileKind::OpenSSH).is_err() {
        return false;
    }
    matches!(parsed.check(name, b"none"), CheckResult::Mismatch)
}

/// Signature algorithms of a key of this type.
fn algorithms(kind: &str) -> &[&str] {
    match HOST_KEY_ALGORITHMS.iter().position(|known| *known == kind) {
        Some(at) => &HOST_KEY_ALGORITHMS[at..=at],
        None if kind == "ssh-rsa" => &HOST_KEY_ALGORITHMS[4..],
        None => &[],
    }
}

/// The type of an encoded key.
fn kind_of(key: &[u8]) -> String {
    let Some((length, rest)) = key.split_first_chunk::<4>() else { return String::new() };
    let kind = rest.get(..u32::from_be_bytes(*length) as usize).unwrap_or_default();
    String::from_utf8_lossy(kind).into_owned()
}

/// `ssh-ed25519` → `ED25519`, as `ssh` prints it.
fn display_name(kind: &str) -> String {
    let kind = kind.trim_start_matches("ssh-");
    printable(&kind.split('-').next().unwrap_or_default().to_uppercase())
}

/// The fingerprint as `ssh` and `ssh-keygen -l` print it.
fn fingerprint(key: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(key)))
}

/// Appends the key to the user's file of known hosts.
fn record_host_key(host: &Destination, kind: &str, key: &str) -> Result<(), SshErrorKind> {
    let Some(file) = &host.new_keys else {
        return Err(SshErrorKind::KnownHosts("no file is configured for them".into()));
    };
    append_line(file, &format!("{} {kind} {key}\n", host.known_as()))
        .map_err(|error| SshErrorKind::KnownHosts(format!("{} can't be written: {error}", file.display())))
}

/// Appends with one write, so that several processes can append at the same time.
fn append_line(file: &Path, line: &str) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let ends_with_newline = fs::read(file).map_or(true, |text| text.last().is_none_or(|&last| last == b'\n'));
    let line = if ends_with_newline { line.to_owned() } else { format!("\n{line}") };
    OpenOptions::new().append(true).create(true).mode(0o600).open(file)?.write_all(line.as_bytes())
}
