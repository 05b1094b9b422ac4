//! Other machines over SSH, tried on real sshds in network namespaces: what is refused and when, what a broken line does, and what is left.

mod builds;
mod command;
#[path = "../common/mod.rs"]
mod common;
mod doors;
mod far;
mod figures;
mod keys;
mod lines;
mod upload;

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::Duration;

use common::hosts::Hosts;
use t2v::remote::link::Link;
use t2v::remote::ssh::{self, Connection, Destination, Executable, Settings, SshError, Target};

/// More than any of it takes.
const LONG: Duration = Duration::from_secs(20);

fn settings(hosts: &Hosts) -> Settings {
    Settings { config: Some(hosts.config()), accept_new: false }
}

fn destination(hosts: &Hosts, name: &str) -> Destination {
    Destination::resolve(&Target::parse(name).unwrap(), &settings(hosts)).unwrap()
}

fn connect(hosts: &Hosts, name: &str) -> Result<Connection, SshError> {
    ssh::connect(&destination(hosts, name), LONG)
}

/// An executable that gives back what it gets, and is so large.
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

/// A link to `cat` on the host.
fn echoing(hosts: &Hosts, name: &str, patience: Duration) -> impl Link + use<> {
    let executable = Executable::read(&echo(hosts.file("").as_path(), 10)).unwrap();
    let connection = connect(hosts, name).unwrap().patience(patience);
    let installed = connection.install(&executable).unwrap();
    connection.agent(&installed, None, &["agent", "--stdio"]).unwrap()
}

/// Everything that comes until `count` bytes are there.
fn receive(link: &mut dyn Link, count: usize) -> Vec<u8> {
    let (mut got, mut some) = (Vec::new(), vec![0; 64 << 10]);
    while got.len() < count {
        let n = link.receive(&mut some, LONG).unwrap();
        assert_ne!(n, 0, "nothing came for {LONG:?}");
        got.extend_from_slice(&some[..n]);
    }
    got
}

/// How the link ends, if nothing but the end comes.
fn end(link: &mut dyn Link, within: Duration) -> ErrorKind {
    let mut some = [0; 1024];
    loop {
        match link.receive(&mut some, within) {
            Ok(0) => panic!("it did not end within {within:?}"),
            Ok(_) => {}
            Err(error) => return error.kind(),
        }
    }
}
