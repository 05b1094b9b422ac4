//! How many cores and how much memory this process may use: its own share, not all that the machine has.

use std::fs;
use std::path::Path;
use std::thread::available_parallelism;

/// The share of the free memory that steps may fill; the rest is for the program itself and for what the estimates miss.
const MEMORY_SHARE: f64 = 0.8;

/// Cores, as affinity and cgroup quotas leave them.
pub fn cores() -> usize {
    available_parallelism().map_or(1, usize::from)
}

/// Bytes of memory that steps may take together. Without a limit or a figure anywhere, there is no bound.
pub fn memory() -> u64 {
    let free =
        [available(Path::new("/proc/meminfo")), cgroup(Path::new("/proc/self/cgroup"), Path::new("/sys/fs/cgroup"))];
    free.into_iter().flatten().min().map_or(u64::MAX, |free| (free as f64 * MEMORY_SHARE) as u64)
}

/// What the kernel says could be had without swapping.
fn available(meminfo: &Path) -> Option<u64> {
    let text = fs::read_to_string(meminfo).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    Some(line.trim().trim_end_matches("kB").trim().parse::<u64>().ok()? * 1024)
}

/// What the tightest limit of this process's control group, or of one above it, leaves. Both versions of the interface.
fn cgroup(membership: &Path, mount: &Path) -> Option<u64> {
    let text = fs::read_to_string(membership).ok()?;
    text.lines().filter_map(|line| group(line, mount)).min()
}

/// The bytes left in the group that a line such as `0::/user.slice` or `6:memory:/docker/1` names.
fn group(line: &str, mount: &Path) -> Option<u64> {
    let mut fields = line.splitn(3, ':');
    let (_, controllers, path) = (fields.next()?, fields.next()?, fields.next()?.trim_start_matches('/'));
    let (root, limit, usage, idle) = match controllers {
        "" => (mount.to_owned(), "memory.max", "memory.current", "inactive_file"),
        c if c.split(',').any(|name| name == "memory") => {
            (mount.join("memory"), "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file")
        }
        _ => return None,
    };
    // In a container the path may be the host's, and the limit lies at the mount's root.
    let full = root.join(path);
    let folders = full.ancestors().take_while(|folder| folder.starts_with(&root));
    folders
        .filter_map(|folder| {
            // The kernel gives back file pages that are not in use when memory is wanted.
            let used = figure(folder, usage).unwrap_or_default().saturating_sub(stat(folder, idle).unwrap_or_default());
            Some(figure(folder, limit)?.saturating_sub(used))
        })
        .min()
}

/// The number that a file of a control group holds; `None` if it is not there, or holds a word.
fn figure(folder: &Path, name: &str) -> Option<u64> {
    fs::read_to_string(folder.join(name)).ok()?.trim().parse().ok()
}

fn stat(folder: &Path, name: &str) -> Option<u64> {
    let text = fs::read_to_string(folder.join("memory.stat")).ok()?;
    text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    #[test]
    fn the_tightest_limit_counts_in_both_versions() {
        let dir = tempfile::tempdir().unwrap();
        let (membership, mount) = (dir.path().join("cgroup"), dir.path().join("fs"));
        write(&membership, "0::/a/b\n");
        write(&mount.join("a/memory.max"), "1000\n");
        write(&mount.join("a/memory.current"), "700\n");
        write(&mount.join("a/memory.stat"), "anon 1\ninactive_file 100\n");
        write(&mount.join("a/b/memory.max"), "max\n");
        assert_eq!(cgroup(&membership, &mount), Some(400));
        write(&mount.join("a/b/memory.max"), "50\n");
        assert_eq!(cgroup(&membership, &mount), Some(50));
        write(&membership, "5:cpu,cpuacct:/\n6:memory:/job\n");
        write(&mount.join("memory/memory.limit_in_bytes"), "9223372036854771712\n");
        write(&mount.join("memory/job/memory.limit_in_bytes"), "2000\n");
        write(&mount.join("memory/job/memory.usage_in_bytes"), "500\n");
        assert_eq!(cgroup(&membership, &mount), Some(1500));
        write(&membership, "5:cpu:/\n");
        assert_eq!(cgroup(&membership, &mount), None);
    }

    #[test]
    fn this_machine_has_something_to_give() {
        assert!(cores() > 0 && memory() > 1 << 20);
    }
}
