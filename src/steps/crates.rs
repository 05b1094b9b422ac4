//! The libraries inside the program that shape bytes, by version: another one may draw or sound otherwise. Knows nothing of steps.

use std::sync::LazyLock;

use crate::digest::Digest;

/// The versions that this program was built from, if it was built with `--locked`.
const LOCK: &str = include_str!("../../Cargo.lock");
/// Those that decode, scale, draw, set text, read code, resample, measure or run networks.
const SHAPING: [&str; 25] = [
    "ebur128",
    "fancy-regex",
    "fast_image_resize",
    "fontique",
    "glifo",
    "image",
    "image-webp",
    "libm",
    "parley",
    "parley_engine",
    "png",
    "qrcode",
    "realfft",
    "rten",
    "rten-onnx",
    "rubato",
    "rustfft",
    "skrifa",
    "syntect",
    "unicode-segmentation",
    "vello_common",
    "vello_cpu",
    "zune-core",
    "zune-jpeg",
    "fearless_simd",
];

/// What of them shapes bytes.
pub fn fingerprint() -> &'static str {
    static FINGERPRINT: LazyLock<String> = LazyLock::new(|| Digest::of(versions().join("\n").as_bytes()).to_string());
    &FINGERPRINT
}

fn versions() -> Vec<String> {
    let packages = LOCK.split("[[package]]").skip(1);
    let field = |package: &str, name: &str| {
        let line = package.lines().find_map(|line| line.strip_prefix(&format!("{name} = ")))?;
        Some(line.trim_matches('"').to_owned())
    };
    let named = packages.filter_map(|package| Some((field(package, "name")?, field(package, "version")?)));
    named
        .filter(|(name, _)| SHAPING.contains(&name.as_str()))
        .map(|(name, version)| format!("{name} {version}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shaping_crate_is_in_the_lock_file() {
        let versions = versions();
        for name in SHAPING {
            assert!(versions.iter().any(|version| version.starts_with(&format!("{name} "))), "{name}");
        }
    }
}
