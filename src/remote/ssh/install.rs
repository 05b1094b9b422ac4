//! Puts our own executable on a host, under its digest, and starts it there. Knows nothing of what it is told then.

use std::fmt::Write as _;
use std::fs::File;
use std::io::{self, Read, Seek};
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::cache::Cache;
use crate::remote::hello::{of_own_program, own_program};

use super::connection::{Connection, Said, one_line};
use super::error::{SshError, Trouble};
use super::exec::Exec;
use super::tools::{self, Tools};

/// The folder of all that t2v keeps on a host, for `sh`.
pub(super) const FOLDER: &str = r#""${XDG_CACHE_HOME:-$HOME/.cache}"/t2v"#;

/// How the scripts below end where it matters.
const WRONG_BYTES: i32 = 65;
pub(super) const DOES_NOT_RUN: i32 = 66;

/// An executable to be put on hosts.
#[derive(Clone, Debug)]
pub struct Executable {
    path: PathBuf,
    size: u64,
    /// SHA-256, in hex.
    digest: String,
}

/// An executable that is on a host. Holds for all connections to it.
#[derive(Clone, Debug)]
pub struct Installed {
    digest: String,
    /// Whether it had to be sent.
    pub sent: bool,
}

impl Executable {
    /// The program that runs now; read only if the cache has no note of it yet.
    ///
    /// # Errors
    /// Where it can't be read.
    pub fn own(cache: &Cache) -> io::Result<Self> {
        let path = own_program()?;
        let digest = of_own_program(cache, "sha256", |path| Ok(Self::read(path)?.digest))?;
        Ok(Self { size: path.metadata()?.len(), path, digest })
    }

    /// The program in this file.
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

impl Connection {
    /// Sees to it that `executable` is there: sends it if it is not, by way of a temporary file, checked before it gets its name.
    pub fn install(&self, executable: &Executable) -> Result<Installed, SshError> {
        self.install_unless(executable, "false")
    }

    /// As above, but what is there is believed to be whole if it was not written to since it was last known to be.
    pub fn install_quickly(&self, executable: &Executable) -> Result<Installed, SshError> {
        self.install_unless(executable, r#"[ ! "$f" -nt "$d" ] 2>/dev/null"#)
    }

    /// Where `is_whole` holds there, its bytes are not read.
    fn install_unless(&self, executable: &Executable, is_whole: &str) -> Result<Installed, SshError> {
        let said = self.run(&look(&executable.digest, is_whole), &mut io::empty())?;
        let mut lines = said.stdout.lines();
        // Shells that greet in their start-up files do so before us.
        let Some(system) = lines.by_ref().find_map(|line| line.strip_prefix("t2v-system ")) else {
            return Err(self.fail(Trouble::NoExec(said.why())));
        };
        self.check_platform(system)?;
        let there = lines.any(|line| line.trim() == format!("t2v-there {}", executable.size));
        if !there {
            self.send_executable(executable)?;
        }
        Ok(Installed { digest: executable.digest.clone(), sent: !there })
    }

    fn check_platform(&self, theirs: &str) -> Result<(), SshError> {
        let ours = platform();
        if theirs.trim() == ours {
            return Ok(());
        }
        Err(self.fail(Trouble::Platform { theirs: one_line(theirs), ours }))
    }

    fn send_executable(&self, executable: &Executable) -> Result<(), SshError> {
        let own = |error| self.fail(Trouble::Own(error));
        let mut file = File::open(&executable.path).map_err(own)?;
        file.rewind().map_err(own)?;
        let said = self.run(&take_in(executable), &mut file.take(executable.size))?;
        match said.status {
            Some(0) => Ok(()),
            _ if is_full(&said.complaint) => Err(self.fail(Trouble::Full)),
            Some(DOES_NOT_RUN) => Err(self.fail(Trouble::DoesNotRun(said.why()))),
            Some(WRONG_BYTES) => Err(self.fail(Trouble::Install("other bytes came there than were sent".into()))),
            Some(_) => Err(self.fail(Trouble::Install(said.why()))),
            None => Err(self.fail(Trouble::Lost("while this t2v was put there".into()))),
        }
    }

    /// Starts `t2v` with arguments of ours (plain words), as a link to it, and with `tools` before those that the host has. The session is
    /// the link's from now on.
    pub fn agent(self, installed: &Installed, tools: Option<&Tools>, arguments: &[&str]) -> Result<Exec, SshError> {
        let plain = |word: &str| word.chars().all(|c| c.is_ascii_alphanumeric() || "-_.=".contains(c));
        assert!(arguments.iter().all(|word| plain(word)), "arguments of ours: {arguments:?}");
        let path = tools
            .map_or_else(String::new, |tools| format!("PATH={}/bin:\"$PATH\"; export PATH; ", tools::folder(tools)));
        self.start(&format!("{path}exec {FOLDER}/bin/{}/t2v {}", installed.digest, arguments.join(" ")))
    }

    /// Removes all that t2v keeps on the host, and says how many bytes that were.
    pub fn clean(&self) -> Result<u64, SshError> {
        let said =
            self.run(&format!("d={FOLDER}; du -sk \"$d\" 2>/dev/null || echo 0; rm -rf \"$d\""), &mut io::empty())?;
        match (said.status, kilobytes(&said.stdout)) {
            (Some(0), Some(freed)) => Ok(freed),
            _ => Err(self.fail(Trouble::NoExec(said.why()))),
        }
    }

    /// How many bytes t2v keeps on the host.
    pub fn kept(&self) -> Result<u64, SshError> {
        let said = self.run(&format!("du -sk {FOLDER} 2>/dev/null || echo 0"), &mut io::empty())?;
        kilobytes(&said.stdout).ok_or_else(|| self.fail(Trouble::NoExec(said.why())))
    }
}

impl Said {
    pub(super) fn why(&self) -> String {
        match (&self.complaint, self.status) {
            (complaint, _) if !complaint.is_empty() => complaint.clone(),
            (_, Some(code)) => format!("its shell ended with {code}"),
            (_, None) => "its shell was killed".into(),
        }
    }
}

fn kilobytes(said: &str) -> Option<u64> {
    said.split_whitespace().next()?.parse::<u64>().ok()?.checked_mul(1024)
}

pub(super) fn is_full(complaint: &str) -> bool {
    ["No space left", "Disk quota exceeded", "File too large"].iter().any(|sign| complaint.contains(sign))
}

/// This machine, as `uname -sm` has it.
fn platform() -> String {
    match nix::sys::utsname::uname() {
        Ok(name) => format!("{} {}", name.sysname().to_string_lossy(), name.machine().to_string_lossy()),
        Err(_) => format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
    }
}

/// Says what the host is, and whether the executable is there: by its size, and by its digest unless `is_whole` holds. The time of its folder
/// is when it was last known to be whole; it also keeps it from being swept. A damaged one goes.
fn look(digest: &str, is_whole: &str) -> String {
    format!(
        r#"echo "t2v-system $(uname -sm)"; d={FOLDER}/bin/{digest}; f="$d/t2v"; [ -x "$f" ] || exit 0
sum={digest}; {is_whole} || sum=$(sha256sum < "$f" 2>/dev/null || echo {digest})
[ "${{sum%% *}}" = {digest} ] || {{ rm -f "$f"; exit 0; }}
touch -c "$d"; echo "t2v-there" $(wc -c < "$f")"#
    )
}

/// Takes the executable in: a temporary file, its size and digest, whether it runs, its name. Executables that nobody used for a month go.
fn take_in(executable: &Executable) -> String {
    let Executable { size, digest, .. } = executable;
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
