//! Installing the executable on hosts: it is sent once, checked, and never left incomplete.

use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;
use t2v::process::CancelToken;
use t2v::remote::ssh::{AgentExecutable, SshErrorKind};
use t2v::remote::transport::Transport;

use crate::common::hosts::{self, Host, Hosts, Setup};
use crate::{HANG_TIMEOUT, connect, echo, end, receive};

fn host(setup: Setup) -> Option<Hosts> {
    let hosts = hosts::start(&[setup])?;
    hosts.know();
    Some(hosts)
}

/// Files in the folder of executables.
fn files(host: &Host) -> Vec<String> {
    let found = host.run("cd $HOME/.cache/t2v/bin 2>/dev/null && find . -type f");
    found.lines().map(str::to_owned).collect()
}

fn executable(hosts: &Hosts, size: usize) -> AgentExecutable {
    AgentExecutable::read(&echo(hosts.file("").as_path(), size)).unwrap()
}

#[test]
fn the_real_program_is_sent_once_runs_and_is_mended_if_it_was_damaged() {
    let Some(hosts) = host(Setup::default()) else { return };
    let program = AgentExecutable::read(env!("CARGO_BIN_EXE_t2v").as_ref()).unwrap();
    for (sent, damage) in [
        (true, ""),
        (false, "echo >> $(find $HOME/.cache -name t2v -type f)"),
        (true, "chmod 600 $(find $HOME/.cache -name t2v -type f)"),
        // Changes a byte that is not used, so that only the digest shows it.
        (true, "printf x | dd of=$(find $HOME/.cache -name t2v -type f) bs=1 seek=9 conv=notrunc"),
        (true, ""),
        (false, ""),
    ] {
        let connection = connect(&hosts, "h0").unwrap();
        let installed = connection.install_if_changed(&program).unwrap();
        assert_eq!(installed.sent, sent, "before {damage:?}");
        let mut link = connection.start_agent(&installed, None, &["--version"]).unwrap();
        assert!(receive(&mut link, 4).starts_with(b"t2v "));
        // A running executable can't be written to.
        end(&mut link, HANG_TIMEOUT);
        hosts.all[0].run(damage);
    }
    assert_eq!(files(&hosts.all[0]).len(), 1);
    // Damage without a newer modification time: only the check of all bytes finds it.
    hosts.all[0].run("f=$(find $HOME/.cache -name t2v -type f); printf y | dd of=$f bs=1 seek=9 conv=notrunc; touch -d '2 hours ago' $f");
    assert!(!connect(&hosts, "h0").unwrap().install_if_changed(&program).unwrap().sent);
    assert!(connect(&hosts, "h0").unwrap().install(&program).unwrap().sent);
}

#[test]
fn two_at_once_are_fine() {
    let Some(hosts) = host(Setup::default()) else { return };
    let program = executable(&hosts, 5_000_000);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let connection = connect(&hosts, "h0").unwrap();
                let installed = connection.install(&program).unwrap();
                let mut link = connection.start_agent(&installed, None, &[]).unwrap();
                link.send(b"hello").unwrap();
                assert_eq!(receive(&mut link, 5), b"hello");
            });
        }
    });
    assert_eq!(files(&hosts.all[0]).len(), 1);
}

#[test]
fn an_interrupted_upload_leaves_nothing_and_is_begun_again() {
    let Some(hosts) = host(Setup::default()) else { return };
    let (program, host) = (executable(&hosts, 40_000_000), &hosts.all[0]);
    for how in ["sshd killed", "packets dropped"] {
        // Slow enough to interrupt the upload.
        let connection = connect(&hosts, "h0").unwrap().with_timeout(Duration::from_secs(8));
        thread::scope(|scope| {
            let upload = scope.spawn(|| connection.install(&program));
            let start = Instant::now();
            while !files(host).iter().any(|file| file.contains("part.")) {
                assert!(start.elapsed() < HANG_TIMEOUT && !upload.is_finished(), "{how}");
            }
            match how {
                "sshd killed" => host.signal("sshd: root", Signal::SIGKILL),
                _ => host.cut(),
            }
            let error = upload.join().unwrap().expect_err(how);
            assert!(matches!(error.kind, SshErrorKind::Lost(_) | SshErrorKind::TimedOut(_)), "{how}: {error}");
            assert!(error.is_transient());
        });
        drop(connection);
        assert!(!files(host).iter().any(|file| file.ends_with("/t2v")), "{how}: {:?}", files(host));
        host.mend();
        host.signal("sshd: root", Signal::SIGKILL);
    }
    let start = Instant::now();
    while !files(host).is_empty() {
        assert!(start.elapsed() < HANG_TIMEOUT, "left there: {:?}", files(host));
        thread::sleep(Duration::from_millis(50));
    }
    assert!(connect(&hosts, "h0").unwrap().install(&program).unwrap().sent);
}

#[test]
fn a_full_disk_there_is_told_and_left_as_it_was() {
    let Some(hosts) = host(Setup { disk: Some(2000), ..Setup::default() }) else { return };
    let error = connect(&hosts, "h0").unwrap().install(&executable(&hosts, 5_000_000)).unwrap_err();
    assert!(matches!(error.kind, SshErrorKind::DiskFull), "{error}");
    assert!(error.help().unwrap().contains("t2v hosts clean h0"));
    assert_eq!(files(&hosts.all[0]), [""; 0]);
    assert!(connect(&hosts, "h0").unwrap().install(&executable(&hosts, 500_000)).unwrap().sent, "what fits, fits");
}

#[test]
fn another_processor_gets_nothing() {
    let uname = "#!/bin/sh\necho Linux riscv64\n";
    let Some(hosts) = host(Setup { program: Some(("uname", uname)), ..Setup::default() }) else { return };
    let error = connect(&hosts, "h0").unwrap().install(&executable(&hosts, 10)).unwrap_err();
    assert!(matches!(error.kind, SshErrorKind::Platform { .. }), "{error}");
    assert!(error.to_string().contains("Linux riscv64"), "{error}");
    assert_eq!(hosts.all[0].run("ls -A $HOME"), "");
}

#[test]
fn what_does_not_run_there_is_told_with_its_reason() {
    let Some(hosts) = host(Setup::default()) else { return };
    let file = hosts.file("broken");
    std::fs::write(&file, "#!/bin/sh\necho 'libexample.so.3: \u{1b}[31mcannot open' >&2\nexit 127\n").unwrap();
    let error = connect(&hosts, "h0").unwrap().install(&AgentExecutable::read(&file).unwrap()).unwrap_err();
    assert!(matches!(error.kind, SshErrorKind::DoesNotRun(_)), "{error}");
    assert!(error.to_string().contains("libexample.so.3"), "{error}");
    assert!(!error.to_string().contains('\u{1b}'), "{error}");
    assert_eq!(files(&hosts.all[0]), [""; 0]);
}

#[test]
fn shells_that_greet_or_refuse_are_dealt_with() {
    let Some(hosts) = host(Setup::default()) else { return };
    let options = |text: &str| {
        let line = std::fs::read_to_string(hosts.file("id.pub")).unwrap();
        let key = line.split_whitespace().skip_while(|word| !word.starts_with("ssh-")).collect::<Vec<_>>().join(" ");
        std::fs::write(hosts.file("id.pub"), format!("{text}{key}\n")).unwrap();
    };
    options("command=\"echo Welcome; echo; eval \\\"$SSH_ORIGINAL_COMMAND\\\"\" ");
    assert!(connect(&hosts, "h0").unwrap().install(&executable(&hosts, 10)).unwrap().sent);
    options("command=\"echo 'This account is not available.' >&2; exit 1\" ");
    let error = connect(&hosts, "h0").unwrap().install(&executable(&hosts, 10)).unwrap_err();
    assert!(matches!(&error.kind, SshErrorKind::NoExec(why) if why.contains("not available")), "{error}");
}

#[test]
fn cleaning_removes_all_that_is_ours_and_nothing_else() {
    let Some(hosts) = host(Setup::default()) else { return };
    let host = &hosts.all[0];
    let connection = connect(&hosts, "h0").unwrap();
    assert_eq!(connection.disk_usage().unwrap(), 0);
    connection.install(&executable(&hosts, 1_000_000)).unwrap();
    host.run("mkdir -p $HOME/.cache/other; echo x > $HOME/.cache/other/file");
    let kept = connection.disk_usage().unwrap();
    assert!((1_000_000..1_100_000).contains(&kept), "{kept}");
    assert_eq!(connection.clean().unwrap(), kept);
    assert_eq!(host.run("cd $HOME/.cache && find . -type f").trim(), "./other/file");
    assert_eq!(connection.clean().unwrap(), 0);
}

#[test]
fn a_cancelled_build_waits_for_no_upload() {
    let Some(hosts) = host(Setup::default()) else { return };
    let program = executable(&hosts, 40_000_000);
    hosts.all[0].slow_down("16mbit");
    for cut in [false, true] {
        let cancel = CancelToken::default();
        let connection = connect(&hosts, "h0").unwrap().with_cancel(&cancel);
        thread::scope(|scope| {
            let upload = scope.spawn(|| connection.install(&program));
            let start = Instant::now();
            while !files(&hosts.all[0]).iter().any(|file| file.contains("part.")) {
                assert!(start.elapsed() < HANG_TIMEOUT && !upload.is_finished(), "it was never caught in the middle");
            }
            if cut {
                hosts.all[0].cut();
                // Lets packets in flight be dropped, too.
                thread::sleep(Duration::from_millis(500));
            }
            let start = Instant::now();
            cancel.set();
            let error = upload.join().unwrap().unwrap_err();
            assert!(matches!(error.kind, SshErrorKind::Cancelled), "{error}");
            // The rest of the upload would take another 20 seconds, or never end.
            println!("cut {cut}: cancelled after {:?}", start.elapsed());
            assert!(start.elapsed() < HANG_TIMEOUT, "{:?}", start.elapsed());
        });
        hosts.all[0].mend();
    }
}
