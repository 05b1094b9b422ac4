//! Any bytes are cut into the same frames, in whatever pieces they come, and each is a message or an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use t2v::remote::wire::{FromAgent, ToAgent, WireDecoder};

/// The frames in bytes that come in pieces of this length, up to the first error.
fn frames(bytes: &[u8], piece: usize) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut decoder = WireDecoder::default();
    let mut frames = Vec::new();
    for piece in bytes.chunks(piece) {
        decoder.push(piece);
        loop {
            match decoder.next_frame() {
                Ok(Some(frame)) => {
                    let _ = frame.message::<ToAgent>();
                    let _ = frame.message::<FromAgent>();
                    frames.push((frame.header, frame.body));
                }
                Ok(None) => break,
                Err(_) => return frames,
            }
        }
    }
    frames
}

fuzz_target!(|bytes: &[u8]| {
    assert_eq!(frames(bytes, bytes.len().max(1)), frames(bytes, 7));
    let mut greeting = WireDecoder::default();
    greeting.push(bytes);
    let _ = greeting.skip_preamble();
});
