//! What joining a long film costs beside copying its bytes: `cp` of the result, in the same run. Needs ffmpeg.
//!
//! Environment: SEGMENTS (3000) of two seconds each; ROUNDS (5), of which medians are told; SIZE (1280x720); TMPDIR, where about four
//! times the film must fit.

use std::fs::{self, File};
use std::io::{BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use t2v::mp4::{Movie, SoundTrack, VideoSegment};

/// Segments that are really encoded; the others are copies.
const DISTINCT: usize = 6;
/// Seconds of a segment.
const SECONDS: usize = 2;
/// Seconds of sound that are really encoded.
const LOOP: usize = 60;

fn main() {
    let setting = |name: &str, other: &str| std::env::var(name).unwrap_or_else(|_| other.to_owned());
    let number = |name: &str, other: &str| setting(name, other).parse::<usize>().expect("a number");
    let (count, rounds) = (number("SEGMENTS", "3000"), number("ROUNDS", "5"));
    let folder = tempfile::tempdir().expect("a temporary folder");
    let segments = segments(folder.path(), count, &setting("SIZE", "1280x720"));
    let sound = sound(folder.path(), count * SECONDS);
    let (film, copy) = (folder.path().join("film.mp4"), folder.path().join("copy.mp4"));
    let (mut muxes, mut copies) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        muxes.push(timed(&film, || mux(&segments, &sound, &film)));
        copies.push(timed(&copy, || run(Command::new("cp").arg(&film).arg(&copy))));
    }
    let (mux, copy) = (median(&mut muxes), median(&mut copies));
    let megabytes = fs::metadata(&film).expect("the film").len() as f64 / 1e6;
    println!("{count} segments, {megabytes:.0} MB, median of {rounds}: mux {mux:.2?}, cp {copy:.2?}");
    println!(
        "mux : cp = {:.2}; mux - cp = {:.2} s",
        mux.as_secs_f64() / copy.as_secs_f64(),
        mux.as_secs_f64() - copy.as_secs_f64()
    );
    println!("rounds: mux {muxes:.2?}, cp {copies:.2?}");
    if let Some(peak) = peak_memory() {
        println!("peak memory: {peak}");
    }
}

fn mux(segments: &[PathBuf], sound: &Path, film: &Path) {
    let mut movie = Movie::new("Bench", Vec::new()).expect("no chapters");
    for path in segments {
        movie.push(VideoSegment::read(&mut open(path)).expect("a segment")).expect("all alike");
    }
    let stream = || BufReader::with_capacity(256 << 10, open(sound));
    let known = SoundTrack::scan(&mut stream()).expect("sound");
    let mut film = File::create(film).expect("room for the film");
    movie.write(&mut film, &known, stream(), |i| File::open(&segments[i]), |_, _| {}).expect("a film");
}

fn open(path: &Path) -> File {
    File::open(path).expect("a file that was made")
}

/// How long `work` takes to make `result`, whose old bytes go first. What is still on its way to the disk is waited for.
fn timed(result: &Path, work: impl FnOnce()) -> Duration {
    let _ = fs::remove_file(result);
    run(&mut Command::new("sync"));
    let start = Instant::now();
    work();
    start.elapsed()
}

fn segments(folder: &Path, count: usize, size: &str) -> Vec<PathBuf> {
    let distinct: Vec<PathBuf> = (0..DISTINCT).map(|i| folder.join(format!("distinct-{i}.mp4"))).collect();
    for (i, path) in distinct.iter().enumerate() {
        let picture = format!("testsrc2=s={size}:r=30:d=4,noise=alls={}:allf=t,trim=start_frame={}", i + 2, i * 10);
        let mut command = ffmpeg(&picture);
        command.args(["-frames:v", &(30 * SECONDS).to_string(), "-pix_fmt", "yuv420p", "-c:v", "libx264"]);
        command.args([
            "-preset",
            "veryfast",
            "-crf",
            "26",
            "-bf",
            "2",
            "-g",
            "15",
            "-sc_threshold",
            "0",
            "-flags",
            "+cgop",
        ]);
        command.args(["-video_track_timescale", "30000", "-movflags", "+negative_cts_offsets", "-use_editlist", "0"]);
        run(command.arg(path));
    }
    let copied = |i: usize| {
        let path = folder.join(format!("segment-{i:06}.mp4"));
        fs::copy(&distinct[i % DISTINCT], &path).expect("room for the segments");
        path
    };
    (0..count).map(copied).collect()
}

fn sound(folder: &Path, seconds: usize) -> PathBuf {
    let (piece, whole) = (folder.join("piece.aac"), folder.join("sound.aac"));
    let mut command = ffmpeg(&format!("anoisesrc=r=48000:d={LOOP}:a=0.2"));
    run(command.args(["-ac", "2", "-c:a", "aac", "-b:a", "384k", "-f", "adts"]).arg(&piece));
    let bytes = fs::read(piece).expect("the sound");
    let mut file = File::create(&whole).expect("room for the sound");
    (0..seconds.div_ceil(LOOP)).for_each(|_| file.write_all(&bytes).expect("room for the sound"));
    whole
}

fn ffmpeg(source: &str) -> Command {
    let mut command = Command::new("ffmpeg");
    command.args(["-nostdin", "-v", "error", "-y", "-f", "lavfi", "-i", source]);
    command
}

fn run(command: &mut Command) {
    assert!(command.status().expect("the program is there").success(), "{command:?}");
}

fn median(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

fn peak_memory() -> Option<String> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    Some(status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?.trim().to_owned())
}
