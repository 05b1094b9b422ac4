//! Lines that don't come about, break, or lead through another host.

use std::io::{ErrorKind, Write};
use std::net::TcpListener;
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use t2v::remote::link::Link;
use t2v::remote::ssh::{self, Destination, Settings, SshError, Target, Trouble};

use crate::common::hosts::{self, Hosts, Setup};
use crate::{LONG, connect, destination, echoing, end, receive};

fn some(count: usize) -> Option<Hosts> {
    let hosts = hosts::start(&vec![Setup::default(); count])?;
    hosts.know();
    Some(hosts)
}

/// How a try with a limit ends; it may not take much longer than that.
fn tried(host: &Destination, limit: Duration) -> SshError {
    let start = Instant::now();
    let error = ssh::connect(host, limit).err().expect("nobody is there");
    assert!(start.elapsed() < limit + Duration::from_secs(2), "{:?} for {error}", start.elapsed());
    assert!(error.help().is_some() || matches!(error.trouble, Trouble::Lost(_) | Trouble::Handshake(_)), "{error}");
    error
}

#[test]
fn who_does_not_answer_is_told_in_time_and_in_plain_words() {
    let Some(hosts) = some(1) else { return };
    let host = &hosts.all[0];
    let short = Duration::from_secs(2);
    let at = |name: &str| destination(&hosts, name);
    let error = tried(&at(&format!("{}:1", host.address)), short);
    assert!(matches!(error.trouble, Trouble::Refused(_)), "{error}");
    let error = tried(&at("no-such-name.invalid"), LONG);
    assert!(matches!(error.trouble, Trouble::NoAddress(_)), "{error}");
    // Nobody has this address: the network says so after three seconds.
    let nobody = host.address.rsplit_once('.').unwrap().0.to_owned() + ".200";
    let error = tried(&at(&nobody), Duration::from_secs(6));
    assert!(matches!(error.trouble, Trouble::NoRoute(_)), "{error}");
    host.cut();
    let error = tried(&at("h0"), short);
    assert!(matches!(error.trouble, Trouble::TimedOut(_)), "{error}");
    host.mend();
    // Stopped: the kernel still takes the connection, but nobody speaks.
    host.signal("sshd", Signal::SIGSTOP);
    let error = tried(&at("h0"), short);
    assert!(matches!(error.trouble, Trouble::TimedOut(_)), "{error}");
    host.signal("sshd", Signal::SIGCONT);
    connect(&hosts, "h0").expect("all is well again");
}

#[test]
fn what_is_no_ssh_server_is_told() {
    for (said, wait) in [
        ("", true),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", false),
        ("SSH-1.5-old\r\n", false),
        ("\u{1}\u{2}\u{3}\r\n", false),
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        let server = thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            let _ = stream.write_all(said.as_bytes());
            thread::sleep(Duration::from_secs(if wait { 3 } else { 0 }));
        });
        let target = Target::parse(&format!("me@127.0.0.1:{port}")).unwrap();
        let error = tried(&Destination::resolve(&target, &Settings::default()).unwrap(), Duration::from_secs(2));
        let fits = matches!(error.trouble, Trouble::Lost(_) | Trouble::Handshake(_) | Trouble::TimedOut(_));
        assert!(fits, "{said:?}: {error}");
        server.join().unwrap();
    }
}

/// Bytes that no buffer on the way can hold.
fn bytes() -> Vec<u8> {
    (0..24_000_000_u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect()
}

/// Sends and receives at the same time, as far as that goes with one thread: as much as comes back at once is taken.
fn there_and_back(link: &mut dyn Link, bytes: &[u8]) {
    for chunk in bytes.chunks(1 << 20) {
        link.send(chunk).unwrap();
        assert!(receive(link, chunk.len()) == chunk, "other bytes came back");
    }
}

#[test]
fn a_link_carries_every_byte_and_waits_as_long_as_it_is_told() {
    let Some(hosts) = some(1) else { return };
    let mut link = echoing(&hosts, "h0", LONG);
    let start = Instant::now();
    assert_eq!(link.receive(&mut [0; 10], Duration::from_millis(300)).unwrap(), 0);
    assert!((250..3000).contains(&start.elapsed().as_millis()), "{:?}", start.elapsed());
    assert_eq!(link.receive(&mut [0; 10], Duration::ZERO).unwrap(), 0);
    there_and_back(&mut link, &bytes());
    assert_eq!(link.last_words(), "ready\n");
    let host = &hosts.all[0];
    assert_eq!(host.processes("cat").len(), 1);
    drop(link);
    let start = Instant::now();
    while !host.processes("cat").is_empty() {
        assert!(start.elapsed() < Duration::from_secs(5), "it went on after we hung up");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_far_sides_end_is_an_end() {
    let Some(hosts) = some(1) else { return };
    let mut link = echoing(&hosts, "h0", LONG);
    there_and_back(&mut link, b"x");
    hosts.all[0].signal("cat", Signal::SIGKILL);
    assert_eq!(end(&mut link, Duration::from_secs(5)), ErrorKind::UnexpectedEof);
}

#[test]
fn a_killed_sshd_is_noticed_in_mid_transfer() {
    let Some(hosts) = some(1) else { return };
    let mut link = echoing(&hosts, "h0", LONG);
    there_and_back(&mut link, &bytes()[..3_000_000]);
    hosts.all[0].signal("sshd", Signal::SIGKILL);
    let start = Instant::now();
    let failed = bytes().chunks(1 << 16).find_map(|chunk| link.send(chunk).err());
    assert!(failed.is_some(), "all was sent to nobody");
    assert!(start.elapsed() < Duration::from_secs(5), "{:?}", start.elapsed());
}

#[test]
fn dropped_packets_are_noticed_within_the_bound() {
    let Some(hosts) = some(1) else { return };
    let patience = Duration::from_secs(3);
    let mut link = echoing(&hosts, "h0", patience);
    there_and_back(&mut link, &bytes()[..3_000_000]);
    hosts.all[0].cut();
    let start = Instant::now();
    let failed =
        bytes().chunks(1 << 16).find_map(|chunk| link.send(chunk).err()).expect("nothing is taken there any more");
    assert_eq!(failed.kind(), ErrorKind::TimedOut, "{failed}");
    let took = start.elapsed();
    assert!((patience..patience + Duration::from_secs(6)).contains(&took), "{took:?}");
    let start = Instant::now();
    drop(link);
    assert!(start.elapsed() < Duration::from_secs(2), "tidying up waits for nobody");
}

#[test]
fn a_short_gap_is_survived() {
    let Some(hosts) = some(1) else { return };
    let mut link = echoing(&hosts, "h0", LONG);
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
    // The second hears only the first, and the third only the second.
    second.run(&format!("iptables -A INPUT -i eth0 -p tcp --syn ! -s {} -j DROP", first.address));
    third.run(&format!("iptables -A INPUT -i eth0 -p tcp --syn ! -s {} -j DROP", second.address));
    let short = Duration::from_secs(2);
    assert!(matches!(tried(&destination(&hosts, "h2"), short).trouble, Trouble::TimedOut(_)));
    for way in ["Host h2\n  ProxyJump h0,h1\n", "Host h2\n  ProxyJump h1\nHost h1\n  ProxyJump h0\n"] {
        hosts.configure(way);
        let mut link = echoing(&hosts, "h2", Duration::from_secs(3));
        there_and_back(&mut link, &bytes());
        first.signal("sshd: root", Signal::SIGKILL);
        end(&mut link, Duration::from_secs(5));
    }
    hosts.configure("Host h2\n  ProxyJump h0\n");
    let error = tried(&destination(&hosts, "h2"), short);
    assert!(matches!(error.trouble, Trouble::TimedOut(_)), "{error}");
}

#[test]
fn the_hosts_on_the_way_are_checked_like_any_other() {
    let Some(hosts) = some(2) else { return };
    hosts.configure("Host h1\n  ProxyJump h0\n");
    std::fs::write(hosts.file("known"), format!("{} {}", hosts.all[1].address, hosts.all[1].public_key())).unwrap();
    // What is said for the host itself does not hold for those on the way.
    let settings = Settings { accept_new: true, config: Some(hosts.config()) };
    let host = Destination::resolve(&Target::parse("h1").unwrap(), &settings).unwrap();
    let error = tried(&host, LONG);
    assert!(error.to_string().contains(&hosts.all[0].fingerprint()), "{error}");
    assert!(error.to_string().starts_with("h1: on the way there, h0: "), "{error}");
    assert!(error.help().unwrap().contains("`ssh h0`"));
    assert!(!hosts.all[0].log().contains("user root"));
}

#[test]
fn a_slow_line_is_slow_and_nothing_else() {
    let Some(hosts) = some(1) else { return };
    // 16 Mbit/s in either direction.
    hosts.all[0].slow_down("16mbit");
    let distance = connect(&hosts, "h0").unwrap().distance().unwrap();
    assert!((500_000..4_000_000).contains(&distance.speed), "{distance:?}");
    let mut link = echoing(&hosts, "h0", Duration::from_secs(2));
    let start = Instant::now();
    there_and_back(&mut link, &bytes()[..4_000_000]);
    assert!(start.elapsed() > Duration::from_secs(1), "it was not slow: {:?}", start.elapsed());
}
