//! Turns a mix into stereo sound block by block, so that memory does not grow with the film's length.

use std::io;

use super::mix::{MixClip, OpenSource, SceneSound, SoundMix};
use super::music::MusicBed;
use super::source::PcmSource;
use super::{Stereo, from_db};
use crate::units::SAMPLE_RATE;

/// The fade of a video's sound at both ends, in samples, so that a cut does not click.
pub const EDGE_FADE: u64 = SAMPLE_RATE as u64 / 100;

/// A part of a source at its position in the film.
#[derive(Clone, Copy, Debug)]
struct MixPart {
    source: usize,
    at: u64,
    from: u64,
    length: u64,
    factor: f32,
    edge: u64,
}

impl From<MixClip> for MixPart {
    fn from(MixClip { source, at, length }: MixClip) -> Self {
        Self { source, at, from: 0, length, factor: 1.0, edge: 0 }
    }
}

impl From<SceneSound> for MixPart {
    fn from(SceneSound { source, at, from, length, gain }: SceneSound) -> Self {
        Self { source, at, from, length, factor: from_db(gain) as f32, edge: EDGE_FADE.min(length / 2) }
    }
}

impl MixPart {
    fn end(&self) -> u64 {
        self.at.saturating_add(self.length)
    }

    /// The gain factor `into` samples after its start.
    fn factor(&self, into: u64) -> f32 {
        let inside = into.min(self.length - 1 - into);
        if inside < self.edge { self.factor * (inside as f32 + 0.5) / self.edge as f32 } else { self.factor }
    }

    /// Adds the samples that fall into `out`, which begins at sample `from` of the film.
    fn add(&self, source: &mut PcmSource, from: u64, out: &mut [Stereo], scratch: &mut [Stereo]) -> io::Result<()> {
        let (start, end) = (self.at.max(from), self.end().min(from + out.len() as u64));
        let out = &mut out[(start - from) as usize..(end - from) as usize];
        let scratch = &mut scratch[..out.len()];
        let into = start - self.at;
        source.read(self.from.saturating_add(into), scratch)?;
        for ((out, [left, right]), into) in out.iter_mut().zip(scratch).zip(into..) {
            let factor = self.factor(into);
            out[0] += *left * factor;
            out[1] += *right * factor;
        }
        Ok(())
    }
}

/// Plays a mix once, from its start to its end.
pub struct Mixer<'a, 'o> {
    open: &'a mut OpenSource<'o>,
    length: u64,
    at: u64,
    /// The parts that have not begun yet, the last first.
    coming: Vec<MixPart>,
    sounding: Vec<(MixPart, PcmSource)>,
    bed: Option<MusicBed>,
    scratch: Vec<Stereo>,
}

impl<'a, 'o> Mixer<'a, 'o> {
    /// A mixer at the start of `mix`.
    ///
    /// # Errors
    /// If the music can't be opened.
    pub fn new(mix: &SoundMix, open: &'a mut OpenSource<'o>) -> io::Result<Self> {
        let parts = mix.speech.iter().map(|&c| MixPart::from(c)).chain(mix.scenes.iter().map(|&s| MixPart::from(s)));
        let mut coming: Vec<MixPart> = parts.filter(|p| p.length > 0 && p.at < mix.length).collect();
        coming.sort_by_key(|p| (p.at, p.source, p.from));
        coming.reverse();
        let bed = match mix.music {
            Some(music) => Some(MusicBed::new(music, mix, open(music.source)?)),
            None => None,
        };
        Ok(Self { open, length: mix.length, at: 0, coming, sounding: Vec::new(), bed, scratch: Vec::new() })
    }

    /// Fills the front of `out` with the next frames, and returns their number: 0 at the film's end.
    ///
    /// # Errors
    /// What opening or reading a source fails with.
    pub fn read(&mut self, out: &mut [Stereo]) -> io::Result<usize> {
        let length = (self.length - self.at).min(out.len() as u64) as usize;
        let (from, out) = (self.at, &mut out[..length]);
        self.at += length as u64;
        self.scratch.resize(length.max(self.scratch.len()), [0.0; 2]);
        match &mut self.bed {
            Some(bed) => bed.read(from, out, &mut self.scratch)?,
            None => out.fill([0.0; 2]),
        }
        while let Some(part) = self.coming.pop_if(|p| p.at < self.at) {
            self.sounding.push((part, (self.open)(part.source)?));
        }
        for (part, source) in &mut self.sounding {
            part.add(source, from, out, &mut self.scratch)?;
        }
        self.sounding.retain(|(part, _)| part.end() > self.at);
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::io::Cursor;
    use std::rc::Rc;

    use super::super::mix::MixMusic;
    use super::super::source::{ChannelLayout, SampleFormat};
    use super::*;

    fn stereo(samples: impl IntoIterator<Item = Stereo>) -> PcmSource {
        let bytes: Vec<u8> = samples.into_iter().flatten().flat_map(f32::to_le_bytes).collect();
        PcmSource::raw(Box::new(Cursor::new(bytes)), SampleFormat::F32, ChannelLayout::Stereo, 0).unwrap()
    }

    fn mono(samples: impl IntoIterator<Item = f32>) -> PcmSource {
        let bytes: Vec<u8> = samples.into_iter().flat_map(f32::to_le_bytes).collect();
        PcmSource::raw(Box::new(Cursor::new(bytes)), SampleFormat::F32, ChannelLayout::Mono, 0).unwrap()
    }

    fn all(mix: &SoundMix, block: usize, open: &mut OpenSource) -> Vec<Stereo> {
        let mut mixer = Mixer::new(mix, open).unwrap();
        let (mut out, mut buffer) = (Vec::new(), vec![[9.0; 2]; block]);
        loop {
            match mixer.read(&mut buffer).unwrap() {
                0 => return out,
                n => out.extend_from_slice(&buffer[..n]),
            }
        }
    }

    #[test]
    fn speech_lands_on_its_sample_in_both_ears() {
        let mix =
            SoundMix { length: 100, speech: vec![MixClip { source: 0, at: 40, length: 3 }], ..SoundMix::default() };
        let out = all(&mix, 7, &mut |_| Ok(mono([0.1, 0.2, 0.3, 0.4])));
        assert_eq!(out.len(), 100);
        assert_eq!(out[39..44], [[0.0; 2], [0.1; 2], [0.2; 2], [0.3; 2], [0.0; 2]]);
    }

    #[test]
    fn what_overlaps_is_added_and_what_overhangs_is_cut() {
        let clip = |source, at| MixClip { source, at, length: 50 };
        let mix = SoundMix { length: 60, speech: vec![clip(1, 30), clip(0, 0), clip(2, 60)], ..SoundMix::default() };
        let out = all(&mix, 16, &mut |n| Ok(mono(vec![(n + 1) as f32; 50])));
        assert_eq!([out[0], out[29], out[30], out[49], out[50], out[59]].map(|f| f[0]), [1.0, 1.0, 3.0, 3.0, 2.0, 2.0]);
    }

    #[test]
    fn a_videos_sound_is_trimmed_gained_and_faded() {
        let sound = SceneSound { source: 0, at: 1_000, from: 500, length: 5_000, gain: -6.020_6 };
        let mix = SoundMix { length: 8_000, scenes: vec![sound], ..SoundMix::default() };
        let out = all(&mix, 333, &mut |_| Ok(stereo((0..9_000).map(|i| [i as f32, -1.0]))));
        assert_eq!((out[999], out[6_000]), ([0.0; 2], [0.0; 2]));
        assert!(out[1_000][1].abs() < 0.002 && out[5_999][1].abs() < 0.002);
        assert!((out[3_000][0] - 1_250.0).abs() < 0.1 && (out[3_000][1] + 0.5).abs() < 1e-4);
        assert!(out.windows(2).all(|w| (w[1][1] - w[0][1]).abs() < 0.002));
    }

    #[test]
    fn blocks_make_no_difference() {
        let mix = SoundMix {
            length: 300_000,
            speech: vec![MixClip { source: 0, at: 100_000, length: 40_000 }],
            scenes: vec![SceneSound { source: 1, at: 50_001, from: 3, length: 77_777, gain: -3.0 }],
            music: Some(MixMusic { source: 1, gain: -12.0, duck: 9.0, fade: 20_000 }),
        };
        let mut open = |n| match n {
            0 => Ok(mono((0..40_000).map(|i| (i as f32 * 0.1).sin()))),
            _ => Ok(stereo((0..90_000).map(|i| [(i as f32 * 0.01).sin(), (i as f32 * 0.03).cos()]))),
        };
        let whole = all(&mix, 300_000, &mut open);
        for block in [977, 4_096, 65_536] {
            assert!(all(&mix, block, &mut open) == whole, "{block}");
        }
    }

    /// A reader that counts how many like it are open.
    struct Counted(Cursor<Vec<u8>>, Rc<Cell<usize>>);

    impl io::Read for Counted {
        fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
            self.0.read(out)
        }
    }

    impl io::Seek for Counted {
        fn seek(&mut self, to: io::SeekFrom) -> io::Result<u64> {
            self.0.seek(to)
        }
    }

    impl Drop for Counted {
        fn drop(&mut self) {
            self.1.set(self.1.get() - 1);
        }
    }

    #[test]
    fn sources_are_open_only_while_they_sound() {
        let clips = (0..500).map(|i| MixClip { source: i, at: i as u64 * 1_000, length: 900 });
        let mix = SoundMix { length: 500_000, speech: clips.collect(), ..SoundMix::default() };
        let (open_now, most) = (Rc::new(Cell::new(0)), Cell::new(0));
        all(&mix, 500, &mut |_| {
            open_now.set(open_now.get() + 1);
            most.set(most.get().max(open_now.get()));
            let reader = Counted(Cursor::new(vec![0; 1_800]), Rc::clone(&open_now));
            PcmSource::raw(Box::new(reader), SampleFormat::S16, ChannelLayout::Mono, 0)
        });
        assert_eq!((most.get(), open_now.get()), (1, 0));
    }

    #[test]
    fn a_source_that_does_not_open_is_an_error() {
        let mix = SoundMix { length: 10, speech: vec![MixClip { source: 0, at: 5, length: 1 }], ..SoundMix::default() };
        let mut open = |_| Err(io::Error::other("gone"));
        let mut mixer = Mixer::new(&mix, &mut open).unwrap();
        assert_eq!(mixer.read(&mut [[0.0; 2]; 5]).unwrap(), 5);
        assert_eq!(mixer.read(&mut [[0.0; 2]; 5]).unwrap_err().to_string(), "gone");
    }
}
