//! Opens a session with a host: jump hosts, TCP, key exchange, host key check, login.

use std::io::{self, ErrorKind};
use std::net::{TcpStream, ToSocketAddrs};
use std::sync::Arc;
use std::time::{Duration, Instant};

use ssh2::{ErrorCode, MethodType, Session};

use crate::diag::printable;

use super::auth;
use super::bridge;
use super::config::Destination;
use super::error::{SshError, SshErrorKind};
use super::known_hosts::KnownHosts;
use super::socket::Socket;

/// Seconds of silence after which a session sends a keep-alive.
const KEEP_ALIVE_SECONDS: u32 = 15;

/// Accepted ciphers, best first, without weak ones. ChaCha20 comes first because libssh2 passes it whole packets, but passes AES 16 bytes at
/// a time, which takes almost twice as long.
const CIPHERS: &str =
    "chacha20-poly1305@openssh.com,aes128-ctr,aes192-ctr,aes256-ctr,aes128-gcm@openssh.com,aes256-gcm@openssh.com";
/// Accepted message authentication codes, best first.
const MACS: &str = "hmac-sha2-256-etm@openssh.com,hmac-sha2-512-etm@openssh.com,hmac-sha2-256,hmac-sha2-512";

/// Logs in at `host` before the deadline, through its jump hosts.
pub(super) fn dial(host: &Destination, deadline: Instant) -> Result<(Session, Socket), SshError> {
    let socket = match host.jump.split_last() {
        None => connect_tcp(host, deadline).map_err(|kind| kind.at_host(&host.name))?,
        Some((last, before)) => {
            // Only the first jump host has jump hosts of its own; the others are reached through those before them.
            let mut last = last.clone();
            last.jump = if before.is_empty() { last.jump } else { before.to_vec() };
            let (session, socket) =
                dial(&last, deadline).map_err(|error| SshErrorKind::Jump(Box::new(error)).at_host(&host.name))?;
            set_deadline(&session, deadline).map_err(|kind| kind.at_host(&host.name))?;
            let bridge = bridge::open_jump(session, socket, &host.host, host.port);
            Socket::Bridge(Arc::new(bridge.map_err(|error| jump_error(host, &last, &error).at_host(&host.name))?))
        }
    };
    open_session(host, socket.clone(), deadline)
        .map(|session| (session, socket))
        .map_err(|kind| kind.at_host(&host.name))
}

fn jump_error(host: &Destination, last: &Destination, error: &ssh2::Error) -> SshErrorKind {
    let at = format!("{}:{} from {}: {}", host.host, host.port, last.name, printable(error.message()));
    if is_timeout(error) { SshErrorKind::TimedOut("through the host on the way") } else { SshErrorKind::Refused(at) }
}

fn connect_tcp(host: &Destination, deadline: Instant) -> Result<Socket, SshErrorKind> {
    let name_and_port = (host.host.as_str(), host.port);
    let addresses: Vec<_> = name_and_port.to_socket_addrs().map(Iterator::collect).unwrap_or_default();
    let mut kind = SshErrorKind::NoAddress(printable(&host.host));
    for (n, address) in addresses.iter().enumerate() {
        // The remaining time is shared by the remaining addresses.
        let share = remaining(deadline)? / (addresses.len() - n) as u32;
        match TcpStream::connect_timeout(address, share.max(Duration::from_millis(1))) {
            Ok(stream) => {
                let _ = stream.set_nodelay(true);
                return Ok(Socket::Tcp(Arc::new(stream)));
            }
            Err(error) => kind = tcp_error(&error, &address.to_string()),
        }
    }
    Err(kind)
}

fn tcp_error(error: &io::Error, at: &str) -> SshErrorKind {
    match error.kind() {
        ErrorKind::ConnectionRefused => SshErrorKind::Refused(at.to_owned()),
        ErrorKind::TimedOut | ErrorKind::WouldBlock => SshErrorKind::TimedOut("from its port"),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => SshErrorKind::NoRoute(at.to_owned()),
        _ => SshErrorKind::Lost(error.to_string()),
    }
}

/// Exchanges keys, checks the host's key, and only then logs in.
fn open_session(host: &Destination, socket: Socket, deadline: Instant) -> Result<Session, SshErrorKind> {
    let mut session = Session::new().map_err(|error| session_error(&error))?;
    let known = KnownHosts::load(host, &session)?;
    let keys = known.preference();
    let preferences = [
        (MethodType::HostKey, keys.as_str()),
        (MethodType::CryptCs, CIPHERS),
        (MethodType::CryptSc, CIPHERS),
        (MethodType::MacCs, MACS),
        (MethodType::MacSc, MACS),
    ];
    for (kind, names) in preferences {
        session.method_pref(kind, names).map_err(|error| session_error(&error))?;
    }
    session.set_tcp_stream(socket);
    set_deadline(&session, deadline)?;
    session.handshake().map_err(|error| session_error(&error))?;
    let key = session.host_key().map(|(key, _)| key.to_vec());
    known.check(host, &key.ok_or_else(|| SshErrorKind::Handshake("it showed no key".into()))?)?;
    set_deadline(&session, deadline)?;
    auth::log_in(&session, host)?;
    session.set_keepalive(true, KEEP_ALIVE_SECONDS);
    Ok(session)
}

/// Lets the session's next blocking call last until the deadline.
pub(super) fn set_deadline(session: &Session, deadline: Instant) -> Result<(), SshErrorKind> {
    let left = remaining(deadline)?.as_millis();
    session.set_timeout(u32::try_from(left).unwrap_or(u32::MAX).max(1));
    Ok(())
}

fn remaining(deadline: Instant) -> Result<Duration, SshErrorKind> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(SshErrorKind::TimedOut("in time")) } else { Ok(left) }
}

/// Sorts an error of libssh2 (its `LIBSSH2_ERROR_…` codes) before or during a login.
pub(super) fn session_error(error: &ssh2::Error) -> SshErrorKind {
    const SOCKETS: [i32; 4] = [-7, -13, -43, -45];
    const BANNER: i32 = -2;
    match error.code() {
        _ if is_timeout(error) => SshErrorKind::TimedOut("from its SSH server"),
        ErrorCode::Session(BANNER) => SshErrorKind::Handshake("no SSH server answers there".into()),
        ErrorCode::Session(code) if SOCKETS.contains(&code) => {
            SshErrorKind::Lost(printable(&error.message().to_lowercase()))
        }
        _ => SshErrorKind::Handshake(printable(&error.message().to_lowercase())),
    }
}

fn is_timeout(error: &ssh2::Error) -> bool {
    matches!(error.code(), ErrorCode::Session(-9 | -30))
}
