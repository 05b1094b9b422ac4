//! Where the pictures of a film come from.

use super::source_file::SourceFile;
use crate::diag::{Diagnostic, Span};
use crate::spec::file_error;
use crate::spec::picture_info::{PictureFault, PictureInfo};

/// Where a picture comes from. `plan_picture` in `plan` says for each source how a plan gets its bytes.
#[derive(Clone, Debug, PartialEq)]
pub enum PictureSource {
    /// A file of the project.
    File {
        /// The picture's file.
        file: SourceFile,
        /// What was found in it when the spec was checked.
        info: PictureInfo,
    },
}

impl PictureSource {
    /// The file of the project, if it is one.
    pub fn file(&self) -> Option<&SourceFile> {
        match self {
            Self::File { file, .. } => Some(file),
        }
    }

    /// What messages call it: a file's path as the spec writes it.
    pub fn name(&self) -> &str {
        match self {
            Self::File { file, .. } => &file.written,
        }
    }

    /// Where the spec asks for it.
    pub fn place(&self) -> Span {
        match self {
            Self::File { file, .. } => file.place,
        }
    }

    /// The diagnostic for a picture that cannot be used, the same whether it is found when the spec is checked or later.
    pub fn refusal(&self, fault: &PictureFault) -> Diagnostic {
        file_error::refusal(self.name(), self.place(), fault, fault.help())
    }
}
