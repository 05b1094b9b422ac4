//! The music under a film: looped without an audible seam, faded at both ends, and ducked under speech.

use std::f32::consts::FRAC_PI_2;
use std::io;

use super::duck::{DuckEnvelope, raised_cosine};
use super::mix::{MixMusic, SoundMix};
use super::source::PcmSource;
use super::{Stereo, from_db};
use crate::units::SAMPLE_RATE;

/// The crossfade from the end of a piece to its start, in samples; at most a quarter of the piece.
const MAX_CROSSFADE: u64 = 2 * SAMPLE_RATE as u64;

/// The music along the film.
pub(super) struct MusicBed {
    source: PcmSource,
    factor: f32,
    envelope: DuckEnvelope,
    fade: u64,
    length: u64,
    /// The piece begins again after this many frames.
    period: u64,
    /// The frames of the crossfade from its end to its start.
    crossfade: u64,
    gains: Vec<f32>,
}

impl MusicBed {
    pub(super) fn new(music: MixMusic, mix: &SoundMix, source: PcmSource) -> Self {
        let crossfade = if source.frames() < mix.length { MAX_CROSSFADE.min(source.frames() / 4) } else { 0 };
        let speech = mix.speech.iter().map(|c| c.at..c.at.saturating_add(c.length));
        Self {
            factor: from_db(music.gain) as f32,
            envelope: DuckEnvelope::new(speech, music.duck),
            fade: music.fade.min(mix.length / 2),
            length: mix.length,
            period: source.frames() - crossfade,
            crossfade,
            source,
            gains: Vec::new(),
        }
    }

    /// Overwrites `out` with the music from sample `from` of the film on. `scratch` must be at least as long as `out`.
    pub(super) fn read(&mut self, from: u64, out: &mut [Stereo], scratch: &mut [Stereo]) -> io::Result<()> {
        self.read_looped(from, out, scratch)?;
        self.gains.resize(out.len(), 0.0);
        self.envelope.fill(from, &mut self.gains);
        for ((frame, duck), at) in out.iter_mut().zip(&self.gains).zip(from..) {
            let factor = self.factor * duck * self.fade_at(at);
            frame[0] *= factor;
            frame[1] *= factor;
        }
        Ok(())
    }

    fn fade_at(&self, at: u64) -> f32 {
        let inside = at.min(self.length - 1 - at);
        if inside < self.fade { raised_cosine((inside as f64 + 0.5) / self.fade as f64) as f32 } else { 1.0 }
    }

    fn read_looped(&mut self, from: u64, out: &mut [Stereo], scratch: &mut [Stereo]) -> io::Result<()> {
        if self.period == 0 {
            out.fill([0.0; 2]);
            return Ok(());
        }
        let mut done = 0;
        while done < out.len() {
            let at = from + done as u64;
            let (turn, into) = (at / self.period, at % self.period);
            let length = (self.period - into).min((out.len() - done) as u64) as usize;
            let stretch = &mut out[done..done + length];
            self.source.read(into, stretch)?;
            if turn > 0 && into < self.crossfade {
                self.crossfade(into, stretch, scratch)?;
            }
            done += length;
        }
        Ok(())
    }

    /// Fades in `out`, which begins `into` frames after the start of a repetition, over the end of the piece, at equal power.
    fn crossfade(&mut self, into: u64, out: &mut [Stereo], scratch: &mut [Stereo]) -> io::Result<()> {
        let length = (self.crossfade - into).min(out.len() as u64) as usize;
        let ending = &mut scratch[..length];
        self.source.read(self.period + into, ending)?;
        for ((new, old), into) in out.iter_mut().zip(ending).zip(into..) {
            let angle = FRAC_PI_2 * (into as f32 + 0.5) / self.crossfade as f32;
            let (rising, falling) = angle.sin_cos();
            *new = [new[0] * rising + old[0] * falling, new[1] * rising + old[1] * falling];
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::super::mix::MixClip;
    use super::super::source::{ChannelLayout, SampleFormat};
    use super::*;

    fn piece(seconds: f32) -> PcmSource {
        let n = (seconds * 48_000.0) as usize;
        let bytes = (0..n).flat_map(|i| [(i as f32 * 0.02).sin(), (i as f32 * 0.031).sin()]).flat_map(f32::to_le_bytes);
        PcmSource::raw(Box::new(Cursor::new(bytes.collect::<Vec<u8>>())), SampleFormat::F32, ChannelLayout::Stereo, 0)
            .unwrap()
    }

    fn read(music: MixMusic, mix: &SoundMix, source: PcmSource) -> Vec<Stereo> {
        let mut bed = MusicBed::new(music, mix, source);
        let (mut out, mut scratch) = (vec![[0.0; 2]; mix.length as usize], vec![[0.0; 2]; mix.length as usize]);
        bed.read(0, &mut out, &mut scratch).unwrap();
        out
    }

    fn level(out: &[Stereo]) -> f32 {
        (out.iter().map(|f| f[0] * f[0]).sum::<f32>() / out.len() as f32).sqrt()
    }

    const PLAIN: MixMusic = MixMusic { source: 0, gain: 0.0, duck: 10.0, fade: 0 };

    #[test]
    fn the_loop_has_no_click_and_no_hole() {
        let mix = SoundMix { length: 40 * 48_000, ..SoundMix::default() };
        let out = read(PLAIN, &mix, piece(9.3));
        assert!(out.windows(2).all(|w| (w[1][0] - w[0][0]).abs() < 0.032 && (w[1][1] - w[0][1]).abs() < 0.05));
        assert!(out.chunks(24_000).all(|c| level(c) > 0.35), "no hole");
    }

    #[test]
    fn a_piece_long_enough_is_played_as_it_is() {
        let mix = SoundMix { length: 3 * 48_000, ..SoundMix::default() };
        let mut want = vec![[0.0; 2]; mix.length as usize];
        piece(3.0).read(0, &mut want).unwrap();
        assert_eq!(read(PLAIN, &mix, piece(3.0)), want);
    }

    #[test]
    fn it_fades_at_both_ends_and_ducks_under_speech() {
        let speech = vec![MixClip { source: 1, at: 480_000, length: 96_000 }];
        let mix = SoundMix { length: 960_000, speech, ..SoundMix::default() };
        let out = read(MixMusic { fade: 96_000, ..PLAIN }, &mix, piece(5.0));
        assert!(out[0][0].abs() < 1e-3 && out[959_999][0].abs() < 1e-3);
        assert!(level(&out[..9_600]) < 0.05 && level(&out[950_000..]) < 0.05);
        let ratio = level(&out[485_000..570_000]) / level(&out[300_000..385_000]);
        assert!((ratio - 0.316).abs() < 0.07, "{ratio}");
    }

    #[test]
    fn odd_pieces_are_harmless() {
        let mix = SoundMix { length: 5_000, ..SoundMix::default() };
        for n in [0.0, 1.1 / 48_000.0, 3.0 / 48_000.0, 0.01] {
            let out = read(PLAIN, &mix, piece(n));
            assert!(out.iter().flatten().all(|s| s.is_finite() && s.abs() < 1.5));
        }
    }
}
