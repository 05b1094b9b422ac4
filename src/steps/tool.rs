//! The tools that shape the bytes of steps, and what can be wrong with one.

/// Something outside a step's parameters that shapes its bytes: a program, or data that is part of t2v.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tool {
    /// Encodes and decodes pictures and sound.
    Ffmpeg,
    /// Tells what is in a media file.
    Ffprobe,
    /// Speaks, and transcribes text to phonemes.
    Espeak,
    /// The fonts that are part of t2v.
    Fonts,
    /// The neural voice that is part of t2v.
    Voice,
}

impl Tool {
    /// All tools, programs and bundled data.
    pub const ALL: [Self; 5] = [Self::Ffmpeg, Self::Ffprobe, Self::Espeak, Self::Fonts, Self::Voice];

    /// Its name in keys and messages; for a program, that of its file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Ffmpeg => "ffmpeg",
            Self::Ffprobe => "ffprobe",
            Self::Espeak => "espeak-ng",
            Self::Fonts => "fonts",
            Self::Voice => "voice",
        }
    }

    /// The command that installs it on Debian and its derivatives; empty for what is part of t2v.
    const fn install_command(self) -> &'static str {
        match self {
            Self::Ffmpeg | Self::Ffprobe => "apt-get install ffmpeg",
            Self::Espeak => "apt-get install espeak-ng",
            Self::Fonts | Self::Voice => "",
        }
    }
}

/// Why a tool can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ToolError {
    /// It is nowhere on the PATH.
    #[error("{} is not installed", .0.name())]
    NotFound(Tool),
    /// It does not run.
    #[error("{} does not run: {why}", tool.name())]
    Broken {
        /// The tool that was started.
        tool: Tool,
        /// What it printed, or why it did not start.
        why: String,
    },
    /// It is too old.
    #[error("{} {found} is too old; {}.{} or newer is needed", tool.name(), oldest.0, oldest.1)]
    TooOld {
        /// The tool that was found.
        tool: Tool,
        /// Its version, as it says itself.
        found: String,
        /// The oldest version that works: major and minor.
        oldest: (u32, u32),
    },
    /// It lacks a part.
    #[error("this {} was built without {part}", tool.name())]
    Lacks {
        /// The tool that was found.
        tool: Tool,
        /// The part, such as `libx264`.
        part: &'static str,
    },
}

impl ToolError {
    /// How the user can solve it.
    pub fn help(&self) -> String {
        let (Self::NotFound(tool) | Self::Broken { tool, .. } | Self::TooOld { tool, .. } | Self::Lacks { tool, .. }) =
            self;
        format!("install it with `{}`, or see `t2v doctor`", tool.install_command())
    }
}
