//! Real hosts: an sshd in a network namespace each, on a network of their own that leads nowhere else.
//!
//! They need root and `ip`. Names hold the process's number, so that what a killed run left behind is known and removed by the next one.

use std::fs::{self, File};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{self, Child, Command, Stdio};
use std::sync::atomic::{AtomicU8, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

const SSHD: &str = "/usr/sbin/sshd";

/// Hosts on one network, and a user's keys and configuration for them.
pub struct Hosts {
    /// The hosts; the first is called `h0`.
    pub all: Vec<Host>,
    bridge: String,
    folder: tempfile::TempDir,
    // Held for as long as the network is used; a killed process lets go of it.
    _network: File,
}

/// One host: its network namespace, its sshd, its home.
pub struct Host {
    pub name: String,
    pub address: String,
    namespace: String,
    /// Its end of the wire that is here.
    link: String,
    folder: PathBuf,
    sshd: Child,
}

/// How a host is set up.
#[derive(Clone, Copy, Default)]
pub struct Setup<'a> {
    /// Its home is a disk of so many kilobytes.
    pub disk: Option<u32>,
    /// A program of its own, by name and text.
    pub program: Option<(&'a str, &'a str)>,
}

/// Starts hosts; `None`, and says so, where that is not possible.
pub fn start(setups: &[Setup]) -> Option<Hosts> {
    static COUNT: AtomicU8 = AtomicU8::new(0);
    if let Some(lack) = lack() {
        eprintln!("SKIPPED: no hosts can be started here: {lack}");
        return None;
    }
    remove_left_overs();
    let (id, count) = (process::id(), COUNT.fetch_add(1, Ordering::SeqCst));
    let (network, lock) = free_network();
    let bridge = format!("tv{id}-b{count}");
    ip(&["link", "add", &bridge, "type", "bridge"]);
    ip(&["addr", "add", &format!("10.99.{network}.254/24"), "dev", &bridge]);
    ip(&["link", "set", &bridge, "up"]);
    let mut hosts = Hosts { all: Vec::new(), bridge, folder: tempfile::tempdir().unwrap(), _network: lock };
    fs::create_dir_all("/run/sshd").unwrap();
    key(&hosts.key());
    for (n, setup) in setups.iter().enumerate() {
        let names = (format!("t2v-{id}-{count}-{n}"), format!("tv{id}-{count}-{n}"));
        let host = Host::start(&hosts, n, names, &format!("10.99.{network}.{}", n + 1), setup);
        hosts.all.push(host);
    }
    fs::write(hosts.config(), hosts.configuration("")).unwrap();
    Some(hosts)
}

fn lack() -> Option<&'static str> {
    if text("id", &["-u"]).trim() != "0" {
        return Some("they need root");
    }
    let there = |program: &str, arg: &str| Command::new(program).arg(arg).output().is_ok();
    match () {
        () if !there("ip", "-V") => Some("`ip` is missing"),
        () if !Path::new(SSHD).exists() => Some("sshd is missing"),
        () if !there("iptables", "-V") => Some("`iptables` is missing"),
        () if !there("tc", "-V") => Some("`tc` is missing"),
        () if !may_make_namespaces() => Some("no network namespaces may be made"),
        () => None,
    }
}

fn may_make_namespaces() -> bool {
    let name = format!("t2v-{}-try-{:?}", process::id(), thread::current().id()).replace(['(', ')'], "");
    let made = run("ip", &["netns", "add", &name]);
    run("ip", &["netns", "del", &name]);
    made
}

/// A network that no other run uses: the third number of its addresses.
fn free_network() -> (u8, File) {
    let first = process::id() as u8;
    for n in 0..=u8::MAX {
        let network = first.wrapping_add(n);
        let lock = File::create(std::env::temp_dir().join(format!("t2v-network-{network}.lock"))).unwrap();
        let used =
            Command::new("ip").args(["-4", "addr", "show", "to", &format!("10.99.{network}.0/24")]).output().unwrap();
        if used.stdout.is_empty() && lock.try_lock().is_ok() {
            return (network, lock);
        }
    }
    panic!("all networks are in use");
}

/// Removes the namespaces and bridges of processes that are gone.
fn remove_left_overs() {
    let gone = |id: u32| !Path::new("/proc").join(id.to_string()).exists();
    for line in text("ip", &["netns", "list"]).lines() {
        let namespace = line.split_whitespace().next().unwrap_or_default();
        let owner = namespace.strip_prefix("t2v-").and_then(|rest| rest.split('-').next()?.parse().ok());
        if owner.is_some_and(gone) {
            remove_namespace(namespace);
        }
    }
    for line in text("ip", &["-o", "link", "show", "type", "bridge"]).lines() {
        let bridge = line.split_whitespace().nth(1).unwrap_or_default().trim_end_matches(':');
        let owner = bridge.strip_prefix("tv").and_then(|rest| rest.split_once('-')?.0.parse().ok());
        if owner.is_some_and(gone) {
            run("ip", &["link", "del", bridge]);
        }
    }
}

fn remove_namespace(name: &str) {
    for id in text("ip", &["netns", "pids", name]).lines().filter_map(|line| line.trim().parse().ok()) {
        let _ = kill(Pid::from_raw(id), Signal::SIGKILL);
    }
    run("ip", &["netns", "del", name]);
}

fn run(program: &str, args: &[&str]) -> bool {
    Command::new(program).args(args).output().is_ok_and(|output| output.status.success())
}

fn text(program: &str, args: &[&str]) -> String {
    let output = Command::new(program).args(args).output().unwrap();
    String::from_utf8_lossy(&output.stdout).into_owned()
}

fn ip(args: &[&str]) {
    let output = Command::new("ip").args(args).output().unwrap();
    assert!(output.status.success(), "ip {args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Makes a pair of keys.
pub fn key(file: &Path) {
    assert!(run("ssh-keygen", &["-q", "-t", "ed25519", "-N", "", "-f", file.to_str().unwrap()]), "ssh-keygen");
}

impl Hosts {
    /// A file in the user's folder.
    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The user's private key.
    pub fn key(&self) -> PathBuf {
        self.file("id")
    }

    /// The user's SSH configuration: `h0`, `h1` …, and `known` as the file of known hosts.
    pub fn config(&self) -> PathBuf {
        self.file("config")
    }

    /// Writes another configuration: `first`, then the usual.
    pub fn configure(&self, first: &str) {
        fs::write(self.config(), self.configuration(first)).unwrap();
    }

    fn configuration(&self, first: &str) -> String {
        let mut text = first.to_owned();
        for host in &self.all {
            text += &format!("Host {}\n  HostName {}\n", host.name, host.address);
        }
        let (key, known) = (self.key(), self.file("known"));
        text += &format!(
            "Host *\n  User root\n  IdentityFile {}\n  UserKnownHostsFile {}\n",
            key.display(),
            known.display()
        );
        text + "  GlobalKnownHostsFile none\n  IdentityAgent none\n"
    }

    /// Makes the keys of all hosts known.
    pub fn know(&self) {
        let lines = self.all.iter().map(|host| format!("{} {}", host.address, host.public_key()));
        fs::write(self.file("known"), lines.collect::<String>()).unwrap();
    }
}

impl Host {
    fn start(hosts: &Hosts, n: usize, (namespace, link): (String, String), address: &str, setup: &Setup) -> Self {
        let folder = hosts.file(&format!("h{n}"));
        fs::create_dir_all(folder.join("home")).unwrap();
        fs::create_dir_all(folder.join("bin")).unwrap();
        ip(&["netns", "add", &namespace]);
        ip(&["link", "add", &link, "type", "veth", "peer", "name", "eth0", "netns", &namespace]);
        ip(&["link", "set", &link, "master", &hosts.bridge, "up"]);
        ip(&["-n", &namespace, "addr", "add", &format!("{address}/24"), "dev", "eth0"]);
        ip(&["-n", &namespace, "link", "set", "eth0", "up"]);
        ip(&["-n", &namespace, "link", "set", "lo", "up"]);
        key(&folder.join("host_key"));
        if let Some((name, text)) = setup.program {
            let program = folder.join("bin").join(name);
            fs::write(&program, text).unwrap();
            assert!(run("chmod", &["755", program.to_str().unwrap()]));
        }
        fs::write(folder.join("sshd_config"), configuration(&folder, address, &hosts.key())).unwrap();
        let sshd = sshd(&namespace, &folder, setup.disk);
        let host = Self { name: format!("h{n}"), address: address.to_owned(), namespace, link, folder, sshd };
        host.await_answer();
        host
    }

    fn await_answer(&self) {
        let address: SocketAddr = format!("{}:22", self.address).parse().unwrap();
        let start = Instant::now();
        while TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_err() {
            assert!(start.elapsed() < Duration::from_secs(120), "{}", self.log());
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// The home of whoever logs in. Not to be seen from here if it is a disk of its own: use [`Host::run`].
    pub fn home(&self) -> PathBuf {
        self.folder.join("home")
    }

    /// What its sshd told.
    pub fn log(&self) -> String {
        fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// Its public host key: kind and base64, with a line's end.
    pub fn public_key(&self) -> String {
        let text = fs::read_to_string(self.folder.join("host_key.pub")).unwrap();
        text.split_whitespace().take(2).collect::<Vec<_>>().join(" ") + "\n"
    }

    /// Its fingerprint, as ssh-keygen has it.
    pub fn fingerprint(&self) -> String {
        let key = self.folder.join("host_key.pub");
        text("ssh-keygen", &["-lf", key.to_str().unwrap()]).split_whitespace().nth(1).unwrap().to_owned()
    }

    /// Runs a script on the host, as somebody who sits there: what it prints.
    pub fn run(&self, script: &str) -> String {
        let id = self.sshd.id().to_string();
        let home = format!("HOME={}", self.home().display());
        let output =
            Command::new("nsenter").args(["-t", &id, "-n", "-m", "env", &home, "sh", "-c", script]).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Drops all packets from and to the host, from now on.
    pub fn cut(&self) {
        self.run("iptables -I INPUT -i eth0 -j DROP; iptables -I OUTPUT -o eth0 -j DROP");
    }

    /// Lets no more than `rate` from and to the host.
    pub fn slow_down(&self, rate: &str) {
        let shape = ["tbf", "rate", rate, "burst", "32kb", "latency", "100ms"];
        assert!(run("tc", &[&["qdisc", "add", "dev", &self.link, "root"], &shape[..]].concat()), "tc");
        ip(&[&["netns", "exec", &self.namespace, "tc", "qdisc", "add", "dev", "eth0", "root"], &shape[..]].concat());
    }

    /// Takes the cut back.
    pub fn mend(&self) {
        self.run("iptables -F");
    }

    /// Numbers of the processes on the host whose command line holds `word`.
    pub fn processes(&self, word: &str) -> Vec<i32> {
        let all = text("ip", &["netns", "pids", &self.namespace]);
        let ids = all.lines().filter_map(|line| line.trim().parse().ok());
        let named = |id: &i32| {
            fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| String::from_utf8_lossy(&line).contains(word))
        };
        ids.filter(named).collect()
    }

    /// Sends a signal to those processes.
    pub fn signal(&self, word: &str, signal: Signal) {
        for id in self.processes(word) {
            let _ = kill(Pid::from_raw(id), signal);
        }
    }
}

/// One home, one PATH and one cache for each host, though all have the same users.
fn configuration(folder: &Path, address: &str, key: &Path) -> String {
    let folder = folder.display();
    format!(
        "ListenAddress {address}\nHostKey {folder}/host_key\nPidFile none\nAuthorizedKeysFile {}.pub\n\
         PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\nUsePAM no\nStrictModes no\n\
         Subsystem sftp internal-sftp\nLogLevel VERBOSE\nUseDNS no\nMaxStartups 100\n\
         SetEnv HOME={folder}/home PATH={folder}/bin:/usr/local/bin:/usr/bin:/bin\n",
        key.display()
    )
}

/// With a mount namespace of its own, and a small disk for a home where one is wanted.
fn sshd(namespace: &str, folder: &Path, disk: Option<u32>) -> Child {
    let home = folder.join("home");
    let mount =
        disk.map_or_else(String::new, |size| format!("mount -t tmpfs -o size={size}k none {} && ", home.display()));
    let script = format!("{mount}exec {SSHD} -D -e -f {}", folder.join("sshd_config").display());
    let log = File::create(folder.join("log")).unwrap();
    let mut command = Command::new("ip");
    command.args(["netns", "exec", namespace, "sh", "-c", &script]);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().unwrap()
}

impl Drop for Host {
    fn drop(&mut self) {
        if thread::panicking() {
            let log = self.log();
            let lines: Vec<_> = log.lines().rev().take(15).collect();
            eprintln!("the end of the log of {}, last line first:\n{}", self.name, lines.join("\n"));
        }
        remove_namespace(&self.namespace);
        let _ = self.sshd.kill();
        let _ = self.sshd.wait();
    }
}

impl Drop for Hosts {
    fn drop(&mut self) {
        self.all.clear();
        run("ip", &["link", "del", &self.bridge]);
    }
}
