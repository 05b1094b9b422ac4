//! From a destination to a session that is logged in: hosts on the way, TCP, key exchange, host key, login. Knows nothing of commands.

use std::io::{self, ErrorKind};
use std::net::{TcpStream, ToSocketAddrs};
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, RawFd};
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ssh2::{ErrorCode, MethodType, Session};

use crate::diag::printable;

use super::auth;
use super::bridge;
use super::config::Destination;
use super::error::{SshError, Trouble};
use super::known::Known;

/// Asks the host for a sign of life after so many seconds of silence.
const KEEP_ALIVE: u32 = 15;

/// What is spoken, best first, and nothing that is known to be weak. ChaCha20 is first because libssh2 hands it whole packets, but 16 bytes
/// at a time to AES, which takes almost twice as long.
const CIPHERS: &str =
    "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com";
const MACS: &str = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";

/// Where a session's bytes go: to the host itself, or to the one before it.
#[derive(Clone)]
pub(super) enum Socket {
    Tcp(Arc<TcpStream>),
    Bridge(Arc<UnixStream>),
}

impl AsFd for Socket {
    fn as_fd(&self) -> BorrowedFd<'_> {
        match self {
            Socket::Tcp(stream) => stream.as_fd(),
            Socket::Bridge(stream) => stream.as_fd(),
        }
    }
}

impl AsRawFd for Socket {
    fn as_raw_fd(&self) -> RawFd {
        self.as_fd().as_raw_fd()
    }
}

/// Logs in at `host` before the deadline, through the hosts on the way.
pub(super) fn dial(host: &Destination, deadline: Instant) -> Result<(Session, Socket), SshError> {
    let socket = match host.jump.split_last() {
        None => tcp(host, deadline).map_err(|trouble| trouble.of(&host.name))?,
        Some((last, before)) => {
            // The first hop brings its own way; the others are reached through those before them.
            let mut last = last.clone();
            last.jump = if before.is_empty() { last.jump } else { before.to_vec() };
            let jump = |error: SshError| Trouble::Jump(Box::new(error)).of(&host.name);
            let (session, socket) = dial(&last, deadline).map_err(jump)?;
            allow(&session, deadline).map_err(|trouble| trouble.of(&host.name))?;
            let way = bridge::through(session, socket, &host.host, host.port);
            Socket::Bridge(Arc::new(way.map_err(|error| no_way(host, &last, &error).of(&host.name))?))
        }
    };
    session(host, socket.clone(), deadline).map(|session| (session, socket)).map_err(|trouble| trouble.of(&host.name))
}

fn no_way(host: &Destination, last: &Destination, error: &ssh2::Error) -> Trouble {
    let at = format!("{}:{} from {}: {}", host.host, host.port, last.name, printable(error.message()));
    if is_timeout(error) { Trouble::TimedOut("through the host on the way") } else { Trouble::Refused(at) }
}

fn tcp(host: &Destination, deadline: Instant) -> Result<Socket, Trouble> {
    let at = (host.host.as_str(), host.port);
    let addresses: Vec<_> = at.to_socket_addrs().map(Iterator::collect).unwrap_or_default();
    let mut trouble = Trouble::NoAddress(printable(&host.host));
    for (n, address) in addresses.iter().enumerate() {
        // What is left is shared by the addresses that are left.
        let share = remaining(deadline)? / (addresses.len() - n) as u32;
        match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
            Ok(stream) => {
                let _ = stream.set_nodelay(true);
                return Ok(Socket::Tcp(Arc::new(stream)));
            }
            Err(error) => trouble = unreachable(&error, &address.to_string()),
        }
    }
    Err(trouble)
}

fn unreachable(error: &io::Error, at: &str) -> Trouble {
    match error.kind() {
        ErrorKind::ConnectionRefused => Trouble::Refused(at.to_owned()),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => Trouble::TimedOut("from its port"),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Trouble::NoRoute(at.to_owned()),
        _ => Trouble::Lost(error.to_string()),
    }
}

/// Key exchange, then the host's key, and only then the login.
fn session(host: &Destination, socket: Socket, deadline: Instant) -> Result<Session, Trouble> {
    let mut session = Session::new().map_err(|error| broken(&error))?;
    let known = Known::of(host, &session)?;
    let keys = known.preference();
    let preferences = [
        (MethodType::HostKey, keys.as_str()),
        (MethodType::CryptCs, CIPHERS),
        (MethodType::CryptSc, CIPHERS),
        (MethodType::MacCs, MACS),
        (MethodType::MacSc, MACS),
    ];
    for (kind, names) in preferences {
        session.method_pref(kind, names).map_err(|error| broken(&error))?;
    }
    session.set_tcp_stream(socket);
    allow(&session, deadline)?;
    session.handshake().map_err(|error| broken(&error))?;
    let key = session.host_key().map(|(key, _)| key.to_vec());
    known.check(host, &key.ok_or_else(|| Trouble::Handshake("it showed no key".into()))?)?;
    allow(&session, deadline)?;
    auth::log_in(&session, host)?;
    session.set_keepalive(true, KEEP_ALIVE);
    Ok(session)
}

/// The next call may last until the deadline.
pub(super) fn allow(session: &Session, deadline: Instant) -> Result<(), Trouble> {
    let left = remaining(deadline)?.as_millis();
    session.set_timeout(u32::try_from(left).unwrap_or(u32::MAX).max(1));
    Ok(())
}

fn remaining(deadline: Instant) -> Result<Duration, Trouble> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(Trouble::TimedOut("in time")) } else { Ok(left) }
}

/// What libssh2 says when no session comes about (its `LIBSSH2_ERROR_…`).
pub(super) fn broken(error: &ssh2::Error) -> Trouble {
    const SOCKETS: [i32; 4] = [-7, -13, -43, -45];
    const BANNER: i32 = -2;
    match error.code() {
        _ if is_timeout(error) => Trouble::TimedOut("from its SSH server"),
        ErrorCode::Session(BANNER) => Trouble::Handshake("no SSH server answers there".into()),
        ErrorCode::Session(code) if SOCKETS.contains(&code) => {
            Trouble::Lost(printable(&error.message().to_lowercase()))
        }
        _ => Trouble::Handshake(printable(&error.message().to_lowercase())),
    }
}

fn is_timeout(error: &ssh2::Error) -> bool {
    matches!(error.code(), ErrorCode::Session(-9 | -30))
}
