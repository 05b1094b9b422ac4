//! Programs of this machine, put on a host with all libraries that they load, so that it makes the same bytes. Knows nothing of what the
//! programs do.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::diag::printable;
use crate::digest::Digest;
use crate::process::{self, Cancel};

use super::connection::Connection;
use super::error::{SshError, Trouble};
use super::install::{DOES_NOT_RUN, FOLDER, is_full};

/// More than `ldd` says of any program, in bytes.
const MOST_LISTED: u64 = 1 << 20;

/// Programs and what they load.
#[derive(Clone, Debug)]
pub struct Tools {
    /// Where each file lies here, by its name in the folder that is sent.
    files: Vec<(String, PathBuf)>,
    programs: Vec<String>,
    digest: Digest,
}

impl Tools {
    /// These programs of this machine.
    ///
    /// # Errors
    /// Where one can't be read, or `ldd` does not tell what it loads.
    pub fn of(programs: &[&Path]) -> io::Result<Self> {
        let mut tools = Self { files: Vec::new(), programs: Vec::new(), digest: Digest::of(b"") };
        for program in programs {
            let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
            tools.files.push((format!("real/{name}"), program.to_path_buf()));
            tools.programs.push(name);
            tools.files.extend(loaded(program)?);
        }
        tools.files.sort();
        tools.files.dedup();
        tools.digest = tools.digested()?;
        Ok(tools)
    }

    /// Names everything that is sent, wrappers included.
    fn digested(&self) -> io::Result<Digest> {
        let mut all = String::new();
        for (name, path) in &self.files {
            let (digest, len) = Digest::of_reader(&mut File::open(path)?)?;
            all += &format!("{name} {len} {digest}\n");
        }
        self.programs.iter().for_each(|program| all += &self.wrapper(program));
        Ok(Digest::of(all.as_bytes()))
    }

    /// Starts a program with our loader and our libraries, whatever the host has.
    fn wrapper(&self, program: &str) -> String {
        let start = match self.files.iter().any(|(name, _)| name == "ld") {
            true => r#""$d/ld" --library-path "$d/lib" "#,
            false => "",
        };
        format!("#!/bin/sh\nd=${{0%/*}}/..\nexec {start}\"$d/real/{program}\" \"$@\"\n")
    }

    /// A folder that has everything, mostly by links.
    fn staged(&self) -> io::Result<tempfile::TempDir> {
        let folder = tempfile::tempdir()?;
        ["bin", "lib", "real"].iter().try_for_each(|name| fs::create_dir(folder.path().join(name)))?;
        for (name, path) in &self.files {
            symlink(path, folder.path().join(name))?;
        }
        for program in &self.programs {
            let file = folder.path().join("bin").join(program);
            fs::write(&file, self.wrapper(program))?;
            fs::set_permissions(file, Permissions::from_mode(0o755))?;
        }
        Ok(folder)
    }
}

/// The libraries that a program loads, and what loads them; nothing for one that is whole by itself.
fn loaded(program: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut ldd = Command::new("ldd");
    ldd.arg(program).env("LC_ALL", "C");
    let listed = process::run(ldd, b"", MOST_LISTED, &Cancel::default())?;
    let text = String::from_utf8_lossy(&listed.stdout);
    if let Some(missing) = text.lines().find(|line| line.contains("not found")) {
        return Err(io::Error::other(printable(missing.trim())));
    }
    let library = |line: &str| {
        let path = PathBuf::from(line.split(" => ").last()?.split(" (").next()?.trim());
        let name = path.file_name()?.to_string_lossy().into_owned();
        // What stands there without an arrow is the loader; what has no path is the kernel's.
        let name = if line.contains(" => ") { format!("lib/{name}") } else { "ld".to_owned() };
        path.is_absolute().then_some((name, path))
    };
    Ok(text.lines().filter_map(library).collect())
}

impl Connection {
    /// Sees to it that `tools` are there: sends them if they are not.
    pub fn install_tools(&self, tools: &Tools) -> Result<(), SshError> {
        let there = self.run(&look(tools), &mut io::empty())?;
        if there.stdout.lines().any(|line| line.trim() == "t2v-tools") {
            return Ok(());
        }
        let own = |error: io::Error| self.fail(Trouble::Tools(error.to_string()));
        let folder = tools.staged().map_err(own)?;
        let mut tar = Command::new("tar");
        tar.args(["-I", "gzip -1", "-chf", "-", "-C"]).arg(folder.path()).arg(".");
        let mut packing =
            process::spawn(tar.stdin(Stdio::null()).stdout(Stdio::piped()), &Cancel::default()).map_err(own)?;
        let mut packed = packing.stdout().ok_or_else(|| own(io::ErrorKind::BrokenPipe.into()))?;
        let said = self.run(&take_in(tools), &mut packed)?;
        drop(packed);
        let packing = packing.finish().map_err(own)?;
        match said.status {
            Some(0) if packing.status.success() => Ok(()),
            _ if is_full(&said.complaint) => Err(self.fail(Trouble::Full)),
            Some(DOES_NOT_RUN) => Err(self.fail(Trouble::Tools(format!("they do not run there: {}", said.why())))),
            Some(0) => Err(self.fail(Trouble::Tools(printable(packing.log.trim())))),
            Some(_) => Err(self.fail(Trouble::Tools(said.why()))),
            None => Err(self.fail(Trouble::Lost("while our tools were put there".into()))),
        }
    }
}

/// The folder of the tools on the host, for `sh`.
pub(super) fn folder(tools: &Tools) -> String {
    format!("{FOLDER}/tools/{}", tools.digest)
}

fn look(tools: &Tools) -> String {
    let d = folder(tools);
    format!(r#"d={d}; [ -d "$d/bin" ] && touch -c "$d" && echo t2v-tools || exit 0"#)
}

/// Takes the tools in: into a folder of another name, tried, then named. Tools that nobody used for a month go.
fn take_in(tools: &Tools) -> String {
    let d = folder(tools);
    let tried: String = tools
        .programs
        .iter()
        .map(|program| format!("\"$p/bin/{program}\" -version >/dev/null || exit {DOES_NOT_RUN}\n"))
        .collect();
    format!(
        r#"umask 077; d={d}; t="${{d%/*}}"; p="$t/part.$$"; LC_ALL=C; export LC_ALL; mkdir -p "$p" || exit 1
trap "rm -rf \"$p\"" EXIT; trap "exit 1" HUP INT TERM
find "$t" -maxdepth 1 -name "part.*" -mmin +60 -exec rm -rf {{}} + 2>/dev/null
find "$t" -mindepth 1 -maxdepth 1 -mtime +30 -exec rm -rf {{}} + 2>/dev/null
tar -xzf - -C "$p" || exit 1
{tried}[ -d "$d" ] || mv "$p" "$d""#
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_comes_with_its_loader_and_its_libraries_and_runs_by_them_alone() {
        let tools = Tools::of(&[Path::new("/bin/cat")]).unwrap();
        let names: Vec<&str> = tools.files.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.contains(&"real/cat") && names.contains(&"ld"), "{names:?}");
        assert!(names.iter().any(|name| name.starts_with("lib/libc.so")), "{names:?}");
        let folder = tools.staged().unwrap();
        let mut cat = Command::new(folder.path().join("bin/cat"));
        cat.arg("/proc/self/maps").env_clear();
        let maps = process::run(cat, b"", 1 << 20, &Cancel::default()).unwrap();
        assert!(String::from_utf8_lossy(&maps.stdout).contains("libc"), "{maps:?}");
    }

    #[test]
    fn other_bytes_have_another_name() {
        let of = |program: &str| Tools::of(&[Path::new(program)]).unwrap().digest;
        assert_eq!(of("/bin/cat"), of("/bin/cat"));
        assert_ne!(of("/bin/cat"), of("/bin/ls"));
    }
}
