//! `t2v say` and `t2v voices`.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::cache::Cache;
use crate::diag::{Diagnostic, printable};
use crate::process::CancelToken;
use crate::session::{SessionError, config};
use crate::sound::wav;
use crate::spec::DEFAULT_VOICE;
use crate::spec::model::{SpeechEngine, VoiceChoice};
use crate::steps::{CustomVoiceKind, SpeakSentence, StepError, Tool, Workshop};
use crate::units;
use crate::voice::custom::{CustomVoice, VoiceModel};
use crate::voice::{SpokenSentence, WordTiming, library, neural, sentences};

use super::console::Console;
use super::diagnostics::unwritable;
use super::{CommandResult, CommandStatus};

#[derive(Args)]
pub struct SayArgs {
    /// What to say; sentence after sentence
    text: String,
    /// The WAV file to write (48 kHz, mono, 16-bit)
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// Who speaks: a voice of `t2v voices`, or one of espeak-ng's (`de`, `en-gb+f3`)
    #[arg(long, default_value = DEFAULT_VOICE)]
    voice: String,
    /// 1.0 = the voice's own pace; 0.5 to 2
    #[arg(long, default_value_t = 1.0)]
    speed: f64,
    /// How a word is spoken: a respelling, or IPA between slashes; may be given again
    #[arg(long, value_name = "WORD=SAID", value_parser = pronunciation)]
    pronounce: Vec<(String, String)>,
    /// Write when each word sounds into this JSON file: its text, and seconds `from` and `to`
    #[arg(long, value_name = "FILE")]
    words: Option<PathBuf>,
}

fn pronunciation(text: &str) -> Result<(String, String), String> {
    let (word, said) = text.split_once('=').ok_or("write it as WORD=SAID")?;
    Ok((word.to_owned(), said.to_owned()))
}

impl SayArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let seconds = self.speak().and_then(|spoken| self.write(&spoken)).map_err(SessionError::machine)?;
        console.print(&format!("{} ({seconds:.2} s)\n", printable(&self.output.display().to_string())));
        Ok(CommandStatus::Done)
    }

    /// The sentences one after the other, word ranges counted in the whole text.
    fn speak(&self) -> Result<SpokenSentence, Diagnostic> {
        let brought = brought().into_iter().find(|brought| brought.name == self.voice);
        let neural = self.voice == DEFAULT_VOICE || brought.is_some();
        let engine = if neural { SpeechEngine::Neural } else { SpeechEngine::Espeak };
        let voice = VoiceChoice { engine, name: self.voice.clone(), speed: self.speed };
        let kind = brought.as_ref().map(|brought| CustomVoiceKind { kind: brought.kind, british: brought.british });
        let loaded = brought.map(|brought| VoiceModel::load(brought.kind, &brought.files)).transpose();
        let loaded = loaded.map_err(|e| Diagnostic::error(e.to_string()))?;
        let mut whole = SpokenSentence { samples: Vec::new(), words: Vec::new() };
        for sentence in sentences(&self.text) {
            let pronounce: BTreeMap<String, String> = self.pronounce.iter().cloned().collect();
            let text = self.text[sentence.clone()].to_owned();
            let step = SpeakSentence { text, voice: voice.clone(), brought: kind, pronounce };
            let spoken = step.speak(loaded.as_ref(), &CancelToken::default()).map_err(|error| wrong(&error))?;
            let at = whole.samples.len() as u64;
            whole.samples.extend(spoken.samples);
            whole.words.extend(spoken.words.into_iter().map(|mut word| {
                word.range = word.range.start + sentence.start..word.range.end + sentence.start;
                (word.from, word.to) = (word.from + at, word.to + at);
                word
            }));
        }
        match whole.samples.is_empty() {
            true => Err(Diagnostic::error("there is nothing to say")),
            false => Ok(whole),
        }
    }

    fn write(&self, spoken: &SpokenSentence) -> Result<f64, Diagnostic> {
        let file = fs::File::create(&self.output).map_err(|e| unwritable(&self.output, e))?;
        wav::write(file, &spoken.samples).map_err(|e| unwritable(&self.output, e))?;
        if let Some(path) = &self.words {
            let words: Vec<_> = spoken.words.iter().map(|word| self.word_json(word)).collect();
            let bytes = serde_json::to_vec_pretty(&words).expect("plain data");
            fs::write(path, bytes).map_err(|e| unwritable(path, e))?;
        }
        Ok(units::seconds(spoken.samples.len() as u64))
    }

    fn word_json(&self, word: &WordTiming) -> serde_json::Value {
        let text = &self.text[word.range.clone()];
        serde_json::json!({"text": text, "from": units::seconds(word.from), "to": units::seconds(word.to)})
    }
}

fn wrong(error: &StepError) -> Diagnostic {
    Diagnostic { help: error.help(), ..Diagnostic::error(error.to_string()) }
}

#[derive(Args)]
pub struct VoicesArgs {
    #[command(subcommand)]
    command: Option<VoicesCommand>,
}

#[derive(Subcommand)]
enum VoicesCommand {
    /// Add a voice from its files: a Piper voice (.onnx and .onnx.json), a Kokoro model with a voice file (.onnx and .bin or .npy),
    /// or another voice of the built-in kind (.onnx)
    Add {
        /// The files of the voice: a network, and what belongs to it
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// What it is called in projects [default: the network's file name]
        #[arg(long)]
        name: Option<String>,
        /// What the files' sha256 must be, in their order
        #[arg(long, value_name = "HEX")]
        sha256: Vec<String>,
    },
}

impl VoicesArgs {
    pub fn run(self, console: Console) -> CommandResult {
        let Some(VoicesCommand::Add { files, name, sha256 }) = self.command else { return Ok(list(console)) };
        let folder = config::voices_folder().ok_or_else(|| {
            SessionError::machine(Diagnostic::error("there is no place for voices").help("set T2V_VOICES=FOLDER"))
        })?;
        let voice = library::add(&folder, name.as_deref(), &files, &sha256)
            .map_err(|error| SessionError::machine(Diagnostic::error(error.to_string())))?;
        console.print(&format!("added; write `voice: {}` in a project\n", voice.name));
        Ok(CommandStatus::Done)
    }
}

/// The voices that were added to this machine.
fn brought() -> Vec<CustomVoice> {
    config::voices_folder().map(|folder| library::list(&folder)).unwrap_or_default()
}

/// Lists the voices in the program, those that were brought, and how to come by others.
fn list(console: Console) -> CommandStatus {
    for voice in neural::voices().iter().filter(|voice| voice.built_in) {
        console.print(&format!(
            "{:12} {:8} {}, {}; in the program\n",
            voice.name, voice.language, voice.accent, voice.gender
        ));
    }
    for voice in brought() {
        let accent = if voice.british { "British" } else { "" };
        console.print(&format!(
            "{:12} {:8} {accent} added with `t2v voices add`\n",
            voice.name,
            format!("{:?}", voice.kind).to_lowercase()
        ));
    }
    let there = if espeak_is_there() { "" } else { " (not installed: apt-get install espeak-ng)" };
    console.print(&format!(
        "{:12} {:8} any voice of `espeak-ng --voices`, such as de, fr-fr, en-gb+f3{there}\n",
        "espeak-ng", "many"
    ));
    CommandStatus::Done
}

/// Looked up afresh: listing voices must not leave a cache behind.
fn espeak_is_there() -> bool {
    let Ok(scratch) = tempfile::tempdir() else { return false };
    let workshop = Cache::open(scratch.path()).and_then(|cache| Workshop::open(&cache));
    workshop.is_ok_and(|workshop| workshop.check(Tool::Espeak).is_ok())
}
