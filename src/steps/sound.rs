//! The film's sound: mixed, mastered and encoded in one go, so that nothing of the film's length is held in memory.
//! Knows nothing of scenes.

use std::fs::File;
use std::io::{BufReader, Write};

use serde::{Deserialize, Serialize};

use crate::action::Needs;
use crate::mp4;
use crate::sound::master::{Target, master};
use crate::sound::mix::Mix;
use crate::sound::source::{Channels, Format, Source};
use crate::sound::{Stereo, adts};
use crate::units::SAMPLE_RATE;

use super::{Context, Step, StepError, Tool, WHOLE_FILM, ffmpeg};

/// Bits per second of the film's sound: so many that the encoder needs none of its ways to save them, which take it four times as long.
const BITRATE: &str = "384k";

/// Mixes, masters and encodes. Inputs `source/000000`…, by the mix's numbers; output `sound`, AAC-LC in ADTS frames.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Sound {
    /// What sounds when.
    pub mix: Mix,
    /// What each source is, by the mix's numbers.
    pub sources: Vec<SourceKind>,
}

/// What a source's bytes are.
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

impl Step for Sound {
    const KIND: &'static str = "sound";
    const VERSION: u32 = 3;
    const OUTPUTS: &'static [&'static str] = &["sound"];
    const YIELD: f64 = 0.1;

    fn tools(&self) -> &'static [Tool] {
        &[Tool::Ffmpeg]
    }

    fn needs(&self) -> Needs {
        Needs { timeout: WHOLE_FILM, ..Needs::default() }
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

impl Sound {
    /// ffmpeg may end well though the disk was full: what it wrote must be whole before anybody keeps it.
    fn check(&self, context: &Context) -> Result<(), StepError> {
        let cut = |why: &dyn std::fmt::Display| StepError::input(format!("the encoded sound is not whole: {why}"));
        let mut written = BufReader::new(File::open(context.output("sound"))?);
        let frames = mp4::Sound::scan(&mut written).map_err(|why| cut(&why))?.samples.sizes.len() as u64;
        let wanted = self.mix.length.div_ceil(adts::FRAME_SAMPLES);
        if frames >= wanted { Ok(()) } else { Err(cut(&format!("it has {frames} frames instead of {wanted}"))) }
    }

    fn master_into(&self, pipe: &mut impl Write, context: &Context) -> Result<(), StepError> {
        let mut open = |source: usize| self.open(source, context).map_err(std::io::Error::other);
        let mut bytes = Vec::new();
        let mut written = 0;
        let mut sink = |block: &[Stereo]| {
            bytes.clear();
            bytes.extend(block.iter().flatten().flat_map(|sample| sample.to_le_bytes()));
            written += block.len() as u64;
            (context.progress)(written, self.mix.length);
            pipe.write_all(&bytes)
        };
        master(&self.mix, Target::default(), &mut open, &mut sink)?;
        Ok(())
    }

    fn open(&self, source: usize, context: &Context) -> Result<Source, StepError> {
        let kind =
            self.sources.get(source).ok_or_else(|| StepError::input("the mix names a source that is not there"))?;
        let reader: BufReader<File> = BufReader::new(context.open(&source_role(source))?);
        match kind {
            SourceKind::Speech => Source::wav(Box::new(reader)).map_err(StepError::input),
            SourceKind::Decoded => Ok(Source::raw(Box::new(reader), Format::S16, Channels::Stereo, 0)?),
        }
    }
}
