//! Agents that are killed, stopped, or have a full disk: the client reports the reason, and no process is left.

use std::io::{self, Write};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use t2v::remote::ExecError;
use t2v::remote::client::{AgentClient, AgentError, SessionConfig};
use t2v::remote::transport::{ProcessTransport, Transport};

use super::workspace::{Workspace, noise};
use super::{agent, connect, session_config};
use crate::common::{Project, wait_until};

/// A transport that kills the agent after `left` bytes were sent.
struct KillingTransport {
    transport: ProcessTransport,
    id: Pid,
    left: usize,
}

impl Transport for KillingTransport {
    fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.transport.send(bytes)?;
        if self.left < bytes.len() {
            kill(self.id, Signal::SIGKILL)?;
        }
        self.left = self.left.saturating_sub(bytes.len());
        Ok(())
    }

    fn receive(&mut self, into: &mut [u8], wait: Duration) -> io::Result<usize> {
        self.transport.receive(into, wait)
    }
}

fn client_and_pid(project: &Project, silence: Duration) -> (AgentClient, Pid) {
    let child = ProcessTransport::start(agent(project, "far")).unwrap();
    let id = Pid::from_raw(child.id().unwrap() as i32);
    (
        AgentClient::connect(Box::new(child), SessionConfig { silence_timeout: silence, ..session_config() })
            .unwrap()
            .0,
        id,
    )
}

#[test]
fn an_agent_that_is_killed_is_told_of_and_the_step_runs_elsewhere() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let action = workspace.probe(&noise(40 << 20, 5));
    let transport = ProcessTransport::start(agent(&project, "far")).unwrap();
    let id = Pid::from_raw(transport.id().unwrap() as i32);
    let mut client =
        AgentClient::connect(Box::new(KillingTransport { transport, id, left: 8 << 20 }), session_config()).unwrap().0;
    let error = workspace.run(&mut client, &action).unwrap_err();
    println!("{error}");
    assert!(matches!(error, ExecError::Transient { .. }), "{error}");
    // The end of the agent is noticed, not only its silence.
    assert!(matches!(client.last_error(), Some(AgentError::Gone { .. })), "{:?}", client.last_error());
    assert!(!client.is_usable() && workspace.run(&mut client, &action).is_err());
    drop(client);
    wait_until("nothing runs any more", || project.processes().is_empty());
    workspace.run(&mut connect(agent(&project, "elsewhere")).0, &action).unwrap();
}

#[test]
fn an_agent_that_is_stopped_is_given_up_and_ends_when_it_wakes() {
    let (project, workspace) = (Project::new(""), Workspace::new());
    let silence = Duration::from_secs(8);
    let (mut client, id) = client_and_pid(&project, silence);
    workspace.run(&mut client, &workspace.text("before")).unwrap();
    kill(id, Signal::SIGSTOP).unwrap();
    let start = Instant::now();
    let error = workspace.run(&mut client, &workspace.text("meanwhile")).unwrap_err();
    assert!(matches!(error, ExecError::Transient { .. }), "{error}");
    assert!(matches!(client.last_error(), Some(AgentError::Silent { .. })), "{:?}", client.last_error());
    assert!(start.elapsed() >= silence, "{:?}", start.elapsed());
    let _ = kill(id, Signal::SIGCONT);
    wait_until("nothing runs any more", || project.processes().is_empty());
}

#[test]
fn a_full_disk_there_is_told_and_smaller_steps_go_on() {
    let tried = Command::new("unshare").args(["-rm", "sh", "-c", "mount -t tmpfs none /mnt"]).output();
    if !tried.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: no mount namespaces here, so no full disk was tried");
        return;
    }
    let (project, workspace) = (Project::new(""), Workspace::new());
    std::fs::create_dir(project.path("far")).unwrap();
    let plain = agent(&project, "far");
    let mut command = Command::new("unshare");
    let script = "mount -t tmpfs -o size=6m tmpfs far; exec \"$@\"";
    command.args(["-rm", "sh", "-euc", script, "sh"]).arg(plain.get_program()).args(plain.get_args());
    command.current_dir(project.root()).env_clear();
    command.envs(plain.get_envs().filter_map(|(name, value)| Some((name, value?))));
    let (mut client, capabilities) = connect(command);
    assert!(capabilities.free < 6 << 20);
    workspace.run(&mut client, &workspace.text("there is room for this")).unwrap();
    for large in [noise(20 << 20, 6), noise(900 << 10, 7).repeat(1)] {
        let len = large.len();
        let result = workspace.run(&mut client, &workspace.probe(&large));
        match result {
            Ok(_) => assert!(len < 1 << 20, "{len} bytes on a disk of 6 MiB"),
            Err(error) => {
                assert!(matches!(error, ExecError::Transient { .. }), "{error}");
                assert!(matches!(client.last_error(), Some(AgentError::DiskFull { .. })), "{:?}", client.last_error());
                println!("{error}");
            }
        }
        assert!(client.is_usable());
    }
    workspace.run(&mut client, &workspace.text("and for this")).unwrap();
}

#[test]
fn an_agent_that_is_told_nonsense_ends_and_says_why() {
    let project = Project::new("");
    let mut seed = 0u64;
    for len in [1, 8, 9, 100, 5000, 3 << 20] {
        seed += 1;
        let mut told = vec![0; len];
        blake3::Hasher::new().update(&seed.to_le_bytes()).finalize_xof().fill(&mut told);
        let mut command = agent(&project, "far");
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        // The agent may end before it has read everything.
        let _ = child.stdin.take().unwrap().write_all(&told);
        let output = child.wait_with_output().unwrap();
        let words = String::from_utf8_lossy(&output.stderr);
        let is_nonsense = len >= 8;
        assert_eq!(output.status.code(), Some(i32::from(is_nonsense)), "{len}: {words}");
        assert!(!words.contains("panicked") && words.is_empty() != is_nonsense, "{len}: {words}");
    }
}
