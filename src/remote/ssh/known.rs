//! Whether a host's key is the one that is known for it. Knows nothing of connections: a session only lends its reader of lines.

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
use super::error::Trouble;

/// Algorithms of host keys, best first.
const KINDS: [&str; 6] = [
    "ssh-ed25519",
    "ecdsa-sha2-nistp256",
    "ecdsa-sha2-nistp384",
    "ecdsa-sha2-nistp521",
    "rsa-sha2-512",
    "rsa-sha2-256",
];

/// More than any file of known hosts, in bytes.
const MOST_FILE: u64 = 64 << 20;

/// A line of a file of known hosts that speaks of the host.
struct Line {
    /// File and line.
    place: String,
    /// Such as `ssh-ed25519`.
    kind: String,
    /// In base64.
    key: String,
    revoked: bool,
    /// It names the host without its port.
    without_port: bool,
}

/// What is known of one host's keys.
pub(super) struct Known {
    lines: Vec<Line>,
}

impl Known {
    /// Reads all that the files say of `host`.
    pub fn of(host: &Destination, session: &Session) -> Result<Self, Trouble> {
        let mut lines = Vec::new();
        for file in &host.known_hosts {
            let text = read(file)?;
            let numbered = text.lines().enumerate();
            lines.extend(
                numbered.filter_map(|(n, line)| line_of(host, session, line, &format!("{}:{}", file.display(), n + 1))),
            );
        }
        Ok(Self { lines })
    }

    /// Algorithms to ask for: those of known keys first, so that a host is not found changed for showing another of its keys.
    pub fn preference(&self) -> String {
        let known = |kind: &&str| self.lines.iter().any(|line| !line.revoked && algorithms(&line.kind).contains(kind));
        let (first, rest): (Vec<_>, Vec<_>) = KINDS.into_iter().partition(known);
        [first, rest].concat().join(",")
    }

    /// Checks the key that the host showed, and takes it down where it is new and the user wants that.
    pub fn check(&self, host: &Destination, key: &[u8]) -> Result<(), Trouble> {
        let (encoded, kind, print) = (STANDARD.encode(key), kind_of(key), fingerprint(key));
        if let Some(line) = self.lines.iter().find(|line| line.revoked && line.key == encoded) {
            return Err(Trouble::RevokedKey { fingerprint: print, place: line.place.clone() });
        }
        let mut good = self.lines.iter().filter(|line| !line.revoked);
        if good.any(|line| line.key == encoded) {
            return Ok(());
        }
        let mut others: Vec<_> = self.lines.iter().filter(|line| !line.revoked && !line.without_port).collect();
        others.sort_by_key(|line| line.kind != kind);
        let named = name(&kind);
        match others.first() {
            Some(line) => Err(Trouble::ChangedKey {
                kind: named,
                fingerprint: print,
                place: line.place.clone(),
                name: host.known_as(),
            }),
            None if host.accept_new => take_down(host, &kind, &encoded),
            None => Err(Trouble::UnknownKey { kind: named, fingerprint: print, login: host.login() }),
        }
    }
}

fn read(file: &Path) -> Result<String, Trouble> {
    let wrong = |error: std::io::Error| Trouble::KnownHosts(format!("{} can't be read: {error}", file.display()));
    match fs::metadata(file) {
        Ok(found) if found.len() > MOST_FILE => Err(Trouble::KnownHosts(format!("{} are too many", file.display()))),
        Ok(_) => Ok(String::from_utf8_lossy(&fs::read(file).map_err(wrong)?).into_owned()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(wrong(error)),
    }
}

/// The line, if it speaks of `host`. Keys of certificate authorities are left out: certificates are not supported.
fn line_of(host: &Destination, session: &Session, line: &str, place: &str) -> Option<Line> {
    let (revoked, line) = match line.trim().split_once([' ', '\t']) {
        Some(("@revoked", rest)) => (true, rest.trim_start()),
        Some((marker, _)) if marker.starts_with(['@', '#']) => return None,
        _ => (false, line.trim()),
    };
    let mut words = line.split_whitespace().skip(1);
    let (kind, key) = (words.next()?.to_owned(), words.next()?.to_owned());
    let exact = names(session, line, &host.known_as());
    let without_port = !exact && host.alias.is_none() && host.port != 22 && names(session, line, &host.host);
    let found = Line { place: printable(place), kind, key, revoked, without_port };
    (exact || without_port).then_some(found)
}

/// Whether the line, hashed or not, speaks of a host of this name: then no other key than its own will do.
fn names(session: &Session, line: &str, name: &str) -> bool {
    let Ok(mut one) = session.known_hosts() else { return false };
    if name.contains('\0') || one.read_str(line, KnownHostFileKind::OpenSSH).is_err() {
        return false;
    }
    matches!(one.check(name, b"none"), CheckResult::Mismatch)
}

/// Algorithms that a key of this kind signs with.
fn algorithms(kind: &str) -> &[&str] {
    match KINDS.iter().position(|known| *known == kind) {
        Some(at) => &KINDS[at..=at],
        None if kind == "ssh-rsa" => &KINDS[4..],
        None => &[],
    }
}

/// The kind that a key says it is of.
fn kind_of(key: &[u8]) -> String {
    let Some((length, rest)) = key.split_first_chunk::<4>() else { return String::new() };
    let kind = rest.get(..u32::from_be_bytes(*length) as usize).unwrap_or_default();
    String::from_utf8_lossy(kind).into_owned()
}

/// `ssh-ed25519` → `ED25519`, as `ssh` prints it.
fn name(kind: &str) -> String {
    let kind = kind.trim_start_matches("ssh-");
    printable(&kind.split('-').next().unwrap_or_default().to_uppercase())
}

/// As `ssh` and `ssh-keygen -l` print it.
fn fingerprint(key: &[u8]) -> String {
    format!("SHA256:{}", STANDARD_NO_PAD.encode(Sha256::digest(key)))
}

/// Adds the key to the user's own file.
fn take_down(host: &Destination, kind: &str, key: &str) -> Result<(), Trouble> {
    let Some(file) = &host.new_keys else {
        return Err(Trouble::KnownHosts("no file is configured for them".into()));
    };
    add(file, &format!("{} {kind} {key}\n", host.known_as()))
        .map_err(|error| Trouble::KnownHosts(format!("{} can't be written: {error}", file.display())))
}

/// One write, so that several connections may add at once.
fn add(file: &Path, line: &str) -> std::io::Result<()> {
    if let Some(folder) = file.parent() {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let complete = fs::read(file).map_or(true, |text| text.last().is_none_or(|&last| last == b'\n'));
    let line = if complete { line.to_owned() } else { format!("\n{line}") };
    OpenOptions::new().append(true).create(true).mode(0o600).open(file)?.write_all(line.as_bytes())
}
