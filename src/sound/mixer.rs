//! Turns a mix into stereo sound, block by block, holding one block however long the film is. Knows nothing of loudness.

use std::io;

use super::mix::{Clip, Mix, Open, SceneSound};
use super::music::Bed;
use super::source::Source;
use super::{Stereo, from_db};
use crate::units::SAMPLE_RATE;

/// Videos' sounds fade this long at both edges, so that a cut does not click.
pub const EDGE: u64 = SAMPLE_RATE as u64 / 100;

/// A stretch of a source at a place in the film.
#[derive(Clone, Copy, Debug)]
struct Part {
    source: usize,
    at: u64,
    from: u64,
    length: u64,
    factor: f32,
    edge: u64,
}

impl From<Clip> for Part {
    fn from(Clip { source, at, length }: Clip) -> Self {
        Self { source, at, from: 0, length, factor: 1.0, edge: 0 }
    }
}

impl From<SceneSound> for Part {
    fn from(SceneSound { source, at, from, length, gain }: SceneSound) -> Self {
        Self { source, at, from, length, factor: from_db(gain) as f32, edge: EDGE.min(length / 2) }
    }
}

impl Part {
    fn end(&self) -> u64 {
        self.at.saturating_add(self.length)
    }

    /// The factor `into` samples after its start.
    fn factor(&self, into: u64) -> f32 {
        let inside = into.min(self.length - 1 - into);
        match inside < self.edge {
            true => self.factor * (inside as f32 + 0.5) / self.edge as f32,
            false => self.factor,
        }
    }

    /// Adds what of it falls into `out`, which begins at sample `from` of the film.
    fn add(&self, source: &mut Source, from: u64, out: &mut [Stereo], scratch: &mut [Stereo]) -> io::Result<()> {
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

/// Goes through a mix once, from its start to its end.
pub struct Mixer<'a, 'o> {
    open: &'a mut Open<'o>,
    length: u64,
    at: u64,
    /// What has yet to begin, the last first.
    coming: Vec<Part>,
    sounding: Vec<(Part, Source)>,
    bed: Option<Bed>,
    scratch: Vec<Stereo>,
}

impl<'a, 'o> Mixer<'a, 'o> {
    /// A mixer at the start of `mix`.
    ///
    /// # Errors
    /// When the music can't be opened.
    pub fn new(mix: &Mix, open: &'a mut Open<'o>) -> io::Result<Self> {
        let parts = mix.speech.iter().map(|&c| Part::from(c)).chain(mix.scenes.iter().map(|&s| Part::from(s)));
        let mut coming: Vec<Part> = parts.filter(|p| p.length > 0 && p.at < mix.length).collect();
        coming.sort_by_key(|p| (p.at, p.source, p.from));
        coming.reverse();
        let bed = match mix.music {
            Some(music) => Some(Bed::new(music, mix, open(music.source)?)),
            None => None,
        };
        Ok(Self { open, length: mix.length, at: 0, coming, sounding: Vec::new(), bed, scratch: Vec::new() })
    }

    /// Fills the front of `out` with what comes next, and says how many frames that were: 0 at the film's end.
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

    use super::super::mix::Music;
    use super::super::source::{Channels, Format};
    use super::*;

    fn stereo(samples: impl IntoIterator<Item = Stereo>) -> Source {
        let bytes: Vec<u8> = samples.into_iter().flatten().flat_map(f32::to_le_bytes).collect();
        Source::raw(Box::new(Cursor::new(bytes)), Format::F32, Channels::Stereo, 0).unwrap()
    }

    fn mono(samples: impl IntoIterator<Item = f32>) -> Source {
        let bytes: Vec<u8> = samples.into_iter().flat_map(f32::to_le_bytes).collect();
        Source::raw(Box::new(Cursor::new(bytes)), Format::F32, Channels::Mono, 0).unwrap()
    }

    fn all(mix: &Mix, block: usize, open: &mut Open) -> Vec<Stereo> {
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
        let mix = Mix { length: 100, speech: vec![Clip { source: 0, at: 40, length: 3 }], ..Mix::default() };
        let out = all(&mix, 7, &mut |_| Ok(mono([0.1, 0.2, 0.3, 0.4])));
        assert_eq!(out.len(), 100);
        assert_eq!(out[39..44], [[0.0; 2], [0.1; 2], [0.2; 2], [0.3; 2], [0.0; 2]]);
    }

    #[test]
    fn what_overlaps_is_added_and_what_overhangs_is_cut() {
        let clip = |source, at| Clip { source, at, length: 50 };
        let mix = Mix { length: 60, speech: vec![clip(1, 30), clip(0, 0), clip(2, 60)], ..Mix::default() };
        let out = all(&mix, 16, &mut |n| Ok(mono(vec![(n + 1) as f32; 50])));
        assert_eq!([out[0], out[29], out[30], out[49], out[50], out[59]].map(|f| f[0]), [1.0, 1.0, 3.0, 3.0, 2.0, 2.0]);
    }

    #[test]
    fn a_videos_sound_is_trimmed_gained_and_faded() {
        let sound = SceneSound { source: 0, at: 1_000, from: 500, length: 5_000, gain: -6.020_6 };
        let mix = Mix { length: 8_000, scenes: vec![sound], ..Mix::default() };
        let out = all(&mix, 333, &mut |_| Ok(stereo((0..9_000).map(|i| [i as f32, -1.0]))));
        assert_eq!((out[999], out[6_000]), ([0.0; 2], [0.0; 2]));
        assert!(out[1_000][1].abs() < 0.002 && out[5_999][1].abs() < 0.002);
        assert!((out[3_000][0] - 1_250.0).abs() < 0.1 && (out[3_000][1] + 0.5).abs() < 1e-4);
        assert!(out.windows(2).all(|w| (w[1][1] - w[0][1]).abs() < 0.002));
    }

    #[test]
    fn blocks_make_no_difference() {
        let mix = Mix {
            length: 300_000,
            speech: vec![Clip { source: 0, at: 100_000, length: 40_000 }],
            scenes: vec![SceneSound { source: 1, at: 50_001, from: 3, length: 77_777, gain: -3.0 }],
            music: Some(Music { source: 1, gain: -12.0, duck: 9.0, fade: 20_000 }),
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
        let clips = (0..500).map(|i| Clip { source: i, at: i as u64 * 1_000, length: 900 });
        let mix = Mix { length: 500_000, speech: clips.collect(), ..Mix::default() };
        let (open_now, most) = (Rc::new(Cell::new(0)), Cell::new(0));
        all(&mix, 500, &mut |_| {
            open_now.set(open_now.get() + 1);
            most.set(most.get().max(open_now.get()));
            let reader = Counted(Cursor::new(vec![0; 1_800]), Rc::clone(&open_now));
            Source::raw(Box::new(reader), Format::S16, Channels::Mono, 0)
        });
        assert_eq!((most.get(), open_now.get()), (1, 0));
    }

    #[test]
    fn a_source_that_does_not_open_is_an_error() {
        let mix = Mix { length: 10, speech: vec![Clip { source: 0, at: 5, length: 1 }], ..Mix::default() };
        let mut open = |_| Err(io::Error::other("gone"));
        let mut mixer = Mixer::new(&mix, &mut open).unwrap();
        assert_eq!(mixer.read(&mut [[0.0; 2]; 5]).unwrap(), 5);
        assert_eq!(mixer.read(&mut [[0.0; 2]; 5]).unwrap_err().to_string(), "gone");
    }
}
