//! The decoder gives frames or an error for any bytes, and gives back what was encoded.

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

fn encoded(frames: &[(String, Vec<u8>)]) -> Vec<u8> {
    let mut bytes = Vec::new();
    frames.iter().for_each(|(head, body)| encode(head, body, &mut bytes).unwrap());
    bytes
}

fn decoded(pieces: &[&[u8]]) -> Result<Vec<WireFrame>, WireError> {
    let (mut decoder, mut frames) = (WireDecoder::default(), Vec::new());
    for piece in pieces {
        decoder.push(piece);
        while let Some(frame) = decoder.next_frame()? {
            frames.push(frame);
        }
    }
    Ok(frames)
}

proptest! {
    #[test]
    fn frames_come_back_however_the_stream_is_cut(
        frames in vec((".{0,40}", vec(any::<u8>(), 0..300)), 0..6),
        cuts in vec(any::<prop::sample::Index>(), 0..8),
    ) {
        let bytes = encoded(&frames);
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(bytes.len() + 1)).collect();
        cuts.extend([0, bytes.len()]);
        cuts.sort_unstable();
        let pieces: Vec<&[u8]> = cuts.windows(2).map(|pair| &bytes[pair[0]..pair[1]]).collect();
        let back = decoded(&pieces).unwrap();
        let back: Vec<(String, Vec<u8>)> = back.iter().map(|f| (f.message().unwrap(), f.body.clone())).collect();
        prop_assert_eq!(back, frames);
    }

    #[test]
    fn garbage_is_refused_or_waited_for(bytes in vec(any::<u8>(), 0..2000)) {
        for frame in decoded(&[&bytes]).unwrap_or_default() {
            let _ = frame.message::<FromAgent>();
            let _ = frame.message::<ToAgent>();
        }
        let mut decoder = WireDecoder::default();
        decoder.push(&bytes);
        let _ = decoder.skip_preamble();
        let _ = unpack(&bytes, bytes.len() * 7);
    }

    #[test]
    fn a_damaged_byte_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let part = ChunkHeader { digest: crate::digest::Digest::of(b"x"), from: 1, len: 3, packed: false };
        let mut bytes = Vec::new();
        encode(&FromAgent::Put(part), b"abc", &mut bytes).unwrap();
        encode(&FromAgent::Alive, &[], &mut bytes).unwrap();
        let at = at.index(bytes.len());
        bytes[at] = byte;
        for frame in decoded(&[&bytes]).unwrap_or_default() {
            let _ = frame.message::<FromAgent>();
        }
    }

    #[test]
    fn floats_keep_their_bits(bits in any::<u64>()) {
        let float = f64::from_bits(bits);
        prop_assume!(float.is_finite());
        let text = serde_json::to_string(&serde_json::json!(float)).unwrap();
        let back: serde_json::Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(back.as_f64().map(f64::to_bits), Some(bits), "{}", text);
    }

    #[test]
    fn parts_come_back(bytes in vec(any::<u8>(), 0..5000), repeats in 1usize..40) {
        let part = bytes.repeat(repeats);
        if let Some(packed) = BodyEncoding::Packed.pack(&part) {
            prop_assert!(packed.len() < part.len());
            prop_assert_eq!(unpack(&packed, part.len()).unwrap(), part.clone());
            prop_assert_eq!(unpack(&packed, part.len() - 1), Err(WireError::Packed));
            prop_assert_eq!(unpack(&packed, part.len() + 1), Err(WireError::Packed));
        }
    }
}

#[test]
fn lengths_that_lie_are_refused_before_their_bytes_come() {
    let frame = |len: u32, head: u32| [len.to_le_bytes(), head.to_le_bytes()].concat();
    assert_eq!(decoded(&[&frame(u32::MAX, 0)]), Err(WireError::TooLong(u32::MAX as usize)));
    assert_eq!(decoded(&[&frame(100, 97)]), Err(WireError::Header { frame: 100, header: 97 }));
    assert_eq!(decoded(&[&frame(8 << 20, 2 << 20)]), Err(WireError::Header { frame: 8 << 20, header: 2 << 20 }));
    assert_eq!(decoded(&[&frame(3, 0)]), Err(WireError::Header { frame: 3, header: 0 }));
    let mut bytes = Vec::new();
    assert!(matches!(encode(&"x", &vec![0; MAX_FRAME_BYTES], &mut bytes), Err(WireError::TooLong(_))));
    assert!(bytes.is_empty());
}

#[test]
fn a_bomb_unpacks_to_no_more_than_was_announced() {
    let bomb = zstd::bulk::compress(&vec![0; 64 << 20], 19).unwrap();
    assert!(bomb.len() < 10_000);
    assert_eq!(unpack(&bomb, CHUNK_BYTES), Err(WireError::Packed));
    assert_eq!(unpack(&bomb, 64 << 20), Err(WireError::TooLong(64 << 20)));
}

#[test]
fn only_what_gains_is_packed() {
    let noise: Vec<u8> = (0u32..70_000).flat_map(|i| blake3::hash(&i.to_le_bytes()).as_bytes()[..1].to_vec()).collect();
    assert_eq!(BodyEncoding::choose(&noise), BodyEncoding::Plain);
    assert_eq!(BodyEncoding::choose(&vec![7; 10_000]), BodyEncoding::Packed);
    assert_eq!(BodyEncoding::choose(&[7; 100]), BodyEncoding::Plain, "too short to gain");
}

#[test]
fn a_login_shell_may_talk_before_the_agent_does() {
    let mut decoder = WireDecoder::default();
    let stream = [b"Welcome to host\r\n".as_slice(), &preamble(), b"rest"].concat();
    let (head, tail) = stream.split_at(25);
    decoder.push(head);
    assert_eq!(decoder.skip_preamble(), Ok(false));
    decoder.push(tail);
    assert_eq!(decoder.skip_preamble(), Ok(true));
    let mut other = WireDecoder::default();
    other.push(b"\0t2v-agent 99\n");
    assert_eq!(other.skip_preamble(), Err(WireError::Version(99)));
    let mut chatter = WireDecoder::default();
    chatter.push(&b"all work and no play\n".repeat(1000));
    assert_eq!(chatter.skip_preamble(), Err(WireError::NoAgent("all work and no play".to_owned())));
}

#[test]
fn failures_keep_their_names_in_the_protocol() {
    let message = String::new();
    for (failure, name) in [
        (RemoteFailure::Transient { message: message.clone() }, "Passing"),
        (RemoteFailure::DiskFull { message: message.clone() }, "Full"),
        (RemoteFailure::Incompatible { message }, "Unsuited"),
    ] {
        let encoded = serde_json::to_value(&failure).unwrap();
        assert_eq!(encoded, serde_json::json!({ name: { "message": "" } }));
    }
}
