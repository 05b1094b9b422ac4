//! The class of this machine's processor: what of it shapes speech and sound.

use std::sync::LazyLock;

/// The class of this processor, such as `x86_64 avx2`. Kernels for sums of floats are chosen by its vector units, and add in different
/// orders, so two machines give the same bytes of speech and sound if they are of the same class.
pub fn processor_class() -> &'static str {
    static CLASS: LazyLock<String> = LazyLock::new(|| format!("{} {}", std::env::consts::ARCH, vector_level()));
    &CLASS
}

/// The levels that `rten` tells apart.
#[cfg(target_arch = "x86_64")]
fn vector_level() -> &'static str {
    let wide = std::is_x86_feature_detected!("avx512vl")
        && std::is_x86_feature_detected!("avx512bw")
        && std::is_x86_feature_detected!("avx512dq");
    if wide && std::is_x86_feature_detected!("avx512vnni") {
        return "avx512vnni";
    }
    if wide {
        return "avx512";
    }
    if std::is_x86_feature_detected!("avx2") && std::is_x86_feature_detected!("fma") { "avx2" } else { "baseline" }
}

#[cfg(not(target_arch = "x86_64"))]
fn vector_level() -> &'static str {
    "baseline"
}
