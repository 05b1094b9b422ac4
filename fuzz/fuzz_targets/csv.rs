//! Any text gives a table with rows of one length, or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    if let Ok(table) = t2v::spec::read_csv(text) {
        assert!(table.rows.iter().all(|row| row.cells.len() == table.head.len()));
    }
});
