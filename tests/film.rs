//! Facts about the films that come out, measured on the streams.

use crate::common::{self, Project, media};

/// A recording of one beep: 0.2 s of tone after 0.1 s of silence, and as much silence behind it.
fn beep() -> Vec<u8> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: 48_000,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut writer = hound::WavWriter::new(&mut bytes, spec).unwrap();
    for i in 0..19_200 {
        let sounds = (4800..14_400).contains(&i);
        let tone = (f64::from(i) * 1000.0 * std::f64::consts::TAU / 48_000.0).sin() * 12_000.0;
        writer.write_sample(if sounds { tone as i16 } else { 0 }).unwrap();
    }
    writer.finalize().unwrap();
    bytes.into_inner()
}

/// Where the last beep begins, in samples: the last rise out of a tenth of a second of near silence.
fn last_onset(samples: &[f32]) -> usize {
    let loud = |window: &[f32]| window.iter().any(|s| s.abs() > 0.1);
    let step = 48;
    (4800..samples.len() - step)
        .step_by(step)
        .rfind(|&at| loud(&samples[at..at + step]) && !loud(&samples[at - 4800..at]))
        .expect("a beep")
}

#[test]
fn picture_and_sound_of_the_64th_scene_are_where_the_plan_says() {
    let mut spec = "output: { size: 160x90, fps: 30, quality: draft }\ncaptions: false\nscenes:\n".to_owned();
    let common = "narration: beep.wav, lead: 0.33s, tail: 0.11s";
    for i in 0..63 {
        spec += &format!(
            "  - {{ id: s{i}, show: {{ colour: \"#202020\" }}, {common}, transition: {{ kind: crossfade, length: 0.2s }} }}\n"
        );
    }
    spec += &format!("  - {{ id: last, show: {{ colour: white }}, {common}, transition: cut }}\n");
    let project = Project::new(&spec);
    project.write("beep.wav", beep());
    project.build(&[]);
    let film = project.path("out/video.mp4");

    // A scene: 0.33 s + 0.4 s + 0.11 s, rounded up to 26 frames; 62 transitions of 6 frames; the last scene is cut to.
    let frames = 64 * 26 - 62 * 6;
    let times = media::picture_times(&film);
    assert_eq!(times.len(), frames);
    assert!(times.iter().enumerate().all(|(i, &time)| time == i as i64 * 1000), "not evenly spaced from 0");

    let bright = media::brightness(&film);
    let first_white = bright.iter().position(|&luma| luma > 120.0).unwrap();
    assert_eq!(first_white, frames - 26);
    let lead_and_silence = 0.33 + 0.1;
    let expected = (first_white as f64 / 30.0 + lead_and_silence) * 48_000.0;
    let heard = last_onset(&media::samples(&film)) as f64;
    assert!((heard - expected).abs() < 1600.0 / 4.0, "heard at {heard}, planned for {expected}");
}

#[test]
fn the_file_is_what_youtube_asks_for() {
    let project = Project::new(
        r##"
title: "It's 100% = fine; #1 \\ ok"
output: { size: 320x180 }
scenes:
  - { id: one, title: "A = 1; #2", say: "This is the first of three scenes.", show: { colour: "#104060" } }
  - { title: Two, say: "This is the second one.", show: { gradient: { colours: ["#102030", "#a05020"] } }, transition: wipe }
  - { title: Three, say: "And this is the last.", show: { title: The end }, transition: slide }
"##,
    );
    project.build(&[]);
    let film = project.path("out/video.mp4");

    let boxes = media::boxes(&film);
    let position =
        |name: &str| boxes.iter().position(|found| found == name).unwrap_or_else(|| panic!("no {name} in {boxes:?}"));
    assert!(position("moov") < position("mdat"), "{boxes:?}");
    assert!(!boxes.iter().any(|name| name.contains("edts") || name.contains("elst")), "{boxes:?}");

    let picture = "stream=codec_name,profile,width,height,pix_fmt,color_range,color_space,color_transfer,color_primaries,field_order";
    assert_eq!(media::probe(&film, "v:0", picture), ["h264,High,320,180,yuv420p,tv,bt709,bt709,bt709,progressive"]);
    assert_eq!(media::probe(&film, "a", "stream=codec_name,profile,sample_rate,channels"), ["aac,LC,48000,2"]);
    assert_eq!(media::probe(&film, "v", "stream=start_time"), ["0.000000"]);
    assert_eq!(media::probe(&film, "a", "stream=start_time"), ["0.000000"]);

    let (loudness, peak) = media::loudness(&film);
    assert!((loudness + 14.0).abs() <= 0.5, "{loudness} LUFS");
    assert!(peak <= -1.0, "{peak} dBTP");

    let titles = media::probe(&film, "v", "chapter_tags=title");
    assert_eq!(titles, ["A = 1; #2", "Two", "Three"]);
    assert_eq!(media::probe(&film, "v", "format_tags=title"), [r"It's 100% = fine; #1 \ ok"]);
}

#[test]
fn groups_of_pictures_are_closed_and_half_a_second_long() {
    let project =
        Project::new("output: { size: 160x90, fps: 25 }\nscenes:\n  - { length: 9s, show: { colour: white } }\n");
    project.build(&[]);
    let flags = media::probe(&project.path("out/video.mp4"), "v", "packet=flags");
    let keys: Vec<usize> =
        flags.iter().enumerate().filter(|(_, flags)| flags.starts_with('K')).map(|(i, _)| i).collect();
    assert_eq!(flags.len(), 225);
    assert!(keys.windows(2).all(|pair| pair[1] - pair[0] <= 13), "{keys:?}");
}

#[test]
fn rates_that_are_no_whole_number_stay_exact() {
    let project = Project::new(
        "output: { size: 160x90, fps: 29.97, quality: draft }\nscenes:\n  - { length: 20s, show: { colour: white } }\n  - { length: 5s, show: { colour: black }, transition: cut }\n",
    );
    project.build(&[]);
    let film = project.path("out/video.mp4");
    assert_eq!(media::probe(&film, "v", "stream=r_frame_rate"), ["30000/1001"]);
    let times = media::picture_times(&film);
    assert_eq!(times.len(), 600 + 150);
    assert!(times.iter().enumerate().all(|(i, &time)| time == i as i64 * 1001));
    // Pictures are decoded a frame before the first is shown, as in every stream with pictures that refer to later ones.
    let decoded = media::probe(&film, "v", "packet=dts,duration");
    let even = |(i, times): (usize, &String)| *times == format!("{},1001", (i as i64 - 1) * 1001);
    assert!(decoded.iter().enumerate().all(even), "{decoded:?}");
}

#[test]
fn pictures_fill_the_frame_as_asked_and_turn_upright() {
    let project = Project::new(
        "output: { size: 320x180 }\nscenes:\n  - { length: 1s, show: { image: tall.png, fit: contain, motion: hold } }\n  - { length: 1s, show: { image: tall.png, fit: cover, motion: hold }, transition: cut }\n",
    );
    project.picture("tall.png", (90, 180), [220, 30, 30]);
    project.build(&[]);
    let film = project.path("out/video.mp4");
    let red = |pixel: &image::Rgb<u8>| pixel.0[0] > 180 && pixel.0[1] < 70;
    let contained = media::picture(&film, 15);
    assert!(
        red(contained.get_pixel(160, 90)) && !red(contained.get_pixel(60, 90)) && !red(contained.get_pixel(260, 90))
    );
    let covered = media::picture(&film, 45);
    assert!(red(covered.get_pixel(2, 2)) && red(covered.get_pixel(317, 177)));
}

#[test]
fn a_video_is_shown_from_where_it_is_asked_and_heard() {
    let project = Project::new("output: { size: 160x90 }\nscenes:\n  - { show: { video: clip.mp4, from: 1s } }\n");
    // Black for two seconds, then white with a tone.
    let made = std::process::Command::new("ffmpeg")
        .args([
            "-nostdin",
            "-v",
            "error",
            "-f",
            "lavfi",
            "-i",
            "color=black:s=160x90:r=30:d=4,drawbox=c=white:t=fill:enable='gte(t,2)'",
        ])
        .args(["-f", "lavfi", "-i", "aevalsrc='if(gte(t,2),0.5*sin(2*PI*880*t),0)':d=4:s=48000"])
        .args(["-c:v", "libx264", "-pix_fmt", "yuv420p", "-c:a", "aac"])
        .arg(project.path("clip.mp4"))
        .status()
        .unwrap();
    assert!(made.success());
    project.build(&[]);
    let film = project.path("out/video.mp4");
    let bright = media::brightness(&film);
    assert!((88..=92).contains(&bright.len()), "{} frames", bright.len());
    let first_white = bright.iter().position(|&luma| luma > 120.0).unwrap();
    assert!((29..=31).contains(&first_white), "white from frame {first_white}");
    let heard = last_onset(&media::samples(&film));
    assert!(heard.abs_diff(48_000) < 3200, "heard from sample {heard}");
}

#[test]
fn subtitles_say_the_script_when_it_is_spoken() {
    let project = Project::new(
        "output: { size: 160x90, quality: draft }\nvoice: en-us\nscenes:\n  - { say: [First we talk., { pause: 3s }, \"Then we stop, and we are done.\"], show: { colour: black } }\n",
    );
    project.build(&[]);
    let srt = std::fs::read_to_string(project.path("out/video.srt")).unwrap();
    assert!(srt.contains("First we talk.") && srt.contains("Then we stop"), "{srt}");
    let times: Vec<&str> = srt.lines().filter(|line| line.contains("-->")).collect();
    let start = |line: &str| -> f64 {
        let clock = line.split(' ').next().unwrap().replace(',', ".");
        clock.split(':').fold(0.0, |sum, part| sum * 60.0 + part.parse::<f64>().unwrap())
    };
    assert!((0.2..1.0).contains(&start(times[0])), "{srt}");
    assert!(start(times[1]) > start(times[0]) + 3.5, "{srt}");
    let vtt = std::fs::read_to_string(project.path("out/video.vtt")).unwrap();
    assert!(vtt.starts_with("WEBVTT\n"));
}

#[test]
fn the_voice_in_the_program_needs_nothing_else_and_heeds_pronunciations() {
    let spec = "output: { size: 160x90, quality: draft }\nscenes:\n  - { say: We keep it in redb., show: { colour: black } }\n";
    let project = Project::new(spec);
    // Only ffmpeg is on this PATH.
    let bin = project.path("bin");
    std::fs::create_dir(&bin).unwrap();
    for tool in ["ffmpeg", "ffprobe"] {
        std::os::unix::fs::symlink(format!("/usr/bin/{tool}"), bin.join(tool)).unwrap();
    }
    let build = || common::Run::from(project.command(&["build"]).env("PATH", &bin).output().unwrap()).ok();
    let _ = build();
    let before = media::samples(&project.path("out/video.mp4")).len();
    project.edit("scenes:", "pronounce: { redb: the red old honey bee }\nscenes:");
    assert!(build().ran().contains(&"scene:scene-1/speech/1".to_owned()));
    let after = media::samples(&project.path("out/video.mp4")).len();
    assert!(after > before + 20_000, "{before} samples, then {after}");
    project.edit("{ redb:", "{ elsewhere: \"els wear\", redb:");
    assert!(build().ran().is_empty(), "a word that no sentence holds has nothing spoken again");
}
