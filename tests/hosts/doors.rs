//! Hosts whose key is unknown, changed or revoked are refused before a user name or key is sent.

use std::fs;
use std::thread;
use std::time::{Duration, Instant};

use t2v::remote::ssh::{self, Destination, SshError, SshErrorKind, SshTarget};

use crate::common::hosts::{self, Host, Hosts, Setup};
use crate::{HANG_TIMEOUT, connect, settings};

/// Checks that the host received neither a user name nor a key nor a command.
fn nothing_was_sent(host: &Host) {
    let start = Instant::now();
    while !host.log().contains("Connection closed by") && !host.log().contains("Connection reset by") {
        assert!(start.elapsed() < HANG_TIMEOUT, "we did not hang up:\n{}", host.log());
        thread::sleep(Duration::from_millis(10));
    }
    for sign in ["user root", "Accepted", "Failed publickey", "Starting session"] {
        assert!(!host.log().contains(sign), "`{sign}` in:\n{}", host.log());
    }
}

fn refused(hosts: &Hosts, name: &str) -> SshError {
    connect(hosts, name).err().expect("this host must be refused")
}

#[test]
fn an_unknown_key_is_refused_with_its_fingerprint() {
    let Some(hosts) = hosts::start(&[Setup::default()]) else { return };
    let (host, error) = (&hosts.all[0], refused(&hosts, "h0"));
    assert!(error.to_string().contains(&host.fingerprint()), "{error}");
    assert!(error.to_string().contains("ED25519"), "{error}");
    let help = error.help().unwrap();
    assert!(help.contains("`ssh h0`") && help.contains("t2v hosts --accept-new h0"), "{help}");
    nothing_was_sent(host);
    assert!(!hosts.file("known").exists());
}

#[test]
fn a_changed_key_is_refused_loudly_and_ever_after() {
    let Some(hosts) = hosts::start(&[Setup::default(), Setup::default()]) else { return };
    // The known key is that of another host, as in a man-in-the-middle attack.
    let line = format!("{} {}", hosts.all[0].address, hosts.all[1].public_key());
    fs::write(hosts.file("known"), format!("# a note\n{line}")).unwrap();
    // Accepting new hosts does not mean accepting changed keys.
    hosts.configure("StrictHostKeyChecking accept-new\n");
    let (host, error) = (&hosts.all[0], refused(&hosts, "h0"));
    assert!(matches!(error.kind, SshErrorKind::ChangedKey { .. }), "{error}");
    assert!(error.to_string().contains("CHANGED") && error.to_string().contains(&host.fingerprint()), "{error}");
    assert!(error.to_string().contains("known:2"), "{error}");
    assert!(error.help().unwrap().contains(&format!("ssh-keygen -R {}", host.address)));
    nothing_was_sent(host);
    assert_eq!(fs::read_to_string(hosts.file("known")).unwrap(), format!("# a note\n{line}"), "nothing was written");
}

#[test]
fn a_revoked_key_is_refused_even_if_it_is_known() {
    let Some(hosts) = hosts::start(&[Setup::default()]) else { return };
    let line = format!("{} {}", hosts.all[0].address, hosts.all[0].public_key());
    fs::write(hosts.file("known"), format!("{line}@revoked {line}")).unwrap();
    let error = refused(&hosts, "h0");
    assert!(matches!(error.kind, SshErrorKind::RevokedKey { .. }), "{error}");
    nothing_was_sent(&hosts.all[0]);
}

#[test]
fn known_hosts_are_read_as_ssh_writes_them() {
    let Some(hosts) = hosts::start(&[Setup::default()]) else { return };
    let (host, known) = (&hosts.all[0], hosts.file("known"));
    let line = |name: &str| format!("{name} {}", host.public_key());
    let hashed = |name: &str| {
        fs::write(&known, line(name)).unwrap();
        assert!(
            std::process::Command::new("ssh-keygen")
                .args(["-q", "-H", "-f"])
                .arg(&known)
                .output()
                .unwrap()
                .status
                .success()
        );
        let text = fs::read_to_string(&known).unwrap();
        assert!(text.starts_with("|1|"), "{text}");
        text
    };
    host.run("iptables -t nat -A PREROUTING -p tcp --dport 2222 -j REDIRECT --to-ports 22");
    let (port_22, port_2222) = (host.address.clone(), format!("[{}]:2222", host.address));
    let at_2222 = format!("{}:2222", host.address);
    for (text, name, good) in [
        (line(&port_22), "h0", true),
        (line(&format!("other,{port_22}")), "h0", true),
        (hashed(&port_22), "h0", true),
        (hashed("10.99.250.250"), "h0", false),
        (format!("{}{}", hashed("10.99.250.250"), hashed(&port_22)), "h0", true),
        (line(&port_2222), &at_2222, true),
        (hashed(&port_2222), &at_2222, true),
        (line(&port_2222), "h0", false),
        // As with ssh, a known key of a host is accepted on any port.
        (line(&port_22), &at_2222, true),
        (format!("{port_22} ssh-rsa AAAAB3NzaC1yc2EAAAADAQABAAAAgQ==\n{}", line(&port_22)), "h0", true),
        (format!("\u{1}garbage\n|1|no\n@cert-authority * ssh-rsa x\n{}", line(&port_22)), "h0", true),
    ] {
        fs::write(&known, &text).unwrap();
        let tried = connect(&hosts, name).map(drop);
        assert_eq!(tried.is_ok(), good, "{name} with\n{text}{tried:?}");
    }
}

#[test]
fn a_new_host_is_taken_down_only_where_the_user_says_so() {
    let Some(hosts) = hosts::start(&[Setup::default(), Setup::default()]) else { return };
    for word in ["no", "off"] {
        hosts.configure(&format!("StrictHostKeyChecking {word}\n"));
        assert!(matches!(refused(&hosts, "h0").kind, SshErrorKind::UnknownKey { .. }), "`{word}`");
    }
    hosts.configure("StrictHostKeyChecking accept-new\n");
    fs::write(hosts.file("known"), "# no line's end").unwrap();
    connect(&hosts, "h0").unwrap();
    hosts.configure("");
    connect(&hosts, "h0").expect("known from now on, also to ssh");
    assert!(hosts.all[0].log().contains("Accepted publickey"), "or the signs that other tests look for mean nothing");
    let kept = fs::read_to_string(hosts.file("known")).unwrap();
    assert_eq!(kept, format!("# no line's end\n{} {}", hosts.all[0].address, hosts.all[0].public_key()));

    let settings = ssh::SshSettings { accept_new: true, ..settings(&hosts) };
    let host = Destination::resolve(&SshTarget::parse("h1").unwrap(), &settings).unwrap();
    ssh::connect(&host, HANG_TIMEOUT).expect("the user's own config says so");
    connect(&hosts, "h1").expect("known from now on");
}
