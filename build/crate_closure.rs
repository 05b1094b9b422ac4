//! Works out which crate versions of a `Cargo.lock` can shape a result: the dependency closure of named crates, in groups.
//!
//! `build.rs` runs this when t2v is compiled, and `steps::crates` puts each group's digest into the keys of the steps that use it. The file is
//! compiled into both, so that a test can run the same walk over a lock file that it has changed.

use std::collections::{BTreeMap, BTreeSet};

use toml::Table;

/// Each group, and the crates of `Cargo.toml` that it starts from.
///
/// Speech is computed by networks and filters, and read by rules over words. Pictures are decoded, scaled, painted and set as text. Sound is
/// decoded, resampled and measured. What only hands frames to ffmpeg is `encode`.
pub const GROUPS: [(&str, &[&str]); 4] = [
    ("voice", &["icu_segmenter", "libm", "realfft", "regex-lite", "rten", "rten-onnx", "unicode-segmentation"]),
    (
        "picture",
        &[
            "fast_image_resize",
            "icu_segmenter",
            "image",
            "libm",
            "parley",
            "qrcode",
            "unicode-segmentation",
            "vello_cpu",
        ],
    ),
    ("sound", &["ebur128", "hound", "libm", "rubato"]),
    ("encode", &["ffmpeg-sidecar"]),
];

/// Crates that only run while t2v is compiled. Another version of them makes the same program, or one that differs in a crate of the
/// closure too.
pub const COMPILE_TIME: [&str; 26] = [
    "autocfg",
    "bytemuck_derive",
    "cc",
    "displaydoc",
    "document-features",
    "find-msvc-tools",
    "jobserver",
    "litrs",
    "pkg-config",
    "proc-macro2",
    "quote",
    "rustversion",
    "serde_derive",
    "shlex",
    "syn",
    "synstructure",
    "thiserror-impl",
    "unicode-ident",
    "vcpkg",
    "version_check",
    "visibility",
    "windows-sys",
    "windows-targets",
    "yoke-derive",
    "zerofrom-derive",
    "zerovec-derive",
];

/// One `[[package]]` of a lock file.
struct Package {
    name: String,
    version: String,
    /// Names, with a version where the lock file holds several of that name.
    dependencies: Vec<String>,
}

/// The crates of a group's closure as `name version`, in order.
///
/// # Errors
/// Where the text is not a lock file, or lacks a root or a dependency that it names.
pub fn closure(lock: &str, roots: &[&str]) -> Result<BTreeSet<String>, String> {
    let packages = packages(lock)?;
    let mut by_name: BTreeMap<&str, Vec<&Package>> = BTreeMap::new();
    for package in &packages {
        by_name.entry(&package.name).or_default().push(package);
    }
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = roots.to_vec();
    while let Some(wanted) = open.pop() {
        let package = resolve(&by_name, wanted)?;
        if COMPILE_TIME.contains(&package.name.as_str()) {
            continue;
        }
        if found.insert(format!("{} {}", package.name, package.version)) {
            open.extend(package.dependencies.iter().map(String::as_str));
        }
    }
    Ok(found)
}

/// The package that a dependency line names: `name`, `name version` or `name version (source)`.
fn resolve<'a>(by_name: &BTreeMap<&str, Vec<&'a Package>>, wanted: &str) -> Result<&'a Package, String> {
    let mut words = wanted.split(' ');
    let name = words.next().unwrap_or_default();
    let version = words.next();
    let candidates = by_name.get(name).ok_or_else(|| format!("Cargo.lock has no crate `{name}`"))?;
    match (version, candidates.as_slice()) {
        (None, [only]) => Ok(only),
        (None, _) => Err(format!("Cargo.lock has several versions of `{name}`, and nothing says which is meant")),
        (Some(version), several) => several
            .iter()
            .copied()
            .find(|package| package.version == version)
            .ok_or_else(|| format!("Cargo.lock has no `{name}` of version {version}")),
    }
}

fn packages(lock: &str) -> Result<Vec<Package>, String> {
    let table: Table = lock.parse().map_err(|error| format!("Cargo.lock can't be read: {error}"))?;
    let packages = table.get("package").and_then(|value| value.as_array()).ok_or("Cargo.lock lists no packages")?;
    packages
        .iter()
        .map(|value| package(value).ok_or_else(|| "Cargo.lock has a package without a name".into()))
        .collect()
}

fn package(value: &toml::Value) -> Option<Package> {
    let dependencies = value.get("dependencies").and_then(|list| list.as_array());
    Some(Package {
        name: value.get("name")?.as_str()?.to_owned(),
        version: value.get("version")?.as_str()?.to_owned(),
        dependencies: dependencies.into_iter().flatten().filter_map(|name| Some(name.as_str()?.to_owned())).collect(),
    })
}
