use std::io;

use super::chapters::ChapterTrack;
use super::head::MovieHead;
use super::layout::ChunkLayout;
use super::*;
use crate::sound::adts::AdtsError;

fn adts(payload: usize, rate_index: u8) -> Vec<u8> {
    let length = payload + 7;
    let mut frame = vec![0xff, 0xf1, 0x40 | rate_index << 2, 0x80, (length >> 3) as u8, (length << 5) as u8, 0];
    frame.resize(length, 0xaa);
    frame
}

fn sound(frames: usize) -> SoundTrack {
    SoundTrack::scan(&mut &*adts(20, 3).repeat(frames)).unwrap()
}

/// A segment of frames of these sizes, a second each.
fn segment(sizes: &[u32]) -> VideoSegment {
    let samples = SampleTable { keys: Some(vec![0]), ..SampleTable::even(sizes.to_vec(), 1000) };
    let bytes = 0..samples.bytes();
    VideoSegment { timescale: 1000, size: [16 << 16, 16 << 16], entry: vec![7; 78], samples, bytes }
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

#[test]
fn samples_are_joined_with_their_keys() {
    let (some, all) =
        (SampleTable { keys: Some(vec![0, 2]), ..SampleTable::even(vec![5; 4], 10) }, SampleTable::even(vec![6], 10));
    let mut joined = all.clone();
    joined.append(&some);
    joined.append(&all);
    assert_eq!(joined.keys, Some(vec![0, 1, 3, 5]));
    assert_eq!((joined.durations.as_slice(), joined.offsets.as_slice()), (&[(6, 10)][..], &[(6, 0)][..]));
    assert_eq!((joined.bytes(), joined.duration()), (32, 60));
}

#[test]
fn the_busiest_second_is_found() {
    let sizes = [1, 1, 50, 50, 1, 1, 1];
    let rates = SampleTable::even(sizes.to_vec(), 500).rates(1000);
    assert_eq!((rates.most, rates.mean), (100 * 8, 105 * 8 * 2 / 7));
    let slow = SampleTable::even(vec![10], 5000).rates(1000);
    assert_eq!((slow.most, slow.mean), (16, 16));
}

#[test]
fn a_film_of_more_than_4_gb_has_wide_offsets() {
    for (size, wide) in [(1 << 20, false), (u32::MAX / 2, true)] {
        let (pictures, sound, texts) = (segment(&[size; 3]), sound(100), ChapterTrack::default());
        let layout = ChunkLayout::new(0, (&pictures.samples, pictures.timescale), (&sound.samples, sound.rate));
        let (title, chapters) = ("", &[][..]);
        let head =
            MovieHead { title, chapters, texts: &texts, pictures: &pictures, sound: &sound, layout: &layout }.write();
        assert_eq!(find(&head, b"co64").is_some(), wide);
        assert_eq!(find(&head, b"stco").is_some(), !wide);
        let mdat = find(&head, b"mdat").unwrap();
        let size = |at: usize| u64::from(u32::from_be_bytes(head[at..at + 4].try_into().unwrap()));
        let whole = if wide { size(mdat + 4) << 32 | size(mdat + 8) } else { size(mdat - 4) };
        assert_eq!(whole, head.len() as u64 - (mdat as u64 - 4) + layout.bytes);
        // The first picture lies where the header ends.
        let table = find(&head, if wide { b"co64" } else { b"stco" }).unwrap();
        let first = if wide { size(table + 12) << 32 | size(table + 16) } else { size(table + 12) };
        assert_eq!(first, head.len() as u64);
    }
}

#[test]
fn a_segment_that_differs_is_named() {
    type Edit = fn(&mut VideoSegment);
    let edits: [(&str, Edit); 3] = [
        ("timescale", |other| other.timescale = 999),
        ("size", |other| other.size[1] += 1),
        ("coding", |other| other.entry[70] = 1),
    ];
    for (what, edit) in edits {
        let mut movie = Movie::new("", Vec::new()).unwrap();
        movie.push(segment(&[4])).unwrap();
        movie.push(segment(&[5])).unwrap();
        let mut other = segment(&[4]);
        edit(&mut other);
        let error = movie.push(other).unwrap_err();
        assert!(
            matches!(error, Mp4Error::Segment { segment: 2, why: SegmentError::Differs(found) } if found == what),
            "{error}"
        );
    }
}

#[test]
fn sound_that_is_none_or_changes_is_a_typed_error() {
    let scan = |bytes: &[u8]| SoundTrack::scan(&mut &*bytes).unwrap_err();
    let (frame, other) = (adts(20, 3), adts(20, 4));
    assert!(matches!(scan(b""), Mp4Error::Sound(AdtsError::Empty)));
    assert!(matches!(scan(&[0; 99]), Mp4Error::Sound(AdtsError::NoFrame { at: 0 })));
    assert!(matches!(scan(&[&frame[..], &frame[..26]].concat()), Mp4Error::Sound(AdtsError::CutOff { at: 27 })));
    assert!(matches!(scan(&[&frame[..], &frame[..3]].concat()), Mp4Error::Sound(AdtsError::CutOff { at: 27 })));
    assert!(matches!(scan(&[&frame[..], &other].concat()), Mp4Error::Coding { at: 27 }));
    assert!(matches!(scan(&adts(20, 15)), Mp4Error::Coding { at: 0 }));
}

/// A film of two segments of one picture each, from these bytes.
fn write(segments: [&[u8]; 2], stream: &[u8]) -> Result<Vec<u8>, Mp4Error> {
    let mut movie = Movie::new("", Vec::new()).unwrap();
    movie.push(segment(&[4])).unwrap();
    movie.push(segment(&[5])).unwrap();
    let mut film = Vec::new();
    let open = |i: usize| Ok(io::Cursor::new(segments[i].to_vec()));
    movie.write(&mut film, &sound(90), stream, open, |_, _| {}).map(|()| film)
}

#[test]
fn what_changed_since_it_was_looked_at_is_not_copied() {
    let stream = adts(20, 3).repeat(90);
    let film = write([b"abcd", b"efghi"], &stream).unwrap();
    let mdat = &film[find(&film, b"mdat").unwrap() + 4..];
    // Each second has its picture, and the sound that begins in it: 46.9 frames.
    assert_eq!((&mdat[..4], &mdat[4 + 47 * 20..][..5], mdat.len()), (&b"abcd"[..], &b"efghi"[..], 9 + 90 * 20));
    let short = write([b"abcd", b"efgh"], &stream).unwrap_err();
    assert!(matches!(short, Mp4Error::Segment { segment: 1, why: SegmentError::CutOff("mdat") }), "{short}");
    for stream in [adts(20, 3).repeat(89), adts(21, 3).repeat(90)] {
        assert!(matches!(write([b"abcd", b"efghi"], &stream).unwrap_err(), Mp4Error::SoundChanged));
    }
}

#[test]
fn a_film_of_nothing_is_refused() {
    let movie = Movie::new("", Vec::new()).unwrap();
    let open = |_| Ok(io::Cursor::new(Vec::new()));
    assert!(matches!(movie.write(&mut Vec::new(), &sound(1), &b""[..], open, |_, _| {}), Err(Mp4Error::Empty)));
}

fn chapter(from: u64, to: u64, title: &str) -> Chapter {
    Chapter { from, to, title: title.to_owned() }
}

#[test]
fn chapters_begin_at_0_and_follow_one_another() {
    let texts = ChapterTrack::new(&[chapter(500, 700, "é"), chapter(800, 900, "two")]).unwrap();
    assert_eq!(texts.samples.durations.as_slice(), &[(1, 500), (1, 300), (1, 100)]);
    assert_eq!(texts.samples.sizes, [14, 16, 17]);
    assert_eq!(&texts.bytes[14..18], "\0\u{2}é".as_bytes());
    for wrong in [[chapter(0, 9, "a"), chapter(8, 20, "b")], [chapter(0, 10, "a"), chapter(10, 10, "b")]] {
        assert!(matches!(ChapterTrack::new(&wrong), Err(Mp4Error::Chapters { .. })), "{wrong:?}");
    }
}

#[test]
fn a_list_of_chapters_is_cut_where_its_bytes_end() {
    let many: Vec<Chapter> = (0..300).map(|i| chapter(i, i + 1, &"é".repeat(200))).collect();
    let list = boxes::BoxWriter::bytes(|to| chapters::write_list(to, &many));
    assert_eq!((list[16], list[25], list.len()), (255, 254, 17 + 255 * (9 + 254)));
    assert_eq!(ChapterTrack::new(&many).unwrap().samples.count(), 300);
}
