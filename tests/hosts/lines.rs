//! Connections that fail, break, or go through jump hosts.

use std::io::{ErrorKind, Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use t2v::remote::ssh::{self, Destination, SshError, SshErrorKind, SshSettings, SshTarget};
use t2v::remote::transport::Transport;

use crate::common::hosts::{self, Hosts, Setup};
use crate::{HANG_TIMEOUT, connect, destination, echoing, end, receive};

fn some(count: usize) -> Option<Hosts> {
    let hosts = hosts::start(&vec![Setup::default(); count])?;
    hosts.know();
    Some(hosts)
}

/// The error of a login with a timeout, which must not hang.
fn tried(host: &Destination, limit: Duration) -> SshError {
    let start = Instant::now();
    let error = ssh::connect(host, limit).err().expect("nobody is there");
    assert!(start.elapsed() < limit + HANG_TIMEOUT, "{:?} for {error}", start.elapsed());
    assert!(
        error.help().is_some() || matches!(error.kind, SshErrorKind::Lost(_) | SshErrorKind::Handshake(_)),
        "{error}"
    );
    error
}

#[test]
fn who_does_not_answer_is_told_in_time_and_in_plain_words() {
    let Some(hosts) = some(1) else { return };
    let host = &hosts.all[0];
    let short = Duration::from_secs(2);
    let at = |name: &str| destination(&hosts, name);
    let error = tried(&at(&format!("{}:1", host.address)), HANG_TIMEOUT);
    assert!(matches!(error.kind, SshErrorKind::Refused(_)), "{error}");
    let error = tried(&at("no-such-name.invalid"), HANG_TIMEOUT);
    assert!(matches!(error.kind, SshErrorKind::NoAddress(_)), "{error}");
    // No machine has this address; the network reports that after three seconds.
    let nobody = host.address.rsplit_once('.').unwrap().0.to_owned() + ".200";
    let error = tried(&at(&nobody), HANG_TIMEOUT);
    assert!(matches!(error.kind, SshErrorKind::NoRoute(_)), "{error}");
    host.cut();
    let error = tried(&at("h0"), short);
    assert!(matches!(error.kind, SshErrorKind::TimedOut(_)), "{error}");
    host.mend();
    // A stopped sshd: the kernel accepts the connection, but no answer arrives.
    host.signal("sshd", Signal::SIGSTOP);
    let error = tried(&at("h0"), short);
    assert!(matches!(error.kind, SshErrorKind::TimedOut(_)), "{error}");
    host.signal("sshd", Signal::SIGCONT);
    connect(&hosts, "h0").expect("all is well again");
}

#[test]
fn what_is_no_ssh_server_is_told() {
    for said in ["", "HTTP/1.1 400 Bad Request\r\n\r\n", "SSH-1.5-old\r\n", "\u{1}\u{2}\u{3}\r\n"] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.write_all(said.as_bytes());
            // A silent server waits until the client closes the connection.
            if said.is_empty() {
                let _ = stream.read_to_end(&mut Vec::new());
            }
        });
        let target = SshTarget::parse(&format!("me@127.0.0.1:{port}")).unwrap();
        let error = tried(&Destination::resolve(&target, &SshSettings::default()).unwrap(), Duration::from_secs(2));
        let fits = matches!(error.kind, SshErrorKind::Lost(_) | SshErrorKind::Handshake(_) | SshErrorKind::TimedOut(_));
        assert!(fits, "{said:?}: {error}");
        server.join().unwrap();
    }
}

/// More bytes than all buffers of a connection hold.
fn bytes() -> Vec<u8> {
    (0..24_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// Sends bytes to an echo and receives them, chunk by chunk.
fn there_and_back(link: &mut dyn Transport, bytes: &[u8]) {
    for chunk in bytes.chunks(1 << 20) {
        link.send(chunk).unwrap();
        assert!(receive(link, chunk.len()) == chunk, "other bytes came back");
    }
}

#[test]
fn a_transport_carries_every_byte_and_waits_as_long_as_asked() {
    let Some(hosts) = some(1) else { return };
    let mut link = echoing(&hosts, "h0", HANG_TIMEOUT);
    let start = Instant::now();
    assert_eq!(link.receive(&mut [0; 10], Duration::from_millis(300)).unwrap(), 0);
    assert!(start.elapsed() >= Duration::from_millis(250), "{:?}", start.elapsed());
    assert_eq!(link.receive(&mut [0; 10], Duration::ZERO).unwrap(), 0);
    there_and_back(&mut link, &bytes());
    assert_eq!(link.stderr_tail(), "ready\n");
    let host = &hosts.all[0];
    assert_eq!(host.processes("cat").len(), 1);
    drop(link);
    let start = Instant::now();
    while !host.processes("cat").is_empty() {
        assert!(start.elapsed() < HANG_TIMEOUT, "it went on after we hung up");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_end_of_a_command_ends_its_transport() {
    let Some(hosts) = some(1) else { return };
    let mut link = echoing(&hosts, "h0", HANG_TIMEOUT);
    there_and_back(&mut link, b"x");
    hosts.all[0].signal("cat", Signal::SIGKILL);
    assert_eq!(end(&mut link, HANG_TIMEOUT), ErrorKind::UnexpectedEof);
}

#[test]
fn a_killed_sshd_is_noticed_in_mid_transfer() {
    let Some(hosts) = some(1) else { return };
    let mut link = echoing(&hosts, "h0", HANG_TIMEOUT);
    there_and_back(&mut link, &bytes()[..3_000_000]);
    hosts.all[0].signal("sshd", Signal::SIGKILL);
    let failed = bytes().chunks(1 << 16).find_map(|chunk| link.send(chunk).err()).expect("all was sent to nobody");
    // The end of sshd is noticed, not only its silence.
    assert_ne!(failed.kind(), ErrorKind::TimedOut, "{failed}");
}

#[test]
fn dropped_packets_are_noticed_within_the_bound() {
    let Some(hosts) = some(1) else { return };
    let patience = Duration::from_secs(8);
    let mut link = echoing(&hosts, "h0", patience);
    there_and_back(&mut link, &bytes()[..3_000_000]);
    hosts.all[0].cut();
    let start = Instant::now();
    let failed =
        bytes().chunks(1 << 16).find_map(|chunk| link.send(chunk).err()).expect("nothing is taken there any more");
    assert_eq!(failed.kind(), ErrorKind::TimedOut, "{failed}");
    assert!(start.elapsed() >= patience, "{:?}", start.elapsed());
    println!("dropped packets are noticed after {:?}", start.elapsed());
    let start = Instant::now();
    drop(link);
    assert!(start.elapsed() < HANG_TIMEOUT, "tidying up waits for an answer");
}

#[test]
fn a_short_gap_is_survived() {
    let Some(hosts) = some(1) else { return };
    let mut link = echoing(&hosts, "h0", HANG_TIMEOUT);
    hosts.all[0].cut();
    link.send(&bytes()[..10_000]).unwrap();
    thread::sleep(Duration::from_secs(1));
    hosts.all[0].mend();
    assert!(receive(&mut link, 10_000) == bytes()[..10_000]);
}

#[test]
fn a_host_behind_others_is_reached_through_them_only() {
    let Some(hosts) = some(3) else { return };
    let [first, second, third] = &hosts.all[..] else { panic!() };
    // The second host accepts connections only from the first, and the third only from the second.
    second.run(&format!("iptables -A INPUT -i eth0 -p tcp --syn ! -s {} -j DROP", first.address));
    third.run(&format!("iptables -A INPUT -i eth0 -p tcp --syn ! -s {} -j DROP", second.address));
    let short = Duration::from_secs(2);
    assert!(matches!(tried(&destination(&hosts, "h2"), short).kind, SshErrorKind::TimedOut(_)));
    for way in ["Host h2\n  ProxyJump h0,h1\n", "Host h2\n  ProxyJump h1\nHost h1\n  ProxyJump h0\n"] {
        hosts.configure(way);
        let mut link = echoing(&hosts, "h2", HANG_TIMEOUT);
        there_and_back(&mut link, &bytes());
        first.signal("sshd: root", Signal::SIGKILL);
        end(&mut link, HANG_TIMEOUT);
    }
    hosts.configure("Host h2\n  ProxyJump h0\n");
    let error = tried(&destination(&hosts, "h2"), short);
    assert!(matches!(error.kind, SshErrorKind::TimedOut(_)), "{error}");
}

#[test]
fn the_hosts_on_the_way_are_checked_like_any_other() {
    let Some(hosts) = some(2) else { return };
    hosts.configure("Host h1\n  ProxyJump h0\n");
    std::fs::write(hosts.file("known"), format!("{} {}", hosts.all[1].address, hosts.all[1].public_key())).unwrap();
    // The setting of the host does not hold for its jump hosts.
    let settings = SshSettings { accept_new: true, config: Some(hosts.config()) };
    let host = Destination::resolve(&SshTarget::parse("h1").unwrap(), &settings).unwrap();
    let error = tried(&host, HANG_TIMEOUT);
    assert!(error.to_string().contains(&hosts.all[0].fingerprint()), "{error}");
    assert!(error.to_string().starts_with("h1: on the way there, h0: "), "{error}");
    assert!(error.help().unwrap().contains("`ssh h0`"));
    assert!(!hosts.all[0].log().contains("user root"));
}

#[test]
fn a_slow_connection_does_not_time_out() {
    let Some(hosts) = some(1) else { return };
    hosts.all[0].slow_down("8mbit");
    let distance = connect(&hosts, "h0").unwrap().measure_link().unwrap();
    assert!((1..4_000_000).contains(&distance.bytes_per_second), "{distance:?}");
    // At 8 Mbit/s, 8 million bytes take 8 s at the least, so the transfer outlasts what the host may be silent on any machine.
    let patience = Duration::from_secs(5);
    let mut link = echoing(&hosts, "h0", patience);
    let start = Instant::now();
    there_and_back(&mut link, &bytes()[..8_000_000]);
    assert!(start.elapsed() > patience, "it was not slow: {:?}", start.elapsed());
}
