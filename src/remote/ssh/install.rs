//! Installs the executable of t2v on a host, in a folder named by its digest, and starts it there.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::cache::Cache;
use crate::remote::capabilities::{cached_executable_fact, own_executable};

use super::connection::{SshConnection, last_line};
use super::error::{SshError, SshErrorKind};
use super::exec::SshCommand;
use super::scripts::{DOES_NOT_RUN, FOLDER, WRONG_BYTES};
use super::tools::{self, ToolBundle};

/// An executable to install on hosts.
#[derive(Clone, Debug)]
pub struct AgentExecutable {
    path: PathBuf,
    size: u64,
    /// The SHA-256 of its bytes, in hexadecimal; hosts check it with `sha256sum`.
    digest: String,
}

/// An executable that is installed on a host. All connections to that host can use it.
#[derive(Clone, Debug)]
pub struct InstalledAgent {
    digest: String,
    /// Whether it was sent, because the host did not have it.
    pub sent: bool,
}

impl AgentExecutable {
    /// The executable of this process. It is read only if the cache does not know its digest yet.
    ///
    /// # Errors
    /// If it can't be read.
    pub fn own(cache: &Cache) -> io::Result<Self> {
        let path = own_executable()?;
        let digest = cached_executable_fact(cache, "sha256", |path| Ok(Self::read(path)?.digest))?;
        Ok(Self { size: path.metadata()?.len(), path, digest })
    }

    /// The executable in the file `path`.
    pub fn read(path: &Path) -> io::Result<Self> {
        let mut hash = Sha256::new();
        let size = io::copy(&mut File::open(path)?, &mut hash)?;
        let hex = hash.finalize().iter().fold(String::new(), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        });
        Ok(Self { path: path.to_owned(), size, digest: hex })
    }
}

impl SshConnection {
    /// Installs `executable` unless the host has it, undamaged. It is sent to a temporary file, which is checked and then renamed.
    pub fn install(&self, executable: &AgentExecutable) -> Result<InstalledAgent, SshError> {
        self.install_with_check(executable, "false")
    }

    /// The same, but does not read the installed file if it was not written to since it was last checked.
    pub fn install_if_changed(&self, executable: &AgentExecutable) -> Result<InstalledAgent, SshError> {
        self.install_with_check(executable, r#"[ ! "$f" -nt "$d" ] 2>/dev/null"#)
    }

    /// `is_unchanged` is a shell condition; where it holds, the bytes of the installed file are not checked.
    fn install_with_check(&self, executable: &AgentExecutable, is_unchanged: &str) -> Result<InstalledAgent, SshError> {
        let output = self.run(&probe_script(&executable.digest, is_unchanged), &mut io::empty())?;
        let mut lines = output.stdout.lines();
        // Start-up files of the shell may have printed lines before.
        let Some(system) = lines.by_ref().find_map(|line| line.strip_prefix("t2v-system ")) else {
            return Err(self.fail(SshErrorKind::NoExec(output.reason())));
        };
        self.check_platform(system)?;
        let is_installed = lines.any(|line| line.trim() == format!("t2v-there {}", executable.size));
        if !is_installed {
            self.send_executable(executable)?;
        }
        Ok(InstalledAgent { digest: executable.digest.clone(), sent: !is_installed })
    }

    fn check_platform(&self, theirs: &str) -> Result<(), SshError> {
        let ours = platform();
        if theirs.trim() == ours {
            return Ok(());
        }
        Err(self.fail(SshErrorKind::Platform { theirs: last_line(theirs), ours }))
    }

    fn send_executable(&self, executable: &AgentExecutable) -> Result<(), SshError> {
        let file = open_executable(executable).map_err(|error| self.fail(SshErrorKind::OwnExecutable(error)))?;
        let output = self.run(&install_script(executable), &mut file.take(executable.size))?;
        match output.status {
            Some(0) => Ok(()),
            _ if output.is_disk_full() => Err(self.fail(SshErrorKind::DiskFull)),
            Some(DOES_NOT_RUN) => Err(self.fail(SshErrorKind::DoesNotRun(output.reason()))),
            Some(WRONG_BYTES) => Err(self.fail(SshErrorKind::Install("other bytes came there than were sent".into()))),
            Some(_) => Err(self.fail(SshErrorKind::Install(output.reason()))),
            None => Err(self.fail(SshErrorKind::Lost("while this t2v was put there".into()))),
        }
    }

    /// Starts t2v with `arguments`, and with `tools` before the host's own in its `PATH`. Returns the transport to it, which is then the only
    /// user of the session.
    ///
    /// # Panics
    /// If an argument has other characters than letters, digits and `-_.=`.
    pub fn start_agent(
        self,
        installed: &InstalledAgent,
        tools: Option<&ToolBundle>,
        arguments: &[&str],
    ) -> Result<SshCommand, SshError> {
        assert!(arguments.iter().all(|word| needs_no_quotes(word)), "arguments of ours: {arguments:?}");
        let path = tools
            .map_or_else(String::new, |tools| format!("PATH={}/bin:\"$PATH\"; export PATH; ", tools::folder(tools)));
        self.start(&format!("{path}exec {FOLDER}/bin/{}/t2v {}", installed.digest, arguments.join(" ")))
    }

    /// Removes everything that t2v keeps on the host; returns the number of freed bytes.
    pub fn clean(&self) -> Result<u64, SshError> {
        let output =
            self.run(&format!("d={FOLDER}; du -sk \"$d\" 2>/dev/null || echo 0; rm -rf \"$d\""), &mut io::empty())?;
        match (output.status, kilobytes(&output.stdout)) {
            (Some(0), Some(freed)) => Ok(freed),
            _ => Err(self.fail(SshErrorKind::NoExec(output.reason()))),
        }
    }

    /// Bytes that t2v occupies on the host.
    pub fn disk_usage(&self) -> Result<u64, SshError> {
        let output = self.run(&format!("du -sk {FOLDER} 2>/dev/null || echo 0"), &mut io::empty())?;
        kilobytes(&output.stdout).ok_or_else(|| self.fail(SshErrorKind::NoExec(output.reason())))
    }
}

fn needs_no_quotes(word: &str) -> bool {
    word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.=".contains(c))
}

fn open_executable(executable: &AgentExecutable) -> io::Result<File> {
    let mut file = File::open(&executable.path)?;
    file.rewind()?;
    Ok(file)
}

/// The bytes that `du -sk` prints as kilobytes.
fn kilobytes(output: &str) -> Option<u64> {
    output.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

/// The system and processor of this machine, as `uname -sm` prints them.
fn platform() -> String {
    match nix::sys::utsname::uname() {
        Ok(name) => format!("{} {}", name.sysname().to_string_lossy(), name.machine().to_string_lossy()),
        Err(_) => format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
    }
}

/// The script that prints the host's system, and the size of the executable if it is installed. It checks the digest unless `is_unchanged`
/// holds, and removes a damaged file. The modification time of the folder records the last check, and keeps the folder from being removed
/// as unused.
fn probe_script(digest: &str, is_unchanged: &str) -> String {
    format!(
        r#"echo "t2v-system $(uname -sm)"; d={FOLDER}/bin/{digest}; f="$d/t2v"; [ -x "$f" ] || exit 0
sum={digest}; {is_unchanged} || sum=$(sha256sum < "$f" 2>/dev/null || echo {digest})
[ "${{sum%% *}}" = {digest} ] || {{ rm -f "$f"; exit 0; }}
touch -c "$d"; echo "t2v-there" $(wc -c < "$f")"#
    )
}

/// The script that installs the executable: writes a temporary file, checks its size and digest and that it runs, and renames it. It also
/// removes executables that were not used for a month.
fn install_script(executable: &AgentExecutable) -> String {
    let AgentExecutable { size, digest, .. } = executable;
    format!(
        r#"umask 077; b={FOLDER}/bin; d="$b/{digest}"; p="$d/part.$$"; LC_ALL=C; export LC_ALL; mkdir -p "$d" || exit 1
trap "rm -f \"$p\"" EXIT; trap "exit 1" HUP INT TERM; touch "$d"
find "$b" -name "part.*" -mmin +60 -exec rm -f {{}} + 2>/dev/null; find "$b"/* -prune -type d -mtime +30 -exec rm -rf {{}} + 2>/dev/null
cat > "$p" || exit 1
[ $(wc -c < "$p") -eq {size} ] || exit {WRONG_BYTES}
if command -v sha256sum >/dev/null; then [ "$(sha256sum < "$p" | cut -c1-64)" = {digest} ] || exit {WRONG_BYTES}; fi
chmod 700 "$p" && "$p" --version >/dev/null || exit {DOES_NOT_RUN}
sync "$p" 2>/dev/null; mv -f "$p" "$d/t2v" && touch "$d""#
    )
}
