//! Any Markdown and any bare text gives a spec or a report of its mistakes.
#![no_main]

use std::path::Path;

use libfuzzer_sys::fuzz_target;
use t2v::spec;

fuzz_target!(|text: &str| {
    let root = Path::new("/nonexistent");
    for name in ["story.md", "story.txt"] {
        if let Err(report) = spec::parse_script(text, root, name, &Default::default()) {
            assert!(report.errors() > 0);
        }
    }
});
