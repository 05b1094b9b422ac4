//! Logins: users, key files, the SSH agent.

use std::fs;
use std::os::unix::net::UnixListener;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use t2v::remote::ssh::SshErrorKind;

use crate::common::hosts::{self, Hosts, Setup};
use crate::{HANG_TIMEOUT, connect};

fn one() -> Option<Hosts> {
    let hosts = hosts::start(&[Setup::default()])?;
    hosts.know();
    Some(hosts)
}

/// The keys that were tried in vain, and the help.
fn not_accepted(hosts: &Hosts, name: &str) -> (Vec<String>, String) {
    let error = connect(hosts, name).err().expect("nobody may log in so");
    let help = error.help().unwrap();
    match error.kind {
        SshErrorKind::Authentication { tried, .. } => (tried, help),
        other => panic!("{other}"),
    }
}

/// All supported key types log in, and only authorised keys.
#[test]
fn every_kind_of_key_file_logs_in() {
    let Some(hosts) = one() else { return };
    let authorised = fs::read_to_string(hosts.file("id.pub")).unwrap();
    for (kind, bits) in [("ed25519", "256"), ("ecdsa", "256"), ("ecdsa", "521"), ("rsa", "3072")] {
        let file = hosts.file(&format!("{kind}{bits}"));
        let made = Command::new("ssh-keygen").args(["-q", "-t", kind, "-b", bits, "-N", "", "-f"]).arg(&file).status();
        assert!(made.unwrap().success());
        hosts.configure(&format!("IdentityFile {}\nIdentitiesOnly yes\n", file.display()));
        // The default key is tried after this one, so the login is by this one.
        fs::write(hosts.file("id.pub"), fs::read_to_string(file.with_extension("pub")).unwrap()).unwrap();
        connect(&hosts, "h0").unwrap_or_else(|error| panic!("{kind} {bits}: {error}\n{}", hosts.all[0].log()));
    }
    fs::write(hosts.file("id.pub"), authorised).unwrap();
}

#[test]
fn wrong_users_and_wrong_keys_are_told_with_what_was_tried() {
    let Some(hosts) = one() else { return };
    let (tried, help) = not_accepted(&hosts, "nobody-here@h0");
    assert_eq!(tried, [format!("{} (not accepted)", hosts.key().display())]);
    assert!(help.contains("nobody-here") && help.contains("ssh-copy-id nobody-here@h0"), "{help}");

    hosts::key(&hosts.file("other"));
    let (other, absent) = (hosts.file("other"), hosts.file("absent"));
    fs::write(
        hosts.config(),
        fs::read_to_string(hosts.config()).unwrap().replace(
            &format!("IdentityFile {}", hosts.key().display()),
            &format!("IdentityFile {}\n  IdentityFile {}", absent.display(), other.display()),
        ),
    )
    .unwrap();
    let (tried, _) = not_accepted(&hosts, "h0");
    assert_eq!(tried, [format!("{} (not accepted)", other.display())]);

    fs::remove_file(&other).unwrap();
    assert!(not_accepted(&hosts, "h0").0.is_empty());
}

#[test]
fn an_encrypted_key_is_for_the_agent_and_the_agent_opens_it() {
    let Some(hosts) = one() else { return };
    let locked = Command::new("ssh-keygen").args(["-q", "-p", "-N", "secret", "-f"]).arg(hosts.key()).output().unwrap();
    assert!(locked.status.success());
    let (tried, help) = not_accepted(&hosts, "h0");
    assert_eq!(tried, [format!("{} (encrypted)", hosts.key().display())]);
    assert!(help.contains("ssh-add"), "{help}");

    let (_agent, socket) = start_agent(&hosts);
    // Many unauthorised keys before it: a host closes the connection after six.
    for n in 0..8 {
        hosts::key(&hosts.file(&format!("useless{n}")));
        add(&hosts, &socket, &format!("useless{n}"), "");
    }
    add(&hosts, &socket, "id", "secret");
    hosts.configure(&format!("IdentityAgent {socket}\n"));
    connect(&hosts, "h0").expect("the key that the configuration names goes first");

    fs::write(hosts.file("askpass"), "").unwrap();
    let none = fs::read_to_string(hosts.config())
        .unwrap()
        .replace(&format!("IdentityFile {}", hosts.key().display()), "IdentityFile none");
    fs::write(hosts.config(), none).unwrap();
    let (tried, _) = not_accepted(&hosts, "h0");
    assert!((5..=7).contains(&tried.len()) && tried.last().unwrap().contains("hung up"), "{tried:?}");
}

#[test]
fn an_agent_that_is_not_there_is_no_obstacle() {
    let Some(hosts) = one() else { return };
    hosts.configure("IdentityAgent /nowhere/agent\n");
    connect(&hosts, "h0").expect("the key file does");
    // An agent that accepts connections and never answers.
    let deaf = hosts.file("deaf");
    let _listener = UnixListener::bind(&deaf).unwrap();
    hosts.configure(&format!("IdentityAgent {}\n", deaf.display()));
    let start = Instant::now();
    connect(&hosts, "h0").expect("the key file does");
    assert!(start.elapsed() < HANG_TIMEOUT, "{:?}", start.elapsed());
}

/// An SSH agent for this test.
struct Agent(Child);

impl Drop for Agent {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start_agent(hosts: &Hosts) -> (Agent, String) {
    let socket = hosts.file("agent").display().to_string();
    let child = Command::new("ssh-agent").args(["-D", "-a", &socket]).stdout(Stdio::null()).spawn().unwrap();
    let start = Instant::now();
    while !hosts.file("agent").exists() {
        assert!(start.elapsed() < HANG_TIMEOUT, "the agent did not start");
        thread::sleep(Duration::from_millis(10));
    }
    (Agent(child), socket)
}

fn add(hosts: &Hosts, socket: &str, key: &str, secret: &str) {
    let ask = hosts.file("ask");
    fs::write(&ask, format!("#!/bin/sh\necho {secret}\n")).unwrap();
    assert!(Command::new("chmod").arg("755").arg(&ask).status().unwrap().success());
    let mut command = Command::new("ssh-add");
    command
        .arg("-q")
        .arg(hosts.file(key))
        .env("SSH_AUTH_SOCK", socket)
        .env("SSH_ASKPASS", &ask)
        .env("SSH_ASKPASS_REQUIRE", "force");
    assert!(command.stdin(Stdio::null()).output().unwrap().status.success());
}
