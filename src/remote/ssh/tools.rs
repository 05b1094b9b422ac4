//! Installs programs of this machine on a host, with the libraries that they load, so that steps there make the same bytes.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::diag::printable;
use crate::digest::Digest;
use crate::process::{self, CancelToken};

use super::connection::SshConnection;
use super::error::{SshError, SshErrorKind};
use super::scripts::{DOES_NOT_RUN, FOLDER};

/// A bound on the output of `ldd`.
const MAX_LDD_BYTES: u64 = 1 << 20;

/// Programs with the libraries and loaders that they need.
#[derive(Clone, Debug)]
pub struct ToolBundle {
    /// Names in the folder that is sent, with the paths on this machine.
    files: Vec<(String, PathBuf)>,
    programs: Vec<String>,
    digest: Digest,
}

impl ToolBundle {
    /// A bundle of `programs` of this machine.
    ///
    /// # Errors
    /// If a program can't be read, or `ldd` fails or finds a library missing.
    pub fn for_programs(programs: &[&Path]) -> io::Result<Self> {
        let mut tools = Self { files: Vec::new(), programs: Vec::new(), digest: Digest::of(b"") };
        for program in programs {
            let name = program.file_name().unwrap_or_default().to_string_lossy().into_owned();
            tools.files.push((format!("real/{name}"), program.to_path_buf()));
            tools.programs.push(name);
            tools.files.extend(loaded_files(program)?);
        }
        tools.files.sort();
        tools.files.dedup();
        tools.digest = tools.content_digest()?;
        Ok(tools)
    }

    /// A digest of everything that is sent, wrappers included.
    fn content_digest(&self) -> io::Result<Digest> {
        let mut all = String::new();
        for (name, path) in &self.files {
            let (digest, len) = Digest::of_reader(&mut File::open(path)?)?;
            all += &format!("{name} {len} {digest}\n");
        }
        self.programs.iter().for_each(|program| all += &self.wrapper(program));
        Ok(Digest::of(all.as_bytes()))
    }

    /// A shell script that starts a program with the loader and libraries of the bundle instead of the host's.
    fn wrapper(&self, program: &str) -> String {
        let has_loader = self.files.iter().any(|(name, _)| name == "ld");
        let start = if has_loader { r#""$d/ld" --library-path "$d/lib" "# } else { "" };
        format!("#!/bin/sh\nd=${{0%/*}}/..\nexec {start}\"$d/real/{program}\" \"$@\"\n")
    }

    /// A temporary folder with all files of the bundle, most of them as symbolic links.
    fn stage(&self) -> io::Result<tempfile::TempDir> {
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

/// The libraries that a program loads and its loader; empty for a statically linked program.
fn loaded_files(program: &Path) -> io::Result<Vec<(String, PathBuf)>> {
    let mut ldd = Command::new("ldd");
    ldd.arg(program).env("LC_ALL", "C");
    let listed = process::run(ldd, b"", MAX_LDD_BYTES, &CancelToken::default())?;
    let text = String::from_utf8_lossy(&listed.stdout);
    if let Some(missing) = text.lines().find(|line| line.contains("not found")) {
        return Err(io::Error::other(printable(missing.trim())));
    }
    Ok(text.lines().filter_map(loaded_file).collect())
}

/// The name in the bundle and the path of a file that a line of `ldd` lists.
fn loaded_file(line: &str) -> Option<(String, PathBuf)> {
    let path = PathBuf::from(line.split(" => ").last()?.split(" (").next()?.trim());
    let name = path.file_name()?.to_string_lossy().into_owned();
    // A line without an arrow names the loader; a line without an absolute path names a library of the kernel.
    let name = if line.contains(" => ") { format!("lib/{name}") } else { "ld".to_owned() };
    path.is_absolute().then_some((name, path))
}

impl SshConnection {
    /// Installs `tools` unless the host has them.
    pub fn install_tools(&self, tools: &ToolBundle) -> Result<(), SshError> {
        let probe = self.run(&probe_script(tools), &mut io::empty())?;
        if probe.stdout.lines().any(|line| line.trim() == "t2v-tools") {
            return Ok(());
        }
        // Kept until the end, because tar reads it.
        let folder = tools.stage().map_err(|error| self.tools_error(&error))?;
        let mut tar = Command::new("tar");
        tar.args(["-I", "gzip -1", "-chf", "-", "-C"]).arg(folder.path()).arg(".");
        let mut packing = process::spawn(tar.stdin(Stdio::null()).stdout(Stdio::piped()), &CancelToken::default())
            .map_err(|error| self.tools_error(&error))?;
        let mut packed =
            packing.stdout().ok_or_else(|| self.tools_error(&io::Error::from(io::ErrorKind::BrokenPipe)))?;
        let output = self.run(&install_script(tools), &mut packed)?;
        drop(packed);
        let packing = packing.finish().map_err(|error| self.tools_error(&error))?;
        match output.status {
            Some(0) if packing.status.success() => Ok(()),
            _ if output.is_disk_full() => Err(self.fail(SshErrorKind::DiskFull)),
            Some(DOES_NOT_RUN) => {
                Err(self.fail(SshErrorKind::Tools(format!("they do not run there: {}", output.reason()))))
            }
            Some(0) => Err(self.fail(SshErrorKind::Tools(printable(packing.log.trim())))),
            Some(_) => Err(self.fail(SshErrorKind::Tools(output.reason()))),
            None => Err(self.fail(SshErrorKind::Lost("while our tools were put there".into()))),
        }
    }

    fn tools_error(&self, error: &io::Error) -> SshError {
        self.fail(SshErrorKind::Tools(error.to_string()))
    }
}

/// The folder of the tools on the host, as a word of `sh`.
pub(super) fn folder(tools: &ToolBundle) -> String {
    format!("{FOLDER}/tools/{}", tools.digest)
}

fn probe_script(tools: &ToolBundle) -> String {
    let d = folder(tools);
    format!(r#"d={d}; [ -d "$d/bin" ] && touch -c "$d" && echo t2v-tools || exit 0"#)
}

/// The script that installs the tools: unpacks them to a temporary folder, checks that they run, and renames it. It also removes tools that
/// were not used for a month.
fn install_script(tools: &ToolBundle) -> String {
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
        let tools = ToolBundle::for_programs(&[Path::new("/bin/cat")]).unwrap();
        let names: Vec<&str> = tools.files.iter().map(|(name, _)| name.as_str()).collect();
        assert!(names.contains(&"real/cat") && names.contains(&"ld"), "{names:?}");
        assert!(names.iter().any(|name| name.starts_with("lib/libc.so")), "{names:?}");
        let folder = tools.stage().unwrap();
        let mut cat = Command::new(folder.path().join("bin/cat"));
        cat.arg("/proc/self/maps").env_clear();
        let maps = process::run(cat, b"", 1 << 20, &CancelToken::default()).unwrap();
        assert!(String::from_utf8_lossy(&maps.stdout).contains("libc"), "{maps:?}");
    }

    #[test]
    fn other_bytes_have_another_name() {
        let of = |program: &str| ToolBundle::for_programs(&[Path::new(program)]).unwrap().digest;
        assert_eq!(of("/bin/cat"), of("/bin/cat"));
        assert_ne!(of("/bin/cat"), of("/bin/ls"));
    }
}
