//! Any YAML gives a spec or a report of its mistakes.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use t2v::spec;

fuzz_target!(|text: &str| {
    // There are no files, so that nothing is read from the disk.
    let root = Path::new("/nonexistent");
    if let Err(report) = spec::parse(text, root, "video", &Default::default()) {
        assert!(report.errors() > 0);
        let told = report.render(t2v::diag::ReportStyle::Plain);
        assert!(!told.chars().any(|c| c.is_control() && c != '\n'), "{told:?}");
    }
});
