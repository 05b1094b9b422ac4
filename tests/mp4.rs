//! Films that are joined from segments, against the same pictures encoded in one go.

use std::fs::{self, File};
use std::io::Cursor;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::media;
use t2v::mp4::{Chapter, Movie, Mp4Error, SegmentError, SoundTrack, VideoSegment};

/// Frames of a group of pictures, and groups of the film.
const GROUP: u32 = 15;
const GROUPS: u32 = 5;

struct Parts {
    folder: tempfile::TempDir,
    segments: Vec<PathBuf>,
}

impl Parts {
    /// A film of five groups of pictures as segments of two, two and one of them, as the whole `one.mp4`, and its sound.
    fn new(rate: &str, timescale: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let segments: Vec<PathBuf> = (0..3).map(|i| at(&format!("{i}.mp4"))).collect();
        let encode = |groups: std::ops::Range<u32>, path: &Path| {
            let (first, end) = (groups.start * GROUP, groups.end * GROUP);
            let picture =
                format!("testsrc2=s=64x48:r={rate}:d=9,trim=start_frame={first}:end_frame={end},setpts=PTS-STARTPTS");
            encode(&picture, timescale, path);
        };
        for (i, path) in segments.iter().enumerate() {
            let first = i as u32 * 2;
            encode(first..GROUPS.min(first + 2), path);
        }
        encode(0..GROUPS, &at("one.mp4"));
        let mut command = ffmpeg("sine=r=48000:d=3");
        run(command.args(["-ac", "2", "-c:a", "aac", "-b:a", "128k", "-f", "adts"]).arg(at("sound.aac")));
        Self { folder, segments }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn join(&self, title: &str, chapters: Vec<Chapter>) -> PathBuf {
        let mut movie = Movie::new(title, chapters).unwrap();
        for path in &self.segments {
            movie.push(VideoSegment::read(&mut File::open(path).unwrap()).unwrap()).unwrap();
        }
        let stream = fs::read(self.path("sound.aac")).unwrap();
        let sound = SoundTrack::scan(&mut &*stream).unwrap();
        let film = self.path("film.mp4");
        let mut told = Vec::new();
        let open = |i: usize| File::open(&self.segments[i]);
        let mut file = File::create(&film).unwrap();
        movie.write(&mut file, &sound, &*stream, open, |done, of| told.push((done, of))).unwrap();
        let (done, of) = *told.last().unwrap();
        assert!(done == of && told.is_sorted(), "{told:?}");
        film
    }
}

fn ffmpeg(source: &str) -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", source]);
    command
}

fn encode(picture: &str, timescale: &str, path: &Path) {
    let mut command = ffmpeg(picture);
    command.args(["-pix_fmt", "yuv420p", "-c:v", "libx264", "-preset", "veryfast", "-threads", "1", "-bf", "2"]);
    command.args([
        "-g",
        &GROUP.to_string(),
        "-keyint_min",
        &GROUP.to_string(),
        "-sc_threshold",
        "0",
        "-flags",
        "+cgop",
    ]);
    command.args(["-color_primaries", "bt709", "-color_trc", "bt709", "-colorspace", "bt709", "-fflags", "+bitexact"]);
    command.args(["-video_track_timescale", timescale, "-movflags", "+negative_cts_offsets", "-use_editlist", "0"]);
    run(command.arg(path));
}

fn run(command: &mut Command) {
    assert!(command.status().unwrap().success(), "{command:?}");
}

/// The digest of each decoded frame of a stream.
fn decoded(file: &Path, stream: &str) -> Vec<String> {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-xerror", "-i"]).arg(file).args(["-map", stream, "-f", "framehash", "-"]);
    let output = command.output().unwrap();
    let log = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && log.is_empty(), "{log}");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().filter(|line| !line.starts_with('#')).map(|line| line.rsplit(',').next().unwrap().to_owned()).collect()
}

#[test]
fn packets_and_pictures_are_those_of_one_encode() {
    for (rate, timescale) in [("24", "24000"), ("30000/1001", "30000"), ("60", "60000")] {
        let parts = Parts::new(rate, timescale);
        let film = parts.join("Joined", Vec::new());
        let packets = |file: &Path| media::probe(file, "v", "packet=pts,dts,duration,flags");
        let (joined, one) = (packets(&film), packets(&parts.path("one.mp4")));
        assert_eq!(joined.len() as u32, GROUP * GROUPS);
        assert_eq!(joined, one, "{rate}");
        let stream =
            "stream=profile,width,height,time_base,r_frame_rate,nb_frames,duration_ts,start_pts,color_primaries";
        assert_eq!(media::probe(&film, "v", stream), media::probe(&parts.path("one.mp4"), "v", stream));
        let pieces: Vec<String> = parts.segments.iter().flat_map(|path| decoded(path, "0:v")).collect();
        assert_eq!(decoded(&film, "0:v"), pieces, "{rate}");
    }
}

#[test]
fn sound_is_that_of_the_stream_and_lies_beside_its_pictures() {
    let parts = Parts::new("30", "30000");
    let film = parts.join("", Vec::new());
    assert_eq!(decoded(&film, "0:a"), decoded(&parts.path("sound.aac"), "0:a"));
    let packets = media::probe(&film, "a", "packet=pts,duration");
    assert!(packets.len() > 100);
    assert!(packets.iter().enumerate().all(|(i, packet)| *packet == format!("{},1024", i * 1024)), "{packets:?}");
    let mut nearby: Vec<(u64, f64)> =
        media::probe(&film, "v:0", "packet=pos,dts_time").iter().map(|at| place(at)).collect();
    nearby.extend(media::probe(&film, "a:0", "packet=pos,dts_time").iter().map(|at| place(at)));
    nearby.sort_by_key(|(at, _)| *at);
    // The sound is a little longer than the picture.
    let furthest = nearby.windows(2).map(|pair| (pair[0].1 - pair[1].1).abs()).fold(0.0, f64::max);
    assert!(furthest <= 0.6, "{furthest} s apart");
}

/// `dts_time,pos` as ffprobe prints them.
fn place(line: &str) -> (u64, f64) {
    let (time, at) = line.split_once(',').unwrap();
    (at.parse().unwrap(), time.parse().unwrap())
}

#[test]
fn titles_and_chapters_are_found_by_readers() {
    let chapter = |from, to, title: &str| Chapter { from, to, title: title.to_owned() };
    let parts = Parts::new("30", "30000");
    let film = parts.join("A = \"1\"; größer", vec![chapter(0, 1200, "Eins"), chapter(1200, 2500, "Zwei; 日本")]);
    assert_eq!(media::probe(&film, "v", "format_tags=title"), [r#""A = ""1""; größer""#]);
    let chapters = media::probe(&film, "v", "chapter=start,end:chapter_tags=title");
    assert_eq!(chapters, ["0,1200,Eins", "1200,2500,Zwei; 日本"]);
    let later = parts.join("", vec![chapter(700, 2500, "Later")]);
    assert_eq!(media::probe(&later, "v", "chapter=start,end:chapter_tags=title"), ["0,700", "700,2500,Later"]);
    assert_eq!(media::probe(&later, "v", "format_tags=title"), [""; 0]);
}

#[test]
fn the_same_parts_give_the_same_bytes() {
    let parts = Parts::new("25", "25000");
    let once = fs::read(parts.join("t", Vec::new())).unwrap();
    assert_eq!(once, fs::read(parts.join("t", Vec::new())).unwrap());
}

#[test]
fn a_header_in_front_is_read_as_well() {
    let parts = Parts::new("25", "25000");
    let (behind, front) = (&parts.segments[0], parts.path("front.mp4"));
    run(Command::new("ffmpeg")
        .args(["-nostdin", "-v", "error", "-i"])
        .arg(behind)
        .args(["-c", "copy"])
        .args(["-video_track_timescale", "25000", "-movflags", "+faststart+negative_cts_offsets", "-use_editlist", "0"])
        .arg(&front));
    let read = |path: &Path| VideoSegment::read(&mut File::open(path).unwrap()).unwrap();
    let (behind, front) = (read(behind), read(&front));
    assert_eq!((&front.samples, &front.entry, front.timescale), (&behind.samples, &behind.entry, behind.timescale));
    assert!(front.bytes.start > behind.bytes.start);
}

/// What a segment is refused for.
fn refusal(bytes: Vec<u8>) -> String {
    VideoSegment::read(&mut Cursor::new(bytes)).unwrap_err().to_string()
}

#[test]
fn what_no_segment_step_writes_is_refused_by_name() {
    let parts = Parts::new("25", "25000");
    let made = |arguments: &[&str]| {
        let path = parts.path("other.mp4");
        let mut command = ffmpeg("testsrc2=s=64x48:r=25:d=1");
        run(command
            .args(["-f", "lavfi", "-i", "sine=d=1", "-pix_fmt", "yuv420p", "-c:v", "libx264"])
            .args(arguments)
            .arg(&path));
        fs::read(path).unwrap()
    };
    assert_eq!(refusal(made(&["-map", "0"])), "it has an edit list");
    assert_eq!(refusal(made(&[])), "it has more than one track");
    assert_eq!(refusal(made(&["-map", "0", "-movflags", "frag_keyframe+empty_moov"])), "it has fragments");
    assert_eq!(refusal(made(&["-map", "1", "-use_editlist", "0"])), "it has no `avc1`");
    assert_eq!(refusal(fs::read(parts.path("sound.aac")).unwrap()), "its `file` is cut off");
    assert_eq!(refusal(Vec::new()), "it has no `moov`");
}

#[test]
fn segments_coded_otherwise_are_named() {
    let parts = Parts::new("25", "25000");
    let other = parts.path("other.mp4");
    encode("testsrc2=s=80x48:r=25:d=1", "25000", &other);
    let mut movie = Movie::new("", Vec::new()).unwrap();
    let read = |path: &Path| VideoSegment::read(&mut File::open(path).unwrap()).unwrap();
    movie.push(read(&parts.segments[0])).unwrap();
    let error = movie.push(read(&other)).unwrap_err();
    assert!(matches!(error, Mp4Error::Segment { segment: 1, why: SegmentError::Differs("size") }), "{error}");
}

/// Joins `bytes` alone, if they can be read; what can be read can be written.
fn attempt(bytes: &[u8], stream: &[u8], sound: &SoundTrack) -> bool {
    let Ok(segment) = VideoSegment::read(&mut Cursor::new(bytes)) else { return false };
    assert!(segment.samples.bytes() <= bytes.len() as u64);
    let mut movie = Movie::new("", Vec::new()).unwrap();
    movie.push(segment).unwrap();
    movie.write(&mut Vec::new(), sound, stream, |_| Ok(Cursor::new(bytes)), |_, _| {}).unwrap();
    true
}

#[test]
fn broken_segments_are_errors_and_never_a_panic() {
    let parts = Parts::new("25", "25000");
    let whole = fs::read(&parts.segments[2]).unwrap();
    let stream = fs::read(parts.path("sound.aac")).unwrap();
    let sound = SoundTrack::scan(&mut &*stream).unwrap();
    assert!(attempt(&whole, &stream, &sound));
    // Its header comes last, so nothing shorter is a segment.
    assert!((0..whole.len()).all(|length| !attempt(&whole[..length], &stream, &sound)));
    let header = whole.windows(4).position(|bytes| bytes == b"moov").unwrap() - 4;
    let (mut read, mut refused) = (0, 0);
    for at in (0..48).chain(header..whole.len()) {
        for mask in [0x01, 0x80, 0xff, whole[at]] {
            let mut bytes = whole.clone();
            bytes[at] ^= mask;
            *(if attempt(&bytes, &stream, &sound) { &mut read } else { &mut refused }) += 1;
        }
    }
    assert!(read > 100 && refused > 500, "{read} read, {refused} refused");
}
