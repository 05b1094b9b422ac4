//! Hosts over SSH, tested with real sshds in network namespaces: refusals, broken connections, uploads, and whole builds.

mod builds;
mod client;
mod command;
#[path = "../common/mod.rs"]
mod common;
mod doors;
mod figures;
mod keys;
mod lines;
mod upload;
#[path = "../common/workspace.rs"]
mod workspace;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use common::HANG_TIMEOUT;
use common::hosts::Hosts;
use t2v::remote::ssh::{self, AgentExecutable, Destination, SshConnection, SshError, SshSettings, SshTarget};
use t2v::remote::transport::Transport;

fn settings(hosts: &Hosts) -> SshSettings {
    SshSettings { config: Some(hosts.config()), accept_new: false }
}

fn destination(hosts: &Hosts, name: &str) -> Destination {
    Destination::resolve(&SshTarget::parse(name).unwrap(), &settings(hosts)).unwrap()
}

fn connect(hosts: &Hosts, name: &str) -> Result<SshConnection, SshError> {
    ssh::connect(&destination(hosts, name), HANG_TIMEOUT)
}

/// An executable of `size` bytes that echoes its input.
fn echo(folder: &Path, size: usize) -> PathBuf {
    let script = "#!/bin/sh\n[ \"$1\" = --version ] && exit 0\necho ready >&2\nexec cat\n";
    let filling = (0..size as u32).map(|n| b"0123456789abcdef"[(n.wrapping_mul(2_654_435_761) >> 28) as usize]);
    let mut text = script.as_bytes().to_vec();
    text.push(b'#');
    text.extend(filling);
    let file = folder.join("echo");
    fs::write(&file, text).unwrap();
    file
}

/// A transport to `cat` on the host.
fn echoing(hosts: &Hosts, name: &str, patience: Duration) -> impl Transport + use<> {
    let executable = AgentExecutable::read(&echo(hosts.file("").as_path(), 10)).unwrap();
    let connection = connect(hosts, name).unwrap().with_timeout(patience);
    let installed = connection.install(&executable).unwrap();
    connection.start_agent(&installed, None, &["agent", "--stdio"]).unwrap()
}

/// Receives until at least `count` bytes have arrived.
fn receive(link: &mut dyn Transport, count: usize) -> Vec<u8> {
    let (mut got, mut some) = (Vec::new(), vec![0; 64 << 10]);
    while got.len() < count {
        let n = link.receive(&mut some, HANG_TIMEOUT).unwrap();
        assert_ne!(n, 0, "nothing came for {HANG_TIMEOUT:?}");
        got.extend_from_slice(&some[..n]);
    }
    got
}

/// Receives until the transport ends; returns how it ends.
fn end(link: &mut dyn Transport, within: Duration) -> ErrorKind {
    let mut some = [0; 1024];
    loop {
        match link.receive(&mut some, within) {
            Ok(0) => panic!("it did not end within {within:?}"),
            Ok(_) => {}
            Err(error) => return error.kind(),
        }
    }
}
