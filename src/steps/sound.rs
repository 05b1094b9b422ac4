//! The film's sound: mixed, mastered and encoded in one pass, so that memory does not grow with the film's length.

use std::fs::File;
use std::io::{BufReader, Write};

use serde::{Deserialize, Serialize};

use crate::action::Requirements;
use crate::mp4;
use crate::sound::master::{MasterTarget, master};
use crate::sound::mix::SoundMix;
use crate::sound::source::{ChannelLayout, PcmSource, SampleFormat};
use crate::sound::{Stereo, adts};
use crate::units::SAMPLE_RATE;

use super::context::Context;
use super::crates::CrateGroup;
use super::ffmpeg;
use super::step::{Origin, Step, WHOLE_FILM_TIMEOUT};
use super::step_error::StepError;
use super::tool::Tool;

/// The bit rate of the film's sound: high enough to do without the encoder's ways to save bits, which make it four times slower.
const BITRATE: &str = "384k";

/// Mixes, masters and encodes. Inputs `source/000000`…, by the mix's numbers; output `sound`, AAC-LC in ADTS frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MixSound {
    /// The film's mix as data.
    pub mix: SoundMix,
    /// The kind of each source, by the mix's numbers.
    pub sources: Vec<SourceKind>,
}

/// The format of a source.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// A mono WAV, as speech steps leave it.
    Speech,
    /// Stereo samples without a header, as decoding leaves them.
    Decoded,
}

/// The role of source `i`.
pub fn source_role(i: usize) -> String {
    format!("source/{i:06}")
}

impl Step for MixSound {
    const KIND: &'static str = "sound";
    const VERSION: u32 = 3;
    const OUTPUTS: &'static [&'static str] = &["sound"];
    const YIELD: f64 = 0.1;
    const ORIGIN: Origin = Origin::PerProcessor;
    const CRATES: &'static [CrateGroup] = &[CrateGroup::Sound, CrateGroup::Encode];

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffmpeg]
    }

    fn requirements(&self) -> Requirements {
        Requirements { timeout: WHOLE_FILM_TIMEOUT, ..Requirements::default() }
    }

    fn run(&self, context: &Context) -> Result<(), StepError> {
        let primed = context.output("primed");
        let mut command = ffmpeg::command(context)?;
        command.args(["-f", "f32le", "-ar", &SAMPLE_RATE.to_string(), "-ac", "2", "-i", "pipe:0"]);
        command.args([
            "-c:a",
            "aac",
            "-aac_coder",
            "fast",
            "-aac_ms",
            "0",
            "-aac_is",
            "0",
            "-aac_pns",
            "0",
            "-b:a",
            BITRATE,
            "-fflags",
            "+bitexact",
            "-flags:a",
            "+bitexact",
            "-f",
            "adts",
        ]);
        command.arg(ffmpeg::address(&primed));
        ffmpeg::run_fed(command, "encoding the sound", context, |pipe| self.master_into(pipe, context))?;
        adts::copy_without_priming(&mut File::open(&primed)?, &mut File::create(context.output("sound"))?)?;
        self.check(context)
    }
}

impl MixSound {
    /// Checks that the file is complete: ffmpeg may end without an error though the disk was full.
    fn check(&self, context: &Context) -> Result<(), StepError> {
        let mut written = BufReader::new(File::open(context.output("sound"))?);
        let frames = mp4::SoundTrack::scan(&mut written).map_err(incomplete)?.samples.sizes.len() as u64;
        let wanted = self.mix.length.div_ceil(adts::FRAME_SAMPLES);
        if frames >= wanted {
            Ok(())
        } else {
            Err(incomplete(format_args!("it has {frames} frames instead of {wanted}")))
        }
    }

    fn master_into(&self, pipe: &mut impl Write, context: &Context) -> Result<(), StepError> {
        let mut bytes = Vec::new();
        let mut written = 0;
        master(
            &self.mix,
            MasterTarget::default(),
            &mut |source| self.open(source, context).map_err(std::io::Error::other),
            &mut |block: &[Stereo]| {
                bytes.clear();
                bytes.extend(block.iter().flatten().flat_map(|sample| sample.to_le_bytes()));
                written += block.len() as u64;
                (context.progress)(written, self.mix.length);
                pipe.write_all(&bytes)
            },
        )?;
        Ok(())
    }

    fn open(&self, source: usize, context: &Context) -> Result<PcmSource, StepError> {
        let kind =
            self.sources.get(source).ok_or_else(|| StepError::input("the mix names a source that is not there"))?;
        let reader: BufReader<File> = BufReader::new(context.inputs.open(&source_role(source))?);
        match kind {
            SourceKind::Speech => PcmSource::wav(Box::new(reader)).map_err(StepError::input),
            SourceKind::Decoded => Ok(PcmSource::raw(Box::new(reader), SampleFormat::S16, ChannelLayout::Stereo, 0)?),
        }
    }
}

fn incomplete(why: impl std::fmt::Display) -> StepError {
    StepError::input(format!("the encoded sound is not whole: {why}"))
}
