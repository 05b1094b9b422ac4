//! Parses a host as the user writes it: `gpu1`, `me@10.0.0.7:2222`.

use std::fmt;

use super::error::{SshError, SshErrorKind};

/// A host as the user wrote it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SshTarget {
    /// The user who logs in; `None` leaves it to the SSH configuration.
    pub user: Option<String>,
    /// A name, an alias of the SSH configuration, or an address (IPv6 without brackets).
    pub host: String,
    /// The port of sshd; `None` leaves it to the SSH configuration.
    pub port: Option<u16>,
}

impl SshTarget {
    /// Parses `[USER@]HOST[:PORT]`; an IPv6 address with a port needs brackets.
    pub fn parse(text: &str) -> Result<Self, SshError> {
        Self::parse_parts(text).map_err(|why| SshErrorKind::Target(why).at_host(text))
    }

    fn parse_parts(text: &str) -> Result<Self, &'static str> {
        let (user, address) = match text.rsplit_once('@') {
            Some((user, address)) => (Some(user.to_owned()), address),
            None => (None, text),
        };
        if user.as_deref().is_some_and(|user| !is_user(user)) {
            return Err("the user's name is empty or has signs that don't belong there");
        }
        let (host, port) = split_port(address)?;
        if !is_host(host) {
            return Err("the name is empty or has signs that don't belong there");
        }
        let port =
            port.map(|port| port.parse().ok().filter(|&port| port != 0).ok_or("the port is no number up to 65535"));
        Ok(Self { user, host: host.to_owned(), port: port.transpose()? })
    }
}

/// Splits host and port: `h`, `h:22`, `[::1]`, `[::1]:22`, `::1`.
fn split_port(address: &str) -> Result<(&str, Option<&str>), &'static str> {
    if let Some(rest) = address.strip_prefix('[') {
        let (host, rest) = rest.split_once(']').ok_or("a bracket is not closed")?;
        return match (rest, rest.strip_prefix(':')) {
            ("", _) => Ok((host, None)),
            (_, Some(port)) => Ok((host, Some(port))),
            _ => Err("only a port may follow the bracket"),
        };
    }
    match address.split_once(':') {
        Some((host, port)) if !port.contains(':') => Ok((host, Some(port))),
        _ => Ok((address, None)),
    }
}

/// Whether the text can be a host name. Names are arguments of `ssh -G`, so none may look like an option.
fn is_host(host: &str) -> bool {
    is_name(host, "._-:%")
}

fn is_user(user: &str) -> bool {
    is_name(user, "._-+@\\")
}

fn is_name(text: &str, punctuation: &str) -> bool {
    let is_allowed = text.chars().all(|c| c.is_alphanumeric() || punctuation.contains(c));
    is_allowed && !text.is_empty() && text.len() <= 255 && !text.starts_with('-')
}

impl fmt::Display for SshTarget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(user) = &self.user {
            write!(f, "{user}@")?;
        }
        match self.port {
            Some(port) if self.host.contains(':') => write!(f, "[{}]:{port}", self.host),
            Some(port) => write!(f, "{}:{port}", self.host),
            None => f.write_str(&self.host),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_is_read_and_written_again() {
        for (text, user, host, port) in [
            ("gpu1", None, "gpu1", None),
            ("me@10.0.0.7:2222", Some("me"), "10.0.0.7", Some(2222)),
            ("me@gpu1", Some("me"), "gpu1", None),
            ("[fe80::1%eth0]:22", None, "fe80::1%eth0", Some(22)),
            ("::1", None, "::1", None),
            ("me@corp@gpu1", Some("me@corp"), "gpu1", None),
        ] {
            let target = SshTarget::parse(text).unwrap();
            assert_eq!((target.user.as_deref(), target.host.as_str(), target.port), (user, host, port), "{text}");
            assert_eq!(target.to_string(), text);
        }
        assert_eq!(SshTarget::parse("[::1]").unwrap().host, "::1");
    }

    #[test]
    fn what_names_no_host_is_refused() {
        let wrong = [
            "",
            "@",
            "me@",
            "@gpu1",
            "-oProxyCommand=x",
            "me@-v",
            "a b",
            "a;b",
            "a$(b)",
            "a'b",
            "a:0",
            "a:70000",
            "a:x",
            "[::1",
            "[::1]x",
            "a\nb",
            "-l@gpu1",
            "a/b",
        ];
        for text in wrong {
            let error = SshTarget::parse(text).unwrap_err();
            assert!(matches!(error.kind, SshErrorKind::Target(_)), "{text}");
            assert!(error.help().is_some());
        }
    }
}
