//! Any bytes are a record log; its lines are records or damaged ones. They are read as they are, and with the right checksums, so that
//! the JSON behind those is read, too.
#![no_main]

use libfuzzer_sys::fuzz_target;
use t2v::cache::count_records;

/// Digits of a line's checksum.
const SUM: usize = 16;

fuzz_target!(|bytes: &[u8]| {
    count_records(bytes);
    let mut summed = Vec::new();
    for line in bytes.split(|&byte| byte == b'\n').filter(|line| !line.is_empty()) {
        summed.extend_from_slice(blake3::hash(line).to_hex()[..SUM].as_bytes());
        summed.push(b' ');
        summed.extend_from_slice(line);
        summed.push(b'\n');
    }
    let (records, damaged) = count_records(&summed);
    assert!(records + damaged <= bytes.split(|&byte| byte == b'\n').count());
});
