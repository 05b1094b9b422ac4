//! Any bytes give the sample table of a segment, or an error.
#![no_main]

use std::io::Cursor;

use libfuzzer_sys::fuzz_target;
use t2v::mp4::VideoSegment;

fuzz_target!(|bytes: &[u8]| {
    let _ = VideoSegment::read(&mut Cursor::new(bytes));
});
